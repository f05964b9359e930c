/* python/extension/client.c: clients of services. Threads: node.h; call() any. Tests: tests/python/test_clients.py. */
#include "future.h"
#include "held.h"
#include "introspection.h"
#include "pending.h"
#include "topic.h"

struct py_client {
    struct py_entity entity; /* info: the request's */
    struct py_info *response;
};

static struct py_client *client(struct py_entity *entity)
{
    return (struct py_client *)entity;
}

static void destroy(struct py_entity *self, void *handle)
{
    (void)self;
    rclio_client_destroy(handle);
}

static PyObject *call(struct py_entity *self, struct py_item *item)
{
    return py_pending_end(self, item);
}

static int traverse(struct py_entity *self, visitproc visit, void *arg)
{
    Py_VISIT(client(self)->response);
    return 0;
}

static const struct py_kind client_kind = {.destroy = destroy, .call = call, .traverse = traverse};

PyDoc_STRVAR(client_doc, "Client(node, type, request_class, response_class, name, qos=())");
static PyObject *client_new(PyTypeObject *class, PyObject *args, PyObject *keywords)
{
    struct py_state *state = PyType_GetModuleState(class);
    PyObject *node, *request_class, *response_class;
    const char *type_name, *name;
    rclio_qos qos = {0};
    if (keywords && PyDict_GET_SIZE(keywords)) return PyErr_Format(PyExc_TypeError, "Client() takes no keywords");
    if (!PyArg_ParseTuple(args, "OsOOs|O&:Client", &node, &type_name, &request_class, &response_class, &name, py_qos_of, &qos))
        return NULL;
    const rclio_type *type = rclio_types_get(state->types, type_name);
    if (!type) return py_raise(state, rclio_error_status());
    struct py_info *request = py_info_of_class(state, request_class),
                   *response = request ? py_info_of_class(state, response_class) : NULL;
    struct py_entity *self = response ? py_entity_alloc(class, &client_kind, node) : NULL;
    if (!self) return NULL;
    self->info = (struct py_info *)Py_NewRef((PyObject *)request);
    client(self)->response = (struct py_info *)Py_NewRef((PyObject *)response);
    self->callback = Py_NewRef(Py_None);
    rclio_client_options options = {.qos = qos};
    rclio_status status = RCLIO_OK;
    PY_TURN_BEGIN(self->node->context);
    self->handle = rclio_client_new(self->node->handle, type, name, &options);
    if (!self->handle) status = rclio_error_status();
    PY_TURN_END();
    return py_entity_made(self, status);
}

static void client_dealloc(PyObject *object)
{
    struct py_info *response = ((struct py_client *)object)->response;
    py_entity_dealloc(object);
    Py_XDECREF(response);
}

static PyObject *response_of(struct py_entity *self, struct py_operation *operation)
{
    return py_message_from_memory(client(self)->response, rclio_future_value(operation->future));
}

/* Cancelling the future forgets the operation. */
static PyObject *let_cancel(PyObject *pending, PyObject *future)
{
    PyObject *forget = pending ? PyObject_GetAttrString(pending, "forget") : NULL;
    if (forget) py_future_on_cancel(future, forget);
    if (!forget) Py_CLEAR(pending);
    Py_XDECREF(forget);
    return pending;
}

static bool is_future(struct py_state *state, PyObject *object)
{
    if (PyObject_TypeCheck(object, state->future_type)) return true;
    PyErr_Format(PyExc_TypeError, "a Future is expected, not %s", Py_TYPE(object)->tp_name);
    return false;
}

PyDoc_STRVAR(call_doc, "call(request, future, /)\n--\n\nSends it; the future ends with the response. Returns the pending call.\n"
                       "TypeError: not a request of this service.");
static PyObject *client_call(PyObject *object, PyObject *const *args, Py_ssize_t count)
{
    struct py_entity *self = (struct py_entity *)object;
    struct py_state *state = PyType_GetModuleState(Py_TYPE(self->node));
    if (count != 2) return PyErr_Format(PyExc_TypeError, "call() takes 2 arguments");
    if (!py_entity_is_alive(self) || !is_future(state, args[1])) return NULL;
    struct py_arena arena;
    py_arena_begin(&arena);
    void *memory = py_memory_of(self->info, args[0], &arena);
    rclio_future *operation = NULL;
    if (memory) {
        rclio_client *handle = self->handle;
        Py_BEGIN_ALLOW_THREADS operation = rclio_client_call(handle, memory);
        Py_END_ALLOW_THREADS
    }
    py_arena_end(&arena);
    if (!memory) return NULL;
    return let_cancel(py_pending_new(self, operation, args[1], response_of, NULL, false), args[1]);
}

static PyObject *nothing(struct py_entity *self, struct py_operation *operation)
{
    (void)self;
    (void)operation;
    Py_RETURN_TRUE;
}

static PyObject *client_wait(PyObject *object, PyObject *future)
{
    struct py_entity *self = (struct py_entity *)object;
    struct py_state *state = PyType_GetModuleState(Py_TYPE(self->node));
    if (!py_entity_is_alive(self) || !is_future(state, future)) return NULL;
    rclio_future *operation = NULL;
    PY_TURN_BEGIN(self->node->context);
    operation = rclio_client_wait_for_service(self->handle);
    PY_TURN_END();
    return let_cancel(py_pending_new(self, operation, future, nothing, NULL, false), future);
}

static PyObject *client_is_ready(PyObject *object, PyObject *unused)
{
    (void)unused;
    struct py_entity *self = (struct py_entity *)object;
    if (!py_entity_is_alive(self)) return NULL;
    bool ready = false;
    PY_TURN_BEGIN(self->node->context);
    ready = rclio_client_is_available(self->handle);
    PY_TURN_END();
    return PyBool_FromLong(ready);
}

static PyObject *client_name(PyObject *object, PyObject *unused)
{
    (void)unused;
    struct py_entity *self = (struct py_entity *)object;
    return py_entity_is_alive(self) ? PyUnicode_FromString(rclio_client_name(self->handle)) : NULL;
}

static rclio_status introspect(void *handle, rclio_introspection state, const rclio_qos *qos, rclio_clock *clock)
{
    return rclio_client_configure_introspection(handle, state, qos, clock);
}

static PyObject *client_introspection(PyObject *object, PyObject *args)
{
    return py_configure_introspection((struct py_entity *)object, args, introspect);
}

static PyMethodDef client_methods[] = {
    {"call", (PyCFunction)(void (*)(void))client_call, METH_FASTCALL, call_doc},
    {"wait_for_service", client_wait, METH_O, "The future ends with True once a server is there."},
    {"is_ready", client_is_ready, METH_NOARGS, "Whether a server is there."},
    {"name", client_name, METH_NOARGS, "The service's full name."},
    {"configure_introspection", client_introspection, METH_VARARGS, py_introspection_doc},
    PY_ENTITY_DESTROY,
    {0},
};
static PyType_Slot client_slots[] = {
    {Py_tp_doc, (void *)client_doc},
    {Py_tp_new, client_new},
    {Py_tp_dealloc, client_dealloc},
    {Py_tp_traverse, py_entity_traverse},
    {Py_tp_clear, py_entity_clear},
    {Py_tp_methods, client_methods},
    {0},
};
PyType_Spec py_client_spec = {"rclpy._rclio.Client", sizeof(struct py_client), 0, PY_ENTITY_FLAGS, client_slots};
