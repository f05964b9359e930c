/* src/node/logging.h: a context's log: its sinks (console, file) and levels. Threads: as base/log.h. */
#ifndef RCLIO_NODE_LOGGING_H
#define RCLIO_NODE_LOGGING_H

#include "base/log.h"

typedef struct logging logging;

typedef struct logging_options {
    const char *executable;    /* names the log file: argv[0] or --log-file-name; NULL: "rclio" */
    bool no_console, no_file;  /* --disable-stdout-logs, --disable-external-lib-logs (ARG-3) */
} logging_options;

/* Makes the log with its sinks from the options and the environment (LOG-4, LOG-5). A variable with a value that is not legal is one
 * line on standard error and the default. returns NULL with the error set when memory is short. */
logging *logging_new(const logging_options *options);
log *logging_log(logging *l);
void logging_destroy(logging *l); /* flushes; NULL is allowed */

#endif
