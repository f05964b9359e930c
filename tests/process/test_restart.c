/* tests/process/test_restart.c: who starts again, after which pause, by a clock that the test moves. */
#include "stage.h"

#include <sys/stat.h>

#define RESTART(policy, pause, longest)                                         \
    &(rclio_process_options)                                                    \
    {                                                                           \
        .restart = (policy), .pause_ns = (pause), .longest_pause_ns = (longest) \
    }

static void open_with(stage *s, const char *script, const rclio_process_options *options)
{
    stage_open(s, 0, NULL, &(rclio_processes_options){0});
    stage_own_clock(s);
    stage_add_script(s, "worker", script, options);
    stage_start(s);
}

static void by_default_nothing_starts_again(void **state)
{
    stage s;
    (void)state;
    open_with(&s, "exit 3", NULL);
    assert_int_equal(stage_until(&s, 2)->pause_ns, -1);
    assert_false(rclio_processes_dispatch(s.processes));
    assert_true(rclio_processes_failed(s.processes));
    assert_int_equal(s.due_ns, RCLIO_FOREVER);
    stage_close(&s);
}

static void on_failure_starts_again_after_a_status_or_a_signal_but_not_after_a_good_end(void **state)
{
    static const struct {
        const char *script;
        bool again;
    } cases[] = {{"exit 1", true}, {"kill -KILL $$", true}, {"exit 0", false}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        stage s;
        open_with(&s, cases[i].script, RESTART(RCLIO_RESTART_ON_FAILURE, 0, 0));
        assert_int_equal(stage_until(&s, 2)->pause_ns, cases[i].again ? RCLIO_S(1) : -1);
        assert_int_equal(rclio_processes_dispatch(s.processes), cases[i].again);
        assert_false(rclio_processes_failed(s.processes));
        stage_close(&s);
    }
}

static void always_starts_again_after_a_good_end_too(void **state)
{
    stage s;
    (void)state;
    open_with(&s, "exit 0", RESTART(RCLIO_RESTART_ALWAYS, RCLIO_MS(1500), 0));
    const seen *end = stage_until(&s, 2);
    assert_int_equal(end->level, RCLIO_LOG_INFO);
    assert_non_null(strstr(end->description, ") ended with status 0; starts again in 1.5 s"));
    stage_pass(&s, RCLIO_MS(1500) - 1);
    assert_int_equal(s.count, 2); /* not before */
    stage_pass(&s, 1);
    const seen *again = stage_until(&s, 3);
    assert_int_equal(again->change, RCLIO_PROCESS_STARTED);
    assert_int_equal(again->restarts, 1);
    assert_int_equal(again->level, RCLIO_LOG_INFO);
    assert_int_not_equal(again->pid, s.events[0].pid);
    assert_non_null(strstr(again->description, "node 'worker' started again as pid "));
    stage_close(&s);
}

static void the_pause_doubles_up_to_the_longest(void **state)
{
    static const int64_t pauses[] = {RCLIO_S(1), RCLIO_S(2), RCLIO_S(4), RCLIO_S(5), RCLIO_S(5)};
    stage s;
    (void)state;
    open_with(&s, "exit 1", RESTART(RCLIO_RESTART_ON_FAILURE, RCLIO_S(1), RCLIO_S(5)));
    for (size_t i = 0; i < sizeof pauses / sizeof *pauses; i++) {
        assert_int_equal(stage_until(&s, 2 * (i + 1))->pause_ns, pauses[i]);
        assert_int_equal(s.due_ns, s.now_ns + pauses[i]);
        stage_pass(&s, pauses[i]);
    }
    stage_close(&s);
}

static void one_that_ran_as_long_as_the_longest_pause_begins_with_the_first_again(void **state)
{
    char script[128];
    stage s;
    (void)state;
    stage_open(&s, 0, NULL, &(rclio_processes_options){0});
    stage_own_clock(&s);
    snprintf(script, sizeof script, "echo up > %s; exec tail -f /dev/null", s.news_path);
    stage_add_script(&s, "worker", script, RESTART(RCLIO_RESTART_ON_FAILURE, RCLIO_S(1), RCLIO_S(5)));
    stage_start(&s);
    const int64_t ran[] = {0, 0, RCLIO_S(5) - 1, RCLIO_S(5)}, pauses[] = {RCLIO_S(1), RCLIO_S(2), RCLIO_S(4), RCLIO_S(1)};
    for (size_t i = 0; i < 4; i++) {
        assert_string_equal(stage_news(&s), "up");
        s.now_ns += ran[i];
        kill(s.events[s.count - 1].pid, SIGKILL);
        assert_int_equal(stage_until(&s, 2 * (i + 1))->pause_ns, pauses[i]);
        stage_pass(&s, pauses[i]);
    }
    stage_close(&s);
}

static void a_pause_longer_than_the_longest_is_cut(void **state)
{
    stage s;
    (void)state;
    open_with(&s, "exit 1", RESTART(RCLIO_RESTART_ON_FAILURE, RCLIO_S(60), RCLIO_S(5)));
    assert_int_equal(stage_until(&s, 2)->pause_ns, RCLIO_S(5));
    stage_close(&s);
}

static void a_start_again_that_fails_is_told_and_tried_again(void **state)
{
    char path[] = "/tmp/rclio-test-program-XXXXXX", description[256];
    static const char script[] = "#!/bin/sh\nexit 1\n";
    stage s;
    (void)state;
    int file = mkstemp(path);
    assert_int_equal(write(file, script, sizeof script - 1), sizeof script - 1);
    fchmod(file, 0700);
    close(file);
    stage_open(&s, 0, NULL, &(rclio_processes_options){0});
    stage_own_clock(&s);
    assert_ok(rclio_processes_add_program(s.processes, "worker", (const char *const[]){path, NULL},
                                          RESTART(RCLIO_RESTART_ON_FAILURE, RCLIO_S(1), 0)));
    stage_start(&s);
    stage_until(&s, 2);
    unlink(path);
    stage_pass(&s, RCLIO_S(1));
    const seen *failed = stage_until(&s, 3);
    assert_int_equal(failed->change, RCLIO_PROCESS_NOT_STARTED);
    assert_int_equal(failed->level, RCLIO_LOG_ERROR);
    assert_int_equal(failed->pid, 0);
    assert_int_equal(failed->pause_ns, RCLIO_S(2));
    snprintf(description, sizeof description, "%s: No such file or directory", path);
    assert_non_null(strstr(failed->description, description));
    assert_non_null(strstr(failed->description, "node 'worker'"));
    assert_non_null(strstr(failed->description, "; starts again in 2 s"));
    assert_true(rclio_processes_dispatch(s.processes));
    stage_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_default_nothing_starts_again),
        cmocka_unit_test(on_failure_starts_again_after_a_status_or_a_signal_but_not_after_a_good_end),
        cmocka_unit_test(always_starts_again_after_a_good_end_too),
        cmocka_unit_test(the_pause_doubles_up_to_the_longest),
        cmocka_unit_test(one_that_ran_as_long_as_the_longest_pause_begins_with_the_first_again),
        cmocka_unit_test(a_pause_longer_than_the_longest_is_cut),
        cmocka_unit_test(a_start_again_that_fails_is_told_and_tried_again),
    };
    return cmocka_run_group_tests(tests, stage_environment, NULL);
}
