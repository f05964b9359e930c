/* python/extension/await.h: one `await` of a future (future.h).
 *
 *   AW1  An awaiting task that is cancelled cancels the future, as asyncio's do; its maker hears of it through on_cancel.
 *   AW2  A coroutine that is stepped by hand, outside of a running loop, yields None until the future is over, as upstream's.
 * Threads: the interpreter's, attached. */
#ifndef RCLIO_PYTHON_AWAIT_H
#define RCLIO_PYTHON_AWAIT_H

#include "extension.h"

PyObject *py_await_new(struct py_state *state, PyObject *future); /* the iterator. NULL with an exception */

/* The future is over: the task goes on, in its loop. */
void py_await_wake(struct py_state *state, PyObject *await);

#endif
