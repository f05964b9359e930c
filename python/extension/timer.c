/* python/extension/timer.c: timers. Threads: node.h. Tests: tests/python/test_spin.py. */
#include "entity.h"

static void destroy(struct py_entity *self, void *handle)
{
    (void)self;
    rclio_timer_destroy(handle);
}

static PyObject *call(struct py_entity *self, struct py_item *item)
{
    (void)item;
    return py_call_none(self->callback);
}

static const struct py_kind timer_kind = {.destroy = destroy, .call = call};

static void on_timer(rclio_timer *timer, void *arg)
{
    (void)timer;
    py_entity_put(arg, (struct py_item){0});
}

static PyObject *timer_new(PyTypeObject *class, PyObject *args, PyObject *keywords)
{
    PyObject *node, *callback;
    long long period;
    int autostart = 1;
    if (keywords && PyDict_GET_SIZE(keywords)) return PyErr_Format(PyExc_TypeError, "Timer() takes no keywords");
    if (!PyArg_ParseTuple(args, "OLO|p:Timer", &node, &period, &callback, &autostart)) return NULL;
    struct py_entity *self = py_entity_alloc(class, &timer_kind, node);
    if (!self) return NULL;
    self->callback = Py_NewRef(callback);
    self->backlog.limit = 1; /* a late timer is called once */
    rclio_timer_options options = {.autostart_off = !autostart};
    rclio_status status = RCLIO_OK;
    PY_TURN_BEGIN(self->node->context);
    self->handle = rclio_timer_new(self->node->handle, period, on_timer, self, &options);
    if (!self->handle) status = rclio_error_status();
    PY_TURN_END();
    return py_entity_made(self, status);
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

static PyMethodDef timer_methods[] = {
    {"cancel", timer_cancel, METH_NOARGS, "No more calls until reset()."},
    {"reset", timer_reset, METH_NOARGS, "The next call is one period from now."},
    {"is_canceled", timer_is_canceled, METH_NOARGS, "Whether it is cancelled."},
    {"period", timer_period, METH_NOARGS, "Nanoseconds."},
    PY_ENTITY_DESTROY,
    {0},
};
static PyType_Slot timer_slots[] = PY_ENTITY_SLOTS(timer_new, timer_methods);
PyType_Spec py_timer_spec = {"rclpy._rclio.Timer", sizeof(struct py_entity), 0, PY_ENTITY_FLAGS, timer_slots};
