/* tests/process/test_orphans.c: PN5: whatever ends the program, its nodes end with it. Each process that is to end holds the write end
 * of a pipe; the pipe's end of file is their end. The test is their reaper then. */
#include "stage.h"

#include <sched.h>
#include <sys/prctl.h>
#include <sys/wait.h>

static rclio_node *make_node(rclio_context *context, void *arg)
{
    rclio_node *node = rclio_node_new(context, "worker", NULL);
    stage_tell(arg, "up");
    return node;
}

_Noreturn static rclio_node *make_deaf(rclio_context *context, void *arg)
{
    (void)context;
    signal(SIGINT, SIG_IGN);
    signal(SIGTERM, SIG_IGN);
    stage_tell(arg, "up");
    for (;;) pause();
}

/* Two nodes and a program, in a child of the test: the program that is killed. */
static void be_the_program(const stage *s)
{
    char script[128];
    snprintf(script, sizeof script, "trap '' INT TERM; echo up > %s; exec tail -f /dev/null", s->news_path);
    rclio_processes *processes = rclio_processes_new(0, NULL, NULL);
    rclio_processes_add(processes, "worker", make_node, (void *)s, NULL);
    rclio_processes_add(processes, "deaf", make_deaf, (void *)s, NULL);
    rclio_processes_add_program(processes, "program", (const char *const[]){"/bin/sh", "-c", script, NULL}, NULL);
    _exit(rclio_processes_spin(processes));
}

static void until(const stage *s, size_t ups)
{
    char byte;
    while (ups > 0 && read(s->news[0], &byte, 1) == 1) ups -= byte == '\n';
    assert_int_equal(ups, 0);
}

static void reap_all(void)
{
    while (waitpid(-1, NULL, 0) > 0) continue;
}

static void check_no_orphans(int signal_number)
{
    stage s = {0};
    char byte;
    int status;
    harness_watch(NULL);
    assert_int_equal(pipe(s.news), 0);
    snprintf(s.news_path, sizeof s.news_path, "/proc/self/fd/%d", s.news[1]);
    pid_t program = fork();
    assert_true(program >= 0);
    if (program == 0) be_the_program(&s);
    close(s.news[1]);
    until(&s, 3);
    kill(program, signal_number);
    assert_int_equal(read(s.news[0], &byte, 1), 0); /* all have ended */
    assert_int_equal(waitpid(program, &status, 0), program);
    if (signal_number == SIGKILL)
        assert_true(WIFSIGNALED(status));
    else
        assert_int_equal(WEXITSTATUS(status), 1); /* the deaf ones had to be killed */
    reap_all();
    close(s.news[0]);
    harness_unwatch();
}

static void no_node_survives_a_kill_9_of_the_program(void **state)
{
    (void)state;
    for (int i = 0; i < 10; i++) check_no_orphans(SIGKILL);
}

static void no_node_survives_a_ctrl_c_however_deaf(void **state)
{
    (void)state;
    check_no_orphans(SIGINT);
}

/* The moment between fork and prctl(): killed as early as can be, again and again. */
static void no_node_survives_a_program_that_is_killed_while_it_starts_them(void **state)
{
    (void)state;
    for (int i = 0; i < 50; i++) {
        stage s = {0};
        char bytes[16];
        harness_watch(NULL); /* each turn has its time: on a busy machine a yield takes long */
        assert_int_equal(pipe(s.news), 0);
        snprintf(s.news_path, sizeof s.news_path, "/proc/self/fd/%d", s.news[1]);
        pid_t program = fork();
        if (program == 0) be_the_program(&s);
        close(s.news[1]);
        for (int turn = 0; turn < 200 * i; turn++) sched_yield(); /* another moment each time */
        kill(program, SIGKILL);
        while (read(s.news[0], bytes, sizeof bytes) > 0) continue;
        reap_all();
        close(s.news[0]);
    }
    harness_unwatch();
}

int main(void)
{
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_node_survives_a_kill_9_of_the_program),
        cmocka_unit_test(no_node_survives_a_ctrl_c_however_deaf),
        cmocka_unit_test(no_node_survives_a_program_that_is_killed_while_it_starts_them),
    };
    return cmocka_run_group_tests(tests, stage_environment, NULL);
}
