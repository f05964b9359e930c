/* tests/node/lifetime.h: what the tests of the rule of death (docs/lifetime.md) know of each kind of handle: one row each. */
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
    const char *name;
    void *(*make)(stage *s);       /* on s->node; NULL fails the test */
    void (*destroy)(void *handle); /* destroys, or drops the reference */
    bool is_reference;         /* it outlives its parents and is the program's to drop; what it stands for goes on after that */
    bool is_of_context;        /* a node: goes with the context; s->node is not its parent */
    bool stands_alone;         /* no node and no context is its parent */
    bool is_context;           /* a context of its own */
    bool ignores_shutdown;     /* its future ends with the handle's parents, not with a shutdown */
    void (*trigger)(stage *s); /* twice what runs its callback, which calls lifetime_callback(s); NULL: it has none */
    rclio_future *(*wait)(stage *s);   /* a new reference to a future that stays pending while nothing is triggered; NULL: none */
    rclio_status (*use)(void *handle); /* what sends; NULL: nothing */
};

extern const handle_kind handle_kinds[];
extern const size_t handle_kind_count;

/* Every row's callback. */
void lifetime_callback(stage *s);

/* Spins until `condition`; a stop by a shutdown does not end it. */
#define LIFETIME_SPIN_UNTIL(s, condition)                                                                         \
    while (!(condition)) {                                                                                        \
        rclio_status lifetime_status = rclio_executor_spin_once((s)->p.executor, RCLIO_S(WATCHDOG_SECONDS - 10)); \
        assert_true(lifetime_status == RCLIO_OK || lifetime_status == RCLIO_SHUTDOWN);                            \
    }

#endif
