/* python/extension/nested.h: callbacks that run while another one of the same thread blocks.
 *
 *   NE1  A blocking call in a callback, or anywhere in a loop that a worker runs callbacks in, dispatches when no thread of the executor
 *        is left that would: all of them block. So whatever the executor itself has to do for the call to end is done.
 *        (A wait for something of another executor that the same thread runs is not ended by this.)
 *   NE2  A worker of ours runs its own loop on, from within the callback (Loop.run_nested() in _loop.py): asyncio goes on as well, and what
 *        begins meanwhile goes on in the same loop afterwards. A loop that is not ours cannot: there callbacks run, and the first
 *        steps of coroutines (from Python 3.12 on).
 *   NE3  What a callback raises meanwhile is raised out of the spin when the one that blocks has gone on and come back.
 *   NE4  Callbacks block inside each other PY_NESTED_LIMIT deep; a deeper one only waits, and says so on standard error.
 *   NE5  One that blocks on top of another goes on first. When the one below has had what it waits for all the while, who holds it up is
 *        said on standard error (Loop.hold() in _loop.py): if it waits for the one below, both wait for ever.
 * Threads: the worker's, attached. */
#ifndef RCLIO_PYTHON_NESTED_H
#define RCLIO_PYTHON_NESTED_H

#include "wait.h"
#include "worker.h"

#define PY_NESTED_LIMIT 50

/* NE1: whether this wait is to dispatch now. */
bool py_nested_is_due(struct py_wait *wait);

/* Dispatches until the wait is over: enum py_wait_end; -1 with an exception. In a loop that is not ours: one round, which does not
 * wait; PY_WAIT_GOES_ON: the wait is not over, and there may be more to do. */
int py_nested_run(struct py_wait *wait);

/* NE3: the exception that is set is kept. false: it is still set, for no callback failed, or it ends all. */
bool py_nested_keep(struct py_worker *self);

/* NE3: -1 with the exception that was kept first; 0: there is none, or a callback still blocks. */
int py_nested_raise(struct py_worker *self);

#endif
