/* src/node/type_query.c: rclio_type_of_topic(): from a topic to its type, by way of whoever has it.
 *
 *   TQ1  One task per question, in rclio's own lane. It is an entity of the node, so that it ends with it; whatever it holds across an await
 *        is its own, or kept by a reference.
 *   TQ2  A definition that is here is good enough only when it has the hash that is announced: else messages would be read wrongly.
 *   TQ3  Each node is asked once for each hash. Nodes whose names discovery does not know yet are waited for.
 * Threads: as the public header says. Tests: tests/node/test_type_query.c, tests/peers/test_generic.py. */
#include "rclio/generic.h"

#include "async/failure.h"
#include "base/error.h"
#include "base/map.h"
#include "base/text.h"
#include "mw/graph.h"
#include "node/name.h"
#include "node/node.h"
#include "types/object.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ANSWER_NS RCLIO_S(5)
#define SERVICE "type_description_interfaces/srv/GetTypeDescription"

typedef struct type_query {
    entity entity;
    rclio_task *task;
    char *topic, *type_name; /* type_name NULL: the only one */
    const rclio_type *service;
    map asked; /* TQ3: "<node> <hash>" */
    bool destroyed;
    char reason[RCLIO_ERROR_SIZE]; /* why the node that was asked last has not helped; "": none was */
} type_query;

typedef struct look { /* of one look at the graph */
    const rclio_type *type;
    const char *other; /* another type of the topic, when the only one is wanted */
    const char *only;
    bool pending;       /* of somebody more is to be known */
    rclio_status ended; /* cancelled, or shut down, while somebody was asked */
    bool seen;
} look;

static void query_free(entity *e)
{
    type_query *q = (type_query *)(void *)e;
    map_fini(&q->asked, NULL);
    rclio_task_unref(q->task);
    free(q->topic);
    free(q->type_name);
    free(q);
}

static void query_destroy(entity *e) /* with its node */
{
    type_query *q = (type_query *)(void *)e;
    entity_orphan(e);
    q->destroyed = true;
    if (q->task) rclio_task_cancel(q->task);
    entity_unref(e);
}

/* ---- asking one node ---- */

static rclio_status fill_request(const type_query *q, const rclio_endpoint *endpoint, void *request)
{
    struct object asked = {q->service->parts[RCLIO_PART_REQUEST], request};
    rosidl_runtime_c__String *name = object_member(asked, "type_name", RCLIO_STRING, 0).message;
    rosidl_runtime_c__String *hash = object_member(asked, "type_hash", RCLIO_STRING, 0).message;
    if (!name || !hash) return rclio_error_status();
    if (rosidl_runtime_c__String__assign(name, endpoint->type) && rosidl_runtime_c__String__assign(hash, endpoint->type_hash))
        return RCLIO_OK;
    return rclio_fail(RCLIO_NO_MEMORY, "out of memory to ask for a type description");
}

static const rclio_type *read_answer(const type_query *q, const rclio_endpoint *endpoint, const void *response)
{
    struct object answer = {q->service->parts[RCLIO_PART_RESPONSE], (void *)(uintptr_t)response};
    const bool *successful = object_member(answer, "successful", RCLIO_BOOL, 0).message;
    const rosidl_runtime_c__String *reason = object_member(answer, "failure_reason", RCLIO_STRING, 0).message;
    struct object description = object_member(answer, "type_description", RCLIO_NESTED, 0);
    if (!successful || !reason || !description.message) return NULL;
    if (!*successful) return rclio_fail_null(RCLIO_NOT_FOUND, "it says: %s", reason->data ? reason->data : "");
    const rclio_type *type =
        rclio_types_from_description(q->entity.types, description.type, description.message, endpoint->type_hash);
    if (type && strcmp(type->name, endpoint->type) != 0) return rclio_fail_null(RCLIO_BAD_DATA, "it describes '%s'", type->name);
    return type;
}

/* Awaits. The client outlives the node's destroy by a reference (TQ1). */
static const rclio_type *ask(type_query *q, const char *node_name, const rclio_endpoint *endpoint, look *l) /* NOD-2 */
{
    const rclio_type *type = NULL;
    const rclio_type *request_type = q->service->parts[RCLIO_PART_REQUEST];
    rclio_future *future = NULL;
    rclio_client *client = NULL;
    void *request = rclio_message_new(request_type);
    char *name = copy_format("%s/get_type_description", node_name);
    if (!request || !name || fill_request(q, endpoint, request)) goto done;
    if (!(client = rclio_client_new(q->entity.node, q->service, name, NULL))) goto done;
    entity_ref((entity *)(void *)client); /* its first member */
    future = rclio_client_call(client, request);
    const void *response = future ? rclio_await_for(future, ANSWER_NS) : NULL;
    if (response) type = read_answer(q, endpoint, response);
    if (!response && (rclio_error_status() == RCLIO_CANCELLED || rclio_error_status() == RCLIO_SHUTDOWN))
        l->ended = rclio_error_status();
    rclio_future_unref(future);
done:
    if (!type) snprintf(q->reason, sizeof q->reason, "node '%s' does not describe it: %s", node_name, rclio_error());
    if (client) {
        rclio_client_destroy(client); /* nothing when the node has done so */
        entity_unref((entity *)(void *)client);
    }
    free(name);
    rclio_message_destroy(request_type, request);
    return type;
}

/* ---- looking around ---- */

static bool is_own(const type_query *q, const rclio_endpoint *endpoint)
{
    return strcmp(endpoint->node_name, q->entity.node->name) == 0 &&
           strcmp(endpoint->node_namespace, q->entity.node->name_space) == 0;
}

static void consider(type_query *q, const rclio_endpoint *endpoint, look *l)
{
    char known[RCLIO_TYPE_HASH_TEXT_SIZE] = "";
    const rclio_type *local = rclio_types_get(q->entity.types, endpoint->type);
    if (local) rclio_type_hash_text(local, known);
    if (local && (!endpoint->type_hash[0] || strcmp(known, endpoint->type_hash) == 0)) { /* TQ2 */
        l->type = local;
        return;
    }
    if (is_own(q, endpoint)) return;
    if (!endpoint->type_hash[0]) {
        snprintf(q->reason, sizeof q->reason, "its hash is not announced, so no description of it can be trusted");
        return;
    }
    if (strcmp(endpoint->node_name, UNKNOWN_NODE_NAME) == 0) { /* DIS-7 */
        l->pending = true;
        return;
    }
    const char *space = endpoint->node_namespace;
    char *node_name = name_join(space, endpoint->node_name),
         *key = node_name ? copy_format("%s %s", node_name, endpoint->type_hash) : NULL;
    if (key && !map_get(&q->asked, key) && map_set(&q->asked, key, q) == RCLIO_OK) l->type = ask(q, node_name, endpoint, l);
    free(node_name);
    free(key);
}

static bool is_wanted(const type_query *q, const rclio_endpoint *endpoint, look *l)
{
    if (q->type_name) return strcmp(endpoint->type, q->type_name) == 0;
    if (!l->only) l->only = endpoint->type;
    if (strcmp(l->only, endpoint->type) == 0) return true;
    l->other = endpoint->type;
    return false;
}

/* RCLIO_EMPTY: look again when the graph changes. */
static rclio_status look_around(type_query *q, look *l)
{
    rclio_endpoint_list lists[2] = {{0}};
    rclio_status status = rclio_graph_endpoints(q->entity.node, q->topic, RCLIO_PUBLISHER, &lists[0]);
    if (status == RCLIO_OK) status = rclio_graph_endpoints(q->entity.node, q->topic, RCLIO_SUBSCRIPTION, &lists[1]);
    for (size_t i = 0; i < 2 && !status; i++)
        for (size_t j = 0; j < lists[i].size; j++) {
            bool wanted = is_wanted(q, &lists[i].data[j], l);
            l->seen |= wanted && !is_own(q, &lists[i].data[j]);
        }
    if (!status && l->other)
        status = rclio_fail(RCLIO_INVALID, "topic '%s' has the types '%s' and '%s': say which one", q->topic, l->only, l->other);
    for (size_t i = 0; i < 2 && !status; i++)
        for (size_t j = 0; j < lists[i].size && !l->type && !q->destroyed; j++)
            if (!l->ended && is_wanted(q, &lists[i].data[j], l)) consider(q, &lists[i].data[j], l);
    if (l->ended) status = rclio_fail(l->ended, "type of topic '%s': %s", q->topic, rclio_status_name(l->ended));
    if (!status && !l->type && l->seen && !l->pending && q->reason[0])
        status = rclio_fail(RCLIO_NOT_FOUND, "the type '%s' of topic '%s' cannot be had: %s",
                            q->type_name ? q->type_name : l->only, q->topic, q->reason);
    else if (!status && !l->type)
        status = RCLIO_EMPTY;
    rclio_endpoint_list_free(&lists[0]);
    rclio_endpoint_list_free(&lists[1]);
    return status;
}

static void query_task(void *arg)
{
    type_query *q = arg;
    EXECUTOR_GUARD(q->entity.executor);
    look l = {0};
    rclio_status status = RCLIO_EMPTY;
    while (status == RCLIO_EMPTY && !q->destroyed) {
        rclio_future *changed = rclio_graph_changed(q->entity.node);
        l = (look){0};
        status = changed ? look_around(q, &l) : rclio_error_status();
        if (status == RCLIO_EMPTY && !q->destroyed && rclio_wait(changed) != RCLIO_OK) status = rclio_error_status();
        rclio_future_unref(changed);
    }
    if (q->destroyed)
        task_fail_own(RCLIO_CANCELLED, "type of topic '%s': the node was destroyed", q->topic);
    else if (status == RCLIO_OK)
        rclio_task_return((void *)(uintptr_t)l.type, NULL);
    else
        task_fail_own(status, "%s", rclio_error());
    if (!q->destroyed) {
        entity_orphan(&q->entity);
        entity_unref(&q->entity);
    }
    entity_unref(&q->entity); /* the task's */
}

static rclio_status build(type_query *q, const char *topic, const char *type_name)
{
    rclio_node *node = q->entity.node;
    char *what = NULL;
    if (!(q->topic = name_resolve(node, topic, false))) return rclio_error_status();
    if (type_name && !(q->type_name = copy_string(type_name))) return rclio_error_status();
    if (!(q->service = rclio_types_get(node->context->types, SERVICE))) return rclio_error_status();
    if (!(what = copy_format("type of topic '%s'", q->topic))) return rclio_error_status();
    entity_ref(&q->entity); /* the task's */
    q->task = task_new_own(node->executor, what, query_task, q);
    free(what);
    if (q->task) return RCLIO_OK;
    entity_unref(&q->entity);
    return rclio_error_status();
}

rclio_future *rclio_type_of_topic(rclio_node *node, const char *topic, const char *type_name)
{
    if (!node) return NULL; /* the first error stands */
    type_query *q = calloc(1, sizeof *q);
    if (!q) return rclio_fail_null(RCLIO_NO_MEMORY, "out of memory for the type of a topic");
    EXECUTOR_GUARD(node->executor);
    entity_init(&q->entity, node, query_destroy, query_free);
    if (build(q, topic, type_name) != RCLIO_OK) {
        rclio_error_add("no type of topic '%s'", topic ? topic : "");
        entity_unref(&q->entity);
        return NULL;
    }
    entity_adopt(&q->entity);
    return rclio_future_ref(rclio_task_future(q->task));
}
