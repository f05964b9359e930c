/* src/async/clock.c: see clock.h: what a clock shows, and the alarms that wait for it. Jump callbacks are in clock_jump.c, sleeps in
 * clock_sleep.c, rates in rate.c. Tests: tests/async/test_clock.c, one per rule. */
#include "async/clock.h"

#include "async/executor.h"
#include "base/clock.h"
#include "base/error.h"

#include <stdlib.h>

#define LOOK_NS RCLIO_S(1) /* CL4 */

static bool ros_time_rules(const rclio_clock *clock)
{
    return atomic_load(&clock->active);
}

/* ---- its life ---- */

rclio_clock *clock_new_for(rclio_clock_kind kind, rclio_executor *executor, sleep_scope *scope)
{
    if (kind < RCLIO_CLOCK_ROS || kind > RCLIO_CLOCK_STEADY)
        return rclio_fail_null(RCLIO_INVALID, "there is no kind %d of clock: use RCLIO_CLOCK_ROS, _SYSTEM or _STEADY", (int)kind);
    rclio_clock *clock = calloc(1, sizeof *clock);
    if (!clock) return rclio_fail_null(RCLIO_NO_MEMORY, "out of memory for a clock");
    atomic_init(&clock->references, 1);
    clock->kind = kind;
    list_init(&clock->alarms);
    list_init(&clock->jumps);
    if (mutex_init(&clock->lock)) goto no_lock;
    if (condition_init(&clock->called_back)) goto no_condition;
    clock->executor = executor ? executor_ref(executor) : NULL;
    clock->scope = sleep_scope_ref(scope);
    return clock;

no_condition:
    mutex_fini(&clock->lock);
no_lock:
    free(clock);
    return NULL;
}

rclio_clock *rclio_clock_new(rclio_clock_kind kind)
{
    return clock_new_for(kind, NULL, NULL);
}

rclio_clock *rclio_clock_ref(rclio_clock *clock)
{
    if (clock) atomic_fetch_add_explicit(&clock->references, 1, memory_order_relaxed);
    return clock;
}

void rclio_clock_unref(rclio_clock *clock)
{
    if (!clock || atomic_fetch_sub_explicit(&clock->references, 1, memory_order_acq_rel) != 1) return;
    if (clock->executor) executor_unref(clock->executor);
    sleep_scope_unref(clock->scope);
    condition_fini(&clock->called_back);
    mutex_fini(&clock->lock);
    free(clock->wanted.data);
    free(clock);
}

/* ---- what it shows ---- */

rclio_clock_kind rclio_clock_get_kind(const rclio_clock *clock)
{
    return clock->kind;
}

int64_t rclio_clock_now(const rclio_clock *clock)
{
    if (!clock) return 0;
    if (ros_time_rules(clock)) return atomic_load(&clock->override_ns);
    return clock->kind == RCLIO_CLOCK_STEADY ? clock_steady_ns() : clock_system_ns();
}

bool rclio_clock_is_ros_time_active(const rclio_clock *clock)
{
    return clock && ros_time_rules(clock);
}

int64_t clock_alarm_now(const rclio_clock *clock, const clock_alarm *alarm)
{
    return alarm->steady && !ros_time_rules(clock) ? clock_steady_ns() : rclio_clock_now(clock);
}

rclio_status rclio_clock_to_steady(const rclio_clock *clock, int64_t time_ns, int64_t *steady_ns)
{
    if (!clock) return rclio_fail_missing("there is no clock to convert from");
    if (ros_time_rules(clock))
        return rclio_fail(RCLIO_UNAVAILABLE, "nobody can tell when ROS time will be %lld ns: it goes by what it is set to",
                          (long long)time_ns);
    if (clock->kind == RCLIO_CLOCK_STEADY)
        *steady_ns = time_ns;
    else if (__builtin_sub_overflow(time_ns, clock_system_ns(), steady_ns) ||
             __builtin_add_overflow(*steady_ns, clock_steady_ns(), steady_ns))
        *steady_ns = time_ns < 0 ? INT64_MIN : RCLIO_FOREVER;
    return RCLIO_OK;
}

int64_t rclio_time_join(int32_t seconds, uint32_t nanoseconds)
{
    return (int64_t)seconds * RCLIO_S(1) + nanoseconds;
}

void rclio_time_split(int64_t time_ns, int32_t *seconds, uint32_t *nanoseconds)
{
    int64_t whole = time_ns / RCLIO_S(1), rest = time_ns % RCLIO_S(1);
    if (rest < 0) {
        whole--;
        rest += RCLIO_S(1);
    }
    if (whole > INT32_MAX) {
        whole = INT32_MAX;
        rest = RCLIO_S(1) - 1;
    } else if (whole < INT32_MIN) {
        whole = INT32_MIN;
        rest = 0;
    }
    *seconds = (int32_t)whole;
    *nanoseconds = (uint32_t)rest;
}

/* ---- alarms ---- */

void clock_alarm_init(clock_alarm *alarm, void (*wake)(clock_alarm *alarm))
{
    *alarm = (clock_alarm){.period_ns = -1, .wake = wake};
    list_init(&alarm->link);
}

static int64_t after(int64_t now, int64_t duration_ns)
{
    int64_t then;
    return __builtin_add_overflow(now, duration_ns, &then) ? RCLIO_FOREVER : then;
}

/* CL2: puts it where it belongs at this time. */
static void place(rclio_clock *clock, clock_alarm *alarm, int64_t deadline_ns)
{
    if (alarm->at.in_heap) timer_heap_remove(&clock->reaching, &alarm->at);
    alarm->at.deadline_ns = deadline_ns;
    if (ros_time_rules(clock) && deadline_ns > atomic_load(&clock->override_ns)) timer_heap_insert(&clock->reaching, &alarm->at);
}

/* CL5 */
static void notice_setback(rclio_clock *clock, clock_alarm *alarm, int64_t now)
{
    if (alarm->period_ns < 0 || alarm->since_ns <= now) return;
    if (alarm->since_ns == INT64_MAX && now == 0) return; /* still no time from the new source */
    alarm->since_ns = now;
    place(clock, alarm, after(now, alarm->period_ns));
}

bool clock_alarm_look_locked(rclio_clock *clock, clock_alarm *alarm, int64_t *look_ns)
{
    int64_t now = clock_alarm_now(clock, alarm);
    *look_ns = RCLIO_FOREVER;
    if (!alarm->set) return false;
    if (alarm->source_changed) return true;
    notice_setback(clock, alarm, now);
    int64_t due = alarm->at.deadline_ns;
    if (now >= due) return true;
    if (ros_time_rules(clock)) return false;
    if (alarm->steady || clock->kind == RCLIO_CLOCK_STEADY)
        *look_ns = due;
    else
        *look_ns = clock_steady_ns() + (due - now < LOOK_NS ? due - now : LOOK_NS); /* now > 0: no overflow */
    return false;
}

static void detach(rclio_clock *clock, clock_alarm *alarm)
{
    if (alarm->at.in_heap) timer_heap_remove(&clock->reaching, &alarm->at);
    list_remove(&alarm->link);
    alarm->set = false;
}

static void set(rclio_clock *clock, clock_alarm *alarm, int64_t deadline_ns)
{
    int64_t now = clock_alarm_now(clock, alarm);
    if (alarm->period_ns >= 0 && deadline_ns > after(now, alarm->period_ns)) deadline_ns = after(now, alarm->period_ns);
    if (!alarm->set) list_append(&clock->alarms, &alarm->link);
    alarm->set = true;
    alarm->source_changed = false;
    alarm->since_ns = now;
    place(clock, alarm, deadline_ns);
}

void clock_alarm_set(rclio_clock *clock, clock_alarm *alarm, int64_t deadline_ns)
{
    mutex_lock(&clock->lock);
    set(clock, alarm, deadline_ns);
    mutex_unlock(&clock->lock);
}

int64_t clock_alarm_start(rclio_clock *clock, clock_alarm *alarm, int64_t period_ns)
{
    int64_t look_ns;
    mutex_lock(&clock->lock);
    alarm->period_ns = period_ns;
    set(clock, alarm, RCLIO_FOREVER);
    if (clock_alarm_look_locked(clock, alarm, &look_ns)) look_ns = INT64_MIN;
    mutex_unlock(&clock->lock);
    return look_ns;
}

void clock_alarm_set_period(rclio_clock *clock, clock_alarm *alarm, int64_t period_ns)
{
    mutex_lock(&clock->lock);
    alarm->period_ns = period_ns;
    mutex_unlock(&clock->lock);
}

void clock_alarm_clear(rclio_clock *clock, clock_alarm *alarm)
{
    mutex_lock(&clock->lock);
    if (alarm->set) detach(clock, alarm);
    mutex_unlock(&clock->lock);
}

bool clock_alarm_look(rclio_clock *clock, clock_alarm *alarm, int64_t *look_ns)
{
    mutex_lock(&clock->lock);
    bool due = clock_alarm_look_locked(clock, alarm, look_ns);
    mutex_unlock(&clock->lock);
    return due;
}

/* TIM-5: the phase is kept. */
static int64_t next_multiple(int64_t due, int64_t period, int64_t now)
{
    if (period == 0) return now;
    int64_t next = after(due, period);
    if (next > now) return next;
    return next + ((now - next) / period + 1) * period;
}

bool clock_alarm_take(rclio_clock *clock, clock_alarm *alarm, bool again, int64_t *look_ns)
{
    mutex_lock(&clock->lock);
    bool due = clock_alarm_look_locked(clock, alarm, look_ns);
    if (due && again) {
        int64_t now = clock_alarm_now(clock, alarm);
        alarm->since_ns = now;
        int64_t due_ns = alarm->at.deadline_ns, next_ns = next_multiple(due_ns, alarm->period_ns, now);
        if (alarm->period_ns > 0) alarm->skipped += (uint64_t)((next_ns - due_ns) / alarm->period_ns - 1);
        place(clock, alarm, next_ns);
        if (clock_alarm_look_locked(clock, alarm, look_ns)) *look_ns = INT64_MIN;
    } else if (due) {
        alarm->since_ns = clock_alarm_now(clock, alarm);
        detach(clock, alarm);
    }
    mutex_unlock(&clock->lock);
    return due;
}

int64_t clock_alarm_left(rclio_clock *clock, clock_alarm *alarm)
{
    mutex_lock(&clock->lock);
    int64_t left = RCLIO_FOREVER;
    if (alarm->set && alarm->at.deadline_ns != RCLIO_FOREVER) left = alarm->at.deadline_ns - clock_alarm_now(clock, alarm);
    mutex_unlock(&clock->lock);
    return left;
}

int64_t clock_alarm_since(rclio_clock *clock, clock_alarm *alarm)
{
    mutex_lock(&clock->lock);
    int64_t since = alarm->since_ns == INT64_MAX ? 0 : clock_alarm_now(clock, alarm) - alarm->since_ns;
    mutex_unlock(&clock->lock);
    return since;
}

/* ---- changes ---- */

/* CL3 */
static void wake_reached(rclio_clock *clock)
{
    int64_t now = atomic_load(&clock->override_ns);
    for (timer *first; (first = clock->reaching.root) && first->deadline_ns <= now;) {
        timer_heap_remove(&clock->reaching, first);
        clock_alarm *alarm = list_entry(first, clock_alarm, at);
        alarm->wake(alarm);
    }
}

static void set_time(rclio_clock *clock, int64_t time_ns)
{
    int64_t old = atomic_exchange(&clock->override_ns, time_ns);
    if (!ros_time_rules(clock)) return; /* TIM-4 */
    if (time_ns < old || old == 0) {    /* CL5 */
        list_each(node, &clock->alarms) {
            clock_alarm *alarm = list_entry(node, clock_alarm, link);
            notice_setback(clock, alarm, time_ns);
            if (!alarm->at.in_heap) place(clock, alarm, alarm->at.deadline_ns); /* had been reached, is not any more */
        }
    }
    wake_reached(clock);
}

/* CK5, TIM-6: what is left of a period is left on the new source too; when that has no time yet, the whole period (CL5). */
static void carry_over(rclio_clock *clock, clock_alarm *alarm, bool active)
{
    int64_t ros = atomic_load(&clock->override_ns), machine = alarm->steady ? clock_steady_ns() : clock_system_ns();
    int64_t old = active ? machine : ros, now = active ? ros : machine;
    if (alarm->since_ns == INT64_MAX || old == 0) return; /* nothing is known of the old source */
    if (now == 0) {
        alarm->since_ns = INT64_MAX;
        alarm->at.deadline_ns = RCLIO_FOREVER;
        return;
    }
    alarm->at.deadline_ns = after(now, alarm->at.deadline_ns - old);
    alarm->since_ns = alarm->at.deadline_ns - alarm->period_ns;
}

static void set_active(rclio_clock *clock, bool active)
{
    timer_heap all = {0}; /* so that they are woken in their order */
    list_each(node, &clock->alarms) {
        clock_alarm *alarm = list_entry(node, clock_alarm, link);
        if (alarm->at.in_heap) timer_heap_remove(&clock->reaching, &alarm->at);
        if (alarm->period_ns < 0)
            alarm->source_changed = true;
        else
            carry_over(clock, alarm, active);
        timer_heap_insert(&all, &alarm->at);
    }
    atomic_store(&clock->active, active);
    int64_t now = atomic_load(&clock->override_ns);
    while (all.root) {
        clock_alarm *alarm = list_entry(all.root, clock_alarm, at);
        timer_heap_remove(&all, &alarm->at);
        if (active && !alarm->source_changed && alarm->at.deadline_ns > now)
            timer_heap_insert(&clock->reaching, &alarm->at);
        else
            alarm->wake(alarm); /* CL3 */
    }
}

void clock_apply(rclio_clock *clock, const clock_change *change)
{
    if (change->what == CHANGE_TIME)
        set_time(clock, change->time_ns);
    else
        set_active(clock, change->active);
}
