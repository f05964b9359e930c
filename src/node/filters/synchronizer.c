/* src/node/filters/synchronizer.c: a matcher fed by filters.
 *
 *   SY1  The matcher works under the filter's lock; the sets it found are given out after that, in the order they were found, by whoever
 *        brought the message that completed them.
 *   SY2  An item of the matcher is an event, a reference.
 * Threads: as the public header says. Tests: tests/filters/test_synchronizer.c. */
#include "base/error.h"
#include "node/filters/filter.h"

#include <stdlib.h>

typedef struct synchronizer synchronizer;

typedef struct sync_input { /* what the connection to an input is told */
    synchronizer *owner;
    size_t index;
    rclio_filter *filter; /* a reference; NULL: fed by hand */
    uint64_t connection;
} sync_input;

struct synchronizer {
    rclio_filter filter;
    rclio_synchronizer_options options;
    rclio_matcher *matcher;
    size_t count;
    sync_input *inputs;
};

static synchronizer *of(rclio_filter *f)
{
    return (synchronizer *)(void *)f;
}

static void *ref_item(void *item)
{
    return (void *)rclio_message_event_ref(item);
}

static void unref_item(void *item)
{
    rclio_message_event_unref(item);
}

static void warn(const char *line, void *arg) /* under the lock: log only */
{
    rclio_node *node = ((synchronizer *)arg)->filter.entity.node;
    LOG_WARN(node->context->log, node->logger, "synchronizer: %s", line);
}

static bool take_set(synchronizer *s, void **items, bool *dropped)
{
    mutex_lock(&s->filter.lock);
    bool taken = rclio_matcher_take(s->matcher, items, dropped) == RCLIO_OK;
    mutex_unlock(&s->filter.lock);
    return taken;
}

static void give_out(synchronizer *s) /* SY1 */
{
    void *few[8], **items = s->count <= 8 ? few : reallocarray(NULL, s->count, sizeof *items);
    bool dropped;
    if (!items) {
        rclio_fail(RCLIO_NO_MEMORY, "out of memory for a set of %zu messages", s->count);
        filter_warn_once(&s->filter, "a synchronizer keeps its sets for later: %s", rclio_error());
        return;
    }
    while (take_set(s, items, &dropped)) {
        filter_output_set(&s->filter, (const rclio_message_event *const *)items, s->count, dropped);
        for (size_t i = 0; i < s->count; i++) unref_item(items[i]);
    }
    if (items != few) free(items);
}

static rclio_status add(synchronizer *s, size_t index, const rclio_message_event *event)
{
    bool looks_at_stamps = s->options.match.policy != RCLIO_MATCH_LATEST && !s->options.use_receipt_time;
    if (looks_at_stamps && !filter_accepts(&s->filter, event, s->options.allow_headerless)) return RCLIO_OK;
    int64_t stamp_ns = s->options.use_receipt_time ? event->received_ns : event->stamp_ns;
    entity_ref(&s->filter.entity);
    rclio_message_event_ref(event);
    mutex_lock(&s->filter.lock);
    rclio_status status = rclio_matcher_add(s->matcher, index, stamp_ns, event->received_ns, (void *)event);
    mutex_unlock(&s->filter.lock);
    if (status == RCLIO_OK)
        give_out(s);
    else
        rclio_message_event_unref(event);
    entity_unref(&s->filter.entity);
    return status;
}

static void on_input(const rclio_message_event *event, void *arg)
{
    sync_input *input = arg;
    synchronizer *s = input->owner;
    if (s->filter.closed) return; /* FL3 */
    if (add(s, input->index, event) != RCLIO_OK) filter_warn_once(&s->filter, "a synchronizer loses messages: %s", rclio_error());
}

static void synchronizer_close(rclio_filter *f)
{
    synchronizer *s = of(f);
    EXECUTOR_GUARD(f->entity.executor);
    for (size_t i = 0; s->inputs && i < s->count; i++) {
        sync_input *input = &s->inputs[i];
        if (!input->filter) continue;
        rclio_filter_disconnect(input->filter, input->connection);
        entity_unref(&input->filter->entity);
        input->filter = NULL;
    }
}

static void synchronizer_free(rclio_filter *f)
{
    synchronizer *s = of(f);
    rclio_matcher_destroy(s->matcher);
    free(s->inputs);
}

const filter_kind filter_synchronizer_kind = {.name = "synchronizer", .close = synchronizer_close, .free = synchronizer_free};

static rclio_status connect_inputs(synchronizer *s, rclio_filter *const *inputs)
{
    for (size_t i = 0; i < s->count; i++) {
        sync_input *input = &s->inputs[i];
        input->owner = s;
        input->index = i;
        if (!inputs || !inputs[i]) continue;
        if (inputs[i]->kind == &filter_synchronizer_kind)
            return rclio_fail(RCLIO_INVALID, "input %zu of a synchronizer is a synchronizer, which puts out sets", i);
        input->connection = filter_connect(inputs[i], (filter_connection){.call = on_input, .arg = input, .holder = &s->filter});
        if (!input->connection) return rclio_error_add("input %zu of a synchronizer", i);
        input->filter = inputs[i];
        entity_ref(&inputs[i]->entity);
    }
    return RCLIO_OK;
}

static rclio_status build(synchronizer *s, rclio_filter *const *inputs, size_t count)
{
    rclio_match_items items = {
        .ref = ref_item,
        .unref = unref_item,
        .report_dropped = s->options.match.policy == RCLIO_MATCH_EXACT,
        .warn = warn,
        .warn_arg = s,
    };
    if (!(s->matcher = rclio_matcher_new(count, &s->options.match, &items))) return rclio_error_status();
    if (!(s->inputs = calloc(count, sizeof *s->inputs)))
        return rclio_fail(RCLIO_NO_MEMORY, "out of memory for %zu inputs", count);
    s->count = count;
    return connect_inputs(s, inputs);
}

rclio_filter *rclio_synchronizer_new(rclio_node *node, rclio_filter *const *inputs, size_t count,
                                     const rclio_synchronizer_options *options)
{
    synchronizer *s = filter_alloc(node, &filter_synchronizer_kind, sizeof *s);
    if (!s) return NULL;
    EXECUTOR_GUARD(node->executor);
    if (options) s->options = *options;
    if (build(s, inputs, count) == RCLIO_OK) {
        entity_adopt(&s->filter.entity);
        return &s->filter;
    }
    rclio_error_add("no synchronizer");
    filter_abandon(&s->filter);
    return NULL;
}

static uint64_t connect_sets(rclio_filter *f, rclio_sync_fn *call, void *arg, bool for_dropped)
{
    if (!filter_of_kind(f, &filter_synchronizer_kind)) return 0;
    if (!call) return rclio_fail(RCLIO_INVALID, "a connection to a synchronizer needs a callback"), 0;
    return filter_connect(f, (filter_connection){.call_with_set = call, .arg = arg, .for_dropped = for_dropped});
}

uint64_t rclio_synchronizer_connect(rclio_filter *f, rclio_sync_fn *call, void *arg)
{
    return connect_sets(f, call, arg, false);
}

uint64_t rclio_synchronizer_connect_dropped(rclio_filter *f, rclio_sync_fn *call, void *arg)
{
    return connect_sets(f, call, arg, true);
}

rclio_status rclio_synchronizer_add(rclio_filter *f, size_t index, const rclio_message_event *event)
{
    synchronizer *s = filter_of_kind(f, &filter_synchronizer_kind);
    if (!s) return rclio_error_status();
    if (!event) return rclio_fail(RCLIO_INVALID, "no message to add to a synchronizer");
    if (f->closed) return rclio_fail(RCLIO_BAD_STATE, "this synchronizer has been destroyed");
    return add(s, index, event);
}
