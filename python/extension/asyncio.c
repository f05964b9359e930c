/* python/extension/asyncio.c: see asyncio.h. Tests: tests/python/test_future.py. */
#include "asyncio.h"

static bool look_up(struct py_asyncio *found)
{
    PyObject *events = PyImport_ImportModule("asyncio.events"), *module = PyImport_ImportModule("asyncio");
    if (events && module) {
        found->get_running_loop = PyObject_GetAttrString(events, "_get_running_loop");
        found->future = PyObject_GetAttrString(module, "Future");
        found->task = PyObject_GetAttrString(module, "Task");
        found->current_task = PyObject_GetAttrString(module, "current_task");
        found->cancelled_error = PyObject_GetAttrString(module, "CancelledError");
        found->loop_keyword = Py_BuildValue("(s)", "loop");
        found->eager_keywords = Py_BuildValue("(ss)", "loop", "eager_start");
    }
    Py_XDECREF(events);
    Py_XDECREF(module);
    return found->get_running_loop && found->future && found->task && found->current_task && found->cancelled_error &&
           found->loop_keyword && found->eager_keywords;
}

static void let_go(struct py_asyncio *found)
{
    Py_CLEAR(found->get_running_loop);
    Py_CLEAR(found->future);
    Py_CLEAR(found->task);
    Py_CLEAR(found->current_task);
    Py_CLEAR(found->cancelled_error);
    Py_CLEAR(found->loop_keyword);
    Py_CLEAR(found->eager_keywords);
}

const struct py_asyncio *py_asyncio(struct py_state *state)
{
    if (state->asyncio) return state->asyncio;
    struct py_asyncio *found = PyMem_Calloc(1, sizeof *found);
    if (!found) return PyErr_NoMemory(), NULL;
    if (!look_up(found) || state->asyncio) { /* importing lets other threads run: one may have been faster */
        let_go(found);
        PyMem_Free(found);
        return state->asyncio;
    }
    return state->asyncio = found;
}

PyObject *py_running_loop(struct py_state *state)
{
    const struct py_asyncio *asyncio = py_asyncio(state);
    return asyncio ? PyObject_CallNoArgs(asyncio->get_running_loop) : NULL;
}

PyObject *py_asyncio_future(struct py_state *state, PyObject *loop)
{
    const struct py_asyncio *asyncio = py_asyncio(state);
    PyObject *args[] = {NULL, loop};
    return asyncio ? PyObject_Vectorcall(asyncio->future, args + 1, PY_VECTORCALL_ARGUMENTS_OFFSET, asyncio->loop_keyword) : NULL;
}

PyObject *py_asyncio_wake(struct py_state *state, PyObject *waiter)
{
    PyObject *done = PyObject_CallMethodNoArgs(waiter, state->done_name);
    if (!done || done == Py_True) {
        Py_XDECREF(done);
        return done ? Py_NewRef(Py_None) : NULL;
    }
    Py_DECREF(done);
    return PyObject_CallMethodOneArg(waiter, state->set_result_name, Py_None);
}

PyObject *py_wake_function(PyObject *module, PyObject *waiter)
{
    return py_asyncio_wake(PyModule_GetState(module), waiter);
}

int py_asyncio_traverse(struct py_state *state, visitproc visit, void *arg)
{
    if (!state->asyncio) return 0;
    Py_VISIT(state->asyncio->get_running_loop);
    Py_VISIT(state->asyncio->future);
    Py_VISIT(state->asyncio->task);
    Py_VISIT(state->asyncio->current_task);
    Py_VISIT(state->asyncio->cancelled_error);
    return 0;
}

void py_asyncio_clear(struct py_state *state)
{
    struct py_asyncio *found = state->asyncio;
    state->asyncio = NULL;
    if (!found) return;
    let_go(found);
    PyMem_Free(found);
}
