/* src/types/definition_type.c: see definition_type.h. */
#include "types/definition_type.h"

#include "base/error.h"
#include "types/definition_name.h"
#include "types/definition_value.h"

#include <string.h>

static const struct {
    const char *name;
    rclio_base_type base;
} plain_types[] = {
    {"bool", RCLIO_BOOL},       {"byte", RCLIO_BYTE},     {"char", RCLIO_UINT8},      {"float32", RCLIO_FLOAT32},
    {"float64", RCLIO_FLOAT64}, {"int8", RCLIO_INT8},     {"uint8", RCLIO_UINT8},     {"int16", RCLIO_INT16},
    {"uint16", RCLIO_UINT16},   {"int32", RCLIO_INT32},   {"uint32", RCLIO_UINT32},   {"int64", RCLIO_INT64},
    {"uint64", RCLIO_UINT64},   {"string", RCLIO_STRING}, {"wstring", RCLIO_WSTRING},
};

static rclio_base_type find_plain(token name)
{
    for (size_t i = 0; i < sizeof plain_types / sizeof plain_types[0]; i++) {
        if (token_is(name, plain_types[i].name)) return plain_types[i].base;
    }
    return 0;
}

/* Cuts "[...]" off the end of `type` and reads it. */
static rclio_status read_shape(const scanner *s, token *type, rclio_field *field)
{
    const char *open = memchr(type->at, '[', type->size);
    const char *end = type->at + type->size;
    if (!open) return RCLIO_OK;
    if (end[-1] != ']') return scanner_fail(s, type->at, "type '%.*s' has no closing ] at its end", token_width(*type), type->at);
    token inside = {open + 1, (size_t)(end - open - 2)};
    bool is_bounded = inside.size >= 2 && memcmp(inside.at, "<=", 2) == 0;
    if (is_bounded) inside.at += 2, inside.size -= 2;
    field->shape = inside.size == 0 ? RCLIO_SEQUENCE : is_bounded ? RCLIO_BOUNDED_SEQUENCE : RCLIO_ARRAY;
    field->capacity = bound_from_text(inside.at, inside.size);
    if (field->capacity == 0 && (inside.size || is_bounded))
        return scanner_fail(s, open + 1, "'%.*s' is not a length of an array: use 1 to 4294967295", token_width(inside),
                            inside.at);
    type->size = (size_t)(open - type->at);
    return RCLIO_OK;
}

/* Cuts "<=N" off the end of a string's type and reads it. */
static rclio_status read_string_bound(const scanner *s, token *type, rclio_field *field)
{
    const char *bound = memchr(type->at, '<', type->size);
    if (!bound) return RCLIO_OK;
    token name = {type->at, (size_t)(bound - type->at)};
    token digits = {bound + 1, type->size - name.size - 1};
    if (!token_is(name, "string") && !token_is(name, "wstring"))
        return scanner_fail(s, bound, "'%.*s' has a bound: only string and wstring may have one before the brackets",
                            token_width(*type), type->at);
    if (digits.size && *digits.at == '=') digits.at++, digits.size--;
    field->string_bound = digits.at > bound + 1 ? bound_from_text(digits.at, digits.size) : 0;
    if (field->string_bound == 0)
        return scanner_fail(s, bound, "'%.*s' is not a bound of a string: write <= and 1 to 4294967295",
                            token_width((token){bound, type->size - name.size}), bound);
    *type = name;
    return RCLIO_OK;
}

static rclio_status bad_name(const scanner *s, token name)
{
    if (token_is(name, "time") || token_is(name, "duration"))
        return scanner_fail(s, name.at, "'%.*s' is not a type in ROS 2: use builtin_interfaces/%s", token_width(name), name.at,
                            *name.at == 't' ? "Time" : "Duration");
    return scanner_fail(s, name.at,
                        "'%.*s' is neither a plain type nor a legal type name (Name, package/Name or package/msg/Name)",
                        token_width(name), name.at);
}

/* "Name", "package/Name" or "package/msg/Name" to "package/msg/Name". */
static rclio_status read_nested(const scanner *s, token name, const char *package, definition_origin *origin)
{
    const char *slash = memchr(name.at, '/', name.size);
    token base = name, in = {package, strlen(package)};
    if (slash) {
        in = (token){name.at, (size_t)(slash - name.at)};
        base = (token){slash + 1, name.size - in.size - 1};
        if (base.size > 4 && memcmp(base.at, "msg/", 4) == 0) base.at += 4, base.size -= 4;
    }
    if (!is_package_name(in.at, in.size) || !is_interface_name(base.at, base.size)) return bad_name(s, name);
    if (in.size + base.size + 5 > TYPE_NAME_MAX)
        return scanner_fail(s, name.at, "type name '%.*s...' is too long: %d characters are allowed", token_width(name), name.at,
                            TYPE_NAME_MAX);
    origin->is_bare_header = !slash && token_is(name, "Header");
    origin->nested = arena_format(s->memory, "%.*s/msg/%.*s", (int)in.size, in.at, (int)base.size, base.at);
    return origin->nested ? RCLIO_OK : RCLIO_NO_MEMORY;
}

rclio_status type_read(const scanner *s, token type, const char *package, rclio_field *field, definition_origin *origin)
{
    origin->line = s->number;
    origin->column = (size_t)(type.at - s->line) + 1;
    rclio_status status = read_shape(s, &type, field);
    if (!status) status = read_string_bound(s, &type, field);
    if (status) return status;
    field->base = find_plain(type);
    field->is_char = token_is(type, "char");
    if (field->base) return RCLIO_OK;
    field->base = RCLIO_NESTED;
    return read_nested(s, type, package, origin);
}
