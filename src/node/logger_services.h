/* src/node/logger_services.h: ~/get_logger_levels and ~/set_logger_levels of a node that wants them (LOG-6). They reach all loggers of the
 * context. Threads: as node constructors; the services run on the node's executor. */
#ifndef RCLIO_NODE_LOGGER_SERVICES_H
#define RCLIO_NODE_LOGGER_SERVICES_H

#include "node/node.h"

/* The services are the node's entities: they go with it. */
rclio_status logger_services_start(rclio_node *node);

#endif
