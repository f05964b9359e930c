/* src/node/filters/chain.c: filters one after the other, as one.
 *
 *   CH1  The first takes what enters the chain, each takes what the one before puts out, the last one's output is the chain's. An empty chain
 *        passes through.
 *   CH2  The chain holds references to its filters; they are their node's. One that was destroyed lets nothing through.
 * Threads: as the public header says. Tests: tests/filters/test_chain.c. */
#include "base/array.h"
#include "base/error.h"
#include "node/filters/filter.h"

#include <stdlib.h>

typedef struct chain {
    rclio_filter filter;
    struct {
        rclio_filter **data; /* references, CH2 */
        size_t size, capacity;
    } parts;             /* written on the executor, under the filter's lock */
    uint64_t connection; /* of the last part to the chain's output */
} chain;

static chain *of(rclio_filter *f)
{
    return (chain *)(void *)f;
}

static void put_out(const rclio_message_event *event, void *arg)
{
    filter_output(arg, event);
}

static rclio_status chain_add(rclio_filter *f, const rclio_message_event *event)
{
    mutex_lock(&f->lock);
    rclio_filter *first = of(f)->parts.size ? of(f)->parts.data[0] : NULL;
    if (first) entity_ref(&first->entity);
    mutex_unlock(&f->lock);
    if (!first) {
        filter_output(f, event);
        return RCLIO_OK;
    }
    rclio_status status = rclio_filter_add(first, event);
    entity_unref(&first->entity);
    return status;
}

static void chain_close(rclio_filter *f)
{
    chain *c = of(f);
    EXECUTOR_GUARD(f->entity.executor);
    if (c->parts.size) rclio_filter_disconnect(c->parts.data[c->parts.size - 1], c->connection);
}

static void chain_free(rclio_filter *f)
{
    chain *c = of(f);
    for (size_t i = 0; i < c->parts.size; i++) entity_unref(&c->parts.data[i]->entity);
    free(c->parts.data);
}

const filter_kind filter_chain_kind = {.name = "chain", .add = chain_add, .close = chain_close, .free = chain_free};

rclio_filter *rclio_chain_new(rclio_node *node, rclio_filter *input)
{
    chain *c = filter_alloc(node, &filter_chain_kind, sizeof *c);
    if (!c) return NULL;
    if (filter_adopt(&c->filter, input) == RCLIO_OK) return &c->filter;
    filter_abandon(&c->filter);
    return NULL;
}

static rclio_status check_part(chain *c, rclio_filter *part)
{
    if (!part || part == &c->filter) return rclio_fail(RCLIO_INVALID, "a chain needs another filter to append");
    if (c->filter.closed) return rclio_fail(RCLIO_BAD_STATE, "this chain has been destroyed");
    if (!part->kind->add) return rclio_fail(RCLIO_INVALID, "a %s takes no input: it cannot be part of a chain", part->kind->name);
    for (size_t i = 0; i < c->parts.size; i++)
        if (c->parts.data[i] == part) return rclio_fail(RCLIO_INVALID, "this %s is in the chain already", part->kind->name);
    return RCLIO_OK;
}

rclio_status rclio_chain_append(rclio_filter *f, rclio_filter *part)
{
    chain *c = filter_of_kind(f, &filter_chain_kind);
    if (!c) return rclio_error_status();
    EXECUTOR_GUARD(f->entity.executor);
    if (check_part(c, part) != RCLIO_OK) return rclio_error_status();
    rclio_filter *last = c->parts.size ? c->parts.data[c->parts.size - 1] : NULL;
    uint64_t connection = filter_connect(part, (filter_connection){.call = put_out, .arg = f, .holder = f});
    if (!connection) return rclio_error_status();
    mutex_lock(&f->lock);
    bool appended = array_append(&c->parts, part);
    mutex_unlock(&f->lock);
    rclio_status status = appended ? rclio_filter_set_input(part, last) : rclio_error_status();
    if (status != RCLIO_OK) {
        rclio_filter_disconnect(part, connection);
        mutex_lock(&f->lock);
        if (appended) c->parts.size--;
        mutex_unlock(&f->lock);
        return status;
    }
    entity_ref(&part->entity);
    if (last) rclio_filter_disconnect(last, c->connection);
    c->connection = connection;
    return RCLIO_OK;
}

rclio_filter *rclio_chain_get(rclio_filter *f, size_t index)
{
    chain *c = filter_of_kind(f, &filter_chain_kind);
    if (!c) return NULL;
    EXECUTOR_GUARD(f->entity.executor);
    if (c->filter.closed) return NULL;
    if (index >= c->parts.size)
        return rclio_fail_null(RCLIO_NOT_FOUND, "the chain has %zu filters, none at %zu", c->parts.size, index);
    return c->parts.data[index];
}
