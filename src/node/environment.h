/* src/node/environment.h: what the environment says to a context (ENV-1, ENV-2).
 * Threads: immutable after environment_read(); then any. */
#ifndef RCLIO_NODE_ENVIRONMENT_H
#define RCLIO_NODE_ENVIRONMENT_H

#include "mw/mw.h"

#define ENVIRONMENT_DOMAIN_MAX 232 /* ENV-1: beyond it the ports of RTPS do not fit */

typedef struct environment {
    uint32_t domain_id;
    mw_discovery_range range;
    char *static_peers; /* NULL: none */
    const mw_ops *ops;
} environment;

/* middleware  instead of RMW_IMPLEMENTATION; NULL: that. domain_id: instead of ROS_DOMAIN_ID; NULL: that.
 * fails  RCLIO_INVALID: names the variable, its value and what is allowed. What upstream only warns of is logged to `l`. */
environment *environment_read(const char *middleware, const uint32_t *domain_id, log *l);
void environment_destroy(environment *e); /* NULL is allowed */

#endif
