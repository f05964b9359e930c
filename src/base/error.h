/* src/base/error.h: the calling thread's last error, a sentence built from the inside out.
 *
 *   E1  rclio_fail() replaces the text; rclio_error_add() puts context in front of it: "no publisher to '/x': <cause>".
 *   E2  The text never exceeds RCLIO_ERROR_SIZE; a longer one ends in "...".
 * Threads: any; the text is per thread. */
#ifndef RCLIO_BASE_ERROR_H
#define RCLIO_BASE_ERROR_H

#include "rclio/api.h"

#define RCLIO_ERROR_SIZE 1024

/* Records the error and returns `status`, so that a function may `return rclio_fail(...)`. */
rclio_status rclio_fail(rclio_status status, const char *format, ...) RCLIO_PRINTF(2, 3);

/* rclio_fail() for functions that return a pointer: records and returns NULL. */
void *rclio_fail_null(rclio_status status, const char *format, ...) RCLIO_PRINTF(2, 3);

/* For a handle that is NULL, mostly because making it failed: the error recorded then stands, so that a program may look once after it has
 * made everything. Without one, records RCLIO_INVALID with this text. Returns the status that is recorded. */
rclio_status rclio_fail_missing(const char *format, ...) RCLIO_PRINTF(1, 2);

/* Puts "<format>: " before the error recorded last; keeps its status. Returns that status. */
rclio_status rclio_error_add(const char *format, ...) RCLIO_PRINTF(1, 2);

/* Restores an error that was saved (for code that cleans up after a failure, or that moves an error between threads). */
rclio_status rclio_error_set(rclio_status status, const char *text);

#endif
