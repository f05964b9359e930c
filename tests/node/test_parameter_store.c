/* tests/node/test_parameter_store.c: declaring, getting, setting, describing and undeclaring parameters of one node. */
#include "parameter_stage.h"

#include <pthread.h>
#include <stdatomic.h>

#define INTEGER(n) rclio_value_integer(n)
#define DYNAMIC (&(rclio_parameter_options){.descriptor = {.dynamic_typing = true}})

static void a_declared_parameter_has_its_default_and_its_type(void **state) /* PAR-2 */
{
    (void)state;
    stage s = stage_new();
    int64_t number = 0;
    double real;
    assert_false(rclio_parameter_has(s.node, "a"));
    assert_ok(rclio_parameter_declare(s.node, "a", INTEGER(1), NULL));
    assert_true(rclio_parameter_has(s.node, "a"));
    assert_ok(rclio_parameter_get_integer(s.node, "a", &number));
    assert_int_equal(number, 1);
    assert_refused(rclio_parameter_get_double(s.node, "a", &real), RCLIO_INVALID,
                   "the parameter 'a' is of type integer, not double");
    assert_refused(rclio_parameter_declare(s.node, "a", INTEGER(1), NULL), RCLIO_BAD_STATE,
                   "Parameter(s) already declared: ['a']");
    assert_refused(rclio_parameter_declare(s.node, "", INTEGER(1), NULL), RCLIO_INVALID, "Invalid parameter name: ");
    assert_refused(rclio_parameter_set(s.node, "a", rclio_value_string("x")), RCLIO_INVALID,
                   "Wrong parameter type, expected 'Type.INTEGER' got 'Type.STRING'"); /* PAR-5 */
    assert_ok(rclio_parameter_set(s.node, "a", INTEGER(3)));
    assert_parameter(s.node, "a", "3");
    stage_free(&s);
}

static void all_ten_types_are_kept(void **state) /* PAR-1 */
{
    static const char *const values[] = {"True", "7", "1.5", "x", "[b'\\x07']", "[True]", "[1, 2]", "[0.5]", "['a', 'b']"};
    static const char *const words[] = {"a", "b"};
    (void)state;
    stage s = stage_new();
    const rclio_parameter_value defaults[] = {rclio_value_bool(true),
                                              INTEGER(7),
                                              rclio_value_double(1.5),
                                              rclio_value_string("x"),
                                              rclio_value_bytes((const uint8_t[]){7}, 1),
                                              rclio_value_bools((const bool[]){true}, 1),
                                              rclio_value_integers((const int64_t[]){1, 2}, 2),
                                              rclio_value_doubles((const double[]){0.5}, 1),
                                              rclio_value_strings(words, 2)};
    for (int i = 0; i < 9; i++) {
        char name[] = {(char)('a' + i), '\0'};
        rclio_parameter_type type;
        assert_ok(rclio_parameter_declare(s.node, name, defaults[i], NULL));
        assert_ok(rclio_parameter_set(s.node, name, defaults[i]));
        assert_parameter(s.node, name, values[i]);
        assert_ok(rclio_parameter_get_type(s.node, name, &type));
        assert_int_equal(type, i + 1);
    }
    bool flag;
    char *string;
    assert_ok(rclio_parameter_get_bool(s.node, "a", &flag));
    assert_true(flag);
    assert_ok(rclio_parameter_get_string(s.node, "d", &string));
    assert_string_equal(string, "x");
    free(string);
    stage_free(&s);
}

static void an_undeclared_parameter_is_refused_everywhere(void **state)
{
    rclio_parameter_value value;
    rclio_parameter_type type;
    rclio_parameter_descriptor descriptor;
    static const char sentence[] = "Invalid access to undeclared parameter(s): nope";
    (void)state;
    stage s = stage_new();
    assert_refused(rclio_parameter_get(s.node, "nope", &value), RCLIO_NOT_FOUND, sentence);
    assert_refused(rclio_parameter_get_type(s.node, "nope", &type), RCLIO_NOT_FOUND, sentence);
    assert_refused(rclio_parameter_describe(s.node, "nope", &descriptor), RCLIO_NOT_FOUND, sentence);
    assert_refused(rclio_parameter_undeclare(s.node, "nope"), RCLIO_NOT_FOUND, sentence);
    assert_refused(rclio_parameter_set(s.node, "nope", INTEGER(1)), RCLIO_NOT_FOUND, sentence);
    assert_ok(rclio_parameter_get_or(s.node, "nope", INTEGER(9), &value));
    assert_int_equal(value.integer, 9);
    stage_free(&s);
}

static void a_type_without_a_value_waits_for_one(void **state) /* PAR-2 */
{
    rclio_parameter_value value;
    rclio_parameter_type type;
    rclio_parameter_descriptor descriptor;
    (void)state;
    stage s = stage_new();
    rclio_parameter_value none = {0};
    const rclio_parameter_options typed = {.type = RCLIO_PARAMETER_STRING};
    const rclio_parameter_options both = {.type = RCLIO_PARAMETER_STRING, .descriptor = {.dynamic_typing = true}};
    assert_ok(rclio_parameter_declare(s.node, "st", none, &typed));
    assert_refused(rclio_parameter_get(s.node, "st", &value), RCLIO_BAD_STATE, "The parameter 'st' is not initialized");
    assert_ok(rclio_parameter_get_type(s.node, "st", &type));
    assert_int_equal(type, RCLIO_PARAMETER_NOT_SET);
    assert_ok(rclio_parameter_describe(s.node, "st", &descriptor));
    assert_int_equal(descriptor.type, RCLIO_PARAMETER_STRING);
    rclio_parameter_descriptor_fini(&descriptor);
    assert_ok(rclio_parameter_get_or(s.node, "st", rclio_value_string("else"), &value));
    assert_string_equal(value.string, "else");
    rclio_parameter_value_fini(&value);
    assert_int_equal(rclio_parameter_set(s.node, "st", INTEGER(1)), RCLIO_INVALID);
    assert_ok(rclio_parameter_set(s.node, "st", rclio_value_string("now")));
    assert_parameter(s.node, "st", "now");
    assert_refused(rclio_parameter_declare(s.node, "both", none, &both), RCLIO_INVALID,
                   "When declaring parameter {both} passing a descriptor with `dynamic_typing=True` is not allowed when the "
                   "parameter type is provided");
    stage_free(&s);
}

static void a_dynamic_parameter_changes_its_type_and_can_be_deleted(void **state)
{
    rclio_parameter_descriptor descriptor;
    rclio_parameter_value none = {0};
    (void)state;
    stage s = stage_new();
    assert_ok(rclio_parameter_declare(s.node, "any", INTEGER(1), DYNAMIC));
    assert_ok(rclio_parameter_declare(s.node, "bare", none, NULL)); /* neither a value nor a type: dynamic */
    assert_parameter(s.node, "bare", "None");
    assert_ok(rclio_parameter_set(s.node, "any", rclio_value_string("x")));
    assert_parameter(s.node, "any", "x");
    assert_ok(rclio_parameter_describe(s.node, "any", &descriptor));
    assert_int_equal(descriptor.type, RCLIO_PARAMETER_STRING);
    assert_true(descriptor.dynamic_typing);
    rclio_parameter_descriptor_fini(&descriptor);
    assert_ok(rclio_parameter_set(s.node, "any", none));
    assert_false(rclio_parameter_has(s.node, "any"));
    assert_ok(rclio_parameter_declare(s.node, "fixed", INTEGER(1), NULL));
    assert_refused(rclio_parameter_set(s.node, "fixed", none), RCLIO_BAD_STATE, "Static parameter cannot be undeclared");
    stage_free(&s);
}

static void a_read_only_parameter_stays(void **state) /* PAR-5 */
{
    rclio_parameter_value none = {0};
    (void)state;
    stage s = stage_new();
    assert_ok(rclio_parameter_declare(s.node, "locked", rclio_value_string("x"),
                                      &(rclio_parameter_options){.descriptor = {.read_only = true}}));
    static const char sentence[] = "Trying to set a read-only parameter: locked.";
    assert_refused(rclio_parameter_set(s.node, "locked", rclio_value_string("y")), RCLIO_BAD_STATE, sentence);
    assert_refused(rclio_parameter_set(s.node, "locked", INTEGER(1)), RCLIO_BAD_STATE, sentence); /* before the type */
    assert_refused(rclio_parameter_set(s.node, "locked", none), RCLIO_BAD_STATE, sentence);
    assert_refused(rclio_parameter_undeclare(s.node, "locked"), RCLIO_BAD_STATE,
                   "Attempted to modify read-only parameter: locked");
    assert_parameter(s.node, "locked", "x");
    stage_free(&s);
}

static void undeclaring_forgets_a_parameter(void **state)
{
    (void)state;
    stage s = stage_new();
    assert_ok(rclio_parameter_declare(s.node, "a", INTEGER(1), NULL));
    assert_ok(rclio_parameter_undeclare(s.node, "a"));
    assert_false(rclio_parameter_has(s.node, "a"));
    assert_ok(rclio_parameter_declare(s.node, "a", rclio_value_string("of another type"), NULL));
    stage_free(&s);
}

static void a_description_is_a_copy_of_what_was_declared(void **state)
{
    rclio_parameter_descriptor descriptor;
    char description[] = "top speed";
    (void)state;
    stage s = stage_new();
    const rclio_parameter_options options = {.descriptor = {.description = description,
                                                            .additional_constraints = "none",
                                                            .has_double_range = true,
                                                            .double_range = {0.0, 10.0, 0.5}}};
    assert_ok(rclio_parameter_declare(s.node, "speed", rclio_value_double(1.5), &options));
    description[0] = 'x';
    assert_ok(rclio_parameter_describe(s.node, "speed", &descriptor));
    assert_string_equal(descriptor.name, "speed");
    assert_string_equal(descriptor.description, "top speed");
    assert_string_equal(descriptor.additional_constraints, "none");
    assert_int_equal(descriptor.type, RCLIO_PARAMETER_DOUBLE);
    assert_true(descriptor.has_double_range && !descriptor.has_integer_range && !descriptor.read_only);
    assert_true(descriptor.double_range.step > 0.4 && descriptor.double_range.to > 9.9);
    rclio_parameter_descriptor_fini(&descriptor);
    stage_free(&s);
}

static void many_are_declared_below_a_namespace(void **state)
{
    (void)state;
    stage s = stage_new();
    const rclio_parameter_declaration many[] = {{.name = "x", .value = INTEGER(1)},
                                                {.name = "y", .value = rclio_value_double(2)}};
    assert_ok(rclio_parameters_declare(s.node, "group", many, 2));
    assert_parameter(s.node, "group.x", "1");
    assert_parameter(s.node, "group.y", "2.0");
    const rclio_parameter_declaration again[] = {{.name = "new", .value = INTEGER(1)}, {.name = "x", .value = INTEGER(1)}};
    assert_refused(rclio_parameters_declare(s.node, "group", again, 2), RCLIO_BAD_STATE,
                   "Parameter(s) already declared: ['group.x']");
    assert_false(rclio_parameter_has(s.node, "group.new"));
    const rclio_parameter_declaration bad[] = {
        {.name = "first", .value = INTEGER(1)},
        {.name = "second",
         .value = INTEGER(50),
         .options = {.descriptor = {.has_integer_range = true, .integer_range = {0, 10, 1}}}}};
    assert_int_equal(rclio_parameters_declare(s.node, NULL, bad, 2), RCLIO_INVALID);
    assert_true(rclio_parameter_has(s.node, "first")); /* as upstream */
    stage_free(&s);
}

static void setting_many_sets_each_alone(void **state)
{
    rclio_parameter_results results;
    (void)state;
    stage s = stage_new();
    assert_ok(rclio_parameter_declare(s.node, "a", INTEGER(1), NULL));
    assert_ok(rclio_parameter_declare(s.node, "b", INTEGER(1), NULL));
    const rclio_parameter many[] = {{"a", INTEGER(5)}, {"a", rclio_value_string("x")}, {"nope", INTEGER(0)}, {"b", INTEGER(6)}};
    assert_refused(rclio_parameters_set(s.node, many, 4, &results), RCLIO_INVALID,
                   "Wrong parameter type, expected 'Type.INTEGER' got 'Type.STRING'");
    assert_int_equal(results.size, 4);
    assert_int_equal(results.data[0].status, RCLIO_OK);
    assert_null(results.data[0].reason);
    assert_int_equal(results.data[1].status, RCLIO_INVALID);
    assert_int_equal(results.data[2].status, RCLIO_NOT_FOUND);
    assert_string_equal(results.data[2].reason, "Invalid access to undeclared parameter(s): nope");
    assert_int_equal(results.data[3].status, RCLIO_OK);
    rclio_parameter_results_fini(&results);
    assert_parameter(s.node, "a", "5");
    assert_parameter(s.node, "b", "6");
    assert_ok(rclio_parameters_set(s.node, many, 1, NULL));
    stage_free(&s);
}

static void setting_atomically_sets_all_or_none(void **state)
{
    (void)state;
    stage s = stage_new();
    assert_ok(rclio_parameter_declare(s.node, "a", INTEGER(1), NULL));
    assert_ok(rclio_parameter_declare(s.node, "b", INTEGER(1), NULL));
    const rclio_parameter bad[] = {{"a", INTEGER(5)}, {"b", rclio_value_string("x")}};
    assert_int_equal(rclio_parameters_set_atomically(s.node, bad, 2), RCLIO_INVALID);
    assert_parameter(s.node, "a", "1");
    const rclio_parameter good[] = {{"a", INTEGER(5)}, {"b", INTEGER(6)}, {"a", INTEGER(7)}};
    assert_ok(rclio_parameters_set_atomically(s.node, good, 3));
    assert_parameter(s.node, "a", "7");
    assert_parameter(s.node, "b", "6");
    assert_ok(rclio_parameters_set_atomically(s.node, NULL, 0));
    stage_free(&s);
}

struct reader {
    rclio_node *node;
    atomic_bool stop;
    size_t reads, torn;
};

static void *read_group(void *arg)
{
    struct reader *r = arg;
    while (!atomic_load(&r->stop) || !r->reads) {
        rclio_parameter_list list;
        int64_t number = 0;
        if (rclio_parameters_get_by_prefix(r->node, "group", &list) != RCLIO_OK || list.size != 2 ||
            list.data[0].value.integer != list.data[1].value.integer || rclio_parameter_get_integer(r->node, "group.a", &number))
            r->torn++;
        rclio_parameter_list_fini(&list);
        r->reads++;
    }
    return NULL;
}

static void other_threads_never_see_half_of_an_atomic_set(void **state)
{
    pthread_t thread;
    (void)state;
    stage s = stage_new();
    const rclio_parameter_declaration group[] = {{.name = "a", .value = INTEGER(0)}, {.name = "b", .value = INTEGER(0)}};
    assert_ok(rclio_parameters_declare(s.node, "group", group, 2));
    struct reader r = {.node = s.node};
    assert_int_equal(pthread_create(&thread, NULL, read_group, &r), 0);
    for (int64_t i = 0; i < 2000; i++) {
        const rclio_parameter both[] = {{"group.a", INTEGER(i)}, {"group.b", INTEGER(i)}};
        assert_ok(rclio_parameters_set_atomically(s.node, both, 2));
    }
    atomic_store(&r.stop, true);
    pthread_join(thread, NULL);
    assert_int_equal(r.torn, 0);
    stage_free(&s);
}

static void undeclared_ones_may_be_allowed(void **state)
{
    rclio_parameter_value value, none = {0};
    rclio_parameter_type type;
    (void)state;
    stage s = stage_with(&(rclio_node_options){.allow_undeclared_parameters = true}, NULL);
    assert_ok(rclio_parameter_get(s.node, "nope", &value));
    assert_int_equal(value.type, RCLIO_PARAMETER_NOT_SET);
    assert_ok(rclio_parameter_get_type(s.node, "nope", &type));
    assert_ok(rclio_parameter_set(s.node, "nope", INTEGER(3)));
    assert_ok(rclio_parameter_set(s.node, "nope", rclio_value_string("s")));
    assert_parameter(s.node, "nope", "s");
    assert_ok(rclio_parameter_set(s.node, "nope", none));
    assert_false(rclio_parameter_has(s.node, "nope"));
    assert_ok(rclio_parameter_set(s.node, "never", none));
    assert_int_equal(rclio_parameter_undeclare(s.node, "never"), RCLIO_NOT_FOUND);
    stage_free(&s);
}

static void a_null_node_is_refused_and_crashes_nothing(void **state)
{
    rclio_parameter_value value;
    rclio_parameter_list list;
    rclio_parameter_names names;
    (void)state;
    rclio_error_clear(); /* else the first error stands: test_topics.c */
    assert_int_equal(rclio_parameter_declare(NULL, "a", INTEGER(1), NULL), RCLIO_INVALID);
    assert_int_equal(rclio_parameters_declare(NULL, "a", NULL, 0), RCLIO_INVALID);
    assert_int_equal(rclio_parameter_get(NULL, "a", &value), RCLIO_INVALID);
    assert_int_equal(rclio_parameter_set(NULL, "a", INTEGER(1)), RCLIO_INVALID);
    assert_int_equal(rclio_parameter_undeclare(NULL, "a"), RCLIO_INVALID);
    assert_int_equal(rclio_parameters_list(NULL, NULL, 0, 0, &names), RCLIO_INVALID);
    assert_int_equal(rclio_parameters_get_by_prefix(NULL, "a", &list), RCLIO_INVALID);
    assert_false(rclio_parameter_has(NULL, "a"));
    assert_null(rclio_parameters_on_set(NULL, NULL, NULL));
    assert_null(rclio_parameter_client_new(NULL, "a", NULL));
    assert_null(rclio_parameter_events_new(NULL, NULL));
    rclio_parameter_callback_remove(NULL);
    rclio_parameter_watch_destroy(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_declared_parameter_has_its_default_and_its_type),
        cmocka_unit_test(all_ten_types_are_kept),
        cmocka_unit_test(an_undeclared_parameter_is_refused_everywhere),
        cmocka_unit_test(a_type_without_a_value_waits_for_one),
        cmocka_unit_test(a_dynamic_parameter_changes_its_type_and_can_be_deleted),
        cmocka_unit_test(a_read_only_parameter_stays),
        cmocka_unit_test(undeclaring_forgets_a_parameter),
        cmocka_unit_test(a_description_is_a_copy_of_what_was_declared),
        cmocka_unit_test(many_are_declared_below_a_namespace),
        cmocka_unit_test(setting_many_sets_each_alone),
        cmocka_unit_test(setting_atomically_sets_all_or_none),
        cmocka_unit_test(other_threads_never_see_half_of_an_atomic_set),
        cmocka_unit_test(undeclared_ones_may_be_allowed),
        cmocka_unit_test(a_null_node_is_refused_and_crashes_nothing),
    };
    return cmocka_run_group_tests(tests, harness_environment, NULL);
}
