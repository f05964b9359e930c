/* tests/generator/test_own.c: the functions, constants and descriptors of a user's own package with every grammar feature. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "geometry_msgs/msg/polygon.h"
#include "own_interfaces/action/count_http_down2.h"
#include "own_interfaces/msg/everything.h"
#include "own_interfaces/srv/look_up.h"
#include "rclio/types.h"
#include "std_msgs/msg/string.h"

#include <stdlib.h>
#include <string.h>

typedef own_interfaces__msg__Everything Everything;
typedef own_interfaces__msg__Everything__Sequence Everything__Sequence;

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
    assert_string_equal(message->brief.data, "short");
    assert_int_equal(message->wide.size, 5);
    assert_int_equal(message->wide.data[1], 0xf6);
    assert_int_equal(message->triple[1], -2);
    assert_int_equal(message->growing.size, 2);
    assert_true(message->growing.data[1] == -2.5e10);
    assert_int_equal(message->words.size, 2);
    assert_string_equal(message->words.data[1].data, "two");
    assert_true(message->pair[0] && !message->pair[1]);
    assert_string_equal(message->leaves[1].name.data, "leaf");
    assert_true(message->leaf.weight == 2.5f);
    assert_int_equal(message->more_leaves.size, 0);
    own_interfaces__msg__Everything__destroy(message);
}

static void constants_and_bounds_have_upstreams_names(void **state)
{
    (void)state;
    assert_true(own_interfaces__msg__Everything__YES);
    assert_int_equal(own_interfaces__msg__Everything__BYTE, 255);
    assert_int_equal(own_interfaces__msg__Everything__LOWEST_8, -128);
    assert_true(own_interfaces__msg__Everything__LOWEST_64 == INT64_MIN);
    assert_true(own_interfaces__msg__Everything__HIGHEST_64 == UINT64_MAX);
    assert_true(own_interfaces__msg__Everything__THIRD == 1.0f / 3);
    assert_true(own_interfaces__msg__Everything__TINY == 1.0e-300);
    assert_string_equal(own_interfaces__msg__Everything__QUOTES, "say \"what\?\?!\"");
    assert_int_equal(own_interfaces__msg__Everything__few__MAX_SIZE, 4);
    assert_int_equal(own_interfaces__msg__Everything__tight__MAX_SIZE, 3);
    assert_int_equal(own_interfaces__msg__Everything__tight__MAX_STRING_SIZE, 5);
    assert_int_equal(own_interfaces__msg__Everything__narrow__MAX_STRING_SIZE, 4);
    assert_int_equal(own_interfaces__srv__LookUp_Request__key__MAX_STRING_SIZE, 64);
    assert_int_equal(own_interfaces__srv__LookUp_Response__CODE, 4);
    assert_int_equal(own_interfaces__action__CountHTTPDown2_Goal__MOST, 200);
}

static void a_copy_is_equal_until_one_of_them_changes(void **state)
{
    (void)state;
    Everything a, b;
    assert_true(own_interfaces__msg__Everything__init(&a));
    assert_true(own_interfaces__msg__Everything__init(&b));
    assert_true(rosidl_runtime_c__String__assign(&a.leaves[1].name, "another"));
    assert_true(own_interfaces__msg__Leaf__Sequence__init(&a.more_leaves, 3));
    assert_false(own_interfaces__msg__Everything__are_equal(&a, &b));
    assert_true(own_interfaces__msg__Everything__copy(&a, &b));
    assert_true(own_interfaces__msg__Everything__are_equal(&a, &b));
    assert_string_equal(b.more_leaves.data[2].name.data, "leaf");
    b.more_leaves.data[2].weight = 0;
    assert_false(own_interfaces__msg__Everything__are_equal(&a, &b));
    own_interfaces__msg__Everything__fini(&a);
    own_interfaces__msg__Everything__fini(&b);
}

static void sequences_of_messages_are_made_copied_and_compared(void **state)
{
    (void)state;
    Everything__Sequence *a = own_interfaces__msg__Everything__Sequence__create(2);
    Everything__Sequence b;
    assert_non_null(a);
    assert_int_equal(a->size, 2);
    assert_true(own_interfaces__msg__Everything__Sequence__init(&b, 0));
    assert_false(own_interfaces__msg__Everything__Sequence__are_equal(a, &b));
    assert_true(own_interfaces__msg__Everything__Sequence__copy(a, &b));
    assert_true(own_interfaces__msg__Everything__Sequence__are_equal(a, &b));
    own_interfaces__msg__Everything__Sequence__fini(&b);
    own_interfaces__msg__Everything__Sequence__destroy(a);
}

static void functions_given_null_say_no(void **state)
{
    (void)state;
    assert_false(own_interfaces__msg__Leaf__init(NULL));
    assert_false(own_interfaces__msg__Leaf__copy(NULL, NULL));
    assert_false(own_interfaces__msg__Leaf__are_equal(NULL, NULL));
    assert_false(own_interfaces__msg__Leaf__Sequence__init(NULL, 1));
    own_interfaces__msg__Leaf__fini(NULL);
    own_interfaces__msg__Leaf__destroy(NULL);
    own_interfaces__msg__Leaf__Sequence__fini(NULL);
    own_interfaces__msg__Leaf__Sequence__destroy(NULL);
}

static void an_action_has_all_its_parts(void **state)
{
    (void)state;
    const rclio_type *action = RCLIO_TYPE(own_interfaces, action, CountHTTPDown2);
    assert_int_equal(action->kind, RCLIO_ACTION);
    assert_ptr_equal(action->parts[RCLIO_PART_GOAL], RCLIO_TYPE(own_interfaces, action, CountHTTPDown2_Goal));
    assert_ptr_equal(action->parts[RCLIO_PART_SEND_GOAL]->parts[RCLIO_PART_REQUEST],
                     RCLIO_TYPE(own_interfaces, action, CountHTTPDown2_SendGoal_Request));
    assert_ptr_equal(action->parts[RCLIO_PART_FEEDBACK_MESSAGE],
                     RCLIO_TYPE(own_interfaces, action, CountHTTPDown2_FeedbackMessage));
    own_interfaces__action__CountHTTPDown2_SendGoal_Request request;
    assert_true(own_interfaces__action__CountHTTPDown2_SendGoal_Request__init(&request));
    assert_int_equal(request.goal.start, 10);
    own_interfaces__action__CountHTTPDown2_SendGoal_Request__fini(&request);
}

/* TYP-1 */
static void its_hashes_are_those_of_the_reader(void **state)
{
    (void)state;
    setenv("RCLIO_INTERFACE_PATH", OWN_DEFINITIONS, 1);
    rclio_types *types = rclio_types_new(NULL, NULL);
    const rclio_type *read = rclio_types_get(types, "own_interfaces/srv/LookUp");
    if (!read) fail_msg("%s", rclio_error());
    const rclio_type *made = RCLIO_TYPE(own_interfaces, srv, LookUp);
    assert_memory_equal(made->hash, read->hash, sizeof read->hash);
    for (int part = RCLIO_PART_REQUEST; part <= RCLIO_PART_EVENT; part++) {
        assert_memory_equal(made->parts[part]->hash, read->parts[part]->hash, sizeof read->hash);
        assert_int_equal(made->parts[part]->size, read->parts[part]->size);
    }
    rclio_types_destroy(types);
}

/* std_msgs is in both of the libraries that this program links; geometry_msgs only in the second, which brings its own std_msgs.
 */
static void packages_in_two_libraries_are_one(void **state)
{
    (void)state;
    const rclio_field *header = rclio_type_field(RCLIO_TYPE(own_interfaces, msg, Everything), "header");
    assert_ptr_equal(header->nested, RCLIO_TYPE(std_msgs, msg, Header));
    assert_string_equal(RCLIO_TYPE(geometry_msgs, msg, Polygon)->name, "geometry_msgs/msg/Polygon");
    std_msgs__msg__String text;
    assert_true(std_msgs__msg__String__init(&text));
    std_msgs__msg__String__fini(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_message_has_its_defaults),
        cmocka_unit_test(constants_and_bounds_have_upstreams_names),
        cmocka_unit_test(a_copy_is_equal_until_one_of_them_changes),
        cmocka_unit_test(sequences_of_messages_are_made_copied_and_compared),
        cmocka_unit_test(functions_given_null_say_no),
        cmocka_unit_test(an_action_has_all_its_parts),
        cmocka_unit_test(its_hashes_are_those_of_the_reader),
        cmocka_unit_test(packages_in_two_libraries_are_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
