/* src/node/filters/event.c: a message on its way through filters: one block of memory for all who look at it (FI1).
 *
 * Threads: any; the count is atomic and nobody writes to the rest. Tests: tests/filters/test_filter.c. */
#include "base/array.h"
#include "base/clock.h"
#include "base/error.h"
#include "node/filters/filter.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

typedef struct shared_event {
    rclio_message_event event; /* first */
    atomic_int references;
    void *message;            /* of one that a program made; */
    rclio_kept_message *kept; /* of one that was received: a reference */
} shared_event;

static shared_event *of(const rclio_message_event *event)
{
    return (shared_event *)(void *)event;
}

bool rclio_message_stamp(const rclio_type *type, const void *message, int64_t *stamp_ns)
{
    const rclio_field *header = rclio_type_field(type, "header");
    if (!header || header->base != RCLIO_NESTED || header->shape != RCLIO_SINGLE) return false;
    const rclio_field *stamp = rclio_type_field(header->nested, "stamp");
    if (!stamp || stamp->base != RCLIO_NESTED || stamp->shape != RCLIO_SINGLE) return false;
    if (strcmp(stamp->nested->name, "builtin_interfaces/msg/Time") != 0) return false;
    const rclio_field *sec = rclio_type_field(stamp->nested, "sec"), *nanosec = rclio_type_field(stamp->nested, "nanosec");
    if (!sec || !nanosec || sec->base != RCLIO_INT32 || nanosec->base != RCLIO_UINT32) return false;
    int32_t seconds;
    uint32_t nanoseconds;
    const char *time = (const char *)message + header->offset + stamp->offset;
    memcpy(&seconds, time + sec->offset, sizeof seconds);
    memcpy(&nanoseconds, time + nanosec->offset, sizeof nanoseconds);
    *stamp_ns = RCLIO_S(seconds) + nanoseconds;
    return true;
}

static shared_event *shared_new(const rclio_type *type, const void *message, int64_t received_ns)
{
    shared_event *shared = calloc(1, sizeof *shared);
    if (!shared) return rclio_fail_null(RCLIO_NO_MEMORY, "out of memory for a message of type %s", type->name);
    shared->event = (rclio_message_event){.message = message, .type = type, .received_ns = received_ns};
    if (!received_ns) shared->event.received_ns = clock_system_ns();
    shared->event.has_stamp = rclio_message_stamp(type, message, &shared->event.stamp_ns);
    if (!shared->event.has_stamp) shared->event.stamp_ns = shared->event.received_ns;
    atomic_init(&shared->references, 1);
    return shared;
}

const rclio_message_event *message_event_of_kept(rclio_kept_message *kept, int64_t received_ns)
{
    shared_event *shared = shared_new(rclio_kept_message_type(kept), rclio_kept_message_get(kept), received_ns);
    if (!shared) return NULL;
    shared->kept = kept;
    return &shared->event;
}

const rclio_message_event *rclio_message_event_new(const rclio_type *type, void *message, int64_t received_ns)
{
    if (!type || !message) return rclio_fail_null(RCLIO_INVALID, "an event needs a message and its type");
    shared_event *shared = shared_new(type, message, received_ns);
    if (!shared) return NULL;
    shared->message = message;
    return &shared->event;
}

const rclio_message_event *rclio_message_event_copy(const rclio_type *type, const void *message, int64_t received_ns)
{
    if (!type || !message) return rclio_fail_null(RCLIO_INVALID, "an event needs a message and its type");
    void *copy = rclio_message_new(type);
    if (!copy) return NULL;
    const rclio_message_event *event = NULL;
    if (rclio_message_copy(type, message, copy) == RCLIO_OK) event = rclio_message_event_new(type, copy, received_ns);
    if (!event) rclio_message_destroy(type, copy);
    return event;
}

const rclio_message_event *rclio_message_event_ref(const rclio_message_event *event)
{
    if (event) atomic_fetch_add_explicit(&of(event)->references, 1, memory_order_relaxed);
    return event;
}

void rclio_message_event_unref(const rclio_message_event *event)
{
    if (!event || atomic_fetch_sub_explicit(&of(event)->references, 1, memory_order_acq_rel) != 1) return;
    shared_event *shared = of(event);
    if (shared->message) rclio_message_destroy(event->type, shared->message);
    rclio_kept_message_unref(shared->kept);
    free(shared);
}

void rclio_message_events_free(const rclio_message_event **events, size_t count)
{
    for (size_t i = 0; events && i < count; i++) rclio_message_event_unref(events[i]);
    free((void *)events);
}
