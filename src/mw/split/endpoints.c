/* src/mw/split/endpoints.c: the names and USER_DATA of a service's endpoints, and their place in the graph.
 *
 * The graph hears of them from Cyclone, as of any other participant's; that takes a round of discovery. So our own are entered at once, and
 * what is heard later says the same.
 * Threads: any. Tests: tests/mw/test_split.c, tests/mw/test_seam_graph.c. */
#include "mw/split/split.h"

#include "mw/names.h"

#include <stdlib.h>
#include <string.h>

rclio_status split_names_make(split_names *names, cyclone_node *node, const char *service, const rclio_type *type,
                              const rclio_qos *qos, bool is_server)
{
    const rclio_type *request = type->parts[RCLIO_PART_REQUEST], *response = type->parts[RCLIO_PART_RESPONSE];
    const char *key = is_server ? "serviceid" : "clientid"; /* DIS-3 */
    char id[USER_DATA_ID_SIZE];
    cyclone_next_id(node->mw, id);
    char **t = names->texts;
    t[0] = names_mangle_request(service); /* NAM-1 */
    t[1] = names_mangle_type(request->name);
    t[2] = names_mangle_reply(service);
    t[3] = names_mangle_type(response->name);
    t[4] = user_data_endpoint(key, id, request->hash);
    t[5] = user_data_endpoint(key, id, response->hash);
    names->service = (rtps_service){.service = service,
                                    .request_topic = t[0],
                                    .request_type = t[1],
                                    .reply_topic = t[2],
                                    .reply_type = t[3],
                                    .request_user_data = t[4],
                                    .reply_user_data = t[5],
                                    .depth = service_depth(qos)};
    return t[0] && t[1] && t[2] && t[3] && t[4] && t[5] ? RCLIO_OK : RCLIO_NO_MEMORY;
}

void split_names_fini(split_names *names)
{
    for (size_t i = 0; i < sizeof names->texts / sizeof *names->texts; i++) free(names->texts[i]);
}

static rclio_status enter(cyclone_node *node, const uint8_t *gid, rclio_endpoint_kind kind, bool is_request,
                          const rtps_service *service, const rclio_type *type, const rclio_qos *qos)
{
    const rclio_type *part = type->parts[is_request ? RCLIO_PART_REQUEST : RCLIO_PART_RESPONSE];
    graph_endpoint endpoint = {.kind = kind,
                               .topic = is_request ? service->request_topic : service->reply_topic,
                               .type = is_request ? service->request_type : service->reply_type,
                               .has_type_hash = true,
                               .qos = *qos};
    memcpy(endpoint.gid, gid, RCLIO_GID_SIZE);
    memcpy(endpoint.type_hash, part->hash, sizeof endpoint.type_hash);
    endpoint.qos.history = RCLIO_HISTORY_UNKNOWN; /* QOS-7 */
    endpoint.qos.depth = 0;
    return graph_endpoint_add(node->mw->graph, &endpoint);
}

rclio_status split_announce(cyclone_node *node, const rtps_service *service, const rclio_type *type, const rclio_qos *qos,
                            bool is_server, const uint8_t writer[RCLIO_GID_SIZE], const uint8_t reader[RCLIO_GID_SIZE])
{
    rclio_status status = enter(node, writer, RCLIO_PUBLISHER, !is_server, service, type, qos);
    if (!status) status = enter(node, reader, RCLIO_SUBSCRIPTION, is_server, service, type, qos);
    if (!status) status = discovery_add_endpoints(node, writer, reader); /* DIS-6 */
    if (status) split_withdraw(node, writer, reader);
    return status;
}

void split_withdraw(cyclone_node *node, const uint8_t writer[RCLIO_GID_SIZE], const uint8_t reader[RCLIO_GID_SIZE])
{
    discovery_remove_endpoints(node, writer, reader);
    graph_endpoint_remove(node->mw->graph, writer);
    graph_endpoint_remove(node->mw->graph, reader);
}
