/* tests/async/test_stack.c: stacks, their guards and what an overflow says: K5, P1 to P3, O1.
 *
 * An overflow ends its process, so this program runs itself again with the name of a case as its argument. */
#include "async_test.h"

#include "async/stack_pool.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- cases, run in a process of their own ---- */

static volatile int sink;

static __attribute__((noinline)) int recurse(int depth)
{
    volatile char frame[256];
    frame[0] = (char)depth;
    if (depth > 0) sink += recurse(depth - 1);
    return frame[0];
}

static void overflow_stack(void *arg)
{
    (void)arg;
    recurse(1000000);
}

static void touch_nothing(void *arg)
{
    static volatile int *volatile nowhere;
    (void)arg;
    *nowhere = 1; /* NOLINT: the fault is what is tested */
}

static void overflow_after_await(void *arg)
{
    rclio_sleep(RCLIO_MS(1));
    overflow_stack(arg);
}

static void own_handler(int number)
{
    static const char line[] = "the program's own handler\n";
    (void)number;
    if (write(STDERR_FILENO, line, sizeof line - 1) > 0) _exit(7);
}

static void *run_case_in_thread(void *arg)
{
    rclio_executor *executor = rclio_executor_new(&(rclio_executor_options){.name = "robot", .stack_size = 64 * 1024});
    if (executor && rclio_task_start(executor, "planner", *(rclio_task_fn **)arg, NULL) == RCLIO_OK)
        rclio_executor_spin(executor);
    return NULL;
}

static int run_case(const char *name)
{
    static const struct rlimit no_core = {0};
    rclio_task_fn *function = overflow_stack;
    setrlimit(RLIMIT_CORE, &no_core);
    if (strcmp(name, "null") == 0) function = touch_nothing;
    if (strcmp(name, "late") == 0) function = overflow_after_await;
    if (strcmp(name, "own handler") == 0) signal(SIGSEGV, own_handler);
    if (strcmp(name, "thread") == 0) {
        pthread_t other;
        pthread_create(&other, NULL, run_case_in_thread, &function);
        pthread_join(other, NULL);
    }
    run_case_in_thread(&function);
    return 0;
}

/* ---- tests ---- */

struct outcome {
    int status; /* as waitpid() gives it */
    char text[4096];
};

static struct outcome outcome_of(const char *name)
{
    struct outcome o = {0};
    int pipes[2];
    size_t length = 0;
    assert_int_equal(pipe(pipes), 0);
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        dup2(pipes[1], STDERR_FILENO);
        close(pipes[0]);
        close(pipes[1]);
        execl("/proc/self/exe", "test_async_stack", name, (char *)NULL);
        _exit(99);
    }
    close(pipes[1]);
    for (ssize_t size; (size = read(pipes[0], o.text + length, sizeof o.text - 1 - length)) > 0;) length += (size_t)size;
    close(pipes[0]);
    assert_int_equal(waitpid(child, &o.status, 0), child);
    return o;
}

static bool died_of_it(const struct outcome *o) /* by the signal, or by a sanitizer's report of it */
{
    return WIFSIGNALED(o->status) || (WIFEXITED(o->status) && WEXITSTATUS(o->status) != 0 && WEXITSTATUS(o->status) != 99);
}

static void an_overflow_names_the_task(void **state)
{
    (void)state;
    static const char *const cases[] = {"overflow", "late", "thread"};
    for (int i = 0; i < 3; i++) {
        struct outcome o = outcome_of(cases[i]);
        assert_non_null(strstr(o.text, "stack overflow in task 'planner' of executor 'robot'"));
        assert_non_null(strstr(o.text, "64 kB"));
        assert_true(died_of_it(&o));
    }
}

static void other_faults_are_not_called_overflows(void **state)
{
    (void)state;
    struct outcome o = outcome_of("null");
    assert_null(strstr(o.text, "rclio: stack overflow"));
    assert_true(died_of_it(&o));
}

static void a_handler_from_before_is_called_too(void **state)
{
    (void)state;
    struct outcome o = outcome_of("own handler");
    const char *ours = strstr(o.text, "stack overflow in task 'planner'"), *own = strstr(o.text, "the program's own handler");
    assert_true(ours && own && ours < own); /* O1 */
    assert_true(WIFEXITED(o.status));
    assert_int_equal(WEXITSTATUS(o.status), 7);
}

static void each_kind_of_guard_gives_usable_stacks(void **state)
{
    (void)state;
    for (int kind = STACK_GUARD_UNKNOWN; kind <= STACK_GUARD_CANARY; kind++) {
        stack_pool pool;
        stack stacks[300]; /* more than a slab */
        assert_ok(stack_pool_init(&pool, 64 * 1024, (stack_guard)kind));
        for (int i = 0; i < 300; i++) {
            stack found;
            bool in_guard;
            assert_ok(stack_pool_take(&pool, &stacks[i]));
            assert_true(stacks[i].high - stacks[i].low >= 48 * 1024);
            memset(stacks[i].low, 0xaa, 100);
            memset(stacks[i].high - 100, 0xaa, 100);
            assert_true(stack_pool_find(&pool, stacks[i].high - 1, &found, &in_guard));
            assert_ptr_equal(found.high, stacks[i].high);
            assert_false(in_guard);
            if (pool.guard == STACK_GUARD_CANARY) continue;
            assert_true(stack_pool_find(&pool, stacks[i].low - 1, &found, &in_guard));
            assert_true(in_guard);
        }
        for (int i = 0; i < 300; i++) assert_true(stack_is_intact(&stacks[i]));
        stack none;
        bool in_guard;
        assert_false(stack_pool_find(&pool, &pool, &none, &in_guard));
        stack_pool_fini(&pool);
    }
}

static void a_canary_tells_afterwards(void **state)
{
    (void)state;
    stack_pool pool;
    stack stacks[2];
    assert_ok(stack_pool_init(&pool, 64 * 1024, STACK_GUARD_CANARY));
    for (int i = 0; i < 2; i++) assert_ok(stack_pool_take(&pool, &stacks[i]));
    assert_true(stack_is_intact(&stacks[1]));
    memset(stacks[1].low - 16, 0, 16);
    assert_false(stack_is_intact(&stacks[1]));
    stack_pool_fini(&pool);
}

static void wrong_sizes_are_refused(void **state)
{
    (void)state;
    stack_pool pool;
    assert_status(stack_pool_init(&pool, 1000, STACK_GUARD_UNKNOWN), RCLIO_INVALID);
    assert_status(stack_pool_init(&pool, 96 * 1024, STACK_GUARD_UNKNOWN), RCLIO_INVALID);
    assert_status(stack_pool_init(&pool, (size_t)1 << 40, STACK_GUARD_UNKNOWN), RCLIO_INVALID);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_overflow_names_the_task),          cmocka_unit_test(other_faults_are_not_called_overflows),
        cmocka_unit_test(a_handler_from_before_is_called_too), cmocka_unit_test(each_kind_of_guard_gives_usable_stacks),
        cmocka_unit_test(a_canary_tells_afterwards),           cmocka_unit_test(wrong_sizes_are_refused),
    };
    if (argc > 1) return run_case(argv[1]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
