/* include/rclio/task.h: code that waits without blocking its thread. Floor: async.
 *
 *   K1  A task runs on its executor's thread only, on a stack of its own, until it awaits or returns (X5: one and the same
 *       thread).
 *   K2  Inside a task, awaiting suspends the task. Outside of one, in a thread that runs no executor (main before spin), awaiting
 *       spins the future's executor meanwhile; when another thread spins that, it waits for the end or for its turn to spin.
 *   K3  Cancelling a task makes its await (the current one or the next) return early with RCLIO_CANCELLED, once; it may clean up
 *       with further awaits and returns when it likes. A future it awaited is not cancelled by that. Also a task that was
 *       cancelled before it first ran does run, up to its first await.
 *   K4  Across an await no mutex may be held, no longjmp, no pthread_exit; errno and rclio_error() are kept.
 *   K5  A stack overflow ends the process with a line that names the task. For that, a handler of SIGSEGV and SIGBUS is installed
 *       with the first executor; it hands on to the one that was there before. */
#ifndef RCLIO_TASK_H
#define RCLIO_TASK_H

#include "rclio/future.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct rclio_task rclio_task;
typedef void rclio_task_fn(void *arg);

/* Starts a task; it first runs when the executor gets to it. `name` is copied; `ros2 tasks` shows it, "planner of '/driver'" as that node's.
 * returns  a reference (rclio_task_unref); NULL with the error set: RCLIO_NO_MEMORY, RCLIO_LIMIT (maximum_tasks), RCLIO_SHUTDOWN
 *          (the executor is destroyed).
 *          When there is no stack for it at its start, its future fails with RCLIO_LIMIT.
 * thread   any */
RCLIO_API rclio_task *rclio_task_new(rclio_executor *executor, const char *name, rclio_task_fn *run, void *arg);
RCLIO_API rclio_task *rclio_task_ref(rclio_task *task);
RCLIO_API void rclio_task_unref(rclio_task *task); /* the task goes on; NULL is allowed */

/* As rclio_task_new for who does not care about the handle. thread any */
RCLIO_API rclio_status rclio_task_start(rclio_executor *executor, const char *name, rclio_task_fn *run, void *arg);

/* Done when the task has returned, with the value given to rclio_task_return(); failed after rclio_task_fail(); cancelled when
 * cancellation was delivered and it returned without calling either. Lent. thread any */
RCLIO_API rclio_future *rclio_task_future(rclio_task *task);
RCLIO_API void rclio_task_cancel(rclio_task *task); /* K3. thread any */

/* From inside a task: the value or failure of its future, taken when it returns; free_value as for futures. The last of them counts.
 * A failure that nobody looks at before the future goes is logged. thread the task
 *
 * A callback runs in a task too (X2), so rclio_task_fail() is also how the callback of a topic, timer, service or goal says that it
 * failed: that is logged with its node, its topic or service and the place, counted (rclio/statistics.h), and the executor goes on; what
 * follows for a service and a goal is in docs/failure.md. It does not return for you: write `return` after it.
 *     if (!usable(scan)) {
 *         rclio_task_fail(RCLIO_BAD_DATA, "a scan of %zu ranges", scan->ranges.size);
 *         return;
 *     } */
RCLIO_API void rclio_task_return(void *value, void (*free_value)(void *value));
#define rclio_task_fail(status, ...) rclio_task_fail_at((status), __FILE__, __func__, __LINE__, __VA_ARGS__)
RCLIO_API void rclio_task_fail_at(rclio_status status, const char *file, const char *function, uint32_t line, const char *format,
                                  ...) RCLIO_PRINTF(5, 6); /* file, function: kept as they are: literals */

/* The task that calls; NULL outside of tasks. thread any */
RCLIO_API rclio_task *rclio_task_current(void);
RCLIO_API const char *rclio_task_name(const rclio_task *task);

/* true: cancellation was asked for and not delivered yet. thread the task */
RCLIO_API bool rclio_task_is_cancel_requested(void);

/* Between begin and end cancellation is held back; it is delivered at the first await after the end. They nest.
 * thread  the task */
RCLIO_API void rclio_task_shield_begin(void);
RCLIO_API void rclio_task_shield_end(void);

/* Waits for the future. returns its value, lent until the last unref of the future; NULL: failed, cancelled, timed out, or done
 * with NULL; rclio_error_status() tells (RCLIO_OK when it is done with NULL). The future is not consumed. _for takes a relative
 * timeout, _until a point on the steady clock (rclio_now_steady).
 * thread  a task, or a thread outside of any executor (K2) */
#define rclio_await(future) rclio_await_at((future), RCLIO_FOREVER, __FILE__, __LINE__)
#define rclio_await_for(future, timeout_ns) rclio_await_at((future), rclio_deadline(timeout_ns), __FILE__, __LINE__)
#define rclio_await_until(future, deadline_ns) rclio_await_at((future), (deadline_ns), __FILE__, __LINE__)
RCLIO_API void *rclio_await_at(rclio_future *future, int64_t deadline_ns, const char *file, int line);

/* The same, for who wants a status. thread as await */
#define rclio_wait(future) rclio_wait_at((future), RCLIO_FOREVER, __FILE__, __LINE__)
#define rclio_wait_for(future, timeout_ns) rclio_wait_at((future), rclio_deadline(timeout_ns), __FILE__, __LINE__)
RCLIO_API rclio_status rclio_wait_at(rclio_future *future, int64_t deadline_ns, const char *file, int line);

/* Suspends the task; other work goes on. Outside of a task it blocks the thread. returns RCLIO_OK or RCLIO_CANCELLED. thread as
 * await */
#define rclio_sleep(duration_ns) rclio_sleep_at(rclio_deadline(duration_ns), __FILE__, __LINE__)
#define rclio_sleep_until(deadline_ns) rclio_sleep_at((deadline_ns), __FILE__, __LINE__)
RCLIO_API rclio_status rclio_sleep_at(int64_t deadline_ns, const char *file, int line);

/* Lets everything else that is ready run first. thread a task */
#define rclio_yield() rclio_yield_at(__FILE__, __LINE__)
RCLIO_API rclio_status rclio_yield_at(const char *file, int line);

/* Waits until the file is ready for `events` (POLLIN, POLLOUT); *ready gets what came (may be NULL). One task per file at a time.
 * returns RCLIO_OK, RCLIO_TIMEOUT, RCLIO_CANCELLED, RCLIO_SYSTEM (not pollable). thread a task */
#define rclio_await_fd(fd, events, timeout_ns, ready) \
    rclio_await_fd_at((fd), (events), rclio_deadline(timeout_ns), (ready), __FILE__, __LINE__)
RCLIO_API rclio_status rclio_await_fd_at(int fd, short events, int64_t deadline_ns, short *ready, const char *file, int line);

/* Runs the function on the executor's worker pool and waits for its end; not cut short by cancellation, which is delivered at the
 * next await (before the work begins it is delivered here). The function may not await.
 * returns  RCLIO_OK; RCLIO_CANCELLED, RCLIO_SYSTEM, RCLIO_NO_MEMORY: it did not run
 * thread  a task */
#define rclio_await_work(work, arg) rclio_await_work_at((work), (arg), __FILE__, __LINE__)
RCLIO_API rclio_status rclio_await_work_at(void (*work)(void *arg), void *arg, const char *file, int line);

/* now + timeout on the steady clock; negative or RCLIO_FOREVER: RCLIO_FOREVER. thread any */
RCLIO_API int64_t rclio_deadline(int64_t timeout_ns);
RCLIO_API int64_t rclio_now_steady(void); /* nanoseconds, CLOCK_MONOTONIC */
RCLIO_API int64_t rclio_now_system(void); /* nanoseconds since 1970 */

#ifdef __cplusplus
}
#endif
#endif
