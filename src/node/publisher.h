/* src/node/publisher.h: what other files of this floor ask of a publisher. */
#ifndef RCLIO_NODE_PUBLISHER_H
#define RCLIO_NODE_PUBLISHER_H

#include "rclio/topic.h"

/* While it is muted it drops what it is given, and says so once for each time. thread any */
void publisher_mute(rclio_publisher *publisher, bool muted);

#endif
