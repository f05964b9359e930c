/* src/mw/cyclone/cyclone.h: what the files of this implementation share: the objects behind the seam's handles.
 *
 *   CY1  No lock of ours is held while Cyclone creates or deletes an entity: both run listeners in the calling thread.
 *   CY2  A listener takes no lock but `discovering`, the graph's, those of neighbours.c and process_watch.c and the `waiting` of
 *        mw/split, deletes nothing, and calls what was handed down.
 *   CY3  An entity's listener is removed before the entity is deleted; both wait for the callbacks that run (M3).
 * Threads: as the seam says (mw.h); members that change after creation name their lock. */
#ifndef RCLIO_MW_CYCLONE_H
#define RCLIO_MW_CYCLONE_H

#include "base/list.h"
#include "base/thread.h"
#include "mw/cyclone/batching.h"
#include "mw/cyclone/sertype.h"
#include "mw/discovery_info.h"
#include "mw/goodbye.h"
#include "mw/graph.h"
#include "mw/user_data.h"

#include <stdatomic.h>

typedef struct neighbours neighbours; /* neighbours.c */

typedef struct cyclone_mw {
    mw base;
    uint32_t domain_id;
    dds_entity_t participant, publisher, subscriber;
    uint8_t gid[RCLIO_GID_SIZE];
    graph *graph;
    log *log;
    int64_t write_timeout_ns;
    atomic_uint last_id; /* DIS-4 */
    neighbours *neighbours;
    atomic_llong waited_in_vain;       /* EP3: when, on the steady clock; 0: never */
    void *services;                    /* of mw/split, where that carries the services; */
    void (*met)(struct cyclone_mw *m); /* called by a listener for each other participant; NULL: nobody */
    batching batching;

    /* discovery.c */
    dds_entity_t info_writer, info_reader;
    dds_entity_t participants, publications, subscriptions; /* readers of the built-in topics */
    const struct ddsi_sertype *info_type;                   /* the info writer's */
    mutex discovering;                                      /* take and apply in one step: a loss never overtakes its discovery */
    mutex publishing;                                       /* of `nodes`, of their lists, and of the order of samples */
    list nodes;
} cyclone_mw;

typedef struct cyclone_node {
    mw base;
    list link;
    cyclone_mw *mw;
    discovery_node entry; /* under `publishing` */
} cyclone_node;

/* A writer or reader of Cyclone with its listener. Requesters and repliers have two. */
typedef struct cyclone_endpoint {
    cyclone_mw *mw;
    dds_entity_t entity;
    bool is_writer;
    bool is_reliable, is_volatile;
    const struct ddsi_sertype *type;
    uint8_t gid[RCLIO_GID_SIZE];
    char *name;            /* DDS topic, for errors */
    mw_callback ready;     /* of a reader: data */
    mw_callback events;    /* anything else */
    atomic_uint pending;   /* mask of mw_event_kind */
    atomic_bool rematched; /* a match was made or lost since this was last cleared */
    mutex reading;         /* of `last`, and of what the owner reads with */
    mw_status last[5];     /* as last reported, by kind: Cyclone's own change counts are reset by its listeners */
} cyclone_endpoint;

typedef struct endpoint_options {
    const char *topic; /* DDS names */
    const char *type;
    const uint8_t *type_hash;
    const char *id_key; /* "serviceid", "clientid" (DIS-3), "client" (DIS-17); NULL: none */
    const char *id;
    const rclio_qos *qos;
    bool ignore_local;
    mw_callback ready, events;
} endpoint_options;

/* endpoint.c. A failed make leaves nothing behind; end does nothing to an endpoint that was not made. */
rclio_status endpoint_make(cyclone_mw *m, cyclone_endpoint *endpoint, bool is_writer, const endpoint_options *options);
void endpoint_end(cyclone_endpoint *endpoint);
uint32_t endpoint_take_events(cyclone_endpoint *endpoint);
rclio_status endpoint_status(cyclone_endpoint *endpoint, mw_event_kind kind, mw_status *status);
size_t endpoint_matched(cyclone_endpoint *endpoint);
/* Who is matched: an endpoint of this process, one of another. Clears `rematched`. */
typedef struct endpoint_audience {
    bool has_local, has_remote;
} endpoint_audience;
endpoint_audience endpoint_look_for_audience(cyclone_endpoint *endpoint);

/* Visits the matched endpoints of the other side; false stops. */
typedef bool endpoint_visit_fn(dds_instance_handle_t handle, const dds_builtintopic_endpoint_t *peer, void *arg);
rclio_status endpoint_visit_matched(cyclone_endpoint *endpoint, endpoint_visit_fn *visit, void *arg);
/* Both consume `data`. What was handed over may have to be sent yet: endpoint_send(), of an entity. */
rclio_status endpoint_write(cyclone_endpoint *endpoint, serdata *data, int64_t source_timestamp_ns);
rclio_status endpoint_hand_over(cyclone_endpoint *endpoint, serdata *data, int64_t source_timestamp_ns);
void endpoint_send(dds_entity_t entity);
rclio_status cyclone_fail(dds_return_t code, const char *what, const char *name); /* "<what> '<name>': <Cyclone's words>" */

/* first_heartbeat.c: for listeners. A reliable reader has been matched with the writer of that handle; `type` is any of the domain. */
void first_heartbeat_matched(const struct ddsi_sertype *type, dds_entity_t reader, dds_instance_handle_t handle,
                             bool is_volatile);
void first_heartbeat_ask(const struct ddsi_sertype *type, const uint8_t reader[RCLIO_GID_SIZE],
                         const uint8_t writer[RCLIO_GID_SIZE]);

/* qos_map.c */
rclio_status qos_to_dds(const rclio_qos *qos, bool is_writer, int64_t write_timeout_ns, dds_qos_t **dds);
void qos_from_dds(const dds_qos_t *dds, bool is_writer, rclio_qos *qos);

/* inbox.c: samples taken from Cyclone, some at a time when history keeps all, and the GIDs of who wrote them: Cyclone tells of a
 * sample its writer's local handle only. Handles are never used twice, so entries of the cache stay true. */
#define INBOX_BATCH 32
#define INBOX_WRITERS 64
typedef struct inbox {
    struct ddsi_serdata *taken[INBOX_BATCH];
    dds_sample_info_t infos[INBOX_BATCH];
    size_t next, count; /* taken[next] .. taken[count - 1] are waiting */
    uint32_t batch;
    const rclio_type *accepts; /* messages of this type by reference; NULL: none */
    struct {
        dds_instance_handle_t handle;
        uint8_t gid[RCLIO_GID_SIZE];
    } writers[INBOX_WRITERS];
    size_t last_writer, next_writer;
} inbox; /* under its endpoint's `reading` */
void inbox_init(inbox *in, const rclio_qos *qos);
void inbox_fini(inbox *in);
rclio_status inbox_take(inbox *in, cyclone_endpoint *endpoint, mw_sample *sample, dds_instance_handle_t *writer);
void inbox_return(mw_sample *sample);

/* domain.c */
rclio_status domain_open(const mw_options *options, bool with_services, const dds_qos_t *qos, dds_entity_t *participant);
void domain_close(uint32_t domain_id, dds_entity_t participant);

/* discovery.c */
rclio_status discovery_start(cyclone_mw *m);
void discovery_stop(cyclone_mw *m);
rclio_status discovery_add_node(cyclone_node *node);
void discovery_remove_node(cyclone_node *node);
/* DIS-6: one sample for both; either may be NULL. */
rclio_status discovery_add_endpoints(cyclone_node *node, const uint8_t *writer, const uint8_t *reader); /* their GIDs */
void discovery_remove_endpoints(cyclone_node *node, const uint8_t *writer, const uint8_t *reader);
/* Another GID for one of them, in the graph at once and on the network with the next sample: discovery_publish(). */
rclio_status discovery_rename_endpoint(cyclone_node *node, const uint8_t from[RCLIO_GID_SIZE], const uint8_t to[RCLIO_GID_SIZE]);
rclio_status discovery_publish(cyclone_mw *m);

/* cyclone.c: for implementations that stand on this one. */
mw *cyclone_open_as(const mw_options *options, const mw_ops *ops, void *services, void (*met)(cyclone_mw *m)); /* the members */
void cyclone_close(mw *m);
graph *cyclone_graph_of(mw *m);
void cyclone_participant_gid(mw *m, uint8_t gid[RCLIO_GID_SIZE]);
mw_node *cyclone_node_new(mw *m, const char *name, const char *name_space);
void cyclone_node_destroy(mw_node *handle);

/* network.c: how Cyclone was told to reach the network, for a participant beside it. */
#define CYCLONE_ADDRESSES_MAX 8
typedef struct cyclone_network {
    const char *addresses[CYCLONE_ADDRESSES_MAX]; /* IPv4 of the interfaces that the user named; */
    size_t address_count;                         /* 0: none was named */
    bool multicast;
    const char **peers; /* Cyclone's own strings */
    size_t peer_count;
    char texts[CYCLONE_ADDRESSES_MAX][64];
} cyclone_network;
rclio_status cyclone_network_get(const cyclone_mw *m, cyclone_network *network);
void cyclone_network_fini(cyclone_network *network);

/* neighbours.c: peers of this machine, whose end is seen at once. `user_data`: "<before>process=...;", a string you free (DIS-13). */
neighbours *neighbours_new(cyclone_mw *m);
void neighbours_destroy(neighbours *all); /* when the listeners have gone, and before the participant; NULL is allowed */
char *neighbours_user_data(const neighbours *all, const char *before);
void neighbours_found(neighbours *all, const uint8_t gid[RCLIO_GID_SIZE], const void *user_data, size_t size);
void neighbours_lost(neighbours *all, const uint8_t gid[RCLIO_GID_SIZE]);
/* Another participant of this process, which hears of a killed neighbour there. At most CYCLONE_GOODBYES_MAX.
 * fails  RCLIO_LIMIT. `remove`: one that was not added is no error. */
#define CYCLONE_GOODBYES_MAX 8
rclio_status cyclone_add_goodbye_locator(cyclone_mw *m, const goodbye_locator *locator);
void cyclone_remove_goodbye_locator(cyclone_mw *m, const goodbye_locator *locator);

/* The next id of a client or service of this participant (DIS-4). */
void cyclone_next_id(cyclone_mw *m, char id[USER_DATA_ID_SIZE]);

/* service.c: what requester and replier share. */
#define SERVICE_ID_SIZE SERDATA_HEADROOM /* SRV-1 */
typedef struct service_id {              /* SRV-2 */
    uint64_t client;
    int64_t sequence;
} service_id;
size_t service_depth(const rclio_qos *qos); /* how many samples an endpoint of a service keeps; SIZE_MAX: all */
void service_id_write(const service_id *id, uint8_t bytes[SERVICE_ID_SIZE]);
bool service_id_read(const mw_sample *sample, service_id *id);

/* SRV-11: header and status; the id goes between them, the text behind. */
#define SERVICE_REFUSAL_SIZE 8
void service_refusal_write(rclio_status status, uint8_t bytes[SERVICE_REFUSAL_SIZE]);
bool service_refusal_read(mw_sample *sample, service_id *id); /* true: `sample` is a refusal, and now its text */
typedef struct service_side {
    const char *service;
    const rclio_type *type;
    const rclio_qos *qos;
    bool is_server;
    mw_callback ready;  /* of the reader: data */
    mw_callback events; /* of both: anything else */
} service_side;
/* Makes and announces both endpoints of one side; a failure may leave some, for endpoint_end(). */
rclio_status service_make_endpoints(cyclone_node *node, const service_side *side, cyclone_endpoint *writer,
                                    cyclone_endpoint *reader);
bool service_peer_is_foreign(const uint8_t *gid); /* of Fast DDS, which speaks the other dialect */
char *service_peer_id(const dds_builtintopic_endpoint_t *peer, const char *key);

/* writer.c */
mw_writer *cyclone_writer_new(mw_node *node, const char *topic, const rclio_type *type, const rclio_qos *qos, mw_callback events);
void cyclone_writer_destroy(mw_writer *writer);
mw_buffer *cyclone_writer_buffer(mw_writer *writer, size_t size);
rclio_status cyclone_writer_write(mw_writer *writer, mw_buffer *buffer, int64_t source_timestamp_ns);
rclio_status cyclone_writer_write_message(mw_writer *writer, local_message *message, int64_t source_timestamp_ns);
bool cyclone_writer_keeps_back(const mw_writer *writer);
void cyclone_writer_flush(mw_writer *writer);
bool cyclone_writer_has_local(mw_writer *writer);
bool cyclone_writer_is_heard(mw_writer *writer);
void cyclone_writer_gid(const mw_writer *writer, uint8_t gid[RCLIO_GID_SIZE]);
size_t cyclone_writer_matched(mw_writer *writer);
bool cyclone_writer_matches_client(mw_writer *writer, const uint8_t participant[12], const uint8_t client[RCLIO_GID_SIZE]);
uint32_t cyclone_writer_take_events(mw_writer *writer);
rclio_status cyclone_writer_status(mw_writer *writer, mw_event_kind kind, mw_status *status);
rclio_status cyclone_writer_assert_liveliness(mw_writer *writer);
rclio_status cyclone_writer_wait_acknowledged(mw_writer *writer, int64_t timeout_ns);
void cyclone_writer_qos(const mw_writer *writer, rclio_qos *qos);

/* reader.c */
mw_reader *cyclone_reader_new(mw_node *node, const char *topic, const rclio_type *type, const rclio_qos *qos, bool ignore_local,
                              const uint8_t *client, mw_callback ready, mw_callback events);
void cyclone_reader_destroy(mw_reader *reader);
void cyclone_reader_accept_messages(mw_reader *reader);
rclio_status cyclone_reader_take(mw_reader *reader, mw_sample *sample);
void cyclone_reader_return(mw_reader *reader, mw_sample *sample);
void cyclone_reader_gid(const mw_reader *reader, uint8_t gid[RCLIO_GID_SIZE]);
size_t cyclone_reader_matched(mw_reader *reader);
uint32_t cyclone_reader_take_events(mw_reader *reader);
rclio_status cyclone_reader_status(mw_reader *reader, mw_event_kind kind, mw_status *status);
void cyclone_reader_qos(const mw_reader *reader, rclio_qos *qos);

/* requester.c */
mw_requester *cyclone_requester_new(mw_node *node, const char *service, const rclio_type *type, const rclio_qos *qos,
                                    mw_callback ready, mw_callback changed);
void cyclone_requester_destroy(mw_requester *requester);
mw_buffer *cyclone_requester_buffer(mw_requester *requester, size_t size);
rclio_status cyclone_requester_send(mw_requester *requester, mw_buffer *buffer, int64_t *sequence);
rclio_status cyclone_requester_take(mw_requester *requester, mw_sample *sample, int64_t *sequence);
void cyclone_requester_return(mw_requester *requester, mw_sample *sample);
bool cyclone_requester_is_available(mw_requester *requester);
void cyclone_requester_server_range(mw_requester *requester, uint64_t *oldest, uint64_t *newest);
void cyclone_requester_gid(const mw_requester *requester, uint8_t gid[RCLIO_GID_SIZE]);

/* replier.c */
mw_replier *cyclone_replier_new(mw_node *node, const char *service, const rclio_type *type, const rclio_qos *qos,
                                mw_callback ready);
void cyclone_replier_destroy(mw_replier *replier);
rclio_status cyclone_replier_take(mw_replier *replier, mw_sample *sample, mw_request_id *id);
void cyclone_replier_return(mw_replier *replier, mw_sample *sample);
mw_buffer *cyclone_replier_buffer(mw_replier *replier, size_t size);
rclio_status cyclone_replier_send(mw_replier *replier, const mw_request_id *id, mw_buffer *buffer);
void cyclone_replier_flush(mw_replier *replier);
rclio_status cyclone_replier_refuse(mw_replier *replier, const mw_request_id *id, rclio_status status, const char *text);
bool cyclone_replier_client_is_gone(mw_replier *replier, const mw_request_id *id);

/* What a table of operations takes over that does services in another way (mw/split/): the rows of nodes and topics. */
/* clang-format off */
#define CYCLONE_OPS_BUT_SERVICES \
    .graph_of = cyclone_graph_of, \
    .participant_gid = cyclone_participant_gid, \
    .node_new = cyclone_node_new, \
    .node_destroy = cyclone_node_destroy, \
    .writer_new = cyclone_writer_new, \
    .writer_destroy = cyclone_writer_destroy, \
    .writer_buffer = cyclone_writer_buffer, \
    .writer_write = cyclone_writer_write, \
    .writer_write_message = cyclone_writer_write_message, \
    .writer_keeps_back = cyclone_writer_keeps_back, \
    .writer_flush = cyclone_writer_flush, \
    .writer_has_local = cyclone_writer_has_local, \
    .writer_is_heard = cyclone_writer_is_heard, \
    .writer_gid = cyclone_writer_gid, \
    .writer_matched = cyclone_writer_matched, \
    .writer_matches_client = cyclone_writer_matches_client, \
    .writer_take_events = cyclone_writer_take_events, \
    .writer_status = cyclone_writer_status, \
    .writer_assert_liveliness = cyclone_writer_assert_liveliness, \
    .writer_wait_acknowledged = cyclone_writer_wait_acknowledged, \
    .writer_qos = cyclone_writer_qos, \
    .reader_new = cyclone_reader_new, \
    .reader_destroy = cyclone_reader_destroy, \
    .reader_accept_messages = cyclone_reader_accept_messages, \
    .reader_take = cyclone_reader_take, \
    .reader_return = cyclone_reader_return, \
    .reader_gid = cyclone_reader_gid, \
    .reader_matched = cyclone_reader_matched, \
    .reader_take_events = cyclone_reader_take_events, \
    .reader_status = cyclone_reader_status, \
    .reader_qos = cyclone_reader_qos
/* clang-format on */

#endif
