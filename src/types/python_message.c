/* src/types/python_message.c: messages and their fields as Python prints them (python_text.h). */
#include "types/python_text.h"

#include "rclio/yaml.h"
#include "types/message_internal.h"
#include "types/text_locale.h"

#include <string.h>

static const struct {
    const char *type; /* of one value in Python */
    char code;        /* of array.array */
} python_types[] = {
    [RCLIO_INT8] = {"int", 'b'},      [RCLIO_UINT8] = {"int", 'B'},  [RCLIO_INT16] = {"int", 'h'},
    [RCLIO_UINT16] = {"int", 'H'},    [RCLIO_INT32] = {"int", 'i'},  [RCLIO_UINT32] = {"int", 'I'},
    [RCLIO_INT64] = {"int", 'q'},     [RCLIO_UINT64] = {"int", 'Q'}, [RCLIO_FLOAT32] = {"float", 'f'},
    [RCLIO_FLOAT64] = {"float", 'd'}, [RCLIO_BOOL] = {"bool", 0},    [RCLIO_BYTE] = {"bytes", 0},
    [RCLIO_STRING] = {"str", 0},      [RCLIO_WSTRING] = {"str", 0},
};

char python_array_code(rclio_base_type base)
{
    return base == RCLIO_NESTED ? 0 : python_types[base].code;
}

static const char *class_name(const rclio_type *type)
{
    const char *slash = strrchr(type->name, '/');
    return slash ? slash + 1 : type->name;
}

const char *python_element_type(const rclio_field *field)
{
    return field->base == RCLIO_NESTED ? class_name(field->nested) : python_types[field->base].type;
}

const char *python_field_type(const rclio_field *field)
{
    if (field->shape == RCLIO_SINGLE) return python_element_type(field);
    if (!python_array_code(field->base)) return "list";
    return field->shape == RCLIO_ARRAY ? "numpy.ndarray" : "array.array";
}

int64_t element_signed(rclio_base_type base, const void *element)
{
    switch (base) {
    case RCLIO_INT8: return *(const int8_t *)element;
    case RCLIO_INT16: return *(const int16_t *)element;
    case RCLIO_INT32: return *(const int32_t *)element;
    case RCLIO_INT64: return *(const int64_t *)element;
    default: return (int64_t)element_unsigned(base, element);
    }
}

uint64_t element_unsigned(rclio_base_type base, const void *element)
{
    switch (base) {
    case RCLIO_BOOL: return *(const uint8_t *)element != 0;
    case RCLIO_UINT8:
    case RCLIO_BYTE: return *(const uint8_t *)element;
    case RCLIO_UINT16: return *(const uint16_t *)element;
    case RCLIO_UINT32: return *(const uint32_t *)element;
    case RCLIO_UINT64: return *(const uint64_t *)element;
    default: return (uint64_t)element_signed(base, element);
    }
}

void python_integer(text *t, rclio_base_type base, const void *element)
{
    if (base == RCLIO_UINT64)
        text_append_format(t, "%llu", (unsigned long long)*(const uint64_t *)element);
    else
        text_append_format(t, "%lld", (long long)element_signed(base, element));
}

bool points_of_element(points *p, const rclio_field *field, const void *element)
{
    if (field->base == RCLIO_WSTRING) {
        const rosidl_runtime_c__U16String *wide = element;
        return points_from_utf16(p, wide->data, wide->data ? wide->size : 0);
    }
    const rosidl_runtime_c__String *string = element;
    return points_from_utf8(p, string->data, string->data ? string->size : 0);
}

static void append_string(text *t, const rclio_field *field, const void *element, bool quoted)
{
    points p;
    if (!points_of_element(&p, field, element)) {
        t->failed = true;
        return;
    }
    if (quoted)
        python_string(t, &p);
    else
        for (size_t i = 0; i < p.count; i++) text_append_point(t, p.data[i]);
    points_fini(&p);
}

void python_element(text *t, const rclio_field *field, const void *element)
{
    switch (field->base) {
    case RCLIO_NESTED: python_message(t, field->nested, element); break;
    case RCLIO_FLOAT32: python_double(t, (double)*(const float *)element); break;
    case RCLIO_FLOAT64: python_double(t, *(const double *)element); break;
    case RCLIO_BOOL: text_append(t, element_unsigned(RCLIO_BOOL, element) ? "True" : "False"); break;
    case RCLIO_BYTE: python_bytes(t, element, 1); break;
    case RCLIO_STRING:
    case RCLIO_WSTRING: append_string(t, field, element, true); break;
    default: python_integer(t, field->base, element); break;
    }
}

static void append_list(text *t, const rclio_field *field, const void *message)
{
    struct elements elements = field_elements(field, message);
    size_t size = rclio_field_element_size(field);
    text_append_char(t, '[');
    for (size_t i = 0; i < elements.count && !t->failed; i++) {
        if (i) text_append(t, ", ");
        python_element(t, field, elements.data + i * size);
    }
    text_append_char(t, ']');
}

static bool is_numpy(const rclio_field *field)
{
    return field->shape == RCLIO_ARRAY && python_array_code(field->base);
}

static void append_field(text *t, const rclio_field *field, const void *message)
{
    const char *data = (const char *)message + field->offset;
    if (field->shape == RCLIO_SINGLE)
        python_element(t, field, data);
    else if (is_numpy(field))
        python_numpy_repr(t, field->base, data, field->capacity);
    else
        append_list(t, field, message);
}

/* "std_msgs/msg/String" -> "std_msgs.msg.String" */
void python_message(text *t, const rclio_type *type, const void *message)
{
    for (const char *c = type->name; *c; c++) text_append_char(t, *c == '/' ? '.' : *c);
    text_append_char(t, '(');
    bool empty = rclio_type_is_empty(type);
    for (size_t i = 0; i < type->field_count && !empty && !t->failed; i++) {
        text_append_format(t, "%s%s=", i ? ", " : "", type->fields[i].name);
        append_field(t, &type->fields[i], message);
    }
    text_append_char(t, ')');
}

void python_print_element(text *t, const rclio_field *field, const void *element)
{
    if (field->base == RCLIO_STRING || field->base == RCLIO_WSTRING)
        append_string(t, field, element, false);
    else
        python_element(t, field, element);
}

void python_print_field(text *t, const rclio_field *field, const void *message)
{
    const char *data = (const char *)message + field->offset;
    char code = python_array_code(field->base);
    if (field->shape == RCLIO_SINGLE) {
        python_print_element(t, field, data);
    } else if (is_numpy(field)) {
        python_numpy_str(t, field->base, data, field->capacity);
    } else if (!code) {
        append_list(t, field, message);
    } else {
        text_append_format(t, "array('%c'", code);
        if (field_elements(field, message).count) {
            text_append(t, ", ");
            append_list(t, field, message);
        }
        text_append_char(t, ')');
    }
}

char *rclio_message_to_python(const rclio_type *type, const void *message)
{
    text t;
    text_init(&t);
    text_locale locale = text_locale_enter();
    python_message(&t, type, message);
    text_locale_leave(&locale);
    return text_take(&t);
}
