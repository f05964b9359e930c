/* python/extension/memory.c: a message as C memory that borrows from its Python values: text, arrays and buffers are pointed to, not
 * copied. What it makes beside that lies in the arena.
 *
 *   ME1  The arena holds what is borrowed from until it ends, and walks nothing that can change: the conversion of an odd value
 *        (__index__, __iter__) may run Python code, which may change the message.
 * Threads: the interpreter's, attached. Tests: tests/python/test_serialization.py. */
#include "extension.h"

#include <string.h>

struct sequence {
    void *data;
    size_t size;
    size_t capacity;
};

static bool wrong(const struct py_field *field, const char *expected, PyObject *value)
{
    PyErr_Format(PyExc_TypeError, "field '%U' of %s must be %s, not %s", field->name, field->info->type->name, expected,
                 Py_TYPE(value)->tp_name);
    return false;
}

/* As upstream's C conversions do: what does not fit is cut off. */
static bool put_integer(const struct py_field *field, PyObject *value, char *to, size_t width)
{
    PyObject *number = PyLong_Check(value) ? Py_NewRef(value) : PyNumber_Index(value);
    if (!number) {
        PyErr_Clear();
        return wrong(field, "an int", value);
    }
    uint64_t bits = PyLong_AsUnsignedLongLongMask(number);
    Py_DECREF(number);
    if (bits == UINT64_MAX && PyErr_Occurred()) return false;
    uint8_t b8 = (uint8_t)bits;
    uint16_t b16 = (uint16_t)bits;
    uint32_t b32 = (uint32_t)bits;
    memcpy(to, width == 1 ? (void *)&b8 : width == 2 ? (void *)&b16 : width == 4 ? (void *)&b32 : (void *)&bits, width);
    return true;
}

static bool put_float(const struct py_field *field, PyObject *value, char *to, size_t width)
{
    double number = PyFloat_AsDouble(value);
    if (number == -1 && PyErr_Occurred()) {
        if (!PyErr_ExceptionMatches(PyExc_TypeError)) return false;
        PyErr_Clear();
        return wrong(field, "a float", value);
    }
    float narrow = (float)number;
    memcpy(to, width == 4 ? (void *)&narrow : (void *)&number, width);
    return true;
}

static bool put_byte(const struct py_field *field, PyObject *value, char *to)
{
    Py_buffer buffer;
    if (PyBytes_Check(value) && PyBytes_GET_SIZE(value) == 1) {
        *to = *PyBytes_AS_STRING(value);
        return true;
    }
    if (PyLong_Check(value)) return put_integer(field, value, to, 1);
    if (!PyObject_CheckBuffer(value)) return wrong(field, "bytes of length 1", value);
    if (PyObject_GetBuffer(value, &buffer, PyBUF_SIMPLE)) return false;
    bool is_one = buffer.len == 1;
    if (is_one) *to = *(const char *)buffer.buf;
    PyBuffer_Release(&buffer);
    return is_one || wrong(field, "bytes of length 1", value);
}

/* The arena holds the text, so that nothing that runs later takes it away. */
static bool put_string(const struct py_field *field, PyObject *value, rosidl_runtime_c__String *to, struct py_arena *arena)
{
    Py_ssize_t size;
    if (!PyUnicode_Check(value)) return wrong(field, "a str", value);
    if (!py_arena_hold(arena, Py_NewRef(value))) return false;
    const char *bytes = PyUnicode_AsUTF8AndSize(value, &size);
    *to = (rosidl_runtime_c__String){.data = (char *)(uintptr_t)bytes, .size = (size_t)size};
    return bytes;
}

static bool put_wstring(const struct py_field *field, PyObject *value, rosidl_runtime_c__U16String *to, struct py_arena *arena)
{
    if (!PyUnicode_Check(value)) return wrong(field, "a str", value);
    PyObject *units = PyUnicode_AsUTF16String(value); /* begins with a byte order mark, in the host's order */
    if (!units || !py_arena_hold(arena, units)) return false;
    to->data = (uint_least16_t *)(void *)(PyBytes_AS_STRING(units) + 2);
    to->size = (size_t)PyBytes_GET_SIZE(units) / 2 - 1;
    to->capacity = 0;
    return true;
}

static bool put_message(struct py_info *info, PyObject *message, char *memory, struct py_arena *arena);

static bool put_nested(const struct py_field *field, PyObject *value, char *to, struct py_arena *arena)
{
    struct py_info *info = ((struct py_class *)field->nested)->info;
    if (!PyObject_TypeCheck(value, field->nested)) return wrong(field, info->type->name, value);
    return py_arena_hold(arena, Py_NewRef(value)) && put_message(info, value, to, arena);
}

static bool put_value(const struct py_field *field, PyObject *value, char *to, struct py_arena *arena)
{
    int truth;
    switch (field->field->base) {
    case RCLIO_BOOL:
        if ((truth = value == Py_True ? 1 : value == Py_False ? 0 : PyObject_IsTrue(value)) < 0) return false;
        *to = (char)truth;
        return true;
    case RCLIO_BYTE: return put_byte(field, value, to);
    case RCLIO_FLOAT32:
    case RCLIO_FLOAT64: return put_float(field, value, to, rclio_field_element_size(field->field));
    case RCLIO_STRING: return put_string(field, value, (void *)to, arena);
    case RCLIO_WSTRING: return put_wstring(field, value, (void *)to, arena);
    case RCLIO_NESTED: return put_nested(field, value, to, arena);
    case RCLIO_INT8:
    case RCLIO_UINT8:
    case RCLIO_INT16:
    case RCLIO_UINT16:
    case RCLIO_INT32:
    case RCLIO_UINT32:
    case RCLIO_INT64:
    case RCLIO_UINT64: return put_integer(field, value, to, rclio_field_element_size(field->field));
    }
    return false;
}

/* 'i' for integers of either sign, 'f' for floats, as far as a buffer's format tells one number; 0: something else. */
static char family(const char *format)
{
    if (!format) return 'i';
    if (*format == '@' || *format == '=' || *format == (PY_BIG_ENDIAN ? '>' : '<')) format++;
    if (!format[0] || format[1]) return 0;
    return strchr("bBhHiIlLqQ", format[0]) ? 'i' : strchr("fd", format[0]) ? 'f' : 0;
}

/* 1: `to` borrows the value's memory; 0: it cannot; -1: an exception. */
static int borrow_numbers(const struct py_field *field, PyObject *value, struct sequence *to, struct py_arena *arena)
{
    if (!PyObject_CheckBuffer(value)) return 0;
    Py_buffer *buffer = py_arena_buffer(arena);
    if (!buffer) return -1;
    if (PyObject_GetBuffer(value, buffer, PyBUF_C_CONTIGUOUS | PyBUF_FORMAT)) {
        PyErr_Clear();
        buffer->obj = NULL;
        return 0;
    }
    char wanted = field->field->base >= RCLIO_FLOAT32 && field->field->base <= RCLIO_FLOAT64 ? 'f' : 'i';
    size_t width = rclio_field_element_size(field->field);
    if ((size_t)buffer->itemsize != width || family(buffer->format) != wanted) return 0;
    *to = (struct sequence){.data = buffer->buf, .size = (size_t)buffer->len / width};
    return 1;
}

/* Elements one by one into new memory, or into `place` with room for `room`. */
static bool put_values(const struct py_field *field, PyObject *value, char *place, size_t room, struct sequence *to,
                       struct py_arena *arena)
{
    struct sequence unused;
    size_t width = rclio_field_element_size(field->field);
    if (PyUnicode_Check(value)) return wrong(field, "a sequence", value);
    PyObject *values = PySequence_Tuple(value); /* nothing can change it while elements are converted (ME1) */
    if (!values) {
        if (!PyErr_ExceptionMatches(PyExc_TypeError)) return false;
        PyErr_Clear();
        return wrong(field, "a sequence", value);
    }
    if (!py_arena_hold(arena, values)) return false;
    size_t count = (size_t)PyTuple_GET_SIZE(values);
    if (place && count != room) {
        PyErr_Format(PyExc_ValueError, "field '%U' of %s must have %zu elements, not %zu", field->name, field->info->type->name,
                     room, count);
        return false;
    }
    if (!place && count > SIZE_MAX / width) return PyErr_NoMemory(), false;
    if (!place && count && !(place = py_arena_take(count * width, arena))) return PyErr_NoMemory(), false;
    if (!to) to = &unused;
    *to = (struct sequence){.data = place, .size = count};
    for (size_t i = 0; i < count; i++) {
        if (!put_value(field, PyTuple_GET_ITEM(values, (Py_ssize_t)i), place + i * width, arena)) return false;
    }
    return true;
}

static bool put_array(const struct py_field *field, PyObject *value, char *to, struct py_arena *arena)
{
    struct sequence lent;
    size_t count = field->field->capacity;
    int borrowed = field->typecode ? borrow_numbers(field, value, &lent, arena) : 0;
    if (borrowed < 0) return false;
    if (!borrowed || lent.size != count) return put_values(field, value, to, count, NULL, arena);
    memcpy(to, lent.data, count * rclio_field_element_size(field->field));
    return true;
}

static bool put_sequence(const struct py_field *field, PyObject *value, struct sequence *to, struct py_arena *arena)
{
    int borrowed = field->typecode || (field->field->base == RCLIO_BYTE && !PyList_Check(value))
                       ? borrow_numbers(field, value, to, arena)
                       : 0;
    return borrowed < 0 ? false : borrowed || put_values(field, value, NULL, 0, to, arena);
}

static bool put_field(const struct py_field *field, PyObject *value, char *to, struct py_arena *arena)
{
    switch (field->field->shape) {
    case RCLIO_SINGLE: return put_value(field, value, to, arena);
    case RCLIO_ARRAY: return put_array(field, value, to, arena);
    case RCLIO_BOUNDED_SEQUENCE:
    case RCLIO_SEQUENCE: return put_sequence(field, value, (void *)to, arena);
    }
    return false;
}

static bool put_message(struct py_info *info, PyObject *message, char *memory, struct py_arena *arena)
{
    if (info->count == 0) memset(memory, 0, info->type->size); /* the placeholder of an empty structure */
    for (size_t i = 0; i < info->count; i++) {
        const struct py_field *field = &info->fields[i];
        PyObject *value = *py_slot(message, field->slot);
        if (!value) {
            PyErr_Format(PyExc_AttributeError, "'%s' object has no attribute '_%U'", Py_TYPE(message)->tp_name, field->name);
            return false;
        }
        Py_INCREF(value);
        bool put = put_field(field, value, memory + field->field->offset, arena);
        Py_DECREF(value);
        if (!put) return false;
    }
    return true;
}

void *py_message_to_memory(struct py_info *info, PyObject *message, struct py_arena *arena)
{
    char *memory = py_arena_take(info->type->size, arena);
    if (!memory) return PyErr_NoMemory();
    return put_message(info, message, memory, arena) ? memory : NULL;
}
