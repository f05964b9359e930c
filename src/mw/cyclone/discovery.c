/* src/mw/cyclone/discovery.c: who is there: Cyclone's built-in topics and `ros_discovery_info` fill the graph, and our own nodes are
 * announced.
 *
 *   DS1  Everything known comes in through four readers; each is emptied by its listener, under `discovering`.
 *   DS2  Our own participant's nodes enter the graph with the sample that is written, which our own reader never gets (DIS-5).
 *   DS3  Samples are written in the order of the states they show: `publishing` is held from the change to the write.
 * Threads: any; listeners as cyclone.h says. Tests: tests/mw/test_seam.c. */
#include "mw/cyclone/cyclone.h"

#include "base/array.h"
#include "base/error.h"

#include <stdlib.h>
#include <string.h>

#define INFO_TOPIC "ros_discovery_info" /* DIS-5 */
#define INFO_TYPE "rmw_dds_common::msg::dds_::ParticipantEntitiesInfo_"
static const uint8_t info_hash[32] = {0x91, 0xa0, 0x59, 0x3b, 0xac, 0xdc, 0xc5, 0x0e, 0xa9, 0xbd, 0xcf,
                                      0x84, 0x9a, 0x93, 0x8b, 0x12, 0x84, 0x12, 0xcc, 0x1e, 0xa8, 0x21,
                                      0x24, 0x5c, 0x66, 0x3b, 0xcd, 0x26, 0xf8, 0x3c, 0x29, 0x5e};

static void lost_one(cyclone_mw *m)
{
    LOG_WARN(m->log, "rclio", "the graph is incomplete: %s", rclio_error());
}

/* DIS-11: of the announcements of publications and of subscriptions. */
static void ask_for_endpoints(cyclone_mw *m, const uint8_t participant[RCLIO_GID_SIZE])
{
    static const uint8_t ours[2][4] = {{0, 0, 0x03, 0xc7}, {0, 0, 0x04, 0xc7}};
    static const uint8_t theirs[2][4] = {{0, 0, 0x03, 0xc2}, {0, 0, 0x04, 0xc2}};
    uint8_t reader[RCLIO_GID_SIZE], writer[RCLIO_GID_SIZE];
    memcpy(reader, m->gid, sizeof reader);
    memcpy(writer, participant, sizeof writer);
    for (size_t i = 0; i < 2; i++) {
        memcpy(reader + 12, ours[i], 4);
        memcpy(writer + 12, theirs[i], 4);
        first_heartbeat_ask(m->info_type, reader, writer);
    }
}

static void apply_participant(cyclone_mw *m, const dds_builtintopic_participant_t *participant, bool alive)
{
    if (!alive) {
        neighbours_lost(m->neighbours, participant->key.v);
        graph_participant_remove(m->graph, participant->key.v); /* GR2 */
        return;
    }
    void *data = NULL;
    size_t size = 0;
    ask_for_endpoints(m, participant->key.v);
    if (participant->qos) dds_qget_userdata(participant->qos, &data, &size);
    neighbours_found(m->neighbours, participant->key.v, data, size); /* DIS-13 */
    char *enclave = user_data_copy(data, size, "enclave");           /* DIS-1 */
    graph_participant found = {.enclave = enclave};
    memcpy(found.gid, participant->key.v, RCLIO_GID_SIZE);
    found.is_rclio = user_data_marker(data, size, participant->key.v, found.topics); /* DIS-13 */
    if (!enclave || graph_participant_add(m->graph, &found)) lost_one(m);
    free(enclave);
    dds_free(data);
    if (m->met && memcmp(found.gid, m->gid, GRAPH_PARTICIPANT_PREFIX) != 0) m->met(m);
}

static void apply_endpoint(cyclone_mw *m, const dds_builtintopic_endpoint_t *found, rclio_endpoint_kind kind, bool alive)
{
    if (!alive) {
        graph_endpoint_remove(m->graph, found->key.v);
        return;
    }
    void *data = NULL;
    size_t size = 0;
    if (found->qos) dds_qget_userdata(found->qos, &data, &size);
    size_t length = 0;
    const char *key = user_data_find(data, size, "serviceid", &length) ? "serviceid" : "clientid"; /* DIS-3 */
    char *id = user_data_copy(data, size, key);
    graph_endpoint endpoint = {.kind = kind, .topic = found->topic_name, .type = found->type_name, .service_id = id};
    memcpy(endpoint.gid, found->key.v, RCLIO_GID_SIZE);
    endpoint.has_type_hash = user_data_type_hash(data, size, endpoint.type_hash); /* DIS-2 */
    if (found->qos) qos_from_dds(found->qos, kind == RCLIO_PUBLISHER, &endpoint.qos);
    if (service_peer_is_foreign(found->key.v)) endpoint.qos.history = RCLIO_HISTORY_UNKNOWN, endpoint.qos.depth = 0; /* QOS-7 */
    if (!id || graph_endpoint_add(m->graph, &endpoint)) lost_one(m);
    free(id);
    dds_free(data);
}

/* DS1 */
static void on_builtin(dds_entity_t reader, void *arg)
{
    cyclone_mw *m = arg;
    void *sample = NULL;
    dds_sample_info_t info;
    mutex_lock(&m->discovering);
    while (dds_take(reader, &sample, &info, 1, 1) > 0) {
        bool alive = info.valid_data && info.instance_state == DDS_IST_ALIVE;
        dds_entity_t topic = dds_get_topic(reader);
        if (topic == DDS_BUILTIN_TOPIC_DCPSPARTICIPANT)
            apply_participant(m, sample, alive);
        else
            apply_endpoint(m, sample, topic == DDS_BUILTIN_TOPIC_DCPSPUBLICATION ? RCLIO_PUBLISHER : RCLIO_SUBSCRIPTION, alive);
        dds_return_loan(reader, &sample, 1);
        sample = NULL;
    }
    mutex_unlock(&m->discovering);
}

static void on_info(dds_entity_t reader, void *arg)
{
    cyclone_mw *m = arg;
    struct ddsi_serdata *taken;
    dds_sample_info_t info;
    mutex_lock(&m->discovering);
    while (dds_takecdr(reader, &taken, 1, &info, DDS_ANY_STATE) > 0) {
        serdata *data = (serdata *)(void *)taken;
        if (info.valid_data && graph_discovery_info(m->graph, data->wire, data->size)) lost_one(m);
        serdata_unref(data);
    }
    mutex_unlock(&m->discovering);
}

static void on_info_matched(dds_entity_t reader, const dds_subscription_matched_status_t status, void *arg)
{
    if (status.current_count_change > 0)
        first_heartbeat_matched(((cyclone_mw *)arg)->info_type, reader, status.last_publication_handle, false);
}

static rclio_status make_builtin_reader(cyclone_mw *m, dds_entity_t topic, dds_entity_t *reader)
{
    dds_listener_t *listener = dds_create_listener(m);
    dds_lset_data_available(listener, on_builtin);
    *reader = dds_create_reader(m->participant, topic, NULL, listener);
    dds_delete_listener(listener);
    if (*reader < 0) return cyclone_fail(*reader, "no reader of", "the built-in topics");
    on_builtin(*reader, m); /* those that were there before */
    return RCLIO_OK;
}

static rclio_status make_info_endpoints(cyclone_mw *m, dds_entity_t topic, dds_qos_t *writer_qos, dds_qos_t *reader_qos)
{
    char *user_data = user_data_endpoint(NULL, NULL, info_hash);
    if (!user_data) return RCLIO_NO_MEMORY;
    dds_qset_userdata(writer_qos, user_data, strlen(user_data));
    dds_qset_userdata(reader_qos, user_data, strlen(user_data));
    dds_qset_ignorelocal(reader_qos, DDS_IGNORELOCAL_PARTICIPANT); /* DS2 */
    free(user_data);
    m->info_writer = dds_create_writer(m->publisher, topic, writer_qos, NULL);
    if (m->info_writer < 0) return cyclone_fail(m->info_writer, "no writer of", INFO_TOPIC);
    dds_listener_t *listener = dds_create_listener(m);
    dds_lset_data_available(listener, on_info);
    dds_lset_subscription_matched(listener, on_info_matched);
    m->info_reader = dds_create_reader(m->subscriber, topic, reader_qos, listener);
    dds_delete_listener(listener);
    if (m->info_reader < 0) return cyclone_fail(m->info_reader, "no reader of", INFO_TOPIC);
    return RCLIO_OK;
}

static rclio_status make_info_topic(cyclone_mw *m, dds_entity_t *topic)
{
    struct ddsi_sertype *type = sertype_new(INFO_TYPE);
    if (!type) return RCLIO_NO_MEMORY;
    *topic = dds_create_topic_sertype(m->participant, INFO_TOPIC, &type, NULL, NULL, NULL);
    if (*topic < 0) {
        ddsi_sertype_unref(type);
        return cyclone_fail(*topic, "no DDS topic", INFO_TOPIC);
    }
    m->info_type = type;
    return RCLIO_OK;
}

static rclio_status make_info(cyclone_mw *m, dds_entity_t topic)
{
    const rclio_qos last = {
        .reliability = RCLIO_RELIABLE, .durability = RCLIO_TRANSIENT_LOCAL, .history = RCLIO_KEEP_LAST, .depth = 1};
    rclio_qos all = last;
    all.history = RCLIO_KEEP_ALL;
    dds_qos_t *writer_qos = NULL, *reader_qos = NULL;
    rclio_status status = qos_to_dds(&last, true, m->write_timeout_ns, &writer_qos);
    if (!status) status = qos_to_dds(&all, false, 0, &reader_qos);
    if (!status) status = make_info_endpoints(m, topic, writer_qos, reader_qos);
    dds_delete_qos(writer_qos);
    dds_delete_qos(reader_qos);
    dds_delete(topic);
    return status;
}

rclio_status discovery_start(cyclone_mw *m)
{
    rclio_status status;
    dds_entity_t topic;
    if ((status = make_info_topic(m, &topic))) return status; /* first: listeners use its type */
    if ((status = make_builtin_reader(m, DDS_BUILTIN_TOPIC_DCPSPARTICIPANT, &m->participants))) return status;
    if ((status = make_builtin_reader(m, DDS_BUILTIN_TOPIC_DCPSPUBLICATION, &m->publications))) return status;
    if ((status = make_builtin_reader(m, DDS_BUILTIN_TOPIC_DCPSSUBSCRIPTION, &m->subscriptions))) return status;
    return make_info(m, topic);
}

void discovery_stop(cyclone_mw *m)
{
    dds_entity_t readers[] = {m->info_reader, m->subscriptions, m->publications, m->participants};
    for (size_t i = 0; i < sizeof readers / sizeof *readers; i++) {
        if (readers[i] <= 0) continue;
        dds_set_listener(readers[i], NULL); /* CY3 */
        dds_delete(readers[i]);
    }
    if (m->info_writer > 0) dds_delete(m->info_writer);
}

/* DS2, DS3, DIS-5: the whole state, to the graph and to the network. */
static rclio_status publish(cyclone_mw *m) REQUIRES(m->publishing)
{
    discovery_info info = {0};
    size_t size = 0, count = 0;
    uint8_t *bytes = NULL;
    rclio_status status = RCLIO_NO_MEMORY;
    memcpy(info.participant.data, m->gid, RCLIO_GID_SIZE);
    list_each(link, &m->nodes) count++;
    info.nodes = calloc(count + 1, sizeof *info.nodes);
    if (!info.nodes) {
        status = rclio_fail(RCLIO_NO_MEMORY, "no memory to announce %zu nodes", count);
        goto done;
    }
    list_each(link, &m->nodes) info.nodes[info.node_count++] = list_entry(link, cyclone_node, link)->entry; /* lent */
    if (!(bytes = discovery_info_encode(&info, &size))) goto done;
    if ((status = graph_discovery_info(m->graph, bytes, size))) goto done;
    status = RCLIO_NO_MEMORY;
    serdata *data = serdata_new(m->info_type, size);
    if (!data) goto done;
    memcpy(data->wire, bytes, size);
    data->base.timestamp.v = dds_time();
    dds_return_t code = dds_forwardcdr(m->info_writer, &data->base);
    endpoint_send(m->info_writer);
    status = code == DDS_RETCODE_OK ? RCLIO_OK : cyclone_fail(code, "nothing sent to", INFO_TOPIC);
done:
    free(bytes);
    free(info.nodes);
    return status;
}

rclio_status discovery_add_node(cyclone_node *node)
{
    mutex_lock(&node->mw->publishing);
    list_append(&node->mw->nodes, &node->link);
    rclio_status status = publish(node->mw);
    if (status) list_remove(&node->link);
    mutex_unlock(&node->mw->publishing);
    return status;
}

void discovery_remove_node(cyclone_node *node)
{
    mutex_lock(&node->mw->publishing);
    list_remove(&node->link);
    if (publish(node->mw)) lost_one(node->mw);
    mutex_unlock(&node->mw->publishing);
}

static rclio_status enter(discovery_gids *gids, const uint8_t *gid)
{
    discovery_gid entered;
    if (!gid) return RCLIO_OK;
    memcpy(entered.data, gid, RCLIO_GID_SIZE);
    return array_append(gids, entered) ? RCLIO_OK : RCLIO_NO_MEMORY;
}

static void strike(discovery_gids *gids, const uint8_t *gid)
{
    for (size_t i = 0; gid && i < gids->size; i++) {
        if (memcmp(gids->data[i].data, gid, RCLIO_GID_SIZE) != 0) continue;
        memmove(&gids->data[i], &gids->data[i + 1], (gids->size - i - 1) * sizeof *gids->data);
        gids->size--;
        return;
    }
}

rclio_status discovery_add_endpoints(cyclone_node *node, const uint8_t *writer, const uint8_t *reader)
{
    mutex_lock(&node->mw->publishing);
    rclio_status status = enter(&node->entry.writers, writer);
    if (!status) status = enter(&node->entry.readers, reader);
    if (!status) status = publish(node->mw); /* DIS-6 */
    if (status) {
        strike(&node->entry.writers, writer);
        strike(&node->entry.readers, reader);
    }
    mutex_unlock(&node->mw->publishing);
    return status;
}

void discovery_remove_endpoints(cyclone_node *node, const uint8_t *writer, const uint8_t *reader)
{
    mutex_lock(&node->mw->publishing);
    strike(&node->entry.writers, writer);
    strike(&node->entry.readers, reader);
    if (publish(node->mw)) lost_one(node->mw);
    mutex_unlock(&node->mw->publishing);
}

static void rename_in(discovery_gids *gids, const uint8_t *from, const uint8_t *to)
{
    for (size_t i = 0; i < gids->size; i++)
        if (memcmp(gids->data[i].data, from, RCLIO_GID_SIZE) == 0) memcpy(gids->data[i].data, to, RCLIO_GID_SIZE);
}

rclio_status discovery_rename_endpoint(cyclone_node *node, const uint8_t from[RCLIO_GID_SIZE], const uint8_t to[RCLIO_GID_SIZE])
{
    mutex_lock(&node->mw->publishing);
    rename_in(&node->entry.writers, from, to);
    rename_in(&node->entry.readers, from, to);
    rclio_status status = graph_endpoint_rename(node->mw->graph, from, to);
    mutex_unlock(&node->mw->publishing);
    return status;
}

rclio_status discovery_publish(cyclone_mw *m)
{
    mutex_lock(&m->publishing);
    rclio_status status = publish(m);
    mutex_unlock(&m->publishing);
    return status;
}
