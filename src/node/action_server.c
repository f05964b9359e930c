/* src/node/action_server.c: an action server: its endpoints, its life. Rules AS1 to AS3: action_server.h.
 *
 *   AS4  Its services run their callbacks one after the other; each goal's handler runs in a task of its own.
 *   AS5  Destroying it ends nothing by force: handlers that run are cancelled at their next await and their calls fail (G3).
 * Threads: as the public header says. Tests: tests/node/test_action_server.c, test_action_*.c. */
#include "node/action_server.h"

#include "base/error.h"
#include "base/text.h"

#include <stdlib.h>

rclio_goal *action_server_find(rclio_action_server *server, const rclio_goal_id *id)
{
    rclio_goal *goal = NULL;
    HASH_FIND(hh, server->goals, id, sizeof *id, goal);
    return goal;
}

static void readers_changed(void *arg)
{
    source_wake(&((rclio_action_server *)arg)->match_source);
}

static void server_released(source *s)
{
    entity_unref(&list_entry(s, rclio_action_server, match_source)->entity);
}

static entity_facts server_facts(const entity *e)
{
    const rclio_action_server *server = (const rclio_action_server *)(const void *)e;
    return (entity_facts){"action server", server->name, NULL, &server->counters};
}

static void server_free(entity *e)
{
    rclio_action_server *server = (rclio_action_server *)(void *)e;
    rclio_codec_destroy(server->feedback_codec);
    rclio_codec_destroy(server->status_codec);
    rclio_codec_destroy(server->result_codec);
    rclio_message_destroy(server->types.get_result_response, server->empty_result);
    goal_heap_fini(&server->expiring);
    free(server->status_message.data);
    free(server->feedback_message);
    free(server->result_message);
    free(server->name);
    free(server->what);
    free(server);
}

static void server_destroy_entity(entity *e)
{
    rclio_action_server_destroy((rclio_action_server *)(void *)e);
}

static rclio_service *part_service(rclio_action_server *server, const rclio_type *type, const char *part, const rclio_qos *qos,
                                   rclio_service_fn *on_request)
{
    char *name = action_part_name(server->name, part);
    rclio_service_options options = {
        .qos = *qos, .group = server->options.group, .maximum_requests = SIZE_MAX}; /* goals are limited */
    rclio_service *service = name ? rclio_service_new(server->entity.node, type, name, on_request, server, &options) : NULL;
    if (service) {
        entity_orphan((entity *)(void *)service); /* this server destroys it, not the node */
        service_keep_lock(service);
    }
    free(name);
    return service;
}

static mw_writer *part_writer(rclio_action_server *server, const rclio_type *type, const char *part, const rclio_qos *qos,
                              mw_callback events)
{
    char *name = action_part_name(server->name, part), *topic = name ? rclio_node_resolve_topic(server->entity.node, name) : NULL;
    mw_writer *writer = topic ? server->ops->writer_new(server->entity.node->mw, topic, type, qos, events) : NULL;
    free(topic);
    free(name);
    return writer;
}

/* ACT-10: in this order. The feedback writer's history: docs/actions.md. */
static bool make_endpoints(rclio_action_server *server)
{
    const action_types *t = &server->types;
    const rclio_action_qos *qos = &server->options.qos;
    rclio_qos feedback = action_feedback_qos(qos), status = action_status_qos(qos);
    if (rclio_qos_check(&feedback) != RCLIO_OK || rclio_qos_check(&status) != RCLIO_OK) return false;
    return (server->send_goal = part_service(server, t->send_goal, "send_goal", &qos->goal, action_server_on_send_goal)) &&
           (server->cancel_goal = part_service(server, t->cancel_goal, "cancel_goal", &qos->cancel, action_server_on_cancel)) &&
           (server->get_result = part_service(server, t->get_result, "get_result", &qos->result, action_server_on_get_result)) &&
           (server->feedback =
                part_writer(server, t->feedback_message, "feedback", &feedback, (mw_callback){readers_changed, server})) &&
           (server->status = part_writer(server, t->status_array, "status", &status, (mw_callback){0}));
}

static bool make_codecs(rclio_action_server *server)
{
    const action_types *t = &server->types;
    return (server->feedback_codec = rclio_codec_new(t->feedback_message)) &&
           (server->status_codec = rclio_codec_new(t->status_array)) &&
           (server->result_codec = rclio_codec_new(t->get_result_response)) &&
           (server->empty_result = rclio_message_new(t->get_result_response)) &&
           (server->feedback_message = calloc(1, t->feedback_message->size)) &&
           (server->result_message = calloc(1, t->get_result_response->size));
}

static rclio_action_server *server_alloc(rclio_node *node, const rclio_type *type, const char *name, rclio_callback_group *group)
{
    rclio_action_server *server = calloc(1, sizeof *server);
    if (!server) return rclio_fail_null(RCLIO_NO_MEMORY, "out of memory for the action server '%s'", name);
    entity_init(&server->entity, node, server_destroy_entity, server_free);
    server->entity.facts = server_facts;
    list_init(&server->shown);
    list_init(&server->finished);
    list_init(&server->held);
    server->ops = node->ops;
    bool joined = entity_join(&server->entity, group) == RCLIO_OK;
    timer_init(&server->held_timer, server->entity.executor, action_server_held_expired);
    timer_init(&server->expiry, server->entity.executor, action_server_expire);
    if (joined && action_types_init(&server->types, node->context, type) == RCLIO_OK &&
        (server->name = rclio_node_resolve_topic(node, name)) &&
        (server->what = copy_format("action server '%s'", server->name)) && make_codecs(server)) {
        source_init(&server->match_source, server->entity.executor, server->what, action_server_matched, server_released);
        return server;
    }
    entity_unref(&server->entity);
    return NULL;
}

static void destroy_endpoints(rclio_action_server *server)
{
    rclio_service_destroy(server->send_goal);
    rclio_service_destroy(server->cancel_goal);
    rclio_service_destroy(server->get_result);
    if (server->feedback) server->ops->writer_destroy(server->feedback);
    if (server->status) server->ops->writer_destroy(server->status);
}

rclio_action_server *rclio_action_server_new(rclio_node *node, const rclio_type *type, const char *name, rclio_goal_fn *execute,
                                             void *arg, const rclio_action_server_options *options)
{
    if (!node || !type) return NULL; /* the first error stands */
    if (!name || !execute) return rclio_fail_null(RCLIO_INVALID, "an action server needs a name and a handler");
    rclio_callback_group *group = options ? options->group : NULL;
    EXECUTOR_GUARD(group_executor(node, group));
    rclio_action_server *server = server_alloc(node, type, name, group);
    if (!server) {
        rclio_error_add("no action server '%s'", name);
        return NULL;
    }
    server->execute = execute;
    server->arg = arg;
    if (options) server->options = *options;
    if (server->options.result_timeout_ns == 0) server->options.result_timeout_ns = ACTION_RESULT_TIMEOUT_NS; /* ACT-6 */
    if (server->options.maximum_active_goals == 0) server->options.maximum_active_goals = ACTION_MAXIMUM_ACTIVE;
    if (!make_endpoints(server)) {
        rclio_error_add("no action server '%s' (%s)", server->name, type->name);
        destroy_endpoints(server);
        entity_unref(&server->entity);
        return NULL;
    }
    entity_ref(&server->entity); /* the source's, until server_released */
    entity_adopt(&server->entity);
    return server;
}

void rclio_action_server_destroy(rclio_action_server *server)
{
    if (!server) return;
    EXECUTOR_GUARD(server->entity.executor);
    if (server->destroyed) return;
    server->destroyed = true;
    entity_orphan(&server->entity);
    destroy_endpoints(server);
    timer_disarm(&server->held_timer);
    timer_disarm(&server->expiry);
    rclio_goal *goal, *next;
    HASH_ITER(hh, server->goals, goal, next) {
        goal_abandon(goal);
        action_server_forget(server, goal);
    }
    source_fini(&server->match_source);
    entity_unref(&server->entity);
}

const char *rclio_action_server_name(const rclio_action_server *server)
{
    return server->name;
}

rclio_status rclio_action_server_counters(const rclio_action_server *server, rclio_counters *into)
{
    return counters_read(server ? &server->counters : NULL, into);
}
