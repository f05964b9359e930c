/* tests/node/test_action_cancel.c: cancelling: which goals a request selects, what it answers, in which order things happen. */
#include "fibonacci.h"

#include "node/action_server.h"

typedef struct scene { /* three goals that run, one that has ended, and an ordinary client of cancel_goal */
    pair p;
    held_goals h;
    rclio_action_server *server;
    rclio_action_client *client;
    rclio_client *cancel_goal;
    watched_goal *g[4]; /* the last one has ended */
} scene;

static goal_info info_of(scene *s, int index);

static scene *scene_new(void)
{
    scene *s = calloc(1, sizeof *s);
    s->p = pair_new();
    s->h.executor = s->p.executor;
    s->server = rclio_action_server_new(s->p.server, s->p.server_fibonacci, "fibonacci", held_goals_execute, &s->h,
                                        &(rclio_action_server_options){HELD_GOALS_OPTIONS});
    s->client = rclio_action_client_new(s->p.client, s->p.fibonacci, "fibonacci", NULL);
    s->cancel_goal = rclio_client_new(s->p.client, s->p.cancel_goal, "/fibonacci/_action/cancel_goal", NULL);
    AWAIT_ONCE(rclio_client_wait_for_service(s->cancel_goal));
    for (size_t i = 0; i < 4; i++) {
        s->g[i] = watched_goal_send(s->client, (int32_t)i);
        SPIN_UNTIL(s->p.executor, s->h.count == i + 1);
    }
    assert_ok(rclio_goal_succeed(s->h.goals[3], NULL));
    AWAIT(rclio_goal_handle_result(s->g[3]->handle));
    return s;
}

static void scene_free(scene *s)
{
    for (size_t i = 0; i < 4; i++) watched_goal_free(s->g[i]);
    held_goals_free(&s->h);
    pair_free(&s->p);
    free(s);
}

static rclio_goal_status status_of(scene *s, int index)
{
    return rclio_goal_get_status(s->h.goals[index]);
}

/* What GoalInfo the server has for that goal: from the answer to a request that cancels it alone would change it, so from the goal. */
static goal_info info_of(scene *s, int index)
{
    return (goal_info){.goal_id = s->h.goals[index]->id, .stamp = s->h.goals[index]->stamp};
}

typedef struct answer {
    int8_t code;
    size_t count;
    goal_info goals[8];
} answer;

static answer cancel(scene *s, goal_info request)
{
    rclio_future *call = rclio_client_call(s->cancel_goal, &request);
    const cancel_response *response = AWAIT(call);
    answer a = {.code = response->return_code, .count = response->goals_canceling.size};
    for (size_t i = 0; i < a.count && i < 8; i++) a.goals[i] = response->goals_canceling.data[i];
    rclio_future_unref(call);
    return a;
}

static void no_id_and_no_stamp_cancels_every_goal(void **state) /* ACT-8 */
{
    (void)state;
    scene *s = scene_new();
    answer a = cancel(s, (goal_info){0});
    assert_int_equal(a.code, CANCEL_NONE);
    assert_int_equal(a.count, 3);
    for (int i = 0; i < 3; i++) {
        goal_info expected = info_of(s, i);
        assert_memory_equal(&a.goals[i], &expected,
                            sizeof expected); /* in order of acceptance, with the stamps of the status topic */
        assert_int_equal(status_of(s, i), RCLIO_GOAL_CANCELING);
    }
    a = cancel(s, (goal_info){0}); /* none is left: no error */
    assert_int_equal(a.code, CANCEL_NONE);
    assert_int_equal(a.count, 0);
    scene_free(s);
}

static void an_id_alone_cancels_that_goal(void **state) /* ACT-8 */
{
    (void)state;
    scene *s = scene_new();
    answer a = cancel(s, (goal_info){.goal_id = info_of(s, 1).goal_id});
    assert_int_equal(a.code, CANCEL_NONE);
    assert_int_equal(a.count, 1);
    assert_int_equal(status_of(s, 0), RCLIO_GOAL_EXECUTING);
    assert_int_equal(status_of(s, 1), RCLIO_GOAL_CANCELING);
    assert_int_equal(status_of(s, 2), RCLIO_GOAL_EXECUTING);
    scene_free(s);
}

static void an_unknown_id_is_code_2(void **state) /* ACT-8 */
{
    (void)state;
    scene *s = scene_new();
    answer a = cancel(s, (goal_info){.goal_id.uuid = {9}});
    assert_int_equal(a.code, CANCEL_UNKNOWN);
    assert_int_equal(a.count, 0);
    scene_free(s);
}

static void the_id_of_a_goal_that_has_ended_is_code_3(void **state) /* ACT-8 */
{
    (void)state;
    scene *s = scene_new();
    answer a = cancel(s, (goal_info){.goal_id = info_of(s, 3).goal_id});
    assert_int_equal(a.code, CANCEL_TERMINATED);
    assert_int_equal(a.count, 0);
    scene_free(s);
}

static void a_stamp_alone_cancels_goals_accepted_by_then(void **state) /* ACT-8 */
{
    (void)state;
    scene *s = scene_new();
    answer a = cancel(s, (goal_info){.stamp = {.nanosec = 1}}); /* 1970 */
    assert_int_equal(a.code, CANCEL_NONE);
    assert_int_equal(a.count, 0);
    a = cancel(s, (goal_info){.stamp = info_of(s, 1).stamp});
    assert_int_equal(a.code, CANCEL_NONE);
    assert_int_equal(a.count, 2);
    assert_int_equal(status_of(s, 1), RCLIO_GOAL_CANCELING);
    assert_int_equal(status_of(s, 2), RCLIO_GOAL_EXECUTING);
    scene_free(s);
}

static void an_id_and_a_stamp_cancel_that_goal_and_the_earlier_ones(void **state) /* ACT-8 */
{
    (void)state;
    scene *s = scene_new();
    answer a = cancel(s, (goal_info){.goal_id = info_of(s, 2).goal_id, .stamp = info_of(s, 0).stamp});
    assert_int_equal(a.code, CANCEL_NONE);
    assert_int_equal(a.count, 2);
    assert_int_equal(status_of(s, 0), RCLIO_GOAL_CANCELING);
    assert_int_equal(status_of(s, 1), RCLIO_GOAL_EXECUTING);
    assert_int_equal(status_of(s, 2), RCLIO_GOAL_CANCELING);
    scene_free(s);
}

static void what_the_callback_refuses_goes_on(void **state) /* ACT-8 */
{
    (void)state;
    scene *s = scene_new();
    s->h.refused = s->h.goals[0];
    answer a = cancel(s, (goal_info){0});
    assert_int_equal(a.code, CANCEL_NONE);
    assert_int_equal(a.count, 2);
    assert_int_equal(s->h.on_cancel_calls, 3);
    assert_int_equal(status_of(s, 0), RCLIO_GOAL_EXECUTING);
    a = cancel(s, (goal_info){0}); /* only the refused one is left */
    assert_int_equal(a.code, CANCEL_REJECTED);
    assert_int_equal(a.count, 0);
    rclio_future *refused = rclio_goal_handle_cancel(s->g[0]->handle);
    AWAIT_FAILS(refused, RCLIO_INVALID, "refuses (code 1)");
    rclio_future_unref(refused);
    scene_free(s);
}

static void a_handle_cancels_its_goal(void **state)
{
    (void)state;
    scene *s = scene_new();
    rclio_future *asked = rclio_goal_cancel_requested(s->h.goals[1]);
    assert_false(rclio_goal_is_cancel_requested(s->h.goals[1]));
    rclio_future *cancelled = rclio_goal_handle_cancel(s->g[1]->handle);
    AWAIT(asked);
    AWAIT(cancelled);
    assert_null(rclio_future_value(cancelled));
    assert_true(rclio_goal_is_cancel_requested(s->h.goals[1]));
    assert_ok(rclio_goal_canceled(s->h.goals[1], NULL));
    AWAIT(rclio_goal_handle_result(s->g[1]->handle));
    assert_int_equal(rclio_goal_handle_status(s->g[1]->handle), RCLIO_GOAL_CANCELED);
    rclio_future_unref(cancelled);

    rclio_future *late = rclio_goal_handle_cancel(s->g[1]->handle);
    AWAIT_FAILS(late, RCLIO_INVALID, "code 3");
    rclio_future_unref(late);
    scene_free(s);
}

static void a_goal_may_succeed_or_abort_although_it_is_to_be_cancelled(void **state) /* ACT-7 */
{
    (void)state;
    scene *s = scene_new();
    cancel(s, (goal_info){0});
    assert_ok(rclio_goal_succeed(s->h.goals[0], NULL));
    assert_ok(rclio_goal_abort(s->h.goals[1], NULL));
    held_goals_go_on(&s->h, 2); /* its handler forgets: aborted */
    static const rclio_goal_status expected[] = {RCLIO_GOAL_SUCCEEDED, RCLIO_GOAL_ABORTED, RCLIO_GOAL_ABORTED};
    for (int i = 0; i < 3; i++) {
        AWAIT(rclio_goal_handle_result(s->g[i]->handle));
        assert_int_equal(rclio_goal_handle_status(s->g[i]->handle), expected[i]);
    }
    scene_free(s);
}

static void all_goals_may_be_cancelled_by_the_action_client(void **state) /* ACT-8 */
{
    (void)state;
    scene *s = scene_new();
    goal_info second = info_of(s, 1);
    rclio_future *some = rclio_action_cancel_all(s->client, wire_time_to_ns(second.stamp));
    assert_int_equal(((const cancel_response *)AWAIT(some))->goals_canceling.size, 2);
    rclio_future *rest = rclio_action_cancel_all(s->client, 0);
    assert_int_equal(((const cancel_response *)AWAIT(rest))->goals_canceling.size, 1);
    rclio_future_unref(some);
    rclio_future_unref(rest);
    scene_free(s);
}

/* ---- order ----
 *
 * What the server sends is noted where it hands it to the middleware: status, replies and results travel on ways of their own, and
 * DDS promises an order only within each. */

typedef struct order {
    char sent[64];  /* by the server: digits: statuses; r: a reply; h: the handler goes on */
    char heard[64]; /* statuses, by a subscription */
    rclio_action_server *server;
    rclio_codec *codec; /* of a status array */
    const mw_ops *real;
} order;

static order *noting; /* what the operations below write to */

static void note(char events[64], char what)
{
    size_t length = strlen(events);
    if (length + 1 < 64) events[length] = what;
}

static char newest_status(const goal_status_array *array)
{
    return (char)('0' + array->data[array->size - 1].status);
}

static rclio_status note_write(mw_writer *writer, mw_buffer *buffer, int64_t source_timestamp_ns)
{
    goal_status_array array = {0};
    if (writer == noting->server->status) {
        assert_ok(rclio_decode(noting->codec, buffer->data, buffer->size, 0, &array));
        note(noting->sent, newest_status(&array));
        free(array.data);
    }
    return noting->real->writer_write(writer, buffer, source_timestamp_ns);
}

static rclio_status note_reply(mw_replier *replier, const mw_request_id *id, mw_buffer *buffer)
{
    note(noting->sent, 'r');
    return noting->real->replier_send(replier, id, buffer);
}

static void cancel_as_soon_as_asked(rclio_goal *goal, void *arg)
{
    order *o = arg;
    rclio_await(rclio_goal_cancel_requested(goal));
    note(o->sent, 'h');
    rclio_goal_canceled(goal, NULL);
}

static void hear_status(const void *message, const rclio_message_info *info, void *arg)
{
    (void)info;
    note(((order *)arg)->heard, newest_status(message));
}

/* Its server is made with operations that note. */
static void order_open(order *o, pair *p, mw_ops *ops)
{
    const rclio_type *type = rclio_types_get(rclio_context_types(p->server_context), "action_msgs/msg/GoalStatusArray");
    *o = (order){.real = p->server->ops, .codec = rclio_codec_new(type)};
    noting = o;
    *ops = *o->real;
    ops->writer_write = note_write;
    ops->replier_send = note_reply;
    p->server->ops = ops;
    o->server = rclio_action_server_new(p->server, p->server_fibonacci, "fibonacci", cancel_as_soon_as_asked, o, NULL);
    p->server->ops = o->real;
    assert_non_null(o->server);
}

static void the_status_is_sent_before_the_cancel_reply_and_both_before_the_end(void **state) /* ACT-9 */
{
    (void)state;
    pair p = pair_new();
    mw_ops ops;
    order o;
    order_open(&o, &p, &ops);
    const rclio_type *type = rclio_types_get(rclio_context_types(p.client_context), "action_msgs/msg/GoalStatusArray");
    rclio_qos qos = RCLIO_QOS_ACTION_STATUS;
    qos.depth = 100;
    rclio_subscription *subscription = rclio_subscription_new(p.client, type, "/fibonacci/_action/status", hear_status, &o,
                                                              &(rclio_subscription_options){.qos = qos});
    AWAIT_ONCE(rclio_subscription_wait_for_publishers(subscription, 1));
    rclio_action_client *client = rclio_action_client_new(p.client, p.fibonacci, "fibonacci", NULL);
    rclio_client *raw = rclio_client_new(p.client, p.cancel_goal, "/fibonacci/_action/cancel_goal", NULL);
    watched_goal *g = watched_goal_send(client, 10);
    SPIN_UNTIL(p.executor, strcmp(o.heard, "2") == 0);
    AWAIT_ONCE(rclio_client_wait_for_service(raw));
    rclio_future *reply = rclio_client_call(raw, &(goal_info){0});
    assert_int_equal(((const cancel_response *)AWAIT(reply))->goals_canceling.size, 1);
    AWAIT(rclio_goal_handle_result(g->handle));
    assert_int_equal(rclio_goal_handle_status(g->handle), RCLIO_GOAL_CANCELED);
    SPIN_UNTIL(p.executor, strlen(o.heard) == 3);
    assert_string_equal(o.heard, "235");
    assert_string_equal(o.sent, "r2"   /* accepted, and executed */
                                "3rh"  /* ACT-9 */
                                "5r"); /* the end, and the result */
    rclio_future_unref(reply);
    watched_goal_free(g);
    rclio_action_server_destroy(o.server);
    rclio_codec_destroy(o.codec);
    pair_free(&p);
}

static void a_deferred_goal_can_be_cancelled_before_it_runs(void **state)
{
    (void)state;
    pair p = pair_new();
    held_goals h = {.executor = p.executor, .on_goal_answer = RCLIO_ACCEPT_AND_DEFER};
    rclio_action_server_new(p.server, p.server_fibonacci, "fibonacci", held_goals_execute, &h,
                            &(rclio_action_server_options){HELD_GOALS_OPTIONS});
    rclio_action_client *client = rclio_action_client_new(p.client, p.fibonacci, "fibonacci", NULL);
    watched_goal *g = watched_goal_send(client, 10);
    SPIN_UNTIL(p.executor, h.deferred);
    AWAIT_ONCE(rclio_goal_handle_cancel(g->handle));
    assert_int_equal(rclio_goal_get_status(h.deferred), RCLIO_GOAL_CANCELING);
    assert_ok(rclio_goal_execute(h.deferred)); /* its handler sees the request */
    SPIN_UNTIL(p.executor, h.count == 1);
    assert_true(rclio_goal_is_cancel_requested(h.goals[0]));
    assert_ok(rclio_goal_canceled(h.goals[0], NULL));
    AWAIT(rclio_goal_handle_result(g->handle));
    assert_int_equal(rclio_goal_handle_status(g->handle), RCLIO_GOAL_CANCELED);
    watched_goal_free(g);
    held_goals_free(&h);
    pair_free(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_id_and_no_stamp_cancels_every_goal),
        cmocka_unit_test(an_id_alone_cancels_that_goal),
        cmocka_unit_test(an_unknown_id_is_code_2),
        cmocka_unit_test(the_id_of_a_goal_that_has_ended_is_code_3),
        cmocka_unit_test(a_stamp_alone_cancels_goals_accepted_by_then),
        cmocka_unit_test(an_id_and_a_stamp_cancel_that_goal_and_the_earlier_ones),
        cmocka_unit_test(what_the_callback_refuses_goes_on),
        cmocka_unit_test(a_handle_cancels_its_goal),
        cmocka_unit_test(a_goal_may_succeed_or_abort_although_it_is_to_be_cancelled),
        cmocka_unit_test(all_goals_may_be_cancelled_by_the_action_client),
        cmocka_unit_test(the_status_is_sent_before_the_cancel_reply_and_both_before_the_end),
        cmocka_unit_test(a_deferred_goal_can_be_cancelled_before_it_runs),
    };
    return cmocka_run_group_tests(tests, harness_environment, NULL);
}
