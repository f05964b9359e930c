/* src/node/signals.h: SIGINT and SIGTERM shut contexts down.
 *
 *   SG1  The handler stores flags and writes eventfds (rclio_shutdown), then calls the handler that the program had before ours.
 *   SG2  The table of contexts is process-wide, as signal handlers are: the one exception to "no global state" (style.md).
 *   SG3  Our handler is installed with the first context that wants the signal and put back with the last, unless the program has
 *        installed another one meanwhile.
 * Threads: any. */
#ifndef RCLIO_NODE_SIGNALS_H
#define RCLIO_NODE_SIGNALS_H

#include "rclio/context.h"

/* fails  RCLIO_LIMIT: too many contexts; RCLIO_SYSTEM. */
rclio_status signals_add(rclio_context *context, rclio_signals signals);

/* When it returns, no handler uses the context. */
void signals_remove(rclio_context *context);

#endif
