/* src/async/source.c: see source.h. */
#include "async/source.h"

#include "async/executor.h"

void source_init(source *s, rclio_executor *executor, const char *name, source_fn *run, source_fn *released)
{
    *s = (source){.executor = executor, .name = name, .run = run, .released = released, .limit = 1};
    ready_item_init(&s->ready, READY_SOURCE);
    s->ready.own = true;
}

void source_set_strand(source *s, strand *in, unsigned limit)
{
    s->ready.strand = in;
    s->ready.own = !in; /* LN6 */
    s->limit = limit;
}

void source_wake(source *s)
{
    if (ready_item_claim(&s->ready)) executor_push(s->executor, &s->ready); /* S1 */
}

bool source_fini(source *s)
{
    RCLIO_ON_EXECUTOR(s->executor);
    if (s->executor->lanes) {
        if (!lanes_finish_source(s->executor->lanes, s)) return false;
    } else {
        s->finished = true;
        ready_queue_remove(&s->executor->ready, &s->ready); /* S4 */
        if (s->inside > 0) return false;
    }
    if (s->released) s->released(s);
    return true;
}

void source_fini_and_wait(source *s)
{
    rclio_executor *executor = s->executor;
    if (source_fini(s) || !executor->lanes) return;
    USER_CODE(executor, lanes_await_source(executor->lanes, s));
}

/* ---- timers ---- */

void timer_init(timer *t, rclio_executor *executor, timer_fn *expired)
{
    t->executor = executor;
    t->deadline_ns = RCLIO_FOREVER;
    t->expired = expired;
    t->in_heap = false;
    t->child = t->next = t->previous = NULL;
    ready_item_init(&t->ready, READY_TIMER);
    atomic_init(&t->wanted_ns, RCLIO_FOREVER);
}

static void arm_here(timer *t, int64_t deadline_ns)
{
    timer_heap *heap = &t->executor->timers;
    if (t->in_heap) timer_heap_remove(heap, t);
    if (deadline_ns <= t->executor->expiring_ns) deadline_ns = t->executor->expiring_ns + 1; /* after all that expire now */
    t->deadline_ns = deadline_ns;
    if (deadline_ns != RCLIO_FOREVER) timer_heap_insert(heap, t);
}

void timer_take_over(timer *t)
{
    arm_here(t, atomic_load(&t->wanted_ns));
}

rclio_status timer_arm(timer *t, int64_t deadline_ns)
{
    if (t->executor->lanes) {
        executor_enter(t->executor);
        arm_here(t, deadline_ns);
        executor_timer_armed(t->executor);
        executor_leave(t->executor);
        return RCLIO_OK;
    }
    if (executor_is_mine(t->executor)) {
        ready_queue_remove(&t->executor->ready, &t->ready); /* T1: the last one wins */
        arm_here(t, deadline_ns);
        return RCLIO_OK;
    }
    atomic_store(&t->wanted_ns, deadline_ns);
    if (ready_item_claim(&t->ready)) executor_push(t->executor, &t->ready);
    return RCLIO_OK;
}

void timer_disarm(timer *t)
{
    RCLIO_ON_EXECUTOR(t->executor);
    if (t->in_heap) timer_heap_remove(&t->executor->timers, t);
    t->deadline_ns = RCLIO_FOREVER;
    if (atomic_load_explicit(&t->ready.queued, memory_order_relaxed)) ready_queue_remove(&t->executor->ready, &t->ready);
}
