/* src/types/description_read.c: rclio_types_from_description(): a TypeDescription message to a type (TYP-7).
 *
 *   DR1  The description is hostile until its types are made: names are legal, each is there once, what is nested is there and ends
 *        (RG3), a struct has a size that can be laid out.
 *   DR2  All types of a description are made together in an arena and kept only when the main type has the hash that was asked for.
 *   DR3  Types are made in the order in which they need each other: recursion is as deep as types nest, REGISTRY_DEPTH_MAX at most.
 * Threads: any. Tests: tests/types/test_description_read.c; fuzz/fuzz_type_description.c. */
#include "base/error.h"
#include "base/text.h"
#include "types/definition_text.h"
#include "types/definition_value.h"
#include "types/hash.h"
#include "types/layout.h"
#include "types/message_internal.h"
#include "types/object.h"
#include "types/registry.h"

#include <stdlib.h>
#include <string.h>

enum { DESCRIBED_TYPES_MAX = 256, DESCRIBED_FIELDS_MAX = 4096, HASH_TEXT_SIZE = RCLIO_TYPE_HASH_TEXT_SIZE };

enum progress { WAITING, BEING_MADE, MADE };

typedef struct described { /* a type of the description */
    struct object individual;
    const char *name;
    struct registered *made;
    enum progress progress;
} described;

typedef struct reader {
    arena memory;
    described *types; /* the main one first */
    size_t count;
    map by_name; /* -> described */
} reader;

static const char *text_of(struct object of, const char *name)
{
    const rosidl_runtime_c__String *string = object_member(of, name, RCLIO_STRING, 0).message;
    if (!string) return NULL;
    return string->data ? string->data : "";
}

static rclio_status number_of(struct object of, const char *name, size_t *value)
{
    const uint64_t *number = object_member(of, name, RCLIO_UINT64, 0).message;
    if (!number) return rclio_error_status();
    if (*number > UINT32_MAX) /* what CDR can count */
        return rclio_fail(RCLIO_BAD_DATA, "a type description says %s %llu", name, (unsigned long long)*number);
    *value = (size_t)*number;
    return RCLIO_OK;
}

/* ---- the types by name ---- */

static rclio_kind kind_of(const type_name *name)
{
    if (name->kind == RCLIO_MESSAGE || !*name->suffix) return name->kind;
    bool is_service = strcmp(name->suffix, "_SendGoal") == 0 || strcmp(name->suffix, "_GetResult") == 0;
    return is_service ? RCLIO_SERVICE : RCLIO_MESSAGE; /* TYP-3 */
}

static rclio_status add_type(reader *r, struct object individual)
{
    type_name *parsed = arena_alloc(&r->memory, sizeof *parsed);
    described *d = &r->types[r->count];
    const char *given = text_of(individual, "type_name");
    if (!parsed || !given) return rclio_error_status();
    if (type_name_parse(parsed, given) != RCLIO_OK) {
        char *cause = copy_string(rclio_error());
        rclio_fail(RCLIO_BAD_DATA, "a type description has a name that is not legal: %s", cause ? cause : given);
        free(cause);
        return RCLIO_BAD_DATA;
    }
    if (map_get(&r->by_name, given)) return rclio_fail(RCLIO_BAD_DATA, "a type description describes '%s' twice", given);
    d->individual = individual;
    d->name = arena_copy(&r->memory, given, strlen(given));
    d->made = arena_alloc(&r->memory, sizeof *d->made);
    if (!d->name || !d->made) return RCLIO_NO_MEMORY;
    d->made->type.name = d->name;
    d->made->type.kind = kind_of(parsed);
    d->made->depth = 1;
    r->count++;
    return map_set(&r->by_name, d->name, d);
}

static rclio_status add_types(reader *r, struct object description)
{
    size_t references = object_count(description, "referenced_type_descriptions"), fields = 0;
    if (references >= DESCRIBED_TYPES_MAX)
        return rclio_fail(RCLIO_LIMIT, "a type description refers to %zu types: %d are allowed", references,
                          DESCRIBED_TYPES_MAX - 1);
    if (!(r->types = arena_array(&r->memory, references + 1, sizeof *r->types))) return RCLIO_NO_MEMORY;
    rclio_status status = add_type(r, object_member(description, "type_description", RCLIO_NESTED, 0));
    for (size_t i = 0; !status && i < references; i++)
        status = add_type(r, object_member(description, "referenced_type_descriptions", RCLIO_NESTED, i));
    for (size_t i = 0; i < r->count; i++) fields += object_count(r->types[i].individual, "fields");
    if (!status && fields > DESCRIBED_FIELDS_MAX)
        return rclio_fail(RCLIO_LIMIT, "a type description has %zu fields: %d are allowed", fields, DESCRIBED_FIELDS_MAX);
    return status;
}

/* ---- one type ---- */

static rclio_status make_type(reader *r, described *d, unsigned outer_depth);

/* The type of that name, made; NULL with the error set. */
static const rclio_type *find_nested(reader *r, described *of, const char *name, rclio_kind kind, unsigned outer_depth)
{
    described *nested = map_get(&r->by_name, name);
    if (!nested) return rclio_fail_null(RCLIO_BAD_DATA, "the description of '%s' does not describe '%s'", of->name, name);
    if (nested->progress == BEING_MADE) return rclio_fail_null(RCLIO_BAD_DATA, "described type '%s' contains itself", name);
    if (nested->made->type.kind != kind)
        return rclio_fail_null(RCLIO_BAD_DATA, "described type '%s' contains '%s', which is of another kind", of->name, name);
    if (make_type(r, nested, outer_depth + 1) != RCLIO_OK) return NULL;
    if (nested->made->depth + 1 > of->made->depth) of->made->depth = nested->made->depth + 1;
    return &nested->made->type;
}

/* TYP-2 */
static bool read_type_id(uint8_t id, rclio_field *field, bool *is_bounded)
{
    static const rclio_shape shapes[] = {RCLIO_SINGLE, RCLIO_ARRAY, RCLIO_BOUNDED_SEQUENCE, RCLIO_SEQUENCE};
    unsigned base = id % 48u;
    if (id >= 4 * 48) return false;
    field->shape = shapes[id / 48];
    *is_bounded = base == 21 || base == 22;
    if (*is_bounded) base = base == 21 ? RCLIO_STRING : RCLIO_WSTRING;
    field->base = (rclio_base_type)base;
    return base == RCLIO_NESTED || base_type_size(field->base) > 0;
}

/* Python's notation of a list, "(1, 2)" or "(5,)", as definitions write it. */
static char *default_text(const char *given)
{
    char *list = copy_string(given);
    size_t length = list ? strlen(list) : 0;
    if (length < 2 || list[0] != '(' || list[length - 1] != ')') return list;
    list[0] = '[';
    list[--length] = '\0';
    if (list[length - 1] == ',') list[--length] = '\0';
    list[length] = ']'; /* one character less than there was */
    list[length + 1] = '\0';
    return list;
}

/* TYP-6; without it when it cannot be read: it is in no hash, and no message depends on it. */
static void read_default(reader *r, const char *given, rclio_field *field)
{
    scanner s;
    if (!*given || field->base == RCLIO_NESTED) return;
    if (field->shape == RCLIO_SINGLE && (field->base == RCLIO_STRING || field->base == RCLIO_WSTRING)) {
        const char **value = arena_alloc(&r->memory, sizeof *value);
        if (!value || utf8_find_error(given, strlen(given))) return;
        if (field->string_bound && utf8_count(given) > field->string_bound) return;
        if (!(*value = arena_copy(&r->memory, given, strlen(given)))) return;
        field->default_value = value;
        field->default_count = 1;
        return;
    }
    char *list = default_text(given);
    if (!list) return;
    scanner_init(&s, "default", list, strlen(list), &r->memory);
    if (!scanner_next_line(&s) || value_read_default(&s, field) != RCLIO_OK) {
        field->default_value = NULL;
        field->default_count = 0;
        rclio_error_clear();
    }
    free(list);
}

static rclio_status read_field(reader *r, described *of, size_t index, rclio_field *field, unsigned outer_depth)
{
    struct object member = object_member(of->individual, "fields", RCLIO_NESTED, index);
    struct object type = object_member(member, "type", RCLIO_NESTED, 0);
    const char *name = text_of(member, "name"), *value = text_of(member, "default_value"),
               *nested = text_of(type, "nested_type_name");
    const uint8_t *id = object_member(type, "type_id", RCLIO_UINT8, 0).message;
    size_t string_bound = 0;
    bool is_bounded = false;
    if (!name || !value || !nested || !id) return rclio_error_status();
    if (!is_field_name(name, strlen(name)))
        return rclio_fail(RCLIO_BAD_DATA, "described type '%s' has a field '%.60s', which is not a legal name", of->name, name);
    if (!(field->name = arena_copy(&r->memory, name, strlen(name)))) return RCLIO_NO_MEMORY;
    if (!read_type_id(*id, field, &is_bounded))
        return rclio_fail(RCLIO_BAD_DATA, "field '%s' of described type '%s' has the type %u, which is not known", name, of->name,
                          (unsigned)*id);
    if (number_of(type, "capacity", &field->capacity) || number_of(type, "string_capacity", &string_bound))
        return rclio_error_status();
    bool has_capacity = field->shape == RCLIO_ARRAY || field->shape == RCLIO_BOUNDED_SEQUENCE;
    if (has_capacity != (field->capacity > 0) || is_bounded != (string_bound > 0))
        return rclio_fail(RCLIO_BAD_DATA, "field '%s' of described type '%s' has a bound that its type %u has not, or has none",
                          name, of->name, (unsigned)*id);
    field->string_bound = string_bound;
    if (field->base == RCLIO_NESTED && !(field->nested = find_nested(r, of, nested, RCLIO_MESSAGE, outer_depth)))
        return rclio_error_status();
    read_default(r, value, field);
    return RCLIO_OK;
}

static rclio_status check_names(const described *d, const rclio_field *fields, size_t count)
{
    map seen = {0};
    rclio_status status = RCLIO_OK;
    for (size_t i = 0; !status && i < count; i++) {
        if (map_get(&seen, fields[i].name))
            status = rclio_fail(RCLIO_BAD_DATA, "described type '%s' has two fields '%s'", d->name, fields[i].name);
        else
            status = map_set(&seen, fields[i].name, (void *)(uintptr_t)&fields[i]);
    }
    map_fini(&seen, NULL);
    return status;
}

static rclio_status make_message(reader *r, described *d, unsigned outer_depth)
{
    rclio_type *type = &d->made->type;
    size_t count = object_count(d->individual, "fields");
    rclio_field *fields = arena_array(&r->memory, count, sizeof *fields);
    rclio_status status = fields ? RCLIO_OK : RCLIO_NO_MEMORY;
    if (count == 0) return rclio_fail(RCLIO_BAD_DATA, "described type '%s' has no field", d->name); /* TYP-5 */
    for (size_t i = 0; !status && i < count; i++) status = read_field(r, d, i, &fields[i], outer_depth);
    if (status || (status = check_names(d, fields, count))) return status;
    type->fields = fields;
    type->field_count = count;
    if (layout_message(fields, count, &type->size, &type->alignment)) return rclio_error_add("described type '%s'", d->name);
    return RCLIO_OK;
}

/* Of a service or an action: its parts stand in the place of fields (HA1). */
static rclio_status make_parts(reader *r, described *d, unsigned outer_depth)
{
    rclio_type *type = &d->made->type;
    size_t count = object_count(d->individual, "fields");
    if (count != described_count(type)) return rclio_fail(RCLIO_BAD_DATA, "described type '%s' has %zu parts", d->name, count);
    for (size_t i = 0; i < count; i++) {
        struct object part = object_member(d->individual, "fields", RCLIO_NESTED, i);
        const char *name = text_of(part, "name"), *wanted = described_at(type, i).name,
                   *nested = text_of(object_member(part, "type", RCLIO_NESTED, 0), "nested_type_name");
        bool is_service = type->kind == RCLIO_ACTION && (i == RCLIO_PART_SEND_GOAL || i == RCLIO_PART_GET_RESULT);
        if (!name || !nested) return rclio_error_status();
        if (strcmp(name, wanted) != 0)
            return rclio_fail(RCLIO_BAD_DATA, "described type '%s' has '%.60s' in the place of '%s'", d->name, name, wanted);
        type->parts[i] = find_nested(r, d, nested, is_service ? RCLIO_SERVICE : RCLIO_MESSAGE, outer_depth);
        if (!type->parts[i]) return rclio_error_status();
    }
    return RCLIO_OK;
}

static rclio_status make_type(reader *r, described *d, unsigned outer_depth) /* DR3 */
{
    if (d->progress == MADE) return RCLIO_OK;
    if (outer_depth >= REGISTRY_DEPTH_MAX)
        return rclio_fail(RCLIO_LIMIT, "described types contain each other to a depth of more than %u", REGISTRY_DEPTH_MAX);
    d->progress = BEING_MADE;
    rclio_status status = d->made->type.kind == RCLIO_MESSAGE ? make_message(r, d, outer_depth) : make_parts(r, d, outer_depth);
    if (!status && d->made->depth > REGISTRY_DEPTH_MAX)
        status = rclio_fail(RCLIO_LIMIT, "described type '%s' contains types to a depth of %u: %u is allowed", d->name,
                            d->made->depth, REGISTRY_DEPTH_MAX);
    if (!status) status = hash_type(&d->made->type);
    d->progress = MADE;
    return status;
}

/* ---- all ---- */

/* DR2 */
static rclio_status check_hash(const reader *r, const char *wanted)
{
    char hash[HASH_TEXT_SIZE];
    rclio_type_hash_text(&r->types[0].made->type, hash);
    if (!wanted || !*wanted || strcmp(hash, wanted) == 0) return RCLIO_OK;
    return rclio_fail(RCLIO_BAD_DATA, "the description of '%s' is of %s, not of %s", r->types[0].name, hash, wanted);
}

const rclio_type *registry_described(rclio_types *types, const char *name, const char *hash)
{
    char *key = copy_format("%s %s", name, hash);
    if (!key) return NULL;
    mutex_lock(&types->lock);
    const struct registered *found = map_get(&types->described, key);
    mutex_unlock(&types->lock);
    free(key);
    return found ? &found->type : NULL;
}

/* The type that is kept: this one, or the same one from before. */
static const rclio_type *keep(rclio_types *types, reader *r)
{
    char hash[HASH_TEXT_SIZE];
    struct registered *made = r->types[0].made, *before;
    rclio_type_hash_text(&made->type, hash);
    char *key = copy_format("%s %s", made->type.name, hash);
    if (!key) return NULL;
    mutex_lock(&types->lock);
    if ((before = map_get(&types->described, key))) {
        made = before;
    } else if (map_set(&types->described, key, made) == RCLIO_OK) {
        arena_adopt(&types->memory, &r->memory);
    } else {
        made = NULL;
    }
    mutex_unlock(&types->lock);
    free(key);
    return made ? &made->type : NULL;
}

const rclio_type *rclio_types_from_description(rclio_types *types, const rclio_type *description_type, const void *description,
                                               const char *hash)
{
    reader r = {0};
    const rclio_type *made = NULL;
    if (!types || !description_type) return NULL; /* the first error stands */
    if (!description) return rclio_fail_null(RCLIO_INVALID, "no type description to read");
    struct object whole = {description_type, (void *)(uintptr_t)description};
    if (add_types(&r, whole) == RCLIO_OK && r.types && make_type(&r, &r.types[0], 0) == RCLIO_OK &&
        check_hash(&r, hash) == RCLIO_OK)
        made = keep(types, &r);
    map_fini(&r.by_name, NULL);
    arena_fini(&r.memory);
    return made;
}
