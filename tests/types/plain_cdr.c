/* tests/types/plain_cdr.c: see plain_cdr.h. Little-endian hosts only. */
#include "plain_cdr.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

struct writer {
    text out;
    bool big_endian;
};

static void put_number(struct writer *w, const void *value, size_t width)
{
    const char *bytes = value;
    while ((w->out.length - 4) % width) text_append_char(&w->out, '\0');
    for (size_t i = 0; i < width; i++) text_append_char(&w->out, bytes[w->big_endian ? width - 1 - i : i]);
}

static void put_length(struct writer *w, size_t length)
{
    uint32_t value = (uint32_t)length;
    put_number(w, &value, 4);
}

static void put_message(struct writer *w, const rclio_type *type, const char *message);

static void put_element(struct writer *w, const rclio_field *field, const char *element)
{
    const rosidl_runtime_c__String *string = (const void *)element;
    const rosidl_runtime_c__U16String *wide = (const void *)element;
    switch (field->base) {
    case RCLIO_NESTED: put_message(w, field->nested, element); break;
    case RCLIO_STRING:
        put_length(w, string->size + 1);
        text_append_bytes(&w->out, string->data ? string->data : "", string->size);
        text_append_char(&w->out, '\0');
        break;
    case RCLIO_WSTRING:
        put_length(w, wide->size);
        for (size_t i = 0; i < wide->size; i++) put_length(w, wide->data[i]);
        break;
    default: put_number(w, element, rclio_field_element_size(field));
    }
}

static void put_message(struct writer *w, const rclio_type *type, const char *message)
{
    for (size_t i = 0; i < type->field_count; i++) {
        const rclio_field *field = &type->fields[i];
        size_t count = rclio_field_count(field, message);
        if (field->shape == RCLIO_SEQUENCE || field->shape == RCLIO_BOUNDED_SEQUENCE) put_length(w, count);
        for (size_t index = 0; index < count; index++) put_element(w, field, rclio_field_element(field, (void *)message, index));
    }
}

uint8_t *plain_cdr_encode(const rclio_type *type, const void *message, bool big_endian, size_t *size)
{
    struct writer w = {.big_endian = big_endian};
    text_init(&w.out);
    text_append_bytes(&w.out, big_endian ? "\0\0\0\0" : "\0\1\0\0", 4);
    put_message(&w, type, message);
    *size = w.out.length;
    return (uint8_t *)text_take(&w.out);
}
