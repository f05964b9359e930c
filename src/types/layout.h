/* src/types/layout.h: where the C compiler puts the fields of a message's struct.
 *
 *   LA1  Offsets, size and alignment are those of the struct that ROS 2's C generator emits: fields in order of declaration,
 *        strings and sequences as {pointer, size, capacity}, nested messages and arrays in place.
 *   LA2  A struct has at most LAYOUT_SIZE_MAX bytes: no sum here overflows, and walking all members in place ends.
 * Threads: any. */
#ifndef RCLIO_TYPES_LAYOUT_H
#define RCLIO_TYPES_LAYOUT_H

#include "rclio/type.h"

#define LAYOUT_SIZE_MAX ((size_t)1 << 30)

/* Sets the offsets; nested types are laid out already.
 * fails  RCLIO_LIMIT: the struct is too large (LA2); the error names the field. */
rclio_status layout_message(rclio_field *fields, size_t count, size_t *size, size_t *alignment);

#endif
