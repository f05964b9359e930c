/* src/node/filters/match_approximate_rclpy.c: sets whose stamps are less than a slop apart, as upstream's Python
 * ApproximateTimeSynchronizer finds them.
 *
 *   MS1  Each topic keeps queue_size messages by stamp, in the order of arrival; a second one with the same stamp takes the place of the
 *        first; beyond the limit the one with the oldest stamp goes, which may be the one that just came: then there is no set.
 *   MS2  A message that comes looks for its set at once. Of each other topic those no further from it than the slop are tried, the nearest
 *        first, of equally near ones the one that came first; the topics' choices vary like the digits of a number, the last one fastest.
 *   MS3  The first choice whose latest and earliest are less than the slop apart (not equal to it) is the set. Upstream tries them all;
 *        here a choice for the first topics is left as soon as no window of the slop's length holds it and one message of each other
 *        topic: the same set, without exponential time.
 * Threads: one owner. Tests: tests/filters/test_slop.c. */
#include "node/filters/matcher.h"

#include "base/error.h"

#include <stdlib.h>

typedef struct near_one { /* a message that may be in the set */
    int64_t stamp_ns;
    int64_t distance_ns;
    size_t index; /* in its queue */
} near_one;

typedef struct choice { /* of one topic */
    near_one *near;     /* room for queue_size + 1, sorted (MS2) */
    size_t count, capacity;
    size_t chosen;
} choice;

static rclio_status slop_init(rclio_matcher *m)
{
    m->state = calloc(m->count, sizeof(choice));
    return m->state ? RCLIO_OK : rclio_fail(RCLIO_NO_MEMORY, "out of memory for a matcher of %zu topics", m->count);
}

static void slop_fini(rclio_matcher *m)
{
    choice *choices = m->state;
    for (size_t i = 0; choices && i < m->count; i++) free(choices[i].near);
    free(choices);
}

static rclio_status reserve(rclio_matcher *m, size_t topic)
{
    if (matcher_reserve(m, 1) != RCLIO_OK || stamped_reserve(&m->topics[topic]) != RCLIO_OK) return rclio_error_status();
    choice *choices = m->state;
    for (size_t i = 0; i < m->count; i++) {
        choice *c = &choices[i];
        if (c->capacity > m->topics[i].size) continue;
        size_t capacity = m->topics[i].capacity + 1;
        near_one *near = reallocarray(c->near, capacity, sizeof *near);
        if (!near) return rclio_fail(RCLIO_NO_MEMORY, "out of memory to compare %zu messages", capacity);
        c->near = near;
        c->capacity = capacity;
    }
    return RCLIO_OK;
}

/* MS1; false: what came is gone already. */
static bool keep(rclio_matcher *m, size_t topic, stamped arrived)
{
    stamped_queue *queue = &m->topics[topic];
    size_t same = 0, oldest = 0;
    while (same < queue->size && stamped_at(queue, same)->stamp_ns != arrived.stamp_ns) same++;
    if (same < queue->size) {
        matcher_drop(m, stamped_at(queue, same)->item);
        stamped_at(queue, same)->item = arrived.item;
        return true;
    }
    stamped_insert(queue, queue->size, arrived);
    if (queue->size <= m->options.queue_size) return true;
    for (size_t i = 1; i < queue->size; i++)
        if (stamped_at(queue, i)->stamp_ns < stamped_at(queue, oldest)->stamp_ns) oldest = i;
    bool kept = oldest != queue->size - 1;
    matcher_drop(m, stamped_remove(queue, oldest).item);
    return kept;
}

/* MS2: fills and sorts the near ones of a topic; the sort is stable and short. */
static void find_near(const rclio_matcher *m, const stamped_queue *queue, choice *c, int64_t stamp_ns)
{
    c->count = 0;
    for (size_t i = 0; i < queue->size; i++) {
        int64_t other_ns = stamped_at(queue, i)->stamp_ns;
        int64_t distance = other_ns > stamp_ns ? stamp_difference(other_ns, stamp_ns) : stamp_difference(stamp_ns, other_ns);
        if (distance > m->options.slop_ns) continue;
        size_t place = c->count++;
        for (; place && c->near[place - 1].distance_ns > distance; place--) c->near[place] = c->near[place - 1];
        c->near[place] = (near_one){other_ns, distance, i};
    }
}

static bool has_one_in_window(const rclio_matcher *m, const choice *c, int64_t first_ns)
{
    for (size_t i = 0; i < c->count; i++)
        if (c->near[i].stamp_ns >= first_ns && stamp_difference(c->near[i].stamp_ns, first_ns) < m->options.slop_ns) return true;
    return false;
}

/* true: a window that begins at `first_ns` and is shorter than the slop holds `latest_ns` and one message of each topic from `next` on. */
static bool window_serves(const rclio_matcher *m, size_t next, int64_t first_ns, int64_t latest_ns)
{
    const choice *choices = m->state;
    if (stamp_difference(latest_ns, first_ns) >= m->options.slop_ns) return false;
    for (size_t i = next; i < m->count; i++)
        if (!has_one_in_window(m, &choices[i], first_ns)) return false;
    return true;
}

/* MS3: can what was chosen so far, from earliest to latest, become a set? A window may as well begin at its first message. */
static bool can_be_completed(const rclio_matcher *m, size_t next, int64_t earliest_ns, int64_t latest_ns)
{
    const choice *choices = m->state;
    if (window_serves(m, next, earliest_ns, latest_ns)) return true;
    for (size_t i = next; i < m->count; i++)
        for (size_t k = 0; k < choices[i].count; k++) {
            int64_t first_ns = choices[i].near[k].stamp_ns;
            if (first_ns < earliest_ns && window_serves(m, next, first_ns, latest_ns)) return true;
        }
    return false;
}

static bool choose_all(const rclio_matcher *m, int64_t stamp_ns)
{
    choice *choices = m->state;
    int64_t earliest = stamp_ns, latest = stamp_ns;
    for (size_t i = 0; i < m->count; i++) {
        choice *c = &choices[i];
        for (c->chosen = 0; c->chosen < c->count; c->chosen++) {
            int64_t chosen = c->near[c->chosen].stamp_ns;
            int64_t first = chosen < earliest ? chosen : earliest, last = chosen > latest ? chosen : latest;
            if (!can_be_completed(m, i + 1, first, last)) continue;
            earliest = first;
            latest = last;
            break;
        }
        if (c->chosen == c->count) return false;
    }
    return true;
}

static rclio_status slop_add(rclio_matcher *m, size_t topic, stamped arrived, int64_t received_ns)
{
    choice *choices = m->state;
    (void)received_ns;
    if (reserve(m, topic) != RCLIO_OK) return rclio_error_status();
    if (!keep(m, topic, arrived)) return RCLIO_OK;
    for (size_t i = 0; i < m->count; i++) {
        find_near(m, &m->topics[i], &choices[i], arrived.stamp_ns);
        if (choices[i].count == 0) return RCLIO_OK;
    }
    choices[topic].count = 1; /* the nearest of its own topic is itself */
    if (!choose_all(m, arrived.stamp_ns)) return RCLIO_OK;
    for (size_t i = 0; i < m->count; i++)
        m->scratch[i] = stamped_remove(&m->topics[i], choices[i].near[choices[i].chosen].index).item;
    matcher_give(m, m->scratch, false);
    return RCLIO_OK;
}

const match_policy match_approximate_rclpy = {.init = slop_init, .add = slop_add, .fini = slop_fini};
