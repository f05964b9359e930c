/* include/rclio/graph.h: who is there: nodes, topics, services and actions of the network. Floor: node.
 * Answers are snapshots of what was discovered so far, sorted by name, freed by the function named. thread any */
#ifndef RCLIO_GRAPH_H
#define RCLIO_GRAPH_H

#include "rclio/future.h"
#include "rclio/node.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct rclio_node_entry {
    char *name;
    char *name_space;
    char *full_name;
    char *enclave;
} rclio_node_entry;
typedef struct rclio_node_list {
    rclio_node_entry *data;
    size_t size, capacity;
} rclio_node_list;

typedef struct rclio_name_and_types {
    char *name;
    char **types; /* sorted, ended by NULL */
    size_t type_count;
} rclio_name_and_types;
typedef struct rclio_name_list {
    rclio_name_and_types *data;
    size_t size, capacity;
} rclio_name_list;

typedef struct rclio_endpoint {
    char *node_name;
    char *node_namespace;
    char *type;
    char type_hash[RCLIO_TYPE_HASH_TEXT_SIZE]; /* "" when not announced */
    rclio_endpoint_kind kind;
    uint8_t gid[RCLIO_GID_SIZE];
    rclio_qos qos;
} rclio_endpoint;
typedef struct rclio_endpoint_list {
    rclio_endpoint *data;
    size_t size, capacity;
} rclio_endpoint_list;

/* All return RCLIO_OK or RCLIO_NO_MEMORY; those of one node RCLIO_NOT_FOUND when it is unknown. thread any */
RCLIO_API rclio_status rclio_graph_nodes(rclio_node *node, rclio_node_list *nodes);
RCLIO_API rclio_status rclio_graph_topics(rclio_node *node, bool all_dds_topics, rclio_name_list *topics);
RCLIO_API rclio_status rclio_graph_services(rclio_node *node, rclio_name_list *services);
RCLIO_API rclio_status rclio_graph_actions(rclio_node *node, rclio_name_list *actions);

typedef enum rclio_role {
    RCLIO_ROLE_PUBLISHERS,
    RCLIO_ROLE_SUBSCRIPTIONS,
    RCLIO_ROLE_SERVICES,
    RCLIO_ROLE_CLIENTS,
    RCLIO_ROLE_ACTION_SERVERS,
    RCLIO_ROLE_ACTION_CLIENTS,
    RCLIO_ROLE_DDS_WRITERS, /* all that writes or reads, services too, with DDS's names of topics and types */
    RCLIO_ROLE_DDS_READERS,
} rclio_role;

/* What one node has in that role, by its name and namespace. thread any */
RCLIO_API rclio_status rclio_graph_of_node(rclio_node *node, const char *name, const char *name_space, rclio_role role,
                                           rclio_name_list *names);

/* Publishers or subscriptions of a full topic name. thread any */
RCLIO_API rclio_status rclio_graph_endpoints(rclio_node *node, const char *topic, rclio_endpoint_kind kind,
                                             rclio_endpoint_list *endpoints);

/* The same of a DDS topic ("rt/chatter", "rq/addRequest"), with DDS's names of types. thread any */
RCLIO_API rclio_status rclio_graph_dds_endpoints(rclio_node *node, const char *dds_topic, rclio_endpoint_kind kind,
                                                 rclio_endpoint_list *endpoints);

/* How many publishers, subscriptions (full topic name), services, clients (full service name), action servers, clients (action name).
 * thread any */
RCLIO_API size_t rclio_graph_count(rclio_node *node, const char *name, rclio_role role);

/* Free what a question filled and leave an empty list. thread any */
RCLIO_API void rclio_node_list_free(rclio_node_list *nodes);
RCLIO_API void rclio_name_list_free(rclio_name_list *names);
RCLIO_API void rclio_endpoint_list_free(rclio_endpoint_list *endpoints);

/* A future that is done at the next change of the graph; you own it. Ask for it before you look, or a change may come in between.
 * fails  RCLIO_CANCELLED: the node was destroyed; RCLIO_SHUTDOWN. thread any */
RCLIO_API rclio_future *rclio_graph_changed(rclio_node *node);

/* A future that is done when discovery has come to rest; what one-shot programs such as the command line wait for. You own it.
 * While no other ROS participant is known it is done `alone_ns` after the node was made. With peers it is done when each of them has sent
 * ros_discovery_info and every endpoint named there is known, and nothing has changed for `quiet_ns`. It is done after
 * `limit_ns` in any case, also when a peer has told of itself only in part: Fast DDS peers take up to three seconds for that. For up
 * to three seconds it waits for each participant that this machine's open ports tell of, so that load makes it later, not wrong.
 * fails  RCLIO_CANCELLED: the node was destroyed; RCLIO_SHUTDOWN. thread any. wire DIS-5, DIS-6, DIS-18 */
RCLIO_API rclio_future *rclio_graph_settled(rclio_node *node, int64_t quiet_ns, int64_t alone_ns, int64_t limit_ns);

/* Hidden: a token starts with '_' (NAM-4). thread any */
RCLIO_API bool rclio_name_is_hidden(const char *name);

#ifdef __cplusplus
}
#endif
#endif
