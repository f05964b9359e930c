/* tests/base/test_clock.c: clocks and deadlines, threads and their conditions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/thread.h"

#include <cmocka.h>
#include <signal.h>
#include <string.h>

static void clocks_go_forward(void **state)
{
    (void)state;
    int64_t steady = clock_steady_ns();
    assert_true(clock_steady_ns() >= steady);
    assert_true(clock_system_ns() > RCLIO_S(1600000000)); /* after 2020: counted from 1970 */
}

static void a_deadline_does_not_overflow(void **state)
{
    (void)state;
    int64_t now = clock_steady_ns();
    assert_true(deadline_after(RCLIO_S(1)) >= now + RCLIO_S(1));
    assert_true(deadline_after(RCLIO_S(1)) < now + RCLIO_S(60));
    assert_true(deadline_after(RCLIO_FOREVER) == RCLIO_FOREVER);
    assert_true(deadline_after(RCLIO_FOREVER - 1) == RCLIO_FOREVER);
    assert_true(deadline_after(-1) == RCLIO_FOREVER);
}

typedef struct meeting {
    mutex lock;
    condition arrived;
    bool here;
    bool signals_are_blocked;
    char name[16];
} meeting;

static void arrive(void *arg)
{
    meeting *m = arg;
    sigset_t blocked;
    pthread_sigmask(SIG_SETMASK, NULL, &blocked);
    mutex_lock(&m->lock);
    m->signals_are_blocked = sigismember(&blocked, SIGINT) && sigismember(&blocked, SIGTERM);
    pthread_getname_np(pthread_self(), m->name, sizeof m->name);
    m->here = true;
    condition_signal_all(&m->arrived);
    mutex_unlock(&m->lock);
}

static void a_thread_has_a_name_and_no_signals(void **state) /* TH1, TH2 */
{
    meeting m = {0};
    thread t = {0};
    (void)state;
    assert_int_equal(mutex_init(&m.lock), RCLIO_OK);
    assert_int_equal(condition_init(&m.arrived), RCLIO_OK);
    assert_int_equal(thread_start(&t, "visitor", arrive, &m), RCLIO_OK);
    mutex_lock(&m.lock);
    while (!m.here) condition_wait(&m.arrived, &m.lock);
    mutex_unlock(&m.lock);
    thread_join(&t);
    assert_true(m.signals_are_blocked);
    assert_string_equal(m.name, "visitor");
    thread_join(&(thread){0}); /* never started */
    condition_fini(&m.arrived);
    mutex_fini(&m.lock);
}

static void a_condition_gives_up_at_its_deadline(void **state)
{
    meeting m = {0};
    (void)state;
    assert_int_equal(mutex_init(&m.lock), RCLIO_OK);
    assert_int_equal(condition_init(&m.arrived), RCLIO_OK);
    int64_t deadline = deadline_after(RCLIO_MS(2));
    mutex_lock(&m.lock);
    while (condition_wait_until(&m.arrived, &m.lock, deadline)) {
    }
    mutex_unlock(&m.lock);
    assert_true(clock_steady_ns() >= deadline);
    condition_fini(&m.arrived);
    mutex_fini(&m.lock);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clocks_go_forward),
        cmocka_unit_test(a_deadline_does_not_overflow),
        cmocka_unit_test(a_thread_has_a_name_and_no_signals),
        cmocka_unit_test(a_condition_gives_up_at_its_deadline),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
