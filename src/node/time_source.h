/* src/node/time_source.h: what drives a node's clock: /clock while `use_sim_time` is set (TIM-1 .. TIM-3).
 *
 * Threads: as node constructors. Tests: tests/node/test_time_source.c. */
#ifndef RCLIO_NODE_TIME_SOURCE_H
#define RCLIO_NODE_TIME_SOURCE_H

#include "node/node.h"

typedef struct time_source time_source;

time_source *time_source_new(rclio_node *node); /* off; NULL with the error set */
void time_source_close(time_source *driver);    /* NULL is allowed; before the node's entities */
void time_source_free(time_source *driver);     /* NULL is allowed; with the node's memory (N5) */

/* From here on the node follows its parameter use_sim_time (TIM-7). After parameters_start() */
rclio_status time_source_start(rclio_node *node);

#endif
