/* python/extension/entity.h: what all entities of a node have in common, as Python objects: publishers, subscriptions, timers, ...
 *
 *   EN1  An entity's struct begins with `struct py_entity`; its kind says what differs. A kind is a file of its own.
 *   EN2  rclio's callback of an entity puts an item into the queue (py_entity_put). Python's loop takes it and calls kind->call on
 *        Python's own stack, with the interpreter and outside of a turn (node.h NO2).
 *   EN3  No code of the extension awaits on rclio's executor: there are no suspended tasks, so any thread may have the next turn.
 *   EN4  Destroying waits for what other threads do with the handle: they count in `uses`, with the interpreter.
 * Threads: node.h; py_entity_put() any. */
#ifndef RCLIO_PYTHON_ENTITY_H
#define RCLIO_PYTHON_ENTITY_H

#include "node.h"

#define PY_DESTROYED "cannot use Destroyable because destruction was requested" /* upstream's words */
#define PY_SHUT_DOWN "rcl node's context is invalid"                            /* as above */

struct py_entity;

struct py_kind {
    const char *name;                                      /* in failures, as upstream has it: "guard_condition" */
    void (*destroy)(struct py_entity *self, void *handle); /* the handle, in a turn, without the interpreter */
    /* An item of the queue: calls Python, and returns what the callback returned; NULL with its exception. NULL here: no items. */
    PyObject *(*call)(struct py_entity *self, struct py_item *item);
    /* A coroutine that `call` returned has ended with this result; NULL: with the exception that is set, which stays set. Called on
     * Python's stack, also when the entity is destroyed by then. NULL here: the result is dropped. */
    void (*ended)(struct py_entity *self, struct py_item *item, PyObject *result);
    int (*traverse)(struct py_entity *self, visitproc visit,
                    void *arg); /* what it holds beside `callback` and `info`; NULL: nothing */
    void (*clear)(struct py_entity *self);
};

struct py_entity {
    PyObject_HEAD const struct py_kind *kind;
    void *handle; /* NULL: destroyed */
    struct py_inside inside;
    struct py_node *node;
    struct py_entity *next, **link; /* of the node's entities */
    struct py_info *info;           /* of its message class; NULL: none */
    PyObject *callback;             /* NULL: none, or destroyed */
    struct py_backlog backlog;      /* its items; `limit` is the constructor's to set, 0: none */
    PyObject *group;                /* a callback group (group.h); NULL: none */
    unsigned uses;                  /* EN4: calls of rclio under way without the interpreter and outside of a turn */
    struct py_flight *flights;      /* what is under way (flight.h) */
    PyObject *references;           /* weak ones */
};

/* A new one without a handle, in its node's list. NULL with InvalidHandle: the node is destroyed. */
struct py_entity *py_entity_alloc(PyTypeObject *class, const struct py_kind *kind, PyObject *node);

/* The end of a constructor: the entity when it has a handle, else NULL with `status` as an exception. Takes the reference. */
PyObject *py_entity_made(struct py_entity *self, rclio_status status);

void py_entity_destroy(struct py_entity *self);  /* may be called again */
void py_entity_end(struct py_entity *self);      /* destroy(), as NO6 has it */
void py_flights_close(struct py_entity *self);   /* flight.c: ends what is under way; the handle is destroyed */
bool py_entity_is_alive(struct py_entity *self); /* false with InvalidHandle */

/* Calls a callback with one argument (NULL: the error that made it so), which it releases; or with none. The callback may destroy its
 * own entity. */
PyObject *py_call_one(PyObject *callback, PyObject *argument);
PyObject *py_call_none(PyObject *callback);

/* EN2. Completes the item: entity. false: no memory; what it held is released. */
bool py_entity_put(struct py_entity *self, struct py_item item);
/* An item that keeps a message's bytes, for a rclio callback that gets a message. */
bool py_entity_put_message(struct py_entity *self, const rclio_message_info *info);

/* Drops the items that were put and not yet taken. */
static inline void py_queue_remove(struct py_queue *queue, struct py_entity *self)
{
    py_queue_empty(queue, &self->backlog);
}

void py_entity_join(struct py_entity *self, PyObject *group); /* of a new one: a group that is known to be one */

PyObject *py_entity_node_name(PyObject *self, PyObject *unused);

/* set_group(group): its callbacks are the group's from now on. */
PyObject *py_entity_set_group(PyObject *self, PyObject *group);

/* For PyType_Spec */
void py_entity_dealloc(PyObject *self);
int py_entity_traverse(PyObject *self, visitproc visit, void *arg);
int py_entity_clear(PyObject *self);
PyObject *py_entity_destroy_method(PyObject *self, PyObject *unused);
PyObject *py_entity_enter(PyObject *self, PyObject *unused);
PyObject *py_entity_exit(PyObject *self, PyObject *args);
PyObject *py_handle_pointer(PyObject *self, void *unused);
extern PyGetSetDef py_handle_getset[]; /* of any handle: `pointer` */
#define PY_HANDLE_POINTER                                                                 \
    {                                                                                     \
        "pointer", py_handle_pointer, NULL, "A number that is this handle's alone.", NULL \
    }
PyObject *py_entity_logger_name(PyObject *self, PyObject *unused);
extern PyMemberDef py_entity_members[];

#define PY_ENTITY_SLOTS(new, methods)                                                                   \
    {                                                                                                   \
        {Py_tp_new, new}, {Py_tp_dealloc, py_entity_dealloc}, {Py_tp_traverse, py_entity_traverse},     \
            {Py_tp_clear, py_entity_clear}, {Py_tp_methods, methods}, {Py_tp_getset, py_handle_getset}, \
            {Py_tp_members, py_entity_members}, {0},                                                    \
    }
#define PY_ENTITY_FLAGS (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC)
PyObject *py_entity_set_callback(PyObject *object, PyObject *callback); /* a method: from the next call on */
/* `with handle:` and what else programs do with upstream's handles. */
#define PY_HANDLE_METHODS(enter, exit, destroy)                                                          \
    {"destroy_when_not_in_use", destroy, METH_NOARGS, "Upstream's name for destroy()."},                 \
        {"__enter__", enter, METH_NOARGS,                                                                \
         "The handle itself, which lasts until __exit__(). InvalidHandle: it is destroyed, or to be."},  \
    {                                                                                                    \
        "__exit__", exit, METH_VARARGS, "What was to be destroyed meanwhile is, by the last who leaves." \
    }
/* The methods that all have. */
#define PY_ENTITY_DESTROY                                                                                         \
    {"destroy", py_entity_destroy_method, METH_NOARGS, "Destroys it, when nobody is inside `with` it any more."}, \
        PY_HANDLE_METHODS(py_entity_enter, py_entity_exit, py_entity_destroy_method),                             \
        {"set_group", py_entity_set_group, METH_O, "set_group(group)"},                                           \
        {"get_logger_name", py_entity_logger_name, METH_NOARGS, "The name of its node's logger."},                \
    {                                                                                                             \
        "node_name", py_entity_node_name, METH_NOARGS, "The full name of its node."                               \
    }

/* What constructors are given for a QoS profile: four numbers (qos.py). */
rclio_qos py_qos(unsigned reliability, unsigned durability, unsigned history, size_t depth);
size_t py_depth(unsigned history, size_t depth); /* for backlog.limit: what KEEP_LAST keeps; 0: all */

#endif
