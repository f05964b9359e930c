/* tests/node/test_name.c: how names expand (NAM-8), and what is said of those that are not legal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "node/name.h"

#include "mw/names.h"

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

static void expands(const char *given, const char *name_space, const char *expected)
{
    char *name = name_expand(given, "nd", name_space);
    if (!name || strcmp(name, expected) != 0)
        fail_msg("'%s' in '%s' is '%s', expected '%s'", given, name_space, name ? name : rclio_error(), expected);
    free(name);
}

static void names_expand_in_a_namespace_and_in_the_root(void **state) /* NAM-8 */
{
    (void)state;
    static const char *const table[][3] = {
        {"a", "/n/a", "/a"},
        {"/a", "/a", "/a"},
        {"~", "/n/nd", "/nd"},
        {"~/a", "/n/nd/a", "/nd/a"},
        {"{node}", "/n/nd", "/nd"},
        {"{ns}/a", "/n/a", "//a"},
        {"{namespace}/a", "/n/a", "//a"},
        {"x{node}y", "/n/xndy", "/xndy"},
        {"~/{node}", "/n/nd/nd", "/nd/nd"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        expands(table[i][0], "/n", table[i][1]);
        expands(table[i][0], "/", table[i][2]);
    }
}

static void an_unknown_substitution_is_named(void **state)
{
    (void)state;
    assert_null(name_expand("a/{bad}", "nd", "/n"));
    assert_string_equal(rclio_error(), "unknown substitution: {bad}");
    assert_int_equal(rclio_error_status(), RCLIO_INVALID);
}

static void an_illegal_name_is_refused_before_expansion(void **state)
{
    (void)state;
    static const char *const names[] = {"", "a b", "a/", "a~", "{a", "a}", "9a", "a/9", "~ab"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (name_expand(names[i], "nd", "/n")) fail_msg("'%s' was accepted", names[i]);
        assert_non_null(strstr(rclio_error(), "Invalid topic name: "));
    }
}

static void a_namespace_and_a_name_are_joined(void **state)
{
    (void)state;
    char *root = name_join("/", "n"), *deep = name_join("/a/b", "n");
    assert_string_equal(root, "/n");
    assert_string_equal(deep, "/a/b/n");
    free(root);
    free(deep);
}

static void the_public_functions_check_each_kind_of_name(void **state) /* NAM-5, NAM-6, NAM-7 */
{
    (void)state;
    static const struct {
        rclio_name_kind kind;
        const char *good, *bad, *said;
    } table[] = {
        {RCLIO_NAME_OF_NODE, "nd", "a.b", "Invalid node name: "},
        {RCLIO_NAMESPACE, "/ns", "ns", "Invalid namespace: "},
        {RCLIO_NAME_GIVEN, "~/{node}", "a~", "Invalid topic name: "},
        {RCLIO_NAME_IN_FULL, "/a/b", "/a//b", "Invalid topic name: "},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        assert_int_equal(rclio_name_check(table[i].kind, table[i].good), RCLIO_OK);
        assert_int_equal(rclio_name_check(table[i].kind, table[i].bad), RCLIO_INVALID);
        assert_non_null(strstr(rclio_error(), table[i].said));
    }
    assert_int_equal(rclio_name_check((rclio_name_kind)17, "a"), RCLIO_INVALID);
    char *name = rclio_name_expand("~/x", "nd", "/ns"); /* NAM-8 */
    assert_string_equal(name, "/ns/nd/x");
    free(name);
    assert_null(rclio_name_expand(NULL, "nd", "/ns"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_expand_in_a_namespace_and_in_the_root),  cmocka_unit_test(an_unknown_substitution_is_named),
        cmocka_unit_test(an_illegal_name_is_refused_before_expansion),  cmocka_unit_test(a_namespace_and_a_name_are_joined),
        cmocka_unit_test(the_public_functions_check_each_kind_of_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
