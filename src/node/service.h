/* src/node/service.h: what the action server uses of a service beyond the public header.
 *
 *   SV1  A request belongs to its service until it is deferred, then to who deferred it, until respond or drop.
 *   SV2  It holds a reference to the service's memory; a service that is destroyed has no replier any more.
 * Threads: the executor's. */
#ifndef RCLIO_NODE_SERVICE_H
#define RCLIO_NODE_SERVICE_H

#include "node/node.h"
#include "rclio/service.h"

struct rclio_request {
    list link; /* for who deferred it */
    rclio_service *service;
    mw_request_id id;
    void *message;
    void *response; /* initialised; the callback's */
    bool open;      /* SV6 */
};

/* For services of rclio's own parts: their callback runs with the state lock (EXECUTOR_GUARD), so that whatever `arg` points at cannot
 * go between the taking of a request and the callback. To be called right after rclio_service_new(), with the lock held all along. */
void service_keep_lock(rclio_service *service);

/* The request's message, the caller's from now on (rclio_message_destroy); NULL when it was taken before. */
void *request_take_message(rclio_request *request);

/* rclio_request_respond() with a response that is encoded already, header included. */
rclio_status request_respond_bytes(rclio_request *request, const uint8_t *bytes, size_t size);

#endif
