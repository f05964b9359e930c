/* tests/node/test_statistics.c: topic statistics on the network: STA-1 to STA-4. */
#include "pair.h"

#include <math.h>
#include <stdatomic.h>

typedef struct number { /* std_msgs/msg/Int32 */
    int32_t data;
} number;

typedef struct metrics { /* statistics_msgs/msg/MetricsMessage */
    rosidl_runtime_c__String measurement_source_name, metrics_source, unit;
    struct {
        int32_t sec;
        uint32_t nanosec;
    } window_start, window_stop;
    struct {
        struct point {
            uint8_t data_type;
            double data;
        } * data;
        size_t size, capacity;
    } statistics;
} metrics;

enum { AVERAGE = 1, MINIMUM, MAXIMUM, STANDARD_DEVIATION, SAMPLE_COUNT };

typedef struct seen { /* the last of a metric, with samples if there was one */
    size_t count, points;
    double value[SAMPLE_COUNT + 1], samples; /* all samples, of all windows */
    int64_t start, stop;
    bool gap; /* a window did not start where the one before had stopped */
} seen;

enum { AGE, PERIOD, CALLBACK, RECEIVED, DROPPED, LATE, FAILED, QUEUE, METRICS };
static const char *const names[METRICS] = {"message_age",      "message_period", "callback_time",    "messages_received",
                                           "messages_dropped", "messages_late",  "callbacks_failed", "queue_depth"};

typedef struct scene {
    pair p;
    atomic_int received;
    seen metrics[METRICS];
    size_t unknown;
    char source[64], unit[METRICS][16];
    rclio_publisher *publisher;
    rclio_subscription *subscription, *watcher;
} scene;

static void on_number(const void *message, const rclio_message_info *info, void *arg)
{
    (void)info;
    ((scene *)arg)->received++;
    if (((const number *)message)->data < 0) rclio_task_fail(RCLIO_INVALID, "negative");
}

static void look(seen *s, const metrics *m)
{
    int64_t start = m->window_start.sec * RCLIO_S(1) + m->window_start.nanosec;
    if (s->count++ > 0 && start != s->stop) s->gap = true;
    s->start = start;
    s->stop = m->window_stop.sec * RCLIO_S(1) + m->window_stop.nanosec;
    s->points = m->statistics.size;
    const struct point *points = m->statistics.data;
    double samples = 0;
    for (size_t i = 0; i < s->points; i++)
        if (points[i].data_type == SAMPLE_COUNT) samples = points[i].data;
    s->samples += samples;
    if (samples == 0 && s->samples > 0) return; /* an empty window behind a full one */
    for (size_t i = 0; i < s->points; i++) s->value[points[i].data_type] = points[i].data;
}

static void on_metrics(const void *message, const rclio_message_info *info, void *arg)
{
    scene *s = arg;
    const metrics *m = message;
    (void)info;
    snprintf(s->source, sizeof s->source, "%s", m->measurement_source_name.data);
    for (size_t i = 0; i < METRICS; i++) {
        if (strcmp(names[i], m->metrics_source.data) != 0) continue;
        snprintf(s->unit[i], sizeof s->unit[i], "%s", m->unit.data);
        look(&s->metrics[i], m);
        return;
    }
    s->unknown++;
}

static const rclio_type *type_of(rclio_context *context, const char *name)
{
    const rclio_type *type = rclio_types_get(rclio_context_types(context), name);
    assert_non_null(type);
    return type;
}

/* The subscription is the client's; the server publishes and watches. */
static void scene_open(scene *s, const rclio_statistics_options *options)
{
    rclio_subscription_options so = {.qos = {.history = RCLIO_KEEP_ALL}, .statistics = *options};
    *s = (scene){.p = pair_new()};
    s->watcher = rclio_subscription_new(s->p.server, type_of(s->p.server_context, "statistics_msgs/msg/MetricsMessage"),
                                        options->topic ? options->topic : "/statistics", on_metrics, s, NULL);
    s->subscription =
        rclio_subscription_new(s->p.client, type_of(s->p.client_context, "std_msgs/msg/Int32"), "numbers", on_number, s, &so);
    if (!s->subscription) fail_msg("%s", rclio_error());
    s->publisher = rclio_publisher_new(s->p.server, type_of(s->p.server_context, "std_msgs/msg/Int32"), "numbers", NULL);
    AWAIT_ONCE(rclio_publisher_wait_for_subscriptions(s->publisher, 1));
    AWAIT_ONCE(rclio_subscription_wait_for_publishers(s->watcher, 1));
}

static void the_age_and_period_of_messages_are_published(void **state) /* STA-1, STA-2 */
{
    (void)state;
    enum { MESSAGES = 10 };
    scene s;
    scene_open(&s, &(rclio_statistics_options){.state = RCLIO_STATISTICS_ON, .period_ns = RCLIO_MS(50)});
    for (int i = 0; i < MESSAGES; i++) {
        assert_ok(rclio_publish(s.publisher, &(number){i}));
        SPIN_UNTIL(s.p.executor, s.received == i + 1);
    }
    SPIN_UNTIL(s.p.executor, s.metrics[AGE].samples >= MESSAGES && s.metrics[PERIOD].samples >= MESSAGES - 1);
    assert_string_equal(s.source, "client");
    assert_string_equal(s.unit[AGE], "ms");
    assert_string_equal(s.unit[PERIOD], "ms");
    assert_true(s.metrics[AGE].samples == MESSAGES);
    assert_true(s.metrics[PERIOD].samples == MESSAGES - 1);
    for (int i = AGE; i <= PERIOD; i++) {
        const seen *m = &s.metrics[i];
        assert_int_equal(m->points, 5);
        assert_true(m->value[MINIMUM] > 0 && m->value[MINIMUM] <= m->value[AVERAGE]);
        assert_true(m->value[AVERAGE] <= m->value[MAXIMUM] && m->value[MAXIMUM] < 50000);
        assert_true(m->value[STANDARD_DEVIATION] >= 0);
    }
    assert_int_equal(s.unknown, 0);
    assert_int_equal(s.metrics[CALLBACK].count, 0); /* not asked for */
    pair_free(&s.p);
}

static void a_window_without_messages_is_not_a_number(void **state) /* STA-3 */
{
    (void)state;
    scene s;
    scene_open(&s, &(rclio_statistics_options){.state = RCLIO_STATISTICS_ON, .period_ns = RCLIO_MS(20)});
    SPIN_UNTIL(s.p.executor, s.metrics[AGE].count >= 3 && s.metrics[PERIOD].count >= 3);
    for (int i = AGE; i <= PERIOD; i++) {
        const seen *m = &s.metrics[i];
        assert_true(isnan(m->value[AVERAGE]) && isnan(m->value[MINIMUM]) && isnan(m->value[MAXIMUM]));
        assert_true(isnan(m->value[STANDARD_DEVIATION]));
        assert_true(m->value[SAMPLE_COUNT] == 0);
        assert_false(m->gap);
        assert_true(m->stop - m->start >= RCLIO_MS(10));
    }
    pair_free(&s.p);
}

static void counters_are_published_when_asked_for(void **state) /* STA-4 */
{
    (void)state;
    scene s;
    scene_open(&s, &(rclio_statistics_options){
                       .state = RCLIO_STATISTICS_ON, .period_ns = RCLIO_MS(50), .topic = "/measured", .counters = true});
    const uint8_t hostile[] = {0, 1, 0, 0, 7};
    for (int32_t i = -2; i < 5; i++) assert_ok(rclio_publish(s.publisher, &(number){i}));
    assert_ok(rclio_publish_serialized(s.publisher, hostile, sizeof hostile));
    SPIN_UNTIL(s.p.executor, s.metrics[RECEIVED].samples >= 8 && s.metrics[QUEUE].value[MAXIMUM] > 0);
    SPIN_UNTIL(s.p.executor, s.metrics[DROPPED].samples >= 1 && s.metrics[FAILED].samples >= 2);
    assert_true(s.metrics[RECEIVED].samples == 8);
    assert_true(s.metrics[DROPPED].samples == 1);
    assert_true(s.metrics[FAILED].samples == 2);
    assert_true(s.metrics[LATE].samples == 0);
    assert_true(s.metrics[CALLBACK].samples == 7);
    assert_true(s.metrics[CALLBACK].value[MAXIMUM] > 0);
    assert_string_equal(s.unit[CALLBACK], "ms");
    assert_string_equal(s.unit[QUEUE], "messages");
    assert_int_equal(s.unknown, 0);
    pair_free(&s.p);
}

static void a_node_decides_for_subscriptions_that_do_not(void **state)
{
    (void)state;
    rclio_context *context = rclio_init(0, NULL, &(rclio_context_options){.signals = RCLIO_SIGNALS_NONE});
    harness_watch(rclio_context_executor(context));
    rclio_node *node = rclio_node_new(context, "measured", &(rclio_node_options){.topic_statistics = true});
    const rclio_type *type = type_of(context, "std_msgs/msg/Int32"),
                     *metric = type_of(context, "statistics_msgs/msg/MetricsMessage");
    scene s = {0};
    rclio_subscription_options off = {.statistics.state = RCLIO_STATISTICS_OFF};
    rclio_subscription *watcher = rclio_subscription_new(node, metric, "/statistics", on_metrics, &s, &off);
    rclio_subscription *measured = rclio_subscription_new(node, type, "numbers", on_number, &s, NULL);
    AWAIT_ONCE(rclio_subscription_wait_for_publishers(watcher, 1));
    assert_int_equal(rclio_subscription_publishers(watcher), 1);
    rclio_subscription_destroy(measured); /* takes its publisher along */
    while (rclio_subscription_publishers(watcher) > 0)
        assert_ok(rclio_executor_spin_once(rclio_context_executor(context), RCLIO_S(10)));
    rclio_context_destroy(context);
    harness_unwatch();
}

static void a_period_that_is_negative_is_refused(void **state)
{
    (void)state;
    pair p = pair_new();
    scene s = {0};
    rclio_subscription_options options = {.statistics = {.state = RCLIO_STATISTICS_ON, .period_ns = -1}};
    assert_null(
        rclio_subscription_new(p.client, type_of(p.client_context, "std_msgs/msg/Int32"), "numbers", on_number, &s, &options));
    assert_int_equal(rclio_error_status(), RCLIO_INVALID);
    assert_non_null(strstr(rclio_error(), "the period of statistics is -1 ns"));
    pair_free(&p);
}

static void many_threads_may_measure_and_destroy(void **state)
{
    (void)state;
    pair p = pair_new_on(&(rclio_executor_options){.threads = 4});
    const rclio_type *type = type_of(p.client_context, "std_msgs/msg/Int32");
    rclio_callback_group *group = rclio_callback_group_new(p.client, RCLIO_GROUP_REENTRANT);
    rclio_publisher *publisher = rclio_publisher_new(p.server, type_of(p.server_context, "std_msgs/msg/Int32"), "numbers", NULL);
    rclio_subscription_options so = {.group = group,
                                     .qos = {.history = RCLIO_KEEP_ALL},
                                     .statistics = {.state = RCLIO_STATISTICS_ON, .period_ns = RCLIO_MS(1), .counters = true}};
    for (int round = 0; round < 3; round++) {
        scene s = {0};
        rclio_counters c;
        rclio_subscription *subscription = rclio_subscription_new(p.client, type, "numbers", on_number, &s, &so);
        AWAIT_ONCE(rclio_publisher_wait_for_subscriptions(publisher, 1));
        for (int i = 0; i < 100; i++) assert_ok(rclio_publish(publisher, &(number){-i}));
        do {
            assert_ok(rclio_executor_spin_once(p.executor, RCLIO_S(10)));
            assert_ok(rclio_subscription_counters(subscription, &c));
        } while (c.callbacks < 100);
        assert_int_equal(c.failed, 99);
        rclio_subscription_destroy(subscription);
        assert_ok(rclio_executor_wait_quiet(p.executor, RCLIO_S(10)));
    }
    pair_free(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_age_and_period_of_messages_are_published),
        cmocka_unit_test(a_window_without_messages_is_not_a_number),
        cmocka_unit_test(counters_are_published_when_asked_for),
        cmocka_unit_test(a_node_decides_for_subscriptions_that_do_not),
        cmocka_unit_test(a_period_that_is_negative_is_refused),
        cmocka_unit_test(many_threads_may_measure_and_destroy),
    };
    return cmocka_run_group_tests_name("topic statistics", tests, harness_environment, NULL);
}
