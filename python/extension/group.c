/* python/extension/group.c: see group.h. The base of rclpy.callback_groups.CallbackGroup. Tests: tests/python/test_executors.py. */
#include "group.h"

#include "asyncio.h"
#include "worker.h"

struct py_group {
    PyObject_HEAD struct py_state *state;
    PyObject *dict, *references;
    struct py_turnstile turnstile;
    PyObject *waiting; /* [(loop, future)]: steps of coroutines that cannot go on yet; NULL: none */
};

struct py_turnstile *py_group_turnstile(PyObject *group)
{
    return &((struct py_group *)group)->turnstile;
}

static void wake_steps(struct py_state *state, struct py_group *self)
{
    PyObject *waiting = self->waiting;
    self->waiting = NULL;
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(waiting); i++) {
        PyObject *pair = PyList_GET_ITEM(waiting, i);
        PyObject *result = PyObject_CallMethodObjArgs(PyTuple_GET_ITEM(pair, 0), state->call_soon_threadsafe_name, state->wake,
                                                      PyTuple_GET_ITEM(pair, 1), NULL);
        if (!result) PyErr_Clear(); /* that loop is closed */
        Py_XDECREF(result);
    }
    Py_DECREF(waiting);
}

void py_group_leave(struct py_state *state, PyObject *object)
{
    struct py_group *self = (struct py_group *)object;
    if (!self) return;
    py_queue_leave(state->queue, &self->turnstile);
    if (self->waiting) wake_steps(state, self);
}

bool py_group_enter_or_queue(struct py_state *state, PyObject *object, PyObject *loop, PyObject *waiter)
{
    struct py_group *self = (struct py_group *)object;
    if (py_queue_enter(state->queue, &self->turnstile)) return true;
    PyObject *pair = PyTuple_Pack(2, loop, waiter);
    if (!self->waiting) self->waiting = PyList_New(0);
    if (!pair || !self->waiting || PyList_Append(self->waiting, pair)) PyErr_WriteUnraisable(object);
    Py_XDECREF(pair);
    return false;
}

/* --- asked groups (PG1) ------------------------------------------------------------------------------------------------------ */

bool py_group_is_asked(PyObject *group)
{
    return group && ((struct py_group *)group)->turnstile.asked;
}

int py_group_begin(struct py_state *state, PyObject *core, struct py_item *item, bool *counted)
{
    struct py_entity *entity = item->entity;
    struct py_lane *lane = &((struct py_executor *)core)->lane;
    *counted = true;
    PyObject *permit = PyObject_CallMethodObjArgs(entity->group, state->_rclio_begin_name, (PyObject *)entity, core, NULL);
    if (permit && permit != Py_None && permit != Py_False) {
        item->permit = permit;
        py_queue_begun(state->queue, lane, item);
        return 1;
    }
    *counted = permit != Py_None;
    py_queue_refuse(state->queue, lane, item, *counted);
    Py_XDECREF(permit);
    return permit ? 0 : -1;
}

void py_item_end(struct py_state *state, struct py_worker *worker, struct py_item *item)
{
    struct py_entity *entity = item->entity;
    PyObject *permit = item->permit;
    if (permit) {
        PyObject *type, *value, *traceback;
        PyErr_Fetch(&type, &value, &traceback);
        PyObject *result = PyObject_CallNoArgs(permit);
        if (!result && worker)
            py_worker_raise_later(worker, (PyObject *)entity);
        else if (!result)
            PyErr_WriteUnraisable(permit);
        Py_XDECREF(result);
        Py_DECREF(permit);
        PyErr_Restore(type, value, traceback);
    }
    py_queue_end(state->queue, &entity->backlog);
    py_item_free(item);
}

/* --- the type ---------------------------------------------------------------------------------------------------------------- */

/* PG1: what rclpy.callback_groups has found out about the class. */
static bool is_asked_class(PyTypeObject *class)
{
    PyObject *asked = PyObject_GetAttrString((PyObject *)class, "_rclio_asked");
    if (!asked) PyErr_Clear();
    Py_XDECREF(asked);
    return asked == Py_True;
}

static PyObject *group_new(PyTypeObject *class, PyObject *args, PyObject *keywords)
{
    (void)args;
    (void)keywords;
    struct py_state *state = py_state_of_class(class);
    struct py_group *self = state ? (struct py_group *)class->tp_alloc(class, 0) : NULL;
    if (!self) return NULL;
    self->state = state;
    self->turnstile.asked = is_asked_class(class);
    return (PyObject *)self;
}

static PyObject *group_running(PyObject *object, void *unused)
{
    (void)unused;
    return PyLong_FromLong(((struct py_group *)object)->turnstile.running);
}

static PyObject *group_enter(PyObject *object, PyObject *unused)
{
    (void)unused;
    struct py_group *self = (struct py_group *)object;
    return PyBool_FromLong(py_queue_enter(self->state->queue, &self->turnstile));
}

static PyObject *group_leave(PyObject *object, PyObject *unused)
{
    (void)unused;
    struct py_group *self = (struct py_group *)object;
    if (self->turnstile.running) py_group_leave(self->state, object);
    Py_RETURN_NONE;
}

static PyObject *group_reentrant(PyObject *object, void *unused)
{
    (void)unused;
    return PyBool_FromLong(((struct py_group *)object)->turnstile.reentrant);
}

static int group_set_reentrant(PyObject *object, PyObject *value, void *unused)
{
    (void)unused;
    int reentrant = value ? PyObject_IsTrue(value) : -1;
    if (reentrant >= 0) ((struct py_group *)object)->turnstile.reentrant = reentrant;
    return reentrant < 0 ? -1 : 0;
}

static int group_traverse(PyObject *object, visitproc visit, void *arg)
{
    struct py_group *self = (struct py_group *)object;
    Py_VISIT(Py_TYPE(object));
    Py_VISIT(self->dict);
    Py_VISIT(self->waiting);
    return 0;
}

static int group_clear(PyObject *object)
{
    struct py_group *self = (struct py_group *)object;
    Py_CLEAR(self->dict);
    Py_CLEAR(self->waiting);
    return 0;
}

static void group_dealloc(PyObject *object)
{
    PyTypeObject *type = Py_TYPE(object);
    PyObject_GC_UnTrack(object);
    if (((struct py_group *)object)->references) PyObject_ClearWeakRefs(object);
    group_clear(object);
    type->tp_free(object);
    Py_DECREF(type);
}

static PyMethodDef group_methods[] = {
    {"_enter", group_enter, METH_NOARGS, "Takes its turn. False: another callback has it."},
    {"_leave", group_leave, METH_NOARGS, "Gives the turn back."},
    {0},
};

static PyMemberDef group_members[] = {
    {"__dictoffset__", T_PYSSIZET, offsetof(struct py_group, dict), READONLY, NULL},
    {"__weaklistoffset__", T_PYSSIZET, offsetof(struct py_group, references), READONLY, NULL},
    {0},
};

static PyGetSetDef group_attributes[] = {
    {"__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict, NULL, NULL},
    {"_running", group_running, NULL, "How many callbacks of it run now.", NULL},
    {"_reentrant", group_reentrant, group_set_reentrant, "Its callbacks may run beside each other.", NULL},
    {0},
};

static PyType_Slot group_slots[] = {
    {Py_tp_doc, "Group()\n--\n\nThe base of callback groups."},
    {Py_tp_new, group_new},
    {Py_tp_dealloc, group_dealloc},
    {Py_tp_traverse, group_traverse},
    {Py_tp_clear, group_clear},
    {Py_tp_methods, group_methods},
    {Py_tp_members, group_members},
    {Py_tp_getset, group_attributes},
    {0},
};

PyType_Spec py_group_spec = {"rclpy._rclio.Group", sizeof(struct py_group), 0,
                             Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE, group_slots};
