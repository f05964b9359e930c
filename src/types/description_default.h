/* src/types/description_default.h: a field's default as type descriptions show it: as Python writes the value ("True", "1e-07",
 * "(1, 2)", "('a',)", a single string without quotes).
 *
 * Threads: any. */
#ifndef RCLIO_TYPES_DESCRIPTION_DEFAULT_H
#define RCLIO_TYPES_DESCRIPTION_DEFAULT_H

#include "base/text.h"
#include "rclio/type.h"

/* Appends nothing for a field without a default. */
void append_default(text *t, const rclio_field *field);

#endif
