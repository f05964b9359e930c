/* python/extension/context.c: contexts and nodes, and the step in which Python's loop runs what rclio has left in the queue.
 * Threads: node.h. Tests: tests/python/test_spin.py. */
#include "node.h"

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
    Py_BEGIN_ALLOW_THREADS self->handle = rclio_init(count, words, &options);
    Py_END_ALLOW_THREADS if (!self->handle)
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
    if (!handle) return;
    PY_TURN_BEGIN(self);
    rclio_context_destroy(handle);
    PY_TURN_END();
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
        PyObject *result = py_entity_call(entity, item);
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

static PyObject *node_new(PyTypeObject *class, PyObject *args, PyObject *keywords)
{
    static char *names[] = {"context", "name", "namespace", NULL};
    struct py_state *state = state_of_class(class);
    PyObject *context_given;
    const char *name, *name_space = NULL;
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "O!s|z:Node", names, state->context_type, &context_given, &name,
                                     &name_space))
        return NULL;
    struct py_context *context = (struct py_context *)context_given;
    if (!context->handle) return PyErr_SetString(state->invalid_handle, "the context is destroyed"), NULL;
    struct py_node *self = (struct py_node *)class->tp_alloc(class, 0);
    if (!self) return NULL;
    self->context = (struct py_context *)Py_NewRef(context_given);
    rclio_node_options options = {.name_space = name_space};
    rclio_status status = RCLIO_OK;
    PY_TURN_BEGIN(context);
    self->handle = rclio_node_new(context->handle, name, &options);
    if (!self->handle) status = rclio_error_status();
    PY_TURN_END();
    if (!self->handle) {
        py_raise(state, status);
        Py_DECREF(self);
        return NULL;
    }
    self->next = context->nodes;
    self->link = &context->nodes;
    if (self->next) self->next->link = &self->next;
    context->nodes = self;
    return (PyObject *)self;
}

void py_node_destroy(struct py_node *self)
{
    while (self->entities) py_entity_destroy(self->entities);
    rclio_node *handle = self->handle;
    self->handle = NULL;
    if (self->link) {
        *self->link = self->next;
        if (self->next) self->next->link = self->link;
        self->link = NULL;
    }
    if (!handle) return;
    PY_TURN_BEGIN(self->context);
    rclio_node_destroy(handle);
    PY_TURN_END();
}

static void node_dealloc(PyObject *object)
{
    struct py_node *self = (struct py_node *)object;
    PyTypeObject *type = Py_TYPE(object);
    if (self->context) py_node_destroy(self);
    Py_XDECREF(self->context);
    type->tp_free(object);
    Py_DECREF(type);
}

static PyObject *node_destroy(PyObject *self, PyObject *unused)
{
    (void)unused;
    py_node_destroy((struct py_node *)self);
    Py_RETURN_NONE;
}

/* text(handle) as a str; "" once the node is destroyed */
static PyObject *node_text(PyObject *self, const char *(*text)(const rclio_node *))
{
    rclio_node *handle = ((struct py_node *)self)->handle;
    return PyUnicode_FromString(handle ? text(handle) : "");
}

static PyObject *node_name(PyObject *self, PyObject *unused)
{
    (void)unused;
    return node_text(self, rclio_node_name);
}

static PyObject *node_namespace(PyObject *self, PyObject *unused)
{
    (void)unused;
    return node_text(self, rclio_node_namespace);
}

static PyObject *node_logger(PyObject *self, PyObject *unused)
{
    (void)unused;
    return node_text(self, rclio_node_logger);
}

static PyObject *node_log(PyObject *self, PyObject *const *args, Py_ssize_t count)
{
    const char *text = count == 2 && PyUnicode_Check(args[1]) ? PyUnicode_AsUTF8(args[1]) : NULL;
    long level = text ? PyLong_AsLong(args[0]) : 0;
    if (!text || PyErr_Occurred())
        return PyErr_Occurred() ? NULL : PyErr_Format(PyExc_TypeError, "log() takes a level and a str");
    rclio_node *handle = ((struct py_node *)self)->handle;
    Py_BEGIN_ALLOW_THREADS rclio_log(handle, (rclio_log_level)level, "", "", 0, "%s", text);
    Py_END_ALLOW_THREADS Py_RETURN_NONE;
}

static PyMethodDef node_methods[] = {
    {"destroy", node_destroy, METH_NOARGS, "Destroys it, with everything below it."},
    {"name", node_name, METH_NOARGS, "Its name."},
    {"namespace", node_namespace, METH_NOARGS, "Its namespace."},
    {"logger", node_logger, METH_NOARGS, "The name of its logger."},
    {"log", (PyCFunction)(void (*)(void))node_log, METH_FASTCALL, "log(level, text): levels are 10, 20, 30, 40, 50."},
    {0},
};

static PyType_Slot node_slots[] = {
    {Py_tp_doc, "Node(context, name, namespace=None)"},
    {Py_tp_new, node_new},
    {Py_tp_dealloc, node_dealloc},
    {Py_tp_methods, node_methods},
    {0},
};

PyType_Spec py_node_spec = {"rclpy._rclio.Node", sizeof(struct py_node), 0, Py_TPFLAGS_DEFAULT, node_slots};
