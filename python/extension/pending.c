/* python/extension/pending.c: see pending.h. */
#include "pending.h"

#include "future.h"

struct py_pending {
    PyObject_HEAD struct py_operation *operation; /* a reference */
};

static struct py_operation *operation_of(struct py_flight *flight)
{
    return (struct py_operation *)flight;
}

/* A future that was made before its node was in an executor has a method that tells which one the node is in now (_calls.py). */
static bool find_executor(PyObject *future)
{
    if (!py_future_lacks_executor(future) || !PyObject_HasAttrString(future, "_find_executor")) return true;
    PyObject *found = PyObject_CallMethod(future, "_find_executor", NULL);
    Py_XDECREF(found);
    return found;
}

bool py_end_future(PyObject *future, PyObject *value)
{
    if (value && !find_executor(future)) return false;
    if (value) return py_future_is_over(future) || py_future_set_result(future, value);
    PyObject *type, *exception, *traceback;
    PyErr_Fetch(&type, &exception, &traceback);
    PyErr_NormalizeException(&type, &exception, &traceback);
    if (traceback) PyException_SetTraceback(exception, traceback);
    bool fine = py_future_is_over(future) || py_future_set_exception(future, exception);
    Py_XDECREF(type);
    Py_XDECREF(exception);
    Py_XDECREF(traceback);
    return fine;
}

bool py_end_future_failed(struct py_state *state, PyObject *future, rclio_future *operation)
{
    bool pending = rclio_future_get_state(operation) == RCLIO_PENDING; /* and its entity is destroyed */
    rclio_status status = pending ? RCLIO_CANCELLED : rclio_future_result(operation);
    if (status != RCLIO_CANCELLED && status != RCLIO_SHUTDOWN) {
        py_raise(state, status);
        return py_end_future(future, NULL);
    }
    PyObject *cancelled = PyObject_CallMethod(future, "cancel", NULL);
    Py_XDECREF(cancelled);
    return cancelled;
}

/* Of one that has landed. Takes what it holds of Python's. */
static bool end(struct py_entity *entity, struct py_operation *self)
{
    struct py_state *state = PyType_GetModuleState(Py_TYPE(entity->node));
    bool tells = self->tells_all || rclio_future_get_state(self->future) == RCLIO_DONE;
    PyObject *value = tells ? self->value(entity, self) : NULL, *ends = self->ends;
    self->ends = NULL;
    Py_CLEAR(self->subject);
    bool fine = value || PyErr_Occurred() ? py_end_future(ends, value) : py_end_future_failed(state, ends, self->future);
    Py_XDECREF(value);
    Py_DECREF(ends);
    return fine;
}

static void closed(struct py_flight *flight, struct py_entity *entity)
{
    if (!end(entity, operation_of(flight))) PyErr_WriteUnraisable((PyObject *)entity);
}

static void operation_free(struct py_flight *flight)
{
    rclio_future_unref(operation_of(flight)->future);
    PyMem_RawFree(flight);
}

static const struct py_flight_kind operation_kind = {.closed = closed, .free = operation_free};

PyObject *py_pending_end(struct py_entity *entity, struct py_item *item)
{
    struct py_operation *self = item->payload;
    item->payload = NULL;
    bool fine = !py_flight_land(&self->flight) || end(entity, self); /* PE1 */
    py_flight_unlist(&self->flight);
    py_flight_unref(&self->flight);
    return fine ? Py_NewRef(Py_None) : NULL;
}

static void operation_done(rclio_future *future, void *arg)
{
    (void)future;
    py_flight_put(arg, PY_PENDING_ITEM, true);
}

/* Nobody waits any more. One that another thread has landed is that thread's: it may be about to end the future. */
static void forget(struct py_operation *self)
{
    if (!py_flight_land(&self->flight)) return;
    Py_CLEAR(self->ends);
    Py_CLEAR(self->subject);
}

PyObject *py_pending_new(struct py_entity *entity, rclio_future *future, PyObject *ends, py_pending_value_fn *value,
                         PyObject *subject, bool tells_all)
{
    struct py_state *state = PyType_GetModuleState(Py_TYPE(entity->node));
    if (!future) return py_raise(state, rclio_error_status());
    struct py_pending *handle = (struct py_pending *)state->pending_type->tp_alloc(state->pending_type, 0);
    struct py_operation *self = handle ? PyMem_RawCalloc(1, sizeof *self) : NULL;
    if (!self) {
        rclio_future_unref(future);
        Py_XDECREF(handle);
        return PyErr_NoMemory();
    }
    *self = (struct py_operation){.future = future, .value = value, .tells_all = tells_all, .ends = Py_NewRef(ends)};
    Py_XINCREF(subject);
    self->subject = subject;
    py_flight_begin(&self->flight, &operation_kind, entity);
    py_flight_ref(&self->flight);
    handle->operation = self;
    rclio_status status = rclio_future_on_done(future, operation_done, self);
    if (status == RCLIO_OK) return (PyObject *)handle;
    py_raise(state, status);
    forget(self);
    py_flight_unlist(&self->flight);
    py_flight_unref(&self->flight); /* the done callback's */
    Py_DECREF(handle);
    return NULL;
}

PyObject *py_pending_let_cancel(PyObject *pending, PyObject *future)
{
    PyObject *forget = pending ? PyObject_GetAttrString(pending, "forget") : NULL;
    if (forget) py_future_on_cancel(future, forget);
    if (!forget) Py_CLEAR(pending);
    Py_XDECREF(forget);
    return pending;
}

bool py_is_future(struct py_state *state, PyObject *object)
{
    if (PyObject_TypeCheck(object, state->future_type)) return true;
    PyErr_Format(PyExc_TypeError, "a Future is expected, not %s", Py_TYPE(object)->tp_name);
    return false;
}

PyDoc_STRVAR(forget_doc, "forget(future=None, /)\n--\n\nNobody waits for it any more: its future stays as it is.");
static PyObject *pending_forget(PyObject *object, PyObject *const *args, Py_ssize_t count)
{
    (void)args;
    (void)count; /* futures call it with themselves when they are cancelled */
    struct py_operation *self = ((struct py_pending *)object)->operation;
    if (!self->ends) Py_RETURN_NONE;
    forget(self);
    Py_BEGIN_ALLOW_THREADS rclio_future_cancel(self->future);
    Py_END_ALLOW_THREADS Py_RETURN_NONE;
}

static void pending_dealloc(PyObject *object)
{
    PyTypeObject *type = Py_TYPE(object);
    struct py_operation *self = ((struct py_pending *)object)->operation;
    if (self) py_flight_unref(&self->flight);
    type->tp_free(object);
    Py_DECREF(type);
}

static PyMethodDef pending_methods[] = {
    {"forget", (PyCFunction)(void (*)(void))pending_forget, METH_FASTCALL, forget_doc},
    {0},
};

static PyType_Slot pending_slots[] = {
    {Py_tp_doc, "An operation that a future stands for."},
    {Py_tp_new, py_no_new},
    {Py_tp_dealloc, pending_dealloc},
    {Py_tp_methods, pending_methods},
    {0},
};

PyType_Spec py_pending_spec = {"rclpy._rclio.Pending", sizeof(struct py_pending), 0, Py_TPFLAGS_DEFAULT, pending_slots};
