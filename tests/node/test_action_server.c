/* tests/node/test_action_server.c: goals as their server sees them: accepted, run, ended, kept, forgotten. Cancelling:
 * test_action_cancel.c; feedback: test_action_feedback.c. */
#include "fibonacci.h"

#include "node/action_server.h"

static void a_goal_is_accepted_runs_and_succeeds(void **state) /* ACT-1, ACT-2, ACT-5, NAM-9 */
{
    (void)state;
    pair p = pair_new();
    rclio_action_server_new(p.server, p.server_fibonacci, "fibonacci", fibonacci_execute, NULL, NULL);
    rclio_action_client *client = rclio_action_client_new(p.client, p.fibonacci, "fibonacci", NULL);
    watched_goal *g = watched_goal_send(client, 10);
    AWAIT(rclio_goal_handle_accepted(g->handle));
    assert_fibonacci(AWAIT(rclio_goal_handle_result(g->handle)), 10);
    assert_int_equal(rclio_goal_handle_status(g->handle), RCLIO_GOAL_SUCCEEDED);
    assert_int_equal(g->feedback_count, FIBONACCI_FEEDBACK_OF_10);
    watched_goal_free(g);
    pair_free(&p);
}

static void end_at_once(rclio_goal *goal, void *arg)
{
    (void)arg;
    rclio_goal_succeed(goal, NULL);
}

static rclio_goal_response accept_positive(const rclio_goal_id *id, const void *request, void *arg)
{
    (void)id;
    (void)arg;
    return ((const fibonacci_goal *)request)->order > 0 ? RCLIO_ACCEPT_AND_EXECUTE : RCLIO_REJECT;
}

static void a_goal_may_be_rejected(void **state) /* ACT-2 */
{
    (void)state;
    pair p = pair_new();
    rclio_action_server_new(p.server, p.server_fibonacci, "fibonacci", end_at_once, NULL,
                            &(rclio_action_server_options){.on_goal = accept_positive});
    rclio_action_client *client = rclio_action_client_new(p.client, p.fibonacci, "fibonacci", NULL);
    watched_goal *bad = watched_goal_send(client, 0), *good = watched_goal_send(client, 1);
    AWAIT_FAILS(rclio_goal_handle_accepted(bad->handle), RCLIO_INVALID, "rejected");
    AWAIT_FAILS(rclio_goal_handle_result(bad->handle), RCLIO_INVALID, "action '/fibonacci'");
    assert_int_equal(rclio_goal_handle_status(bad->handle), RCLIO_GOAL_REJECTED);
    const int32_list *empty = AWAIT(rclio_goal_handle_result(good->handle)); /* a NULL result is an empty one */
    assert_int_equal(empty->size, 0);
    watched_goal_free(bad);
    watched_goal_free(good);
    pair_free(&p);
}

/* ---- states ---- */

static void a_handler_may_abort_its_goal_and_still_give_a_result(void **state)
{
    (void)state;
    pair p = pair_new();
    held_goals h = {.executor = p.executor};
    rclio_action_server_new(p.server, p.server_fibonacci, "fibonacci", held_goals_execute, &h, NULL);
    rclio_action_client *client = rclio_action_client_new(p.client, p.fibonacci, "fibonacci", NULL);
    watched_goal *g = watched_goal_send(client, 10);
    SPIN_UNTIL(p.executor, h.count == 1);
    assert_int_equal(rclio_goal_get_status(h.goals[0]), RCLIO_GOAL_EXECUTING);
    assert_true(rclio_goal_is_active(h.goals[0]));
    int32_t numbers[] = {4, 5};
    assert_ok(rclio_goal_abort(h.goals[0], &(int32_list){.data = numbers, .size = 2, .capacity = 2}));
    const int32_list *result = AWAIT(rclio_goal_handle_result(g->handle));
    assert_int_equal(result->size, 2);
    assert_int_equal(result->data[1], 5);
    assert_int_equal(rclio_goal_handle_status(g->handle), RCLIO_GOAL_ABORTED);
    assert_false(rclio_goal_is_active(h.goals[0]));
    watched_goal_free(g);
    held_goals_free(&h);
    pair_free(&p);
}

static void a_move_that_is_not_allowed_names_the_state_and_the_event(void **state) /* ACT-7 */
{
    (void)state;
    pair p = pair_new();
    held_goals h = {.executor = p.executor};
    rclio_action_server_new(p.server, p.server_fibonacci, "fibonacci", held_goals_execute, &h, NULL);
    rclio_action_client *client = rclio_action_client_new(p.client, p.fibonacci, "fibonacci", NULL);
    watched_goal *g = watched_goal_send(client, 10);
    SPIN_UNTIL(p.executor, h.count == 1);
    assert_int_equal(rclio_goal_canceled(h.goals[0], NULL), RCLIO_BAD_STATE); /* nobody asked for it */
    assert_non_null(strstr(rclio_error(), "is EXECUTING: the event CANCELED"));
    assert_int_equal(rclio_goal_execute(h.goals[0]), RCLIO_BAD_STATE);
    assert_ok(rclio_goal_succeed(h.goals[0], NULL));
    assert_int_equal(rclio_goal_abort(h.goals[0], NULL), RCLIO_BAD_STATE);
    assert_non_null(strstr(rclio_error(), "is SUCCEEDED: the event ABORT"));
    assert_int_equal(rclio_goal_publish_feedback(h.goals[0], &(int32_list){0}), RCLIO_BAD_STATE);
    AWAIT(rclio_goal_handle_result(g->handle));
    assert_int_equal(rclio_goal_handle_status(g->handle), RCLIO_GOAL_SUCCEEDED);
    watched_goal_free(g);
    held_goals_free(&h);
    pair_free(&p);
}

static void forget_to_end(rclio_goal *goal, void *arg)
{
    (void)goal;
    (void)arg;
}

static void a_handler_that_forgets_to_end_its_goal_has_aborted_it(void **state)
{
    (void)state;
    pair p = pair_new();
    captured_log *lines = captured_log_new(p.server_context);
    rclio_action_server_new(p.server, p.server_fibonacci, "fibonacci", forget_to_end, NULL, NULL);
    rclio_action_client *client = rclio_action_client_new(p.client, p.fibonacci, "fibonacci", NULL);
    watched_goal *g = watched_goal_send(client, 10);
    const int32_list *result = AWAIT(rclio_goal_handle_result(g->handle));
    assert_int_equal(result->size, 0);
    assert_int_equal(rclio_goal_handle_status(g->handle), RCLIO_GOAL_ABORTED);
    char words[100], id[33];
    rclio_goal_id_text(rclio_goal_handle_id(g->handle), id);
    snprintf(words, sizeof words, "Goal state not set, assuming aborted. Goal ID: %s", id);
    assert_int_equal(captured_log_count(lines, words), 1);
    watched_goal_free(g);
    captured_log_free(lines);
    pair_free(&p);
}

static void a_deferred_goal_runs_when_it_is_told(void **state) /* ACT-4 */
{
    (void)state;
    pair p = pair_new();
    held_goals h = {.executor = p.executor, .on_goal_answer = RCLIO_ACCEPT_AND_DEFER};
    rclio_action_server_new(p.server, p.server_fibonacci, "fibonacci", held_goals_execute, &h,
                            &(rclio_action_server_options){HELD_GOALS_OPTIONS});
    rclio_action_client *client = rclio_action_client_new(p.client, p.fibonacci, "fibonacci", NULL);
    watched_goal *g = watched_goal_send(client, 10);
    AWAIT(rclio_goal_handle_accepted(g->handle));
    SPIN_UNTIL(p.executor, h.deferred);
    assert_int_equal(rclio_goal_get_status(h.deferred), RCLIO_GOAL_ACCEPTED);
    assert_int_equal(((const fibonacci_goal *)rclio_goal_request(h.deferred))->order, 10);
    assert_int_equal(rclio_goal_succeed(h.deferred, NULL), RCLIO_BAD_STATE);
    assert_int_equal(h.count, 0);
    assert_ok(rclio_goal_execute(h.deferred));
    SPIN_UNTIL(p.executor, h.count == 1);
    assert_int_equal(rclio_goal_execute(h.deferred), RCLIO_BAD_STATE);
    assert_ok(rclio_goal_succeed(h.goals[0], NULL));
    AWAIT(rclio_goal_handle_result(g->handle));
    watched_goal_free(g);
    held_goals_free(&h);
    pair_free(&p);
}

static void two_goals_run_at_once_and_end_in_any_order(void **state)
{
    (void)state;
    pair p = pair_new();
    held_goals h = {.executor = p.executor};
    rclio_action_server_new(p.server, p.server_fibonacci, "fibonacci", held_goals_execute, &h, NULL);
    rclio_action_client *client = rclio_action_client_new(p.client, p.fibonacci, "fibonacci", NULL);
    watched_goal *one = watched_goal_send(client, 1), *two = watched_goal_send(client, 2);
    SPIN_UNTIL(p.executor, h.count == 2);
    for (int i = 1; i >= 0; i--) {
        int32_t order = ((const fibonacci_goal *)rclio_goal_request(h.goals[i]))->order;
        assert_ok(rclio_goal_succeed(h.goals[i], &(int32_list){.data = &order, .size = 1, .capacity = 1}));
    }
    assert_int_equal(((const int32_list *)AWAIT(rclio_goal_handle_result(two->handle)))->data[0], 2);
    assert_int_equal(((const int32_list *)AWAIT(rclio_goal_handle_result(one->handle)))->data[0], 1);
    watched_goal_free(one);
    watched_goal_free(two);
    held_goals_free(&h);
    pair_free(&p);
}

static void more_goals_than_allowed_are_rejected(void **state)
{
    (void)state;
    pair p = pair_new();
    captured_log *lines = captured_log_new(p.server_context);
    held_goals h = {.executor = p.executor};
    rclio_action_server_new(p.server, p.server_fibonacci, "fibonacci", held_goals_execute, &h,
                            &(rclio_action_server_options){.maximum_goals = 2});
    rclio_action_client *client = rclio_action_client_new(p.client, p.fibonacci, "fibonacci", NULL);
    watched_goal *g[3];
    for (int i = 0; i < 3; i++) g[i] = watched_goal_send(client, i);
    AWAIT_FAILS(rclio_goal_handle_result(g[2]->handle), RCLIO_INVALID, "rejected");
    assert_int_equal(captured_log_count(lines, "2 goals are known, the limit"), 1);
    SPIN_UNTIL(p.executor, h.count == 2);
    for (int i = 0; i < 3; i++) watched_goal_free(g[i]);
    held_goals_free(&h);
    captured_log_free(lines);
    pair_free(&p);
}

/* ---- the protocol as an ordinary client sees it ---- */

static void a_goal_whose_id_is_known_is_rejected(void **state) /* ACT-2 */
{
    (void)state;
    pair p = pair_new();
    held_goals h = {.executor = p.executor};
    rclio_action_server_new(p.server, p.server_fibonacci, "fibonacci", held_goals_execute, &h, NULL);
    raw_client r = raw_client_new(&p);
    send_goal_response first = raw_send(&r, 1, 5), again = raw_send(&r, 1, 5);
    assert_true(first.accepted);
    assert_true(first.stamp.sec > 0);
    assert_false(again.accepted);
    assert_int_equal(again.stamp.sec, 0);
    assert_int_equal(again.stamp.nanosec, 0);
    SPIN_UNTIL(p.executor, h.count == 1); /* after a second: this client has no reader of feedback */
    assert_ok(rclio_goal_succeed(h.goals[0], NULL));
    assert_false(raw_send(&r, 1, 5).accepted); /* finished, and known still */
    assert_true(raw_send(&r, 2, 5).accepted);
    SPIN_UNTIL(p.executor, h.count == 2);
    held_goals_free(&h);
    pair_free(&p);
}

static void results_go_to_all_who_ask_before_the_end_and_after(void **state) /* ACT-5 */
{
    (void)state;
    pair p = pair_new();
    held_goals h = {.executor = p.executor};
    rclio_action_server_new(p.server, p.server_fibonacci, "fibonacci", held_goals_execute, &h, NULL);
    raw_client r = raw_client_new(&p);
    assert_true(raw_send(&r, 1, 5).accepted);
    rclio_future *early[2];
    for (int i = 0; i < 2; i++) early[i] = rclio_client_call(r.get_result, &(rclio_goal_id){.uuid = {1}});
    SPIN_UNTIL(p.executor, h.count == 1);
    assert_int_equal(rclio_future_get_state(early[0]), RCLIO_PENDING);
    int32_t numbers[] = {7, 8, 9};
    assert_ok(rclio_goal_succeed(h.goals[0], &(int32_list){.data = numbers, .size = 3, .capacity = 3}));
    for (int i = 0; i < 2; i++) {
        const raw_result *result = AWAIT(early[i]);
        assert_int_equal(result->status, RCLIO_GOAL_SUCCEEDED);
        assert_int_equal(result->sequence.data[2], 9);
        rclio_future_unref(early[i]);
    }
    size_t size;
    assert_int_equal(raw_result_of(&r, 1, &size).status, RCLIO_GOAL_SUCCEEDED);
    assert_int_equal(size, 3);
    held_goals_free(&h);
    pair_free(&p);
}

static void the_result_of_an_unknown_goal_is_empty(void **state) /* ACT-5 */
{
    (void)state;
    pair p = pair_new();
    rclio_action_server_new(p.server, p.server_fibonacci, "fibonacci", fibonacci_execute, NULL, NULL);
    raw_client r = raw_client_new(&p);
    size_t size = 1;
    assert_int_equal(raw_result_of(&r, 99, &size).status, RCLIO_GOAL_UNKNOWN);
    assert_int_equal(size, 0);
    pair_free(&p);
}

static void a_finished_goal_expires(void **state) /* ACT-6 */
{
    (void)state;
    const int64_t hour_ns = RCLIO_S(3600);
    pair p = pair_new();
    rclio_action_server *server = rclio_action_server_new(p.server, p.server_fibonacci, "fibonacci", fibonacci_execute, NULL,
                                                          &(rclio_action_server_options){.result_timeout_ns = hour_ns});
    rclio_action_client *client = rclio_action_client_new(p.client, p.fibonacci, "fibonacci", NULL);
    raw_client r = raw_client_new(&p);
    watched_goal *g = watched_goal_send(client, 10);
    AWAIT(rclio_goal_handle_result(g->handle));
    rclio_goal *kept = action_server_find(server, rclio_goal_handle_id(g->handle));
    assert_non_null(kept);
    assert_int_equal(server->expiry.deadline_ns, kept->accepted_steady_ns + hour_ns + 1);
    kept->accepted_steady_ns -= hour_ns; /* the hour has passed */
    timer_arm(&server->expiry, rclio_now_steady());
    for (int8_t status = RCLIO_GOAL_SUCCEEDED; status != RCLIO_GOAL_UNKNOWN;) { /* asks until it has gone */
        rclio_future *call = rclio_client_call(r.get_result, rclio_goal_handle_id(g->handle));
        status = ((const raw_result *)AWAIT(call))->status;
        assert_true(status == RCLIO_GOAL_UNKNOWN || status == RCLIO_GOAL_SUCCEEDED);
        rclio_future_unref(call);
    }
    assert_int_equal(HASH_COUNT(server->goals), 0);
    assert_true(list_is_empty(&server->shown));
    watched_goal_free(g);
    pair_free(&p);
}

static void a_goal_that_ran_longer_than_the_result_timeout_expires_as_it_ends(void **state) /* ACT-6 */
{
    (void)state;
    pair p = pair_new();
    held_goals h = {.executor = p.executor};
    rclio_action_server *server = rclio_action_server_new(p.server, p.server_fibonacci, "fibonacci", held_goals_execute, &h,
                                                          &(rclio_action_server_options){.result_timeout_ns = 1});
    rclio_action_client *client = rclio_action_client_new(p.client, p.fibonacci, "fibonacci", NULL);
    watched_goal *g = watched_goal_send(client, 10);
    SPIN_UNTIL(p.executor, h.count == 1);
    assert_int_equal(HASH_COUNT(server->goals), 1);
    assert_ok(rclio_goal_succeed(h.goals[0], NULL));
    assert_int_equal(HASH_COUNT(server->goals), 0);
    assert_int_equal(rclio_goal_get_status(h.goals[0]), RCLIO_GOAL_SUCCEEDED); /* the handler's goal is good still */
    watched_goal_free(g);
    held_goals_free(&h);
    pair_free(&p);
}

/* ---- endpoints ---- */

typedef struct seen_endpoints {
    struct {
        uint32_t number; /* of the entity in its participant: they count up */
        char topic[64];
    } data[32];
    size_t size;
} seen_endpoints;

static bool see_endpoint(const graph_endpoint *endpoint, void *arg)
{
    seen_endpoints *seen = arg;
    if (!strstr(endpoint->topic, "fibonacci/_action/") || seen->size == 32) return true;
    const uint8_t *gid = endpoint->gid;
    seen->data[seen->size].number = (uint32_t)gid[12] << 16 | (uint32_t)gid[13] << 8 | gid[14];
    snprintf(seen->data[seen->size++].topic, sizeof seen->data[0].topic, "%s", endpoint->topic);
    return true;
}

static int by_number(const void *a, const void *b)
{
    const uint32_t *left = a, *right = b;
    return *left < *right ? -1 : *left > *right;
}

static void assert_endpoints(rclio_node *node, const char *const *topics, size_t count)
{
    seen_endpoints seen = {0};
    graph_visit_endpoints(node->ops->graph_of(node->context->participant), see_endpoint, &seen);
    assert_int_equal(seen.size, count);
    qsort(seen.data, seen.size, sizeof seen.data[0], by_number);
    for (size_t i = 0; i < count; i++) assert_string_equal(seen.data[i].topic, topics[i]);
}

static void the_parts_of_a_server_are_made_in_the_order_of_the_protocol(void **state) /* ACT-10, SRV-7 */
{
    (void)state;
    static const char *const topics[] = {
        "rr/fibonacci/_action/send_goalReply",   "rq/fibonacci/_action/send_goalRequest",
        "rr/fibonacci/_action/cancel_goalReply", "rq/fibonacci/_action/cancel_goalRequest",
        "rr/fibonacci/_action/get_resultReply",  "rq/fibonacci/_action/get_resultRequest",
        "rt/fibonacci/_action/feedback",         "rt/fibonacci/_action/status",
    };
    pair p = pair_new();
    rclio_action_server_new(p.server, p.server_fibonacci, "fibonacci", fibonacci_execute, NULL, NULL);
    assert_endpoints(p.server, topics, 8);
    pair_free(&p);
}

static void the_parts_of_a_client_are_made_in_the_order_of_the_protocol(void **state) /* ACT-10, SRV-7 */
{
    (void)state;
    static const char *const topics[] = {
        "rq/fibonacci/_action/send_goalRequest",   "rr/fibonacci/_action/send_goalReply",
        "rq/fibonacci/_action/cancel_goalRequest", "rr/fibonacci/_action/cancel_goalReply",
        "rq/fibonacci/_action/get_resultRequest",  "rr/fibonacci/_action/get_resultReply",
        "rt/fibonacci/_action/feedback",           "rt/fibonacci/_action/status",
    };
    pair p = pair_new();
    rclio_action_client_new(p.client, p.fibonacci, "fibonacci", NULL);
    assert_endpoints(p.client, topics, 8);
    pair_free(&p);
}

/* ---- the end of a server ---- */

static void destroying_a_server_fails_the_goals_of_its_clients(void **state) /* SRV-4 */
{
    (void)state;
    pair p = pair_new();
    held_goals h = {.executor = p.executor};
    rclio_action_server *server =
        rclio_action_server_new(p.server, p.server_fibonacci, "fibonacci", held_goals_execute, &h, NULL);
    rclio_action_client *client = rclio_action_client_new(p.client, p.fibonacci, "fibonacci", NULL);
    watched_goal *g = watched_goal_send(client, 10);
    SPIN_UNTIL(p.executor, h.count == 1);
    AWAIT(rclio_goal_handle_accepted(g->handle));
    rclio_action_server_destroy(server);
    AWAIT_FAILS(rclio_goal_handle_result(g->handle), RCLIO_UNAVAILABLE,
                "service '/fibonacci/_action/get_result': its server has gone");
    assert_int_equal(rclio_goal_handle_status(g->handle), RCLIO_GOAL_UNKNOWN);
    SPIN_UNTIL(p.executor, h.returned == 1); /* the handler was cancelled at its await */
    assert_true(rclio_goal_is_cancel_requested(h.goals[0]));
    assert_false(rclio_goal_is_active(h.goals[0]));
    assert_int_equal(rclio_goal_succeed(h.goals[0], NULL), RCLIO_CANCELLED);
    assert_int_equal(rclio_goal_publish_feedback(h.goals[0], &(int32_list){0}), RCLIO_CANCELLED);
    watched_goal_free(g);
    held_goals_free(&h);
    pair_free(&p);
}

static void destroy_the_server(rclio_goal *goal, void *arg)
{
    (void)goal;
    rclio_action_server_destroy(*(rclio_action_server **)arg);
}

static void a_server_may_be_destroyed_by_its_own_handler(void **state)
{
    (void)state;
    pair p = pair_new();
    rclio_action_server *server = NULL;
    server = rclio_action_server_new(p.server, p.server_fibonacci, "fibonacci", destroy_the_server, &server, NULL);
    rclio_action_client *client = rclio_action_client_new(p.client, p.fibonacci, "fibonacci", NULL);
    watched_goal *g = watched_goal_send(client, 10);
    AWAIT_FAILS(rclio_goal_handle_result(g->handle), RCLIO_UNAVAILABLE, "");
    watched_goal_free(g);
    pair_free(&p);
}

static void bad_arguments_of_a_server_are_errors(void **state)
{
    (void)state;
    pair p = pair_new();
    assert_null(rclio_action_server_new(p.server, p.server_add, "fibonacci", fibonacci_execute, NULL, NULL));
    assert_int_equal(rclio_error_status(), RCLIO_INVALID);
    assert_non_null(strstr(rclio_error(), "'example_interfaces/srv/AddTwoInts' is not an action type"));
    assert_null(rclio_action_server_new(p.server, p.server_fibonacci, "a b", fibonacci_execute, NULL, NULL));
    assert_int_equal(rclio_error_status(), RCLIO_INVALID);
    assert_null(rclio_action_server_new(NULL, p.server_fibonacci, "fibonacci", fibonacci_execute, NULL, NULL));
    pair_free(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_goal_is_accepted_runs_and_succeeds),
        cmocka_unit_test(a_goal_may_be_rejected),
        cmocka_unit_test(a_handler_may_abort_its_goal_and_still_give_a_result),
        cmocka_unit_test(a_move_that_is_not_allowed_names_the_state_and_the_event),
        cmocka_unit_test(a_handler_that_forgets_to_end_its_goal_has_aborted_it),
        cmocka_unit_test(a_deferred_goal_runs_when_it_is_told),
        cmocka_unit_test(two_goals_run_at_once_and_end_in_any_order),
        cmocka_unit_test(more_goals_than_allowed_are_rejected),
        cmocka_unit_test(a_goal_whose_id_is_known_is_rejected),
        cmocka_unit_test(results_go_to_all_who_ask_before_the_end_and_after),
        cmocka_unit_test(the_result_of_an_unknown_goal_is_empty),
        cmocka_unit_test(a_finished_goal_expires),
        cmocka_unit_test(a_goal_that_ran_longer_than_the_result_timeout_expires_as_it_ends),
        cmocka_unit_test(the_parts_of_a_server_are_made_in_the_order_of_the_protocol),
        cmocka_unit_test(the_parts_of_a_client_are_made_in_the_order_of_the_protocol),
        cmocka_unit_test(destroying_a_server_fails_the_goals_of_its_clients),
        cmocka_unit_test(a_server_may_be_destroyed_by_its_own_handler),
        cmocka_unit_test(bad_arguments_of_a_server_are_errors),
    };
    return cmocka_run_group_tests(tests, harness_environment, NULL);
}
