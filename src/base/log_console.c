/* src/base/log_console.c: see log_console.h. Tests: tests/base/test_log.c. */
#include "base/log_console.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/log_format.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct log_console {
    FILE *stream;
    bool colour;
    log_format *format;
    text line; /* reused */
};

/* "0" or "1"; `preset` when unset or empty, and after a warning when it is anything else. */
static int read_switch(const char *variable, int preset, const char *zero, const char *one)
{
    const char *value = getenv(variable);
    if (!value || !*value) return preset;
    if (strcmp(value, "0") == 0) return 0;
    if (strcmp(value, "1") == 0) return 1;
    fprintf(stderr, "Warning: unexpected value [%s] specified for %s. Valid values are 0 (%s) or 1 (%s).\n", value, variable,
            zero, one);
    return preset;
}

log_console *log_console_new(void)
{
    const char *format = getenv("RCUTILS_CONSOLE_OUTPUT_FORMAT");
    log_console *c = calloc(1, sizeof *c);
    if (!c) return rclio_fail_null(RCLIO_NO_MEMORY, "out of memory for the console log");
    text_init(&c->line);
    c->format = log_format_parse(format && *format ? format : LOG_FORMAT_DEFAULT);
    if (!c->format) {
        log_console_destroy(c);
        return NULL;
    }
    if (getenv("RCUTILS_CONSOLE_STDOUT_LINE_BUFFERED"))
        fprintf(stderr, "RCUTILS_CONSOLE_STDOUT_LINE_BUFFERED is now ignored. Please set RCUTILS_LOGGING_USE_STDOUT and "
                        "RCUTILS_LOGGING_BUFFERED_STREAM to control the stream and the buffering of log messages.\n");
    c->stream = read_switch("RCUTILS_LOGGING_USE_STDOUT", 0, "use stderr", "use stdout") ? stdout : stderr;
    int colour = read_switch("RCUTILS_COLORIZED_OUTPUT", -1, "force no color", "force color");
    const char *no_colour = getenv("NO_COLOR"); /* no-color.org; RCUTILS_COLORIZED_OUTPUT says more */
    c->colour = colour < 0 ? isatty(fileno(c->stream)) && !(no_colour && *no_colour) : colour == 1;
    int buffered = read_switch("RCUTILS_LOGGING_BUFFERED_STREAM", -1, "not buffered", "buffered");
    if (buffered >= 0) setvbuf(c->stream, NULL, buffered ? _IOLBF : _IONBF, 0);
    return c;
}

void log_console_destroy(log_console *c)
{
    if (!c) return;
    log_console_flush(c);
    log_format_destroy(c->format);
    text_fini(&c->line);
    free(c);
}

static const char *colour_of(rclio_log_level level)
{
    if (level >= RCLIO_LOG_ERROR) return "\033[31m";
    if (level >= RCLIO_LOG_WARN) return "\033[33m";
    if (level >= RCLIO_LOG_INFO) return "\033[0m";
    return "\033[32m";
}

void log_console_sink(const log_record *record, void *arg)
{
    log_console *c = arg;
    text_clear(&c->line);
    if (c->colour) text_append(&c->line, colour_of(record->level));
    log_format_record(c->format, record, &c->line);
    if (c->colour) text_append(&c->line, "\033[0m");
    text_append_char(&c->line, '\n');
    fwrite(c->line.data, 1, c->line.length, c->stream); /* a console that is gone or full is nobody's fault here */
}

void log_console_flush(log_console *c)
{
    if (c->stream) fflush(c->stream);
}

void log_console_bare(rclio_log_level level, const char *logger, const char *message)
{
    int64_t now = clock_system_ns();
    fprintf(stderr, "[%s] [%lld.%09lld] [%s]: %s\n", rclio_log_level_name(level), (long long)(now / RCLIO_S(1)),
            (long long)(now % RCLIO_S(1)), logger, message);
}
