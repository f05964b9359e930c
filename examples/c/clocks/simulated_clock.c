/* simulated_clock [SPEED [FROM]]: publishes /clock, SPEED (10) times as fast as real time, from FROM (0) seconds on; what a simulator does. */
#include <rclio/rclio.h>
#include <rosgraph_msgs/msg/clock.h>
#include <stdlib.h>

struct simulation {
    rclio_publisher *publisher;
    double speed;
    int64_t from_ns, began_ns;
};

static void tell_time(rclio_timer *timer, void *arg)
{
    struct simulation *s = arg;
    rosgraph_msgs__msg__Clock message = {0};
    int64_t passed = rclio_clock_now(rclio_timer_clock(timer)) - s->began_ns;
    rclio_time_split(s->from_ns + (int64_t)((double)passed * s->speed), &message.clock.sec, &message.clock.nanosec);
    rclio_publish(s->publisher, &message);
}

int main(int argc, char **argv)
{
    int count = 0;
    rclio_context *context = rclio_init(argc, argv, NULL);
    rclio_node *node = rclio_node_new(context, "simulated_clock", NULL);
    char *const *words = node ? rclio_context_arguments(context, &count) : NULL;
    rclio_clock *steady = rclio_clock_new(RCLIO_CLOCK_STEADY); /* not the node's clock: that may follow what is published here */
    struct simulation s = {.speed = count > 1 ? strtod(words[1], NULL) : 10, .began_ns = rclio_clock_now(steady)};
    s.from_ns = count > 2 ? (int64_t)(strtod(words[2], NULL) * 1e9) : 0;
    s.publisher = rclio_publisher_new(node, RCLIO_TYPE(rosgraph_msgs, msg, Clock), "/clock",
                                      &(rclio_publisher_options){.qos = RCLIO_QOS_CLOCK});
    rclio_timer_new(node, RCLIO_MS(10), tell_time, &s, &(rclio_timer_options){.clock = steady});
    rclio_clock_unref(steady);
    return rclio_spin(node);
}
