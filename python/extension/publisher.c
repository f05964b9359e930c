/* python/extension/publisher.c: publishers. Threads: node.h; publish() any. Tests: tests/python/test_topics.py, test_events.py. */
#include "topic.h"

#define ACKNOWLEDGE_STEP_NS RCLIO_MS(100)

static void destroy(struct py_entity *self, void *handle)
{
    (void)self;
    rclio_publisher_destroy(handle);
}

static PyObject *call(struct py_entity *self, struct py_item *item)
{
    return py_topic_call_event((struct py_topic *)self, item);
}

static const struct py_kind publisher_kind = {
    .name = "publisher", .destroy = destroy, .call = call, .traverse = py_topic_traverse, .clear = py_topic_clear};

static PyObject *publisher_new(PyTypeObject *class, PyObject *args, PyObject *keywords)
{
    struct py_state *state = PyType_GetModuleState(class);
    PyObject *node, *message_class;
    const char *topic;
    unsigned events = 0;
    rclio_publisher_options options = {0};
    if (keywords && PyDict_GET_SIZE(keywords)) return PyErr_Format(PyExc_TypeError, "Publisher() takes no keywords");
    if (!PyArg_ParseTuple(args, "OOs|O&I:Publisher", &node, &message_class, &topic, py_qos_of, &options.qos, &events))
        return NULL;
    struct py_info *info = py_info_of_class(state, message_class);
    struct py_topic *self = info ? (struct py_topic *)py_entity_alloc(class, &publisher_kind, node) : NULL;
    if (!self) return NULL;
    self->entity.info = (struct py_info *)Py_NewRef((PyObject *)info);
    self->entity.callback = Py_NewRef(Py_None); /* items are only called while there is one */
    atomic_store(&self->events, events);
    options.on_event = py_topic_event;
    options.event_arg = self;
    rclio_status status = RCLIO_OK;
    PY_TURN_BEGIN(self->entity.node->context);
    self->entity.handle = rclio_publisher_new(self->entity.node->handle, info->type, topic, &options);
    if (!self->entity.handle) status = rclio_error_status();
    PY_TURN_END();
    return py_entity_made(&self->entity, status);
}

void py_publisher_flush(struct py_state *state)
{
    struct py_entity *self = state->keeps_back;
    if (!self) return;
    state->keeps_back = NULL;
    rclio_publisher_flush(self->handle);
    Py_DECREF(self);
}

static void remember(struct py_state *state, struct py_entity *self)
{
    if (state->keeps_back == self) return;
    py_publisher_flush(state);
    state->keeps_back = (struct py_entity *)Py_NewRef((PyObject *)self);
}

PyDoc_STRVAR(publish_doc, "publish(msg)\n--\n\nSends a message of the publisher's type, or the bytes of one.\n\n"
                          "TypeError: it is neither, or a field of it holds what the field cannot. RCLError: a bound is broken.");
static PyObject *publisher_publish(PyObject *object, PyTypeObject *class, PyObject *const *args, Py_ssize_t count,
                                   PyObject *keywords)
{
    struct py_state *state = PyType_GetModuleState(class);
    struct py_entity *self = (struct py_entity *)object;
    Py_ssize_t given = count + (keywords ? PyTuple_GET_SIZE(keywords) : 0);
    bool is_named = count == 0 && given == 1 && PyUnicode_CompareWithASCIIString(PyTuple_GET_ITEM(keywords, 0), "msg") == 0;
    if (given != 1 || (count != 1 && !is_named))
        return PyErr_Format(PyExc_TypeError, "publish() takes 1 argument: 'msg' (%zd given)", given);
    if (!py_entity_is_alive(self)) return NULL;
    PyObject *message = args[0];
    struct py_arena arena;
    py_arena_begin(&arena);
    bool is_bytes = PyBytes_Check(message);
    void *memory = NULL;
    if (!is_bytes && !PyObject_TypeCheck(message, self->info->class))
        PyErr_Format(PyExc_TypeError, "Expected %R, got %R", self->info->class, Py_TYPE(message));
    else if (!is_bytes)
        memory = py_message_to_memory(self->info, message, &arena);
    rclio_status status = RCLIO_OK;
    if ((is_bytes || memory) && py_entity_is_alive(self)) { /* any thread may publish: no turn */
        rclio_publisher *handle = self->handle;
        bool keeps_back;
        self->uses++; /* EN4 */
        Py_BEGIN_ALLOW_THREADS status = is_bytes ? rclio_publish_serialized(handle, (const uint8_t *)PyBytes_AS_STRING(message),
                                                                            (size_t)PyBytes_GET_SIZE(message))
                                                 : rclio_publish(handle, memory);
        keeps_back = rclio_publisher_keeps_back(handle);
        Py_END_ALLOW_THREADS self->uses--;
        if (keeps_back) remember(state, self);
    }
    py_arena_end(&arena);
    if (PyErr_Occurred()) return NULL;
    if (status == RCLIO_SHUTDOWN) /* upstream's words, and the place */
        return PyErr_Format(state->rcl_error, "Failed to publish: publisher's context is invalid: %s", rclio_error());
    return status ? py_raise(state, status) : Py_NewRef(Py_None);
}

/* false with RCLError, in upstream's words: the context is shut down; with InvalidHandle: it is destroyed. */
static bool can(struct py_entity *self, const char *failure)
{
    if (!py_entity_is_alive(self)) return false;
    if (rclio_ok(self->node->context->handle)) return true;
    PyErr_Format(self->node->context->state->rcl_error, "%s: publisher's context is invalid", failure);
    return false;
}

static size_t subscriptions_of(void *handle)
{
    return rclio_publisher_subscriptions(handle);
}

static PyObject *publisher_count(PyObject *self, PyObject *unused)
{
    (void)unused;
    if (!can((struct py_entity *)self, "failed to get subscription count")) return NULL;
    return py_entity_size(self, subscriptions_of);
}

static PyObject *publisher_keeps_back(PyObject *self, PyObject *unused)
{
    (void)unused;
    return PyBool_FromLong(rclio_publisher_keeps_back(((struct py_entity *)self)->handle));
}

static const char *topic_of(const void *handle)
{
    return rclio_publisher_topic(handle);
}

static PyObject *publisher_topic(PyObject *self, PyObject *unused)
{
    (void)unused;
    return py_entity_text(self, topic_of);
}

static PyObject *publisher_qos(PyObject *object, PyObject *unused)
{
    (void)unused;
    struct py_entity *self = (struct py_entity *)object;
    if (!py_entity_is_alive(self)) return NULL;
    rclio_qos qos = rclio_publisher_qos(self->handle);
    return py_qos_tuple(&qos);
}

static PyObject *publisher_assert_liveliness(PyObject *object, PyTypeObject *class, PyObject *const *args, Py_ssize_t count,
                                             PyObject *keywords)
{
    (void)args;
    struct py_entity *self = (struct py_entity *)object;
    if (count || keywords) return PyErr_Format(PyExc_TypeError, "assert_liveliness() takes no arguments");
    if (!can(self, "Failed to assert liveliness on the Publisher")) return NULL;
    rclio_status status = RCLIO_OK;
    PY_TURN_BEGIN(self->node->context);
    if (self->handle) status = rclio_publisher_assert_liveliness(self->handle);
    PY_TURN_END();
    return status ? py_raise(PyType_GetModuleState(class), status) : Py_NewRef(Py_None);
}

PyDoc_STRVAR(wait_doc,
             "wait_acknowledged(timeout)\n--\n\nBlocks until all reliable subscriptions have acknowledged what was published "
             "so far: True. False: the\ntimeout, in nanoseconds (negative: for ever), is over.");
static PyObject *publisher_wait_acknowledged(PyObject *object, PyTypeObject *class, PyObject *const *args, Py_ssize_t count,
                                             PyObject *keywords)
{
    struct py_entity *self = (struct py_entity *)object;
    if (count != 1 || keywords) return PyErr_Format(PyExc_TypeError, "wait_acknowledged() takes 1 argument");
    long long timeout = PyLong_AsLongLong(args[0]);
    if (PyErr_Occurred() || !can(self, "Failed to wait for all acknowledgements")) return NULL;
    rclio_status status = RCLIO_TIMEOUT;
    do { /* in steps, for signals */
        rclio_publisher *handle = self->handle;
        long long step = timeout < 0 || timeout > ACKNOWLEDGE_STEP_NS ? ACKNOWLEDGE_STEP_NS : timeout;
        if (timeout > 0) timeout -= step;
        self->uses++; /* EN4 */
        Py_BEGIN_ALLOW_THREADS status = rclio_publisher_block_acknowledged(handle, step);
        Py_END_ALLOW_THREADS self->uses--;
        if (PyErr_CheckSignals() || !py_entity_is_alive(self)) return NULL;
    } while (status == RCLIO_TIMEOUT && timeout && rclio_ok(self->node->context->handle));
    if (status == RCLIO_OK || status == RCLIO_TIMEOUT) return PyBool_FromLong(status == RCLIO_OK);
    return py_raise(PyType_GetModuleState(class), status);
}

#define FAST (METH_METHOD | METH_FASTCALL | METH_KEYWORDS)
static PyMethodDef publisher_methods[] = {
    {"publish", (PyCFunction)(void (*)(void))publisher_publish, FAST, publish_doc},
    {"count", publisher_count, METH_NOARGS, "How many subscriptions it is matched with."},
    {"topic", publisher_topic, METH_NOARGS, "The topic's full name."},
    {"get_subscription_count", publisher_count, METH_NOARGS, "Upstream's name for count()."},
    {"get_topic_name", publisher_topic, METH_NOARGS, "Upstream's name for topic()."},
    {"keeps_back", publisher_keeps_back, METH_NOARGS, "Whether messages wait for others to travel with."},
    {"qos", publisher_qos, METH_NOARGS, "The profile in force, as numbers."},
    {"assert_liveliness", (PyCFunction)(void (*)(void))publisher_assert_liveliness, FAST, "Tells that it is alive."},
    {"wait_acknowledged", (PyCFunction)(void (*)(void))publisher_wait_acknowledged, FAST, wait_doc},
    PY_TOPIC_METHODS,
    PY_ENTITY_DESTROY,
    {0},
};
static PyType_Slot publisher_slots[] = PY_ENTITY_SLOTS(publisher_new, publisher_methods);
PyType_Spec py_publisher_spec = {"rclpy._rclio.Publisher", sizeof(struct py_topic), 0, PY_ENTITY_FLAGS, publisher_slots};
