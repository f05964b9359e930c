/* python/extension/node.c: nodes. Threads: node.h. Tests: tests/python/test_spin.py. */
#include "entity.h"
#include "group.h"

static PyObject *node_new(PyTypeObject *class, PyObject *args, PyObject *keywords)
{
    static char *names[] = {"context", "name", "namespace", NULL};
    struct py_state *state = PyType_GetModuleState(class);
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
    if (self->context) {
        py_node_destroy(self);
        py_queue_move(self->context->queue, &self->home, NULL);
    }
    Py_XDECREF(self->context);
    Py_XDECREF(self->group);
    type->tp_free(object);
    Py_DECREF(type);
}

static PyObject *node_destroy(PyObject *self, PyObject *unused)
{
    (void)unused;
    py_node_destroy((struct py_node *)self);
    Py_RETURN_NONE;
}

static PyObject *node_set_group(PyObject *object, PyObject *group)
{
    struct py_node *self = (struct py_node *)object;
    struct py_state *state = PyType_GetModuleState(Py_TYPE(object));
    if (!PyObject_TypeCheck(group, state->group_type)) return PyErr_Format(PyExc_TypeError, "%R is no callback group", group);
    Py_XSETREF(self->group, Py_NewRef(group));
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
    {"set_group", node_set_group, METH_O, "set_group(group): entities that are made from now on are in it."},
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
