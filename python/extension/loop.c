/* python/extension/loop.c: LoopMixin, the base of an executor's loop, which notices when asyncio gets work. It forwards to asyncio's own
 * methods. Threads: the loop's. Tests: tests/python/test_asyncio.py. */
#include "asyncio.h"
#include "worker.h"

#include <string.h>

struct py_loop {
    PyObject_HEAD struct py_state *state;
    unsigned long calls, stops, steps;
    bool capturing;
    PyObject *callback, *context; /* what was captured */
};

unsigned long py_loop_calls(PyObject *loop)
{
    return ((struct py_loop *)loop)->calls;
}

unsigned long py_loop_stops(PyObject *loop)
{
    return ((struct py_loop *)loop)->stops;
}

unsigned long py_loop_steps(PyObject *loop)
{
    return ((struct py_loop *)loop)->steps;
}

void py_loop_capture(PyObject *loop, bool on)
{
    ((struct py_loop *)loop)->capturing = on;
}

bool py_loop_captured(PyObject *object, PyObject **callback, PyObject **context)
{
    struct py_loop *self = (struct py_loop *)object;
    *callback = self->callback;
    *context = self->context;
    self->callback = self->context = NULL;
    self->capturing = false;
    return *callback;
}

/* function(self, *args, **keywords) */
static PyObject *forward(PyObject *function, PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *keywords)
{
    enum { ROOM = 12 };
    PyObject *room[ROOM], **all = room;
    Py_ssize_t total = count + (keywords ? PyTuple_GET_SIZE(keywords) : 0);
    if (!function) return PyErr_Format(PyExc_RuntimeError, "loop_methods() was not called");
    if (total + 1 > ROOM && !(all = PyMem_New(PyObject *, (size_t)total + 1))) return PyErr_NoMemory();
    all[0] = self;
    for (Py_ssize_t i = 0; i < total; i++) all[i + 1] = args[i];
    PyObject *result = PyObject_Vectorcall(function, all, (size_t)count + 1, keywords);
    if (all != room) PyMem_Free(all);
    return result;
}

/* asyncio hands a task's steps over as methods of the task, or in TaskStepMethWrapper and, in CPython 3.9, TaskWakeupMethWrapper. This is on
 * everybody's way. */
static bool is_step(struct py_loop *self, PyObject *callback)
{
    PyObject *owner = NULL;
    if (PyCFunction_Check(callback))
        owner = PyCFunction_GET_SELF(callback);
    else if (PyMethod_Check(callback))
        owner = PyMethod_GET_SELF(callback);
    else
        return !PyFunction_Check(callback) && strstr(Py_TYPE(callback)->tp_name, "MethWrapper");
    const struct py_asyncio *asyncio = owner ? py_asyncio(self->state) : NULL;
    if (owner && !asyncio) PyErr_Clear();
    return asyncio && PyObject_TypeCheck(owner, (PyTypeObject *)asyncio->task);
}

static PyObject *loop_call_soon(PyObject *object, PyObject *const *args, Py_ssize_t count, PyObject *keywords)
{
    struct py_loop *self = (struct py_loop *)object;
    if (self->capturing && count == 1) {
        self->capturing = false;
        Py_XSETREF(self->callback, Py_NewRef(args[0]));
        bool has_context = keywords && PyTuple_GET_SIZE(keywords) == 1 && args[1] != Py_None;
        Py_XSETREF(self->context, has_context ? Py_NewRef(args[1]) : NULL);
        Py_RETURN_NONE;
    }
    self->calls++;
    if (count > 0 && is_step(self, args[0])) self->steps++;
    return forward(self->state->loop_call_soon, object, args, count, keywords);
}

static PyObject *loop_call_at(PyObject *object, PyObject *const *args, Py_ssize_t count, PyObject *keywords)
{
    struct py_loop *self = (struct py_loop *)object;
    self->calls++;
    return forward(self->state->loop_call_at, object, args, count, keywords);
}

static PyObject *loop_stop(PyObject *object, PyObject *const *args, Py_ssize_t count, PyObject *keywords)
{
    struct py_loop *self = (struct py_loop *)object;
    self->calls++;
    self->stops++;
    return forward(self->state->loop_stop, object, args, count, keywords);
}

static PyObject *loop_new(PyTypeObject *class, PyObject *args, PyObject *keywords)
{
    (void)args;
    (void)keywords;
    struct py_state *state = py_state_of_class(class);
    struct py_loop *self = state ? (struct py_loop *)class->tp_alloc(class, 0) : NULL;
    if (self) self->state = state;
    return (PyObject *)self;
}

static int loop_traverse(PyObject *object, visitproc visit, void *arg)
{
    struct py_loop *self = (struct py_loop *)object;
    Py_VISIT(Py_TYPE(object));
    Py_VISIT(self->callback);
    Py_VISIT(self->context);
    return 0;
}

static int loop_clear(PyObject *object)
{
    struct py_loop *self = (struct py_loop *)object;
    Py_CLEAR(self->callback);
    Py_CLEAR(self->context);
    return 0;
}

static void loop_dealloc(PyObject *object)
{
    PyTypeObject *type = Py_TYPE(object);
    PyObject_GC_UnTrack(object);
    loop_clear(object);
    type->tp_free(object);
    Py_DECREF(type);
}

#define FAST METH_FASTCALL | METH_KEYWORDS
static PyMethodDef loop_methods[] = {
    {"call_soon", (PyCFunction)(void (*)(void))loop_call_soon, FAST, "As asyncio's."},
    {"call_at", (PyCFunction)(void (*)(void))loop_call_at, FAST, "As asyncio's."},
    {"stop", (PyCFunction)(void (*)(void))loop_stop, FAST, "As asyncio's."},
    {0},
};

static PyType_Slot loop_slots[] = {
    {Py_tp_new, loop_new},     {Py_tp_dealloc, loop_dealloc}, {Py_tp_traverse, loop_traverse},
    {Py_tp_clear, loop_clear}, {Py_tp_methods, loop_methods}, {0},
};

PyType_Spec py_loop_spec = {"rclpy._rclio.LoopMixin", sizeof(struct py_loop), 0,
                            Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE, loop_slots};
