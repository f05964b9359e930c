/* python/extension/worker.c: see worker.h. Tests: tests/python/test_executors.py, test_asyncio.py. */
#include "worker.h"

#include "asyncio.h"
#include "future.h"
#include "nested.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#define BATCH 64
#define BATCH_NS 1000000
#define EVENTS 64

int64_t py_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

/* --- signals (WO6) ---------------------------------------------------------------------------------------------------------- */

PyObject *py_signal_fd_function(PyObject *module, PyObject *unused)
{
    (void)unused;
    struct py_state *state = PyModule_GetState(module);
    int ends[2];
    if (state->signal_write >= 0) return PyLong_FromLong(state->signal_write);
    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK)) return PyErr_SetFromErrno(PyExc_OSError);
    state->signal_read = ends[0];
    state->signal_write = ends[1];
    state->signal_thread = PyThread_get_thread_ident();
    return PyLong_FromLong(state->signal_write);
}

int py_signal_file(const struct py_state *state)
{
    return state->signal_read >= 0 && PyThread_get_thread_ident() == state->signal_thread ? state->signal_read : -1;
}

bool py_signal_drain(const struct py_state *state)
{
    char numbers[64];
    while (read(state->signal_read, numbers, sizeof numbers) == sizeof numbers) continue;
    return PyErr_CheckSignals() == 0;
}

/* --- failures of coroutines' steps ------------------------------------------------------------------------------------------ */

void py_worker_fail(struct py_worker *self, PyObject *task, bool raise)
{
    PyObject *pair = PyTuple_Pack(2, task, raise ? Py_True : Py_False);
    if (!pair || PyList_Append(self->failures, pair)) PyErr_WriteUnraisable(task);
    Py_XDECREF(pair);
}

/* -1 with the first exception that is to be raised. only_quiet: what is not to be raised is looked at, up to what is. */
static int look_at_failures(struct py_worker *self, bool only_quiet)
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
        if (PyErr_Occurred()) return -1;
    }
    return 0;
}

/* --- the sources: what rclio waits for -------------------------------------------------------------------------------------- */

static int source_add(struct py_worker *self, struct py_context *context)
{
    for (size_t i = 0; i < self->source_count; i++)
        if (self->sources[i].context == context && self->sources[i].fd >= 0) return 0;
    if (self->source_count == PY_SOURCES)
        return PyErr_Format(PyExc_RuntimeError, "more than %d contexts in one executor", PY_SOURCES), -1;
    rclio_context *handle = context->handle;
    if (!handle) return 0;
    int fd = rclio_executor_fd(rclio_context_executor(handle));
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    if (epoll_ctl(self->epoll_fd, EPOLL_CTL_ADD, fd, &event) && errno != EEXIST) return PyErr_SetFromErrno(PyExc_OSError), -1;
    Py_INCREF(context);
    self->sources[self->source_count++] = (struct py_source){context, fd};
    return 0;
}

static void source_drop(struct py_worker *self, size_t at)
{
    struct py_source source = self->sources[at];
    self->sources[at] = self->sources[--self->source_count];
    if (source.context->handle && source.fd >= 0 && self->epoll_fd >= 0)
        epoll_ctl(self->epoll_fd, EPOLL_CTL_DEL, source.fd, NULL);
    Py_DECREF(source.context);
}

static struct py_source *source_of(struct py_worker *self, int fd)
{
    for (size_t i = 0; i < self->source_count; i++)
        if (self->sources[i].fd == fd) return &self->sources[i];
    return NULL;
}

bool py_worker_wait_for(struct py_worker *self, struct py_context *const *contexts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (source_add(self, contexts[i]) < 0) return false;
    return true;
}

void py_worker_forget(struct py_worker *self, size_t sources)
{
    while (self->source_count > sources) source_drop(self, self->source_count - 1);
}

bool py_worker_is_ok(struct py_worker *self)
{
    for (size_t i = 0; i < self->source_count; i++)
        if (!self->sources[i].context->handle || !rclio_ok(self->sources[i].context->handle)) return false;
    return true;
}

/* --- select() --------------------------------------------------------------------------------------------------------------- */

struct waiting {
    struct epoll_event events[EVENTS];
    int count;
    bool pumped;
};

static int wait_for_events(int epoll_fd, struct epoll_event *events, int64_t ns)
{
    int64_t ms = ns <= 0 ? ns : (ns + 999999) / 1000000;
    return epoll_wait(epoll_fd, events, EVENTS, ns < 0 ? -1 : ms > 2000000000 ? 2000000000 : (int)ms);
}

static bool has_source(const struct py_worker *self, const struct waiting *waiting)
{
    for (int e = 0; e < waiting->count; e++)
        for (size_t i = 0; i < self->source_count; i++)
            if (self->sources[i].fd == waiting->events[e].data.fd) return true;
    return false;
}

/* Without the interpreter: rclio does what is ready. */
static void pump(struct py_worker *self, struct waiting *waiting, rclio_context *const *pinned)
{
    for (int e = 0; e < waiting->count; e++) {
        for (size_t i = 0; i < self->source_count; i++) {
            if (self->sources[i].fd != waiting->events[e].data.fd || !pinned[i]) continue;
            py_context_pump(self->sources[i].context, pinned[i], &self->executor->lane);
            waiting->pumped = true;
        }
    }
}

/* Waits for the selector's files, rclio and wakers, and lets rclio do what is ready. Negative `ns`: for ever. -1: errno.
 * The interpreter is released once for both, and not to look only. */
static int wait_and_pump(struct py_worker *self, struct waiting *waiting, int64_t ns)
{
    rclio_context *pinned[PY_SOURCES];
    int error = 0;
    waiting->pumped = false;
    if (ns == 0) {
        waiting->count = wait_for_events(self->epoll_fd, waiting->events, 0);
        if (waiting->count <= 0 || !self->active || !has_source(self, waiting)) return waiting->count;
    }
    for (size_t i = 0; i < self->source_count; i++) pinned[i] = self->active ? py_context_pin(self->sources[i].context) : NULL;
    Py_BEGIN_ALLOW_THREADS if (ns != 0)
    {
        waiting->count = wait_for_events(self->epoll_fd, waiting->events, ns);
        error = waiting->count < 0 ? errno : 0;
        py_queue_awake(self->state->queue, &self->sleeper);
    }
    pump(self, waiting, pinned);
    for (size_t i = 0; i < self->source_count; i++)
        if (pinned[i]) py_context_unpin(self->sources[i].context);
    Py_END_ALLOW_THREADS errno = error;
    return waiting->count;
}

/* [(key, events)] of the loop's own files; NULL with an exception. */
static PyObject *ready_files(struct py_worker *self, const struct waiting *waiting)
{
    PyObject *list = PyList_New(0);
    for (int i = 0; list && i < waiting->count; i++) {
        int fd = waiting->events[i].data.fd;
        uint32_t events = waiting->events[i].events;
        if (fd == self->signal_fd) {
            if (!py_signal_drain(self->state)) Py_CLEAR(list);
            continue;
        }
        if (fd == self->sleeper.wake_fd || source_of(self, fd)) {
            /* WO5: nobody pumps: it would stay readable */
            if (!self->active && fd != self->sleeper.wake_fd) source_drop(self, (size_t)(source_of(self, fd) - self->sources));
            continue;
        }
        PyObject *number = PyLong_FromLong(fd), *key = number ? PyObject_CallOneArg(self->get_key, number) : NULL;
        Py_XDECREF(number);
        if (!key && PyErr_ExceptionMatches(PyExc_KeyError)) { /* not any more: a callback removed it */
            PyErr_Clear();
            continue;
        }
        PyObject *wanted = key ? PyObject_GetAttr(key, self->state->events_name) : NULL;
        long mask = (events & ~(uint32_t)EPOLLIN ? 2 : 0) | (events & ~(uint32_t)EPOLLOUT ? 1 : 0); /* as selectors has it */
        mask &= wanted ? PyLong_AsLong(wanted) : 0;
        Py_XDECREF(wanted);
        PyObject *pair = key && wanted ? Py_BuildValue("(Ol)", key, mask) : NULL;
        Py_XDECREF(key);
        if (!pair || (mask && PyList_Append(list, pair))) Py_CLEAR(list);
        Py_XDECREF(pair);
    }
    return list;
}

static int stop_loop(struct py_worker *self)
{
    self->own_stops++;
    PyObject *result = PyObject_CallMethodNoArgs(self->loop, self->state->stop_name);
    Py_XDECREF(result);
    return result ? 0 : -1;
}

int py_worker_stops_again(struct py_worker *self)
{
    return py_loop_stops(self->loop) - self->own_stops == self->foreign_stops ? 0 : stop_loop(self);
}

/* What may end the spin; then the loop is told. 1: it is; 0; -1 with an exception. */
static int check_end(struct py_worker *self)
{
    struct py_spin *spin = &self->spin;
    bool ends = (spin->once && spin->ran) || !py_worker_is_ok(self) || (spin->deadline >= 0 && py_now() >= spin->deadline);
    if (!ends && spin->until) {
        int over = py_is_over(self->state, spin->until);
        if (over < 0) return -1;
        ends = over;
    }
    if (!ends) return 0;
    return stop_loop(self) < 0 ? -1 : 1;
}

/* A thread that runs a callback meanwhile is not blocked. */
static int run_item(struct py_worker *self, struct py_item *item)
{
    bool blocked = py_worker_block(self, false);
    int status = py_worker_run(self, item);
    py_worker_block(self, blocked);
    return status;
}

/* Runs what is there, to a bound. 1: the bound was reached, or asyncio has something to do; 0; -1 with an exception. */
static int run_batch(struct py_worker *self, unsigned long calls)
{
    struct py_queue *queue = self->state->queue;
    int64_t began = 0;
    if (!py_queue_has(queue, &self->executor->lane)) return 0;
    int completed = py_run_completing(self->state);
    if (completed < 0) return -1;
    self->spin.ran += (size_t)completed; /* for spin_once(): what ends a future is an event */
    for (int i = 0; i < BATCH && !(self->spin.once && self->spin.ran); i++) {
        struct py_item *item = py_queue_take(queue, &self->executor->lane);
        if (!item) return self->is_ours ? py_loop_calls(self->loop) != calls : 0;
        if (i == 0) began = py_now();
        self->spin.ran++;
        if (run_item(self, item) < 0 || py_nested_raise(self) < 0) return -1;
        if (!self->active || py_now() - began >= BATCH_NS) break;
    }
    return 1;
}

int py_worker_batch(struct py_worker *self)
{
    return run_batch(self, 0);
}

static int64_t sooner(int64_t ns, int64_t deadline)
{
    if (deadline < 0) return ns;
    int64_t left = deadline - py_now();
    if (left < 0) left = 0;
    return ns < 0 || left < ns ? left : ns;
}

/* The rounds of select() while it is active. A list, or NULL with an exception. */
static PyObject *select_active(struct py_worker *self, int64_t ns)
{
    int64_t until = ns > 0 ? py_now() + ns : -1;
    unsigned long calls = py_loop_calls(self->loop);
    for (;;) {
        int busy = run_batch(self, calls), ends = busy < 0 ? -1 : check_end(self);
        if (ends < 0) return NULL;
        bool poll = busy || ends || ns == 0;
        if (!poll && !py_queue_sleep(self->state->queue, &self->sleeper)) continue;
        struct waiting waiting;
        if (wait_and_pump(self, &waiting, poll ? 0 : sooner(sooner(-1, until), self->spin.deadline)) < 0) {
            if (errno != EINTR) return PyErr_SetFromErrno(PyExc_OSError);
            return PyErr_CheckSignals() < 0 ? NULL : PyList_New(0); /* coming back early is always allowed */
        }
        PyObject *files = ready_files(self, &waiting);
        if (!files) return NULL;
        bool timed_out = until >= 0 && !waiting.count && py_now() >= until;
        bool stepped = PyList_GET_SIZE(files) || timed_out; /* asyncio goes on with something */
        if (stepped && self->spin.once && stop_loop(self) < 0) Py_CLEAR(files);
        if (stepped) return files;
        if (poll) {
            if (waiting.pumped && !ends && (run_batch(self, calls) < 0 || check_end(self) < 0)) Py_CLEAR(files);
            return files;
        }
        Py_DECREF(files);
    }
}

static PyObject *select_plain(struct py_worker *self, int64_t ns)
{
    struct waiting waiting;
    if (wait_and_pump(self, &waiting, ns) < 0) {
        if (errno != EINTR) return PyErr_SetFromErrno(PyExc_OSError);
        return PyErr_CheckSignals() < 0 ? NULL : PyList_New(0);
    }
    return ready_files(self, &waiting);
}

static PyObject *worker_select(PyObject *object, PyObject *const *args, Py_ssize_t count, PyObject *keywords)
{
    struct py_worker *self = (struct py_worker *)object;
    Py_ssize_t given = count + (keywords ? PyTuple_GET_SIZE(keywords) : 0);
    int64_t ns = -1;
    if (given > 1) return PyErr_Format(PyExc_TypeError, "select() takes at most 1 argument (%zd given)", given);
    if (given && args[0] != Py_None) {
        double seconds = PyFloat_AsDouble(args[0]);
        if (seconds == -1.0 && PyErr_Occurred()) return NULL;
        ns = seconds <= 0 ? 0 : seconds > 1e8 ? INT64_C(100000000000000000) : (int64_t)ceil(seconds * 1e9);
    }
    PyObject *files = NULL;
    if (look_at_failures(self, false) == 0) files = self->active && self->loop ? select_active(self, ns) : select_plain(self, ns);
    self->select_failed = !files;
    return files;
}

PyDoc_STRVAR(drained_doc,
             "drained()\n--\n\nAfter run_forever() has raised IndexError. True: it ran out of handles, for a callback that blocked has run "
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
    self->epoll_fd = self->own_epoll = self->signal_fd = -1;
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
    struct py_worker *worker = state->active_workers;
    PyObject *loop = worker ? py_running_loop(state) : NULL;
    if (worker && !loop) PyErr_Clear();
    while (worker && (loop == Py_None || worker->loop != loop)) worker = worker->next_active;
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
    if (PyObject_TypeCheck(future, state->future_type)) py_future_remove_waker(future, waker);
    Py_DECREF(waker);
}

static void detach(struct py_worker *self)
{
    if (self->sleeper.asleep) py_queue_awake(self->state->queue, &self->sleeper);
    py_worker_forget(self, 0);
    set_active(self, false);
    self->epoll_fd = self->signal_fd = -1;
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
    self->get_key = get_key == Py_None ? NULL : Py_NewRef(get_key);
    return PyLong_FromLong(fd);
}

static PyObject *worker_detach(PyObject *object, PyObject *unused)
{
    (void)unused;
    detach((struct py_worker *)object);
    Py_RETURN_NONE;
}

/* The pipe is in the epoll while the main thread runs the loop; a loop that is not ours has its own way. */
static void watch_signals(struct py_worker *self)
{
    int fd = self->own_epoll < 0 ? py_signal_file(self->state) : -1;
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    if (fd == self->signal_fd) return;
    if (self->signal_fd >= 0) epoll_ctl(self->epoll_fd, EPOLL_CTL_DEL, self->signal_fd, NULL);
    self->signal_fd = fd >= 0 && epoll_ctl(self->epoll_fd, EPOLL_CTL_ADD, fd, &event) == 0 ? fd : -1;
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
        if (!self->sources[i].context->handle) source_drop(self, i);
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(contexts); i++) {
        PyObject *context = PyTuple_GET_ITEM(contexts, i);
        if (!PyObject_TypeCheck(context, self->state->context_type))
            return PyErr_Format(PyExc_TypeError, "%R is no context", context);
        if (source_add(self, (struct py_context *)context) < 0) return NULL;
    }
    PyObject *debug = PyObject_CallMethod(loop, "get_debug", NULL);
    PyObject *slow = debug == Py_True ? PyObject_GetAttrString(loop, "slow_callback_duration") : NULL;
    self->debug = slow;
    self->slow = slow ? PyFloat_AsDouble(slow) : 0;
    Py_XDECREF(slow);
    Py_XDECREF(debug);
    PyErr_Clear(); /* a loop without debugging */
    watch_signals(self);
    Py_XSETREF(self->loop, Py_NewRef(loop));
    Py_XSETREF(self->context, PyContext_CopyCurrent());
    if (!self->context) return NULL;
    self->is_ours = PyObject_TypeCheck(loop, self->state->loop_type);
    self->foreign_stops = self->is_ours ? py_loop_stops(loop) - self->own_stops : 0;
    if (until != Py_None && !(self->waker = py_worker_watch(self, until))) return NULL;
    self->spin = (struct py_spin){.once = once, .until = until == Py_None ? NULL : Py_NewRef(until)};
    self->spin.deadline = seconds < 0 ? -1 : py_now() + (int64_t)(seconds * 1e9);
    set_active(self, true);
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
    forget_until(self);
    self->spin.once = false;
    self->spin.deadline = -1;
    if (look_at_failures(self, true) < 0) return NULL;
    return PyLong_FromSize_t(self->spin.ran);
}

static PyObject *worker_failure(PyObject *object, PyObject *unused)
{
    (void)unused;
    return look_at_failures((struct py_worker *)object, false) < 0 ? NULL : Py_NewRef(Py_None);
}

static PyObject *worker_wake(PyObject *object, PyObject *unused)
{
    (void)unused;
    py_sleeper_wake(&((struct py_worker *)object)->sleeper);
    Py_RETURN_NONE;
}

PyDoc_STRVAR(
    dispatch_doc,
    "dispatch()\n--\n\nIn a loop that is not ours: pumps rclio and runs what is ready, to a bound. True: there is more.");
static PyObject *worker_dispatch(PyObject *object, PyObject *unused)
{
    (void)unused;
    struct py_worker *self = (struct py_worker *)object;
    struct waiting waiting;
    uint64_t count;
    if (!self->active || self->epoll_fd < 0) Py_RETURN_FALSE;
    if (look_at_failures(self, false) < 0) return NULL;
    ssize_t got = read(self->sleeper.wake_fd, &count, sizeof count);
    (void)got;
    if (self->sleeper.asleep) py_queue_awake(self->state->queue, &self->sleeper);
    if (wait_and_pump(self, &waiting, 0) < 0 && errno != EINTR) return PyErr_SetFromErrno(PyExc_OSError);
    int busy = run_batch(self, 0);
    if (busy < 0) return NULL;
    bool more = !py_queue_sleep(self->state->queue, &self->sleeper);
    if (more) py_sleeper_wake(&self->sleeper);
    return PyBool_FromLong(more);
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

static PyMethodDef worker_methods[] = {
    {"select", (PyCFunction)(void (*)(void))worker_select, METH_FASTCALL | METH_KEYWORDS, "A selector's select(timeout=None)."},
    {"attach", worker_attach, METH_VARARGS, attach_doc},
    {"detach", worker_detach, METH_NOARGS, "Lets go of the selector and the loop."},
    {"begin", worker_begin, METH_VARARGS, begin_doc},
    {"end", worker_end, METH_NOARGS, "select() runs no more callbacks. Returns how many ran since begin()."},
    {"drained", worker_drained, METH_NOARGS, drained_doc},
    {"failure", worker_failure, METH_NOARGS, "Raises what a coroutine failed with, if one did."},
    {"fail", worker_fail, METH_O, "fail(future): the next select() raises its exception."},
    {"wake", worker_wake, METH_NOARGS, "select() looks around. From any thread."},
    {"dispatch", worker_dispatch, METH_NOARGS, dispatch_doc},
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
