/* fibonacci_action_server: the action server of the ROS 2 tutorial. Each goal is a task; rclio_sleep() suspends it, not the thread. */
#include <action_tutorials_interfaces/action/fibonacci.h>
#include <rclio/rclio.h>

typedef action_tutorials_interfaces__action__Fibonacci_Goal Fibonacci_Goal;
typedef action_tutorials_interfaces__action__Fibonacci_Result Fibonacci_Result;
typedef action_tutorials_interfaces__action__Fibonacci_Feedback Fibonacci_Feedback;

static void fibonacci(rclio_goal *goal, void *arg)
{
    const Fibonacci_Goal *request = rclio_goal_request(goal);
    Fibonacci_Feedback feedback = {0};
    rclio_status waited = RCLIO_TIMEOUT;
    RCLIO_INFO(arg, "Executing goal...");
    RCLIO_APPEND(&feedback.partial_sequence, 0);
    RCLIO_APPEND(&feedback.partial_sequence, 1);
    for (int i = 1; i < request->order && waited == RCLIO_TIMEOUT; i++) {
        const int32_t *numbers = feedback.partial_sequence.data;
        int32_t next = (int32_t)((uint32_t)numbers[i - 1] + (uint32_t)numbers[i]);
        if (!RCLIO_APPEND(&feedback.partial_sequence, next)) break;
        rclio_goal_publish_feedback(goal, &feedback);
        waited = rclio_wait_for(rclio_goal_cancel_requested(goal), RCLIO_S(1));
    }
    Fibonacci_Result result = {.sequence = feedback.partial_sequence};
    if (waited == RCLIO_TIMEOUT)
        rclio_goal_succeed(goal, &result);
    else if (rclio_goal_is_cancel_requested(goal))
        rclio_goal_canceled(goal, &result);
    else /* the program ends */
        rclio_goal_abort(goal, &result);
    action_tutorials_interfaces__action__Fibonacci_Result__fini(&result);
}

int main(int argc, char **argv)
{
    rclio_node *node = rclio_node_new(rclio_init(argc, argv, NULL), "fibonacci_action_server", NULL);
    rclio_action_server_new(node, RCLIO_TYPE(action_tutorials_interfaces, action, Fibonacci), "fibonacci", fibonacci, node, NULL);
    return rclio_spin(node);
}
