/* tests/node/test_action_client.c: goals as their client sees them: waiting for a server, losing it, letting go. */
#include "fibonacci.h"

#include "base/clock.h"

#include <poll.h>

static void the_server_counts_as_available_when_all_of_it_is_matched(void **state) /* ACT-11 */
{
    (void)state;
    pair p = pair_new();
    rclio_action_client *client = rclio_action_client_new(p.client, p.fibonacci, "fibonacci", NULL);
    assert_false(rclio_action_client_is_available(client));
    rclio_future *waiting = rclio_action_client_wait_for_server(client);
    rclio_action_server *server =
        rclio_action_server_new(p.server, p.server_fibonacci, "fibonacci", fibonacci_execute, NULL, NULL);
    AWAIT_ONCE(waiting);
    assert_true(rclio_action_client_is_available(client));
    rclio_action_server_destroy(server);
    SPIN_UNTIL(p.executor, !rclio_action_client_is_available(client));
    pair_free(&p);
}

static void an_actions_endpoints_have_the_profiles_of_the_options(void **state) /* QOS-5 */
{
    (void)state;
    pair p = pair_new();
    rclio_action_qos weak = {.feedback = {.reliability = RCLIO_BEST_EFFORT, .depth = 3},
                             .status = {.durability = RCLIO_VOLATILE}};
    rclio_action_server *server = rclio_action_server_new(p.server, p.server_fibonacci, "fibonacci", fibonacci_execute, NULL,
                                                          &(rclio_action_server_options){.qos = weak});
    rclio_action_client *usual = rclio_action_client_new(p.client, p.fibonacci, "fibonacci", NULL);
    rclio_action_client *fitting =
        rclio_action_client_new(p.client, p.fibonacci, "fibonacci", &(rclio_action_client_options){.qos = weak});
    AWAIT_ONCE(rclio_action_client_wait_for_server(fitting));
    watched_goal *g = watched_goal_send(fitting, 10);
    assert_fibonacci(AWAIT(rclio_goal_handle_result(g->handle)), 10);
    watched_goal_free(g);
    assert_false(rclio_action_client_is_available(usual)); /* what it asks for nobody offers */
    rclio_action_server_destroy(server);
    rclio_action_qos wrong = {.status = {.history = RCLIO_KEEP_LAST, .deadline_ns = -1}};
    assert_null(rclio_action_client_new(p.client, p.fibonacci, "fibonacci", &(rclio_action_client_options){.qos = wrong}));
    assert_non_null(strstr(rclio_error(), "no action client '/fibonacci'"));
    assert_null(rclio_action_server_new(p.server, p.server_fibonacci, "fibonacci", fibonacci_execute, NULL,
                                        &(rclio_action_server_options){.qos = wrong}));
    pair_free(&p);
}

static void never(const void *request, void *response, void *arg)
{
    (void)request;
    (void)response;
    ++*(int *)arg;
}

static void services_without_the_topics_are_no_action_server(void **state) /* ACT-11 */
{
    (void)state;
    pair p = pair_new();
    int requests = 0;
    const rclio_type *cancel = rclio_types_get(rclio_context_types(p.server_context), "action_msgs/srv/CancelGoal");
    rclio_service_new(p.server, p.server_fibonacci->parts[RCLIO_PART_SEND_GOAL], "/fibonacci/_action/send_goal", never, &requests,
                      NULL);
    rclio_service_new(p.server, cancel, "/fibonacci/_action/cancel_goal", never, &requests, NULL);
    rclio_service_new(p.server, p.server_fibonacci->parts[RCLIO_PART_GET_RESULT], "/fibonacci/_action/get_result", never,
                      &requests, NULL);
    rclio_client *probe =
        rclio_client_new(p.client, p.fibonacci->parts[RCLIO_PART_GET_RESULT], "/fibonacci/_action/get_result", NULL);
    rclio_action_client *client = rclio_action_client_new(p.client, p.fibonacci, "fibonacci", NULL);
    AWAIT_ONCE(rclio_client_wait_for_service(probe));
    assert_false(rclio_action_client_is_available(client));
    watched_goal *g = watched_goal_send(client, 10); /* waits */
    rclio_executor_spin_some(p.executor, 0);
    assert_int_equal(requests, 0);
    watched_goal_free(g);
    pair_free(&p);
}

static void a_goal_without_a_server_waits_for_one(void **state)
{
    (void)state;
    pair p = pair_new();
    rclio_action_client *client = rclio_action_client_new(p.client, p.fibonacci, "fibonacci", NULL);
    watched_goal *g[3];
    for (int i = 0; i < 3; i++) g[i] = watched_goal_send(client, 10);
    assert_int_equal(rclio_goal_handle_status(g[0]->handle), RCLIO_GOAL_UNKNOWN);
    rclio_action_server_new(p.server, p.server_fibonacci, "fibonacci", fibonacci_execute, NULL, NULL);
    for (int i = 0; i < 3; i++) {
        assert_fibonacci(AWAIT(rclio_goal_handle_result(g[i]->handle)), 10);
        assert_int_equal(g[i]->feedback_count, FIBONACCI_FEEDBACK_OF_10);
        watched_goal_free(g[i]);
    }
    pair_free(&p);
}

static void goal_ids_are_random(void **state) /* ACT-1 */
{
    (void)state;
    pair p = pair_new();
    rclio_action_client *client = rclio_action_client_new(p.client, p.fibonacci, "fibonacci", NULL);
    watched_goal *one = watched_goal_send(client, 1), *two = watched_goal_send(client, 1);
    assert_memory_not_equal(rclio_goal_handle_id(one->handle), rclio_goal_handle_id(two->handle), 16);
    watched_goal_free(one);
    watched_goal_free(two);
    pair_free(&p);
}

static void the_status_is_known_before_the_result(void **state) /* ACT-3 */
{
    (void)state;
    pair p = pair_new();
    held_goals h = {.executor = p.executor};
    rclio_action_server_new(p.server, p.server_fibonacci, "fibonacci", held_goals_execute, &h, NULL);
    rclio_action_client *client = rclio_action_client_new(p.client, p.fibonacci, "fibonacci", NULL);
    watched_goal *g = watched_goal_send(client, 10);
    SPIN_UNTIL(p.executor, rclio_goal_handle_status(g->handle) == RCLIO_GOAL_EXECUTING && h.count == 1);
    AWAIT_ONCE(rclio_goal_handle_cancel(g->handle));
    SPIN_UNTIL(p.executor, rclio_goal_handle_status(g->handle) == RCLIO_GOAL_CANCELING);
    watched_goal_free(g);
    held_goals_free(&h);
    pair_free(&p);
}

/* ---- letting go ---- */

static void a_goal_goes_on_when_its_handle_is_dropped(void **state)
{
    (void)state;
    pair p = pair_new();
    held_goals h = {.executor = p.executor};
    rclio_action_server_new(p.server, p.server_fibonacci, "fibonacci", held_goals_execute, &h, NULL);
    rclio_action_client *client = rclio_action_client_new(p.client, p.fibonacci, "fibonacci", NULL);
    watched_goal *g = watched_goal_send(client, 10);
    SPIN_UNTIL(p.executor, h.count == 1);
    watched_goal_free(g);
    assert_int_equal(rclio_goal_get_status(h.goals[0]), RCLIO_GOAL_EXECUTING);
    assert_ok(rclio_goal_succeed(h.goals[0], NULL));
    held_goals_free(&h);
    pair_free(&p);
}

static void a_goal_goes_on_when_its_client_is_destroyed(void **state)
{
    (void)state;
    pair p = pair_new();
    held_goals h = {.executor = p.executor};
    rclio_action_server_new(p.server, p.server_fibonacci, "fibonacci", held_goals_execute, &h, NULL);
    rclio_action_client *client = rclio_action_client_new(p.client, p.fibonacci, "fibonacci", NULL);
    watched_goal *g = watched_goal_send(client, 10);
    SPIN_UNTIL(p.executor, h.count == 1 && rclio_future_get_state(rclio_goal_handle_accepted(g->handle)) == RCLIO_DONE);
    rclio_action_client_destroy(client);
    AWAIT_FAILS(rclio_goal_handle_result(g->handle), RCLIO_CANCELLED, "action '/fibonacci'");
    assert_int_equal(rclio_goal_handle_status(g->handle), RCLIO_GOAL_UNKNOWN);
    assert_null(rclio_goal_handle_cancel(g->handle));
    assert_int_equal(rclio_error_status(), RCLIO_CANCELLED);
    assert_ok(rclio_goal_publish_feedback(h.goals[0], &(int32_list){0}));
    assert_ok(rclio_goal_succeed(h.goals[0], NULL));
    watched_goal_free(g);
    held_goals_free(&h);
    pair_free(&p);
}

static void a_goal_that_waits_for_a_server_ends_with_its_client(void **state)
{
    (void)state;
    pair p = pair_new();
    rclio_action_client *client = rclio_action_client_new(p.client, p.fibonacci, "fibonacci", NULL);
    watched_goal *g = watched_goal_send(client, 10);
    rclio_future *cancelled = rclio_goal_handle_cancel(g->handle);
    rclio_action_client_destroy(client);
    AWAIT_FAILS(rclio_goal_handle_accepted(g->handle), RCLIO_CANCELLED, "send_goal");
    AWAIT_FAILS(cancelled, RCLIO_CANCELLED, "was not cancelled");
    rclio_future_unref(cancelled);
    watched_goal_free(g);
    pair_free(&p);
}

static void a_result_outlives_its_handle_and_its_client(void **state)
{
    (void)state;
    pair p = pair_new();
    rclio_action_server_new(p.server, p.server_fibonacci, "fibonacci", fibonacci_execute, NULL, NULL);
    rclio_action_client *client = rclio_action_client_new(p.client, p.fibonacci, "fibonacci", NULL);
    watched_goal *g = watched_goal_send(client, 20);
    rclio_future *result = rclio_future_ref(rclio_goal_handle_result(g->handle));
    const void *sequence = AWAIT(result);
    watched_goal_free(g);
    rclio_action_client_destroy(client);
    assert_fibonacci(sequence, 20);
    rclio_future_unref(result);
    pair_free(&p);
}

struct fickle {
    rclio_action_client *client;
    size_t feedback;
};

static void destroy_the_client(rclio_goal_handle *goal, const void *feedback, void *arg)
{
    struct fickle *f = arg;
    (void)goal;
    (void)feedback;
    f->feedback++;
    rclio_action_client_destroy(f->client);
}

static void a_client_may_be_destroyed_by_its_feedback_callback(void **state)
{
    (void)state;
    pair p = pair_new();
    rclio_action_server_new(p.server, p.server_fibonacci, "fibonacci", fibonacci_execute, NULL, NULL);
    struct fickle f = {.client = rclio_action_client_new(p.client, p.fibonacci, "fibonacci", NULL)};
    rclio_goal_handle *goal = rclio_action_send_goal(f.client, &(fibonacci_goal){.order = 10}, destroy_the_client, &f);
    AWAIT_FAILS(rclio_goal_handle_result(goal), RCLIO_CANCELLED, "");
    assert_int_equal(f.feedback, 1);
    rclio_goal_handle_unref(goal);
    pair_free(&p);
}

/* ---- a server that is lost ---- */

static void a_goal_whose_server_goes_ends_unknown_though_a_newer_server_is_there(void **state) /* SRV-4 */
{
    (void)state;
    pair p = pair_new();
    held_goals h = {.executor = p.executor}, later = {.executor = p.executor};
    rclio_action_server *first = rclio_action_server_new(p.server, p.server_fibonacci, "fibonacci", held_goals_execute, &h, NULL);
    rclio_action_client *client = rclio_action_client_new(p.client, p.fibonacci, "fibonacci", NULL);
    watched_goal *g = watched_goal_send(client, 10);
    AWAIT(rclio_goal_handle_accepted(g->handle));
    SPIN_UNTIL(p.executor, h.count == 1);

    rclio_action_server_new(p.server, p.server_fibonacci, "fibonacci", held_goals_execute, &later, NULL);
    watched_goal *next = NULL;
    while (later.count == 0) { /* a request reaches the servers that are matched when it is sent: until both are, one only */
        size_t before = h.count;
        if (next) watched_goal_free(next);
        next = watched_goal_send(client, 5);
        SPIN_UNTIL(p.executor, h.count + later.count > before);
    }
    assert_int_equal(rclio_future_get_state(rclio_goal_handle_result(g->handle)), RCLIO_PENDING);

    rclio_action_server_destroy(first);
    AWAIT_FAILS(rclio_goal_handle_result(g->handle), RCLIO_UNAVAILABLE,
                "service '/fibonacci/_action/get_result': its server has gone");
    assert_int_equal(rclio_goal_handle_status(g->handle), RCLIO_GOAL_UNKNOWN);
    watched_goal_free(next);
    watched_goal_free(g);
    held_goals_free(&h);
    held_goals_free(&later);
    pair_free(&p);
}

static void tell_and_wait(rclio_goal *goal, void *arg)
{
    (void)goal;
    if (write(*(int *)arg, "!", 1) != 1) _exit(1);
    rclio_sleep(RCLIO_FOREVER);
}

static void serve_until_killed(int in, int out)
{
    lone l = lone_new("dying_server");
    rclio_action_server_new(l.node, lone_type(&l, "action_tutorials_interfaces/action/Fibonacci"), "fibonacci", tell_and_wait,
                            &out, NULL);
    serve_until_end_of(in, l.context);
}

static void wait_for_byte(void *arg)
{
    rclio_await_fd(((child *)arg)->from, POLLIN, RCLIO_FOREVER, NULL);
}

static void a_goal_whose_server_is_killed_ends_unknown_at_once_with_the_reason(void **state) /* SRV-4, DIS-13 */
{
    (void)state;
    child server = child_start(serve_until_killed);
    pair p = pair_new();
    rclio_action_client *client = rclio_action_client_new(p.client, p.fibonacci, "fibonacci", NULL);
    watched_goal *g = watched_goal_send(client, 10);
    rclio_task *seen = rclio_task_new(p.executor, "goal seen", wait_for_byte, &server);
    AWAIT(rclio_task_future(seen));
    rclio_task_unref(seen);
    AWAIT(rclio_goal_handle_accepted(g->handle));
    int64_t killed = clock_steady_ns();
    child_kill(&server);
    rclio_action_server_new(p.server, p.server_fibonacci, "other", fibonacci_execute, NULL, NULL); /* no matter to this goal */
    AWAIT_FAILS(rclio_goal_handle_result(g->handle), RCLIO_UNAVAILABLE, "its server has gone");
    assert_true(clock_steady_ns() - killed < NO_LEASE_NS);
    assert_int_equal(rclio_goal_handle_status(g->handle), RCLIO_GOAL_UNKNOWN);
    watched_goal_free(g);
    pair_free(&p);
}

static void send_one_goal_and_wait(int in, int out)
{
    lone l = lone_new("dying_client");
    rclio_action_client *client =
        rclio_action_client_new(l.node, lone_type(&l, "action_tutorials_interfaces/action/Fibonacci"), "fibonacci", NULL);
    rclio_goal_handle *goal = rclio_action_send_goal(client, &(fibonacci_goal){.order = 10}, NULL, NULL);
    rclio_executor_spin_until(rclio_context_executor(l.context), rclio_goal_handle_accepted(goal), RCLIO_FOREVER);
    if (write(out, "!", 1) != 1) _exit(1);
    serve_until_end_of(in, l.context);
}

static void a_killed_client_holds_up_neither_the_goal_nor_other_clients(void **state)
{
    (void)state;
    child dying = child_start(send_one_goal_and_wait);
    pair p = pair_new();
    held_goals h = {.executor = p.executor};
    rclio_action_server_new(p.server, p.server_fibonacci, "fibonacci", held_goals_execute, &h, NULL);
    SPIN_UNTIL(p.executor, h.count == 1);
    rclio_task *seen = rclio_task_new(p.executor, "acceptance seen", wait_for_byte, &dying);
    AWAIT(rclio_task_future(seen));
    rclio_task_unref(seen);
    child_kill(&dying);
    int32_t numbers[1000] = {0};
    for (size_t i = 1; i < 1000; i++) /* nobody acknowledges: the writer must not block */
        assert_ok(rclio_goal_publish_feedback(h.goals[0], &(int32_list){.data = numbers, .size = i, .capacity = i}));
    rclio_action_client *client = rclio_action_client_new(p.client, p.fibonacci, "fibonacci", NULL);
    watched_goal *g = watched_goal_send(client, 10);
    SPIN_UNTIL(p.executor, h.count == 2);
    for (int i = 0; i < 2; i++) assert_ok(rclio_goal_succeed(h.goals[i], NULL));
    AWAIT(rclio_goal_handle_result(g->handle));
    watched_goal_free(g);
    held_goals_free(&h);
    pair_free(&p);
}

static void the_result_of_any_goal_is_there_by_its_id(void **state) /* ACT-5, ACT-2 */
{
    (void)state;
    pair p = pair_new();
    rclio_action_server_new(p.server, p.server_fibonacci, "fibonacci", fibonacci_execute, NULL, NULL);
    rclio_action_client *client = rclio_action_client_new(p.client, p.fibonacci, "fibonacci", NULL);
    AWAIT_ONCE(rclio_action_client_wait_for_server(client));
    rclio_goal_id id = {.uuid = {7}}, other = {.uuid = {8}};
    rclio_goal_handle *first = rclio_action_send_goal_as(client, &id, &(fibonacci_goal){.order = 10}, NULL, NULL);
    AWAIT(rclio_goal_handle_result(first));
    rclio_goal_handle *second = rclio_action_send_goal_as(client, &id, &(fibonacci_goal){.order = 11}, NULL, NULL);
    AWAIT_FAILS(rclio_goal_handle_result(second), RCLIO_INVALID, "rejected");
    assert_null(rclio_goal_handle_response(second)); /* nobody has been asked */
    rclio_future *call = rclio_action_result_request(client, &id);
    const raw_result *known = AWAIT(call);
    assert_int_equal(known->status, RCLIO_GOAL_SUCCEEDED);
    assert_fibonacci(&known->sequence, 10);
    rclio_future_unref(call);
    call = rclio_action_result_request(client, &other);
    const raw_result *unknown = AWAIT(call);
    assert_int_equal(unknown->status, RCLIO_GOAL_UNKNOWN);
    assert_int_equal(unknown->sequence.size, 0);
    rclio_future_unref(call);
    assert_null(rclio_goal_handle_response(first)); /* its result has been moved out */
    rclio_goal_handle_unref(first);
    rclio_goal_handle_unref(second);
    pair_free(&p);
}

static void accept_it(const void *request, void *response, void *arg)
{
    (void)request;
    (void)arg;
    ((send_goal_response *)response)->accepted = true;
}

static void name_no_status(const void *request, void *response, void *arg)
{
    (void)request;
    (void)response;
    (void)arg;
}

static void what_a_server_says_of_a_goal_that_it_does_not_know_is_kept(void **state) /* ACT-5 */
{
    (void)state;
    pair p = pair_new();
    const rclio_type *const *parts = p.server_fibonacci->parts;
    rclio_types *types = rclio_context_types(p.server_context);
    rclio_qos status_qos = RCLIO_QOS_DEFAULT;
    status_qos.durability = RCLIO_TRANSIENT_LOCAL;
    rclio_service_new(p.server, parts[RCLIO_PART_SEND_GOAL], "/fibonacci/_action/send_goal", accept_it, NULL, NULL);
    rclio_service_new(p.server, rclio_types_get(types, "action_msgs/srv/CancelGoal"), "/fibonacci/_action/cancel_goal",
                      name_no_status, NULL, NULL);
    rclio_service_new(p.server, parts[RCLIO_PART_GET_RESULT], "/fibonacci/_action/get_result", name_no_status, NULL, NULL);
    rclio_publisher_new(p.server, parts[RCLIO_PART_FEEDBACK_MESSAGE], "/fibonacci/_action/feedback", NULL);
    rclio_publisher_new(p.server, rclio_types_get(types, "action_msgs/msg/GoalStatusArray"), "/fibonacci/_action/status",
                        &(rclio_publisher_options){.qos = status_qos});
    rclio_action_client *client = rclio_action_client_new(p.client, p.fibonacci, "fibonacci", NULL);
    watched_goal *g = watched_goal_send(client, 10);
    AWAIT_FAILS(rclio_goal_handle_result(g->handle), RCLIO_UNAVAILABLE, "does not know it any more");
    const raw_result *response = rclio_goal_handle_response(g->handle);
    assert_non_null(response);
    assert_int_equal(response->status, RCLIO_GOAL_UNKNOWN);
    rclio_action_client_destroy(client);
    assert_ptr_equal(rclio_goal_handle_response(g->handle), response);
    assert_int_equal(response->sequence.size, 0);
    watched_goal_free(g);
    pair_free(&p);
}

static void bad_arguments_of_an_action_client_are_errors(void **state)
{
    (void)state;
    pair p = pair_new();
    assert_null(rclio_action_client_new(p.client, p.add, "fibonacci", NULL));
    assert_int_equal(rclio_error_status(), RCLIO_INVALID);
    assert_null(rclio_action_send_goal(NULL, &(fibonacci_goal){0}, NULL, NULL));
    assert_int_equal(rclio_error_status(), RCLIO_INVALID);
    assert_null(rclio_goal_handle_cancel(NULL));
    assert_null(rclio_goal_handle_response(NULL));
    assert_null(rclio_action_result_request(NULL, &(rclio_goal_id){{0}}));
    rclio_action_client *client = rclio_action_client_new(p.client, p.fibonacci, "fibonacci", NULL);
    assert_null(rclio_action_result_request(client, NULL));
    assert_int_equal(rclio_error_status(), RCLIO_INVALID);
    rclio_future *call = rclio_action_result_request(client, &(rclio_goal_id){{0}});
    AWAIT_FAILS(call, RCLIO_UNAVAILABLE, "/fibonacci");
    rclio_future_unref(call);
    rclio_action_client_destroy(client);
    rclio_action_client_destroy(NULL);
    rclio_goal_handle_unref(NULL);
    pair_free(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_server_counts_as_available_when_all_of_it_is_matched),
        cmocka_unit_test(an_actions_endpoints_have_the_profiles_of_the_options),
        cmocka_unit_test(services_without_the_topics_are_no_action_server),
        cmocka_unit_test(a_goal_without_a_server_waits_for_one),
        cmocka_unit_test(goal_ids_are_random),
        cmocka_unit_test(the_status_is_known_before_the_result),
        cmocka_unit_test(a_goal_goes_on_when_its_handle_is_dropped),
        cmocka_unit_test(a_goal_goes_on_when_its_client_is_destroyed),
        cmocka_unit_test(a_goal_that_waits_for_a_server_ends_with_its_client),
        cmocka_unit_test(a_result_outlives_its_handle_and_its_client),
        cmocka_unit_test(a_client_may_be_destroyed_by_its_feedback_callback),
        cmocka_unit_test(a_killed_client_holds_up_neither_the_goal_nor_other_clients),
        cmocka_unit_test(the_result_of_any_goal_is_there_by_its_id),
        cmocka_unit_test(what_a_server_says_of_a_goal_that_it_does_not_know_is_kept),
        cmocka_unit_test(bad_arguments_of_an_action_client_are_errors),
        cmocka_unit_test(a_goal_whose_server_goes_ends_unknown_though_a_newer_server_is_there),
        cmocka_unit_test(a_goal_whose_server_is_killed_ends_unknown_at_once_with_the_reason),
    };
    return cmocka_run_group_tests(tests, harness_environment, NULL);
}
