/* python/extension/wait.h: threads that block until something has come, and let rclio work meanwhile.
 *
 *   WA1  Who waits pumps rclio and ends futures (items that complete). It runs callbacks only inside a callback, where nobody else
 *        would (nested.h).
 *   WA2  A callback that blocks here has left its group, and is alone in it again when it goes on (CG3).
 *   WA3  A signal ends the wait of the main thread (signals.h).
 * Threads: any, with the interpreter attached. */
#ifndef RCLIO_PYTHON_WAIT_H
#define RCLIO_PYTHON_WAIT_H

#include "worker.h"

struct py_waker {
    PyObject_HEAD struct py_sleeper sleeper;
};

void py_waker_wake(PyObject *waker);

PyObject *py_waker_of(struct py_state *state,
                      const struct py_sleeper *sleeper); /* one that wakes this sleeper. NULL with an exception */
bool py_waker_watch(struct py_state *state, PyObject *waker, PyObject *future); /* it is woken when the future is over. false with
                                                                                    an exception */

enum py_wait_end { PY_WAIT_OVER, PY_WAIT_TIMEOUT, PY_WAIT_SHUTDOWN, PY_WAIT_WOKEN, PY_WAIT_SHORT, PY_WAIT_GOES_ON };

/* One call of wait(). */
struct py_wait {
    struct py_state *state;
    struct py_context *contexts[PY_SOURCES];
    rclio_context *pinned[PY_SOURCES];
    size_t count;
    struct py_sleeper *sleeper;
    struct py_lane *lane;     /* of an executor that wants another thread when it is short of them; NULL: none */
    struct py_worker *worker; /* in whose callbacks it is; NULL: in none, or they are to wait as well */
    bool stops;               /* when the waker is woken, or something was completed or run */
    PyObject *future;         /* NULL: none */
    int64_t deadline;         /* -1: none */
    bool woken;
    int signals; /* readable: a signal came (WA3); -1: not in this thread */
    bool stays;  /* in its group: nothing that it waits for is in one */
};

/* In a callback: blocks it for so long, as wait() does. enum py_wait_end; _GOES_ON: it is not in one, and has not waited. -1 with an
 * exception. */
int py_wait_in_callback(struct py_state *state, struct py_context *context, int64_t nanoseconds);

void py_pump(struct py_context *context);                     /* lets rclio work once, without waiting */
PyObject *py_pump_function(PyObject *module, PyObject *args); /* message_wait.c: pump(context, ms) */

extern const char py_wait_doc[];
PyObject *py_wait_function(PyObject *module, PyObject *args);

#endif
