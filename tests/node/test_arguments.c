/* tests/node/test_arguments.c: --ros-args: what is read, what is refused and in which words, and what remap rules do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "node/arguments.h"
#include "node/name.h"

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#define PARSE(...) parse((const char *const[]){"program", __VA_ARGS__, NULL})

static arguments *parse(const char *const *words)
{
    int count = 0;
    while (words[count]) count++;
    return arguments_parse(count, (char *const *)(uintptr_t)words);
}

static void refused(const char *const *words, const char *sentence)
{
    arguments *a = parse(words);
    if (a) fail_msg("accepted: %s", words[2]);
    if (strcmp(rclio_error(), sentence) != 0) fail_msg("expected: %s\n     got: %s", sentence, rclio_error());
    assert_null(strchr(rclio_error(), '\n'));
}

#define REFUSED(sentence, ...) refused((const char *const[]){"program", "--ros-args", __VA_ARGS__, NULL}, sentence)

static void the_rest_is_the_programs(void **state) /* ARG-1 */
{
    int count;
    (void)state;
    arguments *a = PARSE("one", "--ros-args", "-r", "a:=b", "--", "two", "--", "--ros-args", "--log-level", "debug");
    assert_non_null(a);
    char *const *rest = arguments_rest(a, &count);
    assert_int_equal(count, 4);
    assert_string_equal(rest[0], "program");
    assert_string_equal(rest[1], "one");
    assert_string_equal(rest[2], "two");
    assert_string_equal(rest[3], "--"); /* outside of --ros-args it is the program's */
    assert_null(rest[4]);
    arguments_destroy(a);
}

static void no_arguments_are_fine(void **state)
{
    int count;
    (void)state;
    arguments *a = arguments_parse(0, NULL);
    assert_non_null(a);
    assert_null(arguments_rest(a, &count)[0]);
    assert_int_equal(count, 0);
    assert_null(arguments_node_name(a, "n"));
    arguments_destroy(a);
    arguments_destroy(NULL);
}

static void expect_remap(const arguments *a, const char *given, bool service, const char *expected)
{
    char *name = name_expand(given, "nd", "/n"), *remapped = NULL;
    assert_non_null(name);
    assert_int_equal(arguments_remap(a, "nd", "/n", name, service, &remapped), RCLIO_OK);
    if (!expected)
        assert_null(remapped);
    else if (!remapped || strcmp(remapped, expected) != 0)
        fail_msg("%s became %s, expected %s", given, remapped ? remapped : "itself", expected);
    free(name);
    free(remapped);
}

static void rules_match_expanded_names_and_the_first_wins(void **state) /* ARG-2 */
{
    (void)state;
    arguments *a = PARSE("--ros-args", "-r", "chatter:=words", "--remap", "/n/chatter:=/never", "-r", "/n/words:=/chained", "-r",
                         "~/x:=~/y/z");
    assert_non_null(a);
    expect_remap(a, "chatter", false, "/n/words"); /* once, no chain */
    expect_remap(a, "chatter", true, "/n/words");
    expect_remap(a, "/chatter", false, NULL);
    expect_remap(a, "/n/words", false, "/chained");
    expect_remap(a, "~/x", false, "/n/nd/y/z");
    expect_remap(a, "/n/nd/x", false, "/n/nd/y/z");
    arguments_destroy(a);
}

static void rules_for_topics_or_services_only(void **state)
{
    (void)state;
    arguments *a = PARSE("--ros-args", "-r", "rostopic://t:=/topic", "-r", "rosservice:///n/t:=/service");
    assert_non_null(a);
    expect_remap(a, "t", false, "/topic");
    expect_remap(a, "t", true, "/service");
    arguments_destroy(a);
}

static void rules_for_one_node(void **state)
{
    (void)state;
    arguments *a = PARSE("--ros-args", "-r", "other:t:=/wrong", "-r", "nd:t:=/right", "-r", "nd:__ns:=/deep/er", "-r",
                         "old:__node:=new", "-r", "__name:=every", "-r", "other:/abs:=/wrong", "-r", "nd:/abs:=at/home", "-r",
                         "nd:rosservice:///only:=/served");
    assert_non_null(a);
    expect_remap(a, "/abs", false, "/n/at/home");
    expect_remap(a, "/only", false, NULL);
    expect_remap(a, "/only", true, "/served");
    expect_remap(a, "t", false, "/right");
    assert_string_equal(arguments_namespace(a, "nd"), "/deep/er");
    assert_null(arguments_namespace(a, "xy"));
    assert_string_equal(arguments_node_name(a, "old"), "new");
    assert_string_equal(arguments_node_name(a, "nd"), "every");
    arguments_destroy(a);
}

static void a_rule_of_an_actions_name_leaves_its_services_alone(void **state)
{
    (void)state;
    arguments *a = PARSE("--ros-args", "-r", "fibonacci:=fib", "-r", "go/_action/send_goal:=went/_action/send_goal");
    expect_remap(a, "fibonacci/_action/send_goal", true, NULL);
    expect_remap(a, "go/_action/send_goal", true, "/n/went/_action/send_goal");
    arguments_destroy(a);
}

static void the_old_form_is_a_rule_and_is_told(void **state)
{
    int count;
    (void)state;
    arguments *a = PARSE("a:=b", "plain", "--ros-args", "-r", "c:=d");
    assert_non_null(a);
    assert_string_equal(arguments_deprecated(a)[0], "a:=b");
    assert_null(arguments_deprecated(a)[1]);
    expect_remap(a, "a", false, "/n/b");
    arguments_rest(a, &count);
    assert_int_equal(count, 2);
    assert_string_equal(rclio_error(), ""); /* "plain" is no failed rule */
    arguments_destroy(a);
}

static void parameters_and_files_keep_their_order(void **state) /* ARG-4 */
{
    size_t count;
    (void)state;
    arguments *a = PARSE("--ros-args", "-p", "a:=1", "--params-file", RCLIO_SOURCE_DIR "/tests/data/parameters/wild.yaml",
                         "--param", "nd:b.c:=[1, 2]");
    assert_non_null(a);
    const argument_parameter *parameters = arguments_parameters(a, &count);
    assert_int_equal(count, 3);
    assert_string_equal(parameters[0].node, "/**");
    assert_string_equal(parameters[0].name, "a");
    assert_string_equal(parameters[0].yaml, "1");
    assert_string_equal(parameters[1].file, RCLIO_SOURCE_DIR "/tests/data/parameters/wild.yaml");
    assert_null(parameters[0].file);
    assert_string_equal(parameters[2].node, "/nd");
    assert_string_equal(parameters[2].name, "b.c");
    assert_string_equal(parameters[2].yaml, "[1, 2]");
    arguments_destroy(a);
}

static void log_options(void **state) /* ARG-3 */
{
    size_t count;
    (void)state;
    arguments *a = PARSE("--ros-args", "--log-level", "DeBug", "--log-level", "a.b:=FATAL", "--log-file-name", "pre",
                         "--log-config-file", "/none", "-e", "/enc", "--disable-stdout-logs", "--enable-stdout-logs",
                         "--disable-rosout-logs", "--disable-external-lib-logs");
    assert_non_null(a);
    const argument_level *levels = arguments_levels(a, &count);
    assert_int_equal(count, 2);
    assert_string_equal(levels[0].logger, "");
    assert_int_equal(levels[0].level, RCLIO_LOG_DEBUG);
    assert_string_equal(levels[1].logger, "a.b");
    assert_int_equal(levels[1].level, RCLIO_LOG_FATAL);
    assert_string_equal(arguments_log_file_name(a), "pre");
    assert_string_equal(arguments_enclave(a), "/enc");
    argument_flags flags = arguments_flags(a);
    assert_false(flags.no_stdout_logs);
    assert_true(flags.no_rosout_logs && flags.no_external_lib_logs);
    arguments_destroy(a);
}

static void a_bad_rule_is_told_in_upstreams_words(void **state) /* ARG-2 */
{
    (void)state;
#define RULE(rule, cause) REFUSED("failed to initialize rcl: Couldn't parse remap rule: '-r " rule "'. Error: " cause, "-r", rule)
    RULE("bad", "there is no ':=' in it");
    RULE("*:=x", "Wildcard '*' is not implemented");
    RULE("/a/**:=x", "Wildcard '**' is not implemented");
    RULE("a*:=x", "Wildcard '*' is not implemented");
    RULE("a:=\\1", "Backreferences are not implemented");
    RULE("{node}:=x", "Expecting token or wildcard at '{node}:=x'");
    RULE("~:=x", "Expecting token or wildcard at '~:=x'");
    RULE("a:=", "nothing stands after ':='");
    RULE("chatter:=//x", "Expecting token or backreference at '/x'");
    RULE("a:=b/", "Expecting token or backreference at ''");
    RULE("a:=b c", "unexpected ' c' after the replacement");
    RULE("a:=1b", "Expecting token or backreference at '1b'");
    RULE(":=b", "Expecting token or wildcard at ':=b'");
    RULE("__node:=bad/name", "a node name has letters, digits and '_' only, found '/name'");
    RULE("__node:=", "a node name starts with a letter or '_', found ''");
    RULE("__ns:=rel", "a namespace starts with '/', found 'rel'");
    RULE("__ns:=/a/", "Expecting token or backreference at ''");
#undef RULE
}

static void other_bad_options_are_told_in_upstreams_words(void **state)
{
    (void)state;
    REFUSED("failed to initialize rcl: Couldn't parse parameter override rule: '-p bad'. Error: there is no ':=' in it", "-p",
            "bad");
    REFUSED("failed to initialize rcl: Couldn't parse parameter override rule: '--param :=1'. Error: there is no parameter name "
            "before ':='",
            "--param", ":=1");
    REFUSED("failed to initialize rcl: Couldn't parse parameter override rule: '-p a:='. Error: No value at line 1", "-p", "a:=");
    REFUSED("failed to initialize rcl: Couldn't parse params file: '--params-file missing.yaml'. Error: Error opening YAML file: "
            "No such file or "
            "directory",
            "--params-file", "missing.yaml");
    REFUSED("failed to initialize rcl: Couldn't parse log level: '--log-level nope'. Error: Argument does not use a valid "
            "severity level: 'nope' "
            "is not DEBUG, INFO, WARN, ERROR, FATAL or UNSET",
            "--log-level", "nope");
    REFUSED("failed to initialize rcl: Couldn't parse log level: '--log-level :=debug'. Error: Argument has an invalid logger "
            "item that name is "
            "empty",
            "--log-level", ":=debug");
    REFUSED("failed to initialize rcl: Couldn't parse log level: '--log-level 10'. Error: Argument does not use a valid severity "
            "level: '10' is "
            "not DEBUG, INFO, WARN, ERROR, FATAL or UNSET",
            "--log-level", "10");
}

static void a_flag_without_its_value_is_told(void **state)
{
    (void)state;
    REFUSED("failed to initialize rcl: Couldn't parse trailing -r flag. No remap rule found.", "-r");
    REFUSED("failed to initialize rcl: Couldn't parse trailing -p flag. No parameter override rule found.", "-p");
    REFUSED("failed to initialize rcl: Couldn't parse trailing --params-file flag. No file path provided.", "--params-file");
    REFUSED("failed to initialize rcl: Couldn't parse trailing --log-level flag. No log level provided.", "--log-level");
    REFUSED("failed to initialize rcl: Couldn't parse trailing -e flag. No enclave path provided.", "-e");
    REFUSED("failed to initialize rcl: Couldn't parse trailing --log-file-name flag. No string prefix provided.",
            "--log-file-name");
}

static void unknown_words_are_all_named(void **state) /* ARG-1 */
{
    (void)state;
    REFUSED("found unknown ROS arguments: '--bogus', 'foo', '--enable-x'", "--bogus", "foo", "-r", "a:=b", "--enable-x");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_rest_is_the_programs),
        cmocka_unit_test(no_arguments_are_fine),
        cmocka_unit_test(rules_match_expanded_names_and_the_first_wins),
        cmocka_unit_test(rules_for_topics_or_services_only),
        cmocka_unit_test(rules_for_one_node),
        cmocka_unit_test(a_rule_of_an_actions_name_leaves_its_services_alone),
        cmocka_unit_test(the_old_form_is_a_rule_and_is_told),
        cmocka_unit_test(parameters_and_files_keep_their_order),
        cmocka_unit_test(log_options),
        cmocka_unit_test(a_bad_rule_is_told_in_upstreams_words),
        cmocka_unit_test(other_bad_options_are_told_in_upstreams_words),
        cmocka_unit_test(a_flag_without_its_value_is_told),
        cmocka_unit_test(unknown_words_are_all_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
