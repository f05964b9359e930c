/* python/extension/handed.c: see handed.h. Tests: tests/python/test_waitables.py. */
#include "handed.h"

#include "group.h"
#include "worker.h"

struct py_handed {
    PyObject_HEAD struct py_state *state;
    struct py_item *item; /* NULL: it has ended */
    struct py_entity *entity;
    PyObject *group; /* NULL: none */
};

PyObject *py_handed_new(struct py_state *state, struct py_item *item)
{
    struct py_handed *self = (struct py_handed *)state->handed_type->tp_alloc(state->handed_type, 0);
    struct py_entity *entity = item->entity;
    if (!self) {
        if (!py_group_is_asked(entity->group)) py_group_leave(state, entity->group);
        py_item_end(state, NULL, item);
        return NULL;
    }
    self->state = state;
    self->item = item;
    self->entity = (struct py_entity *)Py_NewRef((PyObject *)entity);
    self->group = entity->group && !py_group_is_asked(entity->group) ? Py_NewRef(entity->group) : NULL;
    return (PyObject *)self;
}

/* HC1 */
static void finish(struct py_handed *self)
{
    struct py_item *item = self->item;
    self->item = NULL;
    if (!item) return;
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    py_group_leave(self->state, self->group);
    py_item_end(self->state, NULL, item);
    PyErr_Restore(type, value, traceback);
}

/* What a coroutine ended with. result NULL: the exception is set, and stays so. */
static void settle(struct py_handed *self, PyObject *result)
{
    if (self->item && self->entity->kind->ended) self->entity->kind->ended(self->entity, self->item, result);
    finish(self);
}

static PyObject *handed_call(PyObject *object, PyObject *unused)
{
    (void)unused;
    struct py_handed *self = (struct py_handed *)object;
    if (!self->item) return PyErr_Format(PyExc_RuntimeError, "it has been called");
    struct py_place before = py_place_set((struct py_place){NULL, self->group});
    bool skipped = self->entity->backlog.dead || !rclio_ok(self->entity->node->context->handle);
    PyObject *result = skipped ? Py_NewRef(Py_None) : py_call_entity(self->entity, self->item);
    py_place_set(before);
    if (!result || !PyCoro_CheckExact(result)) finish(self);
    return result;
}

static PyObject *handed_end(PyObject *object, PyObject *result)
{
    settle((struct py_handed *)object, result);
    Py_RETURN_NONE;
}

static PyObject *handed_fail(PyObject *object, PyObject *exception)
{
    if (!PyExceptionInstance_Check(exception)) return PyErr_Format(PyExc_TypeError, "%R is no exception", exception);
    PyErr_SetObject((PyObject *)Py_TYPE(exception), exception);
    settle((struct py_handed *)object, NULL);
    PyErr_Clear();
    Py_RETURN_NONE;
}

static int handed_traverse(PyObject *object, visitproc visit, void *arg)
{
    struct py_handed *self = (struct py_handed *)object;
    Py_VISIT(Py_TYPE(object));
    Py_VISIT(self->entity);
    Py_VISIT(self->group);
    return 0;
}

static void handed_dealloc(PyObject *object)
{
    struct py_handed *self = (struct py_handed *)object;
    PyTypeObject *type = Py_TYPE(object);
    PyObject_GC_UnTrack(object);
    finish(self);
    Py_XDECREF(self->entity);
    Py_XDECREF(self->group);
    type->tp_free(object);
    Py_DECREF(type);
}

/* An entity that things wait for; NULL with TypeError. */
static struct py_entity *entity_of(struct py_state *state, PyObject *object)
{
    PyTypeObject *types[] = {state->guard_type, state->timer_type, state->subscription_type, state->client_type,
                             state->service_type};
    bool known = false;
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) known = known || PyObject_TypeCheck(object, types[i]);
    if (known) return (struct py_entity *)object;
    return PyErr_Format(PyExc_TypeError, "%R is no entity of a node", object), NULL;
}

PyObject *py_events_of_function(PyObject *module, PyObject *object)
{
    struct py_state *state = PyModule_GetState(module);
    struct py_entity *entity = entity_of(state, object);
    return entity ? PyLong_FromUnsignedLong(py_backlog_came(state->queue, &entity->backlog)) : NULL;
}

PyObject *py_waiting_of_function(PyObject *module, PyObject *object)
{
    struct py_state *state = PyModule_GetState(module);
    struct py_entity *entity = entity_of(state, object);
    return entity ? PyLong_FromSize_t(py_queue_count_of(state->queue, &entity->backlog)) : NULL;
}

PyObject *py_deliver_function(PyObject *module, PyObject *object)
{
    struct py_state *state = PyModule_GetState(module);
    struct py_entity *entity = entity_of(state, object);
    if (!entity || !py_entity_is_alive(entity)) return NULL;
    py_context_look(entity->node->context);
    if (py_run_completing(state) < 0) return NULL;
    struct py_item *item = py_queue_take_of(state->queue, &entity->backlog);
    if (!item) Py_RETURN_FALSE;
    PyObject *result = entity->kind->call(entity, item);
    py_item_free(item);
    if (!result) return NULL;
    Py_DECREF(result);
    Py_RETURN_TRUE;
}

static PyMethodDef handed_methods[] = {
    {"call", handed_call, METH_NOARGS,
     "Calls the callback, once. A coroutine it returns is the caller's to run, then to end() or fail()."},
    {"end", handed_end, METH_O, "end(result): of the coroutine."},
    {"fail", handed_fail, METH_O, "fail(exception): of the coroutine."},
    {0},
};

static PyMemberDef handed_members[] = {
    {"entity", T_OBJECT, offsetof(struct py_handed, entity), READONLY, NULL},
    {0},
};

static PyType_Slot handed_slots[] = {
    {Py_tp_doc, "A callback that is to be called."},
    {Py_tp_new, py_no_new},
    {Py_tp_dealloc, handed_dealloc},
    {Py_tp_traverse, handed_traverse},
    {Py_tp_methods, handed_methods},
    {Py_tp_members, handed_members},
    {0},
};

PyType_Spec py_handed_spec = {"rclpy._rclio.Handed", sizeof(struct py_handed), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
                              handed_slots};
