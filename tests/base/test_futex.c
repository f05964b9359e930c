/* tests/base/test_futex.c: what ends a sleep on a word. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/futex.h"
#include "base/thread.h"

#include <cmocka.h>
#include <errno.h>

static void a_word_that_has_changed_lets_nobody_sleep(void **state)
{
    (void)state;
    atomic_int word = 1;
    futex_wait(&word, 0, RCLIO_FOREVER);
    assert_int_equal(atomic_load(&word), 1);
}

static void a_deadline_ends_it_also_one_that_has_passed(void **state)
{
    (void)state;
    atomic_int word = 0;
    int64_t deadline = deadline_after(RCLIO_MS(2));
    while (clock_steady_ns() < deadline) futex_wait(&word, 0, deadline);
    futex_wait(&word, 0, deadline);
    futex_wait(&word, 0, INT64_MIN);
    assert_int_equal(atomic_load(&word), 0);
}

static void change_and_wake(void *arg)
{
    atomic_int *word = arg;
    errno = ENOENT;
    atomic_store(word, 1);
    futex_wake(word);
    atomic_store(word, errno == ENOENT ? 2 : -1);
    futex_wake(word);
}

static void another_thread_wakes_and_keeps_its_errno(void **state)
{
    (void)state;
    atomic_int word = 0;
    thread other = {0};
    assert_int_equal(thread_start(&other, "waker", change_and_wake, &word), RCLIO_OK);
    for (int i = 0; i < 2; i++)
        while (atomic_load(&word) == i) futex_wait(&word, i, RCLIO_FOREVER);
    thread_join(&other);
    assert_int_equal(atomic_load(&word), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_word_that_has_changed_lets_nobody_sleep),
        cmocka_unit_test(a_deadline_ends_it_also_one_that_has_passed),
        cmocka_unit_test(another_thread_wakes_and_keeps_its_errno),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
