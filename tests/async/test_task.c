/* tests/async/test_task.c: tasks: K1 to K4 of rclio/task.h. */
#include "async_test.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/error.h"

static void set_flag(void *arg)
{
    *(bool *)arg = true;
}

static void a_task_runs_when_its_executor_spins(void **state)
{
    bool ran = false;
    rclio_task *task = rclio_task_new(*state, "t", set_flag, &ran);
    assert_non_null(task);
    assert_false(ran);
    settle(*state);
    assert_true(ran);
    assert_int_equal(rclio_future_get_state(rclio_task_future(task)), RCLIO_DONE);
    rclio_task_unref(task);
}

static void return_number(void *arg)
{
    int *number = malloc(sizeof *number);
    *number = *(int *)arg;
    rclio_task_return(malloc(1), free); /* replaced, and freed */
    rclio_task_return(number, free);
}

static void await_number(void *arg)
{
    rclio_executor *executor = arg;
    int seven = 7;
    rclio_task *task = rclio_task_new(executor, "seven", return_number, &seven);
    const int *number = rclio_await(rclio_task_future(task));
    assert_non_null(number);
    assert_int_equal(*number, 7);
    rclio_task_unref(task);
}

static void a_task_awaits_the_value_of_another(void **state)
{
    run_in_task(*state, await_number, *state);
}

static void awaiting_outside_of_tasks_spins_the_executor(void **state)
{
    int nine = 9;
    rclio_task *task = rclio_task_new(*state, "nine", return_number, &nine);
    const int *number = rclio_await(rclio_task_future(task));
    assert_non_null(number);
    assert_int_equal(*number, 9);
    rclio_task_unref(task);
}

static void fail_loudly(void *arg)
{
    (void)arg;
    rclio_task_fail(RCLIO_NOT_FOUND, "no %s anywhere", "cheese");
}

static void the_failure_of_a_task_is_the_error_of_who_awaits_it(void **state)
{
    rclio_task *task = rclio_task_new(*state, "shop", fail_loudly, NULL);
    assert_null(rclio_await(rclio_task_future(task)));
    assert_int_equal(rclio_error_status(), RCLIO_NOT_FOUND);
    assert_string_equal(rclio_error(), "no cheese anywhere");
    rclio_task_unref(task);
}

struct depth {
    rclio_executor *executor;
    int levels;
    int deepest;
};

static void descend(void *arg)
{
    struct depth *depth = arg;
    if (depth->levels-- == 0) return;
    rclio_task *task = rclio_task_new(depth->executor, "level", descend, depth);
    assert_ok(rclio_wait(rclio_task_future(task)));
    depth->deepest++;
    rclio_task_unref(task);
}

static void awaits_nest(void **state)
{
    struct depth depth = {.executor = *state, .levels = 100};
    run_in_task(*state, descend, &depth);
    assert_int_equal(depth.deepest, 100);
}

struct writer {
    journal *journal;
    const char *names[2];
};

static void write_twice(void *arg)
{
    struct writer *writer = arg;
    journal_add(writer->journal, writer->names[0]);
    assert_ok(rclio_yield());
    journal_add(writer->journal, writer->names[1]);
}

static void yielding_lets_all_that_is_ready_run_first(void **state)
{
    journal j = {0};
    struct writer writers[] = {{&j, {"a1", "a2"}}, {&j, {"b1", "b2"}}, {&j, {"c1", "c2"}}};
    for (int i = 0; i < 3; i++) assert_ok(rclio_task_start(*state, "writer", write_twice, &writers[i]));
    settle(*state);
    assert_string_equal(j.data, "a1 b1 c1 a2 b2 c2");
}

static void disturb_errno_and_error(void *arg)
{
    (void)arg;
    errno = ENOSPC;
    rclio_fail(RCLIO_LIMIT, "somebody else's error");
}

static void keep_errno_and_error(void *arg)
{
    errno = EXDEV;
    rclio_fail(RCLIO_INVALID, "my own error");
    assert_ok(rclio_task_start(arg, "other", disturb_errno_and_error, NULL));
    assert_ok(rclio_yield());
    assert_int_equal(errno, EXDEV);
    assert_string_equal(rclio_error(), "my own error");
    rclio_error_clear();
    assert_ok(rclio_task_start(arg, "other", disturb_errno_and_error, NULL));
    assert_ok(rclio_yield());
    assert_string_equal(rclio_error(), "");
}

static void errno_and_the_last_error_survive_a_suspension(void **state)
{
    run_in_task(*state, keep_errno_and_error, *state);
}

struct cancel_case {
    rclio_future *never;
    rclio_status first, second;
    bool requested;
};

static void await_twice(void *arg)
{
    struct cancel_case *c = arg;
    c->first = rclio_wait(c->never);
    c->requested = rclio_task_is_cancel_requested();
    c->second = rclio_wait_for(c->never, RCLIO_MS(1));
}

static void cancelling_ends_the_current_await_once(void **state)
{
    struct cancel_case c = {.never = rclio_future_new(*state, "never", NULL)};
    rclio_task *task = rclio_task_new(*state, "victim", await_twice, &c);
    settle(*state);
    rclio_task_cancel(task);
    assert_status(rclio_wait(rclio_task_future(task)), RCLIO_CANCELLED); /* it was delivered and no result was given */
    assert_status(c.first, RCLIO_CANCELLED);
    assert_false(c.requested);
    assert_status(c.second, RCLIO_TIMEOUT);
    assert_int_equal(rclio_future_get_state(c.never), RCLIO_PENDING); /* K3: the future itself is not cancelled */
    rclio_task_unref(task);
    rclio_future_unref(c.never);
}

static void cancelling_before_the_start_is_delivered_at_the_first_await(void **state)
{
    struct cancel_case c = {.never = rclio_future_new(*state, "never", NULL)};
    rclio_task *task = rclio_task_new(*state, "victim", await_twice, &c);
    assert_ok(rclio_future_cancel(rclio_task_future(task))); /* a request: the task decides when it ends */
    assert_int_equal(rclio_future_get_state(rclio_task_future(task)), RCLIO_PENDING);
    rclio_wait(rclio_task_future(task));
    assert_status(c.first, RCLIO_CANCELLED);
    rclio_task_unref(task);
    rclio_future_unref(c.never);
}

struct shield_case {
    rclio_future *gate;
    rclio_status inside, after;
    bool requested;
};

static void await_shielded(void *arg)
{
    struct shield_case *c = arg;
    rclio_task_shield_begin();
    rclio_task_shield_begin();
    c->inside = rclio_wait(c->gate);
    c->requested = rclio_task_is_cancel_requested();
    rclio_task_shield_end();
    assert_ok(rclio_yield()); /* they nest */
    rclio_task_shield_end();
    c->after = rclio_yield();
    rclio_task_return(NULL, NULL);
}

static void a_shield_holds_cancellation_back(void **state)
{
    struct shield_case c = {.gate = rclio_future_new(*state, "gate", NULL)};
    rclio_task *task = rclio_task_new(*state, "shielded", await_shielded, &c);
    settle(*state);
    rclio_task_cancel(task);
    settle(*state);
    assert_int_equal(rclio_future_get_state(rclio_task_future(task)), RCLIO_PENDING);
    assert_ok(rclio_future_complete(c.gate, NULL));
    assert_ok(rclio_wait(rclio_task_future(task)));
    assert_ok(c.inside);
    assert_true(c.requested);
    assert_status(c.after, RCLIO_CANCELLED);
    rclio_task_unref(task);
    rclio_future_unref(c.gate);
}

struct timeouts {
    rclio_executor *executor;
    rclio_future *never;
    rclio_status inner, outer;
};

static void inner_wait(void *arg)
{
    struct timeouts *t = arg;
    t->inner = rclio_wait_for(t->never, RCLIO_MS(2));
}

static void outer_wait(void *arg)
{
    struct timeouts *t = arg;
    rclio_task *task = rclio_task_new(t->executor, "inner", inner_wait, t);
    t->outer = rclio_wait_for(rclio_task_future(task), RCLIO_MS(1));
    assert_error_names("inner");
    assert_ok(rclio_wait_for(rclio_task_future(task), RCLIO_S(100)));
    rclio_task_unref(task);
}

static void timeouts_compose(void **state)
{
    struct timeouts t = {.executor = *state, .never = rclio_future_new(*state, "never", NULL)};
    run_in_task(*state, outer_wait, &t);
    assert_status(t.outer, RCLIO_TIMEOUT);
    assert_status(t.inner, RCLIO_TIMEOUT);
    rclio_future_unref(t.never);
}

static void wait_until_points_in_time(void *arg)
{
    struct timeouts *t = arg;
    int64_t deadline = rclio_now_steady() + RCLIO_MS(1);
    assert_null(rclio_await_until(t->never, deadline));
    assert_int_equal(rclio_error_status(), RCLIO_TIMEOUT);
    assert_true(rclio_now_steady() >= deadline);
    assert_null(rclio_await_until(t->never, deadline)); /* it has passed: at once */
    assert_ok(rclio_sleep_until(deadline));
    assert_ok(rclio_sleep_until(deadline + RCLIO_MS(2)));
    assert_true(rclio_now_steady() >= deadline + RCLIO_MS(2));
    assert_null(rclio_await_for(t->never, 0));
    assert_int_equal(rclio_error_status(), RCLIO_TIMEOUT);
    rclio_future_complete(t->never, t);
    assert_ptr_equal(rclio_await_until(t->never, deadline), t); /* what is done is not late */
    assert_ptr_equal(rclio_await_for(t->never, 0), t);
}

static void deadlines_are_points_on_the_steady_clock(void **state)
{
    struct timeouts t = {.never = rclio_future_new(*state, "never", NULL)};
    run_in_task(*state, wait_until_points_in_time, &t);
    rclio_future_unref(t.never);
}

static void nap(void *arg)
{
    int64_t before = rclio_now_steady();
    assert_ok(rclio_sleep(RCLIO_MS(2)));
    assert_true(rclio_now_steady() - before >= RCLIO_MS(2));
    assert_ok(rclio_sleep(0));
    *(bool *)arg = true;
}

static void a_sleep_is_not_shorter_than_asked_for(void **state)
{
    bool slept = false;
    run_in_task(*state, nap, &slept);
    assert_true(slept);
}

static void sleep_long(void *arg)
{
    *(rclio_status *)arg = rclio_sleep(RCLIO_S(1000));
}

static void a_sleeping_task_leaves_the_thread_to_others(void **state)
{
    bool ran = false;
    rclio_status slept = RCLIO_EMPTY;
    rclio_task *sleeper = rclio_task_new(*state, "sleeper", sleep_long, &slept);
    settle(*state);
    run_in_task(*state, set_flag, &ran);
    assert_true(ran);
    assert_status(slept, RCLIO_EMPTY); /* it sleeps on */
    rclio_task_cancel(sleeper);
    assert_status(rclio_wait(rclio_task_future(sleeper)), RCLIO_CANCELLED);
    assert_status(slept, RCLIO_CANCELLED);
    rclio_task_unref(sleeper);
}

struct sleeper {
    journal *journal;
    const char *name;
    int64_t deadline_ns;
};

static void sleep_and_sign(void *arg)
{
    struct sleeper *s = arg;
    assert_ok(rclio_sleep_until(s->deadline_ns));
    journal_add(s->journal, s->name);
}

static void sleeps_end_in_the_order_of_their_deadlines(void **state)
{
    bool all_slept_in_time = false;
    while (!all_slept_in_time) { /* on a slow machine the first deadline may have passed before the last task started */
        journal j = {0};
        int64_t start = rclio_now_steady();
        struct sleeper sleepers[] = {{&j, "5", start + RCLIO_MS(9)},
                                     {&j, "1", start + RCLIO_MS(5)},
                                     {&j, "4", start + RCLIO_MS(8)},
                                     {&j, "2", start + RCLIO_MS(6)},
                                     {&j, "3", start + RCLIO_MS(7)}};
        rclio_task *tasks[5];
        for (int i = 0; i < 5; i++) tasks[i] = rclio_task_new(*state, "sleeper", sleep_and_sign, &sleepers[i]);
        settle(*state);
        all_slept_in_time = rclio_now_steady() < start + RCLIO_MS(5);
        for (int i = 0; i < 5; i++) {
            assert_ok(rclio_wait(rclio_task_future(tasks[i])));
            rclio_task_unref(tasks[i]);
        }
        if (all_slept_in_time) assert_string_equal(j.data, "1 2 3 4 5");
    }
}

static void await_itself(void *arg)
{
    (void)arg;
    assert_status(rclio_wait(rclio_task_future(rclio_task_current())), RCLIO_BAD_STATE);
}

static void a_task_that_awaits_itself_is_told(void **state)
{
    run_in_task(*state, await_itself, NULL);
}

static void the_current_task_has_a_name(void *arg)
{
    (void)arg;
    assert_string_equal(rclio_task_name(rclio_task_current()), "tested task");
}

static void a_task_knows_itself(void **state)
{
    assert_null(rclio_task_current());
    run_in_task(*state, the_current_task_has_a_name, NULL);
    assert_null(rclio_task_current());
}

static void task_functions_outside_of_tasks_are_errors(void **state)
{
    (void)state;
    assert_status(rclio_yield(), RCLIO_BAD_STATE);
    assert_status(rclio_await_fd(0, 1, 0, NULL), RCLIO_BAD_STATE);
    assert_status(rclio_await_work(set_flag, NULL), RCLIO_BAD_STATE);
    assert_false(rclio_task_is_cancel_requested());
    rclio_task_return(NULL, NULL);
    assert_int_equal(rclio_error_status(), RCLIO_BAD_STATE);
    rclio_fail(RCLIO_NOT_FOUND, "the first error");
    assert_null(rclio_task_new(NULL, "t", set_flag, NULL));
    assert_status(rclio_wait(NULL), RCLIO_NOT_FOUND); /* the first error stands */
    assert_string_equal(rclio_error(), "the first error");
}

static void spin_another(void *arg)
{
    rclio_executor *other = rclio_executor_new(&(rclio_executor_options){.name = "nested"});
    int seven = 7;
    rclio_task *task = rclio_task_new(other, "seven", return_number, &seven);
    assert_ok(rclio_executor_spin_until(other, rclio_task_future(task), RCLIO_FOREVER));
    assert_string_equal(rclio_task_name(rclio_task_current()), "tested task");
    assert_ok(rclio_yield());
    run_in_task(other, await_number, other);
    rclio_task_unref(task);
    rclio_executor_destroy(other);
    *(bool *)arg = true;
}

static void a_task_may_spin_another_executor(void **state)
{
    bool spun = false;
    run_in_task(*state, spin_another, &spun);
    assert_true(spun);
}

struct crowd {
    rclio_future *gate;
    size_t here, gone;
};

static void stand_in_the_crowd(void *arg)
{
    struct crowd *crowd = arg;
    crowd->here++;
    if (rclio_wait(crowd->gate) == RCLIO_OK) crowd->gone++;
}

static void many_tasks_are_alive_at_once(void **state)
{
    struct crowd crowd = {.gate = rclio_future_new(*state, "gate", NULL)};
    for (size_t i = 0; i < MANY_TASKS; i++) assert_ok(rclio_task_start(*state, "one of many", stand_in_the_crowd, &crowd));
    settle(*state);
    assert_int_equal(crowd.here, MANY_TASKS);
    assert_int_equal(crowd.gone, 0);
    assert_ok(rclio_future_complete(crowd.gate, NULL));
    settle(*state);
    assert_int_equal(crowd.gone, MANY_TASKS);
    rclio_future_unref(crowd.gate);
}

struct foreigner {
    rclio_executor *executor;
    size_t count;
    size_t ran; /* by the executor's thread */
    rclio_task *last;
};

static void count_task(void *arg)
{
    ((struct foreigner *)arg)->ran++;
}

static void *start_from_thread(void *arg)
{
    struct foreigner *f = arg;
    for (size_t i = 0; i < f->count; i++) assert_ok(rclio_task_start(f->executor, "from a thread", count_task, f));
    f->last = rclio_task_new(f->executor, "last", count_task, f);
    assert_ok(rclio_future_wait(rclio_task_future(f->last), RCLIO_FOREVER));
    rclio_executor_stop(f->executor);
    return NULL;
}

static void tasks_may_be_started_from_any_thread(void **state)
{
    struct foreigner f = {.executor = *state, .count = 2000};
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, start_from_thread, &f), 0);
    assert_ok(rclio_executor_spin(*state));
    pthread_join(thread, NULL);
    assert_int_equal(f.ran, 2001);
    rclio_task_unref(f.last);
}

static void *cancel_from_thread(void *arg)
{
    rclio_task_cancel(arg);
    return NULL;
}

static void a_task_may_be_cancelled_from_any_thread(void **state)
{
    for (int i = 0; i < 100; i++) {
        struct cancel_case c = {.never = rclio_future_new(*state, "never", NULL)};
        rclio_task *task = rclio_task_new(*state, "victim", await_twice, &c);
        pthread_t thread;
        assert_int_equal(pthread_create(&thread, NULL, cancel_from_thread, task), 0);
        assert_status(rclio_wait(rclio_task_future(task)), RCLIO_CANCELLED);
        pthread_join(thread, NULL);
        rclio_task_unref(task);
        rclio_future_unref(c.never);
    }
}

static void *spin_from_thread(void *arg)
{
    rclio_status *status = malloc(sizeof *status);
    *status = rclio_executor_spin_some(arg, 0);
    return status;
}

static void suspended_tasks_stay_on_their_thread(void **state)
{
    struct crowd crowd = {.gate = rclio_future_new(*state, "gate", NULL)};
    rclio_task *task = rclio_task_new(*state, "stays", stand_in_the_crowd, &crowd);
    pthread_t thread;
    void *status;
    settle(*state);
    assert_int_equal(pthread_create(&thread, NULL, spin_from_thread, *state), 0);
    pthread_join(thread, &status);
    assert_status(*(rclio_status *)status, RCLIO_BAD_STATE);
    free(status);
    assert_ok(rclio_future_complete(crowd.gate, NULL));
    assert_ok(rclio_wait(rclio_task_future(task)));
    rclio_task_unref(task);
    rclio_future_unref(crowd.gate);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        executor_test(a_task_runs_when_its_executor_spins),
        executor_test(a_task_awaits_the_value_of_another),
        executor_test(awaiting_outside_of_tasks_spins_the_executor),
        executor_test(the_failure_of_a_task_is_the_error_of_who_awaits_it),
        executor_test(awaits_nest),
        executor_test(yielding_lets_all_that_is_ready_run_first),
        executor_test(errno_and_the_last_error_survive_a_suspension),
        executor_test(cancelling_ends_the_current_await_once),
        executor_test(cancelling_before_the_start_is_delivered_at_the_first_await),
        executor_test(a_shield_holds_cancellation_back),
        executor_test(timeouts_compose),
        executor_test(deadlines_are_points_on_the_steady_clock),
        executor_test(a_sleep_is_not_shorter_than_asked_for),
        executor_test(a_sleeping_task_leaves_the_thread_to_others),
        executor_test(sleeps_end_in_the_order_of_their_deadlines),
        executor_test(a_task_that_awaits_itself_is_told),
        executor_test(a_task_knows_itself),
        executor_test(task_functions_outside_of_tasks_are_errors),
        executor_test(a_task_may_spin_another_executor),
        executor_test(many_tasks_are_alive_at_once),
        executor_test(tasks_may_be_started_from_any_thread),
        executor_test(a_task_may_be_cancelled_from_any_thread),
        executor_test(suspended_tasks_stay_on_their_thread),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
