/* tests/filters/test_subscriber.c: topics as sources of filters, over the network (rule SU1 of subscriber.c). */
#include "points.h"

static void publish(rclio_publisher *publisher, int32_t sec, double x)
{
    point message = {.sec = sec, .x = x};
    assert_true(rosidl_runtime_c__String__assign(&message.frame_id, "map"));
    assert_ok(rclio_publish(publisher, &message));
    rosidl_runtime_c__String__fini(&message.frame_id);
}

typedef struct wire {
    points p;
    rclio_publisher *left, *right;
    rclio_filter *left_in, *right_in;
} wire;

static const rclio_subscription_options keep_all = {.qos = {.history = RCLIO_KEEP_ALL}};

static wire wire_new(void)
{
    wire w = {.p = points_new()};
    rclio_publisher_options o = {.qos = {.history = RCLIO_KEEP_ALL}};
    w.left = rclio_publisher_new(w.p.node, w.p.type, "left", &o);
    w.right = rclio_publisher_new(w.p.node, w.p.type, "right", &o);
    w.left_in = rclio_subscriber_new(w.p.node, w.p.type, "left", &keep_all);
    w.right_in = rclio_subscriber_new(w.p.node, w.p.type, "right", &keep_all);
    assert_non_null(w.right_in);
    AWAIT_ONCE(rclio_publisher_wait_for_subscriptions(w.left, 1));
    AWAIT_ONCE(rclio_publisher_wait_for_subscriptions(w.right, 1));
    return w;
}

typedef struct kept { /* the events of a topic, as references */
    const rclio_message_event *events[8];
    size_t count;
    rclio_filter *destroy;
    rclio_future *gate;
} kept;

static void keep(const rclio_message_event *event, void *arg)
{
    kept *k = arg;
    assert_true(k->count < 8);
    k->events[k->count++] = rclio_message_event_ref(event);
    rclio_filter_destroy(k->destroy);
    k->destroy = NULL;
    if (k->gate) rclio_await(k->gate);
    point_x(event); /* lent across the await */
}

static void kept_free(kept *k)
{
    for (size_t i = 0; i < k->count; i++) rclio_message_event_unref(k->events[i]);
}

static void messages_are_kept_by_reference_beyond_their_subscription(void **state) /* SU1, FI1 */
{
    wire w = wire_new();
    kept k = {.count = 0};
    (void)state;
    rclio_filter_connect(w.left_in, keep, &k);
    int64_t before = rclio_now_system();
    for (int i = 1; i <= 3; i++) publish(w.left, i, i);
    SPIN_UNTIL(w.p.executor, k.count == 3);
    assert_string_equal(rclio_subscription_topic(rclio_subscriber_subscription(w.left_in)), "/left");
    rclio_filter_destroy(w.left_in);
    assert_true(k.events[0]->message != k.events[1]->message);
    assert_true(k.events[0]->received_ns >= before);
    points_free(&w.p); /* the context and its types too: the events keep what they need */
    for (int i = 0; i < 3; i++) {
        assert_int_equal(k.events[i]->stamp_ns, RCLIO_S(i + 1));
        assert_true(point_x(k.events[i]) > i);
    }
    kept_free(&k);
}

static void on_pair(const rclio_message_event *const *events, size_t count, void *arg)
{
    kept *k = arg;
    assert_int_equal(count, 2);
    assert_int_equal(events[0]->stamp_ns, events[1]->stamp_ns);
    keep(events[0], k);
}

static void one_topic_feeds_several_filters(void **state)
{
    wire w = wire_new();
    trace order = {{0}, 0};
    kept left = {.count = 0}, pairs = {.count = 0};
    (void)state;
    rclio_filter *sync = rclio_synchronizer_new(w.p.node, (rclio_filter *[]){w.left_in, w.right_in}, 2, NULL);
    rclio_filter_connect(rclio_cache_new(w.p.node, w.left_in, NULL), trace_point, &order);
    rclio_filter_connect(w.left_in, keep, &left);
    rclio_synchronizer_connect(sync, on_pair, &pairs);
    publish(w.left, 1, 1);
    publish(w.left, 2, 2);
    publish(w.right, 2, 20);
    SPIN_UNTIL(w.p.executor, left.count == 2 && pairs.count == 1);
    ASSERT_TRACE(&order, 1, 2);
    assert_ptr_equal(left.events[1], pairs.events[0]); /* FI1: one and the same message */
    kept_free(&left);
    kept_free(&pairs);
    points_free(&w.p);
}

static void every_pair_of_a_hundred_comes_in_order(void **state)
{
    wire w = wire_new();
    kept k = {.count = 0};
    (void)state;
    rclio_filter *sync = rclio_synchronizer_new(w.p.node, (rclio_filter *[]){w.left_in, w.right_in}, 2,
                                                &(rclio_synchronizer_options){.match = {.queue_size = 200}});
    rclio_synchronizer_connect(sync, on_pair, &k);
    for (int i = 1; i <= 100; i++) {
        publish(w.left, i, i);
        publish(w.right, i, i);
        SPIN_UNTIL(w.p.executor, k.count == 1);
        assert_int_equal(k.events[0]->stamp_ns, RCLIO_S(i));
        kept_free(&k);
        k.count = 0;
    }
    points_free(&w.p);
}

static void a_callback_may_destroy_the_subscriber(void **state) /* FI3 */
{
    wire w = wire_new();
    kept k = {.destroy = w.left_in}, other = {.count = 0};
    (void)state;
    rclio_filter_connect(w.left_in, keep, &k);
    rclio_filter_connect(w.right_in, keep, &other);
    publish(w.left, 1, 1);
    publish(w.left, 2, 2);
    SPIN_UNTIL(w.p.executor, k.count == 1);
    publish(w.right, 3, 3);
    SPIN_UNTIL(w.p.executor, other.count == 1);
    assert_int_equal(k.count, 1);
    kept_free(&k);
    kept_free(&other);
    points_free(&w.p);
}

static void a_callback_that_awaits_holds_back_its_own_topic_only(void **state) /* FI2 */
{
    wire w = wire_new();
    kept slow = {.gate = rclio_future_new(w.p.executor, "gate", NULL)}, quick = {.count = 0};
    (void)state;
    rclio_filter_connect(w.left_in, keep, &slow);
    rclio_filter_connect(w.right_in, keep, &quick);
    publish(w.left, 1, 1);
    publish(w.left, 2, 2);
    publish(w.right, 3, 3);
    SPIN_UNTIL(w.p.executor, slow.count == 1 && quick.count == 1);
    assert_int_equal(slow.count, 1);
    rclio_future_complete(slow.gate, NULL);
    SPIN_UNTIL(w.p.executor, slow.count == 2);
    assert_int_equal(slow.events[1]->stamp_ns, RCLIO_S(2));
    rclio_future_unref(slow.gate);
    kept_free(&slow);
    kept_free(&quick);
    points_free(&w.p);
}

static void a_node_that_ends_while_a_callback_awaits_keeps_the_message(void **state)
{
    wire w = wire_new();
    kept slow = {.gate = rclio_future_new(w.p.executor, "gate", NULL)};
    (void)state;
    rclio_filter_connect(w.left_in, keep, &slow);
    publish(w.left, 1, 1);
    SPIN_UNTIL(w.p.executor, slow.count == 1);
    points_free(&w.p); /* the await ends with it */
    kept_free(&slow);
    rclio_future_unref(slow.gate);
}

static void a_subscriber_that_cannot_be_is_refused(void **state)
{
    points p = points_new();
    (void)state;
    assert_null(rclio_subscriber_new(p.node, p.type, "no good name", NULL));
    assert_int_equal(rclio_error_status(), RCLIO_INVALID);
    assert_null(rclio_subscriber_new(p.node, p.type, "left", &(rclio_subscription_options){.raw = true}));
    assert_int_equal(rclio_error_status(), RCLIO_INVALID);
    assert_null(rclio_subscriber_new(NULL, p.type, "left", NULL));
    assert_null(rclio_subscriber_subscription(rclio_filter_new(p.node)));
    rclio_filter *f = rclio_subscriber_new(p.node, p.type, "left", NULL);
    const rclio_message_event *event = point_event(&p, 1, 1);
    assert_int_equal(rclio_filter_add(f, event), RCLIO_INVALID);
    rclio_message_event_unref(event);
    points_free(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_are_kept_by_reference_beyond_their_subscription),
        cmocka_unit_test(one_topic_feeds_several_filters),
        cmocka_unit_test(every_pair_of_a_hundred_comes_in_order),
        cmocka_unit_test(a_callback_may_destroy_the_subscriber),
        cmocka_unit_test(a_callback_that_awaits_holds_back_its_own_topic_only),
        cmocka_unit_test(a_node_that_ends_while_a_callback_awaits_keeps_the_message),
        cmocka_unit_test(a_subscriber_that_cannot_be_is_refused),
    };
    return cmocka_run_group_tests(tests, harness_environment, NULL);
}
