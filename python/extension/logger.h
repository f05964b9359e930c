/* python/extension/logger.h: loggers, and the levels that are there without a context. Threads: the interpreter's, attached. */
#ifndef RCLIO_PYTHON_LOGGER_H
#define RCLIO_PYTHON_LOGGER_H

#include "node.h"

void py_log_levels_apply(struct py_context *context); /* to a new context: what was set before */

/* set_logger_level, logger_level, logger_effective_level, log_folder: functions of the module */
PyObject *py_log_set_level(PyObject *module, PyObject *const *args, Py_ssize_t count);
PyObject *py_log_level(PyObject *module, PyObject *name);
PyObject *py_log_effective_level(PyObject *module, PyObject *name);
PyObject *py_log_folder(PyObject *module, PyObject *unused);

#define PY_LOG_FUNCTIONS                                                                                                \
    {"set_logger_level", (PyCFunction)(void (*)(void))py_log_set_level, METH_FASTCALL, "(name, level): 0 removes it."}, \
        {"logger_level", py_log_level, METH_O, "The level of its own; 0: none."},                                       \
        {"logger_effective_level", py_log_effective_level, METH_O, "The level that counts."},                           \
    {                                                                                                                   \
        "log_folder", py_log_folder, METH_NOARGS, "Where log files go."                                                 \
    }

#endif
