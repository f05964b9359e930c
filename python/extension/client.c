/* python/extension/client.c: clients of services. Threads: node.h; call() any. Tests: tests/python/test_clients.py. */
#include "future.h"
#include "held.h"
#include "introspection.h"
#include "pending.h"
#include "remote.h"

enum { RESPONSE }; /* of py_remote.more */

struct py_client {
    struct py_remote remote;
    PyObject *responses; /* rclpy._handles.Responses, of send_request(); NULL: not called yet */
};

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
    Py_VISIT(((struct py_client *)self)->responses);
    return py_remote_traverse(self, visit, arg);
}

static void clear(struct py_entity *self)
{
    Py_CLEAR(((struct py_client *)self)->responses);
}

static const struct py_kind client_kind = {
    .name = "client", .destroy = destroy, .call = call, .traverse = traverse, .clear = clear};

PyDoc_STRVAR(client_doc, "Client(node, type, request_class, response_class, name, qos=())");
static PyObject *client_new(PyTypeObject *class, PyObject *args, PyObject *keywords)
{
    PyObject *node, *classes[2];
    const char *type_name, *name;
    const rclio_type *type;
    rclio_qos qos = {0};
    if (!py_no_keywords(keywords, "Client")) return NULL;
    if (!PyArg_ParseTuple(args, "OsOOs|O&:Client", &node, &type_name, &classes[0], &classes[1], &name, py_qos_of, &qos))
        return NULL;
    struct py_entity *self = py_remote_alloc(class, &client_kind, node, type_name, &type, classes, 2, Py_None);
    if (!self) return NULL;
    rclio_client_options options = {.qos = qos};
    rclio_status status = RCLIO_OK;
    PY_TURN_BEGIN(self->node->context);
    self->handle = rclio_client_new(self->node->handle, type, name, &options);
    if (!self->handle) status = rclio_error_status();
    PY_TURN_END();
    return py_entity_made(self, status);
}

static PyObject *response_of(struct py_entity *self, struct py_operation *operation)
{
    return py_message_from_memory(py_remote(self)->more[RESPONSE], rclio_future_value(operation->future));
}

PyDoc_STRVAR(call_doc, "call(request, future, /)\n--\n\nSends it; the future ends with the response. Returns the pending call.\n"
                       "TypeError: not a request of this service.");
static PyObject *client_call(PyObject *object, PyObject *const *args, Py_ssize_t count)
{
    struct py_entity *self = (struct py_entity *)object;
    struct py_state *state = PyType_GetModuleState(Py_TYPE(self->node));
    if (count != 2) return PyErr_Format(PyExc_TypeError, "call() takes 2 arguments");
    if (!py_entity_is_alive(self) || !py_is_future(state, args[1])) return NULL;
    struct py_arena arena;
    py_arena_begin(&arena);
    void *memory = py_memory_of(self->info, args[0], &arena);
    PyObject *pending = NULL;
    if (memory && py_entity_is_alive(self)) {
        rclio_client *handle = self->handle;
        rclio_future *operation;
        self->uses++; /* EN4: until the call is in its list, and ends with it */
        Py_BEGIN_ALLOW_THREADS operation = rclio_client_call(handle, memory);
        Py_END_ALLOW_THREADS pending = py_pending_new(self, operation, args[1], response_of, NULL, false);
        self->uses--;
    }
    py_arena_end(&arena);
    return py_pending_let_cancel(pending, args[1]);
}

static rclio_future *wait(void *handle)
{
    return rclio_client_wait_for_service(handle);
}

static PyObject *client_wait(PyObject *self, PyObject *future)
{
    return py_remote_wait(self, future, wait);
}

static bool is_available(void *handle)
{
    return rclio_client_is_available(handle);
}

static PyObject *client_is_ready(PyObject *self, PyObject *unused)
{
    (void)unused;
    return py_remote_is_ready(self, is_available, "failed to check service availability");
}

static const char *name_of(const void *handle)
{
    return rclio_client_name(handle);
}

static PyObject *client_send_request(PyObject *self, PyObject *request)
{
    return py_remote_in_python(self, "send_request", request);
}

static PyObject *client_take_response(PyObject *self, PyObject *type)
{
    return py_remote_in_python(self, "take_response", type);
}

static PyObject *client_service_name(PyObject *self, void *unused)
{
    (void)unused;
    return py_entity_text(self, name_of);
}

static PyGetSetDef client_attributes[] = {
    PY_HANDLE_POINTER, {"service_name", client_service_name, NULL, "The service's full name.", NULL}, {0}};

static PyMemberDef client_members[] = {
    {"_responses", T_OBJECT, offsetof(struct py_client, responses), 0, "Python's, of send_request()."}, {0}};

static PyObject *client_name(PyObject *self, PyObject *unused)
{
    (void)unused;
    return py_entity_text(self, name_of);
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
    {"service_server_is_available", client_is_ready, METH_NOARGS, "Upstream's name for is_ready()."},
    {"send_request", client_send_request, METH_O, "send_request(request): its number; its response is for take_response()."},
    {"take_response", client_take_response, METH_O,
     "take_response(type): (header, response) of a send_request(); (None, None): there is none."},
    {"name", client_name, METH_NOARGS, "The service's full name."},
    {"configure_introspection", client_introspection, METH_VARARGS, py_introspection_doc},
    PY_ENTITY_DESTROY,
    {0},
};
static PyType_Slot client_slots[] =
    PY_REMOTE_SLOTS(client_doc, client_new, client_methods, {Py_tp_getset, client_attributes}, {Py_tp_members, client_members});
PyType_Spec py_client_spec = {"rclpy._rclio.Client", sizeof(struct py_client), 0, PY_ENTITY_FLAGS, client_slots};
