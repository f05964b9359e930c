/* python/extension/wait.c: see wait.h. Tests: tests/python/test_executors.py. */
#include "wait.h"

#include "future.h"
#include "group.h"
#include "nested.h"
#include "signals.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* --- wakers ----------------------------------------------------------------------------------------------------------------- */

void py_waker_wake(PyObject *waker)
{
    py_sleeper_wake(&((struct py_waker *)waker)->sleeper);
}

/* Takes the file. */
static PyObject *waker_with(PyTypeObject *class, int wake_fd)
{
    struct py_waker *self = wake_fd < 0 ? NULL : (struct py_waker *)class->tp_alloc(class, 0);
    if (self)
        self->sleeper.wake_fd = wake_fd;
    else if (wake_fd >= 0)
        close(wake_fd);
    else
        PyErr_SetFromErrno(PyExc_OSError);
    return (PyObject *)self;
}

static PyObject *waker_new(PyTypeObject *class, PyObject *args, PyObject *keywords)
{
    (void)args;
    (void)keywords;
    return waker_with(class, eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
}

PyObject *py_waker_of(struct py_state *state, const struct py_sleeper *sleeper)
{
    return waker_with(state->waker_type, fcntl(sleeper->wake_fd, F_DUPFD_CLOEXEC, 0));
}

bool py_waker_watch(struct py_state *state, PyObject *waker, PyObject *future)
{
    if (PyObject_TypeCheck(future, state->future_type)) return py_future_add_waiter(future, waker);
    PyObject *wake = PyObject_GetAttr(waker, state->wake_name); /* asyncio's, or another's */
    PyObject *result = wake ? PyObject_CallMethodOneArg(future, state->add_done_callback_name, wake) : NULL;
    Py_XDECREF(wake);
    Py_XDECREF(result);
    return result;
}

static void waker_dealloc(PyObject *object)
{
    PyTypeObject *type = Py_TYPE(object);
    int fd = ((struct py_waker *)object)->sleeper.wake_fd;
    if (fd >= 0) close(fd);
    type->tp_free(object);
    Py_DECREF(type);
}

static PyObject *waker_wake(PyObject *self, PyObject *args)
{
    (void)args; /* of a done callback */
    py_waker_wake(self);
    Py_RETURN_NONE;
}

static PyMethodDef waker_methods[] = {
    {"wake", waker_wake, METH_VARARGS, "wake(*ignored): whoever waits with it looks around. From any thread."},
    {0},
};

static PyType_Slot waker_slots[] = {
    {Py_tp_doc, "Waker()\n--\n\nWakes a thread that waits in wait()."},
    {Py_tp_new, waker_new},
    {Py_tp_dealloc, waker_dealloc},
    {Py_tp_methods, waker_methods},
    {0},
};

PyType_Spec py_waker_spec = {"rclpy._rclio.Waker", sizeof(struct py_waker), 0, Py_TPFLAGS_DEFAULT, waker_slots};

/* --- waiting ---------------------------------------------------------------------------------------------------------------- */

/* Without the interpreter: a wait for files[0], wakers, rclio's and, last, signals. What ppoll() returns. */
static int wait_for_files(struct py_wait *wait, struct pollfd *files, int64_t *until)
{
    int64_t first = wait->deadline < 0 ? RCLIO_FOREVER : wait->deadline;
    struct timespec sleep;
    files[0] = (struct pollfd){.fd = wait->sleeper->wake_fd, .events = POLLIN};
    files[wait->count + 1] = (struct pollfd){.fd = wait->signals, .events = POLLIN};
    for (size_t i = 0; i < wait->count; i++) {
        int fd = rclio_executor_wait_begin(rclio_context_executor(wait->pinned[i]), false, &until[i]);
        files[i + 1] = (struct pollfd){.fd = fd, .events = POLLIN};
        if (until[i] < first) first = until[i];
    }
    int got = ppoll(files, wait->count + 2, py_sleep_of(first, &sleep), NULL), error = errno;
    for (size_t i = 0; i < wait->count; i++) rclio_executor_wait_end(rclio_context_executor(wait->pinned[i]));
    errno = error;
    return got;
}

/* The same, and what rclio then has to do. false: errno */
static bool wait_once(struct py_wait *wait)
{
    struct pollfd files[PY_SOURCES + 2];
    int64_t until[PY_SOURCES];
    int got = wait_for_files(wait, files, until);
    int error = errno;
    wait->turns++;
    wait->idle = got == 0;
    py_queue_awake(wait->state->queue, wait->sleeper);
    for (size_t i = 0; got >= 0 && i < wait->count; i++) {
        bool told = files[i + 1].revents;
        if (!told && until[i] > py_now()) continue;
        py_context_pump(wait->contexts[i], wait->pinned[i], NULL, !told);
        wait->idle = false;
    }
    uint64_t ignored;
    if (got > 0 && files[wait->count + 1].revents) got = -1, error = EINTR;
    if (got > 0 && files[0].revents) wait->woken = read(wait->sleeper->wake_fd, &ignored, sizeof ignored) > 0;
    errno = error;
    return got >= 0;
}

static bool is_shut_down(const struct py_wait *wait)
{
    for (size_t i = 0; i < wait->count; i++)
        if (!rclio_ok(wait->pinned[i])) return true;
    return false;
}

/* Without the interpreter, until there is something for Python. false: errno */
static bool wait_rounds(struct py_wait *wait)
{
    for (;;) {
        if (wait->lane && py_lane_is_short(wait->state->queue, wait->lane)) return true;
        if (!py_queue_sleep(wait->state->queue, wait->sleeper)) return true;
        if (!wait_once(wait)) return false;
        if (wait->woken || is_shut_down(wait)) return true;
        if (wait->deadline >= 0 && py_now() >= wait->deadline) return true;
    }
}

static bool pin_all(struct py_wait *wait)
{
    for (size_t i = 0; i < wait->count; i++)
        if (!(wait->pinned[i] = py_context_pin(wait->contexts[i]))) {
            while (i-- > 0) py_context_unpin(wait->contexts[i]);
            return false;
        }
    return true;
}

/* false: errno, or an exception of a signal's handler */
static bool wait_for_news(struct py_wait *wait)
{
    int error = 0;
    wait->signals = py_signals_begin(wait->state);
    bool fine = PyErr_CheckSignals() == 0;
    if (fine) {
        Py_BEGIN_ALLOW_THREADS fine = wait_rounds(wait);
        error = errno;
        Py_END_ALLOW_THREADS
    }
    py_signals_end(wait->state, wait->signals);
    errno = error;
    return fine;
}

/* Its time is over. Not before it has looked once, though it is 0; what rclio has ready may take several turns to come out. */
static bool is_late(const struct py_wait *wait)
{
    return wait->deadline >= 0 && (wait->idle || wait->turns >= PY_TURNS) && py_now() >= wait->deadline;
}

static bool is_ended(const struct py_wait *wait)
{
    return wait->worker && wait->worker->executor->ended;
}

/* -1 with an exception; else enum py_wait_end */
static int wait_until(struct py_wait *wait)
{
    for (;;) {
        bool dispatches = py_nested_is_due(wait);
        int end = dispatches ? py_nested_run(wait) : PY_WAIT_GOES_ON;
        if (end != PY_WAIT_GOES_ON) return end;
        wait->sleeper->lane = dispatches ? &wait->worker->executor->lane : NULL;
        int ran = py_run_completing(wait->state);
        if (ran < 0) return -1;
        int over = wait->future ? py_is_over(wait->state, wait->future) : 0;
        if (over) return over < 0 ? -1 : PY_WAIT_OVER;
        if (wait->stops && (wait->woken || ran)) return PY_WAIT_WOKEN;
        if (wait->lane && py_lane_is_short(wait->state->queue, wait->lane)) return PY_WAIT_SHORT;
        if (!pin_all(wait)) return PY_WAIT_SHUTDOWN;
        bool shut_down = is_shut_down(wait) || is_ended(wait), late = is_late(wait), fine = true;
        int error = 0;
        wait->woken = false;
        if (!shut_down && !late) {
            fine = wait_for_news(wait);
            error = errno;
        }
        for (size_t i = 0; i < wait->count; i++) py_context_unpin(wait->contexts[i]);
        if (shut_down) return PY_WAIT_SHUTDOWN;
        if (late) return PY_WAIT_TIMEOUT;
        if (PyErr_Occurred() || !py_signals_take(wait->state, wait->signals)) return -1;
        if (!fine && error != EINTR) return PyErr_SetFromErrno(PyExc_OSError), -1;
    }
}

static bool contexts_of(struct py_wait *wait, PyObject *contexts)
{
    if (PyTuple_GET_SIZE(contexts) > PY_SOURCES) return PyErr_SetString(PyExc_RuntimeError, "too many contexts"), false;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(contexts); i++) {
        PyObject *context = PyTuple_GET_ITEM(contexts, i);
        if (!PyObject_TypeCheck(context, wait->state->context_type))
            return PyErr_Format(PyExc_TypeError, "%R is no context", context), false;
        wait->contexts[wait->count++] = (struct py_context *)context;
    }
    return true;
}

/* Its executor has one thread less meanwhile. */
static int wait_in_executor(struct py_wait *wait)
{
    if (!wait->worker) return wait_until(wait);
    Py_INCREF(wait->worker);
    bool before = py_worker_block(wait->worker, true);
    int end = wait_until(wait);
    py_worker_block(wait->worker, before);
    Py_DECREF(wait->worker);
    return end;
}

/* WA2 */
static int wait_outside_of_group(struct py_wait *wait)
{
    struct py_place place = py_place();
    if (!place.group || wait->stays) return wait_in_executor(wait);
    Py_INCREF(place.group);
    py_group_leave(wait->state, place.group);
    py_place_set((struct py_place){place.worker, NULL});
    int end = wait_in_executor(wait);
    py_place_set(place);
    Py_BEGIN_ALLOW_THREADS py_queue_enter_wait(wait->state->queue, py_group_turnstile(place.group));
    Py_END_ALLOW_THREADS Py_DECREF(place.group);
    return end;
}

int py_wait_in_callback(struct py_state *state, struct py_context *context, int64_t nanoseconds)
{
    struct py_worker *worker = py_worker_here(state);
    if (!worker) return PY_WAIT_GOES_ON;
    PyObject *waker = waker_new(state->waker_type, NULL, NULL);
    if (!waker) return -1;
    struct py_wait wait = {
        .state = state, .contexts = {context}, .count = 1, .worker = worker, .deadline = py_now() + nanoseconds};
    wait.sleeper = &((struct py_waker *)waker)->sleeper;
    int end = wait_outside_of_group(&wait);
    Py_DECREF(waker);
    return end;
}

const char py_wait_doc[] =
    "wait(contexts, future=None, timeout=None, waker=None, stops=False, executor=None, stays=False, /)\n--\n\nBlocks this thread "
    "until the "
    "future is over, "
    "letting rclio work and ending futures; in a callback also\nrunning others, where no other thread would.\ntimeout: seconds; "
    "None: for ever. Returns 0: it is over; "
    "1: "
    "timeout; 2: a context is shut down; with an executor of\nseveral threads also 3: the waker was woken; 4: it wants another "
    "thread.\nstays: the callback that waits keeps its group, as in a sleep.";
PyObject *py_wait_function(PyObject *module, PyObject *args)
{
    struct py_wait wait = {.state = PyModule_GetState(module), .deadline = -1};
    PyObject *contexts, *future = Py_None, *timeout = Py_None, *waker = Py_None, *executor = Py_None;
    int stops = 0, stays = 0;
    if (!PyArg_ParseTuple(args, "O!|OOOpOp:wait", &PyTuple_Type, &contexts, &future, &timeout, &waker, &stops, &executor, &stays))
        return NULL;
    wait.stays = stays;
    wait.stops = stops;
    double seconds = timeout == Py_None ? -1 : PyFloat_AsDouble(timeout);
    if (PyErr_Occurred() || !contexts_of(&wait, contexts)) return NULL;
    if (timeout != Py_None)
        wait.deadline = py_now() + (seconds > 1e9 ? INT64_C(1000000000000000000) : seconds > 0 ? (int64_t)(seconds * 1e9) : 0);
    waker = waker == Py_None ? waker_new(wait.state->waker_type, NULL, NULL) : Py_NewRef(waker);
    if (!waker) return NULL;
    wait.sleeper = &((struct py_waker *)waker)->sleeper;
    wait.future = future == Py_None ? NULL : future;
    wait.worker = stays ? NULL : py_worker_here(wait.state);
    wait.lane = executor == Py_None ? NULL : &((struct py_executor *)executor)->lane;
    int over = wait.future ? py_is_over(wait.state, wait.future) : 0, end = -1;
    if (wait.lane) py_lane_grows(wait.state->queue, wait.lane, wait.sleeper);
    if (over > 0)
        end = PY_WAIT_OVER;
    else if (over == 0 && (!wait.future || py_waker_watch(wait.state, waker, wait.future)))
        end = wait_outside_of_group(&wait);
    if (wait.lane) py_lane_grows(wait.state->queue, wait.lane, NULL);
    if (wait.future && PyObject_TypeCheck(wait.future, wait.state->future_type)) py_future_remove_waiter(wait.future, waker);
    Py_DECREF(waker);
    return end < 0 ? NULL : PyLong_FromLong(end);
}
