/* src/node/parameter_value.c: values, and lists of named ones: copying, comparing, printing. See include/rclio/parameter.h.
 *
 *   PV1  A copy of a string or of an array is one block; that of strings begins with its pointers, so that one free() ends it.
 * Tests: tests/node/test_parameter_value.c. */
#include "node/parameter_value.h"

#include "base/array.h"
#include "base/error.h"
#include "base/text.h"
#include "types/python_text.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static const struct parameter_kind {
    const char *name, *python;
    size_t element; /* size of an array's element; 0: no array */
} kinds[] = {
    [RCLIO_PARAMETER_NOT_SET] = {"not set", "NOT_SET", 0},
    [RCLIO_PARAMETER_BOOL] = {"boolean", "BOOL", 0},
    [RCLIO_PARAMETER_INTEGER] = {"integer", "INTEGER", 0},
    [RCLIO_PARAMETER_DOUBLE] = {"double", "DOUBLE", 0},
    [RCLIO_PARAMETER_STRING] = {"string", "STRING", 0},
    [RCLIO_PARAMETER_BYTES] = {"byte array", "BYTE_ARRAY", sizeof(uint8_t)},
    [RCLIO_PARAMETER_BOOLS] = {"boolean array", "BOOL_ARRAY", sizeof(bool)},
    [RCLIO_PARAMETER_INTEGERS] = {"integer array", "INTEGER_ARRAY", sizeof(int64_t)},
    [RCLIO_PARAMETER_DOUBLES] = {"double array", "DOUBLE_ARRAY", sizeof(double)},
    [RCLIO_PARAMETER_STRINGS] = {"string array", "STRING_ARRAY", sizeof(char *)},
};

static bool is_known(rclio_parameter_type type)
{
    return (size_t)type < sizeof kinds / sizeof *kinds;
}

const char *rclio_parameter_type_name(rclio_parameter_type type)
{
    return is_known(type) ? kinds[type].name : "unknown type";
}

const char *parameter_type_python(rclio_parameter_type type)
{
    return is_known(type) ? kinds[type].python : "unknown type";
}

bool parameter_type_is_array(rclio_parameter_type type)
{
    return is_known(type) && kinds[type].element;
}

/* A program's NULL is an empty string, in an array as alone. */
static const char *or_empty(const char *string)
{
    return string ? string : "";
}

static const char *const *copy_strings(const char *const *strings, size_t count) /* PV1 */
{
    size_t size = count * sizeof *strings;
    for (size_t i = 0; i < count; i++) size += strlen(or_empty(strings[i])) + 1;
    char **copy = malloc(size ? size : 1);
    char *at = copy ? (char *)(copy + count) : NULL;
    for (size_t i = 0; copy && i < count; i++) {
        size_t length = strlen(or_empty(strings[i])) + 1;
        copy[i] = memcpy(at, or_empty(strings[i]), length);
        at += length;
    }
    return (const char *const *)copy;
}

static void *copy_elements(const void *elements, size_t size)
{
    void *copy = malloc(size ? size : 1);
    if (copy && size) memcpy(copy, elements, size);
    return copy;
}

rclio_status rclio_parameter_value_copy(const rclio_parameter_value *source, rclio_parameter_value *target)
{
    const rclio_parameter_value copy = *source;
    *target = (rclio_parameter_value){0};
    if (!is_known(source->type))
        return rclio_fail(RCLIO_INVALID, "a parameter value has the type %d, which does not exist", (int)source->type);
    if (kinds[source->type].element && source->count && !source->bytes)
        return rclio_fail(RCLIO_INVALID, "a parameter value is said to have %zu elements, but they are NULL", source->count);
    bool needs_memory = source->type == RCLIO_PARAMETER_STRING || kinds[source->type].element;
    void *memory = NULL;
    if (source->type == RCLIO_PARAMETER_STRING)
        memory = copy_elements(or_empty(source->string), strlen(or_empty(source->string)) + 1);
    else if (source->type == RCLIO_PARAMETER_STRINGS)
        memory = (void *)(uintptr_t)copy_strings(source->strings, source->count);
    else if (needs_memory)
        memory = copy_elements(source->bytes, source->count * kinds[source->type].element);
    if (needs_memory && !memory) return rclio_fail(RCLIO_NO_MEMORY, "out of memory for a parameter's value");
    *target = copy;
    if (memory) target->bytes = memory;
    return RCLIO_OK;
}

void rclio_parameter_value_fini(rclio_parameter_value *value)
{
    if (!value) return;
    if (value->type == RCLIO_PARAMETER_STRING || parameter_type_is_array(value->type)) free((void *)(uintptr_t)value->bytes);
    *value = (rclio_parameter_value){0};
} /* NOLINT(clang-analyzer-unix.Malloc): it does not follow that only these types have memory */

static bool strings_equal(const rclio_parameter_value *a, const rclio_parameter_value *b)
{
    for (size_t i = 0; i < a->count; i++)
        if (strcmp(a->strings[i], b->strings[i]) != 0) return false;
    return true;
}

bool rclio_parameter_value_equal(const rclio_parameter_value *a, const rclio_parameter_value *b)
{
    if (a->type != b->type || !is_known(a->type)) return false;
    switch (a->type) {
    case RCLIO_PARAMETER_NOT_SET: return true;
    case RCLIO_PARAMETER_BOOL: return a->boolean == b->boolean;
    case RCLIO_PARAMETER_INTEGER: return a->integer == b->integer;
    case RCLIO_PARAMETER_DOUBLE: return (isnan(a->real) && isnan(b->real)) || (a->real <= b->real && a->real >= b->real);
    case RCLIO_PARAMETER_STRING: return strcmp(a->string, b->string) == 0;
    case RCLIO_PARAMETER_STRINGS: return a->count == b->count && strings_equal(a, b);
    default: return a->count == b->count && (!a->count || memcmp(a->bytes, b->bytes, a->count * kinds[a->type].element) == 0);
    }
}

/* ---- text ---- */

static void append_string(text *t, const char *string)
{
    points p;
    if (!points_from_utf8(&p, string, strlen(string))) {
        text_append_format(t, "'%s'", string);
        return;
    }
    python_string(t, &p);
    points_fini(&p);
}

static void append_element(text *t, const rclio_parameter_value *value, size_t i)
{
    switch (value->type) {
    case RCLIO_PARAMETER_BYTES: python_bytes(t, &value->bytes[i], 1); break;
    case RCLIO_PARAMETER_BOOLS: text_append(t, value->booleans[i] ? "True" : "False"); break;
    case RCLIO_PARAMETER_INTEGERS: text_append_format(t, "%" PRId64, value->integers[i]); break;
    case RCLIO_PARAMETER_DOUBLES: python_double(t, value->reals[i]); break;
    default: append_string(t, value->strings[i]); break;
    }
}

void parameter_value_append(text *t, const rclio_parameter_value *value)
{
    switch (value->type) {
    case RCLIO_PARAMETER_NOT_SET: text_append(t, "None"); return;
    case RCLIO_PARAMETER_BOOL: text_append(t, value->boolean ? "True" : "False"); return;
    case RCLIO_PARAMETER_INTEGER: text_append_format(t, "%" PRId64, value->integer); return;
    case RCLIO_PARAMETER_DOUBLE: python_double(t, value->real); return;
    case RCLIO_PARAMETER_STRING: text_append(t, value->string); return;
    default: break;
    }
    text_append_char(t, '[');
    for (size_t i = 0; parameter_type_is_array(value->type) && i < value->count; i++) {
        if (i) text_append(t, ", ");
        append_element(t, value, i);
    }
    text_append_char(t, ']');
}

char *rclio_parameter_value_text(const rclio_parameter_value *value)
{
    text t;
    text_init(&t);
    parameter_value_append(&t, value);
    return text_take(&t);
}

/* ---- lists, results, names, descriptors ---- */

rclio_status parameter_list_take(rclio_parameter_list *list, const char *name, rclio_parameter_value *value)
{
    rclio_parameter added = {.name = copy_string(name), .value = *value};
    if (added.name && array_append(list, added)) {
        *value = (rclio_parameter_value){0};
        return RCLIO_OK;
    }
    free((void *)(uintptr_t)added.name);
    rclio_parameter_value_fini(value);
    return rclio_error_status();
}

rclio_status rclio_parameter_list_add(rclio_parameter_list *list, const char *name, rclio_parameter_value value)
{
    rclio_parameter_value copy;
    if (rclio_parameter_value_copy(&value, &copy) != RCLIO_OK) return rclio_error_status();
    return parameter_list_take(list, name, &copy);
}

rclio_status parameter_list_put(rclio_parameter_list *list, const char *name, rclio_parameter_value value)
{
    for (size_t i = 0; i < list->size; i++) {
        if (strcmp(list->data[i].name, name) != 0) continue;
        rclio_parameter_value copy;
        if (rclio_parameter_value_copy(&value, &copy) != RCLIO_OK) return rclio_error_status();
        rclio_parameter_value_fini(&list->data[i].value);
        list->data[i].value = copy;
        return RCLIO_OK;
    }
    return rclio_parameter_list_add(list, name, value);
}

void rclio_parameter_list_remove(rclio_parameter_list *list, size_t index)
{
    if (index >= list->size) return;
    free((void *)(uintptr_t)list->data[index].name);
    rclio_parameter_value_fini(&list->data[index].value);
    memmove(&list->data[index], &list->data[index + 1], (list->size - index - 1) * sizeof *list->data);
    list->size--;
}

void rclio_parameter_list_fini(rclio_parameter_list *list)
{
    if (!list) return;
    for (size_t i = 0; i < list->size; i++) {
        free((void *)(uintptr_t)list->data[i].name);
        rclio_parameter_value_fini(&list->data[i].value);
    }
    free(list->data);
    *list = (rclio_parameter_list){0};
}

const rclio_parameter_value *rclio_parameter_list_find(const rclio_parameter_list *list, const char *name)
{
    for (size_t i = list->size; i > 0; i--)
        if (strcmp(list->data[i - 1].name, name) == 0) return &list->data[i - 1].value;
    return NULL;
}

void rclio_parameter_results_fini(rclio_parameter_results *results)
{
    if (!results) return;
    for (size_t i = 0; i < results->size; i++) free(results->data[i].reason);
    free(results->data);
    *results = (rclio_parameter_results){0};
}

static void free_strings(char **strings, size_t count)
{
    for (size_t i = 0; i < count; i++) free(strings[i]);
    free(strings);
}

void rclio_parameter_names_fini(rclio_parameter_names *names)
{
    if (!names) return;
    free_strings(names->names, names->name_count);
    free_strings(names->prefixes, names->prefix_count);
    *names = (rclio_parameter_names){0};
}

void rclio_parameter_descriptor_fini(rclio_parameter_descriptor *descriptor)
{
    if (!descriptor) return;
    free((void *)(uintptr_t)descriptor->name);
    free((void *)(uintptr_t)descriptor->description);
    free((void *)(uintptr_t)descriptor->additional_constraints);
    *descriptor = (rclio_parameter_descriptor){0};
}

rclio_status parameter_descriptor_copy(const rclio_parameter_descriptor *source, const char *name,
                                       rclio_parameter_descriptor *target)
{
    *target = *source;
    target->name = copy_string(name);
    target->description = copy_string(source->description ? source->description : "");
    target->additional_constraints = copy_string(source->additional_constraints ? source->additional_constraints : "");
    if (target->name && target->description && target->additional_constraints) return RCLIO_OK;
    rclio_parameter_descriptor_fini(target);
    return rclio_error_status();
}

rclio_status rclio_parameter_refuse(const char *reason, ...)
{
    va_list args;
    text t;
    text_init(&t);
    va_start(args, reason);
    text_append_args(&t, reason, args);
    va_end(args);
    rclio_error_set(RCLIO_INVALID, t.data);
    text_fini(&t);
    return RCLIO_INVALID;
}
