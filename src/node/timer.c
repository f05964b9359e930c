/* src/node/timer.c: timers of a node.
 *
 *   TM1 Call number n is due at start + n * period. After a stall the calls that were missed are skipped, the phase stays.
 *   TM2 The callback runs in the source's task; the executor's timer only wakes that source, and is armed again when the callback starts.
 *   TM3 A timer on the system clock is due by that clock; a step of the clock is noticed when the executor's timer next expires, at
 *       most RECHECK later.
 * Threads: the executor's, or one while nothing spins. */
#include "base/clock.h"
#include "base/error.h"
#include "node/node.h"

#include <stdlib.h>

static const int64_t RECHECK = RCLIO_MS(100);

struct rclio_timer {
    entity entity;
    source source;
    timer timer;
    int64_t period_ns;
    int64_t due_ns; /* on the timer's clock; RCLIO_FOREVER: cancelled */
    bool system_clock, one_shot;
    rclio_timer_callback_fn *call;
    void *arg;
};

static int64_t now_of(const rclio_timer *t)
{
    return t->system_clock ? clock_system_ns() : clock_steady_ns();
}

static rclio_status arm(rclio_timer *t)
{
    int64_t deadline = t->due_ns;
    if (t->system_clock && deadline != RCLIO_FOREVER) { /* TM3 */
        int64_t wait = t->due_ns - clock_system_ns();
        deadline = clock_steady_ns() + (wait < RECHECK ? wait : RECHECK);
    }
    if (deadline == RCLIO_FOREVER) {
        timer_disarm(&t->timer);
        return RCLIO_OK;
    }
    return timer_arm(&t->timer, deadline);
}

static void expired(timer *executor_timer)
{
    rclio_timer *t = list_entry(executor_timer, rclio_timer, timer);
    if (now_of(t) < t->due_ns)
        arm(t);
    else
        source_wake(&t->source);
}

/* TM1: the first due time after now that keeps the phase. */
static int64_t next_due(const rclio_timer *t, int64_t now)
{
    int64_t late = now - t->due_ns;
    return t->due_ns + (late / t->period_ns + 1) * t->period_ns;
}

static void run(source *s)
{
    rclio_timer *t = list_entry(s, rclio_timer, source);
    int64_t now = now_of(t);
    if (t->due_ns == RCLIO_FOREVER) return;
    if (now >= t->due_ns) {
        t->due_ns = t->one_shot ? RCLIO_FOREVER : next_due(t, now);
        entity_ref(&t->entity);
        arm(t);
        t->call(t, t->arg);
        entity_unref(&t->entity);
        return;
    }
    arm(t);
}

static void timer_entity_destroy(entity *e)
{
    rclio_timer_destroy((rclio_timer *)e);
}

static void timer_free(entity *e)
{
    free(e);
}

static void released(source *s)
{
    entity_unref(&list_entry(s, rclio_timer, source)->entity);
}

rclio_timer *rclio_timer_new(rclio_node *node, int64_t period_ns, rclio_timer_callback_fn *call, void *arg, const rclio_timer_options *options)
{
    static const rclio_timer_options defaults = {0};
    const rclio_timer_options *o = options ? options : &defaults;
    if (!node) return NULL;
    if (period_ns < 0 || !call)
        return rclio_fail_null(RCLIO_INVALID, "no timer of node '%s': %s", node->full_name, call ? "the period is negative" : "no callback");
    rclio_timer *t = calloc(1, sizeof *t);
    if (!t) return rclio_fail_null(RCLIO_NO_MEMORY, "out of memory for a timer of node '%s'", node->full_name);
    entity_init(&t->entity, node, timer_entity_destroy, timer_free);
    t->period_ns = period_ns > 0 ? period_ns : 1;
    t->system_clock = o->system_clock;
    t->one_shot = o->one_shot;
    t->call = call;
    t->arg = arg;
    t->due_ns = RCLIO_FOREVER;
    source_init(&t->source, node->executor, "timer", run, released);
    timer_init(&t->timer, node->executor, expired);
    if (!o->autostart_off && rclio_timer_reset(t)) {
        free(t);
        return NULL;
    }
    entity_adopt(&t->entity);
    return t;
}

void rclio_timer_destroy(rclio_timer *t)
{
    if (!t) return;
    timer_disarm(&t->timer);
    t->due_ns = RCLIO_FOREVER;
    entity_orphan(&t->entity);
    source_fini(&t->source); /* released() gives the owner's reference back */
}

void rclio_timer_cancel(rclio_timer *t)
{
    t->due_ns = RCLIO_FOREVER;
    timer_disarm(&t->timer);
}

rclio_status rclio_timer_reset(rclio_timer *t)
{
    int64_t now = now_of(t);
    t->due_ns = t->period_ns > RCLIO_FOREVER - now - 1 ? RCLIO_FOREVER - 1 : now + t->period_ns;
    return arm(t);
}

bool rclio_timer_is_canceled(const rclio_timer *t)
{
    return t->due_ns == RCLIO_FOREVER;
}

rclio_status rclio_timer_set_period(rclio_timer *t, int64_t period_ns)
{
    if (period_ns < 0) return rclio_fail(RCLIO_INVALID, "a timer of node '%s': the period is negative", t->entity.node->full_name);
    t->period_ns = period_ns > 0 ? period_ns : 1;
    return RCLIO_OK;
}

int64_t rclio_timer_period(const rclio_timer *t)
{
    return t->period_ns;
}

int64_t rclio_timer_until_next(const rclio_timer *t)
{
    return t->due_ns == RCLIO_FOREVER ? RCLIO_FOREVER : t->due_ns - now_of(t);
}
