/* src/base/log_format.h: how a record becomes a line: RCUTILS_CONSOLE_OUTPUT_FORMAT (LOG-4).
 * Threads: immutable after log_format_parse(); then any. */
#ifndef RCLIO_BASE_LOG_FORMAT_H
#define RCLIO_BASE_LOG_FORMAT_H

#include "base/log.h"
#include "base/text.h"

#define LOG_FORMAT_DEFAULT "[{severity}] [{time}] [{name}]: {message}"

typedef struct log_format log_format;

/* `format` is copied; backslash n, t and backslash are read as in C. fails RCLIO_NO_MEMORY */
log_format *log_format_parse(const char *format);
void log_format_destroy(log_format *f); /* NULL is allowed */

/* Appends the line, without its newline. */
void log_format_record(const log_format *f, const log_record *record, text *line);

#endif
