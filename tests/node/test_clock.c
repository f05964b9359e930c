/* tests/node/test_clock.c: the clock of a node, and timers that follow it: driven by hand here, by /clock in test_time_source.c. */
#include "pair.h"

#include <pthread.h>

typedef struct stage {
    rclio_context *context;
    rclio_node *node;
    rclio_executor *executor;
    rclio_clock *clock;
    size_t ticks;
    int64_t last; /* the clock's time at the last tick */
    char order[64];
} stage;

static void stage_open(stage *s, int64_t time)
{
    *s = (stage){.context = rclio_init(0, NULL, &(rclio_context_options){.signals = RCLIO_SIGNALS_NONE, .no_rosout = true})};
    s->executor = rclio_context_executor(s->context);
    harness_watch(s->executor);
    s->node = rclio_node_new(s->context, "clocks", &(rclio_node_options){.no_type_description_service = true});
    assert_non_null(s->node);
    s->clock = rclio_node_clock(s->node);
    assert_int_equal(rclio_clock_get_kind(s->clock), RCLIO_CLOCK_ROS);
    if (time < 0) return;
    assert_ok(rclio_clock_set_ros_time_active(s->clock, true));
    if (time > 0) assert_ok(rclio_clock_set_ros_time(s->clock, time));
}

static void stage_close(stage *s)
{
    rclio_context_destroy(s->context);
    harness_unwatch();
}

static void settle(stage *s)
{
    assert_ok(rclio_executor_spin_some(s->executor, 0));
}

static void set(stage *s, int64_t time)
{
    assert_ok(rclio_clock_set_ros_time(s->clock, time));
    settle(s);
}

static void tick(rclio_timer *timer, void *arg)
{
    stage *s = arg;
    s->ticks++;
    s->last = rclio_clock_now(rclio_timer_clock(timer));
}

static void a_timer_is_called_when_ros_time_says_so(void **state) /* TIM-5 */
{
    stage s;
    (void)state;
    stage_open(&s, RCLIO_S(10));
    rclio_timer *timer = rclio_timer_new(s.node, RCLIO_MS(100), tick, &s, NULL);
    assert_ptr_equal(rclio_timer_clock(timer), s.clock);
    set(&s, RCLIO_MS(10099));
    assert_int_equal(s.ticks, 0);
    assert_true(rclio_timer_until_next(timer) == RCLIO_MS(1));
    set(&s, RCLIO_MS(10100));
    assert_int_equal(s.ticks, 1);
    set(&s, RCLIO_MS(10350)); /* what it missed is skipped, the phase is kept */
    assert_int_equal(s.ticks, 2);
    assert_true(rclio_timer_until_next(timer) == RCLIO_MS(50));
    set(&s, RCLIO_MS(10700)); /* a multiple itself: once, and then at the next */
    assert_int_equal(s.ticks, 3);
    assert_true(rclio_timer_until_next(timer) == RCLIO_MS(100));
    set(&s, RCLIO_MS(10730));
    assert_true(rclio_timer_since_last(timer) == RCLIO_MS(30));
    stage_close(&s);
}

static void a_timer_runs_a_hundred_simulated_seconds_without_one_that_passes(void **state)
{
    stage s, beat = {0};
    (void)state;
    stage_open(&s, RCLIO_S(1000));
    int64_t begin = rclio_now_steady();
    assert_non_null(rclio_timer_new(s.node, RCLIO_MS(100), tick, &s, NULL));
    assert_non_null(rclio_timer_new(s.node, RCLIO_MS(250), tick, &beat, &(rclio_timer_options){.clock = s.clock}));
    for (int64_t at = RCLIO_S(1000) + RCLIO_MS(10); at <= RCLIO_S(1100); at += RCLIO_MS(10)) set(&s, at);
    assert_int_equal(s.ticks, 1000);
    assert_int_equal(beat.ticks, 400);
    assert_true(s.last == RCLIO_S(1100));
    assert_true(rclio_now_steady() - begin < RCLIO_S(50));
    stage_close(&s);
}

static void after_a_setback_a_timer_is_due_a_period_after_the_new_time(void **state) /* TIM-5 */
{
    stage s;
    (void)state;
    stage_open(&s, RCLIO_S(10));
    rclio_timer *timer = rclio_timer_new(s.node, RCLIO_MS(100), tick, &s, NULL);
    set(&s, RCLIO_MS(10150));
    assert_int_equal(s.ticks, 1);
    set(&s, RCLIO_MS(10160));
    set(&s, RCLIO_MS(10155)); /* not before the last call: nothing changes */
    assert_true(rclio_timer_until_next(timer) == RCLIO_MS(45));
    set(&s, RCLIO_S(5));
    assert_int_equal(s.ticks, 1);
    assert_true(rclio_timer_until_next(timer) == RCLIO_MS(100));
    set(&s, RCLIO_MS(5100));
    assert_int_equal(s.ticks, 2);
    assert_ok(rclio_clock_set_ros_time(s.clock, RCLIO_S(6))); /* due, and set back before it gets to run */
    assert_ok(rclio_clock_set_ros_time(s.clock, RCLIO_MS(5150)));
    settle(&s);
    assert_int_equal(s.ticks, 2);
    set(&s, RCLIO_MS(5200));
    assert_int_equal(s.ticks, 3);
    stage_close(&s);
}

static void before_the_first_time_no_time_passes(void **state) /* TIM-2 */
{
    stage s;
    (void)state;
    stage_open(&s, 0);
    assert_true(rclio_clock_now(s.clock) == 0);
    rclio_timer *timer = rclio_timer_new(s.node, RCLIO_MS(100), tick, &s, NULL);
    settle(&s);
    assert_int_equal(s.ticks, 0);
    assert_true(rclio_timer_until_next(timer) == RCLIO_MS(100));
    set(&s, RCLIO_S(50)); /* as upstream: it was due at 0.1 s */
    assert_int_equal(s.ticks, 1);
    assert_true(s.last == RCLIO_S(50));
    stage_close(&s);
}

static void what_is_left_of_a_period_is_left_when_the_source_changes(void **state) /* TIM-6 */
{
    stage s;
    (void)state;
    stage_open(&s, RCLIO_S(10));
    rclio_timer *timer = rclio_timer_new(s.node, RCLIO_S(1000), tick, &s, NULL);
    set(&s, RCLIO_S(310));
    assert_ok(rclio_clock_set_ros_time_active(s.clock, false)); /* on the machine's clock from here on */
    settle(&s);
    int64_t left = rclio_timer_until_next(timer);
    assert_true(left <= RCLIO_S(700) && left > RCLIO_S(600));
    assert_ok(rclio_clock_set_ros_time_active(s.clock, true));
    settle(&s);
    left = rclio_timer_until_next(timer);
    assert_true(left <= RCLIO_S(700) && left > RCLIO_S(600));
    set(&s, RCLIO_S(310) + left);
    assert_int_equal(s.ticks, 1);
    stage_close(&s);
}

static void a_timer_whose_new_source_has_no_time_waits_for_it_and_then_a_period(void **state) /* TIM-6 */
{
    stage s;
    (void)state;
    stage_open(&s, -1);
    rclio_timer *timer = rclio_timer_new(s.node, RCLIO_MS(100), tick, &s, NULL);
    assert_ok(rclio_clock_set_ros_time_active(s.clock, true));
    settle(&s);
    assert_true(rclio_timer_until_next(timer) == RCLIO_FOREVER);
    assert_true(rclio_timer_since_last(timer) == 0);
    set(&s, RCLIO_S(70));
    assert_int_equal(s.ticks, 0);
    assert_true(rclio_timer_until_next(timer) == RCLIO_MS(100));
    set(&s, RCLIO_S(70) + RCLIO_MS(100));
    assert_int_equal(s.ticks, 1);
    assert_ok(rclio_clock_set_ros_time_active(s.clock, false)); /* and back: it runs by itself again */
    SPIN_UNTIL(s.executor, s.ticks == 3);
    stage_close(&s);
}

static void a_timer_on_another_clock_ignores_ros_time(void **state)
{
    stage s;
    (void)state;
    stage_open(&s, RCLIO_S(10));
    rclio_clock *steady = rclio_clock_new(RCLIO_CLOCK_STEADY), *own = rclio_clock_new(RCLIO_CLOCK_ROS);
    rclio_timer *timer = rclio_timer_new(s.node, RCLIO_MS(5), tick, &s, &(rclio_timer_options){.clock = steady});
    assert_ptr_equal(rclio_timer_clock(timer), steady);
    rclio_clock_unref(steady); /* the timer has a reference */
    SPIN_UNTIL(s.executor, s.ticks == 3);
    rclio_timer_destroy(timer);
    stage other = {0};
    assert_non_null(rclio_timer_new(s.node, RCLIO_MS(5), tick, &other, &(rclio_timer_options){.clock = own}));
    SPIN_UNTIL(s.executor, other.ticks == 2); /* system time, as its ROS time is not active */
    rclio_clock_unref(own);
    stage_close(&s);
}

static void reset_cancel_and_one_shot_work_on_ros_time(void **state)
{
    stage s, once = {0};
    (void)state;
    stage_open(&s, RCLIO_S(10));
    rclio_timer *timer = rclio_timer_new(s.node, RCLIO_S(1), tick, &s, NULL);
    rclio_timer *one = rclio_timer_new(s.node, RCLIO_S(1), tick, &once, &(rclio_timer_options){.one_shot = true});
    set(&s, RCLIO_MS(10900));
    assert_ok(rclio_timer_reset(timer));
    set(&s, RCLIO_S(11));
    assert_int_equal(s.ticks, 0);
    assert_int_equal(once.ticks, 1);
    assert_true(rclio_timer_is_canceled(one));
    assert_true(rclio_timer_until_next(one) == RCLIO_FOREVER);
    set(&s, RCLIO_MS(11900));
    assert_int_equal(s.ticks, 1);
    assert_ok(rclio_clock_set_ros_time(s.clock, RCLIO_S(20))); /* due, and cancelled before it gets to run */
    rclio_timer_cancel(timer);
    settle(&s);
    assert_int_equal(s.ticks, 1);
    assert_ok(rclio_timer_reset(one));
    set(&s, RCLIO_S(3)); /* set back far below: one period from there */
    set(&s, RCLIO_S(4));
    assert_int_equal(once.ticks, 2);
    assert_ok(rclio_timer_set_period(timer, RCLIO_MS(10)));
    assert_ok(rclio_timer_reset(timer));
    set(&s, RCLIO_MS(4010));
    assert_int_equal(s.ticks, 2);
    stage_close(&s);
}

/* ---- order ---- */

typedef struct mark {
    stage *s;
    char letter;
    int64_t until;
} mark;

static void put(mark *m)
{
    size_t length = strlen(m->s->order);
    assert_true(length + 1 < sizeof m->s->order);
    m->s->order[length] = m->letter;
}

static void mark_timer(rclio_timer *timer, void *arg)
{
    (void)timer;
    put(arg);
}

static void mark_sleep(void *arg)
{
    mark *m = arg;
    if (rclio_clock_sleep_until(m->s->clock, m->until) == RCLIO_OK) put(m);
}

static void one_jump_over_timers_and_sleepers_calls_them_in_the_order_of_their_times(void **state)
{
    stage s;
    (void)state;
    stage_open(&s, RCLIO_S(10));
    mark marks[] = {{&s, 'd', RCLIO_S(14)}, {&s, 'a', RCLIO_S(11)}, {&s, 'c', RCLIO_S(13)}, {&s, 'b', RCLIO_S(12)}};
    for (int i = 0; i < 2; i++) assert_ok(rclio_task_start(s.executor, "sleeper", mark_sleep, &marks[i]));
    settle(&s);
    for (int i = 2; i < 4; i++)
        assert_non_null(rclio_timer_new(s.node, marks[i].until - RCLIO_S(10), mark_timer, &marks[i],
                                        &(rclio_timer_options){.one_shot = true}));
    set(&s, RCLIO_S(100));
    assert_string_equal(s.order, "abcd");
    stage_close(&s);
}

/* ---- sleeps and shutdown ---- */

typedef struct sleeping {
    rclio_context *context;
    rclio_clock *clock;
    int64_t until;
    bool blocks, began, ended;
    rclio_status status;
    char error[160];
} sleeping;

static void sleep_body(void *arg)
{
    sleeping *s = arg;
    s->began = true;
    s->status = s->blocks    ? rclio_context_block_until(s->context, s->clock, s->until)
                : s->context ? rclio_context_sleep_until(s->context, s->clock, s->until)
                             : rclio_clock_sleep_until(s->clock, s->until);
    snprintf(s->error, sizeof s->error, "%s", rclio_error());
    s->ended = true;
}

static void shut_down(rclio_timer *timer, void *arg)
{
    (void)timer;
    rclio_shutdown(arg);
}

static void a_paused_clock_does_not_hang_a_shutdown(void **state)
{
    stage s;
    (void)state;
    stage_open(&s, RCLIO_S(10));
    rclio_clock *own = rclio_clock_new(RCLIO_CLOCK_ROS), *steady = rclio_clock_new(RCLIO_CLOCK_STEADY);
    assert_ok(rclio_clock_set_ros_time_active(own, true));
    sleeping naps[] = {{.clock = s.clock, .until = RCLIO_S(11)},
                       {.context = s.context, .clock = own, .until = RCLIO_S(1)},
                       {.context = s.context, .clock = rclio_clock_ref(steady), .until = RCLIO_FOREVER}};
    for (int i = 0; i < 3; i++) assert_ok(rclio_task_start(s.executor, "nap", sleep_body, &naps[i]));
    rclio_timer_new(s.node, RCLIO_S(5), tick, &s, NULL);
    rclio_timer_new(s.node, RCLIO_MS(5), shut_down, s.context, &(rclio_timer_options){.clock = steady});
    assert_ok(rclio_context_spin(s.context));
    for (int i = 0; i < 3; i++) {
        assert_true(naps[i].ended);
        assert_int_equal(naps[i].status, RCLIO_SHUTDOWN);
        assert_non_null(strstr(naps[i].error, "the context is shut down"));
    }
    assert_int_equal(rclio_clock_sleep_until(s.clock, RCLIO_S(20)), RCLIO_SHUTDOWN); /* nor does one begin after it */
    rclio_clock_unref(own);
    rclio_clock_unref(steady);
    rclio_clock_unref(steady);
    stage_close(&s);
}

static void the_main_thread_spins_while_it_sleeps_by_the_nodes_clock(void **state)
{
    stage s;
    (void)state;
    stage_open(&s, RCLIO_S(10));
    rclio_clock *steady = rclio_clock_new(RCLIO_CLOCK_STEADY);
    rclio_timer *timer = rclio_timer_new(s.node, RCLIO_MS(1), tick, &s, &(rclio_timer_options){.clock = steady});
    assert_ok(rclio_context_sleep_until(s.context, steady, rclio_now_steady() + RCLIO_MS(20)));
    assert_true(s.ticks > 0); /* callbacks went on meanwhile */
    rclio_timer_destroy(timer);
    rclio_timer_new(s.node, RCLIO_MS(5), shut_down, s.context, &(rclio_timer_options){.clock = steady});
    assert_int_equal(rclio_clock_sleep_for(s.clock, RCLIO_S(1)), RCLIO_SHUTDOWN);
    rclio_clock_unref(steady);
    stage_close(&s);
}

static void *block(void *arg)
{
    sleep_body(arg);
    return NULL;
}

static void a_blocked_thread_ends_with_the_context_and_with_the_time(void **state)
{
    stage s;
    pthread_t other;
    (void)state;
    stage_open(&s, RCLIO_S(10));
    sleeping nap = {.context = s.context, .clock = s.clock, .until = RCLIO_S(11), .blocks = true};
    assert_int_equal(pthread_create(&other, NULL, block, &nap), 0);
    set(&s, RCLIO_S(11));
    assert_int_equal(pthread_join(other, NULL), 0);
    assert_int_equal(nap.status, RCLIO_OK);
    nap.until = RCLIO_S(99);
    assert_int_equal(pthread_create(&other, NULL, block, &nap), 0);
    rclio_shutdown(s.context); /* nobody spins, nobody wakes it: it looks by itself */
    assert_int_equal(pthread_join(other, NULL), 0);
    assert_int_equal(nap.status, RCLIO_SHUTDOWN);
    stage_close(&s);
}

static void blocking_inside_a_callback_is_refused(void **state)
{
    stage s;
    (void)state;
    stage_open(&s, RCLIO_S(10));
    sleeping nap = {.context = s.context, .clock = s.clock, .until = RCLIO_S(11), .blocks = true};
    assert_ok(rclio_task_start(s.executor, "nap", sleep_body, &nap));
    settle(&s);
    assert_int_equal(nap.status, RCLIO_BAD_STATE);
    assert_non_null(strstr(nap.error, "await instead"));
    stage_close(&s);
}

static void *spin_executor(void *arg)
{
    rclio_executor_spin(arg);
    return NULL;
}

static void sleeps_on_a_nodes_own_executor_end_with_the_context_too(void **state)
{
    stage s;
    pthread_t spinner;
    (void)state;
    stage_open(&s, RCLIO_S(10));
    rclio_executor *own = rclio_executor_new(NULL);
    rclio_node *node =
        rclio_node_new(s.context, "apart", &(rclio_node_options){.executor = own, .no_type_description_service = true});
    rclio_clock *clock = rclio_clock_ref(rclio_node_clock(node));
    assert_ok(rclio_clock_set_ros_time_active(clock, true));
    rclio_clock *steady = rclio_clock_new(RCLIO_CLOCK_STEADY);
    assert_non_null(
        rclio_timer_new(node, RCLIO_MS(5), shut_down, s.context, &(rclio_timer_options){.clock = steady, .one_shot = true}));
    assert_int_equal(pthread_create(&spinner, NULL, spin_executor, own), 0);
    assert_int_equal(rclio_clock_sleep_until(clock, RCLIO_S(1)), RCLIO_SHUTDOWN); /* this thread, by the other's executor */
    assert_int_equal(pthread_join(spinner, NULL), 0);
    rclio_clock_unref(steady);
    rclio_context_destroy(s.context);
    assert_true(rclio_clock_now(clock) == 0); /* a clock that was kept outlives node and context */
    rclio_clock_unref(clock);
    rclio_executor_destroy(own);
    harness_unwatch();
}

static void a_loop_at_a_rate_ends_with_the_context(void **state)
{
    stage s;
    (void)state;
    stage_open(&s, -1);
    rclio_rate *rate = rclio_rate_new(s.clock, RCLIO_MS(2));
    rclio_timer_new(s.node, RCLIO_MS(20), shut_down, s.context, NULL);
    size_t turns = 0;
    while (rclio_rate_sleep(rate) == RCLIO_OK) turns++;
    assert_int_equal(rclio_error_status(), RCLIO_SHUTDOWN);
    assert_true(turns + rclio_rate_missed(rate) >= 5);
    rclio_rate_destroy(rate);
    stage_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_timer_is_called_when_ros_time_says_so),
        cmocka_unit_test(a_timer_runs_a_hundred_simulated_seconds_without_one_that_passes),
        cmocka_unit_test(after_a_setback_a_timer_is_due_a_period_after_the_new_time),
        cmocka_unit_test(before_the_first_time_no_time_passes),
        cmocka_unit_test(what_is_left_of_a_period_is_left_when_the_source_changes),
        cmocka_unit_test(a_timer_whose_new_source_has_no_time_waits_for_it_and_then_a_period),
        cmocka_unit_test(a_timer_on_another_clock_ignores_ros_time),
        cmocka_unit_test(reset_cancel_and_one_shot_work_on_ros_time),
        cmocka_unit_test(one_jump_over_timers_and_sleepers_calls_them_in_the_order_of_their_times),
        cmocka_unit_test(a_paused_clock_does_not_hang_a_shutdown),
        cmocka_unit_test(the_main_thread_spins_while_it_sleeps_by_the_nodes_clock),
        cmocka_unit_test(a_blocked_thread_ends_with_the_context_and_with_the_time),
        cmocka_unit_test(blocking_inside_a_callback_is_refused),
        cmocka_unit_test(sleeps_on_a_nodes_own_executor_end_with_the_context_too),
        cmocka_unit_test(a_loop_at_a_rate_ends_with_the_context),
    };
    return cmocka_run_group_tests(tests, harness_environment, NULL);
}
