/* src/async/worker_pool.h: threads that run functions which would block the executor.
 *
 *   W1  Threads start when work comes and none is free, up to the limit; they are named and joined by worker_pool_fini().
 *   W2  The work's memory is the submitter's and is not touched once `ended` has been called.
 * Threads: submit from any; `run` and `ended` on a worker. */
#ifndef RCLIO_ASYNC_WORKER_POOL_H
#define RCLIO_ASYNC_WORKER_POOL_H

#include "base/list.h"
#include "base/thread.h"

typedef struct work work;
struct work {
    list node;
    void (*run)(void *arg);
    void *arg;
    void (*ended)(work *w); /* the last that is done with the work */
};

typedef struct worker_pool {
    mutex lock;
    condition changed;
    list waiting;  /* work */
    size_t length; /* of waiting */
    size_t limit;  /* of threads */
    size_t started;
    size_t free; /* threads that wait for work */
    bool closing;
    thread *threads;
} worker_pool;

rclio_status worker_pool_init(worker_pool *pool, size_t limit); /* starts nothing; 0: 2 threads */
void worker_pool_fini(worker_pool *pool);                       /* runs what was submitted, then joins */

/* fails  RCLIO_SYSTEM, RCLIO_NO_MEMORY: not even one thread could be started */
rclio_status worker_pool_submit(worker_pool *pool, work *w);

#endif
