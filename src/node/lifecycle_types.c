/* src/node/lifecycle_types.c: see lifecycle_types.h. */
#include "node/lifecycle_types.h"

#include "base/error.h"

static const rclio_type *get(rclio_context *context, const char *name)
{
    return rclio_types_get(context->types, name);
}

static bool has_size(const rclio_type *service, rclio_part part, size_t size)
{
    return service->parts[part]->size == size;
}

rclio_status lifecycle_types_init(lifecycle_types *t, rclio_context *context)
{
    if (!(t->event = get(context, "lifecycle_msgs/msg/TransitionEvent")) ||
        !(t->change_state = get(context, "lifecycle_msgs/srv/ChangeState")) ||
        !(t->get_state = get(context, "lifecycle_msgs/srv/GetState")) ||
        !(t->get_available_states = get(context, "lifecycle_msgs/srv/GetAvailableStates")) ||
        !(t->get_available_transitions = get(context, "lifecycle_msgs/srv/GetAvailableTransitions")))
        return rclio_error_add("a lifecycle needs the package lifecycle_msgs");
    if (t->event->size == sizeof(transition_event) && has_size(t->change_state, RCLIO_PART_REQUEST, sizeof(named_id)) &&
        has_size(t->change_state, RCLIO_PART_RESPONSE, sizeof(change_state_response)) &&
        has_size(t->get_state, RCLIO_PART_RESPONSE, sizeof(named_id)) &&
        has_size(t->get_available_states, RCLIO_PART_RESPONSE, sizeof(lifecycle_list)) &&
        has_size(t->get_available_transitions, RCLIO_PART_RESPONSE, sizeof(lifecycle_list)))
        return RCLIO_OK;
    return rclio_fail(RCLIO_INVALID, "the messages of the package lifecycle_msgs are not those of ROS 2");
}

bool named_id_set(named_id *target, unsigned id, const char *label)
{
    target->id = (uint8_t)id;
    return rosidl_runtime_c__String__assign(&target->label, label);
}
