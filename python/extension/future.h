/* python/extension/future.h: rclpy.task.Future. Threads: the interpreter's, attached. */
#ifndef RCLIO_PYTHON_FUTURE_H
#define RCLIO_PYTHON_FUTURE_H

#include "extension.h"

/* A new pending one, for a result that C code will set. NULL with an exception. */
PyObject *py_future_new(struct py_state *state);

/* End it; both borrow. false with an exception: a done callback could not be left to the executor. */
bool py_future_set_result(PyObject *future, PyObject *result);
bool py_future_set_exception(PyObject *future, PyObject *exception);

/* It has done callbacks, and no executor to run them. */
bool py_future_lacks_executor(PyObject *future);

bool py_future_is_over(PyObject *future); /* done or cancelled */

PyObject *py_future_result(PyObject *future); /* a new reference; NULL with its exception */
bool py_future_cancel(PyObject *future);      /* false with an exception */

/* A waker (wait.h) or an await (await.h) that is woken when it is over. Borrows. */
bool py_future_add_waiter(PyObject *future, PyObject *waiter);
void py_future_remove_waiter(PyObject *future, PyObject *waiter);

/* What cancelling the future means to its maker: called once, as on_cancel(future), after the state has changed. Borrows. */
void py_future_on_cancel(PyObject *future, PyObject *on_cancel);

#endif
