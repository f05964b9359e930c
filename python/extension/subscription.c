/* python/extension/subscription.c: subscriptions. Threads: node.h. Tests: tests/python/test_spin.py. */
#include "entity.h"

struct py_subscription {
    struct py_entity entity;
    bool raw;
};

static void destroy(struct py_entity *self, void *handle)
{
    (void)self;
    rclio_subscription_destroy(handle);
}

static PyObject *call(struct py_entity *self, struct py_item *item)
{
    bool raw = ((struct py_subscription *)self)->raw;
    return py_call_one(self->callback, raw ? PyBytes_FromStringAndSize((const char *)item->bytes, (Py_ssize_t)item->size)
                                           : py_decode(self->info, item->bytes, item->size));
}

static const struct py_kind subscription_kind = {.destroy = destroy, .call = call};

static void on_message(const void *message, const rclio_message_info *info, void *arg)
{
    (void)message;
    py_entity_put_message(arg, info);
}

static PyObject *subscription_new(PyTypeObject *class, PyObject *args, PyObject *keywords)
{
    struct py_state *state = PyType_GetModuleState(class);
    PyObject *node, *message_class, *callback;
    const char *topic;
    unsigned reliability = 0, durability = 0, history = 0;
    Py_ssize_t depth = 0;
    int raw = 0;
    if (keywords && PyDict_GET_SIZE(keywords)) return PyErr_Format(PyExc_TypeError, "Subscription() takes no keywords");
    if (!PyArg_ParseTuple(args, "OOsO|(IIIn)p:Subscription", &node, &message_class, &topic, &callback, &reliability, &durability,
                          &history, &depth, &raw))
        return NULL;
    struct py_info *info = py_info_of_class(state, message_class);
    struct py_entity *self = info ? py_entity_alloc(class, &subscription_kind, node) : NULL;
    if (!self) return NULL;
    self->info = (struct py_info *)Py_NewRef((PyObject *)info);
    self->callback = Py_NewRef(callback);
    ((struct py_subscription *)self)->raw = raw;
    rclio_subscription_options options = {.qos = py_qos(reliability, durability, history, (size_t)depth), .raw = true};
    rclio_status status = RCLIO_OK;
    PY_TURN_BEGIN(self->node->context);
    self->handle = rclio_subscription_new(self->node->handle, info->type, topic, on_message, self, &options);
    if (!self->handle) status = rclio_error_status();
    PY_TURN_END();
    return py_entity_made(self, status);
}

static PyObject *subscription_count(PyObject *object, PyObject *unused)
{
    (void)unused;
    struct py_entity *self = (struct py_entity *)object;
    size_t count = 0;
    if (self->handle) {
        PY_TURN_BEGIN(self->node->context);
        count = rclio_subscription_publishers(self->handle);
        PY_TURN_END();
    }
    return PyLong_FromSize_t(count);
}

static PyObject *subscription_topic(PyObject *object, PyObject *unused)
{
    (void)unused;
    struct py_entity *self = (struct py_entity *)object;
    return PyUnicode_FromString(self->handle ? rclio_subscription_topic(self->handle) : "");
}

static PyMethodDef subscription_methods[] = {
    {"count", subscription_count, METH_NOARGS, "How many publishers it is matched with."},
    {"topic", subscription_topic, METH_NOARGS, "The topic's full name."},
    PY_ENTITY_DESTROY,
    {0},
};
static PyType_Slot subscription_slots[] = PY_ENTITY_SLOTS(subscription_new, subscription_methods);
PyType_Spec py_subscription_spec = {"rclpy._rclio.Subscription", sizeof(struct py_subscription), 0, PY_ENTITY_FLAGS,
                                    subscription_slots};
