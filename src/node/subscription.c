/* src/node/subscription.c: a subscription: takes what has arrived, decodes it, calls the program.
 *
 *   S1  A run takes at most BATCH messages and wakes itself when there may be more, so no topic keeps others from the executor.
 *   S2  Messages are decoded into messages of a pool: one that comes back each time, more where a reentrant group runs several, or the
 *       program keeps some (rclio/loan.h). Those that came by reference are used as they are.
 *   S3  The callback may destroy the subscription: the message and its bytes stay until it has returned, nothing else is touched then.
 *   S4  Whether the middleware replaced messages is known when nothing is left to take: `arrivals` that were not taken, if the queue has
 *       been full. That one, counted by the middleware's threads, is read once a run and after long callbacks only.
 *   S5  What a content filter refuses is dropped here, after it was taken and decoded: it has had its place in the history (CFT-2).
 *   S6  A sample that came by reference is given back before the callback: then it is the program's alone when nobody else has it.
 * Threads: as the public header says. Tests: tests/node/test_topics.c, test_events.c, test_content_filter.c. */
#include "node/subscription.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/text.h"
#include "node/best_available.h"
#include "node/content_filter.h"
#include "node/loan.h"
#include "node/name.h"
#include "node/parameter_qos.h"
#include "node/statistics.h"
#include "node/topic_events.h"
#include "node/trace.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define BATCH 32
#define LONG_CALLBACK_NS RCLIO_US(20) /* others may have come meanwhile */
#define WARN_INTERVAL_NS RCLIO_S(1)

struct rclio_subscription {
    entity entity; /* references: the owner's, the source's, the events' */
    source source;
    atomic_ullong arrivals; /* S4 */
    const mw_ops *ops;
    mw_reader *reader; /* NULL: destroyed */
    local_pool *pool;  /* S2; NULL: raw */
    rclio_message_fn *on_message;
    void *arg;
    const rclio_type *type;
    char *topic, *what;
    content_filter *filter; /* a reference; NULL: none */
    topic_events events;
    uint64_t undecodable; /* messages dropped so far */
    int64_t next_warning_ns;
    counters counters;
    topic_statistics *statistics; /* NULL: not asked for */
    uint64_t depth;               /* of the queue; 0: not limited */
    uint64_t accounted;           /* arrivals that were taken, or replaced */
    uint64_t in_a_row;            /* taken since there was nothing to take */
    int32_t left;                 /* publishers that had left then */
};

static rclio_subscription *of(entity *e)
{
    return (rclio_subscription *)(void *)e;
}

static uint32_t take_events(entity *e)
{
    return of(e)->ops->reader_take_events(of(e)->reader);
}

static rclio_status read_status(entity *e, mw_event_kind kind, mw_status *status)
{
    return of(e)->ops->reader_status(of(e)->reader, kind, status);
}

static size_t matched(entity *e)
{
    return of(e)->ops->reader_matched(of(e)->reader);
}

static const topic_events_ops event_ops = {
    .take = take_events,
    .status = read_status,
    .matched = matched,
    .peer = "publisher",
    .incompatible = "offering incompatible QoS. No messages will be received from it",
};

static void warn_dropped(rclio_subscription *s)
{
    rclio_node *node = s->entity.node;
    int64_t now = clock_steady_ns();
    s->undecodable++;
    count_one(&s->counters.dropped);
    if (now < s->next_warning_ns) return;
    s->next_warning_ns = now + WARN_INTERVAL_NS;
    LOG_WARN(node->context->log, node->logger, "subscription '%s' (%s): a message was dropped, %" PRIu64 " so far: %s", s->topic,
             s->type->name, s->undecodable, rclio_error());
}

/* Decodes, unless it came by reference, and calls the program. `filter`: NULL: none. */
static rclio_status call(delivery *d, const mw_sample *sample, const rclio_message_info *info, content_filter *filter)
{
    const rclio_subscription *s = d->subscription;
    void *message = d->message ? local_message_data(d->message) : NULL;
    int64_t began_ns = trace_begin(&s->entity);
    if (message && !info->from_intra_process) {
        if (rclio_decode(local_pool_codec(s->pool), sample->data, sample->size, sample->offset, message) != RCLIO_OK)
            return rclio_error_status();
        trace_end(&s->entity, TRACE_DECODE, began_ns);
    }
    bool wanted = true;
    if (filter && content_filter_decide(filter, message, sample, &wanted) != RCLIO_OK) return rclio_error_status();
    if (!wanted) return RCLIO_OK; /* S5 */
    began_ns = trace_begin(&s->entity);
    s->on_message(message, info, s->arg);
    trace_end(&s->entity, TRACE_CALLBACK, began_ns);
    return RCLIO_OK;
}

static rclio_status find_message(delivery *d, const mw_sample *sample) /* S2 */
{
    if (sample->message)
        d->message = local_message_ref(sample->message);
    else if (d->subscription->pool)
        d->message = local_pool_get(d->subscription->pool);
    return d->message || !d->subscription->pool ? RCLIO_OK : rclio_error_status();
}

/* Of a call that took from *now_ns until now. The failure of one that destroyed its subscription is its executor's to report. */
static void account_call(rclio_subscription *s, const rclio_message_info *info, int64_t *now_ns)
{
    int64_t began_ns = *now_ns;
    *now_ns = clock_steady_ns();
    count_callback(&s->counters, *now_ns - began_ns);
    if (!s->reader) return;
    callback_failed(s->entity.node, &s->counters, s->what, NULL);
    if (!s->statistics) return;
    statistics_message(s->statistics, info->source_timestamp_ns, info->received_timestamp_ns);
    statistics_callback(s->statistics, *now_ns - began_ns);
}

/* Calls the program with one sample and gives it back. false: the subscription is gone (S3). */
static bool deliver(rclio_subscription *s, mw_sample *sample, int64_t *now_ns)
{
    const mw_ops *ops = s->ops;
    delivery d = {.subscription = s, .ops = ops};
    rclio_status status = find_message(&d, sample);
    rclio_message_info info = {
        .source_timestamp_ns = sample->source_timestamp_ns,
        .received_timestamp_ns = sample->received_timestamp_ns,
        .from_intra_process = sample->message != NULL,
        .serialized = sample->data,
        .serialized_size = sample->data ? sample->size : 0,
        .delivery = &d,
    };
    d.is_raw = !d.message;
    if (!info.from_intra_process) d.sample = sample;
    memcpy(info.publisher_gid, sample->publisher_gid, RCLIO_GID_SIZE);
    if (info.from_intra_process) ops->reader_return(s->reader, sample); /* S6 */
    content_filter *filter = content_filter_ref(s->filter);             /* another may be set meanwhile */
    if (status == RCLIO_OK) USER_CODE(s->source.executor, status = call(&d, sample, &info, filter));
    content_filter_unref(filter);
    local_message_unref(d.message);
    if (status && s->reader) warn_dropped(s);
    if (!status) account_call(s, &info, now_ns);
    if (d.sample) ops->reader_return(s->reader, sample); /* the reader may be NULL by now: mw.h */
    return s->reader != NULL;
}

rclio_subscription *subscription_of(const rclio_message_info *info)
{
    return info->delivery->subscription;
}

/* Publishers that have left, ever. */
static int32_t left(rclio_subscription *s)
{
    mw_status status;
    return read_status(&s->entity, MW_EVENT_MATCHED, &status) == RCLIO_OK ? status.total - status.current : s->left;
}

/* S4. `arrived` was read before. A publisher that left may have counted as an arrival. */
static void account_nothing_left(rclio_subscription *s, uint64_t arrived)
{
    if (arrived > s->accounted) {
        int32_t left_now = left(s);
        uint64_t missing = arrived - s->accounted, gone = (uint64_t)(left_now - s->left);
        if (s->depth && s->in_a_row >= s->depth && missing > gone) count_some(&s->counters.dropped, missing - gone);
        s->accounted = arrived;
        s->left = left_now;
    }
    s->in_a_row = 0;
}

/* Returns how many have arrived. */
static uint64_t account_arrivals(rclio_subscription *s)
{
    uint64_t arrived = atomic_load_explicit(&s->arrivals, memory_order_relaxed);
    uint64_t waiting = arrived > s->accounted ? arrived - s->accounted : 0;
    count_queue(&s->counters, s->depth && waiting > s->depth ? s->depth : waiting);
    return arrived;
}

static void account_taken(rclio_subscription *s, const mw_sample *sample)
{
    trace *t = trace_of(&s->entity);
    if (t) {
        uint64_t arrived = atomic_load_explicit(&s->arrivals, memory_order_relaxed), number = s->accounted;
        if (s->depth && arrived > s->depth && number < arrived - s->depth)
            number = arrived - s->depth; /* the others were replaced */
        trace_taken(t, number, sample->source_timestamp_ns);
    }
    count_one(&s->counters.received);
    s->accounted++;
    s->in_a_row++;
}

static void run(source *work)
{
    rclio_subscription *s = list_entry(work, rclio_subscription, source);
    uint64_t arrived = account_arrivals(s);
    int64_t now_ns = 0;
    bool reentrant = work->limit > 1;
    int batch = reentrant || executor_is_multi_threaded(work->executor) ? 1 : BATCH; /* others of the group have their turn */
    for (int i = 0; i < batch; i++) {                                                /* S1 */
        mw_sample sample;
        if (entity_is_silent(&s->entity)) return;
        rclio_status status = s->ops->reader_take(s->reader, &sample);
        if (status == RCLIO_EMPTY) {
            account_nothing_left(s, arrived);
            return;
        }
        if (status != RCLIO_OK) {
            warn_dropped(s);
            return;
        }
        account_taken(s, &sample);
        if (now_ns == 0) now_ns = clock_steady_ns();
        int64_t began_ns = now_ns;
        if (reentrant) source_wake(work); /* the next may be handled meanwhile */
        if (!deliver(s, &sample, &now_ns) || reentrant) return;
        if (now_ns - began_ns > LONG_CALLBACK_NS) arrived = account_arrivals(s);
    }
    source_wake(work);
}

static void released(source *work)
{
    entity_unref(&list_entry(work, rclio_subscription, source)->entity);
}

static void ready(void *arg)
{
    rclio_subscription *s = arg;
    uint64_t number = atomic_fetch_add_explicit(&s->arrivals, 1, memory_order_relaxed); /* S4 */
    trace *t = trace_of(&s->entity);
    if (t) trace_arrived(t, number);
    source_wake(&s->source);
}

static void subscription_free(entity *e)
{
    rclio_subscription *s = of(e);
    topic_events_fini(&s->events);
    statistics_free(s->statistics);
    local_pool_close(s->pool);
    content_filter_unref(s->filter);
    free(s->topic);
    free(s->what);
    free(s);
}

static entity_facts facts(const entity *e)
{
    const rclio_subscription *s = (const rclio_subscription *)(const void *)e;
    return (entity_facts){"subscription", s->topic, s->what, &s->counters};
}

static void destroy_entity(entity *e)
{
    rclio_subscription_destroy(of(e));
}

/* Without a state lock, as it may call user code. */
static bool is_filter(const rclio_content_filter *filter)
{
    return filter && filter->expression && *filter->expression;
}

static rclio_status prepare(rclio_subscription *s, const char *topic, const rclio_subscription_options *o, rclio_qos *wanted)
{
    *wanted = o->qos;
    if (!s->on_message) return rclio_fail(RCLIO_INVALID, "a callback is needed");
    if (s->type->kind != RCLIO_MESSAGE) return rclio_fail(RCLIO_INVALID, "'%s' is not a message type", s->type->name);
    if (is_filter(&o->content_filter) && !(s->filter = content_filter_new(s->type, &o->content_filter)))
        return rclio_error_status();
    if (!(s->topic = name_resolve(s->entity.node, topic, false))) return rclio_error_status();
    if (!(s->what = copy_format("subscription '%s'", s->topic))) return rclio_error_status();
    return parameter_qos_override(s->entity.node, s->topic, RCLIO_SUBSCRIPTION, &o->overriding, wanted);
}

static rclio_status build(rclio_subscription *s, const rclio_subscription_options *o, rclio_qos wanted)
{
    rclio_node *node = s->entity.node;
    const rclio_type *type = s->type;
    rclio_qos qos;
    if (entity_join(&s->entity, o->group) != RCLIO_OK) return rclio_error_status();
    if (qos_for_topic(node, s->topic, RCLIO_SUBSCRIPTION, wanted, &qos) != RCLIO_OK) return rclio_error_status();
    if (!o->raw && !(s->pool = local_pool_new(s->entity.types, type))) return rclio_error_status();
    entity_source(&s->entity, &s->source, s->what, run, released);
    s->source.limit = entity_limit(&s->entity);
    entity_ref(&s->entity); /* the source's, until released() */
    if (statistics_wanted(node, &o->statistics) &&
        !(s->statistics = statistics_new(&s->entity, &s->counters, &o->statistics, o->group)))
        return rclio_error_status();
    if (topic_events_init(&s->events, &s->entity, &event_ops, s->topic, o->on_event, o->event_arg) != RCLIO_OK)
        return rclio_error_status();
    s->events.counters = &s->counters;
    s->depth = qos.history == RCLIO_KEEP_ALL ? 0 : qos.depth;
    s->reader = node->ops->reader_new(node->mw, s->topic, type, &qos, o->ignore_local_publications, NULL, (mw_callback){ready, s},
                                      (mw_callback){topic_events_wake, &s->events});
    if (!s->reader) return rclio_error_status();
    if (s->pool && loan_by_reference(node, o->intra_process)) node->ops->reader_accept_messages(s->reader);
    return RCLIO_OK;
}

rclio_subscription *rclio_subscription_new(rclio_node *node, const rclio_type *type, const char *topic,
                                           rclio_message_fn *on_message, void *arg, const rclio_subscription_options *options)
{
    static const rclio_subscription_options defaults;
    if (!node || !type) return NULL; /* the first error stands */
    rclio_subscription *s = calloc(1, sizeof *s);
    if (!s) return rclio_fail_null(RCLIO_NO_MEMORY, "out of memory for a subscription");
    entity_init(&s->entity, node, destroy_entity, subscription_free);
    s->entity.facts = facts;
    s->ops = node->ops;
    s->on_message = on_message;
    s->arg = arg;
    s->type = type;
    if (!options) options = &defaults;
    rclio_qos wanted;
    rclio_status status = prepare(s, topic, options, &wanted);
    EXECUTOR_GUARD(group_executor(node, options->group));
    if (status != RCLIO_OK || build(s, options, wanted) != RCLIO_OK) {
        rclio_error_add("no subscription to '%s' (%s)", topic ? topic : "", type->name);
        topic_events_close(&s->events);
        statistics_close(s->statistics);
        if (s->source.executor) source_fini(&s->source);
        entity_unref(&s->entity);
        return NULL;
    }
    entity_adopt(&s->entity);
    source_wake(&s->source); /* a message may have come before the reader was known here */
    return s;
}

void rclio_subscription_destroy(rclio_subscription *s)
{
    if (!s) return;
    EXECUTOR_GUARD(s->entity.executor);
    if (!s->reader) return;
    mw_reader *reader = s->reader;
    s->reader = NULL;
    entity_orphan(&s->entity);
    s->ops->reader_destroy(reader);
    topic_events_close(&s->events);
    statistics_close(s->statistics);
    source_fini(&s->source);
    entity_unref(&s->entity);
}

size_t rclio_subscription_publishers(rclio_subscription *s)
{
    return s && s->reader ? matched(&s->entity) : 0;
}

const char *rclio_subscription_topic(const rclio_subscription *s)
{
    return s->topic;
}

const rclio_type *rclio_subscription_type(const rclio_subscription *s)
{
    return s->type;
}

rclio_qos rclio_subscription_qos(const rclio_subscription *s)
{
    rclio_qos qos = {0};
    s->ops->reader_qos(s->reader, &qos);
    return qos;
}

rclio_future *rclio_subscription_wait_for_publishers(rclio_subscription *s, size_t count)
{
    return s ? topic_events_wait(&s->events, count) : NULL;
}

rclio_status rclio_subscription_set_content_filter(rclio_subscription *s, const rclio_content_filter *filter)
{
    content_filter *made = NULL;
    if (!s) return rclio_fail_missing("no subscription to filter");
    EXECUTOR_GUARD(s->entity.executor);
    if (is_filter(filter) && !(made = content_filter_new(s->type, filter)))
        return rclio_error_add("subscription '%s' keeps its filter", s->topic);
    content_filter_unref(s->filter);
    s->filter = made;
    return RCLIO_OK;
}

rclio_status rclio_subscription_get_content_filter(rclio_subscription *s, char **expression, char ***parameters)
{
    if (!s) return rclio_fail_missing("no subscription that has a filter");
    EXECUTOR_GUARD(s->entity.executor);
    if (!s->filter) return rclio_fail(RCLIO_NOT_FOUND, "subscription '%s' has no content filter", s->topic);
    const rclio_content_filter given = content_filter_given(s->filter);
    char **copies = calloc(given.parameter_count + 1, sizeof *copies), *copy = copy_string(given.expression);
    bool good = copies && copy;
    for (size_t i = 0; good && i < given.parameter_count; i++) good = (copies[i] = copy_string(given.parameters[i]));
    if (good) {
        *expression = copy;
        *parameters = copies;
        return RCLIO_OK;
    }
    rclio_names_free(copies);
    free(copy);
    return rclio_fail(RCLIO_NO_MEMORY, "out of memory for the filter of '%s'", s->topic);
}

bool rclio_subscription_is_cft_enabled(rclio_subscription *s)
{
    if (!s) return false;
    EXECUTOR_GUARD(s->entity.executor);
    return s->filter != NULL;
}

rclio_status rclio_subscription_counters(const rclio_subscription *s, rclio_counters *into)
{
    return counters_read(s ? &s->counters : NULL, into);
}
