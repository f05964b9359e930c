/* lc_talker: a talker that is managed: it opens its device when it is configured and talks while it is active. */
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
    snprintf(text, sizeof text, "Lifecycle HelloWorld #%d", ++talker->count);
    if (!rosidl_runtime_c__String__assign(&message.data, text)) return;
    rclio_publish(talker->publisher, &message);
    std_msgs__msg__String__fini(&message);
}

static rclio_lifecycle_result on_configure(rclio_lifecycle_state previous, void *arg)
{
    struct talker *talker = arg;
    (void)previous;
    RCLIO_INFO(talker->node, "opening the device");
    if (rclio_sleep(RCLIO_MS(100)) != RCLIO_OK) return RCLIO_LIFECYCLE_FAILURE; /* only this function waits, not the node */
    RCLIO_INFO(talker->node, "configured");
    return RCLIO_LIFECYCLE_SUCCESS;
}

static rclio_lifecycle_result on_cleanup(rclio_lifecycle_state previous, void *arg)
{
    struct talker *talker = arg;
    (void)previous;
    talker->count = 0;
    RCLIO_INFO(talker->node, "cleaned up");
    return RCLIO_LIFECYCLE_SUCCESS;
}

int main(int argc, char **argv)
{
    struct talker talker = {.node = rclio_node_new(rclio_init(argc, argv, NULL), "lc_talker", NULL)};
    rclio_lifecycle_options options = {.on_configure = on_configure, .on_cleanup = on_cleanup, .arg = &talker};
    rclio_lifecycle *lifecycle = rclio_lifecycle_new(talker.node, &options);
    talker.publisher = rclio_lifecycle_publisher(
        lifecycle, rclio_publisher_new(talker.node, RCLIO_TYPE(std_msgs, msg, String), "lifecycle_chatter", NULL));
    rclio_lifecycle_timer(lifecycle, rclio_timer_new(talker.node, RCLIO_MS(100), say_hello, &talker, NULL));
    return rclio_spin(talker.node);
}
