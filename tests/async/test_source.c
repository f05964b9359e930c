/* tests/async/test_source.c: S1 to S4 of src/async/source.h. */
#include "async_test.h"
#include "support/skip.h"

#include "async/executor.h"
#include "async/source.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

struct counter {
    source source; /* first */
    int runs, released;
    int wake_again;     /* runs that end with a wake of itself */
    rclio_future *gate; /* awaited in each run, when set */
    bool finish;        /* calls source_fini in its run */
    bool fini_said;
};

static void count_run(source *s)
{
    struct counter *c = (struct counter *)(void *)s;
    c->runs++;
    assert_non_null(rclio_task_current()); /* S3 */
    if (c->wake_again-- > 0) source_wake(s);
    if (c->finish) c->fini_said = source_fini(s);
    if (c->gate) rclio_wait(c->gate);
}

static void count_release(source *s)
{
    ((struct counter *)(void *)s)->released++;
}

static void counter_init(struct counter *c, rclio_executor *executor)
{
    *c = (struct counter){0};
    source_init(&c->source, executor, "source of a test", count_run, count_release);
}

static void waking_twice_runs_once(void **state)
{
    struct counter c;
    counter_init(&c, *state);
    source_wake(&c.source);
    source_wake(&c.source); /* S1 */
    settle(*state);
    assert_int_equal(c.runs, 1);
    source_wake(&c.source);
    settle(*state);
    assert_int_equal(c.runs, 2);
    assert_true(source_fini(&c.source));
}

static void a_source_may_wake_itself_in_its_run(void **state)
{
    struct counter c;
    counter_init(&c, *state);
    c.wake_again = 4;
    source_wake(&c.source);
    settle(*state);
    assert_int_equal(c.runs, 5); /* S2 */
    assert_true(source_fini(&c.source));
}

static void a_suspended_source_remembers_wakes_and_holds_up_no_other(void **state)
{
    struct counter slow, quick;
    counter_init(&slow, *state);
    counter_init(&quick, *state);
    slow.gate = rclio_future_new(*state, "gate", NULL);
    source_wake(&slow.source);
    settle(*state);
    source_wake(&slow.source);
    source_wake(&quick.source);
    settle(*state);
    source_wake(&slow.source);
    settle(*state);
    assert_int_equal(slow.runs, 1); /* S2 */
    assert_int_equal(quick.runs, 1);
    assert_ok(rclio_future_complete(slow.gate, NULL));
    settle(*state);
    assert_int_equal(slow.runs, 2);
    rclio_future_unref(slow.gate);
    assert_true(source_fini(&slow.source));
    assert_true(source_fini(&quick.source));
}

static void a_finished_source_runs_no_more_although_it_was_queued(void **state)
{
    struct counter c, other;
    counter_init(&c, *state);
    counter_init(&other, *state);
    source_wake(&other.source);
    source_wake(&c.source);
    assert_true(source_fini(&c.source)); /* S4 */
    assert_int_equal(c.released, 1);
    settle(*state);
    assert_int_equal(c.runs, 0);
    assert_int_equal(other.runs, 1);
    assert_true(source_fini(&other.source));
}

static void a_source_may_be_finished_by_its_own_run(void **state)
{
    struct counter c;
    counter_init(&c, *state);
    c.finish = true;
    c.wake_again = 1;
    source_wake(&c.source);
    settle(*state);
    assert_int_equal(c.runs, 1);
    assert_false(c.fini_said); /* S4 */
    assert_int_equal(c.released, 1);
}

static void a_suspended_source_is_released_when_its_run_has_returned(void **state)
{
    struct counter c;
    counter_init(&c, *state);
    c.gate = rclio_future_new(*state, "gate", NULL);
    source_wake(&c.source);
    settle(*state);
    assert_false(source_fini(&c.source));
    assert_int_equal(c.released, 0);
    assert_ok(rclio_future_complete(c.gate, NULL));
    settle(*state);
    assert_int_equal(c.released, 1);
    assert_int_equal(c.runs, 1);
    rclio_future_unref(c.gate);
}

struct keeper {
    source source; /* first */
    rclio_task *kept;
};

static void keep_task(source *s)
{
    struct keeper *k = (struct keeper *)(void *)s;
    assert_string_equal(rclio_task_name(rclio_task_current()), "keeper");
    if (!k->kept) k->kept = rclio_task_ref(rclio_task_current());
}

static void the_task_of_a_run_is_not_the_task_of_the_next(void **state)
{
    struct keeper k = {0};
    source_init(&k.source, *state, "keeper", keep_task, NULL);
    source_wake(&k.source);
    settle(*state);
    assert_int_equal(rclio_future_get_state(rclio_task_future(k.kept)), RCLIO_DONE); /* TA4 */
    rclio_task_cancel(k.kept);
    source_wake(&k.source);
    settle(*state);
    rclio_task_unref(k.kept);
    assert_true(source_fini(&k.source));
}

static void unexpected(void *arg)
{
    (void)arg;
    fail_msg("it ran without a stack");
}

static void a_source_without_a_stack_waits_and_a_task_fails(void **state)
{
    rclio_executor *executor = *state;
    struct counter holder, waiting;
    counter_init(&holder, executor);
    counter_init(&waiting, executor);
    holder.gate = rclio_future_new(executor, "gate", NULL);
    source_wake(&holder.source);
    settle(executor); /* it holds the only stack there is */
    size_t slot_size = executor->stacks.slot_size;
    for (int i = 0; i < 255; i++) assert_ok(stack_pool_take(&executor->stacks, &(stack){0})); /* the rest of the slab */
    executor->stacks.slot_size = (size_t)1 << 48; /* no slab of that size can be had */

    rclio_task *task = rclio_task_new(executor, "too many", unexpected, NULL);
    source_wake(&waiting.source);
    settle(executor);
    assert_status(rclio_wait(rclio_task_future(task)), RCLIO_LIMIT); /* RU2 */
    assert_error_names("no stack");
    assert_int_equal(waiting.runs, 0);
    assert_status(rclio_executor_spin_once(executor, RCLIO_MS(1)), RCLIO_TIMEOUT); /* it sleeps meanwhile */
    rclio_future_complete(holder.gate, NULL);
    settle(executor);
    assert_int_equal(waiting.runs, 1);
    executor->stacks.slot_size = slot_size;
    rclio_task_unref(task);
    rclio_future_unref(holder.gate);
    assert_true(source_fini(&holder.source));
    assert_true(source_fini(&waiting.source));
}

struct shared {
    source source; /* first */
    atomic_int produced;
    int consumed;
    rclio_future *all;
};

#define PRODUCED 20000
#define PRODUCERS 3

static void consume(source *s)
{
    struct shared *shared = (struct shared *)(void *)s;
    shared->consumed = atomic_load(&shared->produced);
    if (shared->consumed == PRODUCERS * PRODUCED) rclio_future_complete(shared->all, NULL);
}

static void *produce(void *arg)
{
    struct shared *shared = arg;
    for (int i = 0; i < PRODUCED; i++) {
        atomic_fetch_add(&shared->produced, 1);
        source_wake(&shared->source);
    }
    return NULL;
}

static void no_wake_of_another_thread_is_lost(void **state)
{
    struct shared shared = {.all = rclio_future_new(*state, "all", NULL)};
    pthread_t threads[PRODUCERS];
    source_init(&shared.source, *state, "shared", consume, NULL);
    for (int i = 0; i < PRODUCERS; i++) assert_int_equal(pthread_create(&threads[i], NULL, produce, &shared), 0);
    assert_ok(rclio_wait_for(shared.all, RCLIO_S(100)));
    for (int i = 0; i < PRODUCERS; i++) pthread_join(threads[i], NULL);
    settle(*state);
    assert_true(source_fini(&shared.source));
    rclio_future_unref(shared.all);
}

static void *finish_from_here(void *arg)
{
    source_fini(arg);
    return NULL;
}

static void finish_from_another_thread(void *arg)
{
    pthread_t other;
    if (pthread_create(&other, NULL, finish_from_here, arg) == 0) pthread_join(other, NULL);
}

/* S4. In a process of its own, as it ends that. */
static void a_debug_build_stops_who_breaks_the_rule_of_threads(void **state)
{
    (void)state;
#ifdef NDEBUG
    SKIP("no assertions in this build");
#endif
    int status;
    pid_t child = fork();
    if (child == 0) {
        source s;
        dup2(open("/dev/null", O_WRONLY | O_CLOEXEC), STDERR_FILENO);
        rclio_executor *executor = rclio_executor_new(NULL);
        source_init(&s, executor, "s", count_run, NULL);
        run_in_task(executor, finish_from_another_thread, &s);
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        executor_test(waking_twice_runs_once),
        executor_test(a_source_may_wake_itself_in_its_run),
        executor_test(a_suspended_source_remembers_wakes_and_holds_up_no_other),
        executor_test(a_finished_source_runs_no_more_although_it_was_queued),
        executor_test(a_source_may_be_finished_by_its_own_run),
        executor_test(a_suspended_source_is_released_when_its_run_has_returned),
        executor_test(the_task_of_a_run_is_not_the_task_of_the_next),
        executor_test(a_source_without_a_stack_waits_and_a_task_fails),
        executor_test(no_wake_of_another_thread_is_lost),
        cmocka_unit_test(a_debug_build_stops_who_breaks_the_rule_of_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
