/* src/node/filters/matcher.h: what the matching policies share: queues of stamped items, and the sets that wait to be taken.
 *
 *   MA1  An item in a queue or a result is one reference; a policy gives it on or drops it with matcher_drop().
 *   MA2  A policy's add reserves all memory it may need before it changes anything: it takes the item or fails and changes nothing.
 *   MA3  Results are given out in the order they were found.
 * Threads: one owner of the matcher. */
#ifndef RCLIO_NODE_FILTERS_MATCHER_H
#define RCLIO_NODE_FILTERS_MATCHER_H

#include "rclio/message_filters.h"

typedef struct stamped {
    int64_t stamp_ns;
    void *item;
} stamped;

/* A queue of stamped items: an array whose first element moves. */
typedef struct stamped_queue {
    stamped *data;
    size_t first, size, capacity;
} stamped_queue; /* {0} is empty */

static inline stamped *stamped_at(const stamped_queue *queue, size_t index)
{
    return &queue->data[queue->first + index];
}

rclio_status stamped_reserve(stamped_queue *queue);                     /* room for one more */
void stamped_insert(stamped_queue *queue, size_t index, stamped value); /* after stamped_reserve */
stamped stamped_remove(stamped_queue *queue, size_t index);

/* In a queue that is sorted by stamp: the index of the first element that is not before `stamp_ns`. */
size_t stamped_search(const stamped_queue *queue, int64_t stamp_ns);

typedef struct match_policy match_policy;
struct rclio_matcher {
    const match_policy *policy;
    rclio_match_options options; /* defaults filled in; its arrays are the matcher's */
    rclio_match_items items;
    size_t count;          /* of topics */
    stamped_queue *topics; /* the policies that queue by topic */
    void *state;           /* the policy's own */
    struct {               /* MA3 */
        void **items;      /* `count` for each set */
        bool *dropped;
        size_t first, end, capacity; /* in sets */
    } results;
    void **scratch; /* `count` items, for building a set */
};

struct match_policy {
    rclio_status (*init)(rclio_matcher *m);                                                    /* may be NULL, as fini */
    rclio_status (*add)(rclio_matcher *m, size_t topic, stamped arrived, int64_t received_ns); /* MA2 */
    void (*fini)(rclio_matcher *m);                                                            /* after a failed init too */
};

extern const match_policy match_exact, match_exact_rclpy, match_approximate, match_approximate_rclpy, match_latest;

rclio_status matcher_reserve(rclio_matcher *m, size_t sets);
void matcher_give(rclio_matcher *m, void *const *items, bool dropped); /* takes the references; after matcher_reserve */
void matcher_drop(rclio_matcher *m, void *item);                       /* NULL is allowed */
void matcher_warn(rclio_matcher *m, const char *format, ...) RCLIO_PRINTF(2, 3);

/* b - a and scale * d without overflow: stamps may be anything. */
int64_t stamp_difference(int64_t b, int64_t a);

#endif
