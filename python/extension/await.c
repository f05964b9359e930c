/* python/extension/await.c: see await.h. Tests: tests/python/test_future.py. */
#include "await.h"

#include "asyncio.h"
#include "future.h"

struct py_await {
    PyObject_HEAD struct py_state *state;
    PyObject *future;
    PyObject *waiter; /* asyncio's future, which the task waits for; NULL: not suspended in a loop */
    PyObject *loop;
};

void py_await_wake(struct py_state *state, PyObject *object)
{
    struct py_await *await = (struct py_await *)object;
    if (!await->waiter) return;
    PyObject *running = py_running_loop(state), *result = NULL;
    if (running == await->loop)
        result = py_asyncio_wake(state, await->waiter);
    else if (running)
        result = PyObject_CallMethodObjArgs(await->loop, state->call_soon_threadsafe_name, state->wake, await->waiter, NULL);
    Py_XDECREF(running);
    if (!result) PyErr_Clear(); /* that loop is closed: nobody awaits any more */
    Py_XDECREF(result);
}

/* Suspends: what the task is to wait for. NULL with an exception. */
static PyObject *suspend(struct py_await *self)
{
    struct py_state *state = self->state;
    PyObject *loop = py_running_loop(state);
    if (!loop || loop == Py_None) return loop; /* AW2 */
    Py_XSETREF(self->loop, loop);
    Py_XSETREF(self->waiter, py_asyncio_future(state, loop));
    if (!self->waiter || PyObject_SetAttr(self->waiter, state->_asyncio_future_blocking_name, Py_True)) return NULL;
    return py_future_add_waiter(self->future, (PyObject *)self) ? Py_NewRef(self->waiter) : NULL;
}

/* The next step: true with what is yielded; false with the result in *value, or NULL there with an exception. */
static bool step(struct py_await *self, PyObject **value)
{
    py_future_remove_waiter(self->future, (PyObject *)self);
    Py_CLEAR(self->waiter);
    if (!py_future_is_over(self->future)) {
        *value = suspend(self);
        return *value != NULL;
    }
    *value = py_future_result(self->future);
    return false;
}

static void set_stop_iteration(PyObject *value)
{
    if (value == Py_None) return; /* NULL without an exception says it */
    if (PyTuple_Check(value) || PyExceptionInstance_Check(value)) {
        PyObject *stop = PyObject_CallOneArg(PyExc_StopIteration, value);
        if (stop) PyErr_SetObject(PyExc_StopIteration, stop);
        Py_XDECREF(stop);
    } else {
        PyErr_SetObject(PyExc_StopIteration, value);
    }
}

static PyObject *await_next(PyObject *object)
{
    PyObject *value;
    if (step((struct py_await *)object, &value)) return value;
    if (value) set_stop_iteration(value);
    Py_XDECREF(value);
    return NULL;
}

#if PY_VERSION_HEX >= 0x030A0000
static PySendResult await_am_send(PyObject *object, PyObject *unused, PyObject **value)
{
    (void)unused;
    if (step((struct py_await *)object, value)) return PYGEN_NEXT;
    return *value ? PYGEN_RETURN : PYGEN_ERROR;
}
#endif

static PyObject *await_send(PyObject *object, PyObject *unused)
{
    (void)unused;
    PyObject *value = await_next(object);
    if (!value && !PyErr_Occurred()) PyErr_SetNone(PyExc_StopIteration);
    return value;
}

/* throw(exception) or throw(type, value, traceback). AW1 */
static PyObject *await_throw(PyObject *object, PyObject *args)
{
    struct py_await *self = (struct py_await *)object;
    PyObject *type = NULL, *value = NULL, *traceback = NULL;
    if (!PyArg_UnpackTuple(args, "throw", 1, 3, &type, &value, &traceback)) return NULL;
    bool suspended = self->waiter != NULL;
    py_future_remove_waiter(self->future, (PyObject *)self);
    Py_CLEAR(self->waiter);
    if (suspended && !py_future_is_over(self->future)) {
        int is_cancel = PyErr_GivenExceptionMatches(type, py_asyncio(self->state)->cancelled_error);
        if (is_cancel && !py_future_cancel(self->future)) PyErr_WriteUnraisable(self->future);
    }
    if (PyExceptionInstance_Check(type)) {
        PyErr_SetObject((PyObject *)Py_TYPE(type), type);
    } else {
        Py_INCREF(type);
        Py_XINCREF(value);
        traceback = traceback == Py_None ? NULL : traceback;
        Py_XINCREF(traceback);
        PyErr_Restore(type, value, traceback);
    }
    return NULL;
}

static PyObject *await_close(PyObject *object, PyObject *unused)
{
    (void)unused;
    struct py_await *self = (struct py_await *)object;
    py_future_remove_waiter(self->future, (PyObject *)self);
    Py_CLEAR(self->waiter);
    Py_RETURN_NONE;
}

static PyObject *await_iter(PyObject *object)
{
    return Py_NewRef(object);
}

static int await_traverse(PyObject *object, visitproc visit, void *arg)
{
    struct py_await *self = (struct py_await *)object;
    Py_VISIT(Py_TYPE(object));
    Py_VISIT(self->future);
    Py_VISIT(self->waiter);
    Py_VISIT(self->loop);
    return 0;
}

static int await_clear(PyObject *object)
{
    struct py_await *self = (struct py_await *)object;
    Py_CLEAR(self->waiter);
    Py_CLEAR(self->loop);
    return 0; /* `future` stays: methods need it, and the future lets go of us */
}

static void await_dealloc(PyObject *object)
{
    PyTypeObject *type = Py_TYPE(object);
    PyObject_GC_UnTrack(object);
    await_clear(object);
    Py_XDECREF(((struct py_await *)object)->future);
    type->tp_free(object);
    Py_DECREF(type);
}

static PyMethodDef await_methods[] = {
    {"send", await_send, METH_O, NULL},
    {"throw", await_throw, METH_VARARGS, NULL},
    {"close", await_close, METH_NOARGS, NULL},
    {0},
};

static PyType_Slot await_slots[] = {
    {Py_tp_dealloc, await_dealloc},
    {Py_tp_traverse, await_traverse},
    {Py_tp_clear, await_clear},
    {Py_tp_methods, await_methods},
    {Py_tp_iter, await_iter},
    {Py_tp_iternext, await_next},
#if PY_VERSION_HEX >= 0x030A0000
    {Py_am_send, await_am_send},
#endif
    {0},
};

PyType_Spec py_await_spec = {"rclpy._rclio.Await", sizeof(struct py_await), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
                             await_slots};

PyObject *py_await_new(struct py_state *state, PyObject *future)
{
    struct py_await *self = (struct py_await *)state->await_type->tp_alloc(state->await_type, 0);
    if (!self) return NULL;
    self->state = state;
    self->future = Py_NewRef(future);
    return (PyObject *)self;
}
