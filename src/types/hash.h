/* src/types/hash.h: a type as its description sees it, and the RIHS01 hash of that description.
 *
 *   HA1  What a description says of a type: its fields; of a service and an action: their parts as fields. Nothing of defaults,
 *        constants and comments is in the hash.
 *   HA2  The types a type refers to are all that it contains, at any depth, sorted by name, without itself (TYP-4).
 * Threads: any. */
#ifndef RCLIO_TYPES_HASH_H
#define RCLIO_TYPES_HASH_H

#include "rclio/type.h"

/* A field, or a part of a service or action in the place of one. */
typedef struct described_field {
    const char *name;
    uint8_t type_id; /* TYP-2 */
    size_t capacity;
    size_t string_capacity;
    const rclio_type *nested; /* NULL: none */
    const rclio_field *field; /* NULL: a part */
} described_field;

size_t described_count(const rclio_type *type);
described_field described_at(const rclio_type *type, size_t index);

typedef struct type_reference {
    const rclio_type *type;
} type_reference;

typedef struct type_references {
    type_reference *data;
    size_t size, capacity;
} type_references;

/* HA2. Free `data`, also after a failure. */
rclio_status type_references_collect(const rclio_type *type, type_references *references);

/* Writes type->hash; everything else of the type is set, and the hashes of nested types do not matter.
 * Fails with RCLIO_NO_MEMORY, or RCLIO_SYSTEM when the crypto library refuses. */
rclio_status hash_type(rclio_type *type);

#endif
