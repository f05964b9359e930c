/* src/node/node.c: a node: a name on the network, and the owner of what is made below it. Rules N1, N2: node.h.
 *
 *   N6  Made in this order: name, participant, clock, /rosout, graph watch, parameters, time source, services of parameters, of
 *       loggers, type description service (NOD-1, NOD-3); destroyed the other way round.
 * Threads: as the public header says. Tests: tests/node/test_node.c. */
#include "node/node.h"

#include "base/array.h"
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

static rclio_status read_arguments(rclio_node *node)
{
    const rclio_node_options *o = &node->options;
    if (o->argument_count <= 0 || !o->arguments) return RCLIO_OK;
    if (!(node->arguments = arguments_parse_local(o->argument_count, o->arguments))) return rclio_error_status();
    context_warn_about_arguments(node->context, node->arguments);
    return RCLIO_OK;
}

node_arguments node_get_arguments(const rclio_node *node)
{
    return (node_arguments){{node->arguments, node->options.ignore_global_arguments ? NULL : node->context->arguments}};
}

/* Absolute, and legal also when a rule puts another one in its place, as upstream. */
static rclio_status set_namespace(rclio_node *node, const char *name_space)
{
    char *absolute = *name_space == '/' ? copy_string(name_space) : copy_format("/%s", name_space);
    if (!absolute) return rclio_error_status();
    free(node->name_space);
    node->name_space = absolute;
    return names_check_namespace(absolute);
}

static rclio_status find_names(rclio_node *node, const char *name)
{
    const rclio_node_options *o = &node->options;
    const char *name_space = o->name_space && *o->name_space ? o->name_space : "/";
    const char *new_name = NULL, *new_space = NULL;
    node_arguments all = node_get_arguments(node);
    if (names_check_node(name) != RCLIO_OK || set_namespace(node, name_space) != RCLIO_OK) return rclio_error_status();
    for (size_t i = 0; i < 2; i++) { /* ARG-2: both go by the name given */
        if (!all.order[i]) continue;
        if (!new_name) new_name = arguments_node_name(all.order[i], name);
        if (!new_space) new_space = arguments_namespace(all.order[i], name);
    }
    if (new_name) name = new_name;
    if (names_check_node(name) != RCLIO_OK) return rclio_error_status();
    if (new_space && set_namespace(node, new_space) != RCLIO_OK) return rclio_error_status();
    if (!(node->name = copy_string(name))) return rclio_error_status();
    if (!(node->full_name = name_join(node->name_space, node->name))) return rclio_error_status();
    if (!(node->logger = logger_name(node->full_name))) return rclio_error_status();
    return RCLIO_OK;
}

static rclio_status build(rclio_node *node, const char *name)
{
    rclio_context *context = node->context;
    bool describes = false;
    EXECUTOR_GUARD(node->executor);
    if (!(node->strand = strand_new(false))) return rclio_error_status();
    if (read_arguments(node) != RCLIO_OK) return rclio_error_add("no node '%s'", name);
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
    atomic_init(&node->references, 1);
    if (options) node->options = *options;
    node->context = context;
    node->executor = node->options.executor ? node->options.executor : context->executor;
    list_init(&node->entities);
    list_init(&node->link);
    if (build(node, name) == RCLIO_OK) {
        node->options.name_space = NULL; /* was lent, as the overrides and arguments */
        node->options.parameter_overrides = NULL;
        node->options.arguments = NULL;
        mutex_lock(&context->lock);
        list_append(&context->nodes, &node->link);
        mutex_unlock(&context->lock);
        return node;
    }
    rclio_node_destroy(node);
    return NULL;
}

void node_ref(rclio_node *node)
{
    atomic_fetch_add_explicit(&node->references, 1, memory_order_relaxed);
}

void node_unref(rclio_node *node) /* N5 */
{
    if (atomic_fetch_sub_explicit(&node->references, 1, memory_order_acq_rel) != 1) return;
    parameters_unref(node->parameters);
    time_source_free(node->time_source);
    rclio_clock_unref(node->clock);
    strand_unref(node->strand);
    arguments_destroy(node->arguments);
    free(node->name);
    free(node->name_space);
    free(node->full_name);
    free(node->logger);
    free(node->parameter_failures);
    free(node);
}

static entity *last_entity(rclio_node *node)
{
    mutex_lock(&node->context->lock);
    entity *last = list_is_empty(&node->entities) ? NULL : list_entry(node->entities.previous, entity, link);
    mutex_unlock(&node->context->lock);
    return last;
}

/* The strands that entities of the node are in, with a reference and their executor each. */
typedef struct strand_list {
    struct node_strand {
        strand *strand;
        rclio_executor *executor;
    } * data;
    size_t size, capacity;
} strand_list;

static void collect_strands(rclio_node *node, strand_list *strands)
{
    mutex_lock(&node->context->lock);
    list_each(it, &node->entities) {
        const entity *e = list_entry(it, entity, link);
        bool known = !executor_is_multi_threaded(e->executor);
        for (size_t i = 0; i < strands->size && !known; i++) known = strands->data[i].strand == e->strand;
        struct node_strand found = {.strand = e->strand, .executor = e->executor};
        if (!known && array_append(strands, found)) strand_ref(e->strand);
    }
    mutex_unlock(&node->context->lock);
}

/* Callbacks that run in other threads end before what they use goes. */
static void close_strands(rclio_node *node)
{
    strand_list strands = {0};
    collect_strands(node, &strands);
    for (size_t i = 0; i < strands.size; i++) {
        strand_close(strands.data[i].strand, strands.data[i].executor);
        strand_unref(strands.data[i].strand);
    }
    free(strands.data);
}

/* Before the entities they use. */
static void close_own_parts(rclio_node *node)
{
    EXECUTOR_GUARD(node->executor);
    time_source_close(node->time_source);
    parameters_close(node->parameters);
}

static void destroy_own_parts(rclio_node *node)
{
    EXECUTOR_GUARD(node->executor);
    type_description_destroy(node->type_description);
    graph_watch_destroy(node->graph_watch);
    rosout_destroy(node->rosout);
    if (node->mw) node->ops->node_destroy(node->mw);
}

/* Keeps the error: it also cleans up after a failure. */
void rclio_node_destroy(rclio_node *node)
{
    if (!node) return;
    close_strands(node);
    close_own_parts(node);
    for (entity *last; (last = last_entity(node));) last->destroy(last); /* N1 */
    destroy_own_parts(node);
    mutex_lock(&node->context->lock);
    list_remove(&node->link);
    mutex_unlock(&node->context->lock);
    if (node->ops) context_close(node->context, node->executor); /* ops is set once the context is open */
    node_unref(node);
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
