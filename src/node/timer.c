/* src/node/timer.c: timers of nodes, over the executor's timers.
 *
 *   T1  `next_ns` is when the next call is due, on the timer's clock; it moves by whole periods, so the phase is kept, and over those
 *       that were missed, so there is no burst.
 *   T2  The executor's timer wakes a source and the callback runs there; it is armed again before the callback, so that a callback
 *       shorter than the period delays nothing.
 *   T3  On the system clock it looks at least once in SYSTEM_LOOK_NS: a step of that clock is noticed that soon.
 * Threads: as the public header says. Tests: tests/node/test_timer.c. */
#include "base/clock.h"
#include "base/error.h"
#include "base/text.h"
#include "node/node.h"
#include "rclio/topic.h"

#include <stdlib.h>

#define SYSTEM_LOOK_NS RCLIO_S(1)

struct rclio_timer {
    entity entity; /* references: the owner's, the source's */
    source source;
    timer timer;
    char *what;
    rclio_timer_callback_fn *call;
    void *arg;
    rclio_timer_options options;
    int64_t period_ns;
    int64_t next_ns; /* T1 */
    bool canceled, destroyed;
};

static int64_t now_of(const rclio_timer *t)
{
    return t->options.system_clock ? clock_system_ns() : clock_steady_ns();
}

static void arm(rclio_timer *t)
{
    int64_t deadline = t->next_ns;
    if (t->options.system_clock) { /* T3 */
        int64_t left = t->next_ns - clock_system_ns();
        deadline = clock_steady_ns() + (left < SYSTEM_LOOK_NS ? left : SYSTEM_LOOK_NS);
    }
    timer_arm(&t->timer, deadline);
}

static void expired(timer *inner)
{
    rclio_timer *t = list_entry(inner, rclio_timer, timer);
    if (t->options.system_clock && clock_system_ns() < t->next_ns)
        arm(t);
    else
        source_wake(&t->source);
}

static void advance(rclio_timer *t, int64_t now) /* T1 */
{
    if (t->period_ns == 0) {
        t->next_ns = now;
        return;
    }
    t->next_ns += t->period_ns;
    if (t->next_ns >= now) return;
    int64_t missed = (now - t->next_ns) / t->period_ns + 1;
    t->next_ns += missed * t->period_ns;
}

static void run(source *s)
{
    rclio_timer *t = list_entry(s, rclio_timer, source);
    int64_t now = now_of(t);
    if (t->canceled || t->destroyed || now < t->next_ns) return; /* cancelled or reset since it expired */
    if (t->options.one_shot) {
        t->canceled = true;
    } else {
        advance(t, now);
        arm(t); /* T2 */
    }
    USER_CODE(t->source.executor, t->call(t, t->arg));
}

static void released(source *s)
{
    entity_unref(&list_entry(s, rclio_timer, source)->entity);
}

static void timer_free(entity *e)
{
    rclio_timer *t = (rclio_timer *)(void *)e;
    free(t->what);
    free(t);
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
    t->next_ns = now_of(t) + t->period_ns;
    arm(t);
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
    if (options) t->options = *options;
    if (entity_join(&t->entity, t->options.group) != RCLIO_OK ||
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
    timer_disarm(&t->timer);
    source_fini(&t->source);
    entity_unref(&t->entity);
}

void rclio_timer_cancel(rclio_timer *t)
{
    if (!t) return;
    EXECUTOR_GUARD(t->entity.executor);
    if (t->destroyed) return;
    t->canceled = true;
    timer_disarm(&t->timer);
}

rclio_status rclio_timer_reset(rclio_timer *t)
{
    if (!t) return rclio_fail(RCLIO_INVALID, "no timer to reset");
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
    if (!t) return rclio_fail(RCLIO_INVALID, "no timer to set");
    if (check_period(period_ns) != RCLIO_OK) return rclio_error_status();
    EXECUTOR_GUARD(t->entity.executor);
    t->period_ns = period_ns;
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
    return t->canceled ? RCLIO_FOREVER : t->next_ns - now_of(t);
}
