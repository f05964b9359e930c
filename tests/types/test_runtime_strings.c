/* tests/types/test_runtime_strings.c: rosidl strings and sequences of primitives, as upstream's functions of these names behave.
 */
#include "rclio/message.h"
#include "types/runtime_utf16.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void an_initialised_string_is_empty_and_terminated(void **state)
{
    (void)state;
    rosidl_runtime_c__String string;
    assert_true(rosidl_runtime_c__String__init(&string));
    assert_non_null(string.data);
    assert_string_equal(string.data, "");
    assert_int_equal(string.size, 0);
    assert_true(string.capacity >= 1);
    rosidl_runtime_c__String__fini(&string);
    assert_null(string.data);
    assert_int_equal(string.capacity, 0);
    rosidl_runtime_c__String__fini(&string); /* again does nothing */
    rosidl_runtime_c__String__fini(NULL);
    assert_false(rosidl_runtime_c__String__init(NULL));
}

static void assigning_keeps_memory_that_is_large_enough(void **state)
{
    (void)state;
    rosidl_runtime_c__String string = {0};
    assert_true(rosidl_runtime_c__String__assign(&string, "a longer text"));
    const char *memory = string.data;
    assert_true(rosidl_runtime_c__String__assign(&string, "short"));
    assert_ptr_equal(string.data, memory);
    assert_string_equal(string.data, "short");
    assert_int_equal(string.size, 5);
    assert_true(rosidl_runtime_c__String__assignn(&string, string.data + 1, 3)); /* a part of itself */
    assert_string_equal(string.data, "hor");
    rosidl_runtime_c__String__fini(&string);
}

static void nothing_cannot_be_assigned(void **state)
{
    (void)state;
    rosidl_runtime_c__String string = {0};
    rosidl_runtime_c__U16String wide = {0};
    assert_false(rosidl_runtime_c__String__assign(&string, NULL));
    assert_false(rosidl_runtime_c__String__assign(NULL, "a"));
    assert_false(rosidl_runtime_c__String__assignn(&string, NULL, 0));
    assert_false(rosidl_runtime_c__String__assignn(&string, "a", SIZE_MAX));
    assert_false(rosidl_runtime_c__U16String__assign(&wide, NULL));
    assert_false(rosidl_runtime_c__U16String__assignn_from_char(&wide, "abc", 3));
    assert_false(rosidl_runtime_c__U16String__resize(&wide, SIZE_MAX / 2));
    assert_false(rosidl_runtime_c__String__copy(NULL, &string));
    assert_false(rosidl_runtime_c__String__copy(&string, NULL));
    assert_null(string.data);
}

static void a_string_of_zeros_is_a_legal_empty_one(void **state)
{
    (void)state;
    rosidl_runtime_c__String zeros = {0}, made = {0}, copied = {0};
    rosidl_runtime_c__U16String wide_zeros = {0}, wide_copied = {0};
    assert_true(rosidl_runtime_c__String__init(&made));
    assert_true(rosidl_runtime_c__String__are_equal(&zeros, &made));
    assert_true(rosidl_runtime_c__String__copy(&zeros, &copied));
    assert_string_equal(copied.data, "");
    assert_true(rosidl_runtime_c__U16String__copy(&wide_zeros, &wide_copied));
    assert_true(rosidl_runtime_c__U16String__are_equal(&wide_zeros, &wide_copied));
    assert_false(rosidl_runtime_c__String__are_equal(&zeros, NULL));
    rosidl_runtime_c__String__fini(&made);
    rosidl_runtime_c__String__fini(&copied);
    rosidl_runtime_c__U16String__fini(&wide_copied);
}

static void strings_with_a_nul_inside_compare_whole(void **state)
{
    (void)state;
    rosidl_runtime_c__String a = {0}, b = {0};
    assert_true(rosidl_runtime_c__String__assignn(&a, "a\0b", 3));
    assert_true(rosidl_runtime_c__String__assignn(&b, "a\0c", 3));
    assert_false(rosidl_runtime_c__String__are_equal(&a, &b));
    assert_true(rosidl_runtime_c__String__copy(&a, &b));
    assert_true(rosidl_runtime_c__String__are_equal(&a, &b));
    rosidl_runtime_c__String__fini(&a);
    rosidl_runtime_c__String__fini(&b);
}

static void wide_strings_are_units_with_a_terminator(void **state)
{
    (void)state;
    static const uint16_t units[] = {'a', 0xD83D, 0xDE00, 0};
    rosidl_runtime_c__U16String string = {0}, copied = {0};
    assert_int_equal(rosidl_runtime_c__U16String__len(units), 3);
    assert_int_equal(rosidl_runtime_c__U16String__len(NULL), 0);
    assert_true(rosidl_runtime_c__U16String__assign(&string, units));
    assert_int_equal(string.size, 3);
    assert_int_equal(string.data[3], 0);
    assert_true(rosidl_runtime_c__U16String__copy(&string, &copied));
    assert_true(rosidl_runtime_c__U16String__are_equal(&string, &copied));
    assert_true(rosidl_runtime_c__U16String__resize(&copied, 1));
    assert_int_equal(copied.data[1], 0);
    assert_false(rosidl_runtime_c__U16String__are_equal(&string, &copied));
    assert_true(rosidl_runtime_c__U16String__assignn_from_char(&copied, (const char *)units, 6));
    assert_true(rosidl_runtime_c__U16String__are_equal(&string, &copied));
    rosidl_runtime_c__U16String__fini(&string);
    rosidl_runtime_c__U16String__fini(&copied);
}

static void utf8_and_utf16_convert_into_each_other(void **state)
{
    (void)state;
    static const char utf8[] = "h\xC3\xB6 \xE3\x83\x8F \xF0\x9F\x98\x80";
    static const uint16_t expected[] = {'h', 0xF6, ' ', 0x30CF, ' ', 0xD83D, 0xDE00};
    uint16_t units[32];
    char back[32];
    assert_int_equal(utf16_from_utf8(utf8, sizeof utf8 - 1, NULL), 7);
    assert_int_equal(utf16_from_utf8(utf8, sizeof utf8 - 1, units), 7);
    assert_memory_equal(units, expected, sizeof expected);
    assert_int_equal(utf8_from_utf16(units, 7, NULL), sizeof utf8 - 1);
    assert_int_equal(utf8_from_utf16(units, 7, back), sizeof utf8 - 1);
    assert_memory_equal(back, utf8, sizeof utf8 - 1);
}

static void what_is_no_utf8_becomes_replacement_characters(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t units;
    } wrong[] = {{"\xFF", 1}, {"\xC0\x80", 2}, {"\xED\xA0\x80", 3}, {"\xF4\x90\x80\x80", 4}, {"\xE3\x83", 2}, {"\xC3", 1}};
    static const uint16_t lone[] = {0xD83D};
    uint16_t units[8];
    char back[8];
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_int_equal(utf16_from_utf8(wrong[i].bytes, strlen(wrong[i].bytes), units), wrong[i].units);
        for (size_t unit = 0; unit < wrong[i].units; unit++) assert_int_equal(units[unit], 0xFFFD);
    }
    assert_int_equal(utf8_from_utf16(lone, 1, back), 3);
    assert_memory_equal(back, "\xEF\xBF\xBD", 3);
}

static void a_new_sequence_of_numbers_is_zero(void **state)
{
    (void)state;
    rosidl_runtime_c__double__Sequence sequence;
    assert_true(rosidl_runtime_c__double__Sequence__init(&sequence, 4));
    assert_int_equal(sequence.size, 4);
    assert_int_equal(sequence.capacity, 4);
    for (size_t i = 0; i < 4; i++) assert_true(sequence.data[i] == 0);
    rosidl_runtime_c__double__Sequence__fini(&sequence);
    assert_null(sequence.data);
    assert_true(rosidl_runtime_c__double__Sequence__init(&sequence, 0));
    assert_null(sequence.data);
    assert_false(rosidl_runtime_c__double__Sequence__init(&sequence, SIZE_MAX));
    assert_false(rosidl_runtime_c__double__Sequence__init(NULL, 1));
}

static void sequences_of_floats_compare_as_numbers(void **state)
{
    (void)state;
    rosidl_runtime_c__float__Sequence a, b;
    assert_true(rosidl_runtime_c__float__Sequence__init(&a, 1));
    assert_true(rosidl_runtime_c__float__Sequence__init(&b, 1));
    a.data[0] = -0.0f;
    assert_true(rosidl_runtime_c__float__Sequence__are_equal(&a, &b));
    a.data[0] = b.data[0] = NAN;
    assert_false(rosidl_runtime_c__float__Sequence__are_equal(&a, &b));
    assert_false(rosidl_runtime_c__float__Sequence__are_equal(&a, NULL));
    rosidl_runtime_c__float__Sequence__fini(&a);
    rosidl_runtime_c__float__Sequence__fini(&b);
}

static void copying_a_sequence_keeps_the_memory_of_the_longer_one(void **state)
{
    (void)state;
    rosidl_runtime_c__int32__Sequence two, five;
    assert_true(rosidl_runtime_c__int32__Sequence__init(&two, 2));
    assert_true(rosidl_runtime_c__int32__Sequence__init(&five, 5));
    two.data[1] = 7;
    const int32_t *memory = five.data;
    assert_true(rosidl_runtime_c__int32__Sequence__copy(&two, &five));
    assert_ptr_equal(five.data, memory);
    assert_int_equal(five.size, 2);
    assert_int_equal(five.capacity, 5);
    assert_true(rosidl_runtime_c__int32__Sequence__are_equal(&two, &five));
    rosidl_runtime_c__int32__Sequence__fini(&two);
    rosidl_runtime_c__int32__Sequence__fini(&five);
}

static void a_sequence_of_strings_owns_all_up_to_its_capacity(void **state)
{
    (void)state;
    rosidl_runtime_c__String__Sequence two, three;
    assert_true(rosidl_runtime_c__String__Sequence__init(&two, 2));
    assert_true(rosidl_runtime_c__String__Sequence__init(&three, 3));
    assert_string_equal(three.data[2].data, "");
    assert_true(rosidl_runtime_c__String__assign(&two.data[1], "second"));
    assert_true(rosidl_runtime_c__String__assign(&three.data[2], "beyond the size after the copy; freed with the rest"));
    assert_true(rosidl_runtime_c__String__Sequence__copy(&two, &three));
    assert_int_equal(three.size, 2);
    assert_true(rosidl_runtime_c__String__Sequence__are_equal(&two, &three));
    assert_true(rosidl_runtime_c__String__assign(&two.data[0], "first"));
    assert_false(rosidl_runtime_c__String__Sequence__are_equal(&two, &three));
    rosidl_runtime_c__String__Sequence__fini(&two);
    rosidl_runtime_c__String__Sequence__fini(&three); /* leaks, for a sanitizer, when it stops at the size */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_initialised_string_is_empty_and_terminated),
        cmocka_unit_test(assigning_keeps_memory_that_is_large_enough),
        cmocka_unit_test(nothing_cannot_be_assigned),
        cmocka_unit_test(a_string_of_zeros_is_a_legal_empty_one),
        cmocka_unit_test(strings_with_a_nul_inside_compare_whole),
        cmocka_unit_test(wide_strings_are_units_with_a_terminator),
        cmocka_unit_test(utf8_and_utf16_convert_into_each_other),
        cmocka_unit_test(what_is_no_utf8_becomes_replacement_characters),
        cmocka_unit_test(a_new_sequence_of_numbers_is_zero),
        cmocka_unit_test(sequences_of_floats_compare_as_numbers),
        cmocka_unit_test(copying_a_sequence_keeps_the_memory_of_the_longer_one),
        cmocka_unit_test(a_sequence_of_strings_owns_all_up_to_its_capacity),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
