/* src/types/yaml_path.h: a part of a message by its name, "header.stamp" or "dim[0].size".
 * Threads: one owner per message. */
#ifndef RCLIO_TYPES_YAML_PATH_H
#define RCLIO_TYPES_YAML_PATH_H

#include "rclio/type.h"

/* What a path leads to: a message (type and data), a whole field (field and the message it is in), or an element of one. */
typedef struct message_part {
    const rclio_type *type;   /* of the message, else NULL */
    const rclio_field *field; /* NULL for the whole message */
    bool element;             /* data is one value, else the message that has the field */
    const void *data;
} message_part;

/* Fails with RCLIO_NOT_FOUND, in the words of Python's AttributeError. */
rclio_status message_part_find(message_part *part, const rclio_type *type, const void *message, const char *path);

#endif
