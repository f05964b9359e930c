/* python/extension/message.c: what all messages do: construction, fields, comparison, text. A message is an object with one slot for a
 * field, named as upstream names them (`_data`), so copying and pickling are Python's own.
 * Threads: the interpreter's, attached. Tests: tests/python/test_messages.py. */
#include "extension.h"

#include <string.h>

PyObject *py_message_get(PyObject *message, void *closure)
{
    const struct py_field *field = closure;
    PyObject *value = *py_slot(message, field->slot);
    if (value) return Py_NewRef(value);
    return PyErr_Format(PyExc_AttributeError, "'%s' object has no attribute '_%U'", Py_TYPE(message)->tp_name, field->name);
}

static int is_checked(PyObject *message, const struct py_info *info)
{
    PyObject *check = *py_slot(message, info->check_slot);
    return check == Py_False || !check ? 0 : check == Py_True ? 1 : PyObject_IsTrue(check);
}

static void put(PyObject *message, const struct py_field *field, PyObject *value)
{
    PyObject **slot = py_slot(message, field->slot), *old = *slot;
    *slot = value;
    Py_XDECREF(old);
}

int py_message_set(PyObject *message, PyObject *value, void *closure)
{
    struct py_field *field = closure;
    if (!value) {
        PyErr_Format(PyExc_AttributeError, "property '%U' of '%s' object has no deleter", field->name, Py_TYPE(message)->tp_name);
        return -1;
    }
    int check = is_checked(message, field->info);
    PyObject *kept = check < 0 ? NULL : py_field_given(field, value, check);
    if (kept) put(message, field, kept);
    return kept ? 0 : -1;
}

/* "Invalid arguments passed to constructor: a, b" when there is a keyword that is no field. */
static bool check_keywords(const struct py_info *info, PyObject *keywords)
{
    PyObject *key, *value, *wrong = PyList_New(0);
    Py_ssize_t at = 0;
    while (wrong && PyDict_Next(keywords, &at, &key, &value)) {
        bool known = PyUnicode_Compare(key, info->state->check_fields_name) == 0;
        for (size_t i = 0; i < info->count && !known; i++) known = PyUnicode_Compare(key, info->fields[i].name) == 0;
        if (!known && PyList_Append(wrong, key)) Py_CLEAR(wrong);
    }
    bool right = wrong && PyList_GET_SIZE(wrong) == 0;
    if (wrong && !right && PyList_Sort(wrong) == 0) {
        PyObject *comma = PyUnicode_FromString(", "), *names = comma ? PyUnicode_Join(comma, wrong) : NULL;
        if (names) PyErr_Format(PyExc_AssertionError, "Invalid arguments passed to constructor: %U", names);
        Py_XDECREF(comma);
        Py_XDECREF(names);
    }
    Py_XDECREF(wrong);
    return right;
}

static PyObject *value_given(struct py_field *field, PyObject *value, bool check)
{
    bool is_sequence = field->typecode && field->field->shape != RCLIO_ARRAY;
    if (!check || !is_sequence || field->field->default_value) return py_field_given(field, value, check);
    PyObject *array = py_field_given(field, value, false); /* upstream's constructor makes the array, and then checks it */
    PyObject *kept = array ? py_field_given(field, array, true) : NULL;
    Py_XDECREF(array);
    return kept;
}

static int message_init(PyObject *self, PyObject *args, PyObject *keywords)
{
    struct py_info *info = py_info_of(Py_TYPE(self));
    if (PyTuple_GET_SIZE(args)) {
        PyErr_Format(PyExc_TypeError, "%s.__init__() takes 1 positional argument but %zd were given", Py_TYPE(self)->tp_name,
                     PyTuple_GET_SIZE(args) + 1);
        return -1;
    }
    if (!info) {
        PyErr_SetString(PyExc_TypeError, "rclpy._rclio.Message is the base of message classes: use one of them");
        return -1;
    }
    struct py_state *state = info->state;
    PyObject *flag = keywords ? PyDict_GetItemWithError(keywords, state->check_fields_name) : NULL,
             *old = *py_slot(self, info->check_slot);
    if (!flag && PyErr_Occurred()) return -1;
    *py_slot(self, info->check_slot) = flag ? Py_NewRef(flag) : PyBool_FromLong(state->check_fields);
    Py_XDECREF(old);
    int check = is_checked(self, info);
    if (check < 0 || (check && keywords && !check_keywords(info, keywords))) return -1;
    for (size_t i = 0; i < info->count; i++) {
        struct py_field *field = &info->fields[i];
        PyObject *given = keywords ? PyDict_GetItemWithError(keywords, field->name) : NULL;
        if (!given && keywords && PyErr_Occurred()) return -1;
        PyObject *value = given ? value_given(field, given, check) : py_field_default(field);
        if (!value) return -1;
        put(self, field, value);
    }
    return 0;
}

static PyObject *text_of_field(const struct py_field *field, PyObject *value)
{
    bool is_sequence = field->typecode && field->field->shape != RCLIO_ARRAY;
    Py_ssize_t count = is_sequence ? PyObject_Size(value) : 1;
    if (count < 0) return NULL;
    if (count == 0) return PyUnicode_FromString("[]");
    PyObject *text = PyObject_Repr(value);
    if (!text || !is_sequence) return text;
    static const char prefix[] = "array('X', "; /* as upstream: without "array('B', " and ")" */
    PyObject *list = PyUnicode_Substring(text, sizeof prefix - 1, PyUnicode_GET_LENGTH(text) - 1);
    Py_DECREF(text);
    return list;
}

static PyObject *message_repr(PyObject *self)
{
    struct py_info *info = py_info_of(Py_TYPE(self));
    if (!info) return PyErr_Format(PyExc_TypeError, "not a message");
    PyObject *parts = PyList_New(0), *comma = PyUnicode_FromString(", "), *fields = NULL, *text = NULL;
    PyObject *module = PyObject_GetAttr((PyObject *)Py_TYPE(self), info->state->__module___name), *package = NULL;
    PyObject *name = PyObject_GetAttrString((PyObject *)Py_TYPE(self), "__name__");
    if (!parts || !comma || !module || !name || !PyUnicode_Check(module)) goto done;
    for (size_t i = 0; i < info->count; i++) {
        PyObject *value = PyObject_GetAttr(self, info->fields[i].name),
                 *value_text = value ? text_of_field(&info->fields[i], value) : NULL;
        PyObject *part = value_text ? PyUnicode_FromFormat("%U=%U", info->fields[i].name, value_text) : NULL;
        bool kept = part && PyList_Append(parts, part) == 0;
        Py_XDECREF(value);
        Py_XDECREF(value_text);
        Py_XDECREF(part);
        if (!kept) goto done;
    }
    if (!(fields = PyUnicode_Join(comma, parts))) goto done;
    Py_ssize_t dot = PyUnicode_FindChar(module, '.', 0, PyUnicode_GET_LENGTH(module), -1);
    if (dot < -1 || !(package = PyUnicode_Substring(module, 0, dot < 0 ? 0 : dot))) goto done;
    text = PyUnicode_FromFormat("%U%s%U(%U)", package, dot < 0 ? "" : ".", name, fields);
done:
    Py_XDECREF(parts);
    Py_XDECREF(comma);
    Py_XDECREF(fields);
    Py_XDECREF(module);
    Py_XDECREF(package);
    Py_XDECREF(name);
    return text;
}

static int any_true(PyObject *values)
{
    PyObject *iterator = PyObject_GetIter(values), *value;
    int truth = 0;
    if (!iterator) { /* a comparison that gave one answer */
        PyErr_Clear();
        return PyObject_IsTrue(values);
    }
    while (truth == 0 && (value = PyIter_Next(iterator))) {
        truth = PyObject_IsTrue(value);
        Py_DECREF(value);
    }
    Py_DECREF(iterator);
    return PyErr_Occurred() ? -1 : truth;
}

/* 1: the values differ, as `!=` says, which numpy says for each element; -1: an exception. */
static int differ(const struct py_field *field, PyObject *a, PyObject *b)
{
    PyObject *answer = PyObject_RichCompare(a, b, Py_NE);
    if (!answer) return -1;
    bool is_array = field->typecode && field->field->shape == RCLIO_ARRAY && !PyBool_Check(answer);
    int truth = is_array ? any_true(answer) : PyObject_IsTrue(answer);
    Py_DECREF(answer);
    return truth;
}

static PyObject *message_compare(PyObject *self, PyObject *other, int operator)
{
    if (operator!= Py_EQ && operator!= Py_NE) Py_RETURN_NOTIMPLEMENTED;
    struct py_info *info = py_info_of(Py_TYPE(self));
    bool equal = info && PyObject_TypeCheck(other, Py_TYPE(self));
    for (size_t i = 0; equal && i < info->count; i++) {
        PyObject *a = PyObject_GetAttr(self, info->fields[i].name), *b = a ? PyObject_GetAttr(other, info->fields[i].name) : NULL;
        int differs = b ? differ(&info->fields[i], a, b) : -1;
        Py_XDECREF(a);
        Py_XDECREF(b);
        if (differs < 0) return NULL;
        equal = !differs;
    }
    return PyBool_FromLong(equal == (operator== Py_EQ));
}

static PyObject *get_fields_and_field_types(PyObject *class, PyObject *unused)
{
    (void)unused;
    PyObject *fields = PyObject_GetAttrString(class, "_fields_and_field_types");
    PyObject *copy = fields ? PyDict_Copy(fields) : NULL;
    Py_XDECREF(fields);
    return copy;
}

static PyMethodDef message_methods[] = {
    {"get_fields_and_field_types", get_fields_and_field_types, METH_CLASS | METH_NOARGS,
     "Field names and their types, as a new dict."},
    {0},
};

static PyType_Slot message_slots[] = {
    {Py_tp_doc, "Base of all message classes."},
    {Py_tp_init, message_init},
    {Py_tp_repr, message_repr},
    {Py_tp_richcompare, message_compare},
    {Py_tp_hash, PyObject_HashNotImplemented},
    {Py_tp_methods, message_methods},
    {0},
};

PyType_Spec py_message_spec = {
    .name = "rclpy._rclio.Message",
    .basicsize = sizeof(PyObject),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .slots = message_slots,
};
