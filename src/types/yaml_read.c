/* src/types/yaml_read.c: YAML to messages (rclio/yaml.h): Python's conversions, for the type that each field has.
 *
 *   YR1  Every value that is looked at is paid for from the budget (yaml_value.h).
 *   YR2  What was set before an error stays set; the message is valid at every moment.
 * Threads: one owner of the message. */
#include "rclio/yaml.h"

#include "base/error.h"
#include "types/python_text.h"
#include "types/text_locale.h"
#include "types/yaml_value.h"

#include <stdlib.h>
#include <string.h>

/* Mappings that one `<<` may name. */
#define MERGES_MAX 100

typedef struct reader {
    int64_t now_ns; /* -1: `now` and `auto` are nothing special */
    size_t budget;
} reader;

static rclio_status set_fields(reader *r, const rclio_type *type, void *message, const yaml_node *node);

/* "Value 'x' is expected to be a dictionary but is a str" */
static rclio_status fail_expected(reader *r, const yaml_node *node, const char *expected)
{
    text value;
    text_init(&value);
    rclio_status status = value_to_text(node, &value, false, &r->budget);
    if (status == RCLIO_OK)
        status = rclio_fail(RCLIO_BAD_DATA, "Value '%.*s' is expected to be a %s but is a %s", 300, value.data, expected,
                            value_type(node));
    text_fini(&value);
    return status;
}

/* What Python says of a value that a number's type cannot be called with: it goes on as if the field were a message. */
static rclio_status fail_kind(reader *r, const rclio_field *field, const yaml_node *node)
{
    node = yaml_follow(node);
    if (field->shape != RCLIO_SINGLE) {
        bool real = field->base == RCLIO_FLOAT32 || field->base == RCLIO_FLOAT64;
        return rclio_fail(RCLIO_BAD_DATA,
                          real ? "must be real number, not %s" : "'%s' object cannot be interpreted as an integer",
                          value_type(node));
    }
    if (node->kind != YAML_MAPPING || !node->first) return fail_expected(r, node, "dictionary");
    text key;
    text_init(&key);
    rclio_status status = value_to_text(node->first, &key, false, &r->budget);
    if (status == RCLIO_OK)
        status = rclio_fail(RCLIO_BAD_DATA, "'%s' object has no attribute '%.*s'", python_element_type(field), 300, key.data);
    text_fini(&key);
    return status;
}

/* array.array takes numbers only; numpy and single fields take what int() and float() take. */
static bool is_strict(const rclio_field *field)
{
    return field->shape == RCLIO_SEQUENCE || field->shape == RCLIO_BOUNDED_SEQUENCE;
}

static bool is_number(const yaml_node *node, bool real)
{
    node = yaml_follow(node);
    if (node->kind != YAML_SCALAR) return false;
    return node->tag == YAML_INT || node->tag == YAML_BOOL || (real && node->tag == YAML_FLOAT);
}

/* A mapping without keys sets a single number to zero. */
static bool is_empty_mapping(const rclio_field *field, const yaml_node *node)
{
    node = yaml_follow(node);
    return field->shape == RCLIO_SINGLE && node->kind == YAML_MAPPING && !node->first;
}

static rclio_status set_double(reader *r, const rclio_field *field, void *element, const yaml_node *node)
{
    double value = 0;
    bool kind_is_wrong = is_strict(field) && !is_number(node, true);
    rclio_status status = kind_is_wrong ? RCLIO_BAD_DATA : value_to_double(node, &value, &kind_is_wrong);
    if (kind_is_wrong && !is_empty_mapping(field, node)) return fail_kind(r, field, node);
    if (!kind_is_wrong && status != RCLIO_OK) return status;
    if (field->base == RCLIO_FLOAT32)
        *(float *)element = (float)value;
    else
        *(double *)element = value;
    return RCLIO_OK;
}

static unsigned bits_of(rclio_base_type base)
{
    const rclio_field field = {.base = base};
    return (unsigned)rclio_field_element_size(&field) * 8;
}

static bool is_signed(rclio_base_type base)
{
    return base == RCLIO_INT8 || base == RCLIO_INT16 || base == RCLIO_INT32 || base == RCLIO_INT64;
}

static rclio_status fail_range(const rclio_field *field)
{
    unsigned bits = bits_of(field->base);
    if (is_signed(field->base)) {
        int64_t most = (int64_t)(UINT64_MAX >> (65 - bits));
        return rclio_fail(RCLIO_BAD_DATA, "The '%s' field must be an integer in [%lld, %lld]", field->name,
                          (long long)(-most - 1), (long long)most);
    }
    return rclio_fail(RCLIO_BAD_DATA, "The '%s' field must be an unsigned integer in [0, %llu]", field->name,
                      (unsigned long long)(UINT64_MAX >> (64 - bits)));
}

static bool is_in_range(rclio_base_type base, const whole *number)
{
    unsigned bits = bits_of(base);
    if (number->huge) return false;
    if (!is_signed(base)) return number->magnitude <= UINT64_MAX >> (64 - bits) && (!number->negative || number->magnitude == 0);
    return number->magnitude <= (UINT64_MAX >> (65 - bits)) + number->negative;
}

/* The low bytes of the two's complement, on either byte order. */
static void store(rclio_base_type base, void *element, uint64_t bits)
{
    switch (bits_of(base)) {
    case 8: *(uint8_t *)element = (uint8_t)bits; break;
    case 16: *(uint16_t *)element = (uint16_t)bits; break;
    case 32: *(uint32_t *)element = (uint32_t)bits; break;
    default: *(uint64_t *)element = bits; break;
    }
}

static rclio_status set_whole(reader *r, const rclio_field *field, void *element, const yaml_node *node)
{
    whole number = {0};
    bool kind_is_wrong = is_strict(field) && !is_number(node, false);
    rclio_status status = kind_is_wrong ? RCLIO_BAD_DATA : value_to_whole(node, &number, &kind_is_wrong);
    if (kind_is_wrong && !is_empty_mapping(field, node)) return fail_kind(r, field, node);
    if (!kind_is_wrong && status != RCLIO_OK) return status;
    if (!is_in_range(field->base, &number)) return fail_range(field);
    store(field->base, element, number.negative ? 0 - number.magnitude : number.magnitude);
    return RCLIO_OK;
}

/* A byte is what echo prints, a string of one character up to U+00FF; also a number, !!binary, or a list of one number. */
static rclio_status set_byte(const rclio_field *field, uint8_t *element, const yaml_node *node)
{
    static const char problem[] = "The '%s' field must be of type 'bytes' or 'ByteString' with length 1";
    node = yaml_follow(node);
    if (node->kind == YAML_SEQUENCE && node->child_count == 1) node = yaml_follow(node->first);
    if (node->kind != YAML_SCALAR) return rclio_fail(RCLIO_BAD_DATA, problem, field->name);
    if (node->tag == YAML_INT) {
        whole number;
        bool kind_is_wrong;
        rclio_status status = value_to_whole(node, &number, &kind_is_wrong);
        if (status != RCLIO_OK) return status;
        if (!is_in_range(RCLIO_BYTE, &number)) return fail_range(field);
        *element = (uint8_t)number.magnitude;
        return RCLIO_OK;
    }
    if (node->tag == YAML_BINARY) {
        uint8_t *bytes = NULL;
        size_t size = 0;
        rclio_status status = value_to_bytes(node, &bytes, &size);
        if (status == RCLIO_OK && size == 1) *element = bytes[0];
        free(bytes);
        return status != RCLIO_OK || size == 1 ? status : rclio_fail(RCLIO_BAD_DATA, problem, field->name);
    }
    uint32_t point = 0;
    bool one = node->tag == YAML_STR && node->size > 0 && utf8_decode(node->scalar, node->size, &point) == node->size;
    if (!one || point > 0xff) return rclio_fail(RCLIO_BAD_DATA, problem, field->name);
    *element = (uint8_t)point;
    return RCLIO_OK;
}

static rclio_status fail_bound(const rclio_field *field)
{
    return rclio_fail(RCLIO_BAD_DATA, "The '%s' field must be string value not longer than %zu", field->name,
                      field->string_bound);
}

static rclio_status store_wide(const rclio_field *field, rosidl_runtime_c__U16String *element, const text *value)
{
    points p;
    size_t count = 0;
    rclio_status status = RCLIO_OK;
    if (!points_from_utf8(&p, value->data, value->length)) return RCLIO_NO_MEMORY;
    uint16_t *units = malloc((2 * p.count + 1) * sizeof *units);
    for (size_t i = 0; units && i < p.count; i++) {
        uint32_t point = p.data[i];
        if (point >= 0x10000) {
            units[count++] = (uint16_t)(0xd800 + ((point - 0x10000) >> 10));
            point = 0xdc00 + ((point - 0x10000) & 0x3ff);
        }
        units[count++] = (uint16_t)point;
    }
    points_fini(&p);
    if (units && field->string_bound && count > field->string_bound)
        status = fail_bound(field);
    else if (!units || !rosidl_runtime_c__U16String__assignn(element, units, count))
        status = rclio_fail(RCLIO_NO_MEMORY, "no memory for field '%s'", field->name);
    free(units);
    return status;
}

static rclio_status store_string(const rclio_field *field, void *element, const text *value)
{
    if (value->failed) return rclio_fail(RCLIO_NO_MEMORY, "no memory for field '%s'", field->name);
    if (field->base == RCLIO_WSTRING) return store_wide(field, element, value);
    size_t size = strlen(value->data); /* a NUL ends it, as on the wire */
    if (field->string_bound && size > field->string_bound) return fail_bound(field);
    if (rosidl_runtime_c__String__assignn(element, value->data, size)) return RCLIO_OK;
    return rclio_fail(RCLIO_NO_MEMORY, "no memory for field '%s'", field->name);
}

static rclio_status set_string(reader *r, const rclio_field *field, void *element, const yaml_node *node)
{
    const yaml_node *value = yaml_follow(node);
    bool single = field->shape == RCLIO_SINGLE;
    if (!single && (value->kind != YAML_SCALAR || value->tag == YAML_NULL))
        return rclio_fail(RCLIO_BAD_DATA, "each value of the '%s' field must be of type 'str', not '%s'", field->name,
                          value_type(value));
    text t;
    text_init(&t);
    rclio_status status = value_to_text(value, &t, false, &r->budget);
    if (status == RCLIO_OK) status = store_string(field, element, &t);
    text_fini(&t);
    return status;
}

static bool is_word(const yaml_node *node, const char *word)
{
    return node->kind == YAML_SCALAR && node->tag == YAML_STR && strcmp(node->scalar, word) == 0;
}

static bool set_time(const rclio_type *type, void *message, int64_t now_ns)
{
    const rclio_field *sec = rclio_type_field(type, "sec"), *nanosec = rclio_type_field(type, "nanosec");
    if (strcmp(type->name, "builtin_interfaces/msg/Time") != 0 || !sec || !nanosec) return false;
    if (sec->base != RCLIO_INT32 || nanosec->base != RCLIO_UINT32 || sec->shape || nanosec->shape) return false;
    *(int32_t *)(void *)((char *)message + sec->offset) = (int32_t)(now_ns / RCLIO_S(1));
    *(uint32_t *)(void *)((char *)message + nanosec->offset) = (uint32_t)(now_ns % RCLIO_S(1));
    return true;
}

/* `stamp: now` and `header: auto`; false: the value has its ordinary meaning. */
static bool set_now(const reader *r, const rclio_type *type, void *message, const yaml_node *node)
{
    node = yaml_follow(node);
    if (r->now_ns < 0) return false;
    if (is_word(node, "now")) return set_time(type, message, r->now_ns);
    if (!is_word(node, "auto") || strcmp(type->name, "std_msgs/msg/Header") != 0) return false;
    const rclio_field *stamp = rclio_type_field(type, "stamp");
    if (!stamp || stamp->base != RCLIO_NESTED || stamp->shape) return false;
    return set_time(stamp->nested, (char *)message + stamp->offset, r->now_ns);
}

static rclio_status set_element(reader *r, const rclio_field *field, void *element, const yaml_node *node)
{
    rclio_status status = value_spend(node, &r->budget);
    if (status != RCLIO_OK) return status;
    switch (field->base) {
    case RCLIO_NESTED:
        if (field->shape == RCLIO_SINGLE && set_now(r, field->nested, element, node)) return RCLIO_OK;
        return set_fields(r, field->nested, element, node);
    case RCLIO_BOOL: *(bool *)element = value_is_true(node); return RCLIO_OK;
    case RCLIO_BYTE: return set_byte(field, element, node);
    case RCLIO_STRING:
    case RCLIO_WSTRING: return set_string(r, field, element, node);
    case RCLIO_FLOAT32:
    case RCLIO_FLOAT64: return set_double(r, field, element, node);
    default: return set_whole(r, field, element, node);
    }
}

/* Elements are new: none keeps what an earlier one of its place had. */
static rclio_status make_elements(const rclio_field *field, void *message, size_t count)
{
    if (field->shape == RCLIO_ARRAY && count != field->capacity)
        return rclio_fail(RCLIO_BAD_DATA, "The '%s' field must be a set or sequence with length %zu, not %zu", field->name,
                          field->capacity, count);
    if (field->shape == RCLIO_BOUNDED_SEQUENCE && count > field->capacity)
        return rclio_fail(RCLIO_BAD_DATA, "The '%s' field must be a set or sequence with length <= %zu, not %zu", field->name,
                          field->capacity, count);
    if (field->shape == RCLIO_ARRAY) return RCLIO_OK;
    rclio_status status = rclio_field_resize(field, message, 0);
    return status == RCLIO_OK ? rclio_field_resize(field, message, count) : status;
}

static rclio_status set_binary(const rclio_field *field, void *message, const yaml_node *node)
{
    uint8_t *bytes = NULL;
    size_t size = 0;
    rclio_status status = value_to_bytes(node, &bytes, &size);
    if (status == RCLIO_OK) status = make_elements(field, message, size);
    if (status == RCLIO_OK && size) memcpy(rclio_field_element(field, message, 0), bytes, size);
    free(bytes);
    return status;
}

static rclio_status set_sequence(reader *r, const rclio_field *field, void *message, const yaml_node *node)
{
    node = yaml_follow(node);
    bool of_bytes = field->base == RCLIO_UINT8 || field->base == RCLIO_INT8 || field->base == RCLIO_BYTE;
    if (node->kind == YAML_SCALAR && node->tag == YAML_BINARY && of_bytes) return set_binary(field, message, node);
    if (node->kind != YAML_SEQUENCE) return fail_expected(r, node, "list");
    rclio_status status = make_elements(field, message, node->child_count);
    size_t index = 0;
    for (const yaml_node *child = node->first; child && status == RCLIO_OK; child = child->sibling)
        status = set_element(r, field, rclio_field_element(field, message, index++), child);
    return status;
}

static rclio_status fail_attribute(const rclio_type *type, const char *name)
{
    const char *slash = strrchr(type->name, '/');
    return rclio_fail(RCLIO_BAD_DATA, "'%s' object has no attribute '%.*s'", slash ? slash + 1 : type->name, 300, name);
}

static rclio_status set_field(reader *r, const rclio_type *type, void *message, const yaml_node *key, const yaml_node *value)
{
    key = yaml_follow(key);
    bool named = key->kind == YAML_SCALAR && strlen(key->scalar) == key->size && !rclio_type_is_empty(type);
    const rclio_field *field = named ? rclio_type_field(type, key->scalar) : NULL;
    if (field && field->shape == RCLIO_SINGLE) return set_element(r, field, (char *)message + field->offset, value);
    if (field) return set_sequence(r, field, message, value);
    if (key->kind == YAML_SCALAR && key->tag == YAML_STR) return fail_attribute(type, key->scalar);
    return rclio_fail(RCLIO_BAD_DATA, "attribute name must be string, not '%s'", value_type(key));
}

/* `<<: *other` comes before the mapping's own keys; of several, the first has the last word. */
static rclio_status merge_fields(reader *r, const rclio_type *type, void *message, const yaml_node *node)
{
    static const char problem[] = "expected a mapping or list of mappings for merging";
    node = yaml_follow(node);
    if (node->kind == YAML_MAPPING) return set_fields(r, type, message, node);
    if (node->kind != YAML_SEQUENCE || node->child_count > MERGES_MAX) return rclio_fail(RCLIO_BAD_DATA, problem);
    const yaml_node *done = NULL;
    rclio_status status = RCLIO_OK;
    while (done != node->first && status == RCLIO_OK) {
        const yaml_node *last = node->first;
        while (last->sibling != done) last = last->sibling;
        if (yaml_follow(last)->kind != YAML_MAPPING) status = rclio_fail(RCLIO_BAD_DATA, problem);
        if (status == RCLIO_OK) status = set_fields(r, type, message, last);
        done = last;
    }
    return status;
}

static bool is_merge(const yaml_node *key)
{
    return key->kind == YAML_SCALAR && key->tag == YAML_MERGE;
}

static rclio_status set_fields(reader *r, const rclio_type *type, void *message, const yaml_node *node)
{
    rclio_status status = value_spend(node, &r->budget);
    node = yaml_follow(node);
    if (status == RCLIO_OK && node->kind != YAML_MAPPING) status = fail_expected(r, node, "dictionary");
    if (status != RCLIO_OK) return status;
    for (const yaml_node *key = node->first; key && status == RCLIO_OK; key = key->sibling->sibling)
        if (is_merge(key)) status = merge_fields(r, type, message, key->sibling);
    for (const yaml_node *key = node->first; key && status == RCLIO_OK; key = key->sibling->sibling)
        if (!is_merge(key)) status = set_field(r, type, message, key, key->sibling);
    return status;
}

rclio_status rclio_message_from_yaml(const rclio_type *type, const char *yaml, int64_t now_ns, void *message)
{
    yaml_tree tree;
    text_locale locale = text_locale_enter();
    rclio_status status = yaml_tree_read(&tree, yaml, strlen(yaml));
    if (status == RCLIO_OK && tree.root) {
        reader r = {.now_ns = now_ns, .budget = value_budget(&tree, strlen(yaml))};
        if (tree.root->kind == YAML_MAPPING)
            status = set_fields(&r, type, message, tree.root);
        else
            status = rclio_fail(RCLIO_BAD_DATA, "The passed value needs to be a dictionary in YAML format");
    }
    yaml_tree_fini(&tree);
    text_locale_leave(&locale);
    return status;
}
