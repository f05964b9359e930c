/* src/node/goal_handle.c: a goal as its client sees it: one task sends it, waits for its result and ends it. Rules: action_client.h.
 *
 *   GL1  Whatever happens, `accepted` and `result` end once: the task ends them, in goal_task().
 *   GL2  The status only moves on, but for the end: a lost goal is UNKNOWN.
 * Threads: sending, references, id and status any; the rest the executor's. Tests: tests/node/test_action_client.c. */
#include "async/failure.h"
#include "base/error.h"
#include "node/action_client.h"
#include "node/goal_state.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define FEEDBACK_PATIENCE_NS RCLIO_S(1)

/* ---- memory ---- */

rclio_goal_handle *rclio_goal_handle_ref(rclio_goal_handle *goal)
{
    if (goal) atomic_fetch_add(&goal->references, 1);
    return goal;
}

void rclio_goal_handle_unref(rclio_goal_handle *goal)
{
    if (!goal || atomic_fetch_sub(&goal->references, 1) > 1) return;
    rclio_future_unref(goal->accepted);
    rclio_future_unref(goal->result);
    rclio_future_unref(goal->send_call);
    entity_unref(&goal->client->entity);
    free(goal);
}

static rclio_goal_handle *handle_new(rclio_action_client *client)
{
    rclio_goal_handle *goal = calloc(1, sizeof *goal);
    if (!goal) return rclio_fail_null(RCLIO_NO_MEMORY, "action '%s': out of memory for a goal", client->name);
    atomic_init(&goal->references, 1);
    list_init(&goal->drain_link);
    goal->client = client;
    entity_ref(&client->entity);
    rclio_executor *executor = client->entity.executor;
    if (getrandom(goal->id.uuid, sizeof goal->id.uuid, 0) != (ssize_t)sizeof goal->id.uuid) { /* ACT-1 */
        rclio_fail(RCLIO_SYSTEM, "action '%s': no random bytes for a goal id", client->name);
    } else if ((goal->accepted = rclio_future_new(executor, "acceptance of a goal", NULL)) &&
               (goal->result = rclio_future_new(executor, "result of a goal", reply_free))) {
        rclio_goal_id_text(&goal->id, goal->id_text);
        return goal;
    }
    rclio_goal_handle_unref(goal);
    return NULL;
}

const rclio_goal_id *rclio_goal_handle_id(const rclio_goal_handle *goal)
{
    return &goal->id;
}

rclio_future *rclio_goal_handle_accepted(rclio_goal_handle *goal)
{
    return goal ? goal->accepted : NULL;
}

rclio_future *rclio_goal_handle_result(rclio_goal_handle *goal)
{
    return goal ? goal->result : NULL;
}

/* ---- status and feedback ---- */

rclio_goal_status rclio_goal_handle_status(const rclio_goal_handle *goal)
{
    return (rclio_goal_status)atomic_load(&goal->status);
}

void goal_handle_learn(rclio_goal_handle *goal, rclio_goal_status status)
{
    int known = atomic_load(&goal->status);
    while (known < (int)status && !goal_state_is_terminal((rclio_goal_status)known))
        if (atomic_compare_exchange_weak(&goal->status, &known, (int)status)) return;
}

void goal_handle_saw_feedback(rclio_goal_handle *goal)
{
    goal->feedback_seen++;
    if (goal->caught_up && goal->feedback_seen >= goal->feedback_expected) rclio_future_complete(goal->caught_up, NULL);
}

void goal_handle_stop_waiting(rclio_goal_handle *goal)
{
    if (goal->caught_up) rclio_future_cancel(goal->caught_up);
}

/* Waits until the feedback reader has nothing that came before now. */
static void drain_feedback(rclio_goal_handle *goal)
{
    rclio_action_client *client = goal->client;
    if (client->destroyed || !(goal->drained = rclio_future_new(client->entity.executor, "feedback that has come", NULL))) return;
    list_append(&client->drains, &goal->drain_link);
    source_wake(&client->feedback_source);
    rclio_await(goal->drained);
    list_remove(&goal->drain_link); /* when the task was cancelled */
    rclio_future_unref(goal->drained);
    goal->drained = NULL;
}

/* Waits for the feedback that the server has counted; with patience as long as some comes. */
static void await_feedback(rclio_goal_handle *goal)
{
    rclio_action_client *client = goal->client;
    bool waiting = true;
    while (waiting && goal->feedback_seen < goal->feedback_expected && !client->destroyed) {
        uint32_t before = goal->feedback_seen;
        if (!(goal->caught_up = rclio_future_new(client->entity.executor, "feedback of a goal", NULL))) return;
        waiting = rclio_wait_for(goal->caught_up, FEEDBACK_PATIENCE_NS) == RCLIO_TIMEOUT;
        rclio_future_unref(goal->caught_up);
        goal->caught_up = NULL;
        if (!waiting) return;
        drain_feedback(goal); /* a callback that is suspended holds the others up: that is no loss */
        waiting = goal->feedback_seen > before;
    }
    if (goal->feedback_seen >= goal->feedback_expected || client->destroyed) return;
    RCLIO_WARN(client->entity.node, "action '%s': %u of %u feedback messages of goal %s did not arrive", client->name,
               goal->feedback_expected - goal->feedback_seen, goal->feedback_expected, goal->id_text);
}

/* AC2: exactly what was published when the server says how many there were (ACT-12), else what has come. */
static void finish_feedback(rclio_goal_handle *goal, const void *response)
{
    if (!goal->feedback) return;
    if (action_tail_read(reply_tail(response), &goal->id, &goal->feedback_expected)) {
        await_feedback(goal);
    } else {
        drain_feedback(goal);
    }
}

/* ---- the task of a goal ---- */

/* The goal ends without a result: lost, rejected, cancelled. `why` may be the error that was recorded last. */
static void fail_goal(rclio_goal_handle *goal, rclio_goal_status end, rclio_status status, const char *why)
{
    atomic_store(&goal->status, (int)end);
    rclio_future_fail(goal->accepted, status, "goal %s of action '%s': %s", goal->id_text, goal->client->name, why);
    rclio_future_fail(goal->result, status, "goal %s of action '%s': %s", goal->id_text, goal->client->name, why);
}

static void fail_goal_with_error(rclio_goal_handle *goal)
{
    char why[RCLIO_ERROR_SIZE];
    rclio_status status = rclio_error_status();
    strncpy(why, rclio_error(), sizeof why - 1);
    why[sizeof why - 1] = '\0';
    fail_goal(goal, RCLIO_GOAL_UNKNOWN, status ? status : RCLIO_SYSTEM, why);
}

/* The result out of the response, so that it can outlive both the call and the handle. */
static void *take_result(rclio_action_client *client, uint8_t *response)
{
    const rclio_type *type = client->types.action->parts[RCLIO_PART_RESULT];
    void *result = reply_new(type, client->entity.types);
    if (!result) return NULL;
    rclio_message_fini(type, result);
    memcpy(result, response + client->types.result_offset, type->size);
    memset(response + client->types.result_offset, 0, type->size);
    return result;
}

static void end_goal(rclio_goal_handle *goal, uint8_t *response)
{
    rclio_goal_status status = (rclio_goal_status)(int8_t)response[0];
    if (!goal_state_is_terminal(status)) { /* ACT-5 */
        fail_goal(goal, RCLIO_GOAL_UNKNOWN, RCLIO_UNAVAILABLE,
                  "the server does not know it any more: it was restarted, or the result has expired");
        return;
    }
    finish_feedback(goal, response);
    void *result = take_result(goal->client, response);
    if (!result) {
        fail_goal_with_error(goal);
        return;
    }
    atomic_store(&goal->status, (int)status);
    rclio_future_complete(goal->result, result);
}

static void await_result(rclio_goal_handle *goal)
{
    rclio_future *call = client_call_present(goal->client->get_result, &goal->id); /* ACT-5 */
    uint8_t *response = call ? rclio_await(call) : NULL;
    if (response) {
        end_goal(goal, response);
    } else {
        fail_goal_with_error(goal); /* SRV-4: the server has gone */
    }
    rclio_future_unref(call);
}

static void goal_task(void *arg)
{
    rclio_goal_handle *goal = arg;
    EXECUTOR_GUARD(goal->client->entity.executor);
    const send_goal_response *reply = rclio_await(goal->send_call); /* ACT-2 */
    if (!reply) {
        fail_goal_with_error(goal);
    } else if (!reply->accepted) {
        fail_goal(goal, RCLIO_GOAL_REJECTED, RCLIO_INVALID, "the server has rejected it");
    } else if (goal->client->destroyed) {
        fail_goal(goal, RCLIO_GOAL_UNKNOWN, RCLIO_CANCELLED, "the action client was destroyed");
    } else {
        goal_handle_learn(goal, RCLIO_GOAL_ACCEPTED);
        rclio_future_complete(goal->accepted, NULL);
        await_result(goal);
    }
    action_client_remove(goal->client, goal);
    rclio_goal_handle_unref(goal);
}

/* ---- sending ---- */

static rclio_status send_goal(rclio_goal_handle *goal, const void *message)
{
    rclio_action_client *client = goal->client;
    uint8_t *request = calloc(1, client->types.send_goal_request->size); /* the goal is lent, not copied deeply */
    if (!request) return rclio_fail(RCLIO_NO_MEMORY, "action '%s': out of memory for a goal", client->name);
    memcpy(request, &goal->id, sizeof goal->id);
    memcpy(request + client->types.goal_offset, message, client->types.goal_size);
    goal->send_call = rclio_client_call(client->send_goal, request);
    free(request);
    return goal->send_call ? RCLIO_OK : rclio_error_status();
}

rclio_goal_handle *rclio_action_send_goal(rclio_action_client *client, const void *message, rclio_feedback_fn *feedback,
                                          void *arg)
{
    if (!client && rclio_error_status()) return NULL; /* the first error stands */
    if (!client || !message) return rclio_fail_null(RCLIO_INVALID, "a goal needs an action client and a message");
    if (client->destroyed) return rclio_fail_null(RCLIO_CANCELLED, "action '%s': the client was destroyed", client->name);
    rclio_goal_handle *goal = handle_new(client);
    if (!goal) return NULL;
    goal->feedback = feedback;
    goal->arg = arg;
    if (action_client_add(client, goal) != RCLIO_OK) {
        rclio_goal_handle_unref(goal);
        return NULL;
    }
    rclio_goal_handle_ref(goal); /* the task's */
    if (send_goal(goal, message) == RCLIO_OK &&
        task_start_own(client->entity.executor, "goal of an action client", goal_task, goal) == RCLIO_OK)
        return goal;
    rclio_error_add("action '%s': no goal was sent", client->name);
    action_client_remove(client, goal);
    if (goal->send_call) rclio_future_cancel(goal->send_call);
    rclio_goal_handle_unref(goal); /* the task's */
    rclio_goal_handle_unref(goal); /* NOLINT(clang-analyzer-unix.Malloc): two references were there, which it does not count */
    return NULL;
}

/* ---- cancelling ---- */

static const char *cancel_code_text(int8_t code)
{
    switch (code) { /* ACT-8 */
    case CANCEL_UNKNOWN: return "it does not know the goal (code 2)";
    case CANCEL_TERMINATED: return "the goal has ended or is ending (code 3)";
    default: return "it refuses (code 1)";
    }
}

static bool is_canceling(const cancel_response *reply, const rclio_goal_id *id)
{
    for (size_t i = 0; i < reply->goals_canceling.size; i++)
        if (memcmp(&reply->goals_canceling.data[i].goal_id, id, sizeof *id) == 0) return true;
    return false;
}

static void ask_to_cancel(rclio_goal_handle *goal)
{
    goal_info request = {.goal_id = goal->id};
    rclio_future *call = client_call_present(goal->client->cancel_goal, &request);
    const cancel_response *reply = call ? rclio_await(call) : NULL;
    if (!reply) {
        task_fail_own(rclio_error_status(), "goal %s was not cancelled: %s", goal->id_text, rclio_error());
    } else if (!is_canceling(reply, &goal->id)) { /* rclpy refuses with code 0 and an empty list */
        task_fail_own(RCLIO_INVALID, "goal %s was not cancelled: the server says that %s", goal->id_text,
                      cancel_code_text(reply->return_code));
    }
    rclio_future_unref(call);
}

static void cancel_task(void *arg)
{
    rclio_goal_handle *goal = arg;
    EXECUTOR_GUARD(goal->client->entity.executor);
    if (rclio_wait(goal->accepted) != RCLIO_OK) {
        task_fail_own(rclio_error_status(), "goal %s was not cancelled: %s", goal->id_text, rclio_error());
    } else if (goal->client->destroyed) {
        task_fail_own(RCLIO_CANCELLED, "goal %s was not cancelled: its action client was destroyed", goal->id_text);
    } else {
        ask_to_cancel(goal);
    }
    rclio_goal_handle_unref(goal);
}

rclio_future *rclio_goal_handle_cancel(rclio_goal_handle *goal)
{
    if (!goal) return rclio_fail_null(RCLIO_INVALID, "no goal to cancel");
    if (goal->client->destroyed) {
        return rclio_fail_null(RCLIO_CANCELLED, "goal %s was not cancelled: its action client was destroyed", goal->id_text);
    }
    rclio_goal_handle_ref(goal);
    rclio_task *task = task_new_own(goal->client->entity.executor, "request to cancel a goal", cancel_task, goal);
    if (!task) {
        rclio_goal_handle_unref(goal);
        return NULL;
    }
    rclio_future *future = rclio_future_ref(rclio_task_future(task));
    rclio_task_unref(task);
    return future;
}

rclio_future *rclio_action_cancel_all(rclio_action_client *client, int64_t stamp_ns)
{
    if (!client || client->destroyed) return rclio_fail_null(RCLIO_INVALID, "no action client to cancel goals with");
    goal_info request = {.stamp = wire_time_from_ns(stamp_ns)};
    return rclio_client_call(client->cancel_goal, &request);
}
