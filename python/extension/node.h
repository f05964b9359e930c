/* python/extension/node.h: contexts, nodes and what nodes have, as Python objects.
 *
 *   NO1  An object keeps its parent: node keeps context, publisher keeps node. Destroying a parent destroys what is below it; a
 *        child's handle is then NULL, and its methods raise InvalidHandle.
 *   NO2  rclio is entered with the interpreter released and the context's `turn` held, so that any Python thread may call at any time:
 *        rclio's rule "the executor's thread or one while nothing spins" holds, for the loop waits outside of a turn.
 *   NO3  A thread that waits for rclio without the interpreter has the context pinned. Closing it wakes them and waits until they let go.
 *   NO4  A forked child has none of its parent's contexts: all handles are NULL there, and nothing of rclio is called.
 *   NO5  A node whose context is shut down is destroyed when the program makes one of the same name in another context: test fixtures
 *        keep theirs, and the two would be two in the graph.
 *   NO6  Who is inside `with handle:` keeps it: what is to be destroyed meanwhile, by itself or with its parent, can no longer be entered
 *        and has no more callbacks, and is destroyed when the last has left; and so are its parents, if they are to be. The interpreter's
 *        end waits for nobody.
 * Threads: the interpreter's, attached. */
#ifndef RCLIO_PYTHON_NODE_H
#define RCLIO_PYTHON_NODE_H

#include "extension.h"

#include "queue.h"

#include <pthread.h>

struct py_inside {
    unsigned count;
    bool ends; /* NO6: it is to be destroyed by the last who leaves */
};

struct py_context {
    PyObject_HEAD rclio_context *handle;
    struct py_inside inside;
    struct py_state *state;
    struct py_queue *queue; /* the interpreter's */
    pthread_mutex_t turn;   /* NO2 */
    struct py_node *nodes;
    struct py_context *next, **link; /* of the interpreter's contexts */
    _Atomic unsigned pins;           /* NO3 */
    _Atomic bool closing;
    pthread_mutex_t unpinning;
    pthread_cond_t unpinned;
};

struct py_node {
    PyObject_HEAD rclio_node *handle;
    struct py_inside inside;
    struct py_context *context;
    char *given;                  /* namespace and name as the program gave them; NULL: it gave arguments as well */
    struct py_node *next, **link; /* of the context's nodes */
    struct py_entity *entities;
    struct py_home home; /* its executor's line */
    PyObject *group;     /* of entities that are given none; NULL: none */
};

/* Whether this thread has a turn, which it has without the interpreter. (Whether it is attached, CPython itself tells only from 3.12 on:
 * before, what it tells is whether any thread is.) */
bool py_has_turn(void);
void py_set_turn(bool has);

/* A turn: rclio may be called. The interpreter is released in between. */
#define PY_TURN_BEGIN(context)                         \
    do {                                               \
        struct py_context *turn_of = (context);        \
        PyThreadState *released = PyEval_SaveThread(); \
        pthread_mutex_lock(&turn_of->turn);            \
    py_set_turn(true)
#define PY_TURN_END()                     \
    py_set_turn(false);                   \
    pthread_mutex_unlock(&turn_of->turn); \
    PyEval_RestoreThread(released);       \
    }                                     \
    while (0)

/* NO3, with the interpreter attached. pin: NULL when the context is closed. */
rclio_context *py_context_pin(struct py_context *context);
void py_context_unpin(struct py_context *context); /* also without the interpreter */

PyObject *py_after_fork_function(PyObject *module, PyObject *unused); /* NO4 */

/* Lets rclio do what is ready. Without the interpreter, pinned. `lane`: whose worker this thread is (queue.h QU6). `edge`: it waits for
 * edges (rclio_executor_dispatch_edge). false: the context is shut down. */
bool py_context_pump(struct py_context *context, rclio_context *handle, struct py_lane *lane, bool edge);

/* What rclio has ready takes at most so many turns to come out: a reader's data the first, its subscription the second, ... */
#define PY_TURNS 4

/* Lets rclio do what is ready, without waiting. */
void py_context_look(struct py_context *self);

void py_node_destroy(struct py_node *node); /* its entities, too; may be called again */
void py_node_let_go(struct py_node *node);  /* NO6: somebody has left it, or an entity of it */
bool py_node_is_kept(const struct py_node *node);
void py_node_end(struct py_node *node); /* destroy(), as NO6 has it */
void py_context_let_go(struct py_context *context);

/* graph.c: methods of nodes that ask who is there */
PyObject *py_node_resolve(PyObject *self, PyObject *args);
PyObject *py_node_nodes(PyObject *self, PyObject *unused);
PyObject *py_node_topics(PyObject *self, PyObject *all);
PyObject *py_node_services(PyObject *self, PyObject *unused);
PyObject *py_node_actions(PyObject *self, PyObject *unused);
PyObject *py_node_names_of(PyObject *self, PyObject *args);
PyObject *py_node_endpoints(PyObject *self, PyObject *args);
PyObject *py_node_count(PyObject *self, PyObject *args);
PyObject *py_node_wait_graph(PyObject *self, PyObject *timeout);
PyObject *py_node_overrides(PyObject *self, PyObject *unused);
PyObject *py_node_wait_for_message(PyObject *self, PyObject *args); /* message_wait.c */
#define PY_GRAPH_METHODS                                                                                                  \
    {"resolve", py_node_resolve, METH_VARARGS, "resolve(name, is_service): expanded and remapped. ValueError."},          \
        {"nodes", py_node_nodes, METH_NOARGS, "[(name, namespace, enclave)]"},                                            \
        {"topics", py_node_topics, METH_O, "topics(all): [(name, [type])]; all: DDS topics that are none of ROS too"},    \
        {"services", py_node_services, METH_NOARGS, "[(name, [type])]"},                                                  \
        {"actions", py_node_actions, METH_NOARGS, "[(name, [type])]"},                                                    \
        {"names_of", py_node_names_of, METH_VARARGS, "names_of(node, namespace, role): [(name, [type])]; LookupError"},   \
        {"endpoints", py_node_endpoints, METH_VARARGS,                                                                    \
         "endpoints(topic, kind): [(node, namespace, type, hash, kind, gid, qos)]"},                                      \
        {"count", py_node_count, METH_VARARGS, "count(name, role)"},                                                      \
        {"wait_graph", py_node_wait_graph, METH_O, "wait_graph(nanoseconds): True when the graph changed meanwhile"},     \
        {"wait_for_message", py_node_wait_for_message, METH_VARARGS, "wait_for_message(class, topic, qos, nanoseconds)"}, \
    {                                                                                                                     \
        "overrides", py_node_overrides, METH_NOARGS, "[(name, type, value)]: of the command line and its own arguments"   \
    }

#endif
