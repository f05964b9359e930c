/* src/mw/cyclone/endpoint.c: one writer or reader of Cyclone: how it is made, its listener, its statuses, who it is matched with.
 *
 *   EP1  A listener only notes what happened and calls what was handed down (CY2).
 *   EP2  Changes of a status are counted against what was reported last, because Cyclone clears its own counts when a listener runs.
 *   EP3  A writer that ends waits LINGER_NS until all has been acknowledged. When one has waited in vain, because a reader was killed and
 *        is not known to be dead yet, the others do not wait too: a node with many writers would take as many times that long.
 * Threads: any; listeners run on Cyclone's threads, or on the thread that creates or deletes a peer in this process.
 * Tests: tests/mw/test_seam.c. */
#include "mw/cyclone/cyclone.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#define LINGER_NS RCLIO_MS(500)
#define LINGER_AGAIN_NS RCLIO_S(2)

rclio_status cyclone_fail(dds_return_t code, const char *what, const char *name)
{
    rclio_status status = RCLIO_SYSTEM;
    if (code == DDS_RETCODE_TIMEOUT) status = RCLIO_TIMEOUT;
    if (code == DDS_RETCODE_OUT_OF_RESOURCES) status = RCLIO_NO_MEMORY;
    if (code == DDS_RETCODE_INCONSISTENT_POLICY) status = RCLIO_INVALID;
    return rclio_fail(status, "%s '%s': Cyclone DDS says: %s", what, name, dds_strretcode(code));
}

static void call(mw_callback callback)
{
    if (callback.call) callback.call(callback.arg);
}

static void note(cyclone_endpoint *endpoint, mw_event_kind kind)
{
    atomic_fetch_or(&endpoint->pending, (unsigned)kind);
    call(endpoint->events);
}

static void on_data(dds_entity_t entity, void *arg)
{
    (void)entity;
    call(((cyclone_endpoint *)arg)->ready);
}

static void on_rematched(cyclone_endpoint *endpoint)
{
    atomic_store(&endpoint->rematched, true);
    note(endpoint, MW_EVENT_MATCHED);
}

static void on_publication_matched(dds_entity_t entity, const dds_publication_matched_status_t status, void *arg)
{
    (void)entity, (void)status;
    on_rematched(arg);
}

static void on_subscription_matched(dds_entity_t entity, const dds_subscription_matched_status_t status, void *arg)
{
    const cyclone_endpoint *reader = arg;
    if (reader->is_reliable && status.current_count_change > 0)
        first_heartbeat_matched(reader->type, entity, status.last_publication_handle, reader->is_volatile);
    on_rematched(arg);
}

static void on_offered_incompatible(dds_entity_t entity, const dds_offered_incompatible_qos_status_t status, void *arg)
{
    (void)entity, (void)status;
    note(arg, MW_EVENT_INCOMPATIBLE_QOS);
}

static void on_requested_incompatible(dds_entity_t entity, const dds_requested_incompatible_qos_status_t status, void *arg)
{
    (void)entity, (void)status;
    note(arg, MW_EVENT_INCOMPATIBLE_QOS);
}

static void on_offered_deadline(dds_entity_t entity, const dds_offered_deadline_missed_status_t status, void *arg)
{
    (void)entity, (void)status;
    note(arg, MW_EVENT_DEADLINE);
}

static void on_requested_deadline(dds_entity_t entity, const dds_requested_deadline_missed_status_t status, void *arg)
{
    (void)entity, (void)status;
    note(arg, MW_EVENT_DEADLINE);
}

static void on_liveliness_lost(dds_entity_t entity, const dds_liveliness_lost_status_t status, void *arg)
{
    (void)entity, (void)status;
    note(arg, MW_EVENT_LIVELINESS);
}

static void on_liveliness_changed(dds_entity_t entity, const dds_liveliness_changed_status_t status, void *arg)
{
    (void)entity, (void)status;
    note(arg, MW_EVENT_LIVELINESS);
}

static void on_sample_lost(dds_entity_t entity, const dds_sample_lost_status_t status, void *arg)
{
    (void)entity, (void)status;
    note(arg, MW_EVENT_MESSAGE_LOST);
}

static dds_listener_t *make_listener(cyclone_endpoint *endpoint)
{
    dds_listener_t *listener = dds_create_listener(endpoint);
    if (!listener) return NULL;
    if (endpoint->is_writer) {
        dds_lset_publication_matched(listener, on_publication_matched);
        dds_lset_offered_incompatible_qos(listener, on_offered_incompatible);
        dds_lset_offered_deadline_missed(listener, on_offered_deadline);
        dds_lset_liveliness_lost(listener, on_liveliness_lost);
    } else {
        dds_lset_data_available(listener, on_data);
        dds_lset_subscription_matched(listener, on_subscription_matched);
        dds_lset_requested_incompatible_qos(listener, on_requested_incompatible);
        dds_lset_requested_deadline_missed(listener, on_requested_deadline);
        dds_lset_liveliness_changed(listener, on_liveliness_changed);
        dds_lset_sample_lost(listener, on_sample_lost);
    }
    return listener;
}

/* The Cyclone topic; only needed until the endpoint that uses it exists. */
static dds_entity_t make_topic(cyclone_mw *m, const endpoint_options *options, const struct ddsi_sertype **type)
{
    struct ddsi_sertype *made = sertype_new(options->type);
    if (!made) return DDS_RETCODE_OUT_OF_RESOURCES;
    dds_entity_t topic = dds_create_topic_sertype(m->participant, options->topic, &made, NULL, NULL, NULL);
    if (topic < 0) {
        ddsi_sertype_unref(made);
        cyclone_fail(topic, "no DDS topic", options->topic);
        return topic;
    }
    *type = made;
    return topic;
}

static rclio_status make_qos(cyclone_mw *m, bool is_writer, const endpoint_options *options, dds_qos_t **qos)
{
    char *user_data = user_data_endpoint(options->id_key, options->id, options->type_hash); /* DIS-2, DIS-3 */
    if (!user_data) return RCLIO_NO_MEMORY;
    rclio_status status = qos_to_dds(options->qos, is_writer, m->write_timeout_ns, qos);
    if (!status) {
        dds_qset_userdata(*qos, user_data, strlen(user_data));
        if (options->ignore_local) dds_qset_ignorelocal(*qos, DDS_IGNORELOCAL_PARTICIPANT);
    }
    free(user_data);
    return status;
}

rclio_status endpoint_make(cyclone_mw *m, cyclone_endpoint *endpoint, bool is_writer, const endpoint_options *options)
{
    dds_qos_t *qos = NULL;
    dds_listener_t *listener = NULL;
    dds_entity_t topic = 0;
    dds_guid_t guid;
    rclio_status status;

    *endpoint = (cyclone_endpoint){.mw = m, .is_writer = is_writer, .ready = options->ready, .events = options->events};
    endpoint->is_reliable = options->qos->reliability == RCLIO_RELIABLE;
    endpoint->is_volatile = options->qos->durability == RCLIO_VOLATILE;
    if ((status = mutex_init(&endpoint->reading))) return status;
    status = RCLIO_NO_MEMORY;
    if (!(endpoint->name = copy_string(options->topic))) goto done;
    if ((status = make_qos(m, is_writer, options, &qos))) goto done;
    if ((topic = make_topic(m, options, &endpoint->type)) < 0) {
        status = rclio_error_status();
        goto done;
    }
    if (!(listener = make_listener(endpoint))) {
        status = rclio_fail(RCLIO_NO_MEMORY, "no memory for the listener of '%s'", options->topic);
        goto done;
    }
    endpoint->entity = is_writer ? dds_create_writer(m->publisher, topic, qos, listener)
                                 : dds_create_reader(m->subscriber, topic, qos, listener);
    if (endpoint->entity < 0) {
        status = cyclone_fail(endpoint->entity, is_writer ? "no DDS writer of" : "no DDS reader of", options->topic);
        endpoint->entity = 0;
        goto done;
    }
    dds_get_guid(endpoint->entity, &guid);
    memcpy(endpoint->gid, guid.v, RCLIO_GID_SIZE);
    status = RCLIO_OK;
done:
    dds_delete_listener(listener);
    dds_delete_qos(qos);
    if (topic > 0) dds_delete(topic); /* the endpoint keeps it alive */
    if (status) {
        free(endpoint->name);
        mutex_fini(&endpoint->reading);
        endpoint->name = NULL;
    }
    return status;
}

static void linger(cyclone_endpoint *writer) /* EP3 */
{
    cyclone_mw *m = writer->mw;
    int64_t last = atomic_load(&m->waited_in_vain);
    if (last && clock_steady_ns() - last < LINGER_AGAIN_NS) return;
    if (dds_wait_for_acks(writer->entity, LINGER_NS) == DDS_RETCODE_TIMEOUT) atomic_store(&m->waited_in_vain, clock_steady_ns());
}

void endpoint_end(cyclone_endpoint *endpoint)
{
    if (endpoint->entity <= 0) return;
    dds_set_listener(endpoint->entity, NULL); /* CY3 */
    if (endpoint->is_writer) linger(endpoint);
    dds_delete(endpoint->entity);
    free(endpoint->name);
    mutex_fini(&endpoint->reading);
    endpoint->entity = 0;
}

uint32_t endpoint_take_events(cyclone_endpoint *endpoint)
{
    return atomic_exchange(&endpoint->pending, 0);
}

/* QOS-9 */
static const char *policy_name(uint32_t policy)
{
    switch (policy) {
    case DDS_RELIABILITY_QOS_POLICY_ID: return "RELIABILITY";
    case DDS_DURABILITY_QOS_POLICY_ID: return "DURABILITY";
    case DDS_DEADLINE_QOS_POLICY_ID: return "DEADLINE";
    case DDS_LIVELINESS_QOS_POLICY_ID: return "LIVELINESS";
    case DDS_LIFESPAN_QOS_POLICY_ID: return "LIFESPAN";
    case DDS_HISTORY_QOS_POLICY_ID: return "HISTORY";
    default: return "INVALID";
    }
}

static dds_return_t writer_status(dds_entity_t entity, mw_event_kind kind, mw_status *now)
{
    union {
        dds_publication_matched_status_t matched;
        dds_offered_incompatible_qos_status_t incompatible;
        dds_offered_deadline_missed_status_t deadline;
        dds_liveliness_lost_status_t liveliness;
    } s;
    dds_return_t code = DDS_RETCODE_OK;
    switch (kind) {
    case MW_EVENT_MATCHED:
        if ((code = dds_get_publication_matched_status(entity, &s.matched))) break;
        now->total = (int32_t)s.matched.total_count;
        now->current = (int32_t)s.matched.current_count;
        break;
    case MW_EVENT_INCOMPATIBLE_QOS:
        if ((code = dds_get_offered_incompatible_qos_status(entity, &s.incompatible))) break;
        now->total = (int32_t)s.incompatible.total_count;
        now->last_policy = policy_name(s.incompatible.last_policy_id);
        break;
    case MW_EVENT_DEADLINE:
        if ((code = dds_get_offered_deadline_missed_status(entity, &s.deadline))) break;
        now->total = (int32_t)s.deadline.total_count;
        break;
    case MW_EVENT_LIVELINESS:
        if ((code = dds_get_liveliness_lost_status(entity, &s.liveliness))) break;
        now->total = (int32_t)s.liveliness.total_count;
        break;
    case MW_EVENT_MESSAGE_LOST: break; /* of readers only */
    }
    return code;
}

static dds_return_t reader_status(dds_entity_t entity, mw_event_kind kind, mw_status *now)
{
    union {
        dds_subscription_matched_status_t matched;
        dds_requested_incompatible_qos_status_t incompatible;
        dds_requested_deadline_missed_status_t deadline;
        dds_liveliness_changed_status_t liveliness;
        dds_sample_lost_status_t lost;
    } s;
    dds_return_t code = DDS_RETCODE_OK;
    switch (kind) {
    case MW_EVENT_MATCHED:
        if ((code = dds_get_subscription_matched_status(entity, &s.matched))) break;
        now->total = (int32_t)s.matched.total_count;
        now->current = (int32_t)s.matched.current_count;
        break;
    case MW_EVENT_INCOMPATIBLE_QOS:
        if ((code = dds_get_requested_incompatible_qos_status(entity, &s.incompatible))) break;
        now->total = (int32_t)s.incompatible.total_count;
        now->last_policy = policy_name(s.incompatible.last_policy_id);
        break;
    case MW_EVENT_DEADLINE:
        if ((code = dds_get_requested_deadline_missed_status(entity, &s.deadline))) break;
        now->total = (int32_t)s.deadline.total_count;
        break;
    case MW_EVENT_LIVELINESS:
        if ((code = dds_get_liveliness_changed_status(entity, &s.liveliness))) break;
        now->current = (int32_t)s.liveliness.alive_count;
        now->not_alive = (int32_t)s.liveliness.not_alive_count;
        break;
    case MW_EVENT_MESSAGE_LOST:
        if ((code = dds_get_sample_lost_status(entity, &s.lost))) break;
        now->total = (int32_t)s.lost.total_count;
        break;
    }
    return code;
}

rclio_status endpoint_status(cyclone_endpoint *endpoint, mw_event_kind kind, mw_status *status)
{
    *status = (mw_status){0};
    mutex_lock(&endpoint->reading);
    dds_return_t code =
        endpoint->is_writer ? writer_status(endpoint->entity, kind, status) : reader_status(endpoint->entity, kind, status);
    if (code == DDS_RETCODE_OK) { /* EP2 */
        mw_status *last = &endpoint->last[__builtin_ctz(kind)];
        status->total_change = status->total - last->total;
        status->current_change = status->current - last->current;
        status->not_alive_change = status->not_alive - last->not_alive;
        *last = *status;
    }
    mutex_unlock(&endpoint->reading);
    return code == DDS_RETCODE_OK ? RCLIO_OK : cyclone_fail(code, "no status of", endpoint->name);
}

static dds_return_t matched_handles(cyclone_endpoint *endpoint, dds_instance_handle_t *handles, size_t capacity)
{
    return endpoint->is_writer ? dds_get_matched_subscriptions(endpoint->entity, handles, capacity)
                               : dds_get_matched_publications(endpoint->entity, handles, capacity);
}

size_t endpoint_matched(cyclone_endpoint *endpoint)
{
    dds_return_t count = matched_handles(endpoint, NULL, 0);
    return count > 0 ? (size_t)count : 0;
}

rclio_status endpoint_visit_matched(cyclone_endpoint *endpoint, endpoint_visit_fn *visit, void *arg)
{
    dds_instance_handle_t *handles = NULL;
    size_t count = endpoint_matched(endpoint), capacity = 0;
    while (count > capacity) { /* more may match between the question and the answer */
        capacity = count + 8;
        free(handles);
        handles = malloc(capacity * sizeof *handles);
        if (!handles) return rclio_fail(RCLIO_NO_MEMORY, "no memory for the %zu peers of '%s'", count, endpoint->name);
        dds_return_t found = matched_handles(endpoint, handles, capacity);
        count = found > 0 ? (size_t)found : 0;
    }
    bool more = true;
    for (size_t i = 0; i < count && more; i++) {
        dds_builtintopic_endpoint_t *peer = endpoint->is_writer ? dds_get_matched_subscription_data(endpoint->entity, handles[i])
                                                                : dds_get_matched_publication_data(endpoint->entity, handles[i]);
        if (!peer) continue; /* left in between */
        more = visit(handles[i], peer, arg);
        dds_builtintopic_free_endpoint(peer);
    }
    free(handles);
    return RCLIO_OK;
}

#define PARTICIPANTS_MAX 64 /* of one process in one domain; those beyond are taken for remote ones */

struct locals {
    dds_instance_handle_t participants[PARTICIPANTS_MAX];
    dds_return_t count;
    endpoint_audience found;
};

static bool look_at(dds_instance_handle_t handle, const dds_builtintopic_endpoint_t *peer, void *arg)
{
    struct locals *locals = arg;
    bool is_local = false;
    (void)handle;
    for (dds_return_t i = 0; i < locals->count && !is_local; i++)
        is_local = peer->participant_instance_handle == locals->participants[i];
    *(is_local ? &locals->found.has_local : &locals->found.has_remote) = true;
    return !locals->found.has_local || !locals->found.has_remote;
}

endpoint_audience endpoint_look_for_audience(cyclone_endpoint *endpoint)
{
    dds_entity_t entities[PARTICIPANTS_MAX];
    struct locals locals = {0};
    atomic_store(&endpoint->rematched, false); /* before asking: what comes later is asked for again */
    dds_return_t count = dds_lookup_participant(endpoint->mw->domain_id, entities, PARTICIPANTS_MAX);
    if (count > PARTICIPANTS_MAX) count = PARTICIPANTS_MAX;
    for (dds_return_t i = 0; i < count; i++)
        if (dds_get_instance_handle(entities[i], &locals.participants[locals.count]) == DDS_RETCODE_OK) locals.count++;
    if (endpoint_visit_matched(endpoint, look_at, &locals)) atomic_store(&endpoint->rematched, true); /* memory is short */
    return locals.found;
}

rclio_status endpoint_hand_over(cyclone_endpoint *endpoint, serdata *data, int64_t source_timestamp_ns)
{
    data->base.statusinfo = 0;
    data->base.timestamp.v = source_timestamp_ns ? source_timestamp_ns : dds_time();
    dds_return_t code = dds_forwardcdr(endpoint->entity, &data->base);
    if (code == DDS_RETCODE_OK) return RCLIO_OK;
    if (code == DDS_RETCODE_TIMEOUT)
        return rclio_fail(RCLIO_TIMEOUT,
                          "no message sent to '%s': a reliable subscriber has not acknowledged earlier ones in time",
                          endpoint->name);
    return cyclone_fail(code, "no message sent to", endpoint->name);
}

void endpoint_send(dds_entity_t entity)
{
    dds_write_flush(entity);
}

rclio_status endpoint_write(cyclone_endpoint *endpoint, serdata *data, int64_t source_timestamp_ns)
{
    batching_before(&endpoint->mw->batching, NULL); /* BA3 */
    rclio_status status = endpoint_hand_over(endpoint, data, source_timestamp_ns);
    endpoint_send(endpoint->entity);
    return status;
}
