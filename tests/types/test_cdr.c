/* tests/types/test_cdr.c: the rules of CDR-1 to CDR-8, and the reference's table of unusual input, row by row. */
#include "cdr_case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *text(cdr_case *c)
{
    return ((rosidl_runtime_c__String *)cdr_at(c, "data", 0))->data;
}

static void reads_text(const char *hex, const char *expected)
{
    cdr_case c = cdr_case_of("std_msgs/msg/String");
    if (cdr_read(&c, hex)) fail_msg("%s: %s", hex, rclio_error());
    assert_string_equal(text(&c), expected);
    assert_int_equal(((rosidl_runtime_c__String *)cdr_at(&c, "data", 0))->size, strlen(expected));
    cdr_case_end(&c);
}

static void refuses(const char *type, const char *hex, const char *error)
{
    cdr_case c = cdr_case_of(type);
    assert_int_equal(cdr_read(&c, hex), RCLIO_BAD_DATA);
    assert_string_equal(rclio_error(), error);
    assert_true(rclio_encoded_size(c.codec, c.message, 0) != SIZE_MAX); /* the message is still one */
    cdr_case_end(&c);
}

static void integers_are_aligned_to_their_size_behind_the_header(void **state)
{
    (void)state; /* CDR-1, CDR-5 */
    cdr_case c = cdr_case_of("uint8 a 1\nuint16 b 2\nuint8 c 3\nuint32 d 4\nuint8 e 5\nuint64 f 6\nuint8 g 7\n");
    cdr_writes(&c, "00010000 01 00 0200 03 000000 04000000 05 000000 0600000000000000 07");
    cdr_case_end(&c);
}

static void eight_bytes_align_to_eight(void **state)
{
    (void)state; /* CDR-1 */
    cdr_case c = cdr_case_of("uint32 a 1\nfloat64 b 1.0\n");
    cdr_writes(&c, "00010000 01000000 00000000 000000000000f03f");
    cdr_case_end(&c);
}

static void a_string_is_length_bytes_and_a_nul(void **state)
{
    (void)state; /* CDR-2 */
    cdr_case c = cdr_case_of("std_msgs/msg/String");
    rosidl_runtime_c__String *string = cdr_at(&c, "data", 0);
    cdr_writes(&c, "00010000 01000000 00");
    rosidl_runtime_c__String__fini(string); /* {NULL, 0, 0} */
    cdr_writes(&c, "00010000 01000000 00");
    assert_true(rosidl_runtime_c__String__assign(string, "h\xC3\xB6"));
    cdr_writes(&c, "00010000 04000000 68c3b600");
    cdr_case_end(&c);
}

static void a_nul_inside_ends_a_string_that_is_written(void **state)
{
    (void)state; /* CDR-8 */
    cdr_case c = cdr_case_of("std_msgs/msg/String");
    assert_true(rosidl_runtime_c__String__assignn(cdr_at(&c, "data", 0), "ab\0cd", 5));
    cdr_writes(&c, "00010000 03000000 616200");
    cdr_case_end(&c);
}

static void no_byte_beyond_a_strings_size_is_read(void **state)
{
    (void)state;
    cdr_case c = cdr_case_of("std_msgs/msg/String");
    rosidl_runtime_c__String *string = cdr_at(&c, "data", 0), kept = *string;
    char *two = malloc(2); /* no terminator: a sanitizer sees who reads on */
    assert_non_null(two);
    two[0] = 'a';
    two[1] = 'b';
    *string = (rosidl_runtime_c__String){two, 2, 2};
    cdr_writes(&c, "00010000 03000000 616200");
    free(two);
    *string = kept;
    cdr_case_end(&c);
}

static void a_wstring_is_units_of_four_bytes(void **state)
{
    (void)state; /* CDR-3 */
    cdr_case c = cdr_case_of("wstring data \"\xF0\x9F\x98\x80\"\n");
    cdr_writes(&c, "00010000 02000000 3dd80000 00de0000");
    assert_int_equal(cdr_read(&c, "00010000 00000000"), RCLIO_OK);
    cdr_writes(&c, "00010000 00000000");
    cdr_case_end(&c);
}

static void an_empty_sequence_has_no_padding_behind_its_length(void **state)
{
    (void)state; /* CDR-4 */
    cdr_case c = cdr_case_of("float64[] a\nuint8 b 9\n");
    cdr_writes(&c, "00010000 00000000 09");
    cdr_resize(&c, "a", 1);
    cdr_writes(&c, "00010000 01000000 00000000 0000000000000000 09");
    cdr_case_end(&c);
}

static void an_empty_structure_is_one_zero(void **state)
{
    (void)state; /* CDR-6 */
    cdr_case c = cdr_case_of("std_msgs/Empty a\nuint8 b 7\nstd_msgs/Empty[2] c\nstd_msgs/Empty[] d\n");
    memset(cdr_at(&c, "a", 0), 0x55, 1);
    cdr_resize(&c, "d", 2);
    cdr_writes(&c, "00010000 00 07 0000 02000000 0000");
    assert_int_equal(cdr_read(&c, "00010000 00 08 0000 03000000 0000"), RCLIO_BAD_DATA);
    assert_int_equal(cdr_read(&c, "00010000 00 08 0000 03000000 000000"), RCLIO_OK);
    assert_int_equal(rclio_field_count(rclio_type_field(c.type, "d"), c.message), 3);
    cdr_case_end(&c);
}

static void big_endian_is_read(void **state)
{
    (void)state; /* CDR-7 */
    reads_text("00000000 00000004 61626300", "abc");
    cdr_case c = cdr_case_of("uint16[2] a\nfloat64[] b\nwstring c\nint64 d\nbool e\ngeometry_msgs/Point[] f\n");
    assert_int_equal(cdr_read(&c, "00000000 0102 0304 00000001 3ff0000000000000 00000001 000030cf fffffffffffffffe 05 000000 "
                                  "00000001 3ff0000000000000 4000000000000000 4008000000000000"),
                     RCLIO_OK);
    assert_int_equal(*(uint16_t *)cdr_at(&c, "a", 0), 0x0102);
    assert_int_equal(*(uint16_t *)cdr_at(&c, "a", 1), 0x0304);
    assert_true(*(double *)cdr_at(&c, "b", 0) == 1.0);
    assert_int_equal(((rosidl_runtime_c__U16String *)cdr_at(&c, "c", 0))->data[0], 0x30CF);
    assert_int_equal(*(int64_t *)cdr_at(&c, "d", 0), -2);
    assert_int_equal(*(uint8_t *)cdr_at(&c, "e", 0), 1);
    assert_true(((double *)cdr_at(&c, "f", 0))[2] == 3.0);
    cdr_case_end(&c);
}

static void options_trailing_bytes_and_padding_mean_nothing(void **state)
{
    (void)state; /* CDR-5, CDR-7 */
    reads_text("00010003 04000000 61626300", "abc");
    reads_text("0001ffff 04000000 61626300", "abc");
    reads_text("00010000 04000000 61626300 ffffffff", "abc");
    cdr_case c = cdr_case_of("uint8 a\nuint32 b\n");
    assert_int_equal(cdr_read(&c, "00010000 01 ffffff 02000000"), RCLIO_OK);
    cdr_writes(&c, "00010000 01 000000 02000000");
    cdr_case_end(&c);
}

static void odd_strings_are_read_as_upstream_reads_them(void **state)
{
    (void)state; /* CDR-8 */
    reads_text("00010000 00000000", "");
    reads_text("00010000 06000000 616200636400", "ab");
    reads_text("00010000 03000000 fffe00", "\xFF\xFE"); /* no UTF-8: the bytes are kept */
}

static void broken_strings_are_refused(void **state)
{
    (void)state; /* CDR-8 */
    const char *type = "std_msgs/msg/String";
    refuses(type, "00010000 03000000 616263", "cannot decode std_msgs/msg/String: field 'data' does not end with a NUL");
    refuses(type, "00010000 08000000 6162", "cannot decode std_msgs/msg/String: field 'data' claims 8 bytes, 2 are left");
    refuses(type, "00010000 ffffffff 6162",
            "cannot decode std_msgs/msg/String: field 'data' claims 4294967295 bytes, 2 are left");
    refuses(type, "00010000 0800", "cannot decode std_msgs/msg/String: field 'data' is cut off: its length is missing");
}

static void an_empty_message_still_needs_its_byte(void **state)
{
    (void)state; /* CDR-6 */
    const char *type = "std_msgs/msg/Empty";
    refuses(type, "00010000",
            "cannot decode std_msgs/msg/Empty: field 'structure_needs_at_least_one_member' is cut off: 1 bytes are "
            "missing");
    refuses(type, "", "cannot decode std_msgs/msg/Empty: 0 bytes are no header");
    cdr_case c = cdr_case_of(type);
    assert_int_equal(cdr_read(&c, "00010000 00000000"), RCLIO_OK);
    assert_int_equal(cdr_read(&c, "00010000 00"), RCLIO_OK);
    cdr_writes(&c, "00010000 00");
    cdr_case_end(&c);
}

static void any_byte_but_zero_is_true(void **state)
{
    (void)state; /* CDR-7 */
    cdr_case c = cdr_case_of("bool a\nbool[2] b\nbool[] c\n");
    assert_int_equal(cdr_read(&c, "00010000 02 ff00 00 04000000 00018040"), RCLIO_OK);
    cdr_writes(&c, "00010000 01 0100 00 04000000 00010101");
    cdr_case_end(&c);
}

static void other_encapsulations_are_refused(void **state)
{
    (void)state; /* CDR-1 */
    const char *type = "std_msgs/msg/Int32";
    refuses(type, "00070000 01000000", "cannot decode std_msgs/msg/Int32: its header says 0007, plain CDR is 0000 or 0001");
    refuses(type, "00030000 01000000", "cannot decode std_msgs/msg/Int32: its header says 0003, plain CDR is 0000 or 0001");
    refuses(type, "ffff0000 01000000", "cannot decode std_msgs/msg/Int32: its header says ffff, plain CDR is 0000 or 0001");
    refuses(type, "000100", "cannot decode std_msgs/msg/Int32: 3 bytes are no header");
}

static void wide_units_are_kept_or_refused(void **state)
{
    (void)state; /* CDR-3 */
    cdr_case c = cdr_case_of("example_interfaces/msg/WString");
    rosidl_runtime_c__U16String *string = cdr_at(&c, "data", 0);
    assert_int_equal(cdr_read(&c, "00010000 02000000 3dd80000 00de0000"), RCLIO_OK);
    assert_int_equal(string->size, 2);
    assert_int_equal(cdr_read(&c, "00010000 01000000 3dd80000"), RCLIO_OK); /* a lone surrogate: the face that shows it judges */
    assert_int_equal(string->data[0], 0xD83D);
    assert_int_equal(cdr_read(&c, "00010000 02000000 41000000 00000000"), RCLIO_OK);
    assert_int_equal(string->size, 2);
    assert_int_equal(string->data[1], 0);
    cdr_writes(&c, "00010000 02000000 41000000 00000000");
    cdr_case_end(&c);
    const char *type = "example_interfaces/msg/WString";
    refuses(type, "00010000 01000000 00f60100",
            "cannot decode example_interfaces/msg/WString: field 'data' holds 0x1f600, which is no UTF-16 unit");
    refuses(type, "00010000 ffffff3f 41000000",
            "cannot decode example_interfaces/msg/WString: field 'data' claims 1073741823 UTF-16 units, 4 bytes are left");
}

static void a_huge_length_is_refused(void **state)
{
    (void)state; /* CDR-8 */
    refuses("std_msgs/msg/UInt8MultiArray", "00010000 00000000 00000000 ffffffff",
            "cannot decode std_msgs/msg/UInt8MultiArray: field 'data' claims 4294967295 elements, the bytes left for them hold "
            "0 at "
            "most");
    refuses("string[] a\n", "00010000 03000000 00000000 00000000",
            "cannot decode my_msgs/msg/Mine: field 'a' claims 3 elements, the bytes left for them hold 2 at most");
}

static void an_error_names_the_element_and_the_field(void **state)
{
    (void)state;
    refuses("geometry_msgs/PoseStamped[] poses\n", "00010000 01000000 01000000 02000000 01000000 00",
            "cannot decode my_msgs/msg/Mine: field 'poses' claims 1 elements, the bytes left for them hold 0 at most");
    refuses(
        "diagnostic_msgs/DiagnosticStatus[] all\n",
        "00010000 01000000 00000000 01000000 00000000 01000000 00000000 01000000 00000000 01000000 02000000 6162 0000 01000000",
        "cannot decode my_msgs/msg/Mine: field 'all[0].values[0].key' does not end with a NUL");
    refuses("geometry_msgs/Vector3[2] pair\n",
            "00010000 0000000000000000 0000000000000000 0000000000000000 0000000000000000 000000",
            "cannot decode my_msgs/msg/Mine: field 'pair[1].y' is cut off: 5 bytes are missing");
}

static void bytes_between_header_and_message_count_in_the_alignment(void **state)
{
    (void)state; /* SRV-1 */
    cdr_case c = cdr_case_of("uint8 a 1\nfloat64 b 1.0\n");
    uint8_t bytes[64];
    size_t size = rclio_encoded_size(c.codec, c.message, 16);
    assert_int_equal(size, 4 + 16 + 16);
    memset(bytes, 0xEE, sizeof bytes);
    assert_int_equal(rclio_encode(c.codec, c.message, 16, bytes, size), RCLIO_OK);
    assert_int_equal(bytes[4], 0xEE); /* not ours to write */
    assert_int_equal(bytes[19], 0xEE);
    assert_memory_equal(bytes + 20, "\1\0\0\0\0\0\0\0\0\0\0\0\0\0\xf0\x3f", 16);
    assert_int_equal(bytes[36], 0xEE);
    assert_int_equal(rclio_decode(c.codec, bytes, size, 16, c.message), RCLIO_OK);
    assert_int_equal(rclio_decode(c.codec, bytes, 19, 16, c.message), RCLIO_BAD_DATA);
    assert_string_equal(rclio_error(), "cannot decode my_msgs/msg/Mine: no 16 bytes stand before it");
    assert_int_equal(rclio_encode(c.codec, c.message, 5, bytes, sizeof bytes), RCLIO_INVALID);
    cdr_case_end(&c);
}

static void nothing_is_written_beyond_the_size_given(void **state)
{
    (void)state;
    cdr_case c = cdr_case_of("string a \"some text\"\nuint32 b\nuint8[] c [1, 2, 3]\nwstring d \"x\"\n");
    size_t need = rclio_encoded_size(c.codec, c.message, 0);
    assert_int_equal(need, 4 + 14 + 2 + 4 + 4 + 3 + 1 + 4 + 4);
    for (size_t size = 0; size < need; size++) {
        uint8_t *bytes = malloc(size ? size : 1);
        assert_non_null(bytes);
        assert_int_equal(rclio_encode(c.codec, c.message, 0, bytes, size), RCLIO_LIMIT);
        free(bytes);
    }
    cdr_case_end(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(integers_are_aligned_to_their_size_behind_the_header),
        cmocka_unit_test(eight_bytes_align_to_eight),
        cmocka_unit_test(a_string_is_length_bytes_and_a_nul),
        cmocka_unit_test(a_nul_inside_ends_a_string_that_is_written),
        cmocka_unit_test(no_byte_beyond_a_strings_size_is_read),
        cmocka_unit_test(a_wstring_is_units_of_four_bytes),
        cmocka_unit_test(an_empty_sequence_has_no_padding_behind_its_length),
        cmocka_unit_test(an_empty_structure_is_one_zero),
        cmocka_unit_test(big_endian_is_read),
        cmocka_unit_test(options_trailing_bytes_and_padding_mean_nothing),
        cmocka_unit_test(odd_strings_are_read_as_upstream_reads_them),
        cmocka_unit_test(broken_strings_are_refused),
        cmocka_unit_test(an_empty_message_still_needs_its_byte),
        cmocka_unit_test(any_byte_but_zero_is_true),
        cmocka_unit_test(other_encapsulations_are_refused),
        cmocka_unit_test(wide_units_are_kept_or_refused),
        cmocka_unit_test(a_huge_length_is_refused),
        cmocka_unit_test(an_error_names_the_element_and_the_field),
        cmocka_unit_test(bytes_between_header_and_message_count_in_the_alignment),
        cmocka_unit_test(nothing_is_written_beyond_the_size_given),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
