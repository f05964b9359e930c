/* src/async/strand_turn.h: what strand.c and lanes.c share. Threads: with the lock of the lanes, but for lane_wake. */
#ifndef RCLIO_ASYNC_STRAND_TURN_H
#define RCLIO_ASYNC_STRAND_TURN_H

#include "async/lanes.h"

/* true: the item is in its strand (or has none); false: it waits there. */
bool strand_enter(ready_item *item);

/* An item has left: the next one has it. When that is a job it is now among `reserved`: lanes_wake_one() is to follow. */
void strand_leave(lane_pool *pool, strand *s);

/* The gate has closed: strands that are kept for jobs are kept no longer, so that what has begun goes on. */
void strands_give_up_reserved(lane_pool *pool);

/* LN3: if there is a job to take, an idle lane that is idle no more and is to be woken when the lock is released; else NULL. */
lane *lanes_wake_one(lane_pool *pool);
void lane_wake(lane *l); /* NULL: nothing. thread any */

#endif
