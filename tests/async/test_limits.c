/* tests/async/test_limits.c: how many tasks and posts there may be (rclio_executor_options.maximum_tasks; RU3 of src/async/run.c). */
#include "async_test.h"

#include "async/source.h"

enum { LIMIT = 10 };

static int with_limit(void **state)
{
    *state = rclio_executor_new(&(rclio_executor_options){.name = "small", .maximum_tasks = LIMIT});
    return *state ? 0 : -1;
}

static int with_limit_and_threads(void **state)
{
    *state = rclio_executor_new(&(rclio_executor_options){.name = "small", .maximum_tasks = LIMIT, .threads = 2});
    return *state ? 0 : -1;
}

static void count(void *arg)
{
    atomic_fetch_add((atomic_int *)arg, 1);
}

static void fill(rclio_executor *executor, atomic_int *ran)
{
    for (int i = 0; i < LIMIT / 2; i++) assert_ok(rclio_task_start(executor, "fits", count, ran));
    for (int i = 0; i < LIMIT / 2; i++) assert_ok(rclio_executor_post(executor, count, ran));
}

static void run_until(rclio_executor *executor, atomic_int *ran, int wanted)
{
    assert_ok(rclio_executor_spin_some(executor, 0));
    assert_ok(rclio_executor_wait_quiet(executor, RCLIO_S(50)));
    assert_int_equal(atomic_load(ran), wanted);
}

static void tasks_and_posts_beyond_the_limit_are_refused(void **state) /* RU3 */
{
    atomic_int ran = 0;
    for (int round = 1; round <= 3; round++) { /* there is room again when they have ended */
        fill(*state, &ran);
        assert_status(rclio_executor_post(*state, count, &ran), RCLIO_LIMIT);
        assert_error_names("executor 'small' has 10 tasks and posts already, the limit (maximum_tasks)");
        assert_null(rclio_task_new(*state, "one more", count, &ran));
        assert_status(rclio_error_status(), RCLIO_LIMIT);
        assert_error_names("'one more'");
        run_until(*state, &ran, round * LIMIT);
    }
}

static void await_gate(void *arg)
{
    rclio_await(*(rclio_future **)arg);
}

static void suspended_tasks_keep_their_places(void **state) /* RU3 */
{
    atomic_int ran = 0;
    rclio_future *gate = rclio_future_new(*state, "gate", NULL);
    for (int i = 0; i < LIMIT; i++) assert_ok(rclio_task_start(*state, "waiter", await_gate, &gate));
    settle(*state);
    assert_status(rclio_executor_post(*state, count, &ran), RCLIO_LIMIT);
    assert_ok(rclio_future_complete(gate, NULL));
    settle(*state);
    fill(*state, &ran);
    settle(*state);
    assert_int_equal(ran, LIMIT);
    rclio_future_unref(gate);
}

static void rclios_own_tasks_need_no_place(void **state) /* RU3 */
{
    atomic_int ran = 0;
    fill(*state, &ran);
    assert_ok(task_start_own(*state, "own", count, &ran));
    run_until(*state, &ran, LIMIT + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(tasks_and_posts_beyond_the_limit_are_refused, with_limit, destroy_executor),
        cmocka_unit_test_setup_teardown(tasks_and_posts_beyond_the_limit_are_refused, with_limit_and_threads, destroy_executor),
        cmocka_unit_test_setup_teardown(suspended_tasks_keep_their_places, with_limit, destroy_executor),
        cmocka_unit_test_setup_teardown(rclios_own_tasks_need_no_place, with_limit, destroy_executor),
    };
    return cmocka_run_group_tests_name("limits of executors", tests, NULL, NULL);
}
