/* src/types/definition.c: see definition.h. */
#include "types/definition.h"

#include "base/array.h"
#include "base/error.h"
#include "base/map.h"
#include "types/definition_name.h"
#include "types/definition_scan.h"
#include "types/definition_text.h"
#include "types/definition_type.h"
#include "types/definition_value.h"

#include <stdlib.h>
#include <string.h>

/* The section being read, on the heap until its size is known. */
struct building {
    struct {
        rclio_field *data;
        size_t size, capacity;
    } fields;
    struct {
        definition_origin *data;
        size_t size, capacity;
    } origins;
    struct {
        rclio_constant *data;
        size_t size, capacity;
    } constants;
    map names; /* of fields and constants */
};

static void building_fini(struct building *b)
{
    free(b->fields.data);
    free(b->origins.data);
    free(b->constants.data);
    map_fini(&b->names, NULL);
    *b = (struct building){0};
}

static rclio_status add_name(const scanner *s, struct building *b, token name, const char *copy, const char *what)
{
    static char seen;
    if (map_get(&b->names, copy)) return scanner_fail(s, name.at, "%s '%s' is declared twice", what, copy);
    return map_set(&b->names, copy, &seen);
}

static rclio_status check_constant_type(const scanner *s, token type, const rclio_field *field)
{
    if (field->base == RCLIO_NESTED || field->shape != RCLIO_SINGLE || field->string_bound)
        return scanner_fail(s, type.at, "a constant cannot have the type '%.*s': it needs a plain one", token_width(type),
                            type.at);
    return RCLIO_OK;
}

static rclio_status read_constant(scanner *s, struct building *b, token type, const rclio_field *field, token name)
{
    rclio_constant constant = {.base = field->base};
    rclio_status status = check_constant_type(s, type, field);
    if (status) return status;
    if (!is_constant_name(name.at, name.size))
        return scanner_fail(s, name.at,
                            "'%.*s' is not a legal constant name: use upper-case letters, digits and single underscores",
                            token_width(name), name.at);
    s->at++; /* the '=' */
    constant.name = arena_copy(s->memory, name.at, name.size);
    if (!constant.name) return RCLIO_NO_MEMORY;
    status = add_name(s, b, name, constant.name, "constant");
    if (!status) status = value_read_constant(s, &constant);
    if (status) return status;
    return array_append(&b->constants, constant) ? RCLIO_OK : RCLIO_NO_MEMORY;
}

static rclio_status read_field(scanner *s, struct building *b, rclio_field *field, const definition_origin *origin, token name)
{
    if (!is_field_name(name.at, name.size))
        return scanner_fail(
            s, name.at, "'%.*s' is not a legal field name: use lower-case letters, digits and single underscores, a letter first",
            token_width(name), name.at);
    field->name = arena_copy(s->memory, name.at, name.size);
    if (!field->name) return RCLIO_NO_MEMORY;
    rclio_status status = add_name(s, b, name, field->name, "field");
    if (status) return status;
    if (!scanner_at_end(s)) {
        if (origin->nested) return scanner_fail(s, s->at, "a field of type '%s' cannot have a default", origin->nested);
        status = value_read_default(s, field);
        if (status) return status;
    }
    return array_append(&b->fields, *field) && array_append(&b->origins, *origin) ? RCLIO_OK : RCLIO_NO_MEMORY;
}

static rclio_status read_line(scanner *s, struct building *b, const char *package)
{
    rclio_field field = {0};
    definition_origin origin = {0};
    token type = scanner_word(s, "");
    rclio_status status = type_read(s, type, package, &field, &origin);
    if (status) return status;
    if (scanner_at_end(s)) return scanner_fail(s, s->at, "a name is missing after the type '%.*s'", token_width(type), type.at);
    token name = scanner_word(s, "=");
    bool is_constant = !scanner_at_end(s) && *s->at == '=';
    if (is_constant) return read_constant(s, b, type, &field, name);
    return read_field(s, b, &field, &origin, name);
}

/* DF2 */
static rclio_status add_placeholder(struct building *b)
{
    rclio_field field = {.name = PLACEHOLDER_FIELD, .base = RCLIO_UINT8};
    definition_origin origin = {0};
    return array_append(&b->fields, field) && array_append(&b->origins, origin) ? RCLIO_OK : RCLIO_NO_MEMORY;
}

static void *keep(arena *memory, const void *data, size_t count, size_t size)
{
    void *kept = arena_array(memory, count, size);
    if (kept && count) memcpy(kept, data, count * size);
    return kept;
}

static rclio_status end_section(struct building *b, definition_section *section, arena *memory)
{
    if (b->fields.size == 0 && add_placeholder(b)) return RCLIO_NO_MEMORY;
    section->field_count = b->fields.size;
    section->constant_count = b->constants.size;
    section->fields = keep(memory, b->fields.data, b->fields.size, sizeof *b->fields.data);
    section->origins = keep(memory, b->origins.data, b->origins.size, sizeof *b->origins.data);
    section->constants = keep(memory, b->constants.data, b->constants.size, sizeof *b->constants.data);
    building_fini(b);
    return section->fields && section->origins && section->constants ? RCLIO_OK : RCLIO_NO_MEMORY;
}

static bool is_separator(scanner *s)
{
    scanner probe = *s;
    return token_is(scanner_word(&probe, ""), "---") && scanner_at_end(&probe);
}

static const size_t section_counts[] = {[RCLIO_MESSAGE] = 1, [RCLIO_SERVICE] = 2, [RCLIO_ACTION] = 3};

static rclio_status check_separators(const scanner *s, rclio_kind kind, size_t found)
{
    if (found == section_counts[kind]) return RCLIO_OK;
    return scanner_fail(s, s->at, "a .%s file has %zu lines '---': %zu found so far, and the text ends", kind_folder(kind),
                        section_counts[kind] - 1, found - 1);
}

static rclio_status read_lines(scanner *s, struct building *b, definition *read, rclio_kind kind, const char *package)
{
    while (scanner_next_line(s)) {
        const char *bad = utf8_find_error(s->line, (size_t)(s->end - s->line));
        if (bad) return scanner_fail(s, bad, "byte 0x%02x is not UTF-8 text", (unsigned)(unsigned char)*bad);
        if (scanner_at_end(s)) continue;
        rclio_status status = RCLIO_OK;
        if (!is_separator(s))
            status = read_line(s, b, package);
        else if (read->section_count + 1 == section_counts[kind])
            status = scanner_fail(s, s->at, "unexpected '---': a .%s file has %zu of them", kind_folder(kind),
                                  section_counts[kind] - 1);
        else
            status = end_section(b, &read->sections[read->section_count++], s->memory);
        if (status) return status;
    }
    rclio_status status = end_section(b, &read->sections[read->section_count++], s->memory);
    return status ? status : check_separators(s, kind, read->section_count);
}

rclio_status definition_read(definition *read, rclio_kind kind, const char *package, const char *file, const char *source,
                             size_t size, arena *memory)
{
    struct building b = {0};
    scanner s;
    *read = (definition){0};
    if (size > DEFINITION_SIZE_MAX)
        return rclio_fail(RCLIO_LIMIT, "%s has %zu bytes: an interface definition may have %zu", file, size, DEFINITION_SIZE_MAX);
    scanner_init(&s, file, source, size, memory);
    rclio_status status = read_lines(&s, &b, read, kind, package);
    building_fini(&b);
    return status;
}
