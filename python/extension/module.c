/* python/extension/module.c: the private extension `rclpy._rclio`: its state, its functions. One state per interpreter (PY1).
 * Threads: the interpreter's, attached. */
#include "asyncio.h"
#include "handed.h"
#include "logger.h"
#include "node.h"
#include "signals.h"
#include "text.h"
#include "topic.h"
#include "wait.h"
#include "words.h"
#include "worker.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct py_state *state_of(PyObject *module)
{
    return PyModule_GetState(module);
}

static const rclio_type *type_named(PyObject *module, PyObject *name)
{
    struct py_state *state = state_of(module);
    const char *text = PyUnicode_Check(name) ? PyUnicode_AsUTF8(name) : NULL;
    if (!text) {
        if (!PyErr_Occurred()) PyErr_SetString(PyExc_TypeError, "the name of a type must be a str");
        return NULL;
    }
    const rclio_type *type = rclio_types_get(state->types, text);
    if (type) return type;
    PyErr_SetString(rclio_error_status() == RCLIO_NOT_FOUND ? PyExc_LookupError : state->rcl_error, rclio_error());
    return NULL;
}

PyDoc_STRVAR(message_class_doc,
             "message_class(name, /)\n--\n\nThe class of a message type: 'std_msgs/msg/String', 'p/srv/S_Request'.\n"
             "LookupError: there is no such type. TypeError: it is a service or an action.");
static PyObject *message_class(PyObject *module, PyObject *name)
{
    const rclio_type *type = type_named(module, name);
    return type ? py_class_of(module, state_of(module), type) : NULL;
}

PyObject *py_strings(char **names)
{
    PyObject *list = names ? PyList_New(0) : NULL;
    for (char **name = names; list && *name; name++) {
        PyObject *text = PyUnicode_FromString(*name);
        if (!text || PyList_Append(list, text)) Py_CLEAR(list);
        Py_XDECREF(text);
    }
    rclio_names_free(names);
    return list;
}

PyDoc_STRVAR(kind_doc, "kind(name, /)\n--\n\n'message', 'service' or 'action'. LookupError: there is no such type.");
static PyObject *kind(PyObject *module, PyObject *name)
{
    static const char *const kinds[] = {[RCLIO_MESSAGE] = "message", [RCLIO_SERVICE] = "service", [RCLIO_ACTION] = "action"};
    const rclio_type *type = type_named(module, name);
    return type ? PyUnicode_FromString(kinds[type->kind]) : NULL;
}

PyDoc_STRVAR(module_name_doc,
             "module_name(name, /)\n--\n\nThe module of a type's class: 'p.action._a' of 'p/action/A_SendGoal_Request'.");
static PyObject *module_name(PyObject *module, PyObject *name)
{
    (void)module;
    const char *text = PyUnicode_Check(name) ? PyUnicode_AsUTF8(name) : NULL;
    if (text && strchr(text, '/')) return py_module_name(text);
    return PyErr_Occurred() ? NULL : PyErr_Format(PyExc_ValueError, "%R is not the full name of a type", name);
}

PyDoc_STRVAR(interface_path_doc,
             "interface_path(name, /)\n--\n\nThe file that defines 'std_msgs/msg/String'. LookupError: there is no such type.");
static PyObject *interface_path(PyObject *module, PyObject *name)
{
    if (!type_named(module, name)) return NULL;
    char *path = rclio_types_path(state_of(module)->types, PyUnicode_AsUTF8(name));
    PyObject *text = path ? PyUnicode_DecodeFSDefault(path) : py_raise(state_of(module), rclio_error_status());
    free(path);
    return text;
}

PyDoc_STRVAR(interfaces_doc,
             "interfaces(package, folder, /)\n--\n\nThe full names of a package's interfaces of one kind ('msg', 'srv',\n"
             "'action'), sorted. LookupError: there is no such package.");
static PyObject *interfaces(PyObject *module, PyObject *const *args, Py_ssize_t count)
{
    const char *package = count == 2 && PyUnicode_Check(args[0]) ? PyUnicode_AsUTF8(args[0]) : NULL;
    const char *folder = package && PyUnicode_Check(args[1]) ? PyUnicode_AsUTF8(args[1]) : NULL;
    if (!folder) return PyErr_Occurred() ? NULL : PyErr_Format(PyExc_TypeError, "interfaces() takes two str");
    char **names = rclio_types_list(state_of(module)->types, package, folder);
    if (!names) PyErr_SetString(PyExc_LookupError, rclio_error());
    return names ? py_strings(names) : NULL;
}

PyDoc_STRVAR(
    fields_doc,
    "fields(message_class, /)\n--\n\nOf each field: (element type as in _fields_and_field_types, shape, capacity, string bound,\n"
    "nested type's full name or None). Shapes: 0 single, 1 array, 2 bounded sequence, 3 sequence.");
static PyObject *fields(PyObject *module, PyObject *class)
{
    struct py_info *info = py_info_of_class(state_of(module), class);
    PyObject *list = info ? PyList_New(0) : NULL;
    for (size_t i = 0; list && i < info->count; i++) {
        const rclio_field *field = info->fields[i].field;
        PyObject *about = Py_BuildValue("(iinns)", (int)field->base, (int)field->shape, (Py_ssize_t)field->capacity,
                                        (Py_ssize_t)field->string_bound, field->nested ? field->nested->name : NULL);
        if (!about || PyList_Append(list, about)) Py_CLEAR(list);
        Py_XDECREF(about);
    }
    return list;
}

/* Arguments by place or by name, every one of them needed; `found` borrows them. */
static bool bind(const char *function, const char *const *names, Py_ssize_t wanted, PyObject *const *args, Py_ssize_t count,
                 PyObject *keywords, PyObject **found)
{
    Py_ssize_t named = keywords ? PyTuple_GET_SIZE(keywords) : 0;
    if (count + named != wanted)
        return PyErr_Format(PyExc_TypeError, "%s() takes %zd arguments, %zd were given", function, wanted, count + named), false;
    for (Py_ssize_t i = 0; i < wanted; i++) found[i] = i < count ? args[i] : NULL;
    for (Py_ssize_t i = 0; i < named; i++) {
        PyObject *name = PyTuple_GET_ITEM(keywords, i);
        Py_ssize_t place = count;
        while (place < wanted && PyUnicode_CompareWithASCIIString(name, names[place])) place++;
        if (place == wanted) return PyErr_Format(PyExc_TypeError, "%s() has no argument %R left", function, name), false;
        found[place] = args[count + i];
    }
    return true;
}

PyDoc_STRVAR(serialize_doc, "serialize_message(message)\n--\n\nThe message as CDR, little endian, with its 4-byte header.\n"
                            "TypeError: no message, or a value that its field cannot hold. RMWError: a bound is broken.");
static PyObject *serialize(PyObject *module, PyObject *const *args, Py_ssize_t count, PyObject *keywords)
{
    static const char *const names[] = {"message"};
    struct py_state *state = state_of(module);
    PyObject *message;
    if (!bind("serialize_message", names, 1, args, count, keywords, &message)) return NULL;
    struct py_info *info = PyObject_TypeCheck(message, state->message_base) ? py_info_of(Py_TYPE(message)) : NULL;
    if (!info) return PyErr_Format(PyExc_TypeError, "a message is expected, not %s", Py_TYPE(message)->tp_name);
    return py_encode(info, message);
}

PyDoc_STRVAR(deserialize_doc,
             "deserialize_message(serialized_message, message_type)\n--\n\nA new message from CDR in any bytes-like object.\n"
             "RMWError: the bytes are no such message.");
static PyObject *deserialize(PyObject *module, PyObject *const *args, Py_ssize_t count, PyObject *keywords)
{
    static const char *const names[] = {"serialized_message", "message_type"};
    PyObject *found[2];
    Py_buffer buffer;
    if (!bind("deserialize_message", names, 2, args, count, keywords, found)) return NULL;
    struct py_info *info = py_info_of_class(state_of(module), found[1]);
    if (!info || PyObject_GetBuffer(found[0], &buffer, PyBUF_SIMPLE)) return NULL;
    PyObject *message = py_decode(info, buffer.buf, (size_t)buffer.len);
    PyBuffer_Release(&buffer);
    return message;
}

PyDoc_STRVAR(loop_methods_doc, "loop_methods(call_soon, call_at, stop, /)\n--\n\nWhat LoopMixin forwards to.");
static PyObject *loop_methods(PyObject *module, PyObject *args)
{
    struct py_state *state = state_of(module);
    PyObject *call_soon, *call_at, *stop;
    if (!PyArg_UnpackTuple(args, "loop_methods", 3, 3, &call_soon, &call_at, &stop)) return NULL;
    Py_XSETREF(state->loop_call_soon, Py_NewRef(call_soon));
    Py_XSETREF(state->loop_call_at, Py_NewRef(call_at));
    Py_XSETREF(state->loop_stop, Py_NewRef(stop));
    Py_RETURN_NONE;
}

PyDoc_STRVAR(check_name_doc,
             "check_name(kind, name, /)\n--\n\nNone, or the sentence that says why a name is not legal. Kinds: 0 of a "
             "node, 1 a namespace, 2 as given, 3 in full.");
static PyObject *check_name(PyObject *module, PyObject *args)
{
    (void)module;
    int kind;
    const char *name;
    if (!PyArg_ParseTuple(args, "is:check_name", &kind, &name)) return NULL;
    return rclio_name_check((rclio_name_kind)kind, name) == RCLIO_OK ? Py_NewRef(Py_None) : PyUnicode_FromString(rclio_error());
}

PyDoc_STRVAR(expand_name_doc,
             "expand_name(name, node_name, namespace, /)\n--\n\nThe full name, without remap rules. ValueError.");
static PyObject *expand_name(PyObject *module, PyObject *args)
{
    (void)module;
    const char *name, *node_name, *name_space;
    if (!PyArg_ParseTuple(args, "sss:expand_name", &name, &node_name, &name_space)) return NULL;
    char *expanded = rclio_name_expand(name, node_name, name_space);
    if (!expanded) return PyErr_SetString(PyExc_ValueError, rclio_error()), NULL;
    PyObject *text = PyUnicode_FromString(expanded);
    free(expanded);
    return text;
}

PyDoc_STRVAR(check_qos_doc,
             "check_qos(publisher, subscription, /)\n--\n\n(0 they match, 1 perhaps, 2 not; upstream's sentences)");
static PyObject *check_qos(PyObject *module, PyObject *args)
{
    (void)module;
    rclio_qos publisher, subscription;
    char reason[RCLIO_QOS_REASON_SIZE];
    if (!PyArg_ParseTuple(args, "O&O&:check_qos", py_qos_of, &publisher, py_qos_of, &subscription)) return NULL;
    int found = (int)rclio_qos_check_compatible(&publisher, &subscription, reason, sizeof reason);
    return Py_BuildValue("(is)", found, reason);
}

static PyMethodDef functions[] = {
    {"loop_methods", loop_methods, METH_VARARGS, loop_methods_doc},
    {"deliver", py_deliver_function, METH_O,
     "Lets rclio work, and calls the oldest call of an entity's callback that waits for an executor here. False: there is none."},
    {"waiting_of", py_waiting_of_function, METH_O,
     "How many calls of its callback wait for an executor. TypeError: it is no entity."},
    {"events_of", py_events_of_function, METH_O, "How many events an entity has had so far. TypeError: it is none."},
    {"wait", py_wait_function, METH_VARARGS, py_wait_doc},
    {"begin", py_begin_function, METH_VARARGS,
     "begin(coroutine, loop): a task; its first step has run where this Python can do that."},
    {"_after_fork", py_after_fork_function, METH_NOARGS, "In the child: nothing of the parent's is there."},
    {"check_name", check_name, METH_VARARGS, check_name_doc},
    {"expand_name", expand_name, METH_VARARGS, expand_name_doc},
    {"check_qos", check_qos, METH_VARARGS, check_qos_doc},
    {"message_class", message_class, METH_O, message_class_doc},
    {"interface_path", interface_path, METH_O, interface_path_doc},
    {"kind", kind, METH_O, kind_doc},
    {"module_name", module_name, METH_O, module_name_doc},
    {"interfaces", (PyCFunction)(void (*)(void))interfaces, METH_FASTCALL, interfaces_doc},
    PY_LOG_FUNCTIONS,
    PY_TEXT_FUNCTIONS,
    PY_WORD_FUNCTIONS,
    {"fields", fields, METH_O, fields_doc},
    {"serialize_message", (PyCFunction)(void (*)(void))serialize, METH_FASTCALL | METH_KEYWORDS, serialize_doc},
    {"_wake", py_wake_function, METH_O, "Sets the result of an asyncio future to None unless it has ended."},
    {"deserialize_message", (PyCFunction)(void (*)(void))deserialize, METH_FASTCALL | METH_KEYWORDS, deserialize_doc},
    {0},
};

static PyTypeObject *add_type(PyObject *module, PyType_Spec *spec, PyObject *bases, bool is_public)
{
    PyTypeObject *type = (PyTypeObject *)PyType_FromModuleAndSpec(module, spec, bases);
    if (type && is_public && PyModule_AddType(module, type)) Py_CLEAR(type);
    return type;
}

/* Under the name that upstream's has in tracebacks and pickles; rclpy/_rclpy_pybind11.py has them. */
static PyObject *add_exception(PyObject *module, const char *full_name)
{
    PyObject *exception = PyErr_NewException(full_name, PyExc_RuntimeError, NULL);
    if (!exception || PyModule_AddObject(module, strrchr(full_name, '.') + 1, Py_NewRef(exception))) Py_CLEAR(exception);
    return exception;
}

static PyObject *array_type(void)
{
    PyObject *module = PyImport_ImportModule("array"), *type = module ? PyObject_GetAttrString(module, "array") : NULL;
    Py_XDECREF(module);
    return type;
}

/* What is here relies on the GIL: a turn (node.h NO2), PY1's state, counts that are no atomics. A free-threaded interpreter switches it on for us,
 * unless it is told not to. */
static bool has_gil(void)
{
#ifdef Py_GIL_DISABLED
    PyObject *function = PySys_GetObject("_is_gil_enabled"), *enabled = function ? PyObject_CallNoArgs(function) : NULL;
    bool is_off = enabled == Py_False;
    Py_XDECREF(enabled);
    if (!enabled && PyErr_Occurred()) return false;
    if (is_off)
        PyErr_SetString(PyExc_ImportError,
                        "rclpy needs the GIL, which PYTHON_GIL=0 or -X gil=0 keeps off: start Python without that");
    return !is_off;
#else
    return true;
#endif
}

static int module_exec(PyObject *module)
{
    if (!has_gil()) return -1;
    struct py_state *state = state_of(module);
    const char *check = getenv("ROS_PYTHON_CHECK_FIELDS");
    state->check_fields = check && strcmp(check, "1") == 0;
#define NAME(name) \
    if (!(state->name##_name = PyUnicode_InternFromString(#name))) return -1;
    PY_NAMES(NAME)
#undef NAME
    PyObject *type_base = PyTuple_Pack(1, &PyType_Type);
    state->message_meta = type_base ? add_type(module, &py_class_spec, type_base, true) : NULL;
    Py_XDECREF(type_base);
    state->info_type = add_type(module, &py_info_spec, NULL, false);
    state->message_base = add_type(module, &py_message_spec, NULL, true);
    state->slot_types_type = add_type(module, &py_slot_types_spec, NULL, false);
    state->slot_types = state->slot_types_type ? state->slot_types_type->tp_alloc(state->slot_types_type, 0) : NULL;
    state->classes = PyDict_New();
    state->log_levels = PyDict_New();
    state->array_type = array_type();
    state->rcl_error = add_exception(module, "rclpy._rclpy_pybind11.RCLError");
    state->rmw_error = add_exception(module, "rclpy._rclpy_pybind11.RMWError");
    state->invalid_handle = add_exception(module, "rclpy._rclpy_pybind11.InvalidHandle");
    bool complete = state->message_meta && state->info_type && state->message_base && state->slot_types && state->classes &&
                    state->log_levels && state->array_type && state->rcl_error && state->rmw_error && state->invalid_handle;
    if (!complete) return -1;
#define TYPE(name) \
    if (!(state->name##_type = add_type(module, &py_##name##_spec, NULL, true))) return -1;
    PY_TYPES(TYPE)
#undef TYPE
    if (!(state->queue = py_queue_new())) return PyErr_NoMemory(), -1;
    if (!(state->wake = PyObject_GetAttrString(module, "_wake"))) return -1;
    if (!(state->types = rclio_types_new(NULL, NULL))) return py_raise(state, RCLIO_NO_MEMORY), -1;
    return 0;
}

static int module_traverse(PyObject *module, visitproc visit, void *arg)
{
    struct py_state *state = state_of(module);
    Py_VISIT(state->info_type);
    Py_VISIT(state->message_meta);
    Py_VISIT(state->message_base);
    Py_VISIT(state->slot_types_type);
    Py_VISIT(state->slot_types);
    Py_VISIT(state->classes);
    Py_VISIT(state->log_levels);
    Py_VISIT(state->set_wakeup_fd);
    Py_VISIT(state->array_type);
    Py_VISIT(state->numpy);
    Py_VISIT(state->checks);
    Py_VISIT(state->rcl_error);
    Py_VISIT(state->rmw_error);
#define TYPE(name) Py_VISIT(state->name##_type);
    PY_TYPES(TYPE)
#undef TYPE
    Py_VISIT(state->keeps_back);
    Py_VISIT(state->invalid_handle);
    Py_VISIT(state->wake);
    Py_VISIT(state->loop_call_soon);
    Py_VISIT(state->loop_call_at);
    Py_VISIT(state->loop_stop);
    return py_asyncio_traverse(state, visit, arg);
}

static int module_clear(PyObject *module)
{
    struct py_state *state = state_of(module);
    Py_CLEAR(state->info_type);
    Py_CLEAR(state->message_meta);
    Py_CLEAR(state->message_base);
    Py_CLEAR(state->slot_types_type);
    Py_CLEAR(state->slot_types);
    Py_CLEAR(state->classes);
    Py_CLEAR(state->log_levels);
    Py_CLEAR(state->set_wakeup_fd);
    Py_CLEAR(state->array_type);
    Py_CLEAR(state->numpy);
    Py_CLEAR(state->checks);
    Py_CLEAR(state->rcl_error);
    Py_CLEAR(state->rmw_error);
#define TYPE(name) Py_CLEAR(state->name##_type);
    PY_TYPES(TYPE)
#undef TYPE
    Py_CLEAR(state->keeps_back);
    Py_CLEAR(state->invalid_handle);
    Py_CLEAR(state->wake);
    Py_CLEAR(state->loop_call_soon);
    Py_CLEAR(state->loop_call_at);
    Py_CLEAR(state->loop_stop);
    py_asyncio_clear(state);
    return 0;
}

static void module_free(void *module)
{
    struct py_state *state = state_of(module);
    if (!state) return;
    module_clear(module);
#define NAME(name) Py_CLEAR(state->name##_name);
    PY_NAMES(NAME)
#undef NAME
    py_signals_close(state);
    rclio_types_destroy(state->types);
    py_queue_destroy(state->queue);
}

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, module_exec},
#if PY_VERSION_HEX >= 0x030C0000
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
#endif
    {0},
};

static PyModuleDef py_module_definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "rclpy._rclio",
    .m_doc = "rclio, the C library, for rclpy's own Python files.",
    .m_size = sizeof(struct py_state),
    .m_methods = functions,
    .m_slots = slots,
    .m_traverse = module_traverse,
    .m_clear = module_clear,
    .m_free = module_free,
};

struct py_state *py_state_of_class(PyTypeObject *class)
{
    for (; class; class = class->tp_base) {
        PyObject *module = class->tp_flags & Py_TPFLAGS_HEAPTYPE ? ((PyHeapTypeObject *)class)->ht_module : NULL;
        if (module && PyModule_GetDef(module) == &py_module_definition) return PyModule_GetState(module);
    }
    PyErr_SetString(PyExc_TypeError, "the class is none of rclpy's");
    return NULL;
}

PyMODINIT_FUNC PyInit__rclio(void)
{
    return PyModuleDef_Init(&py_module_definition);
}
