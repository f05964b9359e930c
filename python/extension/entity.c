/* python/extension/entity.c: publishers, subscriptions and timers of a node.
 * Threads: node.h; on_message() and on_timer() run in rclio's turn, without the interpreter (queue.h QU1). Tests: tests/python/test_spin.py. */
#include "node.h"

static void on_message(const void *message, const rclio_message_info *info, void *arg)
{
    struct py_entity *entity = arg;
    (void)message;
    py_queue_put(entity->node->context->queue, entity, info);
}

static void on_timer(rclio_timer *timer, void *arg)
{
    struct py_entity *entity = arg;
    (void)timer;
    py_queue_put(entity->node->context->queue, entity, NULL);
}

PyObject *py_entity_call(struct py_entity *entity, const struct py_item *item)
{
    PyObject *callback = entity->callback ? Py_NewRef(entity->callback) : NULL, *message = NULL, *result = NULL;
    if (!callback) Py_RETURN_NONE; /* destroyed */
    if (entity->kind == PY_SUBSCRIPTION) {
        message = entity->raw ? PyBytes_FromStringAndSize((const char *)item->bytes, (Py_ssize_t)item->size)
                              : py_decode(entity->info, item->bytes, item->size);
        result = message ? PyObject_CallOneArg(callback, message) : NULL;
    } else {
        result = PyObject_CallNoArgs(callback);
    }
    Py_XDECREF(message);
    Py_DECREF(callback);
    return result;
}

/* An entity without a handle yet, in its node's list. */
static struct py_entity *entity_alloc(PyTypeObject *class, enum py_entity_kind kind, PyObject *node_given)
{
    struct py_state *state = PyType_GetModuleState(class);
    struct py_node *node = (struct py_node *)node_given;
    if (!PyObject_TypeCheck(node_given, state->node_type) || !node->handle) {
        PyErr_SetString(state->invalid_handle, "the node is destroyed");
        return NULL;
    }
    struct py_entity *self = (struct py_entity *)class->tp_alloc(class, 0);
    if (!self) return NULL;
    self->kind = kind;
    self->node = (struct py_node *)Py_NewRef(node_given);
    self->next = node->entities;
    self->link = &node->entities;
    if (self->next) self->next->link = &self->next;
    node->entities = self;
    return self;
}

static PyObject *made(PyTypeObject *class, struct py_entity *self, rclio_status status)
{
    if (self->handle) return (PyObject *)self;
    py_raise(PyType_GetModuleState(class), status);
    Py_DECREF(self);
    return NULL;
}

void py_entity_destroy(struct py_entity *self)
{
    void *handle = self->handle;
    self->handle = NULL;
    if (self->link) {
        *self->link = self->next;
        if (self->next) self->next->link = self->link;
        self->link = NULL;
    }
    if (handle) {
        PY_TURN_BEGIN(self->node->context);
        if (self->kind == PY_PUBLISHER) rclio_publisher_destroy(handle);
        if (self->kind == PY_SUBSCRIPTION) rclio_subscription_destroy(handle);
        if (self->kind == PY_TIMER) rclio_timer_destroy(handle);
        PY_TURN_END();
        py_queue_remove(self->node->context->queue, self);
    }
    Py_CLEAR(self->callback);
}

static rclio_qos qos_of(unsigned reliability, unsigned durability, unsigned history, size_t depth)
{
    return (rclio_qos){.reliability = (rclio_reliability)reliability,
                       .durability = (rclio_durability)durability,
                       .history = (rclio_history)history,
                       .depth = depth};
}

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
    struct py_entity *self = info ? entity_alloc(class, PY_PUBLISHER, node) : NULL;
    if (!self) return NULL;
    self->info = (struct py_info *)Py_NewRef((PyObject *)info);
    rclio_publisher_options options = {.qos = qos_of(reliability, durability, history, (size_t)depth)};
    rclio_status status = RCLIO_OK;
    PY_TURN_BEGIN(self->node->context);
    self->handle = rclio_publisher_new(self->node->handle, info->type, topic, &options);
    if (!self->handle) status = rclio_error_status();
    PY_TURN_END();
    return made(class, self, status);
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
    struct py_entity *self = info ? entity_alloc(class, PY_SUBSCRIPTION, node) : NULL;
    if (!self) return NULL;
    self->info = (struct py_info *)Py_NewRef((PyObject *)info);
    self->callback = Py_NewRef(callback);
    self->raw = raw;
    rclio_subscription_options options = {.qos = qos_of(reliability, durability, history, (size_t)depth), .raw = true};
    rclio_status status = RCLIO_OK;
    PY_TURN_BEGIN(self->node->context);
    self->handle = rclio_subscription_new(self->node->handle, info->type, topic, on_message, self, &options);
    if (!self->handle) status = rclio_error_status();
    PY_TURN_END();
    return made(class, self, status);
}

static PyObject *timer_new(PyTypeObject *class, PyObject *args, PyObject *keywords)
{
    PyObject *node, *callback;
    long long period;
    int autostart = 1;
    if (keywords && PyDict_GET_SIZE(keywords)) return PyErr_Format(PyExc_TypeError, "Timer() takes no keywords");
    if (!PyArg_ParseTuple(args, "OLO|p:Timer", &node, &period, &callback, &autostart)) return NULL;
    struct py_entity *self = entity_alloc(class, PY_TIMER, node);
    if (!self) return NULL;
    self->callback = Py_NewRef(callback);
    rclio_timer_options options = {.autostart_off = !autostart};
    rclio_status status = RCLIO_OK;
    PY_TURN_BEGIN(self->node->context);
    self->handle = rclio_timer_new(self->node->handle, period, on_timer, self, &options);
    if (!self->handle) status = rclio_error_status();
    PY_TURN_END();
    return made(class, self, status);
}

static int entity_traverse(PyObject *object, visitproc visit, void *arg)
{
    struct py_entity *self = (struct py_entity *)object;
    Py_VISIT(Py_TYPE(object));
    Py_VISIT(self->callback);
    Py_VISIT(self->info);
    return 0;
}

static int entity_clear(PyObject *object)
{
    Py_CLEAR(((struct py_entity *)object)->callback);
    return 0;
}

static void entity_dealloc(PyObject *object)
{
    struct py_entity *self = (struct py_entity *)object;
    PyTypeObject *type = Py_TYPE(object);
    PyObject_GC_UnTrack(object);
    if (self->node) py_entity_destroy(self);
    Py_XDECREF(self->node);
    Py_XDECREF(self->info);
    type->tp_free(object);
    Py_DECREF(type);
}

static PyObject *entity_destroy(PyObject *self, PyObject *unused)
{
    (void)unused;
    py_entity_destroy((struct py_entity *)self);
    Py_RETURN_NONE;
}

static bool is_alive(struct py_state *state, const struct py_entity *self)
{
    if (self->handle) return true;
    PyErr_SetString(state->invalid_handle, "it is destroyed");
    return false;
}

PyDoc_STRVAR(publish_doc, "publish(message, /)\n--\n\nSends a message of the publisher's type, or the bytes of one.");
static PyObject *publisher_publish(PyObject *object, PyTypeObject *class, PyObject *const *args, Py_ssize_t count,
                                   PyObject *keywords)
{
    struct py_state *state = PyType_GetModuleState(class);
    struct py_entity *self = (struct py_entity *)object;
    if (count != 1 || keywords) return PyErr_Format(PyExc_TypeError, "publish() takes 1 argument");
    if (!is_alive(state, self)) return NULL;
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
        count = self->kind == PY_PUBLISHER ? rclio_publisher_subscriptions(self->handle)
                                           : rclio_subscription_publishers(self->handle);
        PY_TURN_END();
    }
    return PyLong_FromSize_t(count);
}

static PyObject *entity_topic(PyObject *object, PyObject *unused)
{
    (void)unused;
    struct py_entity *self = (struct py_entity *)object;
    if (!self->handle) return PyUnicode_FromString("");
    return PyUnicode_FromString(self->kind == PY_PUBLISHER ? rclio_publisher_topic(self->handle)
                                                           : rclio_subscription_topic(self->handle));
}

static PyObject *timer_cancel(PyObject *object, PyObject *unused)
{
    (void)unused;
    struct py_entity *self = (struct py_entity *)object;
    if (!self->handle) Py_RETURN_NONE;
    PY_TURN_BEGIN(self->node->context);
    rclio_timer_cancel(self->handle);
    PY_TURN_END();
    py_queue_remove(self->node->context->queue, self);
    Py_RETURN_NONE;
}

static PyObject *timer_reset(PyObject *object, PyObject *unused)
{
    (void)unused;
    struct py_entity *self = (struct py_entity *)object;
    if (!self->handle) Py_RETURN_NONE;
    PY_TURN_BEGIN(self->node->context);
    rclio_timer_reset(self->handle);
    PY_TURN_END();
    Py_RETURN_NONE;
}

static PyObject *timer_is_canceled(PyObject *object, PyObject *unused)
{
    (void)unused;
    struct py_entity *self = (struct py_entity *)object;
    return PyBool_FromLong(!self->handle || rclio_timer_is_canceled(self->handle));
}

static PyObject *timer_period(PyObject *object, PyObject *unused)
{
    (void)unused;
    struct py_entity *self = (struct py_entity *)object;
    return PyLong_FromLongLong(self->handle ? rclio_timer_period(self->handle) : 0);
}

static PyMethodDef publisher_methods[] = {
    {"publish", (PyCFunction)(void (*)(void))publisher_publish, METH_METHOD | METH_FASTCALL | METH_KEYWORDS, publish_doc},
    {"count", publisher_count, METH_NOARGS, "How many subscriptions it is matched with."},
    {"topic", entity_topic, METH_NOARGS, "The topic's full name."},
    {"destroy", entity_destroy, METH_NOARGS, "Destroys it."},
    {0},
};
static PyMethodDef subscription_methods[] = {
    {"count", publisher_count, METH_NOARGS, "How many publishers it is matched with."},
    {"topic", entity_topic, METH_NOARGS, "The topic's full name."},
    {"destroy", entity_destroy, METH_NOARGS, "Destroys it."},
    {0},
};
static PyMethodDef timer_methods[] = {
    {"cancel", timer_cancel, METH_NOARGS, "No more calls until reset()."},
    {"reset", timer_reset, METH_NOARGS, "The next call is one period from now."},
    {"is_canceled", timer_is_canceled, METH_NOARGS, "Whether it is cancelled."},
    {"period", timer_period, METH_NOARGS, "Nanoseconds."},
    {"destroy", entity_destroy, METH_NOARGS, "Destroys it."},
    {0},
};

#define ENTITY_SLOTS(new, methods)                                                                                         \
    {                                                                                                                      \
        {Py_tp_new, new}, {Py_tp_dealloc, entity_dealloc}, {Py_tp_traverse, entity_traverse}, {Py_tp_clear, entity_clear}, \
            {Py_tp_methods, methods}, {0},                                                                                 \
    }

static PyType_Slot publisher_slots[] = ENTITY_SLOTS(publisher_new, publisher_methods);
static PyType_Slot subscription_slots[] = ENTITY_SLOTS(subscription_new, subscription_methods);
static PyType_Slot timer_slots[] = ENTITY_SLOTS(timer_new, timer_methods);

#define ENTITY_FLAGS (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC)

PyType_Spec py_publisher_spec = {"rclpy._rclio.Publisher", sizeof(struct py_entity), 0, ENTITY_FLAGS, publisher_slots};
PyType_Spec py_subscription_spec = {"rclpy._rclio.Subscription", sizeof(struct py_entity), 0, ENTITY_FLAGS, subscription_slots};
PyType_Spec py_timer_spec = {"rclpy._rclio.Timer", sizeof(struct py_entity), 0, ENTITY_FLAGS, timer_slots};
