/* src/node/loan.h: what publishers and subscriptions share about messages that are not copied (rclio/loan.h).
 *
 *   KM1  A kept message is a message of mw/local/; the pointer types are one to the outside, another within.
 *   KM2  What a callback is called with is a delivery: it has one reference, which the callback may take over.
 * Threads: any; a delivery is its callback's. Tests: tests/node/test_intra_process.c. */
#ifndef RCLIO_NODE_LOAN_H
#define RCLIO_NODE_LOAN_H

#include "mw/local/message.h"
#include "node/node.h"
#include "rclio/loan.h"

typedef struct rclio_delivery { /* what rclio_message_info.delivery points to */
    local_message *message;     /* a reference; NULL: taken over */
} delivery;

/* The setting of an endpoint, or its node's. */
bool loan_by_reference(const rclio_node *node, rclio_intra_process setting);

/* In a callback, once: the message as one of the caller's own, for rclio_message_destroy(): no copy, where nobody else has it. The
 * callback's message is then that one. NULL with the error set. */
void *delivery_detach(const rclio_message_info *info);

#endif
