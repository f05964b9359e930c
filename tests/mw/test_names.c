/* tests/mw/test_names.c: ROS names to DDS names and back; which names are legal, and what is said of those that are not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mw/names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void assert_text(char *text, const char *expected)
{
    assert_non_null(text);
    assert_string_equal(text, expected);
    free(text);
}

static void names_get_their_prefixes_and_suffixes(void **state) /* NAM-1 */
{
    (void)state;
    assert_text(names_mangle_topic("/ns/chatter", false), "rt/ns/chatter");
    assert_text(names_mangle_topic("/ns/chatter", true), "/ns/chatter");
    assert_text(names_mangle_request("/ns/add"), "rq/ns/addRequest");
    assert_text(names_mangle_reply("/ns/add"), "rr/ns/addReply");
    assert_text(names_mangle_request("/a/_action/send_goal"), "rq/a/_action/send_goalRequest"); /* NAM-9 */
}

static void assert_part(const char *(*part)(const char *, size_t *), const char *dds, const char *expected)
{
    size_t length = 0;
    const char *found = part(dds, &length);
    if (!expected) {
        assert_null(found);
        return;
    }
    assert_non_null(found);
    assert_int_equal(length, strlen(expected));
    assert_memory_equal(found, expected, length);
}

static void only_names_of_the_right_form_are_ros_names(void **state) /* NAM-2 */
{
    (void)state;
    assert_part(names_topic_of, "rt/chatter", "/chatter");
    assert_part(names_topic_of, "rt/ns/chatter", "/ns/chatter");
    assert_part(names_topic_of, "ros_discovery_info", NULL);
    assert_part(names_topic_of, "rtchatter", NULL);
    assert_part(names_topic_of, "rt/", NULL);
    assert_part(names_topic_of, "rq/addRequest", NULL);
    assert_part(names_topic_of, "", NULL);
    assert_part(names_request_of, "rq/ns/addRequest", "/ns/add");
    assert_part(names_request_of, "rq/addReply", NULL);
    assert_part(names_request_of, "rq/Request", NULL);
    assert_part(names_reply_of, "rr/addReply", "/add");
    assert_part(names_reply_of, "rt/addReply", NULL);
}

static void types_go_there_and_back(void **state) /* NAM-3 */
{
    (void)state;
    assert_text(names_mangle_type("std_msgs/msg/String"), "std_msgs::msg::dds_::String_");
    assert_text(names_mangle_type("p/srv/S_Request"), "p::srv::dds_::S_Request_");
    assert_text(names_demangle_type("std_msgs::msg::dds_::String_"), "std_msgs/msg/String");
    assert_text(names_demangle_type("p::action::dds_::A_SendGoal_Request_"), "p/action/A_SendGoal_Request");
    assert_text(names_demangle_type("HelloWorldData::Msg"), "HelloWorldData::Msg");
    assert_text(names_demangle_type("a::dds_::T"), "a::dds_::T");
    assert_text(names_demangle_type("a::T_"), "a::T_");
    assert_text(names_demangle_type("dds_::"), "dds_::");
    assert_text(names_demangle_type(""), "");
    assert_text(names_demangle_service_type("p::srv::dds_::S_Request_"), "p/srv/S");
    assert_text(names_demangle_service_type("p::srv::dds_::S_Response_"), "p/srv/S");
    assert_text(names_demangle_service_type("p::srv::dds_::S_"), "p/srv/S");
    assert_text(names_demangle_service_type("Plain_Request"), "Plain_Request");
}

static void a_token_that_starts_with_an_underscore_hides(void **state) /* NAM-4 */
{
    (void)state;
    assert_true(names_is_hidden("/_x"));
    assert_true(names_is_hidden("/a/_action/status"));
    assert_true(names_is_hidden("_node"));
    assert_false(names_is_hidden("/a_/b_c"));
    assert_false(names_is_hidden(""));
}

static void assert_says(rclio_status (*check)(const char *), const char *name, const char *sentence)
{
    assert_int_equal(check(name), sentence ? RCLIO_INVALID : RCLIO_OK);
    if (sentence) assert_string_equal(rclio_error(), sentence);
}

static void node_names_are_checked(void **state) /* NAM-5 */
{
    (void)state;
    char longest[257];
    memset(longest, 'a', 256);
    longest[255] = '\0';
    assert_says(names_check_node, longest, NULL);
    longest[255] = 'a', longest[256] = '\0';
    assert_int_equal(names_check_node(longest), RCLIO_INVALID);
    assert_non_null(strstr(rclio_error(), "Invalid node name: node name length should not exceed '255':\n  'a"));
    assert_says(names_check_node, "_My_node2", NULL);
    assert_says(names_check_node, "", "Invalid node name: node name must not be empty:\n  ''\n   ^");
    assert_says(names_check_node, "1a", "Invalid node name: node name must not start with a number:\n  '1a'\n   ^");
    assert_says(names_check_node, "a b",
                "Invalid node name: node name must not contain characters other than alphanumerics or '_':\n  'a b'\n    ^");
}

static void namespaces_are_checked(void **state) /* NAM-6 */
{
    (void)state;
    char longest[248] = "/";
    memset(longest + 1, 'a', 244);
    assert_says(names_check_namespace, longest, NULL);
    longest[245] = 'a';
    assert_int_equal(names_check_namespace(longest), RCLIO_INVALID);
    assert_says(names_check_namespace, "/", NULL);
    assert_says(names_check_namespace, "/a/_b2", NULL);
    assert_says(names_check_namespace, "", "Invalid namespace: namespace must not be empty:\n  ''\n   ^");
    assert_says(names_check_namespace, "a",
                "Invalid namespace: namespace must be absolute, it must lead with a '/':\n  'a'\n   ^");
    assert_says(names_check_namespace, "/a/",
                "Invalid namespace: namespace must not end with a '/', unless only a '/':\n  '/a/'\n     ^");
    assert_says(names_check_namespace, "/a//b",
                "Invalid namespace: namespace must not contain repeated '/':\n  '/a//b'\n      ^");
    assert_says(names_check_namespace, "/1a",
                "Invalid namespace: namespace must not have a token that starts with a number:\n  '/1a'\n    ^");
}

static void full_topic_names_are_checked(void **state) /* NAM-7 */
{
    (void)state;
    char longest[250] = "/";
    memset(longest + 1, 'a', 246);
    assert_says(names_check_topic, longest, NULL);
    longest[247] = 'a';
    assert_int_equal(names_check_topic(longest), RCLIO_INVALID);
    assert_says(names_check_topic, "/a/b_1", NULL);
    assert_says(names_check_topic, "", "Invalid topic name: topic name must not be empty:\n  ''\n   ^");
    assert_says(names_check_topic, "a", "Invalid topic name: topic name must be absolute, it must lead with a '/':\n  'a'\n   ^");
    assert_says(names_check_topic, "/", "Invalid topic name: topic name must not end with a '/':\n  '/'\n   ^");
    assert_says(
        names_check_topic, "/a b",
        "Invalid topic name: topic name must not contain characters other than alphanumerics, '_', or '/':\n  '/a b'\n     ^");
    assert_says(names_check_topic, "/a/2",
                "Invalid topic name: topic name must not have a token that starts with a number:\n  '/a/2'\n      ^");
}

static void names_as_given_are_checked(void **state) /* NAM-8 */
{
    (void)state;
    static const char *const legal[] = {"a", "/a", "~", "~/a", "~a", "{node}", "{ns}/a", "x{node}y", "a//b", "{}", "{a}1"};
    for (size_t i = 0; i < sizeof legal / sizeof *legal; i++) assert_says(names_check_given, legal[i], NULL);
    static const struct {
        const char *name, *reason;
        int column;
    } illegal[] = {
        {"", "topic name must not be empty string", 0},
        {"a/", "topic name must not end with a forward slash", 1},
        {"/bad name", "topic name must not contain characters other than alphanumerics, '_', '~', '{', or '}'", 4},
        {"1a", "topic name token must not start with a number", 0},
        {"a/1", "topic name token must not start with a number", 2},
        {"a{b", "topic name must not have unmatched (unbalanced) curly braces '{}'", 1},
        {"a}b", "topic name must not have unmatched (unbalanced) curly braces '{}'", 1},
        {"a{b}{", "topic name must not have unmatched (unbalanced) curly braces '{}'", 4},
        {"{a}}", "topic name must not have unmatched (unbalanced) curly braces '{}'", 3},
        {"{1}", "substitution name must not start with a number", 1},
        {"{a/b}", "substitution name must not contain characters other than alphanumerics or '_'", 2},
        {"a{{b}}", "substitution name must not contain characters other than alphanumerics or '_'", 2},
        {"~ab", "topic name must not have a tilde '~' that is not followed by a forward slash '/'", 1},
        {"a/~", "topic name must not have tilde '~' unless it is the first character", 2},
        {"~~", "topic name must not have tilde '~' unless it is the first character", 1},
    };
    for (size_t i = 0; i < sizeof illegal / sizeof *illegal; i++) {
        char sentence[512];
        snprintf(sentence, sizeof sentence, "Invalid topic name: %s:\n  '%s'\n   %*s^", illegal[i].reason, illegal[i].name,
                 illegal[i].column, "");
        assert_says(names_check_given, illegal[i].name, sentence);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_get_their_prefixes_and_suffixes),
        cmocka_unit_test(only_names_of_the_right_form_are_ros_names),
        cmocka_unit_test(types_go_there_and_back),
        cmocka_unit_test(a_token_that_starts_with_an_underscore_hides),
        cmocka_unit_test(node_names_are_checked),
        cmocka_unit_test(namespaces_are_checked),
        cmocka_unit_test(full_topic_names_are_checked),
        cmocka_unit_test(names_as_given_are_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
