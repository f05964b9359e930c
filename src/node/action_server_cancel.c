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
        rclio_cancel_response answer = RCLIO_CANCEL_ACCEPT;
        if (server->options.on_cancel) USER_CODE(server->entity.executor, answer = server->options.on_cancel(goal, server->arg));
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

/* ACT-9: the status is published here, the reply goes out when this returns, and only then can a handler run. */
void action_server_on_cancel(const void *message, void *response, void *arg)
{
    rclio_action_server *server = arg;
    cancel_response *reply = response;
    selection s = {.code = CANCEL_NONE};
    entity_ref(&server->entity);
    if (select_goals(server, message, &s) == RCLIO_OK) ask(server, &s);
    if (!server->destroyed && s.size > 0 && make_room(&s, reply) == RCLIO_OK) {
        move(&s, reply);
        if (reply->goals_canceling.size > 0) action_server_publish_status(server);
    }
    reply->return_code = s.code;
    for (size_t i = 0; i < s.size; i++) {
        goal_tell_canceling(s.data[i]);
        rclio_goal_unref(s.data[i]);
    }
    free(s.data);
    entity_unref(&server->entity);
}
