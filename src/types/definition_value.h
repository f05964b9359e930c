/* src/types/definition_value.h: constants and defaults of an interface definition: text to values in memory form.
 *
 * Accepted: integers in decimal, 0x, 0o and 0b, with a sign and '_' between digits; decimal fractions, nan and inf; true, false,
 * 1 and 0 in any case; strings in double or single quotes with the escapes \\ \" \' \a \b \f \n \r \t \v \ooo \xhh \uhhhh
 * \Uhhhhhhhh, or without quotes up to the end of the line. An escape of another letter stays as it is written.
 * Threads: one owner of the scanner. */
#ifndef RCLIO_TYPES_DEFINITION_VALUE_H
#define RCLIO_TYPES_DEFINITION_VALUE_H

#include "rclio/type.h"
#include "types/definition_scan.h"

/* Reads the rest of the line as the field's default. Memory is the scanner's arena. */
rclio_status value_read_default(scanner *s, rclio_field *field);

/* Reads the rest of the line as the constant's value. */
rclio_status value_read_constant(scanner *s, rclio_constant *constant);

/* "int8": the name of a base type in definitions (not of RCLIO_NESTED). */
const char *base_type_name(rclio_base_type base);

/* Reads digits as a bound or a length: 1 to UINT32_MAX, which is what CDR can count; 0 when it is not that. */
size_t bound_from_text(const char *digits, size_t size);

#endif
