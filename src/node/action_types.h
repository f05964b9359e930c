/* src/node/action_types.h: the messages of the action protocol (ACT-1) as they lie in memory, and the names of an action's parts (NAM-9).
 *
 *   AT1  Messages that contain a user's type are known by offsets only; the rest are the structs below, whose layout
 *        action_types_init() holds against the type descriptors.
 * Threads: any. */
#ifndef RCLIO_NODE_ACTION_TYPES_H
#define RCLIO_NODE_ACTION_TYPES_H

#include "node/node.h"
#include "rclio/action.h"

typedef struct wire_time {
    int32_t sec;
    uint32_t nanosec;
} wire_time;

typedef struct goal_info { /* action_msgs/msg/GoalInfo */
    rclio_goal_id goal_id;
    wire_time stamp;
} goal_info;

typedef struct goal_status { /* action_msgs/msg/GoalStatus */
    goal_info info;
    int8_t status;
} goal_status;

typedef struct goal_status_array { /* action_msgs/msg/GoalStatusArray */
    goal_status *data;
    size_t size, capacity;
} goal_status_array;

typedef struct send_goal_response { /* ..._SendGoal_Response */
    bool accepted;
    wire_time stamp;
} send_goal_response;

typedef struct cancel_response { /* action_msgs/srv/CancelGoal_Response */
    int8_t return_code;
    struct {
        goal_info *data;
        size_t size, capacity;
    } goals_canceling;
} cancel_response;

enum { CANCEL_NONE = 0, CANCEL_REJECTED = 1, CANCEL_UNKNOWN = 2, CANCEL_TERMINATED = 3 }; /* ACT-8 */

typedef struct action_types {
    const rclio_type *action;
    const rclio_type *send_goal, *get_result, *cancel_goal; /* services */
    const rclio_type *feedback_message, *status_array;      /* messages */
    const rclio_type *send_goal_request, *get_result_response;
    size_t goal_offset;     /* in send_goal_request, after the id at 0 */
    size_t result_offset;   /* in get_result_response, after the status at 0 */
    size_t feedback_offset; /* in feedback_message, after the id at 0 */
    size_t goal_size, result_size, feedback_size;
} action_types;

/* fails RCLIO_INVALID: not an action; RCLIO_NOT_FOUND: action_msgs is not installed. */
rclio_status action_types_init(action_types *types, rclio_context *context, const rclio_type *action);

/* "<action>/_action/<part>", to free; NULL with the error set. */
char *action_part_name(const char *action, const char *part);

/* Of the feedback writer and reader (docs/actions.md). */
#define ACTION_FEEDBACK_DEPTH 1000
rclio_qos action_feedback_qos(const rclio_action_qos *qos); /* what is in force */
rclio_qos action_status_qos(const rclio_action_qos *qos);

wire_time wire_time_from_ns(int64_t ns);
int64_t wire_time_to_ns(wire_time time);

/* ACT-12: how many feedback messages there were, behind the GetResult_Response of a goal that has ended; a reader of that message ignores
 * trailing bytes (CDR-7). `size` of the tail is REPLY_TAIL of node/client.h. */
#define ACTION_TAIL_SIZE 24
void action_tail_write(uint8_t tail[ACTION_TAIL_SIZE], const rclio_goal_id *id, uint32_t feedback_count);
bool action_tail_read(const uint8_t tail[ACTION_TAIL_SIZE], const rclio_goal_id *id,
                      uint32_t *feedback_count); /* false: there is none */

#endif
