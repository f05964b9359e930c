/* src/node/shutdown.h: what the program asked to be called when its context ends (rclio_on_shutdown).
 *
 *   SH1  It is the first of the context's shutdown hooks, so the program is called before calls and waits fail, and may still publish.
 *   SH2  Each is called at most once, in the order they were added, without the lock; one that was removed before is not.
 * Threads: adding and removing any; calling is the shutdown hooks'. */
#ifndef RCLIO_NODE_SHUTDOWN_H
#define RCLIO_NODE_SHUTDOWN_H

#include "node/node.h"

typedef struct shutdown_callbacks shutdown_callbacks;

/* NULL with the error set. */
shutdown_callbacks *shutdown_callbacks_new(rclio_context *context);
void shutdown_callbacks_destroy(shutdown_callbacks *callbacks); /* NULL is allowed; calls nobody */

#endif
