/* src/base/list.h: an intrusive, circular, doubly linked list.
 *
 *   L1  A node that is in no list points at itself, so list_remove() is always allowed.
 * Threads: one owner, or the lock of whoever owns the head. */
#ifndef RCLIO_BASE_LIST_H
#define RCLIO_BASE_LIST_H

#include <stdbool.h>
#include <stddef.h>

typedef struct list {
    struct list *next;
    struct list *previous;
} list;

/* The structure of type `type` that holds `node` as its member `member`. */
#define list_entry(node, type, member) ((type *)(void *)((char *)(node)-offsetof(type, member)))

/* `it` may be removed from the list inside the loop. */
#define list_each(it, head) \
    for (list *it = (head)->next, *it##_next = it->next; it != (head); it = it##_next, it##_next = it->next)

static inline void list_init(list *node)
{
    node->next = node->previous = node;
}

static inline bool list_is_empty(const list *head)
{
    return head->next == head;
}

static inline void list_append(list *head, list *node)
{
    node->previous = head->previous;
    node->next = head;
    head->previous->next = node;
    head->previous = node;
}

static inline void list_remove(list *node)
{
    node->previous->next = node->next;
    node->next->previous = node->previous;
    list_init(node);
}

#endif
