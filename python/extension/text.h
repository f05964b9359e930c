/* python/extension/text.h: messages as text. Threads: the interpreter's, attached. */
#ifndef RCLIO_PYTHON_TEXT_H
#define RCLIO_PYTHON_TEXT_H

#include "extension.h"

PyObject *py_message_text(PyObject *module, PyObject *args);
PyObject *py_interface_packages(PyObject *module, PyObject *unused);

#define PY_TEXT_FUNCTIONS                                                                                      \
    {"message_text", py_message_text, METH_VARARGS,                                                            \
     "(message, kind, truncate_length, no_arr, no_str, flow_style): YAML or CSV."},                            \
    {                                                                                                          \
        "interface_packages", py_interface_packages, METH_NOARGS, "The names of all packages with interfaces." \
    }

#endif
