/* tests/node/test_parameter_file.c: parameter files and the values of -p, errors with their place, and what a dump writes. */
#include "../support/comma_locale.h"
#include "../support/harness.h"

#include "node/parameter_overrides.h"

#include <locale.h>
#include <math.h>
#include <sys/stat.h>

#define INT(text, number)                                  \
    {                                                      \
        text, RCLIO_PARAMETER_INTEGER, .integer = (number) \
    }
#define REAL(text, number)                             \
    {                                                  \
        text, RCLIO_PARAMETER_DOUBLE, .real = (number) \
    }
#define WORD(text, word)                               \
    {                                                  \
        text, RCLIO_PARAMETER_STRING, .string = (word) \
    }

static void scalars_have_upstreams_types(void **state) /* PAR-9 */
{
    static const char *const yes[] = {"y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"};
    static const char *const no[] = {"n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"};
    static const struct {
        const char *text;
        rclio_parameter_type type;
        int64_t integer;
        double real;
        const char *string;
    } cases[] = {
        INT("1", 1),
        INT("-5", -5),
        INT("+5", 5),
        INT("0x1F", 31),
        INT("010", 8),
        INT("!!int 5", 5),
        INT("!!float 5", 5),
        INT("&x 5", 5),
        INT("9223372036854775807", INT64_MAX),
        REAL("1.0", 1),
        REAL("1.", 1),
        REAL(".5", 0.5),
        REAL("-.5", -0.5),
        REAL("1e3", 1000),
        REAL("09", 9),
        REAL("0x1p3", 8),
        REAL(".inf", INFINITY),
        REAL("-.inf", -INFINITY),
        REAL("+.inf", INFINITY),
        REAL(".Inf", INFINITY),
        REAL("inf", INFINITY),
        REAL("infinity", INFINITY),
        REAL("99999999999999999999", 1e20),
        WORD("1e999", "1e999"),
        WORD("0b1", "0b1"),
        WORD("1_000", "1_000"),
        WORD("1:30", "1:30"),
        WORD("2001-01-01", "2001-01-01"),
        WORD("null", "null"),
        WORD("~", "~"),
        WORD("tRUE", "tRUE"),
        WORD("\"5\"", "5"),
        WORD("'true'", "true"),
        WORD("!!str 5", "5"),
        WORD("\"\"", ""),
        WORD("!!bool \"true\"", "true"),
        WORD("!!binary AQ==", "AQ=="),
        WORD("hello world", "hello world"),
        WORD("1e", "1e"),
    };
    rclio_parameter_value value;
    (void)state;
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++) {
        assert_ok(rclio_parameter_value_parse(yes[i], &value));
        assert_true(value.type == RCLIO_PARAMETER_BOOL && value.boolean);
        assert_ok(rclio_parameter_value_parse(no[i], &value));
        assert_true(value.type == RCLIO_PARAMETER_BOOL && !value.boolean);
    }
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_ok(rclio_parameter_value_parse(cases[i].text, &value));
        if (value.type != cases[i].type) fail_msg("%s is a %s", cases[i].text, rclio_parameter_type_name(value.type));
        if (value.type == RCLIO_PARAMETER_INTEGER) assert_int_equal(value.integer, cases[i].integer);
        if (value.type == RCLIO_PARAMETER_DOUBLE) assert_true(value.real >= cases[i].real && value.real <= cases[i].real);
        if (value.type == RCLIO_PARAMETER_STRING) assert_string_equal(value.string, cases[i].string);
        rclio_parameter_value_fini(&value);
    }
    assert_ok(rclio_parameter_value_parse(".nan", &value));
    assert_true(value.type == RCLIO_PARAMETER_DOUBLE && isnan(value.real));
}

static void lists_have_one_type(void **state) /* PAR-9 */
{
    rclio_parameter_value value;
    (void)state;
    assert_ok(rclio_parameter_value_parse("[1, 2]", &value));
    assert_int_equal(value.type, RCLIO_PARAMETER_INTEGERS);
    assert_int_equal(value.integers[1], 2);
    rclio_parameter_value_fini(&value);
    assert_ok(rclio_parameter_value_parse("[true, no]", &value));
    assert_true(value.type == RCLIO_PARAMETER_BOOLS && value.booleans[0] && !value.booleans[1]);
    rclio_parameter_value_fini(&value);
    assert_ok(rclio_parameter_value_parse("[1.0, .inf, ]", &value));
    assert_true(value.type == RCLIO_PARAMETER_DOUBLES && value.count == 2 && isinf(value.reals[1]));
    rclio_parameter_value_fini(&value);
    assert_ok(rclio_parameter_value_parse("- a\n- \"1\"\n", &value));
    assert_true(value.type == RCLIO_PARAMETER_STRINGS && value.count == 2);
    assert_string_equal(value.strings[1], "1");
    rclio_parameter_value_fini(&value);
    assert_ok(rclio_parameter_value_parse("[y, x, N]", &value)); /* what `ros2 param dump` writes for these strings */
    assert_true(value.type == RCLIO_PARAMETER_STRINGS && value.count == 3);
    assert_string_equal(value.strings[0], "y");
    assert_string_equal(value.strings[2], "N");
    rclio_parameter_value_fini(&value);
    assert_ok(rclio_parameter_value_parse("[]", &value));
    assert_int_equal(value.type, RCLIO_PARAMETER_NOT_SET);
}

static void a_bad_value_is_told_with_its_place(void **state)
{
    static const char *const cases[][2] = {
        {"[1, 2.0]", "1:5: Sequence should be of same type. Value type 'double' do not belong at line_num 1"},
        {"[a, 1]", "1:5: Sequence should be of same type. Value type 'integer' do not belong at line_num 1"},
        {"{a: 1}", "1:1: Unknown YAML event: a mapping is no parameter value at line 1"},
        {"[{b: 1}]", "1:2: Unknown YAML event: a mapping in a list is no parameter value at line 1"},
        {"[1, [2]]", "1:5: A list in a list is no parameter value at line 1"},
        {"[1", "Error parsing a event near line"},
        {"-", "No value at line 1"},
        {"", "No value at line 1"},
        {"# nothing", "No value at line"},
        {"1\n---\n2", "Unknown YAML event: more than a value"},
        {"*x", "Will not support aliasing at line 1"},
    };
    rclio_parameter_value value;
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(rclio_parameter_value_parse(cases[i][0], &value), RCLIO_BAD_DATA);
        if (!strstr(rclio_error(), cases[i][1])) fail_msg("'%s': %s", cases[i][0], rclio_error());
        assert_int_equal(value.type, RCLIO_PARAMETER_NOT_SET);
    }
}

static void the_decimal_point_is_a_point_in_every_locale(void **state)
{
    rclio_parameter_value value;
    (void)state;
    comma_locale_set();
    assert_ok(rclio_parameter_value_parse("1.5", &value));
    setlocale(LC_NUMERIC, "C");
    assert_true(value.type == RCLIO_PARAMETER_DOUBLE && value.real > 1.4);
}

/* What a text has for a node, printed as "name=value;name=value;". */
static void expect_for(const char *source, const char *node, const char *expected)
{
    parameter_overrides overrides = {0};
    rclio_parameter_list list = {0};
    char got[1000] = "";
    assert_ok(parameter_overrides_read_text(&overrides, "f.yaml", source, strlen(source)));
    assert_ok(parameter_overrides_match(&overrides, node, &list));
    for (size_t i = 0; i < list.size; i++) {
        char *words = rclio_parameter_value_text(&list.data[i].value);
        snprintf(got + strlen(got), sizeof got - strlen(got), "%s=%s;", list.data[i].name, words);
        free(words);
    }
    assert_string_equal(got, expected);
    rclio_parameter_list_fini(&list);
    parameter_overrides_fini(&overrides);
}

static void groups_nest_and_keys_of_nodes_too(void **state) /* PAR-7 */
{
    (void)state;
    expect_for("nn:\n  ros__parameters:\n    a: 1\n    a: 2\n    b: {}\n    c: {d: {e: 4}}\n    \"f.g\": 3\n    1: 5\n", "/nn",
               "a=2;c.d.e=4;f.g=3;1=5;");
    expect_for("ns:\n  /nn:\n    ros__parameters: {a: x}\n", "/ns/nn", "a=x;");
    expect_for("/ns/nn:\n  ros__parameters: {a: x}\n", "/ns/nn", "a=x;");
    expect_for("/:\n  nn:\n    ros__parameters: {a: x}\n", "/nn", "a=x;");
    expect_for("nn:\n  ros__parameters: {a: {ros__parameters: 1}}\n", "/nn", "a.ros__parameters=1;");
    expect_for("nn:\n  ros__parameters: {a: 1}\n  sub:\n    ros__parameters: {b: 3}\n", "/nn/sub", "b=3;");
    expect_for("nn:\n  ros__parameters: {a: 1}\n---\nnn:\n  ros__parameters: {b: 2}\n", "/nn", "a=1;b=2;");
    expect_for("", "/nn", "");
    expect_for("# nothing\n", "/nn", "");
    expect_for("nn:\n  ros__parameters:\n    d: |\n      text\n    c: \"\"\n", "/nn", "d=text\n;c=;");
}

static void errors_name_file_line_and_column(void **state) /* PAR-10 */
{
    static const char *const cases[][2] = {
        {"nn:\n  ros__parameters:\n    a:\n", "f.yaml:3:7: No value at line 3"},
        {"nn:\n  ros__parameters:\n    a: [1, 2.0]\n",
         "f.yaml:3:12: Sequence should be of same type. Value type 'double' do not belong at line_num 3"},
        {"nn:\n  ros__parameters: 5\n", "f.yaml:2:20: Cannot have a value before ros__parameters at line 2"},
        {"nn:\n  ros__parameters:\n", "Cannot have a value before ros__parameters at line 2"},
        {"nn:\n  ros__parameters: [1]\n", "Cannot have a value before ros__parameters at line 2"},
        {"nn: 5\n", "f.yaml:1:5: Cannot have a value before ros__parameters at line 1"},
        {"5\n", "f.yaml:1:1: Cannot have a value before ros__parameters at line 1"},
        {"nn: [5]\n", "f.yaml:1:5: Sequences can only be values and not keys in params. Error at line 1"},
        {"[5]\n", "f.yaml:1:1: Sequences cannot be key at line 1"},
        {"nn:\n  ros__parameters:\n    [1]: 1\n", "f.yaml:3:5: Sequences cannot be key at line 3"},
        {"ros__parameters:\n  a: 1\n", "f.yaml:1:1: There are no node names before ros__parameters at line 1"},
        {"\"\": {nn: {ros__parameters: {a: 1}}}\n", "f.yaml:1:1: No key at line 1"},
        {"n*:\n  ros__parameters:\n    a: 1\n",
         "f.yaml:1:1: node name must not contain characters other than alphanumerics or '_'"},
        {"nn:\n  ros__parameters:\n    a: &x 5\n    b: *x\n", "f.yaml:4:8: Will not support aliasing at line 4"},
        {"nn:\n  ros__parameters:\n    a: \"x\n", "f.yaml:4:1: Error parsing a event near line 4: "},
        {"nn:\n  ros__parameters:\n    a: [1, 2\n", "Error parsing a event near line 4: "},
        {"nn:\n  ros__parameters:\n    \xc3\xa9t\xc3\xa9: \xff\n",
         "f.yaml:3:10: Error parsing a event near line 3: invalid leading UTF-8 octet"},
        {"nn:\n\tros__parameters: {}\n", "f.yaml:2:1: Error parsing a event near line 2: "},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        parameter_overrides overrides = {0};
        assert_int_equal(parameter_overrides_read_text(&overrides, "f.yaml", cases[i][0], strlen(cases[i][0])), RCLIO_BAD_DATA);
        if (!strstr(rclio_error(), cases[i][1])) fail_msg("'%s': %s", cases[i][0], rclio_error());
        parameter_overrides_fini(&overrides);
    }
}

static void deep_nesting_is_an_error(void **state)
{
    char source[2000] = "nn: {ros__parameters: ";
    parameter_overrides overrides = {0};
    (void)state;
    for (int i = 0; i < 300; i++) strcat(source, "{a: ");
    assert_int_equal(parameter_overrides_read_text(&overrides, "f", source, strlen(source)), RCLIO_BAD_DATA);
    assert_non_null(strstr(rclio_error(), "nested too deep"));
    parameter_overrides_fini(&overrides);
}

static void a_file_is_read_for_one_node(void **state)
{
    rclio_parameter_list list;
    char path[] = "/tmp/rclio-parameters-XXXXXX";
    static const char source[] = "/ns/nn:\n  ros__parameters: {a: exact}\n/**:\n  ros__parameters: {a: wild, b: 2}\n";
    int file = mkstemp(path);
    (void)state;
    assert_int_equal(write(file, source, sizeof source - 1), sizeof source - 1);
    close(file);
    assert_ok(rclio_parameters_read_file(path, "/ns/nn", &list));
    assert_int_equal(list.size, 2);
    assert_string_equal(rclio_parameter_list_find(&list, "a")->string, "wild"); /* PAR-8 */
    rclio_parameter_list_fini(&list);
    assert_ok(rclio_parameters_read_file_entries(path, "/ns/nn", RCLIO_FILE_NO_WILDCARD, &list));
    assert_int_equal(list.size, 1);
    assert_string_equal(rclio_parameter_list_find(&list, "a")->string, "exact");
    rclio_parameter_list_fini(&list);
    assert_ok(rclio_parameters_read_file_entries(path, "/other", RCLIO_FILE_NO_WILDCARD, &list));
    assert_int_equal(list.size, 0);
    assert_ok(rclio_parameters_read_file_entries(path, NULL, RCLIO_FILE_ALL, &list));
    assert_int_equal(list.size, 2);
    rclio_parameter_list_fini(&list);
    unlink(path);
    assert_int_equal(rclio_parameters_read_file(path, "/ns/nn", &list), RCLIO_NOT_FOUND);
    assert_non_null(strstr(rclio_error(), path));
    assert_int_equal(rclio_parameters_read_file("/tmp", "/n", &list), RCLIO_NOT_FOUND);
}

static void a_pipe_that_nobody_writes_to_is_an_empty_file(void **state)
{
    rclio_parameter_list list;
    char path[64];
    (void)state;
    snprintf(path, sizeof path, "/tmp/rclio-parameters-pipe-%d", (int)getpid());
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_ok(rclio_parameters_read_file(path, "/n", &list));
    assert_int_equal(list.size, 0);
    unlink(path);
}

static void a_dump_is_what_upstream_prints(void **state)
{
    static const uint8_t raw[] = {1, 255};
    static const bool bits[] = {true, false};
    static const int64_t nums[] = {4, 5};
    static const double vals[] = {1.0, 2.5};
    static const char *const names[] = {"x", "y"};
    static const char expected[] = "/refuser:\n"
                                   "  ros__parameters:\n"
                                   "    any: hello\n"
                                   "    bits:\n"
                                   "    - true\n"
                                   "    - false\n"
                                   "    count: 4\n"
                                   "    flag: false\n"
                                   "    group:\n"
                                   "      inner:\n"
                                   "        x: 1\n"
                                   "    locked: x\n"
                                   "    names:\n"
                                   "    - x\n"
                                   "    - y\n"
                                   "    nums:\n"
                                   "    - 4\n"
                                   "    - 5\n"
                                   "    raw:\n"
                                   "    - !!binary |\n"
                                   "      AQ==\n"
                                   "    - !!binary |\n"
                                   "      /w==\n"
                                   "    speed: 2.5\n"
                                   "    start_type_description_service: true\n"
                                   "    unset: '5'\n"
                                   "    use_sim_time: false\n"
                                   "    vals:\n"
                                   "    - 1.0\n"
                                   "    - 2.5\n";
    const rclio_parameter all[] = {
        {"use_sim_time", rclio_value_bool(false)}, {"start_type_description_service", rclio_value_bool(true)},
        {"speed", rclio_value_double(2.5)},        {"count", rclio_value_integer(4)},
        {"locked", rclio_value_string("x")},       {"none", {0}},
        {"any", rclio_value_string("hello")},      {"unset", rclio_value_string("5")},
        {"group.inner.x", rclio_value_integer(1)}, {"flag", rclio_value_bool(false)},
        {"names", rclio_value_strings(names, 2)},  {"nums", rclio_value_integers(nums, 2)},
        {"vals", rclio_value_doubles(vals, 2)},    {"bits", rclio_value_bools(bits, 2)},
        {"raw", rclio_value_bytes(raw, 2)}};
    rclio_parameter_list list = {0};
    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) assert_ok(rclio_parameter_list_add(&list, all[i].name, all[i].value));
    char *yaml = rclio_parameters_to_yaml("/refuser", &list);
    assert_string_equal(yaml, expected);
    free(yaml);
    rclio_parameter_list_fini(&list);
}

static void no_key_of_a_dump_comes_twice(void **state) /* PyYAML would keep the last alone */
{
    static const char *const names[] = {"x.a", "x.a.b", "x.a.b.c", "x.a-z", "x.c.d", "x..e",
                                        "y.",  "y.f.",  "y.f.g",   "y.h.i", "z",     ".z"};
    static const char expected[] = "/nn:\n"
                                   "  ros__parameters:\n"
                                   "    .z: 1\n"
                                   "    x:\n"
                                   "      .e: 1\n"
                                   "      a: 1\n"
                                   "      a.b: 1\n"
                                   "      a.b.c: 1\n"
                                   "      a-z: 1\n"
                                   "      c:\n"
                                   "        d: 1\n"
                                   "    y.: 1\n"
                                   "    y:\n"
                                   "      f.: 1\n"
                                   "      f:\n"
                                   "        g: 1\n"
                                   "      h:\n"
                                   "        i: 1\n"
                                   "    z: 1\n";
    rclio_parameter_list list = {0}, back = {0};
    parameter_overrides overrides = {0};
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_ok(rclio_parameter_list_add(&list, names[i], rclio_value_integer(1)));
    char *yaml = rclio_parameters_to_yaml("/nn", &list);
    assert_string_equal(yaml, expected);
    assert_ok(parameter_overrides_read_text(&overrides, "dump", yaml, strlen(yaml)));
    assert_ok(parameter_overrides_match(&overrides, "/nn", &back));
    assert_int_equal(back.size, list.size);
    for (size_t i = 0; i < list.size; i++) assert_non_null(rclio_parameter_list_find(&back, list.data[i].name));
    free(yaml);
    parameter_overrides_fini(&overrides);
    rclio_parameter_list_fini(&list);
    rclio_parameter_list_fini(&back);
}

static void a_dump_reads_back_as_it_was(void **state)
{
    static const char *const words[] = {"y",    "1e3",          "0x10",   "null", "",    "- a", "a: b",
                                        "it's", "two\nlines\n", " space", "#x",   "inf", "é",   "a\xc2\x85 b"};
    static const double reals[] = {1e16, 1e-7, INFINITY, -0.0};
    rclio_parameter_list list = {0}, back = {0};
    parameter_overrides overrides = {0};
    char name[32];
    (void)state;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        snprintf(name, sizeof name, "g.w%zu", i);
        assert_ok(rclio_parameter_list_add(&list, name, rclio_value_string(words[i])));
        snprintf(name, sizeof name, "g.sub%zu.x", i);
        assert_ok(rclio_parameter_list_add(&list, name, rclio_value_strings(words, i + 1)));
    }
    assert_ok(rclio_parameter_list_add(&list, "g-h.r", rclio_value_doubles(reals, 4)));
    for (size_t i = 0; i < 3; i++) {
        snprintf(name, sizeof name, "r%zu", i);
        assert_ok(rclio_parameter_list_add(&list, name, rclio_value_double(reals[i])));
    }
    char *yaml = rclio_parameters_to_yaml("/ns/nn", &list);
    assert_ok(parameter_overrides_read_text(&overrides, "dump", yaml, strlen(yaml)));
    assert_ok(parameter_overrides_match(&overrides, "/ns/nn", &back));
    assert_int_equal(back.size, list.size);
    for (size_t i = 0; i < list.size; i++) {
        const rclio_parameter_value *value = rclio_parameter_list_find(&back, list.data[i].name);
        if (!value || !rclio_parameter_value_equal(value, &list.data[i].value)) fail_msg("%s in\n%s", list.data[i].name, yaml);
    }
    free(yaml);
    rclio_parameter_list_fini(&list);
    rclio_parameter_list_fini(&back);
    parameter_overrides_fini(&overrides);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scalars_have_upstreams_types),
        cmocka_unit_test(lists_have_one_type),
        cmocka_unit_test(a_bad_value_is_told_with_its_place),
        cmocka_unit_test(the_decimal_point_is_a_point_in_every_locale),
        cmocka_unit_test(groups_nest_and_keys_of_nodes_too),
        cmocka_unit_test(errors_name_file_line_and_column),
        cmocka_unit_test(deep_nesting_is_an_error),
        cmocka_unit_test(a_file_is_read_for_one_node),
        cmocka_unit_test(a_pipe_that_nobody_writes_to_is_an_empty_file),
        cmocka_unit_test(a_dump_is_what_upstream_prints),
        cmocka_unit_test(no_key_of_a_dump_comes_twice),
        cmocka_unit_test(a_dump_reads_back_as_it_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
