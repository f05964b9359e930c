/* python/extension/node.h: contexts, nodes and what nodes have, as Python objects.
 *
 *   NO1  An object keeps its parent: node keeps context, publisher keeps node. Destroying a parent destroys what is below it; a
 *        child's handle is then NULL, and its methods raise InvalidHandle.
 *   NO2  rclio is entered with the interpreter released and the context's `turn` held, so that any Python thread may call at any time:
 *        rclio's rule "the executor's thread or one while nothing spins" holds, for the loop waits outside of a turn.
 * Threads: the interpreter's, attached. */
#ifndef RCLIO_PYTHON_NODE_H
#define RCLIO_PYTHON_NODE_H

#include "extension.h"

#include "queue.h"

#include <pthread.h>

struct py_context {
    PyObject_HEAD rclio_context *handle;
    struct py_queue *queue;
    pthread_mutex_t turn; /* NO2 */
    struct py_node *nodes;
};

struct py_node {
    PyObject_HEAD rclio_node *handle;
    struct py_context *context;
    struct py_node *next, **link; /* of the context's nodes */
    struct py_entity *entities;
};

/* A turn: rclio may be called. The interpreter is released in between. */
#define PY_TURN_BEGIN(context)                         \
    do {                                               \
        struct py_context *turn_of = (context);        \
        PyThreadState *released = PyEval_SaveThread(); \
    pthread_mutex_lock(&turn_of->turn)
#define PY_TURN_END()                     \
    pthread_mutex_unlock(&turn_of->turn); \
    PyEval_RestoreThread(released);       \
    }                                     \
    while (0)

void py_node_destroy(struct py_node *node); /* its entities, too; may be called again */

#endif
