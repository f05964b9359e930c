/* src/node/loan.c: messages that outlive their callbacks. Rules: loan.h. The publisher's half is in publisher.c. */
#include "node/loan.h"

#include "base/error.h"

#include <stdlib.h>

bool loan_by_reference(const rclio_node *node, rclio_intra_process setting)
{
    return setting == RCLIO_INTRA_PROCESS_NODE ? node->options.use_intra_process_comms : setting == RCLIO_INTRA_PROCESS_ON;
}

local_message *loan_of(const rclio_kept_message *kept)
{
    return (local_message *)(uintptr_t)kept;
}

static rclio_kept_message *kept_of(local_message *message)
{
    return (rclio_kept_message *)(void *)message;
}

local_message *loan_take_over(const rclio_message_info *info)
{
    delivery *from = info ? info->delivery : NULL;
    if (!from || from->is_raw) return rclio_fail_null(RCLIO_INVALID, "no message to keep: a raw subscription has bytes only");
    if (!from->message) return rclio_fail_null(RCLIO_BAD_STATE, "this callback has kept its message before");
    local_message *message = from->message;
    from->message = NULL;
    return message;
}

rclio_kept_message *rclio_message_keep(const rclio_message_info *info)
{
    return kept_of(loan_take_over(info));
}

struct rclio_kept_bytes {
    const mw_ops *ops;
    mw_sample sample;
};

rclio_kept_bytes *rclio_message_keep_bytes(const rclio_message_info *info)
{
    delivery *from = info ? info->delivery : NULL;
    if (!from || info->from_intra_process)
        return rclio_fail_null(RCLIO_INVALID, "no bytes to keep: the message came by reference");
    if (!from->sample) return rclio_fail_null(RCLIO_BAD_STATE, "this callback has kept its bytes before");
    rclio_kept_bytes *kept = malloc(sizeof *kept);
    if (!kept) return rclio_fail_null(RCLIO_NO_MEMORY, "no memory to keep a message's bytes");
    *kept = (rclio_kept_bytes){.ops = from->ops, .sample = *from->sample};
    from->sample = NULL;
    return kept;
}

void rclio_kept_bytes_release(rclio_kept_bytes *kept)
{
    if (!kept) return;
    kept->ops->reader_return(NULL, &kept->sample);
    free(kept);
}

rclio_kept_message *rclio_kept_message_ref(rclio_kept_message *kept)
{
    return kept ? kept_of(local_message_ref(loan_of(kept))) : NULL;
}

void rclio_kept_message_unref(rclio_kept_message *kept)
{
    local_message_unref(loan_of(kept));
}

const void *rclio_kept_message_get(const rclio_kept_message *kept)
{
    return kept ? local_message_data(loan_of(kept)) : NULL;
}

const rclio_type *rclio_kept_message_type(const rclio_kept_message *kept)
{
    return kept ? local_message_type(loan_of(kept)) : NULL;
}

void *rclio_kept_message_edit(rclio_kept_message **kept)
{
    if (!kept || !*kept) return rclio_fail_null(RCLIO_INVALID, "no message to edit");
    local_message *message = loan_of(*kept), *own = local_message_own(message);
    if (!own) return NULL;
    *kept = kept_of(own);
    return local_message_data(own);
}
