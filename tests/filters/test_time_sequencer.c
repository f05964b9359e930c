/* tests/filters/test_time_sequencer.c: the order of stamps, delays (rules TS1 to TS5 of time_sequencer.c). Delays are driven by a clock of
 * the test's, or the test waits for the message itself. */
#include "points.h"

static rclio_filter *by_hand(points *p, trace *t, int64_t delay_ns, size_t queue_size)
{
    rclio_time_sequencer_options o = {.delay_ns = delay_ns, .queue_size = queue_size, .no_timer = true};
    rclio_filter *f = rclio_time_sequencer_new(p->node, NULL, &o);
    assert_non_null(f);
    rclio_filter_connect(f, trace_point, t);
    return f;
}

static void messages_come_out_in_the_order_of_their_stamps_when_due(void **state) /* TS1 */
{
    points p = points_new();
    trace t = {{0}, 0};
    (void)state;
    rclio_filter *f = by_hand(&p, &t, 100, 0);
    add_point(&p, f, 30, 3);
    add_point(&p, f, 10, 1);
    add_point(&p, f, 20, 2);
    add_point(&p, f, 20, 2.5); /* of equal stamps the first to come goes first */
    assert_ok(rclio_time_sequencer_release(f, 109));
    assert_int_equal(t.count, 0);
    assert_ok(rclio_time_sequencer_release(f, 110));
    ASSERT_TRACE(&t, 1);
    assert_ok(rclio_time_sequencer_release(f, 129));
    ASSERT_TRACE(&t, 2, 2.5);
    assert_ok(rclio_time_sequencer_release(f, 1000));
    ASSERT_TRACE(&t, 3);
    points_free(&p);
}

static void what_comes_too_late_is_dropped(void **state) /* TS2 */
{
    points p = points_new();
    trace t = {{0}, 0};
    (void)state;
    rclio_filter *f = by_hand(&p, &t, 0, 0);
    add_point(&p, f, 20, 1);
    assert_ok(rclio_time_sequencer_release(f, 20));
    add_point(&p, f, 19, 2);
    add_point(&p, f, 20, 3);
    assert_ok(rclio_time_sequencer_release(f, 1000));
    ASSERT_TRACE(&t, 1, 3);
    points_free(&p);
}

static void a_full_queue_drops_the_oldest_and_says_so_once(void **state) /* TS4 */
{
    points p = points_new();
    trace t = {{0}, 0};
    heard *log = heard_new(&p);
    (void)state;
    rclio_filter *f = by_hand(&p, &t, 0, 2);
    for (int i = 1; i <= 4; i++) add_point(&p, f, 10, i);
    assert_ok(rclio_time_sequencer_release(f, 1000));
    ASSERT_TRACE(&t, 3, 4);
    assert_int_equal(heard_count(log, "more than 2 wait to be due"), 1);
    heard_free(log);
    points_free(&p);
}

static void random_arrivals_come_out_sorted_and_none_before_its_time(void **state)
{
    points p = points_new();
    trace t = {{0}, 0};
    (void)state;
    rclio_filter *f = by_hand(&p, &t, 50, RCLIO_FILTER_UNLIMITED);
    unsigned seed = 1;
    double last = -1;
    for (int64_t now = 100; now < 5000; now += 10) {
        int64_t stamp = now - 60 + (int64_t)((seed = seed * 1103515245u + 12345u) >> 16) % 60;
        add_point(&p, f, stamp, (double)stamp);
        assert_ok(rclio_time_sequencer_release(f, now));
        for (size_t i = 0; i < t.count; last = t.x[i++]) assert_true(t.x[i] >= last && t.x[i] + 50 <= (double)now);
        t.count = 0;
    }
    assert_true(last > 4800);
    points_free(&p);
}

typedef struct arrival {
    rclio_future *done;
    size_t wanted, count;
    int64_t last_ns, came_ns;
} arrival;

static void arrive(const rclio_message_event *event, void *arg)
{
    arrival *a = arg;
    a->came_ns = rclio_now_system();
    assert_true(event->stamp_ns >= a->last_ns);
    assert_true(a->came_ns >= event->stamp_ns + RCLIO_MS(20));
    a->last_ns = event->stamp_ns;
    if (++a->count == a->wanted) rclio_future_complete(a->done, NULL);
}

static void its_own_timer_lets_messages_out(void **state) /* TS3 */
{
    points p = points_new();
    arrival a = {.done = rclio_future_new(p.executor, "five points", NULL), .wanted = 5};
    (void)state;
    rclio_filter *source = rclio_filter_new(p.node);
    rclio_filter *f = rclio_time_sequencer_new(p.node, source, &(rclio_time_sequencer_options){.delay_ns = RCLIO_MS(20)});
    rclio_filter_connect(f, arrive, &a);
    int64_t now = rclio_now_system();
    static const int order[] = {3, 0, 4, 1, 2};
    for (int i = 0; i < 5; i++) add_point(&p, source, now + RCLIO_MS(order[i]), 0); /* before anything spins */
    AWAIT(a.done);
    rclio_future_unref(a.done);
    points_free(&p);
}

static void its_timer_follows_the_nodes_clock(void **state) /* TS1, TS3, TIM-2 */
{
    points p = points_new();
    trace t = {{0}, 0};
    (void)state;
    rclio_clock *clock = rclio_node_clock(p.node);
    assert_ok(rclio_node_set_use_sim_time(p.node, true));
    rclio_filter *f = rclio_time_sequencer_new(p.node, NULL, &(rclio_time_sequencer_options){.delay_ns = RCLIO_S(2)});
    rclio_filter_connect(f, trace_point, &t);
    add_point(&p, f, RCLIO_S(101), 2); /* before there is a time */
    add_point(&p, f, RCLIO_S(100), 1);
    for (int64_t s = 98; s <= 104; s++) {
        assert_ok(rclio_clock_set_ros_time(clock, RCLIO_S(s)));
        assert_ok(rclio_executor_spin_some(p.executor, 0));
        assert_int_equal(t.count, s < 102 ? 0 : s == 102 ? 1 : 2);
    }
    ASSERT_TRACE(&t, 1, 2);
    add_point(&p, f, RCLIO_S(105), 3);
    assert_ok(rclio_clock_set_ros_time(clock, RCLIO_S(50))); /* the simulation begins again */
    for (int64_t s = 51; s <= 107; s++) {
        assert_int_equal(t.count, 0);
        assert_ok(rclio_clock_set_ros_time(clock, RCLIO_S(s)));
        assert_ok(rclio_executor_spin_some(p.executor, 0));
    }
    ASSERT_TRACE(&t, 3);
    points_free(&p);
}

static void destroy_it(const rclio_message_event *event, void *arg)
{
    rclio_filter **f = arg;
    (void)event;
    rclio_filter_destroy(*f);
    *f = NULL;
}

static void it_may_be_destroyed_while_it_lets_messages_out(void **state)
{
    points p = points_new();
    trace t = {{0}, 0};
    (void)state;
    rclio_filter *f = rclio_time_sequencer_new(p.node, NULL, NULL);
    rclio_filter_connect(f, destroy_it, &f);
    rclio_filter_connect(f, trace_point, &t);
    rclio_filter *same = f;
    add_point(&p, f, 1, 1);
    add_point(&p, f, 2, 2);
    SPIN_UNTIL(p.executor, !f);
    assert_int_equal(t.count, 0);
    (void)same;
    points_free(&p);
}

static void bad_delays_are_refused(void **state)
{
    points p = points_new();
    (void)state;
    assert_null(rclio_time_sequencer_new(p.node, NULL, &(rclio_time_sequencer_options){.delay_ns = -1}));
    assert_int_equal(rclio_error_status(), RCLIO_INVALID);
    points_free(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_come_out_in_the_order_of_their_stamps_when_due),
        cmocka_unit_test(what_comes_too_late_is_dropped),
        cmocka_unit_test(a_full_queue_drops_the_oldest_and_says_so_once),
        cmocka_unit_test(random_arrivals_come_out_sorted_and_none_before_its_time),
        cmocka_unit_test(its_own_timer_lets_messages_out),
        cmocka_unit_test(its_timer_follows_the_nodes_clock),
        cmocka_unit_test(it_may_be_destroyed_while_it_lets_messages_out),
        cmocka_unit_test(bad_delays_are_refused),
    };
    return cmocka_run_group_tests(tests, harness_environment, NULL);
}
