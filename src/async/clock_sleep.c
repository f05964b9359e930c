/* src/async/clock_sleep.c: sleeping by a clock, in a task or in a thread.
 *
 *   CS1  A sleeper is an alarm of the clock and a member of its scope, both on its own stack, set before it first looks and cleared
 *        before it returns; what wakes it only makes it look again.
 *   CS2  It looks, in this order, at: the alarm, the scope's end, cancellation.
 *   CS3  Outside of tasks, by a clock with an executor: a task of that executor sleeps, and the thread waits for it as for any other
 *        (K2). That task keeps what it needs, as the thread may give up before it ends.
 *   CS4  A thread that blocks looks at its scope every SCOPE_LOOK_NS: after a signal handler has closed it, perhaps nobody is left to
 *        wake it.
 * Threads: any. Tests: tests/async/test_clock_sleep.c. */
#include "async/clock.h"
#include "async/failure.h"
#include "async/source.h"
#include "async/task.h"
#include "base/clock.h"
#include "base/error.h"

#include <stdlib.h>

#define SCOPE_LOOK_NS RCLIO_MS(100)

/* ---- scopes ---- */

struct sleep_scope {
    atomic_size_t references;
    atomic_bool closed;
    mutex lock;
    list sleepers; /* [lock] */
};

typedef struct sleeper {
    list link; /* of the scope */
    clock_alarm alarm;
    const sleep_plan *plan;
    rclio_task *task;   /* NULL: a thread */
    condition changed;  /* of a thread, with the clock's lock */
    int64_t look_ns;    /* when to look at the alarm again */
    int64_t planned_ns; /* the one that it waits for now */
} sleeper;

sleep_scope *sleep_scope_new(void)
{
    sleep_scope *scope = calloc(1, sizeof *scope);
    if (!scope) return rclio_fail_null(RCLIO_NO_MEMORY, "out of memory for a context's sleeps");
    atomic_init(&scope->references, 1);
    list_init(&scope->sleepers);
    if (mutex_init(&scope->lock) == RCLIO_OK) return scope;
    free(scope);
    return NULL;
}

sleep_scope *sleep_scope_ref(sleep_scope *scope)
{
    if (scope) atomic_fetch_add_explicit(&scope->references, 1, memory_order_relaxed);
    return scope;
}

void sleep_scope_unref(sleep_scope *scope)
{
    if (!scope || atomic_fetch_sub_explicit(&scope->references, 1, memory_order_acq_rel) != 1) return;
    mutex_fini(&scope->lock);
    free(scope);
}

void sleep_scope_close(sleep_scope *scope)
{
    atomic_store(&scope->closed, true);
}

static void wake_sleeper(clock_alarm *alarm) /* CL3; of a thread with the clock's lock held */
{
    sleeper *s = list_entry(alarm, sleeper, alarm);
    if (s->task)
        task_wake(s->task);
    else
        condition_signal_all(&s->changed);
}

void sleep_scope_wake(sleep_scope *scope)
{
    mutex_lock(&scope->lock);
    list_each(node, &scope->sleepers) {
        sleeper *s = list_entry(node, sleeper, link);
        mutex_lock(&s->plan->clock->lock);
        wake_sleeper(&s->alarm);
        mutex_unlock(&s->plan->clock->lock);
    }
    mutex_unlock(&scope->lock);
}

static bool scope_is_closed(const sleep_scope *scope)
{
    return scope && atomic_load(&scope->closed);
}

static void scope_add(sleep_scope *scope, sleeper *s)
{
    list_init(&s->link);
    if (!scope) return;
    mutex_lock(&scope->lock);
    list_append(&scope->sleepers, &s->link);
    mutex_unlock(&scope->lock);
}

static void scope_remove(sleep_scope *scope, sleeper *s)
{
    if (!scope) return;
    mutex_lock(&scope->lock);
    list_remove(&s->link);
    mutex_unlock(&scope->lock);
}

/* ---- one sleep ---- */

static const char *clock_name(const rclio_clock *clock)
{
    static const char *const names[] = {
        [RCLIO_CLOCK_ROS] = "ROS time", [RCLIO_CLOCK_SYSTEM] = "the system clock", [RCLIO_CLOCK_STEADY] = "the steady clock"};
    return names[clock->kind];
}

static rclio_status fail_closed(const sleep_plan *plan)
{
    return rclio_fail(RCLIO_SHUTDOWN, "no sleep until %.9g s of %s (%s:%d): the context is shut down",
                      (double)plan->until_ns / 1e9, clock_name(plan->clock), plan->file, plan->line);
}

static rclio_status fail_source(const sleep_plan *plan)
{
    return rclio_fail(RCLIO_UNAVAILABLE, "the sleep until %.9g s of %s (%s:%d) cannot end: its source changed, %s",
                      (double)plan->until_ns / 1e9, clock_name(plan->clock), plan->file, plan->line,
                      rclio_clock_is_ros_time_active(plan->clock) ? "it is /clock now" : "it is the system clock now");
}

static void begin(sleeper *s, const sleep_plan *plan)
{
    s->plan = plan;
    clock_alarm_init(&s->alarm, wake_sleeper);
    s->alarm.period_ns = plan->period_ns;
    scope_add(plan->scope, s);
    clock_alarm_set(plan->clock, &s->alarm, plan->until_ns);
}

static rclio_status end(sleeper *s, rclio_status status)
{
    const sleep_plan *plan = s->plan;
    bool source_changed = s->alarm.source_changed;
    clock_alarm_clear(plan->clock, &s->alarm);
    scope_remove(plan->scope, s);
    if (status == RCLIO_SHUTDOWN) return fail_closed(plan);
    return status == RCLIO_OK && source_changed ? fail_source(plan) : status;
}

/* true: the sleep is over, or goes on by another source. Called between WAITING and the switch (TA3). */
static bool task_is_to_look(void *arg)
{
    sleeper *s = arg;
    bool due = clock_alarm_look(s->plan->clock, &s->alarm, &s->look_ns);
    bool other_source = (s->look_ns == RCLIO_FOREVER) != (s->planned_ns == RCLIO_FOREVER); /* of a rate's clock */
    return due || scope_is_closed(s->plan->scope) || other_source;
}

static rclio_status sleep_in_task(rclio_task *task, const sleep_plan *plan)
{
    sleeper s = {.task = task};
    rclio_status status = RCLIO_OK;
    begin(&s, plan);
    while (!clock_alarm_look(plan->clock, &s.alarm, &s.look_ns)) {
        if (scope_is_closed(plan->scope)) {
            status = RCLIO_SHUTDOWN;
            break;
        }
        wait_note note = {.kind = WAIT_CLOCK,
                          .clock = plan->clock,
                          .clock_ns = plan->until_ns,
                          .deadline_ns = s.planned_ns = s.look_ns,
                          .file = plan->file,
                          .line = plan->line};
        status = task_wait(task, &note, task_is_to_look, &s, true);
        if (status == RCLIO_CANCELLED) break;
        status = RCLIO_OK;
    }
    status = end(&s, status);
    if (status == RCLIO_CANCELLED)
        return rclio_fail(RCLIO_CANCELLED, "task '%s' was cancelled while it slept by %s", task->future.what,
                          clock_name(plan->clock));
    return status;
}

rclio_status block_by_clock(const sleep_plan *plan)
{
    sleeper s = {.task = NULL};
    rclio_clock *clock = plan->clock;
    rclio_status status = RCLIO_OK;
    if (executor_current()) return rclio_fail(RCLIO_BAD_STATE, "no blocking here (%s:%d): await instead", plan->file, plan->line);
    if (scope_is_closed(plan->scope)) return fail_closed(plan);
    if (condition_init(&s.changed)) return rclio_error_status();
    begin(&s, plan);
    for (;;) {
        mutex_lock(&clock->lock);
        bool due = clock_alarm_look_locked(clock, &s.alarm, &s.look_ns);
        if (!due && !scope_is_closed(plan->scope)) {
            int64_t look_ns = plan->scope ? deadline_after(SCOPE_LOOK_NS) : RCLIO_FOREVER; /* CS4 */
            condition_wait_until(&s.changed, &clock->lock, look_ns < s.look_ns ? look_ns : s.look_ns);
        }
        mutex_unlock(&clock->lock);
        if (due) break;
        if (!scope_is_closed(plan->scope)) continue;
        status = RCLIO_SHUTDOWN;
        break;
    }
    status = end(&s, status);
    condition_fini(&s.changed);
    return status;
}

/* ---- CS3 ---- */

struct request {
    sleep_plan plan; /* with references */
};

static void request_free(struct request *r)
{
    rclio_clock_unref(r->plan.clock);
    sleep_scope_unref(r->plan.scope);
    free(r);
}

static void run_request(void *arg)
{
    struct request *r = arg;
    rclio_status status = sleep_in_task(rclio_task_current(), &r->plan);
    if (status) task_fail_own(status, "%s", rclio_error());
    request_free(r);
}

static rclio_status sleep_through_executor(const sleep_plan *plan, rclio_executor *executor)
{
    struct request *r = malloc(sizeof *r);
    if (!r) return rclio_fail(RCLIO_NO_MEMORY, "out of memory for a sleep");
    r->plan = *plan;
    rclio_clock_ref(plan->clock);
    sleep_scope_ref(plan->scope);
    rclio_task *task = task_new_own(executor, "sleep of a thread", run_request, r); /* it runs no user code */
    if (!task) {
        request_free(r);
        return rclio_error_status();
    }
    rclio_status status = rclio_wait_at(rclio_task_future(task), RCLIO_FOREVER, plan->file, plan->line);
    if (status) rclio_task_cancel(task); /* nothing when it has ended */
    rclio_task_unref(task);
    return status && scope_is_closed(plan->scope) ? fail_closed(plan) : status; /* whatever the wait failed with */
}

rclio_status sleep_by_clock(const sleep_plan *plan, rclio_executor *executor)
{
    rclio_task *task = rclio_task_current();
    if (!task && executor_current())
        return rclio_fail(RCLIO_BAD_STATE, "no sleep here (%s:%d): not a task", plan->file, plan->line);
    if (scope_is_closed(plan->scope)) return fail_closed(plan);
    if (rclio_clock_now(plan->clock) >= plan->until_ns) return task ? rclio_yield_at(plan->file, plan->line) : RCLIO_OK;
    if (task) return sleep_in_task(task, plan);
    return executor ? sleep_through_executor(plan, executor) : block_by_clock(plan);
}

static rclio_status no_clock(void)
{
    return rclio_fail_missing("there is no clock to sleep by");
}

rclio_status rclio_clock_sleep_until_at(rclio_clock *clock, int64_t time_ns, const char *file, int line)
{
    if (!clock) return no_clock();
    sleep_plan plan = {.clock = clock, .scope = clock->scope, .until_ns = time_ns, .period_ns = -1, .file = file, .line = line};
    return sleep_by_clock(&plan, clock->executor);
}

rclio_status rclio_clock_sleep_for_at(rclio_clock *clock, int64_t duration_ns, const char *file, int line)
{
    int64_t until;
    if (!clock) return no_clock();
    if (__builtin_add_overflow(rclio_clock_now(clock), duration_ns, &until)) until = duration_ns < 0 ? INT64_MIN : RCLIO_FOREVER;
    return rclio_clock_sleep_until_at(clock, until, file, line);
}
