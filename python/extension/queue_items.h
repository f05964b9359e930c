/* python/extension/queue_items.h: items, and the lists that they stand in, for queue.c alone: an item is in one list at most (`in`), and in
 * the chain of its entity's. Threads: with the queue's mutex, but for copies and what frees. */
#ifndef RCLIO_PYTHON_QUEUE_ITEMS_H
#define RCLIO_PYTHON_QUEUE_ITEMS_H

#include "queue.h"

struct py_item *py_item_copy(const struct py_item *given); /* NULL: out of memory; what it carries is released */

static inline void py_list_append(struct py_list *list, struct py_item *item)
{
    item->in = list;
    item->next = NULL;
    item->previous = list->last;
    if (list->last)
        list->last->next = item;
    else
        list->first = item;
    list->last = item;
}

/* One that stands nowhere may be given. */
static inline void py_item_unlink(struct py_item *item)
{
    struct py_list *list = item->in;
    if (!list) return;
    if (item->previous)
        item->previous->next = item->next;
    else
        list->first = item->next;
    if (item->next)
        item->next->previous = item->previous;
    else
        list->last = item->previous;
    item->in = NULL;
}

/* Before `at`; NULL: at the end. */
static inline void py_list_insert(struct py_list *list, struct py_item *item, struct py_item *at)
{
    if (!at) {
        py_list_append(list, item);
        return;
    }
    item->in = list;
    item->next = at;
    item->previous = at->previous;
    if (at->previous)
        at->previous->next = item;
    else
        list->first = item;
    at->previous = item;
}

/* Out of its entity's items. Mostly it is the oldest; those that complete may overtake others. */
static inline void py_item_leave_entity(struct py_item *item)
{
    struct py_backlog *backlog = item->backlog;
    struct py_item **at = &backlog->first, *before = NULL;
    while (*at != item) {
        before = *at;
        at = &before->next_of_entity;
    }
    *at = item->next_of_entity;
    if (backlog->last == item) backlog->last = before;
    if (!item->is_event) backlog->count--;
}

/* The oldest item of the entity, out of all lists; NULL: it has none. */
static inline struct py_item *py_backlog_pop(struct py_backlog *backlog)
{
    struct py_item *item = backlog->first;
    if (!item) return NULL;
    py_item_leave_entity(item);
    py_item_unlink(item);
    return item;
}

#endif
