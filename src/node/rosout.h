/* src/node/rosout.h: a node's log on /rosout (LOG-2): a sink that keeps records, and a source that publishes them.
 *
 *   RO1  The sink only copies: it runs under the log's lock, in any thread (LG3 of base/log.h), and a write may log or block. The node's
 *        executor publishes, right after the callback that logged; what is left when the node is destroyed is published then.
 *   RO2  At most ROSOUT_KEEP records wait, as deep as the writer's history; the oldest goes.
 * Upstream publishes in the thread that logs: there, entries of a node that does not spin appear at once; here when it spins next.
 * Threads: rosout_new and rosout_destroy as node constructors. */
#ifndef RCLIO_NODE_ROSOUT_H
#define RCLIO_NODE_ROSOUT_H

#include "node/node.h"

#define ROSOUT_KEEP 1000

typedef struct rosout rosout;

rosout *rosout_new(rclio_node *node); /* NULL with the error set */
void rosout_destroy(rosout *r);       /* NULL is allowed */

#endif
