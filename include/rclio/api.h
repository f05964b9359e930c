/* include/rclio/api.h: what every public header shares: visibility, attributes, durations, and the status of an operation.
 *
 * Floors: base. Thread rule of every function is in its `thread` line; "any" means any thread, at the same time as any other call. */
#ifndef RCLIO_API_H
#define RCLIO_API_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RCLIO_API __attribute__((visibility("default")))
#define RCLIO_PRINTF(text, first) __attribute__((__format__(__printf__, text, first)))

#ifdef __cplusplus
extern "C" {
#endif

/* Durations and points in time are int64_t nanoseconds. */
#define RCLIO_NS(n) ((int64_t)(n))
#define RCLIO_US(n) ((int64_t)((n)*INT64_C(1000)))
#define RCLIO_MS(n) ((int64_t)((n)*INT64_C(1000000)))
#define RCLIO_S(n) ((int64_t)((n)*INT64_C(1000000000)))
#define RCLIO_FOREVER INT64_MAX

typedef enum rclio_status {
    RCLIO_OK = 0,
    RCLIO_EMPTY,       /* nothing there (no message, no such entry); not an error */
    RCLIO_TIMEOUT,     /* the deadline passed first */
    RCLIO_CANCELLED,   /* cancelled, or the owner of the operation was destroyed */
    RCLIO_UNAVAILABLE, /* the other side is not there or is gone */
    RCLIO_INVALID,     /* an argument, a name or a text is not legal */
    RCLIO_BAD_STATE,   /* legal in itself, not now */
    RCLIO_BAD_DATA,    /* bytes or text from outside do not decode */
    RCLIO_NOT_FOUND,   /* a type, a topic, a file, a parameter that does not exist */
    RCLIO_LIMIT,       /* a limit that was set is reached */
    RCLIO_NO_MEMORY,
    RCLIO_SHUTDOWN, /* the context is shut down */
    RCLIO_SYSTEM,   /* the operating system or the middleware said no; the text has its words */
} rclio_status;

/* The name of a status, "timeout" for RCLIO_TIMEOUT; never NULL.
 * thread  any */
RCLIO_API const char *rclio_status_name(rclio_status status);

/* The calling thread's last error as one sentence that names the thing, the cause and the cure; "" when there was none.
 * returns  lent until this thread's next rclio call that fails.
 * thread   any; each thread (not each task) has its own */
RCLIO_API const char *rclio_error(void);

/* The status that came with rclio_error().
 * thread  any */
RCLIO_API rclio_status rclio_error_status(void);

/* Forgets the calling thread's last error.
 * thread  any */
RCLIO_API void rclio_error_clear(void);

#ifdef __cplusplus
}
#endif
#endif
