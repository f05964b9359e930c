/* python/extension/context.c: contexts, and the turn in which rclio does what is ready.
 * Threads: node.h. Tests: tests/python/test_spin.py. */
#include "entity.h"
#include "logger.h"
#include "until.h"
#include "words.h"

#include <poll.h>
#include <stdlib.h>

static struct py_state *state_of_class(PyTypeObject *class)
{
    return PyType_GetModuleState(class);
}

static PyObject *context_new(PyTypeObject *class, PyObject *args, PyObject *keywords)
{
    static char *names[] = {"args", "domain_id", "signals", NULL};
    PyObject *words_given, *domain = Py_None;
    int signals = RCLIO_SIGNALS_ALL, count = 0;
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "O|Oi:Context", names, &words_given, &domain, &signals)) return NULL;
    rclio_context_options options = {.signals = (rclio_signals)signals, .has_domain_id = domain != Py_None, .few_threads = true};
    unsigned long domain_id = options.has_domain_id ? PyLong_AsUnsignedLong(domain) : 0;
    if (PyErr_Occurred()) return NULL;
    options.domain_id = domain_id > UINT32_MAX ? UINT32_MAX : (uint32_t)domain_id; /* which is refused */
    struct py_state *state = state_of_class(class);
    if (state->forked)
        return PyErr_Format(PyExc_RuntimeError,
                            "this process was forked from one that used rclpy: its threads are not here. Start a "
                            "new program instead (subprocess, or multiprocessing with 'spawn')");
    char **words = py_words(words_given, &count);
    struct py_context *self = words ? (struct py_context *)class->tp_alloc(class, 0) : NULL;
    if (!self) goto done;
    pthread_mutex_init(&self->turn, NULL);
    pthread_mutex_init(&self->unpinning, NULL);
    pthread_cond_init(&self->unpinned, NULL);
    self->state = state;
    self->queue = state->queue;
    self->next = state->contexts;
    self->link = &state->contexts;
    if (self->next) self->next->link = &self->next;
    state->contexts = self;
    PyThreadState *released = PyEval_SaveThread();
    self->handle = rclio_init(count, words, &options);
    PyEval_RestoreThread(released);
    if (self->handle) {
        py_log_levels_apply(self);
    } else {
        py_raise(state, rclio_error_status());
        Py_CLEAR(self);
    }
done:
    py_words_free(words);
    return (PyObject *)self;
}

rclio_context *py_context_pin(struct py_context *self)
{
    if (self->closing || !self->handle) return NULL;
    self->pins++;
    return self->handle;
}

void py_context_unpin(struct py_context *self)
{
    if (--self->pins || !self->closing) return;
    pthread_mutex_lock(&self->unpinning);
    pthread_cond_broadcast(&self->unpinned);
    pthread_mutex_unlock(&self->unpinning);
}

static _Thread_local bool has_turn;

__attribute__((noinline)) bool py_has_turn(void)
{
    return has_turn;
}

__attribute__((noinline)) void py_set_turn(bool has)
{
    has_turn = has;
}

bool py_context_pump(struct py_context *self, rclio_context *handle, struct py_lane *lane, bool edge)
{
    rclio_executor *executor = rclio_context_executor(handle);
    pthread_mutex_lock(&self->turn);
    py_set_turn(true);
    py_queue_pumps(true, lane);
    if (edge)
        rclio_executor_dispatch_edge(executor, 0);
    else
        rclio_executor_dispatch(executor, 0);
    py_queue_pumps(false, NULL);
    py_set_turn(false);
    pthread_mutex_unlock(&self->turn);
    bool ok = rclio_ok(handle);
    if (!ok) py_queue_wake_all(self->queue);
    return ok;
}

static bool has_work(rclio_executor *executor)
{
    int64_t until;
    struct pollfd file = {.fd = rclio_executor_wait_begin(executor, false, &until), .events = POLLIN};
    bool has = poll(&file, 1, 0) > 0 || until <= py_now();
    rclio_executor_wait_end(executor);
    return has;
}

void py_context_look(struct py_context *self)
{
    rclio_context *handle = py_context_pin(self);
    if (!handle) return;
    Py_BEGIN_ALLOW_THREADS for (int turn = 0; turn < PY_TURNS && has_work(rclio_context_executor(handle)); turn++)
        py_context_pump(self, handle, NULL, false);
    py_context_unpin(self);
    Py_END_ALLOW_THREADS
}

/* NO3 */
static void wait_for_pins(struct py_context *self)
{
    self->closing = true;
    Py_BEGIN_ALLOW_THREADS py_queue_wake_all(self->queue);
    pthread_mutex_lock(&self->unpinning);
    while (self->pins) pthread_cond_wait(&self->unpinned, &self->unpinning);
    pthread_mutex_unlock(&self->unpinning);
    Py_END_ALLOW_THREADS
}

static void context_close(struct py_context *self)
{
    if (self->handle) wait_for_pins(self);
    while (self->nodes) py_node_destroy(self->nodes);
    rclio_context *handle = self->handle;
    self->handle = NULL;
    if (self->link) {
        *self->link = self->next;
        if (self->next) self->next->link = self->link;
        self->link = NULL;
    }
    if (!handle) return;
    PY_TURN_BEGIN(self);
    rclio_context_destroy(handle);
    PY_TURN_END();
}

static void context_dealloc(PyObject *object)
{
    struct py_context *self = (struct py_context *)object;
    PyTypeObject *type = Py_TYPE(object);
    context_close(self);
    if (self->link) {
        *self->link = self->next;
        if (self->next) self->next->link = self->link;
    }
    pthread_mutex_destroy(&self->turn);
    pthread_mutex_destroy(&self->unpinning);
    pthread_cond_destroy(&self->unpinned);
    type->tp_free(object);
    Py_DECREF(type);
}

static bool is_kept(const struct py_context *self)
{
    bool kept = self->inside.count;
    for (const struct py_node *node = self->nodes; node && !kept; node = node->next) kept = py_node_is_kept(node);
    return kept;
}

void py_context_let_go(struct py_context *self)
{
    if (self->inside.ends && !is_kept(self)) context_close(self);
}

static PyObject *context_ok(PyObject *self, PyObject *unused)
{
    (void)unused;
    return PyBool_FromLong(rclio_ok(((struct py_context *)self)->handle));
}

static PyObject *context_shutdown(PyObject *self, PyObject *unused)
{
    (void)unused;
    struct py_context *context = (struct py_context *)self;
    if (context->handle) rclio_shutdown(context->handle);
    if (context->handle) py_queue_wake_all(context->queue);
    Py_RETURN_NONE;
}

static PyObject *context_destroy(PyObject *self, PyObject *unused)
{
    (void)unused;
    struct py_context *context = (struct py_context *)self;
    context->inside.ends = true;
    py_context_let_go(context);
    Py_RETURN_NONE;
}

static PyObject *context_close_method(PyObject *self, PyObject *unused)
{
    (void)unused;
    context_close((struct py_context *)self);
    Py_RETURN_NONE;
}

static PyObject *context_exit(PyObject *object, PyObject *args)
{
    (void)args;
    struct py_context *self = (struct py_context *)object;
    if (self->inside.count) self->inside.count--;
    py_context_let_go(self);
    Py_RETURN_NONE;
}

static PyObject *context_enter(PyObject *self, PyObject *unused)
{
    (void)unused;
    struct py_context *context = (struct py_context *)self;
    if (context->handle && !context->inside.ends) {
        context->inside.count++;
        return Py_NewRef(self);
    }
    return PyErr_SetString(context->state->invalid_handle, PY_DESTROYED), NULL;
}

static PyObject *context_signal(PyObject *self, PyObject *unused)
{
    (void)unused;
    rclio_context *handle = ((struct py_context *)self)->handle;
    return PyLong_FromLong(handle ? rclio_shutdown_signal(handle) : 0);
}

/* NO4. What rclio had is left alone: its threads are gone, and its locks may be held for ever. */
PyObject *py_after_fork_function(PyObject *module, PyObject *unused)
{
    (void)unused;
    struct py_state *state = PyModule_GetState(module);
    py_queue_after_fork(state->queue);
    for (struct py_context *context = state->contexts; context; context = context->next) {
        state->forked = true;
        context->handle = NULL;
        context->pins = 0;
        pthread_mutex_init(&context->turn, NULL);
        for (struct py_node *node = context->nodes; node; node = node->next) {
            node->handle = NULL;
            for (struct py_entity *entity = node->entities; entity; entity = entity->next) entity->handle = NULL;
        }
    }
    Py_RETURN_NONE;
}

static PyObject *context_fileno(PyObject *self, PyObject *unused)
{
    (void)unused;
    rclio_context *handle = ((struct py_context *)self)->handle;
    return PyLong_FromLong(handle ? rclio_executor_fd(rclio_context_executor(handle)) : -1);
}

static PyObject *context_domain_id(PyObject *self, PyObject *unused)
{
    (void)unused;
    rclio_context *handle = ((struct py_context *)self)->handle;
    return PyLong_FromUnsignedLong(handle ? rclio_context_domain_id(handle) : 0);
}

static PyObject *context_set_signals(PyObject *object, PyObject *given)
{
    struct py_context *self = (struct py_context *)object;
    long signals = PyLong_AsLong(given);
    if (PyErr_Occurred()) return NULL;
    rclio_status status = self->handle ? rclio_context_set_signals(self->handle, (rclio_signals)signals) : RCLIO_OK;
    return status ? py_raise(self->state, status) : Py_NewRef(Py_None);
}

static PyMethodDef context_methods[] = {
    {"ok", context_ok, METH_NOARGS, "False after shutdown."},
    {"shutdown", context_shutdown, METH_NOARGS, "Ends it; what was made with it stays until it is destroyed."},
    {"close", context_close_method, METH_NOARGS, "Destroys it, whoever is inside `with`."},
    {"destroy", context_destroy, METH_NOARGS, "Destroys it, with everything below it."},
    PY_HANDLE_METHODS(context_enter, context_exit, context_destroy),
    {"get_domain_id", context_domain_id, METH_NOARGS, "Upstream's name for domain_id()."},
    {"fileno", context_fileno, METH_NOARGS, "A file that is readable when a pump has work. Only to be polled."},
    {"domain_id", context_domain_id, METH_NOARGS, "The domain's number."},
    {"set_signals", context_set_signals, METH_O, "Which signals shut it down: rclio_signals."},
    {"signal", context_signal, METH_NOARGS, "The signal that shut it down; 0: none."},
    {0},
};

static PyType_Slot context_slots[] = {
    {Py_tp_doc, "Context(args, domain_id=None, signals=0)\n--\n\nOne participation in the ROS network."},
    {Py_tp_new, context_new},
    {Py_tp_dealloc, context_dealloc},
    {Py_tp_methods, context_methods},
    {Py_tp_getset, py_handle_getset},
    {0},
};

PyType_Spec py_context_spec = {"rclpy._rclio.Context", sizeof(struct py_context), 0, Py_TPFLAGS_DEFAULT, context_slots};
