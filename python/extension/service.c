/* python/extension/service.c: services. A callback of a plain function is answered in C; a coroutine is handed to `finish`, a coroutine
 * function of service.py, which awaits it and answers.
 * Threads: node.h. Tests: tests/python/test_services.py. */
#include "held.h"
#include "introspection.h"
#include "remote.h"

#include <stdlib.h>

enum { RESPONSE }; /* of py_remote.more */

struct py_service {
    struct py_remote remote;
    PyObject *finish; /* finish(coroutine, header) -> coroutine */
};

static struct py_service *service(struct py_entity *entity)
{
    return (struct py_service *)entity;
}

static void destroy(struct py_entity *self, void *handle)
{
    (void)self;
    rclio_service_destroy(handle);
}

static void drop(void *request)
{
    rclio_request_drop(request);
}

static void on_request(const void *request, void *response, void *arg)
{
    (void)request;
    (void)response;
    struct py_entity *self = arg;
    py_lent_put(self, 0, rclio_service_defer(self->handle), drop);
}

/* The exception that is set is told to the client, and stays. Takes the request. */
static void refuse(struct py_entity *self, rclio_request *request)
{
    char *text = py_exception_text();
    PY_TURN_BEGIN(self->node->context);
    rclio_request_fail(request, RCLIO_UNAVAILABLE, text ? text : "its callback has failed");
    PY_TURN_END();
    free(text);
}

/* Takes the request. A client that has gone is no error. false with an exception, of which the client is told. */
static bool respond(struct py_entity *self, rclio_request *request, PyObject *response)
{
    struct py_arena arena;
    py_arena_begin(&arena);
    void *memory = py_memory_of(py_remote(self)->more[RESPONSE], response, &arena);
    rclio_status status = RCLIO_OK;
    if (memory) {
        PY_TURN_BEGIN(self->node->context);
        status = rclio_request_respond(request, memory);
        PY_TURN_END();
    } else {
        refuse(self, request);
    }
    py_arena_end(&arena);
    if (!memory) return false;
    if (status == RCLIO_OK || status == RCLIO_UNAVAILABLE || status == RCLIO_CANCELLED) return true;
    py_raise(PyType_GetModuleState(Py_TYPE(self->node)), status);
    return false;
}

static PyObject *call_user(struct py_entity *self, rclio_request *request)
{
    PyObject *message = py_message_from_memory(self->info, rclio_request_message(request));
    PyObject *response = message ? PyObject_CallNoArgs((PyObject *)py_remote(self)->more[RESPONSE]->class) : NULL;
    PyObject *callback = Py_NewRef(self->callback), *result = NULL;
    if (response) result = PyObject_CallFunctionObjArgs(callback, message, response, NULL);
    Py_DECREF(callback);
    Py_XDECREF(message);
    Py_XDECREF(response);
    return result;
}

static PyObject *finish_later(struct py_entity *self, rclio_request *request, PyObject *coroutine)
{
    struct py_state *state = PyType_GetModuleState(Py_TYPE(self->node));
    PyObject *header = py_held_new(state->request_type, self, request, drop);
    PyObject *finish =
        service(self)->finish; /* NULL: destroyed by its own callback; then the coroutine goes on without an answer */
    PyObject *later = !header  ? NULL
                      : finish ? PyObject_CallFunctionObjArgs(finish, coroutine, header, NULL)
                               : Py_NewRef(coroutine);
    Py_XDECREF(header);
    return later;
}

static PyObject *call(struct py_entity *self, struct py_item *item)
{
    rclio_request *request = py_lent_take(item);
    PyObject *result = call_user(self, request), *after = NULL;
    if (!result)
        refuse(self, request);
    else if (PyCoro_CheckExact(result))
        after = finish_later(self, request, result);
    else if (respond(self, request, result))
        after = Py_NewRef(Py_None);
    Py_XDECREF(result);
    return after;
}

static int traverse(struct py_entity *self, visitproc visit, void *arg)
{
    Py_VISIT(service(self)->finish);
    return py_remote_traverse(self, visit, arg);
}

static void clear(struct py_entity *self)
{
    Py_CLEAR(service(self)->finish);
}

static const struct py_kind service_kind = {
    .name = "service", .destroy = destroy, .call = call, .traverse = traverse, .clear = clear};

PyDoc_STRVAR(service_doc,
             "Service(node, type, request_class, response_class, name, callback, finish, qos=(), can_wait=False)\n--\n\n"
             "callback(request, response) returns the response, or is a coroutine function.");
static PyObject *service_new(PyTypeObject *class, PyObject *args, PyObject *keywords)
{
    PyObject *node, *classes[2], *callback, *finish;
    const char *type_name, *name;
    const rclio_type *type;
    rclio_qos qos = {0};
    int can_wait = 0;
    if (!py_no_keywords(keywords, "Service")) return NULL;
    if (!PyArg_ParseTuple(args, "OsOOsOO|O&p:Service", &node, &type_name, &classes[0], &classes[1], &name, &callback, &finish,
                          py_qos_of, &qos, &can_wait))
        return NULL;
    struct py_entity *self = py_remote_alloc(class, &service_kind, node, type_name, &type, classes, 2, callback);
    if (!self) return NULL;
    service(self)->finish = Py_NewRef(finish);
    rclio_service_options options = {.qos = qos, .can_wait = can_wait};
    rclio_status status = RCLIO_OK;
    PY_TURN_BEGIN(self->node->context);
    self->handle = rclio_service_new(self->node->handle, type, name, on_request, self, &options);
    if (!self->handle) status = rclio_error_status();
    PY_TURN_END();
    return py_entity_made(self, status);
}

static const char *name_of(const void *handle)
{
    return rclio_service_name(handle);
}

static rclio_status introspect(void *handle, rclio_introspection state, const rclio_qos *qos, rclio_clock *clock)
{
    return rclio_service_configure_introspection(handle, state, qos, clock);
}

static PyObject *service_introspection(PyObject *object, PyObject *args)
{
    return py_configure_introspection((struct py_entity *)object, args, introspect);
}

PyDoc_STRVAR(take_doc,
             "take()\n--\n\n(request, Request) of the oldest that its callback has not been called with; None: there is none.");
static PyObject *service_take(PyObject *object, PyObject *unused)
{
    (void)unused;
    struct py_entity *self = (struct py_entity *)object;
    struct py_queue *queue = self->node->context->queue;
    if (!py_entity_is_alive(self)) return NULL;
    struct py_item *item = py_queue_take_of(queue, &self->backlog);
    if (!item) {
        py_context_look(self->node->context);
        item = py_queue_take_of(queue, &self->backlog);
    }
    if (!item) Py_RETURN_NONE;
    struct py_state *state = PyType_GetModuleState(Py_TYPE(self->node));
    PyObject *header = py_held_new(state->request_type, self, py_lent_take(item), drop);
    py_item_free(item);
    if (!header) return NULL;
    PyObject *message = py_message_from_memory(self->info, rclio_request_message(((struct py_held *)header)->thing));
    if (message) return Py_BuildValue("(NN)", message, header);
    Py_DECREF(header);
    return NULL;
}

static PyObject *service_take_request(PyObject *self, PyObject *type)
{
    return py_remote_in_python(self, "take_request", type);
}

static PyObject *service_send_response(PyObject *self, PyObject *args)
{
    return py_remote_in_python(self, "send_response", args);
}

static PyObject *service_get_name(PyObject *self, void *unused)
{
    (void)unused;
    return py_entity_text(self, name_of);
}

static PyGetSetDef service_attributes[] = {
    PY_HANDLE_POINTER, {"name", service_get_name, NULL, "The service's full name.", NULL}, {0}};

static PyMethodDef service_methods[] = {
    {"take", service_take, METH_NOARGS, take_doc},
    {"service_take_request", service_take_request, METH_O,
     "service_take_request(type): (request, header) that its callback has not been called with; (None, None): there is none."},
    {"service_send_response", service_send_response, METH_VARARGS,
     "service_send_response(response, header): or header.request_id. InvalidHandle: it was answered before."},
    {"set_callback", py_entity_set_callback, METH_O, "set_callback(callback): from the next request on."},
    {"configure_introspection", service_introspection, METH_VARARGS, py_introspection_doc},
    PY_ENTITY_DESTROY,
    {0},
};
static PyType_Slot service_slots[] =
    PY_REMOTE_SLOTS(service_doc, service_new, service_methods, {Py_tp_getset, service_attributes});
PyType_Spec py_service_spec = {"rclpy._rclio.Service", sizeof(struct py_service), 0, PY_ENTITY_FLAGS, service_slots};

/* ---- requests that are answered later ---- */

PyDoc_STRVAR(respond_doc,
             "respond(response, /)\n--\n\nAnswers it. TypeError: not a response of this service; its client is told.");
static PyObject *request_respond(PyObject *object, PyObject *response)
{
    struct py_held *self = (struct py_held *)object;
    rclio_request *request = py_held_take(self);
    if (!request) return NULL;
    return respond(self->entity, request, response) ? Py_NewRef(Py_None) : NULL;
}

PyDoc_STRVAR(fail_doc, "fail(why, /)\n--\n\nTells the client, if that is rclio's, that there will be no answer.");
static PyObject *request_fail(PyObject *object, PyObject *why)
{
    struct py_held *self = (struct py_held *)object;
    const char *text = PyUnicode_Check(why) ? PyUnicode_AsUTF8(why) : NULL;
    if (!text) return PyErr_Occurred() ? NULL : PyErr_Format(PyExc_TypeError, "fail() takes a str");
    rclio_request *request = self->thing;
    self->thing = NULL;
    if (!request) Py_RETURN_NONE;
    PY_TURN_BEGIN(self->entity->node->context);
    rclio_request_fail(request, RCLIO_UNAVAILABLE, text);
    PY_TURN_END();
    Py_RETURN_NONE;
}

static PyMethodDef request_methods[] = {
    {"respond", request_respond, METH_O, respond_doc},
    {"fail", request_fail, METH_O, fail_doc},
    {0},
};
static PyType_Slot request_slots[] = PY_HELD_SLOTS("A request that is answered later.", request_methods);
PyType_Spec py_request_spec = {"rclpy._rclio.Request", sizeof(struct py_held), 0, PY_HELD_FLAGS, request_slots};
