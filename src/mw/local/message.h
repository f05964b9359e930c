/* src/mw/local/message.h: messages that nodes of one process pass by reference, and the pools that they come from.
 *
 * A message belongs to whoever has its references. Within the process the middleware hands it over as it is: its reader cache, its
 * history and its rules of quality of service see a sample like any other, whose bytes are made when somebody asks for them.
 *
 *   LO1  One holder writes a message and shares it; from then on nobody writes. Who has the only reference may write again
 *        (local_message_own).
 *   LO2  A sealed message can always become bytes: they were counted and room for them was made, so what encodes later cannot fail. It
 *        is encoded at most once, when bytes are first asked for: never, where all readers take it by reference.
 *   LO3  A pool takes a message back when its last reference goes, with the memory it has grown to, and gives it out again: passing
 *        messages on allocates nothing once the first ones have come back.
 *   LO4  A pool is there until its maker has closed it and all its messages have come back; so is the type, when it is of `types`.
 *   LO5  What is lent (local_pool_lend) goes by the address of its memory, so that a program has no handle to keep; a pool knows what it
 *        has lent, and an address that it has not lent is refused, not looked at.
 * Threads: any; the content of a message is one holder's until it is sealed. Nothing here calls out while it holds a lock.
 * Tests: tests/mw/test_local.c, tests/mw/test_seam_local.c. */
#ifndef RCLIO_MW_LOCAL_MESSAGE_H
#define RCLIO_MW_LOCAL_MESSAGE_H

#include "rclio/cdr.h"
#include "rclio/types.h"

typedef struct local_pool local_pool;
typedef struct local_message local_message;

#define LOCAL_LENT_MAX 1000 /* messages that a pool lends at one time: more is a program that forgets to give them back */

/* types   what `type` is of; a reference is taken. NULL: `type` outlives all messages of the pool. */
local_pool *local_pool_new(rclio_types *types, const rclio_type *type);
void local_pool_close(
    local_pool *pool); /* NULL is allowed. What is lent goes back; other messages are freed as they come back. */
const rclio_codec *local_pool_codec(const local_pool *pool);

/* A message with one reference, yours: valid, its content that of an earlier one or the defaults. NULL with the error set. */
local_message *local_pool_get(local_pool *pool);
local_message *local_message_ref(local_message *message);
void local_message_unref(local_message *message); /* NULL is allowed */

void *local_message_data(local_message *message);
const rclio_type *local_message_type(const local_message *message);

/* true: the caller's is the only reference, and nothing but the caller can make another. */
bool local_message_is_sole(const local_message *message);

/* The message for its only holder, to be written, sealed no more: the same, or a copy when others have it, and then the caller's reference
 * has moved to the copy. NULL with the error set: nothing has changed. */
local_message *local_message_own(local_message *message);

/* LO2. Nothing, when it is sealed already.
 * fails  RCLIO_INVALID: a bound is broken; RCLIO_NO_MEMORY; RCLIO_LIMIT: more than DDS can carry */
rclio_status local_message_seal(local_message *message);

/* Of a sealed one: header and CDR. There are zeros behind it up to a multiple of 4. */
size_t local_message_size(const local_message *message);
const uint8_t *local_message_bytes(local_message *message);
bool local_message_is_encoded(const local_message *message);

/* A message of the same type, by content: what a reader of that descriptor may take for its own. */
bool local_message_fits(const local_message *message, const rclio_type *type);

/* LO5. The memory of a message as local_pool_get() gives it; NULL with the error set, RCLIO_LIMIT beyond LOCAL_LENT_MAX. */
void *local_pool_lend(local_pool *pool);

/* The message that has this memory: its reference is yours, and it is lent no more. fails  RCLIO_INVALID: not lent by this pool. */
local_message *local_pool_take_back(local_pool *pool, const void *data);

#endif
