/* tests/node/test_topics.c: publishers and subscriptions over the network. */
#include "pair.h"

#include "base/error.h"
#include "base/log.h"
#include "node/node.h"

typedef struct string_message { /* std_msgs/msg/String */
    rosidl_runtime_c__String data;
} string_message;

typedef struct inbox { /* what a subscription's callback saw */
    size_t count;
    char last[64];
    rclio_message_info info;
    uint8_t first_bytes[4];
    rclio_subscription *destroy; /* by the callback */
    rclio_future *gate;          /* awaited by the callback */
    size_t finished;
} inbox;

static void on_string(const void *message, const rclio_message_info *info, void *arg)
{
    inbox *in = arg;
    const string_message *string = message;
    in->count++;
    in->info = *info;
    if (string) snprintf(in->last, sizeof in->last, "%s", string->data.data);
    memcpy(in->first_bytes, info->serialized, 4);
    if (in->destroy) rclio_subscription_destroy(in->destroy);
    in->destroy = NULL;
    if (in->gate) rclio_await(in->gate);
    if (string) assert_string_equal(string->data.data, in->last); /* still lent */
    in->finished++;
}

static const rclio_type *string_type(rclio_context *context)
{
    const rclio_type *type = rclio_types_get(rclio_context_types(context), "std_msgs/msg/String");
    assert_non_null(type);
    return type;
}

static void publish(rclio_publisher *publisher, const char *text)
{
    string_message message = {{(char *)text, strlen(text), strlen(text) + 1}};
    assert_ok(rclio_publish(publisher, &message));
}

typedef struct link {
    pair p;
    inbox in;
    rclio_publisher *publisher;
    rclio_subscription *subscription;
} link_t;

static void link_open(link_t *l, const rclio_publisher_options *po, const rclio_subscription_options *so)
{
    *l = (link_t){.p = pair_new()};
    l->publisher = rclio_publisher_new(l->p.server, string_type(l->p.server_context), "chatter", po);
    assert_non_null(l->publisher);
    l->subscription = rclio_subscription_new(l->p.client, string_type(l->p.client_context), "chatter", on_string, &l->in, so);
    assert_non_null(l->subscription);
    AWAIT_ONCE(rclio_publisher_wait_for_subscriptions(l->publisher, 1));
    AWAIT_ONCE(rclio_subscription_wait_for_publishers(l->subscription, 1));
}

static void link_close(link_t *l)
{
    pair_free(&l->p);
}

static void a_message_reaches_another_context(void **state)
{
    link_t l;
    uint8_t gid[RCLIO_GID_SIZE];
    (void)state;
    link_open(&l, NULL, NULL);
    assert_int_equal(rclio_publisher_subscriptions(l.publisher), 1);
    assert_int_equal(rclio_subscription_publishers(l.subscription), 1);
    int64_t before = rclio_now_system();
    publish(l.publisher, "hello");
    SPIN_UNTIL(l.p.executor, l.in.count == 1);
    assert_string_equal(l.in.last, "hello");
    rclio_publisher_gid(l.publisher, gid);
    assert_memory_equal(l.in.info.publisher_gid, gid, RCLIO_GID_SIZE); /* GID-1 */
    assert_true(l.in.info.source_timestamp_ns >= before);
    assert_true(l.in.info.received_timestamp_ns >= l.in.info.source_timestamp_ns);
    assert_string_equal(rclio_publisher_topic(l.publisher), "/chatter");
    assert_string_equal(rclio_subscription_topic(l.subscription), "/chatter");
    link_close(&l);
}

static void messages_arrive_in_order_and_all(void **state)
{
    link_t l;
    rclio_publisher_options po = {.qos = {.history = RCLIO_KEEP_ALL}};
    rclio_subscription_options so = {.qos = {.history = RCLIO_KEEP_ALL}};
    (void)state;
    link_open(&l, &po, &so);
    for (int i = 0; i < 1000; i++) {
        char text[16];
        snprintf(text, sizeof text, "%d", i);
        publish(l.publisher, text);
    }
    SPIN_UNTIL(l.p.executor, l.in.count == 1000);
    assert_string_equal(l.in.last, "999");
    link_close(&l);
}

static void what_is_published_as_soon_as_a_subscription_is_counted_arrives(void **state)
{
    pair p = pair_new();
    inbox in = {0};
    (void)state;
    rclio_publisher *publisher = rclio_publisher_new(p.server, string_type(p.server_context), "counted", NULL);
    for (size_t i = 1; i <= 100; i++) {
        publish(publisher, "too early");
        rclio_subscription *subscription =
            rclio_subscription_new(p.client, string_type(p.client_context), "counted", on_string, &in, NULL);
        while (rclio_publisher_subscriptions(publisher) == 0) rclio_executor_spin_some(p.executor, 0);
        publish(publisher, "in time");
        SPIN_UNTIL(p.executor, in.count == i);
        assert_string_equal(in.last, "in time");
        rclio_subscription_destroy(subscription);
        SPIN_UNTIL(p.executor, rclio_publisher_subscriptions(publisher) == 0);
    }
    pair_free(&p);
}

static void a_late_subscription_gets_what_was_latched(void **state)
{
    pair p = pair_new();
    inbox in = {0};
    rclio_publisher_options po = {.qos = {.durability = RCLIO_TRANSIENT_LOCAL, .depth = 1}};
    rclio_subscription_options so = {.qos = {.durability = RCLIO_TRANSIENT_LOCAL, .depth = 1}};
    (void)state;
    rclio_publisher *publisher = rclio_publisher_new(p.server, string_type(p.server_context), "latched", &po);
    publish(publisher, "old");
    publish(publisher, "new");
    assert_non_null(rclio_subscription_new(p.client, string_type(p.client_context), "latched", on_string, &in, &so));
    SPIN_UNTIL(p.executor, in.count == 1);
    assert_string_equal(in.last, "new");
    pair_free(&p);
}

static void a_raw_subscription_gets_bytes_and_a_raw_publisher_sends_them(void **state)
{
    link_t l;
    static const uint8_t bytes[] = {0, 1, 0, 0, 3, 0, 0, 0, 'h', 'i', 0};
    rclio_subscription_options so = {.raw = true};
    (void)state;
    link_open(&l, NULL, &so);
    assert_ok(rclio_publish_serialized(l.publisher, bytes, sizeof bytes));
    SPIN_UNTIL(l.p.executor, l.in.count == 1);
    assert_memory_equal(l.in.first_bytes, bytes, 4);
    assert_true(l.in.info.serialized_size >= sizeof bytes);
    assert_int_equal(rclio_publish_serialized(l.publisher, bytes, 3), RCLIO_INVALID);
    link_close(&l);
}

static void a_message_that_does_not_decode_is_one_warning_with_the_topic(void **state)
{
    link_t l;
    static const uint8_t hostile[] = {0, 1, 0, 0, 0xff, 0xff, 0, 0, 'h', 'i', 0}; /* CDR-8 */
    (void)state;
    link_open(&l, NULL, NULL);
    captured_log *lines = captured_log_new(l.p.client_context);
    for (int i = 0; i < 5; i++) assert_ok(rclio_publish_serialized(l.publisher, hostile, sizeof hostile));
    publish(l.publisher, "good");
    SPIN_UNTIL(l.p.executor, l.in.count == 1);
    assert_string_equal(l.in.last, "good");
    assert_int_equal(captured_log_count(lines, "subscription '/chatter' (std_msgs/msg/String): a message was dropped, 1 so far"),
                     1);
    assert_int_equal(captured_log_count(lines, "dropped"), 1);
    captured_log_free(lines);
    link_close(&l);
}

static void a_subscription_may_be_destroyed_in_its_own_callback(void **state)
{
    link_t l;
    (void)state;
    link_open(&l, NULL, NULL);
    l.in.destroy = l.subscription;
    for (int i = 0; i < 3; i++) publish(l.publisher, "bye");
    SPIN_UNTIL(l.p.executor, l.in.finished == 1);
    while (rclio_publisher_subscriptions(l.publisher) > 0) assert_ok(rclio_executor_spin_once(l.p.executor, RCLIO_S(50)));
    assert_int_equal(l.in.count, 1);
    link_close(&l);
}

static void a_callback_that_is_suspended_ends_after_its_subscription_was_destroyed(void **state)
{
    link_t l;
    (void)state;
    link_open(&l, NULL, NULL);
    rclio_future *gate = l.in.gate = rclio_future_new(l.p.executor, "gate", NULL);
    publish(l.publisher, "first");
    SPIN_UNTIL(l.p.executor, l.in.count == 1);
    rclio_subscription_destroy(l.subscription);
    assert_int_equal(l.in.finished, 0);
    l.in.gate = NULL;
    rclio_future_complete(gate, NULL);
    SPIN_UNTIL(l.p.executor, l.in.finished == 1);
    rclio_future_unref(gate);
    link_close(&l);
}

static void a_suspended_callback_keeps_its_later_messages_waiting(void **state)
{
    link_t l;
    (void)state;
    link_open(&l, NULL, NULL);
    rclio_future *gate = l.in.gate = rclio_future_new(l.p.executor, "gate", NULL);
    publish(l.publisher, "first");
    publish(l.publisher, "second");
    SPIN_UNTIL(l.p.executor, l.in.count == 1);
    AWAIT_ONCE(rclio_publisher_wait_acknowledged(l.publisher, RCLIO_S(20))); /* both have arrived */
    assert_int_equal(l.in.count, 1);
    l.in.gate = NULL;
    rclio_future_complete(gate, NULL);
    SPIN_UNTIL(l.p.executor, l.in.finished == 2);
    assert_string_equal(l.in.last, "second");
    rclio_future_unref(gate);
    link_close(&l);
}

static void a_future_for_peers_fails_when_its_owner_is_destroyed(void **state)
{
    pair p = pair_new();
    (void)state;
    rclio_publisher *publisher = rclio_publisher_new(p.server, string_type(p.server_context), "alone", NULL);
    rclio_future *future = rclio_publisher_wait_for_subscriptions(publisher, 1);
    rclio_publisher_destroy(publisher);
    AWAIT_FAILS(future, RCLIO_CANCELLED, "/alone");
    rclio_future_unref(future);
    pair_free(&p);
}

static void a_future_for_peers_fails_with_shutdown(void **state)
{
    pair p = pair_new();
    (void)state;
    rclio_subscription *s = rclio_subscription_new(p.client, string_type(p.client_context), "alone", on_string, NULL, NULL);
    rclio_future *future = rclio_subscription_wait_for_publishers(s, 1);
    rclio_shutdown(p.client_context);
    assert_ok(rclio_context_spin(p.client_context));
    AWAIT_FAILS(future, RCLIO_SHUTDOWN, "publishers of '/alone'");
    rclio_future_unref(future);
    pair_free(&p);
}

static void publishing_after_shutdown_is_refused(void **state)
{
    pair p = pair_new();
    string_message message = {{(char *)"x", 1, 2}};
    (void)state;
    rclio_publisher *publisher = rclio_publisher_new(p.server, string_type(p.server_context), "late", NULL);
    rclio_shutdown(p.server_context);
    assert_int_equal(rclio_publish(publisher, &message), RCLIO_SHUTDOWN);
    assert_non_null(strstr(rclio_error(), "'/late'"));
    pair_free(&p);
}

typedef struct flood {
    rclio_publisher *publisher;
    pthread_t thread;
} flood;

static void *publish_many(void *arg)
{
    flood *f = arg;
    for (int i = 0; i < 500; i++) {
        string_message message = {{(char *)"x", 1, 2}};
        if (rclio_publish(f->publisher, &message) != RCLIO_OK) return arg;
    }
    return NULL;
}

static void any_thread_may_publish(void **state)
{
    link_t l;
    rclio_publisher_options po = {.qos = {.history = RCLIO_KEEP_ALL}};
    rclio_subscription_options so = {.qos = {.history = RCLIO_KEEP_ALL}};
    flood floods[3];
    (void)state;
    link_open(&l, &po, &so);
    for (int i = 0; i < 3; i++) {
        floods[i].publisher = l.publisher;
        assert_int_equal(pthread_create(&floods[i].thread, NULL, publish_many, &floods[i]), 0);
    }
    SPIN_UNTIL(l.p.executor, l.in.count == 1500);
    for (int i = 0; i < 3; i++) {
        void *failed;
        pthread_join(floods[i].thread, &failed);
        assert_null(failed);
    }
    link_close(&l);
}

static void local_publications_can_be_ignored(void **state)
{
    pair p = pair_new();
    inbox deaf = {0}, hearing = {0};
    rclio_subscription_options so = {.ignore_local_publications = true};
    (void)state;
    const rclio_type *type = string_type(p.server_context);
    rclio_publisher *publisher = rclio_publisher_new(p.server, type, "own", NULL);
    assert_non_null(rclio_subscription_new(p.server, type, "own", on_string, &deaf, &so));
    assert_non_null(rclio_subscription_new(p.server, type, "own", on_string, &hearing, NULL));
    AWAIT_ONCE(rclio_publisher_wait_for_subscriptions(publisher, 1));
    publish(publisher, "me");
    SPIN_UNTIL(p.executor, hearing.count == 1);
    assert_int_equal(deaf.count, 0);
    pair_free(&p);
}

static void acknowledgement_may_block_a_thread(void **state)
{
    link_t l;
    (void)state;
    link_open(&l, NULL, NULL);
    publish(l.publisher, "mark");
    assert_int_equal(rclio_publisher_block_acknowledged(l.publisher, RCLIO_S(20)), RCLIO_OK); /* nobody spins */
    assert_int_equal(rclio_publisher_block_acknowledged(l.publisher, RCLIO_FOREVER), RCLIO_OK);
    link_close(&l);
}

static void acknowledgement_is_awaited_on_a_worker(void **state)
{
    link_t l;
    (void)state;
    link_open(&l, NULL, NULL);
    publish(l.publisher, "mark");
    AWAIT_ONCE(rclio_publisher_wait_acknowledged(l.publisher, RCLIO_S(20)));
    rclio_future *late = rclio_publisher_wait_acknowledged(l.publisher, RCLIO_S(20));
    rclio_publisher_destroy(l.publisher);
    rclio_status status = rclio_wait(late);
    assert_true(status == RCLIO_OK || status == RCLIO_CANCELLED);
    rclio_future_unref(late);
    link_close(&l);
}

static void null_parents_keep_the_first_error(void **state)
{
    (void)state;
    rclio_error_clear();
    rclio_node *node = rclio_node_new(NULL, "n", NULL);
    assert_null(node);
    assert_null(rclio_publisher_new(node, NULL, "x", NULL));
    assert_null(rclio_subscription_new(node, NULL, "x", on_string, NULL, NULL));
    assert_null(rclio_timer_new(node, 1, NULL, NULL, NULL));
    assert_null(rclio_publisher_wait_for_subscriptions(NULL, 1));
    assert_null(rclio_graph_changed(node));
    rclio_publisher_destroy(NULL);
    rclio_subscription_destroy(NULL);
    rclio_timer_destroy(NULL);
    rclio_node_destroy(NULL);
    rclio_context_destroy(NULL);
    assert_string_equal(rclio_error(), "");
}

/* A program makes everything, then looks once: what it says to handles that are not there must not hide why they are not. */
static void what_is_asked_of_null_handles_keeps_the_first_error(void **state)
{
    static const char *const first = "the reason";
    rclio_parameter_names names;
    rclio_parameter_list below;
    rclio_parameter_value value;
    rclio_parameter_descriptor descriptor;
    rclio_parameter_type type;
    rclio_lifecycle_state resting;
    bool flag;
    (void)state;
    rclio_fail(RCLIO_SYSTEM, "%s", first);
#define KEEPS(call)                                \
    do {                                           \
        assert_int_equal((call), RCLIO_SYSTEM);    \
        assert_string_equal(rclio_error(), first); \
    } while (0)
#define KEEPS_NULL(call)                           \
    do {                                           \
        assert_false((call));                      \
        assert_string_equal(rclio_error(), first); \
    } while (0)
    KEEPS(rclio_parameter_declare(NULL, "x", rclio_value_bool(true), NULL));
    KEEPS(rclio_parameters_declare(NULL, "", NULL, 0));
    KEEPS(rclio_parameter_undeclare(NULL, "x"));
    KEEPS(rclio_parameter_set(NULL, "x", rclio_value_bool(true)));
    KEEPS(rclio_parameters_set(NULL, NULL, 0, NULL));
    KEEPS(rclio_parameters_set_atomically(NULL, NULL, 0));
    KEEPS(rclio_parameter_get(NULL, "x", &value));
    KEEPS(rclio_parameter_get_bool(NULL, "x", &flag));
    KEEPS(rclio_parameter_describe(NULL, "x", &descriptor));
    KEEPS(rclio_parameter_get_type(NULL, "x", &type));
    KEEPS(rclio_parameters_list(NULL, NULL, 0, 0, &names));
    KEEPS(rclio_parameters_get_by_prefix(NULL, "", &below));
    KEEPS_NULL(rclio_parameters_on_set(NULL, NULL, NULL));
    KEEPS(rclio_publish(NULL, NULL));
    KEEPS(rclio_publish_serialized(NULL, NULL, 0));
    KEEPS_NULL(rclio_publisher_borrow(NULL));
    KEEPS(rclio_timer_reset(NULL));
    KEEPS(rclio_timer_set_period(NULL, 1));
    KEEPS(rclio_subscription_set_content_filter(NULL, NULL));
    KEEPS_NULL(rclio_client_wait_for_service(NULL));
    KEEPS_NULL(rclio_action_client_wait_for_server(NULL));
    KEEPS(rclio_callback_group_assign(NULL, NULL));
    KEEPS(rclio_node_set_use_sim_time(NULL, true));
    KEEPS_NULL(rclio_lifecycle_publisher(NULL, NULL));
    KEEPS_NULL(rclio_lifecycle_change(NULL, RCLIO_LIFECYCLE_CONFIGURE));
    KEEPS(rclio_lifecycle_client_get_state(NULL, 0, &resting));
    KEEPS(rclio_lifecycle_manager_start(NULL));
    KEEPS_NULL(rclio_filter_connect(NULL, NULL, NULL));
    KEEPS(rclio_filter_set_input(NULL, NULL));
    KEEPS_NULL(rclio_on_shutdown(NULL, NULL, NULL));
    KEEPS(rclio_context_set_signals(NULL, RCLIO_SIGNALS_NONE));
    KEEPS(rclio_context_spin(NULL));
    rclio_error_clear();
    assert_int_equal(rclio_parameter_declare(NULL, "x", rclio_value_bool(true), NULL), RCLIO_INVALID);
    assert_string_equal(rclio_error(), "no node to declare a parameter of");
}

static void what_is_not_legal_is_named(void **state)
{
    pair p = pair_new();
    (void)state;
    assert_null(rclio_publisher_new(p.server, string_type(p.server_context), "bad name", NULL));
    assert_non_null(strstr(rclio_error(), "no publisher to 'bad name' (std_msgs/msg/String): Invalid topic name: "));
    assert_null(rclio_subscription_new(p.server, p.server_add, "x", on_string, NULL, NULL));
    assert_non_null(strstr(rclio_error(), "'example_interfaces/srv/AddTwoInts' is not a message type"));
    assert_null(rclio_subscription_new(p.server, string_type(p.server_context), "x", NULL, NULL, NULL));
    assert_int_equal(rclio_error_status(), RCLIO_INVALID);
    rclio_publisher_options po = {.qos = {.deadline_ns = -1}};
    assert_null(rclio_publisher_new(p.server, string_type(p.server_context), "x", &po));
    assert_non_null(strstr(rclio_error(), "deadline"));
    pair_free(&p);
}

/* ---- two processes ---- */

static void talk(int in, int out)
{
    lone l = lone_new("talker");
    rclio_publisher_options po = {.qos = {.durability = RCLIO_TRANSIENT_LOCAL, .depth = 1}};
    rclio_publisher *publisher = rclio_publisher_new(l.node, lone_type(&l, "std_msgs/msg/String"), "news", &po);
    publish(publisher, "from another process");
    if (write(out, "r", 1) == 1) serve_until_end_of(in, l.context);
    rclio_context_destroy(l.context);
}

static void a_message_reaches_another_process(void **state)
{
    child talker = child_start(talk);
    inbox in = {0};
    (void)state;
    pair p = pair_new();
    rclio_subscription_options so = {.qos = {.durability = RCLIO_TRANSIENT_LOCAL, .depth = 1}};
    rclio_subscription *s = rclio_subscription_new(p.client, string_type(p.client_context), "/news", on_string, &in, &so);
    child_wait_byte(&talker);
    SPIN_UNTIL(p.executor, in.count == 1);
    assert_string_equal(in.last, "from another process");
    child_end(&talker);
    while (rclio_subscription_publishers(s) > 0) assert_ok(rclio_executor_spin_once(p.executor, RCLIO_S(50)));
    pair_free(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_reaches_another_process),
        cmocka_unit_test(a_message_reaches_another_context),
        cmocka_unit_test(messages_arrive_in_order_and_all),
        cmocka_unit_test(what_is_published_as_soon_as_a_subscription_is_counted_arrives),
        cmocka_unit_test(a_late_subscription_gets_what_was_latched),
        cmocka_unit_test(a_raw_subscription_gets_bytes_and_a_raw_publisher_sends_them),
        cmocka_unit_test(a_message_that_does_not_decode_is_one_warning_with_the_topic),
        cmocka_unit_test(a_subscription_may_be_destroyed_in_its_own_callback),
        cmocka_unit_test(a_callback_that_is_suspended_ends_after_its_subscription_was_destroyed),
        cmocka_unit_test(a_suspended_callback_keeps_its_later_messages_waiting),
        cmocka_unit_test(a_future_for_peers_fails_when_its_owner_is_destroyed),
        cmocka_unit_test(a_future_for_peers_fails_with_shutdown),
        cmocka_unit_test(publishing_after_shutdown_is_refused),
        cmocka_unit_test(any_thread_may_publish),
        cmocka_unit_test(local_publications_can_be_ignored),
        cmocka_unit_test(acknowledgement_may_block_a_thread),
        cmocka_unit_test(acknowledgement_is_awaited_on_a_worker),
        cmocka_unit_test(null_parents_keep_the_first_error),
        cmocka_unit_test(what_is_asked_of_null_handles_keeps_the_first_error),
        cmocka_unit_test(what_is_not_legal_is_named),
    };
    return cmocka_run_group_tests(tests, harness_environment, NULL);
}
