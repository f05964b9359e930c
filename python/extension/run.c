/* python/extension/run.c: one item at a time: whose callback it is, what becomes of what it raises. Threads: worker.h. Tests:
 * tests/python/test_executors.py. */
#include "asyncio.h"
#include "future.h"
#include "group.h"
#include "worker.h"

static _Thread_local struct py_place place_of_thread;

struct py_place py_place(void)
{
    return place_of_thread;
}

struct py_place py_place_set(struct py_place place)
{
    struct py_place before = place_of_thread;
    place_of_thread = place;
    return before;
}

int py_executor_report(struct py_executor *self, PyObject *entity)
{
    PyObject *type, *value, *traceback;
    if (!self->report || PyErr_ExceptionMatches(PyExc_KeyboardInterrupt) || PyErr_ExceptionMatches(PyExc_SystemExit)) return -1;
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    if (traceback) PyException_SetTraceback(value, traceback);
    PyObject *report = Py_NewRef(self->report);
    PyObject *raise = PyObject_CallFunctionObjArgs(report, entity ? entity : Py_None, value, NULL);
    Py_DECREF(report);
    if (!raise) PyErr_WriteUnraisable((PyObject *)self);
    bool goes_on = raise == Py_False;
    Py_XDECREF(raise);
    if (!goes_on) return PyErr_Restore(type, value, traceback), -1;
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(traceback);
    return 0;
}

PyObject *py_call_entity(struct py_entity *entity, struct py_item *item)
{
    PyObject *context = PyContext_CopyCurrent();
    if (!context || PyContext_Enter(context) < 0) return Py_XDECREF(context), NULL;
    PyObject *result = entity->kind->call(entity, item), *type = NULL, *value, *traceback;
    if (!result) PyErr_Fetch(&type, &value, &traceback);
    if (PyContext_Exit(context) < 0) PyErr_Clear();
    if (!result) PyErr_Restore(type, value, traceback);
    Py_DECREF(context);
    return result;
}

/* A task of the executor's: task(). What it failed with is raised. */
static int run_task(struct py_worker *self, struct py_item *item)
{
    struct py_place before = py_place_set((struct py_place){self, NULL});
    PyObject *task = item->payload, *failure = NULL;
    PyObject *result = PyObject_CallNoArgs(task);
    bool fine = result;
    if (result && PyObject_TypeCheck(task, self->state->future_type) && py_future_is_over(task)) {
        failure = PyObject_CallMethodNoArgs(task, self->state->exception_name);
        fine = failure == Py_None;
        if (failure && !fine) PyErr_SetObject((PyObject *)Py_TYPE(failure), failure);
    }
    Py_XDECREF(failure);
    Py_XDECREF(result);
    py_place_set(before);
    int status = fine ? 0 : py_executor_report(self->executor, NULL);
    py_item_free(item);
    return status;
}

static void warn_of_slow(struct py_worker *self, struct py_entity *entity, int64_t began)
{
    double took = (double)(py_now() - began) * 1e-9;
    if (took < self->slow) return;
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyObject *module = PyImport_ImportModule("asyncio.log"), *seconds = PyFloat_FromDouble(took);
    PyObject *logger = module ? PyObject_GetAttrString(module, "logger") : NULL;
    PyObject *result = logger && seconds
                           ? PyObject_CallMethod(logger, "warning", "sOO", "Executing callback of %r took %.3f seconds",
                                                 (PyObject *)entity, seconds)
                           : NULL;
    if (!result) PyErr_Clear();
    Py_XDECREF(result);
    Py_XDECREF(logger);
    Py_XDECREF(seconds);
    Py_XDECREF(module);
    PyErr_Restore(type, value, traceback);
}

void py_worker_raise_later(struct py_worker *self, PyObject *entity)
{
    if (py_executor_report(self->executor, entity) == 0) return;
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    if (self->is_ours && PyList_Append(self->kept, value)) PyErr_WriteUnraisable(value); /* NE3: else nobody raises it */
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(traceback);
}

/* PG1. As py_group_begin(). */
static int begin_asked(struct py_worker *self, struct py_item *item)
{
    bool counted;
    PyObject *entity = Py_NewRef((PyObject *)item->entity);
    int may = py_group_begin(self->state, (PyObject *)self->executor, item, &counted);
    if (!counted && self->spin.ran) self->spin.ran--;
    if (may < 0) may = py_executor_report(self->executor, entity);
    Py_DECREF(entity);
    return may;
}

int py_worker_run(struct py_worker *self, struct py_item *item)
{
    struct py_entity *entity = item->entity;
    if (!entity) return run_task(self, item);
    struct py_queue *queue = self->state->queue;
    bool skipped = entity->backlog.dead || !rclio_ok(entity->node->context->handle); /* nothing is begun after a shutdown */
    Py_INCREF(entity);
    if (skipped && item->grant) py_queue_begun(queue, &self->executor->lane, item);
    if (!skipped && py_group_is_asked(entity->group)) {
        int may = begin_asked(self, item);
        if (may <= 0) return Py_DECREF(entity), may;
    }
    PyObject *group = entity->group && !py_group_is_asked(entity->group) ? Py_NewRef(entity->group) : NULL;
    int64_t began = self->debug ? py_now() : 0;
    struct py_place before = py_place_set((struct py_place){self, group});
    PyObject *result = skipped ? Py_NewRef(Py_None) : py_call_entity(entity, item);
    py_place_set(before);
    if (self->debug) warn_of_slow(self, entity, began);
    int status = 0;
    if (result && PyCoro_CheckExact(result)) {
        Py_INCREF(entity); /* py_run_coroutine() takes it */
        status = py_run_coroutine(self, result, item, group);
        Py_DECREF(result);
        Py_DECREF(entity);
        return status;
    }
    PyObject *type, *value, *traceback;
    if (!result) status = py_executor_report(self->executor, (PyObject *)entity);
    if (status < 0 && self->executor->many)
        py_lane_allow(queue, &self->executor->lane, 0); /* nothing begins before it is raised */
    PyErr_Fetch(&type, &value, &traceback);
    py_group_leave(self->state, group);
    py_item_end(self->state, self, item);
    PyErr_Restore(type, value, traceback);
    Py_XDECREF(group);
    Py_XDECREF(result);
    Py_DECREF(entity);
    return status;
}

int py_run_completing(struct py_state *state)
{
    int ran = 0;
    for (struct py_item *item; (item = py_queue_take_completing(state->queue));) {
        struct py_entity *entity = item->entity;
        Py_INCREF(entity);
        PyObject *result = entity->backlog.dead ? Py_NewRef(Py_None) : entity->kind->call(entity, item);
        py_item_free(item);
        Py_DECREF(entity);
        if (!result) return -1;
        Py_DECREF(result);
        ran++;
    }
    return ran;
}

int py_is_over(struct py_state *state, PyObject *future)
{
    if (PyObject_TypeCheck(future, state->future_type)) return py_future_is_over(future);
    PyObject *done = PyObject_CallMethodNoArgs(future, state->done_name);
    int over = done ? PyObject_IsTrue(done) : -1;
    Py_XDECREF(done);
    return over;
}
