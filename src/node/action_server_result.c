/* src/node/action_server_result.c: results of an action server: kept encoded, sent to those who ask, dropped when they expire
 * (ACT-5, ACT-6). See action_server.h. */
#include "base/clock.h"
#include "base/error.h"
#include "node/action_server.h"

#include <stdlib.h>
#include <string.h>

/* The GetResult_Response is encoded once, whoever asks for it, with the count of feedback behind it (ACT-12). */
rclio_status action_server_encode_result(rclio_action_server *server, rclio_goal *goal, rclio_goal_status status,
                                         const void *result)
{
    uint8_t *message = result ? server->result_message : server->empty_result;
    if (result) memcpy(message + server->types.result_offset, result, server->types.result_size);
    message[0] = (uint8_t)status;
    size_t size = rclio_encoded_size(server->result_codec, message, 0);
    if (size == SIZE_MAX) return rclio_error_add("goal %s keeps its state: its result cannot be sent", goal->id_text);
    size_t padded = (size + 3) & ~(size_t)3;
    uint8_t *bytes = calloc(1, padded + ACTION_TAIL_SIZE);
    if (!bytes) return rclio_fail(RCLIO_NO_MEMORY, "out of memory for the result of goal %s", goal->id_text);
    rclio_encode(server->result_codec, message, 0, bytes, size); /* its size is right, so it cannot fail */
    action_tail_write(bytes + padded, &goal->id, goal->feedback_count);
    goal->result = bytes;
    goal->result_message_size = size;
    goal->result_size = padded + ACTION_TAIL_SIZE;
    return RCLIO_OK;
}

static void respond(rclio_goal *goal, rclio_request *request)
{
    size_t size = request->id.client_is_rclio ? goal->result_size : goal->result_message_size; /* ACT-12 */
    if (request_respond_bytes(request, goal->result, size) == RCLIO_OK) return;
    RCLIO_DEBUG(goal->server->entity.node, "action '%s': the result of goal %s was not sent: %s", goal->server->name,
                goal->id_text, rclio_error());
}

void action_server_answer_waiting(rclio_goal *goal)
{
    while (!list_is_empty(&goal->waiting)) {
        rclio_request *request = list_entry(goal->waiting.next, rclio_request, link);
        list_remove(&request->link);
        respond(goal, request);
    }
}

void action_server_on_get_result(const void *message, void *response, void *arg)
{
    (void)response; /* as it is: status UNKNOWN and an empty result */
    rclio_action_server *server = arg;
    rclio_goal *goal = action_server_find(server, message);
    if (!goal) return; /* ACT-5 */
    rclio_request *request = rclio_service_defer(server->get_result);
    if (goal->result) {
        respond(goal, request);
    } else {
        list_append(&goal->waiting, &request->link);
    }
}

/* ---- expiry ---- */

static int64_t expires_at(const rclio_action_server *server, const rclio_goal *goal)
{
    return server->options.result_timeout_ns < 0 ? INT64_MIN : goal->accepted_steady_ns + server->options.result_timeout_ns;
}

void action_server_forget(rclio_action_server *server, rclio_goal *goal)
{
    HASH_DELETE(hh, server->goals, goal);
    goal_heap_remove(&server->expiring, goal);
    action_server_unshow(server, goal);
    list_remove(&goal->held_link);
    goal->known = false;
    rclio_goal_unref(goal);
}

void action_server_expire(timer *t)
{
    rclio_action_server *server = list_entry(t, rclio_action_server, expiry);
    rclio_goal *goal;
    while ((goal = goal_heap_top(&server->expiring))) {
        if (clock_steady_ns() <= expires_at(server, goal)) {
            timer_arm(&server->expiry, expires_at(server, goal) + 1);
            return;
        }
        action_server_forget(server, goal);
    }
}

/* ACT-6: counted from the acceptance, so a goal that ran longer than that is dropped here. */
void action_server_keep_result(rclio_action_server *server, rclio_goal *goal)
{
    bool expired = clock_steady_ns() > expires_at(server, goal);
    if (expired || goal_heap_push(&server->expiring, goal) != RCLIO_OK) {
        action_server_forget(server, goal);
    } else if (goal_heap_top(&server->expiring) == goal) {
        timer_arm(&server->expiry, expires_at(server, goal) + 1);
    }
}
