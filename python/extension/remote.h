/* python/extension/remote.h: what clients, services and both sides of actions have in common: message classes beside the one that they are asked
 * with, a name that can be asked for, and waiting for the other side.
 *
 *   RM1  An entity's struct begins with `struct py_remote`. Its classes stay until its memory goes: what is held of it (held.h) uses them.
 * Threads: node.h. Tests: tests/python/test_clients.py, test_services.py, test_action_client.py, test_action_server.py. */
#ifndef RCLIO_PYTHON_REMOTE_H
#define RCLIO_PYTHON_REMOTE_H

#include "entity.h"
#include "topic.h"

#define PY_REMOTE_MORE 4

struct py_remote {
    struct py_entity entity;              /* info: of the request or the goal */
    struct py_info *more[PY_REMOTE_MORE]; /* of its other messages; NULL: no such */
};

static inline struct py_remote *py_remote(struct py_entity *entity)
{
    return (struct py_remote *)entity;
}

/* A new entity with the infos of its classes, the first in entity.info, and its callback; borrows all. Its type goes to *type. NULL with an
 * exception. */
struct py_entity *py_remote_alloc(PyTypeObject *class, const struct py_kind *kind, PyObject *node, const char *type_name,
                                  const rclio_type **type, PyObject *const *classes, int count, PyObject *callback);

bool py_no_keywords(PyObject *keywords, const char *name); /* of a constructor. false with TypeError */

/* A method that tells whether a server is there. RCLError, which begins with `failed`: the context is shut down. */
PyObject *py_remote_is_ready(PyObject *self, bool (*is_available)(void *handle), const char *failed);

/* A method wait(future): the future ends with True when that of `wait`, which becomes ours, is done. Returns the pending operation. */
PyObject *py_remote_wait(PyObject *self, PyObject *future, rclio_future *(*wait)(void *handle));

/* rclpy._handles.<function>(self, argument): what only programs with wait sets of their own call is Python's. */
PyObject *py_remote_in_python(PyObject *self, const char *function, PyObject *argument);

/* For PyType_Spec and py_kind */
void py_remote_dealloc(PyObject *self);
int py_remote_traverse(struct py_entity *self, visitproc visit, void *arg);
#define PY_REMOTE_SLOTS(doc, new, methods, ...)                                                                                 \
    {                                                                                                                           \
        {Py_tp_doc, (void *)(doc)}, {Py_tp_new, new}, {Py_tp_dealloc, py_remote_dealloc}, {Py_tp_traverse, py_entity_traverse}, \
            {Py_tp_clear, py_entity_clear}, {Py_tp_methods, methods}, __VA_ARGS__, {0},                                         \
    }

#endif
