/* src/types/hash.c: see hash.h. */
#include "types/hash.h"

#include "base/array.h"
#include "base/error.h"
#include "base/map.h"
#include "base/text.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

/* Names of the parts in descriptions; NULL ends (TYP-3). */
static const char *const service_parts[RCLIO_PARTS + 1] = {"request_message", "response_message", "event_message"};
static const char *const action_parts[RCLIO_PARTS + 1] = {
    "goal", "result", "feedback", "send_goal_service", "get_result_service", "feedback_message"};

static const char *const *part_names(const rclio_type *type)
{
    return type->kind == RCLIO_SERVICE ? service_parts : action_parts;
}

size_t described_count(const rclio_type *type)
{
    size_t count = 0;
    if (type->kind == RCLIO_MESSAGE) return type->field_count;
    while (part_names(type)[count]) count++;
    return count;
}

/* TYP-2 */
static uint8_t type_id(const rclio_field *field)
{
    static const uint8_t shapes[] = {
        [RCLIO_SINGLE] = 0, [RCLIO_ARRAY] = 48, [RCLIO_BOUNDED_SEQUENCE] = 96, [RCLIO_SEQUENCE] = 144};
    uint8_t base = (uint8_t)field->base;
    if (field->string_bound) base = field->base == RCLIO_STRING ? 21 : 22;
    return (uint8_t)(base + shapes[field->shape]);
}

described_field described_at(const rclio_type *type, size_t index)
{
    if (type->kind != RCLIO_MESSAGE)
        return (described_field){.name = part_names(type)[index], .type_id = RCLIO_NESTED, .nested = type->parts[index]};
    const rclio_field *field = &type->fields[index];
    return (described_field){
        .name = field->name,
        .type_id = type_id(field),
        .capacity = field->capacity,
        .string_capacity = field->string_bound,
        .nested = field->base == RCLIO_NESTED ? field->nested : NULL,
        .field = field,
    };
}

/* Adds what `type` contains; the list is its own queue of types to look into, so nothing recurses. */
static rclio_status collect_from(const rclio_type *type, type_references *references, map *seen)
{
    for (size_t i = 0; i < described_count(type); i++) {
        const rclio_type *nested = described_at(type, i).nested;
        if (!nested || map_get(seen, nested->name)) continue;
        if (!array_append(references, (type_reference){nested})) return RCLIO_NO_MEMORY;
        rclio_status status = map_set(seen, nested->name, references);
        if (status) return status;
    }
    return RCLIO_OK;
}

static int by_name(const void *a, const void *b)
{
    const type_reference *left = a, *right = b;
    return strcmp(left->type->name, right->type->name);
}

rclio_status type_references_collect(const rclio_type *type, type_references *references)
{
    map seen = {0};
    *references = (type_references){0};
    rclio_status status = collect_from(type, references, &seen);
    for (size_t i = 0; !status && i < references->size; i++) status = collect_from(references->data[i].type, references, &seen);
    map_fini(&seen, NULL);
    if (references->size) qsort(references->data, references->size, sizeof *references->data, by_name);
    return status;
}

/* Names are ASCII without quotes and controls (definition_name.h), so they need no escapes. */
static void append_description(text *json, const rclio_type *type)
{
    text_append_format(json, "{\"type_name\": \"%s\", \"fields\": [", type->name);
    for (size_t i = 0; i < described_count(type); i++) {
        described_field field = described_at(type, i);
        text_append_format(json,
                           "%s{\"name\": \"%s\", \"type\": {\"type_id\": %u, \"capacity\": %zu, \"string_capacity\": %zu, "
                           "\"nested_type_name\": \"%s\"}}",
                           i ? ", " : "", field.name, (unsigned)field.type_id, field.capacity, field.string_capacity,
                           field.nested ? field.nested->name : "");
    }
    text_append(json, "]}");
}

/* TYP-1 */
rclio_status hash_type(rclio_type *type)
{
    type_references references;
    text json;
    text_init(&json);
    rclio_status status = type_references_collect(type, &references);
    if (status) goto done;
    text_append(&json, "{\"type_description\": ");
    append_description(&json, type);
    text_append(&json, ", \"referenced_type_descriptions\": [");
    for (size_t i = 0; i < references.size; i++) {
        if (i) text_append(&json, ", ");
        append_description(&json, references.data[i].type);
    }
    text_append(&json, "]}");
    if (json.failed)
        status = rclio_fail(RCLIO_NO_MEMORY, "out of memory for the hash of type '%s'", type->name);
    else if (EVP_Digest(json.data, json.length, type->hash, NULL, EVP_sha256(), NULL) != 1)
        status = rclio_fail(RCLIO_SYSTEM, "the crypto library gives no SHA-256, which the hash of type '%s' needs", type->name);
done:
    free(references.data);
    text_fini(&json);
    return status;
}
