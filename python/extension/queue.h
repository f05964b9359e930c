/* python/extension/queue.h: what rclio's callbacks leave for Python.
 *
 *   QU1  No Python code runs on a stack of rclio's: a callback of rclio, which runs in a task with a small stack and without the
 *        interpreter, only puts an item here. Python's loop takes items on its own stack (context.c).
 *   QU2  An item points to its entity without a reference; whoever destroys an entity removes its items first.
 * Threads: any (a mutex). */
#ifndef RCLIO_PYTHON_QUEUE_H
#define RCLIO_PYTHON_QUEUE_H

#include <rclio/rclio.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct py_entity;

struct py_item {
    struct py_item *next;
    struct py_entity *entity;
    int what; /* which event of its entity it is, where there are several kinds (the entity's own numbers) */
    bool
        completes; /* it ends a future and runs no user's code: any thread that waits may take it, before all others and in no group */
    int64_t source_timestamp_ns, received_timestamp_ns;
    const uint8_t *bytes; /* a serialized message, lent by `kept` */
    size_t size;
    rclio_kept_bytes *kept;
    void *payload; /* anything else; yours to release, or to take: set it to NULL then */
    void (*release)(void *payload);
};

struct py_queue;

struct py_queue *py_queue_new(void); /* NULL: no memory */
void py_queue_destroy(struct py_queue *queue);

/* A copy of the item, with what it holds. false: no memory; what it held is released. */
bool py_queue_put(struct py_queue *queue, const struct py_item *item);
struct py_item *py_queue_take(struct py_queue *queue); /* yours; NULL: none */
void py_item_free(struct py_item *item);
bool py_queue_is_empty(struct py_queue *queue);
void py_queue_remove(struct py_queue *queue, const struct py_entity *entity); /* QU2 */

#endif
