/* tests/async/test_group.c: gather and race: G1 and G2 of src/async/group.c. */
#include "async_test.h"

#include <stdlib.h>

struct three {
    rclio_future *children[3];
    rclio_future *group;
};

static struct three three_of(rclio_executor *executor, rclio_future *(*make)(rclio_executor *, rclio_future *const *, size_t))
{
    struct three t;
    static const char *const names[] = {"one", "two", "three"};
    for (int i = 0; i < 3; i++) assert_non_null(t.children[i] = rclio_future_new(executor, names[i], NULL));
    assert_non_null(t.group = make(executor, t.children, 3));
    return t;
}

static void drop(struct three *t)
{
    for (int i = 0; i < 3; i++) rclio_future_unref(t->children[i]);
    rclio_future_unref(t->group);
}

static void gather_is_done_when_all_are(void **state)
{
    struct three t = three_of(*state, rclio_gather);
    rclio_future_complete(t.children[1], NULL);
    rclio_future_complete(t.children[0], NULL);
    assert_int_equal(rclio_future_get_state(t.group), RCLIO_PENDING);
    rclio_future_complete(t.children[2], NULL);
    assert_ok(rclio_wait(t.group));
    drop(&t);
}

static void gather_of_nothing_is_done(void **state)
{
    rclio_future *group = rclio_gather(*state, NULL, 0);
    assert_ok(rclio_wait(group));
    rclio_future_unref(group);
}

static void the_first_failure_fails_a_gather_and_cancels_the_rest(void **state)
{
    struct three t = three_of(*state, rclio_gather);
    rclio_future_fail(t.children[1], RCLIO_NOT_FOUND, "two has no map");
    assert_status(rclio_wait(t.group), RCLIO_NOT_FOUND);
    assert_string_equal(rclio_error(), "two has no map");
    assert_int_equal(rclio_future_get_state(t.children[0]), RCLIO_CANCELED);
    assert_int_equal(rclio_future_get_state(t.children[2]), RCLIO_CANCELED);
    drop(&t);
}

static void a_cancelled_child_cancels_a_gather(void **state)
{
    struct three t = three_of(*state, rclio_gather);
    rclio_future_cancel(t.children[2]);
    assert_status(rclio_wait(t.group), RCLIO_CANCELLED);
    assert_error_names("three");
    assert_int_equal(rclio_future_get_state(t.children[0]), RCLIO_CANCELED);
    drop(&t);
}

static void the_first_wins_a_race_and_the_others_are_cancelled(void **state)
{
    struct three t = three_of(*state, rclio_race);
    rclio_future_complete(t.children[2], NULL);
    assert_ptr_equal(rclio_await(t.group), t.children[2]);
    assert_int_equal(rclio_future_get_state(t.children[0]), RCLIO_CANCELED);
    assert_int_equal(rclio_future_get_state(t.children[1]), RCLIO_CANCELED);
    drop(&t);
}

static void a_race_whose_first_to_end_failed_fails(void **state)
{
    struct three t = three_of(*state, rclio_race);
    rclio_future_fail(t.children[0], RCLIO_UNAVAILABLE, "one fell");
    assert_status(rclio_wait(t.group), RCLIO_UNAVAILABLE);
    assert_string_equal(rclio_error(), "one fell");
    drop(&t);
}

static void children_that_ended_before_count(void **state)
{
    rclio_future *done = rclio_future_new(*state, "done", NULL), *pending = rclio_future_new(*state, "pending", NULL);
    rclio_future_complete(done, NULL);
    rclio_future *group = rclio_race(*state, (rclio_future *[]){pending, done}, 2);
    assert_ptr_equal(rclio_await(group), done);
    assert_int_equal(rclio_future_get_state(pending), RCLIO_CANCELED);
    rclio_future_unref(group);
    rclio_future_unref(done);
    rclio_future_unref(pending);
}

static void cancelling_a_group_cancels_its_children(void **state)
{
    struct three t = three_of(*state, rclio_gather);
    assert_ok(rclio_future_cancel(t.group));
    assert_status(rclio_wait(t.group), RCLIO_CANCELLED);
    for (int i = 0; i < 3; i++) assert_int_equal(rclio_future_get_state(t.children[i]), RCLIO_CANCELED);
    drop(&t);
}

struct slow_end {
    rclio_future *never, *gate;
    bool cleaned_up;
};

static void clean_up_slowly(void *arg)
{
    struct slow_end *s = arg;
    assert_status(rclio_wait(s->never), RCLIO_CANCELLED);
    assert_ok(rclio_wait(s->gate));
    s->cleaned_up = true;
}

static void a_group_ends_only_when_its_cancelled_tasks_have_returned(void **state)
{
    struct slow_end s = {.never = rclio_future_new(*state, "never", NULL), .gate = rclio_future_new(*state, "gate", NULL)};
    rclio_future *winner = rclio_future_new(*state, "winner", NULL);
    rclio_task *task = rclio_task_new(*state, "slow", clean_up_slowly, &s);
    rclio_future *group = rclio_race(*state, (rclio_future *[]){winner, rclio_task_future(task)}, 2);
    settle(*state);
    rclio_future_complete(winner, NULL);
    settle(*state);
    assert_int_equal(rclio_future_get_state(group), RCLIO_PENDING); /* G1 */
    rclio_future_complete(s.gate, NULL);
    assert_ptr_equal(rclio_await(group), winner);
    assert_true(s.cleaned_up);
    rclio_future_unref(group);
    rclio_task_unref(task);
    rclio_future_unref(winner);
    rclio_future_unref(s.never);
    rclio_future_unref(s.gate);
}

static void groups_of_groups_are_cancelled_to_the_bottom(void **state)
{
    struct three t = three_of(*state, rclio_gather);
    rclio_future *quick = rclio_future_new(*state, "quick", NULL);
    rclio_future *outer = rclio_race(*state, (rclio_future *[]){t.group, quick}, 2);
    rclio_future_complete(quick, NULL);
    assert_ptr_equal(rclio_await(outer), quick);
    assert_int_equal(rclio_future_get_state(t.children[1]), RCLIO_CANCELED);
    rclio_future_unref(outer);
    rclio_future_unref(quick);
    drop(&t);
}

static void a_dropped_group_goes_on(void **state)
{
    struct three t = three_of(*state, rclio_race);
    rclio_future_unref(t.group);
    t.group = NULL;
    rclio_future_complete(t.children[0], NULL);
    assert_int_equal(rclio_future_get_state(t.children[1]), RCLIO_CANCELED);
    drop(&t);
}

static void groups_of_wrong_arguments_are_errors(void **state)
{
    rclio_error_clear();
    assert_null(rclio_race(*state, NULL, 0));
    assert_int_equal(rclio_error_status(), RCLIO_INVALID);
    rclio_error_clear();
    assert_null(rclio_gather(*state, (rclio_future *[]){NULL}, 1));
    assert_int_equal(rclio_error_status(), RCLIO_INVALID);
    assert_error_names("1 of 1");
    assert_null(rclio_gather(NULL, NULL, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        executor_test(gather_is_done_when_all_are),
        executor_test(gather_of_nothing_is_done),
        executor_test(the_first_failure_fails_a_gather_and_cancels_the_rest),
        executor_test(a_cancelled_child_cancels_a_gather),
        executor_test(the_first_wins_a_race_and_the_others_are_cancelled),
        executor_test(a_race_whose_first_to_end_failed_fails),
        executor_test(children_that_ended_before_count),
        executor_test(cancelling_a_group_cancels_its_children),
        executor_test(a_group_ends_only_when_its_cancelled_tasks_have_returned),
        executor_test(groups_of_groups_are_cancelled_to_the_bottom),
        executor_test(a_dropped_group_goes_on),
        executor_test(groups_of_wrong_arguments_are_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
