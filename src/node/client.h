/* src/node/client.h: what the action client uses of a client beyond the public header. Threads: as rclio/service.h says. */
#ifndef RCLIO_NODE_CLIENT_H
#define RCLIO_NODE_CLIENT_H

#include "node/node.h"
#include "rclio/service.h"

/* A condition besides the service itself (SRV-5) for a client to count as available: calls wait for it too. */
typedef struct client_gate {
    bool (*is_open)(void *arg); /* NULL: none. thread any */
    void *arg;
    rclio_client
        *inform; /* the client whose gate depends on this one: looks again when this one's availability changes; may be NULL */
} client_gate;

rclio_client *client_new(rclio_node *node, const rclio_type *type, const char *name, const rclio_client_options *options,
                         client_gate gate);

/* Of its request writer, as the server sees it. */
void client_gid(const rclio_client *client, uint8_t gid[RCLIO_GID_SIZE]);

/* Makes the client look at its availability again. thread any */
void client_look_again(rclio_client *client);

/* How many calls and waits are pending. */
size_t client_pending(rclio_client *client);

/* A message that owns itself: free_value of a future. */
#define REPLY_TAIL 24
void *reply_new(const rclio_type *type,
                rclio_types *types); /* initialised, holds a reference to `types`; NULL with the error set */
void reply_free(void *message);
const uint8_t *
reply_tail(const void *message); /* the last REPLY_TAIL bytes of the reply as it was received; zeros in front when shorter */

/* rclio_client_call() for what only the server of an earlier call can answer: fails with RCLIO_UNAVAILABLE where none is there now, instead
 * of waiting for another. */
rclio_future *client_call_present(rclio_client *client, const void *request);

#endif
