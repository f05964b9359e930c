/* python/extension/group.h: callback groups (rules CG1 to CG5 of rclio/callback_group.h).
 *
 *   PG1  Groups of a class that overrides can_execute(), beginning_execution() or ending_execution() are asked: their methods decide, all
 *        three are called, and the queue lets their callbacks pass. They are called once for each callback, at its begin and its end:
 *        one that awaits or blocks stays inside.
 * Threads: the interpreter's, attached. */
#ifndef RCLIO_PYTHON_GROUP_H
#define RCLIO_PYTHON_GROUP_H

#include "extension.h"

#include "queue.h"

struct py_worker;

struct py_turnstile *py_group_turnstile(PyObject *group);

/* A callback of the group waits, or has come to its end: others may run. NULL: nothing. Takes no reference. */
void py_group_leave(struct py_state *state, PyObject *group);

/* Tries to go on in it. false: another callback runs; `loop`'s future `waiter` is woken when it has left. */
bool py_group_enter_or_queue(struct py_state *state, PyObject *group, PyObject *loop, PyObject *waiter);

/* PG1 */
bool py_group_is_asked(PyObject *group); /* NULL: false */

/* Asks. `core`: the executor. 1: the callback may begin, and the item has the permit. 0: it may not, the item is gone to wait.
 * -1: likewise, with the exception of a method of the group's. counted: it was one callback for spin_once(). */
int py_group_begin(struct py_state *state, PyObject *core, struct py_item *item, bool *counted);

/* The callback has ended: gives back the permit, if there is one, lets its entity's next one begin, and frees the item. worker: what the
 * group's method raises is reported and raised by it; NULL: nobody is there for that. An exception that is set stays. */
void py_item_end(struct py_state *state, struct py_worker *worker, struct py_item *item);

#endif
