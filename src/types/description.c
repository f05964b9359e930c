/* src/types/description.c: rclio_types_describe(): a type as a TypeDescription message (TYP-4).
 *
 *   DE1  The message is reached through its own descriptor, as any message is: the struct's layout is nowhere repeated.
 * Threads: any. */
#include "base/error.h"
#include "rclio/types.h"
#include "types/description_default.h"
#include "types/hash.h"
#include "types/object.h"

#include <stdlib.h>
#include <string.h>

static rclio_status resize(struct object of, const char *name, size_t count)
{
    const rclio_field *field = of.message ? rclio_type_field(of.type, name) : NULL;
    if (field) return rclio_field_resize(field, of.message, count);
    return of.message ? rclio_fail(RCLIO_BAD_DATA, "type '%s' has no field '%s' of the kind that rclio was made with",
                                   of.type->name, name)
                      : rclio_error_status();
}

static rclio_status set_text(struct object of, const char *name, const char *value)
{
    rosidl_runtime_c__String *string = object_member(of, name, RCLIO_STRING, 0).message;
    if (!string) return rclio_error_status();
    if (rosidl_runtime_c__String__assign(string, value)) return RCLIO_OK;
    return rclio_fail(RCLIO_NO_MEMORY, "out of memory for a type description");
}

static rclio_status set_number(struct object of, const char *name, uint64_t value)
{
    uint64_t *number = object_member(of, name, RCLIO_UINT64, 0).message;
    if (!number) return rclio_error_status();
    *number = value;
    return RCLIO_OK;
}

static rclio_status describe_field_type(struct object target, const described_field *field)
{
    uint8_t *id = object_member(target, "type_id", RCLIO_UINT8, 0).message;
    if (!id) return rclio_error_status();
    *id = field->type_id; /* TYP-2 */
    rclio_status status = set_number(target, "capacity", field->capacity);
    if (!status) status = set_number(target, "string_capacity", field->string_capacity);
    return status ? status : set_text(target, "nested_type_name", field->nested ? field->nested->name : "");
}

static rclio_status describe_default(struct object target, const rclio_field *field)
{
    text value;
    text_init(&value);
    append_default(&value, field);
    rclio_status status = value.failed ? rclio_fail(RCLIO_NO_MEMORY, "out of memory for a type description")
                                       : set_text(target, "default_value", value.data);
    text_fini(&value);
    return status;
}

/* Fills an IndividualTypeDescription. */
static rclio_status describe_one(struct object target, const rclio_type *type)
{
    size_t count = described_count(type);
    rclio_status status = set_text(target, "type_name", type->name);
    if (!status) status = resize(target, "fields", count);
    for (size_t i = 0; !status && i < count; i++) {
        described_field field = described_at(type, i);
        struct object element = object_member(target, "fields", RCLIO_NESTED, i);
        status = set_text(element, "name", field.name);
        if (!status) status = describe_field_type(object_member(element, "type", RCLIO_NESTED, 0), &field);
        if (!status && field.field) status = describe_default(element, field.field);
    }
    return status;
}

/* TYP-4 */
static rclio_status describe(struct object target, const rclio_type *type)
{
    type_references references;
    rclio_status status = type_references_collect(type, &references);
    if (!status) status = describe_one(object_member(target, "type_description", RCLIO_NESTED, 0), type);
    if (!status) status = resize(target, "referenced_type_descriptions", references.size);
    for (size_t i = 0; !status && i < references.size; i++)
        status = describe_one(object_member(target, "referenced_type_descriptions", RCLIO_NESTED, i), references.data[i].type);
    free(references.data);
    return status;
}

void *rclio_types_describe(rclio_types *types, const rclio_type *type, const rclio_type **description_type)
{
    if (!types || !type) return NULL;
    struct object made = {.type = rclio_types_get(types, "type_description_interfaces/msg/TypeDescription")};
    if (made.type) made.message = rclio_message_new(made.type);
    if (!made.message) return NULL;
    *description_type = made.type;
    if (!describe(made, type)) return made.message;
    rclio_message_destroy(made.type, made.message);
    return NULL;
}
