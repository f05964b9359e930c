/* tests/process/test_command_line.c: what a node's own process reads: CL1, the part of a program, the environment. */
#include "node/process/command_line.h"

#include "support/harness.h"

static const char *joined(const word_list *line)
{
    static char text[1024];
    text[0] = '\0';
    for (size_t i = 0; i < line->size; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s", i ? " " : "", line->data[i]);
    return text;
}

static void check(size_t own, const char *const *base, const char *const *node, const char *expected)
{
    word_list whole = {0}, line = {0};
    assert_ok(words_add_all(&whole, base));
    assert_ok(command_line(&line, &whole, own, node));
    assert_string_equal(joined(&line), expected);
    words_fini(&whole);
    words_fini(&line);
}

#define WORDS(...)        \
    (const char *const[]) \
    {                     \
        __VA_ARGS__, NULL \
    }

/* ARG-2, ARG-3, ARG-4 */
static void the_nodes_rules_stand_before_the_programs_and_its_values_behind(void **state)
{
    (void)state;
    check(1, WORDS("main", "--ros-args", "-r", "a:=b", "-p", "x:=1"), NULL, "main --ros-args -r a:=b -p x:=1");
    check(1, WORDS("main", "--ros-args", "-r", "a:=b", "-p", "x:=1", "--", "file"),
          WORDS("-p", "x:=2", "--remap", "a:=c", "--log-level", "debug"),
          "main --ros-args --remap a:=c -- --ros-args -r a:=b -p x:=1 -- file --ros-args -p x:=2 --log-level debug --");
}

static void flags_without_a_value_keep_what_follows_them(void **state)
{
    (void)state;
    check(1, WORDS("main"), WORDS("--disable-stdout-logs", "-r", "a:=b", "--enable-rosout-logs", "-p", "x:=1"),
          "main --ros-args -r a:=b -- --ros-args --disable-stdout-logs --enable-rosout-logs -p x:=1 --");
}

static void a_flag_at_the_end_is_left_for_the_parser_to_refuse(void **state)
{
    (void)state;
    check(1, WORDS("main"), WORDS("-p"), "main --ros-args -p --");
}

static void words_of_another_program_stay_before_everything(void **state)
{
    (void)state;
    check(2, WORDS("python3", "node.py", "--ros-args", "-r", "a:=b", "--"), WORDS("-r", "a:=c"),
          "python3 node.py --ros-args -r a:=c -- --ros-args -r a:=b --");
}

static void another_program_gets_only_the_ros_part_of_ours(void **state)
{
    word_list whole = {0}, line = {0};
    (void)state;
    assert_ok(words_add_all(&whole, WORDS("main", "in", "--ros-args", "-p", "x:=1", "--", "out", "--ros-args", "-r", "a:=b")));
    assert_ok(command_line_ros_part(&line, &whole));
    assert_string_equal(joined(&line), "--ros-args -p x:=1 -- --ros-args -r a:=b --");
    words_fini(&whole);
    words_fini(&line);
    assert_ok(words_add_all(&whole, WORDS("main", "in")));
    assert_ok(command_line_ros_part(&line, &whole));
    assert_int_equal(line.size, 0);
    words_fini(&whole);
}

static size_t count_of(char **settings, const char *wanted)
{
    size_t count = 0;
    for (; *settings; settings++) count += strncmp(*settings, wanted, strlen(wanted)) == 0;
    return count;
}

static void given_settings_stand_instead_of_inherited_ones(void **state)
{
    word_list given = {0};
    char more[] = "RCLIO_TEST_MORE=1", known[] = "RCLIO_TEST_A=9";
    (void)state;
    setenv("RCLIO_TEST_A", "inherited", 1);
    setenv("RCLIO_TEST_AB", "other", 1);
    assert_ok(words_add_all(&given, WORDS("RCLIO_TEST_A=1", "RCLIO_TEST_A=2")));
    char **settings = environment_with(&given, more);
    assert_non_null(settings);
    assert_int_equal(count_of(settings, "RCLIO_TEST_A="), 1);
    assert_int_equal(count_of(settings, "RCLIO_TEST_A=2"), 1);
    assert_int_equal(count_of(settings, "RCLIO_TEST_AB=other"), 1);
    assert_int_equal(count_of(settings, "RCLIO_TEST_MORE=1"), 1);
    assert_int_equal(count_of(settings, "PATH="), 1);
    free(settings);
    settings = environment_with(&given, known);
    assert_non_null(settings);
    assert_int_equal(count_of(settings, "RCLIO_TEST_A="), 1);
    free(settings);
    words_fini(&given);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_nodes_rules_stand_before_the_programs_and_its_values_behind),
        cmocka_unit_test(flags_without_a_value_keep_what_follows_them),
        cmocka_unit_test(a_flag_at_the_end_is_left_for_the_parser_to_refuse),
        cmocka_unit_test(words_of_another_program_stay_before_everything),
        cmocka_unit_test(another_program_gets_only_the_ros_part_of_ours),
        cmocka_unit_test(given_settings_stand_instead_of_inherited_ones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
