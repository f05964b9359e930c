/* src/node/best_available.h: the QoS of a publisher or subscription: the profile's defaults, and `best available` by what the graph
 * knows now (QOS-8). Threads: any. */
#ifndef RCLIO_NODE_BEST_AVAILABLE_H
#define RCLIO_NODE_BEST_AVAILABLE_H

#include "node/node.h"

/* topic  full name. fails RCLIO_INVALID: a value that is not legal. */
rclio_status qos_for_topic(rclio_node *node, const char *topic, rclio_endpoint_kind kind, rclio_qos given, rclio_qos *qos);

#endif
