/* include/rclio/future.h: a result that comes later. Floor: async.
 *
 *   F1  Pending, then exactly one of done, failed, cancelled, for good. The first to set it wins; the rest get RCLIO_BAD_STATE.
 *   F2  Any thread may complete one. Completing needs no executor turn, no callback group and takes no user's lock, so awaiting a
 *       call inside a callback cannot deadlock.
 *   F3  Done callbacks run on the future's executor, once each, in the order they were added, in a task; one that is added after
 *       the end too.
 *   F4  References are counted: _ref, _unref. The value lives until the last one goes, and is freed in the thread that drops it.
 *       Dropping your reference to a pending future is fine: the operation goes on, nobody sees its result. Whoever will complete
 *       it holds a reference of its own, or knows that somebody else does until then.
 *   F5  Futures may outlive their executor; those that were pending are cancelled when it is destroyed. */
#ifndef RCLIO_FUTURE_H
#define RCLIO_FUTURE_H

#include "rclio/executor.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum rclio_future_state { RCLIO_PENDING, RCLIO_DONE, RCLIO_FAILED, RCLIO_CANCELED } rclio_future_state;

typedef void rclio_done_fn(rclio_future *future, void *arg);

/* what: what it stands for ("call to service '/add'"), copied, shown by rclio_describe_waits() and in errors.
 * free_value: frees the value it was completed with; NULL: nobody does.
 * returns one reference; NULL with the error set when memory is short. thread any */
RCLIO_API rclio_future *rclio_future_new(rclio_executor *executor, const char *what, void (*free_value)(void *value));
RCLIO_API rclio_future *rclio_future_ref(rclio_future *future);
RCLIO_API void rclio_future_unref(rclio_future *future); /* NULL is allowed */

/* Ends it. On RCLIO_BAD_STATE (ended already) the value is freed with free_value. Failing with RCLIO_CANCELLED makes it
 * cancelled.
 * thread any */
RCLIO_API rclio_status rclio_future_complete(rclio_future *future, void *value);
RCLIO_API rclio_status rclio_future_fail(rclio_future *future, rclio_status status, const char *format, ...) RCLIO_PRINTF(3, 4);

/* Asks for the end: it becomes cancelled at once and its maker is told through on_cancel (rclio_future_on_cancel). The future of
 * a task or of a group is different: the task, or each child, is cancelled, and the future ends when they have. fails
 * RCLIO_BAD_STATE (it has ended). thread any */
RCLIO_API rclio_status rclio_future_cancel(rclio_future *future);

/* For who makes futures: called at most once, in the thread that cancels, after the state has changed; NULL removes it. When this
 * returns after a removal, the callback runs no more (from inside the callback it returns at once). Not called for one that was
 * cancelled before. thread any */
RCLIO_API void rclio_future_on_cancel(rclio_future *future, rclio_done_fn *on_cancel, void *arg);

RCLIO_API rclio_future_state rclio_future_get_state(rclio_future *future); /* thread any */

/* The value when it is done; NULL with the error set when it is pending (RCLIO_BAD_STATE), failed or cancelled. A future may be
 * done with value NULL: rclio_future_get_state() tells. returns lent until the last unref. thread any */
RCLIO_API void *rclio_future_value(rclio_future *future);

/* RCLIO_OK when done; else the failure's status with the error set. thread any */
RCLIO_API rclio_status rclio_future_result(rclio_future *future);

/* F3. fails RCLIO_NO_MEMORY, RCLIO_SHUTDOWN (its executor is destroyed). thread any */
RCLIO_API rclio_status rclio_future_on_done(rclio_future *future, rclio_done_fn *done, void *arg);

/* Blocks a thread that spins nothing until the end (timeout negative: for ever). Inside a task or callback await instead
 * (RCLIO_BAD_STATE in the executor's thread).
 * thread  any but the executor's */
RCLIO_API rclio_status rclio_future_wait(rclio_future *future, int64_t timeout_ns);

/* A future that is done when all are (gather), or when the first is (race; the others are cancelled). It ends only when every
 * cancelled child has ended. Takes references of its own. The value of gather is NULL; of race the first future (lent). The first
 * child to fail or to be cancelled ends a gather so, and cancels the rest; a race whose first child to end failed fails with it.
 * Cancelling the group cancels all. A gather of nothing is done; a race of nothing is RCLIO_INVALID. A child that is NULL gives
 * NULL and keeps the error of its maker.
 * returns  one reference; NULL with the error set. thread any */
RCLIO_API rclio_future *rclio_gather(rclio_executor *executor, rclio_future *const *futures, size_t count);
RCLIO_API rclio_future *rclio_race(rclio_executor *executor, rclio_future *const *futures, size_t count);

#ifdef __cplusplus
}
#endif
#endif
