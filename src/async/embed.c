/* src/async/embed.c: another loop waits for an executor and runs it: E7 and E8 of executor.h. Threads: who dispatches has the turn; else any.
 * Tests: tests/async/test_embed.c. */
#include "async/executor.h"
#include "base/error.h"

#define LEFT_CALLS 64 /* what dispatch runs of them beyond what was ready */

static void embed(rclio_executor *executor)
{
    atomic_store(&executor->embedded, true);
    executor_wake(executor); /* the first dispatch looks at everything */
    if (executor->lanes) lanes_stay_open(executor->lanes);
}

int rclio_executor_fd(rclio_executor *executor)
{
    if (!atomic_exchange(&executor->watched, true)) embed(executor);
    return executor->epoll_fd;
}

static int64_t next_of(const rclio_executor *executor)
{
    bool is_told_by_edge = atomic_load(&executor->turned_away) && atomic_load(&executor->owner); /* E8 */
    return is_told_by_edge ? RCLIO_FOREVER : atomic_load(&executor->told_ns);
}

int64_t rclio_executor_next(const rclio_executor *executor)
{
    return next_of(executor);
}

int rclio_executor_wait_begin(rclio_executor *executor, bool edge, int64_t *until_ns)
{
    if (!atomic_load(&executor->embedded)) embed(executor);
    atomic_fetch_add(&executor->waiters, 1); /* E7 */
    *until_ns = next_of(executor);
    return edge && !atomic_load(&executor->told_of_files) ? executor->event_fd : executor->epoll_fd;
}

void rclio_executor_wait_end(rclio_executor *executor)
{
    atomic_fetch_sub(&executor->waiters, 1);
}

/* E8 */
static bool enter(rclio_executor *executor)
{
    bool busy = false;
    if (turn_enter(executor, &busy) == RCLIO_OK) return true;
    if (!busy) return false;
    atomic_store(&executor->turned_away, true);
    if (turn_enter(executor, NULL)) return false;
    rclio_error_clear();
    return true;
}

/* Done callbacks that what has run has left: in the same turn, they cost the embedding loop no wake-up of their own. Sources wait for the
 * next: whom they hand messages to has to take them first. */
static void run_left_calls(rclio_executor *executor)
{
    const ready_item *next;
    for (int i = 0; i < LEFT_CALLS && !executor->starving && (next = ready_queue_peek(&executor->ready)); i++) {
        if (next->kind != READY_CALL) return;
        turn_run(executor, 1);
    }
}

static size_t dispatch(rclio_executor *executor, size_t limit, void (*collect)(rclio_executor *executor))
{
    bool all = limit == 0;
    if (!executor || !enter(executor)) return 0;
    size_t ran = executor->ran;
    executor_tell_of_stop(executor);
    collect(executor);
    if (all) limit = ready_queue_length(&executor->ready);
    if (limit > 0) turn_run(executor, limit);
    if (all) run_left_calls(executor);
    ran = executor->ran - ran;
    turn_leave(executor);
    return ran;
}

size_t rclio_executor_dispatch(rclio_executor *executor, size_t limit)
{
    return dispatch(executor, limit, turn_collect);
}

size_t rclio_executor_dispatch_edge(rclio_executor *executor, size_t limit)
{
    return dispatch(executor, limit, turn_collect_awaited);
}
