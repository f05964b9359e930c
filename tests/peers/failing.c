/* failing: what fails in rclio, for upstream's clients.
 *
 *   peer_failing     add_two_ints fails for a negative `a`; the action fibonacci fails for a negative order, and forgets the order 0;
 *                    the subscription `numbers` (std_msgs/msg/String) publishes statistics ten times a second, with the counters
 *
 * Prints "ready", "failed" for each failure, and "end" with what it counted; ends on SIGINT. */
#include "say.h"

static void add(const void *request, void *response, void *arg)
{
    const int64_t *terms = request;
    (void)arg;
    if (terms[0] < 0) {
        rclio_task_fail(RCLIO_INVALID, "%lld is negative", (long long)terms[0]);
        say("failed");
        return;
    }
    *(int64_t *)response = terms[0] + terms[1];
}

static void execute(rclio_goal *goal, void *arg)
{
    int32_t order = *(const int32_t *)rclio_goal_request(goal);
    (void)arg;
    if (order > 0) rclio_goal_succeed(goal, NULL);
    if (order < 0) rclio_task_fail(RCLIO_INVALID, "order %d is negative", (int)order);
    if (order <= 0) say("failed");
}

static void ignore(const void *message, const rclio_message_info *info, void *arg)
{
    (void)message, (void)info, (void)arg;
}

int main(int argc, char **argv)
{
    rclio_context *context = rclio_init(argc, argv, NULL);
    rclio_types *types = context ? rclio_context_types(context) : NULL;
    rclio_node *node = rclio_node_new(context, "failing", NULL);
    const rclio_type *string = node ? rclio_types_get(types, "std_msgs/msg/String") : NULL;
    const rclio_type *sum = string ? rclio_types_get(types, "example_interfaces/srv/AddTwoInts") : NULL;
    const rclio_type *fibonacci = sum ? rclio_types_get(types, "action_tutorials_interfaces/action/Fibonacci") : NULL;
    rclio_subscription_options measured = {
        .statistics = {.state = RCLIO_STATISTICS_ON, .period_ns = RCLIO_MS(100), .counters = true}};
    rclio_service *service = rclio_service_new(node, sum, "add_two_ints", add, NULL, NULL);
    rclio_action_server *server = rclio_action_server_new(node, fibonacci, "fibonacci", execute, NULL, NULL);
    rclio_counters calls, goals;
    if (!service || !server || !rclio_subscription_new(node, string, "numbers", ignore, NULL, &measured))
        return failed("failing");
    say("ready");
    rclio_context_spin(context);
    rclio_service_counters(service, &calls);
    rclio_action_server_counters(server, &goals);
    say("end %llu of %llu calls, %llu of %llu goals", (unsigned long long)calls.failed, (unsigned long long)calls.received,
        (unsigned long long)goals.failed, (unsigned long long)goals.received);
    rclio_context_destroy(context);
    return 0;
}
