/* src/mw/cyclone/cyclone.h: what the files of this implementation share: the objects behind the seam's handles.
 *
 *   CY1  No lock of ours is held while Cyclone creates or deletes an entity: both run listeners in the calling thread.
 *   CY2  A listener takes no lock but `discovering` and the graph's, deletes nothing, and calls what was handed down.
 *   CY3  An entity's listener is removed before the entity is deleted; both wait for the callbacks that run (M3).
 * Threads: as the seam says (mw.h); members that change after creation name their lock. */
#ifndef RCLIO_MW_CYCLONE_H
#define RCLIO_MW_CYCLONE_H

#include "base/list.h"
#include "base/thread.h"
#include "mw/cyclone/sertype.h"
#include "mw/discovery_info.h"
#include "mw/graph.h"

#include <stdatomic.h>

typedef struct cyclone_mw {
    mw base;
    uint32_t domain_id;
    dds_entity_t participant, publisher, subscriber;
    uint8_t gid[RCLIO_GID_SIZE];
    graph *graph;
    log *log;
    int64_t write_timeout_ns;
    atomic_uint last_id; /* DIS-4 */

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
    dds_entity_t entity;
    bool is_writer;
    const struct ddsi_sertype *type;
    uint8_t gid[RCLIO_GID_SIZE];
    char *name;           /* DDS topic, for errors */
    mw_callback ready;    /* of a reader: data */
    mw_callback events;   /* anything else */
    atomic_uint pending;  /* mask of mw_event_kind */
    atomic_bool rematched; /* a match was made or lost since this was last cleared */
    mutex reading;        /* of `last`, and of what the owner reads with */
    mw_status last[5];    /* as last reported, by kind: Cyclone's own change counts are reset by its listeners */
} cyclone_endpoint;

typedef struct endpoint_options {
    const char *topic; /* DDS names */
    const char *type;
    const uint8_t *type_hash;
    const char *id_key; /* "serviceid", "clientid"; NULL: neither */
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

/* Visits the matched endpoints of the other side; false stops. */
typedef bool endpoint_visit_fn(dds_instance_handle_t handle, const dds_builtintopic_endpoint_t *peer, void *arg);
rclio_status endpoint_visit_matched(cyclone_endpoint *endpoint, endpoint_visit_fn *visit, void *arg);
rclio_status endpoint_write(cyclone_endpoint *endpoint, serdata *data, int64_t source_timestamp_ns); /* consumes `data` */
rclio_status cyclone_fail(dds_return_t code, const char *what, const char *name); /* "<what> '<name>': <Cyclone's words>" */

/* qos_map.c */
rclio_status qos_to_dds(const rclio_qos *qos, bool is_writer, int64_t write_timeout_ns, dds_qos_t **dds);
void qos_from_dds(const dds_qos_t *dds, bool is_writer, rclio_qos *qos);

/* gid_cache.c: Cyclone tells of a sample its writer's local handle only. Handles are never used twice, so entries stay true. */
#define GID_CACHE_SIZE 64
typedef struct gid_cache {
    struct {
        dds_instance_handle_t handle;
        uint8_t gid[RCLIO_GID_SIZE];
    } entries[GID_CACHE_SIZE];
    size_t last, next;
} gid_cache; /* {0} is empty */
void gid_cache_find(gid_cache *cache, dds_entity_t reader, dds_instance_handle_t handle, uint8_t gid[RCLIO_GID_SIZE]);

/* domain.c */
rclio_status domain_open(const mw_options *options, const dds_qos_t *qos, dds_entity_t *participant);
void domain_close(uint32_t domain_id, dds_entity_t participant);

/* discovery.c */
rclio_status discovery_start(cyclone_mw *m);
void discovery_stop(cyclone_mw *m);
rclio_status discovery_add_node(cyclone_node *node);
void discovery_remove_node(cyclone_node *node);
/* DIS-6: one sample for all given; either may be NULL. */
rclio_status discovery_add_endpoints(cyclone_node *node, const cyclone_endpoint *a, const cyclone_endpoint *b);
void discovery_remove_endpoints(cyclone_node *node, const cyclone_endpoint *a, const cyclone_endpoint *b);

/* The next id of a client or service of this participant (DIS-4). */
void cyclone_next_id(cyclone_mw *m, char id[USER_DATA_ID_SIZE]);

/* The operations, by file. */
#define OPERATION(result, name, ...) result name(__VA_ARGS__)
mw_writer *cyclone_writer_new(mw_node *node, const char *topic, const rclio_type *type, const rclio_qos *qos, mw_callback events);
void cyclone_writer_destroy(mw_writer *writer);
