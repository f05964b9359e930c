/* python/extension/time_source.c: a node's /clock, which sets Python's clocks.
 *
 *   PT1  A message only leaves the newest time and an item that completes: whoever spins or waits takes it, in no callback group, so a
 *        sleep by simulated time ends wherever it blocks. There it sets the clocks, and jump callbacks run (clock.h CL1).
 * Threads: node.h. Tests: tests/python/test_sim_time.py. */
#include "clock.h"
#include "entity.h"

#include <stdatomic.h>

struct py_time_source { /* entity.callback: the list of clocks */
    struct py_entity entity;
    _Atomic int64_t newest_ns;
    bool warned;
};

typedef struct clock_message { /* rosgraph_msgs/msg/Clock in memory */
    int32_t sec;
    uint32_t nanosec;
} clock_message;

static void destroy(struct py_entity *self, void *handle)
{
    (void)self;
    rclio_subscription_destroy(handle);
}

static PyObject *call(struct py_entity *self, struct py_item *item)
{
    struct py_time_source *source = (struct py_time_source *)self;
    int64_t time = atomic_load(&source->newest_ns);
    PyObject *clocks = PySequence_Tuple(self->callback);
    (void)item;
    if (!clocks) return NULL;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(clocks) && !PyErr_Occurred(); i++) {
        rclio_clock *clock = ((struct py_clock *)PyTuple_GET_ITEM(clocks, i))->handle;
        if (rclio_clock_set_ros_time(clock, time) == RCLIO_OK || source->warned) continue;
        source->warned = true;
        RCLIO_WARN(self->node->handle, "a time on /clock was ignored: %s", rclio_error());
    }
    Py_DECREF(clocks);
    if (PyErr_Occurred()) return NULL;
    Py_RETURN_NONE;
}

static const struct py_kind kind = {.name = "subscription", .destroy = destroy, .call = call};

static void on_clock(const void *message, const rclio_message_info *info, void *arg) /* TIM-1 */
{
    struct py_time_source *source = arg;
    const clock_message *time = message;
    (void)info;
    atomic_store(&source->newest_ns, rclio_time_join(time->sec, time->nanosec));
    py_entity_put(arg, (struct py_item){.completes = true});
}

static PyObject *time_source_new(PyTypeObject *class, PyObject *args, PyObject *keywords)
{
    struct py_state *state = PyType_GetModuleState(class);
    PyObject *node, *clocks;
    if (keywords && PyDict_GET_SIZE(keywords)) return PyErr_Format(PyExc_TypeError, "TimeSource() takes no keywords");
    if (!PyArg_ParseTuple(args, "OO!:TimeSource", &node, &PyList_Type, &clocks)) return NULL;
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(clocks); i++)
        if (!PyObject_TypeCheck(PyList_GET_ITEM(clocks, i), state->clock_type))
            return PyErr_Format(PyExc_TypeError, "a list of clocks is expected");
    struct py_entity *self = py_entity_alloc(class, &kind, node);
    if (!self) return NULL;
    self->callback = Py_NewRef(clocks);
    self->backlog.limit = 1;
    const rclio_subscription_options options = {.qos = RCLIO_QOS_CLOCK};
    rclio_status status = RCLIO_OK;
    PY_TURN_BEGIN(self->node->context);
    const rclio_type *type =
        rclio_types_get(rclio_context_types(rclio_node_context(self->node->handle)), "rosgraph_msgs/msg/Clock");
    if (type) self->handle = rclio_subscription_new(self->node->handle, type, "/clock", on_clock, self, &options);
    if (!self->handle) status = rclio_error_status();
    PY_TURN_END();
    return py_entity_made(self, status);
}

static PyMethodDef time_source_methods[] = {
    PY_ENTITY_DESTROY,
    {0},
};
static PyType_Slot time_source_slots[] = PY_ENTITY_SLOTS(time_source_new, time_source_methods);
PyType_Spec py_time_source_spec = {"rclpy._rclio.TimeSource", sizeof(struct py_time_source), 0, PY_ENTITY_FLAGS,
                                   time_source_slots};
