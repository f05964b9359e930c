/* src/node/action_server_start.c: goals that come in: accepted or not, and when they start (ACT-2, ACT-4). See action_server.h. */
#include "base/clock.h"
#include "base/error.h"
#include "node/action_server.h"

#include <string.h>

static void reject(rclio_action_server *server, rclio_request *request)
{
    send_goal_response response = {.accepted = false};
    if (rclio_request_respond(request, &response) != RCLIO_OK) {
        RCLIO_DEBUG(server->entity.node, "action '%s': a rejection was not sent: %s", server->name, rclio_error());
    }
}

/* NULL: no memory; the goal is to be rejected. */
static rclio_goal *add_goal(rclio_action_server *server, rclio_request *request)
{
    void *message = request_take_message(request);
    rclio_goal *goal = goal_new(server, message);
    if (!goal) {
        rclio_message_destroy(server->types.send_goal_request, message);
        return NULL;
    }
    HASH_ADD(hh, server->goals, id, sizeof goal->id, goal);
    if (goal->lost) {
        rclio_goal_unref(goal);
        return NULL;
    }
    goal->known = true;
    action_server_show(server, goal);
    memcpy(goal->client, request->id.client_topics, sizeof goal->client);
    return goal;
}

static void accept_goal(rclio_action_server *server, rclio_request *request, bool deferred)
{
    rclio_goal *goal = add_goal(server, request);
    if (!goal) {
        RCLIO_ERROR(server->entity.node, "action '%s': a goal was rejected: %s", server->name, rclio_error());
        reject(server, request);
        return;
    }
    send_goal_response response = {.accepted = true, .stamp = goal->stamp};
    if (rclio_request_respond(request, &response) !=
        RCLIO_OK) { /* its client may come for the result later, or has gone: it runs as upstream's */
        RCLIO_DEBUG(server->entity.node, "action '%s': the acceptance of goal %s was not sent: %s", server->name, goal->id_text,
                    rclio_error());
    }
    if (!deferred) {
        action_server_start_goal(server, goal);
        return;
    }
    action_server_publish_status(server);
    if (server->options.on_accepted) USER_CODE(server->entity.executor, server->options.on_accepted(goal, server->arg));
}

static bool is_welcome(rclio_action_server *server, const rclio_goal_id *id)
{
    char text[33];
    rclio_goal_id_text(id, text);
    if (action_server_find(server, id)) { /* ACT-2 */
        RCLIO_WARN(server->entity.node, "action '%s': goal %s was rejected: a goal with this id is known", server->name, text);
        return false;
    }
    size_t limit = server->options.maximum_goals;
    if (limit == 0 || HASH_COUNT(server->goals) < limit) return true;
    RCLIO_WARN(server->entity.node, "action '%s': goal %s was rejected: %zu goals are known, the limit", server->name, text,
               limit);
    return false;
}

void action_server_on_send_goal(const void *message, void *response, void *arg)
{
    (void)response;
    rclio_action_server *server = arg;
    rclio_request *request = rclio_service_defer(server->send_goal);
    if (!is_welcome(server, message)) {
        reject(server, request);
        return;
    }
    entity_ref(&server->entity); /* on_goal may await */
    const void *goal = (const uint8_t *)message + server->types.goal_offset;
    rclio_goal_response answer = RCLIO_ACCEPT_AND_EXECUTE;
    if (server->options.on_goal) USER_CODE(server->entity.executor, answer = server->options.on_goal(message, goal, server->arg));
    if (server->destroyed) {
        rclio_request_drop(request);
    } else if (answer == RCLIO_REJECT || action_server_find(server, message)) { /* it may have come twice meanwhile */
        reject(server, request);
    } else {
        accept_goal(server, request, answer == RCLIO_ACCEPT_AND_DEFER);
    }
    entity_unref(&server->entity);
}

/* ---- AS3 ---- */

static bool client_can_hear(rclio_action_server *server, const rclio_goal *goal)
{
    if (server->heard_is_known && memcmp(server->heard, goal->client, sizeof server->heard) == 0) return true;
    if (!server->ops->writer_matches_participant(server->feedback, goal->client)) return false;
    memcpy(server->heard, goal->client, sizeof server->heard);
    server->heard_is_known = true;
    return true;
}

void action_server_start_goal(rclio_action_server *server, rclio_goal *goal)
{
    goal->started = true;
    if (client_can_hear(server, goal)) {
        goal_start(goal);
        return;
    }
    goal->held_until_ns = clock_steady_ns() + ACTION_HOLD_NS;
    if (list_is_empty(&server->held)) timer_arm(&server->held_timer, goal->held_until_ns);
    list_append(&server->held, &goal->held_link);
    source_wake(&server->match_source); /* the match may have come since it was asked */
}

/* Starts those that can be heard, and those whose client has no feedback reader (upstream allows that) after a while. */
void action_server_matched(source *s)
{
    rclio_action_server *server = list_entry(s, rclio_action_server, match_source);
    server->ops->writer_take_events(server->feedback);
    server->heard_is_known = false;
    list_each(it, &server->held) {
        rclio_goal *goal = list_entry(it, rclio_goal, held_link);
        if (goal->held_until_ns > clock_steady_ns() && !client_can_hear(server, goal)) continue;
        list_remove(&goal->held_link);
        goal_start(goal);
    }
    timer_disarm(&server->held_timer);
    if (list_is_empty(&server->held)) return;
    timer_arm(&server->held_timer, list_entry(server->held.next, rclio_goal, held_link)->held_until_ns);
}

void action_server_held_expired(timer *t)
{
    source_wake(&list_entry(t, rclio_action_server, held_timer)->match_source);
}
