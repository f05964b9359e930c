/* src/types/layout.c: see layout.h. */
#include "types/layout.h"

#include "base/error.h"
#include "types/message_internal.h"

static const size_t alignments[] = {
    [RCLIO_INT8] = _Alignof(int8_t),
    [RCLIO_UINT8] = _Alignof(uint8_t),
    [RCLIO_INT16] = _Alignof(int16_t),
    [RCLIO_UINT16] = _Alignof(uint16_t),
    [RCLIO_INT32] = _Alignof(struct { int32_t value; }),
    [RCLIO_UINT32] = _Alignof(struct { uint32_t value; }),
    [RCLIO_INT64] = _Alignof(struct { int64_t value; }),
    [RCLIO_UINT64] = _Alignof(struct { uint64_t value; }),
    [RCLIO_FLOAT32] = _Alignof(struct { float value; }),
    [RCLIO_FLOAT64] = _Alignof(struct { double value; }), /* 4 inside a struct on some 32-bit machines */
    [RCLIO_BOOL] = _Alignof(bool),
    [RCLIO_BYTE] = _Alignof(uint8_t),
    [RCLIO_STRING] = _Alignof(rosidl_runtime_c__String),
    [RCLIO_WSTRING] = _Alignof(rosidl_runtime_c__U16String),
};

/* Size and alignment of the member; a size of 0 is one beyond LAYOUT_SIZE_MAX. */
static size_t member_size(const rclio_field *field, size_t *alignment)
{
    size_t size = field->base == RCLIO_NESTED ? field->nested->size : base_type_size(field->base);
    *alignment = field->base == RCLIO_NESTED ? field->nested->alignment : alignments[field->base];
    if (field_is_sequence(field)) {
        *alignment = _Alignof(struct sequence);
        return sizeof(struct sequence);
    }
    if (field->shape != RCLIO_ARRAY) return size;
    return field->capacity > LAYOUT_SIZE_MAX / size ? 0 : field->capacity * size;
}

static size_t align(size_t offset, size_t alignment)
{
    return (offset + alignment - 1) / alignment * alignment;
}

rclio_status layout_message(rclio_field *fields, size_t count, size_t *size, size_t *alignment)
{
    size_t end = 0;
    *alignment = 1;
    for (size_t i = 0; i < count; i++) {
        size_t needed;
        size_t member = member_size(&fields[i], &needed);
        fields[i].offset = align(end, needed);
        if (member == 0 || member > LAYOUT_SIZE_MAX || fields[i].offset > LAYOUT_SIZE_MAX - member) /* LA2 */
            return rclio_fail(RCLIO_LIMIT, "field '%s' makes the message larger than %zu bytes, which is allowed", fields[i].name,
                              LAYOUT_SIZE_MAX);
        end = fields[i].offset + member;
        if (needed > *alignment) *alignment = needed;
    }
    *size = align(end, *alignment);
    return RCLIO_OK;
}
