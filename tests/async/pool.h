/* tests/async/pool.h: what the tests of multi-threaded executors and of strands share. Threads: any, but for what takes a strand's sources
 * in or out, which is the test's. */
#ifndef RCLIO_TESTS_ASYNC_POOL_H
#define RCLIO_TESTS_ASYNC_POOL_H

#include "async_test.h"

#include "async/executor.h"
#include "async/source.h"

#include <pthread.h>

#define THREADS 4
#if MANY_TASKS < 10000
#define EVENTS 20000
#else
#define EVENTS 100000
#endif

/* An executor with so many threads per test. */
int new_pool(void **state);
#define pool_test(function) cmocka_unit_test_setup_teardown(function, new_pool, destroy_executor)

void wait_for_flag(atomic_int *flag, int wanted);
void count_one(void *count); /* an atomic_int */
void *spin_executor(void *executor);

/* A meeting that blocks its threads until all have come: it ends only if they run at the same time. */
typedef struct meeting {
    pthread_barrier_t barrier;
    atomic_int left;
    rclio_future *over;
} meeting;

void meeting_init(meeting *m, rclio_executor *executor, unsigned count);
void meet(void *meeting); /* a callback or a task */
void meeting_fini(rclio_executor *executor, meeting *m);

struct visits;
struct visitor {
    source source; /* first */
    struct visits *of;
};

/* Sources of a strand that share something without a lock. */
struct visits {
    strand *strand;
    long count; /* no atomic: TSan sees two at once */
    atomic_int inside;
    atomic_bool overlapped;
    long wanted;
    rclio_future *over;
    struct visitor visitors[6];
    atomic_int released;
    pthread_t threads[2];
};

void visits_init(struct visits *v, rclio_executor *executor, source_fn *run, long wanted);
void visits_fini(struct visits *v, rclio_executor *executor);
void visit(struct visits *v);
void visit_run(source *s);          /* of each visitor: visits and wakes itself again */
void *wake_all_often(void *visits); /* a thread */

#endif
