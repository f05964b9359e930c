/* python/extension/topic.c: see topic.h. Tests: tests/python/test_qos.py, tests/python/test_events.py. */
#include "topic.h"

#include <stdlib.h>

int py_qos_of(PyObject *tuple, void *target)
{
    unsigned reliability, durability, history, liveliness;
    Py_ssize_t depth;
    long long deadline, lifespan, lease;
    int avoid;
    rclio_qos *qos = target;
    *qos = (rclio_qos){0};
    if (tuple == Py_None) return 1;
    if (!PyTuple_Check(tuple)) return PyErr_SetString(PyExc_TypeError, "a QoS profile is a tuple of nine numbers"), 0;
    if (!PyArg_ParseTuple(tuple, "IIInLLILp", &reliability, &durability, &history, &depth, &deadline, &lifespan, &liveliness,
                          &lease, &avoid))
        return 0;
    if (depth < 0) return PyErr_SetString(PyExc_ValueError, "history depth must be greater than or equal to zero"), 0;
    *qos = (rclio_qos){
        .reliability = (rclio_reliability)reliability,
        .durability = (rclio_durability)durability,
        .history = (rclio_history)history,
        .depth = (size_t)depth,
        .deadline_ns = deadline,
        .lifespan_ns = lifespan,
        .liveliness = (rclio_liveliness)liveliness,
        .lease_ns = lease,
        .avoid_ros_namespace_conventions = avoid,
    };
    return 1;
}

PyObject *py_qos_tuple(const rclio_qos *qos)
{
    return Py_BuildValue("(iiinLLiLi)", (int)qos->reliability, (int)qos->durability, (int)qos->history, (Py_ssize_t)qos->depth,
                         (long long)qos->deadline_ns, (long long)qos->lifespan_ns, (int)qos->liveliness, (long long)qos->lease_ns,
                         (int)qos->avoid_ros_namespace_conventions);
}

void py_topic_event(const rclio_event *event, void *arg)
{
    struct py_topic *self = arg;
    if (!(atomic_load(&self->events) & 1u << event->kind)) return; /* TP2 */
    rclio_event *copy = malloc(sizeof *copy);
    if (!copy) return;
    *copy = *event;
    py_entity_put(&self->entity, (struct py_item){.is_event = true, .payload = copy, .release = free});
}

PyObject *py_topic_call_event(struct py_topic *self, struct py_item *item)
{
    const rclio_event *event = item->payload;
    PyObject *handler = self->handlers[event->kind];
    if (!handler) Py_RETURN_NONE;
    Py_INCREF(handler);
    PyObject *result = PyObject_CallFunction(handler, "iiiiiiz", event->total, event->total_change, event->current,
                                             event->current_change, event->not_alive, event->not_alive_change, event->policy);
    Py_DECREF(handler);
    return result;
}

PyObject *py_topic_set_event(PyObject *object, PyObject *args)
{
    struct py_topic *self = (struct py_topic *)object;
    unsigned kind;
    PyObject *handler;
    if (!PyArg_ParseTuple(args, "IO:set_event", &kind, &handler)) return NULL;
    if (!kind || kind > RCLIO_EVENT_MESSAGE_LOST) return PyErr_Format(PyExc_ValueError, "%u is no kind of event", kind);
    bool is_wanted = handler != Py_None;
    if (is_wanted)
        atomic_fetch_or(&self->events, 1u << kind);
    else
        atomic_fetch_and(&self->events, ~(1u << kind));
    PyObject *last = self->handlers[kind];
    self->handlers[kind] = is_wanted ? Py_NewRef(handler) : NULL;
    Py_XDECREF(last);
    Py_RETURN_NONE;
}

PyObject *py_topic_log(PyObject *object, PyObject *args)
{
    int level;
    const char *text;
    if (!PyArg_ParseTuple(args, "is:log", &level, &text)) return NULL;
    rclio_node *node = ((struct py_entity *)object)->node->handle;
    Py_BEGIN_ALLOW_THREADS rclio_log(node, (rclio_log_level)level, "", "", 0, "%s", text);
    Py_END_ALLOW_THREADS Py_RETURN_NONE;
}

int py_topic_traverse(struct py_entity *object, visitproc visit, void *arg)
{
    struct py_topic *self = (struct py_topic *)object;
    for (size_t i = 0; i < sizeof self->handlers / sizeof *self->handlers; i++) Py_VISIT(self->handlers[i]);
    return 0;
}

void py_topic_clear(struct py_entity *object)
{
    struct py_topic *self = (struct py_topic *)object;
    for (size_t i = 0; i < sizeof self->handlers / sizeof *self->handlers; i++) Py_CLEAR(self->handlers[i]);
}

PyObject *py_entity_text(PyObject *object, const char *(*text)(const void *handle))
{
    struct py_entity *self = (struct py_entity *)object;
    return py_entity_is_alive(self) ? PyUnicode_FromString(text(self->handle)) : NULL;
}

PyObject *py_entity_size(PyObject *object, size_t (*size)(void *handle))
{
    struct py_entity *self = (struct py_entity *)object;
    size_t answer = 0;
    if (!py_entity_is_alive(self)) return NULL;
    PY_TURN_BEGIN(self->node->context);
    if (self->handle) answer = size(self->handle);
    PY_TURN_END();
    return PyLong_FromSize_t(answer);
}
