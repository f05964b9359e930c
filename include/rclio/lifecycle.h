/* include/rclio/lifecycle.h: managed nodes: docs/lifecycle.md. Floor: node.
 *
 *   LC1  A lifecycle is put on an ordinary node and belongs to it. It moves between four resting states; each move calls the node's own
 *        function, whose result decides where it ends. One move at a time.
 *   LC2  The functions run in the task of the service that was asked, or where the program made the change, so they may await: the state is then CONFIGURING (or so) meanwhile, and
 *        the services answer.
 *   LC3  Managed publishers publish from the call of on_activate to the return of on_deactivate or on_shutdown, and are closed again when
 *        on_activate does not succeed. Otherwise they drop what they are given, RCLIO_OK, and say so once for each time they are closed.
 *   LC4  Managed timers run while the node is ACTIVE.
 *   LC5  Others change and watch the node by the services and the topic of wire LIF-1, as upstream's do. */
#ifndef RCLIO_LIFECYCLE_H
#define RCLIO_LIFECYCLE_H

#include "rclio/topic.h"

#ifdef __cplusplus
extern "C" {
#endif

/* LIF-2: wire values. */
typedef enum rclio_lifecycle_state {
    RCLIO_LIFECYCLE_UNKNOWN = 0,
    RCLIO_LIFECYCLE_UNCONFIGURED = 1,
    RCLIO_LIFECYCLE_INACTIVE = 2,
    RCLIO_LIFECYCLE_ACTIVE = 3,
    RCLIO_LIFECYCLE_FINALIZED = 4,
    RCLIO_LIFECYCLE_CONFIGURING = 10, /* from here on: held while a function of the node runs */
    RCLIO_LIFECYCLE_CLEANINGUP = 11,
    RCLIO_LIFECYCLE_SHUTTINGDOWN = 12,
    RCLIO_LIFECYCLE_ACTIVATING = 13,
    RCLIO_LIFECYCLE_DEACTIVATING = 14,
    RCLIO_LIFECYCLE_ERRORPROCESSING = 15,
} rclio_lifecycle_state;

/* "unconfigured"; "" for a number that is no state. thread any */
RCLIO_API const char *rclio_lifecycle_state_name(rclio_lifecycle_state state);

/* LIF-3: wire values, but for the shutdown, which has one for each state it begins in. */
typedef enum rclio_lifecycle_transition {
    RCLIO_LIFECYCLE_CONFIGURE = 1,
    RCLIO_LIFECYCLE_CLEANUP = 2,
    RCLIO_LIFECYCLE_ACTIVATE = 3,
    RCLIO_LIFECYCLE_DEACTIVATE = 4,
    RCLIO_LIFECYCLE_SHUTDOWN = 5, /* from whichever resting state it is in */
} rclio_lifecycle_transition;

/* "configure"; "" for a number that is none of them. thread any */
RCLIO_API const char *rclio_lifecycle_transition_name(rclio_lifecycle_transition transition);

/* LIF-6: wire values. */
typedef enum rclio_lifecycle_result {
    RCLIO_LIFECYCLE_NOT_ALLOWED = 0, /* of rclio_lifecycle_change() only: nothing was done, the error is set */
    RCLIO_LIFECYCLE_SUCCESS = 97,
    RCLIO_LIFECYCLE_FAILURE = 98, /* back to where it began; a shutdown goes on */
    RCLIO_LIFECYCLE_ERROR = 99,   /* on_error decides */
} rclio_lifecycle_result;

typedef struct rclio_lifecycle rclio_lifecycle;

/* previous  the resting state in which the change began, also for on_error.
 * returns   another value than the three is RCLIO_LIFECYCLE_ERROR. An error that is set (rclio_error) is logged with a failure. In a task
 *           rclio_task_fail() does the same, and makes a success an error. */
typedef rclio_lifecycle_result rclio_lifecycle_fn(rclio_lifecycle_state previous, void *arg);

typedef struct rclio_lifecycle_options {
    rclio_lifecycle_fn *on_configure, *on_cleanup, *on_activate, *on_deactivate, *on_shutdown; /* NULL: success */
    rclio_lifecycle_fn *on_error; /* NULL: failure, so it ends FINALIZED. SUCCESS: UNCONFIGURED */
    void *arg;
    bool no_services; /* only transition_event; nobody else can change it */
} rclio_lifecycle_options;

/* One for each node.
 * fails  RCLIO_SYSTEM, RCLIO_NOT_FOUND: no lifecycle_msgs. thread the executor's or one while nothing spins. wire LIF-1 */
RCLIO_API rclio_lifecycle *rclio_lifecycle_new(rclio_node *node, const rclio_lifecycle_options *options);
RCLIO_API void rclio_lifecycle_destroy(rclio_lifecycle *lifecycle); /* publishers are closed, timers stop. thread as new */

RCLIO_API rclio_lifecycle_state rclio_lifecycle_get_state(const rclio_lifecycle *lifecycle); /* thread any */

/* Changes the state as the service does, and returns when that is done.
 * returns  what the node's function returned; RCLIO_LIFECYCLE_NOT_ALLOWED with RCLIO_BAD_STATE: not in this state, or a change is on its
 *          way (from a function of the node, too). thread a task, or a thread outside of any executor. wire LIF-3, LIF-4, LIF-6, LIF-7 */
RCLIO_API rclio_lifecycle_result rclio_lifecycle_change(rclio_lifecycle *lifecycle, rclio_lifecycle_transition transition);

/* From now on managed (LC3, LC4); an object is managed once. Returns what it was given, so it may stand around a constructor: NULL gives NULL.
 * thread  as new */
RCLIO_API rclio_publisher *rclio_lifecycle_publisher(rclio_lifecycle *lifecycle, rclio_publisher *publisher);
RCLIO_API rclio_timer *rclio_lifecycle_timer(rclio_lifecycle *lifecycle, rclio_timer *timer);

/* ---- another node's lifecycle ---- */

typedef struct rclio_lifecycle_client rclio_lifecycle_client;

/* remote  the node's name, "/ns/name" or relative to this node's namespace. thread as rclio_lifecycle_new */
RCLIO_API rclio_lifecycle_client *rclio_lifecycle_client_new(rclio_node *node, const char *remote);
RCLIO_API void rclio_lifecycle_client_destroy(rclio_lifecycle_client *client); /* its calls end: RCLIO_CANCELLED. thread as new */

/* They wait for the node to be there, too.
 * fails   RCLIO_TIMEOUT: no answer in time (negative: for ever); RCLIO_UNAVAILABLE: the node went; RCLIO_BAD_STATE (_change): it said no,
 *         or its function did not succeed. The error names the node. thread a task, or a thread outside of any executor. wire LIF-5 */
RCLIO_API rclio_status rclio_lifecycle_client_get_state(rclio_lifecycle_client *client, int64_t timeout_ns,
                                                        rclio_lifecycle_state *state);
RCLIO_API rclio_status rclio_lifecycle_client_change(rclio_lifecycle_client *client, rclio_lifecycle_transition transition,
                                                     int64_t timeout_ns);

/* ---- several nodes ---- */

typedef struct rclio_lifecycle_manager rclio_lifecycle_manager;

typedef struct rclio_lifecycle_manager_options {
    int64_t timeout_ns; /* for each node's each step; 0: 10 s */
    bool no_rollback;   /* a start that fails leaves the nodes as they are */
} rclio_lifecycle_manager_options;

/* What the last start, stop or shutdown did to a node. */
typedef struct rclio_lifecycle_report {
    const char *node;
    rclio_lifecycle_state state; /* when it was last asked */
    rclio_status status;         /* RCLIO_OK: it is where it was to be; RCLIO_EMPTY: it was not its turn any more */
    const char *reason;          /* a sentence, "" for RCLIO_OK; lent until the next start, stop or shutdown */
} rclio_lifecycle_report;

/* names  copied; relative ones are in the node's namespace. thread as rclio_lifecycle_new */
RCLIO_API rclio_lifecycle_manager *rclio_lifecycle_manager_new(rclio_node *node, const char *const *names, size_t count,
                                                               const rclio_lifecycle_manager_options *options);
RCLIO_API void
rclio_lifecycle_manager_destroy(rclio_lifecycle_manager *manager); /* its work ends: RCLIO_CANCELLED. thread as new */

/* _start: configures the nodes in order, then activates them in order; a node that is further already is left as it is. When one does not get
 * there, those that this start brought up are brought down again, last first (no_rollback).
 * _stop: deactivates them, last first, then cleans them up, last first; goes on with the others when one fails. _shutdown: deactivates and shuts
 * them down, last first.
 * fails  with the first node's failure; the error names the node, what it did not do, and how many nodes are where they were to be.
 *        RCLIO_BAD_STATE: the manager is at work already. thread a task, or a thread outside of any executor */
RCLIO_API rclio_status rclio_lifecycle_manager_start(rclio_lifecycle_manager *manager);
RCLIO_API rclio_status rclio_lifecycle_manager_stop(rclio_lifecycle_manager *manager);
RCLIO_API rclio_status rclio_lifecycle_manager_shutdown(rclio_lifecycle_manager *manager);

/* NULL: no such index. lent, as its reason. thread as _start */
RCLIO_API const rclio_lifecycle_report *rclio_lifecycle_manager_report(const rclio_lifecycle_manager *manager, size_t index);

#ifdef __cplusplus
}
#endif
#endif
