/* tests/node/near.c: see near.h. */
#include "near.h"

const rclio_publisher_options near_publisher_on = {.intra_process = RCLIO_INTRA_PROCESS_ON};
const rclio_subscription_options near_subscription_on = {.intra_process = RCLIO_INTRA_PROCESS_ON};

const rclio_type *near_string(rclio_node *node)
{
    const rclio_type *type = rclio_types_get(rclio_context_types(rclio_node_context(node)), "std_msgs/msg/String");
    assert_non_null(type);
    return type;
}

/* Without services: those of Fast DDS are not what is tested here. */
rclio_node *near_node(rclio_context *context, const char *name, rclio_executor *executor, bool use_intra_process_comms)
{
    rclio_node_options options = {.executor = executor,
                                  .use_intra_process_comms = use_intra_process_comms,
                                  .no_type_description_service = true,
                                  .no_parameter_services = true,
                                  .no_parameter_events = true};
    rclio_node *node = rclio_node_new(context, name, &options);
    if (!node) fail_msg("%s", rclio_error());
    return node;
}

rclio_publisher *near_publisher(rclio_node *node, const char *topic, const rclio_publisher_options *options)
{
    rclio_publisher *publisher = rclio_publisher_new(node, near_string(node), topic, options);
    if (!publisher) fail_msg("%s", rclio_error());
    return publisher;
}

rclio_subscription *near_subscription(rclio_node *node, const char *topic, rclio_message_fn *on_message, void *arg,
                                      const rclio_subscription_options *options)
{
    rclio_subscription *s = rclio_subscription_new(node, near_string(node), topic, on_message, arg, options);
    if (!s) fail_msg("%s", rclio_error());
    return s;
}

void near_publish(rclio_publisher *publisher, const char *text)
{
    string_message message = {{(char *)(uintptr_t)text, strlen(text), strlen(text) + 1}};
    assert_ok(rclio_publish(publisher, &message));
}

void near_publish_number(rclio_publisher *publisher, long number)
{
    char text[24];
    snprintf(text, sizeof text, "%ld", number);
    near_publish(publisher, text);
}
