/* python/extension/select.c: how a worker waits and works: its select(). See worker.h WO2 to WO5. Threads: the worker's, attached, but for
 * the waits. Tests: tests/python/test_executors.py, test_asyncio.py. */
#include "nested.h"
#include "signals.h"
#include "topic.h"

#include <errno.h>
#include <math.h>
#include <unistd.h>

#define BATCH 64
#define BATCH_NS 1000000
#define EVENTS 64
#define LOOKS 64

/* --- the sources: what rclio waits for -------------------------------------------------------------------------------------- */

int py_worker_add_source(struct py_worker *self, struct py_context *context)
{
    for (size_t i = 0; i < self->source_count; i++)
        if (self->sources[i].context == context) return 0;
    if (self->source_count == PY_SOURCES)
        return PyErr_Format(PyExc_RuntimeError, "more than %d contexts in one executor", PY_SOURCES), -1;
    rclio_context *handle = context->handle;
    if (!handle) return 0;
    int fd = self->is_direct ? -1 : rclio_executor_fd(rclio_context_executor(handle));
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    if (fd >= 0 && epoll_ctl(self->epoll_fd, EPOLL_CTL_ADD, fd, &event) && errno != EEXIST)
        return PyErr_SetFromErrno(PyExc_OSError), -1;
    Py_INCREF(context);
    self->sources[self->source_count++] = (struct py_source){context, fd};
    return 0;
}

void py_worker_drop_source(struct py_worker *self, size_t at)
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
        if (py_worker_add_source(self, contexts[i]) < 0) return false;
    return true;
}

void py_worker_forget(struct py_worker *self, size_t sources)
{
    while (self->source_count > sources) py_worker_drop_source(self, self->source_count - 1);
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
    rclio_context *pinned[PY_SOURCES]; /* of the sources; NULL: nobody pumps it */
    int64_t until[PY_SOURCES];         /* when it has something to do by itself */
    bool is_due[PY_SOURCES];
    bool has_due; /* one of them */
    bool pumped;
};

static void pin(struct py_worker *self, struct waiting *waiting)
{
    for (size_t i = 0; i < self->source_count; i++)
        waiting->pinned[i] = self->active ? py_context_pin(self->sources[i].context) : NULL;
}

static void unpin(struct py_worker *self, const struct waiting *waiting)
{
    for (size_t i = 0; i < self->source_count; i++)
        if (waiting->pinned[i]) py_context_unpin(self->sources[i].context);
}

/* rclio has another file for it now. false: errno */
static bool change_file(struct py_worker *self, struct py_source *source, int fd)
{
    struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data.fd = fd};
    if (source->fd >= 0) epoll_ctl(self->epoll_fd, EPOLL_CTL_DEL, source->fd, NULL);
    source->fd = -1;
    if (epoll_ctl(self->epoll_fd, EPOLL_CTL_ADD, fd, &event) &&
        (errno != EEXIST || epoll_ctl(self->epoll_fd, EPOLL_CTL_MOD, fd, &event)))
        return false;
    source->fd = fd;
    return true;
}

/* WO7. `until`: when to wake at the latest. What epoll_wait() returns. */
static int wait_for_all(struct py_worker *self, struct waiting *waiting, int64_t until)
{
    if (!self->is_direct) return py_epoll_about(self->epoll_fd, waiting->events, EVENTS, until);
    bool fine = true;
    for (size_t i = 0; i < self->source_count; i++) {
        if (!waiting->pinned[i]) continue;
        rclio_executor *executor = rclio_context_executor(waiting->pinned[i]);
        int fd = rclio_executor_wait_begin(executor, true, &waiting->until[i]);
        if (fd != self->sources[i].fd) fine = change_file(self, &self->sources[i], fd) && fine;
        if (waiting->until[i] < until) until = waiting->until[i];
    }
    int count = fine ? py_epoll_until(self->epoll_fd, waiting->events, EVENTS, until) : -1, error = errno;
    for (size_t i = 0; i < self->source_count; i++)
        if (waiting->pinned[i]) rclio_executor_wait_end(rclio_context_executor(waiting->pinned[i]));
    errno = error;
    return count;
}

/* A look between two pieces of asyncio's work, which is on everybody's way: at the files that the epoll has. Every now and then, and where
 * rclio's is not there yet, it goes the long way, for rclio may have another file. */
static int look(struct py_worker *self, struct waiting *waiting)
{
    bool is_long = !self->is_direct || ++self->looks % LOOKS == 0;
    for (size_t i = 0; i < self->source_count && !is_long; i++) {
        if (!waiting->pinned[i]) continue;
        waiting->until[i] = rclio_executor_next(rclio_context_executor(waiting->pinned[i]));
        is_long = self->sources[i].fd < 0;
    }
    return is_long ? wait_for_all(self, waiting, 0) : epoll_wait(self->epoll_fd, waiting->events, EVENTS, 0);
}

/* Which of the sources have something to do. */
static void see_what_is_due(struct py_worker *self, struct waiting *waiting)
{
    waiting->has_due = false;
    for (size_t i = 0; waiting->count >= 0 && i < self->source_count; i++) {
        bool is_due = waiting->until[i] != RCLIO_FOREVER && waiting->until[i] <= py_now();
        for (int e = 0; e < waiting->count; e++) is_due = is_due || self->sources[i].fd == waiting->events[e].data.fd;
        waiting->is_due[i] = is_due;
        waiting->has_due = waiting->has_due || is_due;
    }
}

/* Without the interpreter: rclio does what is ready. */
static void pump(struct py_worker *self, struct waiting *waiting)
{
    for (size_t i = 0; waiting->has_due && i < self->source_count; i++) {
        if (!waiting->is_due[i] || !waiting->pinned[i]) continue;
        py_context_pump(self->sources[i].context, waiting->pinned[i], &self->executor->lane, self->is_direct);
        waiting->pumped = true;
    }
}

/* Waits for the selector's files, rclio and wakers, until then at the latest (0: it only looks), and lets rclio do what is ready. -1: errno.
 * The interpreter is released once for both, and not to look only. */
static int wait_and_pump(struct py_worker *self, struct waiting *waiting, int64_t until)
{
    waiting->pumped = false;
    for (size_t i = 0; i < self->source_count; i++) waiting->until[i] = RCLIO_FOREVER;
    if (until == 0) {
        pin(self, waiting);
        waiting->count = look(self, waiting);
        unpin(self, waiting);
        see_what_is_due(self, waiting);
        if (!self->active || !waiting->has_due) return waiting->count;
    }
    int error = 0;
    py_publisher_flush(self->state); /* nothing more is to be done. With nothing pinned: a publisher's end may be its context's */
    pin(self, waiting);
    Py_BEGIN_ALLOW_THREADS if (until != 0)
    {
        waiting->count = wait_for_all(self, waiting, until);
        error = waiting->count < 0 ? errno : 0;
        see_what_is_due(self, waiting);
        py_queue_awake(self->state->queue, &self->sleeper);
    }
    pump(self, waiting);
    unpin(self, waiting);
    Py_END_ALLOW_THREADS if (error) errno = error;
    return waiting->count;
}

/* true: nothing for asyncio came, nor a signal. */
static bool is_only_rclio(struct py_worker *self, const struct waiting *waiting)
{
    for (int i = 0; i < waiting->count; i++)
        if (waiting->events[i].data.fd != self->sleeper.wake_fd && !source_of(self, waiting->events[i].data.fd)) return false;
    return waiting->count > 0 || waiting->has_due;
}

/* [(key, events)] of the loop's own files; NULL with an exception. */
static PyObject *ready_files(struct py_worker *self, const struct waiting *waiting)
{
    PyObject *list = PyList_New(0);
    for (int i = 0; list && i < waiting->count; i++) {
        int fd = waiting->events[i].data.fd;
        uint32_t events = waiting->events[i].events;
        if (self->hears_signals && fd == self->signals) {
            if (!py_signals_take(self->state, fd)) Py_CLEAR(list);
            continue;
        }
        if (fd == self->sleeper.wake_fd || source_of(self, fd)) {
            /* WO5: nobody pumps: it would stay readable */
            if (!self->active && fd != self->sleeper.wake_fd)
                py_worker_drop_source(self, (size_t)(source_of(self, fd) - self->sources));
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

int py_worker_stop(struct py_worker *self)
{
    self->own_stops++;
    PyObject *result = PyObject_CallMethodNoArgs(self->loop, self->state->stop_name);
    Py_XDECREF(result);
    return result ? 0 : -1;
}

int py_worker_stops_again(struct py_worker *self)
{
    return py_loop_stops(self->loop) - self->own_stops == self->foreign_stops ? 0 : py_worker_stop(self);
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
    return py_worker_stop(self) < 0 ? -1 : 1;
}

/* A thread that runs a callback meanwhile is not blocked. */
static int run_item(struct py_worker *self, struct py_item *item)
{
    bool blocked = py_worker_block(self, false);
    int status = py_worker_run(self, item);
    if (status < 0) self->callback_failed = true;
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
    int bound = BATCH;
    if (self->depth && self->spin.until) { /* the callback that blocks goes on before another one begins */
        int over = py_is_over(self->state, self->spin.until);
        if (over) return over;
        bound = 1;
    }
    for (int i = 0; i < bound && !(self->spin.once && self->spin.ran); i++) {
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

/* RCLIO_FOREVER: neither is set */
static int64_t sooner(int64_t until, int64_t deadline)
{
    return deadline >= 0 && deadline < until ? deadline : until;
}

/* -1 with an exception */
static int ask(struct py_worker *self)
{
    if (!self->executor->ask) return 0;
    PyObject *function = Py_NewRef(self->executor->ask), *result = PyObject_CallNoArgs(function);
    Py_DECREF(function);
    if (!result) self->callback_failed = true;
    Py_XDECREF(result);
    return result ? 0 : -1;
}

/* A timeout that is over with nothing run, as that of 0 always is, has not looked at what rclio had ready: this much belongs to it. */
static bool has_time_for_one(struct py_worker *self)
{
    struct py_spin *spin = &self->spin;
    if (spin->ran || spin->deadline < 0 || !py_worker_is_ok(self)) return false;
    int over = spin->until ? py_is_over(self->state, spin->until) : 0;
    if (over < 0) PyErr_Clear(); /* check_end() asks again */
    return !over;
}

/* What rclio has ready may take several turns until it is in the line: a reader's data, then the subscription's callback. */
static int look_again(struct py_worker *self)
{
    struct waiting waiting = {.pumped = true};
    for (int turn = 1; turn < PY_TURNS && waiting.pumped && !py_queue_has(self->state->queue, &self->executor->lane); turn++)
        if (wait_and_pump(self, &waiting, 0) < 0 && errno != EINTR) return PyErr_SetFromErrno(PyExc_OSError), -1;
    return 0;
}

/* A step of a task runs as soon as select() is back. */
static bool has_steps(const struct py_worker *self)
{
    return self->is_ours && py_loop_steps(self->loop) != self->steps;
}

/* The rounds of select() while it is active. A list, or NULL with an exception. */
static PyObject *select_active(struct py_worker *self, int64_t ns)
{
    int64_t until = ns > 0 ? py_now() + ns : RCLIO_FOREVER;
    unsigned long calls = py_loop_calls(self->loop);
    bool looked = false;
    if (self->spin.once && ns == 0 && has_steps(self)) self->spin.ran++; /* for spin_once(): it is an event */
    for (;;) {
        size_t ran = self->spin.ran;
        if (ask(self) < 0) return NULL;
        int busy = run_batch(self, calls), ends = busy < 0 ? -1 : check_end(self);
        if (ends < 0) return NULL;
        bool empty = busy && !ends && !py_queue_has(self->state->queue, &self->executor->lane);
        if (empty && looked) return PyList_New(0); /* asyncio goes on; its files were looked at just now */
        bool poll = busy || ends || ns == 0;
        if (!poll && self->executor->ask && self->spin.ran != ran) continue; /* waitables, after each event */
        if (!poll && !py_queue_sleep(self->state->queue, &self->sleeper)) continue;
        struct waiting waiting;
        if (wait_and_pump(self, &waiting, poll ? 0 : sooner(until, self->spin.deadline)) < 0) {
            if (errno != EINTR) return PyErr_SetFromErrno(PyExc_OSError);
            return PyErr_CheckSignals() < 0 ? NULL : PyList_New(0); /* coming back early is always allowed */
        }
        looked = true;
        if (!poll && is_only_rclio(self, &waiting)) continue;
        PyObject *files = ready_files(self, &waiting);
        if (!files) return NULL;
        bool timed_out = until != RCLIO_FOREVER && !waiting.count && py_now() >= until;
        bool stepped = PyList_GET_SIZE(files) || timed_out; /* asyncio goes on with something */
        if (stepped && self->spin.once && py_worker_stop(self) < 0) Py_CLEAR(files);
        if (stepped) return files;
        if (poll) {
            bool late = ends && waiting.pumped && has_time_for_one(self);
            if (late && look_again(self) < 0) Py_CLEAR(files);
            if (files && waiting.pumped && (!ends || late) && (run_batch(self, calls) < 0 || check_end(self) < 0))
                Py_CLEAR(files);
            return files;
        }
        Py_DECREF(files);
    }
}

static PyObject *select_plain(struct py_worker *self, int64_t ns)
{
    struct waiting waiting;
    if (wait_and_pump(self, &waiting, ns < 0 ? RCLIO_FOREVER : ns > 0 ? py_now() + ns : 0) < 0) {
        if (errno != EINTR) return PyErr_SetFromErrno(PyExc_OSError);
        return PyErr_CheckSignals() < 0 ? NULL : PyList_New(0);
    }
    return ready_files(self, &waiting);
}

PyObject *py_worker_select(PyObject *object, PyObject *const *args, Py_ssize_t count, PyObject *keywords)
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
    if (py_worker_look_at_failures(self, false) == 0)
        files = self->active && self->loop ? select_active(self, ns) : select_plain(self, ns);
    self->select_failed = !files;
    if (self->loop && self->is_ours) self->steps = py_loop_steps(self->loop);
    return files;
}

/* --- in a loop that is not ours ---------------------------------------------------------------------------------------------- */

PyObject *py_worker_dispatch(PyObject *object, PyObject *unused)
{
    (void)unused;
    struct py_worker *self = (struct py_worker *)object;
    struct waiting waiting;
    uint64_t count;
    if (!self->active || self->epoll_fd < 0) Py_RETURN_FALSE;
    if (py_worker_look_at_failures(self, false) < 0) return NULL;
    ssize_t got = read(self->sleeper.wake_fd, &count, sizeof count);
    (void)got;
    if (self->sleeper.asleep) py_queue_awake(self->state->queue, &self->sleeper);
    if (self->hears_signals && !py_signals_take(self->state, self->signals)) return NULL;
    if (wait_and_pump(self, &waiting, 0) < 0 && errno != EINTR) return PyErr_SetFromErrno(PyExc_OSError);
    if (ask(self) < 0) return NULL;
    size_t ran = self->spin.ran;
    int busy = run_batch(self, 0);
    if (busy < 0 || (self->spin.ran != ran && ask(self) < 0)) return NULL;
    bool more = !py_queue_sleep(self->state->queue, &self->sleeper);
    if (more) py_sleeper_wake(&self->sleeper);
    return PyBool_FromLong(more);
}
