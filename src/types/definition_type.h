/* src/types/definition_type.h: the type of a field as definitions write it: "string<=22[<=3]", "geometry_msgs/Point[]".
 *
 * Threads: one owner of the scanner. */
#ifndef RCLIO_TYPES_DEFINITION_TYPE_H
#define RCLIO_TYPES_DEFINITION_TYPE_H

#include "types/definition.h"
#include "types/definition_scan.h"

/* Fills everything of `field` that its type says, and `origin`. `type` is a token of the scanner's line. */
rclio_status type_read(const scanner *s, token type, const char *package, rclio_field *field, definition_origin *origin);

#endif
