/* tests/types/test_definition.c: the grammar of interface definitions: what is read, and the exact words for what is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "own_types.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const rclio_type *parse(void **state, const char *name, const char *source)
{
    rclio_error_clear();
    return rclio_types_parse(*state, name, "f", source, strlen(source));
}

static const rclio_type *parse_good(void **state, const char *source)
{
    const rclio_type *type = parse(state, "p/msg/T", source);
    if (!type) fail_msg("'%s': %s", source, rclio_error());
    return type;
}

static const rclio_field *parse_field(void **state, const char *source)
{
    const rclio_type *type = parse_good(state, source);
    assert_int_equal(type->field_count, 1);
    return &type->fields[0];
}

/* Each text is the one line of a .msg file. */
static void every_form_of_type_is_read_and_written_back(void **state)
{
    static const char *const types[] = {
        "bool",
        "byte",
        "char",
        "float32",
        "float64",
        "int8",
        "uint8",
        "int16",
        "uint16",
        "int32",
        "uint32",
        "int64",
        "uint64",
        "string",
        "wstring",
        "int32[]",
        "int32[3]",
        "int32[<=3]",
        "string<=5",
        "wstring<=5",
        "string<=5[]",
        "char[4]",
        "byte[]",
        "string<=5[2]",
        "string<=5[<=2]",
        "std_msgs/String",
        "std_msgs/String[]",
        "std_msgs/Header[<=2]",
        "wstring[]",
    };
    char line[80];
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        snprintf(line, sizeof line, "%s x", types[i]);
        char *text = rclio_field_type_text(parse_field(state, line));
        assert_string_equal(text, types[i]);
        free(text);
    }
}

static void other_spellings_of_a_type_mean_the_same(void **state)
{
    static const char *const same[][2] = {
        {"std_msgs/msg/String x", "std_msgs/String"},
        {"Header x", "std_msgs/Header"}, /* upstream's ROS 1 habit */
        {"string<=+5 x", "string<=5"},
        {"int32[<=03] x", "int32[<=3]"},
        {"  int32\t x  ", "int32"},
        {"\xef\xbb\xbfint32 x", "int32"}, /* byte order mark */
        {"int32 x\r\n", "int32"},
        {"int32 x#y", "int32"},
    };
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
        char *text = rclio_field_type_text(parse_field(state, same[i][0]));
        assert_string_equal(text, same[i][1]);
        free(text);
    }
}

static void a_relative_name_belongs_to_the_own_package(void **state)
{
    const rclio_type *type = parse(state, "std_msgs/msg/Mine", "String s\nHeader h\n");
    assert_non_null(type);
    assert_string_equal(type->fields[0].nested->name, "std_msgs/msg/String");
    assert_string_equal(type->fields[1].nested->name, "std_msgs/msg/Header");
}

/* IDL-2 */
static void numbers_are_read_as_upstream_reads_them(void **state)
{
    static const struct {
        const char *line;
        int64_t value;
    } good[] = {
        {"int64 a 5", 5},
        {"int64 a -5", -5},
        {"int64 a +5", 5},
        {"int64 a 0x1F", 31},
        {"int64 a -0x10", -16},
        {"int64 a 0b101", 5},
        {"int64 a 0o17", 15},
        {"int64 a 010", 10},
        {"int64 a 1_000", 1000},
        {"int64 a 5 # six", 5},
        {"int64 a 5#six", 5},
        {"int64 a -9223372036854775808", INT64_MIN},
        {"int64 a 9223372036854775807", INT64_MAX},
    };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        const rclio_field *field = parse_field(state, good[i].line);
        assert_int_equal(field->default_count, 1);
        assert_true(*(const int64_t *)field->default_value == good[i].value);
    }
    assert_true(*(const uint64_t *)parse_field(state, "uint64 a 18446744073709551615")->default_value == UINT64_MAX);
    assert_int_equal(*(const int8_t *)parse_field(state, "int8 a -128")->default_value, -128);
    assert_int_equal(*(const uint8_t *)parse_field(state, "char a 255")->default_value, 255);
    assert_true(parse_field(state, "char a 255")->is_char);
    assert_true(*(const bool *)parse_field(state, "bool a TRUE")->default_value);
    assert_true(*(const bool *)parse_field(state, "bool a 1")->default_value);
    assert_false(*(const bool *)parse_field(state, "bool a False")->default_value);
}

static void fractions_are_read_whatever_the_locale(void **state)
{
    const char *before = setlocale(LC_NUMERIC, "de_DE.UTF-8"); /* where the machine has it */
    assert_true(*(const double *)parse_field(state, "float64 a 3.25")->default_value == 3.25);
    if (before) setlocale(LC_NUMERIC, "C");
    assert_true(*(const double *)parse_field(state, "float64 a -1e-7")->default_value == -1e-7);
    assert_true(*(const double *)parse_field(state, "float64 a .5")->default_value == 0.5);
    assert_true(*(const double *)parse_field(state, "float64 a 2.")->default_value == 2.0);
    assert_true(*(const float *)parse_field(state, "float32 a 0.1")->default_value == 0.1f);
    assert_true(isnan(*(const double *)parse_field(state, "float64 a nan")->default_value));
    assert_true(isinf(*(const float *)parse_field(state, "float32 a -inf")->default_value));
}

static void strings_come_in_quotes_or_without(void **state)
{
    static const char *const good[][2] = {
        {"string a hello world # c", "hello world"},
        {"string a \"hello world\"", "hello world"},
        {"string a 'it\\'s'", "it's"},
        {"string a \"it's\"", "it's"},
        {"string a \"say \\\"x\\\"\"", "say \"x\""},
        {"string a \"a#b\" # c", "a#b"}, /* a comment starts outside of quotes */
        {"string a \"\"", ""},
        {"string a x=y", "x=y"},
        {"string a \"tab\\t nl\\n bs\\\\\"", "tab\t nl\n bs\\"},
        {"string a \"\\x41\\101\\u00e9\\U0001F600\"", "AA\xc3\xa9\xf0\x9f\x98\x80"},
        {"string a \"\\q\"", "\\q"}, /* no escape */
        {"string a \"\\xZ\"", "\\xZ"},
        {"string<=3 a \"h\xc3\xb6\xc3\xb6\"", "h\xc3\xb6\xc3\xb6"}, /* bounds count characters */
        {"wstring a \"h\xc3\xb6\"", "h\xc3\xb6"},
    };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        const rclio_field *field = parse_field(state, good[i][0]);
        assert_int_equal(field->default_count, 1);
        assert_string_equal(*(const char *const *)field->default_value, good[i][1]);
    }
    assert_null(parse_field(state, "string a # none")->default_value);
}

static void arrays_of_defaults_are_read(void **state)
{
    const rclio_field *field = parse_field(state, "int16[3] a [ 1, -2 ,3] # c");
    assert_int_equal(field->default_count, 3);
    assert_int_equal(((const int16_t *)field->default_value)[1], -2);
    field = parse_field(state, "string[] a [\"a,b\", 'c]', d e, \"#\",]");
    assert_int_equal(field->default_count, 4);
    const char *const *strings = field->default_value;
    assert_string_equal(strings[0], "a,b");
    assert_string_equal(strings[1], "c]");
    assert_string_equal(strings[2], "d e");
    assert_string_equal(strings[3], "#");
    field = parse_field(state, "bool[<=3] a [true, 0]");
    assert_int_equal(field->default_count, 2);
    assert_true(((const bool *)field->default_value)[0]);
    field = parse_field(state, "int32[] a []");
    assert_int_equal(field->default_count, 0);
    assert_non_null(field->default_value);
}

static void constants_are_read(void **state)
{
    const rclio_type *type =
        parse_good(state, "int32 A=-3\nstring B_2 = 'x # y' # z\nbool C=true\nfloat32 D=1.5\nstring E=\nchar F=7\nint32 f\n");
    assert_int_equal(type->field_count, 1);
    assert_int_equal(type->constant_count, 6);
    assert_string_equal(type->constants[0].name, "A");
    assert_int_equal(*(const int32_t *)type->constants[0].value, -3);
    assert_string_equal(*(const char *const *)type->constants[1].value, "x # y");
    assert_int_equal(type->constants[2].base, RCLIO_BOOL);
    assert_true(*(const float *)type->constants[3].value == 1.5f);
    assert_string_equal(*(const char *const *)type->constants[4].value, "");
    assert_int_equal(type->constants[5].base, RCLIO_UINT8);
}

/* TYP-5 */
static void a_definition_without_fields_has_the_placeholder(void **state)
{
    static const char *const empty[] = {"", "# only words", "\n\n", "int32 A=1"};
    for (size_t i = 0; i < sizeof empty / sizeof empty[0]; i++) {
        const rclio_type *type = parse_good(state, empty[i]);
        assert_true(rclio_type_is_empty(type));
        assert_int_equal(type->field_count, 1);
        assert_string_equal(type->fields[0].name, "structure_needs_at_least_one_member");
        assert_int_equal(type->fields[0].base, RCLIO_UINT8);
        assert_int_equal(type->size, 1);
    }
    assert_false(rclio_type_is_empty(parse_good(state, "uint8 a")));
}

/* TYP-3 */
static void services_and_actions_have_their_parts(void **state)
{
    const rclio_type *service = parse(state, "p/srv/S", "int32 a\n---\n\n# none\n");
    assert_non_null(service);
    assert_int_equal(service->kind, RCLIO_SERVICE);
    assert_string_equal(service->parts[RCLIO_PART_REQUEST]->name, "p/srv/S_Request");
    assert_true(rclio_type_is_empty(service->parts[RCLIO_PART_RESPONSE]));
    const rclio_type *event = service->parts[RCLIO_PART_EVENT];
    assert_string_equal(event->name, "p/srv/S_Event");
    assert_string_equal(event->fields[0].nested->name, "service_msgs/msg/ServiceEventInfo");
    assert_ptr_equal(event->fields[1].nested, service->parts[RCLIO_PART_REQUEST]);
    assert_int_equal(event->fields[2].shape, RCLIO_BOUNDED_SEQUENCE);
    assert_int_equal(event->fields[2].capacity, 1);

    const rclio_type *action = parse(state, "p/action/A", "int32 a\n--- # result\nint32 b\n---  \nint32 c");
    assert_non_null(action);
    assert_string_equal(rclio_type_field(action->parts[RCLIO_PART_FEEDBACK], "c")->name, "c");
    const rclio_type *send = action->parts[RCLIO_PART_SEND_GOAL];
    assert_string_equal(send->name, "p/action/A_SendGoal");
    assert_ptr_equal(rclio_type_field(send->parts[RCLIO_PART_REQUEST], "goal")->nested, action->parts[RCLIO_PART_GOAL]);
    assert_int_equal(rclio_type_field(send->parts[RCLIO_PART_RESPONSE], "accepted")->base, RCLIO_BOOL);
    const rclio_type *result = action->parts[RCLIO_PART_GET_RESULT];
    assert_int_equal(result->parts[RCLIO_PART_REQUEST]->field_count, 1);
    assert_int_equal(rclio_type_field(result->parts[RCLIO_PART_RESPONSE], "status")->base, RCLIO_INT8);
    assert_string_equal(action->parts[RCLIO_PART_FEEDBACK_MESSAGE]->name, "p/action/A_FeedbackMessage");
    assert_null(rclio_type_field(action->parts[RCLIO_PART_FEEDBACK_MESSAGE], "no_such"));
}

static const struct {
    const char *name, *source, *error;
} mistakes[] = {
    {"p/msg/T", "int32", "f:1:6: a name is missing after the type 'int32'"},
    {"p/msg/T", "int32 a\n\n  foo b",
     "f:3:3: 'foo' is neither a plain type nor a legal type name (Name, package/Name or package/msg/Name)"},
    {"p/msg/T", "time t", "f:1:1: 'time' is not a type in ROS 2: use builtin_interfaces/Time"},
    {"p/msg/T", "duration t", "f:1:1: 'duration' is not a type in ROS 2: use builtin_interfaces/Duration"},
    {"p/msg/T", "a/b/C d",
     "f:1:1: 'a/b/C' is neither a plain type nor a legal type name (Name, package/Name or package/msg/Name)"},
    {"p/msg/T", "p/T_Goal d",
     "f:1:1: 'p/T_Goal' is neither a plain type nor a legal type name (Name, package/Name or package/msg/Name)"},
    {"p/msg/T", "int32[0] a", "f:1:7: '0' is not a length of an array: use 1 to 4294967295"},
    {"p/msg/T", "int32[<=] a", "f:1:7: '' is not a length of an array: use 1 to 4294967295"},
    {"p/msg/T", "int32[-1] a", "f:1:7: '-1' is not a length of an array: use 1 to 4294967295"},
    {"p/msg/T", "int32[4294967296] a", "f:1:7: '4294967296' is not a length of an array: use 1 to 4294967295"},
    {"p/msg/T", "int32[3 a", "f:1:1: type 'int32[3' has no closing ] at its end"},
    {"p/msg/T", "int32[2][3] a", "f:1:7: '2][3' is not a length of an array: use 1 to 4294967295"},
    {"p/msg/T", "string<=0 a", "f:1:7: '<=0' is not a bound of a string: write <= and 1 to 4294967295"},
    {"p/msg/T", "string<5 a", "f:1:7: '<5' is not a bound of a string: write <= and 1 to 4294967295"},
    {"p/msg/T", "int32<=3 a", "f:1:6: 'int32<=3' has a bound: only string and wstring may have one before the brackets"},
    {"p/msg/T", "int32 Ab",
     "f:1:7: 'Ab' is not a legal field name: use lower-case letters, digits and single underscores, a letter first"},
    {"p/msg/T", "int32 a_",
     "f:1:7: 'a_' is not a legal field name: use lower-case letters, digits and single underscores, a letter first"},
    {"p/msg/T", "int32 a__b",
     "f:1:7: 'a__b' is not a legal field name: use lower-case letters, digits and single underscores, a letter first"},
    {"p/msg/T", "int32 1a",
     "f:1:7: '1a' is not a legal field name: use lower-case letters, digits and single underscores, a letter first"},
    {"p/msg/T", "int32 a=3", "f:1:7: 'a' is not a legal constant name: use upper-case letters, digits and single underscores"},
    {"p/msg/T", "int32 A_=3", "f:1:7: 'A_' is not a legal constant name: use upper-case letters, digits and single underscores"},
    {"p/msg/T", "int32 a\nbool a", "f:2:6: field 'a' is declared twice"},
    {"p/msg/T", "int32 A=1\nint8 A=2", "f:2:6: constant 'A' is declared twice"},
    {"p/msg/T", "int32[] A=[1]", "f:1:1: a constant cannot have the type 'int32[]': it needs a plain one"},
    {"p/msg/T", "string<=4 A=x", "f:1:1: a constant cannot have the type 'string<=4': it needs a plain one"},
    {"p/msg/T", "std_msgs/String A=x", "f:1:1: a constant cannot have the type 'std_msgs/String': it needs a plain one"},
    {"p/msg/T", "int32 A=", "f:1:9: a value of type int32 is missing"},
    {"p/msg/T", "int8 a 128", "f:1:8: 128 is out of range for int8 (-128 to 127)"},
    {"p/msg/T", "int8 a -129", "f:1:8: -129 is out of range for int8 (-128 to 127)"},
    {"p/msg/T", "uint8 a -1", "f:1:9: -1 is out of range for uint8 (0 to 255)"},
    {"p/msg/T", "char a 256", "f:1:8: 256 is out of range for char (0 to 255)"},
    {"p/msg/T", "uint64 a 18446744073709551616",
     "f:1:10: 18446744073709551616 is out of range for uint64 (0 to 18446744073709551615)"},
    {"p/msg/T", "int64 a 9223372036854775808",
     "f:1:9: 9223372036854775808 is out of range for int64 (-9223372036854775808 to 9223372036854775807)"},
    {"p/msg/T", "int32 a 3.0", "f:1:9: '3.0' is not an integer, which int32 needs"},
    {"p/msg/T", "int32 a 1 2", "f:1:9: '1 2' is not an integer, which int32 needs"},
    {"p/msg/T", "int32 a 0x", "f:1:9: '0x' is not an integer, which int32 needs"},
    {"p/msg/T", "int32 a _1", "f:1:9: '_1' is not an integer, which int32 needs"},
    {"p/msg/T", "int32 a [1]", "f:1:9: '[1]' is not an integer, which int32 needs"},
    {"p/msg/T", "char a 'x'", "f:1:8: ''x'' is not an integer, which char needs"},
    {"p/msg/T", "float32 a 0x1p3", "f:1:11: '0x1p3' is not a number, which float32 needs"},
    {"p/msg/T", "float64 a 1,5", "f:1:11: '1,5' is not a number, which float64 needs"},
    {"p/msg/T", "bool a 2", "f:1:8: '2' is neither true nor false, which bool needs"},
    {"p/msg/T", "string a \"x", "f:1:10: the string that starts with \" has no closing \""},
    {"p/msg/T", "string a 'it's'", "f:1:14: unexpected 's'' after the value"},
    {"p/msg/T", "string a \"a\\x00b\"", "f:1:12: a string cannot hold the character NUL"},
    {"p/msg/T", "string a \"\\ud800\"", "f:1:11: '\\ud800' is not a character"},
    {"p/msg/T", "string<=3 a abcd", "f:1:13: the string has 4 characters: its type allows 3"},
    {"p/msg/T", "int32[2] a 5", "f:1:12: '5' is not an array: write the default of 'a' as [a, b]"},
    {"p/msg/T", "int32[2] a [1]", "f:1:12: the default of 'a' has 1 elements: its type has 2"},
    {"p/msg/T", "int32[<=2] a [1,2,3]", "f:1:14: the default of 'a' has 3 elements: its type has at most 2"},
    {"p/msg/T", "int32[] a [1,,2]", "f:1:14: a value of type int32 is missing"},
    {"p/msg/T", "int32[] a [1,]", "f:1:14: a value of type int32 is missing"},
    {"p/msg/T", "int32[] a [1", "f:1:13: the array of defaults has no closing ]"},
    {"p/msg/T", "int32[] a [1 # ]", "f:1:14: the array of defaults has no closing ]"},
    {"p/msg/T", "int32[] a [1] 2", "f:1:15: unexpected '2' after the value"},
    {"p/msg/T", "string[] a ['x' 'y']", "f:1:17: unexpected ''': the elements of an array are separated by ','"},
    {"p/msg/T", "string[] a [,]", "f:1:13: unexpected ',': a string is missing before it"},
    {"p/msg/T", "std_msgs/String a x", "f:1:19: a field of type 'std_msgs/msg/String' cannot have a default"},
    {"p/msg/T", "int32 a # \xff", "f:1:11: byte 0xff is not UTF-8 text"},
    {"p/msg/T", "int32 a\n---\nint32 b", "f:2:1: unexpected '---': a .msg file has 0 of them"},
    {"p/srv/T", "int32 a", "f:1:8: a .srv file has 1 lines '---': 0 found so far, and the text ends"},
    {"p/srv/T", "---\n---\n", "f:2:1: unexpected '---': a .srv file has 1 of them"},
    {"p/action/T", "---\n", "f:1:1: a .action file has 2 lines '---': 1 found so far, and the text ends"},
    {"p/msg/T", "int32 a\nstd_msgs/Strin b", "f:2:1: no type 'std_msgs/msg/Strin' (did you mean 'std_msgs/msg/String'?)"},
    {"p/msg/T", "T a", "f:1:1: type 'p/msg/T' contains itself: p/msg/T > p/msg/T"},
};

static void every_mistake_has_its_place_and_words(void **state)
{
    for (size_t i = 0; i < sizeof mistakes / sizeof mistakes[0]; i++) {
        if (parse(state, mistakes[i].name, mistakes[i].source)) fail_msg("'%s' was accepted", mistakes[i].source);
        assert_string_equal(rclio_error(), mistakes[i].error);
        assert_int_equal(rclio_error_status(), RCLIO_BAD_DATA);
    }
}

static void a_nul_in_the_text_is_an_error(void **state)
{
    assert_null(rclio_types_parse(*state, "p/msg/T", "f", "int32 a\0b", 9));
    assert_string_equal(rclio_error(), "f:1:8: byte 0x00 is not UTF-8 text");
}

static void a_text_that_is_too_long_is_refused(void **state)
{
    size_t size = ((size_t)1 << 20) + 1;
    char *source = malloc(size);
    assert_non_null(source);
    memset(source, '\n', size);
    assert_null(rclio_types_parse(*state, "p/msg/T", "f", source, size));
    assert_string_equal(rclio_error(), "f has 1048577 bytes: an interface definition may have 1048576");
    assert_int_equal(rclio_error_status(), RCLIO_LIMIT);
    assert_non_null(rclio_types_parse(*state, "p/msg/T", "f", source, size - 1));
    free(source);
}

static void only_an_interface_can_be_parsed(void **state)
{
    assert_null(parse(state, "p/srv/S_Request", "int32 a"));
    assert_string_equal(rclio_error(), "'p/srv/S_Request' is a derived type: name the interface, 'p/srv/S'");
    assert_int_equal(rclio_error_status(), RCLIO_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_form_of_type_is_read_and_written_back),
        cmocka_unit_test(other_spellings_of_a_type_mean_the_same),
        cmocka_unit_test(a_relative_name_belongs_to_the_own_package),
        cmocka_unit_test(numbers_are_read_as_upstream_reads_them),
        cmocka_unit_test(fractions_are_read_whatever_the_locale),
        cmocka_unit_test(strings_come_in_quotes_or_without),
        cmocka_unit_test(arrays_of_defaults_are_read),
        cmocka_unit_test(constants_are_read),
        cmocka_unit_test(a_definition_without_fields_has_the_placeholder),
        cmocka_unit_test(services_and_actions_have_their_parts),
        cmocka_unit_test(every_mistake_has_its_place_and_words),
        cmocka_unit_test(a_nul_in_the_text_is_an_error),
        cmocka_unit_test(a_text_that_is_too_long_is_refused),
        cmocka_unit_test(only_an_interface_can_be_parsed),
    };
    return cmocka_run_group_tests(tests, make_registry, drop_registry);
}
