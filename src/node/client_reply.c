/* src/node/client_reply.c: a message that knows its type, so that whoever holds it last can free it. See client.h. */
#include "base/error.h"
#include "node/client_call.h"
#include "types/registry.h"

#include <stdlib.h>
#include <string.h>

typedef struct reply {
    const rclio_type *type;
    rclio_types *types; /* a reference */
    uint8_t tail[REPLY_TAIL];
    _Alignas(max_align_t) uint8_t message[];
} reply;

static reply *reply_of(void *message)
{
    return list_entry(message, reply, message);
}

void *reply_new(const rclio_type *type, rclio_types *types)
{
    reply *r = calloc(1, sizeof *r + type->size);
    if (!r) return rclio_fail_null(RCLIO_NO_MEMORY, "out of memory for a message of type '%s'", type->name);
    r->type = type;
    if (rclio_message_init(type, r->message) != RCLIO_OK) {
        free(r);
        return NULL;
    }
    r->types = registry_ref(types);
    return r->message;
}

void reply_free(void *message)
{
    if (!message) return;
    reply *r = reply_of(message);
    rclio_message_fini(r->type, message);
    rclio_types_destroy(r->types);
    free(r);
}

void reply_set_tail(void *message, const uint8_t *bytes, size_t size)
{
    reply *r = reply_of(message);
    size_t count = size < REPLY_TAIL ? size : REPLY_TAIL;
    memcpy(r->tail + REPLY_TAIL - count, bytes + size - count, count);
}

const uint8_t *reply_tail(const void *message)
{
    return list_entry(message, reply, message)->tail;
}
