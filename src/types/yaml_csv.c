/* src/types/yaml_csv.c: messages as one line of values (rclio/yaml.h).
 *
 *   YC1  As upstream: values are not quoted, and there is no comma after values as long as all of them are empty.
 * Threads: one owner of the message. */
#include "types/message_internal.h"
#include "types/python_text.h"
#include "types/text_locale.h"
#include "types/yaml_write.h"

static void append_message(text *t, const rclio_type *type, const void *message, const rclio_yaml_options *options);

static void append_value(text *t, const rclio_field *field, const void *element, const rclio_yaml_options *options)
{
    points p;
    if (field->base == RCLIO_NESTED) {
        append_message(t, field->nested, element, options);
    } else if (field->base == RCLIO_STRING || field->base == RCLIO_WSTRING) {
        if (!shown_points(&p, field, element, options)) {
            t->failed = true;
            return;
        }
        for (size_t i = 0; i < p.count; i++) text_append_point(t, p.data[i]);
        points_fini(&p);
    } else if (field->base == RCLIO_FLOAT32 && field->shape == RCLIO_ARRAY) {
        python_float32(t, *(const float *)element); /* an element of a numpy array prints as what it is */
    } else {
        python_element(t, field, element);
    }
}

static void append_sequence(text *t, const rclio_field *field, const void *message, const rclio_yaml_options *options)
{
    struct elements elements = field_elements(field, message);
    size_t size = rclio_field_element_size(field), shown = shown_count(elements.count, options), start = t->length;
    if (options->no_arr) {
        append_sequence_summary(t, field, elements.count);
        return;
    }
    for (size_t i = 0; i < shown && !t->failed; i++) {
        if (t->length > start) text_append_char(t, ',');
        append_value(t, field, elements.data + i * size, options);
    }
    if (shown < elements.count) text_append(t, t->length > start ? ",..." : "...");
}

static void append_message(text *t, const rclio_type *type, const void *message, const rclio_yaml_options *options)
{
    size_t start = t->length;
    bool empty = rclio_type_is_empty(type);
    for (size_t i = 0; i < type->field_count && !empty && !t->failed; i++) {
        const rclio_field *field = &type->fields[i];
        if (t->length > start) text_append_char(t, ',');
        if (field->shape == RCLIO_SINGLE)
            append_value(t, field, (const char *)message + field->offset, options);
        else
            append_sequence(t, field, message, options);
    }
}

char *rclio_message_to_csv(const rclio_type *type, const void *message, const char *field, const rclio_yaml_options *options)
{
    return message_part_text(type, message, field, options, append_message);
}
