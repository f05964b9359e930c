/* python/extension/worker.c: a worker's life; what it does in it is select.c's. See worker.h. Tests: tests/python/test_executors.py. */
#include "future.h"
#include "nested.h"
#include "signals.h"
#include "topic.h"

#include "asyncio.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* --- failures of coroutines' steps ------------------------------------------------------------------------------------------ */

void py_worker_fail(struct py_worker *self, PyObject *task, bool raise)
{
    PyObject *pair = PyTuple_Pack(2, task, raise ? Py_True : Py_False);
    if (!pair || PyList_Append(self->failures, pair)) PyErr_WriteUnraisable(task);
    Py_XDECREF(pair);
}

int py_worker_look_at_failures(struct py_worker *self, bool only_quiet)
{
    if (!only_quiet && py_nested_raise(self) < 0) return -1;
    while (PyList_GET_SIZE(self->failures)) {
        PyObject *pair = Py_NewRef(PyList_GET_ITEM(self->failures, 0));
        bool raise = PyTuple_GET_ITEM(pair, 1) == Py_True;
        if (raise && only_quiet) return Py_DECREF(pair), 0;
        PyObject *exception = NULL;
        if (PyList_SetSlice(self->failures, 0, 1, NULL) == 0) /* and so asyncio knows that somebody looked */
            exception = PyObject_CallMethodNoArgs(PyTuple_GET_ITEM(pair, 0), self->state->exception_name);
        Py_DECREF(pair);
        if (!exception)
            PyErr_Clear();
        else if (raise && exception != Py_None)
            PyErr_SetObject((PyObject *)Py_TYPE(exception), exception);
        Py_XDECREF(exception);
        if (PyErr_Occurred()) return self->callback_failed = true, -1;
    }
    return 0;
}

PyDoc_STRVAR(drained_doc, "drained()\n--\n\nAfter run_forever() has raised IndexError. True: it ran out of handles, for a "
                          "callback that blocked has run "
                          "them; it is to be run again.");
static PyObject *worker_drained(PyObject *object, PyObject *unused)
{
    (void)unused;
    struct py_worker *self = (struct py_worker *)object;
    if (self->select_failed) Py_RETURN_FALSE;
    return py_worker_stops_again(self) < 0 ? NULL : Py_NewRef(Py_True);
}

/* --- methods ---------------------------------------------------------------------------------------------------------------- */

static PyObject *worker_new(PyTypeObject *class, PyObject *args, PyObject *keywords)
{
    struct py_state *state = PyType_GetModuleState(class);
    PyObject *executor;
    if (keywords && PyDict_GET_SIZE(keywords)) return PyErr_Format(PyExc_TypeError, "Worker() takes no keywords");
    if (!PyArg_ParseTuple(args, "O!:Worker", state->executor_type, &executor)) return NULL;
    struct py_worker *self = (struct py_worker *)class->tp_alloc(class, 0);
    if (!self) return NULL;
    self->state = state;
    self->epoll_fd = self->own_epoll = self->signals = -1;
    self->spin.deadline = -1;
    self->executor = (struct py_executor *)Py_NewRef(executor);
    self->sleeper.lane = &self->executor->lane;
    self->sleeper.wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    self->failures = PyList_New(0);
    self->live = PySet_New(NULL);
    self->kept = PyList_New(0);
    if (self->sleeper.wake_fd < 0) PyErr_SetFromErrno(PyExc_OSError);
    if (self->sleeper.wake_fd < 0 || !self->failures || !self->live || !self->kept) Py_CLEAR(self);
    return (PyObject *)self;
}

/* In the interpreter's list of those that are. */
static void set_active(struct py_worker *self, bool active)
{
    if (self->active == active) return;
    self->active = active;
    if (!active) {
        *self->active_link = self->next_active;
        if (self->next_active) self->next_active->active_link = self->active_link;
        return;
    }
    self->next_active = self->state->active_workers;
    self->active_link = &self->state->active_workers;
    if (self->next_active) self->next_active->active_link = &self->next_active;
    self->state->active_workers = self;
}

struct py_worker *py_worker_here(struct py_state *state)
{
    struct py_worker *worker = state->active_workers, *of_callback = py_place().worker;
    PyObject *loop = worker ? py_running_loop(state) : NULL;
    if (worker && !loop) PyErr_Clear();
    while (worker && (loop == Py_None || worker->loop != loop)) worker = worker->next_active;
    if (worker && of_callback && of_callback->active && of_callback->loop == loop)
        worker = of_callback; /* several share a loop */
    Py_XDECREF(loop);
    return worker;
}

bool py_worker_block(struct py_worker *self, bool blocked)
{
    bool before = self->blocked;
    if (before == blocked) return before;
    self->blocked = blocked;
    py_lane_block(self->state->queue, &self->executor->lane, blocked);
    return before;
}

PyObject *py_worker_watch(struct py_worker *self, PyObject *future)
{
    PyObject *waker = py_waker_of(self->state, &self->sleeper);
    if (waker && !py_waker_watch(self->state, waker, future)) Py_CLEAR(waker);
    return waker;
}

void py_worker_unwatch(struct py_state *state, PyObject *future, PyObject *waker)
{
    if (!waker) return;
    if (PyObject_TypeCheck(future, state->future_type)) py_future_remove_waiter(future, waker);
    Py_DECREF(waker);
}

/* WO6 */
static void watch_signals(struct py_worker *self)
{
    self->signals = py_signals_begin(self->state);
    struct epoll_event event = {.events = EPOLLIN, .data.fd = self->signals};
    self->hears_signals = self->signals >= 0 && epoll_ctl(self->epoll_fd, EPOLL_CTL_ADD, self->signals, &event) == 0;
}

static void forget_signals(struct py_worker *self)
{
    if (self->hears_signals) epoll_ctl(self->epoll_fd, EPOLL_CTL_DEL, self->signals, NULL);
    self->hears_signals = false;
    py_signals_end(self->state, self->signals);
    self->signals = -1;
}

static void detach(struct py_worker *self)
{
    if (self->sleeper.asleep) py_queue_awake(self->state->queue, &self->sleeper);
    py_worker_forget(self, 0);
    set_active(self, false);
    forget_signals(self);
    self->epoll_fd = -1;
    if (self->own_epoll >= 0) close(self->own_epoll);
    self->own_epoll = -1;
    Py_CLEAR(self->get_key);
    Py_CLEAR(self->loop);
}

PyDoc_STRVAR(
    attach_doc,
    "attach(epoll_fd, get_key)\n--\n\nWhere its select() is to wait: on the epoll of a selector, whose files get_key() knows. "
    "-1, None: one of its own,\nfor a loop that is not ours; returns its number, to be watched by that loop.");
static PyObject *worker_attach(PyObject *object, PyObject *args)
{
    struct py_worker *self = (struct py_worker *)object;
    PyObject *get_key;
    int fd;
    if (!PyArg_ParseTuple(args, "iO:attach", &fd, &get_key)) return NULL;
    detach(self);
    if (fd < 0) fd = self->own_epoll = epoll_create1(EPOLL_CLOEXEC);
    bool is_ours = self->own_epoll < 0;
    struct epoll_event event = {.events = EPOLLIN | (is_ours ? EPOLLET : 0), .data.fd = self->sleeper.wake_fd};
    if (fd < 0 || epoll_ctl(fd, EPOLL_CTL_ADD, self->sleeper.wake_fd, &event)) return PyErr_SetFromErrno(PyExc_OSError);
    self->epoll_fd = fd;
    self->is_direct = is_ours && py_epoll_has_until();
    self->get_key = get_key == Py_None ? NULL : Py_NewRef(get_key);
    return PyLong_FromLong(fd);
}

static PyObject *worker_detach(PyObject *object, PyObject *unused)
{
    (void)unused;
    detach((struct py_worker *)object);
    Py_RETURN_NONE;
}

static PyObject *worker_watch_signals(PyObject *object, PyObject *unused)
{
    (void)unused;
    struct py_worker *self = (struct py_worker *)object;
    py_signals_again(self->state, self->signals);
    Py_RETURN_NONE;
}

PyDoc_STRVAR(
    begin_doc,
    "begin(loop, contexts, once=False, deadline=None, until=None)\n--\n\nFrom now on select() runs callbacks. It stops the loop "
    "after one of them or one step\n(once), after `deadline` seconds, when `until` is over, and when a context is shut down.");
static PyObject *worker_begin(PyObject *object, PyObject *args)
{
    struct py_worker *self = (struct py_worker *)object;
    PyObject *loop, *contexts, *deadline = Py_None, *until = Py_None;
    int once = 0;
    if (!PyArg_ParseTuple(args, "OO!|pOO:begin", &loop, &PyTuple_Type, &contexts, &once, &deadline, &until)) return NULL;
    double seconds = deadline == Py_None ? -1 : PyFloat_AsDouble(deadline);
    if (PyErr_Occurred()) return NULL;
    for (size_t i = self->source_count; i-- > 0;)
        if (!self->sources[i].context->handle) py_worker_drop_source(self, i);
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(contexts); i++) {
        PyObject *context = PyTuple_GET_ITEM(contexts, i);
        if (!PyObject_TypeCheck(context, self->state->context_type))
            return PyErr_Format(PyExc_TypeError, "%R is no context", context);
        if (py_worker_add_source(self, (struct py_context *)context) < 0) return NULL;
    }
    PyObject *debug = PyObject_CallMethod(loop, "get_debug", NULL);
    PyObject *slow = debug == Py_True ? PyObject_GetAttrString(loop, "slow_callback_duration") : NULL;
    self->debug = slow;
    self->slow = slow ? PyFloat_AsDouble(slow) : 0;
    Py_XDECREF(slow);
    Py_XDECREF(debug);
    PyErr_Clear(); /* a loop without debugging */
    Py_XSETREF(self->loop, Py_NewRef(loop));
    Py_XSETREF(self->context, PyContext_CopyCurrent());
    if (!self->context) return NULL;
    self->is_ours = PyObject_TypeCheck(loop, self->state->loop_type);
    self->foreign_stops = self->is_ours ? py_loop_stops(loop) - self->own_stops : 0;
    if (until != Py_None && !(self->waker = py_worker_watch(self, until))) return NULL;
    self->spin = (struct py_spin){.once = once, .until = until == Py_None ? NULL : Py_NewRef(until)};
    self->spin.deadline = seconds < 0 ? -1 : py_now() + (int64_t)(seconds * 1e9);
    set_active(self, true);
    watch_signals(self);
    Py_RETURN_NONE;
}

static void forget_until(struct py_worker *self)
{
    py_worker_unwatch(self->state, self->spin.until, self->waker);
    self->waker = NULL;
    Py_CLEAR(self->spin.until);
}

static PyObject *worker_end(PyObject *object, PyObject *unused)
{
    (void)unused;
    struct py_worker *self = (struct py_worker *)object;
    set_active(self, false);
    py_publisher_flush(self->state);
    forget_signals(self);
    forget_until(self);
    self->spin.once = false;
    self->spin.deadline = -1;
    if (py_worker_look_at_failures(self, true) < 0) return NULL;
    return PyLong_FromSize_t(self->spin.ran);
}

static PyObject *worker_failure(PyObject *object, PyObject *unused)
{
    (void)unused;
    return py_worker_look_at_failures((struct py_worker *)object, false) < 0 ? NULL : Py_NewRef(Py_None);
}

static PyObject *worker_wake(PyObject *object, PyObject *unused)
{
    (void)unused;
    py_sleeper_wake(&((struct py_worker *)object)->sleeper);
    Py_RETURN_NONE;
}

static PyObject *worker_live(PyObject *object, PyObject *unused)
{
    (void)unused;
    return PySequence_List(((struct py_worker *)object)->live);
}

static PyObject *worker_keep(PyObject *object, PyObject *task)
{
    return PySet_Add(((struct py_worker *)object)->live, task) ? NULL : Py_NewRef(Py_None);
}

static PyObject *worker_let_go(PyObject *object, PyObject *task)
{
    return PySet_Discard(((struct py_worker *)object)->live, task) < 0 ? NULL : Py_NewRef(Py_None);
}

static PyObject *worker_fail(PyObject *object, PyObject *task)
{
    py_worker_fail((struct py_worker *)object, task, true);
    py_sleeper_wake(&((struct py_worker *)object)->sleeper);
    Py_RETURN_NONE;
}

static PyObject *worker_ok(PyObject *object, PyObject *unused)
{
    (void)unused;
    return PyBool_FromLong(py_worker_is_ok((struct py_worker *)object));
}

static int worker_traverse(PyObject *object, visitproc visit, void *arg)
{
    struct py_worker *self = (struct py_worker *)object;
    Py_VISIT(Py_TYPE(object));
    Py_VISIT(self->executor);
    Py_VISIT(self->get_key);
    Py_VISIT(self->loop);
    Py_VISIT(self->failures);
    Py_VISIT(self->live);
    Py_VISIT(self->spin.until);
    Py_VISIT(self->kept);
    Py_VISIT(self->context);
    return 0;
}

static int worker_clear(PyObject *object)
{
    struct py_worker *self = (struct py_worker *)object;
    Py_CLEAR(self->get_key);
    Py_CLEAR(self->loop);
    Py_CLEAR(self->spin.until);
    Py_CLEAR(self->context);
    return 0;
}

static void worker_dealloc(PyObject *object)
{
    struct py_worker *self = (struct py_worker *)object;
    PyTypeObject *type = Py_TYPE(object);
    PyObject_GC_UnTrack(object);
    if (self->executor) detach(self);
    if (self->sleeper.wake_fd >= 0) close(self->sleeper.wake_fd);
    worker_clear(object);
    Py_XDECREF(self->failures);
    Py_XDECREF(self->live);
    Py_XDECREF(self->kept);
    Py_XDECREF(self->waker);
    Py_XDECREF(self->executor);
    type->tp_free(object);
    Py_DECREF(type);
}

PyDoc_STRVAR(
    dispatch_doc,
    "dispatch()\n--\n\nIn a loop that is not ours: pumps rclio and runs what is ready, to a bound. True: there is more.");
static PyMethodDef worker_methods[] = {
    {"select", (PyCFunction)(void (*)(void))py_worker_select, METH_FASTCALL | METH_KEYWORDS,
     "A selector's select(timeout=None)."},
    {"attach", worker_attach, METH_VARARGS, attach_doc},
    {"detach", worker_detach, METH_NOARGS, "Lets go of the selector and the loop."},
    {"begin", worker_begin, METH_VARARGS, begin_doc},
    {"end", worker_end, METH_NOARGS, "select() runs no more callbacks. Returns how many ran since begin()."},
    {"drained", worker_drained, METH_NOARGS, drained_doc},
    {"watch_signals", worker_watch_signals, METH_NOARGS, "Somebody has called signal.set_wakeup_fd(-1) meanwhile."},
    {"failure", worker_failure, METH_NOARGS, "Raises what a coroutine failed with, if one did."},
    {"fail", worker_fail, METH_O, "fail(future): the next select() raises its exception."},
    {"wake", worker_wake, METH_NOARGS, "select() looks around. From any thread."},
    {"dispatch", py_worker_dispatch, METH_NOARGS, dispatch_doc},
    {"ok", worker_ok, METH_NOARGS, "False: a context is shut down."},
    {"live", worker_live, METH_NOARGS, "The suspended tasks."},
    {"keep", worker_keep, METH_O, "keep(task): asyncio holds it weakly."},
    {"let_go", worker_let_go, METH_O, "let_go(task)"},
    {0},
};

static PyType_Slot worker_slots[] = {
    {Py_tp_doc, "Worker(executor)\n--\n\nRuns the executor's callbacks in one asyncio loop."},
    {Py_tp_new, worker_new},
    {Py_tp_dealloc, worker_dealloc},
    {Py_tp_traverse, worker_traverse},
    {Py_tp_clear, worker_clear},
    {Py_tp_methods, worker_methods},
    {0},
};

PyType_Spec py_worker_spec = {"rclpy._rclio.Worker", sizeof(struct py_worker), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
                              worker_slots};
