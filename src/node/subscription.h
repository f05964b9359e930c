/* src/node/subscription.h: what other files of this floor ask of a subscription, from inside its callback. Threads: the callback's. */
#ifndef RCLIO_NODE_SUBSCRIPTION_H
#define RCLIO_NODE_SUBSCRIPTION_H

#include "rclio/topic.h"

/* Whose callback it is; not of a raw one. */
rclio_subscription *subscription_of(const rclio_message_info *info);

#endif
