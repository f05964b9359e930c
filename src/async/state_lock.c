/* src/async/state_lock.c: the state lock of a multi-threaded executor (LN4 of lanes.h); of a single-threaded one nothing.
 * Threads: any. */
#include "async/executor.h"
#include "async/source.h"

static bool is_owner(const lane_pool *pool)
{
    return atomic_load_explicit(&pool->state_owner, memory_order_relaxed) == pthread_self();
}

THREAD_ANALYSIS(no_thread_safety_analysis) void executor_restore(rclio_executor *executor, unsigned depth)
{
    lane_pool *pool = executor->lanes;
    if (!pool || depth == 0) return;
    mutex_lock(&pool->state);
    atomic_store_explicit(&pool->state_owner, pthread_self(), memory_order_relaxed);
    pool->state_depth = depth;
}

THREAD_ANALYSIS(no_thread_safety_analysis) unsigned executor_release(rclio_executor *executor)
{
    lane_pool *pool = executor->lanes;
    if (!pool || !is_owner(pool)) return 0;
    unsigned depth = pool->state_depth;
    pool->state_depth = 0;
    atomic_store_explicit(&pool->state_owner, (pthread_t)0, memory_order_relaxed);
    mutex_unlock(&pool->state);
    return depth;
}

void executor_enter(rclio_executor *executor)
{
    if (!executor->lanes) return;
    if (is_owner(executor->lanes))
        executor->lanes->state_depth++;
    else
        executor_restore(executor, 1);
}

void executor_leave(rclio_executor *executor)
{
    if (!executor->lanes) return;
    if (executor->lanes->state_depth > 1)
        executor->lanes->state_depth--;
    else
        executor_release(executor);
}

rclio_executor *executor_guard(rclio_executor *executor)
{
    executor_enter(executor);
    return executor;
}

void executor_unguard(rclio_executor **executor)
{
    executor_leave(*executor);
}

bool executor_owns_state(const rclio_executor *executor)
{
    return is_owner(executor->lanes);
}
