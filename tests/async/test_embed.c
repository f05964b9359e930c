/* tests/async/test_embed.c: loops that wait for an executor until a point in time: E7 and E8 of src/async/executor.h. What goes by
 * rclio_executor_fd() alone is in test_executor.c. */
#include "pool.h"

#include <poll.h>
#include <sched.h>
#include <semaphore.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define FILES 100 /* more than one look at the set tells of */

/* A loop with an epoll set of its own. */
struct loop {
    rclio_executor *executor;
    int epoll_fd, file;
    int64_t until; /* that it was told last */
    pthread_mutex_t *turns;
    atomic_bool ends;
};

static void loop_init(struct loop *loop, rclio_executor *executor)
{
    *loop = (struct loop){.executor = executor, .file = -1, .epoll_fd = epoll_create1(EPOLL_CLOEXEC)};
    assert_true(loop->epoll_fd >= 0);
}

static void loop_fini(struct loop *loop)
{
    close(loop->epoll_fd);
}

static void begin(struct loop *loop)
{
    struct epoll_event event = {.events = EPOLLIN | EPOLLET};
    int file = rclio_executor_wait_begin(loop->executor, true, &loop->until);
    if (file == loop->file) return;
    if (loop->file >= 0) assert_int_equal(epoll_ctl(loop->epoll_fd, EPOLL_CTL_DEL, loop->file, NULL), 0);
    assert_int_equal(epoll_ctl(loop->epoll_fd, EPOLL_CTL_ADD, file, &event), 0);
    loop->file = file;
}

/* true: there is something to dispatch. `deadline_ns`: how long it waits at most. */
static bool end(struct loop *loop, int64_t deadline_ns)
{
    struct epoll_event event;
    struct pollfd file = {.fd = loop->epoll_fd, .events = POLLIN};
    if (loop->until < deadline_ns) deadline_ns = loop->until;
    int64_t left = deadline_ns - rclio_now_steady();
    struct timespec time = {left > 0 ? left / RCLIO_S(1) : 0, left > 0 ? left % RCLIO_S(1) : 0};
    ppoll(&file, 1, deadline_ns == RCLIO_FOREVER ? NULL : &time, NULL);
    bool told = epoll_wait(loop->epoll_fd, &event, 1, 0) > 0;
    rclio_executor_wait_end(loop->executor);
    return told || loop->until <= rclio_now_steady();
}

static bool wait_until(struct loop *loop, int64_t deadline_ns)
{
    begin(loop);
    return end(loop, deadline_ns);
}

static bool look(struct loop *loop)
{
    return wait_until(loop, 0);
}

/* One round. How many ran. */
static size_t turn(struct loop *loop)
{
    return wait_until(loop, RCLIO_FOREVER) ? rclio_executor_dispatch_edge(loop->executor, 0) : 0;
}

/* Until nothing is to do. */
static void settle_loop(struct loop *loop)
{
    while (look(loop)) rclio_executor_dispatch_edge(loop->executor, 0);
}

static void *run_loop(void *arg)
{
    struct loop *loop = arg;
    while (!atomic_load(&loop->ends)) {
        if (!wait_until(loop, RCLIO_FOREVER)) continue;
        if (loop->turns) pthread_mutex_lock(loop->turns);
        rclio_executor_dispatch_edge(loop->executor, 0);
        if (loop->turns) pthread_mutex_unlock(loop->turns);
    }
    return NULL;
}

static void end_loop(struct loop *loop, pthread_t runner)
{
    atomic_store(&loop->ends, true);
    rclio_executor_stop(loop->executor); /* a reason to look */
    pthread_join(runner, NULL);
    loop_fini(loop);
}

static void wait_until_asleep(rclio_executor *executor)
{
    wait_for_flag(&executor->waiters, 1);
}

/* A timer that is armed so often. */
struct ringing {
    timer timer; /* first */
    int left;
    int64_t period_ns;
    sem_t rang; /* the last time */
};

static void ring(timer *t)
{
    struct ringing *r = (struct ringing *)(void *)t;
    if (--r->left > 0)
        timer_arm(t, rclio_deadline(r->period_ns));
    else
        sem_post(&r->rang);
}

static void ringing_init(struct ringing *r, rclio_executor *executor, int count, int64_t period_ns)
{
    *r = (struct ringing){.left = count, .period_ns = period_ns};
    sem_init(&r->rang, 0, 0);
    timer_init(&r->timer, executor, ring);
}

static bool has_rung(struct ringing *r)
{
    return sem_trywait(&r->rang) == 0;
}

static void arm_far(void *arg)
{
    timer_arm(arg, rclio_deadline(RCLIO_S(1000)));
}

static void arm_near(void *arg)
{
    struct ringing *r = arg;
    timer_arm(&r->timer, rclio_deadline(r->period_ns));
}

static bool timer_file_is_set(rclio_executor *executor)
{
    struct itimerspec set = {.it_value = {0}};
    assert_int_equal(timerfd_gettime(executor->timer_fd, &set), 0);
    return set.it_value.tv_sec || set.it_value.tv_nsec;
}

static void timers_are_served_without_a_timer_file(void **state)
{
    struct loop loop;
    struct ringing r;
    rclio_executor *executor = *state;
    loop_init(&loop, executor);
    ringing_init(&r, executor, 5, RCLIO_US(300));
    settle_loop(&loop);
    assert_int_equal(loop.until, RCLIO_FOREVER);
    assert_ok(rclio_executor_post(executor, arm_near, &r));
    while (!has_rung(&r)) {
        turn(&loop);
        assert_false(timer_file_is_set(executor));
    }
    assert_false(look(&loop));
    assert_int_equal(loop.until, RCLIO_FOREVER);
    loop_fini(&loop);
}

static void a_timer_file_is_set_again_for_who_asks_for_the_file(void **state)
{
    struct loop loop;
    struct ringing r;
    rclio_executor *executor = *state;
    loop_init(&loop, executor);
    ringing_init(&r, executor, 1, RCLIO_MS(1));
    assert_ok(rclio_executor_post(executor, arm_near, &r));
    settle_loop(&loop);
    assert_false(timer_file_is_set(executor));
    struct pollfd file = {.fd = rclio_executor_fd(executor), .events = POLLIN};
    while (!has_rung(&r)) {
        assert_int_equal(poll(&file, 1, -1), 1);
        rclio_executor_dispatch(executor, 0);
    }
    assert_int_equal(poll(&file, 1, 0), 0);
    assert_ok(rclio_executor_post(executor, arm_far, &r.timer));
    settle_loop(&loop); /* the loop's turns, too, from then on */
    assert_true(timer_file_is_set(executor));
    timer_disarm(&r.timer);
    loop_fini(&loop);
}

static void who_only_looks_is_told_the_same_time(void **state)
{
    struct loop loop;
    struct ringing r;
    loop_init(&loop, *state);
    settle_loop(&loop);
    assert_true(rclio_executor_next(*state) == RCLIO_FOREVER);
    ringing_init(&r, *state, 1, RCLIO_S(1000));
    assert_ok(rclio_executor_post(*state, arm_far, &r));
    settle_loop(&loop);
    begin(&loop);
    assert_true(loop.until != RCLIO_FOREVER && loop.until == rclio_executor_next(*state));
    rclio_executor_wait_end(*state);
    loop_fini(&loop);
}

static void work_that_comes_before_it_waits_is_seen(void **state)
{
    atomic_int count = 0;
    struct loop loop;
    loop_init(&loop, *state);
    settle_loop(&loop);
    assert_false(look(&loop));
    assert_ok(rclio_executor_post(*state, count_one, &count)); /* between the dispatch and begin */
    assert_int_equal(turn(&loop), 1);
    begin(&loop);
    assert_ok(rclio_executor_post(*state, count_one, &count)); /* between begin and the wait */
    assert_true(end(&loop, RCLIO_FOREVER));
    assert_int_equal(rclio_executor_dispatch_edge(*state, 0), 1);
    assert_false(look(&loop));
    for (int i = 0; i < 3; i++) assert_ok(rclio_executor_post(*state, count_one, &count));
    assert_true(wait_until(&loop, RCLIO_FOREVER));
    assert_int_equal(rclio_executor_dispatch_edge(*state, 2), 2);
    assert_int_equal(turn(&loop), 1); /* what a dispatch has left is told of again */
    assert_int_equal(count, 5);
    loop_fini(&loop);
}

static void what_was_there_before_it_was_embedded_is_seen(void **state)
{
    atomic_int count = 0;
    struct loop loop;
    struct ringing r;
    loop_init(&loop, *state);
    ringing_init(&r, *state, 1, 0);
    assert_ok(rclio_executor_post(*state, count_one, &count));
    assert_ok(timer_arm(&r.timer, rclio_deadline(RCLIO_MS(1))));
    assert_int_equal(turn(&loop), 1);
    while (!has_rung(&r)) turn(&loop);
    loop_fini(&loop);
}

static void a_timer_that_another_thread_arms_wakes_it(void **state)
{
    struct loop loop;
    struct ringing r;
    pthread_t runner;
    loop_init(&loop, *state);
    settle_loop(&loop);
    ringing_init(&r, *state, 1, 0);
    pthread_create(&runner, NULL, run_loop, &loop);
    wait_until_asleep(*state);
    timer_arm(&r.timer, rclio_deadline(RCLIO_MS(1)));
    sem_wait(&r.rang);
    end_loop(&loop, runner);
}

/* Who sleeps knows a later deadline; who armed the earlier one has something else to do. */
static void an_earlier_timer_of_anothers_turn_is_told_to_who_sleeps(void **state)
{
    struct loop loop;
    struct ringing far, near;
    pthread_t runner;
    loop_init(&loop, *state);
    ringing_init(&far, *state, 1, 0);
    ringing_init(&near, *state, 3, RCLIO_US(500));
    assert_ok(rclio_executor_post(*state, arm_far, &far.timer));
    settle_loop(&loop);
    assert_ok(rclio_executor_post(*state, arm_near, &near));
    assert_true(look(&loop)); /* the edge of the post is taken */
    begin(&loop);
    assert_true(loop.until > rclio_deadline(RCLIO_S(100)));
    rclio_executor_dispatch(*state, 0);
    assert_true(end(&loop, RCLIO_FOREVER));
    begin(&loop); /* and the next time it is told at once */
    assert_true(loop.until < rclio_deadline(RCLIO_S(100)));
    end(&loop, 0);
    pthread_create(&runner, NULL, run_loop, &loop);
    sem_wait(&near.rang);
    end_loop(&loop, runner);
    timer_disarm(&far.timer);
}

static void nobody_is_woken_for_a_timer_that_is_no_news(void **state)
{
    struct loop loop;
    struct ringing far, farther;
    loop_init(&loop, *state);
    ringing_init(&far, *state, 1, 0);
    ringing_init(&farther, *state, 1, 0);
    settle_loop(&loop);
    assert_ok(rclio_executor_post(*state, arm_far, &far.timer));
    assert_ok(rclio_executor_post(*state, arm_far, &farther.timer));
    assert_int_equal(turn(&loop), 2);
    begin(&loop); /* its own are none */
    assert_false(end(&loop, 0));
    begin(&loop);
    rclio_executor_dispatch(*state, 0);
    timer_disarm(&far.timer);
    rclio_executor_dispatch(*state, 0); /* a later deadline */
    assert_false(end(&loop, 0));
    timer_disarm(&farther.timer);
    loop_fini(&loop);
}

static void count_stop(void *count)
{
    count_one(count);
}

static void stopping_wakes_it(void **state)
{
    atomic_int stops = 0;
    stop_hook hook;
    struct loop loop;
    loop_init(&loop, *state);
    settle_loop(&loop);
    executor_on_stop(*state, &hook, count_stop, &stops);
    begin(&loop);
    rclio_executor_stop(*state);
    assert_true(end(&loop, RCLIO_FOREVER));
    rclio_executor_dispatch_edge(*state, 0);
    assert_int_equal(atomic_load(&stops), 1);
    executor_off_stop(*state, &hook);
    loop_fini(&loop);
}

struct reading {
    int files[2];
    int *read;
};

static void read_one(void *arg)
{
    struct reading *r = arg;
    short ready = 0;
    assert_ok(rclio_await_fd(r->files[0], POLLIN, RCLIO_FOREVER, &ready));
    ++*r->read;
    close(r->files[0]);
    close(r->files[1]);
}

static void files_that_tasks_await_are_told_of(void **state)
{
    static struct reading readings[FILES];
    int read = 0;
    struct loop loop;
    loop_init(&loop, *state);
    settle_loop(&loop);
    int file = loop.file;
    begin(&loop);
    assert_int_equal(loop.file, file);
    for (int i = 0; i < FILES; i++) {
        readings[i].read = &read;
        assert_int_equal(pipe(readings[i].files), 0);
        assert_ok(rclio_task_start(*state, "reading", read_one, &readings[i]));
    }
    assert_true(end(&loop, RCLIO_FOREVER)); /* the edge of the tasks is taken */
    begin(&loop);
    rclio_executor_dispatch(*state, 0);
    assert_true(end(&loop, RCLIO_FOREVER)); /* the first is news to who waits for another file */
    settle_loop(&loop);
    assert_int_not_equal(loop.file, file);
    for (int i = 0; i < FILES; i++) assert_int_equal(write(readings[i].files[1], "x", 1), 1);
    while (read < FILES) turn(&loop);
    settle_loop(&loop);
    assert_int_equal(loop.file, file);
    loop_fini(&loop);
}

struct occupied {
    sem_t begun, go;
};

static void occupy(void *arg)
{
    struct occupied *o = arg;
    sem_post(&o->begun);
    sem_wait(&o->go);
}

static void *dispatch_once(void *executor)
{
    rclio_executor_dispatch_edge(executor, 1);
    return NULL;
}

static void an_edge_that_was_taken_in_vain_comes_again(void **state) /* E8 */
{
    atomic_int count = 0;
    pthread_t other;
    struct loop loop;
    struct occupied o;
    struct ringing r;
    sem_init(&o.begun, 0, 0);
    sem_init(&o.go, 0, 0);
    ringing_init(&r, *state, 1, RCLIO_US(1));
    loop_init(&loop, *state);
    settle_loop(&loop);
    assert_ok(rclio_executor_post(*state, arm_near, &r));
    assert_int_equal(turn(&loop), 1);
    assert_ok(rclio_executor_post(*state, occupy, &o));
    pthread_create(&other, NULL, dispatch_once, *state);
    sem_wait(&o.begun);
    assert_ok(rclio_executor_post(*state, count_one, &count));
    assert_true(wait_until(&loop, RCLIO_FOREVER));
    assert_int_equal(rclio_executor_dispatch_edge(*state, 0), 0); /* the other one is in its turn */
    begin(&loop);
    assert_int_equal(loop.until, RCLIO_FOREVER); /* it would run in circles */
    assert_false(end(&loop, 0));
    begin(&loop);
    sem_post(&o.go);
    assert_true(end(&loop, RCLIO_FOREVER));
    while (!count) {
        rclio_executor_dispatch_edge(*state, 0); /* it may not have left quite */
        if (!count) wait_until(&loop, RCLIO_FOREVER);
    }
    pthread_join(other, NULL);
    assert_true(has_rung(&r));
    loop_fini(&loop);
}

static void who_polls_beside_is_told_as_well(void **state)
{
    atomic_int count = 0;
    int64_t until;
    struct loop loop;
    loop_init(&loop, *state);
    settle_loop(&loop);
    assert_ok(rclio_executor_post(*state, count_one, &count));
    assert_int_equal(turn(&loop), 1); /* leaves the file readable */
    struct pollfd file = {.fd = rclio_executor_wait_begin(*state, false, &until), .events = POLLIN};
    if (poll(&file, 1, 0)) rclio_executor_dispatch(*state, 0);
    assert_int_equal(poll(&file, 1, 0), 0);
    assert_ok(rclio_executor_post(*state, count_one, &count));
    assert_int_equal(poll(&file, 1, -1), 1);
    rclio_executor_wait_end(*state);
    assert_true(look(&loop));
    assert_int_equal(rclio_executor_dispatch(*state, 0), 1);
    assert_int_equal(poll(&file, 1, 0), 0);
    assert_false(timer_file_is_set(*state));
    loop_fini(&loop);
}

/* ---- many at once ---- */

#define LOOPS 3
#define POSTS (EVENTS / 10)

struct crowd {
    struct loop loops[LOOPS];
    pthread_t threads[LOOPS];
    pthread_mutex_t turns;
};

static void crowd_begin(struct crowd *c, rclio_executor *executor, bool take_turns)
{
    pthread_mutex_init(&c->turns, NULL);
    for (int i = 0; i < LOOPS; i++) {
        loop_init(&c->loops[i], executor);
        if (take_turns) c->loops[i].turns = &c->turns;
        pthread_create(&c->threads[i], NULL, run_loop, &c->loops[i]);
    }
}

static void crowd_end(struct crowd *c)
{
    for (int i = 0; i < LOOPS; i++) atomic_store(&c->loops[i].ends, true);
    rclio_executor_stop(c->loops[0].executor);
    for (int i = 0; i < LOOPS; i++) pthread_join(c->threads[i], NULL);
    for (int i = 0; i < LOOPS; i++) loop_fini(&c->loops[i]);
    pthread_mutex_destroy(&c->turns);
}

static void serve_a_crowd(rclio_executor *executor, bool take_turns)
{
    struct crowd c;
    struct ringing quick, slow;
    atomic_int count = 0;
    crowd_begin(&c, executor, take_turns);
    ringing_init(&quick, executor, 200, RCLIO_US(100));
    ringing_init(&slow, executor, 10, RCLIO_MS(2));
    timer_arm(&slow.timer, rclio_deadline(RCLIO_MS(1)));
    timer_arm(&quick.timer, rclio_deadline(RCLIO_MS(1)));
    for (int i = 0; i < POSTS; i++) {
        assert_ok(rclio_executor_post(executor, count_one, &count));
        if (i % 3 == 0) wait_for_flag(&count, i); /* so that they go to sleep in between */
    }
    wait_for_flag(&count, POSTS);
    sem_wait(&quick.rang);
    sem_wait(&slow.rang);
    crowd_end(&c);
}

static void several_loops_that_take_turns_lose_nothing(void **state)
{
    serve_a_crowd(*state, true);
}

static void several_loops_that_meet_in_the_turn_lose_nothing(void **state) /* E8 */
{
    serve_a_crowd(*state, false);
}

static void timers_of_a_pool_wake_who_waits(void **state) /* E6 */
{
    struct loop loop;
    struct ringing r;
    pthread_t runner;
    rclio_executor *executor = *state;
    loop_init(&loop, executor);
    settle_loop(&loop);
    ringing_init(&r, executor, 3, RCLIO_US(300));
    pthread_create(&runner, NULL, run_loop, &loop);
    wait_until_asleep(executor);
    assert_ok(rclio_executor_post(executor, arm_near, &r)); /* a lane runs it, the loop sleeps on */
    sem_wait(&r.rang);
    end_loop(&loop, runner);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        executor_test(timers_are_served_without_a_timer_file),
        executor_test(a_timer_file_is_set_again_for_who_asks_for_the_file),
        executor_test(who_only_looks_is_told_the_same_time),
        executor_test(work_that_comes_before_it_waits_is_seen),
        executor_test(what_was_there_before_it_was_embedded_is_seen),
        executor_test(a_timer_that_another_thread_arms_wakes_it),
        executor_test(an_earlier_timer_of_anothers_turn_is_told_to_who_sleeps),
        executor_test(nobody_is_woken_for_a_timer_that_is_no_news),
        executor_test(stopping_wakes_it),
        executor_test(files_that_tasks_await_are_told_of),
        executor_test(an_edge_that_was_taken_in_vain_comes_again),
        executor_test(who_polls_beside_is_told_as_well),
        executor_test(several_loops_that_take_turns_lose_nothing),
        executor_test(several_loops_that_meet_in_the_turn_lose_nothing),
        pool_test(timers_of_a_pool_wake_who_waits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
