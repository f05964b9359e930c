/* content_filtering_publisher: publishes temperatures from -100 to 150 on /temperature, ten a second. */
#include <rclio/rclio.h>
#include <std_msgs/msg/float32.h>

static void measure(rclio_timer *timer, void *publisher)
{
    static std_msgs__msg__Float32 temperature = {-100};
    (void)timer;
    rclio_publish(publisher, &temperature);
    temperature.data = temperature.data >= 150 ? -100 : temperature.data + 10;
}

int main(int argc, char **argv)
{
    rclio_node *node = rclio_node_new(rclio_init(argc, argv, NULL), "content_filtering_publisher", NULL);
    rclio_publisher *publisher = rclio_publisher_new(node, RCLIO_TYPE(std_msgs, msg, Float32), "temperature", NULL);
    rclio_timer_new(node, RCLIO_MS(100), measure, publisher, NULL);
    return rclio_spin(node);
}
