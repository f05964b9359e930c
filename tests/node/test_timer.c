/* tests/node/test_timer.c: timers of nodes: phase, catching up after a stall, reset, cancel, one-shot, clocks. */
#include "pair.h"

typedef struct ticks {
    size_t count;
    int64_t first_ns, last_ns;
    int64_t stall_until_ns; /* the next callback blocks the executor until then */
    bool cancel, destroy, await_once;
    rclio_future *gate;
} ticks;

typedef struct stage {
    rclio_context *context;
    rclio_node *node;
    rclio_executor *executor;
    ticks seen;
    int64_t born_ns;
} stage;

static void stage_open(stage *s)
{
    *s = (stage){.context = rclio_init(0, NULL, &(rclio_context_options){.signals = RCLIO_SIGNALS_NONE, .no_rosout = true})};
    s->executor = rclio_context_executor(s->context);
    harness_watch(s->executor);
    s->node = rclio_node_new(
        s->context, "timers",
        &(rclio_node_options){.no_type_description_service = true, .no_parameter_services = true, .no_parameter_events = true});
    assert_non_null(s->node);
    s->born_ns = rclio_now_steady();
}

static void stage_close(stage *s)
{
    rclio_context_destroy(s->context);
    harness_unwatch();
}

static void tick(rclio_timer *timer, void *arg)
{
    ticks *seen = arg;
    seen->last_ns = rclio_now_steady();
    if (seen->count++ == 0) seen->first_ns = seen->last_ns;
    while (rclio_now_steady() < seen->stall_until_ns) {
    } /* blocks the executor's thread, as a slow callback does */
    seen->stall_until_ns = 0;
    if (seen->cancel) rclio_timer_cancel(timer);
    if (seen->gate) rclio_await(seen->gate);
    if (seen->destroy) rclio_timer_destroy(timer);
}

/* When the next call is due; measured again when this thread was held up meanwhile. */
static int64_t due_of(const rclio_timer *timer)
{
    for (;;) {
        int64_t before = rclio_now_steady(), until = rclio_timer_until_next(timer);
        if (rclio_now_steady() - before < RCLIO_US(100)) return before + until;
    }
}

static bool on_raster(int64_t due, int64_t next, int64_t period)
{
    int64_t off = (next - due) % period;
    return off <= RCLIO_US(200) || off >= period - RCLIO_US(200);
}

static void a_timer_keeps_its_phase(void **state)
{
    stage s;
    (void)state;
    stage_open(&s);
    rclio_timer *timer = rclio_timer_new(s.node, RCLIO_MS(10), tick, &s.seen, NULL);
    int64_t due = due_of(timer);
    SPIN_UNTIL(s.executor, s.seen.count == 10);
    assert_true(s.seen.last_ns >= due + RCLIO_MS(90) - RCLIO_US(200));
    assert_true(on_raster(due, due_of(timer), RCLIO_MS(10))); /* lateness of one call is not added to the next */
    assert_int_equal(rclio_timer_period(timer), RCLIO_MS(10));
    stage_close(&s);
}

static void after_a_stall_it_calls_once_and_keeps_its_phase(void **state)
{
    stage s;
    (void)state;
    stage_open(&s);
    rclio_timer *timer = rclio_timer_new(s.node, RCLIO_MS(20), tick, &s.seen, NULL);
    SPIN_UNTIL(s.executor, s.seen.count == 1);
    int64_t due = due_of(timer);                 /* of the second call */
    s.seen.stall_until_ns = due + RCLIO_MS(110); /* it blocks for five periods and a half */
    SPIN_UNTIL(s.executor, s.seen.count == 7);   /* the third makes up for all that were missed, four are skipped */
    assert_true((s.seen.last_ns - due) / RCLIO_MS(20) >= 5 + 4);
    assert_true(on_raster(due, due_of(timer), RCLIO_MS(20)));
    stage_close(&s);
}

static void a_one_shot_timer_calls_once_until_it_is_reset(void **state)
{
    stage s;
    (void)state;
    stage_open(&s);
    rclio_timer *once = rclio_timer_new(s.node, RCLIO_MS(5), tick, &s.seen, &(rclio_timer_options){.one_shot = true});
    ticks beat = {0};
    rclio_timer_new(s.node, RCLIO_MS(5), tick, &beat, NULL);
    SPIN_UNTIL(s.executor, beat.count == 6);
    assert_int_equal(s.seen.count, 1);
    assert_true(rclio_timer_is_canceled(once));
    assert_true(rclio_timer_until_next(once) == RCLIO_FOREVER);
    assert_ok(rclio_timer_reset(once));
    SPIN_UNTIL(s.executor, s.seen.count == 2);
    stage_close(&s);
}

static void a_timer_cancels_itself(void **state)
{
    stage s;
    ticks beat = {0};
    (void)state;
    stage_open(&s);
    s.seen.cancel = true;
    rclio_timer *timer = rclio_timer_new(s.node, RCLIO_MS(2), tick, &s.seen, NULL);
    rclio_timer_new(s.node, RCLIO_MS(4), tick, &beat, NULL);
    SPIN_UNTIL(s.executor, beat.count == 5);
    assert_int_equal(s.seen.count, 1);
    assert_true(rclio_timer_is_canceled(timer));
    stage_close(&s);
}

static void a_timer_without_autostart_waits_for_reset(void **state)
{
    stage s;
    ticks beat = {0};
    (void)state;
    stage_open(&s);
    rclio_timer *timer = rclio_timer_new(s.node, RCLIO_MS(2), tick, &s.seen, &(rclio_timer_options){.autostart_off = true});
    assert_true(rclio_timer_is_canceled(timer));
    rclio_timer_new(s.node, RCLIO_MS(4), tick, &beat, NULL);
    SPIN_UNTIL(s.executor, beat.count == 3);
    assert_int_equal(s.seen.count, 0);
    assert_ok(rclio_timer_reset(timer));
    SPIN_UNTIL(s.executor, s.seen.count == 1);
    stage_close(&s);
}

static void reset_puts_the_next_call_off(void **state)
{
    stage s;
    (void)state;
    stage_open(&s);
    rclio_timer *timer = rclio_timer_new(s.node, RCLIO_S(1000), tick, &s.seen, NULL);
    int64_t left = rclio_timer_until_next(timer);
    assert_true(left > RCLIO_S(999) && left <= RCLIO_S(1000));
    assert_ok(rclio_timer_set_period(timer, RCLIO_MS(5)));
    assert_true(rclio_timer_until_next(timer) > RCLIO_S(999)); /* from the next reset or call on */
    assert_ok(rclio_timer_reset(timer));
    assert_true(rclio_timer_until_next(timer) <= RCLIO_MS(5));
    SPIN_UNTIL(s.executor, s.seen.count == 2);
    stage_close(&s);
}

static void a_timer_may_be_destroyed_in_its_own_callback(void **state)
{
    stage s;
    ticks beat = {0};
    (void)state;
    stage_open(&s);
    s.seen.destroy = true;
    assert_non_null(rclio_timer_new(s.node, RCLIO_MS(1), tick, &s.seen, NULL));
    rclio_timer_new(s.node, RCLIO_MS(4), tick, &beat, NULL);
    SPIN_UNTIL(s.executor, beat.count == 4);
    assert_int_equal(s.seen.count, 1);
    stage_close(&s);
}

static void a_suspended_callback_is_called_once_for_what_it_missed(void **state)
{
    stage s;
    ticks beat = {0};
    (void)state;
    stage_open(&s);
    rclio_future *gate = s.seen.gate = rclio_future_new(s.executor, "gate", NULL);
    rclio_timer *timer = rclio_timer_new(s.node, RCLIO_MS(2), tick, &s.seen, NULL);
    rclio_timer_new(s.node, RCLIO_MS(10), tick, &beat, NULL);
    SPIN_UNTIL(s.executor, beat.count == 4);
    assert_int_equal(s.seen.count, 1); /* others go on meanwhile */
    s.seen.gate = NULL;
    rclio_timer_set_period(timer, RCLIO_S(1000));
    rclio_future_complete(gate, NULL);
    SPIN_UNTIL(s.executor, beat.count == 7);
    assert_int_equal(s.seen.count, 2);
    rclio_future_unref(gate);
    stage_close(&s);
}

static void a_timer_follows_the_system_clock_when_asked(void **state)
{
    stage s;
    (void)state;
    stage_open(&s);
    int64_t before = rclio_now_system();
    rclio_timer *timer = rclio_timer_new(s.node, RCLIO_MS(20), tick, &s.seen, &(rclio_timer_options){.system_clock = true});
    assert_true(rclio_timer_until_next(timer) <= RCLIO_MS(20));
    SPIN_UNTIL(s.executor, s.seen.count == 2);
    assert_true(rclio_now_system() - before >= RCLIO_MS(40));
    stage_close(&s);
}

static void a_period_of_zero_is_always_due(void **state)
{
    stage s;
    (void)state;
    stage_open(&s);
    assert_non_null(rclio_timer_new(s.node, 0, tick, &s.seen, NULL));
    SPIN_UNTIL(s.executor, s.seen.count == 100);
    stage_close(&s);
}

static void a_period_that_is_not_legal_is_named(void **state)
{
    stage s;
    (void)state;
    stage_open(&s);
    assert_null(rclio_timer_new(s.node, -5, tick, &s.seen, NULL));
    assert_non_null(strstr(rclio_error(), "period is -5 ns"));
    assert_null(rclio_timer_new(s.node, 5, NULL, NULL, NULL));
    assert_int_equal(rclio_error_status(), RCLIO_INVALID);
    stage_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_timer_keeps_its_phase),
        cmocka_unit_test(after_a_stall_it_calls_once_and_keeps_its_phase),
        cmocka_unit_test(a_one_shot_timer_calls_once_until_it_is_reset),
        cmocka_unit_test(a_timer_cancels_itself),
        cmocka_unit_test(a_timer_without_autostart_waits_for_reset),
        cmocka_unit_test(reset_puts_the_next_call_off),
        cmocka_unit_test(a_timer_may_be_destroyed_in_its_own_callback),
        cmocka_unit_test(a_suspended_callback_is_called_once_for_what_it_missed),
        cmocka_unit_test(a_timer_follows_the_system_clock_when_asked),
        cmocka_unit_test(a_period_of_zero_is_always_due),
        cmocka_unit_test(a_period_that_is_not_legal_is_named),
    };
    return cmocka_run_group_tests(tests, harness_environment, NULL);
}
