/* src/async/ready_queue.c: see ready_queue.h. Arrivals are a lock-free stack that the turn's holder takes over as a whole and
 * turns around, so there is no state in which a pusher has half pushed. Tests: tests/async/test_ready_queue.c, one per rule. */
#include "async/ready_queue.h"

void ready_queue_init(ready_queue *q)
{
    atomic_init(&q->arrivals, NULL);
    q->taken.next = q->taken.previous = &q->taken;
    q->length = 0;
}

void ready_item_init(ready_item *item, ready_kind kind)
{
    item->next = item->previous = NULL;
    item->kind = kind;
    item->own = item->entered = false;
    item->strand = NULL;
    atomic_init(&item->queued, false);
}

bool ready_queue_push(ready_queue *q, ready_item *item)
{
    ready_item *newest = atomic_load_explicit(&q->arrivals, memory_order_relaxed);
    do {
        item->next = newest;
    } while (!atomic_compare_exchange_weak(&q->arrivals, &newest, item));
    return !newest;
}

static void append(ready_queue *q, ready_item *item)
{
    item->previous = q->taken.previous;
    item->next = &q->taken;
    q->taken.previous->next = item;
    q->taken.previous = item;
    q->length++;
}

void ready_queue_push_own(ready_queue *q, ready_item *item)
{
    append(q, item);
}

static void take_arrivals(ready_queue *q)
{
    if (!atomic_load(&q->arrivals)) return;
    ready_item *newest = atomic_exchange(&q->arrivals, NULL), *oldest = NULL;
    while (newest) {
        ready_item *older = newest->next;
        newest->next = oldest;
        oldest = newest;
        newest = older;
    }
    while (oldest) {
        ready_item *newer = oldest->next;
        append(q, oldest);
        oldest = newer;
    }
}

ready_item *ready_queue_peek(ready_queue *q)
{
    take_arrivals(q);
    return q->length > 0 ? q->taken.next : NULL;
}

static void take_out(ready_queue *q, ready_item *item)
{
    item->previous->next = item->next;
    item->next->previous = item->previous;
    item->next = item->previous = NULL;
    q->length--;
    atomic_exchange(&item->queued, false); /* reads what the last claim wrote: what its thread did before is seen here */
}

ready_item *ready_queue_pop(ready_queue *q)
{
    ready_item *item = ready_queue_peek(q);
    if (item) take_out(q, item);
    return item;
}

size_t ready_queue_length(ready_queue *q)
{
    take_arrivals(q);
    return q->length;
}

bool ready_queue_is_empty(ready_queue *q)
{
    return q->length == 0 && !atomic_load(&q->arrivals);
}

bool ready_queue_has_arrivals(ready_queue *q)
{
    return atomic_load(&q->arrivals) != NULL;
}

void ready_queue_remove(ready_queue *q, ready_item *item)
{
    take_arrivals(q);
    if (atomic_load(&item->queued)) take_out(q, item);
}
