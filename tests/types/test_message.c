/* tests/types/test_message.c: the generic operations on messages, on the types of test_msgs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "own_types.h"

static void *new_message(const rclio_type *type)
{
    void *message = rclio_message_new(type);
    if (!message) fail_msg("%s", rclio_error());
    return message;
}

/* The element of the field of that name, which must be there. */
static void *element(const rclio_type *type, void *message, const char *name, size_t index)
{
    const rclio_field *field = rclio_type_field(type, name);
    assert_non_null(field);
    void *at = rclio_field_element(field, message, index);
    assert_non_null(at);
    return at;
}

static void resize(const rclio_type *type, void *message, const char *name, size_t count)
{
    if (rclio_field_resize(rclio_type_field(type, name), message, count)) fail_msg("%s", rclio_error());
}

static void a_new_message_has_the_defaults_of_its_definition(void **state)
{
    const rclio_type *type = type_of(state, "test_msgs/msg/Defaults");
    void *message = new_message(type);
    assert_true(*(bool *)element(type, message, "bool_value", 0));
    assert_int_equal(*(uint8_t *)element(type, message, "byte_value", 0), 50);
    assert_int_equal(*(uint8_t *)element(type, message, "char_value", 0), 100);
    assert_true(*(float *)element(type, message, "float32_value", 0) == 1.125f);
    assert_true(*(double *)element(type, message, "float64_value", 0) == 1.125);
    assert_int_equal(*(int8_t *)element(type, message, "int8_value", 0), -50);
    assert_int_equal(*(int64_t *)element(type, message, "int64_value", 0), -40000000);
    rclio_message_destroy(type, message);
}

static void strings_have_their_defaults_in_their_own_encoding(void **state)
{
    const rclio_type *type = type_of(state, "test_msgs/msg/WStrings");
    void *message = new_message(type);
    rosidl_runtime_c__U16String *greeting = element(type, message, "wstring_value_default2", 0);
    assert_int_equal(greeting->size, 12);
    assert_int_equal(greeting->data[4], 0xF6);
    assert_int_equal(greeting->data[12], 0);
    rosidl_runtime_c__U16String *katakana = element(type, message, "wstring_value_default3", 0);
    assert_int_equal(katakana->size, 7);
    assert_int_equal(katakana->data[0], 0x30CF);
    rosidl_runtime_c__U16String *in_array = element(type, message, "array_of_wstrings", 2);
    assert_non_null(in_array->data);
    rclio_message_destroy(type, message);
    type = type_of(state, "test_msgs/msg/Strings");
    message = new_message(type);
    rosidl_runtime_c__String *quoted = element(type, message, "string_value_default4", 0);
    assert_string_equal(quoted->data, "Hello'world!");
    assert_string_equal(((rosidl_runtime_c__String *)element(type, message, "string_value", 0))->data, "");
    rclio_message_destroy(type, message);
}

static void arrays_sequences_and_nested_messages_have_theirs(void **state)
{
    const rclio_type *type = type_of(state, "test_msgs/msg/Arrays");
    void *message = new_message(type);
    assert_true(*(uint64_t *)element(type, message, "uint64_values_default", 2) == UINT64_MAX);
    assert_string_equal(((rosidl_runtime_c__String *)element(type, message, "string_values_default", 1))->data, "max value");
    const rclio_type *defaults = type_of(state, "test_msgs/msg/Defaults");
    assert_int_equal(*(int32_t *)element(defaults, element(type, message, "defaults_values", 2), "int32_value", 0), -30000);
    rclio_message_destroy(type, message);
    type = type_of(state, "test_msgs/msg/UnboundedSequences");
    message = new_message(type);
    assert_int_equal(rclio_field_count(rclio_type_field(type, "int16_values_default"), message), 3);
    assert_int_equal(*(int16_t *)element(type, message, "int16_values_default", 2), -32768);
    assert_int_equal(rclio_field_count(rclio_type_field(type, "int16_values"), message), 0);
    rclio_message_destroy(type, message);
}

/* Three levels: a sequence of messages with strings and sequences. */
static void *nested_message(const rclio_type *type)
{
    void *message = new_message(type);
    const rclio_field *strings = rclio_type_field(type, "string_values");
    resize(type, message, "string_values", 2);
    assert_true(rosidl_runtime_c__String__assign(rclio_field_element(strings, message, 1), "hello"));
    resize(type, message, "basic_types_values", 3);
    const rclio_type *basic = rclio_type_field(type, "basic_types_values")->nested;
    *(double *)element(basic, element(type, message, "basic_types_values", 2), "float64_value", 0) = 2.5;
    resize(type, message, "uint8_values", 4);
    *(uint8_t *)element(type, message, "uint8_values", 3) = 9;
    return message;
}

static void a_copy_is_equal_and_shares_nothing(void **state)
{
    const rclio_type *type = type_of(state, "test_msgs/msg/UnboundedSequences");
    void *message = nested_message(type), *copy = new_message(type);
    assert_false(rclio_message_equal(type, message, copy));
    assert_int_equal(rclio_message_copy(type, message, copy), RCLIO_OK);
    assert_true(rclio_message_equal(type, message, copy));
    rosidl_runtime_c__String *string = element(type, copy, "string_values", 1);
    string->data[0] = 'j';
    assert_false(rclio_message_equal(type, message, copy));
    rclio_message_destroy(type, message);
    assert_string_equal(string->data, "jello");
    rclio_message_destroy(type, copy);
}

static void copying_again_keeps_the_memory(void **state)
{
    const rclio_type *type = type_of(state, "test_msgs/msg/UnboundedSequences");
    void *message = nested_message(type), *copy = new_message(type);
    assert_int_equal(rclio_message_copy(type, message, copy), RCLIO_OK);
    void *numbers = element(type, copy, "uint8_values", 0);
    char *text = ((rosidl_runtime_c__String *)element(type, copy, "string_values", 1))->data;
    assert_int_equal(rclio_message_copy(type, message, copy), RCLIO_OK);
    assert_int_equal(rclio_message_copy(type, copy, copy), RCLIO_OK);
    assert_ptr_equal(element(type, copy, "uint8_values", 0), numbers);
    assert_ptr_equal(((rosidl_runtime_c__String *)element(type, copy, "string_values", 1))->data, text);
    rclio_message_destroy(type, message);
    rclio_message_destroy(type, copy);
}

static void fini_leaves_zeros_and_may_be_repeated(void **state)
{
    const rclio_type *type = type_of(state, "test_msgs/msg/UnboundedSequences");
    char *message = nested_message(type);
    rclio_message_fini(type, message);
    for (size_t i = 0; i < type->size; i++) assert_int_equal(message[i], 0);
    rclio_message_destroy(type, message);
    rclio_message_fini(type, NULL);
    rclio_message_destroy(type, NULL);
}

static void a_difference_at_any_depth_is_found(void **state)
{
    const rclio_type *type = type_of(state, "test_msgs/msg/MultiNested");
    void *a = new_message(type), *b = new_message(type);
    assert_true(rclio_message_equal(type, a, b));
    const rclio_type *arrays = rclio_type_field(type, "array_of_arrays")->nested;
    void *inner = element(type, b, "array_of_arrays", 2);
    *(uint16_t *)element(arrays, inner, "uint16_values", 1) = 1;
    assert_false(rclio_message_equal(type, a, b));
    assert_false(rclio_message_equal(type, a, NULL));
    rclio_message_destroy(type, a);
    rclio_message_destroy(type, b);
}

static void the_placeholder_of_an_empty_message_does_not_count(void **state)
{
    const rclio_type *type = type_of(state, "test_msgs/msg/Empty"); /* TYP-5 */
    uint8_t a = 0, b = 7;
    assert_int_equal(type->size, 1);
    assert_true(rclio_message_equal(type, &a, &b));
}

static void elements_that_come_into_use_have_their_types_defaults(void **state)
{
    const rclio_type *type = type_of(state, "test_msgs/msg/UnboundedSequences");
    const rclio_type *defaults = type_of(state, "test_msgs/msg/Defaults");
    void *message = new_message(type);
    resize(type, message, "defaults_values", 2);
    int32_t *value = element(defaults, element(type, message, "defaults_values", 1), "int32_value", 0);
    assert_int_equal(*value, -30000);
    *value = 1;
    resize(type, message, "defaults_values", 1);
    resize(type, message, "defaults_values", 2);
    assert_int_equal(*(int32_t *)element(defaults, element(type, message, "defaults_values", 1), "int32_value", 0), -30000);
    resize(type, message, "string_values", 1);
    assert_true(rosidl_runtime_c__String__assign(element(type, message, "string_values", 0), "old"));
    resize(type, message, "string_values", 0);
    resize(type, message, "string_values", 1);
    assert_string_equal(((rosidl_runtime_c__String *)element(type, message, "string_values", 0))->data, "");
    rclio_message_destroy(type, message);
}

static void a_field_is_not_resized_beyond_what_it_holds(void **state)
{
    const rclio_type *bounded = type_of(state, "test_msgs/msg/BoundedSequences");
    const rclio_type *arrays = type_of(state, "test_msgs/msg/Arrays");
    void *message = new_message(bounded), *fixed = new_message(arrays);
    const rclio_field *field = rclio_type_field(bounded, "int32_values");
    assert_int_equal(rclio_field_resize(field, message, 3), RCLIO_OK);
    assert_int_equal(rclio_field_resize(field, message, 4), RCLIO_LIMIT);
    assert_string_equal(rclio_error(), "field 'int32_values' holds at most 3 elements, not 4");
    assert_int_equal(rclio_field_count(field, message), 3);
    assert_null(rclio_field_element(field, message, 3));
    const rclio_field *array = rclio_type_field(arrays, "int32_values"), *single = rclio_type_field(arrays, "alignment_check");
    assert_int_equal(rclio_field_resize(array, fixed, 3), RCLIO_OK);
    assert_int_equal(rclio_field_resize(array, fixed, 2), RCLIO_LIMIT);
    assert_int_equal(rclio_field_resize(single, fixed, 1), RCLIO_OK);
    assert_int_equal(rclio_field_resize(single, fixed, 0), RCLIO_LIMIT);
    assert_int_equal(rclio_field_count(single, fixed), 1);
    rclio_message_destroy(bounded, message);
    rclio_message_destroy(arrays, fixed);
}

static void appending_one_by_one_moves_the_elements_seldom(void **state)
{
    const rclio_type *type = type_of(state, "test_msgs/msg/UnboundedSequences");
    const rclio_field *field = rclio_type_field(type, "float64_values");
    void *message = new_message(type);
    rosidl_runtime_c__double__Sequence *sequence = (void *)((char *)message + field->offset);
    size_t moves = 0;
    for (size_t count = 1; count <= 10000; count++) {
        size_t capacity = sequence->capacity;
        assert_int_equal(rclio_field_resize(field, message, count), RCLIO_OK);
        moves += sequence->capacity != capacity;
    }
    assert_true(moves < 40);
    assert_int_equal(rclio_field_resize(field, message, SIZE_MAX / 2), RCLIO_NO_MEMORY);
    assert_int_equal(sequence->size, 10000);
    rclio_message_destroy(type, message);
}

static void sequences_of_messages_are_made_copied_and_compared(void **state)
{
    const rclio_type *type = type_of(state, "std_msgs/msg/String");
    struct {
        rosidl_runtime_c__String *data;
        size_t size;
        size_t capacity;
    } a, b = {0};
    assert_int_equal(rclio_message_sequence_init(type, &a, 3), RCLIO_OK);
    assert_int_equal(a.size, 3);
    assert_string_equal(a.data[2].data, "");
    assert_true(rosidl_runtime_c__String__assign(&a.data[1], "one"));
    assert_false(rclio_message_sequence_equal(type, &a, &b));
    assert_int_equal(rclio_message_sequence_copy(type, &a, &b), RCLIO_OK);
    assert_true(rclio_message_sequence_equal(type, &a, &b));
    assert_string_equal(b.data[1].data, "one");
    a.size = 1;
    assert_int_equal(rclio_message_sequence_copy(type, &a, &b), RCLIO_OK);
    assert_int_equal(b.size, 1);
    rclio_message_sequence_fini(type, &a);
    rclio_message_sequence_fini(type, &b);
    assert_null(b.data);
    assert_int_equal(rclio_message_sequence_init(type, &a, 0), RCLIO_OK);
    assert_null(a.data);
    assert_int_equal(rclio_message_sequence_init(type, &a, SIZE_MAX / 2), RCLIO_NO_MEMORY);
    assert_false(rclio_message_sequence_equal(type, &a, NULL));
}

static void a_service_is_no_message(void **state)
{
    const rclio_type *type = type_of(state, "std_srvs/srv/SetBool");
    char memory[8];
    assert_null(rclio_message_new(type));
    assert_int_equal(rclio_error_status(), RCLIO_INVALID);
    assert_int_equal(rclio_message_init(type, memory), RCLIO_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_message_has_the_defaults_of_its_definition),
        cmocka_unit_test(strings_have_their_defaults_in_their_own_encoding),
        cmocka_unit_test(arrays_sequences_and_nested_messages_have_theirs),
        cmocka_unit_test(a_copy_is_equal_and_shares_nothing),
        cmocka_unit_test(copying_again_keeps_the_memory),
        cmocka_unit_test(fini_leaves_zeros_and_may_be_repeated),
        cmocka_unit_test(a_difference_at_any_depth_is_found),
        cmocka_unit_test(the_placeholder_of_an_empty_message_does_not_count),
        cmocka_unit_test(elements_that_come_into_use_have_their_types_defaults),
        cmocka_unit_test(a_field_is_not_resized_beyond_what_it_holds),
        cmocka_unit_test(appending_one_by_one_moves_the_elements_seldom),
        cmocka_unit_test(sequences_of_messages_are_made_copied_and_compared),
        cmocka_unit_test(a_service_is_no_message),
    };
    return cmocka_run_group_tests(tests, make_registry, drop_registry);
}
