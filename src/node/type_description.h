/* src/node/type_description.h: the service ~/get_type_description (NOD-1, NOD-2). Threads: as node constructors. */
#ifndef RCLIO_NODE_TYPE_DESCRIPTION_H
#define RCLIO_NODE_TYPE_DESCRIPTION_H

#include "node/node.h"

typedef struct type_description type_description;

type_description *type_description_new(rclio_node *node); /* NULL with the error set. Its service is an entity of the node. */
void type_description_destroy(type_description *d);       /* NULL is allowed; after the node's entities */

#endif
