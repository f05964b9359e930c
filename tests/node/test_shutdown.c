/* tests/node/test_shutdown.c: the end of a context: who is called, in which order, what still works meanwhile. Rules SH1 to SH3: shutdown.h. */
#include "pair.h"

#include "base/thread.h"
#include "node/node.h"

typedef struct diary {
    rclio_context *context;
    rclio_publisher *publisher;
    rclio_client *client;
    char words[64];
    size_t length;
    rclio_status published, ok;
    uint64_t other;
    bool removed;
} diary;

static rclio_context *quiet_context(void)
{
    rclio_context *context = rclio_init(0, NULL, &(rclio_context_options){.signals = RCLIO_SIGNALS_NONE});
    if (!context) fail_msg("%s", rclio_error());
    harness_watch(rclio_context_executor(context));
    return context;
}

static void note(diary *d, char letter)
{
    d->words[d->length++] = letter;
    d->words[d->length] = '\0';
}

static void note_a(void *arg)
{
    note(arg, 'a');
}

static void note_b(void *arg)
{
    note(arg, 'b');
}

static void note_c(void *arg)
{
    note(arg, 'c');
}

static void shut_down_context(void *arg)
{
    rclio_shutdown(arg);
}

static void callbacks_run_once_in_the_order_they_were_added(void **state) /* SH2 */
{
    diary d = {0};
    (void)state;
    rclio_context *context = quiet_context();
    assert_true(rclio_on_shutdown(context, note_a, &d) > 0);
    uint64_t removed = rclio_on_shutdown(context, note_b, &d);
    assert_true(rclio_on_shutdown(context, note_c, &d) > 0);
    assert_true(rclio_on_shutdown_remove(context, removed));
    assert_false(rclio_on_shutdown_remove(context, removed));
    assert_false(rclio_on_shutdown_remove(context, 0));
    assert_ok(rclio_executor_post(rclio_context_executor(context), shut_down_context, context));
    assert_ok(rclio_context_spin(context));
    assert_string_equal(d.words, "ac");
    rclio_shutdown(context);
    assert_ok(rclio_context_spin(context));
    rclio_on_shutdown(context, note_b, &d); /* too late to wait: at once */
    assert_string_equal(d.words, "acb");
    rclio_context_destroy(context);
    assert_string_equal(d.words, "acb");
    harness_unwatch();
}

static void they_run_when_a_context_is_destroyed_that_nobody_shut_down(void **state)
{
    diary d = {0};
    (void)state;
    rclio_context *context = quiet_context();
    rclio_on_shutdown(context, note_a, &d);
    rclio_context_destroy(context);
    assert_string_equal(d.words, "a");
    harness_unwatch();
}

static void spin_some(rclio_executor *executor)
{
    assert_ok(rclio_executor_spin_some(executor, 0));
}

static void dispatch(rclio_executor *executor)
{
    rclio_executor_dispatch(executor, 0);
}

static void spin_once(rclio_executor *executor)
{
    assert_int_equal(rclio_executor_spin_once(executor, RCLIO_FOREVER), RCLIO_SHUTDOWN);
}

static void they_run_in_every_way_to_spin(void **state)
{
    void (*const ways[])(rclio_executor *) = {spin_some, dispatch, spin_once};
    (void)state;
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        diary d = {0};
        rclio_context *context = quiet_context();
        rclio_on_shutdown(context, note_a, &d);
        rclio_shutdown(context);
        assert_string_equal(d.words, "");
        ways[i](rclio_context_executor(context));
        assert_string_equal(d.words, "a");
        ways[0](rclio_context_executor(context));
        rclio_context_destroy(context);
        assert_string_equal(d.words, "a");
    }
    harness_unwatch();
}

static void have_the_last_word(void *arg)
{
    diary *d = arg;
    void *text = rclio_message_new(rclio_publisher_type(d->publisher));
    d->ok = rclio_ok(d->context) ? RCLIO_OK : RCLIO_SHUTDOWN;
    d->published = rclio_publish(d->publisher, text);
    rclio_message_destroy(rclio_publisher_type(d->publisher), text);
}

static void count_message(const void *message, const rclio_message_info *info, void *arg)
{
    (void)message;
    (void)info;
    ++*(size_t *)arg;
}

static void a_callback_may_publish_a_last_message_and_nothing_else_may(void **state) /* SH1 */
{
    diary d = {0};
    size_t received = 0;
    (void)state;
    pair p = pair_new();
    const rclio_type *string = rclio_types_get(rclio_context_types(p.server_context), "std_msgs/msg/String");
    const rclio_type *other = rclio_types_get(rclio_context_types(p.client_context), "std_msgs/msg/String");
    rclio_subscription *subscription = rclio_subscription_new(p.client, other, "t", count_message, &received, NULL);
    assert_non_null(subscription);
    d.context = p.server_context;
    d.publisher = rclio_publisher_new(p.server, string, "t", NULL);
    AWAIT_ONCE(rclio_publisher_wait_for_subscriptions(d.publisher, 1));
    AWAIT_ONCE(rclio_subscription_wait_for_publishers(subscription, 1));
    rclio_on_shutdown(p.server_context, have_the_last_word, &d);
    rclio_shutdown(p.server_context);
    void *message = rclio_message_new(string);
    assert_int_equal(rclio_publish(d.publisher, message), RCLIO_SHUTDOWN);
    assert_ok(rclio_executor_spin_some(rclio_context_executor(p.server_context), 0));
    assert_int_equal(d.ok, RCLIO_SHUTDOWN);
    assert_ok(d.published);
    assert_int_equal(rclio_publish(d.publisher, message), RCLIO_SHUTDOWN);
    rclio_message_destroy(string, message);
    while (received == 0) { /* the shutdown stopped the common executor once */
        rclio_status status = rclio_executor_spin_once(p.executor, RCLIO_S(WATCHDOG_SECONDS - 10));
        assert_true(status == RCLIO_OK || status == RCLIO_SHUTDOWN);
    }
    pair_free(&p);
}

static void look_at_call(void *arg)
{
    diary *d = arg;
    rclio_future *call = rclio_client_call(d->client, &(add_request){0});
    d->published = rclio_future_get_state(call) == RCLIO_PENDING ? RCLIO_OK : rclio_future_result(call);
    rclio_future_unref(call);
}

static void callbacks_come_before_calls_fail(void **state) /* SH1 */
{
    diary d = {0};
    (void)state;
    rclio_context *context = quiet_context();
    rclio_node *node = rclio_node_new(context, "n", NULL);
    d.client =
        rclio_client_new(node, rclio_types_get(rclio_context_types(context), "example_interfaces/srv/AddTwoInts"), "s", NULL);
    rclio_on_shutdown(context, look_at_call, &d);
    rclio_shutdown(context);
    assert_ok(rclio_context_spin(context));
    assert_ok(d.published);
    look_at_call(&d);
    assert_int_equal(d.published, RCLIO_SHUTDOWN);
    rclio_context_destroy(context);
    harness_unwatch();
}

static void remove_other(void *arg)
{
    diary *d = arg;
    d->removed = rclio_on_shutdown_remove(d->context, d->other);
    rclio_on_shutdown(d->context, note_c, d); /* behind those that are waiting */
    note(d, 'a');
}

static void a_callback_may_remove_and_add_others(void **state)
{
    diary d = {0};
    (void)state;
    d.context = quiet_context();
    rclio_on_shutdown(d.context, remove_other, &d);
    d.other = rclio_on_shutdown(d.context, note_b, &d);
    rclio_shutdown(d.context);
    assert_ok(rclio_context_spin(d.context));
    assert_true(d.removed);
    assert_string_equal(d.words, "ac");
    rclio_context_destroy(d.context);
    harness_unwatch();
}

typedef struct meeting {
    rclio_context *context;
    uint64_t id;
    int inside[2], go_on[2]; /* pipes */
    _Atomic int returned;
    bool removed, had_returned;
} meeting;

static void wait_inside(void *arg)
{
    meeting *m = arg;
    char byte = 0;
    assert_int_equal(write(m->inside[1], "", 1), 1);
    assert_int_equal(read(m->go_on[0], &byte, 1), 1);
    atomic_store(&m->returned, 1);
}

static void *remove_meanwhile(void *arg)
{
    meeting *m = arg;
    char byte;
    assert_int_equal(read(m->inside[0], &byte, 1), 1);
    assert_int_equal(write(m->go_on[1], "", 1), 1);
    m->removed = rclio_on_shutdown_remove(m->context, m->id);
    m->had_returned = atomic_load(&m->returned);
    return NULL;
}

static void after_a_removal_the_callback_has_returned(void **state) /* SH3 */
{
    meeting m = {.context = quiet_context()};
    pthread_t other;
    (void)state;
    assert_int_equal(pipe(m.inside), 0);
    assert_int_equal(pipe(m.go_on), 0);
    m.id = rclio_on_shutdown(m.context, wait_inside, &m);
    rclio_shutdown(m.context);
    assert_int_equal(pthread_create(&other, NULL, remove_meanwhile, &m), 0);
    assert_ok(rclio_context_spin(m.context));
    pthread_join(other, NULL);
    assert_false(m.removed);
    assert_true(m.had_returned);
    rclio_context_destroy(m.context);
    for (int i = 0; i < 2; i++) {
        close(m.inside[i]);
        close(m.go_on[i]);
    }
    harness_unwatch();
}

static void each_context_has_its_own_end(void **state)
{
    diary one = {0}, two = {0};
    (void)state;
    rclio_context *first = quiet_context(), *second = quiet_context();
    rclio_on_shutdown(first, note_a, &one);
    rclio_on_shutdown(second, note_b, &two);
    rclio_shutdown(first);
    assert_ok(rclio_context_spin(first));
    assert_true(rclio_ok(second));
    assert_string_equal(one.words, "a");
    assert_string_equal(two.words, "");
    rclio_context_destroy(first);
    assert_ok(rclio_executor_post(rclio_context_executor(second), shut_down_context, second));
    assert_ok(rclio_context_spin(second));
    assert_string_equal(two.words, "b");
    rclio_context_destroy(second);
    harness_unwatch();
}

/* ---- callbacks that were about to run ---- */

typedef struct last_one {
    rclio_context *context;
    size_t called;
} last_one;

static void end_all(last_one *l)
{
    l->called++;
    rclio_shutdown(l->context);
}

static void end_by_message(const void *message, const rclio_message_info *info, void *arg)
{
    (void)message;
    (void)info;
    end_all(arg);
}

static void end_by_timer(rclio_timer *its, void *arg)
{
    (void)its;
    end_all(arg);
}

static void end_by_request(const void *request, void *response, void *arg)
{
    (void)request;
    (void)response;
    end_all(arg);
}

static void spin_past_the_stop(pair *p)
{
    assert_int_equal(rclio_executor_spin_once(p->executor, RCLIO_FOREVER), RCLIO_SHUTDOWN);
    assert_ok(rclio_executor_spin_some(p->executor, 0));
}

static void no_message_is_delivered_after_a_shutdown(void **state)
{
    enum { MESSAGES = 9 };
    (void)state;
    pair p = pair_new();
    last_one last = {.context = p.server_context};
    const rclio_type *string = rclio_types_get(rclio_context_types(p.server_context), "std_msgs/msg/String");
    const rclio_type *other = rclio_types_get(rclio_context_types(p.client_context), "std_msgs/msg/String");
    rclio_subscription *subscription = rclio_subscription_new(p.server, string, "t", end_by_message, &last, NULL);
    rclio_publisher *publisher = rclio_publisher_new(p.client, other, "t", NULL);
    AWAIT_ONCE(rclio_subscription_wait_for_publishers(subscription, 1));
    AWAIT_ONCE(rclio_publisher_wait_for_subscriptions(publisher, 1));
    void *message = rclio_message_new(other);
    for (int i = 0; i < MESSAGES; i++) assert_ok(rclio_publish(publisher, message));
    rclio_message_destroy(other, message);
    SPIN_UNTIL(p.executor, last.called > 0);
    spin_past_the_stop(&p);
    AWAIT_ONCE(rclio_publisher_wait_acknowledged(publisher, RCLIO_S(10))); /* all are there */
    assert_ok(rclio_executor_spin_some(p.executor, 0));
    assert_int_equal(last.called, 1);
    pair_free(&p);
}

static void no_timer_and_no_service_is_called_after_a_shutdown(void **state)
{
    (void)state;
    for (int requests = 0; requests < 2; requests++) {
        pair p = pair_new();
        last_one last = {.context = p.server_context};
        for (int i = 0; i < 3 && !requests; i++)
            assert_non_null(rclio_timer_new(p.server, 1, end_by_timer, &last, NULL)); /* all are due at once */
        if (requests) {
            assert_non_null(rclio_service_new(p.server, p.server_add, "s", end_by_request, &last, NULL));
            rclio_client *client = rclio_client_new(p.client, p.add, "s", NULL);
            for (int i = 0; i < 9; i++) rclio_future_unref(rclio_client_call(client, &(add_request){0}));
        }
        SPIN_UNTIL(p.executor, last.called > 0);
        spin_past_the_stop(&p);
        assert_int_equal(last.called, 1);
        pair_free(&p);
    }
}

static void what_is_missing_is_named(void **state)
{
    (void)state;
    rclio_context *context = quiet_context();
    rclio_error_clear();
    assert_int_equal(rclio_on_shutdown(context, NULL, NULL), 0);
    assert_int_equal(rclio_error_status(), RCLIO_INVALID);
    rclio_error_clear();
    assert_int_equal(rclio_on_shutdown(NULL, note_a, NULL), 0);
    assert_int_equal(rclio_error_status(), RCLIO_INVALID);
    assert_int_equal(rclio_shutdown_signal(NULL), 0);
    rclio_context_destroy(context);
    harness_unwatch();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(callbacks_run_once_in_the_order_they_were_added),
        cmocka_unit_test(they_run_when_a_context_is_destroyed_that_nobody_shut_down),
        cmocka_unit_test(they_run_in_every_way_to_spin),
        cmocka_unit_test(a_callback_may_publish_a_last_message_and_nothing_else_may),
        cmocka_unit_test(callbacks_come_before_calls_fail),
        cmocka_unit_test(a_callback_may_remove_and_add_others),
        cmocka_unit_test(after_a_removal_the_callback_has_returned),
        cmocka_unit_test(each_context_has_its_own_end),
        cmocka_unit_test(no_message_is_delivered_after_a_shutdown),
        cmocka_unit_test(no_timer_and_no_service_is_called_after_a_shutdown),
        cmocka_unit_test(what_is_missing_is_named),
    };
    return cmocka_run_group_tests(tests, harness_environment, NULL);
}
