/* src/node/action_client.c: an action client: its endpoints, feedback and status, its life. Goals: goal_handle.c. Rules: action_client.h.
 *
 * Threads: as the public header says. Tests: tests/node/test_action_client.c, test_action_*.c. */
#include "node/action_client.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#define BATCH 64

rclio_goal_handle *action_client_find(rclio_action_client *client, const uint8_t uuid[16])
{
    rclio_goal_handle *goal = NULL;
    mutex_lock(&client->lock);
    HASH_FIND(hh, client->goals, uuid, sizeof goal->id, goal);
    rclio_goal_handle_ref(goal);
    mutex_unlock(&client->lock);
    return goal;
}

rclio_status action_client_add(rclio_action_client *client, rclio_goal_handle *goal)
{
    rclio_goal_handle *other = NULL;
    mutex_lock(&client->lock);
    HASH_FIND(hh, client->goals, &goal->id, sizeof goal->id, other);
    if (!other) HASH_ADD(hh, client->goals, id, sizeof goal->id, goal);
    goal->is_listed = !other && !goal->lost;
    count_queue(&client->counters, HASH_COUNT(client->goals));
    mutex_unlock(&client->lock);
    return goal->lost ? rclio_fail(RCLIO_NO_MEMORY, "action '%s': out of memory for a goal", client->name) : RCLIO_OK;
}

void action_client_remove(rclio_action_client *client, rclio_goal_handle *goal)
{
    mutex_lock(&client->lock);
    if (goal->is_listed) HASH_DELETE(hh, client->goals, goal);
    mutex_unlock(&client->lock);
}

/* ---- feedback ---- */

/* Every client of the action gets the feedback of all goals: what is not ours is not decoded. */
static rclio_goal_handle *whose_feedback(rclio_action_client *client, const mw_sample *sample)
{
    size_t start = 4 + sample->offset;
    return sample->size >= start + 16 ? action_client_find(client, sample->data + start) : NULL;
}

/* `sample`: NULL, or its bytes are what the program wants. */
static void call_feedback(rclio_action_client *client, rclio_goal_handle *goal, const mw_sample *sample)
{
    const uint8_t *feedback = (uint8_t *)client->feedback_message + client->types.feedback_offset;
    int64_t began_ns = clock_steady_ns();
    if (sample)
        USER_CODE(client->entity.executor, client->on_feedback_bytes(goal, sample->data, sample->size, goal->arg));
    else
        USER_CODE(client->entity.executor, goal->feedback(goal, feedback, goal->arg));
    count_callback(&client->counters, clock_steady_ns() - began_ns);
    if (!client->destroyed) callback_failed(client->entity.node, &client->counters, client->what, NULL);
}

static rclio_status decode_feedback(rclio_action_client *client, const mw_sample *sample)
{
    rclio_status status =
        rclio_decode(client->feedback_codec, sample->data, sample->size, sample->offset, client->feedback_message);
    if (status == RCLIO_OK) return RCLIO_OK;
    count_one(&client->counters.dropped);
    RCLIO_WARN(client->entity.node, "action '%s': a feedback message was dropped: %s", client->name, rclio_error());
    return status;
}

static void handle_feedback(rclio_action_client *client, mw_sample *sample)
{
    rclio_goal_handle *goal = whose_feedback(client, sample);
    rclio_status status = RCLIO_EMPTY;
    if (goal) count_one(&client->counters.received);
    if (goal && goal->feedback && client->on_feedback_bytes)
        call_feedback(client, goal, sample);
    else if (goal && goal->feedback)
        status = decode_feedback(client, sample);
    client->ops->reader_return(client->feedback, sample);
    if (!goal) return;
    if (status == RCLIO_OK) call_feedback(client, goal, NULL);
    goal_handle_saw_feedback(goal);
    rclio_goal_handle_unref(goal);
}

/* What had come when they began to wait has been handled. */
static void end_drains(rclio_action_client *client)
{
    while (!list_is_empty(&client->drains)) {
        rclio_goal_handle *goal = list_entry(client->drains.next, rclio_goal_handle, drain_link);
        list_remove(&goal->drain_link);
        goal_handle_drained(goal);
    }
}

static void feedback_run(source *s)
{
    rclio_action_client *client = list_entry(s, rclio_action_client, feedback_source);
    for (int i = 0; i < BATCH; i++) {
        mw_sample sample;
        if (entity_is_silent(&client->entity)) return;
        if (client->ops->reader_take(client->feedback, &sample) != RCLIO_OK) {
            end_drains(client);
            return;
        }
        handle_feedback(client, &sample);
        if (client->destroyed) return; /* by a feedback callback, or while it was suspended */
    }
    source_wake(s);
}

/* ---- status ---- */

static void handle_status(rclio_action_client *client, mw_sample *sample)
{
    rclio_status status = rclio_decode(client->status_codec, sample->data, sample->size, sample->offset, &client->status_message);
    client->ops->reader_return(client->status, sample);
    if (status != RCLIO_OK) {
        RCLIO_WARN(client->entity.node, "action '%s': a status message was dropped: %s", client->name, rclio_error());
        return;
    }
    for (size_t i = 0; i < client->status_message.size; i++) {
        const goal_status *entry = &client->status_message.data[i];
        rclio_goal_handle *goal = action_client_find(client, entry->info.goal_id.uuid);
        if (!goal) continue;
        if (entry->status > RCLIO_GOAL_UNKNOWN && entry->status <= RCLIO_GOAL_ABORTED)
            goal_handle_saw_status(goal, (rclio_goal_status)entry->status);
        rclio_goal_handle_unref(goal);
    }
}

static void status_run(source *s)
{
    rclio_action_client *client = list_entry(s, rclio_action_client, status_source);
    for (int i = 0; i < BATCH; i++) {
        mw_sample sample;
        if (client->ops->reader_take(client->status, &sample) != RCLIO_OK) return;
        handle_status(client, &sample);
    }
    source_wake(s);
}

/* ---- endpoints ---- */

static void feedback_ready(void *arg)
{
    source_wake(&((rclio_action_client *)arg)->feedback_source);
}

static void status_ready(void *arg)
{
    source_wake(&((rclio_action_client *)arg)->status_source);
}

static void writers_changed(void *arg)
{
    client_look_again(((rclio_action_client *)arg)->send_goal);
}

/* ACT-11: asked besides the send_goal service itself, whose calls wait for it. */
static bool rest_is_available(void *arg)
{
    rclio_action_client *client = arg;
    return client->cancel_goal && client->get_result && client->feedback && client->status &&
           rclio_client_is_available(client->cancel_goal) && rclio_client_is_available(client->get_result) &&
           client->ops->reader_matched(client->feedback) > 0 && client->ops->reader_matched(client->status) > 0;
}

static rclio_client *part_client(rclio_action_client *client, const rclio_type *type, const char *part, const rclio_qos *qos,
                                 client_gate gate)
{
    rclio_client_options options = {.qos = *qos, .group = client->group};
    char *name = action_part_name(client->name, part);
    rclio_client *made = name ? client_new(client->entity.node, type, name, &options, gate) : NULL;
    if (made) entity_orphan((entity *)(void *)made); /* this client destroys it, not the node */
    free(name);
    return made;
}

static mw_reader *part_reader(rclio_action_client *client, const rclio_type *type, const char *part, const rclio_qos *qos,
                              const uint8_t *requester, mw_callback_fn *ready)
{
    rclio_node *node = client->entity.node;
    char *name = action_part_name(client->name, part), *topic = name ? rclio_node_resolve_topic(node, name) : NULL;
    mw_reader *reader = topic ? client->ops->reader_new(node->mw, topic, type, qos, false, requester,
                                                        (mw_callback){ready, client}, (mw_callback){writers_changed, client})
                              : NULL;
    free(topic);
    free(name);
    return reader;
}

/* ACT-10: in this order. */
static bool make_endpoints(rclio_action_client *client, const rclio_action_qos *qos)
{
    const action_types *t = &client->types;
    rclio_qos feedback = action_feedback_qos(qos), status = action_status_qos(qos);
    if (rclio_qos_check(&feedback) != RCLIO_OK || rclio_qos_check(&status) != RCLIO_OK) return false;
    client_gate gate = {.is_open = rest_is_available, .arg = client};
    if (!(client->send_goal = part_client(client, t->send_goal, "send_goal", &qos->goal, gate))) return false;
    uint8_t requester[RCLIO_GID_SIZE]; /* DIS-17 */
    client_gid(client->send_goal, requester);
    client_gate inform = {.inform = client->send_goal};
    return (client->cancel_goal = part_client(client, t->cancel_goal, "cancel_goal", &qos->cancel, inform)) &&
           (client->get_result = part_client(client, t->get_result, "get_result", &qos->result, inform)) &&
           (client->feedback = part_reader(client, t->feedback_message, "feedback", &feedback, requester, feedback_ready)) &&
           (client->status = part_reader(client, t->status_array, "status", &status, NULL, status_ready));
}

static void destroy_endpoints(rclio_action_client *client)
{
    if (client->feedback) client->ops->reader_destroy(client->feedback);
    if (client->status) client->ops->reader_destroy(client->status);
    rclio_client_destroy(client->cancel_goal);
    rclio_client_destroy(client->get_result);
    rclio_client_destroy(client->send_goal); /* last: the others inform it */
    client->feedback = client->status = NULL;
    client->cancel_goal = client->get_result = client->send_goal = NULL;
}

/* ---- life ---- */

static void feedback_released(source *s)
{
    entity_unref(&list_entry(s, rclio_action_client, feedback_source)->entity);
}

static void status_released(source *s)
{
    entity_unref(&list_entry(s, rclio_action_client, status_source)->entity);
}

static entity_facts client_facts(const entity *e)
{
    return (entity_facts){"action client", ((const rclio_action_client *)(const void *)e)->name, NULL, NULL};
}

static void client_free(entity *e)
{
    rclio_action_client *client = (rclio_action_client *)(void *)e;
    rclio_message_destroy(client->types.feedback_message, client->feedback_message);
    rclio_codec_destroy(client->feedback_codec);
    rclio_codec_destroy(client->status_codec);
    mutex_fini(&client->lock);
    free(client->status_message.data);
    free(client->name);
    free(client->what);
    free(client);
}

static void client_destroy_entity(entity *e)
{
    rclio_action_client_destroy((rclio_action_client *)(void *)e);
}

static rclio_action_client *client_alloc(rclio_node *node, const rclio_type *type, const char *name, rclio_callback_group *group)
{
    rclio_action_client *client = calloc(1, sizeof *client);
    if (!client) return rclio_fail_null(RCLIO_NO_MEMORY, "out of memory for the action client '%s'", name);
    if (mutex_init(&client->lock) != RCLIO_OK) {
        free(client);
        return NULL;
    }
    entity_init(&client->entity, node, client_destroy_entity, client_free);
    client->entity.facts = client_facts;
    list_init(&client->drains);
    client->ops = node->ops;
    if (entity_join(&client->entity, group) == RCLIO_OK && action_types_init(&client->types, node->context, type) == RCLIO_OK &&
        (client->name = rclio_node_resolve_topic(node, name)) &&
        (client->what = copy_format("action client '%s'", client->name)) &&
        (client->feedback_codec = rclio_codec_new(client->types.feedback_message)) &&
        (client->status_codec = rclio_codec_new(client->types.status_array)) &&
        (client->feedback_message = rclio_message_new(client->types.feedback_message))) {
        entity_source(&client->entity, &client->feedback_source, client->what, feedback_run, feedback_released);
        source_init(&client->status_source, client->entity.executor, client->what, status_run, status_released);
        return client;
    }
    entity_unref(&client->entity);
    return NULL;
}

rclio_action_client *rclio_action_client_new(rclio_node *node, const rclio_type *type, const char *name,
                                             const rclio_action_client_options *options)
{
    if (!node || !type) return NULL; /* the first error stands */
    if (!name) return rclio_fail_null(RCLIO_INVALID, "an action client needs a name");
    rclio_callback_group *group = options ? options->group : NULL;
    EXECUTOR_GUARD(group_executor(node, group));
    rclio_action_client *client = client_alloc(node, type, name, group);
    if (!client) {
        rclio_error_add("no action client '%s'", name);
        return NULL;
    }
    client->group = group;
    if (options) client->on_feedback_bytes = options->on_feedback_bytes;
    if (!make_endpoints(client, options ? &options->qos : &(rclio_action_qos){0})) {
        rclio_error_add("no action client '%s' (%s)", client->name, type->name);
        destroy_endpoints(client);
        entity_unref(&client->entity);
        return NULL;
    }
    entity_ref(&client->entity); /* the sources', until they are released */
    entity_ref(&client->entity);
    entity_adopt(&client->entity);
    client_look_again(client->send_goal); /* its gate could not open before now */
    return client;
}

void rclio_action_client_destroy(rclio_action_client *client)
{
    if (!client) return;
    EXECUTOR_GUARD(client->entity.executor);
    if (atomic_exchange(&client->destroyed, true)) return;
    entity_orphan(&client->entity);
    destroy_endpoints(client); /* their calls fail with RCLIO_CANCELLED, so every goal ends */
    mutex_lock(&client->lock);
    for (rclio_goal_handle *goal = client->goals; goal; goal = goal->hh.next)
        if (goal->waits && list_is_empty(&goal->drain_link)) list_append(&client->drains, &goal->drain_link);
    mutex_unlock(&client->lock);
    end_drains(client);
    source_fini(&client->feedback_source);
    source_fini(&client->status_source);
    entity_unref(&client->entity);
}

const char *rclio_action_client_name(const rclio_action_client *client)
{
    return client->name;
}

rclio_status rclio_action_client_counters(const rclio_action_client *client, rclio_counters *into)
{
    return counters_read(client ? &client->counters : NULL, into);
}

bool rclio_action_client_is_available(rclio_action_client *client)
{
    return client && !client->destroyed && rclio_client_is_available(client->send_goal);
}

rclio_future *rclio_action_client_wait_for_server(rclio_action_client *client)
{
    if (!client) return rclio_fail_missing("no action client to wait with"), NULL;
    if (client->destroyed) return rclio_fail_null(RCLIO_INVALID, "no action client to wait with: it is destroyed");
    return rclio_client_wait_for_service(client->send_goal);
}
