/* src/base/thread.h: threads with a name, and a mutex that clang's thread-safety analysis understands.
 *
 *   TH1  Every thread is named and joined: thread_start() and thread_join() come in pairs.
 *   TH2  Threads of rclio block all signals, so a program's handlers run in its own threads. */
#ifndef RCLIO_BASE_THREAD_H
#define RCLIO_BASE_THREAD_H

#include "rclio/api.h"

#include <pthread.h>

#if defined(__clang__)
#define THREAD_ANALYSIS(x) __attribute__((x))
#else
#define THREAD_ANALYSIS(x)
#endif
#define REQUIRES(lock) THREAD_ANALYSIS(requires_capability(lock))

typedef struct THREAD_ANALYSIS(capability("mutex")) mutex {
    pthread_mutex_t handle;
} mutex;

#define MUTEX_INITIALIZER         \
    {                             \
        PTHREAD_MUTEX_INITIALIZER \
    }

rclio_status mutex_init(mutex *m);
void mutex_fini(mutex *m);
void mutex_lock(mutex *m) THREAD_ANALYSIS(acquire_capability(*m));
void mutex_unlock(mutex *m) THREAD_ANALYSIS(release_capability(*m));

/* A condition that waits on the steady clock. */
typedef struct condition {
    pthread_cond_t handle;
} condition;

rclio_status condition_init(condition *c);
void condition_fini(condition *c);
void condition_wait(condition *c, mutex *m) REQUIRES(*m);

/* false: the deadline (steady clock, RCLIO_FOREVER: none) passed. */
bool condition_wait_until(condition *c, mutex *m, int64_t deadline_ns) REQUIRES(*m);
void condition_signal_all(condition *c);

typedef struct thread {
    pthread_t handle;
    bool started;
} thread; /* {0}: not started */

/* `name`: at most 15 characters, shown by ps -L and gdb. */
rclio_status thread_start(thread *t, const char *name, void (*run)(void *arg), void *arg);

/* Waits for the end of the thread; nothing when it was never started. */
void thread_join(thread *t);

#endif
