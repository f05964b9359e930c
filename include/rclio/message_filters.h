/* include/rclio/message_filters.h: messages of several topics brought together by their stamps: docs/message_filters.md. Floor: node.
 *
 *   FI1  A message that enters a filter chain is decoded once and never copied: filters pass references to it
 *        (rclio_message_event), and it goes with the last one. Nobody may write to it.
 *   FI2  A filter's callbacks run in the order of their connecting, in the task of the subscription (or timer) that brought the message.
 *        One that awaits holds back the later messages of that subscription, not those of others.
 *   FI3  A callback may connect, disconnect, add to and destroy any filter, its own too. A filter that is destroyed puts nothing out.
 *   FI4  Filters belong to their node, as all objects below it. A filter keeps the memory of its input, not its life.
 * Threads: adding and queries any thread; constructors, destroy, connect and set_input the executor's or one while nothing spins. */
#ifndef RCLIO_MESSAGE_FILTERS_H
#define RCLIO_MESSAGE_FILTERS_H

#include "rclio/topic.h"

#ifdef __cplusplus
extern "C" {
#endif

#define RCLIO_FILTER_QUEUE 10           /* what queue_size 0 and size 0 stand for in the options below */
#define RCLIO_FILTER_UNLIMITED SIZE_MAX /* as queue_size: no limit */
#define RCLIO_NO_AGE_PENALTY (-1.0)

/* A message on its way through filters. */
typedef struct rclio_message_event {
    const void *message;
    const rclio_type *type;
    bool has_stamp;      /* false: the type has no field `header` with a `stamp`; stamp_ns is received_ns */
    int64_t stamp_ns;    /* of the header */
    int64_t received_ns; /* on the system clock: when it came from the network, or was made */
} rclio_message_event;

/* Takes over a message made with rclio_message_new(type), or copies one (_copy). received_ns 0: now. The type must outlive the event.
 * returns  one reference; NULL with the error set when memory is short (the message is then still yours). */
RCLIO_API const rclio_message_event *rclio_message_event_new(const rclio_type *type, void *message, int64_t received_ns);
RCLIO_API const rclio_message_event *rclio_message_event_copy(const rclio_type *type, const void *message, int64_t received_ns);
RCLIO_API const rclio_message_event *rclio_message_event_ref(const rclio_message_event *event);
RCLIO_API void rclio_message_event_unref(const rclio_message_event *event); /* NULL is allowed */

/* Frees what rclio_cache_interval() gave, references included; NULL is allowed. */
RCLIO_API void rclio_message_events_free(const rclio_message_event **events, size_t count);

/* The stamp of the message's header; false when its type has no field `header` with a `stamp` (of builtin_interfaces/msg/Time). */
RCLIO_API bool rclio_message_stamp(const rclio_type *type, const void *message, int64_t *stamp_ns);

/* ---- filters ---- */

typedef struct rclio_filter rclio_filter;

/* event  lent for the call, also across its awaits; keep it with rclio_message_event_ref(). */
typedef void rclio_filter_fn(const rclio_message_event *event, void *arg);

/* Passes through what is added to it. */
RCLIO_API rclio_filter *rclio_filter_new(rclio_node *node);
RCLIO_API void rclio_filter_destroy(rclio_filter *filter); /* NULL is allowed */

/* Calls `call` with all that the filter puts out, until disconnected. A synchronizer has rclio_synchronizer_connect() instead.
 * returns  the number of the connection, never used again; 0 with the error set */
RCLIO_API uint64_t rclio_filter_connect(rclio_filter *filter, rclio_filter_fn *call, void *arg);
RCLIO_API void rclio_filter_disconnect(rclio_filter *filter, uint64_t connection); /* one that is gone, and 0, are allowed */

/* Puts a message in by hand. fails RCLIO_INVALID: a subscriber, a synchronizer; RCLIO_BAD_STATE: destroyed. */
RCLIO_API rclio_status rclio_filter_add(rclio_filter *filter, const rclio_message_event *event);

/* Takes its messages from `input` from now on, no longer from the one before; NULL: from none. fails as rclio_filter_add; RCLIO_INVALID:
 * the filter would be its own input. */
RCLIO_API rclio_status rclio_filter_set_input(rclio_filter *filter, rclio_filter *input);

/* A subscription as a source of messages. A message that does not decode is dropped as any subscription drops it. options->raw is
 * RCLIO_INVALID.
 * fails  as rclio_subscription_new */
RCLIO_API rclio_filter *rclio_subscriber_new(rclio_node *node, const rclio_type *type, const char *topic,
                                             const rclio_subscription_options *options);
RCLIO_API rclio_subscription *rclio_subscriber_subscription(rclio_filter *subscriber); /* lent; the filter's to destroy */

/* Filters one after the other, as one: what enters the chain goes through each, what the last puts out the chain puts out. */
RCLIO_API rclio_filter *rclio_chain_new(rclio_node *node, rclio_filter *input); /* input: may be NULL, as in all below */
RCLIO_API rclio_status rclio_chain_append(rclio_filter *chain,
                                          rclio_filter *filter);            /* gives it an input; destroy it after the chain */
RCLIO_API rclio_filter *rclio_chain_get(rclio_filter *chain, size_t index); /* lent; NULL: no such index */

/* ---- cache ---- */

typedef struct rclio_cache_options {
    size_t size;           /* messages kept */
    bool like_rclpy;       /* as upstream's Python cache: kept in order of arrival, and before and after mean "or at" */
    bool allow_headerless; /* messages without a header are stamped with the time of receipt; else dropped, with a warning */
} rclio_cache_options;

/* Keeps the newest messages, sorted by stamp, and puts out each one as it comes. */
RCLIO_API rclio_filter *rclio_cache_new(rclio_node *node, rclio_filter *input, const rclio_cache_options *options);

/* Messages with from <= stamp <= to. An array of *count references, freed with rclio_message_events_free(); NULL with count 0 when there
 * are none (RCLIO_OK). _surrounding: the smallest such run of messages that has one at or before `from` and one at or after `to`, as
 * far as they are there.
 * fails  RCLIO_INVALID: not a cache, from > to; RCLIO_NO_MEMORY */
RCLIO_API rclio_status rclio_cache_interval(rclio_filter *cache, int64_t from_ns, int64_t to_ns,
                                            const rclio_message_event ***events, size_t *count);
RCLIO_API rclio_status rclio_cache_surrounding(rclio_filter *cache, int64_t from_ns, int64_t to_ns,
                                               const rclio_message_event ***events, size_t *count);

/* The newest message before a time, the oldest after it, the newest of all: a reference you own; NULL: there is none. */
RCLIO_API const rclio_message_event *rclio_cache_before(rclio_filter *cache, int64_t stamp_ns);
RCLIO_API const rclio_message_event *rclio_cache_after(rclio_filter *cache, int64_t stamp_ns);
RCLIO_API const rclio_message_event *rclio_cache_last(rclio_filter *cache);

/* fails  RCLIO_EMPTY: nothing in the cache; RCLIO_INVALID: not a cache */
RCLIO_API rclio_status rclio_cache_oldest_time(rclio_filter *cache, int64_t *stamp_ns);
RCLIO_API rclio_status rclio_cache_latest_time(rclio_filter *cache, int64_t *stamp_ns);

/* ---- time sequencer ---- */

typedef struct rclio_time_sequencer_options {
    int64_t delay_ns;  /* a message is put out when the node's clock is this much later than its stamp */
    size_t queue_size; /* beyond it the oldest is dropped */
    bool allow_headerless;
    bool no_timer; /* only rclio_time_sequencer_release() puts messages out: for a clock of your own */
} rclio_time_sequencer_options;

/* Puts messages out in the order of their stamps, each when it is due. One older than what was put out already is dropped. */
RCLIO_API rclio_filter *rclio_time_sequencer_new(rclio_node *node, rclio_filter *input,
                                                 const rclio_time_sequencer_options *options);

/* Puts out what is due at `now_ns`. fails RCLIO_INVALID: not a sequencer. thread the executor's or one while nothing spins */
RCLIO_API rclio_status rclio_time_sequencer_release(rclio_filter *sequencer, int64_t now_ns);

/* ---- synchronizers ---- */

typedef enum rclio_match_policy {
    RCLIO_MATCH_EXACT = 0,         /* C++'s ExactTime: equal stamps; queue_size sets of messages wait */
    RCLIO_MATCH_EXACT_RCLPY,       /* Python's TimeSynchronizer: equal stamps; queue_size messages of each topic wait */
    RCLIO_MATCH_APPROXIMATE,       /* C++'s ApproximateTime: the best sets, without a limit to be chosen */
    RCLIO_MATCH_APPROXIMATE_RCLPY, /* Python's ApproximateTimeSynchronizer: what comes first with less than slop_ns between */
    RCLIO_MATCH_LATEST,            /* C++'s LatestTime: at the rate of the fastest topic, the latest message of each */
} rclio_match_policy;

/* RCLIO_MATCH_LATEST measures the rate of each topic by exponential averages. A member of 0 is upstream's value. */
typedef struct rclio_match_rate {
    double rate_weight;  /* 0.9: of the newest period in the rate */
    double error_weight; /* 0.3: of the newest deviation in the mean deviation */
    double margin;       /* 10: a deviation of more than this many mean ones is a new rate, or a topic that is late */
} rclio_match_rate;

typedef struct rclio_match_options {
    rclio_match_policy policy;
    size_t queue_size;       /* every policy but LATEST; of each topic, of EXACT all topics' */
    int64_t slop_ns;         /* APPROXIMATE_RCLPY */
    double age_penalty;      /* APPROXIMATE: 0: upstream's 0.1; RCLIO_NO_AGE_PENALTY */
    int64_t max_interval_ns; /* APPROXIMATE: no set is longer than this; 0: no limit */
    const int64_t
        *lower_bounds_ns; /* APPROXIMATE: of each topic, how close two messages can follow each other; NULL: unknown. Copied. */
    const rclio_match_rate *rates; /* LATEST: of each topic; NULL: upstream's. Copied. */
} rclio_match_options;

typedef struct rclio_synchronizer_options {
    rclio_match_options match;
    bool allow_headerless; /* not asked by LATEST, which looks at no stamp */
    bool use_receipt_time; /* the time of receipt instead of the stamp, for all messages */
} rclio_synchronizer_options;

/* events  `count` of them, in the order of the inputs; lent for the call. Of a set that was dropped those that had not come are NULL. */
typedef void rclio_sync_fn(const rclio_message_event *const *events, size_t count, void *arg);

/* Puts together one message of each input. `inputs` may be NULL, and so may each of them: rclio_synchronizer_add() feeds it.
 * fails  RCLIO_INVALID: no input, an option out of its range */
RCLIO_API rclio_filter *rclio_synchronizer_new(rclio_node *node, rclio_filter *const *inputs, size_t count,
                                               const rclio_synchronizer_options *options);
RCLIO_API uint64_t rclio_synchronizer_connect(rclio_filter *synchronizer, rclio_sync_fn *call,
                                              void *arg); /* as rclio_filter_connect */

/* Calls `call` with each set that will not be completed (RCLIO_MATCH_EXACT only, as upstream). */
RCLIO_API uint64_t rclio_synchronizer_connect_dropped(rclio_filter *synchronizer, rclio_sync_fn *call, void *arg);
RCLIO_API rclio_status rclio_synchronizer_add(rclio_filter *synchronizer, size_t index, const rclio_message_event *event);

/* ---- matching alone, for who has messages of another kind ---- */

/* The matching of a synchronizer, on items it knows nothing about. Threads: one owner at a time. */
typedef struct rclio_matcher rclio_matcher;
typedef struct rclio_match_items {
    void *(*ref)(void *item);                  /* one more reference; LATEST gives out an item more than once */
    void (*unref)(void *item);                 /* of an item that is dropped */
    bool report_dropped;                       /* rclio_matcher_take() gives EXACT's dropped sets too */
    void (*warn)(const char *line, void *arg); /* a topic out of order, or faster than its bound: once each. NULL: nobody cares */
    void *warn_arg;
} rclio_match_items;

/* fails as rclio_synchronizer_new. items: copied. thread any */
RCLIO_API rclio_matcher *rclio_matcher_new(size_t topics, const rclio_match_options *options, const rclio_match_items *items);
RCLIO_API void rclio_matcher_destroy(rclio_matcher *matcher); /* NULL is allowed. thread its owner */

/* Takes over one reference to `item`, unless it fails (RCLIO_INVALID: no such topic; RCLIO_NO_MEMORY). received_ns: LATEST's clock.
 * thread its owner */
RCLIO_API rclio_status rclio_matcher_add(rclio_matcher *matcher, size_t topic, int64_t stamp_ns, int64_t received_ns, void *item);

/* The oldest set that waits: `topics` items, each a reference that is yours (NULL in a dropped set: had not come). RCLIO_EMPTY: none.
 * dropped: may be NULL. thread its owner */
RCLIO_API rclio_status rclio_matcher_take(rclio_matcher *matcher, void **items, bool *dropped);

#ifdef __cplusplus
}
#endif
#endif
