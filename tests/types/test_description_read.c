/* tests/types/test_description_read.c: types built from type descriptions, as other nodes send them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "own_types.h"

#include "rclio/cdr.h"
#include "rclio/yaml.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const rclio_type *described_again(void **state, const rclio_type *type)
{
    const rclio_type *description_type;
    char hash[RCLIO_TYPE_HASH_TEXT_SIZE];
    rclio_type_hash_text(type, hash);
    void *description = rclio_types_describe(*state, type, &description_type);
    assert_non_null(description);
    const rclio_type *made = rclio_types_from_description(*state, description_type, description, hash);
    if (!made) fail_msg("%s: %s", type->name, rclio_error());
    rclio_message_destroy(description_type, description);
    return made;
}

static void assert_same(void **state, const rclio_type *type, const rclio_type *made)
{
    const rclio_type *description_type;
    assert_ptr_not_equal(made, type);
    assert_string_equal(made->name, type->name);
    assert_int_equal(made->kind, type->kind);
    assert_memory_equal(made->hash, type->hash, sizeof made->hash);
    assert_int_equal(made->size, type->size);
    assert_int_equal(made->alignment, type->alignment);
    for (size_t i = 0; i < type->field_count; i++) assert_int_equal(made->fields[i].offset, type->fields[i].offset);
    void *before = rclio_types_describe(*state, type, &description_type); /* tells of defaults too */
    void *after = rclio_types_describe(*state, made, &description_type);
    assert_true(rclio_message_equal(description_type, before, after));
    rclio_message_destroy(description_type, before);
    rclio_message_destroy(description_type, after);
}

/* TYP-4, TYP-7 */
static void every_type_comes_back_from_its_description(void **state)
{
    static const char *const folders[] = {"msg", "srv", "action"};
    size_t count = 0;
    for (size_t i = 0; i < 3; i++) {
        char **names = rclio_types_list(*state, NULL, folders[i]);
        assert_non_null(names);
        for (size_t j = 0; names[j]; j++, count++) {
            const rclio_type *type = type_of(state, names[j]);
            assert_same(state, type, described_again(state, type));
            for (size_t part = 0; part < RCLIO_PARTS; part++)
                if (type->parts[part]) assert_same(state, type->parts[part], described_again(state, type->parts[part]));
        }
        rclio_names_free(names);
    }
    assert_true(count > 240);
}

/* TYP-7 */
static void messages_of_a_described_type_are_those_of_the_definition(void **state)
{
    const rclio_type *type = type_of(state, "test_msgs/msg/Arrays"), *made = described_again(state, type);
    rclio_codec *codec = rclio_codec_new(type), *made_codec = rclio_codec_new(made);
    void *message = rclio_message_new(type), *made_message = rclio_message_new(made); /* with defaults */
    size_t size, made_size;
    uint8_t *bytes = rclio_encode_new(codec, message, &size),
            *made_bytes = rclio_encode_new(made_codec, made_message, &made_size);
    assert_non_null(bytes);
    assert_int_equal(size, made_size);
    assert_memory_equal(bytes, made_bytes, size);
    free(bytes);
    free(made_bytes);
    rclio_message_destroy(type, message);
    rclio_message_destroy(made, made_message);
    rclio_codec_destroy(codec);
    rclio_codec_destroy(made_codec);
}

static void a_type_that_was_described_before_is_the_same_one(void **state)
{
    const rclio_type *type = type_of(state, "geometry_msgs/msg/PoseStamped");
    assert_ptr_equal(described_again(state, type), described_again(state, type));
    assert_ptr_equal(type_of(state, "geometry_msgs/msg/PoseStamped"), type);
}

#define FIELD(name, id, more) "{name: " name ", type: {type_id: " id more "}}"
#define ONE(name, fields) "type_description: {type_name: " name ", fields: [" fields "]}"
#define INT32_A FIELD("a", "6", "")

static const rclio_type *read_yaml(void **state, const char *yaml, const char *hash)
{
    const rclio_type *description_type = type_of(state, "type_description_interfaces/msg/TypeDescription");
    void *description = rclio_message_new(description_type);
    if (rclio_message_from_yaml(description_type, yaml, -1, description)) fail_msg("%s: %s", yaml, rclio_error());
    rclio_error_clear();
    const rclio_type *made = rclio_types_from_description(*state, description_type, description, hash);
    rclio_message_destroy(description_type, description);
    return made;
}

static void what_makes_no_sense_is_refused_with_a_reason(void **state) /* TYP-7 */
{
    static const struct {
        const char *yaml, *words;
    } cases[] = {
        {ONE("p/msg/T", ""), "has no field"},
        {ONE("''", INT32_A), "not legal"},
        {ONE("'p/msg/t$(ls)'", INT32_A), "not legal"},
        {ONE("p/msg/T", FIELD("a", "6", "") ", " FIELD("a", "6", "")), "two fields 'a'"},
        {ONE("p/msg/T", FIELD("'A b'", "6", "")), "not a legal name"},
        {ONE("p/msg/T", FIELD("a", "0", "")), "type 0, which is not known"},
        {ONE("p/msg/T", FIELD("a", "12", "")), "type 12, which is not known"},
        {ONE("p/msg/T", FIELD("a", "255", "")), "type 255, which is not known"},
        {ONE("p/msg/T", FIELD("a", "54", "")), "has none"},
        {ONE("p/msg/T", FIELD("a", "6", ", capacity: 3")), "a bound that its type 6 has not"},
        {ONE("p/msg/T", FIELD("a", "21", "")), "has none"},
        {ONE("p/msg/T", FIELD("a", "54", ", capacity: 18446744073709551615")), "says capacity 18446744073709551615"},
        {ONE("p/msg/T", FIELD("a", "54", ", capacity: 4294967295")), "'p/msg/T'"},
        {ONE("p/msg/T", FIELD("a", "1", ", nested_type_name: p/msg/U")), "does not describe 'p/msg/U'"},
        {ONE("p/msg/T", FIELD("a", "1", ", nested_type_name: p/msg/T")), "contains itself"},
        {ONE("p/msg/T", INT32_A) "\nreferenced_type_descriptions: [{type_name: p/msg/T, fields: [" INT32_A "]}]", "twice"},
        {ONE("p/msg/T", FIELD("a", "1", ", nested_type_name: p/srv/S")) "\nreferenced_type_descriptions: [{type_name: p/srv/S}]",
         "of another kind"},
        {ONE("p/srv/S", INT32_A), "has 1 parts"},
        {ONE("p/srv/S", INT32_A ", " INT32_A ", " INT32_A), "in the place of 'request_message'"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_null(read_yaml(state, cases[i].yaml, NULL));
        if (!strstr(rclio_error(), cases[i].words)) fail_msg("%s gives '%s'", cases[i].yaml, rclio_error());
    }
}

static void a_description_of_another_hash_is_refused(void **state) /* TYP-7 */
{
    char hash[RCLIO_TYPE_HASH_TEXT_SIZE];
    const rclio_type *made = read_yaml(state, ONE("p/msg/T", INT32_A), NULL);
    assert_non_null(made);
    rclio_type_hash_text(made, hash);
    assert_ptr_equal(read_yaml(state, ONE("p/msg/T", INT32_A), hash), made);
    assert_null(read_yaml(state, ONE("p/msg/T", FIELD("a", "7", "")), hash));
    assert_int_equal(rclio_error_status(), RCLIO_BAD_DATA);
    assert_non_null(strstr(rclio_error(), hash));
}

static void types_that_contain_each_other_too_deep_are_refused(void **state)
{
    char yaml[16000];
    size_t at = (size_t)snprintf(
        yaml, sizeof yaml, ONE("p/msg/T", FIELD("a", "1", ", nested_type_name: p/msg/T0")) "\nreferenced_type_descriptions: [");
    for (int i = 0; i < 100; i++)
        at +=
            (size_t)snprintf(yaml + at, sizeof yaml - at,
                             "{type_name: p/msg/T%d, fields: [" FIELD("a", "1", ", nested_type_name: p/msg/T%d") "]},", i, i + 1);
    snprintf(yaml + at, sizeof yaml - at, "{type_name: p/msg/T100, fields: [" INT32_A "]}]");
    assert_null(read_yaml(state, yaml, NULL));
    assert_int_equal(rclio_error_status(), RCLIO_LIMIT);
}

static void a_default_that_cannot_be_read_is_left_out(void **state) /* TYP-6 */
{
    const rclio_type *made = read_yaml(state,
                                       ONE("p/msg/T", "{name: a, type: {type_id: 6}, default_value: 'seven'}, "
                                                      "{name: b, type: {type_id: 6}, default_value: '7'}, "
                                                      "{name: c, type: {type_id: 161}, default_value: \"('x', 'it\\\\'s')\"}"),
                                       NULL);
    assert_non_null(made);
    assert_null(made->fields[0].default_value);
    assert_int_equal(*(const int32_t *)made->fields[1].default_value, 7);
    assert_int_equal(made->fields[2].default_count, 2);
    assert_string_equal(((const char *const *)made->fields[2].default_value)[1], "it's");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_type_comes_back_from_its_description),
        cmocka_unit_test(messages_of_a_described_type_are_those_of_the_definition),
        cmocka_unit_test(a_type_that_was_described_before_is_the_same_one),
        cmocka_unit_test(what_makes_no_sense_is_refused_with_a_reason),
        cmocka_unit_test(a_description_of_another_hash_is_refused),
        cmocka_unit_test(types_that_contain_each_other_too_deep_are_refused),
        cmocka_unit_test(a_default_that_cannot_be_read_is_left_out),
    };
    return cmocka_run_group_tests(tests, make_registry, drop_registry);
}
