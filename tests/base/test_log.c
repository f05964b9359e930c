/* tests/base/test_log.c: levels, formats, the console and the file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "base/log.h"
#include "base/log_console.h"
#include "base/log_file.h"
#include "base/log_format.h"

#include <cmocka.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static void clear_environment(void)
{
    static const char *const variables[] = {"RCUTILS_CONSOLE_OUTPUT_FORMAT",
                                            "RCUTILS_COLORIZED_OUTPUT",
                                            "RCUTILS_LOGGING_USE_STDOUT",
                                            "RCUTILS_LOGGING_BUFFERED_STREAM",
                                            "RCUTILS_CONSOLE_STDOUT_LINE_BUFFERED",
                                            "ROS_LOG_DIR",
                                            "ROS_HOME"};
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) unsetenv(variables[i]);
}

/* ---- what a stream gets ---- */

typedef struct caught {
    FILE *stream, *file;
    int saved;
    char content[8192];
} caught;

static void catch_begin(caught *c, FILE *stream)
{
    fflush(stream);
    c->stream = stream;
    c->file = tmpfile();
    c->saved = dup(fileno(stream));
    assert_true(c->file && c->saved >= 0);
    assert_true(dup2(fileno(c->file), fileno(stream)) >= 0);
}

static const char *catch_end(caught *c)
{
    fflush(c->stream);
    dup2(c->saved, fileno(c->stream));
    close(c->saved);
    rewind(c->file);
    size_t size = fread(c->content, 1, sizeof c->content - 1, c->file);
    c->content[size] = '\0';
    fclose(c->file);
    return c->content;
}

static const log_record record = {RCLIO_LOG_WARN, INT64_C(1795240877572983359), "ns.nn", "careful", "dir/file.c", "main", 42};

/* ---- levels ---- */

static void levels_have_names_and_values(void **state) /* LOG-1 */
{
    rclio_log_level level;
    (void)state;
    assert_int_equal(RCLIO_LOG_DEBUG, 10);
    assert_int_equal(RCLIO_LOG_FATAL, 50);
    assert_string_equal(rclio_log_level_name(RCLIO_LOG_ERROR), "ERROR");
    assert_string_equal(rclio_log_level_name((rclio_log_level)11), "UNKNOWN");
    assert_int_equal(rclio_log_level_parse("wArN", &level), RCLIO_OK);
    assert_int_equal(level, RCLIO_LOG_WARN);
    assert_int_equal(rclio_log_level_parse("30", &level), RCLIO_INVALID);
    assert_int_equal(rclio_log_level_parse(NULL, &level), RCLIO_INVALID);
}

static void a_level_holds_for_children_unless_they_have_their_own(void **state) /* LOG-3 */
{
    (void)state;
    log *l = log_new();
    assert_int_equal(log_level_effective(l, "a.b"), RCLIO_LOG_INFO);
    assert_int_equal(log_level_set(l, "a", RCLIO_LOG_ERROR), RCLIO_OK);
    assert_int_equal(log_level_set(l, "a.b.c", RCLIO_LOG_DEBUG), RCLIO_OK);
    assert_int_equal(log_level_effective(l, "a"), RCLIO_LOG_ERROR);
    assert_int_equal(log_level_effective(l, "a.b"), RCLIO_LOG_ERROR);
    assert_int_equal(log_level_effective(l, "a.b.c.d"), RCLIO_LOG_DEBUG);
    assert_int_equal(log_level_effective(l, "ab"), RCLIO_LOG_INFO);
    assert_true(log_is_enabled(l, "a.b.c", RCLIO_LOG_DEBUG));
    assert_false(log_is_enabled(l, "x", RCLIO_LOG_DEBUG));
    assert_int_equal(log_level_set(l, "", RCLIO_LOG_FATAL), RCLIO_OK);
    assert_false(log_is_enabled(l, "x", RCLIO_LOG_ERROR));
    assert_int_equal(log_level_set(l, "a", RCLIO_LOG_UNSET), RCLIO_OK);
    assert_int_equal(log_level_effective(l, "a.b"), RCLIO_LOG_FATAL);
    assert_false(log_is_enabled(NULL, "x", RCLIO_LOG_FATAL));
    log_destroy(l);
}

static void keep_last(const log_record *got, void *arg)
{
    char *last = arg;
    snprintf(last, 2000, "%s|%s|%d", got->logger, got->message, (int)got->level);
}

static void sinks_get_whole_records_until_they_are_removed(void **state)
{
    char last[2000] = "", expected[2000], big[1500];
    (void)state;
    log *l = log_new();
    int id = log_sink_add(l, keep_last, last);
    assert_true(id > 0);
    LOG_WARN(l, "x", "%d", 7);
    assert_string_equal(last, "x|7|30");
    memset(big, 'm', sizeof big - 1);
    big[sizeof big - 1] = '\0';
    LOG_WARN(l, "x", "%s", big);
    snprintf(expected, sizeof expected, "x|%s|30", big);
    assert_string_equal(last, expected);
    LOG_DEBUG(l, "x", "not enabled");
    assert_string_equal(last, expected);
    log_sink_remove(l, id);
    LOG_WARN(l, "x", "gone");
    assert_string_equal(last, expected);
    LOG_WARN(NULL, "x", "dropped"); /* LG1 */
    log_destroy(l);
}

/* ---- formats ---- */

static void formats(const char *format, const char *expected)
{
    text line;
    text_init(&line);
    log_format *f = log_format_parse(format);
    assert_non_null(f);
    log_format_record(f, &record, &line);
    if (strcmp(line.data, expected) != 0) fail_msg("'%s' gave '%s', expected '%s'", format, line.data, expected);
    log_format_destroy(f);
    text_fini(&line);
}

static void a_line_has_upstreams_form(void **state) /* LOG-4 */
{
    (void)state;
    formats(LOG_FORMAT_DEFAULT, "[WARN] [1795240877.572983359] [ns.nn]: careful");
    formats("{file_name}:{line_number} {function_name} {time_as_nanoseconds}", "dir/file.c:42 main 1795240877572983359");
    formats("{bogus} {{name}} {", "{bogus} {ns.nn} {");
    formats("a\\tb\\n\\\\{message", "a\tb\n\\{message");
    setenv("TZ", "UTC", 1);
    formats("{date_time_with_ms}", "2026-11-21 06:01:17.572");
}

/* ---- console ---- */

static const char *console(caught *c, FILE *stream)
{
    catch_begin(c, stream);
    log_console *sink = log_console_new();
    assert_non_null(sink);
    log_console_sink(&record, sink);
    log_console_destroy(sink);
    return catch_end(c);
}

static void the_console_is_standard_error_without_colour_in_a_file(void **state) /* LOG-4 */
{
    caught c;
    (void)state;
    clear_environment();
    assert_string_equal(console(&c, stderr), "[WARN] [1795240877.572983359] [ns.nn]: careful\n");
}

static void the_console_follows_its_variables(void **state)
{
    caught c;
    (void)state;
    clear_environment();
    setenv("RCUTILS_COLORIZED_OUTPUT", "1", 1);
    setenv("RCUTILS_CONSOLE_OUTPUT_FORMAT", "{severity} {message}", 1);
    assert_string_equal(console(&c, stderr), "\033[33mWARN careful\033[0m\n");
    setenv("RCUTILS_COLORIZED_OUTPUT", "0", 1);
    setenv("RCUTILS_LOGGING_USE_STDOUT", "1", 1);
    assert_string_equal(console(&c, stdout), "WARN careful\n");
    assert_string_equal(console(&c, stderr), "");
}

static void a_value_that_is_not_allowed_is_one_line_and_the_default(void **state)
{
    caught c;
    (void)state;
    clear_environment();
    setenv("RCUTILS_LOGGING_USE_STDOUT", "maybe", 1);
    assert_string_equal(console(&c, stderr),
                        "Warning: unexpected value [maybe] specified for RCUTILS_LOGGING_USE_STDOUT. Valid values are 0 "
                        "(use stderr) or 1 (use stdout).\n"
                        "[WARN] [1795240877.572983359] [ns.nn]: careful\n");
    clear_environment();
    setenv("RCUTILS_CONSOLE_STDOUT_LINE_BUFFERED", "1", 1);
    assert_non_null(strstr(console(&c, stderr), "RCUTILS_CONSOLE_STDOUT_LINE_BUFFERED is now ignored."));
}

/* ---- file ---- */

static char *folder_new(void)
{
    char *path = strdup("/tmp/rclio-log-XXXXXX");
    assert_non_null(mkdtemp(path));
    return path;
}

/* The only file of the folder, its name in `name`; NULL: none. */
static char *content_of(const char *folder, char name[256])
{
    static char content[4096];
    char path[600];
    DIR *d = opendir(folder);
    name[0] = '\0';
    if (!d) return NULL;
    for (struct dirent *entry = readdir(d); entry; entry = readdir(d))
        if (entry->d_name[0] != '.') snprintf(name, 256, "%s", entry->d_name);
    closedir(d);
    if (!name[0]) return NULL;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "r");
    content[fread(content, 1, sizeof content - 1, file)] = '\0';
    fclose(file);
    unlink(path);
    return content;
}

static void the_file_is_made_with_the_first_record(void **state) /* LOG-5 */
{
    char name[256], deep[300], expected[100];
    (void)state;
    clear_environment();
    char *folder = folder_new();
    snprintf(deep, sizeof deep, "%s/a/log", folder);
    char parent[300];
    snprintf(parent, sizeof parent, "%s/a", folder);
    setenv("ROS_HOME", parent, 1);
    log_file *f = log_file_new("pre");
    assert_null(content_of(deep, name));
    log_file_sink(&record, f);
    assert_string_equal(content_of(deep, name), "[WARN] [1795240877.572983359] [ns.nn]: careful\n");
    snprintf(expected, sizeof expected, "pre_%d_", (int)getpid());
    assert_memory_equal(name, expected, strlen(expected));
    assert_non_null(strstr(name, ".log"));
    log_file_destroy(f);
    f = log_file_new(NULL);
    log_file_sink(&record, f);
    assert_non_null(content_of(deep, name));
    assert_memory_equal(name, "test_base_log_", 14);
    log_file_destroy(f);
    rmdir(deep);
    rmdir(parent);
    rmdir(folder);
    free(folder);
}

static void a_folder_that_cannot_be_made_is_one_line(void **state) /* LF2 */
{
    caught c;
    (void)state;
    clear_environment();
    setenv("ROS_LOG_DIR", "/dev/null/logs", 1);
    catch_begin(&c, stderr);
    log_file *f = log_file_new("x");
    for (int i = 0; i < 3; i++) log_file_sink(&record, f);
    log_file_destroy(f);
    assert_string_equal(catch_end(&c),
                        "No log file: /dev/null/logs: Not a directory. Logging goes on without it; ROS_LOG_DIR chooses another "
                        "folder.\n");
}

#define FULL_LINKS 5000

/* The file's name is not known before: every millisecond of the next moments is a link to the full device. They may pass before the
 * links are there: then the file is one, and nothing is said. */
static const char *lines_of_a_full_disk(caught *c)
{
    char path[400];
    char *folder = folder_new();
    setenv("ROS_LOG_DIR", folder, 1);
    catch_begin(c, stderr);
    log_file *f = log_file_new("full");
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    long long first = (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
    for (long long ms = first; ms < first + FULL_LINKS; ms++) {
        snprintf(path, sizeof path, "%s/full_%d_%lld.log", folder, (int)getpid(), ms);
        assert_int_equal(symlink("/dev/full", path), 0);
    }
    for (int i = 0; i < 3; i++) log_file_sink(&record, f);
    log_file_destroy(f);
    const char *lines = catch_end(c);
    for (long long ms = first; ms < first + FULL_LINKS; ms++) {
        snprintf(path, sizeof path, "%s/full_%d_%lld.log", folder, (int)getpid(), ms);
        unlink(path);
    }
    if (!lines[0]) content_of(folder, path);
    rmdir(folder);
    free(folder);
    return lines;
}

static void a_full_disk_is_one_line(void **state) /* LF2 */
{
    caught c;
    const char *line = "";
    (void)state;
    clear_environment();
    for (int tries = 0; !line[0] && tries < 10; tries++) line = lines_of_a_full_disk(&c);
    assert_non_null(strstr(line, "No space left on device. Logging goes on without it"));
    assert_ptr_equal(strchr(line, '\n'), line + strlen(line) - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(levels_have_names_and_values),
        cmocka_unit_test(a_level_holds_for_children_unless_they_have_their_own),
        cmocka_unit_test(sinks_get_whole_records_until_they_are_removed),
        cmocka_unit_test(a_line_has_upstreams_form),
        cmocka_unit_test(the_console_is_standard_error_without_colour_in_a_file),
        cmocka_unit_test(the_console_follows_its_variables),
        cmocka_unit_test(a_value_that_is_not_allowed_is_one_line_and_the_default),
        cmocka_unit_test(the_file_is_made_with_the_first_record),
        cmocka_unit_test(a_folder_that_cannot_be_made_is_one_line),
        cmocka_unit_test(a_full_disk_is_one_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
