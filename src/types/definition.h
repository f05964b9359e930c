/* src/types/definition.h: reads the text of a .msg, .srv or .action file into fields and constants. No file is read here.
 *
 *   DF1  Names are legal, values are in range, no name comes twice: what is returned needs no further check but that the nested
 *        types exist.
 *   DF2  A section without fields has the placeholder field (TYP-5).
 *   DF3  Reading takes time and memory linear in the text, whose size is limited; nothing recurses.
 * Threads: any, on arenas of their own. */
#ifndef RCLIO_TYPES_DEFINITION_H
#define RCLIO_TYPES_DEFINITION_H

#include "rclio/type.h"
#include "types/definition_arena.h"

#define DEFINITION_SIZE_MAX ((size_t)1 << 20)
#define PLACEHOLDER_FIELD "structure_needs_at_least_one_member"

/* What a field needs besides its descriptor until its nested type is found. */
typedef struct definition_origin {
    const char *nested;  /* "pkg/msg/Name" for a nested field, else NULL */
    bool is_bare_header; /* written `Header`: std_msgs' unless the package has its own */
    size_t line;
    size_t column;
} definition_origin;

typedef struct definition_section {
    rclio_field *fields;        /* `nested` and `offset` are not set */
    definition_origin *origins; /* one for each field */
    size_t field_count;
    rclio_constant *constants;
    size_t constant_count;
} definition_section;

typedef struct definition {
    definition_section sections[3]; /* message; request, response; goal, result, feedback */
    size_t section_count;
} definition;

/* `package`: what relative type names belong to. `file` names the text in errors. Everything read lies in `memory`.
 * Fails with RCLIO_BAD_DATA and "file:line:column: cause", RCLIO_LIMIT when the text is too long, or RCLIO_NO_MEMORY. */
rclio_status definition_read(definition *read, rclio_kind kind, const char *package, const char *file, const char *source,
                             size_t size, arena *memory);

#endif
