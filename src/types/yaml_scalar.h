/* src/types/yaml_scalar.h: what a plain YAML scalar means, and how a string must be written to stay a string: the rules of PyYAML
 * (YAML 1.1), which is what ROS 2's tools print with and read with.
 * Threads: any. */
#ifndef RCLIO_TYPES_YAML_SCALAR_H
#define RCLIO_TYPES_YAML_SCALAR_H

#include "types/text_points.h"

typedef enum yaml_tag {
    YAML_STR,
    YAML_NULL,
    YAML_BOOL,
    YAML_INT,
    YAML_FLOAT,
    YAML_DATE,
    YAML_DATETIME,
    YAML_MERGE, /* << */
    YAML_VALUE, /* = */
    YAML_BINARY,
} yaml_tag;

/* The type that a plain scalar without a tag has. */
yaml_tag yaml_resolve(const char *scalar, size_t size);

/* Writes a string as a YAML scalar: plain where it stays a string, else in quotes. `indent` is where the further lines of a
 * multi-line string begin, `flow`: within [] or {}. */
void yaml_write_string(text *t, const points *string, size_t indent, bool flow);

/* In double quotes, whatever it is: comes back from every reader as it was. */
void yaml_write_double_quoted(text *t, const points *string);

#endif
