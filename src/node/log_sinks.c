/* src/node/log_sinks.c: see log_sinks.h. */
#include "node/log_sinks.h"

#include "base/error.h"
#include "base/log_console.h"
#include "base/log_file.h"

#include <stdlib.h>

struct log_sinks {
    log *log;
    log_console *console;
    log_file *file;
    int console_id, file_id; /* 0: not added */
};

static rclio_status add(log_sinks *s, const arguments *a)
{
    argument_flags flags = arguments_flags(a);
    if (!flags.no_stdout_logs) {
        if (!(s->console = log_console_new())) return rclio_error_status();
        if (!(s->console_id = log_sink_add(s->log, log_console_sink, s->console))) return rclio_error_status();
    }
    if (!flags.no_external_lib_logs) { /* upstream's external library writes the file */
        if (!(s->file = log_file_new(arguments_log_file_name(a)))) return rclio_error_status();
        if (!(s->file_id = log_sink_add(s->log, log_file_sink, s->file))) return rclio_error_status();
    }
    return RCLIO_OK;
}

log_sinks *log_sinks_new(log *l, const arguments *a)
{
    size_t count;
    log_sinks *s = calloc(1, sizeof *s);
    if (!s) return rclio_fail_null(RCLIO_NO_MEMORY, "out of memory for the log's sinks");
    s->log = l;
    rclio_status status = add(s, a);
    const argument_level *levels = arguments_levels(a, &count);
    for (size_t i = 0; i < count && status == RCLIO_OK; i++) status = log_level_set(l, levels[i].logger, levels[i].level);
    if (status == RCLIO_OK) return s;
    log_sinks_destroy(s);
    return NULL;
}

void log_sinks_flush(log_sinks *s)
{
    if (s->console) log_console_flush(s->console);
}

void log_sinks_destroy(log_sinks *s)
{
    if (!s) return;
    if (s->console_id) log_sink_remove(s->log, s->console_id);
    if (s->file_id) log_sink_remove(s->log, s->file_id);
    log_console_destroy(s->console);
    log_file_destroy(s->file);
    free(s);
}
