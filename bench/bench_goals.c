/* bench_goals: what a goal costs with few and with many finished goals at the server: two contexts in this process, order 10, no waiting.
 *
 *   bench_goals [MANY]      default 10,000
 *
 * Prints microseconds from sending to result, as medians of 200 goals with 10 and with MANY finished goals, and their ratio. */
#include "rclio/rclio.h"

#include <action_tutorials_interfaces/action/fibonacci.h>
#include <stdio.h>
#include <stdlib.h>

typedef action_tutorials_interfaces__action__Fibonacci_Goal Fibonacci_Goal;
typedef action_tutorials_interfaces__action__Fibonacci_Result Fibonacci_Result;
typedef action_tutorials_interfaces__action__Fibonacci_Feedback Fibonacci_Feedback;

enum { WINDOW = 200, FEW = 10, DOMAIN = 89 };

static void fail(const char *what)
{
    fprintf(stderr, "bench_goals: %s: %s\n", what, rclio_error());
    exit(1);
}

static void fibonacci(rclio_goal *goal, void *arg)
{
    const Fibonacci_Goal *request = rclio_goal_request(goal);
    Fibonacci_Feedback feedback = {0};
    (void)arg;
    RCLIO_APPEND(&feedback.partial_sequence, 0);
    RCLIO_APPEND(&feedback.partial_sequence, 1);
    for (int i = 1; i < request->order; i++) {
        const int32_t *numbers = feedback.partial_sequence.data;
        int32_t next = numbers[i - 1] + numbers[i];
        RCLIO_APPEND(&feedback.partial_sequence, next);
        rclio_goal_publish_feedback(goal, &feedback);
    }
    Fibonacci_Result result = {.sequence = feedback.partial_sequence};
    rclio_goal_succeed(goal, &result);
    action_tutorials_interfaces__action__Fibonacci_Result__fini(&result);
}

static void heard(rclio_goal_handle *goal, const void *feedback, void *arg)
{
    (void)goal, (void)feedback;
    ++*(size_t *)arg;
}

static double one_goal(rclio_action_client *client)
{
    const Fibonacci_Goal request = {.order = 10};
    size_t feedbacks = 0;
    int64_t start = rclio_now_steady();
    rclio_goal_handle *goal = rclio_action_send_goal(client, &request, heard, &feedbacks);
    if (!goal || !rclio_await(rclio_goal_handle_result(goal))) fail("goal");
    double took = (double)(rclio_now_steady() - start) / 1e3;
    if (feedbacks != 9) fprintf(stderr, "bench_goals: %zu of 9 feedback messages\n", feedbacks), exit(1);
    rclio_goal_handle_unref(goal);
    return took;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double window(rclio_action_client *client)
{
    double took[WINDOW];
    for (int i = 0; i < WINDOW; i++) took[i] = one_goal(client);
    qsort(took, WINDOW, sizeof took[0], by_value);
    return took[WINDOW / 2];
}

/* One executor for both nodes: what is measured is the work, not the scheduler. */
int main(int argc, char **argv)
{
    long many = argc > 1 ? atol(argv[1]) : 10000;
    const rclio_context_options options = {.has_domain_id = true, .domain_id = DOMAIN, .no_rosout = true};
    const rclio_node_options light = {
        .no_rosout = true, .no_type_description_service = true, .no_parameter_services = true, .no_parameter_events = true};
    const rclio_type *type = RCLIO_TYPE(action_tutorials_interfaces, action, Fibonacci);
    rclio_context *context = rclio_init(0, NULL, &options);
    rclio_node *server_node = rclio_node_new(context, "bench_server", &light),
               *client_node = rclio_node_new(context, "bench_client", &light);
    rclio_action_server *server = rclio_action_server_new(server_node, type, "bench", fibonacci, NULL, NULL);
    rclio_action_client *client = rclio_action_client_new(client_node, type, "bench", NULL);
    if (!server || !client) fail("endpoints");
    for (int i = 0; i < FEW; i++) one_goal(client);
    double few = window(client);
    for (long i = FEW + WINDOW; i < many; i++) one_goal(client);
    double after = window(client);
    printf("a goal of order 10 with %d finished goals   %8.1f us\n", (int)FEW, few);
    printf("a goal of order 10 with %ld finished goals %8.1f us   ratio %.2f\n", many, after, after / few);
    rclio_context_destroy(context);
    return 0;
}
