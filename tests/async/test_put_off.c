/* tests/async/test_put_off.c: what is put off until there is nothing more to do. */
#include "async_test.h"

#include "async/source.h"

typedef struct stage {
    rclio_executor *executor;
    journal journal;
    bool again;
} stage;

static void first(void *arg)
{
    journal_add(&((stage *)arg)->journal, "first");
}

static void second(void *arg)
{
    journal_add(&((stage *)arg)->journal, "second");
}

static void other_work(void *arg)
{
    journal_add(&((stage *)arg)->journal, "work");
}

static void put_off_behind_work(void *arg)
{
    stage *s = arg;
    assert_true(executor_put_off(s->executor, first, s));
    assert_false(executor_put_off(s->executor, first, s)); /* it is already */
    assert_ok(rclio_executor_post(s->executor, other_work, s));
}

static void it_is_called_once_when_nothing_more_is_ready(void **state)
{
    stage s = {.executor = *state};
    assert_ok(rclio_executor_post(s.executor, put_off_behind_work, &s));
    assert_ok(rclio_executor_post(s.executor, other_work, &s));
    settle(s.executor);
    assert_string_equal(s.journal.data, "work work first");
    settle(s.executor);
    assert_string_equal(s.journal.data, "work work first");
}

static void put_off_both(void *arg)
{
    stage *s = arg;
    assert_true(executor_put_off(s->executor, first, s));
    assert_true(executor_put_off(s->executor, second, s));
    other_work(s);
}

static void another_one_has_the_former_run_at_once(void **state)
{
    stage s = {.executor = *state};
    assert_ok(rclio_executor_post(s.executor, put_off_both, &s));
    settle(s.executor);
    assert_string_equal(s.journal.data, "first work second");
}

static void put_off_and_sleep(void *arg)
{
    stage *s = arg;
    assert_true(executor_put_off(s->executor, first, s));
    assert_ok(rclio_yield());
    assert_string_equal(s->journal.data, "");
    rclio_future *never = rclio_future_new(s->executor, "never", NULL);
    assert_status(rclio_wait_for(never, RCLIO_MS(1)), RCLIO_TIMEOUT); /* the executor slept */
    assert_string_equal(s->journal.data, "first");
    rclio_future_unref(never);
}

static void a_sleep_of_the_executor_is_enough(void **state)
{
    stage s = {.executor = *state};
    run_in_task(s.executor, put_off_and_sleep, &s);
    assert_string_equal(s.journal.data, "first");
}

static void an_embedded_executor_calls_it_at_the_end_of_each_dispatch(void **state)
{
    stage s = {.executor = *state};
    assert_true(rclio_executor_fd(s.executor) >= 0);
    assert_ok(rclio_executor_post(s.executor, put_off_behind_work, &s));
    rclio_executor_dispatch(s.executor, 1);
    assert_string_equal(s.journal.data, "first");
    while (rclio_executor_dispatch(s.executor, 0) > 0) continue;
    assert_string_equal(s.journal.data, "first work");
}

static void outside_of_a_turn_it_is_refused(void **state)
{
    stage s = {.executor = *state};
    rclio_executor *other = rclio_executor_new(NULL);
    assert_non_null(other);
    assert_false(executor_put_off(s.executor, first, &s));
    s.executor = other;
    assert_false(executor_put_off(other, first, &s));
    rclio_executor_destroy(other);
    assert_string_equal(s.journal.data, "");
}

static void put_off_in_a_lane(void *arg)
{
    stage *s = arg;
    assert_true(executor_put_off(s->executor, first, s));
}

static void a_lane_of_a_pool_calls_its_own(void **state)
{
    (void)state;
    stage s = {.executor = rclio_executor_new(&(rclio_executor_options){.threads = 2})};
    assert_non_null(s.executor);
    rclio_task *task = rclio_task_new(s.executor, "puts off", put_off_in_a_lane, &s);
    assert_non_null(task);
    assert_ok(rclio_executor_spin_until(s.executor, rclio_task_future(task), RCLIO_FOREVER));
    rclio_task_unref(task);
    rclio_executor_destroy(s.executor); /* its threads have ended: whatever they put off has run */
    assert_string_equal(s.journal.data, "first");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        executor_test(it_is_called_once_when_nothing_more_is_ready),
        executor_test(another_one_has_the_former_run_at_once),
        executor_test(a_sleep_of_the_executor_is_enough),
        executor_test(an_embedded_executor_calls_it_at_the_end_of_each_dispatch),
        executor_test(outside_of_a_turn_it_is_refused),
        cmocka_unit_test(a_lane_of_a_pool_calls_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
