/* tests/node/test_signals.c: SIGINT and SIGTERM: who gets them, in which order, and what is left behind. Rules SG1 to SG7: signals.h. */
#include "pair.h"

#include "node/node.h"
#include "support/skip.h"

#include <errno.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t calls, in_mask, on_alternate_stack, saw_ok;
static rclio_context *looked_at;
static struct sigaction found; /* by a handler installed after ours */

static rclio_context *context_with(rclio_signals signals)
{
    rclio_context *context = rclio_init(0, NULL, &(rclio_context_options){.signals = signals});
    if (!context) fail_msg("%s", rclio_error());
    return context;
}

static struct sigaction action_of(int number)
{
    struct sigaction now;
    assert_int_equal(sigaction(number, NULL, &now), 0);
    return now;
}

static void count(int number)
{
    (void)number;
    calls++;
}

static int fresh(void **state)
{
    (void)state;
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
    calls = in_mask = on_alternate_stack = saw_ok = 0;
    return 0;
}

static void each_choice_takes_its_signals_and_no_others(void **state)
{
    static const struct {
        rclio_signals choice;
        bool interrupt, terminate;
    } rows[] = {{RCLIO_SIGNALS_ALL, true, true},
                {RCLIO_SIGNALS_NONE, false, false},
                {RCLIO_SIGNALS_SIGINT, true, false},
                {RCLIO_SIGNALS_SIGTERM, false, true}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        rclio_context *context = context_with(rows[i].choice);
        assert_int_equal(action_of(SIGINT).sa_handler != SIG_DFL, rows[i].interrupt);
        assert_int_equal(action_of(SIGTERM).sa_handler != SIG_DFL, rows[i].terminate);
        if (rows[i].interrupt || rows[i].terminate) {
            assert_int_equal(rclio_shutdown_signal(context), 0);
            raise(rows[i].terminate ? SIGTERM : SIGINT);
            assert_false(rclio_ok(context));
            assert_int_equal(rclio_shutdown_signal(context), rows[i].terminate ? SIGTERM : SIGINT);
        }
        rclio_context_destroy(context);
        assert_ptr_equal(action_of(SIGINT).sa_handler, SIG_DFL);
        assert_ptr_equal(action_of(SIGTERM).sa_handler, SIG_DFL);
    }
}

static void the_default_is_all(void **state)
{
    (void)state;
    rclio_context *context = rclio_init(0, NULL, NULL);
    raise(SIGTERM);
    assert_int_equal(rclio_shutdown_signal(context), SIGTERM);
    rclio_context_destroy(context);
}

static void a_choice_can_be_made_anew(void **state)
{
    (void)state;
    rclio_context *context = context_with(RCLIO_SIGNALS_ALL);
    assert_ok(rclio_context_set_signals(context, RCLIO_SIGNALS_SIGTERM));
    assert_ptr_equal(action_of(SIGINT).sa_handler, SIG_DFL);
    assert_ptr_not_equal(action_of(SIGTERM).sa_handler, SIG_DFL);
    assert_ok(rclio_context_set_signals(context, RCLIO_SIGNALS_SIGINT));
    assert_ok(rclio_context_set_signals(context, RCLIO_SIGNALS_SIGINT)); /* once, however often */
    assert_ptr_equal(action_of(SIGTERM).sa_handler, SIG_DFL);
    assert_ok(rclio_context_set_signals(context, RCLIO_SIGNALS_NONE));
    assert_ptr_equal(action_of(SIGINT).sa_handler, SIG_DFL);
    assert_int_equal(rclio_context_set_signals(NULL, RCLIO_SIGNALS_ALL), RCLIO_INVALID);
    rclio_context_destroy(context);
}

static void a_shutdown_by_the_program_names_no_signal(void **state)
{
    (void)state;
    rclio_context *context = context_with(RCLIO_SIGNALS_ALL);
    rclio_shutdown(context);
    raise(SIGINT); /* comes too late to be the cause */
    assert_int_equal(rclio_shutdown_signal(context), 0);
    rclio_context_destroy(context);
}

static void all_contexts_that_want_it_get_the_signal(void **state) /* SG3 */
{
    (void)state;
    rclio_context *a = context_with(RCLIO_SIGNALS_ALL), *b = context_with(RCLIO_SIGNALS_SIGINT),
                  *c = context_with(RCLIO_SIGNALS_NONE);
    rclio_context *gone = context_with(RCLIO_SIGNALS_ALL);
    rclio_context_destroy(gone);
    raise(SIGINT);
    assert_false(rclio_ok(a));
    assert_false(rclio_ok(b));
    assert_true(rclio_ok(c));
    rclio_context_destroy(a);
    assert_ptr_not_equal(action_of(SIGINT).sa_handler, SIG_DFL); /* b is left */
    assert_ptr_equal(action_of(SIGTERM).sa_handler, SIG_DFL);
    rclio_context_destroy(b);
    assert_ptr_equal(action_of(SIGINT).sa_handler, SIG_DFL);
    rclio_context_destroy(c);
}

static void a_second_signal_does_nothing_more(void **state) /* as upstream: launch and the terminal both send one */
{
    (void)state;
    rclio_context *context = context_with(RCLIO_SIGNALS_ALL);
    raise(SIGINT);
    raise(SIGINT);
    raise(SIGTERM);
    assert_int_equal(rclio_shutdown_signal(context), SIGINT);
    rclio_context_destroy(context);
}

static void look(int number, siginfo_t *info, void *machine)
{
    sigset_t blocked;
    stack_t stack;
    (void)machine;
    calls++;
    saw_ok = rclio_ok(looked_at);
    sigprocmask(SIG_SETMASK, NULL, &blocked);
    in_mask = sigismember(&blocked, SIGUSR2) && info->si_signo == number;
    sigaltstack(NULL, &stack);
    on_alternate_stack = (stack.ss_flags & SS_ONSTACK) != 0;
    errno = EDOM;
}

static void an_earlier_handler_runs_after_ours_under_its_own_flags(void **state) /* SG1, SG5 */
{
    struct sigaction own = {.sa_sigaction = look, .sa_flags = SA_SIGINFO | SA_ONSTACK}, now;
    stack_t alternate = {.ss_sp = malloc(1 << 16), .ss_size = 1 << 16}, before;
    (void)state;
    assert_int_equal(sigaltstack(&alternate, &before), 0);
    sigemptyset(&own.sa_mask);
    sigaddset(&own.sa_mask, SIGUSR2);
    assert_int_equal(sigaction(SIGINT, &own, NULL), 0);
    looked_at = context_with(RCLIO_SIGNALS_ALL);
    now = action_of(SIGINT);
    assert_false(now.sa_flags & SA_RESTART); /* it counts on EINTR, as Python's does */
    assert_true(action_of(SIGTERM).sa_flags & SA_RESTART);
    errno = ERANGE;
    raise(SIGINT);
    assert_int_equal(errno, ERANGE);
    assert_int_equal(calls, 1);
    assert_false(saw_ok);
    assert_true(in_mask);
    assert_true(on_alternate_stack);
    rclio_context_destroy(looked_at);
    now = action_of(SIGINT);
    assert_ptr_equal(now.sa_sigaction, look);
    assert_int_equal(now.sa_flags & (SA_SIGINFO | SA_ONSTACK | SA_RESTART), SA_SIGINFO | SA_ONSTACK);
    assert_true(sigismember(&now.sa_mask, SIGUSR2));
    before.ss_flags = SS_DISABLE;
    sigaltstack(&before, NULL);
    free(alternate.ss_sp);
}

static void an_earlier_handler_for_one_call_is_called_once(void **state) /* SG5 */
{
    struct sigaction own = {.sa_handler = count, .sa_flags = (int)SA_RESETHAND};
    (void)state;
    assert_int_equal(sigaction(SIGTERM, &own, NULL), 0);
    rclio_context *context = context_with(RCLIO_SIGNALS_ALL);
    raise(SIGTERM);
    raise(SIGTERM);
    assert_int_equal(calls, 1);
    rclio_context_destroy(context);
    assert_ptr_equal(action_of(SIGTERM).sa_handler, SIG_DFL); /* as if it had stood alone */
}

static void a_handler_installed_later_replaces_ours_and_stays(void **state) /* SG3 */
{
    (void)state;
    rclio_context *context = context_with(RCLIO_SIGNALS_ALL);
    signal(SIGINT, count);
    raise(SIGINT);
    assert_int_equal(calls, 1);
    assert_true(rclio_ok(context)); /* its business: it calls rclio_shutdown() */
    rclio_context_destroy(context);
    assert_ptr_equal(action_of(SIGINT).sa_handler, count);
}

static void call_found(int number, siginfo_t *info, void *machine)
{
    calls++;
    if (found.sa_flags & SA_SIGINFO) found.sa_sigaction(number, info, machine);
}

static void a_later_handler_may_call_ours_also_when_ours_comes_back_over_it(void **state) /* SG6 */
{
    struct sigaction later = {.sa_sigaction = call_found, .sa_flags = SA_SIGINFO};
    (void)state;
    rclio_context *first = context_with(RCLIO_SIGNALS_ALL);
    assert_int_equal(sigaction(SIGINT, &later, &found), 0);
    raise(SIGINT);
    assert_int_equal(calls, 1);
    assert_false(rclio_ok(first));
    rclio_context_destroy(first);
    raise(SIGINT); /* ours has nobody left to tell */
    assert_int_equal(calls, 2);
    rclio_context *second = context_with(RCLIO_SIGNALS_ALL); /* ours, over theirs, over ours */
    raise(SIGINT);
    assert_int_equal(calls, 3);
    assert_false(rclio_ok(second));
    rclio_context_destroy(second);
    assert_ptr_equal(action_of(SIGINT).sa_sigaction, call_found);
}

static void a_signal_that_was_ignored_is_ignored_again_afterwards(void **state)
{
    (void)state;
    signal(SIGINT, SIG_IGN); /* as for what a shell starts in the background */
    rclio_context *context = context_with(RCLIO_SIGNALS_ALL);
    raise(SIGINT);
    assert_false(rclio_ok(context));
    rclio_context_destroy(context);
    assert_ptr_equal(action_of(SIGINT).sa_handler, SIG_IGN);
}

enum { THREADS = 4, SIGNALS_EACH = 200 };

static void *raise_often(void *arg)
{
    (void)arg;
    for (int i = 0; i < SIGNALS_EACH; i++) raise(SIGTERM);
    return NULL;
}

static void contexts_come_and_go_while_threads_get_signals(void **state) /* SG4 */
{
    pthread_t threads[THREADS];
    (void)state;
    rclio_context *stays = context_with(RCLIO_SIGNALS_SIGTERM);
    for (size_t i = 0; i < THREADS; i++) assert_int_equal(pthread_create(&threads[i], NULL, raise_often, NULL), 0);
    for (int i = 0; i < 50; i++) rclio_context_destroy(context_with(RCLIO_SIGNALS_ALL));
    for (size_t i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    assert_false(rclio_ok(stays));
    rclio_context_destroy(stays);
    assert_ptr_equal(action_of(SIGTERM).sa_handler, SIG_DFL);
}

static void *signal_the_process(void *arg)
{
    (void)arg;
    kill(getpid(), SIGINT); /* any thread may get it: rclio's own block it */
    return NULL;
}

static void a_signal_of_the_process_wakes_a_spin_that_sleeps(void **state)
{
    pthread_t other;
    (void)state;
    rclio_context *context = context_with(RCLIO_SIGNALS_ALL);
    harness_watch(rclio_context_executor(context));
    assert_non_null(rclio_node_new(context, "n", NULL));
    assert_int_equal(pthread_create(&other, NULL, signal_the_process, NULL), 0);
    assert_ok(rclio_context_spin(context));
    pthread_join(other, NULL);
    assert_int_equal(rclio_shutdown_signal(context), SIGINT);
    rclio_context_destroy(context);
    harness_unwatch();
}

static int end_of_child(void) /* forks; the child gets SIGTERM */
{
    int status, ready[2];
    char byte;
    assert_int_equal(pipe(ready), 0);
    pid_t forked = fork();
    assert_true(forked >= 0);
    if (forked == 0) {
        sigset_t none, terminate;
        sigemptyset(&none);
        sigemptyset(&terminate);
        sigaddset(&terminate, SIGTERM);
        pthread_sigmask(SIG_BLOCK, &terminate, NULL);
        if (write(ready[1], "r", 1) != 1) _exit(100);
        while (calls == 0) sigsuspend(&none);
        _exit(7);
    }
    assert_int_equal(read(ready[0], &byte, 1), 1);
    kill(forked, SIGTERM);
    assert_int_equal(waitpid(forked, &status, 0), forked);
    close(ready[0]);
    close(ready[1]);
    return status;
}

static void in_a_forked_child_a_signal_does_what_it_did_before(void **state) /* SG7 */
{
    (void)state;
#ifdef __SANITIZE_THREAD__
    SKIP("the thread sanitizer delivers no signal to a forked child that waits for one");
#endif
    rclio_context *context = context_with(RCLIO_SIGNALS_ALL);
    int status = end_of_child();
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
    assert_true(rclio_ok(context));
    rclio_context_destroy(context);

    signal(SIGTERM, count);
    context = context_with(RCLIO_SIGNALS_ALL);
    status = end_of_child();
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 7);
    assert_true(rclio_ok(context));
    rclio_context_destroy(context);
}

static void too_many_contexts_are_refused_and_leave_nothing(void **state)
{
    rclio_context *contexts[64];
    (void)state;
    for (size_t i = 0; i < 64; i++) contexts[i] = context_with(RCLIO_SIGNALS_SIGINT);
    assert_null(rclio_init(0, NULL, NULL));
    assert_int_equal(rclio_error_status(), RCLIO_LIMIT);
    rclio_context *more = context_with(RCLIO_SIGNALS_NONE);
    for (size_t i = 0; i < 64; i++) rclio_context_destroy(contexts[i]);
    rclio_context_destroy(more);
    assert_ptr_equal(action_of(SIGINT).sa_handler, SIG_DFL);
    assert_ptr_equal(action_of(SIGTERM).sa_handler, SIG_DFL);
}

#define SIGNAL_TEST(test) cmocka_unit_test_setup(test, fresh)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SIGNAL_TEST(each_choice_takes_its_signals_and_no_others),
        SIGNAL_TEST(the_default_is_all),
        SIGNAL_TEST(a_choice_can_be_made_anew),
        SIGNAL_TEST(a_shutdown_by_the_program_names_no_signal),
        SIGNAL_TEST(all_contexts_that_want_it_get_the_signal),
        SIGNAL_TEST(a_second_signal_does_nothing_more),
        SIGNAL_TEST(an_earlier_handler_runs_after_ours_under_its_own_flags),
        SIGNAL_TEST(an_earlier_handler_for_one_call_is_called_once),
        SIGNAL_TEST(a_handler_installed_later_replaces_ours_and_stays),
        SIGNAL_TEST(a_later_handler_may_call_ours_also_when_ours_comes_back_over_it),
        SIGNAL_TEST(a_signal_that_was_ignored_is_ignored_again_afterwards),
        SIGNAL_TEST(contexts_come_and_go_while_threads_get_signals),
        SIGNAL_TEST(a_signal_of_the_process_wakes_a_spin_that_sleeps),
        SIGNAL_TEST(in_a_forked_child_a_signal_does_what_it_did_before),
        SIGNAL_TEST(too_many_contexts_are_refused_and_leave_nothing),
    };
    return cmocka_run_group_tests(tests, harness_environment, NULL);
}
