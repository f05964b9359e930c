/* python/extension/guard.c: guard conditions: a callback that any thread may have called. Threads: node.h. Tests:
 * tests/python/test_executors.py. */
#include "entity.h"

static void destroy(struct py_entity *self, void *handle)
{
    (void)self;
    (void)handle; /* rclio knows nothing of it */
}

static PyObject *call(struct py_entity *self, struct py_item *item)
{
    (void)item;
    if (!self->callback || self->callback == Py_None) return Py_NewRef(Py_None);
    return py_call_none(self->callback);
}

static const struct py_kind guard_kind = {.name = "guard_condition", .destroy = destroy, .call = call};

static PyObject *guard_new(PyTypeObject *class, PyObject *args, PyObject *keywords)
{
    PyObject *node, *callback;
    if (keywords && PyDict_GET_SIZE(keywords)) return PyErr_Format(PyExc_TypeError, "Guard() takes no keywords");
    if (!PyArg_ParseTuple(args, "OO:Guard", &node, &callback)) return NULL;
    struct py_entity *self = py_entity_alloc(class, &guard_kind, node);
    if (!self) return NULL;
    self->callback = Py_NewRef(callback);
    self->backlog.limit = 1;
    self->handle = self; /* alive */
    return (PyObject *)self;
}

static PyObject *guard_trigger(PyObject *object, PyObject *unused)
{
    (void)unused;
    struct py_entity *self = (struct py_entity *)object;
    if (!py_entity_is_alive(self)) return NULL;
    bool fine = self->inside.ends || py_entity_put(self, (struct py_item){0});
    return fine ? Py_NewRef(Py_None) : PyErr_NoMemory();
}

static PyMethodDef guard_methods[] = {
    {"set_callback", py_entity_set_callback, METH_O, "set_callback(callback): from the next call on."},
    {"trigger", guard_trigger, METH_NOARGS, "Has the callback called. From any thread."},
    {"trigger_guard_condition", guard_trigger, METH_NOARGS, "Upstream's name for trigger()."},
    PY_ENTITY_DESTROY,
    {0},
};
static PyType_Slot guard_slots[] = PY_ENTITY_SLOTS(guard_new, guard_methods);
PyType_Spec py_guard_spec = {"rclpy._rclio.Guard", sizeof(struct py_entity), 0, PY_ENTITY_FLAGS, guard_slots};
