/* src/node/node.h: what the files of this floor share of a context and a node.
 *
 *   N1  A node adopts each object made below it (`entity`); destroying the node destroys those that are left, in reverse order.
 *   N2  An object outlives its destroy while a callback of it runs or is suspended: its memory goes with the last reference
 *       (`entity.references`).
 *   N3  Middleware callbacks wake a source, nothing else (M2 of mw/mw.h).
 *   N4  What says `the executor's thread` means the state lock of a multi-threaded executor: each public function enters it
 *       (EXECUTOR_GUARD), user code runs without it (USER_CODE). Order: the state lock of a group's executor, then that of the node's
 *       executor, sleep scope, clock, context->lock, an executor's lock or that of its lanes. Who runs user code holds none.
 *   N5  The memory of a node, of its clock, parameters and time source, goes with the last of its objects (`node.references`): so a callback
 *       of rclio's own finds them, whoever destroyed the node meanwhile. One whose argument is another object keeps that (entity_keep).
 * Threads: as the public headers say; context and node are changed on the executor's thread or while nobody spins. */
#ifndef RCLIO_NODE_NODE_H
#define RCLIO_NODE_NODE_H

#include "async/clock.h"
#include "async/failure.h"
#include "async/source.h"
#include "base/list.h"
#include "base/log.h"
#include "base/thread.h"
#include "mw/graph.h"
#include "mw/mw.h"
#include "node/arguments.h"
#include "rclio/rclio.h"

#include <stdatomic.h>

#define CONTEXT_EXECUTORS 32 /* different executors that the nodes of one context may use */

/* What must end when the context does: a member of its owner; leave with context_forget_shutdown() in the owner's destroy. */
typedef struct shutdown_hook {
    list link;
    void (*call)(
        void *
            arg); /* once, without a state lock, on the thread that spun or destroys, after rclio_shutdown(); it has left the list before */
    void *arg;
} shutdown_hook;

struct rclio_context {
    const mw_ops *ops;
    mw *participant; /* opened with the first node, closed with the last (wire.md 2.2) */
    size_t node_count;
    mw_options mw_options;
    arguments *arguments; /* parsed --ros-args, node/arguments.h */
    log *log;
    rclio_types *types;
    rclio_executor *executor;
    atomic_bool shut_down;
    mutex lock;    /* of the lists and counts, of `entities` of nodes too; inside only the lock of an executor */
    mutex opening; /* of the participant and `node_count` */
    condition hook_returned;
    pthread_t running_hooks; /* the thread that runs shutdown hooks; 0: none [lock] */
    list nodes;              /* of rclio_node.link */
    rclio_context_options options;
    struct environment *environment;               /* node/environment.h */
    struct log_sinks *sinks;                       /* node/log_sinks.h */
    list shutdown_hooks;                           /* of shutdown_hook.link */
    struct shutdown_callbacks *shutdown_callbacks; /* node/shutdown.h */
    atomic_int ended_by;                           /* the signal; 0: none */
    atomic_bool last_words;                        /* the program's on-shutdown callbacks run: they may still publish */
    stop_hook stopped;                             /* of `executor`, as the next */
    failure_hook failed;
    struct inspect *inspect; /* node/inspect.h; NULL: none [opening] */
    sleep_scope *sleeps;     /* async/clock.h: closed by the shutdown */
    struct {                 /* those of nodes that brought their own; rclio_shutdown() reads them in signal handlers */
        _Atomic(rclio_executor *) executor;
        size_t nodes;
        stop_hook stopped;
        failure_hook failed;
    } executors[CONTEXT_EXECUTORS];
};

typedef struct entity entity;

/* What an entity tells about itself (node/inspect.h); lent as long as it is in its node's list. */
typedef struct entity_facts {
    const char *kind;                /* "subscription" */
    const char *name;                /* of its topic, service or action; of a timer what it is */
    const char *source_name;         /* of the source that calls the program, the very pointer; NULL: none */
    const struct counters *counters; /* NULL: none */
} entity_facts;

struct entity { /* first member of publisher, subscription, timer, service, client, action server, action client */
    list link;  /* in node->entities */
    rclio_node *node;
    rclio_executor *executor;               /* the node's, or its group's */
    strand *strand;                         /* a reference */
    atomic_int references;                  /* N2 */
    rclio_types *types;                     /* a reference: its messages may outlive the context, as it may */
    void (*destroy)(entity *e);             /* the public destroy of its kind */
    void (*free)(entity *e);                /* memory, when the last reference goes */
    void (*orphaned)(entity *e, void *arg); /* NULL, or: called once when it is destroyed, by who has a stake in it */
    void *orphaned_arg;
    entity *kept;                           /* NULL, or a reference: what its callback is called with */
    entity_facts (*facts)(const entity *e); /* NULL: it is not shown */
    _Atomic(struct trace *) trace;          /* node/trace.h; its own. NULL: nobody has ever asked */
};

struct rclio_node {
    atomic_int references; /* N5: the program's, one of each object */
    list link;
    rclio_context *context;
    rclio_executor *executor;
    mw_node *mw;
    const mw_ops *ops;
    char *name, *name_space, *full_name, *logger;
    arguments *arguments; /* its own; NULL: none (ARG-5) */
    list entities;
    strand *strand; /* CG2: of what is in no group */
    rclio_node_options options;
    struct rosout *rosout;                     /* node/rosout.c; NULL: none */
    struct type_description *type_description; /* node/type_description.c; NULL: none */
    struct graph_watch *graph_watch;           /* node/graph_watch.c */
    struct parameters *parameters;             /* node/parameter_store.h; never NULL in a node that a program has */
    struct counters *parameter_failures;       /* node/parameter_callbacks.c: of callbacks that failed; NULL: none did */
    rclio_clock *clock;                        /* ROS time; a reference */
    struct time_source *time_source;           /* node/time_source.c: drives it */
};

/* The arguments that apply to the node, those that stand above others first: ARG-5. Either may be NULL. */
typedef struct node_arguments {
    const arguments *order[2];
} node_arguments;
node_arguments node_get_arguments(const rclio_node *node);

void entity_init(entity *e, rclio_node *node, void (*destroy)(entity *), void (*free)(entity *)); /* one reference, the owner's */
void entity_adopt(entity *e);                                                                     /* N1 */
void entity_ref(entity *e);
void entity_unref(entity *e);
void entity_orphan(entity *e); /* leaves the node's list; keeps the reference */

/* true: its context was shut down, so no callback of the program's begins any more. thread any, while the node is there */
bool entity_is_silent(const entity *e);

/* `of` is the argument of e's callback: its memory stays as long as e's. For objects made of others. thread before anyone else knows e */
void entity_keep(entity *e, entity *of);

/* `orphaned`, which one may have: false: somebody has. entity_unwatch(): true: it is not called any more; false: it was or is being. thread
 * any, while e is there */
bool entity_watch(entity *e, void (*orphaned)(entity *e, void *arg), void *arg);
bool entity_unwatch(entity *e);

void node_ref(rclio_node *node); /* N5 */
void node_unref(rclio_node *node);

/* callback_group.c. To be called first after entity_init(); NULL: the default group. fails RCLIO_INVALID: of another node */
rclio_status entity_join(entity *e, rclio_callback_group *group);
rclio_executor *group_executor(const rclio_node *node, const rclio_callback_group *group);
unsigned entity_limit(const entity *e); /* callbacks that may be inside at once: for source.limit */

/* source_init() in the entity's group and on its executor; limit 1. */
void entity_source(entity *e, source *s, const char *name, source_fn *run, source_fn *released);

/* Says of old-style rules that they are. */
void context_warn_about_arguments(rclio_context *context, const arguments *a);

/* Of node_new and node_destroy: the participant is there while there are nodes. */
rclio_status context_open(rclio_context *context, rclio_executor *executor);
void context_close(rclio_context *context, rclio_executor *executor);

/* `call` runs after a shutdown: at the end of the context's spin or in its destroy; at once when it is shut down and nobody spins is
 * not promised. Cannot fail. thread the executor's or while nobody spins */
void context_on_shutdown(rclio_context *context, shutdown_hook *hook, void (*call)(void *arg), void *arg);
void context_run_shutdown_hooks(rclio_context *context);

/* The hook is not called after this, nor is it running then (but in the thread that calls). */
void context_forget_shutdown(rclio_context *context, shutdown_hook *hook);

/* Executors that rclio_shutdown() is to stop. fails RCLIO_LIMIT */
rclio_status context_remember_executor(rclio_context *context, rclio_executor *executor);
void context_forget_executor(rclio_context *context, rclio_executor *executor);

#endif
