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

/* Which signals shut the context down from now on. When it returns, no handler uses the context for the others.
 * fails  RCLIO_LIMIT: too many contexts; RCLIO_SYSTEM; never for RCLIO_SIGNALS_NONE. */
rclio_status signals_set(rclio_context *context, rclio_signals signals);

/* context.c: what the handler does with each. thread any; async-signal-safe */
void context_signalled(rclio_context *context, int number);

#endif
