/* src/async/strand.h: a callback group as executors see it: what may not run at the same time as each other.
 *
 *   ST1  On a multi-threaded executor at most one item of a strand runs at a time, first come first served; of a reentrant one any
 *        number. On a single-threaded one nothing runs at the same time anyway: strands are not looked at.
 *   ST2  A task that is suspended, or blocked in rclio_future_wait(), has left its strand; it enters again, in line, before it goes on.
 *        So what it waits for may run in the same strand.
 *   ST3  A strand that is closed runs no source any more.
 * Threads: any; everything is guarded by the lock of the lanes (lanes.h). Tests: tests/async/test_strand.c. */
#ifndef RCLIO_ASYNC_STRAND_H
#define RCLIO_ASYNC_STRAND_H

#include "async/ready_queue.h"
#include "rclio/executor.h"

typedef struct strand {
    atomic_size_t references;
    bool reentrant;
    bool closed;        /* [lanes] */
    size_t inside;      /* [lanes] items that run, or are about to */
    ready_item waiting; /* [lanes] head of a circle: the first to wait is next */
} strand;

strand *strand_new(bool reentrant); /* one reference; NULL with the error set: RCLIO_NO_MEMORY */
strand *strand_ref(strand *s);
void strand_unref(strand *s); /* NULL is allowed */

/* ST3. From a thread outside of the executor it returns when nothing runs in the strand; what is suspended goes on later.
 * thread  any; not with a lock held that a callback may want */
void strand_close(strand *s, rclio_executor *executor);

#endif
