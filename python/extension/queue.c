/* python/extension/queue.c: see queue.h. */
#include "queue.h"

#include <pthread.h>
#include <stdlib.h>

struct py_queue {
    pthread_mutex_t mutex;
    struct py_item *first;
    struct py_item **end;
};

struct py_queue *py_queue_new(void)
{
    struct py_queue *queue = calloc(1, sizeof *queue);
    if (!queue) return NULL;
    pthread_mutex_init(&queue->mutex, NULL);
    queue->end = &queue->first;
    return queue;
}

void py_queue_destroy(struct py_queue *queue)
{
    if (!queue) return;
    for (struct py_item *item; (item = py_queue_take(queue));) py_item_free(item);
    pthread_mutex_destroy(&queue->mutex);
    free(queue);
}

static void release(const struct py_item *item)
{
    rclio_kept_bytes_release(item->kept);
    if (item->payload && item->release) item->release(item->payload);
}

void py_item_free(struct py_item *item)
{
    release(item);
    free(item);
}

bool py_queue_put(struct py_queue *queue, const struct py_item *given)
{
    struct py_item *item = malloc(sizeof *item);
    if (!item) {
        release(given);
        return false;
    }
    *item = *given;
    item->next = NULL;
    pthread_mutex_lock(&queue->mutex);
    *queue->end = item;
    queue->end = &item->next;
    pthread_mutex_unlock(&queue->mutex);
    return true;
}

struct py_item *py_queue_take(struct py_queue *queue)
{
    pthread_mutex_lock(&queue->mutex);
    struct py_item *item = queue->first;
    if (item) queue->first = item->next;
    if (!queue->first) queue->end = &queue->first;
    pthread_mutex_unlock(&queue->mutex);
    return item;
}

bool py_queue_is_empty(struct py_queue *queue)
{
    pthread_mutex_lock(&queue->mutex);
    bool is_empty = !queue->first;
    pthread_mutex_unlock(&queue->mutex);
    return is_empty;
}

void py_queue_remove(struct py_queue *queue, const struct py_entity *entity)
{
    struct py_item *removed = NULL;
    pthread_mutex_lock(&queue->mutex);
    struct py_item **at = &queue->first;
    while (*at) {
        struct py_item *item = *at;
        if (item->entity != entity) {
            at = &item->next;
            continue;
        }
        *at = item->next;
        item->next = removed;
        removed = item;
    }
    queue->end = at;
    pthread_mutex_unlock(&queue->mutex);
    while (removed) { /* what they hold may take a turn to let go of, and a turn may put items */
        struct py_item *item = removed;
        removed = item->next;
        py_item_free(item);
    }
}
