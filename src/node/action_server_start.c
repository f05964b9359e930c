/* src/node/action_server_start.c: goals that come in: accepted or not, and when they start (ACT-2, ACT-4). See action_server.h. */
#include "base/clock.h"
#include "base/error.h"
#include "node/action_server.h"

#include <stdlib.h>
#include <string.h>

struct rclio_goal_offer {
    rclio_action_server *server; /* a reference */
    rclio_request *request;
};

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
    count_queue(&server->counters, ++server->active);
    action_server_show(server, goal);
    memcpy(goal->client.topics, request->id.client_topics, sizeof goal->client.topics);
    memcpy(goal->client.requester, request->id.client_gid, sizeof goal->client.requester);
    return goal;
}

/* A reference; NULL: it was rejected after all, with the error set. */
static rclio_goal *accept_goal(rclio_action_server *server, rclio_request *request, bool deferred)
{
    rclio_goal *goal = add_goal(server, request);
    if (!goal) {
        RCLIO_ERROR(server->entity.node, "action '%s': a goal was rejected: %s", server->name, rclio_error());
        count_one(&server->counters.dropped);
        reject(server, request);
        return rclio_fail_null(RCLIO_NO_MEMORY, "action '%s': out of memory for a goal", server->name);
    }
    rclio_goal_ref(goal);
    send_goal_response response = {.accepted = true, .stamp = goal->stamp};
    if (rclio_request_respond(request, &response) !=
        RCLIO_OK) { /* its client may come for the result later, or has gone: it runs as upstream's */
        RCLIO_DEBUG(server->entity.node, "action '%s': the acceptance of goal %s was not sent: %s", server->name, goal->id_text,
                    rclio_error());
    }
    if (deferred)
        action_server_publish_status(server);
    else
        action_server_start_goal(server, goal);
    return goal;
}

static void tell_accepted(rclio_action_server *server, rclio_goal *goal)
{
    if (!server->options.on_accepted) return;
    USER_CODE(server->entity.executor, server->options.on_accepted(goal, server->arg));
    if (!server->destroyed && callback_failed(server->entity.node, &server->counters, server->what, NULL)) goal_give_up(goal);
}

static bool is_welcome(rclio_action_server *server, const rclio_goal_id *id)
{
    char text[33];
    rclio_goal_id_text(id, text);
    if (action_server_find(server, id)) { /* ACT-2 */
        RCLIO_WARN(server->entity.node, "action '%s': goal %s was rejected: a goal with this id is known", server->name, text);
        return false;
    }
    size_t limit = server->options.maximum_active_goals;
    if (server->active + server->offered >= limit) {
        RCLIO_WARN(server->entity.node, "action '%s': goal %s was rejected: %zu goals are active, the limit", server->name, text,
                   limit);
        return false;
    }
    limit = server->options.maximum_goals;
    if (limit == 0 || HASH_COUNT(server->goals) < limit) return true;
    RCLIO_WARN(server->entity.node, "action '%s': goal %s was rejected: %zu goals are known, the limit", server->name, text,
               limit);
    return false;
}

static void offer_goal(rclio_action_server *server, rclio_request *request)
{
    rclio_goal_offer *offer = malloc(sizeof *offer);
    if (!offer) {
        RCLIO_ERROR(server->entity.node, "action '%s': a goal was rejected: out of memory", server->name);
        count_one(&server->counters.dropped);
        reject(server, request);
        return;
    }
    *offer = (rclio_goal_offer){.server = server, .request = request};
    entity_ref(&server->entity);
    server->offered++;
    USER_CODE(server->entity.executor, server->options.on_goal_offer(offer, server->arg));
}

/* The program answers: accepts, rejects, or fails. */
static void ask(rclio_action_server *server, rclio_request *request)
{
    const rclio_goal_id *id = rclio_request_message(request);
    const void *message = (const uint8_t *)(const void *)id + server->types.goal_offset;
    rclio_goal_response answer = RCLIO_ACCEPT_AND_EXECUTE;
    if (server->options.on_goal) {
        USER_CODE(server->entity.executor, answer = server->options.on_goal(id, message, server->arg));
        if (!server->destroyed && callback_failed(server->entity.node, &server->counters, server->what, NULL))
            answer = RCLIO_REJECT;
    }
    if (server->destroyed) {
        rclio_request_drop(request);
    } else if (answer == RCLIO_REJECT || action_server_find(server, id)) { /* it may have come twice meanwhile */
        reject(server, request);
    } else {
        bool deferred = answer == RCLIO_ACCEPT_AND_DEFER;
        rclio_goal *goal = accept_goal(server, request, deferred);
        if (goal && deferred) tell_accepted(server, goal);
        rclio_goal_unref(goal);
    }
}

void action_server_on_send_goal(const void *message, void *response, void *arg)
{
    (void)response;
    rclio_action_server *server = arg;
    rclio_request *request = rclio_service_defer(server->send_goal);
    count_one(&server->counters.received);
    if (!is_welcome(server, message)) {
        count_one(&server->counters.dropped);
        reject(server, request);
        return;
    }
    entity_ref(&server->entity); /* the program may await in on_goal, and destroy it */
    if (server->options.on_goal_offer)
        offer_goal(server, request);
    else
        ask(server, request);
    entity_unref(&server->entity);
}

const void *rclio_goal_offer_request(const rclio_goal_offer *offer)
{
    return (const uint8_t *)rclio_request_message(offer->request) + offer->server->types.goal_offset;
}

const rclio_goal_id *rclio_goal_offer_id(const rclio_goal_offer *offer)
{
    return rclio_request_message(offer->request);
}

static rclio_status answer_offer(rclio_action_server *server, rclio_request *request, rclio_goal_response answer,
                                 rclio_goal **goal)
{
    if (server->destroyed) {
        rclio_request_drop(request);
        return rclio_fail(RCLIO_CANCELLED, "action '%s': the server has been destroyed", server->name);
    }
    if (answer == RCLIO_REJECT) {
        reject(server, request);
        return RCLIO_OK;
    }
    if (action_server_find(server, rclio_request_message(request))) { /* ACT-2 */
        reject(server, request);
        return rclio_fail(RCLIO_INVALID, "action '%s': a goal with this id was accepted meanwhile", server->name);
    }
    *goal = accept_goal(server, request, answer == RCLIO_ACCEPT_AND_DEFER);
    return *goal ? RCLIO_OK : RCLIO_NO_MEMORY;
}

rclio_status rclio_goal_offer_answer(rclio_goal_offer *offer, rclio_goal_response answer, rclio_goal **goal)
{
    if (!offer) return rclio_fail(RCLIO_INVALID, "no goal to answer for");
    rclio_action_server *server = offer->server;
    rclio_goal *accepted = NULL;
    rclio_executor *executor = executor_ref(server->entity.executor);
    executor_enter(executor);
    server->offered--;
    rclio_status status = answer_offer(server, offer->request, answer, &accepted);
    if (goal) *goal = accepted;
    if (!goal) rclio_goal_unref(accepted);
    entity_unref(&server->entity);
    executor_leave(executor);
    executor_unref(executor);
    free(offer);
    return status;
}

/* ---- AS3 ---- */

static bool client_can_hear(rclio_action_server *server, const rclio_goal *goal)
{
    if (server->heard_is_known && memcmp(&server->heard, &goal->client, sizeof server->heard) == 0) return true;
    if (!server->ops->writer_matches_client(server->feedback, goal->client.topics, goal->client.requester)) return false;
    server->heard = goal->client;
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
        if (server->destroyed) return; /* by a program that runs its goals elsewhere, which was told just now */
    }
    timer_disarm(&server->held_timer);
    if (list_is_empty(&server->held)) return;
    timer_arm(&server->held_timer, list_entry(server->held.next, rclio_goal, held_link)->held_until_ns);
}

void action_server_held_expired(timer *t)
{
    source_wake(&list_entry(t, rclio_action_server, held_timer)->match_source);
}
