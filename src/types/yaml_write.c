/* src/types/yaml_write.c: messages to YAML (rclio/yaml.h), in the form of PyYAML's dump().
 *
 *   YW1  Messages are block mappings, two spaces deeper each; sequences begin at the column of their key.
 *   YW2  flow_style puts sequences on one line, with the messages in them.
 * Threads: one owner of the message. */
#include "types/yaml_write.h"

#include "base/error.h"
#include "types/message_internal.h"
#include "types/python_text.h"
#include "types/text_locale.h"
#include "types/yaml_scalar.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct writer {
    text *out;
    const rclio_yaml_options *options;
    bool flow; /* within [] */
} writer;

static const char *summary_type(const rclio_field *field)
{
    static const char *const names[] = {
        [RCLIO_INT8] = "int8",     [RCLIO_UINT8] = "uint8",     [RCLIO_INT16] = "int16",  [RCLIO_UINT16] = "uint16",
        [RCLIO_INT32] = "int32",   [RCLIO_UINT32] = "uint32",   [RCLIO_INT64] = "int64",  [RCLIO_UINT64] = "uint64",
        [RCLIO_FLOAT32] = "float", [RCLIO_FLOAT64] = "double",  [RCLIO_BOOL] = "boolean", [RCLIO_BYTE] = "octet",
        [RCLIO_STRING] = "string", [RCLIO_WSTRING] = "wstring",
    };
    return field->base == RCLIO_NESTED ? field->nested->name : names[field->base];
}

void append_sequence_summary(text *t, const rclio_field *field, size_t count)
{
    const char *name = summary_type(field);
    if (field->shape == RCLIO_ARRAY)
        text_append_format(t, "<array type: %s[%zu]>", name, field->capacity);
    else if (field->shape == RCLIO_BOUNDED_SEQUENCE)
        text_append_format(t, "<sequence type: %s[%zu], length: %zu>", name, field->capacity, count);
    else
        text_append_format(t, "<sequence type: %s, length: %zu>", name, count);
}

static bool points_of_ascii(points *p, const char *string)
{
    points_fini(p);
    return points_from_utf8(p, string, strlen(string));
}

bool shown_points(points *p, const rclio_field *field, const void *element, const rclio_yaml_options *options)
{
    char summary[64];
    if (field->base == RCLIO_BYTE) return points_from_latin1(p, element, 1);
    if (!points_of_element(p, field, element)) return false;
    if (options->no_str) {
        snprintf(summary, sizeof summary, "<string length: <%zu>>", p->count);
        return points_of_ascii(p, summary);
    }
    if (!options->truncate_length || p->count <= options->truncate_length) return true;
    points cut;
    if (!points_from_utf8(&cut, "...", 3)) return false;
    uint32_t *longer = realloc(p->data, (options->truncate_length + 3) * sizeof *longer);
    if (longer) {
        p->data = longer;
        p->count = options->truncate_length + 3;
        memcpy(p->data + options->truncate_length, cut.data, 3 * sizeof *cut.data);
    } else {
        rclio_fail(RCLIO_NO_MEMORY, "no memory for a string");
    }
    points_fini(&cut);
    return longer != NULL;
}

size_t shown_count(size_t count, const rclio_yaml_options *options)
{
    return options->truncate_length && count > options->truncate_length ? options->truncate_length : count;
}

static void append_bare_part(text *t, const message_part *part)
{
    if (part->element)
        python_print_element(t, part->field, part->data);
    else
        python_print_field(t, part->field, part->data);
    text_append_char(t, '\n');
}

/* Python's repr(), with what YAML 1.1 needs to see a float: 1.0e+16, .nan */
static void write_float(text *t, double value)
{
    if (isnan(value) || isinf(value)) {
        text_append(t, isnan(value) ? ".nan" : value < 0 ? "-.inf" : ".inf");
        return;
    }
    text number;
    text_init(&number);
    python_double(&number, value);
    size_t exponent = strcspn(number.data, "e");
    text_append_bytes(t, number.data, exponent);
    if (number.data[exponent]) {
        if (!memchr(number.data, '.', exponent)) text_append(t, ".0");
        text_append(t, number.data + exponent);
    }
    if (number.failed) t->failed = true;
    text_fini(&number);
}

static void write_points(writer *w, points *p, bool made, size_t indent)
{
    if (made)
        yaml_write_string(w->out, p, indent, w->flow);
    else
        w->out->failed = true;
    points_fini(p);
}

static void write_scalar(writer *w, const rclio_field *field, const void *element, size_t indent)
{
    points p = {0};
    switch (field->base) {
    case RCLIO_FLOAT32: write_float(w->out, (double)*(const float *)element); break;
    case RCLIO_FLOAT64: write_float(w->out, *(const double *)element); break;
    case RCLIO_BOOL: text_append(w->out, element_unsigned(RCLIO_BOOL, element) ? "true" : "false"); break;
    case RCLIO_BYTE:
    case RCLIO_STRING:
    case RCLIO_WSTRING: write_points(w, &p, shown_points(&p, field, element, w->options), indent); break;
    default: python_integer(w->out, field->base, element); break;
    }
}

static void write_key(writer *w, const char *name)
{
    points p;
    write_points(w, &p, points_from_utf8(&p, name, strlen(name)), 0);
    text_append_char(w->out, ':');
}

static void write_block(writer *w, const rclio_type *type, const void *message, size_t indent, bool first_is_placed);
static void write_field_value(writer *w, const rclio_field *field, const void *message, size_t indent);

static void write_flow_message(writer *w, const rclio_type *type, const void *message, size_t indent)
{
    bool empty = rclio_type_is_empty(type);
    text_append_char(w->out, '{');
    for (size_t i = 0; i < type->field_count && !empty && !w->out->failed; i++) {
        if (i) text_append(w->out, ", ");
        write_key(w, type->fields[i].name);
        write_field_value(w, &type->fields[i], message, indent + 2);
    }
    text_append_char(w->out, '}');
}

static void write_flow_sequence(writer *w, const rclio_field *field, struct elements elements, size_t indent)
{
    size_t size = rclio_field_element_size(field), shown = shown_count(elements.count, w->options);
    bool outer = w->flow;
    w->flow = true;
    text_append(w->out, " [");
    for (size_t i = 0; i < shown && !w->out->failed; i++) {
        const char *element = elements.data + i * size;
        if (i) text_append(w->out, ", ");
        if (field->base == RCLIO_NESTED)
            write_flow_message(w, field->nested, element, indent + 2);
        else
            write_scalar(w, field, element, indent + 4);
    }
    text_append(w->out, shown < elements.count ? ", '...']" : "]");
    w->flow = outer;
}

static void write_block_sequence(writer *w, const rclio_field *field, struct elements elements, size_t indent)
{
    size_t size = rclio_field_element_size(field), shown = shown_count(elements.count, w->options);
    for (size_t i = 0; i < shown && !w->out->failed; i++) {
        const char *element = elements.data + i * size;
        text_append_char(w->out, '\n');
        text_append_repeated(w->out, ' ', indent);
        text_append(w->out, "- ");
        if (field->base == RCLIO_NESTED)
            write_block(w, field->nested, element, indent + 2, true);
        else
            write_scalar(w, field, element, indent + 2);
    }
    if (shown == elements.count) return;
    text_append_char(w->out, '\n');
    text_append_repeated(w->out, ' ', indent);
    text_append(w->out, "- '...'");
}

static void write_summary(writer *w, const rclio_field *field, size_t count)
{
    text summary;
    points p = {0};
    text_init(&summary);
    append_sequence_summary(&summary, field, count);
    text_append_char(w->out, ' ');
    write_points(w, &p, !summary.failed && points_from_utf8(&p, summary.data, summary.length), 0);
    text_fini(&summary);
}

/* What follows "key:". */
static void write_field_value(writer *w, const rclio_field *field, const void *message, size_t indent)
{
    struct elements elements = field_elements(field, message);
    if (field->shape == RCLIO_SINGLE) {
        bool block = field->base == RCLIO_NESTED && !w->flow && !rclio_type_is_empty(field->nested);
        if (!block) text_append_char(w->out, ' ');
        if (block)
            write_block(w, field->nested, elements.data, indent + 2, false);
        else if (field->base == RCLIO_NESTED)
            write_flow_message(w, field->nested, elements.data, indent);
        else
            write_scalar(w, field, elements.data, indent + 2);
    } else if (w->options->no_arr) {
        write_summary(w, field, elements.count);
    } else if (w->flow || w->options->flow_style || elements.count == 0) {
        write_flow_sequence(w, field, elements, indent);
    } else {
        write_block_sequence(w, field, elements, indent);
    }
}

/* The fields, each on a new line; the first where the writer is when `first_is_placed`. */
static void write_block(writer *w, const rclio_type *type, const void *message, size_t indent, bool first_is_placed)
{
    if (rclio_type_is_empty(type)) {
        text_append(w->out, "{}");
        return;
    }
    for (size_t i = 0; i < type->field_count && !w->out->failed; i++) {
        if (i || !first_is_placed) {
            text_append_char(w->out, '\n');
            text_append_repeated(w->out, ' ', indent);
        }
        write_key(w, type->fields[i].name);
        write_field_value(w, &type->fields[i], message, indent);
    }
}

static void write_whole(text *t, const rclio_type *type, const void *message, const rclio_yaml_options *options)
{
    writer w = {.out = t, .options = options};
    write_block(&w, type, message, 0, true);
}

char *message_part_text(const rclio_type *type, const void *message, const char *field, const rclio_yaml_options *options,
                        write_message_fn *write)
{
    static const rclio_yaml_options defaults;
    message_part part;
    text out;
    if (message_part_find(&part, type, message, field) != RCLIO_OK) return NULL;
    text_init(&out);
    text_locale locale = text_locale_enter();
    if (part.type) {
        write(&out, part.type, part.data, options ? options : &defaults);
        text_append_char(&out, '\n');
    } else {
        append_bare_part(&out, &part);
    }
    text_locale_leave(&locale);
    return text_take(&out);
}

char *rclio_message_to_yaml(const rclio_type *type, const void *message, const char *field, const rclio_yaml_options *options)
{
    return message_part_text(type, message, field, options, write_whole);
}
