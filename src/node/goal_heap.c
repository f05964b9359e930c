/* src/node/goal_heap.c: see goal_heap.h. */
#include "node/goal_heap.h"

#include "base/array.h"
#include "node/goal.h"

#include <stdlib.h>

static void place(goal_heap *heap, size_t index, rclio_goal *goal)
{
    heap->data[index] = goal;
    goal->heap_index = index;
}

static void rise(goal_heap *heap, size_t index, rclio_goal *goal)
{
    while (index > 0) {
        size_t parent = (index - 1) / 2;
        if (heap->data[parent]->accepted_steady_ns <= goal->accepted_steady_ns) break;
        place(heap, index, heap->data[parent]);
        index = parent;
    }
    place(heap, index, goal);
}

static void sink(goal_heap *heap, size_t index, rclio_goal *goal)
{
    for (;;) {
        size_t child = 2 * index + 1;
        if (child >= heap->size) break;
        if (child + 1 < heap->size && heap->data[child + 1]->accepted_steady_ns < heap->data[child]->accepted_steady_ns) child++;
        if (goal->accepted_steady_ns <= heap->data[child]->accepted_steady_ns) break;
        place(heap, index, heap->data[child]);
        index = child;
    }
    place(heap, index, goal);
}

rclio_status goal_heap_push(goal_heap *heap, rclio_goal *goal)
{
    rclio_status status = array_reserve(&heap->data, &heap->capacity, heap->size + 1, sizeof *heap->data);
    if (status != RCLIO_OK) return status;
    rise(heap, heap->size++, goal);
    return RCLIO_OK;
}

rclio_goal *goal_heap_top(const goal_heap *heap)
{
    return heap->size ? heap->data[0] : NULL;
}

void goal_heap_remove(goal_heap *heap, rclio_goal *goal)
{
    size_t index = goal->heap_index;
    if (index == SIZE_MAX) return;
    goal->heap_index = SIZE_MAX;
    rclio_goal *last = heap->data[--heap->size];
    if (last == goal) return;
    rise(heap, index, last);
    sink(heap, last->heap_index, last);
}

void goal_heap_fini(goal_heap *heap)
{
    free(heap->data);
    *heap = (goal_heap){0};
}
