/* src/node/client_call.h: the calls of a client: those that were sent, by sequence number, and those that wait for a server.
 *
 *   CC1  A call is in exactly one of the two, or taken: who takes it out (under the lock) ends its future and frees it.
 *   CC2  Ending runs without the lock: rclio_future_on_cancel() waits for a cancellation that may want it.
 *   CC3  Calls whose future was dropped are swept out when the table has doubled since the last time: dropping one costs nothing, and
 *        they take no more room than the live ones.
 * Threads: everything under the client's lock, but call_new, call_end_* and call_free, which touch a taken call only. */
#ifndef RCLIO_NODE_CLIENT_CALL_H
#define RCLIO_NODE_CLIENT_CALL_H

#include "node/client.h"

#define HASH_NONFATAL_OOM 1
#define uthash_nonfatal_oom(entry) ((entry)->lost = true)
#include <uthash.h>

typedef struct call {
    UT_hash_handle hh; /* in call_table.sent */
    list link;         /* in call_table.unsent */
    int64_t sequence;  /* 0: not sent */
    uint64_t newest;   /* mw's number of the newest server it can have reached */
    bool lost;         /* uthash could not add it */
    bool taken;
    rclio_client *client;
    rclio_future *future; /* a reference */
    int64_t began_ns;     /* of a call that is traced; else 0 */
    uint8_t *bytes;       /* of an unsent one, owned */
    size_t size;
} call;

typedef struct call_table {
    call *sent;
    list unsent;
    size_t count;    /* of both */
    size_t sweep_at; /* CC3 */
} call_table;

void call_table_init(call_table *table);
rclio_status call_table_add_sent(call_table *table, call *c); /* by c->sequence; fails RCLIO_NO_MEMORY */
void call_table_add_unsent(call_table *table, call *c);
call *call_table_take(call_table *table, int64_t sequence); /* NULL: not there */
call *call_table_take_sent(call_table *table);              /* the oldest */
call *call_table_take_unsent(call_table *table);            /* the oldest */
bool call_table_take_this(call_table *table, call *c);      /* false: somebody else has taken it */

/* SRV-4: takes the sent calls whose servers are all older than `oldest`, the oldest there is (0: none), into `lost` (of link). */
void call_table_take_lost(call_table *table, uint64_t oldest, list *lost);

/* CC3: takes abandoned calls out, when it is time, into `swept` (of link), for call_free() without the lock. */
void call_table_sweep(call_table *table, list *swept);

call *call_new(rclio_client *client, rclio_future *future);
void call_free(call *c);

void reply_set_tail(void *message, const uint8_t *bytes, size_t size);

#endif
