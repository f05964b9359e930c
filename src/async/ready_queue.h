/* src/async/ready_queue.h: what has work and waits for its executor: sources, tasks, calls.
 *
 *   R1  An item is in the queue at most once: ready_item_claim() exchanges `queued`, and only the winner pushes.
 *   R2  ready_queue_push() says when the queue went from empty to non-empty; only then the executor needs to be told.
 *   R3  An item has left the queue, and may be pushed again, before what it stands for runs.
 *   R4  What one thread pushes comes out in the order in which it was pushed.
 * Threads: claim and push from any, without a lock; the rest only by the thread that holds the executor's turn. */
#ifndef RCLIO_ASYNC_READY_QUEUE_H
#define RCLIO_ASYNC_READY_QUEUE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum ready_kind {
    READY_SOURCE,      /* a source to run */
    READY_TASK_START,  /* a task that has not run yet */
    READY_CALL,        /* a function to run once: a post or a done callback */
    READY_TASK_RESUME, /* a suspended task to go on with */
    READY_TIMER,       /* a timer that another thread wants armed */
    READY_BREAK,       /* the spin that runs now is to return */
    READY_THREAD,      /* a blocked thread that wants its strand back (lanes.h) */
} ready_kind;

/* Those that need a stack to run on; the others are handled by the executor itself or have one. */
#define READY_NEEDS_STACK(kind) ((kind) <= READY_CALL)

typedef struct ready_item ready_item;
struct ready_item {
    ready_item *next;
    ready_item *previous; /* only while the turn's holder has it */
    atomic_bool queued;
    bool own;     /* runs on the lane of rclio's own work (LN6) */
    bool entered; /* [lanes] it is in its strand, or its strand is kept for it */
    ready_kind kind;
    struct strand *strand; /* strand.h; NULL: none */
};

typedef struct ready_queue {
    _Atomic(ready_item *) arrivals; /* pushed by any thread, the newest first */
    ready_item taken;               /* circular: taken over from arrivals, the oldest first */
    size_t length;                  /* of `taken` */
} ready_queue;

void ready_queue_init(ready_queue *q);
void ready_item_init(ready_item *item, ready_kind kind);

/* R1: true for the one who must push it. */
static inline bool ready_item_claim(ready_item *item)
{
    return !atomic_exchange(&item->queued, true);
}

/* Pushes a claimed item. Returns true when no other arrival was waiting (R2). */
bool ready_queue_push(ready_queue *q, ready_item *item);

/* The same for the turn's holder: no atomic operation but the claim. */
void ready_queue_push_own(ready_queue *q, ready_item *item);

/* The oldest item, left where it is; NULL when the queue is empty. */
ready_item *ready_queue_peek(ready_queue *q);

/* Takes the oldest item out (R3); NULL when the queue is empty. */
ready_item *ready_queue_pop(ready_queue *q);

/* How many items wait now. */
size_t ready_queue_length(ready_queue *q);
bool ready_queue_is_empty(ready_queue *q);
bool ready_queue_has_arrivals(ready_queue *q);

/* Takes the item out when it is queued; nobody may claim it meanwhile. */
void ready_queue_remove(ready_queue *q, ready_item *item);

#endif
