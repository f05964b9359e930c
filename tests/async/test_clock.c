/* tests/async/test_clock.c: what clocks show, sleeping by them in tasks and threads, many sleepers and one jump, setbacks, rates. */
#include "async_test.h"

#include "async/clock.h"
#include "async/task.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
#define SLEEPERS 300
#else
#define SLEEPERS 1000
#endif

static rclio_clock *sim_clock(int64_t time_ns)
{
    rclio_clock *clock = rclio_clock_new(RCLIO_CLOCK_ROS);
    assert_non_null(clock);
    assert_ok(rclio_clock_set_ros_time_active(clock, true));
    assert_ok(rclio_clock_set_ros_time(clock, time_ns));
    return clock;
}

static void a_clock_shows_the_time_of_its_kind(void **state)
{
    rclio_clock *steady = rclio_clock_new(RCLIO_CLOCK_STEADY), *system = rclio_clock_new(RCLIO_CLOCK_SYSTEM);
    int64_t before = rclio_now_steady(), now = rclio_clock_now(steady);
    (void)state;
    assert_true(before <= now && now <= rclio_now_steady());
    before = rclio_now_system();
    now = rclio_clock_now(system);
    assert_true(before <= now && now <= rclio_now_system());
    assert_int_equal(rclio_clock_get_kind(steady), RCLIO_CLOCK_STEADY);
    assert_false(rclio_clock_is_ros_time_active(system));
    assert_status(rclio_clock_set_ros_time(steady, 5), RCLIO_INVALID);
    assert_error_names("steady clock");
    assert_status(rclio_clock_set_ros_time_active(system, true), RCLIO_INVALID);
    assert_error_names("system clock");
    assert_null(rclio_clock_new((rclio_clock_kind)9));
    assert_error_names("kind 9");
    rclio_clock_unref(steady);
    rclio_clock_unref(system);
    rclio_clock_unref(NULL);
}

static void ros_time_is_zero_when_activated_and_what_it_is_set_to_then(void **state) /* TIM-2, TIM-4 */
{
    rclio_clock *clock = rclio_clock_new(RCLIO_CLOCK_ROS);
    (void)state;
    assert_true(rclio_clock_now(clock) > RCLIO_S(1000000));
    assert_ok(rclio_clock_set_ros_time_active(clock, true));
    assert_true(rclio_clock_is_ros_time_active(clock));
    assert_true(rclio_clock_now(clock) == 0);
    assert_ok(rclio_clock_set_ros_time(clock, RCLIO_S(7)));
    assert_true(rclio_clock_now(clock) == RCLIO_S(7));
    assert_ok(rclio_clock_set_ros_time_active(clock, false));
    assert_true(rclio_clock_now(clock) > RCLIO_S(1000000));
    assert_ok(rclio_clock_set_ros_time(clock, RCLIO_S(9))); /* kept silently */
    assert_true(rclio_clock_now(clock) > RCLIO_S(1000000));
    assert_ok(rclio_clock_set_ros_time_active(clock, true));
    assert_true(rclio_clock_now(clock) == RCLIO_S(9));
    assert_status(rclio_clock_set_ros_time(clock, -1), RCLIO_INVALID);
    assert_error_names("-1 ns is no ROS time");
    assert_true(rclio_clock_now(clock) == RCLIO_S(9));
    rclio_clock_unref(clock);
}

static void times_convert(void **state)
{
    int32_t seconds;
    uint32_t nanoseconds;
    int64_t at;
    (void)state;
    rclio_time_split(-1, &seconds, &nanoseconds);
    assert_int_equal(seconds, -1);
    assert_int_equal(nanoseconds, 999999999);
    assert_true(rclio_time_join(seconds, nanoseconds) == -1);
    rclio_time_split(RCLIO_S(12) + 34, &seconds, &nanoseconds);
    assert_int_equal(seconds, 12);
    assert_int_equal(nanoseconds, 34);
    rclio_time_split(INT64_MAX, &seconds, &nanoseconds);
    assert_int_equal(seconds, INT32_MAX);
    assert_int_equal(nanoseconds, 999999999);
    rclio_time_split(INT64_MIN, &seconds, &nanoseconds);
    assert_int_equal(seconds, INT32_MIN);
    assert_int_equal(nanoseconds, 0);

    rclio_clock *steady = rclio_clock_new(RCLIO_CLOCK_STEADY), *ros = rclio_clock_new(RCLIO_CLOCK_ROS);
    assert_ok(rclio_clock_to_steady(steady, 1234, &at));
    assert_true(at == 1234);
    assert_ok(rclio_clock_to_steady(ros, rclio_now_system() + RCLIO_S(100), &at));
    int64_t off = at - (rclio_now_steady() + RCLIO_S(100));
    assert_true(off <= 0 && off > -RCLIO_S(50));
    assert_ok(rclio_clock_to_steady(ros, RCLIO_FOREVER, &at));
    assert_true(at > RCLIO_FOREVER / 2);
    assert_ok(rclio_clock_set_ros_time_active(ros, true));
    assert_status(rclio_clock_to_steady(ros, 5, &at), RCLIO_UNAVAILABLE);
    rclio_clock_unref(steady);
    rclio_clock_unref(ros);
}

/* ---- sleeping ---- */

struct sleeping {
    rclio_clock *clock;
    int64_t until_ns;
    rclio_status status;
    char error[200];
    int64_t woke_ns;
    bool done;
    size_t *order; /* where the next one that wakes writes its place */
    size_t place;
};

static void sleep_body(void *arg)
{
    struct sleeping *s = arg;
    s->status = rclio_clock_sleep_until(s->clock, s->until_ns);
    snprintf(s->error, sizeof s->error, "%s", rclio_error());
    s->woke_ns = rclio_clock_now(s->clock);
    if (s->order) s->place = (*s->order)++;
    s->done = true;
}

static rclio_task *start_sleep(rclio_executor *executor, struct sleeping *s)
{
    rclio_task *task = rclio_task_new(executor, "sleeper", sleep_body, s);
    assert_non_null(task);
    settle(executor);
    return task;
}

static void a_sleep_ends_when_ros_time_reaches_it(void **state)
{
    rclio_clock *clock = sim_clock(RCLIO_S(10));
    struct sleeping s = {.clock = clock, .until_ns = RCLIO_S(12)};
    rclio_task *task = start_sleep(*state, &s);
    assert_ok(rclio_clock_set_ros_time(clock, RCLIO_S(12) - 1));
    settle(*state);
    assert_false(s.done);
    assert_ok(rclio_clock_set_ros_time(clock, RCLIO_S(12)));
    settle(*state);
    assert_true(s.done);
    assert_ok(s.status);
    rclio_task_unref(task);
    rclio_clock_unref(clock);
}

static void a_sleep_that_is_over_before_it_begins_only_yields(void **state)
{
    rclio_clock *clock = sim_clock(RCLIO_S(10));
    struct sleeping s = {.clock = clock, .until_ns = RCLIO_S(10)};
    run_in_task(*state, sleep_body, &s);
    assert_ok(s.status);
    s.until_ns = INT64_MIN;
    run_in_task(*state, sleep_body, &s);
    assert_ok(s.status);
    rclio_clock_unref(clock);
}

static void a_sleep_goes_on_after_a_setback_until_its_time_comes_again(void **state)
{
    rclio_clock *clock = sim_clock(RCLIO_S(10));
    struct sleeping s = {.clock = clock, .until_ns = RCLIO_S(12)};
    rclio_task *task = start_sleep(*state, &s);
    assert_ok(rclio_clock_set_ros_time(clock, RCLIO_S(3)));
    settle(*state);
    assert_ok(rclio_clock_set_ros_time(clock, RCLIO_S(11)));
    settle(*state);
    assert_false(s.done);
    assert_ok(rclio_clock_set_ros_time(clock, RCLIO_S(12))); /* reached, and set back before the task gets to look */
    assert_ok(rclio_clock_set_ros_time(clock, RCLIO_S(1)));
    settle(*state);
    assert_false(s.done);
    assert_ok(rclio_clock_set_ros_time(clock, RCLIO_S(13)));
    settle(*state);
    assert_true(s.done);
    assert_ok(s.status);
    rclio_task_unref(task);
    rclio_clock_unref(clock);
}

static void a_sleep_ends_when_the_source_of_its_clock_changes(void **state)
{
    rclio_clock *clock = sim_clock(RCLIO_S(10));
    struct sleeping s = {.clock = clock, .until_ns = RCLIO_S(12)};
    rclio_task *task = start_sleep(*state, &s);
    assert_ok(rclio_clock_set_ros_time_active(clock, false));
    settle(*state);
    assert_true(s.done);
    assert_status(s.status, RCLIO_UNAVAILABLE);
    assert_non_null(strstr(s.error, "until 12 s of ROS time"));
    assert_non_null(strstr(s.error, "test_clock.c:"));
    rclio_task_unref(task);

    struct sleeping back = {.clock = clock, .until_ns = rclio_now_system() + RCLIO_S(1000)};
    task = start_sleep(*state, &back);
    assert_ok(rclio_clock_set_ros_time_active(clock, true)); /* and the other way round */
    settle(*state);
    assert_status(back.status, RCLIO_UNAVAILABLE);
    rclio_task_unref(task);
    rclio_clock_unref(clock);
}

static void a_sleeping_task_can_be_cancelled(void **state)
{
    rclio_clock *clock = sim_clock(RCLIO_S(10));
    struct sleeping s = {.clock = clock, .until_ns = RCLIO_FOREVER};
    rclio_task *task = start_sleep(*state, &s);
    rclio_task_cancel(task);
    settle(*state);
    assert_status(s.status, RCLIO_CANCELLED);
    assert_non_null(strstr(s.error, "slept by ROS time"));
    assert_ok(rclio_clock_set_ros_time(clock, RCLIO_S(99))); /* nothing of it is left in the clock */
    rclio_task_unref(task);
    rclio_clock_unref(clock);
}

static void sleeps_by_the_machines_clocks_last_as_long_as_they_should(void **state)
{
    for (rclio_clock_kind kind = RCLIO_CLOCK_ROS; kind <= RCLIO_CLOCK_STEADY; kind++) {
        rclio_clock *clock = rclio_clock_new(kind);
        struct sleeping s = {.clock = clock, .until_ns = rclio_clock_now(clock) + RCLIO_MS(15)};
        run_in_task(*state, sleep_body, &s);
        assert_ok(s.status);
        assert_true(s.woke_ns >= s.until_ns);
        int64_t until = rclio_clock_now(clock) + RCLIO_MS(15);
        assert_ok(rclio_clock_sleep_for(clock, RCLIO_MS(15))); /* a thread that is no executor's */
        assert_true(rclio_clock_now(clock) >= until);
        rclio_clock_unref(clock);
    }
}

/* One jump over all: they wake in the order of their times, of equal ones the one first that slept first. */
static void many_sleepers_wake_in_order_however_far_time_jumps(void **state)
{
    rclio_clock *clock = sim_clock(RCLIO_S(1));
    struct sleeping *all = calloc(SLEEPERS, sizeof *all);
    rclio_task **tasks = calloc(SLEEPERS, sizeof *tasks);
    size_t order = 0;
    for (size_t i = 0; i < SLEEPERS; i++) {
        all[i] =
            (struct sleeping){.clock = clock, .until_ns = RCLIO_S(2 + (int64_t)(i * 7919 % (SLEEPERS / 2))), .order = &order};
        tasks[i] = rclio_task_new(*state, "sleeper", sleep_body, &all[i]);
    }
    settle(*state);
    assert_ok(rclio_clock_set_ros_time(clock, RCLIO_S(1) + 5));
    settle(*state);
    assert_int_equal(order, 0);
    assert_ok(rclio_clock_set_ros_time(clock, RCLIO_S(2 + SLEEPERS / 4))); /* half of them */
    settle(*state);
    size_t expected = 0;
    for (size_t i = 0; i < SLEEPERS; i++) expected += all[i].until_ns <= RCLIO_S(2 + SLEEPERS / 4);
    assert_int_equal(order, expected);
    assert_ok(rclio_clock_set_ros_time(clock, RCLIO_S(5000)));
    settle(*state);
    assert_int_equal(order, SLEEPERS);
    for (size_t i = 0; i < SLEEPERS; i++)
        for (size_t k = 0; k < SLEEPERS; k++) {
            if (all[i].until_ns < all[k].until_ns) assert_true(all[i].place < all[k].place);
            if (all[i].until_ns == all[k].until_ns && i < k) assert_true(all[i].place < all[k].place);
        }
    for (size_t i = 0; i < SLEEPERS; i++) rclio_task_unref(tasks[i]);
    free(tasks);
    free(all);
    rclio_clock_unref(clock);
}

static void an_executor_that_is_destroyed_takes_its_sleepers_along(void **state)
{
    rclio_clock *clock = sim_clock(RCLIO_S(10));
    struct sleeping s = {.clock = clock, .until_ns = RCLIO_S(12)};
    rclio_executor *executor = rclio_executor_new(NULL);
    (void)state;
    rclio_task_unref(start_sleep(executor, &s));
    rclio_executor_destroy(executor);
    assert_status(s.status, RCLIO_CANCELLED);
    rclio_clock_set_ros_time(clock, RCLIO_S(20));
    rclio_clock_unref(clock);
}

static void waits_are_described_with_the_time_awaited_and_the_time_it_is(void **state)
{
    rclio_clock *clock = sim_clock(RCLIO_S(10));
    struct sleeping s = {.clock = clock, .until_ns = RCLIO_S(12)};
    rclio_task *task = start_sleep(*state, &s);
    int pipe_ends[2];
    char text[600] = {0};
    assert_int_equal(pipe(pipe_ends), 0);
    rclio_describe_waits(*state, pipe_ends[1]);
    assert_true(read(pipe_ends[0], text, sizeof text - 1) > 0);
    close(pipe_ends[0]);
    close(pipe_ends[1]);
    assert_non_null(
        strstr(text, "task 'sleeper' sleeps until 12.000 s of a ROS clock, which shows 10.000 s (ROS time is active)"));
    assert_non_null(strstr(text, "test_clock.c:"));
    rclio_task_cancel(task);
    settle(*state);
    rclio_task_unref(task);
    rclio_clock_unref(clock);
}

/* ---- threads ---- */

static void *sleep_in_thread(void *arg)
{
    sleep_body(arg);
    return NULL;
}

/* Waits until the clock has an alarm: the other thread sleeps. */
static void wait_for_sleeper(rclio_clock *clock)
{
    for (bool sleeps = false; !sleeps;) {
        mutex_lock(&clock->lock);
        sleeps = !list_is_empty(&clock->alarms);
        mutex_unlock(&clock->lock);
        sched_yield();
    }
}

static void a_thread_without_an_executor_sleeps_until_another_sets_the_time(void **state)
{
    rclio_clock *clock = sim_clock(RCLIO_S(10));
    struct sleeping s = {.clock = clock, .until_ns = RCLIO_S(12)};
    pthread_t other;
    (void)state;
    assert_int_equal(pthread_create(&other, NULL, sleep_in_thread, &s), 0);
    wait_for_sleeper(clock);
    assert_ok(rclio_clock_set_ros_time(clock, RCLIO_S(5)));
    assert_ok(rclio_clock_set_ros_time(clock, RCLIO_S(12)));
    assert_int_equal(pthread_join(other, NULL), 0);
    assert_ok(s.status);

    s.until_ns = RCLIO_S(20);
    assert_int_equal(pthread_create(&other, NULL, sleep_in_thread, &s), 0);
    wait_for_sleeper(clock);
    assert_ok(rclio_clock_set_ros_time_active(clock, false));
    assert_int_equal(pthread_join(other, NULL), 0);
    assert_status(s.status, RCLIO_UNAVAILABLE);
    rclio_clock_unref(clock);
}

static void *close_scope(void *arg)
{
    sleep_scope_close(arg); /* as a signal handler does: nobody wakes anybody */
    return NULL;
}

static void a_blocked_thread_notices_by_itself_that_its_scope_has_closed(void **state)
{
    sleep_scope *scope = sleep_scope_new();
    rclio_clock *clock = sim_clock(RCLIO_S(10));
    pthread_t other;
    (void)state;
    sleep_plan plan = {
        .clock = clock, .scope = scope, .until_ns = RCLIO_S(20), .period_ns = -1, .file = __FILE__, .line = __LINE__};
    assert_int_equal(pthread_create(&other, NULL, close_scope, scope), 0);
    assert_status(block_by_clock(&plan), RCLIO_SHUTDOWN);
    assert_error_names("the context is shut down");
    assert_int_equal(pthread_join(other, NULL), 0);
    assert_status(sleep_by_clock(&plan, NULL), RCLIO_SHUTDOWN); /* and later sleeps do not begin */
    rclio_clock_unref(clock);
    sleep_scope_unref(scope);
}

#define STEPS 2000

static void *drive(void *arg)
{
    rclio_clock *clock = arg;
    for (int64_t i = 1; i <= STEPS; i++) rclio_clock_set_ros_time(clock, RCLIO_MS(i));
    return NULL;
}

struct pacing {
    rclio_clock *clock;
    int64_t step_ns;
    int64_t woke;
};

static void pace(void *arg)
{
    struct pacing *p = arg;
    for (int64_t at = p->step_ns; at <= RCLIO_MS(STEPS); at += p->step_ns) {
        if (rclio_clock_sleep_until(p->clock, at)) return;
        if (rclio_clock_now(p->clock) >= at) p->woke++;
    }
}

static void time_may_be_set_from_another_thread_while_tasks_sleep(void **state)
{
    rclio_clock *clock = rclio_clock_new(RCLIO_CLOCK_ROS);
    assert_ok(rclio_clock_set_ros_time_active(clock, true));
    struct pacing fine = {.clock = clock, .step_ns = RCLIO_MS(1)}, coarse = {.clock = clock, .step_ns = RCLIO_MS(10)};
    rclio_task *tasks[2] = {rclio_task_new(*state, "fine", pace, &fine), rclio_task_new(*state, "coarse", pace, &coarse)};
    pthread_t other;
    assert_int_equal(pthread_create(&other, NULL, drive, clock), 0);
    for (int i = 0; i < 2; i++) {
        assert_ok(rclio_executor_spin_until(*state, rclio_task_future(tasks[i]), RCLIO_S(50)));
        rclio_task_unref(tasks[i]);
    }
    assert_int_equal(pthread_join(other, NULL), 0);
    assert_int_equal(fine.woke, STEPS);
    assert_int_equal(coarse.woke, STEPS / 10);
    rclio_clock_unref(clock);
}

/* ---- rates ---- */

struct rating {
    rclio_rate *rate;
    size_t turns;
    rclio_status end;
};

static void rate_body(void *arg)
{
    struct rating *r = arg;
    while ((r->end = rclio_rate_sleep(r->rate)) == RCLIO_OK) r->turns++;
}

static void set_and_settle(rclio_executor *executor, rclio_clock *clock, int64_t time_ns)
{
    assert_ok(rclio_clock_set_ros_time(clock, time_ns));
    settle(executor);
}

static void a_rate_keeps_its_phase_and_skips_what_has_passed(void **state)
{
    rclio_clock *clock = sim_clock(RCLIO_S(10));
    struct rating r = {.rate = rclio_rate_new(clock, RCLIO_S(1))};
    rclio_task *task = rclio_task_new(*state, "loop", rate_body, &r);
    settle(*state);
    set_and_settle(*state, clock, RCLIO_MS(10999));
    assert_int_equal(r.turns, 0);
    set_and_settle(*state, clock, RCLIO_MS(11300)); /* late, */
    assert_int_equal(r.turns, 1);
    set_and_settle(*state, clock, RCLIO_S(12)); /* which the next one is not */
    assert_int_equal(r.turns, 2);
    set_and_settle(*state, clock, RCLIO_MS(15500));
    assert_int_equal(r.turns, 3);
    assert_int_equal(rclio_rate_missed(r.rate), 2); /* 14 and 15 */
    set_and_settle(*state, clock, RCLIO_S(16));
    assert_int_equal(r.turns, 4);
    set_and_settle(*state, clock, RCLIO_S(2)); /* set back: one period from now */
    assert_int_equal(r.turns, 4);
    set_and_settle(*state, clock, RCLIO_S(3));
    assert_int_equal(r.turns, 5);
    assert_true(rclio_rate_period(r.rate) == RCLIO_S(1));
    rclio_task_cancel(task);
    settle(*state);
    assert_status(r.end, RCLIO_CANCELLED);
    rclio_task_unref(task);
    rclio_rate_destroy(r.rate);
    rclio_clock_unref(clock);
}

static void a_rate_goes_on_when_the_source_of_its_clock_changes(void **state)
{
    rclio_clock *clock = sim_clock(RCLIO_S(10));
    struct rating r = {.rate = rclio_rate_new(clock, RCLIO_MS(20))};
    rclio_task *task = rclio_task_new(*state, "loop", rate_body, &r);
    settle(*state);
    assert_ok(rclio_clock_set_ros_time_active(clock, false));
    while (r.turns < 3) assert_ok(rclio_executor_spin_once(*state, RCLIO_S(50)));
    assert_ok(rclio_clock_set_ros_time_active(clock, true));
    settle(*state);
    size_t turns = r.turns;
    set_and_settle(*state, clock, RCLIO_S(10) + RCLIO_MS(20));
    assert_int_equal(r.turns, turns + 1);
    assert_true(rclio_rate_missed(r.rate) < 1000000); /* not the periods from 10 s to today */
    rclio_task_cancel(task);
    settle(*state);
    rclio_task_unref(task);
    rclio_rate_destroy(r.rate);
    rclio_clock_unref(clock);
}

static void a_rate_nobody_sleeps_by_keeps_what_is_left_when_the_source_of_its_clock_changes(void **state)
{
    rclio_clock *clock = sim_clock(RCLIO_S(10));
    struct rating r = {.rate = rclio_rate_new(clock, RCLIO_MS(20))};
    assert_ok(rclio_clock_set_ros_time_active(clock, false));
    rclio_task *task = rclio_task_new(*state, "loop", rate_body, &r);
    while (r.turns < 1) assert_ok(rclio_executor_spin_once(*state, RCLIO_S(50)));

    assert_true(rclio_rate_missed(r.rate) < 1000000);
    rclio_task_cancel(task);
    settle(*state);
    rclio_task_unref(task);
    rclio_rate_destroy(r.rate);
    rclio_clock_unref(clock);
}

static void a_rate_needs_a_clock_and_a_period(void **state)
{
    rclio_clock *clock = rclio_clock_new(RCLIO_CLOCK_STEADY);
    (void)state;
    assert_null(rclio_rate_new(clock, 0));
    assert_error_names("period is 0 ns");
    assert_null(rclio_rate_new(NULL, RCLIO_S(1)));
    assert_status(rclio_rate_sleep(NULL), RCLIO_INVALID);
    assert_status(rclio_clock_sleep_for(NULL, 5), RCLIO_INVALID);
    rclio_rate_destroy(NULL);
    rclio_rate *rate = rclio_rate_new(clock, RCLIO_MS(2)); /* outside of tasks it blocks the thread */
    int64_t begin = rclio_now_steady();
    for (int i = 0; i < 5; i++) assert_ok(rclio_rate_sleep(rate));
    assert_true(rclio_now_steady() - begin >= RCLIO_MS(9));
    rclio_rate_destroy(rate);
    rclio_clock_unref(clock);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_clock_shows_the_time_of_its_kind),
        cmocka_unit_test(ros_time_is_zero_when_activated_and_what_it_is_set_to_then),
        cmocka_unit_test(times_convert),
        executor_test(a_sleep_ends_when_ros_time_reaches_it),
        executor_test(a_sleep_that_is_over_before_it_begins_only_yields),
        executor_test(a_sleep_goes_on_after_a_setback_until_its_time_comes_again),
        executor_test(a_sleep_ends_when_the_source_of_its_clock_changes),
        executor_test(a_sleeping_task_can_be_cancelled),
        executor_test(sleeps_by_the_machines_clocks_last_as_long_as_they_should),
        executor_test(many_sleepers_wake_in_order_however_far_time_jumps),
        executor_test(an_executor_that_is_destroyed_takes_its_sleepers_along),
        executor_test(waits_are_described_with_the_time_awaited_and_the_time_it_is),
        cmocka_unit_test(a_thread_without_an_executor_sleeps_until_another_sets_the_time),
        cmocka_unit_test(a_blocked_thread_notices_by_itself_that_its_scope_has_closed),
        executor_test(time_may_be_set_from_another_thread_while_tasks_sleep),
        executor_test(a_rate_keeps_its_phase_and_skips_what_has_passed),
        executor_test(a_rate_goes_on_when_the_source_of_its_clock_changes),
        executor_test(a_rate_nobody_sleeps_by_keeps_what_is_left_when_the_source_of_its_clock_changes),
        executor_test(a_rate_needs_a_clock_and_a_period),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
