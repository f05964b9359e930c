/* tests/async/test_clock_jump.c: jump callbacks: thresholds, order, changes and handles that come and go meanwhile. */
#include "async_test.h"

#include "rclio/clock.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

struct watcher {
    const char *name;
    journal *seen;
    rclio_clock *clock;
    rclio_jump_handle *handle;
    rclio_jump_handle *to_destroy; /* in `before` */
    struct watcher *to_add;        /* in `before` */
    int64_t set_to;                /* in `before`, once */
};

static void note(struct watcher *w, const char *when, const rclio_time_jump *jump)
{
    char entry[80];
    snprintf(entry, sizeof entry, "%s%s@%lld/%d%+lld", w->name, when, (long long)rclio_clock_now(w->clock), (int)jump->change,
             (long long)jump->delta_ns);
    journal_add(w->seen, entry);
}

static void watch(struct watcher *w, rclio_clock *clock, const rclio_jump_threshold *threshold);
static const rclio_jump_threshold ANY = {.on_clock_change = true, .min_forward_ns = 1, .min_backward_ns = -1};

static void before(const rclio_time_jump *jump, void *arg)
{
    struct watcher *w = arg;
    note(w, "<", jump);
    if (w->to_destroy) rclio_jump_handle_destroy(w->to_destroy);
    w->to_destroy = NULL;
    if (w->to_add) watch(w->to_add, w->clock, &ANY);
    w->to_add = NULL;
    if (w->set_to) assert_ok(rclio_clock_set_ros_time(w->clock, w->set_to));
    w->set_to = 0;
}

static void after(const rclio_time_jump *jump, void *arg)
{
    note(arg, ">", jump);
}

static void watch(struct watcher *w, rclio_clock *clock, const rclio_jump_threshold *threshold)
{
    w->clock = clock;
    w->handle = rclio_clock_on_jump(clock, threshold, before, after, w);
    assert_non_null(w->handle);
}

struct stage {
    rclio_clock *clock;
    journal seen;
};

static void stage_open(struct stage *s, int64_t time)
{
    *s = (struct stage){.clock = rclio_clock_new(RCLIO_CLOCK_ROS)};
    assert_ok(rclio_clock_set_ros_time_active(s->clock, true));
    assert_ok(rclio_clock_set_ros_time(s->clock, time));
}

#define SEEN(s, expected)                                \
    do {                                                 \
        assert_string_equal((s)->seen.data, (expected)); \
        (s)->seen = (journal){.length = 0};              \
    } while (0)

static void callbacks_are_called_before_and_after_in_the_order_they_were_added(void **state) /* TIM-4 */
{
    struct stage s;
    (void)state;
    stage_open(&s, 100);
    struct watcher a = {.name = "a", .seen = &s.seen}, b = {.name = "b", .seen = &s.seen};
    watch(&a, s.clock, &ANY);
    watch(&b, s.clock, &ANY);
    assert_ok(rclio_clock_set_ros_time(s.clock, 130));
    SEEN(&s, "a<@100/1+30 b<@100/1+30 a>@130/1+30 b>@130/1+30");
    assert_ok(rclio_clock_set_ros_time(s.clock, 120));
    SEEN(&s, "a<@130/1-10 b<@130/1-10 a>@120/1-10 b>@120/1-10");
    assert_ok(rclio_clock_set_ros_time(s.clock, 120)); /* no jump */
    SEEN(&s, "");
    rclio_jump_handle_destroy(a.handle);
    assert_ok(rclio_clock_set_ros_time(s.clock, 121));
    SEEN(&s, "b<@120/1+1 b>@121/1+1");
    rclio_jump_handle_destroy(b.handle);
    rclio_jump_handle_destroy(NULL);
    rclio_clock_unref(s.clock);
}

static void thresholds_choose_jumps(void **state) /* TIM-4 */
{
    struct stage s;
    (void)state;
    stage_open(&s, 1000);
    struct watcher f = {.name = "f", .seen = &s.seen}, b = {.name = "b", .seen = &s.seen}, c = {.name = "c", .seen = &s.seen};
    watch(&f, s.clock, &(rclio_jump_threshold){.min_forward_ns = 10});
    watch(&b, s.clock, &(rclio_jump_threshold){.min_backward_ns = -10});
    watch(&c, s.clock, &(rclio_jump_threshold){.on_clock_change = true});
    assert_ok(rclio_clock_set_ros_time(s.clock, 1009));
    assert_ok(rclio_clock_set_ros_time(s.clock, 1000));
    SEEN(&s, "");
    assert_ok(rclio_clock_set_ros_time(s.clock, 1010));
    SEEN(&s, "f<@1000/1+10 f>@1010/1+10");
    assert_ok(rclio_clock_set_ros_time(s.clock, 1000));
    SEEN(&s, "b<@1010/1-10 b>@1000/1-10");
    rclio_jump_handle_destroy(f.handle);
    rclio_jump_handle_destroy(b.handle);
    rclio_jump_handle_destroy(c.handle);
    rclio_clock_unref(s.clock);
}

static void last_jump(const rclio_time_jump *jump, void *arg)
{
    *(rclio_time_jump *)arg = *jump;
}

static void a_change_of_the_source_is_told_with_its_kind_and_no_delta(void **state) /* TIM-3 */
{
    struct stage s;
    rclio_time_jump seen = {0};
    (void)state;
    stage_open(&s, 1000);
    rclio_jump_handle *handle =
        rclio_clock_on_jump(s.clock, &(rclio_jump_threshold){.on_clock_change = true}, NULL, last_jump, &seen);
    assert_ok(rclio_clock_set_ros_time_active(s.clock, true)); /* it is: nothing happens */
    assert_int_equal(seen.change, 0);
    assert_ok(rclio_clock_set_ros_time_active(s.clock, false));
    assert_int_equal(seen.change, RCLIO_ROS_TIME_DEACTIVATED);
    assert_int_equal(seen.delta_ns, 0);
    seen.change = 0;
    assert_ok(rclio_clock_set_ros_time(s.clock, 5)); /* silently kept */
    assert_int_equal(seen.change, 0);
    assert_ok(rclio_clock_set_ros_time_active(s.clock, true));
    assert_int_equal(seen.change, RCLIO_ROS_TIME_ACTIVATED);
    assert_int_equal(rclio_clock_now(s.clock), 5);
    rclio_jump_handle_destroy(handle);
    rclio_clock_unref(s.clock);
}

static void a_time_set_inside_a_callback_comes_after_the_jump_in_progress(void **state)
{
    struct stage s;
    (void)state;
    stage_open(&s, 100);
    struct watcher a = {.name = "a", .seen = &s.seen, .set_to = 500}, b = {.name = "b", .seen = &s.seen};
    watch(&a, s.clock, &ANY);
    watch(&b, s.clock, &ANY);
    assert_ok(rclio_clock_set_ros_time(s.clock, 110));
    SEEN(&s, "a<@100/1+10 b<@100/1+10 a>@110/1+10 b>@110/1+10 a<@110/1+390 b<@110/1+390 a>@500/1+390 b>@500/1+390");
    rclio_jump_handle_destroy(a.handle);
    rclio_jump_handle_destroy(b.handle);
    rclio_clock_unref(s.clock);
}

static void handles_may_come_and_go_inside_callbacks(void **state)
{
    struct stage s;
    (void)state;
    stage_open(&s, 100);
    struct watcher a = {.name = "a", .seen = &s.seen}, b = {.name = "b", .seen = &s.seen}, late = {.name = "l", .seen = &s.seen};
    watch(&a, s.clock, &ANY);
    watch(&b, s.clock, &ANY);
    a.to_destroy = b.handle;
    a.to_add = &late;
    assert_ok(rclio_clock_set_ros_time(s.clock, 110)); /* b is gone at once, the new one sees the next jump */
    SEEN(&s, "a<@100/1+10 a>@110/1+10");
    a.to_destroy = a.handle; /* itself: `after` does not come */
    assert_ok(rclio_clock_set_ros_time(s.clock, 120));
    SEEN(&s, "a<@110/1+10 l<@110/1+10 l>@120/1+10");
    rclio_jump_handle_destroy(late.handle);
    rclio_clock_unref(s.clock);
}

static void a_clock_lives_as_long_as_its_handles(void **state)
{
    struct stage s;
    (void)state;
    stage_open(&s, 100);
    struct watcher a = {.name = "a", .seen = &s.seen};
    watch(&a, s.clock, &ANY);
    rclio_clock_unref(s.clock);
    assert_ok(rclio_clock_set_ros_time(a.clock, 120));
    SEEN(&s, "a<@100/1+20 a>@120/1+20");
    rclio_jump_handle_destroy(a.handle);
}

static void a_threshold_that_is_not_legal_is_named(void **state)
{
    rclio_clock *clock = rclio_clock_new(RCLIO_CLOCK_ROS);
    (void)state;
    assert_null(rclio_clock_on_jump(clock, &(rclio_jump_threshold){0}, before, NULL, NULL));
    assert_error_names("needs a threshold");
    assert_null(rclio_clock_on_jump(clock, &(rclio_jump_threshold){.min_forward_ns = -1}, before, NULL, NULL));
    assert_error_names("min_forward_ns is -1");
    assert_null(rclio_clock_on_jump(clock, &(rclio_jump_threshold){.min_backward_ns = 1}, before, NULL, NULL));
    assert_error_names("min_backward_ns is 1");
    assert_null(rclio_clock_on_jump(clock, &ANY, NULL, NULL, NULL));
    assert_error_names("a function to call");
    assert_null(rclio_clock_on_jump(NULL, &ANY, before, NULL, NULL));
    rclio_clock_unref(clock);
}

/* ---- threads ---- */

struct inside {
    rclio_clock *clock;
    atomic_bool entered, leave, left;
};

static void stay_inside(const rclio_time_jump *jump, void *arg)
{
    struct inside *i = arg;
    (void)jump;
    atomic_store(&i->entered, true);
    while (!atomic_load(&i->leave)) sched_yield();
    atomic_store(&i->left, true);
}

static void *jump_once(void *arg)
{
    assert_ok(rclio_clock_set_ros_time(((struct inside *)arg)->clock, 50));
    return NULL;
}

static void *let_leave(void *arg)
{
    atomic_store(&((struct inside *)arg)->leave, true);
    return NULL;
}

static void destroying_waits_for_a_callback_that_runs_in_another_thread(void **state)
{
    struct inside i = {.clock = rclio_clock_new(RCLIO_CLOCK_ROS)};
    pthread_t jumper, opener;
    (void)state;
    assert_ok(rclio_clock_set_ros_time_active(i.clock, true));
    rclio_jump_handle *handle = rclio_clock_on_jump(i.clock, &ANY, stay_inside, NULL, &i);
    assert_int_equal(pthread_create(&jumper, NULL, jump_once, &i), 0);
    while (!atomic_load(&i.entered)) sched_yield();
    assert_ok(rclio_clock_set_ros_time(i.clock, 60)); /* not made here: the other thread does it */
    assert_true(rclio_clock_now(i.clock) == 0);
    assert_int_equal(pthread_create(&opener, NULL, let_leave, &i), 0);
    rclio_jump_handle_destroy(handle);
    assert_true(atomic_load(&i.left));
    assert_int_equal(pthread_join(jumper, NULL), 0);
    assert_int_equal(pthread_join(opener, NULL), 0);
    assert_true(rclio_clock_now(i.clock) == 60);
    rclio_clock_unref(i.clock);
}

#define ROUNDS 3000

static void count(const rclio_time_jump *jump, void *arg)
{
    (void)jump;
    atomic_fetch_add((atomic_int *)arg, 1);
}

static void *jump_often(void *arg)
{
    for (int64_t i = 1; i <= ROUNDS; i++) {
        rclio_clock_set_ros_time(arg, i % 100 ? i : 1);
        if (i % 50 == 0) rclio_clock_set_ros_time_active(arg, i % 100 != 0);
    }
    return NULL;
}

static void threads_may_jump_and_register_at_the_same_time(void **state)
{
    rclio_clock *clock = rclio_clock_new(RCLIO_CLOCK_ROS);
    pthread_t jumpers[2];
    (void)state;
    assert_ok(rclio_clock_set_ros_time_active(clock, true));
    for (int i = 0; i < 2; i++) assert_int_equal(pthread_create(&jumpers[i], NULL, jump_often, clock), 0);
    for (int i = 0; i < ROUNDS / 10; i++) {
        atomic_int own = 0; /* on this stack: a call after the destroy would write to what is gone */
        rclio_jump_handle *handle = rclio_clock_on_jump(clock, &ANY, count, count, &own);
        assert_non_null(handle);
        rclio_clock_now(clock);
        rclio_jump_handle_destroy(handle);
    }
    for (int i = 0; i < 2; i++) assert_int_equal(pthread_join(jumpers[i], NULL), 0);
    rclio_clock_unref(clock);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(callbacks_are_called_before_and_after_in_the_order_they_were_added),
        cmocka_unit_test(thresholds_choose_jumps),
        cmocka_unit_test(a_change_of_the_source_is_told_with_its_kind_and_no_delta),
        cmocka_unit_test(a_time_set_inside_a_callback_comes_after_the_jump_in_progress),
        cmocka_unit_test(handles_may_come_and_go_inside_callbacks),
        cmocka_unit_test(a_clock_lives_as_long_as_its_handles),
        cmocka_unit_test(a_threshold_that_is_not_legal_is_named),
        cmocka_unit_test(destroying_waits_for_a_callback_that_runs_in_another_thread),
        cmocka_unit_test(threads_may_jump_and_register_at_the_same_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
