/* python/extension/runner.c: coroutines that callbacks returned. The task that runs one is given a coroutine of ours around it.
 *
 *   RU1  Its first step runs at once, inside a real task: asyncio.Task(eager_start=True), and before Python 3.12 a task whose first
 *        step was caught on its way to call_soon(). A loop with a task factory makes the task itself.
 *   RU2  The end of the coroutine is the end of its callback: its entity may be called again, its kind hears of the result, and a
 *        failure is reported, whoever looks at the task.
 *   RU3  CG3: it is in its group while it steps. With several workers a step that finds another callback there waits its turn.
 * Threads: the loop's. Tests: tests/python/test_asyncio.py. */
#include "asyncio.h"
#include "group.h"
#include "worker.h"

struct py_runner {
    PyObject_HEAD struct py_worker *worker;
    PyObject *coroutine;
    PyObject *task;  /* borrowed while suspended: worker->live holds it */
    PyObject *group; /* NULL: none */
    struct py_item *item;
    bool inside; /* the group */
    bool over;
    bool failed; /* and it was reported */
    bool raises; /* the failure out of the spin */
};

static struct py_state *state_of(const struct py_runner *self)
{
    return self->worker->state;
}

/* --- the end ---------------------------------------------------------------------------------------------------------------- */

/* No failure of a callback, but the wish of somebody that all ends. The exception is set. */
static bool is_quiet(struct py_state *state)
{
    return PyErr_ExceptionMatches(py_asyncio(state)->cancelled_error) || PyErr_ExceptionMatches(PyExc_KeyboardInterrupt) ||
           PyErr_ExceptionMatches(PyExc_SystemExit) || PyErr_ExceptionMatches(PyExc_GeneratorExit);
}

static void leave(struct py_runner *self)
{
    if (!self->inside) return;
    self->inside = false;
    py_group_leave(state_of(self), self->group);
}

/* Reports the exception that is set, and stays so; the task that will end with it is looked at by who starts it, or by the next select(). */
static void fail(struct py_runner *self)
{
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    if (traceback) PyException_SetTraceback(value, traceback);
    Py_XINCREF(type);
    Py_XINCREF(value);
    Py_XINCREF(traceback);
    PyErr_Restore(type, value, traceback);
    bool raise = py_executor_report(self->worker->executor, (PyObject *)(self->item ? self->item->entity : NULL)) < 0;
    PyErr_Clear();
    self->failed = true;
    self->raises = raise;
    if (self->task) py_worker_fail(self->worker, self->task, raise);
    PyErr_Restore(type, value, traceback);
}

/* RU2. result NULL: the exception is set, and stays so. */
static void settle(struct py_runner *self, PyObject *result)
{
    if (self->over) return;
    self->over = true;
    struct py_item *item = self->item;
    struct py_entity *entity = item ? item->entity : NULL;
    if (!result && !is_quiet(state_of(self)))
        fail(self); /* before it leaves: with several threads nothing begins until it is raised */
    leave(self);
    if (entity && entity->kind->ended) entity->kind->ended(entity, item, result);
    bool ends_all = !result && (PyErr_ExceptionMatches(PyExc_KeyboardInterrupt) || PyErr_ExceptionMatches(PyExc_SystemExit));
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    if (ends_all && self->task) py_worker_fail(self->worker, self->task, false); /* the loop raises it itself */
    self->item = NULL;
    if (item) py_item_end(state_of(self), self->worker, item);
    Py_XDECREF(entity);
    if (self->task && PySet_Discard(self->worker->live, self->task) < 0) PyErr_Clear();
    self->task = NULL;
    PyErr_Restore(type, value, traceback);
}

/* --- steps ------------------------------------------------------------------------------------------------------------------ */

/* RU3: NULL: it may step. Else what to wait for first, or NULL with an exception. */
static PyObject *wait_for_group(struct py_runner *self)
{
    struct py_state *state = state_of(self);
    PyObject *loop = self->worker->loop;
    if (py_queue_enter(state->queue, py_group_turnstile(self->group))) {
        self->inside = true;
        return NULL;
    }
    PyObject *waiter = py_asyncio_future(state, loop);
    if (!waiter || PyObject_SetAttr(waiter, state->_asyncio_future_blocking_name, Py_True)) return Py_XDECREF(waiter), NULL;
    if (!py_group_enter_or_queue(state, self->group, loop, waiter)) return waiter;
    Py_DECREF(waiter);
    self->inside = true;
    return NULL;
}

static bool must_enter(const struct py_runner *self)
{
    return !self->inside && self->group && self->worker->executor->many;
}

/* What a step runs in, for blocking calls (worker.h). */
static struct py_place enter(struct py_runner *self)
{
    return py_place_set((struct py_place){self->worker, self->inside ? self->group : NULL});
}

#if PY_VERSION_HEX < 0x030A0000
typedef enum { PYGEN_RETURN = 0, PYGEN_ERROR = -1, PYGEN_NEXT = 1 } PySendResult;

/* The value of the StopIteration that is set; NULL with another exception. */
static PyObject *stop_value(void)
{
    PyObject *type, *value, *traceback, *result;
    if (!PyErr_Occurred()) return Py_NewRef(Py_None);
    if (!PyErr_ExceptionMatches(PyExc_StopIteration)) return NULL;
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    result = PyObject_GetAttrString(value, "value");
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(traceback);
    return result;
}

static PySendResult PyIter_Send(PyObject *iterator, PyObject *argument, PyObject **result)
{
    *result = PyObject_CallMethod(iterator, "send", "O", argument);
    if (*result) return PYGEN_NEXT;
    *result = stop_value();
    return *result ? PYGEN_RETURN : PYGEN_ERROR;
}
#endif

static PySendResult runner_send(PyObject *object, PyObject *argument, PyObject **result)
{
    struct py_runner *self = (struct py_runner *)object;
    if (must_enter(self)) {
        *result = wait_for_group(self);
        if (*result) return PYGEN_NEXT;
        if (PyErr_Occurred()) return PYGEN_ERROR;
    }
    struct py_place before = enter(self);
    PySendResult status = PyIter_Send(self->coroutine, argument, result);
    py_place_set(before);
    if (status == PYGEN_NEXT)
        leave(self);
    else
        settle(self, status == PYGEN_RETURN ? *result : NULL);
    return status;
}

static PyObject *runner_send_method(PyObject *self, PyObject *argument)
{
    PyObject *result;
    PySendResult status = runner_send(self, argument, &result);
    if (status == PYGEN_NEXT) return result;
    if (status == PYGEN_RETURN) {
        PyObject *stop = PyObject_CallOneArg(PyExc_StopIteration, result);
        if (stop) PyErr_SetObject(PyExc_StopIteration, stop);
        Py_XDECREF(stop);
        Py_DECREF(result);
    }
    return NULL;
}

static PyObject *runner_next(PyObject *self)
{
    return runner_send_method(self, Py_None);
}

static PyObject *runner_throw(PyObject *object, PyObject *args)
{
    struct py_runner *self = (struct py_runner *)object;
    if (must_enter(self)) {
        Py_BEGIN_ALLOW_THREADS py_queue_enter_wait(state_of(self)->queue, py_group_turnstile(self->group));
        Py_END_ALLOW_THREADS self->inside = true;
    }
    PyObject *method = PyObject_GetAttr(self->coroutine, state_of(self)->throw_name);
    struct py_place before = enter(self);
    PyObject *result = method ? PyObject_CallObject(method, args) : NULL;
    py_place_set(before);
    Py_XDECREF(method);
    if (result) {
        leave(self);
        return result;
    }
    if (!PyErr_ExceptionMatches(PyExc_StopIteration)) {
        settle(self, NULL);
        return NULL;
    }
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    PyObject *returned = PyObject_GetAttrString(value, "value");
    settle(self, returned ? returned : Py_None);
    Py_XDECREF(returned);
    PyErr_Restore(type, value, traceback);
    return NULL;
}

static PyObject *runner_close(PyObject *object, PyObject *unused)
{
    (void)unused;
    return PyObject_CallMethod(((struct py_runner *)object)->coroutine, "close", NULL);
}

static PyObject *runner_self(PyObject *self)
{
    return Py_NewRef(self);
}

/* cr_frame, __qualname__, ...: whatever asks for them means the program's coroutine. */
static PyObject *runner_getattr(PyObject *self, PyObject *name)
{
    PyObject *value = PyObject_GenericGetAttr(self, name);
    if (value || !PyErr_ExceptionMatches(PyExc_AttributeError)) return value;
    PyErr_Clear();
    return PyObject_GetAttr(((struct py_runner *)self)->coroutine, name);
}

static int runner_traverse(PyObject *object, visitproc visit, void *arg)
{
    struct py_runner *self = (struct py_runner *)object;
    Py_VISIT(Py_TYPE(object));
    Py_VISIT(self->coroutine);
    Py_VISIT(self->group);
    Py_VISIT(self->worker);
    return 0;
}

static int runner_clear(PyObject *object)
{
    (void)object; /* what it holds is needed until its end; the coroutine's and the worker's own clearing break cycles */
    return 0;
}

static void runner_finish(struct py_runner *self)
{
    if (self->over || !self->worker) return;
    self->over = true;
    leave(self);
    struct py_item *item = self->item;
    self->item = NULL;
    if (!item) return;
    struct py_entity *entity = item->entity;
    py_item_end(state_of(self), NULL, item);
    Py_DECREF(entity);
}

static void runner_dealloc(PyObject *object)
{
    struct py_runner *self = (struct py_runner *)object;
    PyTypeObject *type = Py_TYPE(object);
    PyObject_GC_UnTrack(object);
    runner_finish(self);
    Py_XDECREF(self->coroutine);
    Py_XDECREF(self->group);
    Py_XDECREF(self->worker);
    type->tp_free(object);
    Py_DECREF(type);
}

static PyMethodDef runner_methods[] = {
    {"send", runner_send_method, METH_O, NULL},
    {"throw", runner_throw, METH_VARARGS, NULL},
    {"close", runner_close, METH_NOARGS, NULL},
    {0},
};

static PyType_Slot runner_slots[] = {
    {Py_tp_dealloc, runner_dealloc},
    {Py_tp_traverse, runner_traverse},
    {Py_tp_clear, runner_clear},
    {Py_tp_methods, runner_methods},
    {Py_tp_getattro, runner_getattr},
    {Py_tp_iter, runner_self},
    {Py_tp_iternext, runner_next},
    {Py_am_await, runner_self},
#if PY_VERSION_HEX >= 0x030A0000
    {Py_am_send, runner_send},
#endif
    {0},
};

PyType_Spec py_runner_spec = {"rclpy._rclio.Runner", sizeof(struct py_runner), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
                              runner_slots};

/* --- starting --------------------------------------------------------------------------------------------------------------- */

#if PY_VERSION_HEX < 0x030C0000
static PyObject *call_in(PyObject *callback, PyObject *context)
{
    if (!context) return PyObject_CallNoArgs(callback);
    if (PyContext_Enter(context) < 0) return NULL;
    PyObject *result = PyObject_CallNoArgs(callback);
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    if (PyContext_Exit(context) < 0) PyErr_Clear();
    PyErr_Restore(type, value, traceback);
    return result;
}

static PyObject *captured_task(const struct py_asyncio *asyncio, PyObject *coroutine, PyObject *loop)
{
    PyObject *args[] = {NULL, coroutine, loop}, *callback, *context;
    py_loop_capture(loop, true);
    PyObject *task = PyObject_Vectorcall(asyncio->task, args + 1, 1 | PY_VECTORCALL_ARGUMENTS_OFFSET, asyncio->loop_keyword);
    if (!py_loop_captured(loop, &callback, &context)) return task;
    PyObject *result = task ? call_in(callback, context) : NULL;
    Py_XDECREF(callback);
    Py_XDECREF(context);
    if (task && !result) Py_CLEAR(task);
    Py_XDECREF(result);
    return task;
}
#endif

PyObject *py_begin_task(struct py_state *state, PyObject *coroutine, PyObject *loop, bool in_select)
{
    const struct py_asyncio *asyncio = py_asyncio(state);
    PyObject *factory = asyncio ? PyObject_CallMethodNoArgs(loop, state->get_task_factory_name) : NULL;
    if (!factory) return NULL;
    bool has_factory = factory != Py_None;
    Py_DECREF(factory);
    if (has_factory) return PyObject_CallMethodOneArg(loop, state->create_task_name, coroutine);
#if PY_VERSION_HEX >= 0x030C0000
    (void)in_select;
    PyObject *args[] = {NULL, coroutine, loop, Py_True};
    return PyObject_Vectorcall(asyncio->task, args + 1, 1 | PY_VECTORCALL_ARGUMENTS_OFFSET, asyncio->eager_keywords);
#else
    if (in_select && PyObject_TypeCheck(loop, state->loop_type)) return captured_task(asyncio, coroutine, loop);
    return PyObject_CallMethodOneArg(loop, state->create_task_name, coroutine);
#endif
}

static struct py_runner *runner_new(struct py_worker *worker, PyObject *coroutine, struct py_item *item, PyObject *group)
{
    PyTypeObject *type = worker->state->runner_type;
    struct py_runner *self = (struct py_runner *)type->tp_alloc(type, 0);
    if (!self) return NULL;
    self->worker = (struct py_worker *)Py_NewRef((PyObject *)worker);
    self->coroutine = Py_NewRef(coroutine);
    self->group = group;
    self->item = item;
    self->inside = group;
    return self;
}

int py_run_coroutine(struct py_worker *worker, PyObject *coroutine, struct py_item *item, PyObject *group)
{
    struct py_runner *self = runner_new(worker, coroutine, item, group);
    if (!self) return -1; /* no memory; what it was to hold is lost */
    int status = 0;
    PyObject *task = py_begin_task(worker->state, (PyObject *)self, worker->loop, true);
    if (!task) {
        status = self->failed ? -1 : py_executor_report(worker->executor, NULL);
    } else if (self->failed) { /* what the task was told, now ours to raise */
        PyObject *result = PyObject_CallMethodNoArgs(task, worker->state->result_name);
        Py_XDECREF(result);
        status = result || !self->raises ? 0 : -1;
        if (!status) PyErr_Clear();
    } else if (!self->over) {
        self->task = task;
        status = PySet_Add(worker->live, task);
    }
    Py_XDECREF(task);
    Py_DECREF(self);
    return status;
}

/* This thread runs a callback or a task of the executor's whose loop it is, and no step of a task of asyncio's. */
static bool is_in_select(struct py_state *state, PyObject *loop)
{
    struct py_worker *worker = py_place().worker;
    const struct py_asyncio *asyncio = py_asyncio(state);
    PyObject *task = asyncio && worker && worker->loop == loop ? PyObject_CallOneArg(asyncio->current_task, loop) : NULL;
    bool found = task == Py_None;
    PyErr_Clear();
    Py_XDECREF(task);
    return found;
}

PyObject *py_begin_function(PyObject *module, PyObject *args)
{
    struct py_state *state = PyModule_GetState(module);
    PyObject *coroutine, *loop;
    if (!PyArg_UnpackTuple(args, "begin", 2, 2, &coroutine, &loop)) return NULL;
    return py_begin_task(state, coroutine, loop, is_in_select(state, loop));
}
