/* src/node/action_server_cancel.c: requests to cancel goals (ACT-8, ACT-9). See action_server.h. */
#include "base/array.h"
#include "base/error.h"
#include "node/action_server.h"

#include <stdlib.h>
#include <string.h>

typedef struct selection {
    rclio_goal **data; /* a reference each, in order of acceptance */
    size_t size, capacity;
    int8_t code;
} selection;

/* A cancel request whose goals are asked for one by one, by on_cancel_request. */
typedef struct asking {
    rclio_action_server *server; /* a reference */
    rclio_request *request;
    selection selection; /* a goal that was refused is NULL */
    size_t open;         /* answers still to come */
} asking;

struct rclio_cancel_request {
    asking *asking;
    size_t index;
};

static rclio_status select_goal(selection *s, rclio_goal *goal)
{
    if (!goal_state_is_cancelable(goal->state)) return RCLIO_OK;
    if (!array_append(s, goal)) return RCLIO_NO_MEMORY;
    rclio_goal_ref(goal);
    return RCLIO_OK;
}

/* ACT-8, the rows "id, no stamp". */
static rclio_status select_one(rclio_action_server *server, const rclio_goal_id *id, selection *s)
{
    rclio_goal *goal = action_server_find(server, id);
    if (!goal) s->code = CANCEL_UNKNOWN;
    if (goal && !goal_state_is_cancelable(goal->state))
        s->code = CANCEL_TERMINATED; /* one that is CANCELING already too, as upstream */
    return goal ? select_goal(s, goal) : RCLIO_OK;
}

static rclio_status select_goals(rclio_action_server *server, const goal_info *asked, selection *s)
{
    static const rclio_goal_id no_id;
    bool has_id = memcmp(&asked->goal_id, &no_id, sizeof no_id) != 0;
    int64_t stamp = wire_time_to_ns(asked->stamp);
    if (has_id && stamp == 0) return select_one(server, &asked->goal_id, s);
    if (stamp == 0) stamp = INT64_MAX;
    list_each(it, &server->shown) {
        rclio_goal *goal = list_entry(it, rclio_goal, shown_link);
        bool named = has_id && memcmp(&asked->goal_id, &goal->id, sizeof goal->id) == 0;
        if (!named && wire_time_to_ns(goal->stamp) > stamp) continue;
        rclio_status status = select_goal(s, goal);
        if (status != RCLIO_OK) return status;
    }
    return RCLIO_OK;
}

/* Asks for each goal; drops those that were refused. The callback may await, so the server may be gone afterwards. */
static void ask(rclio_action_server *server, selection *s)
{
    size_t kept = 0;
    for (size_t i = 0; i < s->size; i++) {
        rclio_goal *goal = s->data[i];
        rclio_cancel_response answer =
            server->options.on_cancel_request ? RCLIO_CANCEL_REJECT /* no memory to ask it */ : RCLIO_CANCEL_ACCEPT;
        if (server->options.on_cancel && answer == RCLIO_CANCEL_ACCEPT) {
            USER_CODE(server->entity.executor, answer = server->options.on_cancel(goal, server->arg));
            if (!server->destroyed && callback_failed(server->entity.node, &server->counters, server->what, NULL))
                answer = RCLIO_CANCEL_REJECT;
        }
        if (answer == RCLIO_CANCEL_ACCEPT) {
            s->data[kept++] = goal;
        } else {
            rclio_goal_unref(goal);
        }
    }
    if (s->size > 0 && kept == 0) s->code = CANCEL_REJECTED;
    s->size = kept;
}

/* Moves them; one that has ended meanwhile is left out. */
static void move(const selection *s, cancel_response *response)
{
    for (size_t i = 0; i < s->size; i++) {
        rclio_goal *goal = s->data[i];
        if (!goal->server || goal_step(goal, GOAL_CANCEL) != RCLIO_OK) continue;
        response->goals_canceling.data[response->goals_canceling.size++] = (goal_info){.goal_id = goal->id, .stamp = goal->stamp};
    }
}

static rclio_status make_room(const selection *s, cancel_response *response)
{
    return array_reserve(&response->goals_canceling.data, &response->goals_canceling.capacity, s->size, sizeof(goal_info));
}

static void selection_free(selection *s)
{
    for (size_t i = 0; i < s->size; i++) rclio_goal_unref(s->data[i]);
    free(s->data);
}

static void tell_canceling(const selection *s)
{
    for (size_t i = 0; i < s->size; i++) goal_tell_canceling(s->data[i]);
}

/* ACT-9: the status is published here, the reply goes out after that, and only then can a handler run. */
static void cancel_selected(rclio_action_server *server, const selection *s, cancel_response *reply)
{
    if (!server->destroyed && s->size > 0 && make_room(s, reply) == RCLIO_OK) {
        move(s, reply);
        if (reply->goals_canceling.size > 0) action_server_publish_status(server);
    }
    reply->return_code = s->code;
}

/* ---- verdicts that come later ---- */

static void asking_free(asking *a)
{
    selection_free(&a->selection);
    entity_unref(&a->server->entity);
    free(a);
}

/* All verdicts are there. */
static void conclude(asking *a)
{
    selection *s = &a->selection;
    size_t asked = s->size, kept = 0;
    for (size_t i = 0; i < asked; i++)
        if (s->data[i]) s->data[kept++] = s->data[i];
    s->size = kept;
    if (kept == 0) s->code = CANCEL_REJECTED;
    if (a->server->destroyed) {
        rclio_request_drop(a->request);
        return;
    }
    cancel_response reply = {0};
    cancel_selected(a->server, s, &reply);
    if (rclio_request_respond(a->request, &reply) != RCLIO_OK) {
        RCLIO_DEBUG(a->server->entity.node, "action '%s': a client was not told of its cancelling: %s", a->server->name,
                    rclio_error());
    }
    free(reply.goals_canceling.data);
    tell_canceling(s);
}

static void answered(asking *a)
{
    if (--a->open > 0) return;
    conclude(a);
    asking_free(a);
}

rclio_goal *rclio_cancel_request_goal(const rclio_cancel_request *request)
{
    return request->asking->selection.data[request->index];
}

void rclio_cancel_request_answer(rclio_cancel_request *request, rclio_cancel_response answer)
{
    if (!request) return;
    asking *a = request->asking;
    rclio_executor *executor = executor_ref(a->server->entity.executor);
    executor_enter(executor);
    if (answer != RCLIO_CANCEL_ACCEPT) {
        rclio_goal_unref(a->selection.data[request->index]);
        a->selection.data[request->index] = NULL;
    }
    answered(a);
    executor_leave(executor);
    executor_unref(executor);
    free(request);
}

/* Takes over what is selected. false: no memory, nothing was asked. */
static bool ask_later(rclio_action_server *server, selection *s)
{
    asking *a = malloc(sizeof *a);
    if (!a) return false;
    *a = (asking){.server = server, .request = rclio_service_defer(server->cancel_goal), .selection = *s, .open = s->size + 1};
    *s = (selection){.code = CANCEL_NONE};
    entity_ref(&server->entity);
    size_t count = a->selection.size;
    for (size_t i = 0; i < count; i++) {
        rclio_cancel_request *request = malloc(sizeof *request);
        if (!request) {
            rclio_goal_unref(a->selection.data[i]);
            a->selection.data[i] = NULL;
            a->open--;
            continue;
        }
        *request = (rclio_cancel_request){.asking = a, .index = i};
        USER_CODE(server->entity.executor, server->options.on_cancel_request(request, server->arg));
    }
    answered(a);
    return true;
}

void action_server_on_cancel(const void *message, void *response, void *arg)
{
    rclio_action_server *server = arg;
    selection s = {.code = CANCEL_NONE};
    entity_ref(&server->entity);
    bool selected = select_goals(server, message, &s) == RCLIO_OK;
    if (!selected || s.size == 0 || !server->options.on_cancel_request || !ask_later(server, &s)) {
        if (selected) ask(server, &s);
        cancel_selected(server, &s, response);
        tell_canceling(&s);
    }
    selection_free(&s);
    entity_unref(&server->entity);
}
