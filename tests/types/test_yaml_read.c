/* tests/types/test_yaml_read.c: YAML as upstream's tools read it: PyYAML's types, Python's conversions, upstream's sentences. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "own_types.h"
#include "rclio/yaml.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *types;

static int open_types(void **state)
{
    (void)state;
    return make_registry(&types);
}

static int close_types(void **state)
{
    (void)state;
    return drop_registry(&types);
}

static const rclio_type *get(const char *name)
{
    return type_of(&types, name);
}

/* What the field, or the message when it is NULL, prints as after the YAML was read into a new message. */
static void assert_reads_at(const char *type_name, const char *yaml, int64_t now_ns, const char *field, const char *expected)
{
    const rclio_type *type = get(type_name);
    void *message = rclio_message_new(type);
    if (rclio_message_from_yaml(type, yaml, now_ns, message) != RCLIO_OK) fail_msg("%s: %s", yaml, rclio_error());
    char *text = rclio_message_to_yaml(type, message, field, &(rclio_yaml_options){.flow_style = true});
    assert_non_null(text);
    if (strcmp(text, expected) != 0) fail_msg("%s: gave %s instead of %s", yaml, text, expected);
    free(text);
    rclio_message_destroy(type, message);
}

static void assert_reads(const char *type_name, const char *yaml, const char *field, const char *expected)
{
    assert_reads_at(type_name, yaml, -1, field, expected);
}

static void assert_refuses_at(const char *type_name, const char *yaml, int64_t now_ns, const char *error)
{
    const rclio_type *type = get(type_name);
    void *message = rclio_message_new(type);
    rclio_status status = rclio_message_from_yaml(type, yaml, now_ns, message);
    if (status != RCLIO_BAD_DATA || strcmp(rclio_error(), error) != 0)
        fail_msg("%s: gave status %d, '%s' instead of '%s'", yaml, status, rclio_error(), error);
    /* Whatever was set by then, it is a message. */
    free(rclio_message_to_python(type, message));
    rclio_message_destroy(type, message);
}

static void assert_refuses(const char *type_name, const char *yaml, const char *error)
{
    assert_refuses_at(type_name, yaml, -1, error);
}

#define INT64 "std_msgs/msg/Int64"
#define FLOAT64 "std_msgs/msg/Float64"
#define STRING "std_msgs/msg/String"
#define BOOL "std_msgs/msg/Bool"
#define POSE "geometry_msgs/msg/PoseStamped"
#define ARRAYS "test_msgs/msg/Arrays"
#define BOUNDED "test_msgs/msg/BoundedSequences"
#define SEQUENCES "test_msgs/msg/UnboundedSequences"

static void scalars_have_the_types_of_yaml_1_1(void **state)
{
    (void)state;
    static const struct {
        const char *scalar, *as_int, *as_float, *as_string, *as_bool;
    } cases[] = {
        {"5", "5", "5.0", "5", "True"},
        {"-0", "0", "0.0", "0", "False"},
        {"010", "8", "8.0", "8", "True"},
        {"0x1F", "31", "31.0", "31", "True"},
        {"0b101", "5", "5.0", "5", "True"},
        {"1_000", "1000", "1000.0", "1000", "True"},
        {"1:30:00", "5400", "5400.0", "5400", "True"},
        {"yes", "1", "1.0", "True", "True"},
        {"off", "0", "0.0", "False", "False"},
        {"5.7", "5", "5.7", "5.7", "True"},
        {"-5.7", "-5", "-5.7", "-5.7", "True"},
        {"1.5e+3", "1500", "1500.0", "1500.0", "True"},
        {"1.10", "1", "1.1", "1.1", "True"},
        {"190:20:30.15", "685230", "685230.15", "685230.15", "True"},
        {"' 1_0 '", "10", "10.0", " 1_0 ", "True"},
        {"!!str 010", "10", "10.0", "010", "True"},
        {"!!float 5", "5", "5.0", "5.0", "True"},
        {"0.0", "0", "0.0", "0.0", "False"},
        {"{}", "0", "0.0", "{}", "False"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char yaml[64], expected[64];
        const char *const values[] = {cases[i].as_int, cases[i].as_float, cases[i].as_string, cases[i].as_bool};
        const char *const names[] = {INT64, FLOAT64, STRING, BOOL};
        snprintf(yaml, sizeof yaml, "data: %s", cases[i].scalar);
        for (size_t k = 0; k < 4; k++) {
            snprintf(expected, sizeof expected, "%s\n", values[k]);
            assert_reads(names[k], yaml, "data", expected);
        }
    }
}

static void strings_take_any_value_as_pythons_str_does(void **state)
{
    (void)state;
    assert_reads(STRING, "data: y", "data", "y\n"); /* unlike yes */
    assert_reads(STRING, "data: ~", "data", "None\n");
    assert_reads(STRING, "data: 2024-01-01", "data", "2024-01-01\n");
    assert_reads(STRING, "data: [1, 'a', {b: 2.5}, true]", "data", "[1, 'a', {'b': 2.5}, True]\n");
    assert_reads(STRING, "data: 1e3", "data", "1e3\n");
    assert_reads(FLOAT64, "data: 1e3", "data", "1000.0\n");
    assert_reads(STRING, "data: |\n  two\n  lines\n", "data", "two\nlines\n\n");
    assert_reads("example_interfaces/msg/WString", "data: \"h\\u00f6 \\U0001F600\"", "data", "h\xc3\xb6 \xf0\x9f\x98\x80\n");
}

static void values_of_another_type_are_refused_in_pythons_words(void **state)
{
    (void)state;
    assert_refuses(INT64, "{data: hello}", "invalid literal for int() with base 10: 'hello'");
    assert_refuses(INT64, "{data: \"it's\"}", "invalid literal for int() with base 10: \"it's\"");
    assert_refuses(INT64, "{data: '5.5'}", "invalid literal for int() with base 10: '5.5'");
    assert_refuses(INT64, "{data: .nan}", "cannot convert float NaN to integer");
    assert_refuses(INT64, "{data: -.inf}", "cannot convert float infinity to integer");
    assert_refuses(INT64, "{data: ~}", "Value 'None' is expected to be a dictionary but is a NoneType");
    assert_refuses(INT64, "{data: [1, a]}", "Value '[1, 'a']' is expected to be a dictionary but is a list");
    assert_refuses(INT64, "{data: {a: 1}}", "'int' object has no attribute 'a'");
    assert_refuses(FLOAT64, "{data: x}", "could not convert string to float: 'x'");
    assert_refuses(FLOAT64, "{data: {a: 1}}", "'float' object has no attribute 'a'");
    assert_refuses(POSE, "{header: 5}", "Value '5' is expected to be a dictionary but is a int");
    assert_refuses(POSE, "{pose: {position: [1, 2, 3]}}", "Value '[1, 2, 3]' is expected to be a dictionary but is a list");
}

static void fields_that_do_not_exist_are_refused(void **state)
{
    (void)state;
    assert_refuses(STRING, "{nope: 1}", "'String' object has no attribute 'nope'");
    assert_refuses("example_interfaces/srv/AddTwoInts_Request", "{nope: 1}",
                   "'AddTwoInts_Request' object has no attribute 'nope'");
    assert_refuses("action_tutorials_interfaces/action/Fibonacci_Goal", "{nope: 3}",
                   "'Fibonacci_Goal' object has no attribute 'nope'");
    assert_refuses(POSE, "{pose: {position: {q: 1}}}", "'Point' object has no attribute 'q'");
    assert_refuses(STRING, "{5: 1}", "attribute name must be string, not 'int'");
    assert_refuses("std_msgs/msg/Empty", "{structure_needs_at_least_one_member: 1}",
                   "'Empty' object has no attribute 'structure_needs_at_least_one_member'");
}

static void numbers_beyond_their_type_are_refused(void **state)
{
    (void)state;
    assert_reads("std_msgs/msg/UInt8", "data: 255", "data", "255\n");
    assert_reads("std_msgs/msg/Int8", "data: -128", "data", "-128\n");
    assert_reads(INT64, "data: -9223372036854775808", "data", "-9223372036854775808\n");
    assert_reads("std_msgs/msg/UInt64", "data: 18446744073709551615", "data", "18446744073709551615\n");
    assert_refuses("std_msgs/msg/UInt8", "data: 300", "The 'data' field must be an unsigned integer in [0, 255]");
    assert_refuses("std_msgs/msg/UInt8", "data: -1", "The 'data' field must be an unsigned integer in [0, 255]");
    assert_refuses("std_msgs/msg/Int8", "data: 128", "The 'data' field must be an integer in [-128, 127]");
    assert_refuses(INT64, "data: 9223372036854775808",
                   "The 'data' field must be an integer in [-9223372036854775808, 9223372036854775807]");
    assert_refuses("std_msgs/msg/UInt64", "data: 99999999999999999999999",
                   "The 'data' field must be an unsigned integer in [0, 18446744073709551615]");
    assert_refuses("std_msgs/msg/UInt8MultiArray", "data: [0, 256]", "The 'data' field must be an unsigned integer in [0, 255]");
    assert_reads("std_msgs/msg/Float32", "data: 1.0e+39", "data", "inf\n");
}

static void sequences_are_read_and_their_lengths_are_checked(void **state)
{
    (void)state;
    assert_reads("std_msgs/msg/Int32MultiArray", "{data: [1, 0x10, true]}", "data", "array('i', [1, 16, 1])\n");
    assert_reads("std_msgs/msg/UInt8MultiArray", "{data: !!binary AAEC/w==}", "data", "array('B', [0, 1, 2, 255])\n");
    assert_reads(ARRAYS, "{int32_values: [1, '2', 3.9]}", "int32_values", "[1 2 3]\n"); /* as numpy converts */
    assert_reads(SEQUENCES, "{string_values: [a, '', 5]}", "string_values", "['a', '', '5']\n");
    assert_reads(SEQUENCES, "{string_values_default: []}", "string_values_default", "[]\n");
    assert_reads(SEQUENCES, "{basic_types_values: [{int8_value: 5}, {}]}", "basic_types_values[0].int8_value", "5\n");
    assert_reads(BOUNDED, "{uint8_values: [1, 2, 3]}", "uint8_values", "array('B', [1, 2, 3])\n");
    assert_refuses(BOUNDED, "{uint8_values: [1, 2, 3, 4]}",
                   "The 'uint8_values' field must be a set or sequence with length <= 3, not 4");
    assert_refuses(ARRAYS, "{float64_values: [1, 2]}",
                   "The 'float64_values' field must be a set or sequence with length 3, not 2");
    assert_refuses("std_msgs/msg/Int32MultiArray", "{data: ['1']}", "'str' object cannot be interpreted as an integer");
    assert_refuses("std_msgs/msg/Int32MultiArray", "{data: [1.5]}", "'float' object cannot be interpreted as an integer");
    assert_refuses("std_msgs/msg/Float32MultiArray", "{data: ['1']}", "must be real number, not str");
    assert_refuses("std_msgs/msg/Int32MultiArray", "{data: 5}", "Value '5' is expected to be a list but is a int");
    assert_refuses("std_msgs/msg/Int32MultiArray", "{data: ~}", "Value 'None' is expected to be a list but is a NoneType");
    assert_refuses(SEQUENCES, "{string_values: [a, ~]}",
                   "each value of the 'string_values' field must be of type 'str', not 'NoneType'");
    assert_refuses("test_msgs/msg/Strings", "{bounded_string_value: 12345678901234567890123}",
                   "The 'bounded_string_value' field must be string value not longer than 22");
}

static void bytes_are_read_as_they_are_printed_and_as_numbers(void **state)
{
    (void)state;
    assert_reads("std_msgs/msg/Byte", "data: \"\\xff\"", "data", "b'\\xff'\n");
    assert_reads("std_msgs/msg/Byte", "data: A", "data", "b'A'\n");
    assert_reads("std_msgs/msg/Byte", "data: 5", "data", "b'\\x05'\n");
    assert_reads("std_msgs/msg/Byte", "data: [5]", "data", "b'\\x05'\n");
    assert_reads("std_msgs/msg/Byte", "data: !!binary BQ==", "data", "b'\\x05'\n");
    assert_reads("std_msgs/msg/ByteMultiArray", "data: [\"\\0\", 1, '2']", "data", "[b'\\x00', b'\\x01', b'2']\n");
    assert_refuses("std_msgs/msg/Byte", "data: AB", "The 'data' field must be of type 'bytes' or 'ByteString' with length 1");
    assert_refuses("std_msgs/msg/Byte", "data: 256", "The 'data' field must be an unsigned integer in [0, 255]");
}

static void now_and_auto_are_the_given_time(void **state)
{
    (void)state;
    int64_t now = RCLIO_S(1700000000) + 5;
    assert_reads_at(POSE, "{header: auto}", now, "header", "stamp:\n  sec: 1700000000\n  nanosec: 5\nframe_id: ''\n");
    assert_reads_at("std_msgs/msg/Header", "{stamp: now, frame_id: map}", now, NULL,
                    "stamp:\n  sec: 1700000000\n  nanosec: 5\nframe_id: map\n");
    assert_refuses(POSE, "{header: auto}", "Value 'auto' is expected to be a dictionary but is a str");
    assert_refuses("std_msgs/msg/Header", "{stamp: now}", "Value 'now' is expected to be a dictionary but is a str");
    assert_refuses_at(POSE, "{pose: auto}", now, "Value 'auto' is expected to be a dictionary but is a str");
}

static void the_top_must_be_a_mapping_or_nothing(void **state)
{
    (void)state;
    static const char error[] = "The passed value needs to be a dictionary in YAML format";
    assert_reads(STRING, "", NULL, "data: ''\n");
    assert_reads(STRING, "# nothing", NULL, "data: ''\n");
    assert_reads(STRING, "{}", NULL, "data: ''\n");
    assert_refuses(STRING, "hello", error);
    assert_refuses(STRING, "[1]", error);
    assert_refuses(STRING, "~", error);
}

static void errors_of_yaml_are_one_line_with_their_place(void **state)
{
    (void)state;
    assert_refuses(STRING, "{data: [unclosed", "1:17: while parsing a flow sequence: did not find expected ',' or ']'");
    assert_refuses(STRING, "data: a\ndata b", "2:7: while scanning a simple key: could not find expected ':'");
    assert_refuses(STRING, "data: \x01", "1:7: control characters are not allowed");
    assert_refuses(STRING, "data: *x", "1:7: found undefined alias 'x'");
    assert_refuses(STRING, "data: &x [*x]", "1:11: alias 'x' contains itself");
    assert_refuses(STRING, "data: !foo 1", "1:7: could not determine a constructor for the tag '!foo'");
    assert_refuses(STRING, "--- {}\n--- {}", "2:5: expected a single document");
}

static void aliases_and_merges_are_followed(void **state)
{
    (void)state;
    assert_reads(POSE, "{pose: {position: &p {x: 1, y: 2}, orientation: {<<: *p, y: 5}}}", "pose.orientation",
                 "x: 1.0\ny: 5.0\nz: 0.0\nw: 1.0\n");
    assert_reads(POSE, "{pose: {orientation: {<<: [{x: 1}, {x: 2, y: 2}]}}}", "pose.orientation",
                 "x: 1.0\ny: 2.0\nz: 0.0\nw: 1.0\n");
    assert_refuses(POSE, "{pose: {<<: 5}}", "expected a mapping or list of mappings for merging");
}

static void hostile_texts_are_refused_before_they_cost_much(void **state)
{
    (void)state;
    char deep[512] = "data: ";
    memset(deep + 6, '[', 200);
    assert_refuses(STRING, deep, "1:106: values are nested too deep");
    assert_refuses(STRING,
                   "data: [&a [x,x,x,x,x,x,x,x], &b [*a,*a,*a,*a,*a,*a,*a,*a], &c [*b,*b,*b,*b,*b,*b,*b,*b], "
                   "&d [*c,*c,*c,*c,*c,*c,*c,*c], &e [*d,*d,*d,*d,*d,*d,*d,*d], [*e,*e,*e,*e,*e,*e,*e,*e]]",
                   "aliases stand for more than 100000 values");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scalars_have_the_types_of_yaml_1_1),
        cmocka_unit_test(strings_take_any_value_as_pythons_str_does),
        cmocka_unit_test(values_of_another_type_are_refused_in_pythons_words),
        cmocka_unit_test(fields_that_do_not_exist_are_refused),
        cmocka_unit_test(numbers_beyond_their_type_are_refused),
        cmocka_unit_test(sequences_are_read_and_their_lengths_are_checked),
        cmocka_unit_test(bytes_are_read_as_they_are_printed_and_as_numbers),
        cmocka_unit_test(now_and_auto_are_the_given_time),
        cmocka_unit_test(the_top_must_be_a_mapping_or_nothing),
        cmocka_unit_test(errors_of_yaml_are_one_line_with_their_place),
        cmocka_unit_test(aliases_and_merges_are_followed),
        cmocka_unit_test(hostile_texts_are_refused_before_they_cost_much),
    };
    return cmocka_run_group_tests(tests, open_types, close_types);
}
