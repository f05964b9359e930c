/* tests/generator/test_own.c: the functions, constants and descriptors of a user's own package with every grammar feature. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "own_interfaces/action/count_http_down2.h"
#include "own_interfaces/msg/everything.h"
#include "own_interfaces/srv/look_up.h"
#include "rclio/types.h"
#include "std_msgs/msg/string.h"

#include <stdlib.h>
#include <string.h>

typedef own_interfaces__msg__Everything Everything;

static void a_new_message_has_its_defaults(void **state)
{
    (void)state;
    Everything *message = own_interfaces__msg__Everything__create();
    assert_non_null(message);
    assert_true(message->flag);
    assert_int_equal(message->octet, 7);
    assert_int_equal(message->letter, 66);
    assert_true(message->big == INT64_MIN);
    assert_true(message->huge == UINT64_MAX);
    assert_true(message->ratio == 0.1f);
    assert_true(message->precise == 0.1);
    assert_string_equal(message->short_.data ? message->short_.data : "", "short");
    own_interfaces__msg__Everything__destroy(message);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_message_has_its_defaults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
