/* src/base/log.h: where log records go: levels per logger, and the sinks that a context adds (console, file, /rosout).
 *
 *   LG1  One `log` per context; lower floors get the pointer handed down. NULL is allowed: the record is dropped.
 *   LG2  A level set on a logger holds for its children ("a" for "a.b") unless they have their own (LOG-3 in docs/wire.md).
 *   LG3  Sinks run one at a time, in the order they were added, under the log's own lock, in the thread that logs: a sink must not
 *        log, block on the network or call user code.
 * Threads: any, except log_new and log_destroy. */
#ifndef RCLIO_BASE_LOG_H
#define RCLIO_BASE_LOG_H

#include "rclio/logging.h"

#include <stdarg.h>

typedef struct log log;

typedef struct log_record {
    rclio_log_level level;
    int64_t time_ns; /* system clock */
    const char *logger;
    const char *message;
    const char *file;
    const char *function;
    uint32_t line;
} log_record; /* lent to sinks for the call */

typedef void log_sink_fn(const log_record *record, void *arg);

log *log_new(void);
void log_destroy(log *l);

/* Adds a sink; returns its id (> 0), or 0 with the error set. */
int log_sink_add(log *l, log_sink_fn *sink, void *arg);

/* When it returns, the sink runs no more. */
void log_sink_remove(log *l, int id);

/* RCLIO_LOG_UNSET removes the logger's own level; logger "" is the root (default INFO). */
rclio_status log_level_set(log *l, const char *logger, rclio_log_level level);
rclio_log_level log_level_own(log *l, const char *logger); /* UNSET: it has none; of the root: the default */
rclio_log_level log_level_effective(log *l, const char *logger);
bool log_is_enabled(log *l, const char *logger, rclio_log_level level);

void log_write(log *l, rclio_log_level level, const char *logger, const char *file, const char *function, uint32_t line,
               const char *format, ...) RCLIO_PRINTF(7, 8);
void log_write_args(log *l, rclio_log_level level, const char *logger, const char *file, const char *function, uint32_t line,
                    const char *format, va_list args);

#define LOG_WARN(l, logger, ...) log_write(l, RCLIO_LOG_WARN, logger, __FILE__, __func__, __LINE__, __VA_ARGS__)
#define LOG_ERROR(l, logger, ...) log_write(l, RCLIO_LOG_ERROR, logger, __FILE__, __func__, __LINE__, __VA_ARGS__)
#define LOG_DEBUG(l, logger, ...) log_write(l, RCLIO_LOG_DEBUG, logger, __FILE__, __func__, __LINE__, __VA_ARGS__)

#endif
