/* src/node/lifecycle.h: what the files of a lifecycle share.
 *
 *   LI1  `state` is written by lifecycle_step() alone, which announces it and sets what is managed.
 *   LI2  Whoever changes it holds `changing`; no function of the node runs under a lock.
 *   LI3  A member leaves when its object is destroyed, or the lifecycle; whoever has taken entity_unwatch() frees it. It keeps the lifecycle's
 *        memory, as the services do. Its object may be on another executor: it is set without the state lock, and by the state that is
 *        there then, so that the last change counts.
 * Threads: the executor's (EXECUTOR_GUARD); members under `lock`, inside which only context->lock is taken; the state may be read by any. */
#ifndef RCLIO_NODE_LIFECYCLE_H
#define RCLIO_NODE_LIFECYCLE_H

#include "base/thread.h"
#include "node/lifecycle_machine.h"
#include "node/lifecycle_types.h"

typedef struct lifecycle_member { /* a managed publisher or timer */
    list link;
    entity *managed;                                       /* there while the member is in the list */
    void (*set)(entity *managed, lifecycle_effect effect); /* never AS_BEFORE */
    rclio_lifecycle *lifecycle;                            /* a reference */
} lifecycle_member;

struct rclio_lifecycle {
    entity entity; /* first; references: the owner's, one of each change on its way */
    rclio_lifecycle_options options;
    lifecycle_types types;
    rclio_publisher *event;
    rclio_service *services[5];
    atomic_int state;  /* LI1 */
    bool changing;     /* LI2 */
    rclio_future *end; /* of the change on its way, a reference, for a request that came meanwhile; NULL: there is none */
    bool destroyed;
    mutex lock;
    list members; /* [lock] of lifecycle_member.link */
};

/* LIF-1: in upstream's order. */
rclio_status lifecycle_services_open(rclio_lifecycle *l);

/* A change that was asked for by id or label (LIF-5). `wait`: while another is on its way, for that to end; else it is not allowed then. */
rclio_lifecycle_result lifecycle_change(rclio_lifecycle *l, uint8_t id, const char *label, bool wait);

#endif
