/* tests/types/test_yaml_write.c: messages as text, held against what upstream's tools and PyYAML print (tests/data/text, text_strings.h). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "own_types.h"
#include "rclio/cdr.h"
#include "rclio/yaml.h"
#include "support/comma_locale.h"
#include "text_strings.h"

#include <locale.h>
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

/* A message made from YAML. */
static void *made(const rclio_type *type, const char *yaml)
{
    void *message = rclio_message_new(type);
    assert_non_null(message);
    if (rclio_message_from_yaml(type, yaml, -1, message) != RCLIO_OK) fail_msg("%s: %s", yaml, rclio_error());
    return message;
}

static void assert_text(char *text, const char *expected)
{
    if (!text) fail_msg("%s", rclio_error());
    assert_string_equal(text, expected);
    free(text);
}

/* The text of a field of a message made from YAML. */
static void assert_field(const char *type_name, const char *yaml, const char *field, const char *expected)
{
    const rclio_type *type = get(type_name);
    void *message = made(type, yaml);
    assert_text(rclio_message_to_yaml(type, message, field, NULL), expected);
    rclio_message_destroy(type, message);
}

static void assert_no_field(const char *type_name, const char *field, const char *error)
{
    const rclio_type *type = get(type_name);
    void *message = rclio_message_new(type);
    assert_null(rclio_message_to_yaml(type, message, field, NULL));
    assert_int_equal(rclio_error_status(), RCLIO_NOT_FOUND);
    assert_string_equal(rclio_error(), error);
    assert_null(rclio_message_to_csv(type, message, field, NULL));
    rclio_message_destroy(type, message);
}

static void strings_are_quoted_as_pyyaml_does(void **state)
{
    (void)state;
    const rclio_type *string = get("std_msgs/msg/String"), *list = get("rcl_interfaces/msg/ListParametersResult");
    char expected[1024];
    for (size_t i = 0; i < sizeof text_strings / sizeof *text_strings; i++) {
        void *one = rclio_message_new(string), *many = rclio_message_new(list);
        assert_true(rosidl_runtime_c__String__assign(one, text_strings[i].string));
        assert_int_equal(rclio_field_resize(&list->fields[0], many, 1), RCLIO_OK);
        assert_true(rosidl_runtime_c__String__assign(rclio_field_element(&list->fields[0], many, 0), text_strings[i].string));
        snprintf(expected, sizeof expected, "data: %s\n", text_strings[i].block);
        assert_text(rclio_message_to_yaml(string, one, NULL, NULL), expected);
        snprintf(expected, sizeof expected, "std_msgs.msg.String(data=%s)", text_strings[i].repr);
        assert_text(rclio_message_to_python(string, one), expected);
        /* What stands on more than one line is indented by where it stands. */
        if (!strchr(text_strings[i].flow, '\n') && !strstr(text_strings[i].flow, "\xc2\x85") &&
            !strstr(text_strings[i].flow, "\xe2\x80\xa8")) {
            snprintf(expected, sizeof expected, "names: [%s]\nprefixes: []\n", text_strings[i].flow);
            assert_text(rclio_message_to_yaml(list, many, NULL, &(rclio_yaml_options){.flow_style = true}), expected);
        }
        rclio_message_destroy(string, one);
        rclio_message_destroy(list, many);
    }
}

/* tests/data/text/messages.txt: "## message TYPE HEX", then "## FORM" and the text, for each form. */
struct golden {
    FILE *file;
    char *line;
    size_t capacity;
    const rclio_type *type;
    void *message;
};

static bool next_line(struct golden *g)
{
    return getline(&g->line, &g->capacity, g->file) > 0;
}

static void decode_hex(struct golden *g, const char *hex)
{
    size_t size = strcspn(hex, "\n") / 2;
    uint8_t *bytes = malloc(size);
    for (size_t i = 0; i < size; i++) {
        unsigned byte = 0;
        assert_int_equal(sscanf(hex + 2 * i, "%2x", &byte), 1);
        bytes[i] = (uint8_t)byte;
    }
    rclio_codec *codec = rclio_codec_new(g->type);
    assert_int_equal(rclio_decode(codec, bytes, size, 0, g->message), RCLIO_OK);
    rclio_codec_destroy(codec);
    free(bytes);
}

static void next_message(struct golden *g)
{
    char name[256] = "";
    int hex = 0;
    if (g->message) rclio_message_destroy(g->type, g->message);
    assert_int_equal(sscanf(g->line, "## message %255s %n", name, &hex), 1);
    g->type = get(name);
    g->message = rclio_message_new(g->type);
    decode_hex(g, g->line + hex);
}

static char *text_in_form(const struct golden *g, const char *form)
{
    if (strcmp(form, "python") == 0) {
        char *text = rclio_message_to_python(g->type, g->message);
        size_t size = strlen(text);
        text = realloc(text, size + 2);
        memcpy(text + size, "\n", 2);
        return text;
    }
    if (strcmp(form, "csv") == 0) return rclio_message_to_csv(g->type, g->message, NULL, NULL);
    rclio_yaml_options options = {
        .truncate_length = strcmp(form, "truncated") == 0 ? 2 : 0,
        .no_arr = strcmp(form, "no_arr") == 0,
        .no_str = strcmp(form, "no_str") == 0,
        .flow_style = strcmp(form, "flow") == 0,
    };
    return rclio_message_to_yaml(g->type, g->message, NULL, &options);
}

/* Reads up to the next "## " and compares. */
static void check_form(struct golden *g, const char *form)
{
    char *text = text_in_form(g, form), *at = text;
    while (next_line(g) && strncmp(g->line, "## ", 3) != 0) {
        size_t size = strlen(g->line);
        if (strncmp(at, g->line, size) != 0) fail_msg("%s as %s: has\n%s\ninstead of\n%s", g->type->name, form, at, g->line);
        at += size;
    }
    if (*at) fail_msg("%s as %s ends in\n%s", g->type->name, form, at);
    free(text);
}

static void messages_print_in_every_form_as_upstreams_do(void **state)
{
    (void)state;
    struct golden g = {.file = fopen(RCLIO_SOURCE_DIR "/tests/data/text/messages.txt", "r")};
    size_t forms = 0;
    assert_non_null(g.file);
    assert_true(next_line(&g));
    while (strcmp(g.line, "## end\n") != 0) {
        char form[32] = "";
        if (strncmp(g.line, "## message ", 11) == 0) {
            next_message(&g);
            assert_true(next_line(&g));
            continue;
        }
        assert_int_equal(sscanf(g.line, "## %31s", form), 1);
        check_form(&g, form);
        forms++;
    }
    assert_true(forms > 150);
    rclio_message_destroy(g.type, g.message);
    free(g.line);
    fclose(g.file);
}

static void a_part_prints_by_its_path(void **state)
{
    (void)state;
    static const char path[] = "nav_msgs/msg/Path";
    static const char text[] =
        "{header: {stamp: {sec: 5, nanosec: 6}, frame_id: 'a: b'}, poses: [{}, {pose: {position: {x: 2}}}]}";
    assert_field(path, text, "header.stamp", "sec: 5\nnanosec: 6\n");
    assert_field(path, text, "header.frame_id", "a: b\n");
    assert_field(path, text, "poses[1].pose.position", "x: 2.0\ny: 0.0\nz: 0.0\n");
    assert_field(path, text, "poses[1].pose.position.x", "2.0\n");
    assert_field("std_msgs/msg/Int32MultiArray", "{data: [1, 2]}", "data[1]", "2\n");
}

static void a_bare_field_prints_as_pythons_print_does(void **state)
{
    (void)state;
    static const char sequences[] = "test_msgs/msg/UnboundedSequences", arrays[] = "test_msgs/msg/Arrays";
    assert_field("sensor_msgs/msg/LaserScan", "{ranges: [0.5, 0.1]}", "ranges", "array('f', [0.5, 0.10000000149011612])\n");
    assert_field("sensor_msgs/msg/LaserScan", "{}", "ranges", "array('f')\n");
    assert_field("sensor_msgs/msg/Image", "{data: [1, 255]}", "data", "array('B', [1, 255])\n");
    assert_field(sequences, "{string_values: ['a', \"it's\"]}", "string_values", "['a', \"it's\"]\n");
    assert_field(sequences, "{bool_values: [true, no]}", "bool_values", "[True, False]\n");
    assert_field(sequences, "{byte_values: [65, 255]}", "byte_values", "[b'A', b'\\xff']\n");
    assert_field(sequences, "{constants_values: [{}]}", "constants_values", "[test_msgs.msg.Constants()]\n");
    assert_field(arrays, "{float64_values: [1, 2.5, -3]}", "float64_values", "[ 1.   2.5 -3. ]\n");
    assert_field(arrays, "{int8_values: [1, 20, -3]}", "int8_values", "[ 1 20 -3]\n");
    assert_field("std_msgs/msg/Bool", "{data: true}", "data", "True\n");
    assert_field("std_msgs/msg/Byte", "{data: 1}", "data", "b'\\x01'\n");
    assert_field("std_msgs/msg/Float64", "{data: .inf}", "data", "inf\n");
}

static void a_path_that_leads_nowhere_is_an_error(void **state)
{
    (void)state;
    assert_no_field("sensor_msgs/msg/LaserScan", "nope", "'LaserScan' object has no attribute 'nope'");
    assert_no_field("sensor_msgs/msg/LaserScan", "header.nope", "'Header' object has no attribute 'nope'");
    assert_no_field("sensor_msgs/msg/LaserScan", "ranges.x", "'array.array' object has no attribute 'x'");
    assert_no_field("sensor_msgs/msg/LaserScan", "angle_min.x", "'float' object has no attribute 'x'");
    assert_no_field("sensor_msgs/msg/LaserScan", "ranges[0]", "index 0 of 'ranges' is out of range: it has 0 elements");
    assert_no_field("sensor_msgs/msg/LaserScan", "ranges[x]", "'[x]' is not an index: it must be a number in [ ]");
    assert_no_field("sensor_msgs/msg/LaserScan", "header[0]", "'Header' object is not subscriptable");
    assert_no_field("std_msgs/msg/Empty", "structure_needs_at_least_one_member",
                    "'Empty' object has no attribute 'structure_needs_at_least_one_member'");
}

static void lines_of_values_have_upstreams_commas(void **state)
{
    (void)state;
    const rclio_type *type = get("sensor_msgs/msg/LaserScan");
    void *message = made(type, "{header: {frame_id: laser}, ranges: [0.25, 2, 3]}");
    rclio_yaml_options options = {.truncate_length = 2};
    assert_text(rclio_message_to_csv(type, message, NULL, &options), "0,0,la...,0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.25,2.0,...,\n");
    assert_text(rclio_message_to_csv(type, message, "header", NULL), "0,0,laser\n");
    assert_text(rclio_message_to_csv(type, message, "header.frame_id", NULL), "laser\n");
    rclio_message_destroy(type, message);
}

/* A program may speak German; messages do not. */
static void numbers_have_a_point_in_every_locale(void **state)
{
    (void)state;
    const rclio_type *type = get("std_msgs/msg/Float64");
    comma_locale_set();
    void *message = made(type, "{data: 1.5}");
    assert_text(rclio_message_to_yaml(type, message, NULL, NULL), "data: 1.5\n");
    assert_text(rclio_message_to_csv(type, message, NULL, NULL), "1.5\n");
    assert_text(rclio_message_to_python(type, message), "std_msgs.msg.Float64(data=1.5)");
    rclio_message_destroy(type, message);
    setlocale(LC_NUMERIC, "C");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strings_are_quoted_as_pyyaml_does),
        cmocka_unit_test(messages_print_in_every_form_as_upstreams_do),
        cmocka_unit_test(a_part_prints_by_its_path),
        cmocka_unit_test(a_bare_field_prints_as_pythons_print_does),
        cmocka_unit_test(a_path_that_leads_nowhere_is_an_error),
        cmocka_unit_test(lines_of_values_have_upstreams_commas),
        cmocka_unit_test(numbers_have_a_point_in_every_locale),
    };
    return cmocka_run_group_tests(tests, open_types, close_types);
}
