/* src/node/client_call.c: see client_call.h. */
#include "node/client_call.h"

#include "base/error.h"

#include <assert.h>
#include <stdlib.h>

#define SWEEP_MIN 64

void call_table_init(call_table *table)
{
    table->sent = NULL;
    list_init(&table->unsent);
    table->count = 0;
    table->sweep_at = SWEEP_MIN;
}

rclio_status call_table_add_sent(call_table *table, call *c)
{
    HASH_ADD(hh, table->sent, sequence, sizeof c->sequence, c);
    if (!c->lost) {
        table->count++;
        return RCLIO_OK;
    }
    c->taken = true;
    return rclio_fail(RCLIO_NO_MEMORY, "out of memory for a call");
}

void call_table_add_unsent(call_table *table, call *c)
{
    list_append(&table->unsent, &c->link);
    table->count++;
}

call *call_table_take(call_table *table, int64_t sequence)
{
    call *c = NULL;
    HASH_FIND(hh, table->sent, &sequence, sizeof sequence, c);
    if (c) call_table_take_this(table, c);
    return c;
}

call *call_table_take_sent(call_table *table)
{
    call *c = table->sent;
    if (c) call_table_take_this(table, c);
    return c;
}

call *call_table_take_unsent(call_table *table)
{
    if (list_is_empty(&table->unsent)) return NULL;
    call *c = list_entry(table->unsent.next, call, link);
    call_table_take_this(table, c);
    return c;
}

void call_table_take_lost(call_table *table, uint64_t oldest, list *lost)
{
    for (call *c = table->sent, *next; c; c = next) {
        next = c->hh.next;
        if (oldest && c->newest >= oldest) continue;
        call_table_take_this(table, c);
        list_append(lost, &c->link);
    }
}

bool call_table_take_this(call_table *table, call *c)
{
    if (c->taken) return false;
    c->taken = true;
    table->count--;
    if (c->sequence) {
        assert(table->sent); /* CC1 */
        HASH_DELETE(hh, table->sent, c);
    }
    list_remove(&c->link);
    return true;
}

static void sweep_one(call_table *table, call *c, list *swept)
{
    if (!future_is_abandoned(c->future)) return;
    call_table_take_this(table, c);
    list_append(swept, &c->link);
}

void call_table_sweep(call_table *table, list *swept)
{
    if (table->count < table->sweep_at) return;
    for (call *c = table->sent, *next; c; c = next) {
        next = c->hh.next;
        sweep_one(table, c, swept);
    }
    list_each(it, &table->unsent) sweep_one(table, list_entry(it, call, link), swept);
    table->sweep_at = 2 * table->count + SWEEP_MIN;
}

call *call_new(rclio_client *client, rclio_future *future)
{
    call *c = calloc(1, sizeof *c);
    if (!c) return rclio_fail_null(RCLIO_NO_MEMORY, "out of memory for a call");
    list_init(&c->link);
    c->client = client;
    c->future = rclio_future_ref(future);
    return c;
}

void call_free(call *c)
{
    if (!c) return;
    rclio_future_unref(c->future);
    free(c->bytes);
    free(c);
}
