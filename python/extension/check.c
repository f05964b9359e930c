/* python/extension/check.c: ROS_PYTHON_CHECK_FIELDS and check_fields: whether a value may be in a field, and upstream's sentences where it
 * may not.
 * Threads: the interpreter's, attached. Tests: tests/python/test_messages.py, tests/python/test_twin_messages.py. */
#include "extension.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* The limits that upstream compares with: written with ten digits, a little less than FLT_MAX. */
#define FLOAT32_LIMIT 3.402823466e+38
#define FLOAT64_LIMIT 1.7976931348623157e+308

enum { SEQUENCE, SET, USER_LIST, USER_STRING, CHECKS };

/* "The 'name' <rest>" as an AssertionError; takes `rest`; false. */
static bool refuse(const struct py_field *field, PyObject *rest)
{
    PyObject *text = rest ? PyUnicode_FromFormat("The '%U' %U", field->name, rest) : NULL;
    if (text) PyErr_SetObject(PyExc_AssertionError, text);
    Py_XDECREF(rest);
    Py_XDECREF(text);
    return false;
}

#define REFUSE(field, ...) refuse((field), PyUnicode_FromFormat(__VA_ARGS__))

static PyObject *abstract_classes(struct py_state *state)
{
    static const struct {
        const char *module, *name;
    } wanted[CHECKS] = {
        {"collections.abc", "Sequence"}, {"collections.abc", "Set"}, {"collections", "UserList"}, {"collections", "UserString"}};
    PyObject *found = state->checks ? NULL : PyTuple_New(CHECKS);
    for (int i = 0; found && i < CHECKS; i++) {
        PyObject *module = PyImport_ImportModule(wanted[i].module);
        PyObject *class = module ? PyObject_GetAttrString(module, wanted[i].name) : NULL;
        Py_XDECREF(module);
        if (class) PyTuple_SET_ITEM(found, i, class);
        if (!class) Py_CLEAR(found);
    }
    if (found) state->checks = found;
    return state->checks;
}

static int is_a(struct py_state *state, PyObject *value, int which)
{
    PyObject *classes = abstract_classes(state);
    return classes ? PyObject_IsInstance(value, PyTuple_GET_ITEM(classes, which)) : -1;
}

static const char *python_type(const struct py_field *field)
{
    switch (field->field->base) {
    case RCLIO_BOOL: return "bool";
    case RCLIO_BYTE: return "bytes";
    case RCLIO_FLOAT32:
    case RCLIO_FLOAT64: return "float";
    case RCLIO_STRING:
    case RCLIO_WSTRING: return "str";
    case RCLIO_NESTED: return strrchr(field->field->nested->name, '/') + 1;
    default: return "int";
    }
}

static bool has_type(const struct py_field *field, PyObject *value)
{
    switch (field->field->base) {
    case RCLIO_BOOL: return PyBool_Check(value);
    case RCLIO_BYTE: return PyBytes_Check(value);
    case RCLIO_FLOAT32:
    case RCLIO_FLOAT64: return PyFloat_Check(value);
    case RCLIO_STRING:
    case RCLIO_WSTRING: return PyUnicode_Check(value);
    case RCLIO_NESTED: return PyObject_TypeCheck(value, field->nested);
    default: return PyLong_Check(value);
    }
}

static bool is_unsigned(rclio_base_type base)
{
    return base == RCLIO_UINT8 || base == RCLIO_UINT16 || base == RCLIO_UINT32 || base == RCLIO_UINT64;
}

static bool is_float(rclio_base_type base)
{
    return base == RCLIO_FLOAT32 || base == RCLIO_FLOAT64;
}

static int64_t lowest(const rclio_field *field)
{
    return is_unsigned(field->base) ? 0 : -(int64_t)(UINT64_MAX >> (65 - 8 * rclio_field_element_size(field))) - 1;
}

static uint64_t highest(const rclio_field *field)
{
    return UINT64_MAX >> ((is_unsigned(field->base) ? 64 : 65) - 8 * rclio_field_element_size(field));
}

static bool integer_in_range(const rclio_field *field, PyObject *value)
{
    int overflow;
    long long number = PyLong_AsLongLongAndOverflow(value, &overflow);
    if (overflow == 0) return number >= lowest(field) && (number < 0 || (unsigned long long)number <= highest(field));
    if (overflow < 0 || field->base != RCLIO_UINT64) return false;
    unsigned long long large = PyLong_AsUnsignedLongLong(value);
    bool fits = large != (unsigned long long)-1 || !PyErr_Occurred();
    PyErr_Clear();
    return fits;
}

static bool in_range(const rclio_field *field, PyObject *value)
{
    if (!is_float(field->base)) return integer_in_range(field, value);
    double number = PyFloat_AsDouble(value), limit = field->base == RCLIO_FLOAT32 ? FLOAT32_LIMIT : FLOAT64_LIMIT;
    return !(number < -limit || number > limit) || isinf(number);
}

static bool check_number(const struct py_field *field, PyObject *value)
{
    const rclio_field *about = field->field;
    if (!has_type(field, value)) return REFUSE(field, "field must be of type '%s'", python_type(field));
    if (in_range(about, value)) return true;
    if (about->base == RCLIO_FLOAT32) return REFUSE(field, "field must be a float in [-3.402823466e+38, 3.402823466e+38]");
    if (about->base == RCLIO_FLOAT64)
        return REFUSE(field, "field must be a double in [-1.7976931348623157e+308, 1.7976931348623157e+308]");
    return REFUSE(field, "field must be an %sinteger in [%lld, %llu]", is_unsigned(about->base) ? "unsigned " : "",
                  (long long)lowest(about), (unsigned long long)highest(about));
}

static bool check_byte(const struct py_field *field, PyObject *value)
{
    bool is_bytes = PyBytes_Check(value) || PyByteArray_Check(value) || PyMemoryView_Check(value);
    if (is_bytes && PyObject_Size(value) == 1) return true;
    return REFUSE(field, "field must be of type 'bytes' or 'ByteString' with length 1");
}

static bool check_text(const struct py_field *field, PyObject *value)
{
    size_t bound = field->field->string_bound;
    if (!bound) return PyUnicode_Check(value) || REFUSE(field, "field must be of type 'str'");
    int is_text = PyUnicode_Check(value) ? 1 : is_a(field->info->state, value, USER_STRING);
    if (is_text < 0) return false;
    if (is_text && (size_t)PyObject_Size(value) <= bound) return true;
    return REFUSE(field, "field must be string value not longer than %zu", bound);
}

static bool check_single(const struct py_field *field, PyObject *value)
{
    switch (field->field->base) {
    case RCLIO_BOOL: return PyBool_Check(value) || REFUSE(field, "field must be of type 'bool'");
    case RCLIO_BYTE: return check_byte(field, value);
    case RCLIO_STRING:
    case RCLIO_WSTRING: return check_text(field, value);
    case RCLIO_NESTED:
        return has_type(field, value) || REFUSE(field, "field must be a sub message of type '%s'", python_type(field));
    default: return check_number(field, value);
    }
}

/* An array.array or a numpy array must be of the field's own kind; 1: it is, 0: the value is neither, -1: refused. */
static int check_typed_array(const struct py_field *field, PyObject *value)
{
    const rclio_field *about = field->field;
    struct py_state *state = field->info->state;
    bool is_fixed = about->shape == RCLIO_ARRAY;
    if (!field->typecode) return 0;
    if (is_fixed && strcmp(Py_TYPE(value)->tp_name, "numpy.ndarray") == 0) {
        PyObject *dtype = PyObject_GetAttr(value, state->dtype_name), *size = PyObject_GetAttr(value, state->size_name);
        PyObject *wanted = dtype && size ? PyObject_GetAttrString(py_numpy(state), py_number_names[about->base]) : NULL;
        int same = wanted ? PyObject_RichCompareBool(dtype, wanted, Py_EQ) : -1;
        size_t count = size ? PyLong_AsSize_t(size) : 0;
        Py_XDECREF(dtype);
        Py_XDECREF(size);
        Py_XDECREF(wanted);
        if (same == 0) REFUSE(field, "numpy.ndarray() must have the dtype of 'numpy.%s'", py_number_names[about->base]);
        if (same == 1 && count != about->capacity) REFUSE(field, "numpy.ndarray() must have a size of %zu", about->capacity);
        return PyErr_Occurred() ? -1 : 1;
    }
    if (is_fixed || !PyObject_TypeCheck(value, (PyTypeObject *)state->array_type)) return 0;
    PyObject *letter = PyObject_GetAttr(value, state->typecode_name);
    bool same = letter && PyUnicode_READ_CHAR(letter, 0) == (Py_UCS4)field->typecode;
    Py_XDECREF(letter);
    if (!same) return REFUSE(field, "array.array() must have the type code of '%c'", field->typecode), -1;
    if (about->shape == RCLIO_BOUNDED_SEQUENCE && (size_t)PyObject_Size(value) > about->capacity) {
        return REFUSE(field, "array.array() must have a size <= %zu", about->capacity), -1;
    }
    return 1;
}

/* 1: a set or sequence, and no text; -1: an exception */
static int is_collection(struct py_state *state, PyObject *value)
{
    if (PyList_Check(value) || PyTuple_Check(value)) return 1;
    if (PyUnicode_Check(value)) return 0;
    int is_text = is_a(state, value, USER_STRING);
    if (is_text) return is_text < 0 ? -1 : 0;
    for (int which = SEQUENCE; which <= USER_LIST; which++) {
        int is = is_a(state, value, which);
        if (is) return is;
    }
    return 0;
}

static int elements_fit(const struct py_field *field, PyObject *value)
{
    const rclio_field *about = field->field;
    bool is_number = py_is_number(about->base), is_bounded_text = about->string_bound != 0;
    PyObject *values = PySequence_Fast(value, "not a sequence");
    if (!values) return -1;
    int fit = 1;
    for (Py_ssize_t i = 0; fit && i < PySequence_Fast_GET_SIZE(values); i++) {
        PyObject *element = PySequence_Fast_GET_ITEM(values, i);
        fit = has_type(field, element) && (!is_number || in_range(about, element)) &&
              (!is_bounded_text || (size_t)PyUnicode_GET_LENGTH(element) <= about->string_bound);
    }
    Py_DECREF(values);
    return fit;
}

static PyObject *range_text(const rclio_field *field)
{
    char limit[400]; /* upstream writes all the digits of DBL_MAX */
    if (field->string_bound) return PyUnicode_FromFormat(" and each string value not longer than %zu", field->string_bound);
    if (!py_is_number(field->base)) return PyUnicode_FromString("");
    if (!is_float(field->base)) {
        return PyUnicode_FromFormat(" and each %sinteger in [%lld, %llu]", is_unsigned(field->base) ? "unsigned " : "",
                                    (long long)lowest(field), (unsigned long long)highest(field));
    }
    snprintf(limit, sizeof limit, "%f", field->base == RCLIO_FLOAT32 ? FLOAT32_LIMIT : FLOAT64_LIMIT);
    return PyUnicode_FromFormat(" and each %s in [-%s, %s]", field->base == RCLIO_FLOAT32 ? "float" : "double", limit, limit);
}

static bool refuse_collection(const struct py_field *field)
{
    const rclio_field *about = field->field;
    char length[64] = "";
    if (about->shape == RCLIO_ARRAY) snprintf(length, sizeof length, " with length %zu", about->capacity);
    if (about->shape == RCLIO_BOUNDED_SEQUENCE) snprintf(length, sizeof length, " with length <= %zu", about->capacity);
    PyObject *range = range_text(about);
    if (range)
        REFUSE(field, "field must be a set or sequence%s and each value of type '%s'%U", length, python_type(field), range);
    Py_XDECREF(range);
    return false;
}

bool py_check(const struct py_field *field, PyObject *value)
{
    const rclio_field *about = field->field;
    if (about->shape == RCLIO_SINGLE) return check_single(field, value);
    int typed = check_typed_array(field, value);
    if (typed) return typed > 0;
    int fits = is_collection(field->info->state, value);
    if (fits > 0) {
        Py_ssize_t count = PyObject_Size(value);
        fits = count < 0                                ? -1
               : about->shape == RCLIO_ARRAY            ? (size_t)count == about->capacity
               : about->shape == RCLIO_BOUNDED_SEQUENCE ? (size_t)count <= about->capacity
                                                        : 1;
    }
    if (fits > 0) fits = elements_fit(field, value);
    return fits > 0 || (fits < 0 ? false : refuse_collection(field));
}
