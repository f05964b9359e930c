/* python/extension/clock.c: see clock.h. Threads: clock.h. Tests: tests/python/test_clock.py. */
#include "clock.h"
#include "entity.h"

static rclio_clock *clock_of(PyObject *self)
{
    rclio_clock *clock = ((struct py_clock *)self)->handle;
    struct py_state *state = PyType_GetModuleState(Py_TYPE(self));
    if (!clock) PyErr_SetString(state->rcl_error, "the clock is of no kind: it has no time");
    return clock;
}

/* None, or the exception: one of a jump callback, which is raised whatever became of the change; or the status. */
static PyObject *done(PyObject *self, rclio_status status)
{
    if (PyErr_Occurred()) return NULL;
    if (status) return py_raise(PyType_GetModuleState(Py_TYPE(self)), status);
    Py_RETURN_NONE;
}

PyObject *py_clock_of(struct py_state *state, rclio_clock *clock)
{
    struct py_clock *self = (struct py_clock *)state->clock_type->tp_alloc(state->clock_type, 0);
    if (self) self->handle = rclio_clock_ref(clock);
    return (PyObject *)self;
}

static PyObject *clock_new(PyTypeObject *class, PyObject *args, PyObject *keywords)
{
    int kind;
    if (keywords && PyDict_GET_SIZE(keywords)) return PyErr_Format(PyExc_TypeError, "Clock() takes no keywords");
    if (!PyArg_ParseTuple(args, "i:Clock", &kind)) return NULL;
    struct py_clock *self = (struct py_clock *)class->tp_alloc(class, 0);
    if (!self || !kind) return (PyObject *)self;
    if ((self->handle = rclio_clock_new((rclio_clock_kind)kind))) return (PyObject *)self;
    Py_DECREF(self);
    return py_raise(PyType_GetModuleState(class), rclio_error_status());
}

static void clock_dealloc(PyObject *object)
{
    PyTypeObject *type = Py_TYPE(object);
    rclio_clock_unref(((struct py_clock *)object)->handle);
    type->tp_free(object);
    Py_DECREF(type);
}

static PyObject *clock_now(PyObject *self, PyObject *unused)
{
    (void)unused;
    rclio_clock *clock = clock_of(self);
    return clock ? PyLong_FromLongLong(rclio_clock_now(clock)) : NULL;
}

static PyObject *clock_is_active(PyObject *self, PyObject *unused)
{
    (void)unused;
    rclio_clock *clock = clock_of(self);
    return clock ? PyBool_FromLong(rclio_clock_is_ros_time_active(clock)) : NULL;
}

/* The interpreter stays attached: jump callbacks are called from within (CL1), and nothing there waits for another thread. */
static PyObject *clock_set_active(PyObject *self, PyObject *active)
{
    rclio_clock *clock = clock_of(self);
    int wanted = clock ? PyObject_IsTrue(active) : -1;
    return wanted < 0 ? NULL : done(self, rclio_clock_set_ros_time_active(clock, wanted));
}

static PyObject *clock_set_time(PyObject *self, PyObject *nanoseconds)
{
    rclio_clock *clock = clock_of(self);
    long long time = clock ? PyLong_AsLongLong(nanoseconds) : 0;
    return !clock || PyErr_Occurred() ? NULL : done(self, rclio_clock_set_ros_time(clock, time));
}

static PyObject *clock_enter(PyObject *self, PyObject *unused)
{
    (void)unused;
    return Py_NewRef(self);
}

static PyObject *clock_exit(PyObject *self, PyObject *args)
{
    (void)self;
    (void)args;
    Py_RETURN_NONE;
}

/* A clock is let go of with its last reference. */
static PyObject *clock_destroy(PyObject *self, PyObject *unused)
{
    (void)self;
    (void)unused;
    Py_RETURN_NONE;
}

static PyMethodDef clock_methods[] = {
    PY_HANDLE_METHODS(clock_enter, clock_exit, clock_destroy),
    {"now", clock_now, METH_NOARGS, "Nanoseconds."},
    {"is_active", clock_is_active, METH_NOARGS, "True: ROS time is active."},
    {"set_active", clock_set_active, METH_O, "Switches the source; calls jump callbacks, whose exception it raises."},
    {"set_time", clock_set_time, METH_O, "Sets the ROS time, nanoseconds; calls jump callbacks, whose exception it raises."},
    {0},
};

static PyType_Slot clock_slots[] = {
    {Py_tp_doc, "Clock(kind, /)\n--\n\nA clock of rclpy.clock_type.ClockType."},
    {Py_tp_new, clock_new},
    {Py_tp_dealloc, clock_dealloc},
    {Py_tp_methods, clock_methods},
    {Py_tp_getset, py_handle_getset},
    {0},
};

PyType_Spec py_clock_spec = {"rclpy._rclio.Clock", sizeof(struct py_clock), 0, Py_TPFLAGS_DEFAULT, clock_slots};

/* ---- jumps ---- */

struct py_jump {
    PyObject_HEAD rclio_jump_handle *handle;
    PyObject *before, *after;
};

/* CL1. An exception stays set, for whoever set the clock; a second one is only printed. */
static void call(struct py_jump *self, PyObject *callback, PyObject *argument)
{
    PyObject *type, *value, *trace;
    PyErr_Fetch(&type, &value, &trace);
    Py_INCREF(self);
    Py_INCREF(callback);
    PyObject *result = argument ? PyObject_Call(callback, argument, NULL) : PyObject_CallNoArgs(callback);
    Py_XDECREF(result);
    if (type) {
        if (!result) PyErr_WriteUnraisable(callback);
        PyErr_Restore(type, value, trace);
    }
    Py_DECREF(callback);
    Py_DECREF(self);
}

static void before(const rclio_time_jump *jump, void *arg)
{
    (void)jump;
    struct py_jump *self = arg;
    if (self->before) call(self, self->before, NULL);
}

static void after(const rclio_time_jump *jump, void *arg)
{
    struct py_jump *self = arg;
    if (!self->after) return;
    PyObject *argument = Py_BuildValue("(iL)", (int)jump->change, (long long)jump->delta_ns);
    if (argument) call(self, self->after, argument);
    Py_XDECREF(argument);
}

static PyObject *jump_new(PyTypeObject *class, PyObject *args, PyObject *keywords)
{
    struct py_state *state = PyType_GetModuleState(class);
    PyObject *clock_given, *before_given, *after_given;
    long long forward, backward;
    int change;
    if (keywords && PyDict_GET_SIZE(keywords)) return PyErr_Format(PyExc_TypeError, "Jump() takes no keywords");
    if (!PyArg_ParseTuple(args, "O!pLLOO:Jump", state->clock_type, &clock_given, &change, &forward, &backward, &before_given,
                          &after_given))
        return NULL;
    rclio_clock *clock = clock_of(clock_given);
    struct py_jump *self = clock ? (struct py_jump *)class->tp_alloc(class, 0) : NULL;
    if (!self) return NULL;
    self->before = before_given == Py_None ? NULL : Py_NewRef(before_given);
    self->after = after_given == Py_None ? NULL : Py_NewRef(after_given);
    const rclio_jump_threshold threshold = {.on_clock_change = change, .min_forward_ns = forward, .min_backward_ns = backward};
    self->handle = rclio_clock_on_jump(clock, &threshold, before, after, self);
    if (self->handle) return (PyObject *)self;
    py_raise(state, rclio_error_status());
    Py_DECREF(self);
    return NULL;
}

static int jump_traverse(PyObject *object, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(object));
    Py_VISIT(((struct py_jump *)object)->before);
    Py_VISIT(((struct py_jump *)object)->after);
    return 0;
}

static int jump_clear(PyObject *object)
{
    Py_CLEAR(((struct py_jump *)object)->before);
    Py_CLEAR(((struct py_jump *)object)->after);
    return 0;
}

static void jump_end(struct py_jump *self)
{
    rclio_jump_handle *handle = self->handle;
    self->handle = NULL;
    if (!handle) return;
    Py_BEGIN_ALLOW_THREADS rclio_jump_handle_destroy(handle); /* may wait for a callback that needs the interpreter */
    Py_END_ALLOW_THREADS
}

static void jump_dealloc(PyObject *object)
{
    PyTypeObject *type = Py_TYPE(object);
    PyObject_GC_UnTrack(object);
    jump_end((struct py_jump *)object);
    jump_clear(object);
    type->tp_free(object);
    Py_DECREF(type);
}

static PyObject *jump_destroy(PyObject *self, PyObject *unused)
{
    (void)unused;
    jump_end((struct py_jump *)self);
    Py_RETURN_NONE;
}

static PyMethodDef jump_methods[] = {
    {"destroy", jump_destroy, METH_NOARGS, "The callbacks are not called any more."},
    {0},
};

static PyType_Slot jump_slots[] = {
    {Py_tp_doc, "Jump(clock, on_clock_change, min_forward, min_backward, before, after, /)\n--\n\n"
                "before() and after(change, nanoseconds), or None: called around jumps until it is destroyed."},
    {Py_tp_new, jump_new},
    {Py_tp_dealloc, jump_dealloc},
    {Py_tp_traverse, jump_traverse},
    {Py_tp_clear, jump_clear},
    {Py_tp_methods, jump_methods},
    {0},
};

PyType_Spec py_jump_spec = {"rclpy._rclio.Jump", sizeof(struct py_jump), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC, jump_slots};
