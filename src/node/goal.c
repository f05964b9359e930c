/* src/node/goal.c: see goal.h. */
#include "node/goal.h"

#include "base/clock.h"
#include "base/error.h"
#include "node/action_server.h"
#include "node/trace.h"
#include "types/registry.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void goal_release_request(rclio_goal *goal)
{
    rclio_message_destroy(goal->message_type, goal->message);
    goal->message = NULL;
    rclio_future_unref(goal->cancel_requested);
    goal->cancel_requested = NULL;
}

rclio_goal *goal_new(rclio_action_server *server, void *message)
{
    rclio_goal *goal = calloc(1, sizeof *goal);
    if (!goal) return rclio_fail_null(RCLIO_NO_MEMORY, "action '%s': out of memory for a goal", server->name);
    list_init(&goal->shown_link);
    list_init(&goal->finished_link);
    list_init(&goal->held_link);
    list_init(&goal->waiting);
    goal->heap_index = SIZE_MAX;
    goal->server = server;
    goal->executor = executor_ref(server->entity.executor);
    memcpy(&goal->id, message, sizeof goal->id);
    rclio_goal_id_text(&goal->id, goal->id_text);
    goal->stamp = wire_time_from_ns(rclio_clock_now(server->entity.node->clock)); /* TIM-8 */
    goal->accepted_steady_ns = clock_steady_ns();
    goal->state = RCLIO_GOAL_ACCEPTED;
    goal->references = 1;
    goal->types = registry_ref(server->entity.types);
    goal->message_type = server->types.send_goal_request;
    goal->goal_offset = server->types.goal_offset;
    goal->message = message;
    goal->execute = server->execute;
    goal->arg = server->arg;
    return goal;
}

rclio_goal *rclio_goal_ref(rclio_goal *goal)
{
    if (!goal) return NULL;
    EXECUTOR_GUARD(goal->executor);
    goal->references++;
    return goal;
}

/* true: it was the last reference. */
static bool goal_unref(rclio_goal *goal)
{
    goal->references--;
    if (goal->references == 1 && goal->known && goal_state_is_terminal(goal->state)) goal_release_request(goal);
    if (goal->references > 0) return false;
    goal_release_request(goal);
    rclio_types_destroy(goal->types);
    free(goal->result);
    free(goal);
    return true;
}

void rclio_goal_unref(rclio_goal *goal)
{
    if (!goal) return;
    rclio_executor *executor = goal->executor;
    executor_enter(executor);
    bool gone = goal_unref(goal);
    executor_leave(executor);
    if (gone) executor_unref(executor);
}

/* ---- moves ---- */

void goal_tell_canceling(rclio_goal *goal)
{
    if (goal->cancel_requested && goal->state == RCLIO_GOAL_CANCELING) rclio_future_complete(goal->cancel_requested, NULL);
}

static void send_result(rclio_goal *goal)
{
    action_server_answer_waiting(goal);
    action_server_keep_result(goal->server, goal);
}

/* Its status is known before its result (as rclpy's); both before it can expire. */
static void goal_entered_end(rclio_goal *goal)
{
    rclio_action_server *server = goal->server;
    server->active--;
    if (goal->cancel_requested) rclio_future_cancel(goal->cancel_requested);
    action_server_show_finished(server, goal);
    action_server_publish_status(server);
    if (goal->result) send_result(goal);
}

rclio_status goal_step(rclio_goal *goal, goal_event event)
{
    rclio_goal_status next;
    rclio_status status = goal_state_next(goal->id_text, goal->state, event, &next);
    if (status != RCLIO_OK) return status;
    goal->state = next;
    switch (next) {
    case RCLIO_GOAL_EXECUTING: action_server_publish_status(goal->server); break; /* ACT-4 */
    case RCLIO_GOAL_CANCELING: break; /* action_server_on_cancel() tells of all that one request moves */
    default: goal_entered_end(goal); break;
    }
    return RCLIO_OK;
}

static rclio_status no_server(const rclio_goal *goal)
{
    return rclio_fail(RCLIO_CANCELLED, "goal %s: its action server has been destroyed", goal->id_text);
}

static rclio_status goal_end(rclio_goal *goal, goal_event event, const void *result)
{
    if (!goal) return rclio_fail(RCLIO_INVALID, "no goal to end");
    EXECUTOR_GUARD(goal->executor);
    rclio_goal_status next;
    rclio_status status = goal_state_next(goal->id_text, goal->state, event, &next);
    if (status != RCLIO_OK) return status;
    if (!goal->server) return no_server(goal);
    status = action_server_encode_result(goal->server, goal, next, result);
    return status == RCLIO_OK ? goal_step(goal, event) : status;
}

rclio_status rclio_goal_succeed(rclio_goal *goal, const void *result)
{
    return goal_end(goal, GOAL_SUCCEED, result);
}

rclio_status rclio_goal_abort(rclio_goal *goal, const void *result)
{
    return goal_end(goal, GOAL_ABORT, result);
}

rclio_status rclio_goal_canceled(rclio_goal *goal, const void *result)
{
    return goal_end(goal, GOAL_CANCELED, result);
}

rclio_status rclio_goal_end(rclio_goal *goal, rclio_goal_status status)
{
    if (!goal || !goal_state_is_terminal(status)) return rclio_fail(RCLIO_INVALID, "no goal, or no end, to end it with");
    EXECUTOR_GUARD(goal->executor);
    goal_event event = status == RCLIO_GOAL_SUCCEEDED ? GOAL_SUCCEED : status == RCLIO_GOAL_CANCELED ? GOAL_CANCELED : GOAL_ABORT;
    return goal->server ? goal_step(goal, event) : no_server(goal);
}

rclio_status rclio_goal_give_result(rclio_goal *goal, const void *result)
{
    if (!goal) return rclio_fail(RCLIO_INVALID, "no goal to give a result");
    EXECUTOR_GUARD(goal->executor);
    if (!goal->server) return no_server(goal);
    if (!goal_state_is_terminal(goal->state) || goal->result) {
        return rclio_fail(RCLIO_BAD_STATE, "goal %s is %s and %s: it can be given no result", goal->id_text,
                          rclio_goal_status_name(goal->state), goal->result ? "has one" : "has not ended");
    }
    rclio_status status = action_server_encode_result(goal->server, goal, goal->state, result);
    if (status == RCLIO_OK) send_result(goal);
    return status;
}

/* ---- running ---- */

/* Counts; a handler that failed, or did not end its goal, has it aborted. */
static void goal_executed(rclio_goal *goal, int64_t duration_ns)
{
    rclio_action_server *server = goal->server;
    char what[256];
    snprintf(what, sizeof what, "%s: goal %s", server->what, goal->id_text);
    trace *asked = trace_of(&server->entity);
    count_callback(&server->counters, duration_ns);
    if (asked) trace_add(asked, TRACE_CALLBACK, duration_ns);
    bool failed = callback_failed(server->entity.node, &server->counters, what, NULL);
    if (goal_state_is_terminal(goal->state)) return;
    if (!failed) {
        count_one(&server->counters.failed);
        RCLIO_WARN(server->entity.node, "Goal state not set, assuming aborted. Goal ID: %s", goal->id_text);
    }
    goal_end(goal, GOAL_ABORT, NULL);
}

static void goal_run(void *arg)
{
    rclio_goal *goal = arg;
    EXECUTOR_GUARD(goal->executor);
    int64_t began_ns = clock_steady_ns();
    USER_CODE(goal->executor, goal->execute(goal, goal->arg));
    if (goal->server) goal_executed(goal, clock_steady_ns() - began_ns);
    rclio_task_unref(goal->task);
    goal->task = NULL;
    rclio_goal_unref(goal);
}

void goal_start(rclio_goal *goal)
{
    rclio_action_server *server = goal->server;
    char name[320];
    snprintf(name, sizeof name, "goal %s of '%s'", goal->id_text, server->name);
    if (goal->state == RCLIO_GOAL_ACCEPTED) goal_step(goal, GOAL_EXECUTE); /* one that is cancelled already stays CANCELING */
    rclio_goal_ref(goal);
    if (server->options.runs_elsewhere) {
        USER_CODE(goal->executor, goal->execute(goal, goal->arg));
        rclio_goal_unref(goal);
        return;
    }
    goal->task = rclio_task_new(goal->executor, name, goal_run, goal);
    if (goal->task) return;
    RCLIO_ERROR(server->entity.node, "action '%s': goal %s is aborted: %s", server->name, goal->id_text, rclio_error());
    goal_end(goal, GOAL_ABORT, NULL);
    rclio_goal_unref(goal);
}

void goal_give_up(rclio_goal *goal)
{
    if (goal->started || !goal->server) return;
    goal->started = true;
    if (goal->state == RCLIO_GOAL_ACCEPTED) goal_step(goal, GOAL_EXECUTE);
    if (!goal_state_is_terminal(goal->state)) goal_end(goal, GOAL_ABORT, NULL);
}

void rclio_goal_give_up(rclio_goal *goal)
{
    if (!goal) return;
    EXECUTOR_GUARD(goal->executor);
    if (!goal->server) return;
    list_remove(&goal->held_link);
    goal->started = true;
    if (goal->state == RCLIO_GOAL_ACCEPTED) goal_step(goal, GOAL_EXECUTE);
    if (!goal_state_is_terminal(goal->state))
        goal_end(goal, GOAL_ABORT, NULL);
    else if (!goal->result)
        rclio_goal_give_result(goal, NULL);
}

rclio_status rclio_goal_execute(rclio_goal *goal)
{
    if (!goal) return rclio_fail(RCLIO_INVALID, "no goal to execute");
    EXECUTOR_GUARD(goal->executor);
    if (!goal->server) return no_server(goal);
    if (goal->started || goal_state_is_terminal(goal->state)) {
        return rclio_fail(RCLIO_BAD_STATE, "goal %s is %s and was started before: the event EXECUTE is not allowed",
                          goal->id_text, rclio_goal_status_name(goal->state));
    }
    action_server_start_goal(goal->server, goal);
    return RCLIO_OK;
}

void goal_abandon(rclio_goal *goal)
{
    goal->server = NULL;
    while (!list_is_empty(&goal->waiting)) {
        rclio_request *request = list_entry(goal->waiting.next, rclio_request, link);
        list_remove(&request->link);
        rclio_request_drop(request);
    }
    if (goal->cancel_requested) {
        rclio_future_fail(goal->cancel_requested, RCLIO_CANCELLED, "goal %s: its action server has been destroyed",
                          goal->id_text);
    }
    if (goal->task) rclio_task_cancel(goal->task);
}

/* ---- what a handler asks ---- */

const void *rclio_goal_request(const rclio_goal *goal)
{
    return goal->message ? (const uint8_t *)goal->message + goal->goal_offset : NULL;
}

const rclio_goal_id *rclio_goal_get_id(const rclio_goal *goal)
{
    return &goal->id;
}

rclio_goal_status rclio_goal_get_status(const rclio_goal *goal)
{
    EXECUTOR_GUARD(goal->executor);
    return goal->state;
}

bool rclio_goal_is_cancel_requested(const rclio_goal *goal)
{
    EXECUTOR_GUARD(goal->executor);
    return goal->state == RCLIO_GOAL_CANCELING || (!goal->server && !goal_state_is_terminal(goal->state));
}

bool rclio_goal_is_active(const rclio_goal *goal)
{
    EXECUTOR_GUARD(goal->executor);
    return goal->server && !goal_state_is_terminal(goal->state);
}

rclio_future *rclio_goal_cancel_requested(rclio_goal *goal)
{
    if (!goal) return rclio_fail_null(RCLIO_INVALID, "no goal");
    EXECUTOR_GUARD(goal->executor);
    if (goal->cancel_requested) return goal->cancel_requested;
    if (!goal->server) return rclio_fail_null(RCLIO_CANCELLED, "goal %s: its action server has been destroyed", goal->id_text);
    goal->cancel_requested = rclio_future_new(goal->executor, "request to cancel a goal", NULL);
    if (!goal->cancel_requested) return NULL;
    if (goal->state == RCLIO_GOAL_CANCELING) rclio_future_complete(goal->cancel_requested, NULL);
    if (goal_state_is_terminal(goal->state)) rclio_future_cancel(goal->cancel_requested);
    return goal->cancel_requested;
}

rclio_status rclio_goal_publish_feedback(rclio_goal *goal, const void *feedback)
{
    if (!goal || !feedback) return rclio_fail(RCLIO_INVALID, "feedback needs a goal and a message");
    EXECUTOR_GUARD(goal->executor);
    if (goal_state_is_terminal(goal->state) && (goal->result || !goal->server)) {
        return rclio_fail(RCLIO_BAD_STATE, "goal %s is %s: no feedback can follow", goal->id_text,
                          rclio_goal_status_name(goal->state));
    }
    rclio_action_server *server = goal->server;
    if (!server) return no_server(goal);
    memcpy(server->feedback_message, &goal->id, sizeof goal->id);
    memcpy(server->feedback_message + server->types.feedback_offset, feedback, server->types.feedback_size);
    rclio_status status = action_server_publish(server, server->feedback, server->feedback_codec, server->feedback_message);
    if (status == RCLIO_OK) goal->feedback_count++;
    return status;
}
