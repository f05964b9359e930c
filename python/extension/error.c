/* python/extension/error.c: rclio's errors as Python exceptions. Threads: the interpreter's, attached. */
#include "extension.h"

PyObject *py_raise(struct py_state *state, rclio_status status)
{
    if (status == RCLIO_NO_MEMORY) return PyErr_NoMemory();
    PyErr_SetString(status == RCLIO_BAD_DATA ? state->rmw_error : state->rcl_error, rclio_error());
    return NULL;
}

PyObject *py_no_new(PyTypeObject *class, PyObject *args, PyObject *keywords)
{
    (void)args;
    (void)keywords;
    return PyErr_Format(PyExc_TypeError, "cannot create '%s' instances", class->tp_name);
}
