/* tests/filters/test_cache.c: what a cache keeps and finds, both ways of upstream (rules CA1 to CA3 of cache.c). */
#include "points.h"

typedef struct cached {
    points p;
    rclio_filter *cache;
} cached;

/* x is the stamp in seconds, so that answers read like questions. */
static cached cached_new(const rclio_cache_options *o, const double *seconds, size_t count)
{
    cached c = {.p = points_new()};
    c.cache = rclio_cache_new(c.p.node, NULL, o);
    assert_non_null(c.cache);
    for (size_t i = 0; i < count; i++) add_point(&c.p, c.cache, (int64_t)(seconds[i] * 1e9), seconds[i]);
    return c;
}
#define CACHED(options, ...) \
    cached_new((options), (const double[]){__VA_ARGS__}, sizeof((const double[]){__VA_ARGS__}) / sizeof(double))

typedef rclio_status query_fn(rclio_filter *, int64_t, int64_t, const rclio_message_event ***, size_t *);

static void assert_found(cached *c, query_fn *query, double from, double to, const double *x, size_t count)
{
    const rclio_message_event **events;
    size_t found;
    assert_ok(query(c->cache, (int64_t)(from * 1e9), (int64_t)(to * 1e9), &events, &found));
    assert_int_equal(found, count);
    for (size_t i = 0; i < count; i++)
        if (point_x(events[i]) > x[i] || point_x(events[i]) < x[i])
            fail_msg("number %zu is %g, not %g", i, point_x(events[i]), x[i]);
    assert_true(found || !events);
    rclio_message_events_free(events, found);
}
#define ASSERT_FOUND(c, query, from, to, ...)                               \
    assert_found((c), (query), (from), (to), (const double[]){__VA_ARGS__}, \
                 sizeof((const double[]){__VA_ARGS__}) / sizeof(double))

/* 0: none. */
static double asked(const rclio_message_event *event)
{
    double x = event ? point_x(event) : 0;
    rclio_message_event_unref(event);
    return x;
}
#define ASSERT_ONE(expression, x_)                                      \
    do {                                                                \
        double x = asked(expression);                                   \
        if (x > (x_) || x < (x_)) fail_msg("%s is %g", #expression, x); \
    } while (0)

static void intervals_include_their_ends(void **state)
{
    cached c = CACHED(NULL, 1, 2, 3, 4, 5);
    (void)state;
    ASSERT_FOUND(&c, rclio_cache_interval, 2, 4, 2, 3, 4);
    ASSERT_FOUND(&c, rclio_cache_interval, 1.5, 2.5, 2);
    ASSERT_FOUND(&c, rclio_cache_interval, 0, 9, 1, 2, 3, 4, 5);
    assert_found(&c, rclio_cache_interval, 5.5, 9, NULL, 0);
    assert_found(&c, rclio_cache_interval, 2.1, 2.9, NULL, 0);
    points_free(&c.p);
}

static void messages_are_sorted_and_the_oldest_make_room(void **state) /* CA1 */
{
    cached c = CACHED(&(rclio_cache_options){.size = 4}, 5, 1, 3, 2, 4);
    (void)state;
    ASSERT_FOUND(&c, rclio_cache_interval, 0, 9, 2, 3, 4, 5);
    add_point(&c.p, c.cache, RCLIO_S(1), 1); /* 2 goes, then 1 comes in */
    ASSERT_FOUND(&c, rclio_cache_interval, 0, 9, 1, 3, 4, 5);
    points_free(&c.p);
}

static void surrounding_intervals_reach_over_their_ends(void **state)
{
    cached c = CACHED(NULL, 1, 2, 3, 4, 5);
    (void)state;
    ASSERT_FOUND(&c, rclio_cache_surrounding, 2.5, 3.5, 2, 3, 4);
    ASSERT_FOUND(&c, rclio_cache_surrounding, 2, 4, 2, 3, 4);
    ASSERT_FOUND(&c, rclio_cache_surrounding, 0, 2.5, 1, 2, 3); /* as far as they go */
    ASSERT_FOUND(&c, rclio_cache_surrounding, 4.5, 9, 4, 5);
    ASSERT_FOUND(&c, rclio_cache_surrounding, 7, 9, 5);
    ASSERT_FOUND(&c, rclio_cache_surrounding, -2, -1, 1);
    ASSERT_FOUND(&c, rclio_cache_surrounding, 3, 3, 3);
    points_free(&c.p);
}

static void before_and_after_do_not_include_the_time(void **state) /* CA1 */
{
    cached c = CACHED(NULL, 1, 2, 3);
    (void)state;
    ASSERT_ONE(rclio_cache_before(c.cache, RCLIO_S(2)), 1);
    ASSERT_ONE(rclio_cache_before(c.cache, RCLIO_S(2) + 1), 2);
    ASSERT_ONE(rclio_cache_before(c.cache, RCLIO_S(1)), 0);
    ASSERT_ONE(rclio_cache_after(c.cache, RCLIO_S(2)), 3);
    ASSERT_ONE(rclio_cache_after(c.cache, RCLIO_S(2) - 1), 2);
    ASSERT_ONE(rclio_cache_after(c.cache, RCLIO_S(3)), 0);
    ASSERT_ONE(rclio_cache_last(c.cache), 3);
    points_free(&c.p);
}

static void pythons_cache_keeps_the_order_of_arrival(void **state) /* CA2 */
{
    rclio_cache_options like_rclpy = {.size = 4, .like_rclpy = true};
    cached c = CACHED(&like_rclpy, 9, 2, 1, 4, 3);
    (void)state;
    int64_t stamp;
    ASSERT_FOUND(&c, rclio_cache_interval, 0, 9, 2, 1, 4, 3); /* 9 came first, and has gone */
    ASSERT_ONE(rclio_cache_before(c.cache, RCLIO_S(2)), 1);   /* the last that is not later */
    ASSERT_ONE(rclio_cache_before(c.cache, RCLIO_S(4)), 3);
    ASSERT_ONE(rclio_cache_after(c.cache, RCLIO_S(2)), 2); /* the first that is not earlier */
    ASSERT_ONE(rclio_cache_after(c.cache, RCLIO_S(3)), 4);
    ASSERT_ONE(rclio_cache_last(c.cache), 3);
    assert_ok(rclio_cache_oldest_time(c.cache, &stamp));
    assert_int_equal(stamp, RCLIO_S(2));
    assert_ok(rclio_cache_latest_time(c.cache, &stamp));
    assert_int_equal(stamp, RCLIO_S(3));
    points_free(&c.p);
}

static void an_empty_cache_answers_all_questions(void **state)
{
    cached c = {.p = points_new()};
    int64_t stamp;
    (void)state;
    c.cache = rclio_cache_new(c.p.node, NULL, NULL);
    assert_found(&c, rclio_cache_interval, 0, 9, NULL, 0);
    assert_found(&c, rclio_cache_surrounding, 0, 9, NULL, 0);
    assert_null(rclio_cache_before(c.cache, RCLIO_S(2)));
    assert_null(rclio_cache_after(c.cache, RCLIO_S(2)));
    assert_null(rclio_cache_last(c.cache));
    assert_int_equal(rclio_cache_oldest_time(c.cache, &stamp), RCLIO_EMPTY);
    assert_int_equal(rclio_cache_latest_time(c.cache, &stamp), RCLIO_EMPTY);
    points_free(&c.p);
}

static void times_of_the_ends(void **state)
{
    cached c = CACHED(NULL, 3, 1, 2);
    int64_t stamp;
    (void)state;
    assert_ok(rclio_cache_oldest_time(c.cache, &stamp));
    assert_int_equal(stamp, RCLIO_S(1));
    assert_ok(rclio_cache_latest_time(c.cache, &stamp));
    assert_int_equal(stamp, RCLIO_S(3));
    points_free(&c.p);
}

static void an_interval_that_ends_before_it_begins_is_refused(void **state)
{
    cached c = CACHED(NULL, 1);
    const rclio_message_event **events;
    size_t count;
    (void)state;
    assert_int_equal(rclio_cache_interval(c.cache, 2, 1, &events, &count), RCLIO_INVALID);
    assert_int_equal(rclio_cache_surrounding(c.cache, 2, 1, &events, &count), RCLIO_INVALID);
    assert_null(events);
    points_free(&c.p);
}

typedef struct asker { /* asks the cache about the message that just came, CA3 */
    rclio_filter *cache;
    double last;
} asker;

static void ask(const rclio_message_event *event, void *arg)
{
    asker *a = arg;
    a->last = asked(rclio_cache_last(a->cache));
    assert_true(event->has_stamp);
}

static void a_message_is_in_before_it_goes_on(void **state) /* CA3 */
{
    cached c = CACHED(NULL, 1);
    asker a = {.cache = c.cache};
    (void)state;
    rclio_filter_connect(c.cache, ask, &a);
    add_point(&c.p, c.cache, RCLIO_S(2), 2);
    assert_true(a.last > 1.9);
    points_free(&c.p);
}

static void what_was_asked_for_stays_when_the_cache_forgets_it(void **state) /* FI1 */
{
    cached c = CACHED(&(rclio_cache_options){.size = 1}, 1);
    (void)state;
    const rclio_message_event *first = rclio_cache_last(c.cache);
    add_point(&c.p, c.cache, RCLIO_S(2), 2);
    rclio_filter_destroy(c.cache);
    assert_true(point_x(first) < 1.1);
    rclio_message_event_unref(first);
    points_free(&c.p);
}

static void messages_without_a_header_need_leave(void **state)
{
    cached c = CACHED(NULL, 1);
    heard *log = heard_new(&c.p);
    (void)state;
    rclio_filter *lenient = rclio_cache_new(c.p.node, NULL, &(rclio_cache_options){.allow_headerless = true});
    int64_t stamp;
    for (int64_t i = 1; i <= 2; i++) {
        const rclio_message_event *event = string_event(&c.p, i);
        assert_ok(rclio_filter_add(c.cache, event));
        assert_ok(rclio_filter_add(lenient, event));
        rclio_message_event_unref(event);
    }
    assert_ok(rclio_cache_latest_time(c.cache, &stamp));
    assert_int_equal(stamp, RCLIO_S(1));
    assert_ok(rclio_cache_latest_time(lenient, &stamp));
    assert_int_equal(stamp, 2);
    assert_int_equal(heard_count(log, "a cache drops messages of type std_msgs/msg/String"), 1);
    heard_free(log);
    points_free(&c.p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(intervals_include_their_ends),
        cmocka_unit_test(messages_are_sorted_and_the_oldest_make_room),
        cmocka_unit_test(surrounding_intervals_reach_over_their_ends),
        cmocka_unit_test(before_and_after_do_not_include_the_time),
        cmocka_unit_test(pythons_cache_keeps_the_order_of_arrival),
        cmocka_unit_test(an_empty_cache_answers_all_questions),
        cmocka_unit_test(times_of_the_ends),
        cmocka_unit_test(an_interval_that_ends_before_it_begins_is_refused),
        cmocka_unit_test(a_message_is_in_before_it_goes_on),
        cmocka_unit_test(what_was_asked_for_stays_when_the_cache_forgets_it),
        cmocka_unit_test(messages_without_a_header_need_leave),
    };
    return cmocka_run_group_tests(tests, harness_environment, NULL);
}
