/* src/node/graph_list.h: building the sorted answers of rclio/graph.h. Each add copies. Threads: one owner. */
#ifndef RCLIO_NODE_GRAPH_LIST_H
#define RCLIO_NODE_GRAPH_LIST_H

#include "rclio/graph.h"

/* Adds the type to the name's types, once; a new name is added. RCLIO_NO_MEMORY. */
rclio_status name_list_add(rclio_name_list *names, const char *name, size_t name_length, const char *type);
void name_list_sort(rclio_name_list *names);

#endif
