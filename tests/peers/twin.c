/* twin: a rclio node with everything on it; programs/twin.py makes the same with upstream's. Both are looked at and compared.
 * Prints "ready"; ends on SIGINT. */
#include "say.h"

static void ignore_message(const void *message, const rclio_message_info *info, void *arg)
{
    (void)message, (void)info, (void)arg;
}

static void ignore_request(const void *request, void *response, void *arg)
{
    (void)request, (void)response, (void)arg;
}

static void ignore_goal(rclio_goal *goal, void *arg)
{
    (void)goal, (void)arg;
}

int main(int argc, char **argv)
{
    rclio_context *context = rclio_init(argc, argv, NULL);
    rclio_types *types = context ? rclio_context_types(context) : NULL;
    rclio_node *node = rclio_node_new(context, "twin", &(rclio_node_options){.name_space = "/ns"});
    const rclio_type *string = node ? rclio_types_get(types, "std_msgs/msg/String") : NULL;
    const rclio_type *image = string ? rclio_types_get(types, "sensor_msgs/msg/Image") : NULL;
    const rclio_type *add = image ? rclio_types_get(types, "example_interfaces/srv/AddTwoInts") : NULL;
    const rclio_type *trigger = add ? rclio_types_get(types, "std_srvs/srv/Trigger") : NULL;
    const rclio_type *fibonacci = trigger ? rclio_types_get(types, "action_tutorials_interfaces/action/Fibonacci") : NULL;
    if (!fibonacci || !rclio_publisher_new(node, string, "published", NULL) ||
        !rclio_publisher_new(node, image, "/image", &(rclio_publisher_options){.qos = RCLIO_QOS_SENSOR_DATA}) ||
        !rclio_subscription_new(node, string, "~/subscribed", ignore_message, NULL, NULL) ||
        !rclio_service_new(node, add, "served", ignore_request, NULL, NULL) ||
        !rclio_service_new(node, trigger, "~/trigger", ignore_request, NULL, NULL) ||
        !rclio_client_new(node, trigger, "/called", NULL) || !rclio_client_new(node, add, "served", NULL) ||
        !rclio_action_server_new(node, fibonacci, "acted", ignore_goal, NULL, NULL) ||
        !rclio_action_client_new(node, fibonacci, "/wanted", NULL))
        return failed("twin");
    say("ready");
    return rclio_spin(node);
}
