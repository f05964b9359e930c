/* python/extension/field.c: values of message fields in Python: what a new message holds, and what a message keeps of what it is given.
 * Arrays of numbers are numpy's where numpy is there, sequences of numbers are array.array, as upstream has them.
 * Threads: the interpreter's, attached. Tests: tests/python/test_messages.py. */
#include "extension.h"

#include <string.h>

const char *const py_number_names[] = {
    [RCLIO_INT8] = "int8",       [RCLIO_UINT8] = "uint8",     [RCLIO_INT16] = "int16", [RCLIO_UINT16] = "uint16",
    [RCLIO_INT32] = "int32",     [RCLIO_UINT32] = "uint32",   [RCLIO_INT64] = "int64", [RCLIO_UINT64] = "uint64",
    [RCLIO_FLOAT32] = "float32", [RCLIO_FLOAT64] = "float64",
};

bool py_is_number(rclio_base_type base)
{
    return base >= RCLIO_INT8 && base <= RCLIO_FLOAT64;
}

PyObject *py_numpy(struct py_state *state)
{
    if (state->numpy) return state->numpy;
    state->numpy = PyImport_ImportModule("numpy");
    if (!state->numpy && PyErr_ExceptionMatches(PyExc_ImportError)) {
        PyErr_Clear();
        state->numpy = Py_NewRef(Py_None);
    }
    return state->numpy;
}

PyObject *py_array(struct py_state *state, char typecode, const void *data, size_t size)
{
    PyObject *letter = PyUnicode_FromOrdinal((unsigned char)typecode);
    PyObject *array = letter ? PyObject_CallOneArg(state->array_type, letter) : NULL;
    Py_XDECREF(letter);
    if (!array || !size) return array;
    PyObject *bytes = PyMemoryView_FromMemory((char *)(uintptr_t)data, (Py_ssize_t)size, PyBUF_READ);
    PyObject *done = bytes ? PyObject_CallMethodOneArg(array, state->frombytes_name, bytes) : NULL;
    Py_XDECREF(bytes);
    if (!done) Py_CLEAR(array);
    Py_XDECREF(done);
    return array;
}

static PyObject *array_of(struct py_state *state, char typecode, PyObject *values)
{
    return PyObject_CallFunction(state->array_type, "CO", typecode, values);
}

static PyObject *numpy_dtype(struct py_state *state, rclio_base_type base)
{
    return PyObject_GetAttrString(py_numpy(state), py_number_names[base]);
}

/* numpy.<function>(argument, dtype=<the field's>) */
static PyObject *call_numpy(const struct py_field *field, PyObject *function_name, PyObject *argument)
{
    struct py_state *state = field->info->state;
    PyObject *function = PyObject_GetAttr(py_numpy(state), function_name), *dtype = numpy_dtype(state, field->field->base),
             *made = NULL;
    PyObject *arguments = PyTuple_Pack(1, argument), *keywords = PyDict_New();
    if (function && dtype && arguments && keywords && PyDict_SetItem(keywords, state->dtype_name, dtype) == 0) {
        made = PyObject_Call(function, arguments, keywords);
    }
    Py_XDECREF(function);
    Py_XDECREF(dtype);
    Py_XDECREF(arguments);
    Py_XDECREF(keywords);
    return made;
}

static bool make_prototype(struct py_field *field)
{
    struct py_state *state = field->info->state;
    PyObject *numpy = py_numpy(state);
    if (!numpy) return false;
    if (numpy == Py_None) {
        void *zeros = PyMem_Calloc(field->field->capacity, rclio_field_element_size(field->field));
        if (!zeros) return PyErr_NoMemory(), false;
        field->prototype =
            py_array(state, field->typecode, zeros, field->field->capacity * rclio_field_element_size(field->field));
        PyMem_Free(zeros);
        return field->prototype;
    }
    PyObject *count = PyLong_FromSize_t(field->field->capacity);
    field->prototype = count ? call_numpy(field, state->zeros_name, count) : NULL;
    Py_XDECREF(count);
    return field->prototype;
}

PyObject *py_fixed_array(struct py_field *field, const void *data)
{
    struct py_state *state = field->info->state;
    Py_buffer buffer;
    if (!field->prototype && !make_prototype(field)) return NULL;
    PyObject *array = state->numpy == Py_None ? PySequence_GetSlice(field->prototype, 0, PY_SSIZE_T_MAX)
                                              : PyObject_CallMethodNoArgs(field->prototype, state->copy_name);
    if (!array || !data) return array;
    if (PyObject_GetBuffer(array, &buffer, PyBUF_WRITABLE)) {
        Py_DECREF(array);
        return NULL;
    }
    memcpy(buffer.buf, data, (size_t)buffer.len);
    PyBuffer_Release(&buffer);
    return array;
}

PyObject *py_constant(rclio_base_type base, const void *value)
{
    if (base != RCLIO_STRING && base != RCLIO_WSTRING) return py_value_of(base, value);
    return PyUnicode_FromString(*(const char *const *)value);
}

static PyObject *empty_value(const struct py_field *field)
{
    static const char zeros[32];
    if (field->nested) return PyObject_CallNoArgs((PyObject *)field->nested);
    return py_value_of(field->field->base, zeros);
}

static PyObject *default_list(const struct py_field *field)
{
    const rclio_field *about = field->field;
    bool is_text = about->base == RCLIO_STRING || about->base == RCLIO_WSTRING;
    size_t width = is_text ? sizeof(char *) : rclio_field_element_size(about);
    size_t count = about->default_value ? about->default_count : about->shape == RCLIO_ARRAY ? about->capacity : 0;
    PyObject *values = PyList_New((Py_ssize_t)count);
    for (size_t i = 0; values && i < count; i++) {
        PyObject *value =
            about->default_value ? py_constant(about->base, (const char *)about->default_value + i * width) : empty_value(field);
        if (value) PyList_SET_ITEM(values, (Py_ssize_t)i, value);
        if (!value) Py_CLEAR(values);
    }
    return values;
}

PyObject *py_field_default(struct py_field *field)
{
    const rclio_field *about = field->field;
    if (field->initial) return Py_NewRef(field->initial);
    if (field->typecode && about->shape == RCLIO_ARRAY) return py_fixed_array(field, about->default_value);
    if (field->typecode) {
        size_t size = about->default_value ? about->default_count * rclio_field_element_size(about) : 0;
        return py_array(field->info->state, field->typecode, about->default_value, size);
    }
    if (about->shape != RCLIO_SINGLE) return default_list(field);
    return about->default_value ? py_constant(about->base, about->default_value) : empty_value(field);
}

/* true: the buffer's numbers are the field's, in one row without gaps. */
static bool holds_numbers(const struct py_field *field, const Py_buffer *buffer)
{
    static const char signed_letters[] = "bhilq", unsigned_letters[] = "BHILQ";
    const char *format = buffer->format;
    if (!format || buffer->ndim != 1 || (size_t)buffer->itemsize != rclio_field_element_size(field->field)) return false;
    if (*format == '@' || *format == '=') format++;
    if (!format[0] || format[1]) return false;
    if (format[0] == field->typecode) return true;
    return (strchr(signed_letters, field->typecode) && strchr(signed_letters, format[0])) ||
           (strchr(unsigned_letters, field->typecode) && strchr(unsigned_letters, format[0]));
}

/* array.array(typecode, values), which walks numpy arrays element by element, at the speed of a copy. */
static PyObject *sequence_of(const struct py_field *field, PyObject *values)
{
    struct py_state *state = field->info->state;
    Py_buffer buffer;
    bool is_special = PyList_Check(values) || PyTuple_Check(values) || PyBytes_Check(values) || PyByteArray_Check(values) ||
                      !PyObject_CheckBuffer(values) || PyObject_TypeCheck(values, (PyTypeObject *)state->array_type);
    if (is_special) return array_of(state, field->typecode, values);
    if (PyObject_GetBuffer(values, &buffer, PyBUF_C_CONTIGUOUS | PyBUF_FORMAT)) {
        PyErr_Clear();
        return array_of(state, field->typecode, values);
    }
    PyObject *array = holds_numbers(field, &buffer) ? py_array(state, field->typecode, buffer.buf, (size_t)buffer.len)
                                                    : array_of(state, field->typecode, values);
    PyBuffer_Release(&buffer);
    return array;
}

PyObject *py_field_given(struct py_field *field, PyObject *value, bool check)
{
    struct py_state *state = field->info->state;
    if (check && !py_check(field, value)) return NULL;
    if (!field->typecode) return Py_NewRef(value);
    bool is_array = PyObject_TypeCheck(value, (PyTypeObject *)state->array_type);
    if (field->field->shape != RCLIO_ARRAY) return check && is_array ? Py_NewRef(value) : sequence_of(field, value);
    PyObject *numpy = py_numpy(state);
    if (!numpy) return NULL;
    if (numpy == Py_None) return check && is_array ? Py_NewRef(value) : sequence_of(field, value);
    if (check && strcmp(Py_TYPE(value)->tp_name, "numpy.ndarray") == 0) return Py_NewRef(value);
    return call_numpy(field, state->array_name, value);
}
