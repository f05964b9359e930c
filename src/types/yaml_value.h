/* src/types/yaml_value.h: YAML nodes as the Python values that PyYAML's safe_load makes of them, and Python's conversions of
 * those.
 *
 *   YV1  Conversions fail with RCLIO_BAD_DATA in the words of Python's exceptions.
 * Threads: one owner. */
#ifndef RCLIO_TYPES_YAML_VALUE_H
#define RCLIO_TYPES_YAML_VALUE_H

#include "types/yaml_tree.h"

/* A whole number. `huge`: beyond 64 bits; the magnitude is then not known. */
typedef struct whole {
    uint64_t magnitude;
    bool negative;
    bool huge;
} whole;

/* int(value), float(value), bool(value). They fail for a value that Python cannot convert: *kind_is_wrong tells a TypeError (a
 * list, None) from a ValueError; the error is set for the latter only. */
rclio_status value_to_whole(const yaml_node *node, whole *number, bool *kind_is_wrong);
rclio_status value_to_double(const yaml_node *node, double *number, bool *kind_is_wrong);
bool value_is_true(const yaml_node *node);

/* Takes the cost of looking at a value from `budget`. Aliases can make a short text stand for more than any memory: what a text
 * without them costs is value_budget(), and what they may add ALIAS_BUDGET. Fails with RCLIO_BAD_DATA. */
#define ALIAS_BUDGET 100000
size_t value_budget(const yaml_tree *tree, size_t text_size);
rclio_status value_spend(const yaml_node *node, size_t *budget);

/* str(value), or repr(value). */
rclio_status value_to_text(const yaml_node *node, text *t, bool quoted, size_t *budget);

/* type(value).__name__ */
const char *value_type(const yaml_node *node);

/* The bytes of a !!binary scalar, which you free. */
rclio_status value_to_bytes(const yaml_node *node, uint8_t **bytes, size_t *size);

#endif
