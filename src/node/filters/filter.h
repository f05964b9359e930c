/* src/node/filters/filter.h: what all filters are made of: an input, connections that hear what they put out, a kind.
 *
 *   FL1  `lock` guards the connections and what a kind keeps; no callback runs under it.
 *   FL2  A connection of another filter names it as holder: the one who calls holds a reference to it meanwhile, taken under the lock
 *        under which it would be disconnected.
 *   FL3  A filter takes no message once it is closed, and puts none out.
 *   FL4  Inputs, and what a chain is made of, change with the node's state lock (EXECUTOR_GUARD); messages pass without it.
 * Threads: the lines of include/rclio/message_filters.h. */
#ifndef RCLIO_NODE_FILTERS_FILTER_H
#define RCLIO_NODE_FILTERS_FILTER_H

#include "base/thread.h"
#include "node/node.h"
#include "rclio/loan.h"
#include "rclio/message_filters.h"

typedef struct filter_kind {
    const char *name;                                                       /* "cache" */
    rclio_status (*add)(rclio_filter *f, const rclio_message_event *event); /* NULL: nothing goes in by rclio_filter_add() */
    void (*close)(rclio_filter *f);                                         /* lets go of what destroy must end; may be NULL */
    void (*free)(rclio_filter *f); /* what it keeps, after the last reference; of a half-built one too; may be NULL */
} filter_kind;

typedef struct filter_connection {
    uint64_t number;
    rclio_filter_fn *call;
    rclio_sync_fn *call_with_set; /* of a synchronizer, instead of `call` */
    bool for_dropped;
    void *arg;
    rclio_filter *holder; /* FL2; NULL: the program's */
} filter_connection;

struct rclio_filter {
    entity entity; /* first; references: the owner's, one for each filter whose input it is */
    const filter_kind *kind;
    mutex lock;
    struct {
        filter_connection *data; /* sorted by number */
        size_t size, capacity;
    } connections;
    uint64_t last_number;
    rclio_filter *input; /* a reference; FL4 */
    uint64_t input_connection;
    atomic_bool closed; /* written under the lock */
    bool warned;        /* that it dropped a message without a header, or from a full queue */
};

/* Allocates `size` bytes that begin with a rclio_filter; NULL with the error set. Not known to the node before filter_adopt(), which is the
 * constructor's last step and connects the input (may be NULL); on failure of either the constructor calls filter_abandon(). */
void *filter_alloc(rclio_node *node, const filter_kind *kind, size_t size);
rclio_status filter_adopt(rclio_filter *f, rclio_filter *input);
void filter_abandon(rclio_filter *f);

rclio_filter *filter_from_entity(entity *e);

/* FI2: calls the connections that were there when it began. */
void filter_output(rclio_filter *f, const rclio_message_event *event);
void filter_output_set(rclio_filter *f, const rclio_message_event *const *events, size_t count, bool dropped);

uint64_t filter_connect(rclio_filter *f, filter_connection connection); /* its number is given here */

/* The rclio_filter_fn that hands what comes to the filter `arg`. */
rclio_filter_fn filter_take_from_input;

/* The filter when it is of that kind; NULL with the error set. */
void *filter_of_kind(rclio_filter *f, const filter_kind *kind);

/* A message without a stamp where that is not allowed: says so once, false. */
bool filter_accepts(rclio_filter *f, const rclio_message_event *event, bool allow_headerless);

/* Says once that the filter drops messages. */
void filter_warn_once(rclio_filter *f, const char *format, ...) RCLIO_PRINTF(2, 3);

/* The event of a message that was received; takes over the reference, but not on failure. */
const rclio_message_event *message_event_of_kept(rclio_kept_message *kept, int64_t received_ns);

extern const filter_kind filter_chain_kind, filter_cache_kind, filter_sequencer_kind, filter_synchronizer_kind,
    filter_subscriber_kind;

#endif
