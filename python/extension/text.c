/* python/extension/text.c: see text.h. Tests: tests/python/test_rosidl_runtime_py.py. */
#include "text.h"

#include <stdlib.h>

enum text_kind { TEXT_YAML, TEXT_CSV };

PyObject *py_message_text(PyObject *module, PyObject *args)
{
    struct py_state *state = PyModule_GetState(module);
    PyObject *message;
    int kind, no_arr, no_str, flow_style;
    Py_ssize_t truncate_length;
    if (!PyArg_ParseTuple(args, "Oinppp:message_text", &message, &kind, &truncate_length, &no_arr, &no_str, &flow_style))
        return NULL;
    struct py_info *info = PyObject_TypeCheck(message, state->message_base) ? py_info_of(Py_TYPE(message)) : NULL;
    if (!info) return PyErr_Format(PyExc_TypeError, "a message is expected, not %s", Py_TYPE(message)->tp_name);
    const rclio_yaml_options options = {.truncate_length = truncate_length > 0 ? (size_t)truncate_length : 0,
                                        .no_arr = no_arr,
                                        .no_str = no_str,
                                        .flow_style = flow_style};
    struct py_arena arena;
    py_arena_begin(&arena);
    PyObject *result = NULL;
    void *memory = py_message_to_memory(info, message, &arena);
    if (memory) {
        char *text = kind == TEXT_YAML ? rclio_message_to_yaml(info->type, memory, NULL, &options)
                                       : rclio_message_to_csv(info->type, memory, NULL, &options);
        result = text ? PyUnicode_FromString(text) : py_raise(state, rclio_error_status());
        free(text);
    }
    py_arena_end(&arena);
    return result;
}

PyObject *py_interface_packages(PyObject *module, PyObject *unused)
{
    (void)unused;
    struct py_state *state = PyModule_GetState(module);
    char **names = rclio_types_packages(state->types);
    return names ? py_strings(names) : py_raise(state, rclio_error_status());
}
