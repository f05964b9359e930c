/* python/extension/held.c: see held.h. */
#include "held.h"

#include <stdlib.h>
#include <string.h>

static void drop(struct py_entity *entity, void *thing, py_drop_fn *how)
{
    if (!thing) return;
    PY_TURN_BEGIN(entity->node->context);
    how(thing);
    PY_TURN_END();
}

PyObject *py_held_new(PyTypeObject *type, struct py_entity *entity, void *thing, py_drop_fn *how)
{
    struct py_held *self = (struct py_held *)type->tp_alloc(type, 0);
    if (!self) return drop(entity, thing, how), NULL;
    self->entity = (struct py_entity *)Py_NewRef((PyObject *)entity);
    self->thing = thing;
    self->drop = how;
    return (PyObject *)self;
}

bool py_held_is_there(struct py_held *self)
{
    if (self->thing) return true;
    struct py_state *state = PyType_GetModuleState(Py_TYPE(self));
    PyErr_SetString(state->invalid_handle, "it has ended: it was answered before");
    return false;
}

void *py_held_take(struct py_held *self)
{
    void *thing = py_held_is_there(self) ? self->thing : NULL;
    self->thing = NULL;
    return thing;
}

int py_held_traverse(PyObject *object, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(object));
    Py_VISIT(((struct py_held *)object)->entity);
    return 0;
}

void py_held_dealloc(PyObject *object)
{
    struct py_held *self = (struct py_held *)object;
    PyTypeObject *type = Py_TYPE(object);
    PyObject_GC_UnTrack(object);
    if (self->entity) drop(self->entity, self->thing, self->drop);
    Py_XDECREF(self->entity);
    type->tp_free(object);
    Py_DECREF(type);
}

/* ---- items ---- */

struct lent {
    struct py_entity *entity; /* the item's: no reference (QU2) */
    void *thing;
    py_drop_fn *drop;
};

static void lent_release(void *payload)
{
    struct lent *lent = payload;
    if (py_has_turn())
        lent->drop(lent->thing); /* no memory for the item, or its entity is being destroyed: this is the turn of py_lent_put() */
    else
        drop(lent->entity, lent->thing, lent->drop);
    free(lent);
}

void py_lent_put(struct py_entity *entity, int what, void *thing, py_drop_fn *how)
{
    struct lent *lent = malloc(sizeof *lent);
    if (!lent) {
        how(thing);
        return;
    }
    *lent = (struct lent){.entity = entity, .thing = thing, .drop = how};
    py_entity_put(entity, (struct py_item){.what = what, .payload = lent, .release = lent_release});
}

void *py_lent_take(struct py_item *item)
{
    struct lent *lent = item->payload;
    void *thing = lent->thing;
    item->payload = NULL;
    free(lent);
    return thing;
}

/* ---- what its users share ---- */

void *py_memory_of(struct py_info *info, PyObject *message, struct py_arena *arena)
{
    if (PyObject_TypeCheck(message, info->class)) return py_message_to_memory(info, message, arena);
    PyErr_Format(PyExc_TypeError, "a message of type %s is expected, not %s", info->type->name, Py_TYPE(message)->tp_name);
    return NULL;
}

char *py_exception_text(void)
{
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    PyObject *text = value ? PyUnicode_FromFormat("%s: %S", Py_TYPE(value)->tp_name, value) : NULL;
    const char *words = text ? PyUnicode_AsUTF8(text) : NULL;
    char *copy = strdup(words ? words : "an exception");
    Py_XDECREF(text);
    PyErr_Restore(type, value, traceback); /* an exception of the above goes */
    return copy;
}
