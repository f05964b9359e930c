/* python/extension/node.c: nodes. Threads: node.h. Tests: tests/python/test_spin.py. */
#include "clock.h"
#include "group.h"
#include "topic.h"
#include "words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void open_node(struct py_node *self, struct py_state *state, const char *name, const rclio_node_options *options)
{
    struct py_context *context = self->context;
    rclio_status status = RCLIO_OK;
    PY_TURN_BEGIN(context);
    self->handle = rclio_node_new(context->handle, name, options);
    if (!self->handle) status = rclio_error_status();
    PY_TURN_END();
    if (!self->handle) {
        py_raise(state, status);
        return;
    }
    self->next = context->nodes;
    self->link = &context->nodes;
    if (self->next) self->next->link = &self->next;
    context->nodes = self;
}

static char *name_given(const char *name_space, const char *name)
{
    size_t size = (name_space ? strlen(name_space) : 0) + 1 + strlen(name) + 1;
    char *given = malloc(size);
    if (given) snprintf(given, size, "%s/%s", name_space ? name_space : "", name);
    return given;
}

static struct py_node *find_left_over(struct py_state *state, const char *given)
{
    for (struct py_context *context = state->contexts; context; context = context->next) {
        if (!context->handle || rclio_ok(context->handle)) continue;
        for (struct py_node *node = context->nodes; node; node = node->next)
            if (Py_REFCNT(node) > 0 && node->given && strcmp(node->given, given) == 0) return node;
    }
    return NULL;
}

static void destroy_left_over(struct py_state *state, const char *given) /* NO5 */
{
    for (struct py_node *node; given && (node = find_left_over(state, given));) {
        Py_INCREF(node);
        py_node_destroy(node);
        Py_DECREF(node);
    }
}

PyDoc_STRVAR(
    node_doc,
    "Node(context, name, namespace=None, arguments=None, use_global_arguments=True, enable_rosout=True, rosout_qos=None,\n"
    "     enable_logger_service=False, own_parameters=True)\n--\n\nown_parameters: it has rclio's parameter services and\n"
    "events. False: Python has them.");
static PyObject *node_new(PyTypeObject *class, PyObject *args, PyObject *keywords)
{
    static char *names[] = {"context",
                            "name",
                            "namespace",
                            "arguments",
                            "use_global_arguments",
                            "enable_rosout",
                            "rosout_qos",
                            "enable_logger_service",
                            "own_parameters",
                            NULL};
    struct py_state *state = PyType_GetModuleState(class);
    PyObject *context_given, *arguments = Py_None;
    const char *name, *name_space = NULL;
    int is_global = 1, rosout = 1, logger_service = 0, own_parameters = 1;
    int count = 0;
    rclio_node_options options = {.no_time_source = true}; /* clock.h CL1 */
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "O!s|zOppO&pp:Node", names, state->context_type, &context_given, &name,
                                     &name_space, &arguments, &is_global, &rosout, py_qos_of, &options.rosout_qos,
                                     &logger_service, &own_parameters))
        return NULL;
    struct py_context *context = (struct py_context *)context_given;
    if (!context->handle) return PyErr_SetString(state->invalid_handle, "the context is destroyed"), NULL;
    char **words = py_words(arguments, &count); /* the options borrow them while the node is made */
    struct py_node *self = words ? (struct py_node *)class->tp_alloc(class, 0) : NULL;
    if (self) {
        options.name_space = name_space;
        options.arguments = words;
        options.argument_count = count;
        options.ignore_global_arguments = !is_global;
        options.no_rosout = !rosout;
        options.enable_logger_service = logger_service;
        options.no_parameter_services = options.no_parameter_events = !own_parameters;
        self->context = (struct py_context *)Py_NewRef(context_given);
        if (!count) destroy_left_over(state, self->given = name_given(name_space, name));
        open_node(self, state, name, &options);
        if (!self->handle) Py_CLEAR(self);
    }
    py_words_free(words);
    return (PyObject *)self;
}

bool py_node_is_kept(const struct py_node *self)
{
    if (self->inside.count) return true;
    for (const struct py_entity *entity = self->entities; entity; entity = entity->next)
        if (entity->inside.count) return true;
    return false;
}

static struct py_entity *first_to_end(struct py_node *self)
{
    struct py_entity *entity = self->entities;
    while (entity && entity->inside.ends) entity = entity->next;
    return entity;
}

void py_node_end(struct py_node *self)
{
    if (!py_node_is_kept(self)) {
        py_node_destroy(self);
        return;
    }
    self->inside.ends = true;
    for (struct py_entity *entity; (entity = first_to_end(self));) {
        Py_INCREF(entity);
        py_entity_end(entity);
        Py_DECREF(entity);
    }
}

void py_node_let_go(struct py_node *self)
{
    if (self->inside.ends && !py_node_is_kept(self)) py_node_destroy(self);
    py_context_let_go(self->context);
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
    if (self->context) {
        py_node_destroy(self);
        py_queue_move(self->context->queue, &self->home, NULL);
    }
    free(self->given);
    Py_XDECREF(self->context);
    Py_XDECREF(self->group);
    type->tp_free(object);
    Py_DECREF(type);
}

static PyObject *node_destroy(PyObject *self, PyObject *unused)
{
    (void)unused;
    py_node_end((struct py_node *)self);
    Py_RETURN_NONE;
}

static PyObject *node_exit(PyObject *object, PyObject *args)
{
    (void)args;
    struct py_node *self = (struct py_node *)object;
    if (self->inside.count) self->inside.count--;
    py_node_let_go(self);
    Py_RETURN_NONE;
}

static PyObject *node_enter(PyObject *self, PyObject *unused)
{
    (void)unused;
    struct py_node *node = (struct py_node *)self;
    if (node->handle && !node->inside.ends) {
        node->inside.count++;
        return Py_NewRef(self);
    }
    struct py_state *state = PyType_GetModuleState(Py_TYPE(self));
    return PyErr_SetString(state->invalid_handle, PY_DESTROYED), NULL;
}

static PyObject *node_set_group(PyObject *object, PyObject *group)
{
    struct py_node *self = (struct py_node *)object;
    struct py_state *state = PyType_GetModuleState(Py_TYPE(object));
    if (!PyObject_TypeCheck(group, state->group_type)) return PyErr_Format(PyExc_TypeError, "%R is no callback group", group);
    Py_XSETREF(self->group, Py_NewRef(group));
    Py_RETURN_NONE;
}

/* text(handle) as a str */
static PyObject *node_text(PyObject *self, const char *(*text)(const rclio_node *))
{
    rclio_node *handle = ((struct py_node *)self)->handle;
    struct py_state *state = PyType_GetModuleState(Py_TYPE(self));
    return handle ? PyUnicode_FromString(text(handle)) : (PyErr_SetString(state->invalid_handle, PY_DESTROYED), NULL);
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

static PyObject *node_clock(PyObject *object, PyObject *unused)
{
    (void)unused;
    struct py_node *self = (struct py_node *)object;
    struct py_state *state = PyType_GetModuleState(Py_TYPE(object));
    if (!self->handle) return PyErr_SetString(state->invalid_handle, "the node is destroyed"), NULL;
    return py_clock_of(state, rclio_node_clock(self->handle));
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
    PY_HANDLE_METHODS(node_enter, node_exit, node_destroy),
    {"set_group", node_set_group, METH_O, "set_group(group): entities that are made from now on are in it."},
    {"name", node_name, METH_NOARGS, "Its name."},
    {"namespace", node_namespace, METH_NOARGS, "Its namespace."},
    {"get_node_name", node_name, METH_NOARGS, "Upstream's name for name()."},
    {"get_namespace", node_namespace, METH_NOARGS, "Upstream's name for namespace()."},
    {"logger", node_logger, METH_NOARGS, "The name of its logger."},
    {"clock", node_clock, METH_NOARGS, "Its clock: ROS time, which only Python sets (clock.h CL1)."},
    {"log", (PyCFunction)(void (*)(void))node_log, METH_FASTCALL, "log(level, text): levels are 10, 20, 30, 40, 50."},
    PY_GRAPH_METHODS,
    {0},
};

static PyType_Slot node_slots[] = {
    {Py_tp_doc, (void *)node_doc},    {Py_tp_new, node_new},
    {Py_tp_dealloc, node_dealloc},    {Py_tp_methods, node_methods},
    {Py_tp_getset, py_handle_getset}, {0},
};

PyType_Spec py_node_spec = {"rclpy._rclio.Node", sizeof(struct py_node), 0, Py_TPFLAGS_DEFAULT, node_slots};
