/* python/extension/serialization.c: messages to and from CDR. Threads: the interpreter's, attached. */
#include "extension.h"

PyObject *py_encode(struct py_info *info, PyObject *message)
{
    struct py_arena arena;
    py_arena_begin(&arena);
    PyObject *bytes = NULL;
    void *memory = py_message_to_memory(info, message, &arena);
    if (!memory) goto done;
    size_t size = rclio_encoded_size(info->codec, memory, 0);
    if (size > PY_SSIZE_T_MAX) {
        PyErr_SetString(info->state->rmw_error, rclio_error());
        goto done;
    }
    if (!(bytes = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)size))) goto done;
    if (rclio_encode(info->codec, memory, 0, (uint8_t *)PyBytes_AS_STRING(bytes), size)) {
        Py_CLEAR(bytes);
        PyErr_SetString(info->state->rmw_error, rclio_error());
    }
done:
    py_arena_end(&arena);
    return bytes;
}

PyObject *py_decode(struct py_info *info, const uint8_t *bytes, size_t size)
{
    struct py_arena arena;
    py_arena_begin(&arena);
    PyObject *message = NULL;
    void *memory = py_arena_take(info->type->size, &arena);
    if (!memory) {
        PyErr_NoMemory();
        goto done;
    }
    rclio_status status = rclio_decode_lent(info->codec, bytes, size, 0, memory, py_arena_take, &arena);
    message = status ? py_raise(info->state, status) : py_message_from_memory(info, memory);
done:
    py_arena_end(&arena);
    return message;
}
