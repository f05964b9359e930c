/* tests/node/managed.h: a managed node whose functions do what a test says, and write down what they saw. Threads: the test's. */
#ifndef TESTS_NODE_MANAGED_H
#define TESTS_NODE_MANAGED_H

#include "pair.h"

typedef struct managed {
    rclio_lifecycle *lifecycle;
    /* of configure, cleanup, activate, deactivate, shutdown, error; 0: success */
    int results[6];
    rclio_future *gate;                                  /* configure awaits it */
    rclio_future *entered;                               /* completed when configure has begun */
    void (*within)(struct managed *m, const char *name); /* called in each */
    char told[400];                                      /* "configure(unconfigured) ..." */
} managed;

enum { CONFIGURE, CLEANUP, ACTIVATE, DEACTIVATE, SHUTDOWN, ON_ERROR };

rclio_lifecycle_options managed_options(managed *m);

/* Puts it on the node. */
void managed_open(managed *m, rclio_node *node);

/* What the functions were told since the last time. */
void assert_told(managed *m, const char *told);

/* A change that ends so, in that state. */
void assert_change(managed *m, rclio_lifecycle_transition transition, rclio_lifecycle_result result, rclio_lifecycle_state state);

#endif
