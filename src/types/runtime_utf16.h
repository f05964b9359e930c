/* src/types/runtime_utf16.h: UTF-8 to UTF-16 and back, for wstrings.
 *
 *   U1  Any input converts: what is not legal UTF-8 (or a lone surrogate) becomes U+FFFD, one for each byte (or unit).
 * Threads: any. */
#ifndef RCLIO_TYPES_RUNTIME_UTF16_H
#define RCLIO_TYPES_RUNTIME_UTF16_H

#include "rclio/message.h"

/* Units that the first `size` bytes of `utf8` make; writes them to `units` unless it is NULL. Never more than `size` units. */
size_t utf16_from_utf8(const char *utf8, size_t size, uint16_t *units);

/* Bytes that the first `size` units make, without a NUL; writes them to `utf8` unless it is NULL. Never more than 3 * `size`. */
size_t utf8_from_utf16(const uint16_t *units, size_t size, char *utf8);

/* The NUL-terminated UTF-8 text as a wstring; false when memory is short. */
bool u16string_assign_utf8(rosidl_runtime_c__U16String *string, const char *utf8);

#endif
