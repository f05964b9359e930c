/* src/node/graph_watch.h: what a node does when the graph changes: ends futures that wait for that, warns of what cannot work.
 *
 *   GW1  The middleware's callback wakes a source; the source looks at the graph, at most once in GRAPH_CHECK_NS for the warnings.
 *   GW2  Each warning is given once for the same pair of things.
 * Threads: as node constructors; the futures' makers any. */
#ifndef RCLIO_NODE_GRAPH_WATCH_H
#define RCLIO_NODE_GRAPH_WATCH_H

#include "node/node.h"

#define GRAPH_CHECK_NS RCLIO_MS(100)

typedef struct graph_watch graph_watch;

graph_watch *graph_watch_new(rclio_node *node);
void graph_watch_destroy(graph_watch *w); /* NULL is allowed; its futures fail with RCLIO_CANCELLED */

rclio_future *graph_watch_changed(graph_watch *w);
rclio_future *graph_watch_settled(graph_watch *w, int64_t quiet_ns, int64_t alone_ns, int64_t limit_ns);

#endif
