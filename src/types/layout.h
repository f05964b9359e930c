/* src/types/layout.h: where the C compiler puts the fields of a message's struct.
 *
 *   LA1  Offsets, size and alignment are those of the struct that ROS 2's C generator emits: fields in order of declaration,
 *        strings and sequences as {pointer, size, capacity}, nested messages and arrays in place.
 * Threads: any. */
#ifndef RCLIO_TYPES_LAYOUT_H
#define RCLIO_TYPES_LAYOUT_H

#include "rclio/type.h"

/* Sets the offsets; nested types are laid out already.
 * fails  RCLIO_LIMIT: the struct has more than PTRDIFF_MAX bytes. The error names the field. */
rclio_status layout_message(rclio_field *fields, size_t count, size_t *size, size_t *alignment);

#endif
