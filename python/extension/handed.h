/* python/extension/handed.h: a callback that was taken out of an executor's line for a program that runs it itself
 * (Executor.wait_for_ready_callbacks()).
 *
 *   HC1  It has entered its group and its entity is busy until it has ended: called, if it is plain; else when end() or fail() says so.
 *        One that goes without having been called has ended, too.
 * Threads: the interpreter's, attached; one at a time. */
#ifndef RCLIO_PYTHON_HANDED_H
#define RCLIO_PYTHON_HANDED_H

#include "extension.h"

#include "queue.h"

PyObject *py_handed_new(struct py_state *state, struct py_item *item); /* takes the item. NULL with an exception */

PyObject *py_events_of_function(PyObject *module, PyObject *entity);
PyObject *py_deliver_function(PyObject *module, PyObject *entity);
PyObject *py_waiting_of_function(PyObject *module, PyObject *entity);

#endif
