/* src/async/future.h: the inside of a future, and what makers of futures need beyond include/rclio/future.h.
 *
 *   FU1  `state` leaves RCLIO_PENDING once, in future_end(), under the lock of the future's executor; value, status and text
 *        are written before and never after.
 *   FU2  Waiters are told once, in the order they were added. Most are told under the lock and only push to a queue or signal;
 *        those with `unlocked` are told after it is released and must live until then.
 *   FU3  A future whose operation ends by itself after a request (a task, a group) has `request_cancel`: rclio_future_cancel()
 *        calls that and changes nothing; the future ends when the operation has.
 * Threads: any. */
#ifndef RCLIO_ASYNC_FUTURE_H
#define RCLIO_ASYNC_FUTURE_H

#include "async/executor.h"
#include "rclio/future.h"

typedef struct future_waiter future_waiter;
struct future_waiter {
    list node; /* [lock] */
    void (*ended)(future_waiter *waiter, rclio_future *future);
    void (*dropped)(future_waiter *waiter); /* may be NULL: the future was freed while pending */
    bool unlocked;                          /* FU2 */
};

struct rclio_future {
    atomic_size_t references;
    atomic_int state; /* rclio_future_state */
    rclio_executor *executor;
    const char *what; /* owned by whoever made the future; lives as long */
    void (*free_value)(void *value);
    void *value;
    rclio_status status; /* of a failed or cancelled one */
    char *text;          /* may be NULL */
    int64_t since_ns;    /* steady clock, coarse */
    list node;           /* of the executor's futures or tasks [lock] */
    list waiters;        /* future_waiter [lock] */
    rclio_done_fn *on_cancel;
    void *on_cancel_arg;
    pthread_t cancelling;                                 /* the thread that is inside on_cancel; 0: none [lock] */
    rclio_status (*request_cancel)(rclio_future *future); /* FU3; NULL: cancelled at once */
    void (*release)(rclio_future *future);                /* frees the memory; NULL: free() */
    void (*unseen)(rclio_future *future);                 /* NULL, or: called when it goes and nobody has looked at its failure */
    atomic_bool looked_at;                                /* somebody waited for it, or asked how it ended */
};

/* Sets up all members; one reference. `among`: the list of the executor it is kept in while pending, NULL: none yet. */
void future_init(rclio_future *future, rclio_executor *executor, const char *what, void (*free_value)(void *value), list *among);

/* The only writer of `state`. Takes `value` when it returns RCLIO_OK, `text` (may be NULL) always. fails RCLIO_BAD_STATE (F1) */
rclio_status future_end(rclio_future *future, rclio_future_state state, void *value, rclio_status status, char *text);

/* Cancels at once, whatever request_cancel says. `text` may be NULL, taken. */
rclio_status future_cancel_now(rclio_future *future, char *text);

/* false: it has ended, the waiter was not added and will not be told. */
bool future_add_waiter(rclio_future *future, future_waiter *waiter);
void future_remove_waiter(rclio_future *future, future_waiter *waiter); /* nothing if it was told */

/* Makes rclio_future_cancel() a request (FU3). To be set before anyone else knows the future. */
void future_set_request_cancel(rclio_future *future, rclio_status (*request)(rclio_future *future));

static inline bool future_is_pending(rclio_future *future)
{
    return atomic_load(&future->state) == RCLIO_PENDING;
}

/* A reference unless it is being freed. [lock] */
bool future_try_ref(rclio_future *future);

int64_t clock_coarse_ns(void); /* the steady clock, some milliseconds late, for little */

/* Blocks the thread until the future is done, the deadline passes (false) or, with `or_turn`, nobody holds the executor's turn.
 */
bool future_block(rclio_future *future, int64_t deadline_ns, bool or_turn);

#endif
