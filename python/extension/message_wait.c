/* python/extension/message_wait.c: waiting for one message in any thread, with or without somebody who spins.
 *
 *   MW1  Whoever waits pumps rclio, but runs nothing of the queue; what its turns leave there wakes the executor whose it is. In a callback
 *        it waits as other blocking calls do (nested.h), for what it waits for may be its own executor's to publish.
 * Threads: node.h. Tests: tests/python/test_wait_for_message.py. */
#include "topic.h"
#include "wait.h"

#include <poll.h>

#define STEP_MS 50  /* how long a signal or a shutdown may stay unseen */
#define NESTED_MS 5 /* how long a message, in a callback */

static void wait_for_rclio(rclio_executor *executor)
{
    struct timespec sleep;
    int64_t until, step = py_now() + RCLIO_MS(STEP_MS);
    struct pollfd file = {.fd = rclio_executor_wait_begin(executor, false, &until), .events = POLLIN};
    ppoll(&file, 1, py_sleep_of(until < step ? until : step, &sleep), NULL);
    rclio_executor_wait_end(executor);
}

/* One turn, and a wait when it left the future pending. */
static void step(struct py_context *context, rclio_future *future)
{
    rclio_context *handle = py_context_pin(context);
    if (!handle) return;
    Py_BEGIN_ALLOW_THREADS py_context_pump(context, handle, NULL, false);
    if (rclio_future_get_state(future) == RCLIO_PENDING) wait_for_rclio(rclio_context_executor(handle));
    py_context_unpin(context);
    Py_END_ALLOW_THREADS
}

/* The message; None when there is none within the limit. */
static PyObject *wait(struct py_context *context, struct py_info *info, rclio_future *future, int64_t end_ns)
{
    while (rclio_future_get_state(future) == RCLIO_PENDING) {
        int end = py_wait_in_callback(info->state, context, RCLIO_MS(NESTED_MS));
        if (end == PY_WAIT_GOES_ON) step(context, future);
        if (end < 0 || PyErr_CheckSignals()) return NULL;
        if (end == PY_WAIT_SHUTDOWN) break;
        if (!context->handle || !rclio_ok(context->handle) || (end_ns >= 0 && py_now() >= end_ns)) break;
    }
    const void *memory = rclio_future_value(future);
    return memory ? py_message_from_memory(info, memory) : Py_NewRef(Py_None);
}

PyObject *py_node_wait_for_message(PyObject *object, PyObject *args)
{
    struct py_node *self = (struct py_node *)object;
    struct py_state *state = PyType_GetModuleState(Py_TYPE(object));
    PyObject *message_class;
    const char *topic;
    rclio_qos qos;
    long long limit;
    if (!PyArg_ParseTuple(args, "OsO&L:wait_for_message", &message_class, &topic, py_qos_of, &qos, &limit)) return NULL;
    struct py_info *info = py_info_of_class(state, message_class);
    if (!info) return NULL;
    int64_t end_ns = limit < 0 ? -1 : py_now() + limit;
    rclio_future *future = NULL;
    rclio_status status = RCLIO_OK;
    PY_TURN_BEGIN(self->context);
    if (self->handle && !(future = rclio_wait_for_message(self->handle, info->type, topic, &qos))) status = rclio_error_status();
    PY_TURN_END();
    if (!future) return status ? py_raise(state, status) : (PyErr_SetString(state->invalid_handle, PY_DESTROYED), NULL);
    PyObject *message = wait(self->context, info, future, end_ns);
    rclio_future_cancel(future);
    step(self->context, future); /* lets its subscription go */
    rclio_future_unref(future);
    return message;
}
