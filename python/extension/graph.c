/* python/extension/graph.c: what a node knows of the network, and of its own arguments, as Python values. Answers are new lists, sorted by
 * name as rclio gives them. Threads: node.h. Tests: tests/python/test_graph.py. */
#include "topic.h"

#include <stdlib.h>
#include <string.h>

static struct py_state *state_of(PyObject *self)
{
    return PyType_GetModuleState(Py_TYPE(self));
}

/* `status = call` in a turn, on a node that is alive; returns NULL with an exception. `what` of a context that is shut down cannot be done, in
 * upstream's words; NULL: it can. */
#define ASK(self, what, call)                                                                                               \
    rclio_status status = RCLIO_OK;                                                                                         \
    rclio_node *node = NULL;                                                                                                \
    bool ok = true;                                                                                                         \
    PY_TURN_BEGIN(((struct py_node *)self)->context);                                                                       \
    if ((node = ((struct py_node *)self)->handle) && (ok = !(what) || rclio_ok(rclio_node_context(node)))) status = (call); \
    PY_TURN_END();                                                                                                          \
    if (!node) return PyErr_SetString(state_of(self)->invalid_handle, PY_DESTROYED), NULL;                                  \
    if (!ok) return PyErr_Format(state_of(self)->rcl_error, "%s: " PY_SHUT_DOWN, (what));                                   \
    if (status == RCLIO_NOT_FOUND) return PyErr_SetString(PyExc_LookupError, rclio_error()), NULL;                          \
    if (status) return py_raise(state_of(self), status)

static PyObject *put(PyObject *list, Py_ssize_t at, PyObject *item)
{
    if (!item) {
        Py_DECREF(list);
        return NULL;
    }
    PyList_SET_ITEM(list, at, item);
    return list;
}

PyObject *py_node_resolve(PyObject *self, PyObject *args)
{
    const char *name;
    int is_service;
    char *resolved = NULL;
    if (!PyArg_ParseTuple(args, "sp:resolve", &name, &is_service)) return NULL;
    ASK(self, NULL,
        (resolved = is_service ? rclio_node_resolve_service(node, name) : rclio_node_resolve_topic(node, name), RCLIO_OK));
    if (!resolved) return PyErr_SetString(PyExc_ValueError, rclio_error()), NULL;
    PyObject *text = PyUnicode_FromString(resolved);
    free(resolved);
    return text;
}

PyObject *py_node_nodes(PyObject *self, PyObject *unused)
{
    (void)unused;
    rclio_node_list nodes = {0};
    ASK(self, "Failed to get node names", rclio_graph_nodes(node, &nodes));
    PyObject *list = PyList_New((Py_ssize_t)nodes.size);
    for (size_t i = 0; list && i < nodes.size; i++) {
        const rclio_node_entry *entry = &nodes.data[i];
        list = put(list, (Py_ssize_t)i, Py_BuildValue("(sss)", entry->name, entry->name_space, entry->enclave));
    }
    rclio_node_list_free(&nodes);
    return list;
}

static PyObject *types_of(const rclio_name_and_types *entry)
{
    PyObject *types = PyList_New((Py_ssize_t)entry->type_count);
    for (size_t i = 0; types && i < entry->type_count; i++)
        types = put(types, (Py_ssize_t)i, PyUnicode_FromString(entry->types[i]));
    return types;
}

static PyObject *names_of(rclio_name_list *names)
{
    PyObject *list = PyList_New((Py_ssize_t)names->size);
    for (size_t i = 0; list && i < names->size; i++) {
        PyObject *types = types_of(&names->data[i]);
        list = put(list, (Py_ssize_t)i, types ? Py_BuildValue("(sN)", names->data[i].name, types) : NULL);
    }
    rclio_name_list_free(names);
    return list;
}

PyObject *py_node_topics(PyObject *self, PyObject *all)
{
    rclio_name_list names = {0};
    int is_all = PyObject_IsTrue(all);
    if (is_all < 0) return NULL;
    ASK(self, "failed to get topic names and types", rclio_graph_topics(node, is_all, &names));
    return names_of(&names);
}

PyObject *py_node_services(PyObject *self, PyObject *unused)
{
    (void)unused;
    rclio_name_list names = {0};
    ASK(self, "failed to get service names and types", rclio_graph_services(node, &names));
    return names_of(&names);
}

PyObject *py_node_actions(PyObject *self, PyObject *unused)
{
    (void)unused;
    rclio_name_list names = {0};
    ASK(self, "Failed to get action names and types", rclio_graph_actions(node, &names));
    return names_of(&names);
}

PyObject *py_node_names_of(PyObject *self, PyObject *args)
{
    const char *name, *name_space;
    int role;
    rclio_name_list names = {0};
    if (!PyArg_ParseTuple(args, "ssi:names_of", &name, &name_space, &role)) return NULL;
    ASK(self, "failed to get names and types by node", rclio_graph_of_node(node, name, name_space, (rclio_role)role, &names));
    return names_of(&names);
}

PyObject *py_node_endpoints(PyObject *self, PyObject *args)
{
    const char *topic;
    int kind, is_dds_topic;
    rclio_endpoint_list endpoints = {0};
    if (!PyArg_ParseTuple(args, "sip:endpoints", &topic, &kind, &is_dds_topic)) return NULL;
    ASK(self,
        kind == RCLIO_PUBLISHER ? "Failed to get information by topic for publishers"
                                : "Failed to get information by topic for subscriptions",
        (is_dds_topic ? rclio_graph_dds_endpoints : rclio_graph_endpoints)(node, topic, (rclio_endpoint_kind)kind, &endpoints));
    PyObject *list = PyList_New((Py_ssize_t)endpoints.size);
    for (size_t i = 0; list && i < endpoints.size; i++) {
        const rclio_endpoint *entry = &endpoints.data[i];
        PyObject *qos = py_qos_tuple(&entry->qos);
        list = put(list, (Py_ssize_t)i,
                   qos ? Py_BuildValue("(ssssiy#N)", entry->node_name, entry->node_namespace, entry->type, entry->type_hash,
                                       (int)entry->kind, (const char *)entry->gid, (Py_ssize_t)sizeof entry->gid, qos)
                       : NULL);
    }
    rclio_endpoint_list_free(&endpoints);
    return list;
}

PyObject *py_node_count(PyObject *self, PyObject *args)
{
    const char *name;
    int role;
    size_t count = 0;
    if (!PyArg_ParseTuple(args, "si:count", &name, &role)) return NULL;
    ASK(self, "Error in rcl_count", (count = rclio_graph_count(node, name, (rclio_role)role), RCLIO_OK));
    return PyLong_FromSize_t(count);
}

PyObject *py_node_wait_graph(PyObject *self, PyObject *timeout)
{
    long long limit = PyLong_AsLongLong(timeout);
    rclio_future *future = NULL;
    if (PyErr_Occurred()) return NULL;
    ASK(self, NULL, (future = rclio_graph_changed(node)) ? RCLIO_OK : rclio_error_status());
    rclio_status ended;
    Py_BEGIN_ALLOW_THREADS ended = rclio_future_wait(future, limit);
    Py_END_ALLOW_THREADS rclio_future_cancel(future);
    rclio_future_unref(future);
    return PyBool_FromLong(ended == RCLIO_OK);
}

#define ARRAY_OF(make, member)                                                                                     \
    do {                                                                                                           \
        PyObject *list = PyList_New((Py_ssize_t)value->count);                                                     \
        for (size_t i = 0; list && i < value->count; i++) list = put(list, (Py_ssize_t)i, make(value->member[i])); \
        return list;                                                                                               \
    } while (0)

static PyObject *byte_of(uint8_t byte)
{
    return PyBytes_FromStringAndSize((const char *)&byte, 1);
}

static PyObject *value_of(const rclio_parameter_value *value)
{
    switch (value->type) {
    case RCLIO_PARAMETER_NOT_SET: break;
    case RCLIO_PARAMETER_BOOL: return PyBool_FromLong(value->boolean);
    case RCLIO_PARAMETER_INTEGER: return PyLong_FromLongLong(value->integer);
    case RCLIO_PARAMETER_DOUBLE: return PyFloat_FromDouble(value->real);
    case RCLIO_PARAMETER_STRING: return PyUnicode_FromString(value->string);
    case RCLIO_PARAMETER_BYTES: ARRAY_OF(byte_of, bytes);
    case RCLIO_PARAMETER_BOOLS: ARRAY_OF(PyBool_FromLong, booleans);
    case RCLIO_PARAMETER_INTEGERS: ARRAY_OF(PyLong_FromLongLong, integers);
    case RCLIO_PARAMETER_DOUBLES: ARRAY_OF(PyFloat_FromDouble, reals);
    case RCLIO_PARAMETER_STRINGS: ARRAY_OF(PyUnicode_FromString, strings);
    }
    return Py_NewRef(Py_None);
}

PyObject *py_node_overrides(PyObject *self, PyObject *unused)
{
    (void)unused;
    rclio_parameter_list given = {0};
    ASK(self, NULL, rclio_parameter_overrides(node, &given));
    PyObject *list = PyList_New((Py_ssize_t)given.size);
    for (size_t i = 0; list && i < given.size; i++) {
        PyObject *value = value_of(&given.data[i].value);
        list = put(list, (Py_ssize_t)i,
                   value ? Py_BuildValue("(siN)", given.data[i].name, (int)given.data[i].value.type, value) : NULL);
    }
    rclio_parameter_list_fini(&given);
    return list;
}
