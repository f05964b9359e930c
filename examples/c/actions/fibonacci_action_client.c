/* fibonacci_action_client: sends /fibonacci a goal of order 10, prints the feedback as it comes, then the result. */
#include <action_tutorials_interfaces/action/fibonacci.h>
#include <rclio/rclio.h>
#include <stdio.h>

static void log_sequence(rclio_node *node, const char *label, const rosidl_runtime_c__int32__Sequence *sequence)
{
    char text[512];
    size_t length = 0;
    text[0] = '\0';
    for (size_t i = 0; i < sequence->size && length < sizeof text; i++)
        length += (size_t)snprintf(text + length, sizeof text - length, "%s%d", i ? ", " : "", sequence->data[i]);
    RCLIO_INFO(node, "%s: [%s]", label, text);
}

static void received_feedback(rclio_goal_handle *goal, const void *message, void *arg)
{
    const action_tutorials_interfaces__action__Fibonacci_Feedback *feedback = message;
    (void)goal;
    log_sequence(arg, "Received feedback", &feedback->partial_sequence);
}

int main(int argc, char **argv)
{
    rclio_context *context = rclio_init(argc, argv, NULL);
    rclio_node *node = rclio_node_new(context, "fibonacci_action_client", NULL);
    rclio_action_client *client =
        rclio_action_client_new(node, RCLIO_TYPE(action_tutorials_interfaces, action, Fibonacci), "fibonacci", NULL);
    action_tutorials_interfaces__action__Fibonacci_Goal request = {.order = 10};
    rclio_goal_handle *goal = rclio_action_send_goal(client, &request, received_feedback, node);
    if (!goal) {
        fprintf(stderr, "%s\n", rclio_error());
        rclio_context_destroy(context);
        return 1;
    }
    if (rclio_wait(rclio_goal_handle_accepted(goal)) == RCLIO_OK) RCLIO_INFO(node, "Goal accepted :)");
    const action_tutorials_interfaces__action__Fibonacci_Result *result = rclio_await(rclio_goal_handle_result(goal));
    int status = result ? 0 : 1;
    if (result)
        log_sequence(node, "Result", &result->sequence);
    else
        RCLIO_ERROR(node, "%s", rclio_error());
    rclio_goal_handle_unref(goal);
    rclio_context_destroy(context);
    return status;
}
