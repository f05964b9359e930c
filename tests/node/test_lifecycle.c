/* tests/node/test_lifecycle.c: a managed node from inside: its functions, publishers, timers (LC1 to LC4; rules LI1 to LI3). */
#include "managed.h"

typedef struct string_message { /* std_msgs/msg/String */
    rosidl_runtime_c__String data;
} string_message;

static void a_node_goes_through_its_life(void **state)
{
    pair p = pair_new();
    managed m = {0};
    (void)state;
    managed_open(&m, p.server);
    assert_int_equal(rclio_lifecycle_get_state(m.lifecycle), RCLIO_LIFECYCLE_UNCONFIGURED);
    assert_change(&m, RCLIO_LIFECYCLE_CONFIGURE, RCLIO_LIFECYCLE_SUCCESS, RCLIO_LIFECYCLE_INACTIVE);
    assert_change(&m, RCLIO_LIFECYCLE_ACTIVATE, RCLIO_LIFECYCLE_SUCCESS, RCLIO_LIFECYCLE_ACTIVE);
    assert_change(&m, RCLIO_LIFECYCLE_DEACTIVATE, RCLIO_LIFECYCLE_SUCCESS, RCLIO_LIFECYCLE_INACTIVE);
    assert_change(&m, RCLIO_LIFECYCLE_CLEANUP, RCLIO_LIFECYCLE_SUCCESS, RCLIO_LIFECYCLE_UNCONFIGURED);
    assert_change(&m, RCLIO_LIFECYCLE_SHUTDOWN, RCLIO_LIFECYCLE_SUCCESS, RCLIO_LIFECYCLE_FINALIZED);
    assert_told(&m, "configure(unconfigured) activate(inactive) deactivate(active) cleanup(inactive) shutdown(unconfigured)");
    pair_free(&p);
}

static void what_is_not_allowed_says_so_and_does_nothing(void **state)
{
    pair p = pair_new();
    managed m = {0};
    (void)state;
    managed_open(&m, p.server);
    assert_change(&m, RCLIO_LIFECYCLE_ACTIVATE, RCLIO_LIFECYCLE_NOT_ALLOWED, RCLIO_LIFECYCLE_UNCONFIGURED);
    assert_int_equal(rclio_error_status(), RCLIO_BAD_STATE);
    assert_string_equal(rclio_error(), "'activate' is not allowed now: no transition 'activate' from unconfigured");
    assert_change(&m, (rclio_lifecycle_transition)10, RCLIO_LIFECYCLE_NOT_ALLOWED, RCLIO_LIFECYCLE_UNCONFIGURED);
    assert_change(&m, RCLIO_LIFECYCLE_SHUTDOWN, RCLIO_LIFECYCLE_SUCCESS, RCLIO_LIFECYCLE_FINALIZED);
    for (int t = RCLIO_LIFECYCLE_CONFIGURE; t <= RCLIO_LIFECYCLE_SHUTDOWN; t++)
        assert_change(&m, (rclio_lifecycle_transition)t, RCLIO_LIFECYCLE_NOT_ALLOWED, RCLIO_LIFECYCLE_FINALIZED);
    assert_told(&m, "shutdown(unconfigured)");
    assert_null(rclio_lifecycle_new(NULL, NULL));
    pair_free(&p);
}

static void a_failure_leads_back(void **state) /* LIF-6 */
{
    pair p = pair_new();
    managed m = {.results = {[CONFIGURE] = RCLIO_LIFECYCLE_FAILURE}};
    (void)state;
    managed_open(&m, p.server);
    assert_change(&m, RCLIO_LIFECYCLE_CONFIGURE, RCLIO_LIFECYCLE_FAILURE, RCLIO_LIFECYCLE_UNCONFIGURED);
    m.results[CONFIGURE] = 0;
    assert_change(&m, RCLIO_LIFECYCLE_CONFIGURE, RCLIO_LIFECYCLE_SUCCESS, RCLIO_LIFECYCLE_INACTIVE);
    m.results[ACTIVATE] = m.results[CLEANUP] = RCLIO_LIFECYCLE_FAILURE;
    assert_change(&m, RCLIO_LIFECYCLE_ACTIVATE, RCLIO_LIFECYCLE_FAILURE, RCLIO_LIFECYCLE_INACTIVE);
    assert_change(&m, RCLIO_LIFECYCLE_CLEANUP, RCLIO_LIFECYCLE_FAILURE, RCLIO_LIFECYCLE_INACTIVE);
    m.results[ACTIVATE] = 0;
    assert_change(&m, RCLIO_LIFECYCLE_ACTIVATE, RCLIO_LIFECYCLE_SUCCESS, RCLIO_LIFECYCLE_ACTIVE);
    m.results[DEACTIVATE] = m.results[SHUTDOWN] = RCLIO_LIFECYCLE_FAILURE;
    assert_change(&m, RCLIO_LIFECYCLE_DEACTIVATE, RCLIO_LIFECYCLE_FAILURE, RCLIO_LIFECYCLE_ACTIVE);
    assert_change(&m, RCLIO_LIFECYCLE_SHUTDOWN, RCLIO_LIFECYCLE_FAILURE, RCLIO_LIFECYCLE_FINALIZED); /* LIF-7 */
    pair_free(&p);
}

static void an_error_is_processed(void **state) /* LIF-6 */
{
    pair p = pair_new();
    managed m = {.results = {[CONFIGURE] = RCLIO_LIFECYCLE_ERROR}};
    (void)state;
    managed_open(&m, p.server);
    assert_change(&m, RCLIO_LIFECYCLE_CONFIGURE, RCLIO_LIFECYCLE_ERROR, RCLIO_LIFECYCLE_UNCONFIGURED);
    assert_told(&m, "configure(unconfigured) error(unconfigured)");
    m.results[CONFIGURE] = 0;
    assert_change(&m, RCLIO_LIFECYCLE_CONFIGURE, RCLIO_LIFECYCLE_SUCCESS, RCLIO_LIFECYCLE_INACTIVE);
    m.results[ACTIVATE] = 12345; /* nothing that a function may return */
    assert_change(&m, RCLIO_LIFECYCLE_ACTIVATE, RCLIO_LIFECYCLE_ERROR, RCLIO_LIFECYCLE_UNCONFIGURED);
    assert_told(&m, "configure(unconfigured) activate(inactive) error(inactive)");
    m.results[SHUTDOWN] = RCLIO_LIFECYCLE_ERROR;
    m.results[ON_ERROR] = RCLIO_LIFECYCLE_ERROR;
    assert_change(&m, RCLIO_LIFECYCLE_SHUTDOWN, RCLIO_LIFECYCLE_ERROR, RCLIO_LIFECYCLE_FINALIZED);
    pair_free(&p);
}

static rclio_lifecycle_result always(rclio_lifecycle_state previous, void *arg)
{
    (void)previous;
    return *(rclio_lifecycle_result *)arg;
}

static void without_functions_all_succeeds_but_an_error_ends_it(void **state)
{
    pair p = pair_new();
    rclio_lifecycle_result result = RCLIO_LIFECYCLE_SUCCESS;
    (void)state;
    managed m = {.lifecycle = rclio_lifecycle_new(p.server, &(rclio_lifecycle_options){.on_deactivate = always, .arg = &result})};
    assert_change(&m, RCLIO_LIFECYCLE_CONFIGURE, RCLIO_LIFECYCLE_SUCCESS, RCLIO_LIFECYCLE_INACTIVE);
    assert_change(&m, RCLIO_LIFECYCLE_ACTIVATE, RCLIO_LIFECYCLE_SUCCESS, RCLIO_LIFECYCLE_ACTIVE);
    result = RCLIO_LIFECYCLE_ERROR;
    assert_change(&m, RCLIO_LIFECYCLE_DEACTIVATE, RCLIO_LIFECYCLE_ERROR, RCLIO_LIFECYCLE_FINALIZED);
    pair_free(&p);
}

static rclio_lifecycle_result fails_with_a_reason(rclio_lifecycle_state previous, void *arg)
{
    (void)previous;
    rclio_types_get(arg, "std_msgs/msg/NoSuchType");
    return RCLIO_LIFECYCLE_FAILURE;
}

static void a_failure_is_logged_with_its_reason(void **state)
{
    pair p = pair_new();
    captured_log *log = captured_log_new(p.server_context);
    (void)state;
    rclio_lifecycle_options o = {.on_configure = fails_with_a_reason, .arg = rclio_context_types(p.server_context)};
    rclio_lifecycle_change(rclio_lifecycle_new(p.server, &o), RCLIO_LIFECYCLE_CONFIGURE);
    assert_int_equal(captured_log_count(log, "a failure while configuring: the node is unconfigured: "), 1);
    assert_int_equal(captured_log_count(log, "NoSuchType"), 1);
    captured_log_free(log);
    pair_free(&p);
}

/* ---- LC2: functions that await ---- */

static void change_task(void *arg)
{
    managed *m = arg;
    if (rclio_lifecycle_change(m->lifecycle, RCLIO_LIFECYCLE_CONFIGURE) != RCLIO_LIFECYCLE_SUCCESS)
        rclio_task_fail(RCLIO_BAD_STATE, "%s", rclio_error());
}

static void a_function_may_await_and_meanwhile_no_other_change_begins(void **state) /* LC1, LC2 */
{
    pair p = pair_new();
    managed m = {.gate = rclio_future_new(p.executor, "gate", NULL), .entered = rclio_future_new(p.executor, "entered", NULL)};
    (void)state;
    managed_open(&m, p.server);
    rclio_task *task = rclio_task_new(p.executor, "change", change_task, &m);
    AWAIT(m.entered);
    assert_int_equal(rclio_lifecycle_get_state(m.lifecycle), RCLIO_LIFECYCLE_CONFIGURING);
    assert_change(&m, RCLIO_LIFECYCLE_CONFIGURE, RCLIO_LIFECYCLE_NOT_ALLOWED, RCLIO_LIFECYCLE_CONFIGURING);
    assert_string_equal(rclio_error(), "'configure' is not allowed now: the node is configuring");
    rclio_future_complete(m.gate, NULL);
    AWAIT(rclio_task_future(task));
    assert_int_equal(rclio_lifecycle_get_state(m.lifecycle), RCLIO_LIFECYCLE_INACTIVE);
    rclio_task_unref(task);
    rclio_future_unref(m.gate);
    rclio_future_unref(m.entered);
    pair_free(&p);
}

static void change_within(managed *m, const char *name)
{
    assert_int_equal(rclio_lifecycle_change(m->lifecycle, RCLIO_LIFECYCLE_SHUTDOWN), RCLIO_LIFECYCLE_NOT_ALLOWED);
    assert_non_null(strstr(rclio_error(), name[0] == 'c' ? "the node is configuring" : "the node is activating"));
}

static void a_function_cannot_change_the_state_itself(void **state) /* LC1 */
{
    pair p = pair_new();
    managed m = {.within = change_within};
    (void)state;
    managed_open(&m, p.server);
    assert_change(&m, RCLIO_LIFECYCLE_CONFIGURE, RCLIO_LIFECYCLE_SUCCESS, RCLIO_LIFECYCLE_INACTIVE);
    assert_change(&m, RCLIO_LIFECYCLE_ACTIVATE, RCLIO_LIFECYCLE_SUCCESS, RCLIO_LIFECYCLE_ACTIVE);
    pair_free(&p);
}

static void destroy_within(managed *m, const char *name)
{
    if (strcmp(name, "activate") != 0) return;
    rclio_lifecycle_destroy(m->lifecycle);
}

static void a_function_may_destroy_its_lifecycle(void **state)
{
    pair p = pair_new();
    managed m = {.within = destroy_within};
    (void)state;
    managed_open(&m, p.server);
    assert_change(&m, RCLIO_LIFECYCLE_CONFIGURE, RCLIO_LIFECYCLE_SUCCESS, RCLIO_LIFECYCLE_INACTIVE);
    assert_int_equal(rclio_lifecycle_change(m.lifecycle, RCLIO_LIFECYCLE_ACTIVATE), RCLIO_LIFECYCLE_SUCCESS);
    managed again = {0};
    managed_open(&again, p.server);
    rclio_lifecycle_destroy(again.lifecycle);
    rclio_lifecycle_destroy(NULL);
    pair_free(&p);
}

static void a_node_that_ends_while_a_function_awaits_ends_well(void **state)
{
    pair p = pair_new();
    managed m = {.gate = rclio_future_new(p.executor, "gate", NULL), .entered = rclio_future_new(p.executor, "entered", NULL)};
    (void)state;
    managed_open(&m, p.server);
    rclio_task *task = rclio_task_new(p.executor, "change", change_task, &m);
    AWAIT(m.entered);
    rclio_node_destroy(p.server);
    p.server = NULL;
    rclio_future_complete(m.gate, NULL);
    AWAIT(rclio_task_future(task));
    assert_told(&m, "configure(unconfigured)");
    rclio_task_unref(task);
    rclio_future_unref(m.gate);
    rclio_future_unref(m.entered);
    pair_free(&p);
}

/* ---- LC3: publishers ---- */

typedef struct talk {
    pair p;
    managed m;
    rclio_publisher *publisher;
    char heard[200];
    size_t count;
} talk;

static void hear(const void *message, const rclio_message_info *info, void *arg)
{
    talk *t = arg;
    (void)info;
    const string_message *string = message;
    size_t length = strlen(t->heard);
    snprintf(t->heard + length, sizeof t->heard - length, "%s ", string->data.data);
    t->count++;
}

static void say(rclio_publisher *publisher, const char *text)
{
    string_message message = {{(char *)text, strlen(text), strlen(text) + 1}};
    assert_ok(rclio_publish(publisher, &message));
}

static rclio_publisher *said_within; /* what the functions of this node publish to */

static void say_within(managed *m, const char *name)
{
    (void)m;
    say(said_within, name);
}

static void talk_open(talk *t)
{
    *t = (talk){.p = pair_new()};
    managed_open(&t->m, t->p.server);
    const rclio_type *type = rclio_types_get(rclio_context_types(t->p.server_context), "std_msgs/msg/String");
    t->publisher = rclio_lifecycle_publisher(t->m.lifecycle, rclio_publisher_new(t->p.server, type, "talk", NULL));
    assert_non_null(t->publisher);
    assert_non_null(rclio_subscription_new(
        t->p.client, rclio_types_get(rclio_context_types(t->p.client_context), "std_msgs/msg/String"), "talk", hear, t, NULL));
    AWAIT_ONCE(rclio_publisher_wait_for_subscriptions(t->publisher, 1));
    said_within = t->publisher;
}

static void a_managed_publisher_is_heard_while_the_node_is_active(void **state) /* LC3 */
{
    talk t;
    (void)state;
    talk_open(&t);
    captured_log *log = captured_log_new(t.p.server_context);
    static const uint8_t bytes[] = {0, 1, 0, 0, 2, 0, 0, 0, 'b', 0};
    say(t.publisher, "0");
    say(t.publisher, "1");
    assert_ok(rclio_publish_serialized(t.publisher, bytes, sizeof bytes));
    assert_int_equal(captured_log_count(log, "publisher to '/talk': messages are dropped until the node is active"), 1);
    assert_change(&t.m, RCLIO_LIFECYCLE_CONFIGURE, RCLIO_LIFECYCLE_SUCCESS, RCLIO_LIFECYCLE_INACTIVE);
    say(t.publisher, "2");
    t.m.within = say_within;
    assert_change(&t.m, RCLIO_LIFECYCLE_ACTIVATE, RCLIO_LIFECYCLE_SUCCESS, RCLIO_LIFECYCLE_ACTIVE);
    say(t.publisher, "3");
    assert_change(&t.m, RCLIO_LIFECYCLE_DEACTIVATE, RCLIO_LIFECYCLE_SUCCESS, RCLIO_LIFECYCLE_INACTIVE);
    say(t.publisher, "4");
    say(t.publisher, "5");
    assert_int_equal(captured_log_count(log, "messages are dropped"), 2); /* once for each time */
    assert_change(&t.m, RCLIO_LIFECYCLE_ACTIVATE, RCLIO_LIFECYCLE_SUCCESS, RCLIO_LIFECYCLE_ACTIVE);
    assert_change(&t.m, RCLIO_LIFECYCLE_SHUTDOWN, RCLIO_LIFECYCLE_SUCCESS, RCLIO_LIFECYCLE_FINALIZED);
    say(t.publisher, "6");
    rclio_lifecycle_destroy(t.m.lifecycle);
    SPIN_UNTIL(t.p.executor, t.count == 5);
    assert_string_equal(t.heard, "activate 3 deactivate activate shutdown ");
    rclio_counters counted;
    assert_ok(rclio_publisher_counters(t.publisher, &counted));
    assert_int_equal(counted.received, 12);
    assert_int_equal(counted.dropped, 7);
    assert_int_equal(counted.failed, 0);
    captured_log_free(log);
    pair_free(&t.p);
}

static void an_activation_that_fails_closes_it_again(void **state) /* LC3 */
{
    talk t;
    (void)state;
    talk_open(&t);
    t.m.within = say_within;
    t.m.results[ACTIVATE] = RCLIO_LIFECYCLE_FAILURE;
    assert_change(&t.m, RCLIO_LIFECYCLE_CONFIGURE, RCLIO_LIFECYCLE_SUCCESS, RCLIO_LIFECYCLE_INACTIVE);
    assert_change(&t.m, RCLIO_LIFECYCLE_ACTIVATE, RCLIO_LIFECYCLE_FAILURE, RCLIO_LIFECYCLE_INACTIVE);
    say(t.publisher, "1");
    t.m.results[ACTIVATE] = RCLIO_LIFECYCLE_ERROR; /* on_error is not heard */
    assert_change(&t.m, RCLIO_LIFECYCLE_ACTIVATE, RCLIO_LIFECYCLE_ERROR, RCLIO_LIFECYCLE_UNCONFIGURED);
    t.m.results[ACTIVATE] = 0;
    assert_change(&t.m, RCLIO_LIFECYCLE_SHUTDOWN, RCLIO_LIFECYCLE_SUCCESS,
                  RCLIO_LIFECYCLE_FINALIZED); /* nor this: it was not active */
    SPIN_UNTIL(t.p.executor, t.count == 2);
    assert_string_equal(t.heard, "activate activate ");
    pair_free(&t.p);
}

static void managed_objects_and_their_lifecycle_end_in_any_order(void **state) /* LI3 */
{
    talk t;
    (void)state;
    talk_open(&t);
    rclio_publisher *other = rclio_publisher_new(t.p.server, rclio_publisher_type(t.publisher), "other", NULL);
    assert_ptr_equal(rclio_lifecycle_publisher(t.m.lifecycle, other), other);
    assert_null(rclio_lifecycle_publisher(t.m.lifecycle, other));
    assert_non_null(strstr(rclio_error(), "publisher to '/other' cannot be managed: it is managed already"));
    assert_null(rclio_lifecycle_publisher(t.m.lifecycle, NULL));
    assert_null(rclio_lifecycle_publisher(NULL, t.publisher));
    rclio_publisher_destroy(other);
    assert_change(&t.m, RCLIO_LIFECYCLE_CONFIGURE, RCLIO_LIFECYCLE_SUCCESS, RCLIO_LIFECYCLE_INACTIVE);
    assert_change(&t.m, RCLIO_LIFECYCLE_ACTIVATE, RCLIO_LIFECYCLE_SUCCESS, RCLIO_LIFECYCLE_ACTIVE);
    rclio_lifecycle_destroy(t.m.lifecycle);
    say(t.publisher, "closed");
    rclio_publisher_destroy(t.publisher);
    assert_int_equal(t.count, 0);
    pair_free(&t.p);
}

/* ---- LC4: timers ---- */

typedef struct ticks {
    managed *m;
    int count;
} ticks;

static void tick(rclio_timer *self, void *arg)
{
    ticks *t = arg;
    (void)self;
    assert_int_equal(rclio_lifecycle_get_state(t->m->lifecycle), RCLIO_LIFECYCLE_ACTIVE);
    t->count++;
}

static void a_managed_timer_runs_while_the_node_is_active(void **state) /* LC4 */
{
    pair p = pair_new();
    managed m = {0};
    ticks t = {.m = &m};
    (void)state;
    managed_open(&m, p.server);
    rclio_timer *own = rclio_lifecycle_timer(m.lifecycle, rclio_timer_new(p.server, RCLIO_MS(1), tick, &t, NULL));
    assert_true(rclio_timer_is_canceled(own));
    assert_change(&m, RCLIO_LIFECYCLE_CONFIGURE, RCLIO_LIFECYCLE_SUCCESS, RCLIO_LIFECYCLE_INACTIVE);
    assert_true(rclio_timer_is_canceled(own));
    for (int round = 1; round <= 3; round++) {
        assert_change(&m, RCLIO_LIFECYCLE_ACTIVATE, RCLIO_LIFECYCLE_SUCCESS, RCLIO_LIFECYCLE_ACTIVE);
        SPIN_UNTIL(p.executor, t.count >= 2 * round);
        assert_change(&m, RCLIO_LIFECYCLE_DEACTIVATE, RCLIO_LIFECYCLE_SUCCESS, RCLIO_LIFECYCLE_INACTIVE);
        assert_true(rclio_timer_is_canceled(own));
    }
    rclio_timer_destroy(own);
    assert_change(&m, RCLIO_LIFECYCLE_ACTIVATE, RCLIO_LIFECYCLE_SUCCESS, RCLIO_LIFECYCLE_ACTIVE);
    rclio_timer *late = rclio_lifecycle_timer(m.lifecycle, rclio_timer_new(p.server, RCLIO_S(100), tick, &t, NULL));
    assert_false(rclio_timer_is_canceled(late)); /* the node is active already */
    pair_free(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_node_goes_through_its_life),
        cmocka_unit_test(what_is_not_allowed_says_so_and_does_nothing),
        cmocka_unit_test(a_failure_leads_back),
        cmocka_unit_test(an_error_is_processed),
        cmocka_unit_test(without_functions_all_succeeds_but_an_error_ends_it),
        cmocka_unit_test(a_failure_is_logged_with_its_reason),
        cmocka_unit_test(a_function_may_await_and_meanwhile_no_other_change_begins),
        cmocka_unit_test(a_function_cannot_change_the_state_itself),
        cmocka_unit_test(a_function_may_destroy_its_lifecycle),
        cmocka_unit_test(a_node_that_ends_while_a_function_awaits_ends_well),
        cmocka_unit_test(a_managed_publisher_is_heard_while_the_node_is_active),
        cmocka_unit_test(an_activation_that_fails_closes_it_again),
        cmocka_unit_test(managed_objects_and_their_lifecycle_end_in_any_order),
        cmocka_unit_test(a_managed_timer_runs_while_the_node_is_active),
    };
    return cmocka_run_group_tests(tests, harness_environment, NULL);
}
