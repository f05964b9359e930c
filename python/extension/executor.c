/* python/extension/executor.c: an executor's line of work. Which threads take from it is executors.py's. Threads: the interpreter's,
 * attached. Tests: tests/python/test_executors.py. */
#include "group.h"
#include "handed.h"
#include "wait.h"
#include "worker.h"

static PyObject *executor_new(PyTypeObject *class, PyObject *args, PyObject *keywords)
{
    static char *names[] = {"many", "threads", NULL};
    int many = 0;
    unsigned threads = 1;
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "|pI:Executor", names, &many, &threads)) return NULL;
    struct py_executor *self = (struct py_executor *)class->tp_alloc(class, 0);
    if (!self) return NULL;
    self->state = PyType_GetModuleState(class);
    self->many = many;
    self->lane.allowed = many ? 0 : -1;
    self->lane.threads = threads;
    self->nodes = PyList_New(0);
    if (!self->nodes) Py_CLEAR(self);
    return (PyObject *)self;
}

static struct py_node *node_given(struct py_executor *self, PyObject *node)
{
    if (PyObject_TypeCheck(node, self->state->node_type)) return (struct py_node *)node;
    PyErr_Format(PyExc_TypeError, "%R is no node", node);
    return NULL;
}

static PyObject *executor_add(PyObject *object, PyObject *given)
{
    struct py_executor *self = (struct py_executor *)object;
    struct py_node *node = node_given(self, given);
    if (!node || PyList_Append(self->nodes, given)) return NULL;
    py_queue_move(self->state->queue, &node->home, &self->lane);
    Py_RETURN_NONE;
}

static PyObject *executor_remove(PyObject *object, PyObject *given)
{
    struct py_executor *self = (struct py_executor *)object;
    struct py_node *node = node_given(self, given);
    if (!node) return NULL;
    if (node->home.lane == &self->lane) py_queue_move(self->state->queue, &node->home, NULL);
    for (Py_ssize_t i = PyList_GET_SIZE(self->nodes); i-- > 0;)
        if (PyList_GET_ITEM(self->nodes, i) == given && PyList_SetSlice(self->nodes, i, i + 1, NULL)) return NULL;
    Py_RETURN_NONE;
}

static void release_object(void *object)
{
    Py_DECREF((PyObject *)object);
}

static PyObject *executor_post(PyObject *object, PyObject *task)
{
    struct py_executor *self = (struct py_executor *)object;
    struct py_item item = {.payload = Py_NewRef(task), .release = release_object};
    if (!py_queue_put_task(self->state->queue, &self->lane, &item)) return PyErr_NoMemory();
    Py_RETURN_NONE;
}

static PyObject *executor_allow(PyObject *object, PyObject *count)
{
    struct py_executor *self = (struct py_executor *)object;
    long allowed = PyLong_AsLong(count);
    if (PyErr_Occurred()) return NULL;
    py_lane_allow(self->state->queue, &self->lane, allowed);
    Py_RETURN_NONE;
}

static PyObject *executor_allowed(PyObject *object, PyObject *unused)
{
    (void)unused;
    struct py_executor *self = (struct py_executor *)object;
    return PyLong_FromLong(py_lane_allowed(self->state->queue, &self->lane));
}

static PyObject *executor_set_boss(PyObject *object, PyObject *waker)
{
    struct py_executor *self = (struct py_executor *)object;
    if (!PyObject_TypeCheck(waker, self->state->waker_type)) return PyErr_Format(PyExc_TypeError, "%R is no Waker", waker);
    Py_XSETREF(self->boss, Py_NewRef(waker));
    self->lane.boss = &((struct py_waker *)waker)->sleeper;
    Py_RETURN_NONE;
}

static PyObject *executor_set_ask(PyObject *object, PyObject *ask)
{
    Py_XSETREF(((struct py_executor *)object)->ask, ask == Py_None ? NULL : Py_NewRef(ask));
    Py_RETURN_NONE;
}

PyDoc_STRVAR(
    take_doc,
    "take()\n--\n\nThe next callback of its line that may begin, as a Handed, or the task that was posted; None: there is "
    "none.\nEnds futures first.");
static PyObject *executor_take(PyObject *object, PyObject *unused)
{
    (void)unused;
    struct py_executor *self = (struct py_executor *)object;
    if (py_run_completing(self->state) < 0) return NULL;
    struct py_item *item;
    for (int may = 0; !may;) {
        bool counted;
        item = py_queue_take(self->state->queue, &self->lane);
        if (!item) Py_RETURN_NONE;
        bool is_asked = item->entity && py_group_is_asked(item->entity->group);
        may = is_asked ? py_group_begin(self->state, object, item, &counted) : 1;
        if (may < 0) return NULL;
    }
    if (item->entity) return py_handed_new(self->state, item);
    PyObject *task = Py_NewRef((PyObject *)item->payload);
    py_item_free(item);
    return task;
}

static PyObject *executor_recall(PyObject *object, PyObject *unused)
{
    (void)unused;
    struct py_executor *self = (struct py_executor *)object;
    py_queue_recall(self->state->queue, &self->lane);
    Py_RETURN_NONE;
}

static PyObject *executor_due(PyObject *object, PyObject *unused)
{
    (void)unused;
    struct py_executor *self = (struct py_executor *)object;
    return PyBool_FromLong(py_lane_is_due(self->state->queue, &self->lane));
}

static PyObject *executor_close(PyObject *object, PyObject *unused)
{
    (void)unused;
    struct py_executor *self = (struct py_executor *)object;
    self->ended = true;
    py_queue_wake_all(self->state->queue);
    Py_RETURN_NONE;
}

static PyObject *executor_set_report(PyObject *object, PyObject *report)
{
    Py_XSETREF(((struct py_executor *)object)->report, report == Py_None ? NULL : Py_NewRef(report));
    Py_RETURN_NONE;
}

static int executor_traverse(PyObject *object, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(object));
    Py_VISIT(((struct py_executor *)object)->nodes);
    Py_VISIT(((struct py_executor *)object)->report);
    Py_VISIT(((struct py_executor *)object)->ask);
    return 0;
}

/* Its nodes are in no executor then. */
static int executor_clear(PyObject *object)
{
    struct py_executor *self = (struct py_executor *)object;
    for (Py_ssize_t i = self->nodes ? PyList_GET_SIZE(self->nodes) : 0; i-- > 0;) {
        struct py_node *node = (struct py_node *)PyList_GET_ITEM(self->nodes, i);
        if (node->home.lane == &self->lane) py_queue_move(self->state->queue, &node->home, NULL);
    }
    Py_CLEAR(self->nodes);
    Py_CLEAR(self->report);
    Py_CLEAR(self->ask);
    return 0;
}

static void executor_dealloc(PyObject *object)
{
    struct py_executor *self = (struct py_executor *)object;
    PyTypeObject *type = Py_TYPE(object);
    PyObject_GC_UnTrack(object);
    executor_clear(object);
    py_queue_forget_lane(self->state->queue, &self->lane);
    Py_XDECREF(self->boss);
    if (self->references) PyObject_ClearWeakRefs(object);
    type->tp_free(object);
    Py_DECREF(type);
}

static PyMethodDef executor_methods[] = {
    {"add", executor_add, METH_O, "add(node): what the node's entities have goes into its line."},
    {"remove", executor_remove, METH_O, "remove(node): what the node's entities have waits with the node."},
    {"post", executor_post, METH_O, "post(task): task() is called in one of its threads."},
    {"allow", executor_allow, METH_O, "allow(count): so many callbacks may begin; -1: any number."},
    {"allowed", executor_allowed, METH_NOARGS, "How many callbacks may still begin."},
    {"recall", executor_recall, METH_NOARGS, "What groups of a program's own have refused is asked for again. From any thread."},
    {"due", executor_due, METH_NOARGS, "Whether a thread of it is about to take something."},
    {"set_boss", executor_set_boss, METH_O, "set_boss(waker): it is woken when no more callbacks may begin."},
    {"close", executor_close, METH_NOARGS, "Nothing of it runs any more: who blocks in a callback goes on."},
    {"set_ask", executor_set_ask, METH_O, "ask() is called when it looks for work, for waitables."},
    {"take", executor_take, METH_NOARGS, take_doc},
    {"set_report", executor_set_report, METH_O, "report(entity or None, exception) is called with failures. True: raise it."},
    {0},
};

static PyMemberDef executor_members[] = {
    {"__weaklistoffset__", T_PYSSIZET, offsetof(struct py_executor, references), READONLY, NULL},
    {0},
};

static PyType_Slot executor_slots[] = {
    {Py_tp_doc, "Executor(many=False, threads=1)\n--\n\nA line of callbacks that wait for a thread. many: it has several."},
    {Py_tp_new, executor_new},
    {Py_tp_dealloc, executor_dealloc},
    {Py_tp_traverse, executor_traverse},
    {Py_tp_clear, executor_clear},
    {Py_tp_methods, executor_methods},
    {Py_tp_members, executor_members},
    {0},
};

PyType_Spec py_executor_spec = {"rclpy._rclio.Executor", sizeof(struct py_executor), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
                                executor_slots};
