/* tests/async/test_describe.c: rclio_describe_waits() says what everything waits for. */
#include "async_test.h"

#include "async/executor.h"
#include "async/source.h"

#include <poll.h>
#include <stdio.h>
#include <unistd.h>

struct scene {
    rclio_executor *executor;
    rclio_future *call;
    int pipe[2];
    int await_line;
};

static void await_call(void *arg)
{
    struct scene *s = arg;
    s->await_line = __LINE__ + 1;
    rclio_wait(s->call);
}

static void sleep_long(void *arg)
{
    (void)arg;
    rclio_sleep(RCLIO_S(1000));
}

static void await_pipe(void *arg)
{
    rclio_await_fd(((struct scene *)arg)->pipe[0], POLLIN, RCLIO_S(1000), NULL);
}

static void do_nothing(void *arg)
{
    (void)arg;
}

struct waiting_source {
    source source; /* first */
    struct scene *scene;
};

static void wait_in_callback(source *s)
{
    rclio_wait(((struct waiting_source *)(void *)s)->scene->call);
}

static void described(rclio_executor *executor, char *text, size_t size)
{
    FILE *file = tmpfile();
    assert_non_null(file);
    rclio_describe_waits(executor, fileno(file));
    rewind(file);
    text[fread(text, 1, size - 1, file)] = '\0';
    fclose(file);
}

static void assert_says(const char *text, const char *part)
{
    if (!strstr(text, part)) fail_msg("'%s' is not in:\n%s", part, text);
}

static void it_says_what_each_task_waits_for(void **state)
{
    struct scene s = {.executor = *state, .call = rclio_future_new(*state, "call to service '/add'", NULL)};
    struct waiting_source callback = {.scene = &s};
    char text[4096], place[64];
    assert_int_equal(pipe(s.pipe), 0);
    assert_ok(rclio_task_start(*state, "adder", await_call, &s));
    assert_ok(rclio_task_start(*state, "sleeper", sleep_long, &s));
    assert_ok(rclio_task_start(*state, "reader", await_pipe, &s));
    source_init(&callback.source, *state, "subscription '/chatter'", wait_in_callback, NULL);
    source_wake(&callback.source);
    settle(*state);
    assert_ok(rclio_task_start(*state, "fresh", do_nothing, NULL));

    described(*state, text, sizeof text);
    snprintf(place, sizeof place, "at test_describe.c:%d", s.await_line);
    assert_says(text, "executor 'tested': 5 tasks, 1 pending future\n");
    assert_says(text, "task 'adder' awaits call to service '/add' since 0.");
    assert_says(text, place);
    assert_says(text, "task 'sleeper' sleeps since 0.");
    assert_says(text, "s, for at most ");
    assert_says(text, "task 'reader' awaits file ");
    assert_says(text, "task 'subscription '/chatter'' awaits call to service '/add'");
    assert_says(text, "task 'fresh' has not started yet");
    assert_says(text, "future 'call to service '/add'' pending since 0.");
    assert_says(text, "2 waiters");

    assert_ok(rclio_future_complete(s.call, NULL));
    settle(*state);
    described(*state, text, sizeof text);
    assert_says(text, "executor 'tested': 2 tasks, 0 pending futures\n");
    assert_null(strstr(text, "adder"));
    assert_true(source_fini(&callback.source));
    rclio_future_unref(s.call);
    close(s.pipe[0]);
    close(s.pipe[1]);
}

static void describe_from_inside(void *arg)
{
    char text[4096];
    described(arg, text, sizeof text);
    assert_says(text, "task 'tested task' runs");
}

static void a_task_may_describe_its_executor(void **state)
{
    run_in_task(*state, describe_from_inside, *state);
}

static void a_held_lock_does_not_hold_it_up(void **state)
{
    rclio_executor *executor = *state;
    char text[4096];
    pthread_mutex_lock(&executor->lock.handle); /* as when a watchdog has interrupted who holds it */
    described(executor, text, sizeof text);
    pthread_mutex_unlock(&executor->lock.handle);
    assert_says(text, "executor 'tested' holds its lock"); /* D1 */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        executor_test(it_says_what_each_task_waits_for),
        executor_test(a_task_may_describe_its_executor),
        executor_test(a_held_lock_does_not_hold_it_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
