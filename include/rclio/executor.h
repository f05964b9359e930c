/* include/rclio/executor.h: what runs callbacks and tasks: one loop over a ready queue, timers and files. Floor: async.
 *
 *   X1  An executor has one thread at a time: the one that spins or dispatches it. Callbacks and tasks run there only.
 *   X2  Every user callback runs in a task of its own (rclio/task.h), so it may await anywhere; an entity that is suspended so
 *       keeps its later events waiting, no other entity's.
 *   X3  Cost is per event: an idle executor makes no system call, and idle entities cost nothing.
 *   X4  Spinning from inside a callback or task of the same executor is RCLIO_BAD_STATE: await instead.
 *   X5  Suspended tasks belong to the thread that ran them. While there are any, another thread that spins gets RCLIO_BAD_STATE.
 *       Only rclio_executor_destroy() may end them from another thread.
 *   X6  A multi-threaded executor has a fixed pool of threads, `rclio-exec-N`: callbacks, tasks, posts and done callbacks run there, at
 *       the same time as each other unless a callback group (rclio/callback_group.h) keeps them apart; each task stays on the thread
 *       that began it. Whoever spins it runs none of them: spinning opens the pool and serves timers. When spinning ends, nothing
 *       more is begun; what has begun goes on. Its nodes' functions may be called from any thread. X1, X5 are the single-threaded's. */
#ifndef RCLIO_EXECUTOR_H
#define RCLIO_EXECUTOR_H

#include "rclio/api.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct rclio_executor rclio_executor;
typedef struct rclio_future rclio_future;

#define RCLIO_THREADS_AUTO SIZE_MAX

typedef struct rclio_executor_options {
    const char *name;      /* for rclio_describe_waits() and threads; NULL: "executor". Copied. */
    size_t stack_size;     /* of each task's stack, a power of two; 0: 256 kB (reserved, not resident) */
    size_t worker_threads; /* of the pool behind rclio_await_work(), started when first used; 0: 2 */
    size_t threads; /* 0: single-threaded. Else multi-threaded (X6) with so many; RCLIO_THREADS_AUTO: one a core, at least 2 */
    size_t maximum_tasks; /* tasks, and functions posted, that there may be at a time; 0: 100,000; beyond it: RCLIO_LIMIT */
    int64_t
        spin_before_sleep_ns; /* how long it may look for work before it sleeps (20 us is much); 0: not at all. Adaptive; for an
                                     executor with a core of its own only (docs/executors.md), ignored where there is one core */
} rclio_executor_options;

/* A context has one already (rclio_context_executor); make others to embed or to test.
 * returns  NULL with the error set: RCLIO_SYSTEM (no eventfd, no stacks), RCLIO_NO_MEMORY.
 * thread   any */
RCLIO_API rclio_executor *rclio_executor_new(const rclio_executor_options *options);

/* Cancels every task and every pending future (RCLIO_CANCELLED), runs the tasks and done callbacks to their end, frees all. What
 * a task awaits while it cleans up is cancelled again when nothing else is left to run: it returns only when each task does.
 * Sources that are ready are not run. Futures and task handles that others hold stay valid. NULL is allowed.
 * thread  any while no other spins it and no other call runs or comes after; not from inside (the process is aborted) */
RCLIO_API void rclio_executor_destroy(rclio_executor *executor);

/* Runs until rclio_executor_stop(). returns RCLIO_OK, or RCLIO_BAD_STATE (X4, X5, or another thread spins it).
 * thread  the executor's, as for all spin functions and dispatch; they fail alike */
RCLIO_API rclio_status rclio_executor_spin(rclio_executor *executor);

/* Waits for the first event until the timeout (negative: for ever), runs one callback or one step of a task (X6: lets one begin, does
 * not wait for its end). RCLIO_TIMEOUT: nothing came; RCLIO_SHUTDOWN: stopped first.
 * thread  the executor's */
RCLIO_API rclio_status rclio_executor_spin_once(rclio_executor *executor, int64_t timeout_ns);

/* Runs what is ready now and what becomes ready meanwhile, for at most `limit_ns` (0: no limit), without waiting.
 * thread  the executor's */
RCLIO_API rclio_status rclio_executor_spin_some(rclio_executor *executor, int64_t limit_ns);

/* Runs until the future is done, the timeout passes (RCLIO_TIMEOUT) or the executor is stopped (RCLIO_SHUTDOWN).
 * thread  the executor's */
RCLIO_API rclio_status rclio_executor_spin_until(rclio_executor *executor, rclio_future *future, int64_t timeout_ns);

/* Makes the spin that runs now, or the next one, return at once: rclio_executor_spin(), _spin_once(), _spin_until(), or an await
 * outside of tasks. What is ready stays ready. spin_some and dispatch, which end by themselves, neither obey nor consume it.
 * thread  any; async-signal-safe */
RCLIO_API void rclio_executor_stop(rclio_executor *executor);

/* X6: waits until none of its threads runs a callback or a step of a task; what is suspended does not count. With nobody spinning, nothing
 * begins meanwhile. RCLIO_TIMEOUT: something still runs (negative timeout: for ever). Of a single-threaded one: RCLIO_OK at once.
 * thread  any outside of the executor, else RCLIO_BAD_STATE */
RCLIO_API rclio_status rclio_executor_wait_quiet(rclio_executor *executor, int64_t timeout_ns);

/* To embed it in another loop: a file that is readable (poll, epoll, asyncio's add_reader) when rclio_executor_dispatch() has
 * work, timers included; readable until dispatch has been called, and again when that left something. Lent: only to be polled.
 * thread  any */
RCLIO_API int rclio_executor_fd(rclio_executor *executor);

/* Runs at most `limit` callbacks and steps of tasks (0: what is ready now, and done callbacks and posts that it leaves), never waits. returns how many ran; 0 also when it may
 * not spin (X4, X5), with the error set. thread the executor's */
RCLIO_API size_t rclio_executor_dispatch(rclio_executor *executor, size_t limit);

/* To embed it in a loop that can wait until a point in time, for less: what it does by itself then costs no system call but the loop's own
 * wait (docs/async.md).
 *
 *   int64_t until;
 *   int fd = rclio_executor_wait_begin(executor, true, &until);
 *   ...                        wait for fd (EPOLLIN | EPOLLET), until then at the latest (steady clock; RCLIO_FOREVER: whenever fd tells)
 *   rclio_executor_wait_end(executor);
 *   if (it told of something, or `until` is over) rclio_executor_dispatch_edge(executor, 0);
 *
 * edge     true: for epoll with EPOLLET; it stays readable, each event is a new edge, and one that was taken is followed by a dispatch
 *          before the next wait. The file may be another one from wait to wait. false: for poll() and the like, and
 *          rclio_executor_dispatch(), as with rclio_executor_fd().
 * returns  a file, lent until the executor is destroyed: only to be polled.
 * thread   any. Several threads may wait so for one executor, each for itself, also beside rclio_executor_fd(): all of them are woken. A
 *          dispatch that finds another thread in it returns 0; the files tell again when that one has left. */
RCLIO_API int rclio_executor_wait_begin(rclio_executor *executor, bool edge, int64_t *until_ns);
RCLIO_API void rclio_executor_wait_end(rclio_executor *executor);

/* When it has something to do by itself (steady clock), for who only looks at the file that it has already: RCLIO_FOREVER, or that is over,
 * or a time to come. thread any */
RCLIO_API int64_t rclio_executor_next(const rclio_executor *executor);

/* As rclio_executor_dispatch(), for who waits with `edge`, or was told of nothing by the file: it leaves that as it is. thread the executor's */
RCLIO_API size_t rclio_executor_dispatch_edge(rclio_executor *executor, size_t limit);

/* true: the calling thread is inside a turn of this executor. thread any */
RCLIO_API bool rclio_executor_is_current(const rclio_executor *executor);

/* Runs the function once on the executor, in a task. fails RCLIO_NO_MEMORY, RCLIO_LIMIT (maximum_tasks), RCLIO_SHUTDOWN
 * (destroyed). thread any */
RCLIO_API rclio_status rclio_executor_post(rclio_executor *executor, void (*run)(void *arg), void *arg);

/* "Why does it hang?" Writes to the file `fd` a line for the executor, one for each task and one for each pending future: what it
 * awaits, since when, from which line. Tasks that only run a callback are listed while they are suspended.
 * thread  any; tasks that are not suspended go on meanwhile */
RCLIO_API void rclio_describe_waits(rclio_executor *executor, int fd);

#ifdef __cplusplus
}
#endif
#endif
