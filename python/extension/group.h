/* python/extension/group.h: callback groups (rules CG1 to CG5 of rclio/callback_group.h). Threads: the interpreter's, attached. */
#ifndef RCLIO_PYTHON_GROUP_H
#define RCLIO_PYTHON_GROUP_H

#include "extension.h"

#include "queue.h"

struct py_turnstile *py_group_turnstile(PyObject *group);

/* A callback of the group waits, or has come to its end: others may run. NULL: nothing. Takes no reference. */
void py_group_leave(struct py_state *state, PyObject *group);

/* Tries to go on in it. false: another callback runs; `loop`'s future `waiter` is woken when it has left. */
bool py_group_enter_or_queue(struct py_state *state, PyObject *group, PyObject *loop, PyObject *waiter);

#endif
