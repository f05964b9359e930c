/* tests/types/test_layout.c: offsets, sizes and alignments held against what the C compiler does with the generator's structs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "own_types.h"

#include <stdlib.h>
#include <string.h>

static const rclio_type *parse(void **state, const char *name, const char *source)
{
    const rclio_type *type = rclio_types_parse(*state, name, "f", source, strlen(source));
    if (!type) fail_msg("%s", rclio_error());
    return type;
}

/* By hand, in the generator's manner. */
struct time {
    int32_t sec;
    uint32_t nanosec;
};

struct header {
    struct time stamp;
    rosidl_runtime_c__String frame_id;
};

struct empty {
    uint8_t structure_needs_at_least_one_member;
};

struct mixed {
    bool a;
    double b;
    uint8_t c;
    int16_t d;
    uint8_t e;
    float f;
    rosidl_runtime_c__String g;
    bool h;
    rosidl_runtime_c__U16String i;
    uint8_t j[3];
    int64_t k[2];
    rosidl_runtime_c__String l[2];
    uint8_t m;
    rosidl_runtime_c__uint8__Sequence n;
    rosidl_runtime_c__String__Sequence o;
    struct header p;
    int8_t q;
    struct time r[3];
    rosidl_runtime_c__double__Sequence s; /* of messages: the same shape */
    uint16_t t;
    struct empty u;
    struct empty v;
    uint32_t w;
    int8_t x;
};

static const char mixed_source[] =
    "bool a\nfloat64 b\nchar c\nint16 d\nbyte e\nfloat32 f\nstring<=5 g\nbool h\nwstring i\nuint8[3] j\n"
    "int64[2] k\nstring[2] l\nuint8 m\nuint8[] n\nstring[<=4] o\nstd_msgs/Header p\nint8 q\n"
    "builtin_interfaces/Time[3] r\nstd_msgs/Header[] s\nuint16 t\nstd_msgs/Empty u\nstd_msgs/Empty v\n"
    "uint32 w\nint8 x\n";

static void every_kind_of_member_lies_where_the_compiler_puts_it(void **state)
{
    const rclio_type *type = parse(state, "p/msg/Mixed", mixed_source);
    static const size_t offsets[] = {
        offsetof(struct mixed, a), offsetof(struct mixed, b), offsetof(struct mixed, c), offsetof(struct mixed, d),
        offsetof(struct mixed, e), offsetof(struct mixed, f), offsetof(struct mixed, g), offsetof(struct mixed, h),
        offsetof(struct mixed, i), offsetof(struct mixed, j), offsetof(struct mixed, k), offsetof(struct mixed, l),
        offsetof(struct mixed, m), offsetof(struct mixed, n), offsetof(struct mixed, o), offsetof(struct mixed, p),
        offsetof(struct mixed, q), offsetof(struct mixed, r), offsetof(struct mixed, s), offsetof(struct mixed, t),
        offsetof(struct mixed, u), offsetof(struct mixed, v), offsetof(struct mixed, w), offsetof(struct mixed, x),
    };
    assert_int_equal(type->field_count, sizeof offsets / sizeof offsets[0]);
    for (size_t i = 0; i < type->field_count; i++) {
        if (type->fields[i].offset != offsets[i])
            fail_msg("'%s' is at %zu, not %zu", type->fields[i].name, type->fields[i].offset, offsets[i]);
    }
    assert_int_equal(type->size, sizeof(struct mixed));
    assert_int_equal(type->alignment, _Alignof(struct mixed));
}

static void small_structs_are_not_larger_than_they_need_to_be(void **state)
{
    struct bytes {
        uint8_t a;
        bool b[2];
    };
    struct shorts {
        uint8_t a;
        uint16_t b;
        uint8_t c;
    };
    const rclio_type *type = parse(state, "p/msg/Bytes", "uint8 a\nbool[2] b\n");
    assert_int_equal(type->size, sizeof(struct bytes));
    assert_int_equal(type->alignment, 1);
    type = parse(state, "p/msg/Shorts", "uint8 a\nuint16 b\nuint8 c\n");
    assert_int_equal(type->size, sizeof(struct shorts));
    assert_int_equal(type->alignment, _Alignof(struct shorts));
}

/* TYP-3 */
static void derived_messages_are_laid_out_too(void **state)
{
    struct send_goal_response {
        bool accepted;
        struct time stamp;
    };
    const rclio_type *type = rclio_types_get(*state, "example_interfaces/action/Fibonacci_SendGoal_Response");
    assert_non_null(type);
    assert_int_equal(type->fields[1].offset, offsetof(struct send_goal_response, stamp));
    assert_int_equal(type->size, sizeof(struct send_goal_response));
}

static void a_message_beyond_memory_is_refused_by_its_field(void **state)
{
    static const char one[] = "int32 a\nfloat64[4294967295] b\n", sum[] = "uint8[1000000000] a\nuint8[100000000] b\n";
    assert_null(rclio_types_parse(*state, "p/msg/T", "f", one, sizeof one - 1));
    assert_int_equal(rclio_error_status(), RCLIO_LIMIT);
    assert_string_equal(rclio_error(),
                        "f: type 'p/msg/T': field 'b' makes the message larger than 1073741824 bytes, which is allowed");
    assert_null(rclio_types_parse(*state, "p/msg/T", "f", sum, sizeof sum - 1));
    assert_string_equal(rclio_error(),
                        "f: type 'p/msg/T': field 'b' makes the message larger than 1073741824 bytes, which is allowed");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_of_member_lies_where_the_compiler_puts_it),
        cmocka_unit_test(small_structs_are_not_larger_than_they_need_to_be),
        cmocka_unit_test(derived_messages_are_laid_out_too),
        cmocka_unit_test(a_message_beyond_memory_is_refused_by_its_field),
    };
    return cmocka_run_group_tests(tests, make_registry, drop_registry);
}
