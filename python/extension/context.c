/* python/extension/context.c: contexts, and the step in which Python's loop runs what rclio has left in the queue.
 * Threads: node.h. Tests: tests/python/test_spin.py. */
#include "entity.h"
#include "logger.h"

#include <stdlib.h>

static struct py_state *state_of_class(PyTypeObject *class)
{
    return PyType_GetModuleState(class);
}

/* ["program", "--ros-args", ...] as argv, NULL with an exception; freed by free_words(). */
static char **words_of(PyObject *list, int *count)
{
    PyObject *items = PySequence_Fast(list, "arguments must be a sequence of str");
    if (!items) return NULL;
    Py_ssize_t size = PySequence_Fast_GET_SIZE(items);
    char **words = PyMem_Calloc((size_t)size + 1, sizeof *words);
    for (Py_ssize_t i = 0; words && i < size; i++) {
        PyObject *bytes = NULL;
        if (PyUnicode_FSConverter(PySequence_Fast_GET_ITEM(items, i), &bytes)) words[i] = strdup(PyBytes_AS_STRING(bytes));
        Py_XDECREF(bytes);
        if (words[i]) continue;
        while (i-- > 0) free(words[i]);
        PyMem_Free(words);
        words = NULL;
        if (!PyErr_Occurred()) PyErr_NoMemory();
    }
    Py_DECREF(items);
    *count = (int)size;
    return words;
}

static void free_words(char **words)
{
    for (char **word = words; word && *word; word++) free(*word);
    PyMem_Free(words);
}

static PyObject *context_new(PyTypeObject *class, PyObject *args, PyObject *keywords)
{
    static char *names[] = {"args", "domain_id", "signals", NULL};
    PyObject *words_given, *domain = Py_None;
    int signals = RCLIO_SIGNALS_ALL, count = 0;
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "O|Oi:Context", names, &words_given, &domain, &signals)) return NULL;
    rclio_context_options options = {.signals = (rclio_signals)signals, .has_domain_id = domain != Py_None};
    if (options.has_domain_id) options.domain_id = (uint32_t)PyLong_AsUnsignedLong(domain);
    if (PyErr_Occurred()) return NULL;
    char **words = words_of(words_given, &count);
    struct py_context *self = words ? (struct py_context *)class->tp_alloc(class, 0) : NULL;
    if (!self) goto done;
    pthread_mutex_init(&self->turn, NULL);
    if (!(self->queue = py_queue_new())) {
        PyErr_NoMemory();
        Py_CLEAR(self);
        goto done;
    }
    struct py_state *state = state_of_class(class);
    self->next = state->contexts;
    self->link = &state->contexts;
    if (self->next) self->next->link = &self->next;
    state->contexts = self;
    Py_BEGIN_ALLOW_THREADS self->handle = rclio_init(count, words, &options);
    Py_END_ALLOW_THREADS if (self->handle)
    {
        py_log_levels_apply(self);
    }
    else
    {
        py_raise(state_of_class(class), rclio_error_status());
        Py_CLEAR(self);
    }
done:
    free_words(words);
    return (PyObject *)self;
}

static void context_close(struct py_context *self)
{
    while (self->nodes) py_node_destroy(self->nodes);
    rclio_context *handle = self->handle;
    self->handle = NULL;
    if (self->link) {
        *self->link = self->next;
        if (self->next) self->next->link = self->link;
        self->link = NULL;
    }
    if (!handle) return;
    PY_TURN_BEGIN(self);
    rclio_context_destroy(handle);
    PY_TURN_END();
    for (struct py_item *item; (item = py_queue_take(self->queue));) py_item_free(item); /* the ends of what was pending */
}

static void context_dealloc(PyObject *object)
{
    struct py_context *self = (struct py_context *)object;
    PyTypeObject *type = Py_TYPE(object);
    context_close(self);
    py_queue_destroy(self->queue);
    pthread_mutex_destroy(&self->turn);
    type->tp_free(object);
    Py_DECREF(type);
}

static PyObject *context_ok(PyObject *self, PyObject *unused)
{
    (void)unused;
    return PyBool_FromLong(rclio_ok(((struct py_context *)self)->handle));
}

static PyObject *context_shutdown(PyObject *self, PyObject *unused)
{
    (void)unused;
    if (((struct py_context *)self)->handle) rclio_shutdown(((struct py_context *)self)->handle);
    Py_RETURN_NONE;
}

static PyObject *context_destroy(PyObject *self, PyObject *unused)
{
    (void)unused;
    context_close((struct py_context *)self);
    Py_RETURN_NONE;
}

static PyObject *context_signal(PyObject *self, PyObject *unused)
{
    (void)unused;
    rclio_context *handle = ((struct py_context *)self)->handle;
    return PyLong_FromLong(handle ? rclio_shutdown_signal(handle) : 0);
}

static PyObject *context_fd(PyObject *self, PyObject *unused)
{
    (void)unused;
    rclio_context *handle = ((struct py_context *)self)->handle;
    return PyLong_FromLong(handle ? rclio_executor_fd(rclio_context_executor(handle)) : -1);
}

/* Runs what is in the queue, at most `limit` callbacks. `start` is called with each coroutine that one returned. */
static PyObject *run_queue(struct py_context *self, PyObject *start, Py_ssize_t limit)
{
    Py_ssize_t ran = 0;
    for (struct py_item *item; ran < limit && (item = py_queue_take(self->queue)); ran++) {
        struct py_entity *entity = item->entity;
        Py_INCREF(entity);
        PyObject *result = entity->callback ? entity->kind->call(entity, item) : Py_NewRef(Py_None); /* destroyed meanwhile */
        py_item_free(item);
        if (result && PyCoro_CheckExact(result)) {
            PyObject *started = PyObject_CallFunctionObjArgs(start, result, entity, NULL);
            Py_DECREF(result);
            result = started;
        }
        Py_DECREF(entity);
        if (!result) return NULL;
        Py_DECREF(result);
    }
    return PyLong_FromSsize_t(ran);
}

PyDoc_STRVAR(dispatch_doc,
             "dispatch(start, limit=64)\n--\n\nLets rclio do what is ready, without waiting, and calls at most `limit` callbacks "
             "of Python.\n"
             "start(coroutine, entity) is called for each coroutine that one returned. Returns how many callbacks ran; an\n"
             "exception of a callback is raised, and what was not run stays for the next time.");
static PyObject *context_dispatch(PyObject *object, PyObject *const *args, Py_ssize_t count)
{
    struct py_context *self = (struct py_context *)object;
    Py_ssize_t limit = count == 2 ? PyLong_AsSsize_t(args[1]) : 64;
    if (count < 1 || count > 2) return PyErr_Format(PyExc_TypeError, "dispatch() takes 1 or 2 arguments");
    if (PyErr_Occurred()) return NULL;
    if (self->handle && py_queue_is_empty(self->queue)) {
        PY_TURN_BEGIN(self);
        rclio_executor_dispatch(rclio_context_executor(self->handle), 0);
        PY_TURN_END();
    }
    return run_queue(self, args[0], limit);
}

static PyObject *context_pending(PyObject *self, PyObject *unused)
{
    (void)unused;
    return PyBool_FromLong(!py_queue_is_empty(((struct py_context *)self)->queue));
}

static PyMethodDef context_methods[] = {
    {"ok", context_ok, METH_NOARGS, "False after shutdown."},
    {"shutdown", context_shutdown, METH_NOARGS, "Ends it; what was made with it stays until it is destroyed."},
    {"destroy", context_destroy, METH_NOARGS, "Destroys it, with everything below it."},
    {"signal", context_signal, METH_NOARGS, "The signal that shut it down; 0: none."},
    {"fd", context_fd, METH_NOARGS, "A file that is readable when dispatch() has work."},
    {"pending", context_pending, METH_NOARGS, "True: dispatch() has callbacks to run that the file does not tell of."},
    {"dispatch", (PyCFunction)(void (*)(void))context_dispatch, METH_FASTCALL, dispatch_doc},
    {0},
};

static PyType_Slot context_slots[] = {
    {Py_tp_doc, "Context(args, domain_id=None, signals=0)\n--\n\nOne participation in the ROS network."},
    {Py_tp_new, context_new},
    {Py_tp_dealloc, context_dealloc},
    {Py_tp_methods, context_methods},
    {0},
};

PyType_Spec py_context_spec = {"rclpy._rclio.Context", sizeof(struct py_context), 0, Py_TPFLAGS_DEFAULT, context_slots};
