/* src/types/message_field.c: the elements of one field of a message: counting, reaching, resizing, releasing (rclio/type.h).
 *
 *   MF1  A sequence grows by half at least, so that appending one by one is linear.
 *   MF2  Elements that come into use have their type's defaults, whatever the memory held before.
 * Threads: one owner per message. */
#include "base/error.h"
#include "types/message_internal.h"

#include <stdlib.h>
#include <string.h>

size_t base_type_size(rclio_base_type base)
{
    switch (base) {
    case RCLIO_INT8:
    case RCLIO_UINT8:
    case RCLIO_BOOL:
    case RCLIO_BYTE: return 1;
    case RCLIO_INT16:
    case RCLIO_UINT16: return 2;
    case RCLIO_INT32:
    case RCLIO_UINT32:
    case RCLIO_FLOAT32: return 4;
    case RCLIO_INT64:
    case RCLIO_UINT64:
    case RCLIO_FLOAT64: return 8;
    case RCLIO_STRING: return sizeof(rosidl_runtime_c__String);
    case RCLIO_WSTRING: return sizeof(rosidl_runtime_c__U16String);
    case RCLIO_NESTED: break;
    }
    return 0;
}

size_t rclio_field_element_size(const rclio_field *field)
{
    return field->base == RCLIO_NESTED ? field->nested->size : base_type_size(field->base);
}

bool message_is_plain(const rclio_type *type)
{
    for (size_t i = 0; i < type->field_count; i++) {
        const rclio_field *field = &type->fields[i];
        if (field_is_sequence(field) || field->base == RCLIO_STRING || field->base == RCLIO_WSTRING) return false;
        if (field->base == RCLIO_NESTED && !message_is_plain(field->nested)) return false;
    }
    return true;
}

struct elements field_elements(const rclio_field *field, const void *message)
{
    char *at = (char *)message + field->offset;
    if (field_is_sequence(field)) {
        const struct sequence *sequence = (const struct sequence *)(const void *)at;
        if (!sequence->data) return (struct elements){0};
        return (struct elements){sequence->data, sequence->size, sequence->capacity};
    }
    size_t count = field->shape == RCLIO_ARRAY ? field->capacity : 1;
    return (struct elements){at, count, count};
}

rclio_status sequence_reserve(struct sequence *sequence, size_t capacity, size_t size)
{
    size_t old = sequence->data ? sequence->capacity : 0;
    if (capacity <= old) return RCLIO_OK;
    char *larger = capacity > SIZE_MAX / size ? NULL : realloc(sequence->data, capacity * size);
    if (!larger) return rclio_fail(RCLIO_NO_MEMORY, "no memory for %zu elements of %zu bytes", capacity, size);
    memset(larger + old * size, 0, (capacity - old) * size); /* ME1 */
    sequence->data = larger;
    sequence->capacity = capacity;
    return RCLIO_OK;
}

void field_release_elements(const rclio_field *field, char *data, size_t count)
{
    if (!data) return;
    if (field->base == RCLIO_STRING) {
        rosidl_runtime_c__String *strings = (void *)data;
        for (size_t i = 0; i < count; i++) rosidl_runtime_c__String__fini(&strings[i]);
    } else if (field->base == RCLIO_WSTRING) {
        rosidl_runtime_c__U16String *strings = (void *)data;
        for (size_t i = 0; i < count; i++) rosidl_runtime_c__U16String__fini(&strings[i]);
    } else if (field->base == RCLIO_NESTED && !message_is_plain(field->nested)) {
        for (size_t i = 0; i < count; i++) rclio_message_fini(field->nested, data + i * field->nested->size);
    }
}

rclio_status field_reset_elements(const rclio_field *field, char *data, size_t count)
{
    size_t size = rclio_field_element_size(field);
    if (count == 0 || !data) return RCLIO_OK;
    field_release_elements(field, data, count);
    memset(data, 0, count * size);
    for (size_t i = 0; i < count; i++) {
        bool done = true;
        if (field->base == RCLIO_STRING) done = rosidl_runtime_c__String__init((void *)(data + i * size));
        if (field->base == RCLIO_WSTRING) done = rosidl_runtime_c__U16String__init((void *)(data + i * size));
        if (!done) return rclio_fail(RCLIO_NO_MEMORY, "no memory for field '%s'", field->name);
        if (field->base != RCLIO_NESTED) continue;
        rclio_status status = rclio_message_init(field->nested, data + i * size);
        if (status) return status;
    }
    return RCLIO_OK;
}

size_t rclio_field_count(const rclio_field *field, const void *message)
{
    return field_elements(field, message).count;
}

void *rclio_field_element(const rclio_field *field, void *message, size_t index)
{
    struct elements all = field_elements(field, message);
    return index < all.count ? all.data + index * rclio_field_element_size(field) : NULL;
}

static rclio_status check_count(const rclio_field *field, size_t count)
{
    if (field->shape == RCLIO_BOUNDED_SEQUENCE && count > field->capacity) {
        return rclio_fail(RCLIO_LIMIT, "field '%s' holds at most %zu elements, not %zu", field->name, field->capacity, count);
    }
    size_t fixed = field->shape == RCLIO_ARRAY ? field->capacity : 1;
    if (!field_is_sequence(field) && count != fixed) {
        return rclio_fail(RCLIO_LIMIT, "field '%s' has exactly %zu elements, not %zu", field->name, fixed, count);
    }
    return RCLIO_OK;
}

rclio_status rclio_field_resize(const rclio_field *field, void *message, size_t count)
{
    rclio_status status = check_count(field, count);
    if (status || !field_is_sequence(field)) return status;
    struct sequence *sequence = (struct sequence *)(void *)((char *)message + field->offset);
    size_t old = sequence->data ? sequence->size : 0, size = rclio_field_element_size(field);
    if (sequence->data && count > sequence->capacity) {
        size_t half_more = sequence->capacity + sequence->capacity / 2; /* MF1 */
        status = sequence_reserve(sequence, half_more > count ? half_more : count, size);
    } else {
        status = sequence_reserve(sequence, count, size);
    }
    if (status) return rclio_error_add("field '%s'", field->name);
    if (count > old) status = field_reset_elements(field, (char *)sequence->data + old * size, count - old); /* MF2 */
    if (status == RCLIO_OK) sequence->size = count;
    return status;
}
