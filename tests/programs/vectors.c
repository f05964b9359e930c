/* tests/programs/vectors.c: see vectors.h. */
#include "vectors.h"

#include "base/error.h"
#include "types/runtime_utf16.h"

#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *vectors_folder(int argc, char **argv)
{
    static char folder[4096];
    const char *reference = getenv("RCLIO_REFERENCE");
    if (argc > 1) return argv[1];
    if (reference && *reference) {
        snprintf(folder, sizeof folder, "%s/cdr", reference);
    } else {
        snprintf(folder, sizeof folder, "%s/../shared/reference/cdr", RCLIO_SOURCE_DIR);
    }
    return folder;
}

static int hex_digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static uint8_t *read_hex(const json *text, size_t *size)
{
    if (!text || text->kind != JSON_STRING || text->size % 2) return NULL;
    uint8_t *bytes = malloc(text->size / 2 + 1);
    for (size_t i = 0; bytes && i < text->size / 2; i++) {
        int high = hex_digit(text->text[2 * i]), low = hex_digit(text->text[2 * i + 1]);
        if (high < 0 || low < 0) {
            free(bytes);
            return NULL;
        }
        bytes[i] = (uint8_t)(high << 4 | low);
    }
    *size = text->size / 2;
    return bytes;
}

static bool visit_line(const char *where, const char *line, void (*visit)(const vector *v, void *arg), void *arg)
{
    json *object = json_read(line);
    const json *type = json_member(object, "type"), *value = json_member(object, "value");
    vector v = {.where = where, .type = type ? type->text : NULL, .value = value};
    uint8_t *bytes = read_hex(json_member(object, "cdr"), &v.size);
    bool good = v.type && value && bytes;
    v.bytes = bytes;
    if (good) visit(&v, arg);
    if (!good) fprintf(stderr, "%s: not a vector\n", where);
    free(bytes);
    json_free(object);
    return good;
}

static bool visit_file(const char *folder, const char *name, void (*visit)(const vector *v, void *arg), void *arg)
{
    char path[4096], where[600], *line = NULL;
    size_t capacity = 0;
    bool good = true;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "r");
    if (!file) {
        fprintf(stderr, "%s: cannot be read\n", path);
        return false;
    }
    for (unsigned number = 1; getline(&line, &capacity, file) > 0; number++) {
        snprintf(where, sizeof where, "%s:%u", name, number);
        if (!visit_line(where, line, visit, arg)) good = false;
    }
    free(line);
    fclose(file);
    return good;
}

static int is_vectors_file(const struct dirent *entry)
{
    size_t length = strlen(entry->d_name);
    return length > 6 && strcmp(entry->d_name + length - 6, ".jsonl") == 0;
}

bool vectors_each(const char *folder, void (*visit)(const vector *v, void *arg), void *arg)
{
    struct dirent **names;
    bool good = true;
    int count = scandir(folder, &names, is_vectors_file, alphasort);
    for (int i = 0; i < count; i++) {
        if (!visit_file(folder, names[i]->d_name, visit, arg)) good = false;
        free(names[i]);
    }
    if (count >= 0) free(names);
    if (count > 0) return good;
    fprintf(stderr, "%s: no vectors there (*.jsonl): name their folder as the argument, or set RCLIO_REFERENCE\n", folder);
    return false;
}

static double read_float(const json *value, bool *has_nan)
{
    const json *special = json_member(value, "__float__");
    if (!special) return strtod(value->text, NULL);
    if (strcmp(special->text, "nan") != 0) return special->text[0] == '-' ? -HUGE_VAL : HUGE_VAL;
    *has_nan = true;
    return NAN;
}

static bool fill_string(const json *value, void *element)
{
    return value->kind == JSON_STRING && rosidl_runtime_c__String__assignn(element, value->text, value->size);
}

static bool fill_wstring(const json *value, void *element)
{
    rosidl_runtime_c__U16String *string = element;
    if (value->kind != JSON_STRING) return false;
    if (!rosidl_runtime_c__U16String__resize(string, utf16_from_utf8(value->text, value->size, NULL))) return false;
    utf16_from_utf8(value->text, value->size, string->data);
    return true;
}

static rclio_status fill_number(const rclio_field *field, const json *value, void *element, bool *has_nan)
{
    bool is_float = field->base == RCLIO_FLOAT32 || field->base == RCLIO_FLOAT64;
    if (value->kind != JSON_NUMBER && value->kind != JSON_TRUE && value->kind != JSON_FALSE && !(is_float && value->first)) {
        return rclio_fail(RCLIO_INVALID, "field '%s': no number", field->name);
    }
    if (field->base == RCLIO_FLOAT64) *(double *)element = read_float(value, has_nan);
    if (field->base == RCLIO_FLOAT32) *(float *)element = (float)read_float(value, has_nan);
    if (field->base == RCLIO_BOOL) *(bool *)element = value->kind == JSON_TRUE;
    if (is_float || field->base == RCLIO_BOOL) return RCLIO_OK;
    uint64_t number = value->text[0] == '-' ? (uint64_t)strtoll(value->text, NULL, 10) : strtoull(value->text, NULL, 10);
    size_t width = rclio_field_element_size(field);
    if (width == 1) *(uint8_t *)element = (uint8_t)number;
    if (width == 2) *(uint16_t *)element = (uint16_t)number;
    if (width == 4) *(uint32_t *)element = (uint32_t)number;
    if (width == 8) *(uint64_t *)element = number;
    return RCLIO_OK;
}

static rclio_status fill_element(const rclio_field *field, const json *value, void *element, bool *has_nan)
{
    if (field->base == RCLIO_NESTED) return vector_fill(field->nested, value, element, has_nan);
    if (field->base != RCLIO_STRING && field->base != RCLIO_WSTRING) return fill_number(field, value, element, has_nan);
    bool done = field->base == RCLIO_STRING ? fill_string(value, element) : fill_wstring(value, element);
    return done ? RCLIO_OK : rclio_fail(RCLIO_INVALID, "field '%s': no string", field->name);
}

static rclio_status fill_field(const rclio_field *field, const json *value, void *message, bool *has_nan)
{
    if (field->shape == RCLIO_SINGLE) return fill_element(field, value, rclio_field_element(field, message, 0), has_nan);
    rclio_status status = rclio_field_resize(field, message, json_count(value));
    size_t index = 0;
    for (const json *each = value->first; status == RCLIO_OK && each; each = each->next, index++) {
        status = fill_element(field, each, rclio_field_element(field, message, index), has_nan);
    }
    return status;
}

rclio_status vector_fill(const rclio_type *type, const json *value, void *message, bool *has_nan)
{
    size_t used = 0;
    for (size_t i = 0; i < type->field_count; i++) {
        const json *member = json_member(value, type->fields[i].name);
        if (!member && strcmp(type->fields[i].name, "structure_needs_at_least_one_member") == 0) continue;
        if (!member) return rclio_fail(RCLIO_INVALID, "%s: field '%s' has no value", type->name, type->fields[i].name);
        rclio_status status = fill_field(&type->fields[i], member, message, has_nan);
        if (status) return rclio_error_add("%s", type->name);
        used++;
    }
    if (used == json_count(value)) return RCLIO_OK;
    return rclio_fail(RCLIO_INVALID, "%s: the vector has other fields", type->name);
}
