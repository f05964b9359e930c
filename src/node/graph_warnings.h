/* src/node/graph_warnings.h: what the graph shows that cannot work: a second node of this name, another type on this node's topics and
 * services. Each is one warning of the node's logger. Threads: the executor's. */
#ifndef RCLIO_NODE_GRAPH_WARNINGS_H
#define RCLIO_NODE_GRAPH_WARNINGS_H

#include "base/map.h"
#include "node/node.h"

typedef struct graph_warnings {
    map given; /* what was warned of, so that it is not said twice */
    bool name_is_taken;
} graph_warnings; /* {0}: nothing said yet */

void graph_warnings_check(graph_warnings *w, rclio_node *node);
void graph_warnings_fini(graph_warnings *w);

#endif
