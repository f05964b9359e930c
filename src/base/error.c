/* src/base/error.c: see error.h. */
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct last_error {
    rclio_status status;
    char text[RCLIO_ERROR_SIZE];
};

static _Thread_local struct last_error last;

static void store(rclio_status status, const char *text)
{
    size_t length = strlen(text);
    last.status = status;
    if (length < sizeof last.text) {
        memmove(last.text, text, length + 1);
        return;
    }
    memmove(last.text, text, sizeof last.text - 4);
    memcpy(last.text + sizeof last.text - 4, "...", 4); /* E2 */
}

static void store_format(rclio_status status, const char *format, va_list args)
{
    char text[RCLIO_ERROR_SIZE + 1];
    vsnprintf(text, sizeof text, format, args);
    store(status, text);
}

rclio_status rclio_fail(rclio_status status, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    store_format(status, format, args);
    va_end(args);
    return status;
}

rclio_status rclio_fail_missing(const char *format, ...)
{
    va_list args;
    if (last.status) return last.status;
    va_start(args, format);
    store_format(RCLIO_INVALID, format, args);
    va_end(args);
    return last.status;
}

void *rclio_fail_null(rclio_status status, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    store_format(status, format, args);
    va_end(args);
    return NULL;
}

rclio_status rclio_error_add(const char *format, ...)
{
    char context[RCLIO_ERROR_SIZE];
    char text[2 * RCLIO_ERROR_SIZE + 3];
    va_list args;
    va_start(args, format);
    vsnprintf(context, sizeof context, format, args);
    va_end(args);
    snprintf(text, sizeof text, "%s%s%s", context, last.text[0] ? ": " : "", last.text);
    store(last.status, text);
    return last.status;
}

rclio_status rclio_error_set(rclio_status status, const char *text)
{
    store(status, text);
    return status;
}

const char *rclio_error(void)
{
    return last.text;
}

rclio_status rclio_error_status(void)
{
    return last.status;
}

void rclio_error_clear(void)
{
    last.status = RCLIO_OK;
    last.text[0] = '\0';
}

const char *rclio_status_name(rclio_status status)
{
    static const char *const names[] = {
        [RCLIO_OK] = "ok",
        [RCLIO_EMPTY] = "empty",
        [RCLIO_TIMEOUT] = "timeout",
        [RCLIO_CANCELLED] = "cancelled",
        [RCLIO_UNAVAILABLE] = "unavailable",
        [RCLIO_INVALID] = "invalid",
        [RCLIO_BAD_STATE] = "bad state",
        [RCLIO_BAD_DATA] = "bad data",
        [RCLIO_NOT_FOUND] = "not found",
        [RCLIO_LIMIT] = "limit reached",
        [RCLIO_NO_MEMORY] = "out of memory",
        [RCLIO_SHUTDOWN] = "shut down",
        [RCLIO_SYSTEM] = "system error",
    };
    if ((size_t)status >= sizeof names / sizeof names[0]) return "unknown status";
    return names[status];
}
