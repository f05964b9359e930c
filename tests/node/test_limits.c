/* tests/node/test_limits.c: what is limited is refused in words, and goes on when there is room again. Tasks: tests/async/test_limits.c;
 * requests that the middleware holds: tests/mw/rtps/test_limits.c. */
#include "fibonacci.h"

#include "node/node.h"

typedef struct keeper {
    rclio_service *service;
    rclio_request *kept[10];
    size_t count;
} keeper;

static void keep(const void *request, void *response, void *arg)
{
    keeper *k = arg;
    (void)response;
    (void)request;
    k->kept[k->count++] = rclio_service_defer(k->service);
}

static void requests_beyond_the_limit_are_refused(void **state) /* SRV-11 */
{
    (void)state;
    pair p = pair_new();
    captured_log *lines = captured_log_new(p.server_context);
    keeper k = {0};
    rclio_counters c;
    k.service = rclio_service_new(p.server, p.server_add, "add", keep, &k, &(rclio_service_options){.maximum_requests = 2});
    rclio_client *client = rclio_client_new(p.client, p.add, "add", NULL);
    rclio_future *calls[4];
    for (int i = 0; i < 3; i++) calls[i] = rclio_client_call(client, &(add_request){.a = i});
    AWAIT_FAILS(calls[2], RCLIO_LIMIT, "service '/add': 2 requests are being answered, the limit (maximum_requests)");
    assert_int_equal(k.count, 2);
    assert_int_equal(captured_log_count(lines, "service '/add': a request was dropped: 2 requests"), 1);
    assert_ok(rclio_request_respond(k.kept[0], &(add_response){.sum = 7}));
    AWAIT(calls[0]);
    calls[3] = rclio_client_call(client, &(add_request){.a = 3});
    SPIN_UNTIL(p.executor, k.count == 3);
    assert_ok(rclio_service_counters(k.service, &c));
    assert_int_equal(c.received, 4);
    assert_int_equal(c.dropped, 1);
    assert_int_equal(c.queue_high, 2);
    for (int i = 1; i < 3; i++) rclio_request_drop(k.kept[i]);
    for (int i = 0; i < 4; i++) rclio_future_unref(calls[i]);
    captured_log_free(lines);
    pair_free(&p);
}

static void calls_beyond_the_limit_fail(void **state)
{
    (void)state;
    pair p = pair_new();
    rclio_client *client = rclio_client_new(p.client, p.add, "add", &(rclio_client_options){.maximum_calls = 2});
    rclio_future *calls[4]; /* nobody serves them */
    for (int i = 0; i < 3; i++) calls[i] = rclio_client_call(client, &(add_request){.a = i});
    AWAIT_FAILS(calls[2], RCLIO_LIMIT, "service '/add': 2 calls are pending, the limit (maximum_calls)");
    rclio_future_cancel(calls[0]);
    calls[3] = rclio_client_call(client, &(add_request){.a = 3});
    assert_int_equal(rclio_future_get_state(calls[3]), RCLIO_PENDING);
    for (int i = 0; i < 4; i++) rclio_future_unref(calls[i]);
    pair_free(&p);
}

static void goals_beyond_the_limit_are_rejected(void **state)
{
    (void)state;
    pair p = pair_new();
    captured_log *lines = captured_log_new(p.server_context);
    held_goals h = {.executor = p.executor};
    rclio_counters c;
    rclio_action_server *server = rclio_action_server_new(p.server, p.server_fibonacci, "fibonacci", held_goals_execute, &h,
                                                          &(rclio_action_server_options){.maximum_active_goals = 1});
    rclio_action_client *client = rclio_action_client_new(p.client, p.fibonacci, "fibonacci", NULL);
    watched_goal *first = watched_goal_send(client, 1);
    SPIN_UNTIL(p.executor, h.count == 1);
    watched_goal *second = watched_goal_send(client, 2);
    AWAIT_FAILS(rclio_goal_handle_accepted(second->handle), RCLIO_INVALID, "rejected");
    assert_int_equal(captured_log_count(lines, "1 goals are active, the limit"), 1);
    assert_ok(rclio_goal_succeed(h.goals[0], NULL)); /* it stays known, but is not active */
    AWAIT(rclio_goal_handle_result(first->handle));
    watched_goal *third = watched_goal_send(client, 3);
    AWAIT(rclio_goal_handle_accepted(third->handle));
    assert_ok(rclio_action_server_counters(server, &c));
    assert_int_equal(c.received, 3);
    assert_int_equal(c.dropped, 1);
    assert_int_equal(c.queue_high, 1);
    watched_goal_free(first);
    watched_goal_free(second);
    watched_goal_free(third);
    held_goals_free(&h);
    captured_log_free(lines);
    pair_free(&p);
}

static void a_goal_that_finds_no_place_for_its_task_is_aborted(void **state)
{
    (void)state;
    pair p = pair_new_on(&(rclio_executor_options){.maximum_tasks = 1});
    captured_log *lines = captured_log_new(p.server_context);
    held_goals h = {.executor = p.executor};
    rclio_action_server_new(p.server, p.server_fibonacci, "fibonacci", held_goals_execute, &h, NULL);
    rclio_action_client *client = rclio_action_client_new(p.client, p.fibonacci, "fibonacci", NULL);
    watched_goal *first = watched_goal_send(client, 1);
    SPIN_UNTIL(p.executor, h.count == 1);
    watched_goal *second = watched_goal_send(client, 2);
    AWAIT(rclio_goal_handle_result(second->handle));
    assert_int_equal(rclio_goal_handle_status(second->handle), RCLIO_GOAL_ABORTED);
    assert_int_equal(captured_log_count(lines, "the limit (maximum_tasks)"), 1);
    watched_goal_free(first);
    watched_goal_free(second);
    held_goals_free(&h);
    captured_log_free(lines);
    pair_free(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_beyond_the_limit_are_refused),
        cmocka_unit_test(calls_beyond_the_limit_fail),
        cmocka_unit_test(goals_beyond_the_limit_are_rejected),
        cmocka_unit_test(a_goal_that_finds_no_place_for_its_task_is_aborted),
    };
    return cmocka_run_group_tests_name("limits", tests, harness_environment, NULL);
}
