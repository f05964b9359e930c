/* python/extension/signals.c: see signals.h. Tests: tests/python/test_shutdown.py. */
#include "signals.h"

#include <fcntl.h>
#include <unistd.h>

#define NOBODY (-1)

/* signal.set_wakeup_fd(file). What it was before; false: not allowed here (another interpreter). */
static bool set_wakeup_file(struct py_state *state, int file, int *before)
{
    if (!state->set_wakeup_fd) {
        PyObject *module = PyImport_ImportModule("signal");
        state->set_wakeup_fd = module ? PyObject_GetAttrString(module, "set_wakeup_fd") : NULL;
        Py_XDECREF(module);
    }
    PyObject *keywords = state->set_wakeup_fd ? Py_BuildValue("{sO}", "warn_on_full_buffer", Py_False) : NULL;
    PyObject *args = keywords ? Py_BuildValue("(i)", file) : NULL;
    PyObject *found = args ? PyObject_Call(state->set_wakeup_fd, args, keywords) : NULL;
    Py_XDECREF(args);
    Py_XDECREF(keywords);
    if (found) *before = (int)PyLong_AsLong(found);
    Py_XDECREF(found);
    PyErr_Clear();
    return found;
}

static bool has_pipe(struct py_state *state)
{
    if (!state->has_signal_pipe) state->has_signal_pipe = pipe2(state->signal_pipe, O_NONBLOCK | O_CLOEXEC) == 0;
    return state->has_signal_pipe;
}

static bool begin(struct py_state *state)
{
    int before = NOBODY;
    if (!has_pipe(state) || !set_wakeup_file(state, state->signal_pipe[1], &before)) return false;
    if (before != state->signal_pipe[1]) state->wakeup_before = before;
    return true;
}

int py_signals_begin(struct py_state *state)
{
    if (getpid() != gettid()) return -1;
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    bool begun = begin(state);
    PyErr_Restore(type, value, traceback);
    if (begun) state->signal_waits++;
    return begun ? state->signal_pipe[0] : -1;
}

void py_signals_again(struct py_state *state, int file)
{
    if (file >= 0) begin(state);
}

/* SI2. false: there was none */
static bool forward(struct py_state *state)
{
    char signals[64];
    ssize_t size = read(state->signal_pipe[0], signals, sizeof signals);
    if (size > 0 && state->wakeup_before != NOBODY && write(state->wakeup_before, signals, (size_t)size) < 0)
        return true; /* it is full: it has been told */
    return size > 0;
}

bool py_signals_take(struct py_state *state, int file)
{
    while (file >= 0 && forward(state)) continue;
    return PyErr_CheckSignals() == 0;
}

void py_signals_end(struct py_state *state, int file)
{
    int found = NOBODY, ours = state->signal_pipe[1];
    if (file < 0 || --state->signal_waits) return;
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    if (set_wakeup_file(state, state->wakeup_before, &found) && found != ours) set_wakeup_file(state, found, &found); /* SI2 */
    while (forward(state)) continue;
    PyErr_Restore(type, value, traceback);
}

void py_signals_close(struct py_state *state)
{
    if (!state->has_signal_pipe) return;
    close(state->signal_pipe[0]);
    close(state->signal_pipe[1]);
}
