/* python/extension/nested.c: see nested.h. Tests: tests/python/test_blocking.py. */
#include "nested.h"

/* --- failures (NE3) --------------------------------------------------------------------------------------------------------- */

bool py_nested_keep(struct py_worker *self)
{
    PyObject *type, *value, *traceback;
    if (!self->callback_failed) return false; /* the handler of a signal did it */
    self->callback_failed = false;
    if (PyErr_ExceptionMatches(PyExc_KeyboardInterrupt) || PyErr_ExceptionMatches(PyExc_SystemExit)) return false;
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    if (traceback) PyException_SetTraceback(value, traceback);
    if (self->is_ours && PyList_Append(self->kept, value))
        PyErr_WriteUnraisable(value); /* else nobody raises what was reported */
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(traceback);
    return true;
}

int py_nested_raise(struct py_worker *self)
{
    if (self->depth || !PyList_GET_SIZE(self->kept)) return 0;
    PyObject *exception = Py_NewRef(PyList_GET_ITEM(self->kept, 0));
    if (PyList_SetSlice(self->kept, 0, 1, NULL) == 0) PyErr_SetObject((PyObject *)Py_TYPE(exception), exception);
    Py_DECREF(exception);
    return -1;
}

/* --- running on (NE2) ------------------------------------------------------------------------------------------------------- */

static bool limit_reached(struct py_worker *self)
{
    if (self->depth < PY_NESTED_LIMIT) return false;
    if (!self->has_warned)
        PySys_WriteStderr(
            "rclpy: %d callbacks block inside each other in one thread. The last one waits without running others; if "
            "it waits for what its own executor has to do, it waits for ever. `await` does not have this limit.\n",
            self->depth + 1);
    self->has_warned = true;
    return true;
}

bool py_nested_is_due(struct py_wait *wait)
{
    struct py_worker *self = wait->worker;
    if (!self || !self->active) return false;
    if (!wait->stops && !py_lane_is_blocked(self->state->queue, &self->executor->lane)) return false;
    return !limit_reached(self);
}

/* In the context that the loop was begun in: contextvars of the callback that blocks are nobody else's. */
static PyObject *run_loop(struct py_worker *self)
{
    PyObject *context = PyContext_Copy(self->context);
    if (!context || PyContext_Enter(context) < 0) return Py_XDECREF(context), NULL;
    PyObject *result = PyObject_CallMethodNoArgs(self->loop, self->state->run_nested_name), *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    if (PyContext_Exit(context) < 0) PyErr_Clear();
    PyErr_Restore(type, value, traceback);
    Py_DECREF(context);
    return result;
}

/* enum py_wait_end; -1 with an exception */
static int end_of(struct py_worker *self)
{
    struct py_spin *spin = &self->spin;
    int over = spin->until ? py_is_over(self->state, spin->until) : 0;
    if (over) return over < 0 ? -1 : PY_WAIT_OVER;
    if (self->executor->ended || !py_worker_is_ok(self)) return PY_WAIT_SHUTDOWN;
    if (spin->once && spin->ran) return PY_WAIT_WOKEN;
    return spin->deadline >= 0 && py_now() >= spin->deadline ? PY_WAIT_TIMEOUT : PY_WAIT_GOES_ON;
}

static int run_rounds(struct py_worker *self)
{
    for (;;) {
        if (!self->is_ours) {
            if (py_worker_batch(self) < 0 && !py_nested_keep(self)) return -1;
            return end_of(self);
        }
        PyObject *result = run_loop(self);
        Py_XDECREF(result);
        if (!result && !py_nested_keep(self)) return -1;
        int end = end_of(self);
        if (end != PY_WAIT_GOES_ON) return end;
    }
}

/* NE5: what watches the callback below, if one blocks there; None: nothing does. NULL with an exception */
static PyObject *hold(struct py_worker *self)
{
    if (!self->depth || !self->is_ours || !self->spin.until) Py_RETURN_NONE;
    PyObject *deadline = PyLong_FromLongLong(self->spin.deadline);
    PyObject *held =
        deadline ? PyObject_CallMethodObjArgs(self->loop, self->state->hold_name, self->spin.until, deadline, NULL) : NULL;
    Py_XDECREF(deadline);
    return held;
}

/* Takes the reference. The exception that is set, or none, stays. */
static void let_go(struct py_state *state, PyObject *held)
{
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyObject *result = held == Py_None ? NULL : PyObject_CallMethodNoArgs(held, state->cancel_name);
    if (!result && PyErr_Occurred()) PyErr_WriteUnraisable(held);
    Py_XDECREF(result);
    Py_DECREF(held);
    PyErr_Restore(type, value, traceback);
}

int py_nested_run(struct py_wait *wait)
{
    struct py_worker *self = wait->worker;
    struct py_spin outer = self->spin;
    size_t sources = self->source_count;
    PyObject *waker = NULL, *held = hold(self);
    int end = -1;
    if (!held) return -1;
    if (self->is_ours && wait->future && !(waker = py_worker_watch(self, wait->future))) return let_go(wait->state, held), -1;
    Py_XINCREF(wait->future);
    self->spin = (struct py_spin){.once = wait->stops, .deadline = wait->deadline, .until = wait->future};
    self->depth++;
    self->callback_failed = false;
    Py_INCREF(self);
    if (!self->is_ours || py_worker_wait_for(self, wait->contexts, wait->count)) end = run_rounds(self);
    self->depth--;
    self->spin = outer;
    py_worker_forget(self, sources);
    py_worker_unwatch(wait->state, wait->future, waker);
    Py_XDECREF(wait->future);
    let_go(wait->state, held);
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    if (self->is_ours && py_worker_stops_again(self) < 0) PyErr_WriteUnraisable(self->loop);
    PyErr_Restore(type, value, traceback);
    Py_DECREF(self);
    return end;
}
