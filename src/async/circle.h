/* src/async/circle.h: ready items in a circle around a head, for who has a lock: jobs of lanes, items that wait for a strand. */
#ifndef RCLIO_ASYNC_CIRCLE_H
#define RCLIO_ASYNC_CIRCLE_H

#include "async/ready_queue.h"

static inline void circle_init(ready_item *head)
{
    head->next = head->previous = head;
}

static inline bool circle_is_empty(const ready_item *head)
{
    return head->next == head;
}

static inline void circle_insert_before(ready_item *where, ready_item *item)
{
    item->previous = where->previous;
    item->next = where;
    where->previous->next = item;
    where->previous = item;
}

static inline void circle_append(ready_item *head, ready_item *item)
{
    circle_insert_before(head, item);
}

static inline void circle_put_first(ready_item *head, ready_item *item)
{
    circle_insert_before(head->next, item);
}

static inline void circle_remove(ready_item *item)
{
    item->previous->next = item->next;
    item->next->previous = item->previous;
    item->next = item->previous = NULL;
}

#endif
