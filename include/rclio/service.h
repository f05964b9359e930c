/* include/rclio/service.h: services and clients. Floor: node. */
#ifndef RCLIO_SERVICE_H
#define RCLIO_SERVICE_H

#include "rclio/future.h"
#include "rclio/node.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct rclio_service rclio_service;
typedef struct rclio_client rclio_client;

/* request   borrowed until it returns, also across awaits.
 * response  initialised; filled by the callback, sent when it returns, unless it has called rclio_task_fail(): then an rclio client gets
 *           that error, and others get nothing (SRV-11). */
typedef void rclio_service_fn(const void *request, void *response, void *arg);

/* A request that is answered later: see rclio_service_defer(). */
typedef struct rclio_request rclio_request;

typedef struct rclio_service_options {
    /* {0}: RCLIO_QOS_SERVICES. Its depth, at least 1,000, is also how many answers are kept that a client has not acknowledged. Beyond it
     * the oldest is given up: its caller gets an error where it is rclio (SRV-11), the log a line. */
    rclio_qos qos;
    size_t
        concurrency; /* callbacks that may be suspended in an await at the same time; 0: 1, calls are served one after the other */
    rclio_callback_group *group; /* NULL: the node's default. With a reentrant one, concurrency 0 is 1,000 */
    size_t
        maximum_requests; /* that are being answered: inside the callback, or deferred; 0: 1,000; beyond it they are refused, with
                                RCLIO_LIMIT where the client is rclio */
    bool
        can_wait; /* for what every node brings with it: while no other participant is there and this context has no client and no
                      service without this, the graph knows it and nothing is spent on it (docs/middleware.md) */
} rclio_service_options;

/* type   of kind service.
 * thread the executor's or one while nothing spins. wire SRV-1 .. SRV-8 */
RCLIO_API rclio_service *rclio_service_new(rclio_node *node, const rclio_type *type, const char *name,
                                           rclio_service_fn *on_request, void *arg, const rclio_service_options *options);
RCLIO_API void rclio_service_destroy(rclio_service *service);
RCLIO_API const char *rclio_service_name(const rclio_service *service);

/* Inside the service's callback: takes over the answer; nothing is sent when the callback returns. The request's message lives until
 * rclio_request_respond() or rclio_request_drop(), which end it.
 * thread  the callback's; _respond and _drop: the executor's */
RCLIO_API rclio_request *rclio_service_defer(rclio_service *service);
RCLIO_API const void *rclio_request_message(const rclio_request *request);
RCLIO_API rclio_status rclio_request_respond(rclio_request *request,
                                             const void *response); /* RCLIO_UNAVAILABLE: the client has gone */
RCLIO_API void rclio_request_drop(rclio_request *request);          /* its client gets an error, if it is rclio's */
/* Ends it with an error instead: its client gets that, if it is rclio's; others get nothing (SRV-11). status: not RCLIO_OK. thread the
 * executor's */
RCLIO_API void rclio_request_fail(rclio_request *request, rclio_status status, const char *why);
RCLIO_API void rclio_request_client(const rclio_request *request, uint8_t gid[RCLIO_GID_SIZE]);

/* Whether nobody waits for the answer any more: a handler that works for long may stop. True when the service is destroyed.
 * thread  the executor's */
RCLIO_API bool rclio_request_client_is_gone(const rclio_request *request);

typedef struct rclio_client_options {
    rclio_qos qos;
    rclio_callback_group *group; /* its executor alone matters: responses need no group (CG5) */
    size_t maximum_calls;        /* pending at a time; 0: 10,000; beyond it a call fails with RCLIO_LIMIT */
} rclio_client_options;

RCLIO_API rclio_client *rclio_client_new(rclio_node *node, const rclio_type *type, const char *name,
                                         const rclio_client_options *options);
RCLIO_API void rclio_client_destroy(rclio_client *client);
RCLIO_API const char *rclio_client_name(const rclio_client *client);

/* Calls the service and returns at once.
 * request   borrowed until this function returns.
 * returns   a future you own (rclio_future_unref). It completes with the response, which it lends until its last unref. Cancelling
 *           it, or dropping the last reference, forgets the call. NULL with the error set: RCLIO_INVALID, RCLIO_NO_MEMORY.
 * fails     RCLIO_UNAVAILABLE: all servers it was sent to have left, reported when the last does; RCLIO_CANCELLED: cancelled, or
 *           client destroyed; RCLIO_LIMIT: too many are pending, here or at the server; whatever an rclio server's callback failed with.
 * A call made while no server is there waits for one (its deadline is the caller's): it is sent when one becomes available.
 * thread    any. Done callbacks run on the node's executor; awaiting it inside a callback is allowed.
 * wire      SRV-2 (request id), SRV-4 (a lost server), SRV-5 (availability). */
RCLIO_API rclio_future *rclio_client_call(rclio_client *client, const void *request);

RCLIO_API bool rclio_client_is_available(rclio_client *client); /* both directions matched. thread any */

/* A future that is done when a server is available; you own it. thread any */
RCLIO_API rclio_future *rclio_client_wait_for_service(rclio_client *client);

/* ---- introspection: what happens to each call, told on the topic `<service>/_service_event` ---- */

typedef enum rclio_introspection {
    RCLIO_INTROSPECTION_OFF = 0,  /* the default: no publisher */
    RCLIO_INTROSPECTION_METADATA, /* service_msgs/msg/ServiceEventInfo: what, when, which client, which call */
    RCLIO_INTROSPECTION_CONTENTS, /* and the request or the response */
} rclio_introspection;

/* A service tells of requests received and responses sent, a client of requests sent and responses received. The two sides of a call have
 * the same client_gid (of the client's request writer) and sequence_number. The type is the service's `_Event`.
 * qos      of the publisher; NULL: RCLIO_QOS_DEFAULT. Another one than before makes another publisher
 * clock    stamps the events; a reference is taken; NULL: the node's
 * fails    RCLIO_INVALID: a state or QoS that is not legal; RCLIO_SYSTEM; then it is off
 * thread   the executor's or one while nothing spins
 * wire     INT-1, INT-2 */
RCLIO_API rclio_status rclio_service_configure_introspection(rclio_service *service, rclio_introspection state,
                                                             const rclio_qos *qos, rclio_clock *clock);
RCLIO_API rclio_status rclio_client_configure_introspection(rclio_client *client, rclio_introspection state, const rclio_qos *qos,
                                                            rclio_clock *clock);

#ifdef __cplusplus
}
#endif
#endif
