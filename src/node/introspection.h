/* src/node/introspection.h: what a client or a service tells of its calls on `<service>/_service_event` (INT-1), when it is asked to.
 *
 *   IN1  Off, which is what it is first, it costs one look at `state` per request and response, and there is no writer.
 *   IN2  Requests and responses are lent: the event is encoded straight from them.
 *   IN3  A failure to tell is logged at debug level and harms no call.
 * Threads: introspection_tell any; configure and close by the thread that may destroy the owner. */
#ifndef RCLIO_NODE_INTROSPECTION_H
#define RCLIO_NODE_INTROSPECTION_H

#include "node/node.h"
#include "rclio/service.h"

typedef enum call_event { REQUEST_SENT, REQUEST_RECEIVED, RESPONSE_SENT, RESPONSE_RECEIVED } call_event; /* INT-2 */

typedef struct introspection {
    atomic_int state; /* of rclio_introspection */
    mutex lock;       /* of all below */
    rclio_node *node;
    mw_writer *writer;
    rclio_codec *codec;
    rclio_clock *clock; /* a reference */
    void *event;        /* initialised; `request` and `response` lend what they show */
    const rclio_type *type;
    rclio_qos qos;                  /* as asked for */
    uint8_t client[RCLIO_GID_SIZE]; /* of a client: its own, always the same */
} introspection;

rclio_status introspection_init(introspection *in, rclio_node *node);
void introspection_fini(introspection *in); /* after close */

/* service  full name; type of kind service; qos, clock: NULL: RCLIO_QOS_DEFAULT, the node's. */
rclio_status introspection_configure(introspection *in, const char *service, const rclio_type *type, rclio_introspection state,
                                     const rclio_qos *qos, rclio_clock *clock);
void introspection_close(introspection *in);

static inline bool introspection_is_on(introspection *in)
{
    return atomic_load_explicit(&in->state, memory_order_relaxed) != RCLIO_INTROSPECTION_OFF;
}

/* client   NULL: in->client.
 * content  the request or response that `what` is about; shown when contents are asked for. */
void introspection_tell(introspection *in, call_event what, const uint8_t *client, int64_t sequence, const void *content);

/* The same for content that is encoded, header included. `codec` is of its type. */
void introspection_tell_bytes(introspection *in, call_event what, const uint8_t *client, int64_t sequence,
                              const rclio_codec *codec, const uint8_t *bytes, size_t size);

#endif
