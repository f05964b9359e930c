/* talker: publishes "Hello World: <n>" on /chatter once a second. */
#include <rclio/rclio.h>
#include <std_msgs/msg/string.h>
#include <stdio.h>

struct talker {
    rclio_node *node;
    rclio_publisher *publisher;
    int count;
};

static void say_hello(rclio_timer *timer, void *arg)
{
    struct talker *talker = arg;
    std_msgs__msg__String message = {0};
    char text[64];
    (void)timer;
    snprintf(text, sizeof text, "Hello World: %d", talker->count++);
    if (!rosidl_runtime_c__String__assign(&message.data, text)) return;
    RCLIO_INFO(talker->node, "Publishing: \"%s\"", text);
    if (rclio_publish(talker->publisher, &message)) RCLIO_ERROR(talker->node, "%s", rclio_error());
    std_msgs__msg__String__fini(&message);
}

int main(int argc, char **argv)
{
    struct talker talker = {0};
    talker.node = rclio_node_new(rclio_init(argc, argv, NULL), "talker", NULL);
    talker.publisher = rclio_publisher_new(talker.node, RCLIO_TYPE(std_msgs, msg, String), "chatter", NULL);
    rclio_timer_new(talker.node, RCLIO_S(1), say_hello, &talker, NULL);
    return rclio_spin(talker.node);
}
