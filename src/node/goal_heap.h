/* src/node/goal_heap.h: goals that have ended, the one that expires first on top (ACT-6: by the time they were accepted).
 *
 *   GH1  goal->heap_index is the goal's place, SIZE_MAX when it is not in the heap.
 * Threads: the executor's. */
#ifndef RCLIO_NODE_GOAL_HEAP_H
#define RCLIO_NODE_GOAL_HEAP_H

#include "rclio/action.h"

typedef struct goal_heap {
    rclio_goal **data;
    size_t size, capacity;
} goal_heap; /* {0} is empty */

rclio_status goal_heap_push(goal_heap *heap, rclio_goal *goal); /* fails RCLIO_NO_MEMORY */
rclio_goal *goal_heap_top(const goal_heap *heap);               /* NULL: empty */
void goal_heap_remove(goal_heap *heap, rclio_goal *goal);
void goal_heap_fini(goal_heap *heap); /* the goals are not touched */

#endif
