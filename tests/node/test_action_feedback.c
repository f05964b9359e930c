/* tests/node/test_action_feedback.c: no feedback is lost between two live nodes: all of it, in order, before the result. */
#include "fibonacci.h"

#include "node/action_types.h"

static void serve_fibonacci(int in, int out)
{
    lone l = lone_new("fibonacci_server");
    (void)out;
    rclio_action_server_new(l.node, lone_type(&l, "action_tutorials_interfaces/action/Fibonacci"), "fibonacci", fibonacci_execute,
                            NULL, NULL);
    serve_until_end_of(in, l.context);
    rclio_context_destroy(l.context);
}

/* One after the other, as a tutorial's client does. */
static void send_goals(rclio_action_client *client, int goals)
{
    for (int i = 0; i < goals; i++) {
        watched_goal *g = watched_goal_send(client, 10);
        assert_fibonacci(AWAIT(rclio_goal_handle_result(g->handle)), 10);
        assert_int_equal(g->feedback_count, FIBONACCI_FEEDBACK_OF_10);
        assert_int_equal(g->out_of_order, 0);
        watched_goal_free(g);
    }
}

static void a_thousand_goals_in_a_row_lose_nothing_between_two_processes(void **state) /* ACT-12 */
{
    (void)state;
    child server = child_start(serve_fibonacci);
    pair p = pair_new();
    captured_log *lines = captured_log_new(p.client_context);
    send_goals(rclio_action_client_new(p.client, p.fibonacci, "fibonacci", NULL), 1000);
    assert_int_equal(captured_log_count(lines, "did not arrive"), 0);
    captured_log_free(lines);
    child_end(&server);
    pair_free(&p);
}

static void a_thousand_goals_in_a_row_lose_nothing_in_one_process(void **state)
{
    (void)state;
    pair p = pair_new();
    rclio_action_server_new(p.server, p.server_fibonacci, "fibonacci", fibonacci_execute, NULL, NULL);
    send_goals(rclio_action_client_new(p.client, p.fibonacci, "fibonacci", NULL), 1000);
    pair_free(&p);
}

/* Every client is new to the server: the match of its feedback reader is what the start of its goal waits for. */
static void the_first_goal_of_a_new_client_loses_nothing(void **state) /* ACT-11 */
{
    (void)state;
    child server = child_start(serve_fibonacci);
    pair p = pair_new();
    captured_log *lines = captured_log_new(p.client_context);
    for (int i = 0; i < 20; i++) {
        rclio_action_client *client = rclio_action_client_new(p.client, p.fibonacci, "fibonacci", NULL);
        send_goals(client, 1);
        rclio_action_client_destroy(client);
    }
    assert_int_equal(captured_log_count(lines, "did not arrive"), 0);
    captured_log_free(lines);
    child_end(&server);
    pair_free(&p);
}

static void goals_of_two_clients_at_once_lose_nothing(void **state)
{
    (void)state;
    child server = child_start(serve_fibonacci);
    pair p = pair_new();
    rclio_action_client *clients[2];
    for (int c = 0; c < 2; c++) clients[c] = rclio_action_client_new(p.client, p.fibonacci, "fibonacci", NULL);
    watched_goal *g[2][50];
    for (int i = 0; i < 50; i++)
        for (int c = 0; c < 2; c++) g[c][i] = watched_goal_send(clients[c], 10);
    for (int i = 0; i < 50; i++) {
        for (int c = 0; c < 2; c++) {
            assert_fibonacci(AWAIT(rclio_goal_handle_result(g[c][i]->handle)), 10);
            assert_int_equal(g[c][i]->feedback_count, FIBONACCI_FEEDBACK_OF_10);
            assert_int_equal(g[c][i]->out_of_order, 0);
            watched_goal_free(g[c][i]);
        }
    }
    child_end(&server);
    pair_free(&p);
}

/* ---- bursts ---- */

static void publish_a_thousand(rclio_goal *goal, void *arg)
{
    (void)arg;
    int32_t numbers[1001] = {0};
    for (size_t i = 1; i <= 1000; i++)
        rclio_goal_publish_feedback(goal, &(int32_list){.data = numbers, .size = i, .capacity = i});
    rclio_goal_succeed(goal, NULL);
}

static void serve_bursts(int in, int out)
{
    lone l = lone_new("fibonacci_server");
    (void)out;
    rclio_action_server_new(l.node, lone_type(&l, "action_tutorials_interfaces/action/Fibonacci"), "fibonacci",
                            publish_a_thousand, NULL, NULL);
    serve_until_end_of(in, l.context);
    rclio_context_destroy(l.context);
}

static void expect_a_thousand(rclio_action_client *client)
{
    watched_goal *g = watched_goal_send(client, 0);
    AWAIT(rclio_goal_handle_result(g->handle));
    assert_int_equal(g->feedback_count, 1000);
    assert_int_equal(g->out_of_order, 0);
    watched_goal_free(g);
}

static void a_thousand_feedback_messages_without_a_pause_all_arrive(void **state)
{
    (void)state;
    pair p = pair_new();
    rclio_action_server_new(p.server, p.server_fibonacci, "fibonacci", publish_a_thousand, NULL, NULL);
    expect_a_thousand(rclio_action_client_new(p.client, p.fibonacci, "fibonacci", NULL));
    pair_free(&p);
}

static void a_thousand_feedback_messages_without_a_pause_all_cross_the_network(void **state)
{
    (void)state;
    child server = child_start(serve_bursts);
    pair p = pair_new();
    expect_a_thousand(rclio_action_client_new(p.client, p.fibonacci, "fibonacci", NULL));
    child_end(&server);
    pair_free(&p);
}

/* ---- callbacks that take their time ---- */

struct slow {
    rclio_future *go_on;
    size_t begun, ended;
};

static void wait_in_the_first(rclio_goal_handle *goal, const void *feedback, void *arg)
{
    struct slow *slow = arg;
    (void)goal;
    (void)feedback;
    if (slow->begun++ == 0) rclio_await(slow->go_on);
    slow->ended++;
}

static void a_feedback_callback_that_awaits_holds_the_result_back(void **state)
{
    (void)state;
    pair p = pair_new();
    rclio_action_server_new(p.server, p.server_fibonacci, "fibonacci", fibonacci_execute, NULL, NULL);
    rclio_action_client *client = rclio_action_client_new(p.client, p.fibonacci, "fibonacci", NULL);
    struct slow slow = {.go_on = rclio_future_new(p.executor, "the test", NULL)};
    rclio_goal_handle *goal = rclio_action_send_goal(client, &(fibonacci_goal){.order = 10}, wait_in_the_first, &slow);
    SPIN_UNTIL(p.executor,
               slow.begun == 1 && rclio_goal_handle_status(goal) == RCLIO_GOAL_SUCCEEDED); /* the status topic says so */
    assert_int_equal(rclio_future_get_state(rclio_goal_handle_result(goal)), RCLIO_PENDING);
    rclio_future_complete(slow.go_on, NULL);
    AWAIT(rclio_goal_handle_result(goal));
    assert_int_equal(slow.ended, FIBONACCI_FEEDBACK_OF_10);
    rclio_future_unref(slow.go_on);
    rclio_goal_handle_unref(goal);
    pair_free(&p);
}

/* ---- a server that sends no count, as upstream's ---- */

typedef struct raw_feedback { /* FeedbackMessage */
    rclio_goal_id id;
    int32_list sequence;
} raw_feedback;

typedef struct other_server {
    pair p;
    rclio_publisher *feedback, *status;
    rclio_action_client *client;
    rclio_goal_id goal;
} other_server;

static void accept_it(const void *request, void *response, void *arg)
{
    ((other_server *)arg)->goal = *(const rclio_goal_id *)request;
    ((send_goal_response *)response)->accepted = true;
}

static void give_result(const void *request, void *response, void *arg)
{
    (void)request;
    (void)arg;
    ((raw_result *)response)->status = RCLIO_GOAL_SUCCEEDED;
}

static void cancel_nothing(const void *request, void *response, void *arg)
{
    (void)request;
    (void)response;
    (void)arg;
}

static other_server *other_server_new(void)
{
    other_server *s = calloc(1, sizeof *s);
    s->p = pair_new();
    const rclio_type *action = s->p.server_fibonacci;
    rclio_types *types = rclio_context_types(s->p.server_context);
    rclio_node *node = s->p.server;
    const rclio_publisher_options status = {.qos = RCLIO_QOS_ACTION_STATUS};
    rclio_service_new(node, action->parts[RCLIO_PART_SEND_GOAL], "fibonacci/_action/send_goal", accept_it, s, NULL);
    rclio_service_new(node, rclio_types_get(types, "action_msgs/srv/CancelGoal"), "fibonacci/_action/cancel_goal", cancel_nothing,
                      s, NULL);
    rclio_service_new(node, action->parts[RCLIO_PART_GET_RESULT], "fibonacci/_action/get_result", give_result, s, NULL);
    s->feedback = rclio_publisher_new(node, action->parts[RCLIO_PART_FEEDBACK_MESSAGE], "fibonacci/_action/feedback", NULL);
    s->status =
        rclio_publisher_new(node, rclio_types_get(types, "action_msgs/msg/GoalStatusArray"), "fibonacci/_action/status", &status);
    s->client = rclio_action_client_new(s->p.client, s->p.fibonacci, "fibonacci", NULL);
    return s;
}

static void other_server_free(other_server *s)
{
    pair_free(&s->p);
    free(s);
}

/* A goal whose result has come: that of a later call has. */
static watched_goal *goal_with_result(other_server *s)
{
    size_t size;
    watched_goal *g = watched_goal_send(s->client, 3);
    AWAIT(rclio_goal_handle_accepted(g->handle));
    raw_client raw = raw_client_new(&s->p);
    assert_int_equal(raw_result_of(&raw, 9, &size).status, RCLIO_GOAL_SUCCEEDED);
    return g;
}

static void what_was_published_before_the_end_comes_before_a_result_that_overtakes_it(void **state) /* ACT-13 */
{
    (void)state;
    other_server *s = other_server_new();
    watched_goal *g = goal_with_result(s);
    int32_t numbers[] = {0, 1, 1};
    assert_ok(rclio_publish(s->feedback, &(raw_feedback){.id = s->goal, .sequence = {numbers, 3, 3}}));
    goal_status end = {.info.goal_id = s->goal, .status = RCLIO_GOAL_SUCCEEDED};
    assert_ok(rclio_publish(s->status, &(goal_status_array){&end, 1, 1}));
    AWAIT(rclio_goal_handle_result(g->handle));
    assert_int_equal(g->feedback_count, 1);
    watched_goal_free(g);
    other_server_free(s);
}

static void a_server_that_never_tells_the_end_holds_no_result_back(void **state) /* ACT-13 */
{
    (void)state;
    other_server *s = other_server_new();
    watched_goal *g = goal_with_result(s);
    AWAIT(rclio_goal_handle_result(g->handle));
    assert_int_equal(rclio_goal_handle_status(g->handle), RCLIO_GOAL_SUCCEEDED);
    watched_goal_free(g);
    other_server_free(s);
}

static void a_client_that_is_destroyed_waits_for_no_end(void **state) /* ACT-13 */
{
    (void)state;
    other_server *s = other_server_new();
    watched_goal *g = goal_with_result(s);
    rclio_action_client_destroy(s->client);
    AWAIT(rclio_goal_handle_result(g->handle));
    watched_goal_free(g);
    other_server_free(s);
}

/* ---- the count behind the result ---- */

static void the_tail_of_a_result_is_found_only_with_the_goals_own_id(void **state) /* ACT-12 */
{
    (void)state;
    rclio_goal_id id = {.uuid = {1, 2, 3}}, other = {.uuid = {1, 2, 4}};
    uint8_t tail[ACTION_TAIL_SIZE], zeros[ACTION_TAIL_SIZE] = {0};
    uint32_t count = 0;
    action_tail_write(tail, &id, 0x01020304);
    assert_true(action_tail_read(tail, &id, &count));
    assert_int_equal(count, 0x01020304);
    assert_false(action_tail_read(tail, &other, &count));
    assert_false(action_tail_read(zeros, &id, &count));
    tail[0] ^= 1;
    assert_false(action_tail_read(tail, &id, &count));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_thousand_goals_in_a_row_lose_nothing_between_two_processes),
        cmocka_unit_test(a_thousand_goals_in_a_row_lose_nothing_in_one_process),
        cmocka_unit_test(the_first_goal_of_a_new_client_loses_nothing),
        cmocka_unit_test(goals_of_two_clients_at_once_lose_nothing),
        cmocka_unit_test(a_thousand_feedback_messages_without_a_pause_all_arrive),
        cmocka_unit_test(a_thousand_feedback_messages_without_a_pause_all_cross_the_network),
        cmocka_unit_test(a_feedback_callback_that_awaits_holds_the_result_back),
        cmocka_unit_test(what_was_published_before_the_end_comes_before_a_result_that_overtakes_it),
        cmocka_unit_test(a_server_that_never_tells_the_end_holds_no_result_back),
        cmocka_unit_test(a_client_that_is_destroyed_waits_for_no_end),
        cmocka_unit_test(the_tail_of_a_result_is_found_only_with_the_goals_own_id),
    };
    return cmocka_run_group_tests(tests, harness_environment, NULL);
}
