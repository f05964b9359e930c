/* include/rclio/executor.h: what runs callbacks and tasks: one loop over a ready queue, timers and files. Floor: async.
 *
 *   X1  An executor has one thread at a time: the one that spins or dispatches it. Callbacks and tasks run there only.
 *   X2  Every user callback runs in a task of its own (rclio/task.h), so it may await anywhere; an entity that is suspended so
 *       keeps its later events waiting, no other entity's.
 *   X3  Cost is per event: an idle executor makes no system call, and idle entities cost nothing.
 *   X4  Spinning from inside a callback or task of the same executor is RCLIO_BAD_STATE: await instead. */
#ifndef RCLIO_EXECUTOR_H
#define RCLIO_EXECUTOR_H

#include "rclio/api.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct rclio_executor rclio_executor;
typedef struct rclio_future rclio_future;

typedef struct rclio_executor_options {
    const char *name;      /* for rclio_describe_waits() and threads; NULL: "executor". Copied. */
    size_t stack_size;     /* of each task's stack, a power of two; 0: 256 kB (reserved, not resident) */
    size_t worker_threads; /* of the pool behind rclio_await_work(), started when first used; 0: 2 */
} rclio_executor_options;

/* A context has one already (rclio_context_executor); make others to embed or to test.
 * returns  NULL with the error set: RCLIO_SYSTEM (no eventfd, no stacks), RCLIO_NO_MEMORY.
 * thread   any */
RCLIO_API rclio_executor *rclio_executor_new(const rclio_executor_options *options);

/* Cancels every task, runs them to their end, fails every future that still waits here with RCLIO_CANCELLED, frees all. NULL is allowed.
 * thread  one that may spin it; no other call runs or comes after */
RCLIO_API void rclio_executor_destroy(rclio_executor *executor);

/* Runs until rclio_executor_stop(). returns RCLIO_OK, or RCLIO_BAD_STATE (X4, or another thread spins it).
 * thread  the executor's, as for all spin functions and dispatch */
RCLIO_API rclio_status rclio_executor_spin(rclio_executor *executor);

/* Waits for the first event until the timeout (negative: for ever), runs one callback. RCLIO_TIMEOUT when nothing came. */
RCLIO_API rclio_status rclio_executor_spin_once(rclio_executor *executor, int64_t timeout_ns);

/* Runs what is ready now and what becomes ready meanwhile, for at most `limit_ns` (0: no limit), without waiting. */
RCLIO_API rclio_status rclio_executor_spin_some(rclio_executor *executor, int64_t limit_ns);

/* Runs until the future is done, the timeout passes (RCLIO_TIMEOUT) or the executor is stopped (RCLIO_SHUTDOWN). */
RCLIO_API rclio_status rclio_executor_spin_until(rclio_executor *executor, rclio_future *future, int64_t timeout_ns);

/* Makes the spin that runs now, or the next one, return.
 * thread  any; async-signal-safe */
RCLIO_API void rclio_executor_stop(rclio_executor *executor);

/* To embed it in another loop: a file that is readable (poll, epoll, asyncio's add_reader) when rclio_executor_dispatch() has
 * work, timers included. Lent; level-triggered.
 * thread  any */
RCLIO_API int rclio_executor_fd(rclio_executor *executor);

/* Runs at most `limit` callbacks (0: what is ready now), never waits. returns how many ran. thread the executor's */
RCLIO_API size_t rclio_executor_dispatch(rclio_executor *executor, size_t limit);

/* true: the calling thread is inside a turn of this executor. thread any */
RCLIO_API bool rclio_executor_is_current(const rclio_executor *executor);

/* Runs the function once on the executor, in a task. fails RCLIO_NO_MEMORY. thread any */
RCLIO_API rclio_status rclio_executor_post(rclio_executor *executor, void (*run)(void *arg), void *arg);

/* "Why does it hang?" Writes to `out` each executor of this process that the executor knows (itself), its tasks and pending futures:
 * what each awaits, since when, from which line.
 * thread  any; a consistent picture only when called from the executor's thread or while it sleeps */
RCLIO_API void rclio_describe_waits(rclio_executor *executor, int fd);

#ifdef __cplusplus
}
#endif
#endif
