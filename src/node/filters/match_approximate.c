/* src/node/filters/match_approximate.c: the best sets of messages whose stamps are near each other, as upstream's C++ ApproximateTime
 * finds them (docs/message_filters.md has the idea in a picture).
 *
 *   MP1  Each topic is a queue with a cursor. What is at the cursors is the set under examination; what is before a cursor was examined
 *        and waits. The search always moves the cursor with the earliest message on.
 *   MP2  When all topics have a message, the latest at the cursors becomes the pivot: each set that can follow the last one contains it.
 *        The candidate is the best set of this pivot so far: the first message of each queue, since what was before it has been dropped.
 *   MP3  A set is better than the candidate when what it gains at its start is more than what it loses at its end, times 1 + age_penalty.
 *   MP4  The candidate is given out when the pivot itself is the earliest of a set, or when no set to come can be better: each will contain
 *        the pivot and end no earlier than the one at the cursors. For a topic that has run out, the earliest message that could still come
 *        stands in: not before the pivot, nor sooner after its last one than its lower bound says.
 *   MP5  When a queue is too long the search begins again without its oldest message, and that topic is no pivot before a set was examined
 *        in which it was not the latest: the message that was dropped might have made a better set.
 *   MP6  Of equal stamps the first topic is the earliest and the last topic the latest.
 * Threads: one owner. Tests: tests/filters/test_approximate.c. */
#include "node/filters/matcher.h"

#include "base/error.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define NO_PIVOT SIZE_MAX

typedef struct track { /* a topic */
    size_t cursor;     /* MP1 */
    size_t ahead;      /* cursor of the look into what could come, MP4 */
    bool has_dropped;  /* MP5 */
    bool warned;
} track;

typedef struct approximate {
    size_t pivot; /* a topic, NO_PIVOT: there is no candidate, and all cursors are 0 */
    int64_t pivot_ns, candidate_start_ns, candidate_end_ns;
    track tracks[];
} approximate;

typedef struct bound { /* the earliest or the latest of a set */
    size_t topic;
    int64_t stamp_ns;
} bound;

static rclio_status approximate_init(rclio_matcher *m)
{
    approximate *a = calloc(1, sizeof *a + m->count * sizeof *a->tracks);
    m->state = a;
    if (!a) return rclio_fail(RCLIO_NO_MEMORY, "out of memory for a matcher of %zu topics", m->count);
    a->pivot = NO_PIVOT;
    return RCLIO_OK;
}

static void approximate_fini(rclio_matcher *m)
{
    free(m->state);
}

static bool all_have_more(const rclio_matcher *m)
{
    const approximate *a = m->state;
    for (size_t i = 0; i < m->count; i++)
        if (a->tracks[i].cursor == m->topics[i].size) return false;
    return true;
}

static int64_t at_cursor(const rclio_matcher *m, size_t topic)
{
    const approximate *a = m->state;
    return stamped_at(&m->topics[topic], a->tracks[topic].cursor)->stamp_ns;
}

/* MP4: the message at `ahead`, or the earliest that could still come. */
static int64_t at_ahead(const rclio_matcher *m, size_t topic)
{
    const approximate *a = m->state;
    const stamped_queue *queue = &m->topics[topic];
    if (a->tracks[topic].ahead < queue->size) return stamped_at(queue, a->tracks[topic].ahead)->stamp_ns;
    int64_t bound_ns = m->options.lower_bounds_ns ? m->options.lower_bounds_ns[topic] : 0, earliest;
    if (__builtin_add_overflow(stamped_at(queue, queue->size - 1)->stamp_ns, bound_ns, &earliest)) earliest = INT64_MAX;
    return earliest > a->pivot_ns ? earliest : a->pivot_ns;
}

static void find_bounds(const rclio_matcher *m, int64_t (*stamp)(const rclio_matcher *, size_t), bound *start,
                        bound *end) /* MP6 */
{
    *start = *end = (bound){0, stamp(m, 0)};
    for (size_t i = 1; i < m->count; i++) {
        int64_t stamp_ns = stamp(m, i);
        if (stamp_ns < start->stamp_ns) *start = (bound){i, stamp_ns};
        if (stamp_ns >= end->stamp_ns) *end = (bound){i, stamp_ns};
    }
}

/* MP3: what a set that ends there loses against the candidate, rounded as upstream rounds it. */
static int64_t loss_of(const rclio_matcher *m, int64_t end_ns)
{
    const approximate *a = m->state;
    long double loss = (long double)stamp_difference(end_ns, a->candidate_end_ns) * (long double)(1 + m->options.age_penalty);
    if (loss >= (long double)INT64_MAX) return INT64_MAX;
    if (loss <= (long double)INT64_MIN) return INT64_MIN;
    return (int64_t)loss;
}

static int64_t gain_of(const rclio_matcher *m, int64_t start_ns)
{
    const approximate *a = m->state;
    return stamp_difference(start_ns, a->candidate_start_ns);
}

static void drop_first(rclio_matcher *m, size_t topic)
{
    matcher_drop(m, stamped_remove(&m->topics[topic], 0).item);
}

/* The set at the cursors becomes the candidate: what is before it can be of no use any more (MP2). */
static void choose(rclio_matcher *m, bound start, bound end)
{
    approximate *a = m->state;
    for (size_t i = 0; i < m->count; i++)
        for (; a->tracks[i].cursor; a->tracks[i].cursor--) drop_first(m, i);
    a->candidate_start_ns = start.stamp_ns;
    a->candidate_end_ns = end.stamp_ns;
    if (a->pivot != NO_PIVOT) return;
    a->pivot = end.topic;
    a->pivot_ns = end.stamp_ns;
}

static void give_candidate(rclio_matcher *m)
{
    approximate *a = m->state;
    for (size_t i = 0; i < m->count; i++) {
        m->scratch[i] = stamped_remove(&m->topics[i], 0).item;
        a->tracks[i].cursor = 0;
    }
    a->pivot = NO_PIVOT;
    matcher_give(m, m->scratch, false);
}

/* MP4: a topic has run out. Plays on with what could come at best; true: even that is no better than the candidate. */
static bool nothing_better_can_come(rclio_matcher *m)
{
    approximate *a = m->state;
    bound start, end;
    for (size_t i = 0; i < m->count; i++) a->tracks[i].ahead = a->tracks[i].cursor;
    for (;;) {
        find_bounds(m, at_ahead, &start, &end);
        int64_t loss = loss_of(m, end.stamp_ns);
        if (loss >= gain_of(m, a->pivot_ns)) return true;
        if (loss < gain_of(m, start.stamp_ns)) return false;
        a->tracks[start.topic].ahead++; /* it is before the pivot, so it is a message that is there */
    }
}

static bool is_decided(rclio_matcher *m, bound start, bound end)
{
    const approximate *a = m->state;
    if (start.topic == a->pivot) return true;
    if (loss_of(m, end.stamp_ns) >= gain_of(m, a->pivot_ns)) return true;
    return !all_have_more(m) && nothing_better_can_come(m);
}

static void search(rclio_matcher *m)
{
    approximate *a = m->state;
    while (all_have_more(m)) {
        bound start, end;
        find_bounds(m, at_cursor, &start, &end);
        for (size_t i = 0; i < m->count; i++)
            if (i != end.topic) a->tracks[i].has_dropped = false; /* MP5 */
        if (a->pivot == NO_PIVOT) {
            bool too_long = stamp_difference(end.stamp_ns, start.stamp_ns) > m->options.max_interval_ns;
            if (too_long || a->tracks[end.topic].has_dropped) {
                drop_first(m, start.topic);
                continue;
            }
            choose(m, start, end);
        } else if (loss_of(m, end.stamp_ns) < gain_of(m, start.stamp_ns)) {
            choose(m, start, end);
        }
        a->tracks[start.topic].cursor++; /* MP1 */
        if (is_decided(m, start, end)) give_candidate(m);
    }
}

static void check_order(rclio_matcher *m, size_t topic, int64_t stamp_ns)
{
    track *t = &((approximate *)m->state)->tracks[topic];
    const stamped_queue *queue = &m->topics[topic];
    if (t->warned || !queue->size) return;
    int64_t bound_ns = m->options.lower_bounds_ns ? m->options.lower_bounds_ns[topic] : 0;
    int64_t gap = stamp_difference(stamp_ns, stamped_at(queue, queue->size - 1)->stamp_ns);
    if (gap >= bound_ns) return;
    t->warned = true;
    if (gap < 0)
        matcher_warn(m, "messages of topic %zu came out of order, by %" PRId64 " ns: sets may not be the best (said once)", topic,
                     -gap);
    else
        matcher_warn(m,
                     "messages of topic %zu follow each other by %" PRId64 " ns, its lower bound is %" PRId64 " ns (said once)",
                     topic, gap, bound_ns);
}

static void begin_again_without_oldest(rclio_matcher *m, size_t topic) /* MP5 */
{
    approximate *a = m->state;
    bool had_candidate = a->pivot != NO_PIVOT;
    for (size_t i = 0; i < m->count; i++) a->tracks[i].cursor = 0;
    a->pivot = NO_PIVOT;
    drop_first(m, topic);
    a->tracks[topic].has_dropped = true;
    if (had_candidate) search(m);
}

/* One arrival can decide as many sets as the shortest queue has messages. */
static size_t most_sets(const rclio_matcher *m)
{
    size_t least = m->topics[0].size;
    for (size_t i = 1; i < m->count; i++)
        if (m->topics[i].size < least) least = m->topics[i].size;
    return least + 1;
}

static rclio_status approximate_add(rclio_matcher *m, size_t topic, stamped arrived, int64_t received_ns)
{
    stamped_queue *queue = &m->topics[topic];
    (void)received_ns;
    if (matcher_reserve(m, most_sets(m)) != RCLIO_OK || stamped_reserve(queue) != RCLIO_OK) return rclio_error_status();
    check_order(m, topic, arrived.stamp_ns);
    stamped_insert(queue, queue->size, arrived);
    search(m);
    if (queue->size > m->options.queue_size) begin_again_without_oldest(m, topic);
    return RCLIO_OK;
}

const match_policy match_approximate = {.init = approximate_init, .add = approximate_add, .fini = approximate_fini};
