/* tests/async/test_idle.c: what entities cost that have nothing to do (X3): no system call, and nothing on the events of others.
 *
 * System calls are counted from outside: the executor spins in a child process that this one traces. */
#include "async_test.h"
#include "support/sanitized.h"
#include "support/skip.h"

#include "async/source.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define FEW 10
#define MANY 10000
#define EVENTS 20000
#define ROUNDS 10

/* An executor with `count` sources, timers and suspended tasks that have nothing to do for a long time. */
typedef struct idlers {
    rclio_executor *executor;
    source *sources;
    timer *timers;
    rclio_future *never;
    size_t count;
} idlers;

static void run_nothing(source *s)
{
    (void)s;
}

static void await_in_vain(void *arg)
{
    rclio_wait_for(arg, RCLIO_S(1000));
}

static idlers idlers_new(size_t count)
{
    idlers made = {.executor = rclio_executor_new(NULL), .count = count};
    made.sources = calloc(count, sizeof *made.sources);
    made.timers = calloc(count, sizeof *made.timers);
    made.never = rclio_future_new(made.executor, "never", NULL);
    assert_true(made.sources && made.timers && made.never);
    for (size_t i = 0; i < count; i++) {
        source_init(&made.sources[i], made.executor, "idle", run_nothing, NULL);
        timer_init(&made.timers[i], made.executor, NULL);
        timer_arm(&made.timers[i], rclio_deadline(RCLIO_S(1000 + (int64_t)i)));
        if (i < MANY_TASKS) assert_ok(rclio_task_start(made.executor, "idle", await_in_vain, made.never));
    }
    settle(made.executor);
    return made;
}

static void idlers_free(idlers *these)
{
    for (size_t i = 0; i < these->count; i++) timer_disarm(&these->timers[i]);
    rclio_future_unref(these->never);
    rclio_executor_destroy(these->executor);
    free(these->sources);
    free(these->timers);
}

/* ---- an idle second ---- */

static void stop_spinning(timer *t)
{
    rclio_executor_stop(t->executor);
}

/* The child: spins for a second between two calls of getppid(), by which the tracer knows when to count. */
static void spin_an_idle_second(void)
{
    idlers idle = idlers_new(1000);
    timer end;
    timer_init(&end, idle.executor, stop_spinning);
    timer_arm(&end, rclio_deadline(RCLIO_S(1)));
    rclio_executor_spin_until(idle.executor, idle.never, RCLIO_MS(1)); /* what the preparations woke is seen */
    ptrace(PTRACE_TRACEME, 0, NULL, NULL);
    raise(SIGSTOP);
    syscall(SYS_getppid);
    rclio_executor_spin(idle.executor);
    syscall(SYS_getppid);
    _exit(0);
}

/* Lets the stopped child go on to its next system call. SYS_exit_group when it has ended. */
static long next_system_call(pid_t child)
{
    for (;;) {
        int status;
        struct __ptrace_syscall_info info;
        if (ptrace(PTRACE_SYSCALL, child, NULL, NULL) || waitpid(child, &status, 0) != child || WIFEXITED(status))
            return SYS_exit_group;
        assert_true(WIFSTOPPED(status));
        if (WSTOPSIG(status) != (SIGTRAP | 0x80)) continue;
        assert_true(ptrace(PTRACE_GET_SYSCALL_INFO, child, sizeof info, &info) > 0);
        if (info.op == PTRACE_SYSCALL_INFO_ENTRY) return (long)info.entry.nr;
    }
}

/* X3, E3: one futex sleeps it through; after it the stop is written. */
static void an_idle_second_makes_no_system_call(void **state)
{
    (void)state;
    int status, sleeps = 0, others = 0;
    pid_t child = fork();
    if (child == 0) spin_an_idle_second();
    assert_int_equal(waitpid(child, &status, 0), child);
    if (!WIFSTOPPED(status) || ptrace(PTRACE_SETOPTIONS, child, NULL, (void *)(PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL))) {
        SKIP("tracing is not allowed here");
    }
    for (long number; (number = next_system_call(child)) != SYS_getppid;) assert_int_not_equal(number, SYS_exit_group);
    for (long number; (number = next_system_call(child)) != SYS_getppid;) {
        assert_int_not_equal(number, SYS_exit_group);
        if (number == SYS_futex)
            sleeps++;
        else if (number != SYS_clock_gettime) /* where the machine has none without a system call */
            others++;
    }
    kill(child, SIGKILL);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_in_range(sleeps, 1, IS_SANITIZED ? 1000 : 1); /* futex.c: short sleeps for the thread sanitizer */
    assert_in_range(others, 0, 1);
}

/* ---- the cost of an event ---- */

struct counted {
    source event; /* first */
    size_t left;
};

static void count_down(source *s)
{
    struct counted *c = (struct counted *)(void *)s;
    if (--c->left > 0) source_wake(s);
}

static int64_t cost_of_events(const idlers *beside)
{
    struct counted c = {.left = EVENTS};
    source_init(&c.event, beside->executor, "event", count_down, NULL);
    source_wake(&c.event);
    int64_t before = rclio_now_steady();
    settle(beside->executor);
    int64_t cost = rclio_now_steady() - before;
    assert_int_equal(c.left, 0);
    source_fini(&c.event);
    return cost;
}

/* The best of several rounds each, taken in turns, so that other work on the machine meets both. A cost per entity would make the
 * ratio a hundred and more. */
static void an_event_costs_the_same_beside_ten_and_ten_thousand_idle_entities(void **state)
{
    (void)state;
    idlers few = idlers_new(FEW), many = idlers_new(MANY);
    int64_t beside_few = INT64_MAX, beside_many = INT64_MAX;
    for (int i = 0; i < ROUNDS; i++) {
        int64_t cost = cost_of_events(&few);
        if (cost < beside_few) beside_few = cost;
        cost = cost_of_events(&many);
        if (cost < beside_many) beside_many = cost;
    }
    print_message("an event beside %d idle entities: %.1f ns, beside %d: %.1f ns\n", FEW, (double)beside_few / EVENTS, MANY,
                  (double)beside_many / EVENTS);
    assert_true(beside_many < 2 * beside_few);
    idlers_free(&few);
    idlers_free(&many);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_idle_second_makes_no_system_call),
        cmocka_unit_test(an_event_costs_the_same_beside_ten_and_ten_thousand_idle_entities),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
