/* tests/node/test_logging.c: a node's log on the console, in the file and on /rosout. */
#include "pair.h"

#include "node/node.h"

typedef struct log_message { /* rcl_interfaces/msg/Log */
    struct {
        int32_t sec;
        uint32_t nanosec;
    } stamp;
    uint8_t level;
    rosidl_runtime_c__String name, msg, file, function;
    uint32_t line;
} log_message;

typedef struct heard {
    size_t count;
    char last[200];
    uint8_t level;
    char logger[50], file[200], function[100];
    uint32_t line;
    int64_t stamp_ns;
} heard;

static void on_log(const void *message, const rclio_message_info *info, void *arg)
{
    const log_message *entry = message;
    heard *h = arg;
    (void)info;
    h->count++;
    h->level = entry->level;
    h->line = entry->line;
    h->stamp_ns = entry->stamp.sec * RCLIO_S(1) + entry->stamp.nanosec;
    snprintf(h->last, sizeof h->last, "%s", entry->msg.data);
    snprintf(h->logger, sizeof h->logger, "%s", entry->name.data);
    snprintf(h->file, sizeof h->file, "%s", entry->file.data);
    snprintf(h->function, sizeof h->function, "%s", entry->function.data);
}

static rclio_subscription *listen_to_rosout(pair *p, heard *h)
{
    rclio_subscription_options o = {.qos = RCLIO_QOS_ROSOUT};
    const rclio_type *type = rclio_types_get(rclio_context_types(p->client_context), "rcl_interfaces/msg/Log");
    rclio_subscription *s = rclio_subscription_new(p->client, type, "/rosout", on_log, h, &o);
    assert_non_null(s);
    return s;
}

static void a_log_line_is_heard_on_rosout(void **state) /* LOG-2 */
{
    heard h = {0};
    (void)state;
    pair p = pair_new();
    listen_to_rosout(&p, &h);
    int64_t before = rclio_now_system();
    RCLIO_WARN(p.server, "the answer is %d", 42);
    uint32_t line = __LINE__ - 1;
    SPIN_UNTIL(p.executor, h.count == 1);
    assert_string_equal(h.last, "the answer is 42");
    assert_string_equal(h.logger, "server");
    assert_string_equal(h.function, __func__);
    assert_string_equal(h.file, __FILE__);
    assert_int_equal(h.line, line);
    assert_int_equal(h.level, 30); /* LOG-1 */
    assert_true(h.stamp_ns >= before && h.stamp_ns <= rclio_now_system());
    pair_free(&p);
}

static void any_logger_may_be_named_and_asked_for_its_level(void **state) /* LOG-2, LOG-3 */
{
    heard h = {0};
    (void)state;
    pair p = pair_new();
    listen_to_rosout(&p, &h);
    assert_ok(rclio_logger_set_level(p.server_context, "server.kid", RCLIO_LOG_ERROR));
    assert_false(rclio_logger_is_enabled(p.server_context, "server.kid", RCLIO_LOG_WARN));
    assert_true(rclio_logger_is_enabled(p.server_context, "server.kid", RCLIO_LOG_ERROR));
    assert_false(rclio_logger_is_enabled(NULL, "server.kid", RCLIO_LOG_FATAL));
    rclio_logger_log(p.server_context, "server.kid", RCLIO_LOG_WARN, "file.py", "function", 7, "below its level");
    rclio_logger_log(p.server_context, "server.kid", RCLIO_LOG_ERROR, "file.py", "function", 7, "100 % heard");
    SPIN_UNTIL(p.executor, h.count == 1);
    assert_string_equal(h.last, "100 % heard");
    assert_string_equal(h.logger, "server.kid");
    assert_string_equal(h.file, "file.py");
    assert_int_equal(h.line, 7);
    pair_free(&p);
}

static void the_folder_of_log_files_is_told(void **state) /* LOG-5 */
{
    static const struct {
        const char *log_folder, *ros_home, *home, *expected;
    } cases[] = {{"/logs", "/ros", "/home/me", "/logs"},
                 {"~/logs", "", "/home/me", "/home/me/logs"},
                 {"~logs", "", "/home/me", "~logs"},
                 {"", "/ros", "/home/me", "/ros/log"},
                 {"", "~", "/home/me", "/home/me/log"},
                 {"", "", "/home/me", "/home/me/.ros/log"},
                 {"", "", "", NULL}};
    const char *names[] = {"ROS_LOG_DIR", "ROS_HOME", "HOME"};
    char *before[3];
    (void)state;
    for (size_t i = 0; i < 3; i++) before[i] = getenv(names[i]) ? strdup(getenv(names[i])) : NULL;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        setenv("ROS_LOG_DIR", cases[i].log_folder, 1);
        setenv("ROS_HOME", cases[i].ros_home, 1);
        setenv("HOME", cases[i].home, 1);
        char *folder = rclio_log_folder();
        if (cases[i].expected)
            assert_string_equal(folder, cases[i].expected);
        else
            assert_null(folder);
        free(folder);
    }
    for (size_t i = 0; i < 3; i++) {
        if (before[i])
            setenv(names[i], before[i], 1);
        else
            unsetenv(names[i]);
        free(before[i]);
    }
}

static void children_of_the_logger_are_heard_and_strangers_are_not(void **state) /* LOG-2 */
{
    heard h = {0};
    (void)state;
    pair p = pair_new();
    listen_to_rosout(&p, &h);
    LOG_WARN(p.server_context->log, "nobody", "not heard");
    LOG_WARN(p.server_context->log, "servers", "not heard");
    LOG_WARN(p.server_context->log, "server.kid", "heard");
    SPIN_UNTIL(p.executor, h.count == 1);
    assert_string_equal(h.last, "heard");
    assert_string_equal(h.logger, "server.kid");
    pair_free(&p);
}

static void what_was_logged_last_is_heard_when_the_node_goes(void **state)
{
    heard h = {0};
    (void)state;
    pair p = pair_new();
    rclio_subscription *s = listen_to_rosout(&p, &h);
    AWAIT_ONCE(rclio_subscription_wait_for_publishers(s, 2)); /* both nodes' */
    RCLIO_INFO(p.server, "last words");
    rclio_node_destroy(p.server);
    SPIN_UNTIL(p.executor, h.count == 1);
    assert_string_equal(h.last, "last words");
    pair_free(&p);
}

static void levels_decide_what_is_logged(void **state) /* LOG-3 */
{
    (void)state;
    pair p = pair_new();
    captured_log *lines = captured_log_new(p.server_context);
    RCLIO_DEBUG(p.server, "first");
    assert_int_equal(rclio_logger_effective_level(p.server_context, "server"), RCLIO_LOG_INFO);
    assert_ok(rclio_logger_set_level(p.server_context, "server", RCLIO_LOG_DEBUG));
    RCLIO_DEBUG(p.server, "second");
    assert_ok(rclio_logger_set_level(p.server_context, "", RCLIO_LOG_FATAL));
    RCLIO_ERROR(p.server, "third");
    assert_ok(rclio_logger_set_level(p.server_context, "server", RCLIO_LOG_UNSET));
    RCLIO_ERROR(p.server, "fourth");
    RCLIO_FATAL(p.server, "fifth");
    assert_int_equal(captured_log_count(lines, "first"), 0);
    assert_int_equal(captured_log_count(lines, "second"), 1);
    assert_int_equal(captured_log_count(lines, "third"), 1);
    assert_int_equal(captured_log_count(lines, "fourth"), 0);
    assert_int_equal(captured_log_count(lines, "fifth"), 1);
    assert_int_equal(rclio_logger_set_level(p.server_context, "x", (rclio_log_level)7), RCLIO_INVALID);
    assert_int_equal(rclio_logger_set_level(NULL, "x", RCLIO_LOG_INFO), RCLIO_INVALID);
    captured_log_free(lines);
    pair_free(&p);
}

/* ---- what arguments and the environment do, seen on standard error ---- */

typedef struct caught {
    FILE *file;
    int saved;
    char content[8192];
} caught;

static void catch_begin(caught *c)
{
    fflush(stderr);
    c->file = tmpfile();
    c->saved = dup(STDERR_FILENO);
    assert_true(c->file && dup2(fileno(c->file), STDERR_FILENO) >= 0);
}

static const char *catch_end(caught *c)
{
    fflush(stderr);
    dup2(c->saved, STDERR_FILENO);
    close(c->saved);
    rewind(c->file);
    c->content[fread(c->content, 1, sizeof c->content - 1, c->file)] = '\0';
    fclose(c->file);
    return c->content;
}

static void log_one(int count, const char *const *words)
{
    rclio_context *context =
        rclio_init(count, (char *const *)(uintptr_t)words, &(rclio_context_options){.signals = RCLIO_SIGNALS_NONE});
    rclio_node *node = rclio_node_new(context, "n", NULL);
    RCLIO_INFO(node, "info");
    RCLIO_DEBUG(node, "debug");
    rclio_context_destroy(context);
}

static void a_line_without_a_context_goes_to_the_console_as_the_environment_says(void **state) /* LOG-4 */
{
    caught c;
    (void)state;
    setenv("RCUTILS_CONSOLE_OUTPUT_FORMAT", "{severity} {name} {line_number}: {message}", 1);
    catch_begin(&c);
    rclio_logger_log(NULL, "early", RCLIO_LOG_DEBUG, NULL, NULL, 7, "100 %");
    const char *content = catch_end(&c);
    unsetenv("RCUTILS_CONSOLE_OUTPUT_FORMAT");
    assert_string_equal(content, "DEBUG early 7: 100 %\n");
}

static void arguments_choose_levels_and_sinks(void **state) /* ARG-3 */
{
    caught c;
    static const char *const quiet[] = {"p", "--ros-args", "--disable-stdout-logs"};
    static const char *const loud[] = {"p", "--ros-args", "--log-level", "n:=debug"};
    (void)state;
    setenv("RCUTILS_CONSOLE_OUTPUT_FORMAT", "{severity} {name} {message}", 1);
    catch_begin(&c);
    log_one(3, quiet);
    assert_string_equal(catch_end(&c), "");
    catch_begin(&c);
    log_one(4, loud);
    assert_string_equal(catch_end(&c), "INFO n info\nDEBUG n debug\n");
    unsetenv("RCUTILS_CONSOLE_OUTPUT_FORMAT");
}

static void the_old_form_of_a_rule_is_a_warning(void **state) /* ARG-2 */
{
    caught c;
    static const char *const old[] = {"p", "a:=b"};
    (void)state;
    setenv("RCUTILS_CONSOLE_OUTPUT_FORMAT", "{severity} {name} {message}", 1);
    catch_begin(&c);
    log_one(2, old);
    assert_string_equal(catch_end(&c),
                        "WARN rcl Found remap rule 'a:=b'. This syntax is deprecated. Use '--ros-args --remap a:=b' instead.\n"
                        "INFO n info\n");
    unsetenv("RCUTILS_CONSOLE_OUTPUT_FORMAT");
}

static void a_node_goes_on_without_a_log_folder(void **state) /* LOG-5 */
{
    caught c;
    static const char *const plain[] = {"p"};
    (void)state;
    setenv("RCUTILS_CONSOLE_OUTPUT_FORMAT", "{message}", 1);
    setenv("ROS_LOG_DIR", "/proc/none", 1);
    catch_begin(&c);
    log_one(1, plain);
    assert_string_equal(
        catch_end(&c),
        "info\nNo log file: /proc/none: No such file or directory. Logging goes on without it; ROS_LOG_DIR chooses "
        "another folder.\n");
    unsetenv("RCUTILS_CONSOLE_OUTPUT_FORMAT");
    setenv("ROS_LOG_DIR", "/tmp/rclio-test-logs", 1);
}

static void without_a_node_the_console_is_used(void **state)
{
    caught c;
    (void)state;
    catch_begin(&c);
    RCLIO_ERROR(NULL, "no node: %s", "x");
    RCLIO_DEBUG(NULL, "hidden");
    const char *line = catch_end(&c);
    assert_memory_equal(line, "[ERROR] [", 9);
    assert_non_null(strstr(line, "] [rclio]: no node: x\n"));
    assert_null(strstr(line, "hidden"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_log_line_is_heard_on_rosout),
        cmocka_unit_test(children_of_the_logger_are_heard_and_strangers_are_not),
        cmocka_unit_test(any_logger_may_be_named_and_asked_for_its_level),
        cmocka_unit_test(the_folder_of_log_files_is_told),
        cmocka_unit_test(a_line_without_a_context_goes_to_the_console_as_the_environment_says),
        cmocka_unit_test(what_was_logged_last_is_heard_when_the_node_goes),
        cmocka_unit_test(levels_decide_what_is_logged),
        cmocka_unit_test(arguments_choose_levels_and_sinks),
        cmocka_unit_test(the_old_form_of_a_rule_is_a_warning),
        cmocka_unit_test(a_node_goes_on_without_a_log_folder),
        cmocka_unit_test(without_a_node_the_console_is_used),
    };
    return cmocka_run_group_tests(tests, harness_environment, NULL);
}
