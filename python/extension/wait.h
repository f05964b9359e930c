/* python/extension/wait.h: threads that block until something has come, and let rclio work meanwhile.
 *
 *   WA1  Who waits pumps rclio and ends futures (items that complete); it runs no callback.
 *   WA2  A callback that blocks here has left its group, and is alone in it again when it goes on (CG3).
 *   WA3  A signal that comes just before the main thread sleeps, or to another thread, does not get lost: Python's wake-up file is ours
 *        meanwhile, and whoever had set one is told of what came.
 * Threads: any, with the interpreter attached. */
#ifndef RCLIO_PYTHON_WAIT_H
#define RCLIO_PYTHON_WAIT_H

#include "node.h"

struct py_waker {
    PyObject_HEAD struct py_sleeper sleeper;
};

void py_waker_wake(PyObject *waker);

enum py_wait_end { PY_WAIT_OVER, PY_WAIT_TIMEOUT, PY_WAIT_SHUTDOWN, PY_WAIT_WOKEN, PY_WAIT_SHORT };

extern const char py_wait_doc[];
PyObject *py_wait_function(PyObject *module, PyObject *args);

#endif
