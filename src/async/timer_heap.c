/* src/async/timer_heap.c: see timer_heap.h. A node's children are a list: `child` is the first, `next` the following sibling, and
 * `previous` the sibling before or, of the first child, the parent. */
#include "async/timer_heap.h"

static bool comes_first(const timer *a, const timer *b)
{
    if (a->deadline_ns != b->deadline_ns) return a->deadline_ns < b->deadline_ns;
    return a->sequence < b->sequence;
}

/* Joins two heaps that have no siblings. */
static timer *merge(timer *a, timer *b)
{
    if (!a) return b;
    if (!b) return a;
    if (!comes_first(a, b)) {
        timer *first = b;
        b = a;
        a = first;
    }
    b->next = a->child;
    if (b->next) b->next->previous = b;
    b->previous = a;
    a->child = b;
    return a;
}

/* Makes one heap of a list of siblings: joins them in pairs, then the pairs from the last to the first. */
static timer *merge_siblings(timer *first)
{
    timer *pairs = NULL, *whole = NULL;
    while (first) {
        timer *a = first, *b = a->next;
        first = b ? b->next : NULL;
        a->next = a->previous = NULL;
        if (b) b->next = b->previous = NULL;
        a = merge(a, b);
        a->next = pairs;
        pairs = a;
    }
    while (pairs) {
        timer *pair = pairs;
        pairs = pair->next;
        pair->next = NULL;
        whole = merge(whole, pair);
    }
    return whole;
}

void timer_heap_insert(timer_heap *heap, timer *t)
{
    t->child = t->next = t->previous = NULL;
    t->sequence = heap->sequence++;
    t->in_heap = true;
    heap->root = merge(heap->root, t);
}

void timer_heap_remove(timer_heap *heap, timer *t)
{
    timer *children = merge_siblings(t->child);
    if (t == heap->root) {
        heap->root = children;
    } else {
        if (t->previous->child == t)
            t->previous->child = t->next;
        else
            t->previous->next = t->next;
        if (t->next) t->next->previous = t->previous;
        heap->root = merge(heap->root, children);
    }
    t->child = t->next = t->previous = NULL;
    t->in_heap = false;
}
