/* tests/async/test_executor.c: X1 to X5 of rclio/executor.h: spinning, stopping, embedding, sleeping, the end. */
#include "async_test.h"

#include "async/executor.h"
#include "async/source.h"

#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

static void count_up(void *arg)
{
    ++*(int *)arg;
}

static void spin_once_runs_one(void **state)
{
    int count = 0;
    for (int i = 0; i < 3; i++) assert_ok(rclio_executor_post(*state, count_up, &count));
    assert_ok(rclio_executor_spin_once(*state, 0));
    assert_int_equal(count, 1);
    assert_ok(rclio_executor_spin_once(*state, RCLIO_FOREVER));
    assert_int_equal(count, 2);
    settle(*state);
    assert_int_equal(count, 3);
    assert_status(rclio_executor_spin_once(*state, 0), RCLIO_TIMEOUT);
    assert_status(rclio_executor_spin_once(*state, RCLIO_MS(1)), RCLIO_TIMEOUT);
    assert_error_names("tested");
}

struct reposted {
    rclio_executor *executor;
    int left;
};

static void repost(void *arg)
{
    struct reposted *r = arg;
    if (r->left-- > 0) assert_ok(rclio_executor_post(r->executor, repost, r));
}

static void spin_some_runs_what_becomes_ready_meanwhile(void **state)
{
    struct reposted r = {*state, 500};
    assert_ok(rclio_executor_post(*state, repost, &r));
    settle(*state);
    assert_int_equal(r.left, -1);
}

struct endless {
    rclio_executor *executor;
    bool enough;
};

static void post_for_ever(void *arg)
{
    struct endless *e = arg;
    if (!e->enough) assert_ok(rclio_executor_post(e->executor, post_for_ever, e));
}

static void spin_some_ends_at_its_limit(void **state)
{
    struct endless e = {.executor = *state};
    assert_ok(rclio_executor_post(*state, post_for_ever, &e));
    assert_ok(rclio_executor_spin_some(*state, RCLIO_MS(1)));
    e.enough = true;
    settle(*state);
}

static void spin_until_a_future_is_done_or_late(void **state)
{
    rclio_future *f = rclio_future_new(*state, "slow thing", NULL);
    assert_status(rclio_executor_spin_until(*state, f, RCLIO_MS(1)), RCLIO_TIMEOUT);
    assert_error_names("slow thing");
    rclio_future_complete(f, NULL);
    assert_ok(rclio_executor_spin_until(*state, f, 0));
    rclio_future_unref(f);
}

static void spin_again(void *arg)
{
    rclio_executor *executor = arg;
    rclio_future *f = rclio_future_new(executor, "f", NULL);
    assert_status(rclio_executor_spin(executor), RCLIO_BAD_STATE); /* X4 */
    assert_error_names("await instead");
    assert_status(rclio_executor_spin_some(executor, 0), RCLIO_BAD_STATE);
    assert_status(rclio_executor_spin_once(executor, 0), RCLIO_BAD_STATE);
    assert_status(rclio_executor_spin_until(executor, f, 0), RCLIO_BAD_STATE);
    assert_int_equal(rclio_executor_dispatch(executor, 0), 0);
    assert_true(rclio_executor_is_current(executor));
    rclio_future_unref(f);
}

static void spinning_from_inside_is_an_error(void **state)
{
    run_in_task(*state, spin_again, *state);
    assert_false(rclio_executor_is_current(*state));
}

static void stop_it(void *arg)
{
    rclio_executor_stop(arg);
}

static void stop_ends_the_spin_that_runs_or_the_next(void **state)
{
    int count = 0;
    rclio_future *never = rclio_future_new(*state, "never", NULL);
    rclio_executor_stop(*state);
    assert_ok(rclio_executor_spin(*state)); /* the next */
    assert_ok(rclio_executor_post(*state, stop_it, *state));
    assert_ok(rclio_executor_post(*state, count_up, &count));
    assert_ok(rclio_executor_spin(*state));
    assert_int_equal(count, 0); /* at once: what else is ready waits */
    rclio_executor_stop(*state);
    assert_status(rclio_executor_spin_until(*state, never, RCLIO_FOREVER), RCLIO_SHUTDOWN);
    rclio_executor_stop(*state);
    assert_status(rclio_executor_spin_once(*state, RCLIO_FOREVER), RCLIO_SHUTDOWN);
    rclio_executor_stop(*state);
    assert_status(rclio_wait(never), RCLIO_SHUTDOWN);
    rclio_future_unref(never);
    settle(*state);
    assert_int_equal(count, 1);
}

static rclio_executor *stopped_by_signal;

static void on_signal(int number)
{
    (void)number;
    rclio_executor_stop(stopped_by_signal);
}

static void raise_signal(void *arg)
{
    pthread_kill(*(pthread_t *)arg, SIGUSR1);
}

static void *signal_when_it_sleeps(void *arg)
{
    while (atomic_load(&stopped_by_signal->state) != EXECUTOR_PARKED) sched_yield();
    raise_signal(arg);
    return NULL;
}

static void a_signal_handler_may_stop_it(void **state)
{
    struct sigaction action = {.sa_handler = on_signal}, before;
    pthread_t self = pthread_self(), other;
    stopped_by_signal = *state;
    sigaction(SIGUSR1, &action, &before);
    assert_ok(rclio_executor_post(*state, raise_signal, &self)); /* while it runs a callback */
    assert_ok(rclio_executor_spin(*state));
    assert_int_equal(pthread_create(&other, NULL, signal_when_it_sleeps, &self), 0);
    assert_ok(rclio_executor_spin(*state)); /* while it sleeps */
    pthread_join(other, NULL);
    sigaction(SIGUSR1, &before, NULL);
}

struct spinner {
    rclio_executor *executor;
    pthread_t pthread;
    sem_t spins;
};

static void say_spins(void *arg)
{
    sem_post(arg);
}

static void *spinner_main(void *arg)
{
    return (void *)(intptr_t)rclio_executor_spin(((struct spinner *)arg)->executor);
}

static void spinner_start(struct spinner *s, rclio_executor *executor)
{
    s->executor = executor;
    sem_init(&s->spins, 0, 0);
    assert_int_equal(pthread_create(&s->pthread, NULL, spinner_main, s), 0);
    assert_ok(rclio_executor_post(executor, say_spins, &s->spins));
    sem_wait(&s->spins);
}

static void spinner_stop(struct spinner *s)
{
    rclio_executor_stop(s->executor);
    pthread_join(s->pthread, NULL);
}

static void two_threads_do_not_spin_one_executor(void **state)
{
    struct spinner s;
    spinner_start(&s, *state);
    assert_status(rclio_executor_spin_once(*state, RCLIO_FOREVER), RCLIO_BAD_STATE); /* X1 */
    assert_error_names("another thread");
    spinner_stop(&s);
}

static void complete_it(void *arg)
{
    rclio_future_complete(arg, NULL);
}

static void awaiting_while_another_thread_spins_waits_for_the_end(void **state)
{
    struct spinner s;
    spinner_start(&s, *state);
    rclio_future *f = rclio_future_new(*state, "f", NULL);
    assert_ok(rclio_executor_post(*state, complete_it, f));
    assert_ok(rclio_wait_for(f, RCLIO_S(100)));
    rclio_future_unref(f);
    spinner_stop(&s);
}

static void run_nothing(source *s)
{
    (void)s;
}

struct semaphore_source {
    source source; /* first */
    sem_t ran;
};

static void run_post(source *s)
{
    sem_post(&((struct semaphore_source *)(void *)s)->ran);
}

/* X3: each wake of a sleeping executor ends one sleep, however many entities are idle. */
static void idle_entities_do_not_wake_it(void **state)
{
    enum { IDLE = 1000, WAKES = 20 };
    static source idle[IDLE];
    static timer timers[IDLE];
    struct semaphore_source awake;
    struct spinner s;
    for (int i = 0; i < IDLE; i++) {
        source_init(&idle[i], *state, "idle", run_nothing, NULL);
        timer_init(&timers[i], *state, NULL);
        timer_arm(&timers[i], rclio_deadline(RCLIO_S(1000)));
    }
    sem_init(&awake.ran, 0, 0);
    source_init(&awake.source, *state, "awake", run_post, NULL);
    spinner_start(&s, *state);
    for (int i = 0; i < WAKES; i++) {
        while (atomic_load(&s.executor->state) != EXECUTOR_PARKED) sched_yield();
        source_wake(&awake.source);
        sem_wait(&awake.ran);
    }
    spinner_stop(&s);
    assert_in_range(s.executor->wakeups, 1, WAKES + 3); /* and the spinner's start and stop */
    for (int i = 0; i < IDLE; i++) timer_disarm(&timers[i]);
}

static bool is_readable(rclio_executor *executor)
{
    struct pollfd file = {.fd = rclio_executor_fd(executor), .events = POLLIN};
    return poll(&file, 1, 0) == 1;
}

static void its_file_is_readable_while_it_has_work(void **state)
{
    int count = 0;
    is_readable(*state);
    rclio_executor_dispatch(*state, 0);
    assert_false(is_readable(*state));
    for (int i = 0; i < 3; i++) assert_ok(rclio_executor_post(*state, count_up, &count));
    assert_true(is_readable(*state));
    assert_int_equal(rclio_executor_dispatch(*state, 2), 2);
    assert_int_equal(count, 2);
    assert_true(is_readable(*state)); /* one is left */
    assert_int_equal(rclio_executor_dispatch(*state, 0), 1);
    assert_false(is_readable(*state));
    assert_int_equal(rclio_executor_dispatch(*state, 0), 0);
}

static void work_from_before_it_was_embedded_is_seen(void **state)
{
    int count = 0;
    assert_ok(rclio_executor_post(*state, count_up, &count));
    assert_true(is_readable(*state));
    rclio_executor_dispatch(*state, 0);
    assert_int_equal(count, 1);
}

static void count_done(rclio_future *future, void *count)
{
    (void)future;
    ++*(int *)count;
}

static void a_done_callback_runs_in_the_dispatch_that_ends_its_future(void **state)
{
    int count = 0;
    rclio_future *future = rclio_future_new(*state, "a reply", NULL);
    assert_ok(rclio_future_on_done(future, count_done, &count));
    is_readable(*state);
    rclio_executor_dispatch(*state, 0);
    assert_ok(rclio_executor_post(*state, complete_it, future));
    assert_int_equal(rclio_executor_dispatch(*state, 0), 2);
    assert_int_equal(count, 1);
    assert_false(is_readable(*state)); /* the loop around it is not woken for what has run */
    rclio_future_unref(future);
}

struct again {
    rclio_executor *executor;
    int left;
};

static void post_again(void *arg)
{
    struct again *again = arg;
    if (again->left-- > 0) assert_ok(rclio_executor_post(again->executor, post_again, again));
}

static void a_post_that_posts_for_ever_keeps_no_dispatch(void **state)
{
    struct again again = {.executor = *state, .left = 1000};
    is_readable(*state);
    assert_ok(rclio_executor_post(*state, post_again, &again));
    assert_in_range(rclio_executor_dispatch(*state, 0), 1, 100);
    assert_true(is_readable(*state));
    while (rclio_executor_dispatch(*state, 0) > 0) continue;
    assert_int_equal(again.left, -1);
}

struct embedded {
    rclio_executor *executor;
    rclio_future *foreign;
    int steps;
};

static void *complete_from_thread(void *arg)
{
    rclio_future_complete(arg, NULL);
    return NULL;
}

static void live_in_a_foreign_loop(void *arg)
{
    struct embedded *e = arg;
    assert_ok(rclio_sleep(RCLIO_MS(1))); /* timers */
    e->steps++;
    assert_ok(rclio_yield());
    e->steps++;
    assert_ok(rclio_wait(e->foreign)); /* another thread */
    e->steps++;
    int pipes[2];
    short ready = 0;
    assert_int_equal(pipe(pipes), 0);
    assert_int_equal(write(pipes[1], "x", 1), 1);
    assert_ok(rclio_await_fd(pipes[0], POLLIN, RCLIO_FOREVER, &ready)); /* files */
    assert_int_equal(ready, POLLIN);
    close(pipes[0]);
    close(pipes[1]);
    e->steps++;
}

static void it_lives_inside_a_poll_loop(void **state)
{
    struct embedded e = {.executor = *state, .foreign = rclio_future_new(*state, "foreign", NULL)};
    rclio_task *task = rclio_task_new(*state, "embedded", live_in_a_foreign_loop, &e);
    struct pollfd file = {.fd = rclio_executor_fd(*state), .events = POLLIN};
    bool started = false;
    pthread_t other;
    while (rclio_future_get_state(rclio_task_future(task)) == RCLIO_PENDING) {
        assert_int_equal(poll(&file, 1, 100000), 1);
        rclio_executor_dispatch(*state, 0);
        if (e.steps == 2 && !started) started = pthread_create(&other, NULL, complete_from_thread, e.foreign) == 0;
    }
    pthread_join(other, NULL);
    assert_int_equal(e.steps, 4);
    rclio_task_unref(task);
    rclio_future_unref(e.foreign);
}

/* ---- the end ---- */

struct end {
    rclio_executor *executor;
    rclio_future *never;
    int pipe[2];
    sem_t open; /* when another task was cancelled */
    int cancelled, cleaned, told, ran, callbacks;
};

static void end_on_await(void *arg)
{
    struct end *e = arg;
    void *memory = malloc(100);
    if (rclio_wait(e->never) == RCLIO_CANCELLED) e->cancelled++;
    rclio_yield(); /* cleaning up may wait */
    e->cleaned++;
    free(memory);
}

static void end_on_sleep(void *arg)
{
    struct end *e = arg;
    while (rclio_sleep(RCLIO_S(1000)) == RCLIO_OK) continue;
    e->cancelled++;
    sem_post(&e->open);
}

static void end_on_file(void *arg)
{
    struct end *e = arg;
    if (rclio_await_fd(e->pipe[0], POLLIN, RCLIO_FOREVER, NULL) == RCLIO_CANCELLED) e->cancelled++;
}

static void wait_until_open(void *arg)
{
    sem_wait(arg);
}

static void end_on_work(void *arg)
{
    struct end *e = arg;
    if (rclio_await_work(wait_until_open, &e->open) == RCLIO_OK) e->ran++;
    if (rclio_yield() == RCLIO_CANCELLED) e->cancelled++;
}

static void end_late(void *arg)
{
    struct end *e = arg;
    rclio_future *made_late = rclio_future_new(e->executor, "made while the executor ends", NULL);
    while (rclio_wait(made_late) != RCLIO_CANCELLED) continue;
    e->cancelled++;
    rclio_future_unref(made_late);
}

static void end_shielded(void *arg)
{
    struct end *e = arg;
    rclio_task_shield_begin();
    if (rclio_wait(e->never) == RCLIO_CANCELLED) e->cancelled++; /* the future is, not the task */
    rclio_task_shield_end();
}

static void count_callback(rclio_future *future, void *arg)
{
    (void)future;
    ((struct end *)arg)->callbacks++;
}

static void count_told(rclio_future *future, void *arg)
{
    (void)future;
    ((struct end *)arg)->told++;
}

static void count_ran(void *arg)
{
    ((struct end *)arg)->ran++;
}

static void destroying_ends_everything_that_is_pending(void **state)
{
    (void)state;
    struct end e = {.executor = rclio_executor_new(&(rclio_executor_options){.name = "ending"})};
    assert_int_equal(pipe(e.pipe), 0);
    sem_init(&e.open, 0, 0);
    e.never = rclio_future_new(e.executor, "never", NULL);
    rclio_future_on_cancel(e.never, count_told, &e);
    rclio_future_on_done(e.never, count_callback, &e);
    rclio_task_fn *const functions[] = {end_on_await, end_on_sleep, end_on_file, end_on_work, end_shielded};
    for (size_t i = 0; i < 5; i++) assert_ok(rclio_task_start(e.executor, "ends", functions[i], &e));
    rclio_future *group = rclio_gather(e.executor, &e.never, 1);
    settle(e.executor);
    assert_ok(rclio_task_start(e.executor, "late", end_late, &e)); /* never ran before the end */
    assert_ok(rclio_executor_post(e.executor, count_ran, &e));
    rclio_future_unref(group);
    rclio_executor_destroy(e.executor);
    assert_int_equal(e.cancelled, 6);
    assert_int_equal(e.cleaned, 1);
    assert_int_equal(e.told, 1);
    assert_int_equal(e.callbacks, 1);
    assert_int_equal(e.ran, 2);
    assert_status(rclio_future_result(e.never), RCLIO_CANCELLED);
    rclio_future_unref(e.never);
    close(e.pipe[0]);
    close(e.pipe[1]);
}

static void *spin_a_while(void *arg)
{
    struct end *e = arg;
    rclio_task_start(e->executor, "left behind", end_on_await, e);
    rclio_executor_spin_some(e->executor, 0);
    return NULL;
}

static void destroying_from_another_thread_ends_tasks_too(void **state)
{
    (void)state;
    struct end e = {.executor = rclio_executor_new(NULL)};
    pthread_t other;
    e.never = rclio_future_new(e.executor, "never", NULL);
    assert_int_equal(pthread_create(&other, NULL, spin_a_while, &e), 0);
    pthread_join(other, NULL);
    rclio_executor_destroy(e.executor);
    assert_int_equal(e.cleaned, 1);
    rclio_future_unref(e.never);
}

static void a_task_handle_outlives_its_executor(void **state)
{
    (void)state;
    int count = 0;
    rclio_executor *executor = rclio_executor_new(NULL);
    rclio_task *task = rclio_task_new(executor, "handle", count_up, &count);
    rclio_executor_destroy(executor);
    assert_int_equal(count, 1);
    rclio_task_cancel(task);
    assert_int_equal(rclio_future_get_state(rclio_task_future(task)), RCLIO_DONE);
    rclio_task_unref(task);
    rclio_executor_destroy(NULL);
}

static void wrong_options_are_errors(void **state)
{
    (void)state;
    assert_null(rclio_executor_new(&(rclio_executor_options){.stack_size = 100000}));
    assert_int_equal(rclio_error_status(), RCLIO_INVALID);
    assert_error_names("stack_size 100000");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        executor_test(spin_once_runs_one),
        executor_test(spin_some_runs_what_becomes_ready_meanwhile),
        executor_test(spin_some_ends_at_its_limit),
        executor_test(spin_until_a_future_is_done_or_late),
        executor_test(spinning_from_inside_is_an_error),
        executor_test(stop_ends_the_spin_that_runs_or_the_next),
        executor_test(a_signal_handler_may_stop_it),
        executor_test(two_threads_do_not_spin_one_executor),
        executor_test(awaiting_while_another_thread_spins_waits_for_the_end),
        executor_test(idle_entities_do_not_wake_it),
        executor_test(its_file_is_readable_while_it_has_work),
        executor_test(work_from_before_it_was_embedded_is_seen),
        executor_test(a_done_callback_runs_in_the_dispatch_that_ends_its_future),
        executor_test(a_post_that_posts_for_ever_keeps_no_dispatch),
        executor_test(it_lives_inside_a_poll_loop),
        cmocka_unit_test(destroying_ends_everything_that_is_pending),
        cmocka_unit_test(destroying_from_another_thread_ends_tasks_too),
        cmocka_unit_test(a_task_handle_outlives_its_executor),
        cmocka_unit_test(wrong_options_are_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
