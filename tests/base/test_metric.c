/* tests/base/test_metric.c: base/metric.h. */
#include "base/metric.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void nothing_is_not_a_number(void **state)
{
    (void)state;
    metric m = {0};
    assert_true(isnan(metric_average(&m)) && isnan(metric_lowest(&m)) && isnan(metric_highest(&m)) &&
                isnan(metric_deviation(&m)));
}

static void values_have_an_average_extremes_and_a_deviation(void **state)
{
    (void)state;
    const double values[] = {2, 4, 4, 4, 5, 5, 7, 9};
    metric m = {0};
    for (size_t i = 0; i < 8; i++) metric_add(&m, values[i]);
    assert_int_equal(m.count, 8);
    assert_float_equal(metric_average(&m), 5, 1e-12);
    assert_float_equal(metric_lowest(&m), 2, 0);
    assert_float_equal(metric_highest(&m), 9, 0);
    assert_float_equal(metric_deviation(&m), 2, 1e-12);
}

static void one_value_deviates_by_nothing(void **state)
{
    (void)state;
    metric m = {0};
    metric_add(&m, -3.5);
    assert_float_equal(metric_average(&m), -3.5, 0);
    assert_float_equal(metric_highest(&m), -3.5, 0);
    assert_float_equal(metric_deviation(&m), 0, 0);
}

static void small_differences_of_large_values_are_kept(void **state)
{
    (void)state;
    metric m = {0};
    for (int i = 0; i < 1000; i++) metric_add(&m, 1e9 + (i % 2 ? 1 : -1));
    assert_float_equal(metric_deviation(&m), 1, 1e-3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_not_a_number),
        cmocka_unit_test(values_have_an_average_extremes_and_a_deviation),
        cmocka_unit_test(one_value_deviates_by_nothing),
        cmocka_unit_test(small_differences_of_large_values_are_kept),
    };
    return cmocka_run_group_tests_name("metrics", tests, NULL, NULL);
}
