/* src/node/node.c: a node: a name on the network, and the owner of what is made below it. Rules N1, N2: node.h.
 *
 *   N4  Made in this order: name, participant, clock, /rosout, graph watch, parameters, time source, services of parameters, of
 *       loggers, type description service (NOD-1, NOD-3); destroyed the other way round.
 * Threads: as the public header says. Tests: tests/node/test_node.c. */
#include "node/node.h"

#include "base/error.h"
#include "base/text.h"
#include "mw/names.h"
#include "node/graph_watch.h"
#include "node/logger_services.h"
#include "node/name.h"
#include "node/parameter_store.h"
#include "node/rosout.h"
#include "node/time_source.h"
#include "node/type_description.h"

#include <stdlib.h>
#include <string.h>

/* LOG-2: "/ns/name" is the logger "ns.name". */
static char *logger_name(const char *full_name)
{
    char *logger = copy_string(full_name + 1);
    for (char *c = logger; c && *c; c++)
        if (*c == '/') *c = '.';
    return logger;
}

static rclio_status find_names(rclio_node *node, const char *name)
{
    const rclio_node_options *o = &node->options;
    const char *name_space = o->name_space && *o->name_space ? o->name_space : "/";
    const char *new_name = NULL, *new_space = NULL;
    if (names_check_node(name) != RCLIO_OK) return rclio_error_status();
    if (!o->ignore_global_arguments) { /* ARG-2: both go by the name given */
        new_name = arguments_node_name(node->context->arguments, name);
        new_space = arguments_namespace(node->context->arguments, name);
    }
    if (new_name) name = new_name;
    if (new_space) name_space = new_space;
    node->name_space = *name_space == '/' ? copy_string(name_space) : copy_format("/%s", name_space);
    if (!node->name_space) return rclio_error_status();
    if (names_check_node(name) != RCLIO_OK || names_check_namespace(node->name_space) != RCLIO_OK) return rclio_error_status();
    if (!(node->name = copy_string(name))) return rclio_error_status();
    if (!(node->full_name = name_join(node->name_space, node->name))) return rclio_error_status();
    if (!(node->logger = logger_name(node->full_name))) return rclio_error_status();
    return RCLIO_OK;
}

static rclio_status build(rclio_node *node, const char *name)
{
    rclio_context *context = node->context;
    bool describes = false;
    if (find_names(node, name) != RCLIO_OK) return rclio_error_status();
    if (context_open(context, node->executor) != RCLIO_OK) return rclio_error_add("no node '%s'", node->full_name);
    node->ops = context->ops;
    if (!(node->mw = node->ops->node_new(context->participant, node->name, node->name_space)))
        return rclio_error_add("no node '%s'", node->full_name);
    if (!(node->clock = clock_new_for(RCLIO_CLOCK_ROS, node->executor, context->sleeps)) ||
        !(node->time_source = time_source_new(node)))
        return rclio_error_add("no node '%s'", node->full_name);
    if (rclio_qos_check(&node->options.rosout_qos) != RCLIO_OK)
        return rclio_error_add("no node '%s': its /rosout", node->full_name);
    bool wants_rosout =
        !node->options.no_rosout && !context->options.no_rosout && !arguments_flags(context->arguments).no_rosout_logs;
    if (wants_rosout && !(node->rosout = rosout_new(node))) /* a node without it is better than none */
        LOG_WARN(context->log, node->logger, "node '%s' has no /rosout: %s", node->full_name, rclio_error());
    if (!(node->graph_watch = graph_watch_new(node))) return rclio_error_add("no node '%s'", node->full_name);
    if (parameters_start(node) != RCLIO_OK || time_source_start(node) != RCLIO_OK || parameters_serve(node) != RCLIO_OK)
        return rclio_error_add("no node '%s'", node->full_name);
    if (node->options.enable_logger_service && logger_services_start(node) != RCLIO_OK)
        return rclio_error_add("no node '%s'", node->full_name);
    if (rclio_parameter_get_bool(node, "start_type_description_service", &describes) == RCLIO_OK && describes &&
        !(node->type_description = type_description_new(node)))
        LOG_WARN(context->log, node->logger, "node '%s' has no type description service: %s", node->full_name, rclio_error());
    return RCLIO_OK;
}

rclio_node *rclio_node_new(rclio_context *context, const char *name, const rclio_node_options *options)
{
    if (!context) return NULL; /* the first error stands */
    if (!name) return rclio_fail_null(RCLIO_INVALID, "a node needs a name");
    rclio_node *node = calloc(1, sizeof *node);
    if (!node) return rclio_fail_null(RCLIO_NO_MEMORY, "out of memory for the node '%s'", name);
    if (options) node->options = *options;
    node->context = context;
    node->executor = node->options.executor ? node->options.executor : context->executor;
    list_init(&node->entities);
    list_init(&node->link);
    if (build(node, name) == RCLIO_OK) {
        node->options.name_space = NULL; /* was lent, as the overrides */
        node->options.parameter_overrides = NULL;
        list_append(&context->nodes, &node->link);
        return node;
    }
    rclio_node_destroy(node);
    return NULL;
}

/* Keeps the error: it also cleans up after a failure. */
void rclio_node_destroy(rclio_node *node)
{
    if (!node) return;
    time_source_destroy(node->time_source);
    while (!list_is_empty(&node->entities)) { /* N1 */
        entity *last = list_entry(node->entities.previous, entity, link);
        last->destroy(last);
    }
    type_description_destroy(node->type_description);
    parameters_stop(node);
    graph_watch_destroy(node->graph_watch);
    rosout_destroy(node->rosout);
    if (node->mw) node->ops->node_destroy(node->mw);
    list_remove(&node->link);
    if (node->ops) context_close(node->context, node->executor); /* ops is set once the context is open */
    rclio_clock_unref(node->clock);
    free(node->name);
    free(node->name_space);
    free(node->full_name);
    free(node->logger);
    free(node);
}

const char *rclio_node_name(const rclio_node *node)
{
    return node->name;
}

const char *rclio_node_namespace(const rclio_node *node)
{
    return node->name_space;
}

const char *rclio_node_full_name(const rclio_node *node)
{
    return node->full_name;
}

const char *rclio_node_logger(const rclio_node *node)
{
    return node->logger;
}

rclio_context *rclio_node_context(const rclio_node *node)
{
    return node ? node->context : NULL;
}

rclio_executor *rclio_node_executor(const rclio_node *node)
{
    return node ? node->executor : NULL;
}
