/* src/node/goal_handle.c: a goal as its client sees it: it is sent, accepted, its result comes, then its last feedback. Rules: action_client.h.
 *
 *   GL1  Whatever happens, `accepted` and `result` end once: goal_over() is where every way leads.
 *   GL2  The status only moves on, but for the end: a lost goal is UNKNOWN.
 * Threads: sending, references, id and status any; the rest the executor's. Tests: tests/node/test_action_client.c. */
#include "base/error.h"
#include "node/action_client.h"
#include "node/goal_state.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define FEEDBACK_PATIENCE_NS RCLIO_S(1)
#define END_PATIENCE_NS RCLIO_MS(200)

static void patience_is_over(timer *t);

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
    rclio_future_unref(goal->result_call);
    entity_unref(&goal->client->entity);
    free(goal);
}

static rclio_goal_handle *handle_new(rclio_action_client *client, const rclio_goal_id *id)
{
    rclio_goal_handle *goal = calloc(1, sizeof *goal);
    if (!goal) return rclio_fail_null(RCLIO_NO_MEMORY, "action '%s': out of memory for a goal", client->name);
    atomic_init(&goal->references, 1);
    list_init(&goal->drain_link);
    goal->client = client;
    entity_ref(&client->entity);
    rclio_executor *executor = client->entity.executor;
    timer_init(&goal->patience, executor, patience_is_over);
    if (id) goal->id = *id;
    if (!id && getrandom(goal->id.uuid, sizeof goal->id.uuid, 0) != (ssize_t)sizeof goal->id.uuid) { /* ACT-1 */
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

int64_t rclio_goal_handle_stamp(const rclio_goal_handle *goal)
{
    return atomic_load(&goal->stamp_ns);
}

rclio_future *rclio_goal_handle_accepted(rclio_goal_handle *goal)
{
    return goal ? goal->accepted : NULL;
}

rclio_future *rclio_goal_handle_result(rclio_goal_handle *goal)
{
    return goal ? goal->result : NULL;
}

const void *rclio_goal_handle_response(const rclio_goal_handle *goal)
{
    if (!goal || rclio_future_get_state(goal->result) != RCLIO_FAILED)
        return NULL; /* else it may still change, or is moved out */
    return goal->response;
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

/* ---- ends ---- */

/* GL1. It may be gone then. */
static void goal_over(rclio_goal_handle *goal)
{
    action_client_remove(goal->client, goal);
    rclio_goal_handle_unref(goal);
}

/* The goal ends without a result: lost, rejected, cancelled. `why` may be the error that was recorded last. */
static void fail_goal(rclio_goal_handle *goal, rclio_goal_status end, rclio_status status, const char *why)
{
    count_one(&goal->client->counters.failed);
    atomic_store(&goal->status, (int)end);
    rclio_future_fail(goal->accepted, status, "goal %s of action '%s': %s", goal->id_text, goal->client->name, why);
    rclio_future_fail(goal->result, status, "goal %s of action '%s': %s", goal->id_text, goal->client->name, why);
    goal_over(goal);
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

/* The result is there, and so is all feedback that will come. */
static void complete_goal(rclio_goal_handle *goal)
{
    void *result = take_result(goal->client, goal->response);
    if (!result) {
        fail_goal_with_error(goal);
        return;
    }
    count_one(&goal->client->counters.received);
    atomic_store(&goal->status, (int)(int8_t)goal->response[0]);
    rclio_future_complete(goal->result, result);
    goal_over(goal);
}

/* ---- feedback before the result (AC2) ---- */

/* Goes on in goal_handle_drained(), once the feedback reader has nothing that came before now. */
static void drain_feedback(rclio_goal_handle *goal)
{
    rclio_action_client *client = goal->client;
    if (client->destroyed) {
        complete_goal(goal);
        return;
    }
    list_append(&client->drains, &goal->drain_link);
    source_wake(&client->feedback_source);
}

/* ACT-13: no count was told. What was published before the end stands in the feedback reader once the end has come on the status topic. */
static void await_end(rclio_goal_handle *goal)
{
    bool told = goal_state_is_terminal((rclio_goal_status)atomic_load(&goal->status));
    if (!told && !goal->client->destroyed && timer_arm(&goal->patience, rclio_deadline(END_PATIENCE_NS)) == RCLIO_OK)
        goal->waits = goal->waits_for_end = true;
    else
        drain_feedback(goal);
}

void goal_handle_saw_status(rclio_goal_handle *goal, rclio_goal_status status)
{
    goal_handle_learn(goal, status);
    if (goal->waits_for_end && goal_state_is_terminal(status) && list_is_empty(&goal->drain_link)) drain_feedback(goal);
}

static void await_feedback(rclio_goal_handle *goal)
{
    goal->waits = true;
    goal->feedback_before = goal->feedback_seen;
    if (timer_arm(&goal->patience, rclio_deadline(FEEDBACK_PATIENCE_NS)) != RCLIO_OK) drain_feedback(goal);
}

static void patience_is_over(timer *t)
{
    rclio_goal_handle *goal = list_entry(t, rclio_goal_handle, patience);
    if (goal->waits && list_is_empty(&goal->drain_link))
        drain_feedback(goal); /* a callback that is suspended holds the others up: that is no loss */
}

static void stop_waiting(rclio_goal_handle *goal)
{
    goal->waits = goal->waits_for_end = false;
    timer_disarm(&goal->patience);
    list_remove(&goal->drain_link);
}

void goal_handle_saw_feedback(rclio_goal_handle *goal)
{
    goal->feedback_seen++;
    if (!goal->waits || goal->waits_for_end || goal->feedback_seen < goal->feedback_expected) return;
    stop_waiting(goal);
    complete_goal(goal);
}

/* With patience as long as some comes. */
void goal_handle_drained(rclio_goal_handle *goal)
{
    rclio_action_client *client = goal->client;
    bool waited = goal->waits && !goal->waits_for_end;
    stop_waiting(goal);
    if (waited && !client->destroyed && goal->feedback_seen > goal->feedback_before) {
        await_feedback(goal);
        return;
    }
    if (waited && !client->destroyed) {
        count_some(&client->counters.dropped, goal->feedback_expected - goal->feedback_seen);
        RCLIO_WARN(client->entity.node, "action '%s': %u of %u feedback messages of goal %s did not arrive", client->name,
                   goal->feedback_expected - goal->feedback_seen, goal->feedback_expected, goal->id_text);
    }
    complete_goal(goal);
}

/* AC2: exactly what was published when the server says how many there were (ACT-12), else what came before the end (ACT-13). */
static void finish_feedback(rclio_goal_handle *goal)
{
    bool tells = goal->feedback && action_tail_read(reply_tail(goal->response), &goal->id, &goal->feedback_expected);
    if (goal->feedback && !tells) {
        await_end(goal);
        return;
    }
    if (tells && goal->feedback_seen < goal->feedback_expected && !goal->client->destroyed) {
        await_feedback(goal);
        return;
    }
    complete_goal(goal);
}

/* ---- the way of a goal ---- */

static void end_goal(rclio_goal_handle *goal)
{
    if (goal_state_is_terminal((rclio_goal_status)(int8_t)goal->response[0])) {
        finish_feedback(goal);
        return;
    }
    fail_goal(goal, RCLIO_GOAL_UNKNOWN, RCLIO_UNAVAILABLE, /* ACT-5 */
              "the server does not know it any more: it was restarted, or the result has expired");
}

static void result_came(rclio_future *call, void *arg)
{
    rclio_goal_handle *goal = arg;
    EXECUTOR_GUARD(goal->client->entity.executor);
    goal->response = rclio_future_value(call);
    if (goal->response)
        end_goal(goal);
    else
        fail_goal_with_error(goal); /* SRV-4: the server has gone */
}

static void ask_for_result(rclio_goal_handle *goal)
{
    goal->result_call = client_call_present(goal->client->get_result, &goal->id); /* ACT-5 */
    if (!goal->result_call || future_on_done_own(goal->result_call, result_came, goal) != RCLIO_OK) fail_goal_with_error(goal);
}

static void reply_came(rclio_future *call, void *arg)
{
    rclio_goal_handle *goal = arg;
    EXECUTOR_GUARD(goal->client->entity.executor);
    const send_goal_response *reply = rclio_future_value(call); /* ACT-2 */
    if (!reply) {
        fail_goal_with_error(goal);
        return;
    }
    atomic_store(&goal->stamp_ns, wire_time_to_ns(reply->stamp));
    if (!reply->accepted) {
        fail_goal(goal, RCLIO_GOAL_REJECTED, RCLIO_INVALID, "the server has rejected it");
    } else if (goal->client->destroyed) {
        fail_goal(goal, RCLIO_GOAL_UNKNOWN, RCLIO_CANCELLED, "the action client was destroyed");
    } else if (!goal->is_listed && (action_client_add(goal->client, goal) != RCLIO_OK || !goal->is_listed)) { /* AC1 */
        fail_goal(goal, RCLIO_GOAL_UNKNOWN, RCLIO_BAD_STATE, "it was accepted, but another one that is under way has its id");
    } else {
        goal_handle_learn(goal, RCLIO_GOAL_ACCEPTED);
        rclio_future_complete(goal->accepted, NULL);
        ask_for_result(goal);
    }
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
    return rclio_action_send_goal_as(client, NULL, message, feedback, arg);
}

rclio_goal_handle *rclio_action_send_goal_as(rclio_action_client *client, const rclio_goal_id *id, const void *message,
                                             rclio_feedback_fn *feedback, void *arg)
{
    if (!client && rclio_error_status()) return NULL; /* the first error stands */
    if (!client || !message) return rclio_fail_null(RCLIO_INVALID, "a goal needs an action client and a message");
    if (client->destroyed) return rclio_fail_null(RCLIO_CANCELLED, "action '%s': the client was destroyed", client->name);
    rclio_goal_handle *goal = handle_new(client, id);
    if (!goal) return NULL;
    goal->feedback = feedback;
    goal->arg = arg;
    if (action_client_add(client, goal) != RCLIO_OK) {
        rclio_goal_handle_unref(goal);
        return NULL;
    }
    rclio_goal_handle_ref(goal); /* goal_over()'s */
    if (send_goal(goal, message) == RCLIO_OK && future_on_done_own(goal->send_call, reply_came, goal) == RCLIO_OK) return goal;
    rclio_error_add("action '%s': no goal was sent", client->name);
    action_client_remove(client, goal);
    if (goal->send_call) rclio_future_cancel(goal->send_call);
    rclio_goal_handle_unref(goal); /* goal_over()'s */
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

/* A request to cancel that is under way. */
typedef struct cancelling {
    rclio_goal_handle *goal; /* references, all three; `call` NULL: not asked yet */
    rclio_future *future, *call;
} cancelling;

static void cancelling_free(cancelling *c)
{
    rclio_future_unref(c->future);
    rclio_future_unref(c->call);
    rclio_goal_handle_unref(c->goal);
    free(c);
}

static void cancelling_failed(cancelling *c)
{
    rclio_status status = rclio_error_status();
    rclio_future_fail(c->future, status, "goal %s was not cancelled: %s", c->goal->id_text, rclio_error());
    cancelling_free(c);
}

static void cancel_answered(rclio_future *call, void *arg)
{
    cancelling *c = arg;
    EXECUTOR_GUARD(c->goal->client->entity.executor);
    const cancel_response *reply = rclio_future_value(call);
    if (!reply) {
        cancelling_failed(c);
        return;
    }
    if (is_canceling(reply, &c->goal->id)) { /* rclpy refuses with code 0 and an empty list */
        rclio_future_complete(c->future, NULL);
    } else {
        rclio_future_fail(c->future, RCLIO_INVALID, "goal %s was not cancelled: the server says that %s", c->goal->id_text,
                          cancel_code_text(reply->return_code));
    }
    cancelling_free(c);
}

/* Once the goal is accepted. */
static void ask_to_cancel(rclio_future *accepted, void *arg)
{
    cancelling *c = arg;
    EXECUTOR_GUARD(c->goal->client->entity.executor);
    goal_info request = {.goal_id = c->goal->id};
    bool ask = rclio_future_result(accepted) == RCLIO_OK;
    if (ask && c->goal->client->destroyed) {
        rclio_fail(RCLIO_CANCELLED, "its action client was destroyed");
        ask = false;
    }
    if (ask) c->call = client_call_present(c->goal->client->cancel_goal, &request);
    if (!c->call || future_on_done_own(c->call, cancel_answered, c) != RCLIO_OK) cancelling_failed(c);
}

rclio_future *rclio_goal_handle_cancel(rclio_goal_handle *goal)
{
    if (!goal) return rclio_fail_null(RCLIO_INVALID, "no goal to cancel");
    if (goal->client->destroyed) {
        return rclio_fail_null(RCLIO_CANCELLED, "goal %s was not cancelled: its action client was destroyed", goal->id_text);
    }
    cancelling *c = calloc(1, sizeof *c);
    if (!c) return rclio_fail_null(RCLIO_NO_MEMORY, "goal %s was not cancelled: out of memory", goal->id_text);
    c->goal = rclio_goal_handle_ref(goal);
    c->future = rclio_future_new(goal->client->entity.executor, "request to cancel a goal", NULL);
    rclio_future *future = rclio_future_ref(c->future);
    if (future && future_on_done_own(goal->accepted, ask_to_cancel, c) == RCLIO_OK) return future;
    rclio_future_unref(future);
    cancelling_free(c);
    return NULL;
}

rclio_future *rclio_action_cancel_all(rclio_action_client *client, int64_t stamp_ns)
{
    if (!client || client->destroyed) return rclio_fail_null(RCLIO_INVALID, "no action client to cancel goals with");
    goal_info request = {.stamp = wire_time_from_ns(stamp_ns)};
    return rclio_client_call(client->cancel_goal, &request);
}

rclio_future *rclio_action_cancel_request(rclio_action_client *client, const rclio_goal_id *id, int64_t stamp_ns)
{
    if (!client || client->destroyed) return rclio_fail_null(RCLIO_INVALID, "no action client to cancel goals with");
    goal_info request = {.stamp = wire_time_from_ns(stamp_ns)};
    if (id) request.goal_id = *id;
    return client_call_present(client->cancel_goal, &request);
}

/* ---- results, by id ---- */

rclio_future *rclio_action_result_request(rclio_action_client *client, const rclio_goal_id *id)
{
    if (!client || client->destroyed) return rclio_fail_null(RCLIO_INVALID, "no action client to ask for a result with");
    if (!id) return rclio_fail_null(RCLIO_INVALID, "action '%s': the id of the goal is missing", client->name);
    return client_call_present(client->get_result, id); /* ACT-5 */
}
