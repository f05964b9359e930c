/* src/mw/mw.h: the seam: all that rclio asks of a middleware. One table of operations; one test suite (tests/mw/) runs against every
 * implementation of it.
 *
 *   M1  Messages are bytes here: header and CDR, encoded and decoded by the floor above; or, within the process and between those that ask
 *       for it, a reference to a message that is never encoded (mw/local/message.h). Names are ROS names; mangling is mw's.
 *   M2  Callbacks handed down (`mw_callback`) run on a middleware thread, must not block, and may run before the function that made
 *       the object has returned. They wake an executor's source and do nothing else.
 *   M3  A destroy function returns when its object's callbacks run no more. Never call one from a callback.
 *   M4  Requester and replier are whole: request id, matching of replies, availability and the loss of a peer are theirs, because
 *       dialects differ (docs/wire.md, SRV). The id of a request is opaque above.
 *   M5  Nothing here blocks longer than `write_timeout_ns` of mw_options.
 * Threads: any, unless a function says otherwise; operations on one object are not called at the same time as its destroy. */
#ifndef RCLIO_MW_H
#define RCLIO_MW_H

#include "base/log.h"
#include "mw/local/message.h"
#include "mw/sample.h"
#include "rclio/qos.h"
#include "rclio/type.h"

typedef struct mw mw; /* a participant */
typedef struct mw_node mw_node;
typedef struct mw_writer mw_writer;
typedef struct mw_reader mw_reader;
typedef struct mw_requester mw_requester;
typedef struct mw_replier mw_replier;
typedef struct graph graph; /* mw/graph.h */

typedef enum mw_discovery_range {
    MW_RANGE_SUBNET,
    MW_RANGE_LOCALHOST,
    MW_RANGE_OFF,
    MW_RANGE_SYSTEM_DEFAULT
} mw_discovery_range; /* ENV-2 */

typedef struct mw_options {
    uint32_t domain_id;
    const char *enclave; /* "/" */
    mw_discovery_range range;
    const char *static_peers; /* as in ROS_STATIC_PEERS: separated by ';'; NULL: none */
    int64_t write_timeout_ns; /* 0: for ever, as upstream (QoS max_blocking_time infinite) */
    bool few_threads;         /* as in rclio_context_options */
    log *log;                 /* may be NULL */
} mw_options;

typedef enum mw_event_kind { /* QoS events; which of them have something new is in the mask that `take_events` returns */
                             MW_EVENT_MATCHED = 1 << 0,
                             MW_EVENT_INCOMPATIBLE_QOS = 1 << 1,
                             MW_EVENT_DEADLINE = 1 << 2,   /* offered deadline missed (writer), requested (reader) */
                             MW_EVENT_LIVELINESS = 1 << 3, /* lost (writer), changed (reader) */
                             MW_EVENT_MESSAGE_LOST = 1 << 4,
} mw_event_kind;

typedef struct mw_status { /* counts since creation, and the change since the status was last read */
    int32_t total, total_change;
    int32_t current, current_change;     /* MATCHED; LIVELINESS of a reader: alive */
    int32_t not_alive, not_alive_change; /* LIVELINESS of a reader */
    const char *last_policy;             /* INCOMPATIBLE_QOS: "RELIABILITY"; static */
} mw_status;

struct mw_ops {
    const char *name; /* "rmw_cyclonedds_cpp": what RMW_IMPLEMENTATION calls this behaviour */

    /* The participant. close: all its objects have been destroyed. */
    mw *(*open)(const mw_options *options);
    void (*close)(mw *m);
    graph *(*graph_of)(mw *m); /* lives as long as the mw */
    void (*participant_gid)(mw *m, uint8_t gid[RCLIO_GID_SIZE]);

    /* A node is a name in ros_discovery_info (DIS-5, DIS-6); endpoints made below it are listed with it. */
    mw_node *(*node_new)(mw *m, const char *name, const char *name_space);
    void (*node_destroy)(mw_node *node);

    /* Topics. `topic` is fully qualified ("/chatter"). `ready`: there may be something to take. `events`: take_events has something. */
    mw_writer *(*writer_new)(mw_node *node, const char *topic, const rclio_type *type, const rclio_qos *qos, mw_callback events);
    void (*writer_destroy)(mw_writer *writer);
    mw_buffer *(*writer_buffer)(mw_writer *writer, size_t size); /* NULL with the error set */
    rclio_status (*writer_write)(mw_writer *writer, mw_buffer *buffer,
                                 int64_t source_timestamp_ns); /* consumes the buffer, also on failure; timestamp 0: now */
    /* A message that is sealed, by reference; consumes the reference, also on failure. Readers of this process that accept messages
     * get it as it is, all others its bytes, by the same rules of quality of service and in the same order as what is written. */
    rclio_status (*writer_write_message)(mw_writer *writer, local_message *message, int64_t source_timestamp_ns);
    /* Messages written in quick succession may be kept back, for a moment, to be sent together; flush sends them. Whoever has nothing
     * more to do calls it; before anything else is sent it happens by itself. */
    bool (*writer_keeps_back)(const mw_writer *writer);
    void (*writer_flush)(mw_writer *writer);
    bool (*writer_has_local)(mw_writer *writer); /* a reader of this process is matched; a hint that may be late */
    /* false: nobody would ever get what is written now, and nothing else comes of writing it. Not behind writer_matched. */
    bool (*writer_is_heard)(mw_writer *writer);
    void (*buffer_discard)(mw_buffer *buffer); /* instead of write or send, when encoding failed; of any of the three kinds */
    void (*writer_gid)(const mw_writer *writer, uint8_t gid[RCLIO_GID_SIZE]);
    size_t (*writer_matched)(mw_writer *writer);
    /* DIS-17: a reader is matched that is of that participant and, if it says whose it is, of the client with that request writer. */
    bool (*writer_matches_client)(mw_writer *writer, const uint8_t participant[12], const uint8_t client[RCLIO_GID_SIZE]);
    uint32_t (*writer_take_events)(mw_writer *writer); /* mask of mw_event_kind, cleared by the call */
    rclio_status (*writer_status)(mw_writer *writer, mw_event_kind kind, mw_status *status);
    rclio_status (*writer_assert_liveliness)(mw_writer *writer);
    rclio_status (*writer_wait_acknowledged)(mw_writer *writer, int64_t timeout_ns); /* blocks: from a worker thread only */
    void (*writer_qos)(const mw_writer *writer, rclio_qos *qos);                     /* as it is in force */

    /* `client`: the gid of the request writer that the reader belongs to (DIS-17), or NULL. */
    mw_reader *(*reader_new)(mw_node *node, const char *topic, const rclio_type *type, const rclio_qos *qos, bool ignore_local,
                             const uint8_t *client, mw_callback ready, mw_callback events);
    void (*reader_destroy)(mw_reader *reader);
    void (*reader_accept_messages)(mw_reader *reader);                 /* from now on take may give messages by reference */
    rclio_status (*reader_take)(mw_reader *reader, mw_sample *sample); /* RCLIO_EMPTY: none */
    void (*reader_return)(mw_reader *reader, mw_sample *sample);       /* also after the reader was destroyed: with NULL for it */
    void (*reader_gid)(const mw_reader *reader, uint8_t gid[RCLIO_GID_SIZE]);
    size_t (*reader_matched)(mw_reader *reader);
    uint32_t (*reader_take_events)(mw_reader *reader);
    rclio_status (*reader_status)(mw_reader *reader, mw_event_kind kind, mw_status *status);
    void (*reader_qos)(const mw_reader *reader, rclio_qos *qos);

    /* Services. `type` is of kind RCLIO_SERVICE. `changed`: availability may have changed, or a peer was lost. */
    mw_requester *(*requester_new)(mw_node *node, const char *service, const rclio_type *type, const rclio_qos *qos,
                                   mw_callback ready, mw_callback changed);
    void (*requester_destroy)(mw_requester *requester);
    mw_buffer *(*requester_buffer)(mw_requester *requester, size_t size);
    rclio_status (*requester_send)(mw_requester *requester, mw_buffer *buffer,
                                   int64_t *sequence); /* sequence > 0 identifies the call */
    rclio_status (*requester_take)(mw_requester *requester, mw_sample *sample,
                                   int64_t *sequence); /* only replies to own requests (SRV-3) */
    void (*requester_return)(mw_requester *requester, mw_sample *sample);
    bool (*requester_is_available)(mw_requester *requester); /* SRV-5: both directions matched with one server */
    /* SRV-4. Servers are numbered in the order they are met, from 1. `oldest`: of those that can answer now; 0: none. `newest`: of
     * those that a request sent now may reach. A request sent at a `newest` below today's `oldest` has lost all its servers. */
    void (*requester_server_range)(mw_requester *requester, uint64_t *oldest, uint64_t *newest);
    void (*requester_gid)(const mw_requester *requester, uint8_t gid[RCLIO_GID_SIZE]);

    mw_replier *(*replier_new)(mw_node *node, const char *service, const rclio_type *type, const rclio_qos *qos,
                               mw_callback ready);
    /* The same, of a service that need not exist before somebody could call it: the implementation may leave it at a place in the graph
     * until another participant is there, whether or not the program spins, or until a requester or replier is made by the above. */
    mw_replier *(*replier_promise)(mw_node *node, const char *service, const rclio_type *type, const rclio_qos *qos,
                                   mw_callback ready);
    void (*replier_destroy)(mw_replier *replier);
    rclio_status (*replier_take)(mw_replier *replier, mw_sample *sample, mw_request_id *id);
    void (*replier_return)(mw_replier *replier, mw_sample *sample);
    mw_buffer *(*replier_buffer)(mw_replier *replier, size_t size);

    /* Never blocks. A reply whose client's reader is not matched yet is held (SRV-6) and sent by replier_flush, which `ready` asks
     * for; RCLIO_UNAVAILABLE: the client has gone, the reply is dropped. */
    rclio_status (*replier_send)(mw_replier *replier, const mw_request_id *id, mw_buffer *buffer);
    void (*replier_flush)(mw_replier *replier);
    /* An error instead of a reply, for clients that understand it (SRV-11). fails  RCLIO_UNAVAILABLE: nothing was sent */
    rclio_status (*replier_refuse)(mw_replier *replier, const mw_request_id *id, rclio_status status, const char *text);
    bool (*replier_client_is_gone)(mw_replier *replier, const mw_request_id *id);
};
typedef struct mw_ops mw_ops;

/* The first member of every mw_*: how the floor above gets from an object to its operations. */
struct mw {
    const mw_ops *ops;
};

/* The implementation that RMW_IMPLEMENTATION names; NULL or "": the default.
 * fails  RCLIO_INVALID: names the variable, the value and what is allowed. */
const mw_ops *mw_find(const char *name);

extern const mw_ops mw_cyclone_ops; /* mw/cyclone/cyclone.c */
extern const mw_ops mw_split_ops;   /* mw/split/split.c: the default */

#endif
