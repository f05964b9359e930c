/* src/node/topic_events.h: what publishers and subscriptions share: QoS events, and futures that wait for peers.
 *
 *   TE1  The middleware's callback wakes a source; the source reads the events and calls the program, one kind after the other.
 *   TE2  An incompatible peer is logged when the program listens to no events (QOS-9).
 *   TE3  The source holds a reference to the entity until its last run has returned.
 * Threads: topic_events_wake any; the rest the executor's or while nobody spins. */
#ifndef RCLIO_NODE_TOPIC_EVENTS_H
#define RCLIO_NODE_TOPIC_EVENTS_H

#include "node/node.h"
#include "rclio/topic.h"

/* How the events of an entity's writer or reader are asked for. */
typedef struct topic_events_ops {
    uint32_t (*take)(entity *owner);
    rclio_status (*status)(entity *owner, mw_event_kind kind, mw_status *status);
    size_t (*matched)(entity *owner);
    const char *peer;         /* "subscription" or "publisher" */
    const char *incompatible; /* QOS-9: what one does that does not fit */
} topic_events_ops;

typedef struct topic_events {
    source source;
    entity *owner;
    const topic_events_ops *ops;
    const char *topic; /* lent by the owner */
    char *what;        /* "events of '/chatter'" */
    rclio_event_fn *on_event;
    void *arg;
    mutex lock;
    list waiters; /* [lock] */
    shutdown_hook hook;
    bool closed;
} topic_events;

rclio_status topic_events_init(topic_events *t, entity *owner, const topic_events_ops *ops, const char *topic,
                               rclio_event_fn *on_event, void *arg);

/* Before topic_events_fini, after the writer or reader has gone: futures fail, callbacks stop. */
void topic_events_close(topic_events *t);
void topic_events_fini(topic_events *t); /* memory; of a struct of zeros too */
mw_callback_fn topic_events_wake;        /* arg: the topic_events */

/* A future that is done when at least `count` peers are matched. */
rclio_future *topic_events_wait(topic_events *t, size_t count);

#endif
