/* src/node/counters.h: what entities count (rclio/statistics.h), and failures of their callbacks.
 *
 *   CO1  One thread at a time counts for an entity: who has the executor's turn or its state lock. So a count is a load and a store;
 *        atomic only because any thread may read.
 *   CO2  A failure is logged under the node's logger, with the place where it was reported; at most LOGGED_A_SECOND a second for an
 *        entity, and how many were not.
 *   CO3  Programs publish from any thread, without either: what a publisher received, dropped and failed with is added atomically.
 * Threads: counters_read and count_anywhere any, the rest the executor's. Tests: tests/node/test_failure.c, test_counters.c. */
#ifndef RCLIO_NODE_COUNTERS_H
#define RCLIO_NODE_COUNTERS_H

#include "async/failure.h"
#include "node/node.h"
#include "rclio/statistics.h"

typedef struct counters {
    atomic_ullong received, dropped, late, failed, callbacks, queue_high;
    atomic_llong total_ns, max_ns;
    int64_t logging_since_ns; /* CO2 */
    unsigned logged;
    uint64_t not_logged;
} counters;

static inline void count_some(atomic_ullong *counter, uint64_t some) /* CO1 */
{
    atomic_store_explicit(counter, atomic_load_explicit(counter, memory_order_relaxed) + some, memory_order_relaxed);
}

static inline void count_one(atomic_ullong *counter)
{
    count_some(counter, 1);
}

static inline void count_anywhere(atomic_ullong *counter) /* CO3 */
{
    atomic_fetch_add_explicit(counter, 1, memory_order_relaxed);
}

static inline void count_queue(counters *c, uint64_t waiting)
{
    if (waiting > atomic_load_explicit(&c->queue_high, memory_order_relaxed))
        atomic_store_explicit(&c->queue_high, waiting, memory_order_relaxed);
}

/* A callback has returned. */
static inline void count_callback(counters *c, int64_t duration_ns)
{
    count_one(&c->callbacks);
    atomic_store_explicit(&c->total_ns, atomic_load_explicit(&c->total_ns, memory_order_relaxed) + duration_ns,
                          memory_order_relaxed);
    if (duration_ns > atomic_load_explicit(&c->max_ns, memory_order_relaxed))
        atomic_store_explicit(&c->max_ns, duration_ns, memory_order_relaxed);
}

/* fails RCLIO_INVALID: either is NULL */
rclio_status counters_read(const counters *c, rclio_counters *read);

/* The callback that has just run in this task: its failure, counted and logged (CO2) in words that begin with `what`, is moved to *failure
 * (task_failure_fini; NULL: freed here). false: it did not fail. */
bool callback_failed(rclio_node *node, counters *c, const char *what, task_failure *failure);

/* Counts and logs a failure that is not a callback's own words. */
void count_failure(rclio_node *node, counters *c, const char *what, const task_failure *failure);

/* For executors of a context: failures that belong to no entity go to its log. */
void context_log_failure(const char *what, const task_failure *failure, void *context);

#endif
