/* python/extension/publisher.c: publishers. Threads: node.h; publish() any. Tests: tests/python/test_spin.py. */
#include "entity.h"

static void destroy(struct py_entity *self, void *handle)
{
    (void)self;
    rclio_publisher_destroy(handle);
}

static const struct py_kind publisher_kind = {.destroy = destroy};

static PyObject *publisher_new(PyTypeObject *class, PyObject *args, PyObject *keywords)
{
    struct py_state *state = PyType_GetModuleState(class);
    PyObject *node, *message_class;
    const char *topic;
    unsigned reliability = 0, durability = 0, history = 0;
    Py_ssize_t depth = 0;
    if (keywords && PyDict_GET_SIZE(keywords)) return PyErr_Format(PyExc_TypeError, "Publisher() takes no keywords");
    if (!PyArg_ParseTuple(args, "OOs|(IIIn):Publisher", &node, &message_class, &topic, &reliability, &durability, &history,
                          &depth))
        return NULL;
    struct py_info *info = py_info_of_class(state, message_class);
    struct py_entity *self = info ? py_entity_alloc(class, &publisher_kind, node) : NULL;
    if (!self) return NULL;
    self->info = (struct py_info *)Py_NewRef((PyObject *)info);
    rclio_publisher_options options = {.qos = py_qos(reliability, durability, history, (size_t)depth)};
    rclio_status status = RCLIO_OK;
    PY_TURN_BEGIN(self->node->context);
    self->handle = rclio_publisher_new(self->node->handle, info->type, topic, &options);
    if (!self->handle) status = rclio_error_status();
    PY_TURN_END();
    return py_entity_made(self, status);
}

PyDoc_STRVAR(publish_doc, "publish(message, /)\n--\n\nSends a message of the publisher's type, or the bytes of one.");
static PyObject *publisher_publish(PyObject *object, PyTypeObject *class, PyObject *const *args, Py_ssize_t count,
                                   PyObject *keywords)
{
    struct py_state *state = PyType_GetModuleState(class);
    struct py_entity *self = (struct py_entity *)object;
    if (count != 1 || keywords) return PyErr_Format(PyExc_TypeError, "publish() takes 1 argument");
    if (!py_entity_is_alive(self)) return NULL;
    PyObject *message = args[0];
    struct py_arena arena;
    py_arena_begin(&arena);
    bool is_bytes = PyBytes_Check(message);
    void *memory = NULL;
    if (!is_bytes && !PyObject_TypeCheck(message, self->info->class))
        PyErr_Format(PyExc_TypeError, "a message of type %s is expected, not %s", self->info->type->name,
                     Py_TYPE(message)->tp_name);
    else if (!is_bytes)
        memory = py_message_to_memory(self->info, message, &arena);
    rclio_status status = RCLIO_OK;
    if (is_bytes || memory) { /* any thread may publish: no turn */
        rclio_publisher *handle = self->handle;
        Py_BEGIN_ALLOW_THREADS status = is_bytes ? rclio_publish_serialized(handle, (const uint8_t *)PyBytes_AS_STRING(message),
                                                                            (size_t)PyBytes_GET_SIZE(message))
                                                 : rclio_publish(handle, memory);
        Py_END_ALLOW_THREADS
    }
    py_arena_end(&arena);
    if (PyErr_Occurred()) return NULL;
    return status ? py_raise(state, status) : Py_NewRef(Py_None);
}

static PyObject *publisher_count(PyObject *object, PyObject *unused)
{
    (void)unused;
    struct py_entity *self = (struct py_entity *)object;
    size_t count = 0;
    if (self->handle) {
        PY_TURN_BEGIN(self->node->context);
        count = rclio_publisher_subscriptions(self->handle);
        PY_TURN_END();
    }
    return PyLong_FromSize_t(count);
}

static PyObject *publisher_topic(PyObject *object, PyObject *unused)
{
    (void)unused;
    struct py_entity *self = (struct py_entity *)object;
    return PyUnicode_FromString(self->handle ? rclio_publisher_topic(self->handle) : "");
}

static PyMethodDef publisher_methods[] = {
    {"publish", (PyCFunction)(void (*)(void))publisher_publish, METH_METHOD | METH_FASTCALL | METH_KEYWORDS, publish_doc},
    {"count", publisher_count, METH_NOARGS, "How many subscriptions it is matched with."},
    {"topic", publisher_topic, METH_NOARGS, "The topic's full name."},
    PY_ENTITY_DESTROY,
    {0},
};
static PyType_Slot publisher_slots[] = PY_ENTITY_SLOTS(publisher_new, publisher_methods);
PyType_Spec py_publisher_spec = {"rclpy._rclio.Publisher", sizeof(struct py_entity), 0, PY_ENTITY_FLAGS, publisher_slots};
