/* python/extension/clock.h: clocks as Python objects.
 *
 *   CL1  Only Python threads set a clock that Python has (rclio's own time source is off: node.c), so jump callbacks run on the stack of
 *        a Python thread, attached: in the call that sets the time.
 * Threads: the interpreter's, attached. */
#ifndef RCLIO_PYTHON_CLOCK_H
#define RCLIO_PYTHON_CLOCK_H

#include "extension.h"

struct py_clock {
    PyObject_HEAD rclio_clock *handle; /* NULL: of no kind (ClockType.UNINITIALIZED) */
};

/* A new reference, of a clock that is lent. */
PyObject *py_clock_of(struct py_state *state, rclio_clock *clock);

#endif
