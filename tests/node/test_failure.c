/* tests/node/test_failure.c: callbacks and handlers that fail: what is logged, what the other side gets, and that everything goes on. */
#include "fibonacci.h"

#include "base/log.h"
#include "node/node.h"

typedef struct number { /* std_msgs/msg/Int32 */
    int32_t data;
} number;

/* ---- the log, with places ---- */

typedef struct heard {
    int sink;
    rclio_context *context;
    mutex lock;
    size_t count; /* of errors */
    uint32_t line;
    char logger[64], function[64], message[512];
} heard;

static void hear(const log_record *record, void *arg)
{
    heard *h = arg;
    if (record->level != RCLIO_LOG_ERROR) return;
    mutex_lock(&h->lock);
    h->count++;
    h->line = record->line;
    snprintf(h->logger, sizeof h->logger, "%s", record->logger);
    snprintf(h->function, sizeof h->function, "%s", record->function);
    snprintf(h->message, sizeof h->message, "%s", record->message);
    mutex_unlock(&h->lock);
}

static void listen(heard *h, rclio_context *context)
{
    *h = (heard){.context = context};
    mutex_init(&h->lock);
    h->sink = log_sink_add(context->log, hear, h);
}

static void stop_listening(heard *h)
{
    log_sink_remove(h->context->log, h->sink);
    mutex_fini(&h->lock);
}

static void assert_heard(heard *h, size_t count, const char *logger, const char *words)
{
    mutex_lock(&h->lock);
    assert_int_equal(h->count, count);
    assert_string_equal(h->logger, logger);
    if (!strstr(h->message, words)) fail_msg("'%s' is not in '%s'", words, h->message);
    mutex_unlock(&h->lock);
}

/* ---- topics and timers ---- */

typedef struct scene {
    pair p;
    rclio_publisher *publisher;
    rclio_subscription *subscription;
    int received;
    int32_t bad; /* the callback fails for this number; INT32_MAX: for all */
    bool destroys;
    uint32_t line; /* in which it failed last */
} scene;

static void on_number(const void *message, const rclio_message_info *info, void *arg)
{
    scene *s = arg;
    const number *n = message;
    (void)info;
    s->received++;
    if (n->data != s->bad && s->bad != INT32_MAX) return;
    s->line = __LINE__ + 1;
    rclio_task_fail(RCLIO_BAD_DATA, "%d is no good", n->data);
    if (s->destroys) rclio_subscription_destroy(s->subscription);
}

static const rclio_type *number_type(rclio_context *context)
{
    const rclio_type *type = rclio_types_get(rclio_context_types(context), "std_msgs/msg/Int32");
    assert_non_null(type);
    return type;
}

static void scene_open(scene *s, const rclio_subscription_options *options)
{
    rclio_publisher_options all = {.qos = {.history = RCLIO_KEEP_ALL}};
    *s = (scene){.p = pair_new(), .bad = -1};
    s->publisher = rclio_publisher_new(s->p.server, number_type(s->p.server_context), "numbers", &all);
    s->subscription = rclio_subscription_new(s->p.client, number_type(s->p.client_context), "numbers", on_number, s, options);
    assert_non_null(s->subscription);
    AWAIT_ONCE(rclio_publisher_wait_for_subscriptions(s->publisher, 1));
}

static rclio_counters counters_of(const rclio_subscription *subscription)
{
    rclio_counters c;
    assert_ok(rclio_subscription_counters(subscription, &c));
    return c;
}

static void a_callback_that_fails_is_logged_with_node_topic_and_place_and_counted(void **state)
{
    (void)state;
    scene s;
    heard h;
    scene_open(&s, NULL);
    listen(&h, s.p.client_context);
    s.bad = 7;
    for (int32_t i = 6; i < 9; i++) assert_ok(rclio_publish(s.publisher, &(number){i}));
    SPIN_UNTIL(s.p.executor, s.received == 3);
    char words[128];
    snprintf(words, sizeof words, "subscription '/numbers' failed at test_failure.c:%u: 7 is no good (bad data)", s.line);
    assert_heard(&h, 1, "client", words);
    assert_string_equal(h.function, "on_number");
    assert_int_equal(h.line, s.line);
    assert_int_equal(counters_of(s.subscription).failed, 1);
    assert_int_equal(counters_of(s.subscription).callbacks, 3);
    stop_listening(&h);
    pair_free(&s.p);
}

static void a_flood_of_failures_is_counted_in_full_and_logged_in_part(void **state) /* CO2 */
{
    (void)state;
    enum { FLOOD = 500 };
    scene s;
    heard h;
    scene_open(&s, &(rclio_subscription_options){.qos = {.history = RCLIO_KEEP_ALL}});
    listen(&h, s.p.client_context);
    s.bad = INT32_MAX;
    for (int32_t i = 0; i < FLOOD; i++) assert_ok(rclio_publish(s.publisher, &(number){i}));
    SPIN_UNTIL(s.p.executor, s.received == FLOOD);
    assert_int_equal(counters_of(s.subscription).failed, FLOOD);
    assert_true(h.count >= 10 && h.count < FLOOD / 2);
    stop_listening(&h);
    pair_free(&s.p);
}

static void a_callback_that_destroys_its_subscription_and_fails_is_logged(void **state)
{
    (void)state;
    scene s;
    heard h;
    scene_open(&s, NULL);
    listen(&h, s.p.server_context); /* whose nodes came first to the executor */
    s.bad = 7;
    s.destroys = true;
    assert_ok(rclio_publish(s.publisher, &(number){7}));
    SPIN_UNTIL(s.p.executor, s.received == 1);
    assert_heard(&h, 1, "rclio", "subscription '/numbers' failed at test_failure.c:");
    stop_listening(&h);
    pair_free(&s.p);
}

static void fail_then_cancel(rclio_timer *t, void *arg)
{
    if (++*(int *)arg == 2) rclio_timer_cancel(t);
    rclio_task_fail(RCLIO_UNAVAILABLE, "no power");
}

static void a_timer_that_fails_goes_on(void **state)
{
    (void)state;
    pair p = pair_new();
    heard h;
    rclio_counters c;
    int calls = 0;
    listen(&h, p.server_context);
    rclio_timer *t = rclio_timer_new(p.server, RCLIO_MS(1), fail_then_cancel, &calls, NULL);
    SPIN_UNTIL(p.executor, calls == 2);
    assert_heard(&h, 2, "server", "no power (unavailable)");
    assert_non_null(strstr(h.message, "timer of 0.001 s"));
    assert_ok(rclio_timer_counters(t, &c));
    assert_int_equal(c.failed, 2);
    stop_listening(&h);
    pair_free(&p);
}

static void fail_at_events(const rclio_event *what, void *arg)
{
    if (what->kind != RCLIO_EVENT_MATCHED) return;
    ++*(int *)arg;
    rclio_task_fail(RCLIO_INVALID, "not this event");
}

static void an_event_callback_that_fails_is_logged(void **state)
{
    (void)state;
    pair p = pair_new();
    heard h;
    int events = 0;
    listen(&h, p.client_context);
    rclio_subscription_options options = {.on_event = fail_at_events, .event_arg = &events};
    scene unused = {.bad = -1};
    rclio_subscription *subscription =
        rclio_subscription_new(p.client, number_type(p.client_context), "numbers", on_number, &unused, &options);
    rclio_publisher_new(p.server, number_type(p.server_context), "numbers", NULL);
    SPIN_UNTIL(p.executor, events == 1);
    assert_heard(&h, 1, "client", "events of '/numbers' failed at test_failure.c:");
    assert_int_equal(counters_of(subscription).failed, 1);
    stop_listening(&h);
    pair_free(&p);
}

static void fail_alone(void *arg)
{
    (void)arg;
    rclio_task_fail(RCLIO_NOT_FOUND, "no cheese");
}

static void a_task_that_fails_unseen_is_in_the_log_of_the_context(void **state)
{
    (void)state;
    lone l = lone_new("alone");
    heard h;
    rclio_executor *executor = rclio_context_executor(l.context);
    listen(&h, l.context);
    assert_ok(rclio_task_start(executor, "shop", fail_alone, NULL));
    assert_ok(rclio_executor_spin_some(executor, 0));
    assert_heard(&h, 1, "rclio", "task 'shop' failed at test_failure.c:");
    stop_listening(&h);
    rclio_context_destroy(l.context);
}

/* ---- services ---- */

typedef struct adder {
    rclio_service *service;
    rclio_status status; /* to fail with when a is negative */
    rclio_request *kept; /* of a == 0 */
    event seen;
} adder;

static void add(const void *request, void *response, void *arg)
{
    adder *a = arg;
    const add_request *terms = request;
    if (terms->a == 0) {
        a->kept = rclio_service_defer(a->service);
        event_set(&a->seen);
    }
    if (terms->a > 0)
        ((add_response *)response)->sum = terms->a + terms->b;
    else if (terms->a < 0 || terms->b < 0)
        rclio_task_fail(a->status, "no negative terms, but %d", (int)terms->a);
}

typedef struct service_scene {
    pair p;
    adder adder;
    rclio_client *client;
    heard h;
} service_scene;

static void service_open(service_scene *s, const rclio_service_options *options, const rclio_executor_options *executor)
{
    *s = (service_scene){.p = pair_new_on(executor), .adder.status = RCLIO_INVALID};
    s->adder.seen = event_new(&s->p, "request seen");
    s->adder.service = rclio_service_new(s->p.server, s->p.server_add, "add", add, &s->adder, options);
    s->client = rclio_client_new(s->p.client, s->p.add, "add", NULL);
    listen(&s->h, s->p.server_context);
    AWAIT_ONCE(rclio_client_wait_for_service(s->client));
}

static void service_close(service_scene *s)
{
    stop_listening(&s->h);
    event_free(&s->adder.seen);
    pair_free(&s->p);
}

static void assert_sum(service_scene *s, int64_t a, int64_t b)
{
    rclio_future *call = rclio_client_call(s->client, &(add_request){.a = a, .b = b});
    const add_response *response = AWAIT(call);
    assert_int_equal(response->sum, a + b);
    rclio_future_unref(call);
}

static void assert_refused(service_scene *s, int64_t a, rclio_status status, const char *words)
{
    rclio_future *call = rclio_client_call(s->client, &(add_request){.a = a});
    AWAIT_FAILS(call, status, words);
    assert_int_equal(rclio_future_get_state(call), RCLIO_FAILED);
    rclio_future_unref(call);
}

static void the_caller_of_a_handler_that_fails_gets_its_error(void **state) /* SRV-11 */
{
    (void)state;
    service_scene s;
    service_open(&s, NULL, NULL);
    assert_refused(&s, -3, RCLIO_INVALID, "service '/add': no negative terms, but -3");
    assert_sum(&s, 2, 3);
    assert_heard(&s.h, 1, "server", "service '/add' failed at test_failure.c:");
    rclio_counters c;
    assert_ok(rclio_service_counters(s.adder.service, &c));
    assert_int_equal(c.failed, 1);
    assert_int_equal(c.received, 2);
    assert_ok(rclio_client_counters(s.client, &c));
    assert_int_equal(c.failed, 1);
    service_close(&s);
}

static void a_failure_that_is_not_the_clients_own_arrives_as_unavailable(void **state) /* SRV-11 */
{
    (void)state;
    service_scene s;
    service_open(&s, NULL, NULL);
    s.adder.status = RCLIO_CANCELLED; /* its own caller's task was not */
    assert_refused(&s, -1, RCLIO_UNAVAILABLE, "no negative terms");
    service_close(&s);
}

static void handlers_that_run_at_the_same_time_fail_each_for_itself(void **state)
{
    (void)state;
    enum { CALLS = 100 };
    service_scene s;
    rclio_future *calls[CALLS];
    service_open(&s, &(rclio_service_options){.concurrency = 8}, &(rclio_executor_options){.threads = 4});
    for (int i = 0; i < CALLS; i++) calls[i] = rclio_client_call(s.client, &(add_request){.a = i % 2 ? -i : i + 2, .b = 1});
    for (int i = 0; i < CALLS; i++) {
        char words[64];
        snprintf(words, sizeof words, "no negative terms, but %d", -i);
        if (i % 2)
            AWAIT_FAILS(calls[i], RCLIO_INVALID, words);
        else
            assert_int_equal(((const add_response *)AWAIT(calls[i]))->sum, i + 3);
        rclio_future_unref(calls[i]);
    }
    rclio_counters c;
    assert_ok(rclio_service_counters(s.adder.service, &c));
    assert_int_equal(c.failed, CALLS / 2);
    service_close(&s);
}

static void the_caller_of_a_request_that_is_dropped_gets_an_error(void **state) /* SRV-11 */
{
    (void)state;
    service_scene s;
    service_open(&s, NULL, NULL);
    rclio_future *call = rclio_client_call(s.client, &(add_request){.a = 0});
    AWAIT(s.adder.seen.future);
    rclio_request_drop(s.adder.kept);
    AWAIT_FAILS(call, RCLIO_UNAVAILABLE, "dropped without an answer");
    rclio_future_unref(call);
    assert_sum(&s, 1, 1);
    service_close(&s);
}

static void a_handler_that_defers_and_fails_may_still_answer(void **state)
{
    (void)state;
    service_scene s;
    service_open(&s, NULL, NULL);
    rclio_future *call = rclio_client_call(s.client, &(add_request){.a = 0, .b = -1});
    AWAIT(s.adder.seen.future);
    SPIN_UNTIL(s.p.executor, s.h.count == 1);
    assert_int_equal(rclio_future_get_state(call), RCLIO_PENDING);
    assert_ok(rclio_request_respond(s.adder.kept, &(add_response){.sum = 42}));
    assert_int_equal(((const add_response *)AWAIT(call))->sum, 42);
    rclio_future_unref(call);
    service_close(&s);
}

/* ---- actions ---- */

static void fail_goal(rclio_goal *goal, void *arg)
{
    (void)arg;
    const fibonacci_goal *request = rclio_goal_request(goal);
    if (request->order == 1) rclio_goal_succeed(goal, NULL);
    if (request->order > 1) rclio_task_fail(RCLIO_LIMIT, "too far for %d", request->order);
}

static void a_goal_whose_handler_fails_is_aborted_and_the_server_goes_on(void **state)
{
    (void)state;
    pair p = pair_new();
    heard h;
    rclio_counters c;
    listen(&h, p.server_context);
    rclio_action_server *server = rclio_action_server_new(p.server, p.server_fibonacci, "fibonacci", fail_goal, NULL, NULL);
    rclio_action_client *client = rclio_action_client_new(p.client, p.fibonacci, "fibonacci", NULL);
    watched_goal *failing = watched_goal_send(client, 5);
    AWAIT(rclio_goal_handle_result(failing->handle));
    assert_int_equal(rclio_goal_handle_status(failing->handle), RCLIO_GOAL_ABORTED);
    char words[128], id[33];
    rclio_goal_id_text(rclio_goal_handle_id(failing->handle), id);
    snprintf(words, sizeof words, "action server '/fibonacci': goal %s failed at test_failure.c:", id);
    assert_heard(&h, 1, "server", words);
    assert_non_null(strstr(h.message, "too far for 5 (limit reached)"));
    watched_goal *good = watched_goal_send(client, 1);
    AWAIT(rclio_goal_handle_result(good->handle));
    assert_int_equal(rclio_goal_handle_status(good->handle), RCLIO_GOAL_SUCCEEDED);
    assert_ok(rclio_action_server_counters(server, &c));
    assert_int_equal(c.received, 2);
    assert_int_equal(c.failed, 1);
    assert_int_equal(c.callbacks, 2);
    watched_goal_free(failing);
    watched_goal_free(good);
    stop_listening(&h);
    pair_free(&p);
}

static void a_goal_whose_handler_returns_nothing_is_aborted_and_logged(void **state)
{
    (void)state;
    pair p = pair_new();
    captured_log *lines = captured_log_new(p.server_context);
    rclio_counters c;
    rclio_action_server *server = rclio_action_server_new(p.server, p.server_fibonacci, "fibonacci", fail_goal, NULL, NULL);
    rclio_action_client *client = rclio_action_client_new(p.client, p.fibonacci, "fibonacci", NULL);
    watched_goal *g = watched_goal_send(client, 0);
    const int32_list *empty = AWAIT(rclio_goal_handle_result(g->handle));
    assert_int_equal(empty->size, 0);
    assert_int_equal(rclio_goal_handle_status(g->handle), RCLIO_GOAL_ABORTED);
    assert_int_equal(captured_log_count(lines, "Goal state not set, assuming aborted"), 1);
    assert_ok(rclio_action_server_counters(server, &c));
    assert_int_equal(c.failed, 1);
    watched_goal_free(g);
    captured_log_free(lines);
    pair_free(&p);
}

static rclio_goal_response fail_on_goal(const rclio_goal_id *id, const void *request, void *arg)
{
    (void)id;
    (void)arg;
    if (((const fibonacci_goal *)request)->order < 0) rclio_task_fail(RCLIO_INVALID, "a negative order");
    return RCLIO_ACCEPT_AND_DEFER;
}

static void fail_on_accepted(rclio_goal *goal, void *arg)
{
    (void)goal;
    (void)arg;
    rclio_task_fail(RCLIO_BAD_STATE, "nothing to do it with");
}

static void goals_are_rejected_or_aborted_when_their_callbacks_fail(void **state)
{
    (void)state;
    pair p = pair_new();
    heard h;
    listen(&h, p.server_context);
    rclio_action_server_new(p.server, p.server_fibonacci, "fibonacci", fail_goal, NULL,
                            &(rclio_action_server_options){.on_goal = fail_on_goal, .on_accepted = fail_on_accepted});
    rclio_action_client *client = rclio_action_client_new(p.client, p.fibonacci, "fibonacci", NULL);
    watched_goal *rejected = watched_goal_send(client, -1);
    AWAIT_FAILS(rclio_goal_handle_accepted(rejected->handle), RCLIO_INVALID, "rejected");
    assert_heard(&h, 1, "server", "action server '/fibonacci' failed at test_failure.c:");
    watched_goal *aborted = watched_goal_send(client, 1);
    AWAIT(rclio_goal_handle_result(aborted->handle));
    assert_int_equal(rclio_goal_handle_status(aborted->handle), RCLIO_GOAL_ABORTED);
    assert_heard(&h, 2, "server", "nothing to do it with (bad state)");
    watched_goal_free(rejected);
    watched_goal_free(aborted);
    stop_listening(&h);
    pair_free(&p);
}

static rclio_cancel_response fail_on_cancel(rclio_goal *goal, void *arg)
{
    (void)goal;
    (void)arg;
    rclio_task_fail(RCLIO_BAD_STATE, "the brake is broken");
    return RCLIO_CANCEL_ACCEPT;
}

static void a_cancelling_whose_callback_fails_is_rejected(void **state) /* ACT-8 */
{
    (void)state;
    pair p = pair_new();
    heard h;
    held_goals held = {.executor = p.executor};
    listen(&h, p.server_context);
    rclio_action_server_new(p.server, p.server_fibonacci, "fibonacci", held_goals_execute, &held,
                            &(rclio_action_server_options){.on_cancel = fail_on_cancel});
    rclio_action_client *client = rclio_action_client_new(p.client, p.fibonacci, "fibonacci", NULL);
    watched_goal *g = watched_goal_send(client, 10);
    SPIN_UNTIL(p.executor, held.count == 1);
    rclio_future *cancelling = rclio_goal_handle_cancel(g->handle);
    AWAIT_FAILS(cancelling, RCLIO_INVALID, "was not cancelled");
    rclio_future_unref(cancelling);
    assert_heard(&h, 1, "server", "the brake is broken (bad state)");
    watched_goal_free(g);
    held_goals_free(&held);
    stop_listening(&h);
    pair_free(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_callback_that_fails_is_logged_with_node_topic_and_place_and_counted),
        cmocka_unit_test(a_flood_of_failures_is_counted_in_full_and_logged_in_part),
        cmocka_unit_test(a_callback_that_destroys_its_subscription_and_fails_is_logged),
        cmocka_unit_test(a_timer_that_fails_goes_on),
        cmocka_unit_test(an_event_callback_that_fails_is_logged),
        cmocka_unit_test(a_task_that_fails_unseen_is_in_the_log_of_the_context),
        cmocka_unit_test(the_caller_of_a_handler_that_fails_gets_its_error),
        cmocka_unit_test(a_failure_that_is_not_the_clients_own_arrives_as_unavailable),
        cmocka_unit_test(handlers_that_run_at_the_same_time_fail_each_for_itself),
        cmocka_unit_test(the_caller_of_a_request_that_is_dropped_gets_an_error),
        cmocka_unit_test(a_handler_that_defers_and_fails_may_still_answer),
        cmocka_unit_test(a_goal_whose_handler_fails_is_aborted_and_the_server_goes_on),
        cmocka_unit_test(a_goal_whose_handler_returns_nothing_is_aborted_and_logged),
        cmocka_unit_test(goals_are_rejected_or_aborted_when_their_callbacks_fail),
        cmocka_unit_test(a_cancelling_whose_callback_fails_is_rejected),
    };
    return cmocka_run_group_tests_name("failures of callbacks", tests, harness_environment, NULL);
}
