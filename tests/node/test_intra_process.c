/* tests/node/test_intra_process.c: messages that stay in the process: who shares them, and that all else is as it was. */
#include "near.h"

#include "rclio/loan.h"

#include <stdatomic.h>

typedef struct inbox { /* what a subscription's callback saw */
    atomic_size_t count, shared;
    const void *message;
    char last[64];
    rclio_message_info info;
    bool out_of_order; /* messages are numbers */
    long next;
    rclio_subscription *destroy; /* by the callback */
    rclio_future *gate;          /* awaited by the callback */
    size_t finished;
} inbox;

static void on_string(const void *message, const rclio_message_info *info, void *arg)
{
    inbox *in = arg;
    const string_message *string = message;
    in->message = message;
    in->info = *info;
    snprintf(in->last, sizeof in->last, "%s", string ? string->data.data : "");
    if (string && strtol(string->data.data, NULL, 10) != in->next++) in->out_of_order = true;
    if (info->from_intra_process) atomic_fetch_add(&in->shared, 1);
    atomic_fetch_add(&in->count, 1);
    if (in->destroy) rclio_subscription_destroy(in->destroy);
    in->destroy = NULL;
    if (in->gate) rclio_await(in->gate);
    if (string) assert_string_equal(string->data.data, in->last); /* still lent, and nobody has written */
    in->finished++;
}

static rclio_subscription *subscription_of(rclio_node *node, const char *topic, inbox *in,
                                           const rclio_subscription_options *options)
{
    return near_subscription(node, topic, on_string, in, options);
}

static void one_message_is_shared_by_all_subscriptions_of_the_process(void **state)
{
    pair p = pair_new();
    inbox own = {0}, neighbours = {0}, others = {0};
    uint8_t gid[RCLIO_GID_SIZE];
    string_message message = {{(char *)(uintptr_t) "hello", 5, 6}};
    (void)state;
    rclio_publisher *publisher = near_publisher(p.server, "near", &near_publisher_on);
    subscription_of(p.server, "near", &own, &near_subscription_on);
    subscription_of(p.server, "near", &neighbours, &near_subscription_on);
    subscription_of(p.client, "near", &others, &near_subscription_on); /* of another context, with types of its own */
    AWAIT_ONCE(rclio_publisher_wait_for_subscriptions(publisher, 3));
    int64_t before = rclio_now_system();
    assert_ok(rclio_publish(publisher, &message));
    SPIN_UNTIL(p.executor, own.count == 1 && neighbours.count == 1 && others.count == 1);
    assert_string_equal(others.last, "hello");
    assert_ptr_equal(own.message, neighbours.message);
    assert_ptr_equal(own.message, others.message);
    assert_ptr_not_equal(own.message, &message); /* the program's is borrowed: the program may write it again */
    assert_true(own.info.from_intra_process && neighbours.info.from_intra_process && others.info.from_intra_process);
    rclio_publisher_gid(publisher, gid);
    assert_memory_equal(others.info.publisher_gid, gid, RCLIO_GID_SIZE);
    assert_true(others.info.source_timestamp_ns >= before);
    assert_true(others.info.received_timestamp_ns >= others.info.source_timestamp_ns);
    assert_null(others.info.serialized);
    assert_int_equal(others.info.serialized_size, 0);
    pair_free(&p);
}

static void a_borrowed_message_reaches_its_subscription_without_a_copy(void **state)
{
    pair p = pair_new();
    inbox in = {0};
    (void)state;
    rclio_publisher *publisher = near_publisher(p.server, "given", &near_publisher_on);
    subscription_of(p.client, "given", &in, &near_subscription_on);
    AWAIT_ONCE(rclio_publisher_wait_for_subscriptions(publisher, 1));
    string_message *message = rclio_publisher_borrow(publisher);
    assert_true(rosidl_runtime_c__String__assign(&message->data, "no copy"));
    assert_ok(rclio_publish_loaned(publisher, message));
    SPIN_UNTIL(p.executor, in.count == 1);
    assert_ptr_equal(in.message, message);
    assert_string_equal(in.last, "no copy");
    pair_free(&p);
}

/* What node, publisher and subscription say, and whether the message comes by reference. */
static void it_is_so_where_both_sides_want_it(void **state)
{
    static const struct {
        bool node;
        rclio_intra_process publisher, subscription;
        bool shared;
    } cases[] = {
        {false, RCLIO_INTRA_PROCESS_NODE, RCLIO_INTRA_PROCESS_NODE, false}, /* as upstream: nobody gets it unasked */
        {true, RCLIO_INTRA_PROCESS_NODE, RCLIO_INTRA_PROCESS_NODE, true},
        {false, RCLIO_INTRA_PROCESS_ON, RCLIO_INTRA_PROCESS_ON, true},
        {true, RCLIO_INTRA_PROCESS_OFF, RCLIO_INTRA_PROCESS_NODE, false},
        {true, RCLIO_INTRA_PROCESS_NODE, RCLIO_INTRA_PROCESS_OFF, false},
        {false, RCLIO_INTRA_PROCESS_ON, RCLIO_INTRA_PROCESS_NODE, false},
    };
    (void)state;
    pair p = pair_new();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        inbox in = {0};
        rclio_publisher_options po = {.intra_process = cases[i].publisher};
        rclio_subscription_options so = {.intra_process = cases[i].subscription};
        rclio_node *node = near_node(p.server_context, "either", p.executor, cases[i].node);
        rclio_publisher *publisher = near_publisher(node, "either", &po);
        subscription_of(node, "either", &in, &so);
        AWAIT_ONCE(rclio_publisher_wait_for_subscriptions(publisher, 1));
        near_publish(publisher, "x");
        SPIN_UNTIL(p.executor, in.count == 1);
        assert_int_equal(in.info.from_intra_process, cases[i].shared);
        assert_int_equal(in.info.serialized != NULL, !cases[i].shared);
        assert_string_equal(in.last, "x");
        rclio_node_destroy(node);
    }
    pair_free(&p);
}

static void raw_subscriptions_and_raw_publishers_are_served_too(void **state)
{
    static const uint8_t bytes[] = {0, 1, 0, 0, 3, 0, 0, 0, 'h', 'i', 0, 0};
    pair p = pair_new();
    inbox raw = {0}, in = {0};
    rclio_subscription_options so = {.raw = true, .intra_process = RCLIO_INTRA_PROCESS_ON};
    (void)state;
    rclio_publisher *publisher = near_publisher(p.server, "raw", &near_publisher_on);
    subscription_of(p.server, "raw", &raw, &so);
    subscription_of(p.server, "raw", &in, &near_subscription_on);
    AWAIT_ONCE(rclio_publisher_wait_for_subscriptions(publisher, 2));
    near_publish(publisher, "as bytes");
    SPIN_UNTIL(p.executor, raw.count == 1 && in.count == 1);
    assert_true(in.info.from_intra_process);
    assert_false(raw.info.from_intra_process);
    assert_int_equal(raw.info.serialized_size, 8 + 9);
    assert_ok(rclio_publish_serialized(publisher, bytes, 11));
    SPIN_UNTIL(p.executor, raw.count == 2 && in.count == 2);
    assert_string_equal(in.last, "hi");
    assert_false(in.info.from_intra_process);
    pair_free(&p);
}

static void messages_arrive_in_order_and_all(void **state)
{
    pair p = pair_new();
    inbox in = {0}, other = {0};
    rclio_publisher_options po = {.qos = {.history = RCLIO_KEEP_ALL}, .intra_process = RCLIO_INTRA_PROCESS_ON};
    rclio_subscription_options so = {.qos = {.history = RCLIO_KEEP_ALL}, .intra_process = RCLIO_INTRA_PROCESS_ON};
    (void)state;
    rclio_publisher *publisher = near_publisher(p.server, "all", &po);
    subscription_of(p.server, "all", &in, &so);
    so.intra_process = RCLIO_INTRA_PROCESS_OFF;
    subscription_of(p.client, "all", &other, &so);
    AWAIT_ONCE(rclio_publisher_wait_for_subscriptions(publisher, 2));
    for (long i = 0; i < 1000; i++) {
        if (i % 3 == 1) { /* what is borrowed, copied or encoded goes one way */
            string_message *message = rclio_publisher_borrow(publisher);
            char text[24];
            snprintf(text, sizeof text, "%ld", i);
            assert_true(rosidl_runtime_c__String__assign(&message->data, text));
            assert_ok(rclio_publish_loaned(publisher, message));
        } else {
            near_publish_number(publisher, i);
        }
    }
    SPIN_UNTIL(p.executor, in.count == 1000 && other.count == 1000);
    assert_false(in.out_of_order || other.out_of_order);
    assert_int_equal(in.shared, 1000);
    pair_free(&p);
}

static void depth_is_that_of_the_subscription(void **state) /* QOS-3 */
{
    pair p = pair_new();
    inbox in = {.next = 7};
    rclio_subscription_options so = {.qos = {.depth = 3}, .intra_process = RCLIO_INTRA_PROCESS_ON};
    (void)state;
    rclio_publisher *publisher = near_publisher(p.server, "deep", &near_publisher_on);
    subscription_of(p.server, "deep", &in, &so);
    AWAIT_ONCE(rclio_publisher_wait_for_subscriptions(publisher, 1));
    for (long i = 0; i < 10; i++) near_publish_number(publisher, i);
    SPIN_UNTIL(p.executor, in.count == 3);
    assert_false(in.out_of_order); /* 7, 8, 9 */
    pair_free(&p);
}

static void qos_that_does_not_fit_does_not_match_here_either(void **state) /* QOS-5 */
{
    pair p = pair_new();
    inbox in = {0}, fits = {0};
    rclio_publisher_options po = {.qos = {.reliability = RCLIO_BEST_EFFORT}, .intra_process = RCLIO_INTRA_PROCESS_ON};
    rclio_subscription_options so = {.qos = {.reliability = RCLIO_BEST_EFFORT}, .intra_process = RCLIO_INTRA_PROCESS_ON};
    (void)state;
    rclio_publisher *publisher = near_publisher(p.server, "qos", &po);
    rclio_subscription *asks_more = subscription_of(p.server, "qos", &in, &near_subscription_on);
    subscription_of(p.server, "qos", &fits, &so);
    AWAIT_ONCE(rclio_publisher_wait_for_subscriptions(publisher, 1));
    near_publish(publisher, "0");
    SPIN_UNTIL(p.executor, fits.count == 1);
    assert_true(fits.info.from_intra_process);
    assert_int_equal(in.count, 0);
    assert_int_equal(rclio_subscription_publishers(asks_more), 0);
    pair_free(&p);
}

static void a_late_subscription_gets_what_was_latched_once(void **state) /* QOS-2 */
{
    pair p = pair_new();
    inbox first = {0}, late = {0};
    rclio_publisher_options po = {.qos = {.durability = RCLIO_TRANSIENT_LOCAL, .depth = 2},
                                  .intra_process = RCLIO_INTRA_PROCESS_ON};
    rclio_subscription_options so = {.qos = {.durability = RCLIO_TRANSIENT_LOCAL, .depth = 5},
                                     .intra_process = RCLIO_INTRA_PROCESS_ON};
    (void)state;
    rclio_publisher *publisher = near_publisher(p.server, "map", &po);
    for (long i = 0; i < 2; i++) near_publish_number(publisher, i); /* to nobody yet */
    subscription_of(p.server, "map", &first, &so);
    SPIN_UNTIL(p.executor, first.count == 2);
    assert_int_equal(first.shared, 2); /* the publisher has kept the messages themselves */
    near_publish_number(publisher, 2);
    SPIN_UNTIL(p.executor, first.count == 3);
    late.next = 1;
    subscription_of(p.client, "map", &late, &so);
    SPIN_UNTIL(p.executor, late.count == 2);
    assert_int_equal(late.shared, 2);
    near_publish_number(publisher, 3);
    SPIN_UNTIL(p.executor, late.count == 3 && first.count == 4);
    assert_false(late.out_of_order || first.out_of_order);
    pair_free(&p);
}

static void local_publications_can_still_be_ignored(void **state)
{
    pair p = pair_new();
    inbox deaf = {0}, hearing = {0}, elsewhere = {0};
    rclio_subscription_options so = {.ignore_local_publications = true, .intra_process = RCLIO_INTRA_PROCESS_ON};
    (void)state;
    rclio_publisher *publisher = near_publisher(p.server, "own", &near_publisher_on);
    subscription_of(p.server, "own", &deaf, &so);
    subscription_of(p.server, "own", &hearing, &near_subscription_on);
    subscription_of(p.client, "own", &elsewhere, &so); /* local is what is of one context */
    AWAIT_ONCE(rclio_publisher_wait_for_subscriptions(publisher, 2));
    near_publish(publisher, "0");
    SPIN_UNTIL(p.executor, hearing.count == 1 && elsewhere.count == 1);
    assert_int_equal(deaf.count, 0);
    pair_free(&p);
}

static void contexts_of_two_domains_stay_apart(void **state)
{
    pair p = pair_new();
    inbox in = {0}, mine = {0};
    (void)state;
    rclio_context_options co = {.signals = RCLIO_SIGNALS_NONE, .has_domain_id = true, .domain_id = (uint32_t)test_domain_take()};
    rclio_context *far = rclio_init(0, NULL, &co);
    rclio_node *node = near_node(far, "far", p.executor, false);
    rclio_publisher *publisher = near_publisher(p.server, "apart", &near_publisher_on);
    subscription_of(node, "apart", &in, &near_subscription_on);
    subscription_of(p.server, "apart", &mine, &near_subscription_on);
    AWAIT_ONCE(rclio_publisher_wait_for_subscriptions(publisher, 1));
    near_publish(publisher, "0");
    SPIN_UNTIL(p.executor, mine.count == 1);
    assert_int_equal(in.count, 0);
    rclio_context_destroy(far);
    pair_free(&p);
}

static void the_graph_is_the_same(void **state)
{
    pair p = pair_new();
    inbox in = {0};
    (void)state;
    rclio_publisher *publisher = near_publisher(p.server, "seen", &near_publisher_on);
    rclio_subscription *s = subscription_of(p.client, "seen", &in, &near_subscription_on);
    AWAIT_ONCE(rclio_publisher_wait_for_subscriptions(publisher, 1));
    AWAIT_ONCE(rclio_subscription_wait_for_publishers(s, 1));
    assert_int_equal(rclio_graph_count(p.client, "/seen", RCLIO_ROLE_PUBLISHERS), 1);
    assert_int_equal(rclio_graph_count(p.server, "/seen", RCLIO_ROLE_SUBSCRIPTIONS), 1);
    rclio_subscription_destroy(s);
    while (rclio_publisher_subscriptions(publisher) > 0) assert_ok(rclio_executor_spin_once(p.executor, RCLIO_S(50)));
    pair_free(&p);
}

/* ---- life and death ---- */

static void a_subscription_may_be_destroyed_in_its_own_callback(void **state)
{
    pair p = pair_new();
    inbox in = {0}, stays = {0};
    (void)state;
    rclio_publisher *publisher = near_publisher(p.server, "bye", &near_publisher_on);
    in.destroy = subscription_of(p.server, "bye", &in, &near_subscription_on);
    subscription_of(p.server, "bye", &stays, &near_subscription_on);
    AWAIT_ONCE(rclio_publisher_wait_for_subscriptions(publisher, 2));
    for (long i = 0; i < 3; i++) near_publish_number(publisher, i);
    SPIN_UNTIL(p.executor, in.finished == 1 && stays.count == 3);
    assert_int_equal(in.count, 1);
    pair_free(&p);
}

static void a_message_stays_lent_while_its_callback_is_suspended(void **state)
{
    pair p = pair_new();
    inbox in = {0};
    (void)state;
    rclio_publisher *publisher = near_publisher(p.server, "held", &near_publisher_on);
    rclio_subscription *s = subscription_of(p.client, "held", &in, &near_subscription_on);
    AWAIT_ONCE(rclio_publisher_wait_for_subscriptions(publisher, 1));
    rclio_future *gate = in.gate = rclio_future_new(p.executor, "gate", NULL);
    near_publish(publisher, "first");
    SPIN_UNTIL(p.executor, in.count == 1);
    rclio_subscription_destroy(s);
    for (int i = 0; i < 20; i++) near_publish(publisher, "overwrites what comes back too early");
    rclio_publisher_destroy(publisher);
    in.gate = NULL;
    rclio_future_complete(gate, NULL);
    SPIN_UNTIL(p.executor, in.finished == 1);
    rclio_future_unref(gate);
    pair_free(&p);
}

static void a_message_outlives_publisher_node_and_context_on_its_way(void **state)
{
    pair p = pair_new();
    inbox in = {0};
    (void)state;
    rclio_publisher *publisher = near_publisher(p.server, "last", &near_publisher_on);
    subscription_of(p.client, "last", &in, &near_subscription_on);
    AWAIT_ONCE(rclio_publisher_wait_for_subscriptions(publisher, 1));
    near_publish(publisher, "last words");
    rclio_context_destroy(p.server_context); /* publisher, node and types with it */
    p.server_context = NULL;
    SPIN_UNTIL(p.executor, in.count == 1);
    assert_string_equal(in.last, "last words");
    assert_true(in.info.from_intra_process);
    pair_free(&p);
}

/* ---- another process ---- */

typedef struct relay {
    rclio_publisher *back;
} relay;

static void send_back(const void *message, const rclio_message_info *info, void *arg)
{
    (void)info;
    rclio_publish(((relay *)arg)->back, message);
}

static void relay_all(int in, int out)
{
    lone l = lone_new("relay");
    rclio_qos all = {.history = RCLIO_KEEP_ALL};
    relay r = {.back = near_publisher(l.node, "back", &(rclio_publisher_options){.qos = all})};
    rclio_subscription *s = rclio_subscription_new(l.node, lone_type(&l, "std_msgs/msg/String"), "forth", send_back, &r,
                                                   &(rclio_subscription_options){.qos = all});
    AWAIT_ONCE(rclio_publisher_wait_for_subscriptions(r.back, 1));
    AWAIT_ONCE(rclio_subscription_wait_for_publishers(s, 1));
    if (write(out, "r", 1) == 1) serve_until_end_of(in, l.context);
    rclio_context_destroy(l.context);
}

static void another_process_gets_each_message_once_and_this_one_too(void **state)
{
    enum { COUNT = 200 };
    child other = child_start(relay_all);
    pair p = pair_new();
    inbox near = {0}, back = {0};
    rclio_qos all = {.history = RCLIO_KEEP_ALL};
    (void)state;
    rclio_publisher *publisher =
        near_publisher(p.server, "forth", &(rclio_publisher_options){.qos = all, .intra_process = RCLIO_INTRA_PROCESS_ON});
    rclio_subscription_options so = {.qos = all, .intra_process = RCLIO_INTRA_PROCESS_ON};
    subscription_of(p.client, "forth", &near, &so);
    rclio_subscription *s = subscription_of(p.client, "back", &back, &so);
    child_wait_byte(&other);
    AWAIT_ONCE(rclio_publisher_wait_for_subscriptions(publisher, 2));
    AWAIT_ONCE(rclio_subscription_wait_for_publishers(s, 1));
    for (long i = 0; i < COUNT; i++) near_publish_number(publisher, i);
    SPIN_UNTIL(p.executor, near.count >= COUNT && back.count >= COUNT);
    near_publish_number(publisher, COUNT); /* what would come twice has come before this */
    SPIN_UNTIL(p.executor, near.count > COUNT && back.count > COUNT);
    assert_int_equal(near.count, COUNT + 1);
    assert_int_equal(near.shared, COUNT + 1);
    assert_int_equal(back.count, COUNT + 1);
    assert_int_equal(back.shared, 0);
    assert_false(near.out_of_order || back.out_of_order);
    child_end(&other);
    pair_free(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(another_process_gets_each_message_once_and_this_one_too),
        cmocka_unit_test(one_message_is_shared_by_all_subscriptions_of_the_process),
        cmocka_unit_test(a_borrowed_message_reaches_its_subscription_without_a_copy),
        cmocka_unit_test(it_is_so_where_both_sides_want_it),
        cmocka_unit_test(raw_subscriptions_and_raw_publishers_are_served_too),
        cmocka_unit_test(messages_arrive_in_order_and_all),
        cmocka_unit_test(depth_is_that_of_the_subscription),
        cmocka_unit_test(qos_that_does_not_fit_does_not_match_here_either),
        cmocka_unit_test(a_late_subscription_gets_what_was_latched_once),
        cmocka_unit_test(local_publications_can_still_be_ignored),
        cmocka_unit_test(contexts_of_two_domains_stay_apart),
        cmocka_unit_test(the_graph_is_the_same),
        cmocka_unit_test(a_subscription_may_be_destroyed_in_its_own_callback),
        cmocka_unit_test(a_message_stays_lent_while_its_callback_is_suspended),
        cmocka_unit_test(a_message_outlives_publisher_node_and_context_on_its_way),
    };
    return cmocka_run_group_tests(tests, harness_environment, NULL);
}
