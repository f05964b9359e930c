/* src/node/timer.c: timers of nodes, over the executor's timers.
 *
 *   T1  The alarm keeps when the next call is due on the timer's clock; that moves by whole periods, so the phase is kept, and over
 *       those that were missed, so there is no burst (TIM-5).
 *   T2  What makes it look wakes a source and the callback runs there; the next look is arranged before the callback, so that one
 *       shorter than the period delays nothing.
 *   T3  The executor's timer looks at steady and system time, as async/clock.h CL4 says when; ROS time wakes the source itself. Looking
 *       when nothing is due only arranges the next look.
 * Threads: as the public header says. Tests: tests/node/test_timer.c, test_clock.c. */
#include "base/clock.h"
#include "base/error.h"
#include "base/text.h"
#include "node/counters.h"
#include "node/trace.h"
#include "rclio/topic.h"

#include <stdlib.h>

struct rclio_timer {
    entity entity; /* references: the owner's, the source's */
    source source;
    timer timer;
    char *what;
    rclio_timer_callback_fn *call;
    void *arg;
    rclio_timer_options options;
    rclio_clock *clock; /* a reference */
    counters counters;
    clock_alarm alarm; /* T1, T3 */
    int64_t period_ns;
    bool canceled, destroyed;
};

static rclio_timer *of_alarm(clock_alarm *alarm)
{
    return list_entry(alarm, rclio_timer, alarm);
}

static void clock_moved(clock_alarm *alarm) /* T3; any thread */
{
    source_wake(&of_alarm(alarm)->source);
}

static void look_again(rclio_timer *t, int64_t look_ns)
{
    if (look_ns == INT64_MIN) /* due already */
        source_wake(&t->source);
    else
        timer_arm(&t->timer, look_ns);
}

static void expired(timer *inner)
{
    source_wake(&list_entry(inner, rclio_timer, timer)->source);
}

/* Of a periodic one: the call after this is due a period after this was, or a multiple of it. */
static void trace_lateness(rclio_timer *t)
{
    trace *asked = trace_of(&t->entity);
    int64_t left_ns = asked && !t->options.one_shot ? clock_alarm_left(t->clock, &t->alarm) : RCLIO_FOREVER;
    if (left_ns != RCLIO_FOREVER && left_ns <= t->period_ns) trace_add(asked, TRACE_QUEUE, t->period_ns - left_ns);
}

static void run(source *s)
{
    rclio_timer *t = list_entry(s, rclio_timer, source);
    int64_t look_ns = RCLIO_FOREVER;
    if (t->canceled || t->destroyed || entity_is_silent(&t->entity)) return; /* since it expired */
    bool again = !t->options.one_shot, due = clock_alarm_take(t->clock, &t->alarm, again, &look_ns);
    if (due && !again)
        t->canceled = true;
    else
        look_again(t, look_ns); /* T2 */
    if (!due) return;
    atomic_store_explicit(&t->counters.late, t->alarm.skipped, memory_order_relaxed);
    count_one(&t->counters.received);
    if (trace_of(&t->entity)) trace_lateness(t);
    int64_t began_ns = clock_steady_ns();
    USER_CODE(t->source.executor, t->call(t, t->arg));
    int64_t took_ns = clock_steady_ns() - began_ns;
    count_callback(&t->counters, took_ns);
    trace *asked = trace_of(&t->entity);
    if (asked) trace_add(asked, TRACE_CALLBACK, took_ns);
    if (!t->destroyed) callback_failed(t->entity.node, &t->counters, t->what, NULL);
}

static void released(source *s)
{
    entity_unref(&list_entry(s, rclio_timer, source)->entity);
}

static void timer_free(entity *e)
{
    rclio_timer *t = (rclio_timer *)(void *)e;
    rclio_clock_unref(t->clock);
    free(t->what);
    free(t);
}

static entity_facts facts(const entity *e)
{
    const rclio_timer *t = (const rclio_timer *)(const void *)e;
    return (entity_facts){"timer", t->what, t->what, &t->counters};
}

static void destroy_entity(entity *e)
{
    rclio_timer_destroy((rclio_timer *)(void *)e);
}

static rclio_status check_period(int64_t period_ns)
{
    if (period_ns >= 0 && period_ns <= RCLIO_FOREVER / 4) return RCLIO_OK;
    return rclio_fail(RCLIO_INVALID, "a timer's period is %lld ns: it may be 0 to %lld", (long long)period_ns,
                      (long long)(RCLIO_FOREVER / 4));
}

static void start(rclio_timer *t)
{
    t->canceled = false;
    look_again(t, clock_alarm_start(t->clock, &t->alarm, t->period_ns));
}

static void stop(rclio_timer *t)
{
    clock_alarm_clear(t->clock, &t->alarm);
    timer_disarm(&t->timer);
}

static rclio_clock *choose_clock(rclio_timer *t)
{
    clock_alarm_init(&t->alarm, clock_moved);
    if (t->options.clock) return rclio_clock_ref(t->options.clock);
    if (t->options.system_clock) return rclio_clock_new(RCLIO_CLOCK_SYSTEM);
    t->alarm.steady = true;
    return rclio_clock_ref(t->entity.node->clock);
}

rclio_timer *rclio_timer_new(rclio_node *node, int64_t period_ns, rclio_timer_callback_fn *call, void *arg,
                             const rclio_timer_options *options)
{
    if (!node) return NULL; /* the first error stands */
    if (!call) return rclio_fail_null(RCLIO_INVALID, "a timer needs a callback");
    if (check_period(period_ns) != RCLIO_OK) return NULL;
    EXECUTOR_GUARD(group_executor(node, options ? options->group : NULL));
    rclio_timer *t = calloc(1, sizeof *t);
    if (!t) return rclio_fail_null(RCLIO_NO_MEMORY, "out of memory for a timer");
    entity_init(&t->entity, node, destroy_entity, timer_free);
    t->entity.facts = facts;
    if (options) t->options = *options;
    if (entity_join(&t->entity, t->options.group) != RCLIO_OK || !(t->clock = choose_clock(t)) ||
        !(t->what = copy_format("timer of %g s of '%s'", (double)period_ns / (double)RCLIO_S(1), node->full_name))) {
        entity_unref(&t->entity);
        return NULL;
    }
    t->call = call;
    t->arg = arg;
    t->period_ns = period_ns;
    t->canceled = true;
    entity_source(&t->entity, &t->source, t->what, run, released);
    t->source.limit = entity_limit(&t->entity);
    timer_init(&t->timer, t->entity.executor, expired);
    entity_ref(&t->entity); /* the source's, until released() */
    entity_adopt(&t->entity);
    if (!t->options.autostart_off) start(t);
    return t;
}

void rclio_timer_destroy(rclio_timer *t)
{
    if (!t) return;
    EXECUTOR_GUARD(t->entity.executor);
    if (t->destroyed) return;
    t->destroyed = true;
    entity_orphan(&t->entity);
    stop(t); /* nobody wakes the source from here on: S4 */
    source_fini(&t->source);
    entity_unref(&t->entity);
}

void rclio_timer_cancel(rclio_timer *t)
{
    if (!t) return;
    EXECUTOR_GUARD(t->entity.executor);
    if (t->destroyed) return;
    t->canceled = true;
    stop(t);
}

rclio_status rclio_timer_reset(rclio_timer *t)
{
    if (!t) return rclio_fail_missing("no timer to reset");
    EXECUTOR_GUARD(t->entity.executor);
    if (t->destroyed) return rclio_fail(RCLIO_BAD_STATE, "%s has been destroyed", t->what);
    start(t);
    return RCLIO_OK;
}

bool rclio_timer_is_canceled(const rclio_timer *t)
{
    EXECUTOR_GUARD(t->entity.executor);
    return t->canceled;
}

rclio_status rclio_timer_set_period(rclio_timer *t, int64_t period_ns)
{
    if (!t) return rclio_fail_missing("no timer to set");
    if (check_period(period_ns) != RCLIO_OK) return rclio_error_status();
    EXECUTOR_GUARD(t->entity.executor);
    t->period_ns = period_ns;
    clock_alarm_set_period(t->clock, &t->alarm, period_ns);
    return RCLIO_OK;
}

int64_t rclio_timer_period(const rclio_timer *t)
{
    EXECUTOR_GUARD(t->entity.executor);
    return t->period_ns;
}

int64_t rclio_timer_until_next(const rclio_timer *t)
{
    EXECUTOR_GUARD(t->entity.executor);
    rclio_timer *mutable = (rclio_timer *)t; /* the clock's lock is inside */
    return t->canceled ? RCLIO_FOREVER : clock_alarm_left(t->clock, &mutable->alarm);
}

int64_t rclio_timer_since_last(const rclio_timer *t)
{
    return clock_alarm_since(t->clock, &((rclio_timer *)t)->alarm);
}

rclio_clock *rclio_timer_clock(const rclio_timer *t)
{
    return t->clock;
}

rclio_status rclio_timer_counters(const rclio_timer *t, rclio_counters *into)
{
    return counters_read(t ? &t->counters : NULL, into);
}
