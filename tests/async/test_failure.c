/* tests/async/test_failure.c: what tasks and callbacks report as failed, and who hears of it. Rules FA1 to FA3: src/async/failure.h. */
#include "async_test.h"

#include "async/failure.h"
#include "async/source.h"

#include <stdio.h>
#include <stdlib.h>

typedef struct listener {
    failure_hook hook;
    int count;
    uint32_t line;
    rclio_status status;
    char what[64], text[64], file[128], function[64];
} listener;

static void heard(const char *what, const task_failure *failure, void *arg)
{
    listener *l = arg;
    l->count++;
    l->line = failure->line;
    l->status = failure->status;
    snprintf(l->what, sizeof l->what, "%s", what);
    snprintf(l->text, sizeof l->text, "%s", task_failure_text(failure));
    snprintf(l->file, sizeof l->file, "%s", failure->file ? failure->file : "");
    snprintf(l->function, sizeof l->function, "%s", failure->function ? failure->function : "");
}

static void listen(rclio_executor *executor, listener *l)
{
    *l = (listener){0};
    executor_on_failure(executor, &l->hook, heard, l);
}

static uint32_t failed_in_line;

static void fail_loudly(void *arg)
{
    (void)arg;
    failed_in_line = __LINE__ + 1;
    rclio_task_fail(RCLIO_NOT_FOUND, "no %s anywhere", "cheese");
}

static void a_failure_that_nobody_looks_at_is_reported_with_its_place(void **state) /* FA2, FA3 */
{
    listener l;
    listen(*state, &l);
    assert_ok(rclio_task_start(*state, "shop", fail_loudly, NULL));
    settle(*state);
    assert_int_equal(l.count, 1);
    assert_string_equal(l.what, "task 'shop'");
    assert_string_equal(l.text, "no cheese anywhere");
    assert_status(l.status, RCLIO_NOT_FOUND);
    assert_non_null(strstr(l.file, "test_failure.c"));
    assert_string_equal(l.function, "fail_loudly");
    assert_int_equal(l.line, failed_in_line);
    executor_off_failure(*state, &l.hook);
}

static void a_failure_is_reported_when_the_last_handle_goes(void **state) /* FA2 */
{
    listener l;
    listen(*state, &l);
    rclio_task *task = rclio_task_new(*state, "shop", fail_loudly, NULL);
    settle(*state);
    assert_int_equal(l.count, 0);
    rclio_task_unref(task);
    assert_int_equal(l.count, 1);
    executor_off_failure(*state, &l.hook);
}

static void await_shop(void *arg)
{
    rclio_await(rclio_task_future(arg));
    assert_string_equal(rclio_error(), "no cheese anywhere");
}

static void a_failure_that_somebody_looks_at_is_theirs(void **state) /* FA2 */
{
    listener l;
    listen(*state, &l);
    rclio_task *task = rclio_task_new(*state, "shop", fail_loudly, NULL);
    run_in_task(*state, await_shop, task);
    rclio_task_unref(task);
    task = rclio_task_new(*state, "shop", fail_loudly, NULL);
    settle(*state);
    assert_status(rclio_future_result(rclio_task_future(task)), RCLIO_NOT_FOUND);
    rclio_task_unref(task);
    task = rclio_task_new(*state, "shop", fail_loudly, NULL);
    settle(*state);
    assert_int_equal(rclio_future_get_state(rclio_task_future(task)), RCLIO_FAILED);
    rclio_task_unref(task);
    assert_int_equal(l.count, 0);
    executor_off_failure(*state, &l.hook);
}

static void fail_as_cancelled(void *arg)
{
    (void)arg;
    rclio_task_fail(RCLIO_CANCELLED, "not any more");
}

static void fail_without_a_place(void *arg)
{
    (void)arg;
    task_fail_own(RCLIO_UNAVAILABLE, "gone");
}

static void fail_and_return(void *arg)
{
    fail_loudly(arg);
    rclio_task_return(NULL, NULL);
}

static void cancellations_and_failures_without_a_place_are_not_reported(void **state) /* FA2 */
{
    listener l;
    listen(*state, &l);
    assert_ok(rclio_task_start(*state, "cancelled", fail_as_cancelled, NULL));
    assert_ok(rclio_task_start(*state, "own", fail_without_a_place, NULL));
    assert_ok(rclio_task_start(*state, "returns", fail_and_return, NULL));
    settle(*state);
    assert_int_equal(l.count, 0);
    executor_off_failure(*state, &l.hook);
}

static void fail_when_done(rclio_future *future, void *arg)
{
    (void)future;
    fail_loudly(arg);
}

static void callbacks_that_fail_are_reported_and_the_executor_goes_on(void **state) /* FA2 */
{
    listener l;
    listen(*state, &l);
    assert_ok(rclio_executor_post(*state, fail_loudly, NULL));
    settle(*state);
    assert_int_equal(l.count, 1);
    assert_string_equal(l.text, "no cheese anywhere");
    rclio_future *future = rclio_future_new(*state, "f", NULL);
    assert_ok(rclio_future_on_done(future, fail_when_done, NULL));
    assert_ok(rclio_future_complete(future, NULL));
    settle(*state);
    assert_int_equal(l.count, 2);
    rclio_future_unref(future);
    run_in_task(*state, fail_and_return, NULL);
    assert_int_equal(l.count, 2);
    executor_off_failure(*state, &l.hook);
}

struct taker {
    source source;
    task_failure failure;
    bool took, took_again;
};

static void take_one(source *s)
{
    struct taker *t = (struct taker *)(void *)s;
    task_failure second;
    fail_loudly(NULL);
    t->took = task_take_failure(&t->failure);
    t->took_again = task_take_failure(&second);
}

static void a_failure_that_is_taken_is_not_reported(void **state) /* FA1 */
{
    listener l;
    struct taker t = {0};
    listen(*state, &l);
    source_init(&t.source, *state, "taker", take_one, NULL);
    source_wake(&t.source);
    settle(*state);
    source_fini(&t.source);
    assert_true(t.took);
    assert_false(t.took_again);
    assert_string_equal(t.failure.text, "no cheese anywhere");
    assert_int_equal(l.count, 0);
    task_failure_fini(&t.failure);
    executor_off_failure(*state, &l.hook);
}

static void the_first_hook_hears_it(void **state) /* FA3 */
{
    listener first, second;
    listen(*state, &first);
    listen(*state, &second);
    assert_ok(rclio_executor_post(*state, fail_loudly, NULL));
    settle(*state);
    executor_off_failure(*state, &first.hook);
    assert_ok(rclio_executor_post(*state, fail_loudly, NULL));
    settle(*state);
    assert_int_equal(first.count, 1);
    assert_int_equal(second.count, 1);
    executor_off_failure(*state, &second.hook);
}

static void outside_of_tasks_it_is_an_error(void **state)
{
    (void)state;
    rclio_error_clear();
    rclio_task_fail(RCLIO_NOT_FOUND, "no cheese");
    assert_status(rclio_error_status(), RCLIO_BAD_STATE);
    assert_error_names("rclio_task_fail");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        executor_test(a_failure_that_nobody_looks_at_is_reported_with_its_place),
        executor_test(a_failure_is_reported_when_the_last_handle_goes),
        executor_test(a_failure_that_somebody_looks_at_is_theirs),
        executor_test(cancellations_and_failures_without_a_place_are_not_reported),
        executor_test(callbacks_that_fail_are_reported_and_the_executor_goes_on),
        executor_test(a_failure_that_is_taken_is_not_reported),
        executor_test(the_first_hook_hears_it),
        executor_test(outside_of_tasks_it_is_an_error),
    };
    return cmocka_run_group_tests_name("failures of tasks", tests, NULL, NULL);
}
