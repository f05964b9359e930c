/* src/node/graph_warnings.c: see graph_warnings.h. Two walks over the endpoints: what this node has, and what does not fit it; the lines
 * are written when the graph's lock is free again. Tests: tests/node/test_graph.c. */
#include "node/graph_warnings.h"

#include "base/array.h"
#include "base/error.h"
#include "base/text.h"
#include "mw/names.h"
#include "node/name.h"

#include <stdlib.h>
#include <string.h>

#define PARTICIPANT_PREFIX 12 /* GID-1 */

typedef struct check {
    rclio_node *node;
    graph_warnings *warnings;
    uint8_t participant[RCLIO_GID_SIZE];
    map own; /* "p<topic>" or "s<topic>" -> DDS type, a copy */
    struct {
        char **data;
        size_t size, capacity;
    } lines;
    size_t same_name;
} check;

static bool count_name(const graph_node *found, void *arg)
{
    check *c = arg;
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
    if (memcmp(endpoint->gid, c->participant, PARTICIPANT_PREFIX) != 0) return true;
    if (strcmp(endpoint->node_name, c->node->name) != 0 || strcmp(endpoint->node_namespace, c->node->name_space) != 0)
        return true;
    char *key = key_of(endpoint->kind, endpoint->topic), *type = copy_string(endpoint->type);
    if (key && type && !map_get(&c->own, key) && map_set(&c->own, key, type) == RCLIO_OK) type = NULL;
    free(key);
    free(type);
    return true;
}

static char *describe(const graph_endpoint *other, const char *own_dds_type)
{
    size_t length;
    char *line = NULL;
    const char *service = names_request_of(other->topic, &length), *topic = names_topic_of(other->topic, &length);
    char *own = service ? names_demangle_service_type(own_dds_type) : names_demangle_type(own_dds_type);
    char *theirs = service ? names_demangle_service_type(other->type) : names_demangle_type(other->type);
    char *who = name_join(other->node_namespace, other->node_name);
    if (own && theirs && who && service) {
        service = names_request_of(other->topic, &length);
        line = copy_format(
            "service '%.*s' is of type '%s' here and of type '%s' in node '%s': no call passes between them until both use "
            "the same type",
            (int)length, service, own, theirs, who);
    } else if (own && theirs && who && topic) {
        line = copy_format(
            "topic '%s' is of type '%s' here and of type '%s' in node '%s': no message passes between them until both use "
            "the same type",
            topic, own, theirs, who);
    }
    free(own);
    free(theirs);
    free(who);
    return line;
}

static bool find_clash(const graph_endpoint *endpoint, void *arg)
{
    check *c = arg;
    char *key = key_of(endpoint->kind == RCLIO_PUBLISHER ? RCLIO_SUBSCRIPTION : RCLIO_PUBLISHER, endpoint->topic);
    const char *own = key ? map_get(&c->own, key) : NULL;
    free(key);
    if (!own || strcmp(own, endpoint->type) == 0) return true;
    size_t length;
    if (endpoint->kind == RCLIO_SUBSCRIPTION && names_request_of(endpoint->topic, &length))
        return true; /* its client says so: client.c */
    char *line = describe(endpoint, own);
    if (line && !array_append(&c->lines, line)) free(line);
    return true;
}

static void warn_of_clashes(check *c)
{
    for (size_t i = 0; i < c->lines.size; i++) {
        char *line = c->lines.data[i];
        if (!map_get(&c->warnings->given, line) && map_set(&c->warnings->given, line, c) == RCLIO_OK)
            LOG_WARN(c->node->context->log, c->node->logger, "%s", line);
        free(line);
    }
    free(c->lines.data);
}

void graph_warnings_check(graph_warnings *w, rclio_node *node)
{
    check c = {.node = node, .warnings = w};
    graph *g = node->ops->graph_of(node->context->participant);
    node->ops->participant_gid(node->context->participant, c.participant);
    graph_visit_nodes(g, count_name, &c);
    warn_of_name(&c);
    graph_visit_endpoints(g, collect_own, &c);
    graph_visit_endpoints(g, find_clash, &c);
    warn_of_clashes(&c);
    map_fini(&c.own, free);
}

void graph_warnings_fini(graph_warnings *w)
{
    map_fini(&w->given, NULL);
}
