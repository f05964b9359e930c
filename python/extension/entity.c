/* python/extension/entity.c: see entity.h. Tests: tests/python/test_spin.py. */
#include "entity.h"

#include "group.h"

#include <stddef.h>
#include <string.h>
#include <time.h>

static struct py_state *state_of(struct py_entity *self)
{
    return PyType_GetModuleState(Py_TYPE(self->node)); /* a node's class is the module's own; an entity's may be a subclass */
}

/* Upstream's words for an entity that is made after the shutdown. */
static void raise_shut_down(struct py_state *state, const char *name)
{
    if (strcmp(name, "timer") == 0 || strcmp(name, "guard_condition") == 0) {
        PyErr_Format(state->rcl_error,
                     "failed to create %s: the given context is not valid, either rcl_init() was not called or rcl_shutdown() "
                     "was called.",
                     name);
        return;
    }
    bool is_action = strncmp(name, "action ", strlen("action ")) == 0;
    bool is_service = strcmp(name, "client") == 0 || strcmp(name, "service") == 0;
    PyErr_Format(is_action ? PyExc_ValueError : state->rcl_error, "%s to create %s: " PY_SHUT_DOWN,
                 is_service ? "failed" : "Failed", name);
}

struct py_entity *py_entity_alloc(PyTypeObject *class, const struct py_kind *kind, PyObject *node_given)
{
    struct py_state *state = PyType_GetModuleState(class);
    struct py_node *node = (struct py_node *)node_given;
    if (!PyObject_TypeCheck(node_given, state->node_type) || !node->handle || node->inside.ends) {
        PyErr_SetString(state->invalid_handle, PY_DESTROYED);
        return NULL;
    }
    if (!rclio_ok(node->context->handle)) return raise_shut_down(state, kind->name), NULL;
    struct py_entity *self = (struct py_entity *)class->tp_alloc(class, 0);
    if (!self) return NULL;
    self->kind = kind;
    self->node = (struct py_node *)Py_NewRef(node_given);
    self->next = node->entities;
    self->link = &node->entities;
    if (self->next) self->next->link = &self->next;
    node->entities = self;
    self->backlog.home = &node->home;
    if (node->group) py_entity_join(self, node->group);
    return self;
}

PyObject *py_entity_made(struct py_entity *self, rclio_status status)
{
    if (self->handle) return (PyObject *)self;
    py_raise(state_of(self), status);
    Py_DECREF(self);
    return NULL;
}

/* EN4: short: whoever waits inside does it in steps. */
static void wait_for_users(struct py_entity *self)
{
    while (self->uses) {
        Py_BEGIN_ALLOW_THREADS nanosleep(&(struct timespec){.tv_nsec = 50000}, NULL);
        Py_END_ALLOW_THREADS
    }
}

void py_entity_destroy(struct py_entity *self)
{
    void *handle = self->handle;
    self->handle = NULL;
    if (self->link) {
        *self->link = self->next;
        if (self->next) self->next->link = self->link;
        self->link = NULL;
    }
    py_queue_close(self->node->context->queue, &self->backlog); /* QU2: before the turn, in which others may take items */
    wait_for_users(self);
    if (handle) {
        PY_TURN_BEGIN(self->node->context);
        self->kind->destroy(self, handle);
        PY_TURN_END();
    }
    py_flights_close(self);
    Py_CLEAR(self->callback);
}

void py_entity_end(struct py_entity *self)
{
    if (!self->inside.count) {
        py_entity_destroy(self);
        return;
    }
    self->inside.ends = true;
    py_queue_close(self->node->context->queue, &self->backlog);
}

bool py_entity_is_alive(struct py_entity *self)
{
    if (self->handle) return true;
    PyErr_SetString(state_of(self)->invalid_handle, PY_DESTROYED);
    return false;
}

bool py_entity_put(struct py_entity *self, struct py_item item)
{
    item.entity = self;
    item.backlog = &self->backlog;
    return py_queue_put(self->node->context->queue, &item);
}

bool py_entity_put_message(struct py_entity *self, const rclio_message_info *info)
{
    rclio_kept_bytes *kept = rclio_message_keep_bytes(info);
    if (!kept) return false;
    return py_entity_put(self, (struct py_item){.bytes = info->serialized,
                                                .size = info->serialized_size,
                                                .kept = kept,
                                                .source_timestamp_ns = info->source_timestamp_ns,
                                                .received_timestamp_ns = info->received_timestamp_ns});
}

PyObject *py_call_one(PyObject *callback, PyObject *argument)
{
    if (!argument) return NULL;
    Py_INCREF(callback);
    PyObject *result = PyObject_CallOneArg(callback, argument);
    Py_DECREF(callback);
    Py_DECREF(argument);
    return result;
}

PyObject *py_call_none(PyObject *callback)
{
    Py_INCREF(callback);
    PyObject *result = PyObject_CallNoArgs(callback);
    Py_DECREF(callback);
    return result;
}

int py_entity_traverse(PyObject *object, visitproc visit, void *arg)
{
    struct py_entity *self = (struct py_entity *)object;
    Py_VISIT(Py_TYPE(object));
    Py_VISIT(self->callback);
    Py_VISIT(self->info);
    Py_VISIT(self->group);
    return self->kind && self->kind->traverse ? self->kind->traverse(self, visit, arg) : 0;
}

int py_entity_clear(PyObject *object)
{
    struct py_entity *self = (struct py_entity *)object;
    Py_CLEAR(self->callback);
    if (self->kind && self->kind->clear) self->kind->clear(self);
    return 0;
}

void py_entity_dealloc(PyObject *object)
{
    struct py_entity *self = (struct py_entity *)object;
    PyTypeObject *type = Py_TYPE(object);
    PyObject_GC_UnTrack(object);
    if (self->references) PyObject_ClearWeakRefs(object);
    if (self->node) py_entity_destroy(self);
    py_entity_clear(object);
    Py_XDECREF(self->node);
    Py_XDECREF(self->info);
    Py_XDECREF(self->group);
    type->tp_free(object);
    Py_DECREF(type);
}

PyObject *py_entity_destroy_method(PyObject *self, PyObject *unused)
{
    (void)unused;
    py_entity_end((struct py_entity *)self);
    Py_RETURN_NONE;
}

PyObject *py_entity_enter(PyObject *self, PyObject *unused)
{
    (void)unused;
    struct py_entity *entity = (struct py_entity *)self;
    if (!py_entity_is_alive(entity)) return NULL;
    if (entity->inside.ends) return PyErr_SetString(state_of(entity)->invalid_handle, PY_DESTROYED), NULL;
    entity->inside.count++;
    return Py_NewRef(self);
}

PyObject *py_entity_exit(PyObject *object, PyObject *args)
{
    (void)args;
    struct py_entity *self = (struct py_entity *)object;
    if (self->inside.count) self->inside.count--;
    if (self->inside.count) Py_RETURN_NONE;
    if (self->inside.ends) py_entity_destroy(self);
    py_node_let_go(self->node);
    Py_RETURN_NONE;
}

PyObject *py_entity_set_callback(PyObject *object, PyObject *callback)
{
    struct py_entity *self = (struct py_entity *)object;
    if (!py_entity_is_alive(self)) return NULL;
    Py_XSETREF(self->callback, Py_NewRef(callback));
    Py_RETURN_NONE;
}

PyObject *py_handle_pointer(PyObject *self, void *unused)
{
    (void)unused;
    return PyLong_FromVoidPtr(self);
}

PyGetSetDef py_handle_getset[] = {PY_HANDLE_POINTER, {0}};

PyMemberDef py_entity_members[] = {{"__weaklistoffset__", T_PYSSIZET, offsetof(struct py_entity, references), READONLY, NULL},
                                   {0}};

void py_entity_join(struct py_entity *self, PyObject *group)
{
    self->backlog.group = py_group_turnstile(group);
    Py_XSETREF(self->group, Py_NewRef(group));
}

PyObject *py_entity_node_name(PyObject *object, PyObject *unused)
{
    (void)unused;
    rclio_node *node = ((struct py_entity *)object)->node->handle;
    const char *name_space = node ? rclio_node_namespace(node) : "";
    const char *name = node ? rclio_node_name(node) : "";
    return PyUnicode_FromFormat("%s%s%s", name_space, node && name_space[1] ? "/" : "", name);
}

PyObject *py_entity_logger_name(PyObject *object, PyObject *unused)
{
    (void)unused;
    struct py_entity *self = (struct py_entity *)object;
    if (!py_entity_is_alive(self)) return NULL;
    return PyUnicode_FromString(rclio_node_logger(self->node->handle));
}

PyObject *py_entity_set_group(PyObject *object, PyObject *group)
{
    struct py_entity *self = (struct py_entity *)object;
    if (!PyObject_TypeCheck(group, state_of(self)->group_type))
        return PyErr_Format(PyExc_TypeError, "%R is no callback group", group);
    py_queue_empty(self->node->context->queue, &self->backlog); /* some may stand with the old group */
    py_entity_join(self, group);
    Py_RETURN_NONE;
}

rclio_qos py_qos(unsigned reliability, unsigned durability, unsigned history, size_t depth)
{
    return (rclio_qos){.reliability = (rclio_reliability)reliability,
                       .durability = (rclio_durability)durability,
                       .history = (rclio_history)history,
                       .depth = depth};
}

size_t py_depth(unsigned history, size_t depth)
{
    if (history == RCLIO_KEEP_ALL) return 0;
    return depth ? depth : 10;
}
