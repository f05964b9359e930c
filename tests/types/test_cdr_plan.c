/* tests/types/test_cdr_plan.c: plans: where runs begin, what is one copy, memory that is kept, bounds, depth. */
#include "cdr_case.h"
#include "types/codec.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void takes_steps(const char *definition, size_t steps)
{
    cdr_case c = cdr_case_of(definition);
    assert_int_equal(c.codec->root->step_count, steps);
    cdr_case_end(&c);
}

static void adjacent_plain_data_is_one_copy(void **state)
{
    (void)state; /* PL1 */
    takes_steps("geometry_msgs/msg/Pose", 1);
    takes_steps("uint8 a\nuint16 b\nuint8 c\nfloat64 d\nfloat64[36] e\n", 1); /* with gaps */
    takes_steps("nav_msgs/msg/Odometry", 4);                                  /* stamp, frame, child frame, all the rest */
    takes_steps("sensor_msgs/msg/JointState", 6);
    takes_steps("geometry_msgs/Point[3] a\nuint8 b\n", 1); /* PL2: inlined */
}

static void a_run_is_split_where_the_position_is_not_known(void **state)
{
    (void)state; /* PL1 */
    takes_steps("string a\nuint32 b\nfloat64 c\n", 3);
    takes_steps("string a\nfloat64 b\nuint32 c\nuint16 d\n", 2);
}

/* The same fields behind strings of 0 to 8 bytes: every position modulo 8. */
static void a_run_behind_a_string_is_aligned_wherever_it_begins(void **state)
{
    (void)state;
    cdr_case c = cdr_case_of("string a\nuint8 b 1\nuint32 c 2\nfloat64 d 1.0\nuint16 e 3\n");
    for (size_t length = 0; length <= 8; length++) {
        uint8_t expected[64] = {0, 1, 0, 0};
        size_t at = 8 + length + 1, size = 0;
        assert_true(rosidl_runtime_c__String__assignn(cdr_at(&c, "a", 0), "xxxxxxxx", length));
        expected[4] = (uint8_t)(length + 1);
        memset(expected + 8, 'x', length);
        expected[at++] = 1;
        at = 4 + (at - 4 + 3) / 4 * 4;
        expected[at] = 2;
        at = 4 + (at + 4 - 4 + 7) / 8 * 8;
        static const uint8_t end[10] = {0, 0, 0, 0, 0, 0, 0xf0, 0x3f, 3, 0};
        memcpy(expected + at, end, sizeof end);
        uint8_t *bytes = rclio_encode_new(c.codec, c.message, &size);
        assert_non_null(bytes);
        assert_int_equal(size, at + 10);
        assert_memory_equal(bytes, expected, size);
        *(uint32_t *)cdr_at(&c, "c", 0) = 0;
        assert_int_equal(rclio_decode(c.codec, bytes, size, 0, c.message), RCLIO_OK);
        assert_int_equal(*(uint32_t *)cdr_at(&c, "c", 0), 2);
        assert_int_equal(*(uint16_t *)cdr_at(&c, "e", 0), 3);
        free(bytes);
    }
    cdr_case_end(&c);
}

/* {uint32, uint32, float64} is its CDR only where it begins at a multiple of 8; behind a length it may begin at 4 as well. */
static void packed_elements_are_right_at_both_alignments(void **state)
{
    (void)state;
    static const rclio_field fields[] = {
        {.name = "a", .base = RCLIO_UINT32, .offset = 0},
        {.name = "b", .base = RCLIO_UINT32, .offset = 4},
        {.name = "c", .base = RCLIO_FLOAT64, .offset = 8},
    };
    static const rclio_type element = {
        .name = "t/msg/E", .kind = RCLIO_MESSAGE, .fields = fields, .field_count = 3, .size = 16, .alignment = 8};
    static const rclio_field outer_fields[] = {
        {.name = "at_4", .base = RCLIO_NESTED, .shape = RCLIO_SEQUENCE, .nested = &element, .offset = 0},
        {.name = "between", .base = RCLIO_UINT32, .offset = 24},
        {.name = "at_8", .base = RCLIO_NESTED, .shape = RCLIO_SEQUENCE, .nested = &element, .offset = 32},
    };
    static const rclio_type outer = {
        .name = "t/msg/O", .kind = RCLIO_MESSAGE, .fields = outer_fields, .field_count = 3, .size = 56, .alignment = 8};
    static const uint8_t expected[] = {
        0, 1, 0, 0,                                                             /* header */
        1, 0, 0, 0, 1, 0, 0,    0,    2, 0, 0, 0, 0, 0, 0, 0,                   /* begins at 4: padding before its third */
        0, 0, 0, 0, 0, 0, 0xf0, 0x3f, 9, 0, 0, 0,                               /* at 16 */
        2, 0, 0, 0, 3, 0, 0,    0,    4, 0, 0, 0, 0, 0, 0, 0,    0, 0, 0, 0x40, /* begins at 32 */
        5, 0, 0, 0, 6, 0, 0,    0,    0, 0, 0, 0, 0, 0, 8, 0x40,
    };
    cdr_case c = {.type = &outer, .codec = rclio_codec_new(&outer), .message = rclio_message_new(&outer)};
    assert_true(c.codec->root->steps[0].element->is_packed);
    if (rclio_decode(c.codec, expected, sizeof expected, 0, c.message)) fail_msg("%s", rclio_error());
    assert_true(((double *)cdr_at(&c, "at_4", 0))[1] == 1.0);
    assert_true(((double *)cdr_at(&c, "at_8", 0))[1] == 2.0);
    assert_true(((double *)cdr_at(&c, "at_8", 1))[1] == 3.0);
    size_t size;
    uint8_t *bytes = rclio_encode_new(c.codec, c.message, &size);
    assert_int_equal(size, sizeof expected);
    assert_memory_equal(bytes, expected, size);
    free(bytes);
    cdr_case_end(&c);
}

static void a_sequence_of_points_is_one_copy(void **state)
{
    (void)state; /* PL1 */
    cdr_case c = cdr_case_of("geometry_msgs/Point[] a\ngeometry_msgs/Point32[] b\nuint8 c 1\n");
    assert_int_equal(c.codec->root->step_count, 3);
    assert_true(c.codec->root->steps[0].element->is_packed);
    assert_true(c.codec->root->steps[1].element->is_packed);
    cdr_resize(&c, "a", 1);
    cdr_resize(&c, "b", 1);
    double point[3] = {1, 2, 3};
    float small_point[3] = {1, 2, 3};
    memcpy(cdr_at(&c, "a", 0), point, sizeof point);
    memcpy(cdr_at(&c, "b", 0), small_point, sizeof small_point);
    cdr_writes(&c, "00010000 01000000 00000000 000000000000f03f 0000000000000040 0000000000000840"
                   "01000000 0000803f 00000040 00004040 01");
    cdr_case_end(&c);
}

static void decoding_again_keeps_all_memory(void **state)
{
    (void)state; /* DE3 */
    cdr_case c = cdr_case_of("string a\nuint8[] b\nstring[] c\ngeometry_msgs/Point[] d\nstd_msgs/Header[] e\nwstring f\n");
    const char *hex = "00010000 03000000 616200 00 02000000 0102 0000 01000000 02000000 6100 0000 01000000 00000000 00000000"
                      "0000000000000000 0000000000000000 0000000000000000 01000000 05000000 06000000 02000000 6200 0000"
                      "01000000 41000000";
    if (cdr_read(&c, hex)) fail_msg("%s", rclio_error());
    char *kept = malloc(c.type->size);
    assert_non_null(kept);
    memcpy(kept, c.message, c.type->size); /* all pointers, sizes and capacities */
    void *inner = ((rosidl_runtime_c__String *)cdr_at(&c, "c", 0))->data;
    assert_int_equal(cdr_read(&c, hex), RCLIO_OK);
    assert_memory_equal(kept, c.message, c.type->size);
    assert_ptr_equal(((rosidl_runtime_c__String *)cdr_at(&c, "c", 0))->data, inner);
    /* A shorter message between changes sizes only. */
    assert_int_equal(cdr_read(&c, "00010000 01000000 00 000000 00000000 00000000 00000000 00000000 00000000"), RCLIO_OK);
    assert_int_equal(rclio_field_count(rclio_type_field(c.type, "e"), c.message), 0);
    assert_int_equal(cdr_read(&c, hex), RCLIO_OK);
    assert_memory_equal(kept, c.message, c.type->size);
    free(kept);
    cdr_case_end(&c);
}

static void a_message_is_valid_after_any_failure(void **state)
{
    (void)state; /* DE2 */
    cdr_case c = cdr_case_of("std_msgs/Header[] a\nstring[] b\n");
    assert_int_equal(cdr_read(&c, "00010000 02000000 01000000 02000000 02000000 6100 0000 01000000 02000000 ffffff7f"),
                     RCLIO_BAD_DATA);
    assert_int_equal(rclio_field_count(rclio_type_field(c.type, "a"), c.message), 2);
    cdr_resize(&c, "b", 0);
    cdr_writes(&c, "00010000 02000000 01000000 02000000 02000000 6100 0000 01000000 02000000 01000000 00 000000 00000000");
    cdr_case_end(&c);
}

static void an_element_cannot_claim_the_bytes_of_those_to_come(void **state)
{
    (void)state; /* DE1 */
    cdr_case c = cdr_case_of("diagnostic_msgs/DiagnosticStatus[] all\nstring[2] tail\n");
    const char *first = "00010000 02000000 00000000 00000000 00000000 00000000 03000000";
    char hex[200];
    snprintf(hex, sizeof hex, "%s %s", first, "0000000000000000 0000000000000000 0000000000000000 0000000000000000");
    assert_int_equal(cdr_read(&c, hex), RCLIO_BAD_DATA); /* 32 bytes: 17 for the second, 8 for the tail, none for 3 pairs */
    assert_string_equal(rclio_error(),
                        "cannot decode my_msgs/msg/Mine: field 'all[0].values' claims 3 elements, the bytes left for "
                        "them hold 0 at most");
    cdr_case_end(&c);
}

static void bounds_hold_when_written_and_when_read(void **state)
{
    (void)state;
    cdr_case c = cdr_case_of("string<=2 a\nuint8[<=2] b\nstring<=1[<=1] c\nwstring<=1 d\ngeometry_msgs/Point[<=1] e\n");
    rosidl_runtime_c__String *string = cdr_at(&c, "a", 0);
    assert_true(rosidl_runtime_c__String__assign(string, "abc"));
    assert_int_equal(rclio_encoded_size(c.codec, c.message, 0), SIZE_MAX);
    assert_int_equal(rclio_error_status(), RCLIO_INVALID);
    assert_string_equal(rclio_error(), "cannot encode my_msgs/msg/Mine: field 'a' has 3 bytes, 2 are allowed");
    uint8_t bytes[200];
    assert_int_equal(rclio_encode(c.codec, c.message, 0, bytes, sizeof bytes), RCLIO_INVALID);
    assert_true(rosidl_runtime_c__String__assign(string, "ab"));
    rosidl_runtime_c__uint8__Sequence *sequence = (void *)((char *)c.message + rclio_type_field(c.type, "b")->offset);
    uint8_t three[3] = {1, 2, 3};
    *sequence = (rosidl_runtime_c__uint8__Sequence){three, 3, 3};
    assert_int_equal(rclio_encoded_size(c.codec, c.message, 0), SIZE_MAX);
    assert_string_equal(rclio_error(), "cannot encode my_msgs/msg/Mine: field 'b' has 3 elements, 2 are allowed");
    *sequence = (rosidl_runtime_c__uint8__Sequence){0};
    assert_true(rclio_encoded_size(c.codec, c.message, 0) != SIZE_MAX);
    assert_int_equal(cdr_read(&c, "00010000 04000000 61626300"), RCLIO_BAD_DATA);
    assert_string_equal(rclio_error(), "cannot decode my_msgs/msg/Mine: field 'a' has 3 bytes, 2 are allowed");
    assert_int_equal(cdr_read(&c, "00010000 03000000 616200 00 03000000 010203"), RCLIO_BAD_DATA);
    assert_string_equal(rclio_error(), "cannot decode my_msgs/msg/Mine: field 'b' has 3 elements, 2 are allowed");
    assert_int_equal(cdr_read(&c, "00010000 01000000 00 000000 00000000 01000000 03000000 616200 00 00000000 00000000"),
                     RCLIO_BAD_DATA);
    assert_string_equal(rclio_error(), "cannot decode my_msgs/msg/Mine: field 'c' has 2 bytes, 1 are allowed");
    assert_int_equal(cdr_read(&c, "00010000 01000000 00 000000 00000000 00000000 02000000 41000000 41000000 00000000"),
                     RCLIO_BAD_DATA);
    assert_string_equal(rclio_error(), "cannot decode my_msgs/msg/Mine: field 'd' has 2 UTF-16 units, 1 are allowed");
    cdr_case_end(&c);
}

static void a_sequence_that_says_it_has_elements_must_have_them(void **state)
{
    (void)state;
    cdr_case c = cdr_case_of("uint8[] a\n\n");
    rosidl_runtime_c__uint8__Sequence *sequence = c.message;
    sequence->size = 3;
    assert_int_equal(rclio_encoded_size(c.codec, c.message, 0), SIZE_MAX);
    assert_string_equal(rclio_error(), "cannot encode my_msgs/msg/Mine: field 'a' has 3 elements but no data");
    sequence->size = 0;
    cdr_case_end(&c);
}

/* types[0] contains types[1] and so on; the last has a number. Sequences or nested messages. */
struct tower {
    rclio_type types[80];
    rclio_field fields[80];
    char names[80][24];
};

static const rclio_type *build_tower(struct tower *tower, unsigned height, rclio_shape shape)
{
    for (unsigned i = 0; i < height; i++) {
        bool last = i + 1 == height, sequence = !last && shape == RCLIO_SEQUENCE;
        snprintf(tower->names[i], sizeof tower->names[i], "t/msg/T%u", i);
        tower->fields[i] = (rclio_field){
            .name = "inner",
            .base = last ? RCLIO_UINT64 : RCLIO_NESTED,
            .shape = last ? RCLIO_SINGLE : shape,
            .nested = last ? NULL : &tower->types[i + 1],
        };
        tower->types[i] = (rclio_type){
            .name = tower->names[i],
            .kind = RCLIO_MESSAGE,
            .fields = &tower->fields[i],
            .field_count = 1,
            .size = sequence ? 3 * sizeof(size_t) : sizeof(uint64_t),
            .alignment = 8,
        };
    }
    return &tower->types[0];
}

static void types_nest_sixty_four_deep_and_no_deeper(void **state)
{
    (void)state; /* PL3 */
    const rclio_shape shapes[] = {RCLIO_SINGLE, RCLIO_SEQUENCE};
    for (size_t i = 0; i < 2; i++) {
        struct tower tower;
        rclio_codec *codec = rclio_codec_new(build_tower(&tower, RCLIO_CDR_DEPTH, shapes[i]));
        assert_non_null(codec);
        assert_int_equal(codec->root->depth, RCLIO_CDR_DEPTH);
        rclio_codec_destroy(codec);
        assert_null(rclio_codec_new(build_tower(&tower, RCLIO_CDR_DEPTH + 1, shapes[i])));
        assert_int_equal(rclio_error_status(), RCLIO_INVALID);
    }
}

static void a_deep_message_is_read_to_its_end(void **state)
{
    (void)state;
    struct tower tower;
    const rclio_type *type = build_tower(&tower, RCLIO_CDR_DEPTH, RCLIO_SEQUENCE);
    rclio_codec *codec = rclio_codec_new(type);
    void *message = rclio_message_new(type);
    assert_non_null(codec);
    assert_non_null(message);
    uint8_t bytes[4 + 4 * 64 + 8] = {0, 1, 0, 0};
    for (size_t i = 0; i < 63; i++) bytes[4 + 4 * i] = 1;
    bytes[4 + 4 * 64] = 42;
    size_t size;
    assert_int_equal(rclio_decode(codec, bytes, sizeof bytes, 0, message), RCLIO_OK);
    uint8_t *again = rclio_encode_new(codec, message, &size);
    assert_int_equal(size, sizeof bytes);
    assert_memory_equal(again, bytes, size);
    free(again);
    rclio_message_destroy(type, message);
    rclio_codec_destroy(codec);
}

static void a_type_that_contains_itself_is_refused(void **state)
{
    (void)state; /* CC3 */
    struct tower tower;
    const rclio_type *type = build_tower(&tower, 3, RCLIO_SEQUENCE);
    tower.fields[2] = (rclio_field){.name = "inner", .base = RCLIO_NESTED, .shape = RCLIO_SEQUENCE, .nested = &tower.types[1]};
    assert_null(rclio_codec_new(type));
    assert_string_equal(rclio_error(),
                        "no encoding of t/msg/T0: t/msg/T1 is nested more than 64 messages deep, or contains itself");
    tower.fields[2].shape = RCLIO_SINGLE;
    tower.fields[1].shape = RCLIO_SINGLE;
    assert_null(rclio_codec_new(type));
    tower.fields[0].nested = type;
    assert_null(rclio_codec_new(type));
}

static void only_messages_have_a_codec(void **state)
{
    (void)state;
    rclio_types *types = rclio_types_new(NULL, NULL);
    assert_null(rclio_codec_new(rclio_types_get(types, "std_srvs/srv/SetBool")));
    assert_string_equal(rclio_error(), "only a message has an encoding: 'std_srvs/srv/SetBool' is none");
    assert_null(rclio_codec_new(NULL));
    rclio_codec_destroy(NULL);
    rclio_types_destroy(types);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(adjacent_plain_data_is_one_copy),
        cmocka_unit_test(a_run_is_split_where_the_position_is_not_known),
        cmocka_unit_test(a_run_behind_a_string_is_aligned_wherever_it_begins),
        cmocka_unit_test(packed_elements_are_right_at_both_alignments),
        cmocka_unit_test(a_sequence_of_points_is_one_copy),
        cmocka_unit_test(decoding_again_keeps_all_memory),
        cmocka_unit_test(a_message_is_valid_after_any_failure),
        cmocka_unit_test(an_element_cannot_claim_the_bytes_of_those_to_come),
        cmocka_unit_test(bounds_hold_when_written_and_when_read),
        cmocka_unit_test(a_sequence_that_says_it_has_elements_must_have_them),
        cmocka_unit_test(types_nest_sixty_four_deep_and_no_deeper),
        cmocka_unit_test(a_deep_message_is_read_to_its_end),
        cmocka_unit_test(a_type_that_contains_itself_is_refused),
        cmocka_unit_test(only_messages_have_a_codec),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
