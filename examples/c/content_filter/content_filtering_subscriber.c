/* content_filtering_subscriber: hears only of temperatures that are an emergency. */
#include <rclio/rclio.h>
#include <std_msgs/msg/float32.h>

static void emergency(const void *message, const rclio_message_info *info, void *node)
{
    const std_msgs__msg__Float32 *temperature = message;
    (void)info;
    RCLIO_INFO(node, "I receive an emergency temperature data: [%f]", (double)temperature->data);
}

int main(int argc, char **argv)
{
    const char *const limits[] = {"-30.0", "100.0"};
    const rclio_subscription_options options = {.content_filter = {"data < %0 OR data > %1", limits, 2}};
    rclio_node *node = rclio_node_new(rclio_init(argc, argv, NULL), "content_filtering_subscriber", NULL);
    rclio_subscription_new(node, RCLIO_TYPE(std_msgs, msg, Float32), "temperature", emergency, node, &options);
    return rclio_spin(node);
}
