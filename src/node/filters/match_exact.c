/* src/node/filters/match_exact.c: sets of equal stamps, as upstream's two modules find them.
 *
 *   ME1  C++ (ExactTime): sets that are not complete wait, at most queue_size of them in all, sorted by stamp. One that becomes complete
 *        drops all that are older; beyond the limit the oldest goes. A second message of a topic with the same stamp replaces the first.
 *   ME2  Python (TimeSynchronizer): queue_size messages of each topic wait. A complete set drops all messages that are older; beyond the
 *        limit a topic's oldest goes.
 *   ME3  An older set may still be completed after a newer one, when all its messages come later than that.
 * Threads: one owner. Tests: tests/filters/test_exact.c. */
#include "node/filters/matcher.h"

#include "base/error.h"

#include <stdlib.h>

/* ---- ME1 ---- */

typedef struct exact_set {
    size_t present;
    void *items[]; /* NULL: has not come */
} exact_set;

static rclio_status exact_init(rclio_matcher *m)
{
    m->state = calloc(1, sizeof(stamped_queue)); /* of exact_set, by stamp */
    return m->state ? RCLIO_OK : rclio_fail(RCLIO_NO_MEMORY, "out of memory for a matcher");
}

static void drop_set(rclio_matcher *m, exact_set *set)
{
    if (m->items.report_dropped)
        matcher_give(m, set->items, true);
    else
        for (size_t i = 0; i < m->count; i++) matcher_drop(m, set->items[i]);
    free(set);
}

static void exact_fini(rclio_matcher *m)
{
    stamped_queue *sets = m->state;
    m->items.report_dropped = false;
    while (sets && sets->size) drop_set(m, stamped_remove(sets, sets->size - 1).item);
    if (sets) free(sets->data);
    free(sets);
}

/* The set of that stamp at `index`, a new one when there is none. */
static exact_set *set_at(rclio_matcher *m, stamped_queue *sets, size_t index, int64_t stamp_ns)
{
    if (index < sets->size && stamped_at(sets, index)->stamp_ns == stamp_ns) return stamped_at(sets, index)->item;
    if (stamped_reserve(sets) != RCLIO_OK) return NULL;
    exact_set *set = calloc(1, sizeof *set + m->count * sizeof(void *));
    if (!set) return rclio_fail_null(RCLIO_NO_MEMORY, "out of memory for a set of %zu messages", m->count);
    stamped_insert(sets, index, (stamped){stamp_ns, set});
    return set;
}

static rclio_status exact_add(rclio_matcher *m, size_t topic, stamped arrived, int64_t received_ns)
{
    stamped_queue *sets = m->state;
    (void)received_ns;
    if (matcher_reserve(m, sets->size + 1) != RCLIO_OK) return rclio_error_status();
    size_t index = stamped_search(sets, arrived.stamp_ns);
    exact_set *set = set_at(m, sets, index, arrived.stamp_ns);
    if (!set) return rclio_error_status();
    if (!set->items[topic]) set->present++;
    matcher_drop(m, set->items[topic]);
    set->items[topic] = arrived.item;
    if (set->present == m->count) {
        matcher_give(m, set->items, false);
        free(stamped_remove(sets, index).item);
        while (index--) drop_set(m, stamped_remove(sets, 0).item);
    }
    while (sets->size > m->options.queue_size) drop_set(m, stamped_remove(sets, 0).item);
    return RCLIO_OK;
}

const match_policy match_exact = {.init = exact_init, .add = exact_add, .fini = exact_fini};

/* ---- ME2 ---- */

static bool has(const stamped_queue *queue, int64_t stamp_ns, size_t *index)
{
    *index = stamped_search(queue, stamp_ns);
    return *index < queue->size && stamped_at(queue, *index)->stamp_ns == stamp_ns;
}

static bool all_have(const rclio_matcher *m, int64_t stamp_ns)
{
    size_t index;
    for (size_t i = 0; i < m->count; i++)
        if (!has(&m->topics[i], stamp_ns, &index)) return false;
    return true;
}

static rclio_status exact_rclpy_add(rclio_matcher *m, size_t topic, stamped arrived, int64_t received_ns)
{
    stamped_queue *queue = &m->topics[topic];
    size_t index;
    (void)received_ns;
    if (matcher_reserve(m, 1) != RCLIO_OK || stamped_reserve(queue) != RCLIO_OK) return rclio_error_status();
    if (has(queue, arrived.stamp_ns, &index)) {
        matcher_drop(m, stamped_at(queue, index)->item);
        stamped_at(queue, index)->item = arrived.item;
    } else {
        stamped_insert(queue, index, arrived);
    }
    while (queue->size > m->options.queue_size) matcher_drop(m, stamped_remove(queue, 0).item);
    if (!all_have(m, arrived.stamp_ns)) return RCLIO_OK; /* only the new stamp can have become common */
    for (size_t i = 0; i < m->count; i++) {
        has(&m->topics[i], arrived.stamp_ns, &index);
        m->scratch[i] = stamped_remove(&m->topics[i], index).item;
        while (index--) matcher_drop(m, stamped_remove(&m->topics[i], 0).item);
    }
    matcher_give(m, m->scratch, false);
    return RCLIO_OK;
}

const match_policy match_exact_rclpy = {.add = exact_rclpy_add};
