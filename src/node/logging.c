/* src/node/logging.c: the public logging functions. Sinks: base/log_console.h, base/log_file.h, node/rosout.h.
 * Tests: tests/node/test_logging.c. */
#include "base/clock.h"
#include "base/error.h"
#include "base/log_console.h"
#include "base/log_file.h"
#include "node/node.h"

#include <stdio.h>

void rclio_log(rclio_node *node, rclio_log_level level, const char *file, const char *function, uint32_t line, const char *format,
               ...)
{
    va_list args;
    va_start(args, format);
    if (node) {
        log_write_args(node->context->log, level, node->logger, file, function, line, format, args);
    } else if (level >= RCLIO_LOG_INFO) {
        char message[RCLIO_ERROR_SIZE];
        vsnprintf(message, sizeof message, format, args);
        log_console_bare(level, "rclio", message);
    }
    va_end(args);
}

static void log_without_context(const log_record *record)
{
    log_console *console = log_console_new();
    if (!console) return;
    log_console_sink(record, console);
    log_console_destroy(console);
}

void rclio_logger_log(rclio_context *context, const char *logger, rclio_log_level level, const char *file, const char *function,
                      uint32_t line, const char *text)
{
    if (context)
        log_write(context->log, level, logger, file, function, line, "%s", text);
    else
        log_without_context(&(log_record){level, clock_system_ns(), logger, text, file, function, line});
}

bool rclio_logger_is_enabled(rclio_context *context, const char *logger, rclio_log_level level)
{
    return context && log_is_enabled(context->log, logger, level);
}

char *rclio_log_folder(void)
{
    return log_file_folder();
}

rclio_status rclio_logger_set_level(rclio_context *context, const char *logger, rclio_log_level level)
{
    if (!context || !logger) return rclio_fail(RCLIO_INVALID, "a log level needs a context and a logger's name");
    switch (level) {
    case RCLIO_LOG_UNSET:
    case RCLIO_LOG_DEBUG:
    case RCLIO_LOG_INFO:
    case RCLIO_LOG_WARN:
    case RCLIO_LOG_ERROR:
    case RCLIO_LOG_FATAL: return log_level_set(context->log, logger, level);
    }
    return rclio_fail(RCLIO_INVALID, "%d is no log level", (int)level);
}

rclio_log_level rclio_logger_effective_level(rclio_context *context, const char *logger)
{
    return log_level_effective(context->log, logger);
}

rclio_log_level rclio_logger_level(rclio_context *context, const char *logger)
{
    return log_level_own(context->log, logger);
}
