/* tests/types/test_description.c: types as TypeDescription messages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "own_types.h"

#include <stdlib.h>
#include <string.h>

/* The messages as the C generator lays them out. */
struct field_type {
    uint8_t type_id;
    uint64_t capacity;
    uint64_t string_capacity;
    rosidl_runtime_c__String nested_type_name;
};

struct field {
    rosidl_runtime_c__String name;
    struct field_type type;
    rosidl_runtime_c__String default_value;
};

struct individual {
    rosidl_runtime_c__String type_name;
    struct {
        struct field *data;
        size_t size, capacity;
    } fields;
};

struct description {
    struct individual type;
    struct {
        struct individual *data;
        size_t size, capacity;
    } references;
};

static struct description *describe(void **state, const rclio_type *type, const rclio_type **description_type)
{
    if (!type) fail_msg("%s", rclio_error());
    struct description *made = rclio_types_describe(*state, type, description_type);
    if (!made) fail_msg("%s", rclio_error());
    assert_string_equal((*description_type)->name, "type_description_interfaces/msg/TypeDescription");
    assert_int_equal((*description_type)->size, sizeof(struct description));
    return made;
}

/* TYP-4 */
static void a_message_is_described_with_all_it_refers_to(void **state)
{
    const rclio_type *type;
    struct description *d = describe(state, rclio_types_get(*state, "geometry_msgs/msg/PoseStamped"), &type);
    static const char *const references[] = {"builtin_interfaces/msg/Time", "geometry_msgs/msg/Point", "geometry_msgs/msg/Pose",
                                             "geometry_msgs/msg/Quaternion", "std_msgs/msg/Header"};
    assert_string_equal(d->type.type_name.data, "geometry_msgs/msg/PoseStamped");
    assert_int_equal(d->type.fields.size, 2);
    assert_string_equal(d->type.fields.data[1].name.data, "pose");
    assert_int_equal(d->type.fields.data[1].type.type_id, 1);
    assert_string_equal(d->type.fields.data[1].type.nested_type_name.data, "geometry_msgs/msg/Pose");
    assert_int_equal(d->references.size, 5);
    for (size_t i = 0; i < 5; i++) assert_string_equal(d->references.data[i].type_name.data, references[i]);
    const struct individual *quaternion = &d->references.data[3];
    assert_int_equal(quaternion->fields.data[3].type.type_id, 11);
    assert_string_equal(quaternion->fields.data[3].default_value.data, "1.0");
    rclio_message_destroy(type, d);
}

/* TYP-2, TYP-3 */
static void services_and_actions_are_described_by_their_parts(void **state)
{
    const rclio_type *type;
    struct description *d = describe(state, rclio_types_get(*state, "std_srvs/srv/SetBool"), &type);
    assert_int_equal(d->type.fields.size, 3);
    assert_string_equal(d->type.fields.data[2].name.data, "event_message");
    assert_string_equal(d->type.fields.data[2].type.nested_type_name.data, "std_srvs/srv/SetBool_Event");
    assert_int_equal(d->references.size, 5);
    assert_int_equal(d->references.data[2].fields.data[1].type.type_id, 97);
    assert_int_equal(d->references.data[2].fields.data[1].type.capacity, 1);
    rclio_message_destroy(type, d);
    d = describe(state, rclio_types_get(*state, "example_interfaces/action/Fibonacci"), &type);
    assert_int_equal(d->type.fields.size, 6);
    assert_string_equal(d->type.fields.data[3].name.data, "send_goal_service");
    rclio_message_destroy(type, d);
}

/* TYP-5 */
static void an_empty_message_is_described_by_its_placeholder(void **state)
{
    const rclio_type *type;
    struct description *d = describe(state, rclio_types_get(*state, "std_msgs/msg/Empty"), &type);
    assert_int_equal(d->type.fields.size, 1);
    assert_string_equal(d->type.fields.data[0].name.data, "structure_needs_at_least_one_member");
    assert_int_equal(d->references.size, 0);
    rclio_message_destroy(type, d);
}

/* TYP-6 */
static void defaults_are_written_as_upstream_writes_them(void **state)
{
    static const char *const lines[][2] = {
        {"bool a true", "True"},
        {"bool[] a [false, 1]", "(False, True)"},
        {"int8 a -0x80", "-128"},
        {"uint8 a 200", "200"},
        {"byte a 255", "255"},
        {"int16 a -2", "-2"},
        {"uint32 a 4294967295", "4294967295"},
        {"int64 a -9223372036854775808", "-9223372036854775808"},
        {"uint64 a 18446744073709551615", "18446744073709551615"},
        {"int32[1] a [5]", "(5,)"},
        {"int32[] a []", "()"},
        {"float32 a 0.1", "0.1"},
        {"float32 a 16777216", "16777216.0"},
        {"float64 a 0", "0.0"},
        {"float64 a -0.0", "-0.0"},
        {"float64 a 3.14159265358979", "3.14159265358979"},
        {"float64 a 0.0001", "0.0001"},
        {"float64 a 0.00001", "1e-05"},
        {"float64 a 1.5e-7", "1.5e-07"},
        {"float64 a 123456789012345680", "1.2345678901234568e+17"},
        {"float64 a 1e15", "1000000000000000.0"},
        {"float64 a 1e16", "1e+16"},
        {"float64 a 1e300", "1e+300"},
        {"float64 a nan", "nan"},
        {"float64 a -inf", "-inf"},
        {"float32[2] a [0.1,1e-10]", "(0.1, 1e-10)"},
        {"string a \"it's\"", "it's"},
        {"string[] a [\"\", 'max value']", "('', 'max value')"},
        {"string[] a [\"it's\", 'q\"q', \"'\\\"\", \"a\\n\\t\\r\\\\\\x01\"]",
         "(\"it's\", 'q\"q', '\\'\"', 'a\\n\\t\\r\\\\\\x01')"},
        {"wstring a h\xc3\xb6", "h\xc3\xb6"},
        {"int32 a", ""},
    };
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        const rclio_type *type;
        struct description *d =
            describe(state, rclio_types_parse(*state, "p/msg/T", "f", lines[i][0], strlen(lines[i][0])), &type);
        assert_int_equal(d->type.fields.size, 1);
        assert_string_equal(d->type.fields.data[0].default_value.data, lines[i][1]);
        rclio_message_destroy(type, d);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_is_described_with_all_it_refers_to),
        cmocka_unit_test(services_and_actions_are_described_by_their_parts),
        cmocka_unit_test(an_empty_message_is_described_by_its_placeholder),
        cmocka_unit_test(defaults_are_written_as_upstream_writes_them),
    };
    return cmocka_run_group_tests(tests, make_registry, drop_registry);
}
