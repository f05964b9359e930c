/* tests/node/test_parameter_list.c: listing by prefixes and depth, getting by prefix. */
#include "parameter_stage.h"

static void declare_all(stage *s)
{
    static const char *const names[] = {"a", "g.a", "nsp.x", "nsp.y", "nsp.deep.er.z", "nspq"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_ok(rclio_parameter_declare(s->node, names[i], rclio_value_integer((int64_t)i), NULL));
}

/* Without what every node has. "a b | prefix" */
static void expect_list(stage *s, const char *const *prefixes, size_t count, uint64_t depth, const char *expected)
{
    rclio_parameter_names found;
    char got[500] = "";
    assert_ok(rclio_parameters_list(s->node, prefixes, count, depth, &found));
    for (size_t i = 0; i < found.name_count; i++)
        if (strcmp(found.names[i], "use_sim_time") != 0 && strcmp(found.names[i], "start_type_description_service") != 0)
            snprintf(got + strlen(got), sizeof got - strlen(got), "%s ", found.names[i]);
    strcat(got, "|");
    for (size_t i = 0; i < found.prefix_count; i++)
        snprintf(got + strlen(got), sizeof got - strlen(got), " %s", found.prefixes[i]);
    assert_string_equal(got, expected);
    rclio_parameter_names_fini(&found);
}

static void names_are_listed_by_prefix_and_depth(void **state) /* PAR-6 */
{
    static const char *const nsp[] = {"nsp"}, *const ns[] = {"ns"}, *const several[] = {"a", "nsp", "nsp.x"};
    (void)state;
    stage s = stage_new();
    declare_all(&s);
    expect_list(&s, NULL, 0, 0, "a g.a nsp.x nsp.y nsp.deep.er.z nspq | g nsp nsp.deep.er");
    expect_list(&s, NULL, 0, 1, "a nspq |");
    expect_list(&s, NULL, 0, 2, "a g.a nsp.x nsp.y nspq | g nsp");
    expect_list(&s, nsp, 1, 0, "nsp.x nsp.y nsp.deep.er.z | nsp nsp.deep.er");
    expect_list(&s, nsp, 1, 1, "nsp.x nsp.y | nsp");
    expect_list(&s, ns, 1, 0, "|");
    expect_list(&s, several, 1, 0, "a |");
    expect_list(&s, several, 3, 1, "a nsp.x nsp.y | nsp");
    stage_free(&s);
}

static void a_group_is_got_without_its_prefix(void **state)
{
    rclio_parameter_list list;
    (void)state;
    stage s = stage_new();
    declare_all(&s);
    assert_ok(rclio_parameters_get_by_prefix(s.node, "nsp", &list));
    assert_string_equal(parameters_as_text(&list), "x=2;y=3;deep.er.z=4;");
    rclio_parameter_list_fini(&list);
    assert_ok(rclio_parameters_get_by_prefix(s.node, NULL, &list));
    assert_int_equal(list.size, 8);
    rclio_parameter_list_fini(&list);
    stage_free(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_listed_by_prefix_and_depth),
        cmocka_unit_test(a_group_is_got_without_its_prefix),
    };
    return cmocka_run_group_tests(tests, harness_environment, NULL);
}
