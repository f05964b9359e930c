/* src/node/introspection.c: see introspection.h. Tests: tests/node/test_introspection.c, tests/peers/test_introspection.py. */
#include "node/introspection.h"

#include "base/error.h"
#include "base/text.h"
#include "node/best_available.h"
#include "node/name.h"
#include "types/object.h"

#include <stdlib.h>
#include <string.h>

typedef struct lent_sequence { /* `request` and `response` of an event */
    const void *data;
    size_t size, capacity;
} lent_sequence;

rclio_status introspection_init(introspection *in, rclio_node *node)
{
    in->node = node;
    atomic_init(&in->state, RCLIO_INTROSPECTION_OFF);
    return mutex_init(&in->lock);
}

void introspection_fini(introspection *in)
{
    mutex_fini(&in->lock);
}

static void close_writer(introspection *in) REQUIRES(in->lock)
{
    if (in->writer) in->node->ops->writer_destroy(in->writer);
    if (in->event) rclio_message_destroy(in->type, in->event);
    rclio_codec_destroy(in->codec);
    rclio_clock_unref(in->clock);
    in->writer = NULL;
    in->event = NULL;
    in->codec = NULL;
    in->clock = NULL;
}

static bool same_qos(const rclio_qos *a, const rclio_qos *b)
{
    return a->reliability == b->reliability && a->durability == b->durability && a->history == b->history &&
           a->depth == b->depth && a->deadline_ns == b->deadline_ns && a->lifespan_ns == b->lifespan_ns &&
           a->liveliness == b->liveliness && a->lease_ns == b->lease_ns &&
           a->avoid_ros_namespace_conventions == b->avoid_ros_namespace_conventions;
}

static rclio_status open_writer(introspection *in, const char *service, const rclio_type *type, const rclio_qos *wanted)
    REQUIRES(in->lock)
{
    rclio_node *node = in->node;
    rclio_qos qos;
    char *name = copy_format("%s/_service_event", service), *topic = name ? name_resolve(node, name, false) : NULL; /* INT-1 */
    in->type = type->parts[RCLIO_PART_EVENT];
    in->qos = *wanted;
    if (topic && qos_for_topic(node, topic, RCLIO_PUBLISHER, *wanted, &qos) == RCLIO_OK &&
        (in->codec = rclio_codec_new(in->type)) && (in->event = rclio_message_new(in->type)))
        in->writer = node->ops->writer_new(node->mw, topic, in->type, &qos, (mw_callback){0});
    free(name);
    free(topic);
    if (in->writer) return RCLIO_OK;
    close_writer(in);
    return rclio_error_add("service '%s': no introspection", service);
}

rclio_status introspection_configure(introspection *in, const char *service, const rclio_type *type, rclio_introspection state,
                                     const rclio_qos *qos, rclio_clock *clock)
{
    const rclio_qos wanted = qos ? *qos : RCLIO_QOS_DEFAULT;
    rclio_status status = RCLIO_OK;
    if (state == RCLIO_INTROSPECTION_OFF) {
        introspection_close(in);
        return RCLIO_OK;
    }
    if (state != RCLIO_INTROSPECTION_METADATA && state != RCLIO_INTROSPECTION_CONTENTS)
        return rclio_fail(RCLIO_INVALID, "service '%s': %d is no state of introspection", service, (int)state);
    mutex_lock(&in->lock);
    if (in->writer && !same_qos(&in->qos, &wanted)) close_writer(in);
    if (!in->writer) status = open_writer(in, service, type, &wanted);
    if (status == RCLIO_OK) {
        rclio_clock *before = in->clock;
        in->clock = rclio_clock_ref(clock ? clock : in->node->clock);
        rclio_clock_unref(before);
    }
    atomic_store(&in->state, status == RCLIO_OK ? (int)state : RCLIO_INTROSPECTION_OFF);
    mutex_unlock(&in->lock);
    return status;
}

void introspection_close(introspection *in)
{
    mutex_lock(&in->lock);
    atomic_store(&in->state, RCLIO_INTROSPECTION_OFF);
    close_writer(in);
    mutex_unlock(&in->lock);
}

static rclio_status fill_info(introspection *in, call_event what, const uint8_t *client, int64_t sequence) REQUIRES(in->lock)
{
    struct object info = object_member((struct object){in->type, in->event}, "info", RCLIO_NESTED, 0);
    struct object stamp = object_member(info, "stamp", RCLIO_NESTED, 0);
    uint8_t *kind = object_member(info, "event_type", RCLIO_UINT8, 0).message;
    uint8_t *gid = object_member(info, "client_gid", RCLIO_UINT8, 0).message;
    int64_t *number = object_member(info, "sequence_number", RCLIO_INT64, 0).message;
    int32_t *seconds = object_member(stamp, "sec", RCLIO_INT32, 0).message;
    uint32_t *nanoseconds = object_member(stamp, "nanosec", RCLIO_UINT32, 0).message;
    if (!kind || !gid || !number || !seconds || !nanoseconds) return rclio_error_status();
    *kind = (uint8_t)what; /* INT-2 */
    memcpy(gid, client ? client : in->client, RCLIO_GID_SIZE);
    *number = sequence;
    rclio_time_split(rclio_clock_now(in->clock), seconds, nanoseconds);
    return RCLIO_OK;
}

static rclio_status publish(introspection *in) REQUIRES(in->lock)
{
    const mw_ops *ops = in->node->ops;
    size_t size = rclio_encoded_size(in->codec, in->event, 0);
    mw_buffer *buffer = size == SIZE_MAX ? NULL : ops->writer_buffer(in->writer, size);
    if (!buffer) return rclio_error_status();
    rclio_encode(in->codec, in->event, 0, buffer->data, size); /* its size is right, so it cannot fail */
    return ops->writer_write(in->writer, buffer, 0);
}

void introspection_tell(introspection *in, call_event what, const uint8_t *client, int64_t sequence, const void *content)
{
    rclio_node *node = in->node;
    if (!introspection_is_on(in) || !rclio_ok(node->context)) return; /* IN1 */
    mutex_lock(&in->lock);
    rclio_status status = RCLIO_OK;
    if (in->writer) { /* still on */
        bool is_request = what == REQUEST_SENT || what == REQUEST_RECEIVED;
        const rclio_field *field = rclio_type_field(in->type, is_request ? "request" : "response");
        lent_sequence *lent = (lent_sequence *)(void *)((char *)in->event + field->offset);
        bool shows = content && atomic_load(&in->state) == RCLIO_INTROSPECTION_CONTENTS;
        if (shows) *lent = (lent_sequence){content, 1, 1}; /* IN2 */
        status = fill_info(in, what, client, sequence);
        if (status == RCLIO_OK) status = publish(in);
        if (shows) *lent = (lent_sequence){0};
    }
    mutex_unlock(&in->lock);
    if (status) RCLIO_DEBUG(node, "a service event was not published: %s", rclio_error()); /* IN3 */
}

void introspection_tell_bytes(introspection *in, call_event what, const uint8_t *client, int64_t sequence,
                              const rclio_codec *codec, const uint8_t *bytes, size_t size)
{
    if (!introspection_is_on(in)) return;
    const rclio_type *type = rclio_codec_type(codec);
    void *content = atomic_load(&in->state) == RCLIO_INTROSPECTION_CONTENTS ? rclio_message_new(type) : NULL;
    if (content && rclio_decode(codec, bytes, size, 0, content) != RCLIO_OK) {
        rclio_message_destroy(type, content);
        content = NULL;
    }
    introspection_tell(in, what, client, sequence, content);
    if (content) rclio_message_destroy(type, content);
}
