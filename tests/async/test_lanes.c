/* tests/async/test_lanes.c: multi-threaded executors (X6; LN1 to LN7 of src/async/lanes.h). Strands: test_strand.c. */
#include "pool.h"

#include <poll.h>
#include <stdio.h>
#include <unistd.h>

static void as_many_callbacks_as_threads_may_block_at_once(void **state)
{
    meeting m;
    meeting_init(&m, *state, THREADS);
    for (int i = 0; i < THREADS; i++) assert_ok(rclio_executor_post(*state, meet, &m));
    assert_ok(rclio_executor_spin_until(*state, m.over, RCLIO_FOREVER));
    meeting_fini(*state, &m);
}

static void thirty_two_run_in_parallel(void **state)
{
    (void)state;
    meeting m;
    rclio_executor *executor = rclio_executor_new(&(rclio_executor_options){.name = "wide", .threads = 32});
    assert_non_null(executor);
    meeting_init(&m, executor, 32);
    for (int i = 0; i < 32; i++) assert_ok(rclio_task_start(executor, "one of 32", meet, &m));
    assert_ok(rclio_executor_spin_until(executor, m.over, RCLIO_FOREVER));
    meeting_fini(executor, &m);
    rclio_executor_destroy(executor);
}

static void note_thread(void *arg)
{
    pthread_getname_np(pthread_self(), arg, 16);
}

static void callbacks_run_on_named_threads(void **state)
{
    char name[16] = "";
    assert_ok(rclio_executor_post(*state, note_thread, name));
    settle(*state);
    assert_int_equal(strncmp(name, "rclio-exec-", 11), 0);
}

static void nothing_begins_before_somebody_spins(void **state) /* LN2 */
{
    atomic_int ran = 0;
    for (int i = 0; i < 3; i++) assert_ok(rclio_executor_post(*state, count_one, &ran));
    assert_true(lanes_wait_quiet(((rclio_executor *)*state)->lanes, RCLIO_FOREVER));
    assert_int_equal(ran, 0);
    assert_ok(rclio_executor_spin_once(*state, RCLIO_FOREVER));
    assert_true(lanes_wait_quiet(((rclio_executor *)*state)->lanes, RCLIO_FOREVER));
    assert_int_equal(ran, 1); /* one, and only one */
    settle(*state);
    assert_int_equal(ran, 3);
    assert_status(rclio_executor_spin_once(*state, 0), RCLIO_TIMEOUT);
}

/* ---- tasks ---- */

struct traveller {
    atomic_int moved; /* how often it found itself in another thread */
    atomic_int left;
    rclio_future *over;
};

static void stay(void *arg)
{
    struct traveller *t = arg;
    pthread_t here = pthread_self();
    for (int i = 0; i < 50; i++) {
        if (i % 10 == 0)
            rclio_sleep(RCLIO_US(50));
        else
            rclio_yield();
        if (!pthread_equal(here, pthread_self())) atomic_fetch_add(&t->moved, 1);
    }
    if (atomic_fetch_sub(&t->left, 1) == 1) rclio_future_complete(t->over, NULL);
}

static void a_task_stays_on_the_thread_that_began_it(void **state) /* LN1 */
{
    struct traveller t = {.left = 200, .over = rclio_future_new(*state, "tasks", NULL)};
    for (int i = 0; i < 200; i++) assert_ok(rclio_task_start(*state, "traveller", stay, &t));
    assert_ok(rclio_executor_spin_until(*state, t.over, RCLIO_FOREVER));
    assert_int_equal(t.moved, 0);
    rclio_future_unref(t.over);
}

static void square(void *arg)
{
    int *number = arg;
    rclio_yield();
    *number *= *number;
}

static void await_others(void *arg)
{
    rclio_executor *executor = arg;
    int numbers[20];
    rclio_task *tasks[20];
    rclio_future *futures[20];
    for (int i = 0; i < 20; i++) {
        numbers[i] = i;
        tasks[i] = rclio_task_new(executor, "square", square, &numbers[i]);
        futures[i] = rclio_task_future(tasks[i]);
    }
    rclio_future *all = rclio_gather(executor, futures, 20);
    rclio_wait(all);
    rclio_future_unref(all);
    for (int i = 0; i < 20; i++) {
        if (numbers[i] != i * i) rclio_task_fail(RCLIO_INVALID, "%d squared is %d", i, numbers[i]);
        rclio_task_unref(tasks[i]);
    }
}

static void tasks_await_tasks_of_other_threads(void **state)
{
    for (int i = 0; i < 50; i++) run_in_task(*state, await_others, *state);
}

static void spin_own(void *arg)
{
    if (rclio_executor_spin(arg) != RCLIO_BAD_STATE) rclio_task_fail(RCLIO_INVALID, "it did spin");
    if (!rclio_executor_is_current(arg)) rclio_task_fail(RCLIO_INVALID, "not in its executor");
    rclio_task_return(arg, NULL);
}

static void its_own_threads_cannot_spin_it(void **state) /* X4 */
{
    rclio_task *task = rclio_task_new(*state, "spins", spin_own, *state);
    assert_ok(rclio_executor_spin_until(*state, rclio_task_future(task), RCLIO_FOREVER));
    assert_ptr_equal(rclio_future_value(rclio_task_future(task)), *state);
    rclio_task_unref(task);
    assert_false(rclio_executor_is_current(*state));
}

/* ---- the end ---- */

struct busy {
    atomic_int in, out, ended;
};

static void be_busy(void *arg)
{
    struct busy *b = arg;
    atomic_fetch_add(&b->in, 1);
    wait_for_flag(&b->out, 1);
    atomic_fetch_add(&b->ended, 1);
}

static void assert_description_says(rclio_executor *executor, const char *words)
{
    char text[4096];
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    rclio_describe_waits(executor, ends[1]);
    close(ends[1]);
    ssize_t size = read(ends[0], text, sizeof text - 1);
    close(ends[0]);
    assert_true(size > 0);
    text[size] = '\0';
    if (!strstr(text, words)) fail_msg("%s", text);
}

static void spinning_stops_at_once_while_all_are_busy_and_what_runs_ends(void **state)
{
    (void)state;
    pthread_t spinner;
    struct busy b = {0};
    atomic_int more = 0;
    rclio_executor *executor = rclio_executor_new(&(rclio_executor_options){.name = "busy", .threads = THREADS});
    for (int i = 0; i < THREADS; i++) assert_ok(rclio_executor_post(executor, be_busy, &b));
    assert_ok(rclio_executor_post(executor, count_one, &more));
    pthread_create(&spinner, NULL, spin_executor, executor);
    wait_for_flag(&b.in, THREADS);
    rclio_executor_stop(executor);
    pthread_join(spinner, NULL); /* it does not wait for them */
    assert_status(rclio_executor_wait_quiet(executor, RCLIO_MS(1)), RCLIO_TIMEOUT);
    assert_description_says(executor, "4 of 4 threads run callbacks; others are ready, but nobody spins the executor");
    assert_int_equal(b.ended, 0);
    atomic_store(&b.out, 1);
    assert_ok(rclio_executor_wait_quiet(executor, RCLIO_FOREVER));
    assert_int_equal(b.ended, THREADS);
    assert_int_equal(more, 0);
    rclio_executor_destroy(executor); /* this does, too */
    assert_int_equal(b.ended, THREADS);
    assert_int_equal(more, 1); /* a post is run to its end too, as of a single-threaded one */
}

static void wait_for_ever(void *arg)
{
    struct busy *b = arg;
    atomic_fetch_add(&b->in, 1);
    rclio_sleep(RCLIO_S(1000));
    if (rclio_error_status() == RCLIO_CANCELLED) atomic_fetch_add(&b->ended, 1);
    rclio_yield(); /* cleaning up takes another step */
}

static void destroying_cancels_what_is_suspended_on_all_threads(void **state)
{
    (void)state;
    struct busy b = {0};
    rclio_executor *executor = rclio_executor_new(&(rclio_executor_options){.name = "suspended", .threads = THREADS});
    rclio_future *pending = rclio_future_new(executor, "pending", NULL);
    for (int i = 0; i < 100; i++) assert_ok(rclio_task_start(executor, "waits", wait_for_ever, &b));
    settle(executor);
    assert_int_equal(b.in, 100);
    rclio_executor_destroy(executor);
    assert_int_equal(b.ended, 100);
    assert_status(rclio_future_result(pending), RCLIO_CANCELLED);
    rclio_future_unref(pending);
}

struct finished {
    source source;
    atomic_int in, out, released;
};

static void finished_run(source *s)
{
    struct finished *f = list_entry(s, struct finished, source);
    atomic_store(&f->in, 1);
    USER_CODE(s->executor, wait_for_flag(&f->out, 1));
}

static void finished_release(source *s)
{
    atomic_fetch_add(&list_entry(s, struct finished, source)->released, 1);
}

static void a_source_that_is_finished_while_it_runs_is_released_when_it_returns(void **state) /* S4 */
{
    struct finished f = {0};
    strand *in = strand_new(false);
    source_init(&f.source, *state, "finished", finished_run, finished_release);
    source_set_strand(&f.source, in, 1);
    source_wake(&f.source);
    assert_ok(rclio_executor_spin_once(*state, RCLIO_FOREVER));
    wait_for_flag(&f.in, 1);
    executor_enter(*state);
    assert_false(source_fini(&f.source));
    executor_leave(*state);
    assert_int_equal(f.released, 0);
    atomic_store(&f.out, 1);
    settle(*state);
    assert_int_equal(f.released, 1);
    strand_unref(in);
}

/* ---- LN6, LN7 ---- */

struct hostage {
    rclio_future *needed;
    source own;
    atomic_int blocked, suspended;
    rclio_future *over;
};

static void complete_needed(source *s)
{
    rclio_future_complete(list_entry(s, struct hostage, own)->needed, NULL);
}

static void block_on_needed(void *arg)
{
    struct hostage *h = arg;
    atomic_fetch_add(&h->blocked, 1);
    rclio_future_wait(h->needed, -1);
    if (atomic_fetch_sub(&h->blocked, 1) == 1) rclio_future_complete(h->over, NULL);
}

static void own_work_is_done_though_every_thread_is_blocked(void **state) /* LN6 */
{
    struct hostage h = {.needed = rclio_future_new(*state, "needed", NULL), .over = rclio_future_new(*state, "over", NULL)};
    pthread_t spinner;
    source_init(&h.own, *state, "own", complete_needed, NULL);
    for (int i = 0; i < THREADS; i++) assert_ok(rclio_executor_post(*state, block_on_needed, &h));
    pthread_create(&spinner, NULL, spin_executor, *state);
    wait_for_flag(&h.blocked, THREADS);
    source_wake(&h.own);
    assert_ok(rclio_future_wait(h.over, -1));
    rclio_executor_stop(*state);
    pthread_join(spinner, NULL);
    settle(*state);
    executor_enter(*state);
    assert_true(source_fini(&h.own));
    executor_leave(*state);
    rclio_future_unref(h.needed);
    rclio_future_unref(h.over);
}

static void await_needed(void *arg)
{
    struct hostage *h = arg;
    atomic_fetch_add(&h->suspended, 1);
    rclio_wait(h->needed);
    rclio_future_complete(h->over, NULL);
}

static void block_on_over(void *arg)
{
    struct hostage *h = arg;
    atomic_fetch_add(&h->blocked, 1);
    rclio_future_wait(h->over, -1); /* which the suspended task completes: not on this thread, please */
}

static void what_blocks_goes_where_nothing_is_suspended(void **state) /* LN7 */
{
    for (int round = 0; round < 50; round++) {
        struct hostage h = {.needed = rclio_future_new(*state, "needed", NULL), .over = rclio_future_new(*state, "over", NULL)};
        assert_ok(rclio_task_start(*state, "suspended", await_needed, &h));
        settle(*state);
        for (int i = 0; i < THREADS - 1; i++) assert_ok(rclio_executor_post(*state, block_on_over, &h));
        while (atomic_load(&h.blocked) < THREADS - 1) rclio_executor_spin_once(*state, RCLIO_MS(1));
        rclio_future_complete(h.needed, NULL);
        assert_ok(rclio_future_wait(h.over, -1));
        settle(*state);
        rclio_future_unref(h.needed);
        rclio_future_unref(h.over);
    }
}

/* ---- timers, files, embedding ---- */

struct ticking {
    timer timer;
    source source;
    int ticks;
    rclio_future *over;
};

static void tick_run(source *s)
{
    struct ticking *t = list_entry(s, struct ticking, source);
    if (++t->ticks == 20)
        rclio_future_complete(t->over, NULL);
    else
        timer_arm(&t->timer, rclio_deadline(RCLIO_US(100))); /* on a lane, while the one that spins sleeps */
}

static void tick_expired(timer *t)
{
    source_wake(&list_entry(t, struct ticking, timer)->source);
}

static void ticking_init(struct ticking *t, rclio_executor *executor)
{
    *t = (struct ticking){.over = rclio_future_new(executor, "ticks", NULL)};
    source_init(&t->source, executor, "ticking", tick_run, NULL);
    timer_init(&t->timer, executor, tick_expired);
    timer_arm(&t->timer, rclio_deadline(RCLIO_US(100)));
}

static void ticking_fini(struct ticking *t, rclio_executor *executor)
{
    assert_true(lanes_wait_quiet(executor->lanes, RCLIO_FOREVER));
    executor_enter(executor);
    timer_disarm(&t->timer);
    source_fini(&t->source);
    executor_leave(executor);
    rclio_future_unref(t->over);
}

static void timers_expire_whoever_arms_them(void **state)
{
    struct ticking t;
    ticking_init(&t, *state);
    assert_ok(rclio_executor_spin_until(*state, t.over, RCLIO_FOREVER));
    ticking_fini(&t, *state);
}

static void it_can_be_embedded(void **state)
{
    struct ticking t;
    int fd = rclio_executor_fd(*state);
    ticking_init(&t, *state);
    while (rclio_future_get_state(t.over) == RCLIO_PENDING) {
        struct pollfd file = {.fd = fd, .events = POLLIN};
        poll(&file, 1, 10); /* the lanes run by themselves; timers need the dispatch */
        rclio_executor_dispatch(*state, 0);
    }
    ticking_fini(&t, *state);
}

static void threads_that_wait_for_its_futures_spin_it(void **state) /* K2 */
{
    int number = 7;
    rclio_task *task = rclio_task_new(*state, "square", square, &number);
    assert_ok(rclio_wait(rclio_task_future(task)));
    assert_int_equal(number, 49);
    rclio_task_unref(task);
}

static void spinning_before_sleep_loses_nothing(void **state)
{
    (void)state;
    struct visits v;
    rclio_executor *executor =
        rclio_executor_new(&(rclio_executor_options){.name = "spinning", .threads = 2, .spin_before_sleep_ns = RCLIO_US(20)});
    visits_init(&v, executor, visit_run, EVENTS / 4);
    for (int i = 0; i < 2; i++) pthread_create(&v.threads[i], NULL, wake_all_often, &v);
    assert_ok(rclio_executor_spin_until(executor, v.over, RCLIO_FOREVER));
    for (int i = 0; i < 2; i++) pthread_join(v.threads[i], NULL);
    visits_fini(&v, executor);
    for (int i = 0; i < 200; i++) run_in_task(executor, await_others, executor);
    rclio_executor_destroy(executor);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        pool_test(as_many_callbacks_as_threads_may_block_at_once),
        cmocka_unit_test(thirty_two_run_in_parallel),
        pool_test(callbacks_run_on_named_threads),
        pool_test(nothing_begins_before_somebody_spins),
        pool_test(a_task_stays_on_the_thread_that_began_it),
        pool_test(tasks_await_tasks_of_other_threads),
        pool_test(its_own_threads_cannot_spin_it),
        cmocka_unit_test(spinning_stops_at_once_while_all_are_busy_and_what_runs_ends),
        cmocka_unit_test(destroying_cancels_what_is_suspended_on_all_threads),
        pool_test(a_source_that_is_finished_while_it_runs_is_released_when_it_returns),
        pool_test(own_work_is_done_though_every_thread_is_blocked),
        pool_test(what_blocks_goes_where_nothing_is_suspended),
        pool_test(timers_expire_whoever_arms_them),
        pool_test(it_can_be_embedded),
        pool_test(threads_that_wait_for_its_futures_spin_it),
        cmocka_unit_test(spinning_before_sleep_loses_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
