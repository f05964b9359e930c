/* include/rclio/loan.h: messages that are not copied: borrowed by who publishes, kept by who receives. Floor: node.
 *
 * Where both sides ask for it (use_intra_process_comms, or intra_process in the options of a publisher and a subscription), a message
 * reaches the subscriptions of its own process by reference: neither encoded nor copied, one object for all of them, which nobody writes to
 * any more. Other processes get it over the network at the same time. docs/intra_process.md.
 *
 * All functions here work without that too: a borrowed message is then encoded when it is published, a kept one is what was decoded.
 * Threads: any; the content of a message is for one at a time to write. */
#ifndef RCLIO_LOAN_H
#define RCLIO_LOAN_H

#include "rclio/topic.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A message of the publisher's type to be filled, then published or given back. It is valid and has its defaults or, with the memory it has
 * grown to, the content of an earlier message: set every field; make sequences larger with rclio_sequence_reserve() or
 * rclio_field_resize(), and do not __init what is there, which would lose that memory.
 * returns  a message that is yours for now; rclio_publisher_destroy() takes back what is still on loan.
 * fails    RCLIO_NO_MEMORY; RCLIO_LIMIT: 1,000 are on loan.
 * thread   any */
RCLIO_API void *rclio_publisher_borrow(rclio_publisher *publisher);

/* Publishes a borrowed message and takes it back, also on failure: it is not yours any more.
 * fails  as rclio_publish(); RCLIO_INVALID: it is not on loan from this publisher, and nothing was done with it */
RCLIO_API rclio_status rclio_publish_loaned(rclio_publisher *publisher, void *message);

/* Gives a borrowed message back unpublished. fails  RCLIO_INVALID: it is not on loan from this publisher */
RCLIO_API rclio_status rclio_publisher_return(rclio_publisher *publisher, void *message);

/* A message that was received and outlives its callback: an object with references, of which the last one to go frees it. It may outlive
 * subscription, node and context; not a type that the program read by itself (rclio_types_new()). */
typedef struct rclio_kept_message rclio_kept_message;

/* Called in a subscription's callback, once: keeps the message that it was called with. No copy. The callback's `message` is then what is
 * kept, and valid as long as that.
 * returns  a reference that is yours.
 * fails    RCLIO_INVALID: a raw subscription has no message; RCLIO_BAD_STATE: kept already */
RCLIO_API rclio_kept_message *rclio_message_keep(const rclio_message_info *info);
RCLIO_API rclio_kept_message *rclio_kept_message_ref(rclio_kept_message *kept);
RCLIO_API void rclio_kept_message_unref(rclio_kept_message *kept); /* NULL is allowed */

RCLIO_API const void *rclio_kept_message_get(const rclio_kept_message *kept); /* lent as long as you have a reference */
RCLIO_API const rclio_type *rclio_kept_message_type(const rclio_kept_message *kept);

/* The bytes that a message came in (info->serialized), which outlive its callback: what a program keeps that decodes elsewhere. */
typedef struct rclio_kept_bytes rclio_kept_bytes;

/* Called in a subscription's callback, raw or not, once: keeps the bytes that it was called with. No copy: info->serialized stays valid.
 * returns  yours until rclio_kept_bytes_release(), which comes before the context is destroyed; subscription and node may go before.
 * fails    RCLIO_INVALID: it came by reference and has no bytes; RCLIO_BAD_STATE: kept already; RCLIO_NO_MEMORY */
RCLIO_API rclio_kept_bytes *rclio_message_keep_bytes(const rclio_message_info *info);
RCLIO_API void rclio_kept_bytes_release(rclio_kept_bytes *kept); /* NULL is allowed */

/* The message, to be written. Where nobody else has it, it is that one; else a copy takes its place in *kept.
 * fails  RCLIO_NO_MEMORY: *kept is as it was */
RCLIO_API void *rclio_kept_message_edit(rclio_kept_message **kept);

/* Publishes it without a copy: what a relay does, or a filter that edits what it got. Consumes your reference, also on failure; others'
 * stay valid, and nobody may edit it from now on but the last one to have it.
 * fails  as rclio_publish(); RCLIO_INVALID: of another type than the publisher's */
RCLIO_API rclio_status rclio_publish_kept(rclio_publisher *publisher, rclio_kept_message *kept);

#ifdef __cplusplus
}
#endif
#endif
