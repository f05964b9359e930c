/* src/mw/split/split.h: the default implementation of the seam: topics by Cyclone (mw/cyclone/), services by Fast DDS's RTPS layer
 * (mw/rtps/), one node in the graph.
 *
 *   SP1  A participant, its nodes, writers and readers are Cyclone's, as they are: the table differs in requesters and repliers only.
 *   SP2  The library is loaded and its participant made with the first requester or replier that was not promised; a node without one
 *        costs nothing.
 *   SP3  Where that fails, one warning says why and what will not work, and services are Cyclone's. The same, without a warning, where
 *        the discovery range is OFF: nobody is to be met.
 *   SP4  A node's entry in ros_discovery_info lists the endpoints of both participants (DIS-13).
 *   SP5  Both participants hear of peers on this machine that were killed (neighbours.c).
 *   SP6  What was promised (mw_ops.replier_promise: the services that every node has) is made, in order, when Cyclone discovers another
 *        participant, of whatever vendor or process; or before the first that was not promised (promises.c).
 *   SP7  A thread that lives for it alone makes it then: a listener must not block, and nobody need spin.
 * Threads: as the seam says (mw.h). `opening` is held while the library loads, and no listener takes it. Tests: tests/mw/test_promises.c,
 * tests/peers/test_modes.py and the suite of the seam. */
#ifndef RCLIO_MW_SPLIT_H
#define RCLIO_MW_SPLIT_H

#include "mw/cyclone/cyclone.h"
#include "mw/rtps/rtps.h"

typedef struct split { /* what a cyclone_mw's `services` is */
    mutex opening;     /* of all below until `tried` */
    bool tried;
    const rtps_ops *ops;
    rtps *rtps;            /* NULL after `tried`: SP3 */
    goodbye_locator place; /* SP5; port 0: none */

    mutex waiting; /* of all below */
    list promised; /* of split_replier.link */
    bool met;      /* nothing is promised any more */
    thread keeper; /* SP7 */
    unsigned last_place;
} split;

/* library.c: the table of librclio_rtps.so; NULL with the error set. A loaded library stays (Fast DDS cannot be unloaded). */
const rtps_ops *library_get(void);

/* split.c: makes the participant and what was promised when it is the first time; false: services are Cyclone's. */
bool split_ready(split *s, cyclone_mw *m);

/* promises.c */
typedef struct split_replier split_replier;
rclio_status promises_init(split *s);
bool promises_are_allowed(split *s);
bool promise_add(split *s, split_replier *replier);    /* false: nothing is promised any more */
void promise_forget(split *s, split_replier *replier); /* when it returns, nobody makes it */
void promises_keep(split *s, cyclone_mw *m) REQUIRES(s->opening);
void promises_met(cyclone_mw *m); /* a cyclone_mw's `met` */
void promises_end(split *s);      /* all repliers have been destroyed; the listeners may still run */
void promises_fini(split *s);

/* endpoints.c: what requester and replier share: the names and USER_DATA of a service's endpoints, and their place in the graph. */
typedef struct split_names {
    char *texts[6];
    rtps_service service;
} split_names;
rclio_status split_names_make(split_names *names, cyclone_node *node, const char *service, const rclio_type *type,
                              const rclio_qos *qos, bool is_server);
void split_names_fini(split_names *names);
rclio_status split_announce(cyclone_node *node, const rtps_service *service, const rclio_type *type, const rclio_qos *qos,
                            bool is_server, const uint8_t writer[RCLIO_GID_SIZE], const uint8_t reader[RCLIO_GID_SIZE]);
void split_withdraw(cyclone_node *node, const uint8_t writer[RCLIO_GID_SIZE], const uint8_t reader[RCLIO_GID_SIZE]);

/* requester.c */
mw_requester *split_requester_new(mw_node *node, const char *service, const rclio_type *type, const rclio_qos *qos,
                                  mw_callback ready, mw_callback changed);
void split_requester_destroy(mw_requester *requester);
mw_buffer *split_requester_buffer(mw_requester *requester, size_t size);
rclio_status split_requester_send(mw_requester *requester, mw_buffer *buffer, int64_t *sequence);
rclio_status split_requester_take(mw_requester *requester, mw_sample *sample, int64_t *sequence);
void split_requester_return(mw_requester *requester, mw_sample *sample);
bool split_requester_is_available(mw_requester *requester);
void split_requester_server_range(mw_requester *requester, uint64_t *oldest, uint64_t *newest);
void split_requester_gid(const mw_requester *requester, uint8_t gid[RCLIO_GID_SIZE]);

/* replier.c */
typedef enum replier_state {
    REPLIER_PROMISED, /* or not made yet */
    REPLIER_MADE,
    REPLIER_FAILED /* a promise that could not be kept */
} replier_state;
struct split_replier {
    mw base;
    list link; /* in `promised` */
    cyclone_node *node;
    atomic_int state; /* of replier_state; what follows is read by others when it is REPLIER_MADE */
    const rtps_ops *ops;
    mw_replier *cyclone; /* SP3; else */
    rtps_replier *rtps;
    uint8_t writer[RCLIO_GID_SIZE], reader[RCLIO_GID_SIZE]; /* of its place while it is promised (DIS-19) */
    bool has_place;

    char *service; /* what it is made of */
    const rclio_type *type;
    rclio_qos qos;
    mw_callback ready;
    split_names names;
};
rclio_status split_replier_make(split_replier *replier, split *s); /* after split_ready() */
mw_replier *split_replier_promise(mw_node *node, const char *service, const rclio_type *type, const rclio_qos *qos,
                                  mw_callback ready);
mw_replier *split_replier_new(mw_node *node, const char *service, const rclio_type *type, const rclio_qos *qos,
                              mw_callback ready);
void split_replier_destroy(mw_replier *replier);
rclio_status split_replier_take(mw_replier *replier, mw_sample *sample, mw_request_id *id);
void split_replier_return(mw_replier *replier, mw_sample *sample);
mw_buffer *split_replier_buffer(mw_replier *replier, size_t size);
rclio_status split_replier_send(mw_replier *replier, const mw_request_id *id, mw_buffer *buffer);
void split_replier_flush(mw_replier *replier);
rclio_status split_replier_refuse(mw_replier *replier, const mw_request_id *id, rclio_status status, const char *text);
bool split_replier_client_is_gone(mw_replier *replier, const mw_request_id *id);

#endif
