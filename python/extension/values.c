/* python/extension/values.c: Python values from a message in memory. The memory may be lent (rclio_decode_lent): sequences of numbers
 * lie at any address, bytes of bools hold anything that is not 0.
 * Threads: the interpreter's, attached. Tests: tests/python/test_serialization.py. */
#include "extension.h"

#include <string.h>

static PyObject *value_of_wstring(const rosidl_runtime_c__U16String *string)
{
    int order = PY_BIG_ENDIAN ? 1 : -1;
    if (!string->size) return PyUnicode_FromStringAndSize(NULL, 0);
    return PyUnicode_DecodeUTF16((const char *)string->data, (Py_ssize_t)(2 * string->size), "strict", &order);
}

#define LOADED(c_type, make)                  \
    do {                                      \
        c_type loaded;                        \
        memcpy(&loaded, data, sizeof loaded); \
        return make(loaded);                  \
    } while (0)

PyObject *py_value_of(rclio_base_type base, const void *data)
{
    const rosidl_runtime_c__String *string = data;
    switch (base) {
    case RCLIO_BOOL: return PyBool_FromLong(*(const uint8_t *)data != 0);
    case RCLIO_BYTE: return PyBytes_FromStringAndSize(data, 1);
    case RCLIO_INT8: LOADED(int8_t, PyLong_FromLong);
    case RCLIO_UINT8: LOADED(uint8_t, PyLong_FromLong);
    case RCLIO_INT16: LOADED(int16_t, PyLong_FromLong);
    case RCLIO_UINT16: LOADED(uint16_t, PyLong_FromLong);
    case RCLIO_INT32: LOADED(int32_t, PyLong_FromLong);
    case RCLIO_UINT32: LOADED(uint32_t, PyLong_FromUnsignedLong);
    case RCLIO_INT64: LOADED(int64_t, PyLong_FromLongLong);
    case RCLIO_UINT64: LOADED(uint64_t, PyLong_FromUnsignedLongLong);
    case RCLIO_FLOAT32: LOADED(float, PyFloat_FromDouble);
    case RCLIO_FLOAT64: LOADED(double, PyFloat_FromDouble);
    case RCLIO_STRING: return PyUnicode_DecodeUTF8(string->size ? string->data : "", (Py_ssize_t)string->size, "replace");
    case RCLIO_WSTRING: return value_of_wstring(data);
    case RCLIO_NESTED: break;
    }
    PyErr_SetString(PyExc_SystemError, "a field of no known type");
    return NULL;
}

static PyObject *element(const struct py_field *field, const char *data)
{
    if (!field->nested) return py_value_of(field->field->base, data);
    return py_message_from_memory(((struct py_class *)field->nested)->info, data);
}

static PyObject *list(const struct py_field *field, const char *data, size_t count)
{
    size_t width = rclio_field_element_size(field->field);
    PyObject *values = PyList_New((Py_ssize_t)count);
    for (size_t i = 0; values && i < count; i++) {
        PyObject *value = element(field, data + i * width);
        if (value) PyList_SET_ITEM(values, (Py_ssize_t)i, value);
        if (!value) Py_CLEAR(values);
    }
    return values;
}

struct sequence {
    const char *data;
    size_t size;
    size_t capacity;
};

static PyObject *value_of_field(struct py_field *field, const char *data)
{
    const rclio_field *about = field->field;
    const struct sequence *sequence = (const void *)data;
    switch (about->shape) {
    case RCLIO_SINGLE: return element(field, data);
    case RCLIO_ARRAY: return field->typecode ? py_fixed_array(field, data) : list(field, data, about->capacity);
    case RCLIO_BOUNDED_SEQUENCE:
    case RCLIO_SEQUENCE: break;
    }
    if (!field->typecode) return list(field, sequence->data, sequence->size);
    return py_array(field->info->state, field->typecode, sequence->data, sequence->size * rclio_field_element_size(about));
}

PyObject *py_message_from_memory(struct py_info *info, const void *memory)
{
    PyObject *message = info->class->tp_alloc(info->class, 0);
    if (!message) return NULL;
    *py_slot(message, info->check_slot) = PyBool_FromLong(info->state->check_fields);
    for (size_t i = 0; i < info->count; i++) {
        struct py_field *field = &info->fields[i];
        if (!(*py_slot(message, field->slot) = value_of_field(field, (const char *)memory + field->field->offset))) {
            Py_DECREF(message);
            return NULL;
        }
    }
    return message;
}
