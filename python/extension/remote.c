/* python/extension/remote.c: see remote.h. */
#include "remote.h"

#include "pending.h"

#include <string.h>

bool py_no_keywords(PyObject *keywords, const char *name)
{
    if (!keywords || !PyDict_GET_SIZE(keywords)) return true;
    PyErr_Format(PyExc_TypeError, "%s() takes no keywords", name);
    return false;
}

struct py_entity *py_remote_alloc(PyTypeObject *class, const struct py_kind *kind, PyObject *node, const char *type_name,
                                  const rclio_type **type, PyObject *const *classes, int count, PyObject *callback)
{
    struct py_state *state = PyType_GetModuleState(class);
    struct py_info *first, *more[PY_REMOTE_MORE];
    if (!(*type = rclio_types_get(state->types, type_name))) return py_raise(state, rclio_error_status()), NULL;
    if (!(first = py_info_of_class(state, classes[0]))) return NULL;
    for (int i = 1; i < count; i++)
        if (!(more[i - 1] = py_info_of_class(state, classes[i]))) return NULL;
    struct py_entity *self = py_entity_alloc(class, kind, node);
    if (!self) return NULL;
    self->info = (struct py_info *)Py_NewRef((PyObject *)first);
    for (int i = 1; i < count; i++) py_remote(self)->more[i - 1] = (struct py_info *)Py_NewRef((PyObject *)more[i - 1]);
    self->callback = Py_NewRef(callback);
    return self;
}

int py_remote_traverse(struct py_entity *self, visitproc visit, void *arg)
{
    for (int i = 0; i < PY_REMOTE_MORE; i++) Py_VISIT(py_remote(self)->more[i]);
    return 0;
}

void py_remote_dealloc(PyObject *object)
{
    struct py_info *more[PY_REMOTE_MORE];
    memcpy(more, ((struct py_remote *)object)->more, sizeof more);
    py_entity_dealloc(object);
    for (int i = 0; i < PY_REMOTE_MORE; i++) Py_XDECREF(more[i]);
}

PyObject *py_remote_is_ready(PyObject *object, bool (*is_available)(void *handle), const char *failed)
{
    struct py_entity *self = (struct py_entity *)object;
    bool answer = false, ok = true;
    if (!py_entity_is_alive(self)) return NULL;
    PY_TURN_BEGIN(self->node->context);
    if (self->handle && (ok = rclio_ok(rclio_node_context(self->node->handle)))) answer = is_available(self->handle);
    PY_TURN_END();
    if (!ok) return PyErr_Format(py_entity_state(self)->rcl_error, "%s: " PY_SHUT_DOWN, failed);
    return PyBool_FromLong(answer);
}

static PyObject *yes(struct py_entity *self, struct py_operation *operation)
{
    (void)self;
    (void)operation;
    Py_RETURN_TRUE;
}

PyObject *py_remote_wait(PyObject *object, PyObject *future, rclio_future *(*wait)(void *handle))
{
    struct py_entity *self = (struct py_entity *)object;
    rclio_future *operation = NULL;
    if (!py_entity_is_alive(self) || !py_is_future(py_entity_state(self), future)) return NULL;
    void *handle = self->handle;
    self->uses++; /* EN4: until the operation is in its list, and ends with it */
    PY_TURN_BEGIN(self->node->context);
    operation = wait(handle);
    PY_TURN_END();
    PyObject *pending = py_pending_new(self, operation, future, yes, NULL, false);
    self->uses--;
    return py_pending_let_cancel(pending, future);
}

PyObject *py_remote_in_python(PyObject *self, const char *function, PyObject *argument)
{
    PyObject *module = PyImport_ImportModule("rclpy._handles");
    PyObject *result = module ? PyObject_CallMethod(module, function, "OO", self, argument) : NULL;
    Py_XDECREF(module);
    return result;
}
