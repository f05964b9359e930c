/* python/extension/words.c: see words.h. Tests: tests/python/test_shutdown.py. */
#include "words.h"

#include <stdlib.h>
#include <string.h>

char **py_words(PyObject *list, int *count)
{
    PyObject *items = list == Py_None ? PyTuple_New(0) : PySequence_Fast(list, "arguments must be a sequence of str");
    if (!items) return NULL;
    Py_ssize_t size = PySequence_Fast_GET_SIZE(items);
    char **words = PyMem_Calloc((size_t)size + 1, sizeof *words);
    bool complete = words;
    for (Py_ssize_t i = 0; complete && i < size; i++) {
        PyObject *bytes = NULL;
        complete =
            PyUnicode_FSConverter(PySequence_Fast_GET_ITEM(items, i), &bytes) && (words[i] = strdup(PyBytes_AS_STRING(bytes)));
        Py_XDECREF(bytes);
    }
    Py_DECREF(items);
    *count = (int)size;
    if (complete) return words;
    py_words_free(words);
    if (!PyErr_Occurred()) PyErr_NoMemory();
    return NULL;
}

void py_words_free(char **words)
{
    for (char **word = words; word && *word; word++) free(*word);
    PyMem_Free(words);
}

PyObject *py_remove_ros_arguments(PyObject *module, PyObject *list)
{
    int count = 0;
    char **words = py_words(list, &count);
    if (!words) return NULL;
    char **rest = rclio_remove_ros_arguments(count, words);
    py_words_free(words);
    if (!rest) return py_raise(PyModule_GetState(module), rclio_error_status());
    PyObject *result = PyList_New(0);
    for (char **word = rest; result && *word; word++) {
        PyObject *item = PyUnicode_DecodeFSDefault(*word);
        if (!item || PyList_Append(result, item)) Py_CLEAR(result);
        Py_XDECREF(item);
    }
    rclio_names_free(rest);
    return result;
}
