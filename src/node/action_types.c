/* src/node/action_types.c: see action_types.h. */
#include "node/action_types.h"

#include "base/error.h"
#include "base/text.h"

#include <string.h>

static const uint8_t tail_mark[4] = {'r', 'c', 'F', 'b'};

static bool layout_is_right(const action_types *t)
{
    const rclio_type *cancel = t->cancel_goal->parts[RCLIO_PART_RESPONSE];
    const rclio_field *canceling = rclio_type_field(cancel, "goals_canceling");
    return t->status_array->size == sizeof(goal_status_array) && cancel->size == sizeof(cancel_response) && canceling &&
           canceling->offset == offsetof(cancel_response, goals_canceling) &&
           t->cancel_goal->parts[RCLIO_PART_REQUEST]->size == sizeof(goal_info) &&
           t->send_goal->parts[RCLIO_PART_RESPONSE]->size == sizeof(send_goal_response) &&
           t->get_result->parts[RCLIO_PART_REQUEST]->size == sizeof(rclio_goal_id);
}

/* Where the user's part lies in a message of the protocol, behind `first` at offset 0. */
static bool find_part(const rclio_type *message, const char *first, const char *part, size_t *offset)
{
    const rclio_field *head = rclio_type_field(message, first), *field = rclio_type_field(message, part);
    if (!head || head->offset != 0 || !field) return false;
    *offset = field->offset;
    return true;
}

rclio_status action_types_init(action_types *t, rclio_context *context, const rclio_type *action)
{
    if (action->kind != RCLIO_ACTION) return rclio_fail(RCLIO_INVALID, "'%s' is not an action type", action->name);
    *t = (action_types){.action = action};
    t->send_goal = action->parts[RCLIO_PART_SEND_GOAL];
    t->get_result = action->parts[RCLIO_PART_GET_RESULT];
    t->feedback_message = action->parts[RCLIO_PART_FEEDBACK_MESSAGE];
    t->cancel_goal = rclio_types_get(context->types, "action_msgs/srv/CancelGoal");
    t->status_array = rclio_types_get(context->types, "action_msgs/msg/GoalStatusArray");
    if (!t->cancel_goal || !t->status_array) return rclio_error_add("the action protocol needs the package action_msgs");
    t->send_goal_request = t->send_goal->parts[RCLIO_PART_REQUEST];
    t->get_result_response = t->get_result->parts[RCLIO_PART_RESPONSE];
    t->goal_size = action->parts[RCLIO_PART_GOAL]->size;
    t->result_size = action->parts[RCLIO_PART_RESULT]->size;
    t->feedback_size = action->parts[RCLIO_PART_FEEDBACK]->size;
    if (find_part(t->send_goal_request, "goal_id", "goal", &t->goal_offset) &&
        find_part(t->get_result_response, "status", "result", &t->result_offset) &&
        find_part(t->feedback_message, "goal_id", "feedback", &t->feedback_offset) && layout_is_right(t))
        return RCLIO_OK;
    return rclio_fail(RCLIO_INVALID, "the messages derived from '%s' are not those of the action protocol", action->name);
}

char *action_part_name(const char *action, const char *part)
{
    return copy_format("%s/_action/%s", action, part); /* NAM-9 */
}

rclio_qos action_feedback_qos(const rclio_action_qos *qos)
{
    rclio_qos own = RCLIO_QOS_DEFAULT;
    own.depth = ACTION_FEEDBACK_DEPTH;
    return rclio_qos_resolve(qos->feedback, own);
}

rclio_qos action_status_qos(const rclio_action_qos *qos)
{
    return rclio_qos_resolve(qos->status, RCLIO_QOS_ACTION_STATUS);
}

wire_time wire_time_from_ns(int64_t ns)
{
    return (wire_time){.sec = (int32_t)(ns / RCLIO_S(1)), .nanosec = (uint32_t)(ns % RCLIO_S(1))};
}

int64_t wire_time_to_ns(wire_time time)
{
    return time.sec * RCLIO_S(1) + (int64_t)time.nanosec;
}

void action_tail_write(uint8_t tail[ACTION_TAIL_SIZE], const rclio_goal_id *id, uint32_t feedback_count)
{
    memcpy(tail, tail_mark, 4);
    for (int i = 0; i < 4; i++) tail[4 + i] = (uint8_t)(feedback_count >> (8 * i));
    memcpy(tail + 8, id->uuid, sizeof id->uuid);
}

bool action_tail_read(const uint8_t tail[ACTION_TAIL_SIZE], const rclio_goal_id *id, uint32_t *feedback_count)
{
    if (memcmp(tail, tail_mark, 4) != 0 || memcmp(tail + 8, id->uuid, sizeof id->uuid) != 0) return false;
    *feedback_count = 0;
    for (int i = 0; i < 4; i++) *feedback_count |= (uint32_t)tail[4 + i] << (8 * i);
    return true;
}
