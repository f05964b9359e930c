/* tests/process/test_processes.c: real processes: how an end is told, that others go on, what reaches a child, what is refused. */
#include "stage.h"
#include "support/skip.h"

#include <pthread.h>

#define WORDS(...)        \
    (const char *const[]) \
    {                     \
        __VA_ARGS__, NULL \
    }

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define UNDER_TSAN 1
#endif
#endif
#if defined(__SANITIZE_THREAD__)
#define UNDER_TSAN 1
#endif

static void described(const seen *event, const char *format)
{
    char expected[2048];
    snprintf(expected, sizeof expected, format, (int)event->pid);
    assert_string_equal(event->description, expected);
}

/* ---- how an end is told: PN2 ---- */

static void check_end(const char *script, rclio_process_change change, int value, rclio_log_level level, const char *format)
{
    stage s;
    stage_open(&s, 0, NULL, &(rclio_processes_options){0});
    stage_add_script(&s, "worker", script, NULL);
    stage_start(&s);
    described(stage_until(&s, 1), "node 'worker' started as pid %d");
    assert_int_equal(s.events[0].change, RCLIO_PROCESS_STARTED);
    assert_int_equal(s.events[0].level, RCLIO_LOG_DEBUG);
    const seen *end = stage_until(&s, 2);
    assert_int_equal(end->change, change);
    assert_int_equal(end->exit_status, change == RCLIO_PROCESS_EXITED ? value : -1);
    assert_int_equal(end->signal_number, change == RCLIO_PROCESS_KILLED ? value : 0);
    assert_int_equal(end->level, level);
    assert_int_equal(end->pid, s.events[0].pid);
    described(end, format);
    assert_false(rclio_processes_dispatch(s.processes));
    assert_int_equal(rclio_processes_failed(s.processes), level == RCLIO_LOG_ERROR);
    stage_close(&s);
}

static void a_failure_is_told_with_its_status_and_the_last_line_of_its_errors(void **state)
{
    (void)state;
    check_end("echo first >&2; echo 'the motor is gone' >&2; echo out; exit 3", RCLIO_PROCESS_EXITED, 3, RCLIO_LOG_ERROR,
              "node 'worker' (pid %d) ended with status 3; its last line: the motor is gone");
}

static void a_signal_is_told_with_its_number_and_name(void **state)
{
    (void)state;
    check_end("echo bye >&2; kill -KILL $$", RCLIO_PROCESS_KILLED, SIGKILL, RCLIO_LOG_ERROR,
              "node 'worker' (pid %d) was killed by signal 9 (SIGKILL); its last line: bye");
}

static void without_errors_the_last_line_is_that_of_its_output(void **state)
{
    (void)state;
    check_end("echo one; printf two; exit 1", RCLIO_PROCESS_EXITED, 1, RCLIO_LOG_ERROR,
              "node 'worker' (pid %d) ended with status 1; its last line: two");
}

static void one_that_wrote_nothing_is_told_so(void **state)
{
    (void)state;
    check_end("exit 1", RCLIO_PROCESS_EXITED, 1, RCLIO_LOG_ERROR,
              "node 'worker' (pid %d) ended with status 1; it had written nothing");
}

static void empty_lines_are_no_last_line_and_control_characters_are_blanks(void **state)
{
    (void)state;
    check_end("printf 'a\\tb\\033[0m\\n\\n' >&2; exit 1", RCLIO_PROCESS_EXITED, 1, RCLIO_LOG_ERROR,
              "node 'worker' (pid %d) ended with status 1; its last line: a b [0m");
}

static void a_good_end_is_information(void **state)
{
    (void)state;
    check_end("echo done >&2", RCLIO_PROCESS_EXITED, 0, RCLIO_LOG_INFO, "node 'worker' (pid %d) ended with status 0");
}

static void a_last_line_is_cut(void **state)
{
    stage s;
    (void)state;
    stage_open(&s, 0, NULL, &(rclio_processes_options){0});
    stage_add_script(&s, "worker", "head -c 100000 /dev/zero | tr '\\0' x >&2; exit 1", NULL);
    stage_start(&s);
    assert_int_equal(strlen(stage_until(&s, 2)->last_line), 512);
    stage_close(&s);
}

/* What the child left behind in its group ends with it, and does not keep the report waiting. */
static void a_child_of_a_node_that_ended_is_killed(void **state)
{
    char script[256];
    stage s;
    (void)state;
    stage_open(&s, 0, NULL, &(rclio_processes_options){0});
    snprintf(script, sizeof script, "tail -f /dev/null & echo $! > %s; exit 1", s.news_path);
    stage_add_script(&s, "worker", script, NULL);
    stage_start(&s);
    stage_until(&s, 2);
    close(s.news[1]); /* the grandchild holds it too */
    char rest[64];
    while (read(s.news[0], rest, sizeof rest) > 0) continue; /* ends when nobody has it open */
    s.news[1] = dup(s.news[0]);
    stage_close(&s);
}

/* ---- functions: PN1, PN2, PN7 ---- */

static rclio_node *make_failure(rclio_context *context, void *arg)
{
    (void)arg;
    rclio_types_get(rclio_context_types(context), "no_such_package/msg/Thing");
    return NULL;
}

static void a_node_that_cannot_be_made_ends_its_process_with_the_reason(void **state)
{
    stage s;
    (void)state;
    stage_open(&s, 0, NULL, &(rclio_processes_options){0});
    assert_ok(rclio_processes_add(s.processes, "worker", make_failure, NULL, NULL));
    stage_start(&s);
    const seen *end = stage_until(&s, 2);
    assert_int_equal(end->exit_status, 1);
    assert_non_null(strstr(end->last_line, "no_such_package"));
    stage_close(&s);
}

static rclio_node *make_bad_name(rclio_context *context, void *arg)
{
    (void)arg;
    return rclio_node_new(context, "bad name", NULL);
}

static rclio_node *make_nothing(rclio_context *context, void *arg)
{
    (void)context, (void)arg;
    return NULL;
}

static void the_reason_is_one_line(void **state)
{
    static rclio_make_node_fn *const makers[] = {make_bad_name, make_nothing};
    static const char *const reasons[] = {
        "Invalid node name: node name must not contain characters other than alphanumerics or '_': 'bad name'",
        "its function returned no node, and no error says why"};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        stage s;
        stage_open(&s, 0, NULL, &(rclio_processes_options){0});
        assert_ok(rclio_processes_add(s.processes, "worker", makers[i], NULL, NULL));
        stage_start(&s);
        assert_string_equal(stage_until(&s, 2)->last_line, reasons[i]);
        stage_close(&s);
    }
}

static void told(rclio_timer *timer, void *arg)
{
    (void)timer;
    stage_tell(arg, "still here");
}

static rclio_node *make_living(rclio_context *context, void *arg)
{
    rclio_node *node = rclio_node_new(context, "living", NULL);
    rclio_timer_new(node, RCLIO_MS(10), told, arg, NULL);
    return node;
}

static void crash(rclio_timer *timer, void *arg)
{
    (void)timer;
    RCLIO_ERROR(arg, "about to crash");
    abort();
}

static rclio_node *make_crashing(rclio_context *context, void *arg)
{
    rclio_node *node = rclio_node_new(context, "crashing", NULL);
    rclio_timer_new(node, RCLIO_MS(10), crash, node, NULL);
    (void)arg;
    return node;
}

static void a_crash_leaves_the_other_node_running_and_is_told_with_the_last_line_of_its_log(void **state)
{
    stage s;
    (void)state;
    stage_open(&s, 0, NULL, &(rclio_processes_options){0});
    assert_ok(rclio_processes_add(s.processes, "living", make_living, &s, NULL));
    assert_ok(rclio_processes_add(s.processes, "crashing", make_crashing, NULL, NULL));
    stage_start(&s);
    const seen *end = stage_until_change(&s, "crashing", RCLIO_PROCESS_KILLED, 0);
    assert_int_equal(end->signal_number, SIGABRT);
    assert_non_null(strstr(end->description, "was killed by signal 6 (SIGABRT"));
    assert_non_null(strstr(end->last_line, "[crashing]: about to crash"));
    for (int i = 0; i < 20; i++) assert_string_equal(stage_news(&s), "still here"); /* some were written before */
    assert_true(rclio_processes_dispatch(s.processes));
    assert_int_equal(s.count, 3);
    stage_close(&s);
}

static rclio_node *make_pair(rclio_context *context, void *arg)
{
    char line[128];
    rclio_node *left = rclio_node_new(context, "left", NULL), *right = rclio_node_new(context, "right", NULL);
    snprintf(line, sizeof line, "%d %s %s", (int)getpid(), rclio_node_full_name(left), rclio_node_full_name(right));
    stage_tell(arg, line);
    return right;
}

static void a_group_of_nodes_shares_a_process(void **state)
{
    char expected[64];
    stage s;
    (void)state;
    stage_open(&s, 0, NULL, &(rclio_processes_options){0});
    assert_ok(rclio_processes_add(s.processes, "pair", make_pair, &s, NULL));
    stage_start(&s);
    snprintf(expected, sizeof expected, "%d /left /right", (int)s.events[0].pid);
    assert_string_equal(stage_news(&s), expected);
    stage_close(&s);
}

#ifdef UNDER_TSAN
static void a_function_is_not_started_beside_other_threads_but_a_program_is(void **state)
{
    (void)state;
    SKIP("the thread sanitizer has a thread of its own");
}
#else
static void *wait_for_the_end(void *file)
{
    char byte;
    while (read(*(int *)file, &byte, 1) > 0) continue;
    return NULL;
}

static void a_function_is_not_started_beside_other_threads_but_a_program_is(void **state)
{
    int gate[2];
    pthread_t thread;
    stage s;
    (void)state;
    assert_int_equal(pipe(gate), 0);
    stage_open(&s, 0, NULL, &(rclio_processes_options){0});
    assert_int_equal(pthread_create(&thread, NULL, wait_for_the_end, &gate[0]), 0);
    stage_add_script(&s, "program", "exit 0", NULL);
    assert_ok(rclio_processes_add(s.processes, "living", make_living, &s, NULL));
    assert_int_equal(rclio_processes_start(s.processes), RCLIO_BAD_STATE);
    assert_string_equal(rclio_error(),
                        "node 'living' cannot be started: this process has 2 threads, whose locks a forked function "
                        "would wait for: start it before the first node is made, or as a program");
    assert_int_equal(stage_until(&s, 2)->change, RCLIO_PROCESS_EXITED);
    close(gate[1]);
    pthread_join(thread, NULL);
    close(gate[0]);
    stage_close(&s);
}
#endif

/* ---- what reaches a child: PN3 ---- */

static rclio_node *make_told(rclio_context *context, void *arg)
{
    char line[256];
    int64_t rate = -1;
    int count = 0;
    const char *more = getenv("RCLIO_TEST_MORE");
    rclio_node *node = rclio_node_new(context, "worker", NULL);
    char *topic = rclio_node_resolve_topic(node, "chatter");
    if (rclio_parameter_declare(node, "rate", rclio_value_integer(0), NULL) == RCLIO_OK)
        rclio_parameter_get_integer(node, "rate", &rate);
    rclio_context_arguments(context, &count);
    snprintf(line, sizeof line, "%s %s rate=%d %s words=%d %s", rclio_node_full_name(node), topic, (int)rate,
             rclio_log_level_name(rclio_logger_effective_level(context, rclio_node_logger(node))), count, more ? more : "-");
    stage_tell(arg, line);
    free(topic);
    return node;
}

/* ARG-2, ARG-3, ARG-4 */
static void parameters_remaps_and_levels_of_the_program_and_of_the_node_reach_it(void **state)
{
    char *const argv[] = {"main", "file", "--ros-args", "-p", "rate:=5", "-r", "chatter:=/all", "--log-level", "warn", NULL};
    const rclio_process_options own = {
        .arguments = WORDS("-p", "rate:=7", "-r", "chatter:=/left", "-r", "__ns:=/robot", "--log-level", "debug"),
        .environment = WORDS("RCLIO_TEST_MORE=more")};
    stage s;
    (void)state;
    stage_open(&s, 9, argv, &(rclio_processes_options){0});
    assert_ok(rclio_processes_add(s.processes, "own", make_told, &s, &own));
    stage_start(&s);
    assert_string_equal(stage_news(&s), "/robot/worker /left rate=7 DEBUG words=2 more");
    stage_close(&s);

    stage_open(&s, 9, argv, &(rclio_processes_options){0});
    assert_ok(rclio_processes_add(s.processes, "common", make_told, &s, NULL));
    stage_start(&s);
    assert_string_equal(stage_news(&s), "/worker /all rate=5 WARN words=2 -");
    stage_close(&s);
}

static void a_program_gets_them_as_words_behind_its_own(void **state)
{
    char *const argv[] = {"main", "file", "--ros-args", "-p", "rate:=5", NULL};
    char script[256];
    stage s;
    (void)state;
    stage_open(&s, 5, argv, &(rclio_processes_options){0});
    snprintf(script, sizeof script, "echo \"$0 $* $RCLIO_TEST_MORE\" > %s", s.news_path);
    assert_ok(rclio_processes_add_program(
        s.processes, "worker", WORDS("sh", "-c", script, "node"),
        &(rclio_process_options){.arguments = WORDS("-r", "a:=b"), .environment = WORDS("RCLIO_TEST_MORE=more")}));
    stage_start(&s);
    assert_string_equal(stage_news(&s), "node --ros-args -r a:=b -- --ros-args -p rate:=5 -- more");
    stage_close(&s);
}

static void its_standard_input_is_empty(void **state)
{
    char script[256];
    stage s;
    (void)state;
    stage_open(&s, 0, NULL, &(rclio_processes_options){0});
    snprintf(script, sizeof script, "cat; readlink /proc/self/fd/0 > %s", s.news_path);
    stage_add_script(&s, "worker", script, NULL);
    stage_start(&s);
    assert_string_equal(stage_news(&s), "/dev/null");
    stage_close(&s);
}

static rclio_node *make_counted(rclio_context *context, void *arg)
{
    char line[32];
    int files = 0;
    (void)context;
    for (int file = 0; file < 256; file++) files += fcntl(file, F_GETFD) >= 0;
    snprintf(line, sizeof line, "%d", files);
    stage_tell(arg, line);
    exit(0);
}

/* CH3: the number is the same for the first and the last of many, and none of the others' pipes is there. */
static void a_forked_function_has_no_file_of_the_program_s_loop(void **state)
{
    stage s;
    char first[32];
    (void)state;
    stage_open(&s, 0, NULL, &(rclio_processes_options){0});
    for (int i = 0; i < 4; i++) {
        stage_add_script(&s, "between", "exec tail -f /dev/null", NULL);
        assert_ok(rclio_processes_add(s.processes, "counted", make_counted, &s, NULL));
    }
    stage_start(&s);
    snprintf(first, sizeof first, "%s", stage_news(&s));
    for (int i = 0; i < 3; i++) assert_string_equal(stage_news(&s), first);
    stage_close(&s);
}

/* ---- what is refused: PX1 ---- */

static void a_mistake_in_one_nodes_arguments_starts_none(void **state)
{
    stage s;
    (void)state;
    stage_open(&s, 0, NULL, &(rclio_processes_options){0});
    stage_add_script(&s, "good", "exit 0", NULL);
    assert_int_equal(
        rclio_processes_add(s.processes, "bad", make_living, &s, &(rclio_process_options){.arguments = WORDS("-p", "x")}),
        RCLIO_INVALID);
    assert_non_null(strstr(rclio_error(), "node 'bad'"));
    assert_non_null(strstr(rclio_error(), "Couldn't parse"));
    assert_int_equal(rclio_processes_add(s.processes, "worse", NULL, NULL, NULL), RCLIO_INVALID);
    assert_int_equal(rclio_processes_start(s.processes), RCLIO_INVALID);
    assert_non_null(strstr(rclio_error(), "node 'bad'")); /* the first */
    assert_int_equal(s.count, 0);
    stage_close(&s);
}

static void check_refused(const char *name, const char *const *program, const rclio_process_options *options, const char *words)
{
    stage s;
    stage_open(&s, 0, NULL, &(rclio_processes_options){0});
    assert_int_equal(rclio_processes_add_program(s.processes, name, program, options), RCLIO_INVALID);
    assert_non_null(strstr(rclio_error(), words));
    stage_close(&s);
}

static void what_cannot_be_is_refused_with_its_name(void **state)
{
    const char *const *program = WORDS("true");
    (void)state;
    check_refused("", program, NULL, "a node needs a name");
    check_refused("worker", NULL, NULL, "node 'worker' needs a function that makes it, or a program");
    check_refused("worker", program, &(rclio_process_options){.pause_ns = -1}, "node 'worker' has a negative pause");
    check_refused("worker", program, &(rclio_process_options){.restart = (rclio_restart)7}, "no such restart policy: 7");
    check_refused("worker", program, &(rclio_process_options){.environment = WORDS("X")},
                  "'X' in its environment is not NAME=value");
    assert_null(rclio_processes_new(0, NULL, &(rclio_processes_options){.stop_timeout_ns = -1}));
    assert_int_equal(rclio_error_status(), RCLIO_INVALID);
}

static void a_program_that_is_not_there_fails_at_the_start(void **state)
{
    stage s;
    (void)state;
    stage_open(&s, 0, NULL, &(rclio_processes_options){0});
    assert_ok(rclio_processes_add_program(s.processes, "worker", WORDS("rclio-no-such-program"), NULL));
    assert_int_equal(rclio_processes_start(s.processes), RCLIO_NOT_FOUND);
    assert_string_equal(rclio_error(), "node 'worker' cannot be started: rclio-no-such-program: No such file or directory");
    stage_close(&s);
}

static void nothing_is_added_or_started_after_the_start(void **state)
{
    stage s;
    (void)state;
    stage_open(&s, 0, NULL, &(rclio_processes_options){0});
    stage_add_script(&s, "worker", "exit 0", NULL);
    stage_start(&s);
    assert_int_equal(rclio_processes_start(s.processes), RCLIO_BAD_STATE);
    assert_int_equal(rclio_processes_add(s.processes, "late", make_living, &s, NULL), RCLIO_BAD_STATE);
    stage_close(&s);
}

static void a_missing_one_keeps_the_first_error(void **state)
{
    char *const argv[] = {"main", "--ros-args", "-r", "x", NULL};
    (void)state;
    rclio_processes *none = rclio_processes_new(4, argv, NULL);
    assert_null(none);
    assert_int_equal(rclio_error_status(), RCLIO_INVALID);
    assert_int_equal(rclio_processes_add(none, "worker", make_living, NULL, NULL), RCLIO_INVALID);
    assert_non_null(strstr(rclio_error(), "Couldn't parse remap rule"));
    rclio_processes_stop(none, SIGINT);
    rclio_processes_destroy(none);
    assert_int_equal(rclio_processes_spin(none), 1);
}

static void without_nodes_it_ends_at_once(void **state)
{
    (void)state;
    assert_int_equal(rclio_processes_spin(rclio_processes_new(0, NULL, NULL)), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_failure_is_told_with_its_status_and_the_last_line_of_its_errors),
        cmocka_unit_test(a_signal_is_told_with_its_number_and_name),
        cmocka_unit_test(without_errors_the_last_line_is_that_of_its_output),
        cmocka_unit_test(one_that_wrote_nothing_is_told_so),
        cmocka_unit_test(empty_lines_are_no_last_line_and_control_characters_are_blanks),
        cmocka_unit_test(a_good_end_is_information),
        cmocka_unit_test(a_last_line_is_cut),
        cmocka_unit_test(a_child_of_a_node_that_ended_is_killed),
        cmocka_unit_test(a_node_that_cannot_be_made_ends_its_process_with_the_reason),
        cmocka_unit_test(the_reason_is_one_line),
        cmocka_unit_test(a_crash_leaves_the_other_node_running_and_is_told_with_the_last_line_of_its_log),
        cmocka_unit_test(a_group_of_nodes_shares_a_process),
        cmocka_unit_test(a_function_is_not_started_beside_other_threads_but_a_program_is),
        cmocka_unit_test(parameters_remaps_and_levels_of_the_program_and_of_the_node_reach_it),
        cmocka_unit_test(a_program_gets_them_as_words_behind_its_own),
        cmocka_unit_test(its_standard_input_is_empty),
        cmocka_unit_test(a_forked_function_has_no_file_of_the_program_s_loop),
        cmocka_unit_test(a_mistake_in_one_nodes_arguments_starts_none),
        cmocka_unit_test(what_cannot_be_is_refused_with_its_name),
        cmocka_unit_test(a_program_that_is_not_there_fails_at_the_start),
        cmocka_unit_test(nothing_is_added_or_started_after_the_start),
        cmocka_unit_test(a_missing_one_keeps_the_first_error),
        cmocka_unit_test(without_nodes_it_ends_at_once),
    };
    return cmocka_run_group_tests(tests, stage_environment, NULL);
}
