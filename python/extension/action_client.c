/* python/extension/action_client.c: action clients and their goals.
 *
 *   AC1  `queued` counts a goal's feedback messages in the queue: with none left, and rclio's goal over, it lands (flight.h) and its futures
 *        end.
 *   AC2  So who waits for the result gets it when the feedback that came before has been handled, unless somebody blocks for it (`hurry`).
 *   AC3  Feedback goes to the end of the line until the goal is known to be accepted, and what was in the queue by then once more, behind the
 *        callbacks that its acceptance calls; `next` keeps the order. Who forgot about the acceptance gets it after PATIENCE turns.
 *   AC4  The result is decoded for each who asks for it: rclio's goal handle keeps it. What a server says that does not know the goal is a
 *        response, too. Of a goal that was rejected the server is asked: it may know another one by its id.
 * Threads: node.h; sending any. Tests: tests/python/test_action_client.py. */
#include "future.h"
#include "held.h"
#include "pending.h"
#include "remote.h"

#include <stdlib.h>
#include <string.h>

enum { FEEDBACK = 1, OVER };
enum { PATIENCE = 256 };

enum {
    RESULT,
    GET_RESULT,
    FEEDBACK_MESSAGE,
    CANCEL
}; /* of py_remote.more; info: the goal's. callback: what makes ClientGoalHandle of a goal (client.py) */

struct under_way {
    struct py_flight flight;
    struct py_client_goal *goal; /* a reference; NULL: landed */
    atomic_size_t queued;        /* AC1 */
    atomic_size_t put;           /* feedback messages that have come, as the next two AC3 */
    size_t early, next;
    bool is_known;    /* to be accepted */
    atomic_bool lost; /* one of them was dropped: the order is no longer kept */
};

struct py_client_goal {
    PyObject_HEAD struct py_entity *entity;
    rclio_goal_handle *handle;   /* a reference; NULL: not sent */
    struct under_way *under_way; /* NULL: it has landed */
    PyObject *feedback;          /* the callback; NULL: none, or over */
    PyObject *waiting;           /* a list of futures; NULL: none */
    bool over, hurry;
};

static struct py_client_goal *goal_of(PyObject *object)
{
    return (struct py_client_goal *)object;
}

static struct py_state *state_of(struct py_entity *entity)
{
    return PyType_GetModuleState(Py_TYPE(entity->node));
}

static void destroy(struct py_entity *self, void *handle)
{
    (void)self;
    rclio_action_client_destroy(handle);
}

/* ---- results ---- */

/* GetResult_Response of the status and the result; NULL with an exception, or without one: the goal has none. */
static PyObject *response_of(struct py_client_goal *self)
{
    rclio_future *operation = rclio_goal_handle_result(self->handle);
    struct py_info *const *more = py_remote(self->entity)->more;
    const void *unknown = rclio_goal_handle_response(self->handle); /* AC4 */
    if (unknown) return py_message_from_memory(more[GET_RESULT], unknown);
    if (rclio_future_get_state(operation) != RCLIO_DONE) return NULL;
    PyObject *result = py_message_from_memory(more[RESULT], rclio_future_value(operation)),
             *keywords = result
                             ? Py_BuildValue("{s:i,s:O}", "status", (int)rclio_goal_handle_status(self->handle), "result", result)
                             : NULL,
             *none = keywords ? PyTuple_New(0) : NULL;
    PyObject *response = none ? PyObject_Call((PyObject *)more[GET_RESULT]->class, none, keywords) : NULL;
    Py_XDECREF(result);
    Py_XDECREF(keywords);
    Py_XDECREF(none);
    return response;
}

static bool end_one(struct py_client_goal *self, PyObject *future)
{
    PyObject *response = response_of(self);
    bool fine = response || PyErr_Occurred()
                    ? py_end_future(future, response)
                    : py_end_future_failed(state_of(self->entity), future, rclio_goal_handle_result(self->handle));
    Py_XDECREF(response);
    return fine;
}

static bool end_waiting(struct py_client_goal *self)
{
    PyObject *waiting = self->waiting;
    bool fine = true;
    self->waiting = NULL;
    for (Py_ssize_t i = 0; waiting && i < PyList_GET_SIZE(waiting); i++) {
        if (!fine) PyErr_WriteUnraisable((PyObject *)self);
        fine = end_one(self, PyList_GET_ITEM(waiting, i));
    }
    Py_XDECREF(waiting);
    return fine;
}

/* Of a goal that is over. Takes what its flight holds. */
static bool landed(struct under_way *under_way)
{
    struct py_client_goal *goal = under_way->goal;
    under_way->goal = NULL;
    goal->under_way = NULL;
    goal->over = true;
    Py_CLEAR(goal->feedback);
    bool fine = end_waiting(goal);
    Py_DECREF(goal);
    return fine;
}

static bool land_if_over(struct under_way *self)
{
    if (!self->goal || !self->goal->over || atomic_load(&self->queued) > 0) return true;
    bool fine = !py_flight_land(&self->flight) || landed(self);
    py_flight_unlist(&self->flight);
    return fine;
}

static void closed(struct py_flight *flight, struct py_entity *entity)
{
    if (!landed((struct under_way *)flight)) PyErr_WriteUnraisable((PyObject *)entity);
}

static void under_way_free(struct py_flight *flight)
{
    PyMem_RawFree(flight);
}

static const struct py_flight_kind under_way_kind = {.closed = closed, .free = under_way_free};

/* ---- items ---- */

struct feedback {
    struct under_way *under_way; /* a reference, and counted there */
    size_t number, size;
    int waits;    /* turns before the goal was known to be accepted */
    bool is_late; /* it has been put to the end after that */
    uint8_t bytes[];
};

static void release_feedback(void *payload)
{
    struct feedback *feedback = payload;
    atomic_fetch_sub(&feedback->under_way->queued, 1);
    py_flight_unref(&feedback->under_way->flight);
    free(feedback);
}

static void drop_feedback(void *payload)
{
    atomic_store(&((struct feedback *)payload)->under_way->lost, true);
    release_feedback(payload);
}

static void unused(rclio_goal_handle *goal, const void *feedback, void *arg)
{
    (void)goal;
    (void)feedback;
    (void)arg;
}

static void put_feedback(struct py_entity *entity, struct feedback *feedback)
{
    py_entity_put(entity, (struct py_item){.what = FEEDBACK, .payload = feedback, .release = drop_feedback});
}

static void on_feedback(rclio_goal_handle *handle, const uint8_t *bytes, size_t size, void *arg)
{
    (void)handle;
    struct under_way *under_way = arg;
    struct feedback *feedback = under_way->flight.entity ? malloc(sizeof *feedback + size) : NULL;
    if (!feedback) return;
    feedback->under_way = under_way;
    feedback->size = size;
    feedback->number = atomic_fetch_add(&under_way->put, 1);
    feedback->waits = 0;
    feedback->is_late = false;
    memcpy(feedback->bytes, bytes, size);
    atomic_fetch_add(&under_way->queued, 1);
    py_flight_ref(&under_way->flight);
    put_feedback(under_way->flight.entity, feedback);
}

static void on_over(rclio_future *result, void *arg)
{
    (void)result;
    py_flight_put(arg, OVER, true);
}

static PyObject *call_feedback(struct py_entity *self, struct py_item *item)
{
    struct feedback *feedback = item->payload;
    struct under_way *under_way = feedback->under_way;
    bool unknown = !under_way->is_known && ++feedback->waits < PATIENCE;
    bool early = under_way->is_known && !feedback->is_late && feedback->number < under_way->early;
    if (unknown || early || (feedback->number != under_way->next && !atomic_load(&under_way->lost))) { /* AC3 */
        if (!unknown) feedback->is_late = true;
        item->payload = NULL;
        put_feedback(self, feedback);
        Py_RETURN_NONE;
    }
    under_way->next++;
    PyObject *callback = under_way->goal ? under_way->goal->feedback : NULL, *result = Py_NewRef(Py_None);
    if (callback) {
        Py_DECREF(result);
        result = py_call_one(callback, py_decode(py_remote(self)->more[FEEDBACK_MESSAGE], feedback->bytes, feedback->size));
    }
    py_flight_ref(&under_way->flight);
    item->payload = NULL;
    release_feedback(feedback);
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback); /* the callback's exception is the one that counts */
    bool fine = land_if_over(under_way);
    py_flight_unref(&under_way->flight);
    if (type && !fine) PyErr_WriteUnraisable((PyObject *)self);
    if (type) PyErr_Restore(type, value, traceback);
    if (!fine && !type) Py_CLEAR(result);
    return result;
}

static PyObject *call_over(struct py_item *item)
{
    struct under_way *under_way = item->payload;
    item->payload = NULL;
    bool fine = true;
    if (under_way->goal) {
        under_way->goal->over = true;
        if (under_way->goal->hurry) fine = end_waiting(under_way->goal);
        if (fine) fine = land_if_over(under_way);
    }
    py_flight_unref(&under_way->flight);
    return fine ? Py_NewRef(Py_None) : NULL;
}

static PyObject *call(struct py_entity *self, struct py_item *item)
{
    if (item->what == PY_PENDING_ITEM) return py_pending_end(self, item);
    return item->what == FEEDBACK ? call_feedback(self, item) : call_over(item);
}

/* ---- the client ---- */

static const struct py_kind action_client_kind = {
    .name = "action client", .destroy = destroy, .call = call, .traverse = py_remote_traverse};

PyDoc_STRVAR(
    client_doc,
    "ActionClient(node, type, (goal, result, get_result_response, feedback_message, cancel_response), name, make_handle,\n"
    "    qos)\n--\n\n"
    "make_handle(goal, accepted) makes what send_goal()'s future ends with. qos: profiles as numbers, None: the action's own, of "
    "goal,\n"
    "cancel, result, feedback and status.");
static PyObject *client_new(PyTypeObject *class, PyObject *args, PyObject *keywords)
{
    PyObject *node, *classes[5], *make_handle;
    const char *type_name, *name;
    const rclio_type *type;
    if (!py_no_keywords(keywords, "ActionClient")) return NULL;
    rclio_action_client_options options = {.on_feedback_bytes = on_feedback};
    rclio_action_qos *qos = &options.qos;
    if (!PyArg_ParseTuple(args, "Os(OOOOO)sO(O&O&O&O&O&):ActionClient", &node, &type_name, &classes[0], &classes[1], &classes[2],
                          &classes[3], &classes[4], &name, &make_handle, py_qos_of, &qos->goal, py_qos_of, &qos->cancel,
                          py_qos_of, &qos->result, py_qos_of, &qos->feedback, py_qos_of, &qos->status))
        return NULL;
    struct py_entity *self = py_remote_alloc(class, &action_client_kind, node, type_name, &type, classes, 5, make_handle);
    if (!self) return NULL;
    rclio_status status = RCLIO_OK;
    PY_TURN_BEGIN(self->node->context);
    self->handle = rclio_action_client_new(self->node->handle, type, name, &options);
    if (!self->handle) status = rclio_error_status();
    PY_TURN_END();
    return py_entity_made(self, status);
}

/* ---- sending ---- */

/* The goal's reply: a handle for it, accepted or rejected. */
static PyObject *handle_of(struct py_entity *self, struct py_operation *operation)
{
    bool done = rclio_future_get_state(operation->future) == RCLIO_DONE;
    bool rejected = !done && rclio_goal_handle_status(goal_of(operation->subject)->handle) == RCLIO_GOAL_REJECTED;
    PyObject *make_handle = self->callback;
    struct under_way *under_way = goal_of(operation->subject)->under_way;
    if (under_way) {
        under_way->early = atomic_load(&under_way->put);
        under_way->is_known = true;
    }
    if (!make_handle || (!done && !rejected)) return NULL;
    Py_INCREF(make_handle);
    PyObject *handle = PyObject_CallFunctionObjArgs(make_handle, operation->subject, done ? Py_True : Py_False, NULL);
    Py_DECREF(make_handle);
    return handle;
}

static struct py_client_goal *goal_new(struct py_entity *entity, PyObject *feedback)
{
    PyTypeObject *type = state_of(entity)->client_goal_type;
    struct py_client_goal *self = goal_of(type->tp_alloc(type, 0));
    if (!self) return NULL;
    self->entity = (struct py_entity *)Py_NewRef((PyObject *)entity);
    self->feedback = feedback == Py_None ? NULL : Py_NewRef(feedback);
    return self;
}

/* Sends it. false with an exception. */
static bool start(struct py_client_goal *self, const rclio_goal_id *id, const void *message)
{
    struct under_way *under_way = PyMem_RawCalloc(1, sizeof *under_way);
    if (!under_way) return PyErr_NoMemory(), false;
    under_way->goal = goal_of(Py_NewRef((PyObject *)self));
    atomic_init(&under_way->queued, 0);
    atomic_init(&under_way->put, 0);
    atomic_init(&under_way->lost, false);
    py_flight_begin(&under_way->flight, &under_way_kind, self->entity);
    self->under_way = under_way;
    rclio_action_client *handle = self->entity->handle;
    rclio_status status = RCLIO_OK;
    bool wants_feedback = self->feedback;
    self->entity->uses++; /* EN4 */
    PY_TURN_BEGIN(self->entity->node->context);
    self->handle = rclio_action_send_goal_as(handle, id, message, wants_feedback ? unused : NULL, under_way);
    if (self->handle) status = rclio_future_on_done(rclio_goal_handle_result(self->handle), on_over, under_way);
    if (!self->handle) status = rclio_error_status();
    PY_TURN_END();
    self->entity->uses--;
    if (!status) return true;
    py_raise(state_of(self->entity), status);
    self->under_way = NULL;
    under_way->goal = NULL;
    py_flight_land(&under_way->flight);
    if (!self->handle) { /* else rclio may still call: the memory stays */
        py_flight_unref(&under_way->flight);
        py_flight_unlist(&under_way->flight);
    }
    Py_DECREF(self);
    return false;
}

PyDoc_STRVAR(send_doc,
             "send_goal(goal, future, feedback_callback, id, /)\n--\n\nThe future ends with a handle. id: 16 bytes, or None.");
static PyObject *client_send_goal(PyObject *object, PyObject *const *args, Py_ssize_t count)
{
    struct py_entity *self = (struct py_entity *)object;
    if (count != 4) return PyErr_Format(PyExc_TypeError, "send_goal() takes 4 arguments");
    if (!py_entity_is_alive(self)) return NULL;
    rclio_goal_id id;
    bool has_id = args[3] != Py_None;
    if (has_id && (!PyBytes_Check(args[3]) || PyBytes_GET_SIZE(args[3]) != sizeof id))
        return PyErr_Format(PyExc_TypeError, "a goal's id is 16 bytes");
    if (has_id) memcpy(&id, PyBytes_AS_STRING(args[3]), sizeof id);
    struct py_client_goal *goal = goal_new(self, args[2]);
    if (!goal) return NULL;
    struct py_arena arena;
    py_arena_begin(&arena);
    void *memory = py_memory_of(self->info, args[0], &arena);
    bool sent = memory && start(goal, has_id ? &id : NULL, memory);
    py_arena_end(&arena);
    PyObject *pending = NULL;
    if (sent)
        pending = py_pending_new(self, rclio_future_ref(rclio_goal_handle_accepted(goal->handle)), args[1], handle_of,
                                 (PyObject *)goal, true);
    Py_XDECREF(pending);
    if (!pending) Py_CLEAR(goal);
    return (PyObject *)goal;
}

static bool is_available(void *handle)
{
    return rclio_action_client_is_available(handle);
}

static PyObject *client_is_ready(PyObject *self, PyObject *unused_argument)
{
    (void)unused_argument;
    return py_remote_is_ready(self, is_available, "Failed to check if action server is available");
}

static rclio_future *wait(void *handle)
{
    return rclio_action_client_wait_for_server(handle);
}

static PyObject *client_wait(PyObject *self, PyObject *future)
{
    return py_remote_wait(self, future, wait);
}

static const char *name_of(const void *handle)
{
    return rclio_action_client_name(handle);
}

static PyObject *client_name(PyObject *self, PyObject *unused_argument)
{
    (void)unused_argument;
    return py_entity_text(self, name_of);
}

static PyMethodDef client_methods[] = {
    {"send_goal", (PyCFunction)(void (*)(void))client_send_goal, METH_FASTCALL, send_doc},
    {"wait_for_server", client_wait, METH_O, "The future ends with True once a server is there."},
    {"is_ready", client_is_ready, METH_NOARGS, "Whether a server is there."},
    {"name", client_name, METH_NOARGS, "The action's full name."},
    PY_ENTITY_DESTROY,
    {0},
};
static PyType_Slot client_slots[] = PY_REMOTE_SLOTS(client_doc, client_new, client_methods, {Py_tp_getset, py_handle_getset});
PyType_Spec py_action_client_spec = {"rclpy._rclio.ActionClient", sizeof(struct py_remote), 0, PY_ENTITY_FLAGS, client_slots};

/* ---- goals ---- */

static PyObject *goal_id(PyObject *object, PyObject *unused_argument)
{
    (void)unused_argument;
    const rclio_goal_id *id = rclio_goal_handle_id(goal_of(object)->handle);
    return PyBytes_FromStringAndSize((const char *)id->uuid, sizeof id->uuid);
}

static PyObject *goal_status(PyObject *object, PyObject *unused_argument)
{
    (void)unused_argument;
    return PyLong_FromLong(rclio_goal_handle_status(goal_of(object)->handle));
}

static PyObject *goal_stamp(PyObject *object, PyObject *unused_argument)
{
    (void)unused_argument;
    return PyLong_FromLongLong(rclio_goal_handle_stamp(goal_of(object)->handle));
}

static PyObject *asked_response_of(struct py_entity *self, struct py_operation *operation)
{
    return py_message_from_memory(py_remote(self)->more[GET_RESULT], rclio_future_value(operation->future));
}

/* AC4. Cancelling the future forgets the question. */
static PyObject *ask_for_result(struct py_client_goal *self, PyObject *future)
{
    if (!py_entity_is_alive(self->entity)) return NULL;
    rclio_future *operation = NULL;
    PY_TURN_BEGIN(self->entity->node->context);
    operation = rclio_action_result_request(self->entity->handle, rclio_goal_handle_id(self->handle));
    PY_TURN_END();
    PyObject *pending = py_pending_new(self->entity, operation, future, asked_response_of, NULL, false);
    pending = py_pending_let_cancel(pending, future);
    Py_XDECREF(pending);
    return pending ? Py_NewRef(Py_None) : NULL;
}

PyDoc_STRVAR(result_doc,
             "result(future, hurry, /)\n--\n\nThe future ends with the GetResult response, after the feedback that came\n"
             "before, or, in a hurry, at once. Of a goal that was rejected: with what the server says of its id.");
static PyObject *goal_result(PyObject *object, PyObject *const *args, Py_ssize_t count)
{
    struct py_client_goal *self = goal_of(object);
    if (count != 2) return PyErr_Format(PyExc_TypeError, "result() takes 2 arguments");
    int hurry = PyObject_IsTrue(args[1]);
    if (hurry < 0) return NULL;
    if (rclio_goal_handle_status(self->handle) == RCLIO_GOAL_REJECTED) return ask_for_result(self, args[0]);
    if (hurry) self->hurry = true;
    if (self->over && (self->hurry || !self->under_way)) return end_one(self, args[0]) ? Py_NewRef(Py_None) : NULL;
    if (!self->waiting && !(self->waiting = PyList_New(0))) return NULL;
    return PyList_Append(self->waiting, args[0]) ? NULL : Py_NewRef(Py_None);
}

static PyObject *cancel_response_of(struct py_entity *self, struct py_operation *operation)
{
    return py_message_from_memory(py_remote(self)->more[CANCEL], rclio_future_value(operation->future));
}

static PyObject *goal_cancel(PyObject *object, PyObject *future)
{
    struct py_client_goal *self = goal_of(object);
    if (!py_entity_is_alive(self->entity)) return NULL;
    rclio_future *operation = NULL;
    rclio_action_client *client = self->entity->handle;
    self->entity->uses++; /* EN4: until the operation is in its list, and ends with it */
    PY_TURN_BEGIN(self->entity->node->context);
    operation = rclio_action_cancel_request(client, rclio_goal_handle_id(self->handle), 0);
    PY_TURN_END();
    PyObject *pending = py_pending_new(self->entity, operation, future, cancel_response_of, NULL, false);
    self->entity->uses--;
    Py_XDECREF(pending);
    return pending ? Py_NewRef(Py_None) : NULL;
}

static int goal_traverse(PyObject *object, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(object));
    Py_VISIT(goal_of(object)->entity);
    Py_VISIT(goal_of(object)->feedback);
    Py_VISIT(goal_of(object)->waiting);
    return 0;
}

static int goal_clear(PyObject *object)
{
    Py_CLEAR(goal_of(object)->feedback);
    Py_CLEAR(goal_of(object)->waiting);
    return 0;
}

static void goal_dealloc(PyObject *object)
{
    PyTypeObject *type = Py_TYPE(object);
    PyObject_GC_UnTrack(object);
    goal_clear(object);
    rclio_goal_handle_unref(goal_of(object)->handle);
    Py_XDECREF(goal_of(object)->entity);
    type->tp_free(object);
    Py_DECREF(type);
}

static PyMethodDef goal_methods[] = {
    {"goal_id", goal_id, METH_NOARGS, "Its 16 bytes."},
    {"status", goal_status, METH_NOARGS, "A number of GoalStatus; 100: rejected."},
    {"stamp", goal_stamp, METH_NOARGS, "When the server accepted it, in nanoseconds; 0: it has not."},
    {"result", (PyCFunction)(void (*)(void))goal_result, METH_FASTCALL, result_doc},
    {"cancel", goal_cancel, METH_O, "The future ends with the CancelGoal response."},
    {0},
};
static PyType_Slot goal_slots[] = {
    {Py_tp_doc, "A goal as its client sees it."},
    {Py_tp_new, py_no_new},
    {Py_tp_dealloc, goal_dealloc},
    {Py_tp_traverse, goal_traverse},
    {Py_tp_clear, goal_clear},
    {Py_tp_methods, goal_methods},
    {0},
};
PyType_Spec py_client_goal_spec = {"rclpy._rclio.ClientGoal", sizeof(struct py_client_goal), 0,
                                   Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC, goal_slots};
