/* tests/node/test_parameter_value.c: parameter values of all ten types, and lists of them. */
#include "../support/harness.h"

#include <math.h>

static const uint8_t bytes[] = {1, 255};
static const bool booleans[] = {true, false};
static const int64_t integers[] = {INT64_MIN, 0, INT64_MAX};
static const double reals[] = {1.0, 1e16, -0.1};
static const char *const strings[] = {"a", "it's", ""};

static void all_types(rclio_parameter_value values[10])
{
    values[0] = (rclio_parameter_value){0};
    values[1] = rclio_value_bool(true);
    values[2] = rclio_value_integer(-7);
    values[3] = rclio_value_double(2.5);
    values[4] = rclio_value_string("hello");
    values[5] = rclio_value_bytes(bytes, 2);
    values[6] = rclio_value_bools(booleans, 2);
    values[7] = rclio_value_integers(integers, 3);
    values[8] = rclio_value_doubles(reals, 3);
    values[9] = rclio_value_strings(strings, 3);
}

static void types_have_the_numbers_of_the_wire(void **state) /* PAR-1 */
{
    rclio_parameter_value values[10];
    (void)state;
    all_types(values);
    for (int i = 0; i < 10; i++) assert_int_equal(values[i].type, i);
    assert_string_equal(rclio_parameter_type_name(RCLIO_PARAMETER_INTEGERS), "integer array");
    assert_string_equal(rclio_parameter_type_name((rclio_parameter_type)10), "unknown type");
}

static void a_copy_is_equal_and_owns_its_memory(void **state)
{
    rclio_parameter_value values[10], copy;
    (void)state;
    all_types(values);
    for (int i = 0; i < 10; i++) {
        assert_ok(rclio_parameter_value_copy(&values[i], &copy));
        assert_true(rclio_parameter_value_equal(&values[i], &copy));
        if (i >= 4) assert_ptr_not_equal(copy.bytes, values[i].bytes);
        for (int k = 0; k < 10; k++) assert_int_equal(rclio_parameter_value_equal(&values[k], &copy), k == i);
        rclio_parameter_value_fini(&copy);
        assert_int_equal(copy.type, RCLIO_PARAMETER_NOT_SET);
    }
    rclio_parameter_value wrong = {.type = (rclio_parameter_type)12};
    assert_int_equal(rclio_parameter_value_copy(&wrong, &copy), RCLIO_INVALID);
}

static void a_null_string_is_empty_and_elements_that_are_not_there_are_refused(void **state)
{
    (void)state;
    const char *const words[] = {"a", NULL};
    const rclio_parameter_value none = rclio_value_string(NULL), some = rclio_value_strings(words, 2);
    rclio_parameter_value copy;
    assert_ok(rclio_parameter_value_copy(&none, &copy));
    assert_string_equal(copy.string, "");
    rclio_parameter_value_fini(&copy);
    assert_ok(rclio_parameter_value_copy(&some, &copy));
    assert_string_equal(copy.strings[1], "");
    rclio_parameter_value_fini(&copy);
    for (int type = RCLIO_PARAMETER_BYTES; type <= RCLIO_PARAMETER_STRINGS; type++) {
        const rclio_parameter_value missing = {.type = (rclio_parameter_type)type, .count = 5};
        assert_int_equal(rclio_parameter_value_copy(&missing, &copy), RCLIO_INVALID);
        assert_string_equal(rclio_error(), "a parameter value is said to have 5 elements, but they are NULL");
        assert_int_equal(copy.type, RCLIO_PARAMETER_NOT_SET);
    }
}

static void values_differ_by_what_they_hold(void **state)
{
    (void)state;
#define DIFFER(a, b)                                           \
    do {                                                       \
        rclio_parameter_value one = (a), two = (b);            \
        assert_false(rclio_parameter_value_equal(&one, &two)); \
    } while (0)
    DIFFER(rclio_value_bool(true), rclio_value_bool(false));
    DIFFER(rclio_value_integer(1), rclio_value_integer(2));
    DIFFER(rclio_value_double(1), rclio_value_double(2));
    DIFFER(rclio_value_double((double)NAN), rclio_value_double(2));
    DIFFER(rclio_value_string("a"), rclio_value_string("b"));
    DIFFER(rclio_value_strings(strings, 2), rclio_value_strings(strings, 3));
    DIFFER(rclio_value_strings(strings, 2), rclio_value_strings(strings + 1, 2));
    DIFFER(rclio_value_integers(integers, 2), rclio_value_integers(integers + 1, 2));
#undef DIFFER
}

static void values_print_as_in_python(void **state)
{
    static const char *const expected[] = {"None",
                                           "True",
                                           "-7",
                                           "2.5",
                                           "hello",
                                           "[b'\\x01', b'\\xff']",
                                           "[True, False]",
                                           "[-9223372036854775808, 0, 9223372036854775807]",
                                           "[1.0, 1e+16, -0.1]",
                                           "['a', \"it's\", '']"};
    rclio_parameter_value values[10];
    (void)state;
    all_types(values);
    for (int i = 0; i < 10; i++) {
        char *words = rclio_parameter_value_text(&values[i]);
        assert_string_equal(words, expected[i]);
        free(words);
    }
}

static void a_list_owns_names_and_values(void **state)
{
    rclio_parameter_list list = {0};
    char name[] = "a", word[] = "one";
    (void)state;
    assert_ok(rclio_parameter_list_add(&list, name, rclio_value_string(word)));
    assert_ok(rclio_parameter_list_add(&list, "b", rclio_value_integer(2)));
    assert_ok(rclio_parameter_list_add(&list, "a", rclio_value_integer(3)));
    name[0] = word[0] = 'x';
    assert_string_equal(list.data[0].name, "a");
    assert_string_equal(list.data[0].value.string, "one");
    assert_int_equal(rclio_parameter_list_find(&list, "a")->integer, 3);
    assert_null(rclio_parameter_list_find(&list, "c"));
    rclio_parameter_list_remove(&list, 0);
    rclio_parameter_list_remove(&list, 7);
    assert_int_equal(list.size, 2);
    assert_string_equal(list.data[0].name, "b");
    rclio_parameter_list_fini(&list);
    assert_int_equal(list.size, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(types_have_the_numbers_of_the_wire),
        cmocka_unit_test(a_copy_is_equal_and_owns_its_memory),
        cmocka_unit_test(a_null_string_is_empty_and_elements_that_are_not_there_are_refused),
        cmocka_unit_test(values_differ_by_what_they_hold),
        cmocka_unit_test(values_print_as_in_python),
        cmocka_unit_test(a_list_owns_names_and_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
