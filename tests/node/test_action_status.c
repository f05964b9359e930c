/* tests/node/test_action_status.c: the status topic: what it lists, when, and that its cost does not grow. */
#include "fibonacci.h"

#include "node/action_server.h"
#include "support/sanitized.h"

typedef struct status_log {
    goal_status seen[2000];
    size_t lengths[2000];
    size_t samples, largest_bytes;
    goal_status last[200];
    size_t last_length;
} status_log;

static void note_status(const void *message, const rclio_message_info *info, void *arg)
{
    const goal_status_array *array = message;
    status_log *s = arg;
    if (s->samples < 2000 && array->size > 0) s->seen[s->samples] = array->data[array->size - 1];
    if (s->samples < 2000) s->lengths[s->samples] = array->size;
    s->samples++;
    if (info->serialized_size > s->largest_bytes) s->largest_bytes = info->serialized_size;
    s->last_length = array->size;
    for (size_t i = 0; i < array->size && i < 200; i++) s->last[i] = array->data[i];
}

static rclio_subscription *watch_status(pair *p, status_log *s)
{
    const rclio_type *type = rclio_types_get(rclio_context_types(p->client_context), "action_msgs/msg/GoalStatusArray");
    rclio_qos qos = RCLIO_QOS_ACTION_STATUS;
    qos.depth = 100; /* to see every sample */
    return rclio_subscription_new(p->client, type, "/fibonacci/_action/status", note_status, s,
                                  &(rclio_subscription_options){.qos = qos});
}

static void each_change_of_state_is_one_status_sample(void **state) /* ACT-3, ACT-4 */
{
    (void)state;
    pair p = pair_new();
    static status_log s;
    s = (status_log){0};
    rclio_subscription *subscription = watch_status(&p, &s);
    held_goals h = {.executor = p.executor};
    rclio_action_server_new(p.server, p.server_fibonacci, "fibonacci", held_goals_execute, &h, NULL);
    AWAIT_ONCE(rclio_subscription_wait_for_publishers(subscription, 1));
    rclio_action_client *client = rclio_action_client_new(p.client, p.fibonacci, "fibonacci", NULL);
    watched_goal *g = watched_goal_send(client, 10);
    SPIN_UNTIL(p.executor, s.samples == 1 && h.count == 1);   /* none at start-up */
    assert_int_equal(s.seen[0].status, RCLIO_GOAL_EXECUTING); /* never ACCEPTED */
    assert_memory_equal(&s.seen[0].info.goal_id, rclio_goal_handle_id(g->handle), 16);
    assert_true(s.seen[0].info.stamp.sec > 0);
    assert_ok(rclio_goal_succeed(h.goals[0], NULL));
    SPIN_UNTIL(p.executor, s.samples == 2);
    assert_int_equal(s.seen[1].status, RCLIO_GOAL_SUCCEEDED);
    AWAIT(rclio_goal_handle_result(g->handle));
    assert_int_equal(s.samples, 2);
    watched_goal_free(g);
    held_goals_free(&h);
    pair_free(&p);
}

static void the_status_lists_goals_in_order_of_acceptance_to_a_late_joiner(void **state) /* ACT-3 */
{
    (void)state;
    pair p = pair_new();
    held_goals h = {.executor = p.executor};
    rclio_action_server_new(p.server, p.server_fibonacci, "fibonacci", held_goals_execute, &h, NULL);
    rclio_action_client *client = rclio_action_client_new(p.client, p.fibonacci, "fibonacci", NULL);
    watched_goal *g[3];
    for (int i = 0; i < 3; i++) g[i] = watched_goal_send(client, i);
    SPIN_UNTIL(p.executor, h.count == 3);
    assert_ok(rclio_goal_abort(h.goals[1], NULL));
    static status_log s;
    s = (status_log){0};
    watch_status(&p, &s);
    SPIN_UNTIL(p.executor, s.samples > 0);
    assert_int_equal(s.last_length, 3);
    for (int i = 0; i < 3; i++) {
        assert_memory_equal(&s.last[i].info.goal_id, rclio_goal_handle_id(g[i]->handle), 16);
        assert_int_equal(s.last[i].status, i == 1 ? RCLIO_GOAL_ABORTED : RCLIO_GOAL_EXECUTING);
    }
    for (int i = 0; i < 3; i++) watched_goal_free(g[i]);
    held_goals_free(&h);
    pair_free(&p);
}

static void a_deferred_goal_is_seen_as_accepted(void **state) /* ACT-4 */
{
    (void)state;
    pair p = pair_new();
    static status_log s;
    s = (status_log){0};
    held_goals h = {.executor = p.executor, .on_goal_answer = RCLIO_ACCEPT_AND_DEFER};
    rclio_action_server_new(p.server, p.server_fibonacci, "fibonacci", held_goals_execute, &h,
                            &(rclio_action_server_options){HELD_GOALS_OPTIONS});
    AWAIT_ONCE(rclio_subscription_wait_for_publishers(watch_status(&p, &s), 1));
    rclio_action_client *client = rclio_action_client_new(p.client, p.fibonacci, "fibonacci", NULL);
    watched_goal *g = watched_goal_send(client, 10);
    SPIN_UNTIL(p.executor, s.samples == 1);
    assert_int_equal(s.seen[0].status, RCLIO_GOAL_ACCEPTED);
    assert_ok(rclio_goal_execute(h.deferred));
    SPIN_UNTIL(p.executor, s.samples == 2 && h.count == 1);
    assert_int_equal(s.seen[1].status, RCLIO_GOAL_EXECUTING);
    watched_goal_free(g);
    held_goals_free(&h);
    pair_free(&p);
}

static void end_at_once(rclio_goal *goal, void *arg)
{
    (void)arg;
    rclio_goal_succeed(goal, NULL);
}

/* The structure behind "the cost of a goal is the same with 10 and with 10,000 finished ones": what is published, walked and armed. */
static void ten_thousand_finished_goals_cost_no_more_than_a_few(void **state) /* ACT-3 */
{
    (void)state;
    enum { MANY = TIMES(10000, 1000), AT_ONCE = 50 };
    pair p = pair_new();
    static status_log s;
    s = (status_log){0};
    rclio_action_server *server = rclio_action_server_new(p.server, p.server_fibonacci, "fibonacci", end_at_once, NULL, NULL);
    AWAIT_ONCE(rclio_subscription_wait_for_publishers(watch_status(&p, &s), 1));
    raw_client r = raw_client_new(&p);
    rclio_action_client *client = rclio_action_client_new(p.client, p.fibonacci, "fibonacci", NULL);
    AWAIT_ONCE(rclio_action_client_wait_for_server(client));
    rclio_goal_id first = {0};
    for (int done = 0; done < MANY; done += AT_ONCE) {
        rclio_goal_handle *handles[AT_ONCE];
        for (int i = 0; i < AT_ONCE; i++) handles[i] = rclio_action_send_goal(client, &(fibonacci_goal){0}, NULL, NULL);
        if (done == 0) first = *rclio_goal_handle_id(handles[0]);
        for (int i = 0; i < AT_ONCE; i++) {
            AWAIT(rclio_goal_handle_result(handles[i]));
            rclio_goal_handle_unref(handles[i]);
        }
    }
    assert_int_equal(HASH_COUNT(server->goals), MANY);
    assert_int_equal(server->finished_count, ACTION_SHOWN_FINISHED);
    assert_true(s.last_length <= ACTION_SHOWN_FINISHED);
    assert_true(s.largest_bytes <= 4 + 1 + 28 * (ACTION_SHOWN_FINISHED + AT_ONCE));
    rclio_future *call = rclio_client_call(r.get_result, &first); /* the oldest result is kept all the same */
    assert_int_equal(((const raw_result *)AWAIT(call))->status, RCLIO_GOAL_SUCCEEDED);
    rclio_future_unref(call);
    pair_free(&p);
}

static void goals_are_stamped_by_the_clock_of_their_server(void **state) /* TIM-8 */
{
    (void)state;
    pair p = pair_new();
    static status_log s;
    s = (status_log){0};
    assert_ok(rclio_clock_set_ros_time_active(rclio_node_clock(p.server), true));
    assert_ok(rclio_clock_set_ros_time(rclio_node_clock(p.server), RCLIO_S(42) + 7));
    rclio_subscription *subscription = watch_status(&p, &s);
    held_goals h = {.executor = p.executor};
    rclio_action_server_new(p.server, p.server_fibonacci, "fibonacci", held_goals_execute, &h, NULL);
    AWAIT_ONCE(rclio_subscription_wait_for_publishers(subscription, 1));
    watched_goal *g = watched_goal_send(rclio_action_client_new(p.client, p.fibonacci, "fibonacci", NULL), 10);
    SPIN_UNTIL(p.executor, s.samples == 1 && h.count == 1);
    assert_int_equal(s.seen[0].info.stamp.sec, 42);
    assert_int_equal(s.seen[0].info.stamp.nanosec, 7);
    assert_ok(rclio_goal_succeed(h.goals[0], NULL));
    AWAIT(rclio_goal_handle_result(g->handle));
    watched_goal_free(g);
    held_goals_free(&h);
    pair_free(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_change_of_state_is_one_status_sample),
        cmocka_unit_test(goals_are_stamped_by_the_clock_of_their_server),
        cmocka_unit_test(the_status_lists_goals_in_order_of_acceptance_to_a_late_joiner),
        cmocka_unit_test(a_deferred_goal_is_seen_as_accepted),
        cmocka_unit_test(ten_thousand_finished_goals_cost_no_more_than_a_few),
    };
    return cmocka_run_group_tests(tests, harness_environment, NULL);
}
