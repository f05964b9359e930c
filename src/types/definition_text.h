/* src/types/definition_text.h: strings as definitions write them, and the UTF-8 they are made of.
 *
 * Threads: any. */
#ifndef RCLIO_TYPES_DEFINITION_TEXT_H
#define RCLIO_TYPES_DEFINITION_TEXT_H

#include "types/definition_scan.h"

/* Where the first byte that is not legal UTF-8 (or is a NUL) stands; NULL: none. */
const char *utf8_find_error(const char *text, size_t size);

/* The number of characters in legal UTF-8. */
size_t utf8_count(const char *text);

/* Reads a string at the scanner's place: a quoted one with its quotes, or else up to one of `stops`. NULL with the error set. */
const char *string_read(scanner *s, const char *stops);

#endif
