/* actions: the Fibonacci action as the tutorial has it, at any speed; programs/actions.py is the same with upstream's.
 *
 *   peer_actions serve PERIOD_MS   feedback after each period; refuses an order above 100; cancels
 *   peer_actions goal ORDER        the client's first form: says "accepted" or "rejected"
 *   peer_actions result ORDER      and the result
 *   peer_actions feedback ORDER    and the feedback
 *   peer_actions cancel ORDER      and cancels at the second feedback
 *   peer_actions many COUNT        that many goals at once, of the orders 2, 3 .. 9, 2 ..; says "done <count>" */
#include "say.h"

#include <action_tutorials_interfaces/action/fibonacci.h>

#include <stdlib.h>
#include <string.h>

typedef action_tutorials_interfaces__action__Fibonacci_Goal Fibonacci_Goal;
typedef action_tutorials_interfaces__action__Fibonacci_Result Fibonacci_Result;
typedef action_tutorials_interfaces__action__Fibonacci_Feedback Fibonacci_Feedback;

#define ORDER_MAX 100
#define PATIENCE RCLIO_S(25)

static int64_t period_ns;

static void say_sequence(const char *label, const rosidl_runtime_c__int32__Sequence *sequence)
{
    char text[1024] = "";
    size_t length = 0;
    for (size_t i = 0; i < sequence->size && length < sizeof text; i++)
        length += (size_t)snprintf(text + length, sizeof text - length, " %d", sequence->data[i]);
    say("%s%s", label, text);
}

/* ---- server ---- */

static rclio_goal_response accept_small(const rclio_goal_id *id, const void *request, void *arg)
{
    (void)id, (void)arg;
    return ((const Fibonacci_Goal *)request)->order > ORDER_MAX ? RCLIO_REJECT : RCLIO_ACCEPT_AND_EXECUTE;
}

static void fibonacci(rclio_goal *goal, void *arg)
{
    const Fibonacci_Goal *request = rclio_goal_request(goal);
    Fibonacci_Feedback feedback = {0};
    rosidl_runtime_c__int32__Sequence *numbers = &feedback.partial_sequence;
    rclio_status waited = RCLIO_TIMEOUT;
    (void)arg;
    bool good = RCLIO_APPEND(numbers, 0) && RCLIO_APPEND(numbers, 1);
    for (int i = 1; i < request->order && good && waited == RCLIO_TIMEOUT; i++) {
        good = RCLIO_APPEND(numbers, (int32_t)((uint32_t)numbers->data[i - 1] + (uint32_t)numbers->data[i]));
        if (rclio_goal_publish_feedback(goal, &feedback)) failed("feedback");
        waited = rclio_wait_for(rclio_goal_cancel_requested(goal), period_ns);
    }
    Fibonacci_Result result = {.sequence = *numbers};
    if (waited == RCLIO_TIMEOUT)
        rclio_goal_succeed(goal, &result);
    else if (rclio_goal_is_cancel_requested(goal))
        rclio_goal_canceled(goal, &result);
    action_tutorials_interfaces__action__Fibonacci_Result__fini(&result);
}

/* ---- client ---- */

typedef struct form {
    bool result, feedback, cancel;
    int feedbacks;
} form;

static void hear(rclio_goal_handle *goal, const void *message, void *arg)
{
    form *f = arg;
    if (f->feedback) say_sequence("feedback", &((const Fibonacci_Feedback *)message)->partial_sequence);
    if (f->cancel && ++f->feedbacks == 2) rclio_future_unref(rclio_goal_handle_cancel(goal));
}

static int run(rclio_action_client *client, form *f, int order)
{
    rclio_goal_handle *goal = rclio_action_send_goal(client, &(Fibonacci_Goal){order}, hear, f);
    if (!goal) return failed("send_goal");
    rclio_status accepted = rclio_wait_for(rclio_goal_handle_accepted(goal), PATIENCE);
    int status = accepted == RCLIO_OK || rclio_goal_handle_status(goal) == RCLIO_GOAL_REJECTED ? 0 : failed("accepted");
    if (status == 0) say(accepted == RCLIO_OK ? "accepted" : "rejected");
    if (accepted == RCLIO_OK && f->result) {
        const Fibonacci_Result *result = rclio_await_for(rclio_goal_handle_result(goal), PATIENCE);
        if (result)
            say_sequence(rclio_goal_status_name(rclio_goal_handle_status(goal)), &result->sequence);
        else
            status = failed("result");
    }
    rclio_goal_handle_unref(goal);
    return status;
}

static int32_t last_of(int order)
{
    int32_t before = 0, now = 1;
    for (int i = 1; i < order; i++) {
        int32_t next = before + now;
        before = now, now = next;
    }
    return now;
}

static int many(rclio_action_client *client, size_t count)
{
    form quiet = {0};
    rclio_goal_handle **goals = calloc(count, sizeof *goals);
    int status = goals ? 0 : 1;
    for (size_t i = 0; i < count && status == 0; i++)
        if (!(goals[i] = rclio_action_send_goal(client, &(Fibonacci_Goal){(int)(2 + i % 8)}, hear, &quiet)))
            status = failed("send_goal");
    for (size_t i = 0; i < count && status == 0; i++) {
        const Fibonacci_Result *result = rclio_await_for(rclio_goal_handle_result(goals[i]), PATIENCE);
        if (!result)
            status = failed("result");
        else if (rclio_goal_handle_status(goals[i]) != RCLIO_GOAL_SUCCEEDED || result->sequence.size != 3 + i % 8 ||
                 result->sequence.data[result->sequence.size - 1] != last_of((int)(2 + i % 8)))
            status = fprintf(stderr, "goal %zu: wrong result\n", i) > 0;
    }
    for (size_t i = 0; goals && i < count; i++) rclio_goal_handle_unref(goals[i]);
    free(goals);
    if (status == 0) say("done %zu", count);
    return status;
}

int main(int argc, char **argv)
{
    rclio_context *context = rclio_init(argc, argv, NULL);
    rclio_node *node = node_of(context, "rclio_actions");
    const rclio_type *type = RCLIO_TYPE(action_tutorials_interfaces, action, Fibonacci);
    if (!node || argc < 3) return failed("actions");
    int number = atoi(argv[2]);
    if (strcmp(argv[1], "serve") == 0) {
        period_ns = RCLIO_MS(number);
        const rclio_action_server_options options = {.on_goal = accept_small};
        if (!rclio_action_server_new(node, type, "fibonacci", fibonacci, NULL, &options)) return failed("serve");
        say("ready");
        return rclio_spin(node);
    }
    form f = {.cancel = strcmp(argv[1], "cancel") == 0};
    f.feedback = f.cancel || strcmp(argv[1], "feedback") == 0;
    f.result = f.feedback || strcmp(argv[1], "result") == 0;
    rclio_action_client *client = rclio_action_client_new(node, type, "fibonacci", NULL);
    if (!client) return failed("client");
    int status = strcmp(argv[1], "many") == 0 ? many(client, (size_t)number) : run(client, &f, number);
    rclio_context_destroy(context);
    return status;
}
