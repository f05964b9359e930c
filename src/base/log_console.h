/* src/base/log_console.h: the console sink (LOG-4). Threads: log_console_sink under the log's lock; the rest one owner. */
#ifndef RCLIO_BASE_LOG_CONSOLE_H
#define RCLIO_BASE_LOG_CONSOLE_H

#include "base/log.h"

typedef struct log_console log_console;

/* Reads RCUTILS_CONSOLE_OUTPUT_FORMAT, RCUTILS_COLORIZED_OUTPUT, RCUTILS_LOGGING_USE_STDOUT and RCUTILS_LOGGING_BUFFERED_STREAM. A
 * value that is not allowed gets one line on standard error and counts as unset. fails RCLIO_NO_MEMORY */
log_console *log_console_new(void);
void log_console_destroy(log_console *c); /* NULL is allowed */
log_sink_fn log_console_sink;             /* arg: the log_console */
void log_console_flush(log_console *c);   /* thread any */

/* Logs to standard error with the default format, without a log: for who has no context. */
void log_console_bare(rclio_log_level level, const char *logger, const char *message);

#endif
