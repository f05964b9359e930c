/* src/types/type.c: questions about a type descriptor (include/rclio/type.h). Threads: any. */
#include "rclio/type.h"

#include "base/text.h"
#include "types/definition.h"
#include "types/definition_value.h"

#include <stdio.h>
#include <string.h>

bool rclio_type_is_empty(const rclio_type *type)
{
    return type->kind == RCLIO_MESSAGE && type->field_count == 1 &&
           strcmp(type->fields[0].name, PLACEHOLDER_FIELD) == 0; /* TYP-5 */
}

const rclio_field *rclio_type_field(const rclio_type *type, const char *name)
{
    for (size_t i = 0; i < type->field_count; i++) {
        if (strcmp(type->fields[i].name, name) == 0) return &type->fields[i];
    }
    return NULL;
}

/* TYP-1 */
void rclio_type_hash_text(const rclio_type *type, char hex[RCLIO_TYPE_HASH_TEXT_SIZE])
{
    size_t length = (size_t)snprintf(hex, RCLIO_TYPE_HASH_TEXT_SIZE, "RIHS01_");
    for (size_t i = 0; i < sizeof type->hash; i++)
        length += (size_t)snprintf(hex + length, RCLIO_TYPE_HASH_TEXT_SIZE - length, "%02x", (unsigned)type->hash[i]);
}

/* "geometry_msgs/Point": without the folder when that is msg, as .msg files write it. */
static void append_nested_name(text *t, const char *name)
{
    const char *folder = strchr(name, '/');
    if (!folder || !starts_with(folder, "/msg/")) {
        text_append(t, name);
        return;
    }
    text_append_bytes(t, name, (size_t)(folder - name));
    text_append(t, folder + 4);
}

char *rclio_field_type_text(const rclio_field *field)
{
    text t;
    text_init(&t);
    if (field->base == RCLIO_NESTED)
        append_nested_name(&t, field->nested->name);
    else
        text_append(&t, field->is_char ? "char" : base_type_name(field->base));
    if (field->string_bound) text_append_format(&t, "<=%zu", field->string_bound);
    if (field->shape == RCLIO_ARRAY) text_append_format(&t, "[%zu]", field->capacity);
    if (field->shape == RCLIO_BOUNDED_SEQUENCE) text_append_format(&t, "[<=%zu]", field->capacity);
    if (field->shape == RCLIO_SEQUENCE) text_append(&t, "[]");
    return text_take(&t);
}
