/* src/node/type_description.c: see type_description.h. Messages are reached through their descriptors, so this floor needs no generated
 * code. */
#include "node/type_description.h"

#include "base/error.h"
#include "node/service.h"
#include "types/registry.h"

#include <stdlib.h>
#include <string.h>

struct type_description {
    rclio_node *node;
    rclio_service *service;
    const rclio_type *type; /* type_description_interfaces/srv/GetTypeDescription */
};

static void *field_of(const rclio_type *type, void *message, const char *name)
{
    const rclio_field *field = rclio_type_field(type, name);
    return field ? (char *)message + field->offset : NULL;
}

static const char *string_of(const rclio_type *type, const void *message, const char *name)
{
    const rosidl_runtime_c__String *string = field_of(type, (void *)message, name);
    return string && string->data ? string->data : "";
}

static void refuse(const rclio_type *type, void *response, const char *reason)
{
    *(bool *)field_of(type, response, "successful") = false;
    rosidl_runtime_c__String__assign(field_of(type, response, "failure_reason"), reason);
}

/* The definition's own text as the only source, when it is asked for and can be read. */
static void add_source(type_description *d, const rclio_type *response_type, void *response, const char *name)
{
    const rclio_field *sources = rclio_type_field(response_type, "type_sources");
    char *contents = rclio_types_source(d->node->context->types, name);
    if (!sources || !contents || rclio_field_resize(sources, response, 1)) goto done;
    void *entry = rclio_field_element(sources, response, 0);
    const char *folder = strchr(name, '/');
    rosidl_runtime_c__String__assign(field_of(sources->nested, entry, "type_name"), name);
    if (folder)
        rosidl_runtime_c__String__assignn(field_of(sources->nested, entry, "encoding"), folder + 1, strcspn(folder + 1, "/"));
    rosidl_runtime_c__String__assign(field_of(sources->nested, entry, "raw_file_contents"), contents);
done:
    free(contents);
}

static void describe(const void *request, void *response, void *arg) /* NOD-2 */
{
    type_description *d = arg;
    const rclio_type *asked = d->type->parts[RCLIO_PART_REQUEST], *answer = d->type->parts[RCLIO_PART_RESPONSE];
    const char *name = string_of(asked, request, "type_name"), *hash = string_of(asked, request, "type_hash");
    const rclio_type *type = registry_described(d->node->context->types, name, hash), *description_type = NULL;
    char known[RCLIO_TYPE_HASH_TEXT_SIZE];
    if (!type) type = rclio_types_get(d->node->context->types, name); /* else: learned from another node */
    if (!type) {
        refuse(answer, response, rclio_error());
        return;
    }
    rclio_type_hash_text(type, known);
    if (hash[0] && strcmp(hash, known) != 0) {
        refuse(answer, response, "the type that this node knows has another hash");
        return;
    }
    void *description = rclio_types_describe(d->node->context->types, type, &description_type);
    if (!description || rclio_message_copy(description_type, description, field_of(answer, response, "type_description"))) {
        refuse(answer, response, rclio_error());
    } else {
        *(bool *)field_of(answer, response, "successful") = true;
        const bool *include_sources = field_of(asked, (void *)request, "include_type_sources");
        if (include_sources && *include_sources) add_source(d, answer, response, name);
    }
    if (description) rclio_message_destroy(description_type, description);
}

type_description *type_description_new(rclio_node *node)
{
    type_description *d = calloc(1, sizeof *d);
    if (!d) return rclio_fail_null(RCLIO_NO_MEMORY, "out of memory for the type description service of '%s'", node->full_name);
    d->node = node;
    d->type = rclio_types_get(node->context->types, "type_description_interfaces/srv/GetTypeDescription");
    const rclio_service_options options = {.can_wait = true};
    if (d->type) d->service = rclio_service_new(node, d->type, "~/get_type_description", describe, d, &options);
    if (d->service) {
        service_keep_lock(d->service);
        return d;
    }
    free(d);
    return NULL;
}

void type_description_destroy(type_description *d)
{
    free(d); /* its service went with the node's entities */
}
