/* python/extension/matcher.c: rclio's matching on Python's messages, for message_filters.
 * Threads: the interpreter's, attached; that makes it one owner at a time. Tests: tests/python/test_message_filters.py. */
#include "extension.h"

#include <stdlib.h>

struct py_matcher {
    PyObject_HEAD rclio_matcher *handle;
    size_t topics;
};

static void *item_ref(void *item)
{
    return Py_NewRef(item);
}

static void item_unref(void *item)
{
    Py_DECREF((PyObject *)item);
}

static PyObject *matcher_new(PyTypeObject *class, PyObject *args, PyObject *keywords)
{
    static const rclio_match_items items = {.ref = item_ref, .unref = item_unref};
    Py_ssize_t topics, queue_size;
    long long slop;
    if (keywords && PyDict_GET_SIZE(keywords)) return PyErr_Format(PyExc_TypeError, "Matcher() takes no keywords");
    if (!PyArg_ParseTuple(args, "nnL:Matcher", &topics, &queue_size, &slop)) return NULL;
    if (topics < 1 || queue_size < 0)
        return PyErr_Format(PyExc_ValueError, "at least one filter and a queue size of 0 or more are needed");
    struct py_matcher *self = (struct py_matcher *)class->tp_alloc(class, 0);
    if (!self) return NULL;
    const rclio_match_options options = {.policy = slop < 0 ? RCLIO_MATCH_EXACT_RCLPY : RCLIO_MATCH_APPROXIMATE_RCLPY,
                                         .queue_size = (size_t)queue_size,
                                         .slop_ns = slop < 0 ? 0 : slop};
    self->topics = (size_t)topics;
    if ((self->handle = rclio_matcher_new(self->topics, &options, &items))) return (PyObject *)self;
    Py_DECREF(self);
    return py_raise(PyType_GetModuleState(class), rclio_error_status());
}

static void matcher_dealloc(PyObject *object)
{
    PyTypeObject *type = Py_TYPE(object);
    rclio_matcher_destroy(((struct py_matcher *)object)->handle);
    type->tp_free(object);
    Py_DECREF(type);
}

static bool take(struct py_matcher *self, PyObject *sets, void **items)
{
    while (rclio_matcher_take(self->handle, items, NULL) == RCLIO_OK) {
        PyObject *set = PyTuple_New((Py_ssize_t)self->topics);
        for (size_t i = 0; i < self->topics; i++) {
            if (set)
                PyTuple_SET_ITEM(set, (Py_ssize_t)i, items[i]);
            else
                Py_DECREF((PyObject *)items[i]);
        }
        bool is_kept = set && PyList_Append(sets, set) == 0;
        Py_XDECREF(set);
        if (!is_kept) return false;
    }
    return true;
}

static PyObject *matcher_add(PyObject *object, PyObject *const *args, Py_ssize_t count)
{
    struct py_matcher *self = (struct py_matcher *)object;
    struct py_state *state = PyType_GetModuleState(Py_TYPE(object));
    if (count != 3) return PyErr_Format(PyExc_TypeError, "add() takes an index, nanoseconds and a message");
    Py_ssize_t index = PyLong_AsSsize_t(args[0]);
    long long stamp = PyLong_AsLongLong(args[1]);
    if (PyErr_Occurred()) return NULL;
    if (index < 0 || (size_t)index >= self->topics) return PyErr_Format(PyExc_IndexError, "there is no filter %zd", index);
    if (rclio_matcher_add(self->handle, (size_t)index, stamp, 0, Py_NewRef(args[2])) != RCLIO_OK) {
        Py_DECREF(args[2]);
        return py_raise(state, rclio_error_status());
    }
    void **items = calloc(self->topics, sizeof *items);
    if (!items) return PyErr_NoMemory();
    PyObject *sets = PyList_New(0);
    if (sets && !take(self, sets, items)) Py_CLEAR(sets);
    free(items);
    return sets;
}

static PyMethodDef matcher_methods[] = {
    {"add", (PyCFunction)(void (*)(void))matcher_add, METH_FASTCALL,
     "add(index, nanoseconds, message, /)\n--\n\nThe sets that are complete now, a list of tuples."},
    {0},
};
static PyType_Slot matcher_slots[] = {
    {Py_tp_doc, "Matcher(topics, queue_size, slop, /)\n--\n\nslop: nanoseconds; negative: only equal stamps match."},
    {Py_tp_new, matcher_new},
    {Py_tp_dealloc, matcher_dealloc},
    {Py_tp_methods, matcher_methods},
    {0},
};
PyType_Spec py_matcher_spec = {"rclpy._rclio.Matcher", sizeof(struct py_matcher), 0, Py_TPFLAGS_DEFAULT, matcher_slots};
