/* python/extension/logger.c: loggers.
 *
 *   PL1  A logger writes to its own context, else to the newest one, else to the console.
 *   PL2  Levels are the interpreter's: they are kept for contexts to come, and set in those that are there. A level that a context's
 *        arguments gave it stays until another is set.
 *   PL3  A call that is not written makes nothing: the caller is looked for only when the level is enough.
 * Threads: the interpreter's, attached; it is released while a line is written. Tests: tests/python/test_logging.py. */
#include "logger.h"

#include <frameobject.h>
#include <stdlib.h>
#include <string.h>

struct py_logger {
    PyObject_HEAD PyObject *name;
    struct py_context *context; /* NULL: PL1 */
};

static struct py_context *writer_of(struct py_state *state, const struct py_logger *self) /* PL1; borrowed */
{
    if (self && self->context && self->context->handle) return self->context;
    struct py_context *context = state->contexts;
    while (context && !context->handle) context = context->next;
    return context;
}

static rclio_context *context_of(struct py_state *state, const struct py_logger *self)
{
    struct py_context *context = writer_of(state, self);
    return context ? context->handle : NULL;
}

/* ---- levels ---- */

/* PL2, of the logger itself; 0: none */
static long kept_level(struct py_state *state, const char *name, size_t length)
{
    PyObject *key = PyUnicode_FromStringAndSize(name, (Py_ssize_t)length);
    PyObject *level = key ? PyDict_GetItemWithError(state->log_levels, key) : NULL; /* borrowed */
    Py_XDECREF(key);
    PyErr_Clear();
    return level ? PyLong_AsLong(level) : 0;
}

static long kept_effective(struct py_state *state, const char *name)
{
    for (size_t length = strlen(name);;) {
        long level = kept_level(state, name, length);
        if (level) return level;
        if (!length) return RCLIO_LOG_INFO;
        while (length && name[length - 1] != '.') length--;
        if (length) length--;
    }
}

static long effective_level(struct py_state *state, const struct py_logger *self, const char *name)
{
    rclio_context *context = context_of(state, self);
    return context ? (long)rclio_logger_effective_level(context, name) : kept_effective(state, name);
}

static bool is_enabled(struct py_state *state, const struct py_logger *self, const char *name, long level)
{
    rclio_context *context = context_of(state, self);
    return context ? rclio_logger_is_enabled(context, name, (rclio_log_level)level) : level >= kept_effective(state, name);
}

void py_log_levels_apply(struct py_context *context)
{
    struct py_state *state = PyType_GetModuleState(Py_TYPE(context));
    PyObject *name, *level;
    Py_ssize_t at = 0;
    while (PyDict_Next(state->log_levels, &at, &name, &level)) {
        const char *logger = PyUnicode_AsUTF8(name);
        rclio_log_level given = rclio_logger_level(context->handle, logger);
        bool by_arguments = given != (*logger ? RCLIO_LOG_UNSET : RCLIO_LOG_INFO);
        if (!by_arguments) rclio_logger_set_level(context->handle, logger, (rclio_log_level)PyLong_AsLong(level));
    }
}

static const char *text_of(PyObject *name)
{
    if (PyUnicode_Check(name)) return PyUnicode_AsUTF8(name);
    return PyErr_Format(PyExc_TypeError, "the name of a logger must be a str, not %s", Py_TYPE(name)->tp_name), NULL;
}

PyObject *py_log_set_level(PyObject *module, PyObject *const *args, Py_ssize_t count)
{
    struct py_state *state = PyModule_GetState(module);
    if (count != 2) return PyErr_Format(PyExc_TypeError, "set_logger_level() takes a name and a level");
    const char *name = text_of(args[0]);
    long level = name ? PyLong_AsLong(args[1]) : -1;
    if (!name || PyErr_Occurred()) return NULL;
    if (level && PyDict_SetItem(state->log_levels, args[0], args[1])) return NULL;
    if (!level && PyDict_DelItem(state->log_levels, args[0])) PyErr_Clear(); /* it had none */
    for (struct py_context *context = state->contexts; context; context = context->next)
        if (context->handle && rclio_logger_set_level(context->handle, name, (rclio_log_level)level) != RCLIO_OK)
            return py_raise(state, rclio_error_status());
    Py_RETURN_NONE;
}

PyObject *py_log_level(PyObject *module, PyObject *name)
{
    struct py_state *state = PyModule_GetState(module);
    const char *text = text_of(name);
    if (!text) return NULL;
    rclio_context *context = context_of(state, NULL);
    if (context) return PyLong_FromLong(rclio_logger_level(context, text));
    long level = kept_level(state, text, strlen(text));
    return PyLong_FromLong(level || *text ? level : RCLIO_LOG_INFO);
}

PyObject *py_log_effective_level(PyObject *module, PyObject *name)
{
    const char *text = text_of(name);
    return text ? PyLong_FromLong(effective_level(PyModule_GetState(module), NULL, text)) : NULL;
}

PyObject *py_log_folder(PyObject *module, PyObject *unused)
{
    (void)unused;
    char *path = rclio_log_folder();
    PyObject *text = path ? PyUnicode_DecodeFSDefault(path) : py_raise(PyModule_GetState(module), rclio_error_status());
    free(path);
    return text;
}

/* ---- writing ---- */

struct line {
    const char *name, *message, *file, *function;
    long level;
    uint32_t number;
};

static void write_line(struct py_state *state, const struct py_logger *self, const struct line *line)
{
    struct py_context *context = writer_of(state, self);
    rclio_context *handle = context ? py_context_pin(context) : NULL;
    Py_XINCREF(context);
    Py_BEGIN_ALLOW_THREADS rclio_logger_log(handle, line->name, (rclio_log_level)line->level, line->file, line->function,
                                            line->number, line->message);
    Py_END_ALLOW_THREADS if (handle) py_context_unpin(context);
    Py_XDECREF(context);
}

/* A str, or the bytes of one; None is "(null)" as on upstream. NULL with TypeError. */
static const char *message_text(PyObject *message)
{
    if (PyUnicode_Check(message)) return PyUnicode_AsUTF8(message);
    if (PyBytes_Check(message)) return PyBytes_AS_STRING(message);
    if (message == Py_None) return "(null)";
    return PyErr_Format(PyExc_TypeError, "a message must be a str, not %s", Py_TYPE(message)->tp_name), NULL;
}

/* A str whose surrogates cannot be UTF-8 is written with them escaped. `made` keeps what is made for that. */
static const char *message_of(PyObject *message, PyObject **made)
{
    *made = NULL;
    const char *text = message_text(message);
    if (text || !PyErr_ExceptionMatches(PyExc_UnicodeEncodeError)) return text;
    PyErr_Clear();
    *made = PyUnicode_AsEncodedString(message, "utf-8", "backslashreplace");
    return *made ? PyBytes_AS_STRING(*made) : NULL;
}

/* PL3: the place that called, as the file, the function and the line of the Python frame above this C function. */
static PyObject *write_from_caller(struct py_state *state, struct py_logger *self, long level, PyObject *message)
{
    PyObject *made, *result = NULL;
    PyCodeObject *code = NULL;
    PyFrameObject *frame = PyEval_GetFrame(); /* borrowed */
    struct line line = {.name = text_of(self->name), .level = level, .file = "", .function = ""};
    if (!line.name || !(line.message = message_of(message, &made))) return NULL;
    if (frame) {
        code = PyFrame_GetCode(frame);
        line.number = (uint32_t)PyFrame_GetLineNumber(frame);
        line.file = PyUnicode_AsUTF8(code->co_filename);
        line.function = PyUnicode_AsUTF8(code->co_name);
    }
    if (line.file && line.function) {
        write_line(state, self, &line);
        result = Py_NewRef(Py_True);
    }
    Py_XDECREF(code);
    Py_XDECREF(made);
    return result;
}

static PyObject *filtered(PyObject *self, long level, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    PyObject *keywords = PyDict_New(), *message = count ? args[0] : NULL, *result = NULL;
    for (Py_ssize_t i = 0; keywords && i < PyTuple_GET_SIZE(names); i++) {
        PyObject *name = PyTuple_GET_ITEM(names, i);
        if (!message && PyUnicode_CompareWithASCIIString(name, "message") == 0)
            message = args[count + i];
        else if (PyDict_SetItem(keywords, name, args[count + i]))
            Py_CLEAR(keywords);
    }
    if (keywords && !message) PyErr_SetString(PyExc_TypeError, "missing 1 required positional argument: 'message'");
    if (keywords && message) result = PyObject_CallMethod(self, "_filter", "OlO", message, level, keywords);
    Py_XDECREF(keywords);
    return result;
}

static PyObject *log_at(PyObject *object, PyTypeObject *class, long level, PyObject *const *args, size_t given, PyObject *names)
{
    struct py_state *state = PyType_GetModuleState(class);
    struct py_logger *self = (struct py_logger *)object;
    Py_ssize_t count = PyVectorcall_NARGS(given);
    if (names && PyTuple_GET_SIZE(names) && count <= 1) return filtered(object, level, args, count, names);
    if (count != 1) return PyErr_Format(PyExc_TypeError, "a logger takes 1 message, and was given %zd", count);
    const char *name = text_of(self->name);
    if (!name) return NULL;
    if (!is_enabled(state, self, name, level)) Py_RETURN_FALSE;
    return write_from_caller(state, self, level, args[0]);
}

#define METHOD(method, level)                                                                                      \
    static PyObject *logger_##method(PyObject *self, PyTypeObject *class, PyObject *const *args, Py_ssize_t count, \
                                     PyObject *names)                                                              \
    {                                                                                                              \
        return log_at(self, class, level, args, (size_t)count, names);                                             \
    }
METHOD(debug, RCLIO_LOG_DEBUG)
METHOD(info, RCLIO_LOG_INFO)
METHOD(warning, RCLIO_LOG_WARN)
METHOD(error, RCLIO_LOG_ERROR)
METHOD(fatal, RCLIO_LOG_FATAL)
#undef METHOD

static PyObject *logger_write(PyObject *self, PyTypeObject *class, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    struct line line;
    PyObject *message, *made;
    (void)names;
    long number = count == 6 ? PyLong_AsLong(args[5]) : 0;
    if (count != 6) return PyErr_Format(PyExc_TypeError, "_write() takes 6 arguments");
    line = (struct line){.level = PyLong_AsLong(args[0]), .name = text_of(args[2]), .number = (uint32_t)number};
    message = args[1];
    line.file = line.name ? text_of(args[3]) : NULL;
    line.function = line.file ? text_of(args[4]) : NULL;
    if (PyErr_Occurred() || !(line.message = message_of(message, &made))) return NULL;
    write_line(PyType_GetModuleState(class), (struct py_logger *)self, &line);
    Py_XDECREF(made);
    Py_RETURN_TRUE;
}

static PyObject *logger_effective(PyObject *object, PyTypeObject *class, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    struct py_logger *self = (struct py_logger *)object;
    (void)args, (void)count, (void)names;
    const char *name = text_of(self->name);
    return name ? PyLong_FromLong(effective_level(PyType_GetModuleState(class), self, name)) : NULL;
}

static int logger_init(PyObject *object, PyObject *args, PyObject *keywords)
{
    struct py_logger *self = (struct py_logger *)object;
    PyObject *name, *context = Py_None;
    if (!PyArg_ParseTuple(args, "OO:Logger", &name, &context)) return -1;
    (void)keywords;
    struct py_state *state = py_state_of_class(Py_TYPE(object));
    if (!state) return -1;
    if (context != Py_None && !PyObject_TypeCheck(context, state->context_type))
        return PyErr_SetString(PyExc_TypeError, "a context is expected"), -1;
    Py_XSETREF(self->name, Py_NewRef(name));
    Py_XSETREF(self->context, context == Py_None ? NULL : (struct py_context *)Py_NewRef(context));
    return 0;
}

static int logger_traverse(PyObject *object, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(object));
    Py_VISIT(((struct py_logger *)object)->name);
    return 0;
}

static int logger_clear(PyObject *object)
{
    Py_CLEAR(((struct py_logger *)object)->context);
    Py_CLEAR(((struct py_logger *)object)->name);
    return 0;
}

static void logger_dealloc(PyObject *object)
{
    PyTypeObject *type = Py_TYPE(object);
    PyObject_GC_UnTrack(object);
    logger_clear(object);
    type->tp_free(object);
    Py_DECREF(type);
}

#define CALLS(function) (PyCFunction)(void (*)(void)) function, METH_METHOD | METH_FASTCALL | METH_KEYWORDS
#define LEVEL_DOC(name) \
#name "($self, message, **kwargs)\n--\n\nWrites a message; True when it was written. Keywords are filters."
static PyMethodDef logger_methods[] = {
    {"debug", CALLS(logger_debug), LEVEL_DOC(debug)},
    {"info", CALLS(logger_info), LEVEL_DOC(info)},
    {"warning", CALLS(logger_warning), LEVEL_DOC(warning)},
    {"warn", CALLS(logger_warning), LEVEL_DOC(warn)},
    {"error", CALLS(logger_error), LEVEL_DOC(error)},
    {"fatal", CALLS(logger_fatal), LEVEL_DOC(fatal)},
    {"_write", CALLS(logger_write), "(severity, message, name, file, function, line)"},
    {"_effective_level", CALLS(logger_effective), "The level that counts."},
    {0},
};

static PyMemberDef logger_members[] = {
    {"name", T_OBJECT_EX, offsetof(struct py_logger, name), 0, "Its name."},
    {"_context", T_OBJECT, offsetof(struct py_logger, context), READONLY, "The context it writes to; None: the newest."},
    {0},
};

static PyType_Slot logger_slots[] = {
    {Py_tp_doc, "Logger(name, context, /)"}, {Py_tp_init, logger_init},         {Py_tp_new, PyType_GenericNew},
    {Py_tp_dealloc, logger_dealloc},         {Py_tp_traverse, logger_traverse}, {Py_tp_clear, logger_clear},
    {Py_tp_methods, logger_methods},         {Py_tp_members, logger_members},   {0},
};

PyType_Spec py_logger_spec = {"rclpy._rclio.Logger", sizeof(struct py_logger), 0,
                              Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE, logger_slots};
