/* include/rclio/node.h: a node. Floor: node.
 *
 * Constructors take NULL for a parent: they return NULL and leave the first error, so that a program may build everything and check
 * once. Objects below a node belong to it: rclio_node_destroy() destroys those that are left.
 * Death rule, for every object here: _destroy may be called from any callback of its executor, its own too, or while nobody spins;
 * its callback is not called after that (one that is suspended goes on to its end); pending futures of it fail with RCLIO_CANCELLED.
 * Multi-threaded executors (X6): these functions may be called from any thread at any time; a callback that runs in another thread
 * goes on to its end too. rclio_node_destroy() from a thread outside of the executor waits for those of its groups. */
#ifndef RCLIO_NODE_H
#define RCLIO_NODE_H

#include "rclio/context.h"
#include "rclio/qos.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct rclio_callback_group rclio_callback_group; /* rclio/callback_group.h */

typedef struct rclio_node_options {
    const char *name_space;   /* NULL or "": "/" */
    rclio_executor *executor; /* NULL: the context's */
    bool no_rosout;
    bool no_type_description_service;
    bool ignore_global_arguments; /* remap rules of the command line do not apply */
} rclio_node_options;

/* name   as upstream allows (NAM-5); a rule __node:= may replace it.
 * fails  RCLIO_INVALID: a name that is not legal; RCLIO_SYSTEM: the middleware cannot be opened (names the variable or interface).
 * thread the executor's or one while nothing spins, as for all constructors here
 * wire   NOD-1 */
RCLIO_API rclio_node *rclio_node_new(rclio_context *context, const char *name, const rclio_node_options *options);
RCLIO_API void rclio_node_destroy(rclio_node *node); /* NULL is allowed */

RCLIO_API const char *rclio_node_name(const rclio_node *node);
RCLIO_API const char *rclio_node_namespace(const rclio_node *node);
RCLIO_API const char *rclio_node_full_name(const rclio_node *node);
RCLIO_API const char *rclio_node_logger(const rclio_node *node); /* "ns.name" */
RCLIO_API rclio_context *rclio_node_context(const rclio_node *node);
RCLIO_API rclio_executor *rclio_node_executor(const rclio_node *node);

/* Spins the node's executor until the context is shut down, then destroys the context with everything below it: the last line of main.
 * returns  the exit status of the process: 0; 1 for a NULL node, after printing rclio_error() to standard error.
 * thread   one that spins nothing */
RCLIO_API int rclio_spin(rclio_node *node);

/* Spins the context's executor until shutdown and leaves everything as it is. RCLIO_OK after a shutdown.
 * thread   one that spins nothing */
RCLIO_API rclio_status rclio_context_spin(rclio_context *context);

/* The full name of a topic or service after expansion and remapping; a string you free. fails RCLIO_INVALID. thread any. wire NAM-8, ARG-2 */
RCLIO_API char *rclio_node_resolve_topic(rclio_node *node, const char *name);
RCLIO_API char *rclio_node_resolve_service(rclio_node *node, const char *name);

#ifdef __cplusplus
}
#endif
#endif
