/* src/node/subscription.h: what other files of this floor ask of a subscription. Threads: the executor's. */
#ifndef RCLIO_NODE_SUBSCRIPTION_H
#define RCLIO_NODE_SUBSCRIPTION_H

#include "rclio/topic.h"

/* From the subscription's callback, once: the message that is being delivered becomes the caller's (rclio_message_destroy), and the
 * subscription goes on with a new one. NULL with the error set when memory is short: it stays the subscription's. */
void *subscription_keep_message(rclio_subscription *subscription);

#endif
