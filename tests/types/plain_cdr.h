/* tests/types/plain_cdr.h: CDR written a second time, value by value and in either byte order, to hold the plans against.
 *
 * Threads: one owner. */
#ifndef RCLIO_TESTS_PLAIN_CDR_H
#define RCLIO_TESTS_PLAIN_CDR_H

#include "rclio/type.h"

/* The message as CDR, header included, in malloc'ed bytes; NULL when memory is short. */
uint8_t *plain_cdr_encode(const rclio_type *type, const void *message, bool big_endian, size_t *size);

#endif
