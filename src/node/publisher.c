/* src/node/publisher.c: a publisher: encodes a message straight into the middleware's buffer and writes it.
 *
 *   P1  Publishing bytes allocates nothing but that buffer, reads only what never changes after creation, and takes no lock of ours but
 *        after a match was made or lost.
 *   P2  The worker that waits for acknowledgements holds `acknowledging` for one slice at a time; destroy takes it before the writer
 *       goes.
 *   P3  By reference (rclio/loan.h), where the options ask for it and this process has a subscription, or may have one that is late: a
 *       borrowed message as it is, any other one is copied once, for all of them. Else a borrowed message is only what bytes are made from.
 *   P4  What nobody would get is checked, but neither encoded nor written.
 *   P5  Each message that the program publishes is counted once, and once more when it was dropped or failed; from any thread (CO3).
 *   P6  What the middleware keeps back is sent when the callback that published, and all else that is ready, has run. The call that is
 *       put off has a reference; the publisher may be destroyed before it.
 * Threads: as the public header says. Tests: tests/node/test_topics.c, test_events.c, test_loan.c, test_counters.c, test_batches.c. */
#include "node/publisher.h"
#include "base/error.h"
#include "base/text.h"
#include "node/best_available.h"
#include "node/counters.h"
#include "node/loan.h"
#include "node/name.h"
#include "node/parameter_qos.h"
#include "node/topic_events.h"
#include "node/trace.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ACKNOWLEDGE_SLICE_NS RCLIO_MS(20)
#define HIGHEST_ENCODING 0x0b /* of those that DDS has numbers for, CDR-1 */

struct rclio_publisher {
    entity entity; /* references: the owner's, the events', one per wait for acknowledgement */
    const mw_ops *ops;
    mw_writer *writer; /* NULL: destroyed */
    local_pool *pool;  /* of borrowed messages, and of what is shared */
    bool by_reference, is_latched;
    const atomic_bool *shut_down;
    const rclio_type *type;
    char *topic;
    topic_events events;
    mutex acknowledging; /* P2 */
    atomic_bool muted, said_muted;
    counters counters; /* P5 */
};

static rclio_publisher *of(entity *e)
{
    return (rclio_publisher *)(void *)e;
}

static uint32_t take_events(entity *e)
{
    return of(e)->ops->writer_take_events(of(e)->writer);
}

static rclio_status read_status(entity *e, mw_event_kind kind, mw_status *status)
{
    return of(e)->ops->writer_status(of(e)->writer, kind, status);
}

static size_t matched(entity *e)
{
    return of(e)->ops->writer_matched(of(e)->writer);
}

static const topic_events_ops event_ops = {
    .take = take_events,
    .status = read_status,
    .matched = matched,
    .peer = "subscription",
    .incompatible = "requesting incompatible QoS. No messages will be sent to it",
};

static void publisher_free(entity *e)
{
    rclio_publisher *publisher = of(e);
    topic_events_fini(&publisher->events);
    local_pool_close(publisher->pool);
    mutex_fini(&publisher->acknowledging);
    free(publisher->topic);
    free(publisher);
}

static entity_facts facts(const entity *e)
{
    return (entity_facts){"publisher", ((const rclio_publisher *)(const void *)e)->topic, NULL, NULL};
}

static void destroy_entity(entity *e)
{
    rclio_publisher_destroy(of(e));
}

static rclio_publisher *publisher_alloc(rclio_node *node)
{
    rclio_publisher *publisher = calloc(1, sizeof *publisher);
    if (!publisher) return rclio_fail_null(RCLIO_NO_MEMORY, "out of memory for a publisher");
    if (mutex_init(&publisher->acknowledging) != RCLIO_OK) {
        free(publisher);
        return NULL;
    }
    entity_init(&publisher->entity, node, destroy_entity, publisher_free);
    publisher->entity.facts = facts;
    publisher->ops = node->ops;
    publisher->shut_down = &node->context->shut_down;
    return publisher;
}

/* Without a state lock, as it may call user code. */
static rclio_status prepare(rclio_publisher *publisher, const char *topic, const rclio_publisher_options *o, rclio_qos *wanted)
{
    rclio_node *node = publisher->entity.node;
    *wanted = o->qos;
    if (publisher->type->kind != RCLIO_MESSAGE)
        return rclio_fail(RCLIO_INVALID, "'%s' is not a message type", publisher->type->name);
    if (!(publisher->topic = name_resolve(node, topic, false))) return rclio_error_status();
    return parameter_qos_override(node, publisher->topic, RCLIO_PUBLISHER, &o->overriding, wanted);
}

static rclio_status build(rclio_publisher *publisher, const rclio_publisher_options *o, rclio_qos wanted)
{
    rclio_node *node = publisher->entity.node;
    const rclio_type *type = publisher->type;
    rclio_qos qos;
    if (entity_join(&publisher->entity, o->group) != RCLIO_OK) return rclio_error_status();
    if (qos_for_topic(node, publisher->topic, RCLIO_PUBLISHER, wanted, &qos) != RCLIO_OK) return rclio_error_status();
    if (!(publisher->pool = local_pool_new(publisher->entity.types, type))) return rclio_error_status();
    publisher->by_reference = loan_by_reference(node, o->intra_process);
    publisher->is_latched = qos.durability == RCLIO_TRANSIENT_LOCAL;
    if (topic_events_init(&publisher->events, &publisher->entity, &event_ops, publisher->topic, o->on_event, o->event_arg) !=
        RCLIO_OK)
        return rclio_error_status();
    publisher->events.counters = &publisher->counters;
    publisher->writer =
        node->ops->writer_new(node->mw, publisher->topic, type, &qos, (mw_callback){topic_events_wake, &publisher->events});
    return publisher->writer ? RCLIO_OK : rclio_error_status();
}

rclio_publisher *rclio_publisher_new(rclio_node *node, const rclio_type *type, const char *topic,
                                     const rclio_publisher_options *options)
{
    static const rclio_publisher_options defaults;
    if (!node || !type) return NULL; /* the first error stands */
    rclio_publisher *publisher = publisher_alloc(node);
    if (!publisher) return NULL;
    rclio_qos wanted;
    publisher->type = type;
    if (!options) options = &defaults;
    rclio_status status = prepare(publisher, topic, options, &wanted);
    EXECUTOR_GUARD(group_executor(node, options->group));
    if (status != RCLIO_OK || build(publisher, options, wanted) != RCLIO_OK) {
        rclio_error_add("no publisher to '%s' (%s)", topic ? topic : "", type->name);
        topic_events_close(&publisher->events);
        entity_unref(&publisher->entity);
        return NULL;
    }
    entity_adopt(&publisher->entity); /* the node's from here on; nothing below can fail */
    return publisher;
}

void rclio_publisher_destroy(rclio_publisher *publisher)
{
    if (!publisher) return;
    EXECUTOR_GUARD(publisher->entity.executor);
    if (!publisher->writer) return;
    entity_orphan(&publisher->entity);
    mutex_lock(&publisher->acknowledging); /* P2 */
    publisher->ops->writer_destroy(publisher->writer);
    publisher->writer = NULL;
    mutex_unlock(&publisher->acknowledging);
    topic_events_close(&publisher->events);
    entity_unref(&publisher->entity);
}

static bool is_silenced(const rclio_publisher *publisher)
{
    if (!atomic_load_explicit(publisher->shut_down, memory_order_relaxed)) return false;
    return !atomic_load(&publisher->entity.node->context->last_words);
}

void publisher_mute(rclio_publisher *publisher, bool muted)
{
    if (!muted) atomic_store(&publisher->said_muted, false);
    atomic_store(&publisher->muted, muted);
}

/* P5 */
static rclio_status count_published(rclio_publisher *publisher, rclio_status status)
{
    count_anywhere(&publisher->counters.received);
    if (status != RCLIO_OK) count_anywhere(&publisher->counters.failed);
    return status;
}

static rclio_status drop(rclio_publisher *publisher)
{
    count_anywhere(&publisher->counters.dropped);
    return RCLIO_OK;
}

/* Of a managed publisher whose node is not active (LC3). */
static rclio_status drop_muted(rclio_publisher *publisher)
{
    drop(publisher);
    if (atomic_exchange(&publisher->said_muted, true)) return RCLIO_OK;
    RCLIO_WARN(publisher->entity.node, "publisher to '%s': messages are dropped until the node is active (said once)",
               publisher->topic);
    return RCLIO_OK;
}

static void flush(void *arg)
{
    rclio_publisher *publisher = arg;
    rclio_publisher_flush(publisher);
    entity_unref(&publisher->entity);
}

/* P6 */
static void flush_later(rclio_publisher *publisher)
{
    if (!publisher->ops->writer_keeps_back(publisher->writer)) return;
    entity_ref(&publisher->entity);
    if (!executor_put_off(publisher->entity.executor, flush, publisher)) entity_unref(&publisher->entity);
}

static rclio_status hand_over(rclio_publisher *publisher, mw_buffer *buffer)
{
    int64_t began_ns = trace_begin(&publisher->entity);
    rclio_status status = publisher->ops->writer_write(publisher->writer, buffer, 0);
    trace_end(&publisher->entity, TRACE_WRITE, began_ns);
    flush_later(publisher);
    return status;
}

static rclio_status write_bytes(rclio_publisher *publisher, const void *message)
{
    const rclio_codec *codec = local_pool_codec(publisher->pool);
    int64_t began_ns = trace_begin(&publisher->entity);
    size_t size = rclio_encoded_size(codec, message, 0);
    if (size == SIZE_MAX) return rclio_error_add("nothing published to '%s'", publisher->topic);
    if (!publisher->ops->writer_is_heard(publisher->writer)) return drop(publisher); /* P4 */
    mw_buffer *buffer = publisher->ops->writer_buffer(publisher->writer, size);
    if (!buffer) return rclio_error_add("nothing published to '%s'", publisher->topic);
    rclio_encode(codec, message, 0, buffer->data, size); /* its size is right and its bounds were checked: cannot fail */
    trace_end(&publisher->entity, TRACE_ENCODE, began_ns);
    return hand_over(publisher, buffer);
}

static rclio_status write_reference(rclio_publisher *publisher, local_message *message) /* consumes the reference */
{
    if (local_message_seal(message) == RCLIO_OK) {
        int64_t began_ns = trace_begin(&publisher->entity);
        rclio_status status = publisher->ops->writer_write_message(publisher->writer, message, 0);
        trace_end(&publisher->entity, TRACE_WRITE, began_ns);
        return status;
    }
    rclio_error_add("nothing published to '%s'", publisher->topic);
    local_message_unref(message);
    return rclio_error_status();
}

static bool is_near(rclio_publisher *publisher) /* P3 */
{
    return publisher->by_reference && (publisher->is_latched || publisher->ops->writer_has_local(publisher->writer));
}

static rclio_status write_copy(rclio_publisher *publisher, const void *message)
{
    local_message *shared = local_pool_get(publisher->pool);
    if (shared && rclio_message_copy(publisher->type, message, local_message_data(shared)) == RCLIO_OK)
        return write_reference(publisher, shared);
    rclio_error_add("nothing published to '%s'", publisher->topic);
    local_message_unref(shared);
    return rclio_error_status();
}

/* What keeps a message from being published: not RCLIO_OK, or `muted`. */
static rclio_status may_publish(rclio_publisher *publisher, bool *muted)
{
    *muted = atomic_load_explicit(&publisher->muted, memory_order_relaxed);
    if (*muted) return drop_muted(publisher);
    if (is_silenced(publisher))
        return rclio_fail(RCLIO_SHUTDOWN, "nothing published to '%s': the context is shut down", publisher->topic);
    return RCLIO_OK;
}

rclio_status rclio_publish(rclio_publisher *publisher, const void *message) /* P1 */
{
    bool muted;
    if (!publisher) return rclio_fail_missing("nothing published: a publisher is needed");
    if (!message) return rclio_fail(RCLIO_INVALID, "nothing published: a message is needed");
    rclio_status status = may_publish(publisher, &muted);
    if (!status && !muted) status = is_near(publisher) ? write_copy(publisher, message) : write_bytes(publisher, message);
    return count_published(publisher, status);
}

/* Consumes the reference. */
static rclio_status publish_message(rclio_publisher *publisher, local_message *message)
{
    bool muted;
    rclio_status status = may_publish(publisher, &muted);
    if (!status && !muted && is_near(publisher)) return write_reference(publisher, message);
    if (!status && !muted) status = write_bytes(publisher, local_message_data(message));
    local_message_unref(message);
    return status;
}

void *rclio_publisher_borrow(rclio_publisher *publisher)
{
    if (!publisher) return rclio_fail_missing("nothing borrowed: a publisher is needed"), NULL;
    void *message = local_pool_lend(publisher->pool);
    if (!message) rclio_error_add("nothing borrowed from '%s'", publisher->topic);
    return message;
}

rclio_status rclio_publish_loaned(rclio_publisher *publisher, void *message)
{
    if (!publisher) return rclio_fail_missing("nothing published: a publisher is needed");
    local_message *taken = local_pool_take_back(publisher->pool, message);
    rclio_status status =
        taken ? publish_message(publisher, taken) : rclio_error_add("nothing published to '%s'", publisher->topic);
    return count_published(publisher, status);
}

rclio_status rclio_publisher_return(rclio_publisher *publisher, void *message)
{
    if (!publisher) return rclio_fail_missing("nothing given back: a publisher is needed");
    local_message *taken = local_pool_take_back(publisher->pool, message);
    if (!taken) return rclio_error_add("nothing given back to '%s'", publisher->topic);
    local_message_unref(taken);
    return RCLIO_OK;
}

rclio_status rclio_publish_kept(rclio_publisher *publisher, rclio_kept_message *kept)
{
    local_message *message = loan_of(kept);
    if (publisher && message && local_message_fits(message, publisher->type))
        return count_published(publisher, publish_message(publisher, message));
    if (publisher && message)
        rclio_fail(RCLIO_INVALID, "nothing published to '%s' (%s): the message kept is a %s", publisher->topic,
                   publisher->type->name, local_message_type(message)->name);
    else
        rclio_fail(RCLIO_INVALID, "nothing published: a publisher and a kept message are needed");
    local_message_unref(message);
    return publisher && message ? count_published(publisher, rclio_error_status()) : rclio_error_status();
}

static rclio_status write_serialized(rclio_publisher *publisher, const uint8_t *bytes, size_t size)
{
    bool muted;
    rclio_status status = may_publish(publisher, &muted);
    if (status || muted) return status;
    if (size < 4)
        return rclio_fail(RCLIO_INVALID, "nothing published to '%s': %zu bytes are less than a header", publisher->topic, size);
    if (bytes[0] != 0 || bytes[1] > HIGHEST_ENCODING) /* readers would refuse it for ever, and all that comes after it */
        return rclio_fail(RCLIO_INVALID, "nothing published to '%s': the header is %02x%02x, CDR begins with 0000 to 00%02x",
                          publisher->topic, bytes[0], bytes[1], HIGHEST_ENCODING);
    if (!publisher->ops->writer_is_heard(publisher->writer)) return drop(publisher); /* P4 */
    mw_buffer *buffer = publisher->ops->writer_buffer(publisher->writer, size);
    if (!buffer) return rclio_error_add("nothing published to '%s'", publisher->topic);
    memcpy(buffer->data, bytes, size);
    return hand_over(publisher, buffer);
}

rclio_status rclio_publish_serialized(rclio_publisher *publisher, const uint8_t *bytes, size_t size)
{
    if (!publisher) return rclio_fail_missing("nothing published: a publisher is needed");
    if (!bytes) return rclio_fail(RCLIO_INVALID, "nothing published: bytes are needed");
    return count_published(publisher, write_serialized(publisher, bytes, size));
}

bool rclio_publisher_keeps_back(const rclio_publisher *publisher)
{
    return publisher && publisher->writer && publisher->ops->writer_keeps_back(publisher->writer);
}

void rclio_publisher_flush(rclio_publisher *publisher)
{
    if (!publisher) return;
    EXECUTOR_GUARD(publisher->entity.executor);
    if (publisher->writer) publisher->ops->writer_flush(publisher->writer);
}

rclio_status rclio_publisher_counters(const rclio_publisher *publisher, rclio_counters *into)
{
    return counters_read(publisher ? &publisher->counters : NULL, into);
}

size_t rclio_publisher_subscriptions(rclio_publisher *publisher)
{
    return publisher && publisher->writer ? matched(&publisher->entity) : 0;
}

const char *rclio_publisher_topic(const rclio_publisher *publisher)
{
    return publisher->topic;
}

const rclio_type *rclio_publisher_type(const rclio_publisher *publisher)
{
    return publisher->type;
}

rclio_qos rclio_publisher_qos(const rclio_publisher *publisher)
{
    rclio_qos qos = {0};
    publisher->ops->writer_qos(publisher->writer, &qos);
    return qos;
}

void rclio_publisher_gid(const rclio_publisher *publisher, uint8_t gid[RCLIO_GID_SIZE])
{
    publisher->ops->writer_gid(publisher->writer, gid);
}

rclio_status rclio_publisher_assert_liveliness(rclio_publisher *publisher)
{
    return publisher->ops->writer_assert_liveliness(publisher->writer);
}

rclio_future *rclio_publisher_wait_for_subscriptions(rclio_publisher *publisher, size_t count)
{
    return publisher ? topic_events_wait(&publisher->events, count) : NULL;
}

/* ---- waiting for acknowledgement: a task that lets a worker wait, a slice at a time ---- */

typedef struct acknowledgement {
    rclio_publisher *publisher; /* a reference */
    rclio_future *future;       /* a reference */
    int64_t deadline_ns;
    rclio_status status; /* of the last slice */
    char error[RCLIO_ERROR_SIZE];
} acknowledgement;

static void wait_slice(void *arg) /* on a worker */
{
    acknowledgement *a = arg;
    rclio_publisher *publisher = a->publisher;
    int64_t left = a->deadline_ns == RCLIO_FOREVER ? ACKNOWLEDGE_SLICE_NS : a->deadline_ns - rclio_now_steady();
    if (left > ACKNOWLEDGE_SLICE_NS) left = ACKNOWLEDGE_SLICE_NS;
    if (left < 0) left = 0;
    mutex_lock(&publisher->acknowledging); /* P2 */
    a->status = publisher->writer ? publisher->ops->writer_wait_acknowledged(publisher->writer, left)
                                  : rclio_fail(RCLIO_CANCELLED, "publisher to '%s' was destroyed", publisher->topic);
    mutex_unlock(&publisher->acknowledging);
    if (a->status != RCLIO_OK) snprintf(a->error, sizeof a->error, "%s", rclio_error());
}

rclio_status rclio_publisher_block_acknowledged(rclio_publisher *publisher, int64_t timeout_ns)
{
    acknowledgement a = {.publisher = publisher, .deadline_ns = rclio_deadline(timeout_ns)};
    if (!publisher) return rclio_error_status();
    entity_ref(&publisher->entity);
    do {
        wait_slice(&a);
    } while (a.status == RCLIO_TIMEOUT && rclio_now_steady() < a.deadline_ns && !atomic_load(publisher->shut_down));
    entity_unref(&publisher->entity);
    return a.status;
}

static bool goes_on(const acknowledgement *a)
{
    return a->status == RCLIO_TIMEOUT && rclio_now_steady() < a->deadline_ns && !atomic_load(a->publisher->shut_down) &&
           rclio_future_get_state(a->future) == RCLIO_PENDING && !rclio_task_is_cancel_requested();
}

static void acknowledgement_task(void *arg)
{
    acknowledgement *a = arg;
    do {
        if (rclio_await_work(wait_slice, a) == RCLIO_OK) continue;
        a->status = rclio_error_status();
        snprintf(a->error, sizeof a->error, "%s", rclio_error());
    } while (goes_on(a));
    if (a->status == RCLIO_TIMEOUT && atomic_load(a->publisher->shut_down)) {
        a->status = RCLIO_SHUTDOWN;
        snprintf(a->error, sizeof a->error, "the context was shut down");
    }
    if (a->status == RCLIO_OK)
        rclio_future_complete(a->future, NULL);
    else
        rclio_future_fail(a->future, a->status, "%s", a->error);
    rclio_future_unref(a->future);
    entity_unref(&a->publisher->entity);
    free(a);
}

rclio_future *rclio_publisher_wait_acknowledged(rclio_publisher *publisher, int64_t timeout_ns)
{
    if (!publisher) return NULL;
    rclio_executor *executor = publisher->entity.executor;
    char *what = copy_format("acknowledgement of '%s'", publisher->topic);
    rclio_future *future = what ? rclio_future_new(executor, what, NULL) : NULL;
    free(what);
    if (!future) return NULL;
    acknowledgement *a = calloc(1, sizeof *a);
    if (!a) {
        rclio_future_unref(future);
        return rclio_fail_null(RCLIO_NO_MEMORY, "out of memory to wait for an acknowledgement");
    }
    entity_ref(&publisher->entity);
    *a = (acknowledgement){.publisher = publisher, .future = rclio_future_ref(future), .deadline_ns = rclio_deadline(timeout_ns)};
    if (task_start_own(executor, "wait for acknowledgement", acknowledgement_task, a) == RCLIO_OK) return future;
    entity_unref(&publisher->entity);
    rclio_future_unref(a->future);
    rclio_future_unref(future);
    free(a);
    return NULL;
}
