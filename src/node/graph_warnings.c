/* src/node/graph_warnings.c: see graph_warnings.h. Two walks over the endpoints: what this node has, and what does not fit it; the lines
 * are written when the graph's lock is free again.
 *
 *   GW1  One line for each pair of types on a name. An endpoint of a ROS participant waits until its node is known.
 *   GW2  Of a service its server warns here, and a client that waits does in client_warning.c; of an action the send_goal service alone.
 * Tests: tests/node/test_graph.c, tests/failures/test_types.py. */
#include "node/graph_warnings.h"

#include "base/array.h"
#include "base/error.h"
#include "base/text.h"
#include "mw/names.h"
#include "node/name.h"

#include <stdlib.h>
#include <string.h>

#define PARTICIPANT_PREFIX 12 /* GID-1 */

typedef struct prefix {
    uint8_t bytes[PARTICIPANT_PREFIX];
} prefix;

typedef struct check {
    rclio_node *node;
    graph_warnings *warnings;
    uint8_t participant[RCLIO_GID_SIZE];
    map own; /* "p<topic>" or "s<topic>" -> DDS type, a copy */
    struct {
        char **data;
        size_t size, capacity;
    } lines;
    struct {
        prefix *data;
        size_t size, capacity;
    } with_nodes;  /* participants that have told of a node */
    bool complete; /* every ROS participant has told of its nodes */
    size_t same_name;
} check;

static bool count_name(const graph_node *found, void *arg)
{
    check *c = arg;
    prefix participant;
    memcpy(participant.bytes, found->participant, PARTICIPANT_PREFIX);
    if (!array_append(&c->with_nodes, participant)) c->complete = false;
    c->same_name += strcmp(found->name, c->node->name) == 0 && strcmp(found->name_space, c->node->name_space) == 0;
    return true;
}

static void warn_of_name(check *c)
{
    bool taken = c->same_name > 1;
    if (taken && !c->warnings->name_is_taken)
        LOG_WARN(c->node->context->log, c->node->logger,
                 "there is another node named '%s': tools and services cannot tell the two apart; rename one with '--ros-args -r "
                 "__node:=<name>'",
                 c->node->full_name);
    c->warnings->name_is_taken = taken;
}

static char *key_of(rclio_endpoint_kind kind, const char *topic)
{
    return copy_format("%c%s", kind == RCLIO_PUBLISHER ? 'p' : 's', topic);
}

static bool collect_own(const graph_endpoint *endpoint, void *arg)
{
    check *c = arg;
    if (memcmp(endpoint->participant, c->participant, PARTICIPANT_PREFIX) != 0) return true;
    if (strcmp(endpoint->node_name, c->node->name) != 0 || strcmp(endpoint->node_namespace, c->node->name_space) != 0)
        return true;
    char *key = key_of(endpoint->kind, endpoint->topic), *type = copy_string(endpoint->type);
    if (key && type && !map_get(&c->own, key) && map_set(&c->own, key, type) == RCLIO_OK) type = NULL;
    free(key);
    free(type);
    return true;
}

/* GW1: false while the node of an endpoint may still become known; *known: it is. */
static bool node_is_settled(const check *c, const graph_endpoint *endpoint, bool *known)
{
    *known = strcmp(endpoint->node_name, UNKNOWN_NODE_NAME) != 0;
    if (*known) return true;
    for (size_t i = 0; i < c->with_nodes.size; i++)
        if (memcmp(c->with_nodes.data[i].bytes, endpoint->participant, PARTICIPANT_PREFIX) == 0) return false;
    return c->complete; /* then it is none of ROS's */
}

static char *where(const graph_endpoint *other, bool known)
{
    if (!known) return copy_string("a DDS program that is no ROS node");
    char *name = name_join(other->node_namespace, other->node_name);
    char *found = name ? copy_format("node '%s'", name) : NULL;
    free(name);
    return found;
}

/* The line without what follows from it; NULL for what another line tells of (GW2). */
static char *describe(const graph_endpoint *other, const char *own_dds_type, bool known)
{
    size_t length;
    const char *service = names_request_of(other->topic, &length);
    if (service && other->kind == RCLIO_SUBSCRIPTION) return NULL;
    const char *name = service ? service : names_topic_of(other->topic, &length);
    const char *action = name ? strstr(name, "/_action/") : NULL;
    if (!name || (action && (!service || strncmp(action, "/_action/send_goal", strlen("/_action/send_goal")) != 0))) return NULL;
    char *own = service ? names_demangle_service_type(own_dds_type) : names_demangle_type(own_dds_type);
    char *theirs = service ? names_demangle_service_type(other->type) : names_demangle_type(other->type);
    char *who = where(other, known), *line = NULL;
    if (action && own && theirs) {
        names_cut_send_goal(own);
        names_cut_send_goal(theirs);
        length = (size_t)(action - name);
    }
    if (own && theirs && who)
        line = copy_format(
            "%s '%.*s' is of type '%s' here and of type '%s' in %s: no %s passes between them until both use the same type",
            action    ? "action"
            : service ? "service"
                      : "topic",
            (int)length, name, own, theirs, who,
            action    ? "goal"
            : service ? "call"
                      : "message");
    free(own);
    free(theirs);
    free(who);
    return line;
}

static bool find_clash(const graph_endpoint *endpoint, void *arg)
{
    check *c = arg;
    bool known;
    char *key = key_of(endpoint->kind == RCLIO_PUBLISHER ? RCLIO_SUBSCRIPTION : RCLIO_PUBLISHER, endpoint->topic);
    const char *own = key ? map_get(&c->own, key) : NULL;
    if (own && strcmp(own, endpoint->type) != 0 && node_is_settled(c, endpoint, &known)) {
        char *pair = copy_format("%s %s", key, endpoint->type); /* GW1 */
        bool given = !pair || map_get(&c->warnings->given, pair) || map_set(&c->warnings->given, pair, c->warnings) != RCLIO_OK;
        char *line = given ? NULL : describe(endpoint, own, known);
        if (line && !array_append(&c->lines, line)) free(line);
        free(pair);
    }
    free(key);
    return true;
}

static void warn_of_clashes(check *c)
{
    for (size_t i = 0; i < c->lines.size; i++) {
        LOG_WARN(c->node->context->log, c->node->logger, "%s", c->lines.data[i]);
        free(c->lines.data[i]);
    }
    free(c->lines.data);
}

void graph_warnings_check(graph_warnings *w, rclio_node *node)
{
    check c = {.node = node, .warnings = w};
    graph *g = node->ops->graph_of(node->context->participant);
    node->ops->participant_gid(node->context->participant, c.participant);
    c.complete = graph_get_progress(g).complete;
    graph_visit_nodes(g, count_name, &c);
    warn_of_name(&c);
    graph_visit_endpoints(g, collect_own, &c);
    graph_visit_endpoints(g, find_clash, &c);
    warn_of_clashes(&c);
    free(c.with_nodes.data);
    map_fini(&c.own, free);
}

void graph_warnings_fini(graph_warnings *w)
{
    map_fini(&w->given, NULL);
}
