/* python/extension/pending.h: an operation of rclio's that a rclpy future stands for.
 *
 *   PE1  The future is ended once: by the item that rclio's done callback puts, or because the entity is destroyed. Forgetting leaves it as
 *        it is.
 *   PE2  What was cancelled, by destroying the entity or shutting down, cancels the future; any other failure is RCLError.
 * Threads: the interpreter's, attached. Tests: tests/python/test_clients.py. */
#ifndef RCLIO_PYTHON_PENDING_H
#define RCLIO_PYTHON_PENDING_H

#include "flight.h"

struct py_operation;

/* What the future ends with: a new reference; NULL with an exception, which is then the future's; NULL without one: as the operation has
 * ended. Called when that is done; with `tells_all` whatever became of it. */
typedef PyObject *py_pending_value_fn(struct py_entity *entity, struct py_operation *operation);

struct py_operation {
    struct py_flight flight;
    rclio_future *future; /* a reference */
    PyObject *ends;       /* rclpy's future; NULL: landed */
    PyObject *subject;    /* for `value`; may be NULL */
    py_pending_value_fn *value;
    bool tells_all;
};

enum { PY_PENDING_ITEM = 1000 }; /* `what` of its items */

/* Takes rclio's future; NULL there: the thread's error is raised. Borrows the rest. Returns an object with forget(). */
PyObject *py_pending_new(struct py_entity *entity, rclio_future *future, PyObject *ends, py_pending_value_fn *value,
                         PyObject *subject, bool tells_all);

bool py_is_future(struct py_state *state, PyObject *object); /* false with TypeError */
/* Cancelling the future forgets the operation. Takes and returns what py_pending_new() has returned; NULL with an exception. */
PyObject *py_pending_let_cancel(PyObject *pending, PyObject *future);

/* What `call` of an entity's kind does with an item of PY_PENDING_ITEM: ends the future. */
PyObject *py_pending_end(struct py_entity *entity, struct py_item *item);

/* End a future that is not over; false with an exception. `value` NULL: with the exception that is set. */
bool py_end_future(PyObject *future, PyObject *value);
bool py_end_future_failed(struct py_state *state, PyObject *future, rclio_future *operation);

#endif
