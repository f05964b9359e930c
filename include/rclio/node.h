/* include/rclio/node.h: a node. Floor: node.
 *
 * Constructors take NULL for a parent: they return NULL and leave the first error, so that a program may build everything and check
 * once; what is set up of a NULL handle (parameters, a timer's period, a filter's input) leaves it too. Objects below a node belong to it: rclio_node_destroy() destroys those that are left.
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
    rclio_qos rosout_qos;       /* of /rosout; {0}: RCLIO_QOS_ROSOUT. What is 0 is that profile's */
    bool enable_logger_service; /* ~/get_logger_levels and ~/set_logger_levels, for all loggers of the context (LOG-6) */
    bool no_type_description_service;
    bool ignore_global_arguments; /* remap rules and parameters of the command line do not apply */
    char *const *arguments; /* the node's own, as words of a command line: {"--ros-args", "-r", "chatter:=/words"}. Its rules are
                                     asked before those of the command line, its parameters replace those. Borrowed. wire ARG-5 */
    int argument_count;
    bool use_intra_process_comms; /* what RCLIO_INTRA_PROCESS_NODE means in the options of publishers and subscriptions */
    bool use_sim_time;            /* the default of the parameter use_sim_time, which -p replaces */
    bool
        no_time_source; /* the parameter use_sim_time moves nothing: somebody else sets the node's clock (the Python face does) */
    bool topic_statistics; /* of each subscription whose options do not say; upstream's enable_topic_statistics */
    /* Parameters (rclio/parameter.h). */
    bool no_parameter_services;                        /* the six services; upstream's start_parameter_services=False */
    bool no_parameter_events;                          /* the writer of /parameter_events */
    bool allow_undeclared_parameters;                  /* any name may be set, and read as not set */
    bool automatically_declare_parameters;             /* those that overrides name, with the type of the override */
    const struct rclio_parameter *parameter_overrides; /* borrowed; stand above those of the command line */
    size_t parameter_override_count;
} rclio_node_options;

/* name   as upstream allows (NAM-5); a rule __node:= may replace it.
 * fails  RCLIO_INVALID: a name that is not legal, an argument of the node's own that cannot be read; RCLIO_SYSTEM: the middleware cannot be opened (names the variable or interface).
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

/* The node's clock, of kind RCLIO_CLOCK_ROS; NULL for NULL. Lent until the node is destroyed (rclio_clock_ref() keeps it). Log stamps
 * do not go by it. thread any. wire TIM-2 */
RCLIO_API rclio_clock *rclio_node_clock(const rclio_node *node);

/* Sets the parameter use_sim_time, which decides; so do -p, parameter files and `ros2 param set`.
 * true: subscribes to /clock and makes ROS time active: the node's clock shows the time of the last message, 0 before the first one
 * (a time known from before is kept). false: unsubscribes, and shows the system's time. Nothing happens when it is so already.
 * returns  as rclio_parameter_set(); RCLIO_INVALID: there is no subscription. Then nothing has changed
 * thread   the executor's or one while nothing spins
 * wire     TIM-1, TIM-2, TIM-3 */
RCLIO_API rclio_status rclio_node_set_use_sim_time(rclio_node *node, bool use_sim_time);
RCLIO_API bool rclio_node_uses_sim_time(const rclio_node *node); /* thread as set */

/* Spins the node's executor until the context is shut down, then destroys the context with everything below it: the last line of main.
 * returns  the exit status of the process: 0, also for a NULL node that was not made because its context had been shut down (Ctrl-C
 *          came early); 1 for any other NULL node, after printing rclio_error() to standard error.
 * thread   one that spins nothing */
RCLIO_API int rclio_spin(rclio_node *node);

/* Spins the context's executor until shutdown and leaves everything as it is. RCLIO_OK after a shutdown.
 * thread   one that spins nothing */
RCLIO_API rclio_status rclio_context_spin(rclio_context *context);

/* The full name of a topic or service after expansion and remapping; a string you free. fails RCLIO_INVALID. thread any. wire NAM-8, ARG-2 */
RCLIO_API char *rclio_node_resolve_topic(rclio_node *node, const char *name);
RCLIO_API char *rclio_node_resolve_service(rclio_node *node, const char *name);

/* Whether a name is legal: of a node, a namespace, a topic or service as programs give it ("~/x", "{node}/x"), one in full ("/ns/x").
 * fails RCLIO_INVALID, in upstream's words with a caret below the first bad character. thread any. wire NAM-5 .. NAM-8 */
typedef enum rclio_name_kind { RCLIO_NAME_OF_NODE, RCLIO_NAMESPACE, RCLIO_NAME_GIVEN, RCLIO_NAME_IN_FULL } rclio_name_kind;
RCLIO_API rclio_status rclio_name_check(rclio_name_kind kind, const char *name);

/* "~/x" of the node "/ns", "name" is "/ns/name/x": without remap rules. A string you free. fails RCLIO_INVALID. thread any. wire NAM-8 */
RCLIO_API char *rclio_name_expand(const char *name, const char *node_name, const char *name_space);

#ifdef __cplusplus
}
#endif
#endif
