/* src/types/registry_derive.c: from a definition that was read to its types: a message; a service with its request, response and
 * event; an action with its three messages, two services and the feedback message (TYP-3). See registry.h. */
#include "base/error.h"
#include "base/text.h"
#include "types/hash.h"
#include "types/layout.h"
#include "types/registry.h"

#include <stdlib.h>
#include <string.h>

static const struct registered *registered_of(const rclio_type *type)
{
    return (const struct registered *)(const void *)type; /* its first member */
}

static void deepen(struct registered *made, const rclio_type *part)
{
    unsigned depth = registered_of(part)->depth + 1;
    if (depth > made->depth) made->depth = depth;
}

/* An empty type called <name>, in the draft. */
static struct registered *add_type(struct draft *d, rclio_kind kind, const char *name)
{
    struct registered *made = arena_alloc(&d->memory, sizeof *made);
    if (!made) return NULL;
    made->type.kind = kind;
    made->type.name = name;
    made->depth = 1;
    if (strlen(name) > TYPE_NAME_MAX)
        return rclio_fail_null(RCLIO_INVALID, "type name '%.60s...' is too long: %d characters are allowed", name, TYPE_NAME_MAX);
    d->made[d->count++] = made;
    return made;
}

/* Lays out and hashes a message whose fields' nested types are set. */
static rclio_type *finish_message(struct draft *d, struct registered *made, rclio_field *fields, size_t count)
{
    rclio_type *type = &made->type;
    for (size_t i = 0; i < count; i++) {
        if (fields[i].base == RCLIO_NESTED) deepen(made, fields[i].nested);
    }
    if (made->depth > REGISTRY_DEPTH_MAX) /* RG3 */
        return rclio_fail_null(RCLIO_LIMIT, "%s: type '%s' contains types to a depth of %u: %u is allowed", d->file, type->name,
                               made->depth, REGISTRY_DEPTH_MAX);
    type->fields = fields;
    type->field_count = count;
    if (layout_message(fields, count, &type->size, &type->alignment)) {
        rclio_error_add("%s: type '%s'", d->file, type->name);
        return NULL;
    }
    return hash_type(type) ? NULL : type;
}

/* "std_msgs/msg/Header" for a bare Header, unless its package has one of its own. */
static const char *nested_name(struct draft *d, const definition_origin *origin)
{
    if (!origin->is_bare_header) return origin->nested;
    return registry_has(d->types, origin->nested) ? origin->nested : "std_msgs/msg/Header";
}

/* An error of the field's type, not of another file, is shown at the field. */
static void place_error(const struct draft *d, const definition_origin *origin)
{
    rclio_status status = rclio_error_status();
    if (status != RCLIO_NOT_FOUND && status != RCLIO_INVALID && status != RCLIO_BAD_STATE) return;
    rclio_error_add("%s:%zu:%zu", d->file, origin->line, origin->column);
    char *placed = copy_string(rclio_error());
    if (placed) rclio_error_set(RCLIO_BAD_DATA, placed);
    free(placed);
}

static rclio_type *make_message(struct draft *d, const char *name, definition_section *section)
{
    struct registered *made = add_type(d, RCLIO_MESSAGE, name);
    if (!made) return NULL;
    made->type.constants = section->constants;
    made->type.constant_count = section->constant_count;
    for (size_t i = 0; i < section->field_count; i++) {
        definition_origin *origin = &section->origins[i];
        if (!origin->nested) continue;
        const struct registered *nested = registry_get(d->types, nested_name(d, origin), d->reading);
        if (!nested) {
            place_error(d, origin);
            return NULL;
        }
        section->fields[i].nested = &nested->type;
    }
    return finish_message(d, made, section->fields, section->field_count);
}

/* A field of a derived type. `nested` NULL: of a plain type. */
static bool set_field(rclio_field *field, const char *name, rclio_base_type base, const rclio_type *nested)
{
    *field = (rclio_field){.name = name, .base = base, .nested = nested};
    return base != RCLIO_NESTED || nested;
}

static const rclio_type *find(struct draft *d, const char *name)
{
    const struct registered *found = registry_get(d->types, name, d->reading);
    return found ? &found->type : NULL;
}

/* The two-field messages of an action: `first` and `second` are complete but for their offsets. */
static rclio_type *make_pair(struct draft *d, const char *name, rclio_field first, rclio_field second)
{
    rclio_field *fields = arena_array(&d->memory, 2, sizeof *fields);
    struct registered *made = name && fields ? add_type(d, RCLIO_MESSAGE, name) : NULL;
    if (!made) return NULL;
    fields[0] = first;
    fields[1] = second;
    return finish_message(d, made, fields, 2);
}

static rclio_type *make_event(struct draft *d, const char *name, const rclio_type *request, const rclio_type *response)

{
    rclio_field *fields = arena_array(&d->memory, 3, sizeof *fields);
    struct registered *made = name && fields ? add_type(d, RCLIO_MESSAGE, name) : NULL;
    if (!made || !set_field(&fields[0], "info", RCLIO_NESTED, find(d, "service_msgs/msg/ServiceEventInfo"))) return NULL;
    set_field(&fields[1], "request", RCLIO_NESTED, request);
    set_field(&fields[2], "response", RCLIO_NESTED, response);
    for (size_t i = 1; i < 3; i++) {
        fields[i].shape = RCLIO_BOUNDED_SEQUENCE;
        fields[i].capacity = 1;
    }
    return finish_message(d, made, fields, 3);
}

static rclio_type *finish_parts(struct registered *made)
{
    for (size_t i = 0; i < RCLIO_PARTS; i++) {
        if (made->type.parts[i]) deepen(made, made->type.parts[i]);
    }
    return hash_type(&made->type) ? NULL : &made->type;
}

static rclio_type *make_service(struct draft *d, const char *name, const rclio_type *request, const rclio_type *response)

{
    if (!request || !response) return NULL;
    const rclio_type *event = make_event(d, arena_format(&d->memory, "%s_Event", name), request, response);
    struct registered *made = event ? add_type(d, RCLIO_SERVICE, name) : NULL;
    if (!made) return NULL;
    made->type.parts[RCLIO_PART_REQUEST] = request;
    made->type.parts[RCLIO_PART_RESPONSE] = response;
    made->type.parts[RCLIO_PART_EVENT] = event;
    return finish_parts(made);
}

static rclio_type *make_section(struct draft *d, const char *name, const char *suffix, definition_section *section)

{
    char *full = arena_format(&d->memory, "%s%s", name, suffix);
    return full ? make_message(d, full, section) : NULL;
}

/* TYP-3, ACT-1 */
static rclio_type *make_send_goal(struct draft *d, const char *name, const rclio_type *goal)
{
    rclio_field goal_id, payload, accepted, stamp;
    set_field(&accepted, "accepted", RCLIO_BOOL, NULL);
    if (!goal || !set_field(&goal_id, "goal_id", RCLIO_NESTED, find(d, "unique_identifier_msgs/msg/UUID")) ||
        !set_field(&payload, "goal", RCLIO_NESTED, goal) ||
        !set_field(&stamp, "stamp", RCLIO_NESTED, find(d, "builtin_interfaces/msg/Time")))
        return NULL;
    const char *full = arena_format(&d->memory, "%s_SendGoal", name);
    if (!full) return NULL;
    const rclio_type *request = make_pair(d, arena_format(&d->memory, "%s_Request", full), goal_id, payload);
    const rclio_type *response = make_pair(d, arena_format(&d->memory, "%s_Response", full), accepted, stamp);
    return make_service(d, full, request, response);
}

/* TYP-3, ACT-1. The request has one field. */
static rclio_type *make_get_result(struct draft *d, const char *name, const rclio_type *result)
{
    rclio_field status, payload;
    const char *full = arena_format(&d->memory, "%s_GetResult", name);
    const char *request_name = full ? arena_format(&d->memory, "%s_Request", full) : NULL;
    rclio_field *fields = arena_array(&d->memory, 1, sizeof *fields);
    struct registered *made = result && request_name && fields ? add_type(d, RCLIO_MESSAGE, request_name) : NULL;
    if (!made || !set_field(&fields[0], "goal_id", RCLIO_NESTED, find(d, "unique_identifier_msgs/msg/UUID"))) return NULL;
    const rclio_type *request = finish_message(d, made, fields, 1);
    set_field(&status, "status", RCLIO_INT8, NULL);
    set_field(&payload, "result", RCLIO_NESTED, result);
    const rclio_type *response = make_pair(d, arena_format(&d->memory, "%s_Response", full), status, payload);
    return make_service(d, full, request, response);
}

/* TYP-3, ACT-1 */
static rclio_type *make_feedback_message(struct draft *d, const char *name, const rclio_type *feedback)
{
    rclio_field goal_id, payload;
    if (!feedback || !set_field(&goal_id, "goal_id", RCLIO_NESTED, find(d, "unique_identifier_msgs/msg/UUID"))) return NULL;
    set_field(&payload, "feedback", RCLIO_NESTED, feedback);
    return make_pair(d, arena_format(&d->memory, "%s_FeedbackMessage", name), goal_id, payload);
}

static rclio_type *make_action(struct draft *d, const char *name, definition *read)
{
    const rclio_type *parts[RCLIO_PARTS];
    static const char *const suffixes[] = {"_Goal", "_Result", "_Feedback"};
    for (size_t i = 0; i < 3; i++) {
        parts[i] = make_section(d, name, suffixes[i], &read->sections[i]);
        if (!parts[i]) return NULL;
    }
    parts[RCLIO_PART_SEND_GOAL] = make_send_goal(d, name, parts[RCLIO_PART_GOAL]);
    if (!parts[RCLIO_PART_SEND_GOAL]) return NULL;
    parts[RCLIO_PART_GET_RESULT] = make_get_result(d, name, parts[RCLIO_PART_RESULT]);
    if (!parts[RCLIO_PART_GET_RESULT]) return NULL;
    parts[RCLIO_PART_FEEDBACK_MESSAGE] = make_feedback_message(d, name, parts[RCLIO_PART_FEEDBACK]);
    struct registered *made = parts[RCLIO_PART_FEEDBACK_MESSAGE] ? add_type(d, RCLIO_ACTION, name) : NULL;
    if (!made) return NULL;
    memcpy(made->type.parts, parts, sizeof parts);
    return finish_parts(made);
}

rclio_status registry_make(struct draft *d, const type_name *name, definition *read)
{
    const rclio_type *made = NULL;
    const char *full = arena_format(&d->memory, "%s/%s/%s", name->package, name->folder, name->base);
    if (!full) return RCLIO_NO_MEMORY;
    switch (name->kind) {
    case RCLIO_MESSAGE: made = make_message(d, full, &read->sections[0]); break;
    case RCLIO_SERVICE: {
        const rclio_type *request = make_section(d, full, "_Request", &read->sections[0]);
        const rclio_type *response = request ? make_section(d, full, "_Response", &read->sections[1]) : NULL;
        made = make_service(d, full, request, response);
        break;
    }
    case RCLIO_ACTION: made = make_action(d, full, read); break;
    }
    return made ? RCLIO_OK : rclio_error_status();
}
