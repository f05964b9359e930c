/* src/async/worker_pool.c: see worker_pool.h. */
#include "async/worker_pool.h"

#include "base/error.h"

#include <stdio.h>
#include <stdlib.h>

#define DEFAULT_THREADS 2

rclio_status worker_pool_init(worker_pool *pool, size_t limit)
{
    *pool = (worker_pool){.limit = limit ? limit : DEFAULT_THREADS};
    list_init(&pool->waiting);
    rclio_status status = mutex_init(&pool->lock);
    if (status) return status;
    status = condition_init(&pool->changed);
    if (status) mutex_fini(&pool->lock);
    return status;
}

static void worker_main(void *arg)
{
    worker_pool *pool = arg;
    mutex_lock(&pool->lock);
    for (;;) {
        while (list_is_empty(&pool->waiting) && !pool->closing) {
            pool->free++;
            condition_wait(&pool->changed, &pool->lock);
            pool->free--;
        }
        if (list_is_empty(&pool->waiting)) break;
        work *w = list_entry(pool->waiting.next, work, node);
        list_remove(&w->node);
        pool->length--;
        mutex_unlock(&pool->lock);
        w->run(w->arg);
        w->ended(w); /* W2 */
        mutex_lock(&pool->lock);
    }
    mutex_unlock(&pool->lock);
}

/* W1. Called with the lock held. */
static rclio_status start_one(worker_pool *pool) REQUIRES(pool->lock)
{
    char name[16];
    if (!pool->threads && !(pool->threads = calloc(pool->limit, sizeof *pool->threads)))
        return rclio_fail(RCLIO_NO_MEMORY, "out of memory for worker threads");
    snprintf(name, sizeof name, "rclio-work-%u", (unsigned)pool->started % 1000);
    rclio_status status = thread_start(&pool->threads[pool->started], name, worker_main, pool);
    if (status == RCLIO_OK) pool->started++;
    return status;
}

rclio_status worker_pool_submit(worker_pool *pool, work *w)
{
    rclio_status status = RCLIO_OK;
    mutex_lock(&pool->lock);
    if (pool->length >= pool->free && pool->started < pool->limit) status = start_one(pool);
    if (status == RCLIO_OK || pool->started > 0) {
        status = RCLIO_OK; /* others will get to it */
        list_append(&pool->waiting, &w->node);
        pool->length++;
        condition_signal_all(&pool->changed);
    }
    mutex_unlock(&pool->lock);
    return status;
}

void worker_pool_fini(worker_pool *pool)
{
    mutex_lock(&pool->lock);
    pool->closing = true;
    condition_signal_all(&pool->changed);
    mutex_unlock(&pool->lock);
    for (size_t i = 0; i < pool->started; i++) thread_join(&pool->threads[i]);
    free(pool->threads);
    condition_fini(&pool->changed);
    mutex_fini(&pool->lock);
}
