/* python/extension/timer.c: timers. Threads: node.h. Tests: tests/python/test_timers.py. */
#include "clock.h"
#include "entity.h"

struct py_timer {
    struct py_entity entity;
    rclio_clock *clock; /* by which calls are told; a reference */
    bool told;          /* the callback gets (expected, actual), nanoseconds */
    bool completes;     /* the callback only ends futures: it is called in no group, by whoever waits */
};

static void destroy(struct py_entity *self, void *handle)
{
    struct py_timer *timer = (struct py_timer *)self;
    rclio_timer_destroy(handle);
    rclio_clock_unref(timer->clock);
    timer->clock = NULL;
}

static PyObject *call(struct py_entity *self, struct py_item *item)
{
    if (self->callback == Py_None) Py_RETURN_NONE;
    if (!((struct py_timer *)self)->told) return py_call_none(self->callback);
    PyObject *callback = Py_NewRef(self->callback);
    PyObject *result =
        PyObject_CallFunction(callback, "LL", (long long)item->source_timestamp_ns, (long long)item->received_timestamp_ns);
    Py_DECREF(callback);
    return result;
}

static const struct py_kind timer_kind = {.name = "timer", .destroy = destroy, .call = call};

static void on_timer(rclio_timer *timer, void *arg)
{
    const struct py_timer *self = arg;
    struct py_item item = {.completes = self->completes};
    if (self->told) {
        int64_t next = rclio_timer_until_next(timer);
        item.received_timestamp_ns = rclio_clock_now(self->clock);
        item.source_timestamp_ns = item.received_timestamp_ns;
        if (next != RCLIO_FOREVER) item.source_timestamp_ns += next - rclio_timer_period(timer);
    }
    py_entity_put(arg, item);
}

/* Timer(node, period, callback, autostart=True, clock=None, told=False, completes=False) */
static PyObject *timer_new(PyTypeObject *class, PyObject *args, PyObject *keywords)
{
    struct py_state *state = PyType_GetModuleState(class);
    PyObject *node, *callback, *clock = Py_None;
    long long period;
    int autostart = 1, told = 0, completes = 0;
    if (keywords && PyDict_GET_SIZE(keywords)) return PyErr_Format(PyExc_TypeError, "Timer() takes no keywords");
    if (!PyArg_ParseTuple(args, "OLO|pOpp:Timer", &node, &period, &callback, &autostart, &clock, &told, &completes)) return NULL;
    if (clock != Py_None && !PyObject_TypeCheck(clock, state->clock_type))
        return PyErr_Format(PyExc_TypeError, "%R is no clock", clock);
    struct py_entity *self = py_entity_alloc(class, &timer_kind, node);
    if (!self) return NULL;
    struct py_timer *timer = (struct py_timer *)self;
    self->callback = Py_NewRef(callback);
    self->backlog.limit = 1; /* a late timer is called once */
    timer->told = told;
    timer->completes = completes;
    rclio_clock *given = clock == Py_None ? NULL : ((struct py_clock *)clock)->handle;
    rclio_clock *own = rclio_node_clock(self->node->handle);
    timer->clock = rclio_clock_ref(given ? given : own);
    rclio_timer_options options = {.autostart_off = !autostart, .clock = given == own ? NULL : given};
    rclio_status status = RCLIO_OK;
    PY_TURN_BEGIN(self->node->context);
    self->handle = rclio_timer_new(self->node->handle, period, on_timer, self, &options);
    if (!self->handle) status = rclio_error_status();
    PY_TURN_END();
    if (!self->handle) rclio_clock_unref(timer->clock);
    return py_entity_made(self, status);
}

static PyObject *timer_cancel(PyObject *object, PyObject *unused)
{
    (void)unused;
    struct py_entity *self = (struct py_entity *)object;
    if (!py_entity_is_alive(self)) return NULL;
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
    if (!py_entity_is_alive(self)) return NULL;
    PY_TURN_BEGIN(self->node->context);
    rclio_timer_reset(self->handle);
    PY_TURN_END();
    Py_RETURN_NONE;
}

static PyObject *timer_set_period(PyObject *object, PyObject *period)
{
    struct py_entity *self = (struct py_entity *)object;
    rclio_status status;
    long long nanoseconds = PyLong_AsLongLong(period);
    if (PyErr_Occurred() || !py_entity_is_alive(self)) return NULL;
    PY_TURN_BEGIN(self->node->context);
    status = rclio_timer_set_period(self->handle, nanoseconds);
    PY_TURN_END();
    if (!py_entity_is_alive(self)) return NULL; /* another thread has destroyed it until the turn came */
    if (status) return py_raise(self->node->context->state, status);
    Py_RETURN_NONE;
}

static PyObject *timer_is_canceled(PyObject *object, PyObject *unused)
{
    (void)unused;
    struct py_entity *self = (struct py_entity *)object;
    return py_entity_is_alive(self) ? PyBool_FromLong(rclio_timer_is_canceled(self->handle)) : NULL;
}

static PyObject *timer_number(PyObject *object, int64_t (*number)(const rclio_timer *))
{
    struct py_entity *self = (struct py_entity *)object;
    int64_t value = 0;
    bool alive;
    PY_TURN_BEGIN(self->node->context);
    alive = self->handle; /* until the turn came, another thread may have destroyed it */
    if (alive) value = number(self->handle);
    PY_TURN_END();
    if (!alive) return py_entity_is_alive(self), NULL;
    if (value == RCLIO_FOREVER) Py_RETURN_NONE;
    return PyLong_FromLongLong(value);
}

static PyObject *timer_period(PyObject *self, PyObject *unused)
{
    (void)unused;
    return timer_number(self, rclio_timer_period);
}

static PyObject *timer_until_next(PyObject *self, PyObject *unused)
{
    (void)unused;
    return timer_number(self, rclio_timer_until_next);
}

static PyObject *timer_since_last(PyObject *self, PyObject *unused)
{
    (void)unused;
    return timer_number(self, rclio_timer_since_last);
}

static PyObject *timer_set_callback(PyObject *object, PyObject *const *args, Py_ssize_t count)
{
    struct py_entity *self = (struct py_entity *)object;
    int told = count == 2 ? PyObject_IsTrue(args[1]) : -1;
    if (count != 2) return PyErr_Format(PyExc_TypeError, "set_callback() takes a callback and a bool");
    if (told < 0 || !py_entity_is_alive(self)) return NULL;
    ((struct py_timer *)self)->told = told;
    Py_XSETREF(self->callback, Py_NewRef(args[0]));
    Py_RETURN_NONE;
}

static PyObject *timer_is_ready(PyObject *object, PyObject *unused)
{
    (void)unused;
    struct py_entity *self = (struct py_entity *)object;
    int64_t left = RCLIO_FOREVER;
    if (!py_entity_is_alive(self)) return NULL;
    if (py_queue_count_of(self->node->context->queue, &self->backlog)) Py_RETURN_TRUE; /* called too late, by now */
    PY_TURN_BEGIN(self->node->context);
    if (self->handle) left = rclio_timer_until_next(self->handle);
    PY_TURN_END();
    return PyBool_FromLong(left != RCLIO_FOREVER && left <= 0);
}

/* Whoever waits for the timer itself has it called: its callback has nothing to do then. */
static PyObject *timer_call(PyObject *object, PyObject *unused)
{
    (void)unused;
    struct py_entity *self = (struct py_entity *)object;
    if (!py_entity_is_alive(self)) return NULL;
    py_context_look(self->node->context); /* rclio has it due, and goes on to the next time */
    py_queue_remove(self->node->context->queue, self);
    Py_RETURN_NONE;
}

static PyMethodDef timer_methods[] = {
    {"call_timer", timer_call, METH_NOARGS, "Takes the call that is due, instead of the callback."},
    {"is_timer_ready", timer_is_ready, METH_NOARGS, "Whether a call is due."},
    {"cancel_timer", timer_cancel, METH_NOARGS, "Upstream's name for cancel()."},
    {"reset_timer", timer_reset, METH_NOARGS, "Upstream's name for reset()."},
    {"is_timer_canceled", timer_is_canceled, METH_NOARGS, "Upstream's name for is_canceled()."},
    {"get_timer_period", timer_period, METH_NOARGS, "Upstream's name for period()."},
    {"change_timer_period", timer_set_period, METH_O, "Upstream's name for set_period()."},
    {"time_until_next_call", timer_until_next, METH_NOARGS, "Upstream's name for until_next()."},
    {"time_since_last_call", timer_since_last, METH_NOARGS, "Upstream's name for since_last()."},
    {"cancel", timer_cancel, METH_NOARGS, "No more calls until reset()."},
    {"reset", timer_reset, METH_NOARGS, "The next call is one period from now."},
    {"is_canceled", timer_is_canceled, METH_NOARGS, "Whether it is cancelled."},
    {"period", timer_period, METH_NOARGS, "Nanoseconds."},
    {"set_period", timer_set_period, METH_O, "Nanoseconds, from the next call on."},
    {"until_next", timer_until_next, METH_NOARGS,
     "Nanoseconds until the next call, negative when it is late; None: there is none."},
    {"since_last", timer_since_last, METH_NOARGS, "Nanoseconds since the last call, or the beginning."},
    {"set_callback", (PyCFunction)(void (*)(void))timer_set_callback, METH_FASTCALL,
     "(callback, told): told: it gets when the call was due and when it is, nanoseconds."},
    PY_ENTITY_DESTROY,
    {0},
};
static PyType_Slot timer_slots[] = PY_ENTITY_SLOTS(timer_new, timer_methods);
PyType_Spec py_timer_spec = {"rclpy._rclio.Timer", sizeof(struct py_timer), 0, PY_ENTITY_FLAGS, timer_slots};
