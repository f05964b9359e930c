/* tests/node/test_action_elsewhere.c: an action server whose program answers when it likes and runs its goals by itself. */
#include "fibonacci.h"

#include "node/service.h"

#include <pthread.h>

typedef struct program {
    pair p;
    rclio_action_server *server;
    rclio_action_client *client;
    rclio_goal_offer *offers[8];
    size_t offer_count;
    rclio_cancel_request *cancels[8];
    size_t cancel_count;
    rclio_goal *told[8]; /* to be executed; a reference each */
    size_t told_count;
} program;

static void on_offer(rclio_goal_offer *offer, void *arg)
{
    program *s = arg;
    s->offers[s->offer_count++] = offer;
}

static void on_cancel(rclio_cancel_request *request, void *arg)
{
    program *s = arg;
    s->cancels[s->cancel_count++] = request;
}

static void on_execute(rclio_goal *goal, void *arg)
{
    program *s = arg;
    s->told[s->told_count++] = rclio_goal_ref(goal);
}

static program *program_new(size_t maximum_active_goals)
{
    program *s = calloc(1, sizeof *s);
    s->p = pair_new();
    rclio_action_server_options options = {.on_goal_offer = on_offer,
                                           .on_cancel_request = on_cancel,
                                           .runs_elsewhere = true,
                                           .maximum_active_goals = maximum_active_goals};
    s->server = rclio_action_server_new(s->p.server, s->p.server_fibonacci, "fibonacci", on_execute, s, &options);
    s->client = rclio_action_client_new(s->p.client, s->p.fibonacci, "fibonacci", NULL);
    return s;
}

static void program_free(program *s)
{
    for (size_t i = 0; i < s->told_count; i++) rclio_goal_unref(s->told[i]);
    pair_free(&s->p);
    free(s);
}

/* Accepts the newest offer; returns once its goal is to be executed. */
static rclio_goal *accept(program *s)
{
    size_t before = s->told_count;
    assert_ok(rclio_goal_offer_answer(s->offers[s->offer_count - 1], RCLIO_ACCEPT_AND_EXECUTE, NULL));
    SPIN_UNTIL(s->p.executor, s->told_count > before);
    return s->told[before];
}

static watched_goal *send(program *s, int32_t order)
{
    size_t before = s->offer_count;
    watched_goal *g = watched_goal_send(s->client, order);
    SPIN_UNTIL(s->p.executor, s->offer_count > before);
    return g;
}

static void a_goal_is_accepted_later_and_ended_by_the_program(void **state) /* ACT-2, ACT-5 */
{
    (void)state;
    program *s = program_new(0);
    watched_goal *g = send(s, 7);
    assert_int_equal(((const fibonacci_goal *)rclio_goal_offer_request(s->offers[0]))->order, 7);
    assert_memory_equal(rclio_goal_offer_id(s->offers[0]), rclio_goal_handle_id(g->handle), sizeof(rclio_goal_id));
    assert_int_equal(rclio_future_get_state(rclio_goal_handle_accepted(g->handle)), RCLIO_PENDING);
    rclio_goal *goal = accept(s);
    AWAIT(rclio_goal_handle_accepted(g->handle));
    assert_true(rclio_goal_handle_stamp(g->handle) > 0);
    assert_int_equal(rclio_goal_get_status(goal), RCLIO_GOAL_EXECUTING); /* it is not aborted when on_execute returns */
    int32_t numbers[] = {4, 5, 6};
    int32_list given = {.data = numbers, .size = 3, .capacity = 3};
    assert_ok(rclio_goal_publish_feedback(goal, &given));
    assert_ok(rclio_goal_succeed(goal, &given));
    assert_int_equal(((const int32_list *)AWAIT(rclio_goal_handle_result(g->handle)))->size, 3);
    assert_int_equal(rclio_goal_handle_status(g->handle), RCLIO_GOAL_SUCCEEDED);
    assert_int_equal(g->feedback_count, 1);
    watched_goal_free(g);
    program_free(s);
}

static void an_offer_may_be_rejected_later(void **state) /* ACT-2 */
{
    (void)state;
    program *s = program_new(0);
    watched_goal *g = send(s, 7);
    rclio_goal *goal = NULL;
    assert_ok(rclio_goal_offer_answer(s->offers[0], RCLIO_REJECT, &goal));
    assert_null(goal);
    AWAIT_FAILS(rclio_goal_handle_accepted(g->handle), RCLIO_INVALID, "rejected");
    watched_goal_free(g);
    program_free(s);
}

static void an_offer_that_is_deferred_is_executed_when_it_is_told(void **state) /* ACT-4 */
{
    (void)state;
    program *s = program_new(0);
    watched_goal *g = send(s, 7);
    rclio_goal *goal = NULL;
    assert_ok(rclio_goal_offer_answer(s->offers[0], RCLIO_ACCEPT_AND_DEFER, &goal));
    AWAIT(rclio_goal_handle_accepted(g->handle));
    assert_int_equal(rclio_goal_get_status(goal), RCLIO_GOAL_ACCEPTED);
    assert_int_equal(s->told_count, 0);
    assert_ok(rclio_goal_execute(goal));
    SPIN_UNTIL(s->p.executor, s->told_count == 1);
    assert_ptr_equal(s->told[0], goal);
    assert_ok(rclio_goal_abort(goal, NULL));
    AWAIT(rclio_goal_handle_result(g->handle));
    rclio_goal_unref(goal);
    watched_goal_free(g);
    program_free(s);
}

static void of_two_offers_with_one_id_the_second_is_rejected(void **state) /* ACT-2 */
{
    (void)state;
    program *s = program_new(0);
    raw_client r = raw_client_new(&s->p);
    raw_goal request = {.id = {.uuid = {9}}, .goal.order = 1};
    rclio_future *first = rclio_client_call(r.send_goal, &request), *second = rclio_client_call(r.send_goal, &request);
    SPIN_UNTIL(s->p.executor, s->offer_count == 2);
    assert_ok(rclio_goal_offer_answer(s->offers[0], RCLIO_ACCEPT_AND_DEFER, NULL));
    assert_int_equal(rclio_goal_offer_answer(s->offers[1], RCLIO_ACCEPT_AND_DEFER, NULL), RCLIO_INVALID);
    assert_true(((const send_goal_response *)AWAIT(first))->accepted);
    assert_false(((const send_goal_response *)AWAIT(second))->accepted);
    rclio_future_unref(first);
    rclio_future_unref(second);
    program_free(s);
}

static void offers_count_among_the_active_goals(void **state)
{
    (void)state;
    program *s = program_new(1);
    watched_goal *first = send(s, 1), *second = watched_goal_send(s->client, 2);
    AWAIT_FAILS(rclio_goal_handle_accepted(second->handle), RCLIO_INVALID, "rejected");
    assert_int_equal(s->offer_count, 1);
    assert_ok(rclio_goal_succeed(accept(s), NULL));
    AWAIT(rclio_goal_handle_result(first->handle));
    watched_goal *third = send(s, 3); /* there is room again */
    assert_ok(rclio_goal_succeed(accept(s), NULL));
    AWAIT(rclio_goal_handle_result(third->handle));
    watched_goal_free(first);
    watched_goal_free(second);
    watched_goal_free(third);
    program_free(s);
}

static void a_result_may_come_after_the_end(void **state) /* ACT-3, ACT-5 */
{
    (void)state;
    program *s = program_new(0);
    watched_goal *g = send(s, 7);
    rclio_goal *goal = accept(s);
    int32_t numbers[] = {4, 5, 6};
    int32_list given = {.data = numbers, .size = 3, .capacity = 3};
    assert_int_equal(rclio_goal_give_result(goal, &given), RCLIO_BAD_STATE);
    assert_int_equal(rclio_goal_end(goal, RCLIO_GOAL_EXECUTING), RCLIO_INVALID);
    assert_int_equal(rclio_goal_end(goal, RCLIO_GOAL_CANCELED), RCLIO_BAD_STATE);
    assert_ok(rclio_goal_end(goal, RCLIO_GOAL_SUCCEEDED));
    assert_int_equal(rclio_goal_end(goal, RCLIO_GOAL_ABORTED), RCLIO_BAD_STATE);
    assert_false(rclio_goal_is_active(goal));
    SPIN_UNTIL(s->p.executor, rclio_goal_handle_status(g->handle) == RCLIO_GOAL_SUCCEEDED);
    assert_int_equal(rclio_future_get_state(rclio_goal_handle_result(g->handle)), RCLIO_PENDING);
    assert_ok(rclio_goal_publish_feedback(goal, &given));
    assert_ok(rclio_goal_give_result(goal, &given));
    assert_int_equal(rclio_goal_give_result(goal, &given), RCLIO_BAD_STATE);
    assert_int_equal(rclio_goal_publish_feedback(goal, &given), RCLIO_BAD_STATE);
    assert_int_equal(((const int32_list *)AWAIT(rclio_goal_handle_result(g->handle)))->size, 3);
    assert_int_equal(g->feedback_count, 1);
    watched_goal_free(g);
    program_free(s);
}

static void the_reply_to_a_cancel_request_leaves_with_the_last_verdict(void **state) /* ACT-8, ACT-9 */
{
    (void)state;
    program *s = program_new(0);
    watched_goal *first = send(s, 1);
    rclio_goal *kept = accept(s);
    watched_goal *second = send(s, 2);
    rclio_goal *cancelled = accept(s);
    AWAIT(rclio_goal_handle_accepted(second->handle));
    rclio_future *call = rclio_action_cancel_request(s->client, NULL, 0);
    SPIN_UNTIL(s->p.executor, s->cancel_count == 2);
    assert_ptr_equal(rclio_cancel_request_goal(s->cancels[0]), kept);
    assert_ptr_equal(rclio_cancel_request_goal(s->cancels[1]), cancelled);
    rclio_cancel_request_answer(s->cancels[1], RCLIO_CANCEL_ACCEPT);
    assert_int_equal(rclio_goal_get_status(cancelled), RCLIO_GOAL_EXECUTING);
    rclio_cancel_request_answer(s->cancels[0], RCLIO_CANCEL_REJECT);
    const cancel_response *reply = AWAIT(call);
    assert_int_equal(reply->return_code, CANCEL_NONE);
    assert_int_equal(reply->goals_canceling.size, 1);
    assert_memory_equal(&reply->goals_canceling.data[0].goal_id, rclio_goal_get_id(cancelled), sizeof(rclio_goal_id));
    assert_true(rclio_goal_is_cancel_requested(cancelled));
    assert_false(rclio_goal_is_cancel_requested(kept));
    rclio_future_unref(call);
    assert_ok(rclio_goal_canceled(cancelled, NULL));
    AWAIT(rclio_goal_handle_result(second->handle));
    assert_int_equal(rclio_goal_handle_status(second->handle), RCLIO_GOAL_CANCELED);
    call = rclio_action_cancel_request(s->client, rclio_goal_get_id(kept), 0);
    SPIN_UNTIL(s->p.executor, s->cancel_count == 3);
    rclio_cancel_request_answer(s->cancels[2], RCLIO_CANCEL_REJECT);
    assert_int_equal(((const cancel_response *)AWAIT(call))->return_code, CANCEL_REJECTED);
    rclio_future_unref(call);
    rclio_goal_succeed(kept, NULL);
    watched_goal_free(first);
    watched_goal_free(second);
    program_free(s);
}

static void a_goal_that_ends_before_the_verdict_is_not_cancelled(void **state) /* ACT-8 */
{
    (void)state;
    program *s = program_new(0);
    watched_goal *g = send(s, 1);
    rclio_goal *goal = accept(s);
    AWAIT(rclio_goal_handle_accepted(g->handle));
    rclio_future *call = rclio_action_cancel_request(s->client, rclio_goal_get_id(goal), 0);
    SPIN_UNTIL(s->p.executor, s->cancel_count == 1);
    assert_ok(rclio_goal_succeed(goal, NULL));
    rclio_cancel_request_answer(s->cancels[0], RCLIO_CANCEL_ACCEPT);
    assert_int_equal(((const cancel_response *)AWAIT(call))->goals_canceling.size, 0);
    rclio_future_unref(call);
    AWAIT(rclio_goal_handle_result(g->handle));
    assert_int_equal(rclio_goal_handle_status(g->handle), RCLIO_GOAL_SUCCEEDED);
    watched_goal_free(g);
    program_free(s);
}

static void verdicts_may_come_after_the_server_has_gone(void **state) /* SRV-4 */
{
    (void)state;
    program *s = program_new(0);
    watched_goal *running = send(s, 1);
    rclio_goal *goal = accept(s);
    AWAIT(rclio_goal_handle_accepted(running->handle));
    rclio_future *call = rclio_action_cancel_request(s->client, rclio_goal_get_id(goal), 0);
    SPIN_UNTIL(s->p.executor, s->cancel_count == 1);
    watched_goal *offered = send(s, 2);
    rclio_action_server_destroy(s->server);
    assert_int_equal(rclio_goal_offer_answer(s->offers[1], RCLIO_ACCEPT_AND_EXECUTE, NULL), RCLIO_CANCELLED);
    rclio_cancel_request_answer(s->cancels[0], RCLIO_CANCEL_ACCEPT);
    assert_int_equal(rclio_goal_end(goal, RCLIO_GOAL_SUCCEEDED), RCLIO_CANCELLED);
    assert_int_equal(rclio_goal_give_result(goal, NULL), RCLIO_CANCELLED);
    assert_int_equal(s->told_count, 1);
    AWAIT_FAILS(call, RCLIO_UNAVAILABLE, "has gone");
    AWAIT_FAILS(rclio_goal_handle_accepted(offered->handle), RCLIO_UNAVAILABLE, "has gone");
    AWAIT_FAILS(rclio_goal_handle_result(running->handle), RCLIO_UNAVAILABLE, "has gone");
    rclio_future_unref(call);
    watched_goal_free(running);
    watched_goal_free(offered);
    program_free(s);
}

static void *spin_once_elsewhere(void *arg)
{
    return (void *)(intptr_t)rclio_executor_spin_some(arg, 0);
}

static void any_thread_may_have_the_next_turn(void **state) /* X5: neither side keeps a suspended task */
{
    (void)state;
    program *s = program_new(0);
    watched_goal *g = send(s, 7);
    for (int step = 0; step < 2; step++) {
        pthread_t other;
        void *status = NULL;
        assert_int_equal(pthread_create(&other, NULL, spin_once_elsewhere, s->p.executor), 0);
        assert_int_equal(pthread_join(other, &status), 0);
        assert_int_equal((intptr_t)status, RCLIO_OK);
        if (step == 0) accept(s);
    }
    assert_ok(rclio_goal_succeed(s->told[0], NULL));
    AWAIT(rclio_goal_handle_result(g->handle));
    watched_goal_free(g);
    program_free(s);
}

static void a_goal_that_is_given_up_is_aborted_in_whatever_state_it_is(void **state) /* ACT-7 */
{
    (void)state;
    program *s = program_new(0);
    watched_goal *accepted = send(s, 1);
    rclio_goal *goal = NULL;
    assert_ok(rclio_goal_offer_answer(s->offers[0], RCLIO_ACCEPT_AND_DEFER, &goal));
    rclio_goal_give_up(goal);
    rclio_goal_unref(goal);
    AWAIT(rclio_goal_handle_result(accepted->handle));
    assert_int_equal(rclio_goal_handle_status(accepted->handle), RCLIO_GOAL_ABORTED);
    watched_goal *ended = send(s, 2);
    goal = accept(s);
    assert_ok(rclio_goal_end(goal, RCLIO_GOAL_SUCCEEDED));
    rclio_goal_give_up(goal);
    AWAIT(rclio_goal_handle_result(ended->handle));
    assert_int_equal(rclio_goal_handle_status(ended->handle), RCLIO_GOAL_SUCCEEDED);
    rclio_goal_give_up(goal); /* it has a result: nothing happens */
    watched_goal_free(accepted);
    watched_goal_free(ended);
    program_free(s);
}

static void a_goal_may_be_sent_with_an_id_of_the_programs(void **state) /* ACT-1 */
{
    (void)state;
    program *s = program_new(0);
    rclio_goal_id id = {.uuid = {1, 2, 3}};
    fibonacci_goal request = {.order = 3};
    rclio_goal_handle *goal = rclio_action_send_goal_as(s->client, &id, &request, NULL, NULL);
    assert_memory_equal(rclio_goal_handle_id(goal), &id, sizeof id);
    SPIN_UNTIL(s->p.executor, s->offer_count == 1);
    assert_memory_equal(rclio_goal_offer_id(s->offers[0]), &id, sizeof id);
    assert_ok(rclio_goal_succeed(accept(s), NULL));
    AWAIT(rclio_goal_handle_result(goal));
    rclio_goal_handle_unref(goal);
    program_free(s);
}

static void a_goal_with_the_id_of_one_that_is_under_way_is_rejected(void **state) /* ACT-2 */
{
    (void)state;
    program *s = program_new(0);
    rclio_goal_id id = {.uuid = {1, 2, 3}};
    fibonacci_goal request = {.order = 3};
    rclio_goal_handle *first = rclio_action_send_goal_as(s->client, &id, &request, NULL, NULL);
    SPIN_UNTIL(s->p.executor, s->offer_count == 1);
    rclio_goal *goal = accept(s);
    rclio_goal_handle *second = rclio_action_send_goal_as(s->client, &id, &request, NULL, NULL);
    AWAIT_FAILS(rclio_goal_handle_accepted(second), RCLIO_INVALID, "rejected");
    AWAIT_FAILS(rclio_goal_handle_result(second), RCLIO_INVALID, "rejected");
    assert_int_equal(rclio_goal_handle_status(second), RCLIO_GOAL_REJECTED);
    rclio_goal_handle_unref(second);
    assert_ok(rclio_goal_succeed(goal, NULL)); /* the first one is still heard of */
    AWAIT(rclio_goal_handle_result(first));
    assert_int_equal(rclio_goal_handle_status(first), RCLIO_GOAL_SUCCEEDED);
    rclio_goal_handle_unref(first);
    program_free(s);
}

static void accepts(const void *request, void *response, void *arg)
{
    (void)request;
    (void)arg;
    ((send_goal_response *)response)->accepted = true;
}

typedef struct never {
    rclio_service *service;
    rclio_request *request;
} never;

static void never_answers(const void *request, void *response, void *arg)
{
    (void)request;
    (void)response;
    never *n = arg;
    n->request = rclio_service_defer(n->service);
}

static void a_goal_that_is_accepted_with_the_id_of_one_that_is_under_way_is_lost(void **state)
{
    (void)state;
    pair p = pair_new();
    const rclio_type *const *parts = p.server_fibonacci->parts;
    rclio_types *types = rclio_context_types(p.server_context);
    never results = {0}; /* of a server that does not compare ids */
    const rclio_action_qos usual = {.feedback = {.depth = 0}};
    rclio_publisher_options feedback = {.qos = action_feedback_qos(&usual)}, status = {.qos = RCLIO_QOS_ACTION_STATUS};
    rclio_service_new(p.server, parts[RCLIO_PART_SEND_GOAL], "f/_action/send_goal", accepts, NULL, NULL);
    rclio_service_new(p.server, rclio_types_get(types, "action_msgs/srv/CancelGoal"), "f/_action/cancel_goal", accepts, NULL,
                      NULL);
    results.service =
        rclio_service_new(p.server, parts[RCLIO_PART_GET_RESULT], "f/_action/get_result", never_answers, &results, NULL);
    rclio_publisher_new(p.server, parts[RCLIO_PART_FEEDBACK_MESSAGE], "f/_action/feedback", &feedback);
    rclio_publisher_new(p.server, rclio_types_get(types, "action_msgs/msg/GoalStatusArray"), "f/_action/status", &status);
    rclio_action_client *client = rclio_action_client_new(p.client, p.fibonacci, "f", NULL);
    rclio_goal_id id = {.uuid = {1, 2, 3}};
    fibonacci_goal request = {.order = 3};
    rclio_goal_handle *first = rclio_action_send_goal_as(client, &id, &request, NULL, NULL);
    AWAIT(rclio_goal_handle_accepted(first));
    rclio_goal_handle *second = rclio_action_send_goal_as(client, &id, &request, NULL, NULL);
    AWAIT_FAILS(rclio_goal_handle_accepted(second), RCLIO_BAD_STATE, "has its id");
    AWAIT_FAILS(rclio_goal_handle_result(second), RCLIO_BAD_STATE, "has its id");
    rclio_goal_handle_unref(second);
    rclio_action_client_destroy(client);
    AWAIT_FAILS(rclio_goal_handle_result(first), RCLIO_CANCELLED, "destroyed");
    rclio_goal_handle_unref(first);
    SPIN_UNTIL(p.executor, results.request);
    rclio_request_drop(results.request);
    pair_free(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_goal_is_accepted_later_and_ended_by_the_program),
        cmocka_unit_test(an_offer_may_be_rejected_later),
        cmocka_unit_test(an_offer_that_is_deferred_is_executed_when_it_is_told),
        cmocka_unit_test(of_two_offers_with_one_id_the_second_is_rejected),
        cmocka_unit_test(offers_count_among_the_active_goals),
        cmocka_unit_test(a_result_may_come_after_the_end),
        cmocka_unit_test(the_reply_to_a_cancel_request_leaves_with_the_last_verdict),
        cmocka_unit_test(a_goal_that_ends_before_the_verdict_is_not_cancelled),
        cmocka_unit_test(verdicts_may_come_after_the_server_has_gone),
        cmocka_unit_test(any_thread_may_have_the_next_turn),
        cmocka_unit_test(a_goal_that_is_given_up_is_aborted_in_whatever_state_it_is),
        cmocka_unit_test(a_goal_may_be_sent_with_an_id_of_the_programs),
        cmocka_unit_test(a_goal_with_the_id_of_one_that_is_under_way_is_rejected),
        cmocka_unit_test(a_goal_that_is_accepted_with_the_id_of_one_that_is_under_way_is_lost),
    };
    return cmocka_run_group_tests(tests, harness_environment, NULL);
}
