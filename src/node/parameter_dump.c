/* src/node/parameter_dump.c: parameters as the YAML of a parameter file, in the form of `ros2 param dump`.
 *
 *   PD1  Groups nest, names are sorted part by part, as PyYAML's dump() of nested dictionaries.
 *   PD2  A string that a parameter file would read as something else is in quotes, also where PyYAML would not need them (PAR-9).
 * Threads: any. Tests: tests/node/test_parameter_file.c. */
#include "base/error.h"
#include "node/parameter_scalar.h"
#include "node/parameter_value.h"
#include "types/python_text.h"
#include "types/yaml_scalar.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_LEVEL = 2 }; /* below the node and ros__parameters */

static bool reads_as_string(const char *word)
{
    rclio_parameter_value value;
    yaml_event_t event = {.type = YAML_SCALAR_EVENT};
    event.data.scalar.value = (yaml_char_t *)(uintptr_t)word;
    event.data.scalar.length = strlen(word);
    event.data.scalar.style = YAML_PLAIN_SCALAR_STYLE;
    if (parameter_scalar_read(&event, &value) != RCLIO_OK) return false;
    bool is_string = value.type == RCLIO_PARAMETER_STRING;
    rclio_parameter_value_fini(&value);
    return is_string;
}

/* `among_strings`: in a list with a string that is no letter, where a letter is a string too (parameter_elements_add). */
static void put_string(text *t, const char *string, size_t indent, bool among_strings)
{
    points p;
    size_t before = t->length;
    if (!points_from_utf8(&p, string, strlen(string))) {
        t->failed = true;
        return;
    }
    yaml_write_string(t, &p, indent, false);
    points_fini(&p);
    if (strcmp(t->data + before, string) != 0 || reads_as_string(string)) return; /* PD2 */
    if (among_strings && parameter_is_letter_of_bool(string)) return;
    text_truncate(t, before);
    text_append_format(t, "'%s'", string); /* a number or a bool: it has no quotes in it */
}

static void put_double(text *t, double value)
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
    if (number.data[exponent] && !memchr(number.data, '.', exponent)) text_append(t, ".0"); /* YAML 1.1 needs the point */
    text_append(t, number.data + exponent);
    if (number.failed) t->failed = true;
    text_fini(&number);
}

static void put_byte(text *t, uint8_t byte, size_t indent)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    text_append(t, "!!binary |\n");
    text_append_repeated(t, ' ', indent);
    text_append_format(t, "%c%c==", digits[byte >> 2], digits[(byte & 3) << 4]);
}

static bool has_other_strings(const rclio_parameter_value *value)
{
    for (size_t i = 0; i < value->count; i++)
        if (!parameter_is_letter_of_bool(value->strings[i])) return true;
    return false;
}

static void put_element(text *t, const rclio_parameter_value *value, size_t i, size_t indent, bool among_strings)
{
    switch (value->type) {
    case RCLIO_PARAMETER_BYTES: put_byte(t, value->bytes[i], indent + 2); break;
    case RCLIO_PARAMETER_BOOLS: text_append(t, value->booleans[i] ? "true" : "false"); break;
    case RCLIO_PARAMETER_INTEGERS: text_append_format(t, "%" PRId64, value->integers[i]); break;
    case RCLIO_PARAMETER_DOUBLES: put_double(t, value->reals[i]); break;
    default: put_string(t, value->strings[i], indent + 2, among_strings); break;
    }
}

/* What stands behind the key's colon. */
static void put_value(text *t, const rclio_parameter_value *value, size_t indent)
{
    if (parameter_type_is_array(value->type)) {
        bool among_strings = value->type == RCLIO_PARAMETER_STRINGS && has_other_strings(value);
        if (!value->count)
            text_append(t, " []\n");
        else
            text_append_char(t, '\n');
        for (size_t i = 0; i < value->count; i++) {
            text_append_repeated(t, ' ', indent);
            text_append(t, "- ");
            put_element(t, value, i, indent, among_strings);
            text_append_char(t, '\n');
        }
        return;
    }
    text_append_char(t, ' ');
    switch (value->type) {
    case RCLIO_PARAMETER_BOOL: text_append(t, value->boolean ? "true" : "false"); break;
    case RCLIO_PARAMETER_INTEGER: text_append_format(t, "%" PRId64, value->integer); break;
    case RCLIO_PARAMETER_DOUBLE: put_double(t, value->real); break;
    default: put_string(t, value->string, indent + 2, false); break;
    }
    text_append_char(t, '\n');
}

/* Part by part: "a.b" comes before "a-b". */
static int compare(const void *left, const void *right)
{
    const char *a = (*(const rclio_parameter *const *)left)->name, *b = (*(const rclio_parameter *const *)right)->name;
    while (*a && *a == *b) a++, b++;
    int first = *a == '.' ? 1 : *a ? (unsigned char)*a + 1 : 0, second = *b == '.' ? 1 : *b ? (unsigned char)*b + 1 : 0;
    return first - second;
}

static void put_key(text *t, const char *key, size_t length, size_t level)
{
    char *copy = copy_bytes(key, length);
    text_append_repeated(t, ' ', 2 * level);
    if (copy)
        put_string(t, copy, 2 * level + 2, true);
    else
        t->failed = true;
    text_append_char(t, ':');
    free(copy);
}

/* A name like "a..b" or ".a" has a part that no key can be: it is one key. */
static bool has_empty_part(const char *name)
{
    return *name == '.' || strstr(name, "..") || ends_with(name, ".");
}

/* The parts of `name` that `previous` does not have already, then the value. */
static void put_parameter(text *t, const char *previous, const rclio_parameter *parameter)
{
    const char *name = parameter->name, *dot;
    size_t level = FIRST_LEVEL;
    bool same = true; /* as the previous one so far */
    for (; !has_empty_part(parameter->name) && (dot = strchr(name, '.')); name = dot + 1, level++) {
        size_t length = (size_t)(dot - name) + 1, offset = (size_t)(name - parameter->name);
        same = same && strlen(previous) >= offset + length && memcmp(previous + offset, name, length) == 0;
        if (same) continue;
        put_key(t, name, length - 1, level);
        text_append_char(t, '\n');
    }
    put_key(t, name, strlen(name), level);
    put_value(t, &parameter->value, 2 * level);
}

char *rclio_parameters_to_yaml(const char *node_full_name, const rclio_parameter_list *list)
{
    const rclio_parameter **sorted = calloc(list->size ? list->size : 1, sizeof *sorted);
    size_t count = 0;
    const char *previous = "";
    text t;
    if (!sorted) return rclio_fail_null(RCLIO_NO_MEMORY, "out of memory for %zu parameters", list->size);
    for (size_t i = 0; i < list->size; i++)
        if (list->data[i].value.type != RCLIO_PARAMETER_NOT_SET) sorted[count++] = &list->data[i];
    qsort(sorted, count, sizeof *sorted, compare); /* PD1 */
    text_init(&t);
    text_append_format(&t, "%s:\n  ros__parameters:%s\n", node_full_name, count ? "" : " {}");
    for (size_t i = 0; i < count; i++) {
        put_parameter(&t, previous, sorted[i]);
        previous = has_empty_part(sorted[i]->name) ? "" : sorted[i]->name;
    }
    free(sorted);
    return text_take(&t);
}
