/* tests/async/test_future.c: F1 to F4 of rclio/future.h. */
#include "async_test.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

static int freed;

static void count_free(void *value)
{
    free(value);
    freed++;
}

static void a_future_ends_once_and_the_first_wins(void **state)
{
    rclio_future *f = rclio_future_new(*state, "the call", count_free);
    freed = 0;
    assert_int_equal(rclio_future_get_state(f), RCLIO_PENDING);
    assert_null(rclio_future_value(f));
    assert_int_equal(rclio_error_status(), RCLIO_BAD_STATE);
    int *value = malloc(sizeof *value);
    assert_ok(rclio_future_complete(f, value));
    assert_status(rclio_future_complete(f, malloc(1)), RCLIO_BAD_STATE); /* F1 */
    assert_error_names("the call");
    assert_int_equal(freed, 1); /* the second value */
    assert_status(rclio_future_fail(f, RCLIO_TIMEOUT, "late"), RCLIO_BAD_STATE);
    assert_status(rclio_future_cancel(f), RCLIO_BAD_STATE);
    assert_ptr_equal(rclio_future_value(f), value);
    assert_int_equal(rclio_future_get_state(f), RCLIO_DONE);
    rclio_future *again = rclio_future_ref(f);
    rclio_future_unref(f);
    assert_int_equal(freed, 1); /* F4 */
    rclio_future_unref(again);
    assert_int_equal(freed, 2);
}

static void a_failure_keeps_its_status_and_its_words(void **state)
{
    rclio_future *f = rclio_future_new(*state, "the call", NULL);
    assert_ok(rclio_future_fail(f, RCLIO_UNAVAILABLE, "service '%s' is gone", "/add"));
    assert_int_equal(rclio_future_get_state(f), RCLIO_FAILED);
    assert_status(rclio_future_result(f), RCLIO_UNAVAILABLE);
    assert_string_equal(rclio_error(), "service '/add' is gone");
    rclio_future_unref(f);
}

static void done_with_null_is_not_an_error(void **state)
{
    rclio_future *f = rclio_future_new(*state, "nothing", NULL);
    assert_ok(rclio_future_complete(f, NULL));
    rclio_error_clear();
    assert_status(rclio_wait(NULL), RCLIO_INVALID);
    assert_null(rclio_await(f));
    assert_ok(rclio_error_status());
    rclio_future_unref(f);
}

struct note {
    journal *journal;
    const char *name;
};

static void write_note(rclio_future *future, void *arg)
{
    struct note *note = arg;
    assert_true(rclio_future_get_state(future) != RCLIO_PENDING);
    assert_non_null(rclio_task_current()); /* F3 */
    journal_add(note->journal, note->name);
}

static void done_callbacks_run_on_the_executor_in_order(void **state)
{
    journal j = {0};
    struct note first = {&j, "first"}, second = {&j, "second"}, late = {&j, "late"};
    rclio_future *f = rclio_future_new(*state, "f", NULL);
    assert_ok(rclio_future_on_done(f, write_note, &first));
    assert_ok(rclio_future_on_done(f, write_note, &second));
    settle(*state);
    assert_string_equal(j.data, "");
    assert_ok(rclio_future_complete(f, NULL));
    assert_string_equal(j.data, ""); /* not in the thread that completes */
    assert_ok(rclio_future_on_done(f, write_note, &late));
    rclio_future_unref(f); /* the callbacks have references */
    settle(*state);
    assert_string_equal(j.data, "first second late");
}

static void callbacks_of_a_future_that_is_dropped_do_not_run(void **state)
{
    journal j = {0};
    struct note note = {&j, "note"};
    rclio_future *f = rclio_future_new(*state, "f", NULL);
    assert_ok(rclio_future_on_done(f, write_note, &note));
    rclio_future_unref(f);
    settle(*state);
    assert_string_equal(j.data, "");
}

static void count_cancel(rclio_future *future, void *arg)
{
    assert_int_equal(rclio_future_get_state(future), RCLIO_CANCELED);
    ++*(int *)arg;
}

static void cancelling_tells_the_maker_once(void **state)
{
    int told = 0;
    rclio_future *f = rclio_future_new(*state, "the call", NULL);
    rclio_future_on_cancel(f, count_cancel, &told);
    assert_ok(rclio_future_cancel(f));
    assert_status(rclio_future_cancel(f), RCLIO_BAD_STATE);
    assert_int_equal(told, 1);
    assert_status(rclio_wait(f), RCLIO_CANCELLED);
    assert_error_names("the call");
    rclio_future_unref(f);
}

static void a_removed_on_cancel_is_not_called(void **state)
{
    int told = 0;
    rclio_future *f = rclio_future_new(*state, "f", NULL);
    rclio_future_on_cancel(f, count_cancel, &told);
    rclio_future_on_cancel(f, NULL, NULL);
    assert_ok(rclio_future_cancel(f));
    assert_int_equal(told, 0);
    rclio_future_unref(f);
}

static void drop_own(rclio_future *future, void *arg)
{
    rclio_future **kept = arg;
    assert_ptr_equal(future, *kept);
    rclio_future_on_cancel(future, NULL, NULL); /* from inside: must not wait for itself */
    rclio_future_unref(*kept);
}

static void the_maker_may_drop_the_future_in_on_cancel(void **state)
{
    rclio_future *kept = rclio_future_new(*state, "f", NULL);
    rclio_future *user = rclio_future_ref(kept);
    rclio_future_on_cancel(kept, drop_own, &kept);
    assert_ok(rclio_future_cancel(user));
    rclio_future_unref(user);
}

struct race_of_threads {
    rclio_future *future;
    atomic_int winners;
    pthread_barrier_t start;
};

static void *try_to_end(void *arg)
{
    struct race_of_threads *r = arg;
    pthread_barrier_wait(&r->start);
    if (rclio_future_complete(r->future, NULL) == RCLIO_OK) atomic_fetch_add(&r->winners, 1);
    rclio_future_unref(r->future);
    return NULL;
}

static void of_many_threads_one_ends_it(void **state)
{
    for (int round = 0; round < 50; round++) {
        struct race_of_threads r = {.future = rclio_future_new(*state, "prize", NULL)};
        pthread_t threads[3];
        pthread_barrier_init(&r.start, NULL, 3);
        for (int i = 0; i < 3; i++) {
            rclio_future_ref(r.future);
            assert_int_equal(pthread_create(&threads[i], NULL, try_to_end, &r), 0);
        }
        assert_ok(rclio_wait(r.future)); /* spins while they compete */
        for (int i = 0; i < 3; i++) pthread_join(threads[i], NULL);
        assert_int_equal(r.winners, 1);
        pthread_barrier_destroy(&r.start);
        rclio_future_unref(r.future);
    }
}

struct maker {
    rclio_future *future;
    pthread_barrier_t meet;
    atomic_int calls;
    atomic_bool removed;
};

static void must_not_run_after_removal(rclio_future *future, void *arg)
{
    struct maker *m = arg;
    (void)future;
    assert_false(atomic_load(&m->removed));
    atomic_fetch_add(&m->calls, 1);
}

static void *cancel_it(void *arg)
{
    struct maker *m = arg;
    pthread_barrier_wait(&m->meet);
    rclio_future_cancel(m->future);
    return NULL;
}

static void removing_on_cancel_waits_for_a_call_in_another_thread(void **state)
{
    for (int round = 0; round < 200; round++) {
        struct maker m = {.future = rclio_future_new(*state, "f", NULL)};
        pthread_t thread;
        pthread_barrier_init(&m.meet, NULL, 2);
        rclio_future_on_cancel(m.future, must_not_run_after_removal, &m);
        assert_int_equal(pthread_create(&thread, NULL, cancel_it, &m), 0);
        pthread_barrier_wait(&m.meet);
        rclio_future_on_cancel(m.future, NULL, NULL);
        atomic_store(&m.removed, true);
        pthread_join(thread, NULL);
        assert_true(m.calls <= 1);
        pthread_barrier_destroy(&m.meet);
        rclio_future_unref(m.future);
    }
}

static void *block_on(void *arg)
{
    return (void *)(intptr_t)rclio_future_wait(arg, RCLIO_S(100));
}

static void a_thread_without_executor_blocks_until_the_end(void **state)
{
    rclio_future *f = rclio_future_new(*state, "f", NULL);
    pthread_t thread;
    void *status;
    assert_int_equal(pthread_create(&thread, NULL, block_on, f), 0);
    assert_ok(rclio_future_complete(f, NULL)); /* F2: nobody spins */
    pthread_join(thread, &status);
    assert_ok((rclio_status)(intptr_t)status);
    rclio_future_unref(f);

    f = rclio_future_new(*state, "never", NULL);
    assert_status(rclio_future_wait(f, RCLIO_MS(1)), RCLIO_TIMEOUT);
    assert_error_names("never");
    rclio_future_unref(f);
}

static void block_in_task(void *arg)
{
    assert_status(rclio_future_wait(arg, RCLIO_S(1000)), RCLIO_BAD_STATE);
}

static void blocking_the_thread_of_the_executor_is_an_error(void **state)
{
    rclio_future *f = rclio_future_new(*state, "f", NULL);
    run_in_task(*state, block_in_task, f);
    rclio_future_unref(f);
}

static void complete_posted(void *arg)
{
    rclio_future_complete(arg, NULL);
}

static void *await_in_turns(void *arg)
{
    for (int i = 0; i < 200; i++) {
        rclio_future *f = rclio_future_new(arg, "posted", NULL);
        if (rclio_executor_post(arg, complete_posted, f) || rclio_wait_for(f, RCLIO_S(100))) return "did not end";
        rclio_future_unref(f);
    }
    return NULL;
}

static void threads_that_await_spin_in_turns(void **state)
{
    pthread_t thread;
    void *result;
    assert_int_equal(pthread_create(&thread, NULL, await_in_turns, *state), 0);
    assert_null(await_in_turns(*state)); /* K2: whoever has the turn spins, the other waits for it or for the end */
    pthread_join(thread, &result);
    assert_null(result);
}

struct two_executors {
    rclio_future *elsewhere;
    bool resumed;
};

static void await_elsewhere(void *arg)
{
    struct two_executors *t = arg;
    assert_ok(rclio_wait(t->elsewhere));
    t->resumed = true;
}

static void a_task_may_await_the_future_of_another_executor(void **state)
{
    rclio_executor *other = rclio_executor_new(NULL);
    struct two_executors t = {.elsewhere = rclio_future_new(other, "elsewhere", NULL)};
    rclio_task *task = rclio_task_new(*state, "t", await_elsewhere, &t);
    settle(*state);
    assert_ok(rclio_executor_post(other, complete_posted, t.elsewhere));
    settle(other);
    assert_ok(rclio_wait(rclio_task_future(task)));
    assert_true(t.resumed);
    rclio_task_unref(task);
    rclio_future_unref(t.elsewhere);
    rclio_executor_destroy(other);
}

static void a_future_outlives_its_executor(void **state)
{
    (void)state;
    rclio_executor *executor = rclio_executor_new(NULL);
    rclio_future *f = rclio_future_new(executor, "orphan", NULL);
    rclio_executor_destroy(executor);
    assert_status(rclio_future_result(f), RCLIO_CANCELLED);
    assert_error_names("destroyed");
    assert_status(rclio_wait(f), RCLIO_CANCELLED);
    assert_status(rclio_future_complete(f, NULL), RCLIO_BAD_STATE);
    assert_status(rclio_future_on_done(f, write_note, NULL), RCLIO_SHUTDOWN);
    rclio_future_unref(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        executor_test(a_future_ends_once_and_the_first_wins),
        executor_test(a_failure_keeps_its_status_and_its_words),
        executor_test(done_with_null_is_not_an_error),
        executor_test(done_callbacks_run_on_the_executor_in_order),
        executor_test(callbacks_of_a_future_that_is_dropped_do_not_run),
        executor_test(cancelling_tells_the_maker_once),
        executor_test(a_removed_on_cancel_is_not_called),
        executor_test(the_maker_may_drop_the_future_in_on_cancel),
        executor_test(of_many_threads_one_ends_it),
        executor_test(removing_on_cancel_waits_for_a_call_in_another_thread),
        executor_test(a_thread_without_executor_blocks_until_the_end),
        executor_test(blocking_the_thread_of_the_executor_is_an_error),
        executor_test(threads_that_await_spin_in_turns),
        executor_test(a_task_may_await_the_future_of_another_executor),
        cmocka_unit_test(a_future_outlives_its_executor),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
