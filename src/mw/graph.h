/* src/mw/graph.h: what is known of the network: participants, their nodes, all endpoints. Filled by implementations of the seam, asked
 * by nodes.
 *
 *   GR1  An endpoint belongs to the node whose list in ros_discovery_info holds its GID (DIS-7); either may be heard of first.
 *   GR2  A participant that leaves takes its nodes and endpoints with it.
 *   GR3  Every change counts `graph_version` up and calls the change callbacks, outside the lock, on the thread that changed it.
 * Threads: any; visitors run under the graph's lock and must not call it. */
#ifndef RCLIO_MW_GRAPH_H
#define RCLIO_MW_GRAPH_H

#include "mw/mw.h"

#define GRAPH_PARTICIPANT_PREFIX 12 /* bytes of a GID that all of one participant share, GID-1 */

typedef struct graph_endpoint { /* strings are lent for the visit */
    uint8_t gid[RCLIO_GID_SIZE];
    rclio_endpoint_kind kind;
    const char *topic; /* DDS topic name, with prefix */
    const char *type;  /* DDS type name */
    bool has_type_hash;
    uint8_t type_hash[32];
    rclio_qos qos;
    const char *service_id; /* DIS-3: of serviceid= or clientid=; "" */
    const char *node_name;  /* DIS-7 when in no list */
    const char *node_namespace;
    uint8_t participant[GRAPH_PARTICIPANT_PREFIX]; /* the one whose nodes it can be of (DIS-13) */
} graph_endpoint;

#define UNKNOWN_NODE_NAME "_NODE_NAME_UNKNOWN_" /* DIS-7 */
#define UNKNOWN_NODE_NAMESPACE "_NODE_NAMESPACE_UNKNOWN_"

typedef struct graph_node {
    const char *name;
    const char *name_space;
    const char *enclave;
    const uint8_t *participant; /* its GID */
} graph_node;

graph *graph_new(void);
void graph_destroy(graph *g);

/* For implementations. `node_*` and `participant` of the endpoint are not read. All fail with RCLIO_NO_MEMORY only. */
typedef struct graph_participant {
    uint8_t gid[RCLIO_GID_SIZE];
    const char *enclave;                      /* "": it has no nodes (DIS-13), or is not of ROS */
    bool is_rclio;                            /* DIS-13 */
    uint8_t topics[GRAPH_PARTICIPANT_PREFIX]; /* prefix of the participant that has its nodes' topics: DIS-13, or its own */
} graph_participant;
rclio_status graph_participant_add(graph *g, const graph_participant *participant);
void graph_participant_remove(graph *g, const uint8_t gid[RCLIO_GID_SIZE]);
rclio_status graph_endpoint_add(graph *g, const graph_endpoint *endpoint);
void graph_endpoint_remove(graph *g, const uint8_t gid[RCLIO_GID_SIZE]);
/* Another GID for an endpoint of a node: nobody sees it missing, without its node, or twice. What has been heard of by
 * that GID stays. Nothing when there is no such endpoint. */
rclio_status graph_endpoint_rename(graph *g, const uint8_t from[RCLIO_GID_SIZE], const uint8_t to[RCLIO_GID_SIZE]);

/* A ros_discovery_info message, CDR with header (DIS-5). fails RCLIO_BAD_DATA: nothing has changed. */
rclio_status graph_discovery_info(graph *g, const uint8_t *bytes, size_t size);

/* DIS-13. `topics`: the prefix of the participant that has the topics of an endpoint's node, by default its own. returns whether the
 * endpoint is known to be an rclio's */
bool graph_topics_of(graph *g, const uint8_t gid[RCLIO_GID_SIZE], uint8_t topics[GRAPH_PARTICIPANT_PREFIX]);

/* For nodes. A visitor returns false to stop. */
void graph_visit_nodes(graph *g, bool (*visit)(const graph_node *node, void *arg), void *arg);
void graph_visit_endpoints(graph *g, bool (*visit)(const graph_endpoint *endpoint, void *arg), void *arg);
uint64_t graph_version(graph *g);

/* How far discovery has come: the ROS participants seen (own one included), and whether all they told of is there: each has sent
 * ros_discovery_info, and each endpoint of those lists has been announced. */
typedef struct graph_progress {
    size_t seen;         /* participants of all kinds */
    size_t participants; /* of ROS */
    bool complete;
} graph_progress;
graph_progress graph_get_progress(graph *g);

/* `changed` (GR3) must not block. returns an id > 0, or 0 with the error set. */
int graph_on_change(graph *g, mw_callback changed);
void graph_on_change_remove(graph *g, int id); /* when it returns the callback runs no more */

#endif
