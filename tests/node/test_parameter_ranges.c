/* tests/node/test_parameter_ranges.c: ranges of integers and doubles with their steps, in upstream's words. */
#include "parameter_stage.h"

#include <math.h>

static void expect_set(stage *s, const char *name, rclio_parameter_value value, const char *refusal)
{
    rclio_status status = rclio_parameter_set(s->node, name, value);
    if (!refusal && status != RCLIO_OK) fail_msg("%s", rclio_error());
    if (refusal) assert_refused(status, RCLIO_INVALID, refusal);
}

static void integers_keep_to_bounds_and_steps(void **state) /* PAR-3 */
{
    (void)state;
    stage s = stage_new();
    const rclio_parameter_options range = {.descriptor = {.has_integer_range = true, .integer_range = {10, 3, 3}}};
    assert_ok(rclio_parameter_declare(s.node, "it", rclio_value_integer(10), &range));
    const int64_t good[] = {3, 6, 9, 10};
    for (size_t i = 0; i < 4; i++) expect_set(&s, "it", rclio_value_integer(good[i]), NULL);
    expect_set(&s, "it", rclio_value_integer(2), "Parameter it out of range. Min: 3, Max: 10, value: 2");
    expect_set(&s, "it", rclio_value_integer(11), "Parameter it out of range. Min: 3, Max: 10, value: 11");
    expect_set(&s, "it", rclio_value_integer(4),
               "The parameter value for it is not a valid step. Min: 3, max: 10, value: 4, step: 3");
    assert_parameter(s.node, "it", "10");
    stage_free(&s);
}

static void the_whole_range_of_integers_does_not_overflow(void **state)
{
    (void)state;
    stage s = stage_new();
    const rclio_parameter_options all = {
        .descriptor = {.has_integer_range = true, .integer_range = {INT64_MIN, INT64_MAX, UINT64_MAX}}};
    assert_ok(rclio_parameter_declare(s.node, "it", rclio_value_integer(INT64_MAX), &all));
    expect_set(&s, "it", rclio_value_integer(INT64_MIN), NULL);
    assert_int_equal(rclio_parameter_set(s.node, "it", rclio_value_integer(0)), RCLIO_INVALID);
    stage_free(&s);
}

static void doubles_keep_to_bounds_and_steps_nearly(void **state) /* PAR-3 */
{
    (void)state;
    stage s = stage_new();
    const rclio_parameter_options range = {.descriptor = {.has_double_range = true, .double_range = {0, 10, 0.5}}};
    assert_ok(rclio_parameter_declare(s.node, "fl", rclio_value_double(1), &range));
    const double good[] = {0, 10, 10.000001, 10.0000001, 0.5, 0.50000001};
    for (size_t i = 0; i < 6; i++) expect_set(&s, "fl", rclio_value_double(good[i]), NULL);
    expect_set(&s, "fl", rclio_value_double(10.1), "Parameter fl out of range Min: 0.0, Max: 10.0, value: 10.1");
    expect_set(&s, "fl", rclio_value_double(-1e-9), "Parameter fl out of range Min: 0.0, Max: 10.0, value: -1e-09");
    expect_set(&s, "fl", rclio_value_double((double)NAN), "Parameter fl out of range Min: 0.0, Max: 10.0, value: nan");
    expect_set(&s, "fl", rclio_value_double((double)INFINITY), "Parameter fl out of range Min: 0.0, Max: 10.0, value: inf");
    expect_set(&s, "fl", rclio_value_double(2.6),
               "The parameter value for fl is not close enough to a valid step. Min: 0.0, max: 10.0, value: 2.6, step: 0.5");
    stage_free(&s);
}

static void a_default_out_of_range_is_not_declared(void **state) /* PAR-3 */
{
    (void)state;
    stage s = stage_new();
    const rclio_parameter_options range = {.descriptor = {.has_integer_range = true, .integer_range = {0, 10, 1}}};
    assert_refused(rclio_parameter_declare(s.node, "rng", rclio_value_integer(50), &range), RCLIO_INVALID,
                   "Invalid parameter value (50) for parameter. Reason: Parameter rng out of range. Min: 0, Max: 10, value: 50");
    assert_false(rclio_parameter_has(s.node, "rng"));
    stage_free(&s);
}

static void a_range_of_another_type_says_nothing(void **state)
{
    (void)state;
    stage s = stage_new();
    const rclio_parameter_options range = {
        .descriptor = {.dynamic_typing = true, .has_integer_range = true, .integer_range = {0, 3, 1}}};
    assert_ok(rclio_parameter_declare(s.node, "dr", rclio_value_double(77), &range));
    expect_set(&s, "dr", rclio_value_string("x"), NULL);
    expect_set(&s, "dr", rclio_value_integer(9), "Parameter dr out of range. Min: 0, Max: 3, value: 9");
    stage_free(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(integers_keep_to_bounds_and_steps),
        cmocka_unit_test(the_whole_range_of_integers_does_not_overflow),
        cmocka_unit_test(doubles_keep_to_bounds_and_steps_nearly),
        cmocka_unit_test(a_default_out_of_range_is_not_declared),
        cmocka_unit_test(a_range_of_another_type_says_nothing),
    };
    return cmocka_run_group_tests(tests, harness_environment, NULL);
}
