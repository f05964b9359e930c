/* src/node/client_warning.h: a client that waits for a service says so when there is one of its name with another type: its calls would wait
 * for ever without a word (graph_warnings.h warns at the server). Threads: the executor's. Tests: tests/node/test_client.c. */
#ifndef RCLIO_NODE_CLIENT_WARNING_H
#define RCLIO_NODE_CLIENT_WARNING_H

#include "node/node.h"

/* One line if the graph has such a service; whether it has. */
bool client_warn_of_wrong_type(rclio_node *node, const char *service, const rclio_type *type);

#endif
