/* python/extension/processes.c: programs that are started, watched and told of: what MultiProcessExecutor is made of (rclio/process.h).
 * Threads: the interpreter's, attached; the one that made it. Tests: tests/python/test_processes.py. */
#include "extension.h"

#include <stdlib.h>
#include <string.h>

struct py_processes {
    PyObject_HEAD struct py_state *state;
    rclio_processes *handle; /* NULL: destroyed */
};

/* A list of str as words ended by NULL, to be freed with PyMem_Free; they borrow from the list. NULL with an exception. */
static const char **words_of(PyObject *list)
{
    Py_ssize_t count = PyList_GET_SIZE(list);
    const char **words = PyMem_Calloc((size_t)count + 1, sizeof *words);
    if (!words) return (const char **)PyErr_NoMemory();
    for (Py_ssize_t i = 0; i < count; i++) {
        if ((words[i] = PyUnicode_AsUTF8(PyList_GET_ITEM(list, i)))) continue;
        PyMem_Free(words);
        return NULL;
    }
    return words;
}

static PyObject *processes_new(PyTypeObject *class, PyObject *args, PyObject *keywords)
{
    static char *names[] = {"name", "prefix_output", NULL};
    const char *name;
    int prefix = 0;
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "s|p:Processes", names, &name, &prefix)) return NULL;
    struct py_processes *self = (struct py_processes *)class->tp_alloc(class, 0);
    if (!self) return NULL;
    self->state = PyType_GetModuleState(class);
    char *words[] = {(char *)name, NULL};
    rclio_processes_options options = {.signals = RCLIO_SIGNALS_NONE, .prefix_output = prefix};
    self->handle = rclio_processes_new(1, words, &options);
    if (self->handle) return (PyObject *)self;
    py_raise(self->state, rclio_error_status());
    Py_DECREF(self);
    return NULL;
}

static bool is_there(struct py_processes *self)
{
    if (!self->handle) PyErr_SetString(self->state->invalid_handle, "the processes are destroyed");
    return self->handle;
}

PyDoc_STRVAR(add_doc,
             "add(name, command, environment, restart)\n--\n\nA program that start() starts. command: its words; environment: "
             "['NAME=value'] beside ours;\nrestart: 0 never, 1 on failure, 2 always.");
static PyObject *processes_add(PyObject *object, PyObject *args)
{
    struct py_processes *self = (struct py_processes *)object;
    const char *name;
    PyObject *command, *environment;
    int restart;
    if (!PyArg_ParseTuple(args, "sO!O!i:add", &name, &PyList_Type, &command, &PyList_Type, &environment, &restart)) return NULL;
    if (!is_there(self)) return NULL;
    const char **words = words_of(command), **variables = words ? words_of(environment) : NULL;
    rclio_status status = RCLIO_OK;
    if (variables) {
        rclio_process_options options = {.environment = variables, .restart = (rclio_restart)restart};
        status = rclio_processes_add_program(self->handle, name, words, &options);
    }
    PyMem_Free(words);
    PyMem_Free(variables);
    if (!variables) return NULL;
    return status ? py_raise(self->state, status) : Py_NewRef(Py_None);
}

static PyObject *processes_start(PyObject *object, PyObject *unused)
{
    (void)unused;
    struct py_processes *self = (struct py_processes *)object;
    if (!is_there(self)) return NULL;
    rclio_status status = rclio_processes_start(self->handle);
    return status ? py_raise(self->state, status) : Py_NewRef(Py_None);
}

static PyObject *processes_fileno(PyObject *object, PyObject *unused)
{
    (void)unused;
    struct py_processes *self = (struct py_processes *)object;
    return is_there(self) ? PyLong_FromLong(rclio_processes_fd(self->handle)) : NULL;
}

static PyObject *processes_dispatch(PyObject *object, PyObject *unused)
{
    (void)unused;
    struct py_processes *self = (struct py_processes *)object;
    return is_there(self) ? PyBool_FromLong(rclio_processes_dispatch(self->handle)) : NULL;
}

static PyObject *processes_stop(PyObject *object, PyObject *number)
{
    struct py_processes *self = (struct py_processes *)object;
    long signal_number = PyLong_AsLong(number);
    if (PyErr_Occurred() || !is_there(self)) return NULL;
    rclio_processes_stop(self->handle, (int)signal_number);
    Py_RETURN_NONE;
}

static PyObject *processes_failed(PyObject *object, PyObject *unused)
{
    (void)unused;
    struct py_processes *self = (struct py_processes *)object;
    return is_there(self) ? PyBool_FromLong(rclio_processes_failed(self->handle)) : NULL;
}

static PyObject *processes_destroy(PyObject *object, PyObject *unused)
{
    (void)unused;
    struct py_processes *self = (struct py_processes *)object;
    rclio_processes *handle = self->handle;
    self->handle = NULL;
    Py_BEGIN_ALLOW_THREADS rclio_processes_destroy(handle);
    Py_END_ALLOW_THREADS Py_RETURN_NONE;
}

static void processes_dealloc(PyObject *object)
{
    PyTypeObject *type = Py_TYPE(object);
    PyObject *result = processes_destroy(object, NULL);
    Py_XDECREF(result);
    type->tp_free(object);
    Py_DECREF(type);
}

static PyMethodDef processes_methods[] = {
    {"add", processes_add, METH_VARARGS, add_doc},
    {"start", processes_start, METH_NOARGS, "Starts all that were added."},
    {"fileno", processes_fileno, METH_NOARGS, "A file that is readable when dispatch() has work."},
    {"dispatch", processes_dispatch, METH_NOARGS, "Handles what has happened. False: none runs or will be started again."},
    {"stop", processes_stop, METH_O, "stop(signal): asks all to end, and kills what does not."},
    {"failed", processes_failed, METH_NOARGS, "True: one failed for good."},
    {"destroy", processes_destroy, METH_NOARGS, "Kills what still runs."},
    {0},
};

static PyType_Slot processes_slots[] = {
    {Py_tp_doc, "Processes(name, prefix_output=False)\n--\n\nPrograms that are watched."},
    {Py_tp_new, processes_new},
    {Py_tp_dealloc, processes_dealloc},
    {Py_tp_methods, processes_methods},
    {0},
};

PyType_Spec py_processes_spec = {"rclpy._rclio.Processes", sizeof(struct py_processes), 0, Py_TPFLAGS_DEFAULT, processes_slots};
