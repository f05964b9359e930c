/* src/node/filters/cache.c: the newest messages of a topic, to be asked by time.
 *
 *   CA1  As upstream's C++ cache: sorted by stamp, of equal stamps in order of arrival; a full cache first drops its oldest. Before and
 *        after do not include the time asked for.
 *   CA2  With like_rclpy as upstream's Python cache: in order of arrival, a full cache drops what came first; before and after include the
 *        time, and take the last, or the first, that fits in the order of arrival.
 *   CA3  Each message is put out when it comes, after it is in.
 * Threads: any, under the filter's lock. Tests: tests/filters/test_cache.c. */
#include "base/error.h"
#include "node/filters/filter.h"
#include "node/filters/matcher.h"

#include <stdlib.h>

typedef struct cache {
    rclio_filter filter;
    rclio_cache_options options;
    stamped_queue queue; /* of events, references */
} cache;

static const rclio_message_event *event_at(const cache *c, size_t index)
{
    return stamped_at(&c->queue, index)->item;
}

static int64_t stamp_at(const cache *c, size_t index)
{
    return stamped_at(&c->queue, index)->stamp_ns;
}

static size_t place_of(const cache *c, int64_t stamp_ns)
{
    size_t place = c->queue.size;
    if (c->options.like_rclpy) return place; /* CA2 */
    while (place && stamp_at(c, place - 1) > stamp_ns) place--;
    return place;
}

static rclio_status cache_add(rclio_filter *f, const rclio_message_event *event)
{
    cache *c = (cache *)(void *)f;
    if (!filter_accepts(f, event, c->options.allow_headerless)) return RCLIO_OK;
    const rclio_message_event *oldest = NULL;
    mutex_lock(&f->lock);
    rclio_status status = stamped_reserve(&c->queue);
    if (status == RCLIO_OK) {
        if (c->queue.size == c->options.size) oldest = stamped_remove(&c->queue, 0).item;
        void *item = (void *)rclio_message_event_ref(event);
        stamped_insert(&c->queue, place_of(c, event->stamp_ns), (stamped){event->stamp_ns, item});
    }
    mutex_unlock(&f->lock);
    rclio_message_event_unref(oldest);
    if (status == RCLIO_OK) filter_output(f, event); /* CA3 */
    return status;
}

static void cache_free(rclio_filter *f)
{
    cache *c = (cache *)(void *)f;
    for (size_t i = 0; i < c->queue.size; i++) rclio_message_event_unref(event_at(c, i));
    free(c->queue.data);
}

const filter_kind filter_cache_kind = {.name = "cache", .add = cache_add, .free = cache_free};

rclio_filter *rclio_cache_new(rclio_node *node, rclio_filter *input, const rclio_cache_options *options)
{
    cache *c = filter_alloc(node, &filter_cache_kind, sizeof *c);
    if (!c) return NULL;
    if (options) c->options = *options;
    if (!c->options.size) c->options.size = RCLIO_FILTER_QUEUE;
    if (filter_adopt(&c->filter, input) == RCLIO_OK) return &c->filter;
    filter_abandon(&c->filter);
    return NULL;
}

/* ---- queries ---- */

typedef bool wanted_fn(int64_t stamp_ns, int64_t from_ns, int64_t to_ns);

static bool is_within(int64_t stamp_ns, int64_t from_ns, int64_t to_ns)
{
    return stamp_ns >= from_ns && stamp_ns <= to_ns;
}

/* References to those between two indices whose stamp is wanted. */
static rclio_status gather(const cache *c, size_t first, size_t end, wanted_fn *wanted, int64_t from_ns, int64_t to_ns,
                           const rclio_message_event ***events, size_t *count)
{
    if (first >= end) return RCLIO_OK;
    const rclio_message_event **found = reallocarray(NULL, end - first, sizeof *found);
    if (!found) return rclio_fail(RCLIO_NO_MEMORY, "out of memory for %zu messages of a cache", end - first);
    for (size_t i = first; i < end; i++)
        if (!wanted || wanted(stamp_at(c, i), from_ns, to_ns)) found[(*count)++] = rclio_message_event_ref(event_at(c, i));
    *events = found;
    if (*count) return RCLIO_OK;
    free((void *)found);
    *events = NULL;
    return RCLIO_OK;
}

static cache *check_query(rclio_filter *f, int64_t from_ns, int64_t to_ns, const rclio_message_event ***events, size_t *count)
{
    cache *c = filter_of_kind(f, &filter_cache_kind);
    if (!c) return NULL;
    if (!events || !count) return rclio_fail_null(RCLIO_INVALID, "nowhere to put the messages of a cache");
    *events = NULL;
    *count = 0;
    if (from_ns > to_ns)
        return rclio_fail_null(RCLIO_INVALID, "an interval of a cache begins at %lld ns and ends before that, at %lld ns",
                               (long long)from_ns, (long long)to_ns);
    return c;
}

rclio_status rclio_cache_interval(rclio_filter *f, int64_t from_ns, int64_t to_ns, const rclio_message_event ***events,
                                  size_t *count)
{
    cache *c = check_query(f, from_ns, to_ns, events, count);
    if (!c) return rclio_error_status();
    mutex_lock(&f->lock);
    rclio_status status = gather(c, 0, c->queue.size, is_within, from_ns, to_ns, events, count);
    mutex_unlock(&f->lock);
    return status;
}

rclio_status rclio_cache_surrounding(rclio_filter *f, int64_t from_ns, int64_t to_ns, const rclio_message_event ***events,
                                     size_t *count)
{
    cache *c = check_query(f, from_ns, to_ns, events, count);
    if (!c) return rclio_error_status();
    mutex_lock(&f->lock);
    size_t size = c->queue.size, first = size ? size - 1 : 0;
    while (first > 0 && stamp_at(c, first) > from_ns) first--;
    size_t last = first;
    while (last + 1 < size && stamp_at(c, last) < to_ns) last++;
    rclio_status status = size ? gather(c, first, last + 1, NULL, 0, 0, events, count) : RCLIO_OK;
    mutex_unlock(&f->lock);
    return status;
}

const rclio_message_event *rclio_cache_before(rclio_filter *f, int64_t stamp_ns)
{
    cache *c = filter_of_kind(f, &filter_cache_kind);
    const rclio_message_event *found = NULL;
    if (!c) return NULL;
    mutex_lock(&f->lock);
    for (size_t i = c->queue.size; i-- && !found;)
        if (stamp_at(c, i) < stamp_ns || (c->options.like_rclpy && stamp_at(c, i) == stamp_ns)) found = event_at(c, i);
    rclio_message_event_ref(found);
    mutex_unlock(&f->lock);
    return found;
}

const rclio_message_event *rclio_cache_after(rclio_filter *f, int64_t stamp_ns)
{
    cache *c = filter_of_kind(f, &filter_cache_kind);
    const rclio_message_event *found = NULL;
    if (!c) return NULL;
    mutex_lock(&f->lock);
    for (size_t i = 0; i < c->queue.size && !found; i++)
        if (stamp_at(c, i) > stamp_ns || (c->options.like_rclpy && stamp_at(c, i) == stamp_ns)) found = event_at(c, i);
    rclio_message_event_ref(found);
    mutex_unlock(&f->lock);
    return found;
}

const rclio_message_event *rclio_cache_last(rclio_filter *f)
{
    cache *c = filter_of_kind(f, &filter_cache_kind);
    if (!c) return NULL;
    mutex_lock(&f->lock);
    const rclio_message_event *found = c->queue.size ? event_at(c, c->queue.size - 1) : NULL;
    rclio_message_event_ref(found);
    mutex_unlock(&f->lock);
    return found;
}

static rclio_status time_at_end(rclio_filter *f, bool newest, int64_t *stamp_ns)
{
    cache *c = filter_of_kind(f, &filter_cache_kind);
    if (!c || !stamp_ns) return c ? rclio_fail(RCLIO_INVALID, "nowhere to put a time of a cache") : rclio_error_status();
    mutex_lock(&f->lock);
    size_t size = c->queue.size;
    if (size) *stamp_ns = stamp_at(c, newest ? size - 1 : 0);
    mutex_unlock(&f->lock);
    return size ? RCLIO_OK : RCLIO_EMPTY;
}

rclio_status rclio_cache_oldest_time(rclio_filter *f, int64_t *stamp_ns)
{
    return time_at_end(f, false, stamp_ns);
}

rclio_status rclio_cache_latest_time(rclio_filter *f, int64_t *stamp_ns)
{
    return time_at_end(f, true, stamp_ns);
}
