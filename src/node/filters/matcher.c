/* src/node/filters/matcher.c: matching by stamps: queues, results, and the choice of a policy. Rules MA1 to MA3: matcher.h.
 *
 * Threads: one owner. Tests: tests/filters/test_exact.c, test_approximate.c, test_slop.c, test_latest.c. */
#include "node/filters/matcher.h"

#include "base/array.h"
#include "base/error.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#define MOST_TOPICS 1024
#define UPSTREAM_AGE_PENALTY 0.1

/* ---- queues ---- */

rclio_status stamped_reserve(stamped_queue *queue)
{
    if (queue->first + queue->size < queue->capacity) return RCLIO_OK;
    if (queue->first > queue->size) { /* half of it is free at the front: moving down costs less than it gives */
        memmove(queue->data, queue->data + queue->first, queue->size * sizeof *queue->data);
        queue->first = 0;
        return RCLIO_OK;
    }
    return array_reserve(&queue->data, &queue->capacity, queue->first + queue->size + 1, sizeof *queue->data);
}

void stamped_insert(stamped_queue *queue, size_t index, stamped value)
{
    stamped *place = stamped_at(queue, index);
    memmove(place + 1, place, (queue->size - index) * sizeof *place);
    *place = value;
    queue->size++;
}

stamped stamped_remove(stamped_queue *queue, size_t index)
{
    stamped *place = stamped_at(queue, index), value = *place;
    queue->size--;
    if (index == 0)
        queue->first = queue->size ? queue->first + 1 : 0;
    else
        memmove(place, place + 1, (queue->size - index) * sizeof *place);
    return value;
}

size_t stamped_search(const stamped_queue *queue, int64_t stamp_ns)
{
    size_t low = 0, high = queue->size;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (stamped_at(queue, middle)->stamp_ns < stamp_ns)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

int64_t stamp_difference(int64_t b, int64_t a)
{
    int64_t difference;
    if (!__builtin_sub_overflow(b, a, &difference)) return difference;
    return b > a ? INT64_MAX : INT64_MIN;
}

/* ---- results ---- */

rclio_status matcher_reserve(rclio_matcher *m, size_t sets)
{
    size_t waiting = m->results.end - m->results.first;
    if (m->results.first) {
        memmove(m->results.items, m->results.items + m->results.first * m->count, waiting * m->count * sizeof(void *));
        memmove(m->results.dropped, m->results.dropped + m->results.first, waiting * sizeof(bool));
        m->results.first = 0;
        m->results.end = waiting;
    }
    if (waiting + sets <= m->results.capacity) return RCLIO_OK;
    size_t capacity = waiting + sets;
    void **items = reallocarray(m->results.items, capacity, m->count * sizeof(void *));
    if (items) m->results.items = items;
    bool *dropped = reallocarray(m->results.dropped, capacity, sizeof(bool));
    if (dropped) m->results.dropped = dropped;
    if (!items || !dropped) return rclio_fail(RCLIO_NO_MEMORY, "out of memory for %zu sets of messages", capacity);
    m->results.capacity = capacity;
    return RCLIO_OK;
}

void matcher_give(rclio_matcher *m, void *const *items, bool dropped)
{
    memcpy(m->results.items + m->results.end * m->count, items, m->count * sizeof(void *));
    m->results.dropped[m->results.end++] = dropped;
}

void matcher_drop(rclio_matcher *m, void *item)
{
    if (item && m->items.unref) m->items.unref(item);
}

void matcher_warn(rclio_matcher *m, const char *format, ...)
{
    text line;
    va_list args;
    if (!m->items.warn) return;
    text_init(&line);
    va_start(args, format);
    text_append_args(&line, format, args);
    va_end(args);
    m->items.warn(line.data, m->items.warn_arg);
    text_fini(&line);
}

rclio_status rclio_matcher_take(rclio_matcher *m, void **items, bool *dropped)
{
    if (!m || !items) return rclio_fail(RCLIO_INVALID, "no matcher to take from, or nowhere to put a set");
    if (m->results.first == m->results.end) return RCLIO_EMPTY;
    memcpy(items, m->results.items + m->results.first * m->count, m->count * sizeof(void *));
    if (dropped) *dropped = m->results.dropped[m->results.first];
    m->results.first++;
    return RCLIO_OK;
}

/* ---- making one ---- */

static const match_policy *const policies[] = {
    [RCLIO_MATCH_EXACT] = &match_exact,
    [RCLIO_MATCH_EXACT_RCLPY] = &match_exact_rclpy,
    [RCLIO_MATCH_APPROXIMATE] = &match_approximate,
    [RCLIO_MATCH_APPROXIMATE_RCLPY] = &match_approximate_rclpy,
    [RCLIO_MATCH_LATEST] = &match_latest,
};

static bool is_weight(double weight)
{
    return weight >= 0 && weight <= 1; /* false for a NaN */
}

static rclio_status check_topic(const rclio_match_options *o, size_t topic)
{
    if (o->lower_bounds_ns && o->lower_bounds_ns[topic] < 0)
        return rclio_fail(RCLIO_INVALID, "the lower bound of topic %zu is %lld ns: it may not be negative", topic,
                          (long long)o->lower_bounds_ns[topic]);
    const rclio_match_rate *rate = o->rates ? &o->rates[topic] : NULL;
    if (rate && (!is_weight(rate->rate_weight) || !is_weight(rate->error_weight) || !(rate->margin >= 0)))
        return rclio_fail(RCLIO_INVALID,
                          "the rate options of topic %zu are %g, %g, %g: weights are 0 to 1, a margin not negative", topic,
                          rate->rate_weight, rate->error_weight, rate->margin);
    return RCLIO_OK;
}

static rclio_status check(size_t topics, const rclio_match_options *o)
{
    if (topics < 1 || topics > MOST_TOPICS)
        return rclio_fail(RCLIO_INVALID, "%zu topics to match: there may be 1 to %d", topics, MOST_TOPICS);
    if ((size_t)o->policy >= sizeof policies / sizeof *policies)
        return rclio_fail(RCLIO_INVALID, "%d is no matching policy", (int)o->policy);
    if (o->slop_ns < 0 || o->max_interval_ns < 0)
        return rclio_fail(RCLIO_INVALID, "a slop of %lld ns or a longest interval of %lld ns: neither may be negative",
                          (long long)o->slop_ns, (long long)o->max_interval_ns);
    bool no_penalty = !(o->age_penalty > RCLIO_NO_AGE_PENALTY) && !(o->age_penalty < RCLIO_NO_AGE_PENALTY);
    if (!(o->age_penalty >= 0) && !no_penalty)
        return rclio_fail(RCLIO_INVALID, "the age penalty is %g: it may not be negative (RCLIO_NO_AGE_PENALTY: none)",
                          o->age_penalty);
    for (size_t i = 0; i < topics; i++)
        if (check_topic(o, i) != RCLIO_OK) return rclio_error_status();
    return RCLIO_OK;
}

static void *copy_array(const void *array, size_t count, size_t size)
{
    void *copy = array ? reallocarray(NULL, count, size) : NULL;
    return copy ? memcpy(copy, array, count * size) : NULL;
}

static rclio_status build(rclio_matcher *m, const rclio_match_options *o)
{
    m->options = *o;
    m->options.lower_bounds_ns = copy_array(o->lower_bounds_ns, m->count, sizeof *o->lower_bounds_ns);
    m->options.rates = copy_array(o->rates, m->count, sizeof *o->rates);
    if (!o->queue_size) m->options.queue_size = RCLIO_FILTER_QUEUE;
    if (!o->max_interval_ns) m->options.max_interval_ns = INT64_MAX;
    m->options.age_penalty = o->age_penalty < 0 ? 0 : o->age_penalty > 0 ? o->age_penalty : UPSTREAM_AGE_PENALTY;
    m->topics = calloc(m->count, sizeof *m->topics);
    m->scratch = calloc(m->count, sizeof *m->scratch);
    bool short_of =
        !m->topics || !m->scratch || (o->lower_bounds_ns && !m->options.lower_bounds_ns) || (o->rates && !m->options.rates);
    if (short_of) return rclio_fail(RCLIO_NO_MEMORY, "out of memory for a matcher of %zu topics", m->count);
    return m->policy->init ? m->policy->init(m) : RCLIO_OK;
}

rclio_matcher *rclio_matcher_new(size_t topics, const rclio_match_options *options, const rclio_match_items *items)
{
    static const rclio_match_options defaults;
    if (!options) options = &defaults;
    if (check(topics, options) != RCLIO_OK) return NULL;
    rclio_matcher *m = calloc(1, sizeof *m);
    if (!m) return rclio_fail_null(RCLIO_NO_MEMORY, "out of memory for a matcher");
    m->policy = policies[options->policy];
    m->count = topics;
    if (items) m->items = *items;
    if (build(m, options) == RCLIO_OK) return m;
    rclio_matcher_destroy(m);
    return NULL;
}

void rclio_matcher_destroy(rclio_matcher *m)
{
    if (!m) return;
    if (m->policy->fini) m->policy->fini(m);
    for (size_t i = 0; m->topics && i < m->count; i++) {
        for (size_t k = 0; k < m->topics[i].size; k++) matcher_drop(m, stamped_at(&m->topics[i], k)->item);
        free(m->topics[i].data);
    }
    for (size_t i = m->results.first * m->count; i < m->results.end * m->count; i++) matcher_drop(m, m->results.items[i]);
    free(m->results.items);
    free(m->results.dropped);
    free(m->topics);
    free(m->scratch);
    free((void *)m->options.lower_bounds_ns);
    free((void *)m->options.rates);
    free(m);
}

rclio_status rclio_matcher_add(rclio_matcher *m, size_t topic, int64_t stamp_ns, int64_t received_ns, void *item)
{
    if (!m || !item) return rclio_fail(RCLIO_INVALID, "no matcher, or nothing to add to it");
    if (topic >= m->count) return rclio_fail(RCLIO_INVALID, "no topic %zu: %zu are matched", topic, m->count);
    return m->policy->add(m, topic, (stamped){stamp_ns, item}, received_ns);
}
