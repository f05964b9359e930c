/* tests/node/test_counters.c: what entities count (docs/failure.md). Failures: test_failure.c. */
#include "fibonacci.h"

#include "node/action_server.h"
#include "node/node.h"

typedef struct number { /* std_msgs/msg/Int32 */
    int32_t data;
} number;

static const rclio_type *number_type(rclio_context *context)
{
    const rclio_type *type = rclio_types_get(rclio_context_types(context), "std_msgs/msg/Int32");
    assert_non_null(type);
    return type;
}

/* ---- subscriptions ---- */

typedef struct numbers {
    int count;
    int32_t last;
    rclio_future *gate; /* awaited by the callback */
} numbers;

static void on_number(const void *message, const rclio_message_info *info, void *arg)
{
    numbers *n = arg;
    (void)info;
    n->count++;
    n->last = ((const number *)message)->data;
    if (n->gate) rclio_await(n->gate);
}

typedef struct scene {
    pair p;
    numbers in;
    rclio_publisher *publisher;
    rclio_subscription *subscription;
} scene;

static void scene_open(scene *s, rclio_qos qos)
{
    *s = (scene){.p = pair_new()};
    rclio_subscription_options so = {.qos = qos};
    rclio_publisher_options po = {.qos = {.history = RCLIO_KEEP_ALL, .deadline_ns = qos.deadline_ns}};
    s->subscription = rclio_subscription_new(s->p.client, number_type(s->p.client_context), "numbers", on_number, &s->in, &so);
    s->publisher = rclio_publisher_new(s->p.server, number_type(s->p.server_context), "numbers", &po);
    AWAIT_ONCE(rclio_publisher_wait_for_subscriptions(s->publisher, 1));
}

static void scene_close(scene *s)
{
    pair_free(&s->p);
}

static rclio_counters counters_of(const scene *s)
{
    rclio_counters c;
    assert_ok(rclio_subscription_counters(s->subscription, &c));
    return c;
}

static void publish(scene *s, int32_t from, int32_t to)
{
    for (int32_t i = from; i < to; i++) assert_ok(rclio_publish(s->publisher, &(number){i}));
}

static void a_subscription_counts_its_messages_and_measures_its_callbacks(void **state)
{
    (void)state;
    scene s;
    scene_open(&s, (rclio_qos){.history = RCLIO_KEEP_ALL});
    assert_int_equal(counters_of(&s).received, 0);
    assert_int_equal(counters_of(&s).callback_mean_ns, 0);
    publish(&s, 0, 50);
    SPIN_UNTIL(s.p.executor, s.in.count == 50);
    rclio_counters c = counters_of(&s);
    assert_int_equal(c.received, 50);
    assert_int_equal(c.callbacks, 50);
    assert_int_equal(c.dropped, 0);
    assert_int_equal(c.failed, 0);
    assert_true(c.callback_max_ns > 0 && c.callback_mean_ns > 0 && c.callback_mean_ns <= c.callback_max_ns);
    scene_close(&s);
}

static void messages_that_a_full_queue_replaced_are_dropped(void **state)
{
    (void)state;
    scene s;
    scene_open(&s, (rclio_qos){.depth = 10});
    publish(&s, 0, 100);
    SPIN_UNTIL(s.p.executor, counters_of(&s).received + counters_of(&s).dropped == 100);
    rclio_counters c = counters_of(&s);
    assert_int_equal(s.in.last, 99);
    assert_int_equal(c.received, s.in.count);
    assert_int_equal(c.queue_high, 10);
    publish(&s, 100, 105); /* less than the queue holds */
    SPIN_UNTIL(s.p.executor, s.in.last == 104);
    assert_int_equal(counters_of(&s).dropped, c.dropped);
    scene_close(&s);
}

static void messages_that_wait_while_a_callback_is_suspended_are_the_queue(void **state)
{
    (void)state;
    scene s;
    scene_open(&s, (rclio_qos){.history = RCLIO_KEEP_ALL});
    event gate = event_new(&s.p, "gate");
    s.in.gate = gate.future;
    publish(&s, 0, 1);
    SPIN_UNTIL(s.p.executor, s.in.count == 1);
    publish(&s, 1, 31);
    event_set(&gate);
    SPIN_UNTIL(s.p.executor, s.in.count == 31);
    assert_int_equal(counters_of(&s).queue_high, 30);
    assert_int_equal(counters_of(&s).dropped, 0);
    event_free(&gate);
    scene_close(&s);
}

static void publishers_that_leave_drop_nothing(void **state)
{
    (void)state;
    scene s;
    scene_open(&s, (rclio_qos){.depth = 1});
    for (int32_t i = 0; i < 5; i++) {
        rclio_publisher *brief = rclio_publisher_new(s.p.server, number_type(s.p.server_context), "numbers", NULL);
        AWAIT_ONCE(rclio_publisher_wait_for_subscriptions(brief, 1));
        assert_ok(rclio_publish(brief, &(number){i}));
        rclio_publisher_destroy(brief); /* before its message is taken */
        SPIN_UNTIL(s.p.executor, s.in.count == i + 1);
    }
    publish(&s, 5, 6);
    SPIN_UNTIL(s.p.executor, s.in.count == 6);
    assert_int_equal(counters_of(&s).dropped, 0);
    scene_close(&s);
}

static void a_message_that_does_not_decode_is_dropped(void **state)
{
    (void)state;
    scene s;
    scene_open(&s, (rclio_qos){.history = RCLIO_KEEP_ALL});
    const uint8_t hostile[] = {0, 1, 0, 0, 7};
    assert_ok(rclio_publish_serialized(s.publisher, hostile, sizeof hostile));
    publish(&s, 0, 1);
    SPIN_UNTIL(s.p.executor, s.in.count == 1);
    assert_int_equal(counters_of(&s).dropped, 1);
    assert_int_equal(counters_of(&s).received, 2);
    assert_int_equal(counters_of(&s).callbacks, 1);
    scene_close(&s);
}

static void deadlines_that_were_missed_are_late(void **state)
{
    (void)state;
    scene s;
    scene_open(&s, (rclio_qos){.deadline_ns = RCLIO_MS(20)});
    publish(&s, 0, 1);
    SPIN_UNTIL(s.p.executor, counters_of(&s).late >= 1);
    scene_close(&s);
}

/* ---- publishers ---- */

static rclio_counters published_by(const rclio_publisher *publisher)
{
    rclio_counters c;
    assert_ok(rclio_publisher_counters(publisher, &c));
    return c;
}

static void a_publisher_counts_what_it_was_given(void **state)
{
    (void)state;
    scene s;
    scene_open(&s, (rclio_qos){.history = RCLIO_KEEP_ALL});
    const uint8_t bytes[] = {0, 1, 0, 0, 7, 0, 0, 0};
    assert_int_equal(published_by(s.publisher).received, 0);
    publish(&s, 0, 20);
    number *borrowed = rclio_publisher_borrow(s.publisher);
    borrowed->data = 20;
    assert_ok(rclio_publish_loaned(s.publisher, borrowed));
    assert_ok(rclio_publish_serialized(s.publisher, bytes, sizeof bytes));
    SPIN_UNTIL(s.p.executor, s.in.count == 22);
    rclio_counters c = published_by(s.publisher);
    assert_int_equal(c.received, 22);
    assert_int_equal(c.dropped + c.late + c.failed + c.callbacks + c.queue_high, 0);
    scene_close(&s);
}

static void what_could_not_be_published_has_failed(void **state)
{
    (void)state;
    scene s;
    scene_open(&s, (rclio_qos){.history = RCLIO_KEEP_ALL});
    const uint8_t no_header[] = {0, 1, 0}, no_cdr[] = {9, 9, 0, 0, 7, 0, 0, 0};
    int32_t foreign = 0;
    assert_int_equal(rclio_publish_serialized(s.publisher, no_header, sizeof no_header), RCLIO_INVALID);
    assert_int_equal(rclio_publish_serialized(s.publisher, no_cdr, sizeof no_cdr), RCLIO_INVALID);
    assert_int_not_equal(rclio_publish_loaned(s.publisher, &foreign), RCLIO_OK);
    assert_int_equal(published_by(s.publisher).failed, 3);
    publish(&s, 0, 1);
    rclio_shutdown(s.p.server_context);
    assert_int_equal(rclio_publish(s.publisher, &(number){1}), RCLIO_SHUTDOWN);
    rclio_counters c = published_by(s.publisher);
    assert_int_equal(c.received, 5);
    assert_int_equal(c.failed, 4);
    assert_int_equal(c.dropped, 0);
    scene_close(&s);
}

static void what_is_published_to_nobody_is_dropped(void **state)
{
    (void)state;
    pair p = pair_new();
    const uint8_t bytes[] = {0, 1, 0, 0, 7, 0, 0, 0};
    rclio_publisher *publisher = rclio_publisher_new(p.server, number_type(p.server_context), "unheard", NULL);
    for (int32_t i = 0; i < 3; i++) assert_ok(rclio_publish(publisher, &(number){i}));
    assert_ok(rclio_publish_serialized(publisher, bytes, sizeof bytes));
    assert_int_equal(published_by(publisher).received, 4);
    assert_int_equal(published_by(publisher).dropped, 4);
    numbers in = {0};
    rclio_subscription_new(p.client, number_type(p.client_context), "unheard", on_number, &in, NULL);
    AWAIT_ONCE(rclio_publisher_wait_for_subscriptions(publisher, 1));
    assert_ok(rclio_publish(publisher, &(number){9}));
    SPIN_UNTIL(p.executor, in.count == 1);
    assert_int_equal(published_by(publisher).received, 5);
    assert_int_equal(published_by(publisher).dropped, 4);
    pair_free(&p);
}

static void what_a_latched_publisher_keeps_for_later_is_not_dropped(void **state)
{
    (void)state;
    pair p = pair_new();
    rclio_publisher *publisher = rclio_publisher_new(p.server, number_type(p.server_context), "latched",
                                                     &(rclio_publisher_options){.qos.durability = RCLIO_TRANSIENT_LOCAL});
    assert_ok(rclio_publish(publisher, &(number){1}));
    assert_int_equal(published_by(publisher).received, 1);
    assert_int_equal(published_by(publisher).dropped, 0);
    pair_free(&p);
}

static void deadlines_that_a_publisher_missed_are_late(void **state)
{
    (void)state;
    scene s;
    scene_open(&s, (rclio_qos){.deadline_ns = RCLIO_MS(20)});
    publish(&s, 0, 1);
    SPIN_UNTIL(s.p.executor, published_by(s.publisher).late >= 1);
    scene_close(&s);
}

enum { PUBLISHING_THREADS = 4, PUBLISHED_BY_EACH = 2000 };

static void *publish_many(void *publisher)
{
    for (int32_t i = 0; i < PUBLISHED_BY_EACH; i++)
        if (rclio_publish(publisher, &(number){i}) != RCLIO_OK) return NULL;
    return publisher;
}

static void what_threads_publish_at_once_is_all_counted(void **state) /* CO3 */
{
    (void)state;
    pair p = pair_new();
    pthread_t threads[PUBLISHING_THREADS];
    rclio_publisher *publisher = rclio_publisher_new(p.server, number_type(p.server_context), "crowded", NULL);
    for (int i = 0; i < PUBLISHING_THREADS; i++) assert_int_equal(pthread_create(&threads[i], NULL, publish_many, publisher), 0);
    while (published_by(publisher).received < PUBLISHED_BY_EACH) continue; /* read while it is counted */
    for (int i = 0; i < PUBLISHING_THREADS; i++) {
        void *done = NULL;
        pthread_join(threads[i], &done);
        assert_ptr_equal(done, publisher);
    }
    assert_int_equal(published_by(publisher).received, PUBLISHING_THREADS * PUBLISHED_BY_EACH);
    assert_int_equal(published_by(publisher).dropped, PUBLISHING_THREADS * PUBLISHED_BY_EACH);
    pair_free(&p);
}

/* ---- timers ---- */

static void count_calls(rclio_timer *t, void *arg)
{
    (void)t;
    ++*(int *)arg;
}

static void periods_that_a_timer_skipped_are_late(void **state) /* TIM-5 */
{
    (void)state;
    pair p = pair_new();
    rclio_counters c;
    int calls = 0;
    rclio_clock *clock = rclio_clock_new(RCLIO_CLOCK_ROS);
    assert_ok(rclio_clock_set_ros_time_active(clock, true));
    assert_ok(rclio_clock_set_ros_time(clock, RCLIO_S(100)));
    rclio_timer *t = rclio_timer_new(p.server, RCLIO_S(1), count_calls, &calls, &(rclio_timer_options){.clock = clock});
    assert_ok(rclio_clock_set_ros_time(clock, RCLIO_S(101)));
    SPIN_UNTIL(p.executor, calls == 1);
    assert_ok(rclio_timer_counters(t, &c));
    assert_int_equal(c.late, 0);
    assert_ok(rclio_clock_set_ros_time(clock, RCLIO_S(105))); /* 102 is called now; 103, 104 and 105 never are */
    SPIN_UNTIL(p.executor, calls == 2);
    assert_ok(rclio_timer_counters(t, &c));
    assert_int_equal(c.late, 3);
    assert_int_equal(c.received, 2);
    assert_int_equal(c.callbacks, 2);
    assert_true(c.callback_max_ns > 0);
    rclio_clock_unref(clock);
    pair_free(&p);
}

/* ---- services and clients ---- */

typedef struct keeper {
    rclio_service *service;
    rclio_request *kept[10];
    size_t count;
} keeper;

static void keep(const void *request, void *response, void *arg)
{
    keeper *k = arg;
    (void)response;
    (void)request;
    k->kept[k->count++] = rclio_service_defer(k->service);
}

static void a_service_and_its_client_count_calls(void **state)
{
    (void)state;
    pair p = pair_new();
    keeper k = {0};
    rclio_counters c;
    k.service = rclio_service_new(p.server, p.server_add, "add", keep, &k, NULL);
    rclio_client *client = rclio_client_new(p.client, p.add, "add", NULL);
    rclio_future *calls[3];
    for (int i = 0; i < 3; i++) calls[i] = rclio_client_call(client, &(add_request){.a = i});
    SPIN_UNTIL(p.executor, k.count == 3);
    rclio_future_cancel(calls[0]); /* its answer comes too late */
    for (int i = 0; i < 3; i++) assert_ok(rclio_request_respond(k.kept[i], &(add_response){.sum = i}));
    for (int i = 1; i < 3; i++) AWAIT(calls[i]);
    assert_ok(rclio_service_counters(k.service, &c));
    assert_int_equal(c.received, 3);
    assert_int_equal(c.callbacks, 3);
    assert_int_equal(c.queue_high, 3);
    assert_int_equal(c.failed + c.dropped + c.late, 0);
    assert_ok(rclio_client_counters(client, &c));
    assert_int_equal(c.received, 3);
    assert_int_equal(c.late, 1);
    assert_int_equal(c.queue_high, 3);
    for (int i = 0; i < 3; i++) rclio_future_unref(calls[i]);
    pair_free(&p);
}

static void an_answer_whose_client_has_gone_is_late(void **state)
{
    (void)state;
    pair p = pair_new();
    keeper k = {0};
    rclio_counters c;
    k.service = rclio_service_new(p.server, p.server_add, "add", keep, &k, NULL);
    rclio_client *client = rclio_client_new(p.client, p.add, "add", NULL);
    rclio_future *call = rclio_client_call(client, &(add_request){.a = 1});
    SPIN_UNTIL(p.executor, k.count == 1);
    rclio_client_destroy(client);
    rclio_status status = rclio_request_respond(k.kept[0], &(add_response){.sum = 1});
    assert_ok(rclio_service_counters(k.service, &c));
    assert_int_equal(c.late, status == RCLIO_UNAVAILABLE); /* it may not be known yet */
    assert_int_equal(c.failed, 0);
    rclio_future_unref(call);
    pair_free(&p);
}

/* ---- actions ---- */

static void an_action_server_counts_its_goals(void **state)
{
    (void)state;
    pair p = pair_new();
    held_goals h = {.executor = p.executor};
    rclio_counters c;
    rclio_action_server *server =
        rclio_action_server_new(p.server, p.server_fibonacci, "fibonacci", held_goals_execute, &h, NULL);
    rclio_action_client *client = rclio_action_client_new(p.client, p.fibonacci, "fibonacci", NULL);
    watched_goal *goals[3];
    for (int i = 0; i < 3; i++) goals[i] = watched_goal_send(client, i);
    SPIN_UNTIL(p.executor, h.count == 3);
    for (int i = 0; i < 3; i++) assert_ok(rclio_goal_succeed(h.goals[i], NULL));
    held_goals_free(&h);
    for (int i = 0; i < 3; i++) AWAIT(rclio_goal_handle_result(goals[i]->handle));
    do {
        assert_ok(rclio_action_server_counters(server, &c));
    } while (c.callbacks < 3 && rclio_executor_spin_once(p.executor, RCLIO_S(10)) == RCLIO_OK);
    assert_int_equal(c.received, 3);
    assert_int_equal(c.callbacks, 3);
    assert_int_equal(c.queue_high, 3);
    assert_int_equal(c.failed + c.dropped, 0);
    for (int i = 0; i < 3; i++) watched_goal_free(goals[i]);
    pair_free(&p);
}

static rclio_counters counted_by(const rclio_action_client *client)
{
    rclio_counters c;
    assert_ok(rclio_action_client_counters(client, &c));
    return c;
}

static void an_action_client_counts_what_comes_for_its_goals(void **state)
{
    (void)state;
    pair p = pair_new();
    rclio_action_server_new(p.server, p.server_fibonacci, "fibonacci", fibonacci_execute, NULL, NULL);
    rclio_action_client *client = rclio_action_client_new(p.client, p.fibonacci, "fibonacci", NULL);
    rclio_action_client *other = rclio_action_client_new(p.client, p.fibonacci, "fibonacci", NULL);
    assert_int_equal(counted_by(client).received, 0);
    watched_goal *goals[3];
    for (int i = 0; i < 3; i++) goals[i] = watched_goal_send(client, 10);
    for (int i = 0; i < 3; i++) AWAIT(rclio_goal_handle_result(goals[i]->handle));
    rclio_counters c = counted_by(client);
    assert_int_equal(c.received, 3 * (FIBONACCI_FEEDBACK_OF_10 + 1));
    assert_int_equal(c.callbacks, 3 * FIBONACCI_FEEDBACK_OF_10);
    assert_true(c.callback_max_ns > 0 && c.callback_mean_ns > 0 && c.callback_mean_ns <= c.callback_max_ns);
    assert_int_equal(c.queue_high, 3);
    assert_int_equal(c.dropped + c.late + c.failed, 0);
    assert_int_equal(counted_by(other).received, 0); /* of others' goals */
    for (int i = 0; i < 3; i++) watched_goal_free(goals[i]);
    pair_free(&p);
}

static void goals_without_a_result_have_failed(void **state)
{
    (void)state;
    pair p = pair_new();
    held_goals h = {.executor = p.executor, .on_goal_answer = RCLIO_REJECT};
    rclio_action_server *server = rclio_action_server_new(p.server, p.server_fibonacci, "fibonacci", held_goals_execute, &h,
                                                          &(rclio_action_server_options){HELD_GOALS_OPTIONS});
    rclio_action_client *client = rclio_action_client_new(p.client, p.fibonacci, "fibonacci", NULL);
    watched_goal *rejected = watched_goal_send(client, 1);
    AWAIT_FAILS(rclio_goal_handle_result(rejected->handle), RCLIO_INVALID, "rejected");
    assert_int_equal(counted_by(client).failed, 1);
    h.on_goal_answer = RCLIO_ACCEPT_AND_EXECUTE;
    watched_goal *lost = watched_goal_send(client, 1);
    SPIN_UNTIL(p.executor, h.count == 1);
    rclio_action_server_destroy(server);
    AWAIT_FAILS(rclio_goal_handle_result(lost->handle), RCLIO_UNAVAILABLE, "");
    rclio_counters c = counted_by(client);
    assert_int_equal(c.failed, 2);
    assert_int_equal(c.received + c.callbacks, 0);
    assert_int_equal(c.queue_high, 1);
    held_goals_free(&h);
    watched_goal_free(rejected);
    watched_goal_free(lost);
    pair_free(&p);
}

static void fail_once(rclio_goal_handle *goal, const void *feedback, void *arg)
{
    (void)goal;
    (void)feedback;
    if (++*(int *)arg == 1) rclio_task_fail(RCLIO_INVALID, "unfed");
}

static void feedback_callbacks_that_fail_are_counted_and_logged(void **state)
{
    (void)state;
    pair p = pair_new();
    int called = 0;
    captured_log *lines = captured_log_new(p.client_context);
    rclio_action_server_new(p.server, p.server_fibonacci, "fibonacci", fibonacci_execute, NULL, NULL);
    rclio_action_client *client = rclio_action_client_new(p.client, p.fibonacci, "fibonacci", NULL);
    rclio_goal_handle *goal = rclio_action_send_goal(client, &(fibonacci_goal){.order = 10}, fail_once, &called);
    assert_fibonacci(AWAIT(rclio_goal_handle_result(goal)), 10);
    assert_int_equal(called, FIBONACCI_FEEDBACK_OF_10);
    assert_int_equal(counted_by(client).failed, 1);
    assert_int_equal(counted_by(client).callbacks, FIBONACCI_FEEDBACK_OF_10);
    assert_int_equal(captured_log_count(lines, "action client '/fibonacci' failed at test_counters.c"), 1);
    rclio_goal_handle_unref(goal);
    captured_log_free(lines);
    pair_free(&p);
}

static void lie_about_feedback(rclio_goal *goal, void *arg)
{
    (void)arg;
    goal->feedback_count += 2; /* as if these had been lost on the way */
    assert_ok(rclio_goal_succeed(goal, NULL));
}

static void feedback_that_did_not_come_is_dropped(void **state) /* ACT-12 */
{
    (void)state;
    pair p = pair_new();
    rclio_action_server_new(p.server, p.server_fibonacci, "fibonacci", lie_about_feedback, NULL, NULL);
    rclio_action_client *client = rclio_action_client_new(p.client, p.fibonacci, "fibonacci", NULL);
    watched_goal *goal = watched_goal_send(client, 1);
    AWAIT(rclio_goal_handle_result(goal->handle));
    assert_int_equal(counted_by(client).dropped, 2);
    assert_int_equal(counted_by(client).received, 1); /* the result */
    watched_goal_free(goal);
    pair_free(&p);
}

static void feedback_that_does_not_decode_is_dropped(void **state)
{
    (void)state;
    pair p = pair_new();
    held_goals h = {.executor = p.executor};
    rclio_action_server_new(p.server, p.server_fibonacci, "fibonacci", held_goals_execute, &h, NULL);
    rclio_action_client *client = rclio_action_client_new(p.client, p.fibonacci, "fibonacci", NULL);
    watched_goal *goal = watched_goal_send(client, 1);
    SPIN_UNTIL(p.executor, h.count == 1);
    rclio_publisher *hostile =
        rclio_publisher_new(p.server, p.server_fibonacci->parts[RCLIO_PART_FEEDBACK_MESSAGE], "fibonacci/_action/feedback", NULL);
    uint8_t bytes[4 + 16 + 4] = {0, 1, 0, 0};
    memcpy(bytes + 4, rclio_goal_handle_id(goal->handle), 16);
    memset(bytes + 20, 0x7f, 4); /* so many numbers are not there */
    AWAIT_ONCE(rclio_publisher_wait_for_subscriptions(hostile, 1));
    assert_ok(rclio_publish_serialized(hostile, bytes, sizeof bytes));
    SPIN_UNTIL(p.executor, counted_by(client).dropped == 1);
    assert_int_equal(counted_by(client).received, 1);
    assert_int_equal(counted_by(client).callbacks, 0);
    held_goals_free(&h);
    watched_goal_free(goal);
    pair_free(&p);
}

static void counters_of_nothing_are_an_error(void **state)
{
    (void)state;
    rclio_counters c;
    assert_int_equal(rclio_subscription_counters(NULL, &c), RCLIO_INVALID);
    assert_int_equal(rclio_timer_counters(NULL, &c), RCLIO_INVALID);
    assert_int_equal(rclio_service_counters(NULL, &c), RCLIO_INVALID);
    assert_int_equal(rclio_client_counters(NULL, &c), RCLIO_INVALID);
    assert_int_equal(rclio_action_server_counters(NULL, &c), RCLIO_INVALID);
    assert_int_equal(rclio_publisher_counters(NULL, &c), RCLIO_INVALID);
    assert_int_equal(rclio_action_client_counters(NULL, &c), RCLIO_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_subscription_counts_its_messages_and_measures_its_callbacks),
        cmocka_unit_test(messages_that_a_full_queue_replaced_are_dropped),
        cmocka_unit_test(messages_that_wait_while_a_callback_is_suspended_are_the_queue),
        cmocka_unit_test(publishers_that_leave_drop_nothing),
        cmocka_unit_test(a_message_that_does_not_decode_is_dropped),
        cmocka_unit_test(deadlines_that_were_missed_are_late),
        cmocka_unit_test(a_publisher_counts_what_it_was_given),
        cmocka_unit_test(what_could_not_be_published_has_failed),
        cmocka_unit_test(what_is_published_to_nobody_is_dropped),
        cmocka_unit_test(what_a_latched_publisher_keeps_for_later_is_not_dropped),
        cmocka_unit_test(deadlines_that_a_publisher_missed_are_late),
        cmocka_unit_test(what_threads_publish_at_once_is_all_counted),
        cmocka_unit_test(periods_that_a_timer_skipped_are_late),
        cmocka_unit_test(a_service_and_its_client_count_calls),
        cmocka_unit_test(an_answer_whose_client_has_gone_is_late),
        cmocka_unit_test(an_action_server_counts_its_goals),
        cmocka_unit_test(an_action_client_counts_what_comes_for_its_goals),
        cmocka_unit_test(goals_without_a_result_have_failed),
        cmocka_unit_test(feedback_callbacks_that_fail_are_counted_and_logged),
        cmocka_unit_test(feedback_that_did_not_come_is_dropped),
        cmocka_unit_test(feedback_that_does_not_decode_is_dropped),
        cmocka_unit_test(counters_of_nothing_are_an_error),
    };
    return cmocka_run_group_tests_name("counters", tests, harness_environment, NULL);
}
