/* tests/process/test_stop.c: signals and stops: all end within a second, what hangs is killed, nothing starts again. */
#include "stage.h"

static volatile sig_atomic_t own_handler_calls;

static void own_handler(int signal_number)
{
    (void)signal_number;
    own_handler_calls++;
}

static void told(rclio_timer *timer, void *arg)
{
    rclio_timer_cancel(timer);
    stage_tell(arg, "up");
}

static rclio_node *make_node(rclio_context *context, void *arg)
{
    rclio_node *node = rclio_node_new(context, "worker", NULL);
    rclio_timer_new(node, RCLIO_MS(1), told, arg, NULL); /* it spins */
    return node;
}

static void pass_on(const rclio_process_event *event, void *arg)
{
    (void)event;
    (void)arg;
}

static void a_signal_ends_all_nodes_which_leave_with_status_0(int signal_number)
{
    stage s;
    own_handler_calls = 0;
    signal(signal_number, own_handler);
    stage_open(&s, 0, NULL, &(rclio_processes_options){.on_event = pass_on, .stop_timeout_ns = RCLIO_S(30)});
    for (int i = 0; i < 3; i++) assert_ok(rclio_processes_add(s.processes, "worker", make_node, &s, NULL));
    stage_start(&s);
    for (int i = 0; i < 3; i++) assert_string_equal(stage_news(&s), "up");
    raise(signal_number);
    stage_until_over(&s);
    assert_false(rclio_processes_failed(s.processes));
    assert_int_equal(own_handler_calls, 1);
    stage_close(&s);
    raise(signal_number); /* the mask is as it was */
    assert_int_equal(own_handler_calls, 2);
    signal(signal_number, SIG_DFL);
}

static void sigint_ends_all_nodes_and_calls_the_programs_handler(void **state)
{
    (void)state;
    a_signal_ends_all_nodes_which_leave_with_status_0(SIGINT);
}

static void sigterm_ends_all_nodes_and_calls_the_programs_handler(void **state)
{
    (void)state;
    a_signal_ends_all_nodes_which_leave_with_status_0(SIGTERM);
}

/* A shell that waits hears a signal at once, but for one that comes while it forks. */
static void open_scripts(stage *s, const char *script, const rclio_process_options *options)
{
    char whole[256];
    stage_open(s, 0, NULL, &(rclio_processes_options){0});
    stage_own_clock(s);
    snprintf(whole, sizeof whole, "%s; tail -f /dev/null & echo up > %s; while :; do wait; done", script, s->news_path);
    stage_add_script(s, "worker", whole, options);
    stage_start(s);
    assert_string_equal(stage_news(s), "up");
}

static void what_ends_as_asked_is_no_failure_and_does_not_start_again(void **state)
{
    stage s;
    (void)state;
    open_scripts(&s, "trap 'exit 130' INT", &(rclio_process_options){.restart = RCLIO_RESTART_ALWAYS});
    rclio_processes_stop(s.processes, SIGINT);
    const seen *end = stage_until(&s, 2);
    assert_int_equal(end->level, RCLIO_LOG_DEBUG);
    assert_int_equal(end->exit_status, 130);
    assert_int_equal(end->pause_ns, -1);
    assert_non_null(strstr(end->description, ") ended with status 130 as asked"));
    assert_false(rclio_processes_dispatch(s.processes));
    assert_false(rclio_processes_failed(s.processes));
    stage_close(&s);
}

static void what_fails_when_it_is_asked_to_end_is_a_failure(void **state)
{
    stage s;
    (void)state;
    open_scripts(&s, "trap 'echo lost the file >&2; exit 3' TERM", NULL);
    rclio_processes_stop(s.processes, SIGTERM);
    const seen *end = stage_until(&s, 2);
    assert_int_equal(end->level, RCLIO_LOG_ERROR);
    assert_non_null(strstr(end->description, ") ended with status 3 when it was asked to end; its last line: lost the file"));
    assert_true(rclio_processes_failed(s.processes));
    stage_close(&s);
}

static void sigterm_follows_a_sigint_at_half_of_the_time(void **state)
{
    stage s;
    (void)state;
    open_scripts(&s, "trap '' INT", NULL);
    rclio_processes_stop(s.processes, SIGINT);
    stage_pass(&s, 0);
    assert_int_equal(s.due_ns, s.now_ns + RCLIO_MS(400));
    stage_pass(&s, RCLIO_MS(400));
    const seen *end = stage_until(&s, 2);
    assert_int_equal(end->signal_number, SIGTERM);
    assert_int_equal(end->level, RCLIO_LOG_DEBUG);
    assert_non_null(strstr(end->description, ") was killed by signal 15 (SIGTERM) as asked"));
    stage_close(&s);
}

static void what_hangs_is_killed_within_the_time(void **state)
{
    stage s;
    (void)state;
    open_scripts(&s, "trap '' INT TERM", &(rclio_process_options){.restart = RCLIO_RESTART_ALWAYS});
    rclio_processes_stop(s.processes, SIGINT);
    stage_pass(&s, 0);
    stage_pass(&s, RCLIO_MS(400));
    assert_int_equal(s.due_ns, s.now_ns + RCLIO_MS(400));
    assert_int_equal(s.count, 1);
    stage_pass(&s, RCLIO_MS(400));
    const seen *end = stage_until(&s, 2);
    assert_int_equal(end->signal_number, SIGKILL);
    assert_int_equal(end->level, RCLIO_LOG_ERROR);
    assert_int_equal(end->pause_ns, -1);
    assert_non_null(strstr(end->description, ") did not end within 0.8 s when it was asked to, and was killed"));
    assert_true(rclio_processes_failed(s.processes));
    stage_close(&s);
}

static void one_that_is_stopped_ends_too(void **state)
{
    stage s;
    (void)state;
    open_scripts(&s, ":", NULL);
    kill(-s.events[0].pid, SIGSTOP);
    rclio_processes_stop(s.processes, SIGTERM);
    assert_int_equal(stage_until(&s, 2)->signal_number, SIGTERM);
    stage_close(&s);
}

static void one_that_waits_to_start_again_does_not(void **state)
{
    stage s;
    (void)state;
    stage_open(&s, 0, NULL, &(rclio_processes_options){0});
    stage_own_clock(&s);
    stage_add_script(&s, "worker", "exit 1", &(rclio_process_options){.restart = RCLIO_RESTART_ALWAYS});
    stage_start(&s);
    stage_until(&s, 2);
    rclio_processes_stop(s.processes, SIGINT);
    assert_false(rclio_processes_dispatch(s.processes));
    assert_false(rclio_processes_failed(s.processes));
    assert_int_equal(s.count, 2);
    stage_close(&s);
}

static void a_stop_forgives_what_failed_before(void **state)
{
    stage s;
    (void)state;
    open_scripts(&s, ":", NULL);
    kill(s.events[0].pid, SIGKILL);
    stage_until(&s, 2);
    assert_true(rclio_processes_failed(s.processes));
    rclio_processes_stop(s.processes, SIGINT);
    assert_false(rclio_processes_dispatch(s.processes));
    assert_false(rclio_processes_failed(s.processes));
    stage_close(&s);
}

/* PN4: all at a time, not one behind the other. */
static void all_are_asked_at_once_and_only_the_first_signal_is_passed_on(void **state)
{
    char script[256];
    stage s;
    (void)state;
    stage_open(&s, 0, NULL, &(rclio_processes_options){0});
    stage_own_clock(&s);
    snprintf(script, sizeof script, "trap 'echo int > %s' INT; tail -f /dev/null & echo up > %s; while :; do wait; done",
             s.news_path, s.news_path);
    for (int i = 0; i < 3; i++) stage_add_script(&s, "worker", script, NULL);
    stage_start(&s);
    for (int i = 0; i < 3; i++) assert_string_equal(stage_news(&s), "up");
    rclio_processes_stop(s.processes, SIGINT);
    for (int i = 0; i < 3; i++) assert_string_equal(stage_news(&s), "int");
    rclio_processes_stop(s.processes, SIGTERM);
    stage_pass(&s, RCLIO_MS(399));
    assert_int_equal(s.count, 3);
    stage_pass(&s, RCLIO_MS(1));
    stage_until(&s, 6);
    assert_false(rclio_processes_dispatch(s.processes));
    stage_close(&s);
}

static void stop_at_first_end(const rclio_process_event *event, void *arg)
{
    stage *s = arg;
    s->count++;
    if (event->change != RCLIO_PROCESS_STARTED) rclio_processes_stop(s->processes, SIGTERM);
}

static void an_event_may_stop_the_others(void **state)
{
    stage s;
    (void)state;
    stage_open(&s, 0, NULL, &(rclio_processes_options){.on_event = stop_at_first_end, .arg = &s});
    stage_add_script(&s, "short", "exit 0", NULL);
    stage_add_script(&s, "long", "exec tail -f /dev/null", NULL);
    stage_start(&s);
    stage_until_over(&s);
    assert_int_equal(s.count, 4);
    assert_false(rclio_processes_failed(s.processes));
    stage_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sigint_ends_all_nodes_and_calls_the_programs_handler),
        cmocka_unit_test(sigterm_ends_all_nodes_and_calls_the_programs_handler),
        cmocka_unit_test(what_ends_as_asked_is_no_failure_and_does_not_start_again),
        cmocka_unit_test(what_fails_when_it_is_asked_to_end_is_a_failure),
        cmocka_unit_test(sigterm_follows_a_sigint_at_half_of_the_time),
        cmocka_unit_test(what_hangs_is_killed_within_the_time),
        cmocka_unit_test(one_that_is_stopped_ends_too),
        cmocka_unit_test(one_that_waits_to_start_again_does_not),
        cmocka_unit_test(a_stop_forgives_what_failed_before),
        cmocka_unit_test(all_are_asked_at_once_and_only_the_first_signal_is_passed_on),
        cmocka_unit_test(an_event_may_stop_the_others),
    };
    return cmocka_run_group_tests(tests, stage_environment, NULL);
}
