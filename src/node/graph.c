/* src/node/graph.c: the questions of rclio/graph.h, answered from the middleware's graph. Threads: any. */
#include "rclio/graph.h"

#include "base/array.h"
#include "base/error.h"
#include "base/text.h"
#include "mw/graph.h"
#include "mw/names.h"
#include "node/graph_list.h"
#include "node/node.h"

#include <stdlib.h>
#include <string.h>

static graph *graph_of(const rclio_node *node)
{
    return node->ops->graph_of(node->context->participant);
}

bool rclio_name_is_hidden(const char *name)
{
    return names_is_hidden(name);
}

/* ---- nodes ---- */

struct node_query {
    rclio_node_list *nodes;
    rclio_status status;
};

static bool add_node(const graph_node *node, void *arg)
{
    struct node_query *query = arg;
    bool in_root = strcmp(node->name_space, "/") == 0;
    rclio_node_entry entry = {.name = copy_string(node->name),
                              .name_space = copy_string(node->name_space),
                              .full_name = copy_format("%s/%s", in_root ? "" : node->name_space, node->name),
                              .enclave = copy_string(node->enclave)};
    if (entry.name && entry.name_space && entry.full_name && entry.enclave && array_append(query->nodes, entry)) return true;
    free(entry.name);
    free(entry.name_space);
    free(entry.full_name);
    free(entry.enclave);
    query->status = RCLIO_NO_MEMORY;
    return false;
}

static int by_full_name(const void *a, const void *b)
{
    return strcmp(((const rclio_node_entry *)a)->full_name, ((const rclio_node_entry *)b)->full_name);
}

rclio_status rclio_graph_nodes(rclio_node *node, rclio_node_list *nodes)
{
    struct node_query query = {.nodes = nodes};
    *nodes = (rclio_node_list){0};
    graph_visit_nodes(graph_of(node), add_node, &query);
    if (query.status) {
        rclio_node_list_free(nodes);
        return query.status;
    }
    if (nodes->size) qsort(nodes->data, nodes->size, sizeof nodes->data[0], by_full_name);
    return RCLIO_OK;
}

/* ---- names and types ---- */

/* What a DDS endpoint is in ROS: the role, and the name within its topic. */
typedef bool role_fn(const graph_endpoint *endpoint, const char **name, size_t *length);

static bool is_topic(const graph_endpoint *endpoint, const char **name, size_t *length)
{
    return (*name = names_topic_of(endpoint->topic, length)) != NULL; /* NAM-2 */
}

static bool is_publisher(const graph_endpoint *endpoint, const char **name, size_t *length)
{
    return endpoint->kind == RCLIO_PUBLISHER && is_topic(endpoint, name, length);
}

static bool is_subscription(const graph_endpoint *endpoint, const char **name, size_t *length)
{
    return endpoint->kind == RCLIO_SUBSCRIPTION && is_topic(endpoint, name, length);
}

static bool is_service(const graph_endpoint *endpoint, const char **name, size_t *length) /* DIS-8 */
{
    return endpoint->kind == RCLIO_SUBSCRIPTION && (*name = names_request_of(endpoint->topic, length));
}

static bool is_client(const graph_endpoint *endpoint, const char **name, size_t *length)
{
    return endpoint->kind == RCLIO_SUBSCRIPTION && (*name = names_reply_of(endpoint->topic, length));
}

static bool is_service_or_client(const graph_endpoint *endpoint, const char **name, size_t *length)
{
    return (*name = names_request_of(endpoint->topic, length)) || (*name = names_reply_of(endpoint->topic, length));
}

static const char FEEDBACK[] = "/_action/feedback"; /* NAM-9: who publishes it is the server, who subscribes a client */

static bool within_action(const char **name, size_t *length)
{
    size_t tail = sizeof FEEDBACK - 1;
    if (*length <= tail || memcmp(*name + *length - tail, FEEDBACK, tail) != 0) return false;
    *length -= tail;
    return true;
}

static bool is_action(const graph_endpoint *endpoint, const char **name, size_t *length)
{
    return is_topic(endpoint, name, length) && within_action(name, length);
}

static bool is_action_server(const graph_endpoint *endpoint, const char **name, size_t *length)
{
    return endpoint->kind == RCLIO_PUBLISHER && is_action(endpoint, name, length);
}

static bool is_action_client(const graph_endpoint *endpoint, const char **name, size_t *length)
{
    return endpoint->kind == RCLIO_SUBSCRIPTION && is_action(endpoint, name, length);
}

static bool is_any(const graph_endpoint *endpoint, const char **name, size_t *length)
{
    *name = endpoint->topic;
    *length = strlen(endpoint->topic);
    return true;
}

static bool is_writer(const graph_endpoint *endpoint, const char **name, size_t *length)
{
    return endpoint->kind == RCLIO_PUBLISHER && is_any(endpoint, name, length);
}

static bool is_reader(const graph_endpoint *endpoint, const char **name, size_t *length)
{
    return endpoint->kind == RCLIO_SUBSCRIPTION && is_any(endpoint, name, length);
}

static char *type_of_message(const char *dds)
{
    return names_demangle_type(dds);
}

static char *type_of_action(const char *dds)
{
    static const char SUFFIX[] = "_FeedbackMessage";
    char *type = names_demangle_type(dds);
    if (type && ends_with(type, SUFFIX)) type[strlen(type) - (sizeof SUFFIX - 1)] = '\0';
    return type;
}

struct role {
    role_fn *is;
    char *(*type)(const char *dds);
};

static const struct role roles[] = {
    [RCLIO_ROLE_PUBLISHERS] = {is_publisher, type_of_message},
    [RCLIO_ROLE_SUBSCRIPTIONS] = {is_subscription, type_of_message},
    [RCLIO_ROLE_SERVICES] = {is_service, names_demangle_service_type},
    [RCLIO_ROLE_CLIENTS] = {is_client, names_demangle_service_type},
    [RCLIO_ROLE_ACTION_SERVERS] = {is_action_server, type_of_action},
    [RCLIO_ROLE_ACTION_CLIENTS] = {is_action_client, type_of_action},
    [RCLIO_ROLE_DDS_WRITERS] = {is_writer, copy_string},
    [RCLIO_ROLE_DDS_READERS] = {is_reader, copy_string},
};

struct name_query {
    const struct role *role;
    const char *node_name, *node_namespace; /* NULL: of all nodes */
    rclio_name_list *names;
    rclio_status status;
};

static bool add_name(const graph_endpoint *endpoint, void *arg)
{
    struct name_query *query = arg;
    const char *name;
    size_t length;
    if (query->node_name && strcmp(endpoint->node_name, query->node_name) != 0) return true;
    if (query->node_namespace && strcmp(endpoint->node_namespace, query->node_namespace) != 0) return true;
    if (!query->role->is(endpoint, &name, &length)) return true;
    char *type = query->role->type(endpoint->type);
    query->status = type ? name_list_add(query->names, name, length, type) : RCLIO_NO_MEMORY;
    free(type);
    return query->status == RCLIO_OK;
}

static rclio_status collect(rclio_node *node, struct name_query *query)
{
    *query->names = (rclio_name_list){0};
    graph_visit_endpoints(graph_of(node), add_name, query);
    if (query->status)
        rclio_name_list_free(query->names);
    else
        name_list_sort(query->names);
    return query->status;
}

rclio_status rclio_graph_topics(rclio_node *node, bool all_dds_topics, rclio_name_list *topics)
{
    static const struct role ros = {is_topic, type_of_message}, dds = {is_any, copy_string};
    return collect(node, &(struct name_query){.role = all_dds_topics ? &dds : &ros, .names = topics});
}

rclio_status rclio_graph_services(rclio_node *node, rclio_name_list *services)
{
    static const struct role role = {is_service_or_client, names_demangle_service_type};
    return collect(node, &(struct name_query){.role = &role, .names = services});
}

rclio_status rclio_graph_actions(rclio_node *node, rclio_name_list *actions)
{
    static const struct role role = {is_action, type_of_action};
    return collect(node, &(struct name_query){.role = &role, .names = actions});
}

struct node_search {
    const char *name, *name_space;
    bool found;
};

static bool match_node(const graph_node *node, void *arg)
{
    struct node_search *search = arg;
    search->found = strcmp(node->name, search->name) == 0 && strcmp(node->name_space, search->name_space) == 0;
    return !search->found;
}

rclio_status rclio_graph_of_node(rclio_node *node, const char *name, const char *name_space, rclio_role role,
                                 rclio_name_list *names)
{
    struct node_search search = {.name = name, .name_space = name_space};
    *names = (rclio_name_list){0};
    graph_visit_nodes(graph_of(node), match_node, &search);
    if (!search.found) return rclio_fail(RCLIO_NOT_FOUND, "no node '%s' in namespace '%s'", name, name_space);
    return collect(node,
                   &(struct name_query){.role = &roles[role], .node_name = name, .node_namespace = name_space, .names = names});
}

struct count_query {
    role_fn *is;
    const char *name;
    size_t length, count;
};

static bool count_name(const graph_endpoint *endpoint, void *arg)
{
    struct count_query *query = arg;
    const char *name;
    size_t length;
    if (query->is(endpoint, &name, &length) && length == query->length && memcmp(name, query->name, length) == 0) query->count++;
    return true;
}

size_t rclio_graph_count(rclio_node *node, const char *name, rclio_role role)
{
    struct count_query query = {.is = roles[role].is, .name = name, .length = strlen(name)};
    graph_visit_endpoints(graph_of(node), count_name, &query);
    return query.count;
}

/* ---- endpoints ---- */

struct endpoint_query {
    const char *topic;
    bool is_dds_topic;
    rclio_endpoint_kind kind;
    rclio_endpoint_list *endpoints;
    rclio_status status;
};

static void hash_text(const graph_endpoint *endpoint, char printed[RCLIO_TYPE_HASH_TEXT_SIZE])
{
    rclio_type type = {0};
    printed[0] = '\0';
    if (!endpoint->has_type_hash) return;
    memcpy(type.hash, endpoint->type_hash, sizeof type.hash);
    rclio_type_hash_text(&type, printed);
}

static bool add_endpoint(const graph_endpoint *from, void *arg)
{
    struct endpoint_query *query = arg;
    size_t length;
    const char *name = query->is_dds_topic ? from->topic : names_topic_of(from->topic, &length);
    if (from->kind != query->kind || !name || strcmp(name, query->topic) != 0) return true;
    rclio_endpoint endpoint = {.node_name = copy_string(from->node_name),
                               .node_namespace = copy_string(from->node_namespace),
                               .type = query->is_dds_topic ? copy_string(from->type) : names_demangle_type(from->type),
                               .kind = from->kind,
                               .qos = from->qos};
    memcpy(endpoint.gid, from->gid, RCLIO_GID_SIZE);
    hash_text(from, endpoint.type_hash);
    if (endpoint.node_name && endpoint.node_namespace && endpoint.type && array_append(query->endpoints, endpoint)) return true;
    free(endpoint.node_name);
    free(endpoint.node_namespace);
    free(endpoint.type);
    query->status = RCLIO_NO_MEMORY;
    return false;
}

static rclio_status find_endpoints(rclio_node *node, struct endpoint_query *query)
{
    *query->endpoints = (rclio_endpoint_list){0};
    graph_visit_endpoints(graph_of(node), add_endpoint, query);
    if (query->status) rclio_endpoint_list_free(query->endpoints);
    return query->status;
}

rclio_status rclio_graph_endpoints(rclio_node *node, const char *topic, rclio_endpoint_kind kind, rclio_endpoint_list *endpoints)
{
    return find_endpoints(node, &(struct endpoint_query){.topic = topic, .kind = kind, .endpoints = endpoints});
}

rclio_status rclio_graph_dds_endpoints(rclio_node *node, const char *dds_topic, rclio_endpoint_kind kind,
                                       rclio_endpoint_list *endpoints)
{
    return find_endpoints(
        node, &(struct endpoint_query){.topic = dds_topic, .is_dds_topic = true, .kind = kind, .endpoints = endpoints});
}
