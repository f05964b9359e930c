/* src/types/yaml_path.c: see yaml_path.h. */
#include "types/yaml_path.h"

#include "base/error.h"
#include "base/text.h"
#include "types/message_internal.h"
#include "types/python_text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static const char *part_type_name(const message_part *part)
{
    if (part->type) {
        const char *slash = strrchr(part->type->name, '/');
        return slash ? slash + 1 : part->type->name;
    }
    return part->element ? python_element_type(part->field) : python_field_type(part->field);
}

static const rclio_field *find_field(const rclio_type *type, const char *name, size_t length)
{
    for (size_t i = 0; i < type->field_count && !rclio_type_is_empty(type); i++)
        if (strlen(type->fields[i].name) == length && memcmp(type->fields[i].name, name, length) == 0) return &type->fields[i];
    return NULL;
}

static rclio_status enter_field(message_part *part, const char *name, size_t length)
{
    const rclio_field *field = part->type ? find_field(part->type, name, length) : NULL;
    if (!field)
        return rclio_fail(RCLIO_NOT_FOUND, "'%s' object has no attribute '%.*s'", part_type_name(part), (int)length, name);
    part->field = field;
    part->element = false;
    part->type = NULL;
    if (field->base == RCLIO_NESTED && field->shape == RCLIO_SINGLE) {
        part->type = field->nested;
        part->element = true;
        part->data = (const char *)part->data + field->offset;
    }
    return RCLIO_OK;
}

static rclio_status enter_element(message_part *part, const char *digits, const char **end)
{
    char *after = NULL;
    bool sequence = part->field && !part->element && part->field->shape != RCLIO_SINGLE;
    if (!sequence) return rclio_fail(RCLIO_NOT_FOUND, "'%s' object is not subscriptable", part_type_name(part));
    unsigned long long index = isdigit((unsigned char)*digits) ? strtoull(digits, &after, 10) : 0;
    if (!after || *after != ']') return rclio_fail(RCLIO_NOT_FOUND, "'[%s' is not an index: it must be a number in [ ]", digits);
    struct elements elements = field_elements(part->field, part->data);
    if (index >= elements.count)
        return rclio_fail(RCLIO_NOT_FOUND, "index %llu of '%s' is out of range: it has %zu elements", index, part->field->name,
                          elements.count);
    part->data = elements.data + index * rclio_field_element_size(part->field);
    part->element = true;
    part->type = part->field->base == RCLIO_NESTED ? part->field->nested : NULL;
    *end = after + 1;
    return RCLIO_OK;
}

rclio_status message_part_find(message_part *part, const rclio_type *type, const void *message, const char *path)
{
    rclio_status status = RCLIO_OK;
    *part = (message_part){.type = type, .data = message};
    if (!path || !*path) return RCLIO_OK;
    while (status == RCLIO_OK) {
        size_t length = strcspn(path, ".[");
        status = enter_field(part, path, length);
        path += length;
        while (status == RCLIO_OK && *path == '[') status = enter_element(part, path + 1, &path);
        if (status != RCLIO_OK || !*path) break;
        if (*path++ != '.') return rclio_fail(RCLIO_NOT_FOUND, "'%s' does not begin with '.' or '['", path - 1);
    }
    return status;
}
