/* python/extension/asyncio.h: the parts of asyncio that the extension calls, looked up when they are first needed, so that a program
 * that does not spin does not import it. Threads: the interpreter's, attached. */
#ifndef RCLIO_PYTHON_ASYNCIO_H
#define RCLIO_PYTHON_ASYNCIO_H

#include "extension.h"

struct py_asyncio {
    PyObject *get_running_loop; /* None when there is none */
    PyObject *future;           /* the class */
    PyObject *task;             /* the class */
    PyObject *current_task;     /* (loop) */
    PyObject *cancelled_error;
    PyObject *loop_keyword;   /* ("loop",) */
    PyObject *eager_keywords; /* ("loop", "eager_start") */
};

const struct py_asyncio *py_asyncio(struct py_state *state); /* NULL with an exception: it cannot be imported */

PyObject *py_running_loop(struct py_state *state);                   /* a new reference; None: there is none */
PyObject *py_asyncio_future(struct py_state *state, PyObject *loop); /* a new asyncio.Future */
PyObject *py_asyncio_wake(struct py_state *state, PyObject *waiter); /* sets its result to None unless it has ended; a new None */
PyObject *py_wake_function(PyObject *module, PyObject *waiter);      /* the same as a function of the module */

int py_asyncio_traverse(struct py_state *state, visitproc visit, void *arg);
void py_asyncio_clear(struct py_state *state);

#endif
