/* tests/mw/test_find.c: what RMW_IMPLEMENTATION may say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mw/mw.h"

static void the_two_names_and_none_are_known(void **state)
{
    (void)state;
    assert_ptr_equal(mw_find(NULL), &mw_split_ops);
    assert_ptr_equal(mw_find(""), &mw_split_ops);
    assert_ptr_equal(mw_find("rmw_fastrtps_cpp"), &mw_split_ops);
    assert_ptr_equal(mw_find("rmw_cyclonedds_cpp"), &mw_cyclone_ops);
}

static void another_name_is_an_error_that_lists_them(void **state)
{
    (void)state;
    assert_null(mw_find("rmw_connextdds"));
    assert_int_equal(rclio_error_status(), RCLIO_INVALID);
    assert_string_equal(rclio_error(),
                        "RMW_IMPLEMENTATION is 'rmw_connextdds': it may be rmw_fastrtps_cpp, rmw_cyclonedds_cpp, or unset "
                        "for the default");
}

static void the_tables_have_no_hole(void **state)
{
    (void)state;
    const mw_ops *const tables[] = {&mw_split_ops, &mw_cyclone_ops};
    for (size_t t = 0; t < 2; t++) {
        const void *const *entries = (const void *const *)(const void *)tables[t];
        for (size_t i = 0; i < sizeof(mw_ops) / sizeof *entries; i++) assert_non_null(entries[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_two_names_and_none_are_known),
        cmocka_unit_test(another_name_is_an_error_that_lists_them),
        cmocka_unit_test(the_tables_have_no_hole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
