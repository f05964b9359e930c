/* python/extension/queue_items.c: see queue_items.h. Tests: tests/python/test_executors.py, test_queue.py. */
#include "queue_items.h"

#include <stdlib.h>
#include <time.h>

static void release(const struct py_item *item)
{
    rclio_kept_bytes_release(item->kept);
    if (item->payload && item->release) item->release(item->payload);
}

void py_item_free(struct py_item *item)
{
    if (!item) return;
    release(item);
    free(item);
}

/* When it came, in nanoseconds of the system's clock. What was taken from readers at the same time is told apart by when it was sent,
 * as far as the sender's clock can be believed. */
static int64_t age_of(const struct py_item *item)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    int64_t came = now.tv_sec * RCLIO_S(1) + now.tv_nsec, sent = item->source_timestamp_ns;
    return sent > came - RCLIO_MS(10) && sent < came ? sent : came;
}

struct py_item *py_item_copy(const struct py_item *given)
{
    struct py_item *item = malloc(sizeof *item);
    if (!item) {
        release(given);
        return NULL;
    }
    *item = *given;
    item->next = item->previous = item->next_of_entity = NULL;
    item->in = NULL;
    item->sequence = age_of(item);
    return item;
}
