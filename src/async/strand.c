/* src/async/strand.c: see strand.h. [lanes]: with the lock of the lanes. */
#include "async/circle.h"
#include "async/executor.h"
#include "async/source.h"
#include "async/strand_turn.h"
#include "async/task.h"
#include "base/error.h"

#include <stdlib.h>

strand *strand_new(bool reentrant)
{
    strand *s = calloc(1, sizeof *s);
    if (!s) return rclio_fail_null(RCLIO_NO_MEMORY, "out of memory for a callback group");
    atomic_init(&s->references, 1);
    s->reentrant = reentrant;
    circle_init(&s->waiting);
    return s;
}

strand *strand_ref(strand *s)
{
    if (s) atomic_fetch_add_explicit(&s->references, 1, memory_order_relaxed);
    return s;
}

void strand_unref(strand *s)
{
    if (s && atomic_fetch_sub_explicit(&s->references, 1, memory_order_acq_rel) == 1) free(s);
}

bool strand_enter(ready_item *item)
{
    strand *s = item->strand;
    if (item->entered || !s) return true;
    if (!s->reentrant && s->inside > 0) {
        circle_append(&s->waiting, item);
        return false;
    }
    s->inside++;
    item->entered = true;
    return true;
}

static bool is_job(const ready_item *item)
{
    return item->kind != READY_TASK_RESUME && item->kind != READY_THREAD;
}

/* Nothing may be begun now: what has begun must not wait behind it. */
static void send_jobs_back(lane_pool *pool, strand *s)
{
    for (ready_item *item = s->waiting.previous, *before; item != &s->waiting; item = before) {
        before = item->previous;
        if (!is_job(item)) continue;
        circle_remove(item);
        circle_put_first(&pool->jobs, item);
    }
}

/* ST1: the first that waits has the strand from here on. */
static void hand_over(lane_pool *pool, strand *s)
{
    if (pool->allowance == 0) send_jobs_back(pool, s);
    if (circle_is_empty(&s->waiting)) return;
    ready_item *item = s->waiting.next;
    circle_remove(item);
    s->inside++;
    item->entered = true;
    switch (item->kind) {
    case READY_TASK_RESUME:
        ready_item_claim(item);
        executor_push(list_entry(item, rclio_task, ready)->executor, item);
        break;
    case READY_THREAD: condition_signal_all(&pool->changed); break;
    default: circle_append(&pool->reserved, item); break;
    }
}

void strand_leave(lane_pool *pool, strand *s)
{
    s->inside--;
    if (s->inside > 0 && !s->reentrant) return;
    hand_over(pool, s);
    if (s->closed && s->inside == 0) condition_signal_all(&pool->changed);
}

void strands_give_up_reserved(lane_pool *pool)
{
    while (!circle_is_empty(&pool->reserved)) {
        ready_item *item = pool->reserved.previous;
        circle_remove(item);
        circle_put_first(&pool->jobs, item);
        item->entered = false;
        strand_leave(pool, item->strand);
    }
}

void lanes_leave_strand(lane_pool *pool, strand *s)
{
    if (!s) return;
    mutex_lock(&pool->lock);
    strand_leave(pool, s);
    lane *woken = lanes_wake_one(pool);
    mutex_unlock(&pool->lock);
    lane_wake(woken);
    strand_unref(s);
}

void strand_close(strand *s, rclio_executor *executor)
{
    lane_pool *pool = executor->lanes;
    if (!s || !pool) return;
    bool outside = !executor_is_around(executor);
    mutex_lock(&pool->lock);
    s->closed = true;
    while (outside && s->inside > 0) condition_wait(&pool->changed, &pool->lock);
    mutex_unlock(&pool->lock);
}

/* ---- tasks: ST2 ---- */

unsigned lane_leave(rclio_task *task)
{
    rclio_executor *root = task->executor->root;
    if (task->ready.entered) {
        mutex_lock(&root->lanes->lock);
        task->ready.entered = false;
        strand_leave(root->lanes, task->ready.strand);
        lane *woken = lanes_wake_one(root->lanes);
        mutex_unlock(&root->lanes->lock);
        lane_wake(woken);
    }
    return executor_release(root);
}

bool lane_reenter(rclio_task *task)
{
    lane_pool *pool = task->executor->root->lanes;
    if (!task->ready.strand || task->ready.entered) return true;
    mutex_lock(&pool->lock);
    bool entered = strand_enter(&task->ready);
    mutex_unlock(&pool->lock);
    return entered;
}

void lane_block(rclio_task *task)
{
    if (!task || task->executor->root == task->executor || !task->ready.entered) return;
    lane_leave(task); /* user code: it does not hold the state lock */
}

void lane_unblock(rclio_task *task)
{
    if (!task || task->executor->root == task->executor || !task->ready.strand || task->ready.entered) return;
    lane_pool *pool = task->executor->root->lanes;
    ready_item line;
    ready_item_init(&line, READY_THREAD);
    line.strand = task->ready.strand;
    mutex_lock(&pool->lock);
    if (!strand_enter(&line))
        while (!line.entered) condition_wait(&pool->changed, &pool->lock);
    task->ready.entered = true;
    mutex_unlock(&pool->lock);
}
