/* src/types/message.c: init, fini, copy and equal of any message, by its descriptor (rclio/type.h).
 *
 *   MG1  A failed operation leaves its target as after fini: all zeros.
 *   MG2  Numbers compare as C compares them: a NaN is equal to nothing, -0.0 to 0.0. Padding never counts.
 *   MG3  Recursion follows the nesting of types; the reader of definitions and rclio_codec_new() bound it.
 * Threads: one owner per message. */
#include "base/error.h"
#include "types/message_internal.h"
#include "types/runtime_utf16.h"

#include <stdlib.h>
#include <string.h>

static rclio_status no_memory(const rclio_field *field)
{
    return rclio_fail(RCLIO_NO_MEMORY, "no memory for field '%s'", field->name);
}

static rclio_status init_strings(const rclio_field *field, char *data, size_t count)
{
    const char *const *defaults = field->default_value;
    for (size_t i = 0; i < count; i++) {
        const char *value = defaults && i < field->default_count ? defaults[i] : "";
        bool done = field->base == RCLIO_STRING
                        ? rosidl_runtime_c__String__assign((rosidl_runtime_c__String *)(void *)data + i, value)
                        : u16string_assign_utf8((rosidl_runtime_c__U16String *)(void *)data + i, value);
        if (!done) return no_memory(field);
    }
    return RCLIO_OK;
}

/* The field of a message that is all zeros so far. */
static rclio_status init_field(const rclio_field *field, void *message)
{
    char *at = (char *)message + field->offset;
    if (field_is_sequence(field)) {
        if (!field->default_value || field->default_count == 0) return RCLIO_OK;
        struct sequence *sequence = (struct sequence *)(void *)at;
        rclio_status status = sequence_reserve(sequence, field->default_count, rclio_field_element_size(field));
        if (status) return no_memory(field);
        sequence->size = field->default_count;
    }
    struct elements all = field_elements(field, message);
    if (field->base == RCLIO_NESTED) return field_reset_elements(field, all.data, all.count);
    if (field->base == RCLIO_STRING || field->base == RCLIO_WSTRING) return init_strings(field, all.data, all.count);
    size_t values = field->default_count < all.count ? field->default_count : all.count;
    if (field->default_value) memcpy(all.data, field->default_value, values * base_type_size(field->base));
    return RCLIO_OK;
}

rclio_status rclio_message_init(const rclio_type *type, void *message)
{
    if (!type || !message || type->kind != RCLIO_MESSAGE) {
        return rclio_fail(RCLIO_INVALID, "only a message can be initialised: '%s' is none", type ? type->name : "NULL");
    }
    memset(message, 0, type->size);
    for (size_t i = 0; i < type->field_count; i++) {
        if (init_field(&type->fields[i], message) == RCLIO_OK) continue;
        rclio_message_fini(type, message);
        return rclio_error_add("%s", type->name);
    }
    return RCLIO_OK;
}

void rclio_message_fini(const rclio_type *type, void *message)
{
    if (!type || !message) return;
    for (size_t i = 0; i < type->field_count; i++) {
        const rclio_field *field = &type->fields[i];
        if (field_is_sequence(field)) {
            struct elements all = field_elements(field, message);
            field_release_elements(field, all.data, all.capacity);
            free(all.data);
        } else if (base_type_size(field->base) == 0 || field->base == RCLIO_STRING || field->base == RCLIO_WSTRING) {
            struct elements all = field_elements(field, message);
            field_release_elements(field, all.data, all.count);
        }
    }
    memset(message, 0, type->size);
}

void *rclio_message_new(const rclio_type *type)
{
    if (!type || type->kind != RCLIO_MESSAGE) {
        return rclio_fail_null(RCLIO_INVALID, "only a message can be made: '%s' is none", type ? type->name : "NULL");
    }
    void *message = malloc(type->size ? type->size : 1);
    if (!message) return rclio_fail_null(RCLIO_NO_MEMORY, "no memory for a message %s", type->name);
    if (rclio_message_init(type, message)) {
        free(message);
        return NULL;
    }
    return message;
}

void rclio_message_destroy(const rclio_type *type, void *message)
{
    rclio_message_fini(type, message);
    free(message);
}

/* Both have room for `count` valid elements. */
static rclio_status copy_elements(const rclio_field *field, const char *source, char *target, size_t count)
{
    size_t size = rclio_field_element_size(field);
    if (field->base == RCLIO_NESTED && !message_is_plain(field->nested)) {
        for (size_t i = 0; i < count; i++) {
            rclio_status status = rclio_message_copy(field->nested, source + i * size, target + i * size);
            if (status) return status;
        }
    } else if (field->base == RCLIO_STRING) {
        const rosidl_runtime_c__String *from = (const void *)source;
        rosidl_runtime_c__String *to = (void *)target;
        for (size_t i = 0; i < count; i++) {
            if (!rosidl_runtime_c__String__copy(&from[i], &to[i])) return no_memory(field);
        }
    } else if (field->base == RCLIO_WSTRING) {
        const rosidl_runtime_c__U16String *from = (const void *)source;
        rosidl_runtime_c__U16String *to = (void *)target;
        for (size_t i = 0; i < count; i++) {
            if (!rosidl_runtime_c__U16String__copy(&from[i], &to[i])) return no_memory(field);
        }
    } else if (count) {
        memcpy(target, source, count * size);
    }
    return RCLIO_OK;
}

static rclio_status copy_field(const rclio_field *field, const void *source, void *target)
{
    struct elements from = field_elements(field, source);
    if (field_is_sequence(field)) {
        struct sequence *sequence = (struct sequence *)(void *)((char *)target + field->offset);
        if (sequence_reserve(sequence, from.count, rclio_field_element_size(field))) return no_memory(field);
        sequence->size = from.count;
    }
    struct elements to = field_elements(field, target);
    return copy_elements(field, from.data, to.data, from.count);
}

rclio_status rclio_message_copy(const rclio_type *type, const void *source, void *target)
{
    if (source == target) return RCLIO_OK;
    for (size_t i = 0; i < type->field_count; i++) {
        if (copy_field(&type->fields[i], source, target) == RCLIO_OK) continue;
        rclio_message_fini(type, target);
        return rclio_error_add("%s", type->name);
    }
    return RCLIO_OK;
}

#define EQUAL_NUMBERS(element)                                                \
    for (size_t i = 0; i < count; i++) {                                      \
        if (((const element *)a)[i] != ((const element *)b)[i]) return false; \
    }                                                                         \
    return true

static bool equal_floats(const void *a, const void *b, size_t count)
{
    EQUAL_NUMBERS(float);
}

static bool equal_doubles(const void *a, const void *b, size_t count)
{
    EQUAL_NUMBERS(double);
}

static bool equal_strings(const void *a, const void *b, size_t count)
{
    const rosidl_runtime_c__String *left = a, *right = b;
    for (size_t i = 0; i < count; i++) {
        if (!rosidl_runtime_c__String__are_equal(&left[i], &right[i])) return false;
    }
    return true;
}

static bool equal_wstrings(const void *a, const void *b, size_t count)
{
    const rosidl_runtime_c__U16String *left = a, *right = b;
    for (size_t i = 0; i < count; i++) {
        if (!rosidl_runtime_c__U16String__are_equal(&left[i], &right[i])) return false;
    }
    return true;
}

static bool equal_messages(const rclio_type *type, const char *a, const char *b, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!rclio_message_equal(type, a + i * type->size, b + i * type->size)) return false;
    }
    return true;
}

static bool equal_elements(const rclio_field *field, const char *a, const char *b, size_t count)
{
    if (count == 0) return true;
    switch (field->base) {
    case RCLIO_NESTED: return equal_messages(field->nested, a, b, count);
    case RCLIO_STRING: return equal_strings(a, b, count);
    case RCLIO_WSTRING: return equal_wstrings(a, b, count);
    case RCLIO_FLOAT32: return equal_floats(a, b, count);
    case RCLIO_FLOAT64: return equal_doubles(a, b, count);
    default: return memcmp(a, b, count * base_type_size(field->base)) == 0;
    }
}

bool rclio_message_equal(const rclio_type *type, const void *a, const void *b)
{
    if (!a || !b) return false;
    if (rclio_type_is_empty(type)) return true; /* TYP-5: the placeholder is no field */
    for (size_t i = 0; i < type->field_count; i++) {
        struct elements left = field_elements(&type->fields[i], a), right = field_elements(&type->fields[i], b);
        if (left.count != right.count || !equal_elements(&type->fields[i], left.data, right.data, left.count)) return false;
    }
    return true;
}

rclio_status rclio_message_sequence_init(const rclio_type *type, void *sequence, size_t size)
{
    struct sequence *all = sequence;
    *all = (struct sequence){0};
    if (sequence_reserve(all, size, type->size)) return rclio_error_add("%zu messages %s", size, type->name);
    all->size = size;
    for (size_t i = 0; i < size; i++) {
        if (rclio_message_init(type, (char *)all->data + i * type->size) == RCLIO_OK) continue;
        rclio_message_sequence_fini(type, sequence);
        return rclio_error_add("element %zu", i);
    }
    return RCLIO_OK;
}

void rclio_message_sequence_fini(const rclio_type *type, void *sequence)
{
    struct sequence *all = sequence;
    if (!all) return;
    if (all->data && !message_is_plain(type)) {
        for (size_t i = 0; i < all->capacity; i++) rclio_message_fini(type, (char *)all->data + i * type->size); /* ME1 */
    }
    free(all->data);
    *all = (struct sequence){0};
}

rclio_status rclio_message_sequence_copy(const rclio_type *type, const void *source, void *target)
{
    const struct sequence *from = source;
    struct sequence *to = target;
    if (from == to) return RCLIO_OK;
    rclio_status status = sequence_reserve(to, from->size, type->size);
    for (size_t i = 0; status == RCLIO_OK && i < from->size; i++) {
        status = rclio_message_copy(type, (const char *)from->data + i * type->size, (char *)to->data + i * type->size);
    }
    to->size = from->size;
    if (status) rclio_message_sequence_fini(type, target);
    return status;
}

bool rclio_message_sequence_equal(const rclio_type *type, const void *a, const void *b)
{
    const struct sequence *left = a, *right = b;
    if (!left || !right || left->size != right->size) return false;
    return equal_messages(type, left->data, right->data, left->size);
}
