/* tests/node/lifetime.h: what the tests of the rule of death (docs/shutdown.md) know of each kind of handle: one row each. */
#ifndef TESTS_NODE_LIFETIME_H
#define TESTS_NODE_LIFETIME_H

#include "pair.h"

typedef struct handle_kind handle_kind;

/* One test of one kind: the handle lives below `node`, of the pair's server context; what it talks to is on the client's node. */
typedef struct stage {
    pair p;
    rclio_node *node;
    const handle_kind *kind;
    void *handle;        /* NULL: destroyed */
    void *parts[4];      /* of the row: what make() and trigger() need besides */
    rclio_future *go_on; /* what a callback that waits awaits */
    size_t entered, returned;
    void (*in_callback)(struct stage *s); /* what the test does there; may be NULL */
    bool waits;                           /* then awaits go_on */
    rclio_status waited;                  /* by a task that awaits the handle's future */
    bool woken;
    rclio_future *awaited;
} stage;

struct handle_kind {
    const char *name;              /* NULL: the end of a group, which names the next */
    void *(*make)(stage *s);       /* on s->node; NULL fails the test */
    void (*destroy)(void *handle); /* destroys, or drops the reference */
    bool is_reference;         /* it outlives its parents and is the program's to drop; what it stands for goes on after that */
    bool is_of_context;        /* a node: goes with the context; s->node is not its parent */
    bool stands_alone;         /* no node and no context is its parent */
    bool is_context;           /* a context of its own */
    bool outlives_parents;     /* the program's to destroy, though it has a node */
    rclio_status orphaned;     /* what its future fails with when the node goes; 0: RCLIO_CANCELLED */
    bool ignores_shutdown;     /* its future ends with the handle's parents, not with a shutdown */
    void (*trigger)(stage *s); /* twice what runs its callback, which calls lifetime_callback(s); NULL: it has none */
    rclio_future *(*wait)(stage *s);   /* a new reference to a future that stays pending while nothing is triggered; NULL: none */
    rclio_status (*use)(void *handle); /* what sends; NULL: nothing */
    const handle_kind *next_group;
};

extern const handle_kind handle_kinds[], parameter_kinds[], filter_kinds[]; /* one group a file */

/* The row after `kind`; the first for NULL, NULL after the last. */
const handle_kind *lifetime_next(const handle_kind *kind);

/* Every row's callback. */
void lifetime_callback(stage *s);

/* What rows share. */
const rclio_type *lifetime_string(rclio_context *context);
void lifetime_publish_twice(stage *s, rclio_subscription *to);
rclio_future *lifetime_itself(stage *s); /* a reference */
void lifetime_drop_future(void *handle);
void lifetime_trigger_in_task(stage *s, void (*run)(void *stage));

/* A future that ends as `call` does, which waits in a task of its own by now. */
rclio_future *lifetime_call_in_task(stage *s, rclio_status (*call)(void *handle));

/* Spins until `condition`; a stop by a shutdown does not end it. */
#define LIFETIME_SPIN_UNTIL(s, condition)                                                                         \
    while (!(condition)) {                                                                                        \
        rclio_status lifetime_status = rclio_executor_spin_once((s)->p.executor, RCLIO_S(WATCHDOG_SECONDS - 10)); \
        assert_true(lifetime_status == RCLIO_OK || lifetime_status == RCLIO_SHUTDOWN);                            \
    }

#endif
