/* tests/filters/test_synchronizer.c: synchronizers as filters: inputs, callbacks, dropped sets, headerless messages (rules SY1, SY2). */
#include "points.h"

#include "base/thread.h"

#include <stdatomic.h>

typedef struct sets { /* what a rclio_sync_fn saw: x of each input, 0 for none */
    double x[32][3];
    size_t count;
    rclio_filter *destroy;
} sets;

static void on_set(const rclio_message_event *const *events, size_t count, void *arg)
{
    sets *s = arg;
    assert_true(s->count < 32 && count <= 3);
    for (size_t i = 0; i < count; i++) s->x[s->count][i] = events[i] ? point_x(events[i]) : 0;
    s->count++;
    rclio_filter_destroy(s->destroy);
    s->destroy = NULL;
}

static void assert_sets(sets *s, const double (*x)[3], size_t count)
{
    assert_int_equal(s->count, count);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < 3; k++)
            if (s->x[i][k] > x[i][k] || s->x[i][k] < x[i][k])
                fail_msg("set %zu has %g at %zu, not %g", i, s->x[i][k], k, x[i][k]);
    *s = (sets){0};
}
#define ASSERT_SETS(s, ...) \
    assert_sets((s), (const double[][3]){__VA_ARGS__}, sizeof((const double[][3]){__VA_ARGS__}) / sizeof(double[3]))

typedef struct synced {
    points p;
    rclio_filter *a, *b, *sync;
    sets matched, dropped;
} synced;

static void synced_open(synced *s, const rclio_synchronizer_options *o)
{
    *s = (synced){.p = points_new()};
    s->a = rclio_filter_new(s->p.node);
    s->b = rclio_filter_new(s->p.node);
    s->sync = rclio_synchronizer_new(s->p.node, (rclio_filter *[]){s->a, s->b}, 2, o);
    if (!s->sync) fail_msg("%s", rclio_error());
    assert_true(rclio_synchronizer_connect(s->sync, on_set, &s->matched));
    assert_true(rclio_synchronizer_connect_dropped(s->sync, on_set, &s->dropped));
}

static void equal_stamps_of_two_inputs_match(void **state)
{
    synced s;
    (void)state;
    synced_open(&s, NULL);
    add_point(&s.p, s.a, 1, 1);
    add_point(&s.p, s.a, 2, 2);
    add_point(&s.p, s.b, 2, 20);
    ASSERT_SETS(&s.matched, {2, 20});
    ASSERT_SETS(&s.dropped, {1, 0});
    points_free(&s.p);
}

static void near_stamps_match_the_way_the_policy_says(void **state)
{
    synced s;
    (void)state;
    synced_open(&s, &(rclio_synchronizer_options){.match = {.policy = RCLIO_MATCH_APPROXIMATE}});
    add_point(&s.p, s.a, 0, 1);
    add_point(&s.p, s.b, 10, 10);
    assert_int_equal(s.matched.count, 0);
    add_point(&s.p, s.a, 30, 2);
    ASSERT_SETS(&s.matched, {1, 10});
    points_free(&s.p);
    synced_open(&s, &(rclio_synchronizer_options){.match = {.policy = RCLIO_MATCH_APPROXIMATE_RCLPY, .slop_ns = 11}});
    add_point(&s.p, s.a, 0, 1);
    add_point(&s.p, s.b, 10, 10);
    ASSERT_SETS(&s.matched, {1, 10});
    points_free(&s.p);
}

static void messages_may_be_added_by_hand(void **state)
{
    points p = points_new();
    sets matched = {.count = 0};
    (void)state;
    rclio_filter *sync = rclio_synchronizer_new(p.node, NULL, 3, NULL);
    rclio_synchronizer_connect(sync, on_set, &matched);
    for (size_t i = 0; i < 3; i++) {
        const rclio_message_event *event = point_event(&p, 5, (double)i + 1);
        assert_ok(rclio_synchronizer_add(sync, i, event));
        rclio_message_event_unref(event);
    }
    ASSERT_SETS(&matched, {1, 2, 3});
    const rclio_message_event *event = point_event(&p, 5, 1);
    assert_int_equal(rclio_synchronizer_add(sync, 3, event), RCLIO_INVALID);
    assert_int_equal(rclio_filter_add(sync, event), RCLIO_INVALID);
    assert_int_equal(rclio_synchronizer_add(sync, 0, NULL), RCLIO_INVALID);
    rclio_message_event_unref(event);
    points_free(&p);
}

static void wrong_connections_are_refused(void **state)
{
    synced s;
    (void)state;
    synced_open(&s, NULL);
    assert_int_equal(rclio_filter_connect(s.sync, trace_point, NULL), 0);
    assert_non_null(strstr(rclio_error(), "rclio_synchronizer_connect()"));
    assert_int_equal(rclio_synchronizer_connect(s.a, on_set, NULL), 0);
    assert_int_equal(rclio_synchronizer_connect(s.sync, NULL, NULL), 0);
    assert_int_equal(rclio_filter_set_input(s.a, s.sync), RCLIO_INVALID);
    assert_int_equal(rclio_filter_set_input(s.sync, s.a), RCLIO_INVALID);
    assert_null(rclio_synchronizer_new(s.p.node, (rclio_filter *[]){s.sync}, 1, NULL));
    assert_null(rclio_synchronizer_new(s.p.node, NULL, 0, NULL));
    assert_non_null(strstr(rclio_error(), "no synchronizer: 0 topics to match"));
    assert_null(rclio_synchronizer_new(NULL, NULL, 2, NULL));
    points_free(&s.p);
}

static void the_same_filter_may_be_two_inputs(void **state)
{
    points p = points_new();
    sets matched = {.count = 0};
    (void)state;
    rclio_filter *a = rclio_filter_new(p.node), *sync = rclio_synchronizer_new(p.node, (rclio_filter *[]){a, a}, 2, NULL);
    rclio_synchronizer_connect(sync, on_set, &matched);
    add_point(&p, a, 1, 1);
    ASSERT_SETS(&matched, {1, 1});
    points_free(&p);
}

static void a_callback_may_destroy_the_synchronizer_or_an_input(void **state) /* FI3 */
{
    synced s;
    (void)state;
    synced_open(&s, NULL);
    s.matched.destroy = s.sync;
    add_point(&s.p, s.a, 1, 1);
    add_point(&s.p, s.b, 1, 2);
    add_point(&s.p, s.a, 2, 1);
    add_point(&s.p, s.b, 2, 2);
    ASSERT_SETS(&s.matched, {1, 2});
    points_free(&s.p);
    synced_open(&s, NULL);
    s.matched.destroy = s.b;
    add_point(&s.p, s.a, 1, 1);
    add_point(&s.p, s.b, 1, 2);
    add_point(&s.p, s.a, 2, 1);
    ASSERT_SETS(&s.matched, {1, 2});
    points_free(&s.p);
}

static void messages_without_a_header_need_leave(void **state)
{
    points p = points_new();
    heard *log = heard_new(&p);
    trace none = {{0}, 0};
    (void)state;
    rclio_synchronizer_options o = {.match = {.policy = RCLIO_MATCH_APPROXIMATE_RCLPY, .slop_ns = 100}};
    rclio_filter *strict = rclio_synchronizer_new(p.node, NULL, 1, &o);
    rclio_filter *latest =
        rclio_synchronizer_new(p.node, NULL, 1, &(rclio_synchronizer_options){.match = {.policy = RCLIO_MATCH_LATEST}});
    const rclio_message_event *event = string_event(&p, 7);
    assert_ok(rclio_synchronizer_add(strict, 0, event));
    assert_ok(rclio_synchronizer_add(latest, 0, event)); /* looks at no stamp */
    rclio_message_event_unref(event);
    assert_int_equal(heard_count(log, "a synchronizer drops messages of type std_msgs/msg/String"), 1);
    assert_int_equal(none.count, 0);
    heard_free(log);
    points_free(&p);
}

static void count_sets(const rclio_message_event *const *events, size_t count, void *arg)
{
    (void)events;
    (void)count;
    ++*(int *)arg;
}

static void the_time_of_receipt_may_stand_for_the_stamp(void **state)
{
    points p = points_new();
    int found = 0;
    (void)state;
    rclio_match_options near = {.policy = RCLIO_MATCH_APPROXIMATE_RCLPY, .slop_ns = 100};
    rclio_filter *lenient =
        rclio_synchronizer_new(p.node, NULL, 2, &(rclio_synchronizer_options){.match = near, .allow_headerless = true});
    rclio_filter *receipt =
        rclio_synchronizer_new(p.node, NULL, 2, &(rclio_synchronizer_options){.match = near, .use_receipt_time = true});
    rclio_synchronizer_connect(lenient, count_sets, &found);
    rclio_synchronizer_connect(receipt, count_sets, &found);
    const rclio_message_event *string = string_event(&p, 1050), *early = point_event(&p, 1000, 1);
    assert_ok(rclio_synchronizer_add(lenient, 0, string));
    assert_ok(rclio_synchronizer_add(lenient, 1, early));
    assert_int_equal(found, 1);
    assert_ok(rclio_synchronizer_add(receipt, 0, string));
    assert_ok(rclio_synchronizer_add(receipt, 1, early)); /* received long after its stamp */
    assert_int_equal(found, 1);
    const rclio_message_event *late = rclio_message_event_copy(p.type, early->message, 1060);
    assert_ok(rclio_synchronizer_add(receipt, 1, late));
    assert_int_equal(found, 2);
    rclio_message_event_unref(string);
    rclio_message_event_unref(early);
    rclio_message_event_unref(late);
    points_free(&p);
}

static void disorder_is_logged_by_the_node(void **state)
{
    synced s;
    (void)state;
    synced_open(&s, &(rclio_synchronizer_options){.match = {.policy = RCLIO_MATCH_APPROXIMATE}});
    heard *log = heard_new(&s.p);
    add_point(&s.p, s.a, 10, 1);
    add_point(&s.p, s.a, 5, 1);
    assert_int_equal(heard_count(log, "topic 0 came out of order"), 1);
    heard_free(log);
    points_free(&s.p);
}

enum { ADDED = 2000 };

typedef struct adder {
    points *p;
    rclio_filter *filter;
} adder;

static void add_many(void *arg)
{
    adder *a = arg;
    for (int64_t i = 1; i <= ADDED; i++) add_point(a->p, a->filter, i, 1);
}

static void count_atomically(const rclio_message_event *const *events, size_t count, void *arg)
{
    assert_int_equal(events[0]->stamp_ns, events[count - 1]->stamp_ns);
    atomic_fetch_add((atomic_int *)arg, 1);
}

static void inputs_may_be_fed_from_different_threads(void **state) /* SY1 */
{
    points p = points_new();
    atomic_int found = 0;
    (void)state;
    rclio_synchronizer_options o = {.match = {.queue_size = RCLIO_FILTER_UNLIMITED}};
    rclio_filter *a = rclio_filter_new(p.node), *b = rclio_filter_new(p.node);
    rclio_filter *sync = rclio_synchronizer_new(p.node, (rclio_filter *[]){a, b}, 2, &o);
    rclio_filter *cache = rclio_cache_new(p.node, a, NULL);
    rclio_synchronizer_connect(sync, count_atomically, &found);
    adder first = {&p, a}, second = {&p, b};
    thread other = {.started = false};
    assert_ok(thread_start(&other, "adder", add_many, &second));
    add_many(&first);
    thread_join(&other);
    assert_int_equal(atomic_load(&found), ADDED);
    int64_t stamp;
    assert_ok(rclio_cache_latest_time(cache, &stamp));
    assert_int_equal(stamp, ADDED);
    points_free(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_stamps_of_two_inputs_match),
        cmocka_unit_test(near_stamps_match_the_way_the_policy_says),
        cmocka_unit_test(messages_may_be_added_by_hand),
        cmocka_unit_test(wrong_connections_are_refused),
        cmocka_unit_test(the_same_filter_may_be_two_inputs),
        cmocka_unit_test(a_callback_may_destroy_the_synchronizer_or_an_input),
        cmocka_unit_test(messages_without_a_header_need_leave),
        cmocka_unit_test(the_time_of_receipt_may_stand_for_the_stamp),
        cmocka_unit_test(disorder_is_logged_by_the_node),
        cmocka_unit_test(inputs_may_be_fed_from_different_threads),
    };
    return cmocka_run_group_tests(tests, harness_environment, NULL);
}
