/* python/extension/action_server.c: action servers, and what their callbacks are given: offers, requests to cancel, goals. What is done with
 * them is in action/server.py, which gets them as callback(what, thing).
 * Threads: node.h; a goal's methods any. Tests: tests/python/test_action_server.py. */
#include "held.h"
#include "remote.h"

enum { OFFER, CANCEL, EXECUTE }; /* server.py has the same numbers */

enum { RESULT, FEEDBACK }; /* of py_remote.more */

static void destroy(struct py_entity *self, void *handle)
{
    (void)self;
    rclio_action_server_destroy(handle);
}

static void drop_offer(void *offer)
{
    rclio_goal_offer_answer(offer, RCLIO_REJECT, NULL);
}

static void drop_cancel(void *request)
{
    rclio_cancel_request_answer(request, RCLIO_CANCEL_REJECT);
}

/* Nobody is there who could end it or give it a result. */
static void drop_goal(void *goal)
{
    rclio_goal_give_up(goal);
    rclio_goal_unref(goal);
}

static void on_offer(rclio_goal_offer *offer, void *arg)
{
    py_lent_put(arg, OFFER, offer, drop_offer);
}

static void on_cancel(rclio_cancel_request *request, void *arg)
{
    py_lent_put(arg, CANCEL, request, drop_cancel);
}

static void release_goal(void *goal)
{
    rclio_goal_unref(goal);
}

static void on_execute(rclio_goal *goal, void *arg)
{
    py_lent_put(arg, EXECUTE, rclio_goal_ref(goal), release_goal);
}

static PyObject *call(struct py_entity *self, struct py_item *item)
{
    struct py_state *state = PyType_GetModuleState(Py_TYPE(self->node));
    int what = item->what;
    void *thing = py_lent_take(item);
    PyObject *given = what == OFFER    ? py_held_new(state->goal_offer_type, self, thing, drop_offer)
                      : what == CANCEL ? py_held_new(state->cancel_request_type, self, thing, drop_cancel)
                                       : py_held_new(state->goal_reference_type, self, thing, release_goal);
    PyObject *number = given ? PyLong_FromLong(what) : NULL, *callback = Py_NewRef(self->callback), *result = NULL;
    if (number) result = PyObject_CallFunctionObjArgs(callback, number, given, NULL);
    Py_DECREF(callback);
    Py_XDECREF(number);
    Py_XDECREF(given);
    return result;
}

static const struct py_kind action_server_kind = {
    .name = "action server", .destroy = destroy, .call = call, .traverse = py_remote_traverse};

PyDoc_STRVAR(server_doc,
             "ActionServer(node, type, goal_class, result_class, feedback_class, name, callback, result_timeout_ns, qos)\n--\n\n"
             "qos: profiles as numbers, None: the action's own, of goal, cancel, result, feedback and status.");
static PyObject *server_new(PyTypeObject *class, PyObject *args, PyObject *keywords)
{
    PyObject *node, *classes[3], *callback;
    const char *type_name, *name;
    const rclio_type *type;
    long long timeout;
    if (!py_no_keywords(keywords, "ActionServer")) return NULL;
    rclio_action_server_options options = {.on_goal_offer = on_offer, .on_cancel_request = on_cancel, .runs_elsewhere = true};
    rclio_action_qos *qos = &options.qos;
    if (!PyArg_ParseTuple(args, "OsOOOsOL(O&O&O&O&O&):ActionServer", &node, &type_name, &classes[0], &classes[1], &classes[2],
                          &name, &callback, &timeout, py_qos_of, &qos->goal, py_qos_of, &qos->cancel, py_qos_of, &qos->result,
                          py_qos_of, &qos->feedback, py_qos_of, &qos->status))
        return NULL;
    struct py_entity *self = py_remote_alloc(class, &action_server_kind, node, type_name, &type, classes, 3, callback);
    if (!self) return NULL;
    options.result_timeout_ns = timeout > 0 ? timeout : -1;
    rclio_status status = RCLIO_OK;
    PY_TURN_BEGIN(self->node->context);
    self->handle = rclio_action_server_new(self->node->handle, type, name, on_execute, self, &options);
    if (!self->handle) status = rclio_error_status();
    PY_TURN_END();
    return py_entity_made(self, status);
}

static const char *name_of(const void *handle)
{
    return rclio_action_server_name(handle);
}

static PyObject *server_name(PyObject *self, PyObject *unused)
{
    (void)unused;
    return py_entity_text(self, name_of);
}

static PyMethodDef server_methods[] = {
    {"name", server_name, METH_NOARGS, "The action's full name."},
    PY_ENTITY_DESTROY,
    {0},
};
static PyType_Slot server_slots[] = PY_REMOTE_SLOTS(server_doc, server_new, server_methods, {Py_tp_getset, py_handle_getset});
PyType_Spec py_action_server_spec = {"rclpy._rclio.ActionServer", sizeof(struct py_remote), 0, PY_ENTITY_FLAGS, server_slots};

/* ---- offers ---- */

static PyObject *id_bytes(const rclio_goal_id *id)
{
    return PyBytes_FromStringAndSize((const char *)id->uuid, sizeof id->uuid);
}

static PyObject *offer_goal_id(PyObject *object, PyObject *unused)
{
    (void)unused;
    struct py_held *self = (struct py_held *)object;
    return py_held_is_there(self) ? id_bytes(rclio_goal_offer_id(self->thing)) : NULL;
}

static PyObject *offer_request(PyObject *object, PyObject *unused)
{
    (void)unused;
    struct py_held *self = (struct py_held *)object;
    return py_held_is_there(self) ? py_message_from_memory(self->entity->info, rclio_goal_offer_request(self->thing)) : NULL;
}

PyDoc_STRVAR(offer_answer_doc,
             "answer(response, /)\n--\n\n0 accept and execute, 1 reject, 2 accept and execute later. Returns the\n"
             "goal; None: it was rejected, or the server has been destroyed.");
static PyObject *offer_answer(PyObject *object, PyObject *response)
{
    struct py_held *self = (struct py_held *)object;
    struct py_state *state = PyType_GetModuleState(Py_TYPE(self));
    long answer = PyLong_AsLong(response);
    if (answer == -1 && PyErr_Occurred()) return NULL;
    rclio_goal_offer *offer = py_held_take(self);
    if (!offer) return NULL;
    rclio_goal *goal = NULL;
    PY_TURN_BEGIN(self->entity->node->context);
    rclio_goal_offer_answer(offer, (rclio_goal_response)answer, &goal);
    PY_TURN_END();
    return goal ? py_held_new(state->goal_type, self->entity, goal, drop_goal) : Py_NewRef(Py_None);
}

static PyMethodDef offer_methods[] = {
    {"goal_id", offer_goal_id, METH_NOARGS, "Its 16 bytes."},
    {"request", offer_request, METH_NOARGS, "The Goal message."},
    {"answer", offer_answer, METH_O, offer_answer_doc},
    {0},
};
static PyType_Slot offer_slots[] = PY_HELD_SLOTS("A goal that asks to be accepted.", offer_methods);
PyType_Spec py_goal_offer_spec = {"rclpy._rclio.GoalOffer", sizeof(struct py_held), 0, PY_HELD_FLAGS, offer_slots};

/* ---- requests to cancel ---- */

static PyObject *cancel_goal_id(PyObject *object, PyObject *unused)
{
    (void)unused;
    struct py_held *self = (struct py_held *)object;
    return py_held_is_there(self) ? id_bytes(rclio_goal_get_id(rclio_cancel_request_goal(self->thing))) : NULL;
}

static PyObject *cancel_answer(PyObject *object, PyObject *accept)
{
    struct py_held *self = (struct py_held *)object;
    int accepted = PyObject_IsTrue(accept);
    rclio_cancel_request *request = accepted < 0 ? NULL : py_held_take(self);
    if (!request) return NULL;
    PY_TURN_BEGIN(self->entity->node->context);
    rclio_cancel_request_answer(request, accepted ? RCLIO_CANCEL_ACCEPT : RCLIO_CANCEL_REJECT);
    PY_TURN_END();
    Py_RETURN_NONE;
}

static PyMethodDef cancel_methods[] = {
    {"goal_id", cancel_goal_id, METH_NOARGS, "The 16 bytes of the goal to be cancelled."},
    {"answer", cancel_answer, METH_O, "True: it is to be cancelled."},
    {0},
};
static PyType_Slot cancel_slots[] = PY_HELD_SLOTS("Somebody asks to cancel a goal.", cancel_methods);
PyType_Spec py_cancel_request_spec = {"rclpy._rclio.CancelRequest", sizeof(struct py_held), 0, PY_HELD_FLAGS, cancel_slots};

/* ---- goals ---- */

static PyObject *reference_goal_id(PyObject *object, PyObject *unused)
{
    (void)unused;
    struct py_held *self = (struct py_held *)object;
    return py_held_is_there(self) ? id_bytes(rclio_goal_get_id(self->thing)) : NULL;
}

static PyMethodDef reference_methods[] = {
    {"goal_id", reference_goal_id, METH_NOARGS, "The 16 bytes of the goal that is to be executed."},
    {0},
};
static PyType_Slot reference_slots[] = PY_HELD_SLOTS("A goal that is to be executed now.", reference_methods);
PyType_Spec py_goal_reference_spec = {"rclpy._rclio.GoalReference", sizeof(struct py_held), 0, PY_HELD_FLAGS, reference_slots};

static PyObject *ended(struct py_held *self, rclio_status status)
{
    return status ? py_raise(PyType_GetModuleState(Py_TYPE(self)), status) : Py_NewRef(Py_None);
}

static PyObject *goal_status(PyObject *object, PyObject *unused)
{
    (void)unused;
    struct py_held *self = (struct py_held *)object;
    if (!py_held_is_there(self)) return NULL;
    rclio_goal_status status;
    PY_TURN_BEGIN(self->entity->node->context);
    status = rclio_goal_get_status(self->thing);
    PY_TURN_END();
    return PyLong_FromLong(status);
}

static PyObject *goal_is_active(PyObject *object, PyObject *unused)
{
    (void)unused;
    struct py_held *self = (struct py_held *)object;
    if (!py_held_is_there(self)) return NULL;
    bool active;
    PY_TURN_BEGIN(self->entity->node->context);
    active = rclio_goal_is_active(self->thing);
    PY_TURN_END();
    return PyBool_FromLong(active);
}

static PyObject *goal_is_cancel_requested(PyObject *object, PyObject *unused)
{
    (void)unused;
    struct py_held *self = (struct py_held *)object;
    if (!py_held_is_there(self)) return NULL;
    bool requested;
    PY_TURN_BEGIN(self->entity->node->context);
    requested = rclio_goal_get_status(self->thing) == RCLIO_GOAL_CANCELING;
    PY_TURN_END();
    return PyBool_FromLong(requested);
}

static PyObject *goal_execute(PyObject *object, PyObject *unused)
{
    (void)unused;
    struct py_held *self = (struct py_held *)object;
    if (!py_held_is_there(self)) return NULL;
    rclio_status status;
    PY_TURN_BEGIN(self->entity->node->context);
    status = rclio_goal_execute(self->thing);
    PY_TURN_END();
    return ended(self, status);
}

static PyObject *goal_end(PyObject *object, PyObject *given)
{
    struct py_held *self = (struct py_held *)object;
    long status_given = PyLong_AsLong(given);
    if (!py_held_is_there(self) || (status_given == -1 && PyErr_Occurred())) return NULL;
    rclio_status status;
    PY_TURN_BEGIN(self->entity->node->context);
    status = rclio_goal_end(self->thing, (rclio_goal_status)status_given);
    PY_TURN_END();
    return ended(self, status);
}

static PyObject *goal_give_up(PyObject *object, PyObject *unused)
{
    (void)unused;
    struct py_held *self = (struct py_held *)object;
    if (!py_held_is_there(self)) return NULL;
    PY_TURN_BEGIN(self->entity->node->context);
    rclio_goal_give_up(self->thing);
    PY_TURN_END();
    Py_RETURN_NONE;
}

typedef rclio_status send_fn(rclio_goal *goal, const void *message);

/* None: no message, where that is allowed. */
static PyObject *goal_send(struct py_held *self, struct py_info *info, PyObject *message, bool may_be_none, send_fn *send)
{
    if (!py_held_is_there(self)) return NULL;
    struct py_arena arena;
    py_arena_begin(&arena);
    bool none = may_be_none && message == Py_None;
    void *memory = none ? NULL : py_memory_of(info, message, &arena);
    rclio_status status = RCLIO_OK;
    if (memory || none) {
        PY_TURN_BEGIN(self->entity->node->context);
        status = send(self->thing, memory);
        PY_TURN_END();
    }
    py_arena_end(&arena);
    return memory || none ? ended(self, status) : NULL;
}

/* Behind the result nobody listens any more: what comes then is dropped, for upstream's publishes it without a word. */
static rclio_status publish_feedback(rclio_goal *goal, const void *message)
{
    rclio_status status = rclio_goal_publish_feedback(goal, message);
    return status == RCLIO_BAD_STATE ? RCLIO_OK : status;
}

static PyObject *goal_publish_feedback(PyObject *object, PyObject *message)
{
    struct py_held *self = (struct py_held *)object;
    return goal_send(self, py_remote(self->entity)->more[FEEDBACK], message, false, publish_feedback);
}

static PyObject *goal_give_result(PyObject *object, PyObject *message)
{
    struct py_held *self = (struct py_held *)object;
    return goal_send(self, py_remote(self->entity)->more[RESULT], message, true, rclio_goal_give_result);
}

static PyMethodDef goal_methods[] = {
    {"goal_id", reference_goal_id, METH_NOARGS, "Its 16 bytes."},
    {"status", goal_status, METH_NOARGS, "A number of GoalStatus."},
    {"is_active", goal_is_active, METH_NOARGS, "Whether it has not ended."},
    {"is_cancel_requested", goal_is_cancel_requested, METH_NOARGS, "Whether it is to be cancelled."},
    {"execute", goal_execute, METH_NOARGS, "Starts one that was accepted to be executed later."},
    {"end", goal_end, METH_O, "end(status): 4 succeeded, 5 cancelled, 6 aborted. RCLError: not allowed now."},
    {"publish_feedback", goal_publish_feedback, METH_O, "Sends a Feedback message, unless the goal has its result."},
    {"give_up", goal_give_up, METH_NOARGS, "Aborts it unless it has ended; it gets an empty result unless it has one."},
    {"give_result", goal_give_result, METH_O, "Sends the Result of a goal that has ended; None: an empty one."},
    {0},
};
static PyType_Slot goal_slots[] = PY_HELD_SLOTS("A goal as its server sees it.", goal_methods);
PyType_Spec py_goal_spec = {"rclpy._rclio.Goal", sizeof(struct py_held), 0, PY_HELD_FLAGS, goal_slots};
