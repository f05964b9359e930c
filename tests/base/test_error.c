#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/thread.h"

#include <cmocka.h>
#include <string.h>

static void an_error_is_built_from_the_inside_out(void **state)
{
    (void)state;
    assert_int_equal(rclio_fail(RCLIO_NOT_FOUND, "no type '%s'", "a/msg/B"), RCLIO_NOT_FOUND);
    assert_int_equal(rclio_error_add("no publisher to '%s'", "/x"), RCLIO_NOT_FOUND);
    assert_string_equal(rclio_error(), "no publisher to '/x': no type 'a/msg/B'");
    assert_int_equal(rclio_error_status(), RCLIO_NOT_FOUND);
    rclio_error_clear();
    assert_string_equal(rclio_error(), "");
    assert_int_equal(rclio_error_status(), RCLIO_OK);
}

static void a_long_error_ends_in_dots(void **state)
{
    char long_text[3 * RCLIO_ERROR_SIZE];
    (void)state;
    memset(long_text, 'x', sizeof long_text - 1);
    long_text[sizeof long_text - 1] = '\0';
    rclio_fail(RCLIO_INVALID, "%s", long_text);
    assert_int_equal(strlen(rclio_error()), RCLIO_ERROR_SIZE - 1);
    assert_string_equal(rclio_error() + RCLIO_ERROR_SIZE - 4, "...");
}

static void fail_in_thread(void *arg)
{
    rclio_fail(RCLIO_SYSTEM, "of the other thread");
    *(bool *)arg = strcmp(rclio_error(), "of the other thread") == 0;
}

static void each_thread_has_its_own_error(void **state)
{
    thread other = {0};
    bool seen = false;
    (void)state;
    rclio_fail(RCLIO_INVALID, "of this thread");
    assert_int_equal(thread_start(&other, "other", fail_in_thread, &seen), RCLIO_OK);
    thread_join(&other);
    assert_true(seen);
    assert_string_equal(rclio_error(), "of this thread");
}

static void every_status_has_a_name(void **state)
{
    (void)state;
    for (int status = RCLIO_OK; status <= RCLIO_SYSTEM; status++)
        assert_string_not_equal(rclio_status_name((rclio_status)status), "unknown status");
    assert_string_equal(rclio_status_name((rclio_status)99), "unknown status");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_error_is_built_from_the_inside_out),
        cmocka_unit_test(a_long_error_ends_in_dots),
        cmocka_unit_test(each_thread_has_its_own_error),
        cmocka_unit_test(every_status_has_a_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
