/* measured_listener: listens to /chatter, publishes statistics of it on /statistics, and prints its own counters every second. */
#include <inttypes.h>
#include <rclio/rclio.h>
#include <std_msgs/msg/string.h>

static void heard(const void *message, const rclio_message_info *info, void *arg)
{
    const std_msgs__msg__String *string = message;
    (void)info;
    (void)arg;
    if (string->data.size == 0) rclio_task_fail(RCLIO_BAD_DATA, "an empty text");
}

static void report(rclio_timer *timer, void *arg)
{
    rclio_counters c;
    (void)timer;
    if (rclio_subscription_counters(arg, &c) != RCLIO_OK) return;
    RCLIO_INFO(NULL, "%" PRIu64 " messages, %" PRIu64 " dropped, %" PRIu64 " failed, %.1f us each, %.1f us at most", c.received,
               c.dropped, c.failed, (double)c.callback_mean_ns / 1e3, (double)c.callback_max_ns / 1e3);
}

int main(int argc, char **argv)
{
    rclio_node *node = rclio_node_new(rclio_init(argc, argv, NULL), "measured_listener", NULL);
    rclio_subscription *subscription =
        rclio_subscription_new(node, RCLIO_TYPE(std_msgs, msg, String), "chatter", heard, NULL,
                               &(rclio_subscription_options){.statistics.state = RCLIO_STATISTICS_ON});
    rclio_timer_new(node, RCLIO_S(1), report, subscription, NULL);
    return rclio_spin(node);
}
