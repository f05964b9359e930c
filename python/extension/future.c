/* python/extension/future.c: rclpy.task.Future. How it is awaited is await.c's.
 *
 *   FU1  Pending, then over: done (with a result or an exception) or cancelled. Setting it again replaces the result, as upstream has it.
 *   FU2  Any thread may end one. Who awaits it is woken in the loop it awaits in: at once when that runs in this thread, else by
 *        call_soon_threadsafe().
 *   FU3  Done callbacks are called once, in the order they were added: as tasks of the future's executor, or in the thread that ends
 *        the future when it has none.
 * Threads: the interpreter's, attached. Tests: tests/python/test_future.py. */
#include "future.h"

#include "await.h"
#include "wait.h"

struct py_future {
    PyObject_HEAD struct py_state *state;
    PyObject *dict, *references; /* a subclass's and a program's attributes; weak references */
    PyObject *result, *exception;
    PyObject *callbacks; /* a list; NULL: none yet */
    PyObject *waiters;   /* an await (await.h), a waker (wait.h), or a list of them; NULL: none */
    PyObject *on_cancel;
    PyObject *executor; /* a weak reference */
    bool done, cancelled, retrieved;
};

static bool is_over(const struct py_future *self)
{
    return self->done || self->cancelled;
}

/* --- waking who awaits ------------------------------------------------------------------------------------------------------ */

static void wake(struct py_state *state, PyObject *waiting)
{
    if (Py_TYPE(waiting) == state->waker_type) {
        py_waker_wake(waiting);
        return;
    }
    py_await_wake(state, waiting);
}

static void wake_all(struct py_future *self)
{
    PyObject *waiters = self->waiters;
    self->waiters = NULL;
    if (!waiters) return;
    if (!PyList_CheckExact(waiters))
        wake(self->state, waiters);
    else
        for (Py_ssize_t i = 0; i < PyList_GET_SIZE(waiters); i++) wake(self->state, PyList_GET_ITEM(waiters, i));
    Py_DECREF(waiters);
}

static bool add_waiter(struct py_future *self, PyObject *waiting)
{
    if (!self->waiters) return self->waiters = Py_NewRef(waiting), true;
    if (PyList_CheckExact(self->waiters)) return PyList_Append(self->waiters, waiting) == 0;
    PyObject *list = PyList_New(2);
    if (!list) return false;
    PyList_SET_ITEM(list, 0, self->waiters);
    PyList_SET_ITEM(list, 1, Py_NewRef(waiting));
    self->waiters = list;
    return true;
}

static void remove_waiter(struct py_future *self, PyObject *waiting)
{
    if (self->waiters == waiting) Py_CLEAR(self->waiters);
    if (!self->waiters || !PyList_CheckExact(self->waiters)) return;
    for (Py_ssize_t i = PyList_GET_SIZE(self->waiters); i-- > 0;)
        if (PyList_GET_ITEM(self->waiters, i) == waiting) PyList_SetSlice(self->waiters, i, i + 1, NULL);
}

/* --- done callbacks --------------------------------------------------------------------------------------------------------- */

/* A new reference; NULL: it has none, or it is gone. */
static PyObject *executor_of(struct py_future *self)
{
    PyObject *executor = NULL;
    if (self->executor && PyWeakref_GetRef(self->executor, &executor) < 0) PyErr_Clear();
    return executor;
}

/* FU3. `executor` may be NULL. NULL with the callback's exception, or create_task()'s */
static PyObject *call_done(struct py_future *self, PyObject *executor, PyObject *callback)
{
    if (!executor) return PyObject_CallOneArg(callback, (PyObject *)self);
    return PyObject_CallMethodObjArgs(executor, self->state->create_task_name, callback, self, NULL);
}

static bool warn_of_callback(void)
{
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    int failed = PyErr_WarnFormat(PyExc_UserWarning, 1, "Unhandled exception in done callback: %S", value);
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(traceback);
    return !failed;
}

static bool call_all(struct py_future *self)
{
    PyObject *callbacks = self->callbacks;
    self->callbacks = NULL;
    if (!callbacks) return true;
    PyObject *executor = executor_of(self);
    bool fine = true;
    for (Py_ssize_t i = 0; fine && i < PyList_GET_SIZE(callbacks); i++) {
        PyObject *result = call_done(self, executor, PyList_GET_ITEM(callbacks, i));
        fine = result || (!executor && warn_of_callback());
        Py_XDECREF(result);
    }
    Py_XDECREF(executor);
    Py_DECREF(callbacks);
    return fine;
}

/* --- the end ---------------------------------------------------------------------------------------------------------------- */

static bool end(struct py_future *self)
{
    Py_INCREF(self);
    wake_all(self);
    bool fine = call_all(self);
    Py_DECREF(self);
    return fine;
}

static bool set_result(struct py_future *self, PyObject *result)
{
    Py_XSETREF(self->result, Py_NewRef(result));
    self->done = true;
    self->cancelled = false;
    Py_CLEAR(self->on_cancel);
    return end(self);
}

static bool set_exception(struct py_future *self, PyObject *exception)
{
    Py_XSETREF(self->exception, Py_NewRef(exception));
    self->retrieved = false;
    self->done = true;
    self->cancelled = false;
    Py_CLEAR(self->on_cancel);
    return end(self);
}

static bool cancel(struct py_future *self)
{
    if (self->done) return true;
    self->cancelled = true;
    PyObject *on_cancel = self->on_cancel;
    self->on_cancel = NULL;
    bool fine = true;
    if (on_cancel) {
        PyObject *result = PyObject_CallOneArg(on_cancel, (PyObject *)self);
        fine = result;
        Py_XDECREF(result);
        Py_DECREF(on_cancel);
    }
    return end(self) && fine;
}

/* The result, or NULL with the exception. */
static PyObject *result_of(struct py_future *self)
{
    if (!self->exception) return Py_NewRef(self->result ? self->result : Py_None);
    self->retrieved = true;
    if (PyExceptionInstance_Check(self->exception))
        PyErr_SetObject((PyObject *)Py_TYPE(self->exception), self->exception);
    else
        PyErr_SetString(PyExc_TypeError, "exceptions must derive from BaseException");
    return NULL;
}

static PyObject *future_await(PyObject *object)
{
    return py_await_new(((struct py_future *)object)->state, object);
}

/* --- the type --------------------------------------------------------------------------------------------------------------- */

PyObject *py_future_new(struct py_state *state)
{
    struct py_future *self = (struct py_future *)state->future_type->tp_alloc(state->future_type, 0);
    if (self) self->state = state;
    return (PyObject *)self;
}

bool py_future_set_result(PyObject *future, PyObject *result)
{
    return set_result((struct py_future *)future, result);
}

bool py_future_set_exception(PyObject *future, PyObject *exception)
{
    return set_exception((struct py_future *)future, exception);
}

bool py_future_lacks_executor(PyObject *future)
{
    return ((struct py_future *)future)->callbacks && !((struct py_future *)future)->executor;
}

PyObject *py_future_result(PyObject *future)
{
    return result_of((struct py_future *)future);
}

bool py_future_cancel(PyObject *future)
{
    return cancel((struct py_future *)future);
}

bool py_future_is_over(PyObject *future)
{
    return is_over((struct py_future *)future);
}

bool py_future_add_waiter(PyObject *future, PyObject *waiter)
{
    return add_waiter((struct py_future *)future, waiter);
}

void py_future_remove_waiter(PyObject *future, PyObject *waiter)
{
    remove_waiter((struct py_future *)future, waiter);
}

void py_future_on_cancel(PyObject *future, PyObject *on_cancel)
{
    Py_XSETREF(((struct py_future *)future)->on_cancel, Py_NewRef(on_cancel));
}

static PyObject *future_new(PyTypeObject *class, PyObject *args, PyObject *keywords)
{
    (void)args;
    (void)keywords; /* __init__'s; a subclass has its own */
    struct py_state *state = py_state_of_class(class);
    struct py_future *self = state ? (struct py_future *)class->tp_alloc(class, 0) : NULL;
    if (self) self->state = state;
    return (PyObject *)self;
}

static PyObject *future_set_executor(PyObject *object, PyObject *executor)
{
    struct py_future *self = (struct py_future *)object;
    PyObject *reference = executor == Py_None ? NULL : PyWeakref_NewRef(executor, NULL);
    if (!reference && executor != Py_None) return NULL;
    Py_XSETREF(self->executor, reference);
    Py_RETURN_NONE;
}

static int future_init(PyObject *object, PyObject *args, PyObject *keywords)
{
    static char *names[] = {"executor", NULL};
    PyObject *executor = Py_None;
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "|$O:Future", names, &executor)) return -1;
    PyObject *result = future_set_executor(object, executor);
    Py_XDECREF(result);
    return result ? 0 : -1;
}

static PyObject *future_cancel(PyObject *object, PyObject *unused)
{
    (void)unused;
    return cancel((struct py_future *)object) ? Py_NewRef(Py_None) : NULL;
}

static PyObject *future_cancelled(PyObject *object, PyObject *unused)
{
    (void)unused;
    return PyBool_FromLong(((struct py_future *)object)->cancelled);
}

static PyObject *future_done(PyObject *object, PyObject *unused)
{
    (void)unused;
    return PyBool_FromLong(((struct py_future *)object)->done);
}

static PyObject *future_result(PyObject *object, PyObject *unused)
{
    (void)unused;
    return result_of((struct py_future *)object);
}

static PyObject *future_exception(PyObject *object, PyObject *unused)
{
    (void)unused;
    struct py_future *self = (struct py_future *)object;
    self->retrieved = true;
    return Py_NewRef(self->exception ? self->exception : Py_None);
}

static PyObject *future_set_result(PyObject *object, PyObject *result)
{
    return set_result((struct py_future *)object, result) ? Py_NewRef(Py_None) : NULL;
}

static PyObject *future_set_exception(PyObject *object, PyObject *exception)
{
    return set_exception((struct py_future *)object, exception) ? Py_NewRef(Py_None) : NULL;
}

static PyObject *future_add_done_callback(PyObject *object, PyObject *callback)
{
    struct py_future *self = (struct py_future *)object;
    if (is_over(self)) {
        PyObject *executor = executor_of(self);
        PyObject *result = call_done(self, executor, callback);
        Py_XDECREF(executor);
        Py_XDECREF(result);
        return result ? Py_NewRef(Py_None) : NULL;
    }
    if (!self->callbacks && !(self->callbacks = PyList_New(0))) return NULL;
    return PyList_Append(self->callbacks, callback) ? NULL : Py_NewRef(Py_None);
}

static PyObject *future_remove_done_callback(PyObject *object, PyObject *callback)
{
    PyObject *callbacks = ((struct py_future *)object)->callbacks;
    if (!callbacks) Py_RETURN_FALSE;
    Py_INCREF(callbacks); /* comparing may end the future */
    PyObject *removed = PyObject_CallMethod(callbacks, "remove", "O", callback);
    Py_DECREF(callbacks);
    if (!removed && !PyErr_ExceptionMatches(PyExc_ValueError)) return NULL;
    PyErr_Clear();
    Py_XDECREF(removed);
    return PyBool_FromLong(removed != NULL);
}

static PyObject *future_set_on_cancel(PyObject *object, PyObject *on_cancel)
{
    py_future_on_cancel(object, on_cancel);
    Py_RETURN_NONE;
}

static PyObject *future_get_executor(PyObject *object, PyObject *unused)
{
    (void)unused;
    PyObject *executor = executor_of((struct py_future *)object);
    return executor ? executor : Py_NewRef(Py_None);
}

/* Says on standard error that nobody looked at the exception. */
static void future_finalize(PyObject *object)
{
    struct py_future *self = (struct py_future *)object;
    if (!self->exception || self->retrieved) return;
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyObject *text = PyUnicode_FromFormat("The following exception was never retrieved: %S\n", self->exception);
    PyObject *file = PySys_GetObject("stderr");
    if (text && file && file != Py_None && PyFile_WriteObject(text, file, Py_PRINT_RAW)) PyErr_Clear();
    Py_XDECREF(text);
    PyErr_Restore(type, value, traceback);
}

static int future_traverse(PyObject *object, visitproc visit, void *arg)
{
    struct py_future *self = (struct py_future *)object;
    Py_VISIT(Py_TYPE(object));
    Py_VISIT(self->dict);
    Py_VISIT(self->result);
    Py_VISIT(self->exception);
    Py_VISIT(self->callbacks);
    Py_VISIT(self->waiters);
    Py_VISIT(self->on_cancel);
    return 0;
}

static int future_clear(PyObject *object)
{
    struct py_future *self = (struct py_future *)object;
    Py_CLEAR(self->dict);
    Py_CLEAR(self->result);
    Py_CLEAR(self->exception);
    Py_CLEAR(self->callbacks);
    Py_CLEAR(self->waiters);
    Py_CLEAR(self->on_cancel);
    return 0;
}

static void future_dealloc(PyObject *object)
{
    if (PyObject_CallFinalizerFromDealloc(object) < 0) return;
    struct py_future *self = (struct py_future *)object;
    PyTypeObject *type = Py_TYPE(object);
    PyObject_GC_UnTrack(object);
    if (self->references) PyObject_ClearWeakRefs(object);
    future_clear(object);
    Py_CLEAR(self->executor);
    type->tp_free(object);
    Py_DECREF(type);
}

PyDoc_STRVAR(cancel_doc, "cancel()\n--\n\nEnds it without a result, unless it is done: cancelled() is then True, result() None.");
PyDoc_STRVAR(done_doc, "done()\n--\n\nTrue: it has a result or an exception. False when it was cancelled.");
PyDoc_STRVAR(result_doc,
             "result()\n--\n\nWhat it was set to; raises what set_exception() was given. None: pending or cancelled.");
PyDoc_STRVAR(exception_doc, "exception()\n--\n\nWhat set_exception() was given, or None.");
PyDoc_STRVAR(set_result_doc,
             "set_result($self, result, /)\n--\n\nEnds it, from any thread: who awaits it goes on, done callbacks are called.");
PyDoc_STRVAR(set_exception_doc,
             "set_exception($self, exception, /)\n--\n\nEnds it, from any thread: result() and await raise the exception.");
PyDoc_STRVAR(add_doc, "add_done_callback($self, callback, /)\n--\n\ncallback(future) is called when it is over: as a task of its "
                      "executor, or, when "
                      "it has none,\nin the thread that ends it; at once if it is over already.");

static PyMethodDef future_methods[] = {
    {"cancel", future_cancel, METH_NOARGS, cancel_doc},
    {"cancelled", future_cancelled, METH_NOARGS, "cancelled()\n--\n\nTrue: cancel() ended it."},
    {"done", future_done, METH_NOARGS, done_doc},
    {"result", future_result, METH_NOARGS, result_doc},
    {"exception", future_exception, METH_NOARGS, exception_doc},
    {"set_result", future_set_result, METH_O, set_result_doc},
    {"set_exception", future_set_exception, METH_O, set_exception_doc},
    {"add_done_callback", future_add_done_callback, METH_O, add_doc},
    {"remove_done_callback", future_remove_done_callback, METH_O,
     "remove_done_callback($self, callback, /)\n--\n\nTrue: it was there, and is not called. False also when the future is "
     "over."},
    {"_set_executor", future_set_executor, METH_O, "Whose tasks done callbacks are; None: nobody's. Keeps no reference."},
    {"_executor", future_get_executor, METH_NOARGS, "The executor, or None."},
    {"_set_on_cancel", future_set_on_cancel, METH_O,
     "on_cancel(future) is called once when it is cancelled, for who makes the future."},
    {0},
};

static PyMemberDef future_members[] = {
    {"__dictoffset__", T_PYSSIZET, offsetof(struct py_future, dict), READONLY, NULL},
    {"__weaklistoffset__", T_PYSSIZET, offsetof(struct py_future, references), READONLY, NULL},
    {0},
};

static PyGetSetDef future_attributes[] = {
    {"__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict, NULL, NULL},
    {0},
};

PyDoc_STRVAR(future_doc,
             "Future(*, executor=None)\n--\n\nA result that comes later. Await it in any asyncio task of any thread.");

static PyType_Slot future_slots[] = {
    {Py_tp_doc, (void *)future_doc},   {Py_tp_new, future_new},           {Py_tp_init, future_init},
    {Py_tp_dealloc, future_dealloc},   {Py_tp_finalize, future_finalize}, {Py_tp_traverse, future_traverse},
    {Py_tp_clear, future_clear},       {Py_tp_methods, future_methods},   {Py_tp_members, future_members},
    {Py_tp_getset, future_attributes}, {Py_am_await, future_await},       {0},
};

PyType_Spec py_future_spec = {"rclpy.task.Future", sizeof(struct py_future), 0,
                              Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE, future_slots};
