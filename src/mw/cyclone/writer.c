/* src/mw/cyclone/writer.c: topics, the writing side.
 *
 *   CW1  What is known of a writer's audience is asked anew only after a match was made or lost. It may be late by the time between
 *        Cyclone's match and its listener, but never behind what writer_matched() has told.
 * Threads and other rules: mw.h, cyclone.h. Tests: tests/mw/test_seam_topics.c, test_seam_local.c. */
#include "mw/cyclone/cyclone.h"

#include "base/clock.h"
#include "base/error.h"
#include "mw/names.h"
#include "mw/user_data.h"

#include <stdlib.h>
#include <string.h>

typedef struct cyclone_writer {
    mw base;
    cyclone_node *node;
    cyclone_endpoint endpoint;
    bool is_active;                              /* a write means something by itself: it is kept, timed, or a sign of life */
    atomic_bool has_local, has_remote, is_heard; /* CW1; written under the endpoint's `reading` */
    pace pace;
} cyclone_writer;

static cyclone_writer *of(const mw_writer *writer)
{
    return (cyclone_writer *)(void *)writer;
}

mw_writer *cyclone_writer_new(mw_node *node, const char *topic, const rclio_type *type, const rclio_qos *qos, mw_callback events)
{
    cyclone_node *n = (cyclone_node *)(void *)node;
    cyclone_writer *writer = calloc(1, sizeof *writer);
    char *dds_topic = names_mangle_topic(topic, qos->avoid_ros_namespace_conventions); /* NAM-1 */
    char *dds_type = names_mangle_type(type->name);                                    /* NAM-3 */
    mw_writer *made = NULL;
    if (!writer) rclio_fail(RCLIO_NO_MEMORY, "no memory for a writer of '%s'", topic);
    if (!writer || !dds_topic || !dds_type) goto done;

    writer->base.ops = n->base.ops;
    writer->node = n;
    writer->is_active = qos->durability != RCLIO_VOLATILE || qos->liveliness == RCLIO_MANUAL_BY_TOPIC ||
                        (qos->deadline_ns != 0 && qos->deadline_ns != RCLIO_FOREVER);
    endpoint_options options = {.topic = dds_topic, .type = dds_type, .type_hash = type->hash, .qos = qos, .events = events};
    if (endpoint_make(n->mw, &writer->endpoint, true, &options)) goto done;
    if (discovery_add_endpoints(n, writer->endpoint.gid, NULL)) goto done;
    atomic_store(&writer->endpoint.rematched, true); /* who was there before it */
    pace_init(&n->mw->batching, &writer->pace, writer->endpoint.entity,
              qos->history == RCLIO_KEEP_ALL ? 0 : qos->depth); /* BA2 */
    made = (mw_writer *)(void *)writer;
    writer = NULL;
done:
    if (writer) endpoint_end(&writer->endpoint);
    free(writer);
    free(dds_topic);
    free(dds_type);
    return made;
}

void cyclone_writer_destroy(mw_writer *writer)
{
    if (!writer) return;
    cyclone_writer_flush(writer);
    discovery_remove_endpoints(of(writer)->node, of(writer)->endpoint.gid, NULL);
    endpoint_end(&of(writer)->endpoint);
    free(of(writer));
}

mw_buffer *cyclone_writer_buffer(mw_writer *writer, size_t size)
{
    serdata *data = serdata_new(of(writer)->endpoint.type, size);
    return data ? &data->buffer : NULL;
}

static void look_for_audience(cyclone_writer *w) /* CW1 */
{
    if (!atomic_load_explicit(&w->endpoint.rematched, memory_order_relaxed)) return;
    mutex_lock(&w->endpoint.reading); /* or an older answer could come last, and stay */
    endpoint_audience audience = endpoint_look_for_audience(&w->endpoint);
    atomic_store_explicit(&w->has_local, audience.has_local, memory_order_relaxed);
    atomic_store_explicit(&w->has_remote, audience.has_remote, memory_order_relaxed);
    atomic_store_explicit(&w->is_heard, endpoint_matched(&w->endpoint) > 0, memory_order_relaxed);
    mutex_unlock(&w->endpoint.reading);
}

/* `size`: of its bytes, as far as they are there. */
static rclio_status write_data(cyclone_writer *w, serdata *data, size_t size, int64_t source_timestamp_ns)
{
    batching *b = &w->endpoint.mw->batching;
    look_for_audience(w);
    batching_before(b, &w->pace); /* BA3 */
    rclio_status status = endpoint_hand_over(&w->endpoint, data, source_timestamp_ns);
    bool is_for_others = atomic_load_explicit(&w->has_remote, memory_order_relaxed);
    if (!is_for_others || !batching_keeps_back(b, &w->pace, size, clock_steady_ns())) endpoint_send(w->endpoint.entity);
    return status;
}

rclio_status cyclone_writer_write(mw_writer *writer, mw_buffer *buffer, int64_t source_timestamp_ns)
{
    serdata *data = serdata_of(buffer);
    return write_data(of(writer), data, data->size, source_timestamp_ns);
}

rclio_status cyclone_writer_write_message(mw_writer *writer, local_message *message, int64_t source_timestamp_ns)
{
    serdata *data = serdata_new_of(of(writer)->endpoint.type, message);
    return data ? write_data(of(writer), data, SIZE_MAX, source_timestamp_ns) : rclio_error_status();
}

bool cyclone_writer_keeps_back(const mw_writer *writer)
{
    return atomic_load_explicit(&((const cyclone_writer *)(const void *)writer)->pace.holds, memory_order_relaxed);
}

void cyclone_writer_flush(mw_writer *writer)
{
    batching_flush(&of(writer)->endpoint.mw->batching, &of(writer)->pace);
}

bool cyclone_writer_has_local(mw_writer *writer)
{
    look_for_audience(of(writer));
    return atomic_load_explicit(&of(writer)->has_local, memory_order_relaxed);
}

bool cyclone_writer_is_heard(mw_writer *writer)
{
    if (of(writer)->is_active) return true;
    look_for_audience(of(writer));
    return atomic_load_explicit(&of(writer)->is_heard, memory_order_relaxed);
}

void cyclone_writer_gid(const mw_writer *writer, uint8_t gid[RCLIO_GID_SIZE])
{
    memcpy(gid, of(writer)->endpoint.gid, RCLIO_GID_SIZE);
}

size_t cyclone_writer_matched(mw_writer *writer)
{
    cyclone_writer *w = of(writer);
    size_t count = endpoint_matched(&w->endpoint);
    if (count == 0 || atomic_load_explicit(&w->is_heard, memory_order_relaxed)) return count;
    mutex_lock(&w->endpoint.reading);
    atomic_store_explicit(&w->is_heard, true, memory_order_relaxed);
    mutex_unlock(&w->endpoint.reading);
    return count;
}

struct search {
    const uint8_t *participant;
    char client[USER_DATA_GID_SIZE];
    bool found;
};

/* DIS-17 */
static bool is_of_client(const dds_qos_t *qos, const char *client)
{
    void *data = NULL;
    size_t size = 0, length = 0;
    if (!qos || !dds_qget_userdata(qos, &data, &size)) return true;
    const char *value = user_data_find(data, size, USER_DATA_CLIENT, &length);
    bool its = !value || (length == strlen(client) && memcmp(value, client, length) == 0);
    dds_free(data);
    return its;
}

static bool look_for_client(dds_instance_handle_t handle, const dds_builtintopic_endpoint_t *peer, void *arg)
{
    struct search *search = arg;
    (void)handle;
    search->found = memcmp(peer->key.v, search->participant, 12) == 0 && is_of_client(peer->qos, search->client);
    return !search->found;
}

bool cyclone_writer_matches_client(mw_writer *writer, const uint8_t participant[12], const uint8_t client[RCLIO_GID_SIZE])
{
    struct search search = {.participant = participant};
    user_data_gid(client, search.client);
    endpoint_visit_matched(&of(writer)->endpoint, look_for_client, &search);
    return search.found;
}

uint32_t cyclone_writer_take_events(mw_writer *writer)
{
    return endpoint_take_events(&of(writer)->endpoint);
}

rclio_status cyclone_writer_status(mw_writer *writer, mw_event_kind kind, mw_status *status)
{
    return endpoint_status(&of(writer)->endpoint, kind, status);
}

rclio_status cyclone_writer_assert_liveliness(mw_writer *writer)
{
    dds_return_t code = dds_assert_liveliness(of(writer)->endpoint.entity);
    return code == DDS_RETCODE_OK ? RCLIO_OK : cyclone_fail(code, "no liveliness asserted of", of(writer)->endpoint.name);
}

rclio_status cyclone_writer_wait_acknowledged(mw_writer *writer, int64_t timeout_ns)
{
    cyclone_writer_flush(writer);
    dds_duration_t timeout = timeout_ns < 0 || timeout_ns == RCLIO_FOREVER ? DDS_INFINITY : timeout_ns;
    dds_return_t code = dds_wait_for_acks(of(writer)->endpoint.entity, timeout);
    if (code == DDS_RETCODE_OK) return RCLIO_OK;
    if (code == DDS_RETCODE_TIMEOUT)
        return rclio_fail(RCLIO_TIMEOUT, "not all messages on '%s' were acknowledged in time", of(writer)->endpoint.name);
    return cyclone_fail(code, "no acknowledgement on", of(writer)->endpoint.name);
}

void cyclone_writer_qos(const mw_writer *writer, rclio_qos *qos)
{
    dds_qos_t *dds = dds_create_qos();
    dds_get_qos(of(writer)->endpoint.entity, dds);
    qos_from_dds(dds, true, qos);
    dds_delete_qos(dds);
}
