/* src/node/loan.h: what publishers and subscriptions share about messages that are not copied (rclio/loan.h).
 *
 *   KM1  A kept message is a message of mw/local/: one pointer, with one name for programs and another one in here.
 *   KM2  What a callback is called with is a delivery: it has one reference, which the callback may take over, once. So
 *        with its bytes.
 * Threads: any; a delivery is its callback's. Tests: tests/node/test_intra_process.c, test_intra_process_threads.c, test_loan.c. */
#ifndef RCLIO_NODE_LOAN_H
#define RCLIO_NODE_LOAN_H

#include "mw/local/message.h"
#include "mw/mw.h"
#include "node/node.h"
#include "rclio/loan.h"

typedef struct rclio_delivery { /* one call of the program */
    rclio_subscription *subscription;
    local_message *message; /* a reference; NULL: raw, or taken over */
    bool is_raw;
    const mw_ops *ops;
    mw_sample *sample; /* its bytes, which the callback may take over, too; NULL: none, or taken over */
} delivery;

/* The setting of an endpoint, or its node's. */
bool loan_by_reference(const rclio_node *node, rclio_intra_process setting);

local_message *loan_of(const rclio_kept_message *kept); /* KM1 */

/* KM2. NULL with the error set. */
local_message *loan_take_over(const rclio_message_info *info);

#endif
