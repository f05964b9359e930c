/* tests/node/test_events.c: QoS events of publishers and subscriptions, and the warning when nobody listens to them. */
#include "pair.h"

typedef struct string_message { /* std_msgs/msg/String */
    rosidl_runtime_c__String data;
} string_message;

typedef struct seen { /* the last event of each kind */
    rclio_event last[RCLIO_EVENT_MESSAGE_LOST + 1];
    size_t count[RCLIO_EVENT_MESSAGE_LOST + 1];
    rclio_subscription *destroy;
} seen;

static void on_event(const rclio_event *told, void *arg)
{
    seen *s = arg;
    s->last[told->kind] = *told;
    s->count[told->kind]++;
    if (s->destroy) rclio_subscription_destroy(s->destroy);
    s->destroy = NULL;
}

static void ignore(const void *message, const rclio_message_info *info, void *arg)
{
    (void)message, (void)info, (void)arg;
}

static rclio_publisher *publisher(pair *p, rclio_qos qos, seen *s)
{
    rclio_publisher_options o = {.qos = qos, .on_event = s ? on_event : NULL, .event_arg = s};
    rclio_publisher *made =
        rclio_publisher_new(p->server, rclio_types_get(rclio_context_types(p->server_context), "std_msgs/msg/String"), "t", &o);
    if (!made) fail_msg("%s", rclio_error());
    return made;
}

static rclio_subscription *subscription(pair *p, rclio_qos qos, seen *s)
{
    rclio_subscription_options o = {.qos = qos, .on_event = s ? on_event : NULL, .event_arg = s};
    const rclio_type *type = rclio_types_get(rclio_context_types(p->client_context), "std_msgs/msg/String");
    rclio_subscription *made = rclio_subscription_new(p->client, type, "t", ignore, NULL, &o);
    if (!made) fail_msg("%s", rclio_error());
    return made;
}

static void publish(rclio_publisher *to)
{
    string_message message = {{(char *)"x", 1, 2}};
    assert_ok(rclio_publish(to, &message));
}

static void both_sides_are_told_of_a_match_and_of_its_end(void **state)
{
    seen ps = {0}, ss = {0};
    (void)state;
    pair p = pair_new();
    publisher(&p, RCLIO_QOS_DEFAULT, &ps);
    rclio_subscription *s = subscription(&p, RCLIO_QOS_DEFAULT, &ss);
    SPIN_UNTIL(p.executor, ps.count[RCLIO_EVENT_MATCHED] == 1 && ss.count[RCLIO_EVENT_MATCHED] == 1);
    assert_int_equal(ps.last[RCLIO_EVENT_MATCHED].current, 1);
    assert_int_equal(ps.last[RCLIO_EVENT_MATCHED].current_change, 1);
    assert_int_equal(ss.last[RCLIO_EVENT_MATCHED].total, 1);
    rclio_subscription_destroy(s);
    SPIN_UNTIL(p.executor, ps.count[RCLIO_EVENT_MATCHED] == 2);
    assert_int_equal(ps.last[RCLIO_EVENT_MATCHED].current, 0);
    assert_int_equal(ps.last[RCLIO_EVENT_MATCHED].current_change, -1);
    assert_int_equal(ps.last[RCLIO_EVENT_MATCHED].total, 1);
    pair_free(&p);
}

static void an_incompatible_peer_is_an_event_with_the_policy(void **state) /* QOS-5 */
{
    seen ps = {0}, ss = {0};
    (void)state;
    pair p = pair_new();
    captured_log *lines = captured_log_new(p.client_context);
    publisher(&p, (rclio_qos){.reliability = RCLIO_BEST_EFFORT}, &ps);
    subscription(&p, (rclio_qos){.reliability = RCLIO_RELIABLE}, &ss);
    SPIN_UNTIL(p.executor, ps.count[RCLIO_EVENT_INCOMPATIBLE_QOS] == 1 && ss.count[RCLIO_EVENT_INCOMPATIBLE_QOS] == 1);
    assert_string_equal(ps.last[RCLIO_EVENT_INCOMPATIBLE_QOS].policy, "RELIABILITY");
    assert_string_equal(ss.last[RCLIO_EVENT_INCOMPATIBLE_QOS].policy, "RELIABILITY");
    assert_int_equal(ss.last[RCLIO_EVENT_INCOMPATIBLE_QOS].total, 1);
    assert_int_equal(captured_log_count(lines, "incompatible"), 0); /* the program was told */
    captured_log_free(lines);
    pair_free(&p);
}

static void an_incompatible_peer_is_one_warning_when_nobody_listens(void **state) /* QOS-9 */
{
    (void)state;
    pair p = pair_new();
    captured_log *offering = captured_log_new(p.server_context), *requesting = captured_log_new(p.client_context);
    publisher(&p, (rclio_qos){.durability = RCLIO_VOLATILE}, NULL);
    subscription(&p, (rclio_qos){.durability = RCLIO_TRANSIENT_LOCAL}, NULL);
    SPIN_UNTIL(p.executor, captured_log_count(offering, "incompatible") && captured_log_count(requesting, "incompatible"));
    assert_int_equal(
        captured_log_count(offering,
                           "New subscription discovered on topic '/t', requesting incompatible QoS. No messages will be sent "
                           "to it. Last incompatible policy: DURABILITY"),
        1);
    assert_int_equal(
        captured_log_count(requesting,
                           "New publisher discovered on topic '/t', offering incompatible QoS. No messages will be received "
                           "from it. Last incompatible policy: DURABILITY"),
        1);
    captured_log_free(offering);
    captured_log_free(requesting);
    pair_free(&p);
}

static void a_missed_deadline_is_told_to_both(void **state)
{
    seen ps = {0}, ss = {0};
    rclio_qos qos = {.deadline_ns = RCLIO_MS(20)};
    (void)state;
    pair p = pair_new();
    rclio_publisher *pub = publisher(&p, qos, &ps);
    subscription(&p, qos, &ss);
    AWAIT_ONCE(rclio_publisher_wait_for_subscriptions(pub, 1));
    publish(pub);
    SPIN_UNTIL(p.executor, ps.count[RCLIO_EVENT_DEADLINE_MISSED] >= 1 && ss.count[RCLIO_EVENT_DEADLINE_MISSED] >= 1);
    assert_true(ps.last[RCLIO_EVENT_DEADLINE_MISSED].total >= 1);
    assert_true(ss.last[RCLIO_EVENT_DEADLINE_MISSED].total >= 1);
    pair_free(&p);
}

static void liveliness_that_is_not_asserted_is_lost(void **state)
{
    seen ps = {0}, ss = {0};
    rclio_qos qos = {.liveliness = RCLIO_MANUAL_BY_TOPIC, .lease_ns = RCLIO_MS(50)};
    (void)state;
    pair p = pair_new();
    rclio_publisher *pub = publisher(&p, qos, &ps);
    subscription(&p, qos, &ss);
    AWAIT_ONCE(rclio_publisher_wait_for_subscriptions(pub, 1));
    assert_ok(rclio_publisher_assert_liveliness(pub));
    SPIN_UNTIL(p.executor, ps.count[RCLIO_EVENT_LIVELINESS] >= 1 && ss.last[RCLIO_EVENT_LIVELINESS].not_alive == 1);
    assert_int_equal(ss.last[RCLIO_EVENT_LIVELINESS].current, 0);
    while (ss.last[RCLIO_EVENT_LIVELINESS].current != 1) { /* may be lost again before it is looked at */
        publish(pub);                                      /* asserts it too */
        assert_ok(rclio_executor_spin_once(p.executor, RCLIO_S(WATCHDOG_SECONDS - 10)));
    }
    pair_free(&p);
}

static void an_event_callback_may_destroy_its_owner(void **state)
{
    seen ss = {0};
    (void)state;
    pair p = pair_new();
    rclio_publisher *pub = publisher(&p, RCLIO_QOS_DEFAULT, NULL);
    ss.destroy = subscription(&p, RCLIO_QOS_DEFAULT, &ss);
    SPIN_UNTIL(p.executor, ss.count[RCLIO_EVENT_MATCHED] == 1);
    while (rclio_publisher_subscriptions(pub) > 0) assert_ok(rclio_executor_spin_once(p.executor, RCLIO_S(50)));
    assert_int_equal(ss.count[RCLIO_EVENT_MATCHED], 1);
    pair_free(&p);
}

/* ---- QoS in force ---- */

static void the_qos_in_force_can_be_asked(void **state) /* QOS-1 */
{
    (void)state;
    pair p = pair_new();
    rclio_qos offered = rclio_publisher_qos(publisher(&p, (rclio_qos){0}, NULL));
    assert_int_equal(offered.reliability, RCLIO_RELIABLE);
    assert_int_equal(offered.durability, RCLIO_VOLATILE);
    assert_int_equal(offered.history, RCLIO_KEEP_LAST);
    assert_int_equal(offered.depth, 10);
    assert_true(offered.deadline_ns == RCLIO_FOREVER); /* QOS-6 */
    rclio_qos requested = rclio_subscription_qos(subscription(&p, RCLIO_QOS_SENSOR_DATA, NULL));
    assert_int_equal(requested.reliability, RCLIO_BEST_EFFORT);
    assert_int_equal(requested.depth, 5);
    pair_free(&p);
}

static void best_available_is_resolved_from_the_graph(void **state) /* QOS-8 */
{
    (void)state;
    pair p = pair_new();
    rclio_qos first = rclio_subscription_qos(subscription(&p, RCLIO_QOS_BEST_AVAILABLE, NULL)); /* of no publisher: all */
    assert_int_equal(first.reliability, RCLIO_RELIABLE);
    assert_int_equal(first.durability, RCLIO_TRANSIENT_LOCAL);
    assert_int_equal(first.liveliness, RCLIO_MANUAL_BY_TOPIC);

    publisher(&p, (rclio_qos){.reliability = RCLIO_BEST_EFFORT, .deadline_ns = RCLIO_S(2)}, NULL);
    publisher(&p, (rclio_qos){.durability = RCLIO_TRANSIENT_LOCAL}, NULL);
    AWAIT_ONCE(rclio_graph_settled(p.client, RCLIO_MS(50), RCLIO_FOREVER, RCLIO_S(20)));
    assert_int_equal(rclio_graph_count(p.client, "/t", RCLIO_ROLE_PUBLISHERS), 2);
    rclio_qos second = rclio_subscription_qos(subscription(&p, RCLIO_QOS_BEST_AVAILABLE, NULL));
    assert_int_equal(second.reliability, RCLIO_BEST_EFFORT);
    assert_int_equal(second.durability, RCLIO_VOLATILE);
    assert_int_equal(second.liveliness, RCLIO_AUTOMATIC);
    assert_true(second.deadline_ns == RCLIO_S(2));

    rclio_qos offered = rclio_publisher_qos(publisher(&p, RCLIO_QOS_BEST_AVAILABLE, NULL));
    assert_int_equal(offered.reliability, RCLIO_RELIABLE);
    assert_int_equal(offered.durability, RCLIO_TRANSIENT_LOCAL);
    pair_free(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_sides_are_told_of_a_match_and_of_its_end),
        cmocka_unit_test(an_incompatible_peer_is_an_event_with_the_policy),
        cmocka_unit_test(an_incompatible_peer_is_one_warning_when_nobody_listens),
        cmocka_unit_test(a_missed_deadline_is_told_to_both),
        cmocka_unit_test(liveliness_that_is_not_asserted_is_lost),
        cmocka_unit_test(an_event_callback_may_destroy_its_owner),
        cmocka_unit_test(the_qos_in_force_can_be_asked),
        cmocka_unit_test(best_available_is_resolved_from_the_graph),
    };
    return cmocka_run_group_tests(tests, harness_environment, NULL);
}
