/* src/mw/cyclone/cyclone.c: the seam's implementation on Eclipse Cyclone DDS: the participant, its nodes, and the table of operations.
 *
 * Messages are opaque bytes (sertype.c); services are in the dialect of rmw_cyclonedds_cpp (requester.c, replier.c); discovery.c
 * fills the graph. Rules and threads: cyclone.h. Tests: tests/mw/test_seam.c. */
#include "mw/cyclone/cyclone.h"

#include "base/error.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

static cyclone_mw *of(mw *m)
{
    return (cyclone_mw *)(void *)m;
}

static rclio_status join(cyclone_mw *m, const mw_options *options)
{
    char *marker = user_data_participant(options->enclave); /* DIS-1, DIS-13 */
    char *user_data = marker ? neighbours_user_data(m->neighbours, marker) : NULL;
    dds_qos_t *qos = dds_create_qos();
    rclio_status status = RCLIO_NO_MEMORY;
    if (user_data && qos) {
        dds_qset_userdata(qos, user_data, strlen(user_data));
        status = domain_open(options, m->base.ops == &mw_cyclone_ops, qos, &m->participant);
    }
    dds_delete_qos(qos);
    free(user_data);
    free(marker);
    return status;
}

static rclio_status make_parents(cyclone_mw *m)
{
    dds_guid_t guid;
    dds_get_guid(m->participant, &guid);
    memcpy(m->gid, guid.v, RCLIO_GID_SIZE); /* GID-1 */
    m->publisher = dds_create_publisher(m->participant, NULL, NULL);
    if (m->publisher < 0) return cyclone_fail(m->publisher, "no DDS publisher in", "the participant");
    m->subscriber = dds_create_subscriber(m->participant, NULL, NULL);
    if (m->subscriber < 0) return cyclone_fail(m->subscriber, "no DDS subscriber in", "the participant");
    return RCLIO_OK;
}

void cyclone_close(mw *base)
{
    cyclone_mw *m = of(base);
    if (!m) return;
    if (m->participant > 0) discovery_stop(m);
    neighbours_destroy(m->neighbours);
    if (m->participant > 0) domain_close(m->domain_id, m->participant);
    graph_destroy(m->graph);
    batching_fini(&m->batching);
    mutex_fini(&m->publishing);
    mutex_fini(&m->discovering);
    free(m);
}

mw *cyclone_open_as(const mw_options *options, const mw_ops *ops, void *services, void (*met)(cyclone_mw *m))
{
    cyclone_mw *m = calloc(1, sizeof *m);
    if (!m) return rclio_fail_null(RCLIO_NO_MEMORY, "no memory for a participant");
    m->base.ops = ops;
    m->services = services;
    m->met = met;
    m->domain_id = options->domain_id;
    m->log = options->log;
    m->write_timeout_ns = options->write_timeout_ns;
    list_init(&m->nodes);
    if (mutex_init(&m->discovering)) goto no_discovering;
    if (mutex_init(&m->publishing)) goto no_publishing;
    if (batching_init(&m->batching, endpoint_send)) goto no_batching;
    if (!(m->graph = graph_new())) goto failed;
    if (!(m->neighbours = neighbours_new(m)) || join(m, options) || make_parents(m) || discovery_start(m)) goto failed;
    return &m->base;
failed:
    cyclone_close(&m->base);
    return NULL;
no_batching:
    mutex_fini(&m->publishing);
no_publishing:
    mutex_fini(&m->discovering);
no_discovering:
    free(m);
    return NULL;
}

static mw *cyclone_open(const mw_options *options)
{
    return cyclone_open_as(options, &mw_cyclone_ops, NULL, NULL);
}

graph *cyclone_graph_of(mw *m)
{
    return of(m)->graph;
}

void cyclone_participant_gid(mw *m, uint8_t gid[RCLIO_GID_SIZE])
{
    memcpy(gid, of(m)->gid, RCLIO_GID_SIZE);
}

void cyclone_next_id(cyclone_mw *m, char id[USER_DATA_ID_SIZE])
{
    user_data_id(m->gid, atomic_fetch_add(&m->last_id, 1) + 1, id); /* DIS-4 */
}

static void node_free(cyclone_node *node)
{
    discovery_node_fini(&node->entry);
    free(node);
}

mw_node *cyclone_node_new(mw *m, const char *name, const char *name_space)
{
    cyclone_node *node = calloc(1, sizeof *node);
    if (!node) return rclio_fail_null(RCLIO_NO_MEMORY, "no memory for node '%s'", name);
    node->base.ops = m->ops;
    node->mw = of(m);
    list_init(&node->link);
    node->entry.name = copy_string(name);
    node->entry.name_space = copy_string(name_space);
    if (node->entry.name && node->entry.name_space && !discovery_add_node(node)) return (mw_node *)(void *)node;
    node_free(node);
    return NULL;
}

void cyclone_node_destroy(mw_node *handle)
{
    cyclone_node *node = (cyclone_node *)(void *)handle;
    if (!node) return;
    discovery_remove_node(node); /* DIS-6 */
    node_free(node);
}

const mw_ops mw_cyclone_ops = {
    .name = "rmw_cyclonedds_cpp",
    .open = cyclone_open,
    .close = cyclone_close,
    .buffer_discard = serdata_discard,

    CYCLONE_OPS_BUT_SERVICES,

    .requester_new = cyclone_requester_new,
    .requester_destroy = cyclone_requester_destroy,
    .requester_buffer = cyclone_requester_buffer,
    .requester_send = cyclone_requester_send,
    .requester_take = cyclone_requester_take,
    .requester_return = cyclone_requester_return,
    .requester_is_available = cyclone_requester_is_available,
    .requester_server_range = cyclone_requester_server_range,
    .requester_gid = cyclone_requester_gid,

    .replier_new = cyclone_replier_new,
    .replier_promise = cyclone_replier_new,
    .replier_destroy = cyclone_replier_destroy,
    .replier_take = cyclone_replier_take,
    .replier_return = cyclone_replier_return,
    .replier_buffer = cyclone_replier_buffer,
    .replier_send = cyclone_replier_send,
    .replier_flush = cyclone_replier_flush,
    .replier_refuse = cyclone_replier_refuse,
    .replier_client_is_gone = cyclone_replier_client_is_gone,
};
