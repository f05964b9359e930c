/* listener: prints what arrives on /chatter. */
#include <rclio/rclio.h>
#include <std_msgs/msg/string.h>

static void heard(const void *message, const rclio_message_info *info, void *arg)
{
    const std_msgs__msg__String *string = message;
    (void)info;
    RCLIO_INFO(arg, "I heard: [%s]", string->data.data);
}

int main(int argc, char **argv)
{
    rclio_node *node = rclio_node_new(rclio_init(argc, argv, NULL), "listener", NULL);
    rclio_subscription_new(node, RCLIO_TYPE(std_msgs, msg, String), "chatter", heard, node, NULL);
    return rclio_spin(node);
}
