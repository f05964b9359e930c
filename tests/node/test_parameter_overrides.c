/* tests/node/test_parameter_overrides.c: which of the command line's parameters reach a node, and which of several wins. */
#include "../support/harness.h"

#include "node/arguments.h"

static void patterns_match_as_upstreams(void **state) /* PAR-7 */
{
    static const char *const hits[][2] = {
        {"/**", "/nn"},
        {"/*", "/nn"},
        {"/nn", "/nn"},
        {"/**/nn", "/nn"},
        {"/**", "/ns/nn"},
        {"/ns/*", "/ns/nn"},
        {"/ns/**", "/ns/nn"},
        {"/ns/nn", "/ns/nn"},
        {"/**/nn", "/ns/nn"},
        {"/nn/**", "/nn"},
        {"/**/a/**/b", "/x/a/y/z/b"},
        {"/**/a/b", "/a/a/b"},
        {"/**/**", "/a"},
        {"/*/*", "/a/b"},
        {"/**/*", "/a"},
    };
    static const char *const misses[][2] = {
        {"/*", "/ns/nn"},      {"/nn", "/ns/nn"}, {"/ns/*", "/nn"},       {"/nn", "/n"}, {"/n", "/nn"},
        {"/**/a/b", "/a/b/c"}, {"/*/*", "/a"},    {"/ns/nn/*", "/ns/nn"}, {"", "/nn"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof hits / sizeof *hits; i++)
        if (!parameter_pattern_match(hits[i][0], hits[i][1])) fail_msg("%s should match %s", hits[i][0], hits[i][1]);
    for (size_t i = 0; i < sizeof misses / sizeof *misses; i++)
        if (parameter_pattern_match(misses[i][0], misses[i][1])) fail_msg("%s should not match %s", misses[i][0], misses[i][1]);
}

#define DATA RCLIO_SOURCE_DIR "/tests/data/parameters/"
#define WILD_LAST DATA "wild.yaml"
#define EXACT_LAST DATA "exact.yaml"

static void expect_a(const char *node, const char *expected, const char *const *words)
{
    int count = 0;
    while (words[count]) count++;
    arguments *a = arguments_parse(count, (char *const *)(uintptr_t)words);
    if (!a) fail_msg("%s", rclio_error());
    rclio_parameter_list list = {0};
    assert_ok(parameter_overrides_match(arguments_overrides(a), node, &list));
    const rclio_parameter_value *value = rclio_parameter_list_find(&list, "a");
    assert_string_equal(value ? value->string : "none", expected);
    rclio_parameter_list_fini(&list);
    arguments_destroy(a);
}
#define EXPECT(node, expected, ...) expect_a(node, expected, (const char *const[]){"program", "--ros-args", __VA_ARGS__, NULL})

static void later_patterns_win_in_the_order_of_their_first_appearance(void **state) /* PAR-8 */
{
    (void)state;
    EXPECT("/ns/nn", "wild", "--params-file", WILD_LAST);
    EXPECT("/ns/nn", "exact", "--params-file", EXACT_LAST);
    EXPECT("/ns/nn", "cli", "--params-file", WILD_LAST, "-p", "a:=cli");
    EXPECT("/ns/nn", "exact", "--params-file", EXACT_LAST, "-p", "a:=cli");
    EXPECT("/ns/nn", "exact", "-p", "a:=cli", "--params-file", WILD_LAST);
    EXPECT("/ns/nn", "exact", "-p", "other:=1", "--params-file", WILD_LAST);
    EXPECT("/ns/nn", "c2", "-p", "a:=c1", "-p", "a:=c2");
}

static void a_node_before_a_parameter_is_one_in_the_root_namespace(void **state) /* PAR-8 */
{
    (void)state;
    EXPECT("/nn", "x", "-p", "nn:a:=x");
    EXPECT("/ns/nn", "none", "-p", "nn:a:=x");
}

static void refused(const char *expected, const char *flag, const char *value)
{
    const char *const words[] = {"program", "--ros-args", flag, value, NULL};
    assert_null(arguments_parse(4, (char *const *)(uintptr_t)words));
    if (!strstr(rclio_error(), expected)) fail_msg("%s", rclio_error());
    assert_int_equal(rclio_error_status(), RCLIO_INVALID);
}

static void bad_values_and_files_end_the_start(void **state) /* PAR-10 */
{
    (void)state;
    refused(
        "failed to initialize rcl: Couldn't parse parameter override rule: '-p a:=[1, \"2\"]'. Error: 1:5: Sequence should be of "
        "same type. Value type 'string' do not belong at line_num 1",
        "-p", "a:=[1, \"2\"]");
    refused("failed to initialize rcl: Couldn't parse params file: '--params-file " DATA "bad.yaml'. Error: " DATA
            "bad.yaml:3:7: No value at line 3",
            "--params-file", DATA "bad.yaml");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(patterns_match_as_upstreams),
        cmocka_unit_test(later_patterns_win_in_the_order_of_their_first_appearance),
        cmocka_unit_test(a_node_before_a_parameter_is_one_in_the_root_namespace),
        cmocka_unit_test(bad_values_and_files_end_the_start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
