/* tests/types/random_type.c: see random_type.h. */
#include "random_type.h"

#include <stdlib.h>
#include <string.h>

size_t dice_roll(dice *d, size_t below)
{
    d->state = d->state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (size_t)(d->state >> 33) % below;
}

static void need(const void *memory)
{
    if (!memory) abort();
}

static size_t element_alignment(const rclio_field *field)
{
    if (field->shape == RCLIO_SEQUENCE || field->shape == RCLIO_BOUNDED_SEQUENCE) return _Alignof(void *);
    if (field->base == RCLIO_STRING || field->base == RCLIO_WSTRING) return _Alignof(void *);
    return field->base == RCLIO_NESTED ? field->nested->alignment : rclio_field_element_size(field);
}

static size_t field_size(const rclio_field *field)
{
    if (field->shape == RCLIO_SEQUENCE || field->shape == RCLIO_BOUNDED_SEQUENCE) return 3 * sizeof(size_t);
    return rclio_field_element_size(field) * (field->shape == RCLIO_ARRAY ? field->capacity : 1);
}

static void random_field(dice *d, rclio_field *field, int depth)
{
    static const rclio_base_type bases[] = {RCLIO_UINT8,  RCLIO_BOOL,    RCLIO_INT16,   RCLIO_UINT32, RCLIO_FLOAT32,
                                            RCLIO_UINT64, RCLIO_FLOAT64, RCLIO_FLOAT64, RCLIO_STRING, RCLIO_WSTRING};
    static const size_t capacities[] = {1, 2, 3, 7, 70};
    field->name = "some_field";
    field->base = dice_roll(d, 3) == 0 && depth > 0 ? RCLIO_NESTED : bases[dice_roll(d, sizeof bases / sizeof bases[0])];
    if (field->base == RCLIO_NESTED) field->nested = random_type_new(d, depth - 1);
    if (dice_roll(d, 2)) field->shape = (rclio_shape)(1 + dice_roll(d, 3));
    if (field->shape == RCLIO_ARRAY) field->capacity = capacities[dice_roll(d, 5)];
    if (field->shape == RCLIO_BOUNDED_SEQUENCE) field->capacity = 4;
}

rclio_type *random_type_new(dice *d, int depth)
{
    rclio_type *type = calloc(1, sizeof *type);
    size_t count = 1 + dice_roll(d, 6), size = 0;
    rclio_field *fields = calloc(count, sizeof *fields);
    need(type);
    need(fields);
    *type = (rclio_type){.name = "some/msg/Type", .kind = RCLIO_MESSAGE, .fields = fields, .field_count = count, .alignment = 1};
    for (size_t i = 0; i < count; i++) {
        random_field(d, &fields[i], depth);
        size_t alignment = element_alignment(&fields[i]);
        size = (size + alignment - 1) / alignment * alignment;
        fields[i].offset = size;
        size += field_size(&fields[i]);
        if (alignment > type->alignment) type->alignment = alignment;
    }
    type->size = (size + type->alignment - 1) / type->alignment * type->alignment;
    return type;
}

void random_type_destroy(const rclio_type *type)
{
    for (size_t i = 0; i < type->field_count; i++) {
        if (type->fields[i].nested) random_type_destroy(type->fields[i].nested);
    }
    free((void *)type->fields);
    free((void *)type);
}

static void fill_string(dice *d, rosidl_runtime_c__String *string)
{
    char bytes[20];
    size_t size = dice_roll(d, sizeof bytes);
    for (size_t i = 0; i < size; i++) bytes[i] = (char)(1 + dice_roll(d, 255));
    if (!rosidl_runtime_c__String__assignn(string, bytes, size)) abort();
}

static void fill_wstring(dice *d, rosidl_runtime_c__U16String *string)
{
    if (!rosidl_runtime_c__U16String__resize(string, dice_roll(d, 9))) abort();
    for (size_t i = 0; i < string->size; i++) string->data[i] = (uint16_t)dice_roll(d, 65536);
}

static void fill_element(dice *d, const rclio_field *field, void *element)
{
    double number = (double)dice_roll(d, 1000000) / 8;
    float small_number = (float)number;
    switch (field->base) {
    case RCLIO_NESTED: random_fill(d, field->nested, element); break;
    case RCLIO_STRING: fill_string(d, element); break;
    case RCLIO_WSTRING: fill_wstring(d, element); break;
    case RCLIO_FLOAT32: memcpy(element, &small_number, sizeof small_number); break;
    case RCLIO_FLOAT64: memcpy(element, &number, sizeof number); break;
    case RCLIO_BOOL: *(bool *)element = dice_roll(d, 2); break;
    default:
        for (size_t i = 0; i < rclio_field_element_size(field); i++) ((uint8_t *)element)[i] = (uint8_t)dice_roll(d, 256);
    }
}

void random_fill(dice *d, const rclio_type *type, void *message)
{
    for (size_t i = 0; i < type->field_count; i++) {
        const rclio_field *field = &type->fields[i];
        bool is_sequence = field->shape == RCLIO_SEQUENCE || field->shape == RCLIO_BOUNDED_SEQUENCE;
        if (is_sequence && rclio_field_resize(field, message, dice_roll(d, 5))) abort();
        size_t count = rclio_field_count(field, message);
        for (size_t index = 0; index < count; index++) fill_element(d, field, rclio_field_element(field, message, index));
    }
}
