/* src/node/parameter_dump.c: parameters as the YAML of a parameter file, in the form of `ros2 param dump`.
 *
 *   PD1  Groups nest, names are sorted part by part, as PyYAML's dump() of nested dictionaries.
 *   PD2  A string that a parameter file would read as something else is in quotes, also where PyYAML would not need them (PAR-9).
 *   PD3  A group has no value of its own, and a key cannot be empty: below a parameter `a`, and in "a..b", the rest of the name is one key
 *        with dots in it, `a.b`, which reads back as the same name.
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

/* U+0085 is a line break for YAML: what PyYAML writes comes back with a blank for it, in PyYAML too (PD2). */
static bool has_next_line(const points *p)
{
    for (size_t i = 0; i < p->count; i++)
        if (p->data[i] == 0x85) return true;
    return false;
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
    if (has_next_line(&p))
        yaml_write_double_quoted(t, &p);
    else
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

typedef struct dump {
    text yaml, groups; /* groups: that are open, "a.b." */
    const rclio_parameter **sorted;
    size_t count;
} dump;

static bool is_parameter(const dump *d, const char *name, size_t length)
{
    char *copy = copy_bytes(name, length);
    const rclio_parameter wanted = {.name = copy}, *key = &wanted;
    bool found = copy && bsearch(&key, d->sorted, d->count, sizeof *d->sorted, compare);
    free(copy);
    return found;
}

/* The length of the group in `name` from `start` on, without its dot; 0: the rest is one key (PD3). */
static size_t group_length(const dump *d, const char *name, size_t start)
{
    size_t length = strcspn(name + start, "."), end = start + length;
    return length && name[end] && name[end + 1] && !is_parameter(d, name, end) ? length : 0;
}

static void put_parameter(dump *d, const rclio_parameter *parameter)
{
    const char *name = parameter->name;
    size_t level = FIRST_LEVEL, start = 0, length;
    for (; (length = group_length(d, name, start)) > 0; start += length + 1, level++) {
        size_t end = start + length + 1;
        if (d->groups.length >= end && memcmp(d->groups.data, name, end) == 0) continue; /* it is open */
        text_truncate(&d->groups, start);
        text_append_bytes(&d->groups, name + start, length + 1);
        put_key(&d->yaml, name + start, length, level);
        text_append_char(&d->yaml, '\n');
    }
    text_truncate(&d->groups, start);
    put_key(&d->yaml, name + start, strlen(name + start), level);
    put_value(&d->yaml, &parameter->value, 2 * level);
}

char *rclio_parameters_to_yaml(const char *node_full_name, const rclio_parameter_list *list)
{
    dump d = {.sorted = calloc(list->size ? list->size : 1, sizeof *d.sorted)};
    if (!d.sorted) return rclio_fail_null(RCLIO_NO_MEMORY, "out of memory for %zu parameters", list->size);
    for (size_t i = 0; i < list->size; i++)
        if (list->data[i].value.type != RCLIO_PARAMETER_NOT_SET) d.sorted[d.count++] = &list->data[i];
    qsort(d.sorted, d.count, sizeof *d.sorted, compare); /* PD1 */
    text_init(&d.yaml);
    text_init(&d.groups);
    text_append_format(&d.yaml, "%s:\n  ros__parameters:%s\n", node_full_name, d.count ? "" : " {}");
    for (size_t i = 0; i < d.count; i++) put_parameter(&d, d.sorted[i]);
    if (d.groups.failed) d.yaml.failed = true;
    text_fini(&d.groups);
    free(d.sorted);
    return text_take(&d.yaml);
}
