/* src/node/log_sinks.h: a context's console and file sinks, as arguments and environment want them (LOG-4, LOG-5, ARG-3). The third
 * sink, /rosout, is per node: node/rosout.c. Threads: as log_new. */
#ifndef RCLIO_NODE_LOG_SINKS_H
#define RCLIO_NODE_LOG_SINKS_H

#include "base/log.h"
#include "node/arguments.h"

typedef struct log_sinks log_sinks;

/* Adds the sinks and sets the levels of the arguments. NULL with the error set. */
log_sinks *log_sinks_new(log *l, const arguments *a);
void log_sinks_flush(log_sinks *s);   /* the console's stream, which may be buffered; files are not */
void log_sinks_destroy(log_sinks *s); /* before the log; NULL is allowed */

#endif
