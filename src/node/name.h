/* src/node/name.h: from the name a program gives to the name on the network (NAM-8, ARG-2). Threads: any. */
#ifndef RCLIO_NODE_NAME_H
#define RCLIO_NODE_NAME_H

#include "rclio/node.h"

/* Expands "~", "{node}", "{ns}" and relative names; `given` is checked before, the result is not.
 * returns  a string to free; NULL with upstream's sentence as the error. */
char *name_expand(const char *given, const char *node_name, const char *name_space);

/* Checks, expands, checks, remaps: what endpoints are made with. A string to free. `service` chooses the rules and the error's words. */
char *name_resolve(rclio_node *node, const char *given, bool service);

/* "/ns" and "name" -> "/ns/name"; "/" and "name" -> "/name". A string to free. */
char *name_join(const char *name_space, const char *name);

#endif
