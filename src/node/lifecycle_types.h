/* src/node/lifecycle_types.h: the messages of lifecycle_msgs in memory, and their types. Threads: any. */
#ifndef RCLIO_NODE_LIFECYCLE_TYPES_H
#define RCLIO_NODE_LIFECYCLE_TYPES_H

#include "node/node.h"
#include "rclio/lifecycle.h"

typedef struct named_id { /* State and Transition */
    uint8_t id;
    rosidl_runtime_c__String label;
} named_id;

typedef struct transition_description {
    named_id transition, start_state, goal_state;
} transition_description;

typedef struct transition_event {
    uint64_t timestamp;
    named_id transition, start_state, goal_state;
} transition_event;

typedef struct
    lifecycle_list { /* GetAvailableStates_Response: of named_id; GetAvailableTransitions_Response: of transition_description */
    void *data;
    size_t size, capacity;
} lifecycle_list;

typedef struct change_state_response {
    bool success;
} change_state_response;

typedef struct lifecycle_types {
    const rclio_type *event, *change_state, *get_state, *get_available_states, *get_available_transitions;
} lifecycle_types;

/* Finds them and checks that they are what this floor was written for. */
rclio_status lifecycle_types_init(lifecycle_types *types, rclio_context *context);

/* false: memory is short. */
bool named_id_set(named_id *target, unsigned id, const char *label);

#endif
