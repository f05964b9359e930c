/* tests/node/crowd.h: a node on executors of many threads, for tests of what these do at once. Threads: the test's. */
#ifndef TESTS_NODE_CROWD_H
#define TESTS_NODE_CROWD_H

#include "../support/harness.h"

#include <pthread.h>
#include <stdatomic.h>

#if defined(__SANITIZE_THREAD__)
#define ROUNDS 40
#else
#define ROUNDS 150
#endif
#define THREADS 4

typedef struct crowd {
    rclio_context *context;
    rclio_executor *executor, *other; /* the context's, and one of two threads; each is spun by a thread */
    rclio_node *node;                 /* "/crowd" */
    pthread_t spinner, other_spinner;
} crowd;

void crowd_open(crowd *c, size_t threads); /* 0: the context's is single-threaded. Also starts the watchdog */
void crowd_close(crowd *c);

rclio_context *crowd_context(size_t threads);
void *spin_executor(void *executor); /* a thread's function */
void wait_for_flag(atomic_int *flag, int wanted);

/* Waits for a task, and drops it; spins nothing. */
void join(rclio_task *task);
void join_future(rclio_future *future);

#endif
