/* python/extension/held.h: things of rclio's that Python holds beside entities: requests, offers, goals. And the items that bring them.
 *
 *   HE1  A held object owns its thing until it takes it (a method that ends it sets `thing` to NULL); else the thing is dropped with it.
 *   HE2  It keeps its entity, which may be destroyed before.
 * Threads: the interpreter's, attached; py_lent_put() a turn. Tests: tests/python/test_services.py, test_action_server.py. */
#ifndef RCLIO_PYTHON_HELD_H
#define RCLIO_PYTHON_HELD_H

#include "entity.h"

typedef void py_drop_fn(void *thing); /* in a turn */

struct py_held {
    PyObject_HEAD struct py_entity *entity;
    void *thing; /* NULL: taken */
    py_drop_fn *drop;
};

/* A new one; takes the thing, also when it fails. NULL with MemoryError. */
PyObject *py_held_new(PyTypeObject *type, struct py_entity *entity, void *thing, py_drop_fn *drop);
void *py_held_take(struct py_held *self); /* NULL with InvalidHandle: taken before */
bool py_held_is_there(struct py_held *self);

/* For a callback of rclio's, which has no interpreter: an item that brings the thing to Python, or drops it where nobody takes it.
 * Takes the thing; it is dropped when there is no memory. */
void py_lent_put(struct py_entity *entity, int what, void *thing, py_drop_fn *drop);
void *py_lent_take(struct py_item *item); /* the thing: yours */

/* For PyType_Spec. None of these types is made by Python code. */
void py_held_dealloc(PyObject *self);
int py_held_traverse(PyObject *self, visitproc visit, void *arg);
#define PY_HELD_SLOTS(doc, methods)                                                                                     \
    {                                                                                                                   \
        {Py_tp_doc, doc}, {Py_tp_new, py_no_new}, {Py_tp_dealloc, py_held_dealloc}, {Py_tp_traverse, py_held_traverse}, \
            {Py_tp_methods, methods},                                                                                   \
        {                                                                                                               \
            0                                                                                                           \
        }                                                                                                               \
    }
#define PY_HELD_FLAGS (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC)

/* The message's memory, which lives until the arena ends. NULL with an exception: it is not of that class. */
void *py_memory_of(struct py_info *info, PyObject *message, struct py_arena *arena);

/* "ValueError: a text" of the exception that is set, which stays; yours to free, NULL: no memory. */
char *py_exception_text(void);

#endif
