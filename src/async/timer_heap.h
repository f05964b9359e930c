/* src/async/timer_heap.h: timers by deadline: an intrusive pairing heap.
 *
 *   H1  Inserting and removing allocate nothing and so never fail; inserting is O(1), removing a timer that never became the
 *       first is O(1) in practice (an await with a timeout that is not reached), taking the first O(log n) amortised.
 *   H2  Of equal deadlines the one that was inserted first comes first.
 * Threads: the holder of the executor's turn. */
#ifndef RCLIO_ASYNC_TIMER_HEAP_H
#define RCLIO_ASYNC_TIMER_HEAP_H

#include "async/source.h"

typedef struct timer_heap {
    timer *root; /* the first to expire; NULL: empty */
    uint64_t sequence;
} timer_heap; /* {0} is an empty heap */

void timer_heap_insert(timer_heap *heap, timer *t);
void timer_heap_remove(timer_heap *heap, timer *t);

#endif
