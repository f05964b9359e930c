/* src/node/parameter_store.h: the parameters of a node: what is declared, the callbacks, the event publisher.
 *
 *   PS1  `lock` guards the entries; the callbacks and the publisher are the executor's (EXECUTOR_GUARD). No callback of a program runs under
 *        either; values that go out are copies.
 *   PS2  A set is checked before the on-set callbacks and, as these may await, once more under the lock in the step that changes values:
 *        all of a list or nothing.
 *   PS3  It outlives its node while a callback of it is suspended: references; `node` is NULL then.
 * Threads: as the public header says. */
#ifndef RCLIO_NODE_PARAMETER_STORE_H
#define RCLIO_NODE_PARAMETER_STORE_H

#include "base/list.h"
#include "base/map.h"
#include "base/thread.h"
#include "node/parameter_messages.h"
#include "rclio/parameter.h"
#include "rclio/topic.h"

#include <stdatomic.h>

typedef struct parameter_entry {
    char *name;
    rclio_parameter_value value;
    rclio_parameter_descriptor descriptor; /* its type is the declared one unless dynamic_typing */
} parameter_entry;

typedef enum callback_kind { CALLBACK_PRE_SET, CALLBACK_ON_SET, CALLBACK_POST_SET, CALLBACK_KINDS } callback_kind;

typedef struct parameters {
    atomic_int references;
    rclio_node *node; /* NULL: destroyed (PS3) */
    rclio_executor *executor;
    bool allow_undeclared;
    mutex lock;
    map entries;                    /* of parameter_entry [lock] */
    rclio_parameter_list overrides; /* for declarations; never changed */
    list callbacks[CALLBACK_KINDS]; /* of rclio_parameter_callback.link, the last one first */
    list running;                   /* of calls to those that have not returned; with the state lock */
    parameter_types types;
    rclio_publisher *events; /* NULL: none */
} parameters;

parameters *parameters_new(rclio_node *node);
void parameters_ref(parameters *p);
void parameters_unref(parameters *p); /* NULL is allowed */

/* What a set changes: each list borrows its items from the list that was set. */
typedef struct parameter_change {
    rclio_parameter_list added, changed, deleted;
} parameter_change;

/* PA2's checks, in upstream's words: RCLIO_NOT_FOUND (undeclared), RCLIO_BAD_STATE (read-only, static), RCLIO_INVALID. */
rclio_status parameters_check(parameters *p, const rclio_parameter_list *batch) REQUIRES(p->lock);

/* Checks and changes, all or nothing. The change's arrays are to be freed with parameter_change_fini(). */
rclio_status parameters_apply(parameters *p, const rclio_parameter_list *batch, parameter_change *change) REQUIRES(p->lock);
void parameter_change_fini(parameter_change *change);

/* Takes the entry's contents, also when it fails. fails RCLIO_BAD_STATE: declared already */
rclio_status parameters_add(parameters *p, const char *name, rclio_parameter_value *value,
                            const rclio_parameter_descriptor *descriptor) REQUIRES(p->lock);
parameter_entry *parameters_find(parameters *p, const char *name) REQUIRES(p->lock);

/* What the six functions of the public header do, and the services. */
rclio_status parameters_get(parameters *p, const char *name, rclio_parameter_value *value);
rclio_status parameters_describe(parameters *p, const char *name, rclio_parameter_descriptor *descriptor);
rclio_status parameters_list(parameters *p, const char *const *prefixes, size_t prefix_count, uint64_t depth,
                             rclio_parameter_names *names);
rclio_status parameters_declare(parameters *p, const char *name, const rclio_parameter_value *value,
                                const rclio_parameter_options *options);
rclio_status parameters_set(parameters *p, const rclio_parameter *items, size_t count);

/* Of one value against its descriptor: type and range. RCLIO_OK or RCLIO_INVALID. */
rclio_status parameter_check_value(const rclio_parameter_descriptor *descriptor, const rclio_parameter_value *value);
rclio_status parameter_check_range(const rclio_parameter_descriptor *descriptor, const rclio_parameter_value *value);

/* Calls those of a kind, the last one first, each unless it was removed meanwhile; stops at a refusal. Not under the lock. */
rclio_status parameters_call_pre_set(parameters *p, rclio_parameter_list *batch);
rclio_status parameters_call_on_set(parameters *p, const rclio_parameter_list *batch);
void parameters_call_post_set(parameters *p, const rclio_parameter_list *batch);
void parameters_free_callbacks(parameters *p);

/* May the caller set or declare parameters? fails RCLIO_LIMIT: inside of too many callbacks, one in another. */
rclio_status parameters_check_nesting(parameters *p);

/* Publishes one event; a failure is logged. */
void parameters_publish(parameters *p, const parameter_change *change);

/* Of node_new: reads the overrides, makes the event writer, declares what every node has; then opens the services (NOD-3). */
rclio_status parameters_start(rclio_node *node);
rclio_status parameters_serve(rclio_node *node);
void parameters_close(parameters *p); /* of node_destroy, before its publisher goes; NULL is allowed */
rclio_status parameters_open_services(parameters *p);

#endif
