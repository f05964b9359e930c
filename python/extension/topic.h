/* python/extension/topic.h: what publishers and subscriptions share as Python objects: QoS profiles and events.
 *
 *   TP1  A QoS profile is a tuple of nine numbers, rclio's own (rclio/qos.h), durations in nanoseconds: reliability, durability,
 *        history, depth, deadline, lifespan, liveliness, lease, avoid_ros_namespace_conventions.
 *   TP2  An event goes to its kind's handler as numbers: handler(total, total_change, current, current_change, not_alive,
 *        not_alive_change, policy). Kinds that nobody has asked for are dropped where they come in.
 * Threads: node.h. */
#ifndef RCLIO_PYTHON_TOPIC_H
#define RCLIO_PYTHON_TOPIC_H

#include "entity.h"

#include <stdatomic.h>

struct py_topic {
    struct py_entity entity;
    atomic_uint events; /* bits 1 << rclio_event_kind: those that somebody wants */
    PyObject *handlers[RCLIO_EVENT_MESSAGE_LOST + 1];
    bool raw, with_info;
};

int py_qos_of(PyObject *tuple, void *qos); /* TP1, for "O&" of PyArg_Parse*: None is {0} */
PyObject *py_qos_tuple(const rclio_qos *qos);

rclio_event_fn py_topic_event; /* arg: the struct py_topic */
PyObject *py_topic_call_event(struct py_topic *self, struct py_item *item);
PyObject *py_topic_set_event(PyObject *self, PyObject *args);
PyObject *py_topic_log(PyObject *self, PyObject *args);
#define PY_TOPIC_METHODS                                                                           \
    {"set_event", py_topic_set_event, METH_VARARGS, "set_event(kind, handler): TP2; None: none."}, \
    {                                                                                              \
        "log", py_topic_log, METH_VARARGS, "log(level, text): as the node's logger."               \
    }
int py_topic_traverse(struct py_entity *self, visitproc visit, void *arg);
void py_topic_clear(struct py_entity *self);

/* Sends what the publisher keeps back that was noted last (rclio/topic.h): whoever is about to wait calls it. */
void py_publisher_flush(struct py_state *state);

static inline struct py_state *py_entity_state(struct py_entity *self)
{
    return PyType_GetModuleState(Py_TYPE(self->node)); /* a node's class is the module's own; an entity's may be a subclass */
}

/* A method that answers with a str or a number for a live entity. */
PyObject *py_entity_text(PyObject *self, const char *(*text)(const void *handle));
PyObject *py_entity_size(PyObject *self, size_t (*size)(void *handle));

#endif
