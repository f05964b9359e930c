/* src/node/subscription.h: what other files of this floor ask of a subscription, from inside its callback. Threads: the callback's. */
#ifndef RCLIO_NODE_SUBSCRIPTION_H
#define RCLIO_NODE_SUBSCRIPTION_H

#include "rclio/topic.h"

/* Whose callback it is. */
rclio_subscription *subscription_of(const rclio_message_info *info);

/* Once: the message that is being delivered becomes the caller's (rclio_message_destroy); the subscription goes on with a new one. A
 * copy, where others have it by reference: NULL with the error set when memory is short. */
void *subscription_take_over(const rclio_message_info *info);

#endif
