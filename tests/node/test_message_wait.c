/* tests/node/test_message_wait.c: waiting for one message of a topic. */
#include "pair.h"

#define STRING "std_msgs/msg/String"

typedef struct stage {
    pair p;
    const rclio_type *type;
    rclio_publisher *publisher;
} stage;

static void stage_init(stage *s)
{
    s->p = pair_new();
    s->type = rclio_types_get(rclio_context_types(s->p.server_context), STRING);
    s->publisher = rclio_publisher_new(s->p.server, s->type, "news", NULL);
    assert_non_null(s->publisher);
}

static const rclio_type *listened(stage *s)
{
    return rclio_types_get(rclio_context_types(s->p.client_context), STRING);
}

static void say(stage *s, const char *text)
{
    rosidl_runtime_c__String message = {.data = (char *)(uintptr_t)text, .size = strlen(text), .capacity = strlen(text) + 1};
    AWAIT_ONCE(rclio_publisher_wait_for_subscriptions(s->publisher, 1));
    assert_ok(rclio_publish(s->publisher, &message));
}

static size_t listeners(stage *s)
{
    return rclio_graph_count(s->p.client, "/news", RCLIO_ROLE_SUBSCRIPTIONS);
}

static void the_next_message_completes_the_future_and_ends_the_subscription(void **state)
{
    stage s;
    (void)state;
    stage_init(&s);
    rclio_future *future = rclio_wait_for_message(s.p.client, listened(&s), "news", NULL);
    assert_non_null(future);
    assert_int_equal(listeners(&s), 1);
    say(&s, "first");
    const rosidl_runtime_c__String *message = AWAIT(future);
    assert_string_equal(message->data, "first");
    assert_int_equal(listeners(&s), 0);
    rclio_context_destroy(s.p.client_context); /* the message is the future's */
    s.p.client_context = NULL;
    assert_string_equal(message->data, "first");
    rclio_future_unref(future);
    pair_free(&s.p);
}

static void its_qos_is_upstreams_unless_another_is_given(void **state)
{
    stage s;
    rclio_endpoint_list list;
    (void)state;
    stage_init(&s);
    rclio_future *future = rclio_wait_for_message(s.p.client, listened(&s), "news", NULL);
    rclio_future *other = rclio_wait_for_message(s.p.client, listened(&s), "olds", &RCLIO_QOS_SENSOR_DATA);
    assert_ok(rclio_graph_endpoints(s.p.client, "/news", RCLIO_SUBSCRIPTION, &list));
    assert_int_equal(list.data[0].qos.reliability, RCLIO_RELIABLE);
    assert_int_equal(list.data[0].qos.depth, 1);
    rclio_endpoint_list_free(&list);
    assert_ok(rclio_graph_endpoints(s.p.client, "/olds", RCLIO_SUBSCRIPTION, &list));
    assert_int_equal(list.data[0].qos.reliability, RCLIO_BEST_EFFORT);
    rclio_endpoint_list_free(&list);
    rclio_future_unref(future);
    rclio_future_unref(other);
    pair_free(&s.p);
}

static void nobody_is_listening_after_a_time_out_and_a_cancel(void **state)
{
    stage s;
    (void)state;
    stage_init(&s);
    rclio_future *future = rclio_wait_for_message(s.p.client, listened(&s), "news", NULL);
    assert_null(rclio_await_for(future, RCLIO_MS(1)));
    assert_int_equal(rclio_error_status(), RCLIO_TIMEOUT);
    assert_ok(rclio_future_cancel(future));
    SPIN_UNTIL(s.p.executor, listeners(&s) == 0);
    AWAIT_FAILS(future, RCLIO_CANCELLED, "");
    rclio_future_unref(future);
    pair_free(&s.p);
}

static void it_ends_with_its_node(void **state)
{
    stage s;
    (void)state;
    stage_init(&s);
    rclio_node *other = rclio_node_new(s.p.client_context, "other", &(rclio_node_options){.executor = s.p.executor});
    rclio_future *future = rclio_wait_for_message(other, listened(&s), "news", NULL);
    rclio_node_destroy(other);
    AWAIT_FAILS(future, RCLIO_CANCELLED, "'/news': the node was destroyed");
    rclio_future_unref(future);
    pair_free(&s.p);
}

static void it_ends_with_its_context(void **state)
{
    (void)state;
    lone l = lone_new("alone");
    harness_watch(rclio_context_executor(l.context));
    rclio_future *future = rclio_wait_for_message(l.node, lone_type(&l, STRING), "news", NULL);
    rclio_shutdown(l.context);
    assert_ok(rclio_context_spin(l.context));
    assert_int_equal(rclio_future_result(future), RCLIO_SHUTDOWN);
    assert_null(rclio_wait_for_message(l.node, lone_type(&l, STRING), "news", NULL));
    assert_int_equal(rclio_error_status(), RCLIO_SHUTDOWN);
    rclio_future_unref(future);
    rclio_context_destroy(l.context);
    harness_unwatch();
}

static void one_that_is_dropped_goes_with_the_next_message(void **state)
{
    stage s;
    (void)state;
    stage_init(&s);
    rclio_future_unref(rclio_wait_for_message(s.p.client, listened(&s), "news", NULL));
    say(&s, "for nobody");
    SPIN_UNTIL(s.p.executor, listeners(&s) == 0);
    pair_free(&s.p);
}

static void a_topic_that_is_not_legal_gives_no_future(void **state)
{
    stage s;
    (void)state;
    stage_init(&s);
    assert_null(rclio_wait_for_message(s.p.client, listened(&s), "no good", NULL));
    assert_int_equal(rclio_error_status(), RCLIO_INVALID);
    assert_null(rclio_wait_for_message(NULL, listened(&s), "news", NULL));
    pair_free(&s.p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_next_message_completes_the_future_and_ends_the_subscription),
        cmocka_unit_test(its_qos_is_upstreams_unless_another_is_given),
        cmocka_unit_test(nobody_is_listening_after_a_time_out_and_a_cancel),
        cmocka_unit_test(it_ends_with_its_node),
        cmocka_unit_test(it_ends_with_its_context),
        cmocka_unit_test(one_that_is_dropped_goes_with_the_next_message),
        cmocka_unit_test(a_topic_that_is_not_legal_gives_no_future),
    };
    return cmocka_run_group_tests(tests, harness_environment, NULL);
}
