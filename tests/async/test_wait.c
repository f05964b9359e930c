/* tests/async/test_wait.c: awaiting files and work on the worker pool. */
#include "async_test.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

struct files {
    rclio_executor *executor;
    int pipe[2];
    char got;
    short ready;
    rclio_status status;
};

static void read_when_ready(void *arg)
{
    struct files *f = arg;
    f->status = rclio_await_fd(f->pipe[0], POLLIN, RCLIO_FOREVER, &f->ready);
    if (f->status == RCLIO_OK && read(f->pipe[0], &f->got, 1) != 1) f->got = '!';
}

static void *write_one(void *arg)
{
    struct files *f = arg;
    if (write(f->pipe[1], "x", 1) != 1) return "not written";
    return NULL;
}

static void a_task_awaits_what_another_thread_writes(void **state)
{
    struct files f = {.executor = *state};
    pthread_t writer;
    assert_int_equal(pipe(f.pipe), 0);
    rclio_task *task = rclio_task_new(*state, "reader", read_when_ready, &f);
    settle(*state);
    assert_int_equal(pthread_create(&writer, NULL, write_one, &f), 0);
    assert_ok(rclio_wait(rclio_task_future(task)));
    pthread_join(writer, NULL);
    assert_ok(f.status);
    assert_int_equal(f.ready, POLLIN);
    assert_int_equal(f.got, 'x');
    rclio_task_unref(task);
    close(f.pipe[0]);
    close(f.pipe[1]);
}

static void time_out_twice(void *arg)
{
    struct files *f = arg;
    short ready = 1;
    assert_status(rclio_await_fd(f->pipe[0], POLLIN, RCLIO_MS(1), &ready), RCLIO_TIMEOUT);
    assert_int_equal(ready, 0);
    assert_status(rclio_await_fd(f->pipe[0], POLLIN, RCLIO_MS(1), NULL), RCLIO_TIMEOUT);
    assert_ok(rclio_await_fd(f->pipe[1], POLLOUT, RCLIO_MS(1000), &ready));
    assert_int_equal(ready, POLLOUT);
    close(f->pipe[1]);
    assert_ok(rclio_await_fd(f->pipe[0], POLLIN, RCLIO_FOREVER, &ready));
    assert_true(ready & POLLHUP); /* the other end is closed */
    close(f->pipe[0]);
}

static void files_time_out_and_hang_up(void **state)
{
    struct files f = {.executor = *state};
    assert_int_equal(pipe(f.pipe), 0);
    run_in_task(*state, time_out_twice, &f);
}

static void one_task_per_file(void **state)
{
    struct files first = {.executor = *state};
    assert_int_equal(pipe(first.pipe), 0);
    struct files second = first;
    rclio_task *task = rclio_task_new(*state, "first", read_when_ready, &first);
    settle(*state);
    run_in_task(*state, read_when_ready, &second);
    assert_status(second.status, RCLIO_BAD_STATE);
    rclio_task_cancel(task);
    rclio_wait(rclio_task_future(task));
    assert_status(first.status, RCLIO_CANCELLED);
    rclio_task_unref(task);
    close(first.pipe[0]);
    close(first.pipe[1]);
}

static void await_wrong_files(void *arg)
{
    (void)arg;
    int regular = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    assert_status(rclio_await_fd(regular, POLLIN, RCLIO_FOREVER, NULL), RCLIO_SYSTEM);
    close(regular);
    assert_status(rclio_await_fd(-1, POLLIN, RCLIO_FOREVER, NULL), RCLIO_SYSTEM);
    assert_error_names("file -1");
}

static void files_that_cannot_be_awaited_are_errors(void **state)
{
    run_in_task(*state, await_wrong_files, NULL);
}

static void always_read(void *arg)
{
    for (bool *stop = arg; !*stop;) assert_ok(rclio_yield());
}

struct busy {
    struct files files;
    bool stop;
};

static void stop_when_read(void *arg)
{
    struct busy *b = arg;
    read_when_ready(&b->files);
    b->stop = true;
}

static void a_busy_executor_still_sees_files(void **state)
{
    struct busy b = {.files.executor = *state};
    assert_int_equal(pipe(b.files.pipe), 0);
    assert_ok(rclio_task_start(*state, "busy", always_read, &b.stop));
    rclio_task *task = rclio_task_new(*state, "reader", stop_when_read, &b);
    assert_null(write_one(&b.files));
    assert_ok(rclio_wait(rclio_task_future(task)));
    assert_int_equal(b.files.got, 'x');
    settle(*state);
    rclio_task_unref(task);
    close(b.files.pipe[0]);
    close(b.files.pipe[1]);
}

/* ---- work ---- */

struct job {
    pthread_t ran_in;
    char name[16];
    pthread_barrier_t *meet;
};

static void note_thread(void *arg)
{
    struct job *j = arg;
    j->ran_in = pthread_self();
    pthread_getname_np(pthread_self(), j->name, sizeof j->name);
    if (j->meet) pthread_barrier_wait(j->meet);
}

static void await_one_job(void *arg)
{
    assert_ok(rclio_await_work(note_thread, arg));
}

static void work_runs_in_a_named_thread_of_its_own(void **state)
{
    struct job j = {0};
    run_in_task(*state, await_one_job, &j);
    assert_false(pthread_equal(j.ran_in, pthread_self()));
    assert_string_equal(j.name, "rclio-work-0");
}

static void two_works_run_at_the_same_time(void **state)
{
    pthread_barrier_t meet;
    struct job jobs[2] = {{.meet = &meet}, {.meet = &meet}};
    rclio_task *tasks[2];
    pthread_barrier_init(&meet, NULL, 2);
    for (int i = 0; i < 2; i++) tasks[i] = rclio_task_new(*state, "t", await_one_job, &jobs[i]);
    for (int i = 0; i < 2; i++) {
        assert_ok(rclio_wait(rclio_task_future(tasks[i]))); /* they wait for each other */
        rclio_task_unref(tasks[i]);
    }
    pthread_barrier_destroy(&meet);
}

struct gate {
    pthread_barrier_t *meet;
    rclio_status work, after;
};

static void pass_gate(void *arg)
{
    pthread_barrier_wait(((struct gate *)arg)->meet);
}

static void await_gate(void *arg)
{
    struct gate *g = arg;
    g->work = rclio_await_work(pass_gate, g);
    g->after = rclio_yield();
}

static void cancellation_does_not_cut_work_short(void **state)
{
    pthread_barrier_t meet;
    struct gate g = {.meet = &meet};
    pthread_barrier_init(&meet, NULL, 2);
    rclio_task *task = rclio_task_new(*state, "t", await_gate, &g);
    settle(*state);
    rclio_task_cancel(task);
    settle(*state);
    assert_int_equal(rclio_future_get_state(rclio_task_future(task)), RCLIO_PENDING);
    pthread_barrier_wait(&meet);
    rclio_wait(rclio_task_future(task));
    assert_ok(g.work);
    assert_status(g.after, RCLIO_CANCELLED);
    rclio_task_unref(task);
    pthread_barrier_destroy(&meet);
}

static void count_job(void *arg)
{
    atomic_fetch_add((atomic_int *)arg, 1);
}

static void await_many_jobs(void *arg)
{
    for (int i = 0; i < 50; i++) assert_ok(rclio_await_work(count_job, arg));
}

static void many_tasks_share_the_pool(void **state)
{
    atomic_int count = 0;
    rclio_task *tasks[20];
    for (int i = 0; i < 20; i++) tasks[i] = rclio_task_new(*state, "t", await_many_jobs, &count);
    for (int i = 0; i < 20; i++) {
        assert_ok(rclio_wait(rclio_task_future(tasks[i])));
        rclio_task_unref(tasks[i]);
    }
    assert_int_equal(count, 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        executor_test(a_task_awaits_what_another_thread_writes),
        executor_test(files_time_out_and_hang_up),
        executor_test(one_task_per_file),
        executor_test(files_that_cannot_be_awaited_are_errors),
        executor_test(a_busy_executor_still_sees_files),
        executor_test(work_runs_in_a_named_thread_of_its_own),
        executor_test(two_works_run_at_the_same_time),
        executor_test(cancellation_does_not_cut_work_short),
        executor_test(many_tasks_share_the_pool),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
