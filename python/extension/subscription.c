/* python/extension/subscription.c: subscriptions. Threads: node.h. Tests: tests/python/test_topics.py, test_events.py. */
#include "topic.h"
#include "wait.h"

#include <stdlib.h>

static void destroy(struct py_entity *self, void *handle)
{
    (void)self;
    rclio_subscription_destroy(handle);
}

/* What upstream gives for its message info. */
static PyObject *info_of(struct py_state *state, const struct py_item *item)
{
    PyObject *info = PyDict_New(), *source = PyLong_FromLongLong(item->source_timestamp_ns);
    PyObject *received = PyLong_FromLongLong(item->received_timestamp_ns);
    bool is_complete = info && source && received && PyDict_SetItem(info, state->source_timestamp_name, source) == 0 &&
                       PyDict_SetItem(info, state->received_timestamp_name, received) == 0 &&
                       PyDict_SetItem(info, state->publication_sequence_number_name, Py_None) == 0 &&
                       PyDict_SetItem(info, state->reception_sequence_number_name, Py_None) == 0;
    Py_XDECREF(source);
    Py_XDECREF(received);
    if (!is_complete) Py_CLEAR(info);
    return info;
}

static PyObject *call_with_info(struct py_entity *self, PyObject *message, const struct py_item *item)
{
    PyObject *info = message ? info_of(py_entity_state(self), item) : NULL;
    PyObject *callback = Py_NewRef(self->callback);
    PyObject *result = info ? PyObject_CallFunctionObjArgs(callback, message, info, NULL) : NULL;
    Py_DECREF(callback);
    Py_XDECREF(info);
    Py_XDECREF(message);
    return result;
}

static PyObject *call(struct py_entity *object, struct py_item *item)
{
    struct py_topic *self = (struct py_topic *)object;
    if (item->payload) return py_topic_call_event(self, item);
    PyObject *message = self->raw ? PyBytes_FromStringAndSize((const char *)item->bytes, (Py_ssize_t)item->size)
                                  : py_decode(object->info, item->bytes, item->size);
    return self->with_info ? call_with_info(object, message, item) : py_call_one(object->callback, message);
}

static const struct py_kind subscription_kind = {
    .name = "subscription", .destroy = destroy, .call = call, .traverse = py_topic_traverse, .clear = py_topic_clear};

static void on_message(const void *message, const rclio_message_info *info, void *arg)
{
    (void)message;
    py_entity_put_message(arg, info);
}

/* ("expression", ["parameter", ...]) as a filter that borrows from it; `*words` is to be freed with PyMem_Free. */
static bool filter_of(PyObject *given, rclio_content_filter *filter, const char ***words)
{
    PyObject *parameters;
    *filter = (rclio_content_filter){0};
    *words = NULL;
    if (!given || given == Py_None) return true;
    if (!PyArg_ParseTuple(given, "sO!", &filter->expression, &PyList_Type, &parameters)) return false;
    filter->parameter_count = (size_t)PyList_GET_SIZE(parameters);
    if (!(*words = PyMem_Calloc(filter->parameter_count + 1, sizeof **words))) return PyErr_NoMemory(), false;
    filter->parameters = *words;
    for (size_t i = 0; i < filter->parameter_count; i++)
        if (!((*words)[i] = PyUnicode_AsUTF8(PyList_GET_ITEM(parameters, (Py_ssize_t)i)))) return false;
    return true;
}

static PyObject *subscription_new(PyTypeObject *class, PyObject *args, PyObject *keywords)
{
    struct py_state *state = PyType_GetModuleState(class);
    PyObject *node, *message_class, *callback, *filter = NULL;
    const char *topic, **words = NULL;
    unsigned events = 0;
    int raw = 0, with_info = 0;
    rclio_subscription_options options = {.raw = true};
    if (keywords && PyDict_GET_SIZE(keywords)) return PyErr_Format(PyExc_TypeError, "Subscription() takes no keywords");
    if (!PyArg_ParseTuple(args, "OOsO|O&ppIO:Subscription", &node, &message_class, &topic, &callback, py_qos_of, &options.qos,
                          &raw, &with_info, &events, &filter))
        return NULL;
    struct py_info *info = py_info_of_class(state, message_class);
    struct py_topic *self = NULL;
    rclio_status status = RCLIO_OK;
    if (!info || !filter_of(filter, &options.content_filter, &words)) goto done;
    if (!(self = (struct py_topic *)py_entity_alloc(class, &subscription_kind, node))) goto done;
    self->entity.info = (struct py_info *)Py_NewRef((PyObject *)info);
    self->entity.callback = Py_NewRef(callback);
    self->raw = raw;
    self->with_info = with_info;
    atomic_store(&self->events, events);
    options.on_event = py_topic_event;
    options.event_arg = self;
    PY_TURN_BEGIN(self->entity.node->context);
    self->entity.handle = rclio_subscription_new(self->entity.node->handle, info->type, topic, on_message, self, &options);
    if (self->entity.handle) {
        rclio_qos used = rclio_subscription_qos(self->entity.handle);
        self->entity.backlog.limit = py_depth(used.history, used.depth);
    } else {
        status = rclio_error_status();
    }
    PY_TURN_END();
done:
    PyMem_Free(words);
    return self ? py_entity_made(&self->entity, status) : NULL;
}

PyDoc_STRVAR(
    take_doc,
    "take_message(msg_type=None, raw=False, /)\n--\n\n(message, info) of the oldest message that has come and of which the\n"
    "callback has not been called; None: there is none.");
static PyObject *subscription_take(PyObject *object, PyObject *args)
{
    struct py_entity *self = (struct py_entity *)object;
    PyObject *message_class = NULL;
    int raw = 0;
    if (!PyArg_ParseTuple(args, "|Op:take_message", &message_class, &raw) || !py_entity_is_alive(self)) return NULL;
    struct py_queue *queue = self->node->context->queue;
    struct py_item *item = py_queue_take_of(queue, &self->backlog);
    if (!item) { /* the node may be one that nobody spins */
        py_pump(self->node->context);
        item = py_queue_take_of(queue, &self->backlog);
    }
    if (!item) Py_RETURN_NONE;
    PyObject *message = raw ? PyBytes_FromStringAndSize((const char *)item->bytes, (Py_ssize_t)item->size)
                            : py_decode(self->info, item->bytes, item->size);
    PyObject *info = message ? info_of(py_entity_state(self), item) : NULL;
    py_item_free(item);
    if (!info) Py_CLEAR(message);
    return info ? Py_BuildValue("(NN)", message, info) : NULL;
}

static PyObject *subscription_waiting(PyObject *object, PyObject *unused)
{
    (void)unused;
    struct py_entity *self = (struct py_entity *)object;
    if (!py_entity_is_alive(self)) return NULL;
    return PyLong_FromSize_t(py_backlog_count(self->node->context->queue, &self->backlog));
}

static size_t publishers_of(void *handle)
{
    return rclio_subscription_publishers(handle);
}

static PyObject *subscription_count(PyObject *self, PyObject *unused)
{
    (void)unused;
    return py_entity_size(self, publishers_of);
}

static const char *topic_of(const void *handle)
{
    return rclio_subscription_topic(handle);
}

static PyObject *subscription_topic(PyObject *self, PyObject *unused)
{
    (void)unused;
    return py_entity_text(self, topic_of);
}

static PyObject *subscription_qos(PyObject *object, PyObject *unused)
{
    (void)unused;
    struct py_entity *self = (struct py_entity *)object;
    if (!py_entity_is_alive(self)) return NULL;
    rclio_qos qos = rclio_subscription_qos(self->handle);
    return py_qos_tuple(&qos);
}

static PyObject *subscription_set_callback(PyObject *object, PyObject *args)
{
    struct py_topic *self = (struct py_topic *)object;
    PyObject *callback;
    int with_info;
    if (!PyArg_ParseTuple(args, "Op:set_callback", &callback, &with_info) || !py_entity_is_alive(&self->entity)) return NULL;
    self->with_info = with_info;
    Py_XSETREF(self->entity.callback, Py_NewRef(callback));
    Py_RETURN_NONE;
}

static PyObject *subscription_set_filter(PyObject *object, PyObject *given)
{
    struct py_entity *self = (struct py_entity *)object;
    rclio_content_filter filter;
    const char **words;
    rclio_status status = RCLIO_OK;
    if (!py_entity_is_alive(self)) return NULL;
    if (!filter_of(given, &filter, &words)) return PyMem_Free(words), NULL;
    PY_TURN_BEGIN(self->node->context);
    if (self->handle) status = rclio_subscription_set_content_filter(self->handle, &filter);
    PY_TURN_END();
    PyMem_Free(words);
    return status ? py_raise(py_entity_state(self), status) : Py_NewRef(Py_None);
}

static PyObject *subscription_get_filter(PyObject *object, PyObject *unused)
{
    (void)unused;
    struct py_entity *self = (struct py_entity *)object;
    char *expression = NULL, **parameters = NULL;
    rclio_status status = RCLIO_NOT_FOUND;
    if (!py_entity_is_alive(self)) return NULL;
    PY_TURN_BEGIN(self->node->context);
    if (self->handle) status = rclio_subscription_get_content_filter(self->handle, &expression, &parameters);
    PY_TURN_END();
    if (status == RCLIO_NOT_FOUND) Py_RETURN_NONE;
    if (status) return py_raise(py_entity_state(self), status);
    PyObject *words = py_strings(parameters);
    PyObject *filter = words ? Py_BuildValue("(sN)", expression, words) : NULL;
    free(expression);
    return filter;
}

static PyMethodDef subscription_methods[] = {
    {"take_message", subscription_take, METH_VARARGS, take_doc},
    {"waiting", subscription_waiting, METH_NOARGS, "How many messages have come that take_message() would give."},
    {"count", subscription_count, METH_NOARGS, "How many publishers it is matched with."},
    {"topic", subscription_topic, METH_NOARGS, "The topic's full name."},
    {"qos", subscription_qos, METH_NOARGS, "The profile in force, as numbers."},
    {"set_callback", subscription_set_callback, METH_VARARGS, "set_callback(callback, with_info): from the next message on."},
    {"set_filter", subscription_set_filter, METH_O, "set_filter((expression, parameters)): from the next message on."},
    {"get_filter", subscription_get_filter, METH_NOARGS, "(expression, parameters), or None."},
    PY_TOPIC_METHODS,
    PY_ENTITY_DESTROY,
    {0},
};
static PyType_Slot subscription_slots[] = PY_ENTITY_SLOTS(subscription_new, subscription_methods);
PyType_Spec py_subscription_spec = {"rclpy._rclio.Subscription", sizeof(struct py_topic), 0, PY_ENTITY_FLAGS, subscription_slots};
