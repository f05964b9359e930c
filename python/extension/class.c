/* python/extension/class.c: message classes, made from a type's descriptor when they are first asked for.
 *
 *   CL1  A class is an ordinary Python class with __slots__, made by calling its metaclass, so that subclassing, pickling and garbage
 *        collection are Python's own. The metaclass only adds a pointer: struct py_info.
 *   CL2  Nested classes exist before the class that contains them (types cannot contain themselves).
 *   CL3  SLOT_TYPES is made in Python, when it is first asked for: few programs do.
 * Threads: the interpreter's, attached. Tests: tests/python/test_messages.py. */
#include "extension.h"

#include <ctype.h>
#include <string.h>

struct py_info *py_info_of(PyTypeObject *type)
{
    PyTypeObject *meta = Py_TYPE(type);
    for (; type && Py_TYPE(type) == meta; type = type->tp_base) {
        if (meta->tp_basicsize >= (Py_ssize_t)sizeof(struct py_class) && ((struct py_class *)type)->info)
            return ((struct py_class *)type)->info;
    }
    return NULL;
}

struct py_info *py_info_of_class(struct py_state *state, PyObject *object)
{
    if (PyObject_TypeCheck(object, state->message_meta)) {
        struct py_info *info = py_info_of((PyTypeObject *)object);
        if (info) return info;
    }
    PyErr_Format(PyExc_TypeError, "%R is not a message class", object);
    return NULL;
}

PyObject *py_module_name(const char *name)
{
    char module[512];
    size_t to = 0;
    const char *last = strrchr(name, '/') + 1;
    for (const char *at = name; at < last && to < sizeof module - 2; at++) module[to++] = *at == '/' ? '.' : *at;
    module[to++] = '_';
    for (const char *at = last; *at && *at != '_' && to < sizeof module - 3; at++) {
        bool word = at > last && isupper((unsigned char)*at) &&
                    (islower((unsigned char)at[-1]) || isdigit((unsigned char)at[-1]) || islower((unsigned char)at[1]));
        if (word) module[to++] = '_';
        module[to++] = (char)tolower((unsigned char)*at);
    }
    return PyUnicode_FromStringAndSize(module, (Py_ssize_t)to);
}

/* What upstream calls an element's type: "double", "octet", "string<22>", "geometry_msgs/Point". */
static PyObject *element_type_text(const rclio_field *field)
{
    static const char *const names[] = {
        [RCLIO_INT8] = "int8",     [RCLIO_UINT8] = "uint8",     [RCLIO_INT16] = "int16",  [RCLIO_UINT16] = "uint16",
        [RCLIO_INT32] = "int32",   [RCLIO_UINT32] = "uint32",   [RCLIO_INT64] = "int64",  [RCLIO_UINT64] = "uint64",
        [RCLIO_FLOAT32] = "float", [RCLIO_FLOAT64] = "double",  [RCLIO_BOOL] = "boolean", [RCLIO_BYTE] = "octet",
        [RCLIO_STRING] = "string", [RCLIO_WSTRING] = "wstring",
    };
    if (field->base == RCLIO_NESTED) {
        const char *name = field->nested->name, *slash = strchr(name, '/');
        PyObject *package = PyUnicode_FromStringAndSize(name, slash - name);
        PyObject *text = package ? PyUnicode_FromFormat("%U/%s", package, strrchr(name, '/') + 1) : NULL;
        Py_XDECREF(package);
        return text;
    }
    if (field->string_bound) return PyUnicode_FromFormat("%s<%zu>", names[field->base], field->string_bound);
    return PyUnicode_FromString(names[field->base]);
}

static PyObject *field_type_text(const rclio_field *field)
{
    PyObject *element = element_type_text(field), *text = NULL;
    if (!element) return NULL;
    switch (field->shape) {
    case RCLIO_SINGLE: return element;
    case RCLIO_ARRAY: text = PyUnicode_FromFormat("%U[%zu]", element, field->capacity); break;
    case RCLIO_BOUNDED_SEQUENCE: text = PyUnicode_FromFormat("sequence<%U, %zu>", element, field->capacity); break;
    case RCLIO_SEQUENCE: text = PyUnicode_FromFormat("sequence<%U>", element); break;
    }
    Py_DECREF(element);
    return text;
}

static bool set_item(PyObject *dict, const char *key, PyObject *value) /* takes the value, which may be NULL */
{
    bool set = value && PyDict_SetItemString(dict, key, value) == 0;
    Py_XDECREF(value);
    return set;
}

static PyObject *slot_names(const struct py_info *info)
{
    PyObject *slots = PyList_New((Py_ssize_t)info->count + 1);
    for (size_t i = 0; slots && i < info->count; i++) {
        PyObject *name = PyUnicode_FromFormat("_%U", info->fields[i].name);
        if (name) PyList_SET_ITEM(slots, (Py_ssize_t)i, name);
        if (!name) Py_CLEAR(slots);
    }
    if (slots) PyList_SET_ITEM(slots, (Py_ssize_t)info->count, Py_NewRef(info->state->_check_fields_name));
    return slots;
}

static PyObject *field_types(const struct py_info *info)
{
    PyObject *types = PyDict_New();
    for (size_t i = 0; types && i < info->count; i++) {
        if (!set_item(types, info->fields[i].field->name, field_type_text(info->fields[i].field))) Py_CLEAR(types);
    }
    return types;
}

static bool add_constants(const rclio_type *type, PyObject *dict)
{
    for (size_t i = 0; i < type->constant_count; i++) {
        const rclio_constant *constant = &type->constants[i];
        if (!set_item(dict, constant->name, py_constant(constant->base, constant->value))) return false;
    }
    return true;
}

/* FIELD__DEFAULT for every field with a default. */
static bool add_defaults(struct py_info *info, PyObject *dict)
{
    char name[512];
    for (size_t i = 0; i < info->count; i++) {
        const rclio_field *field = info->fields[i].field;
        if (!field->default_value) continue;
        size_t size = 0;
        for (; field->name[size] && size < sizeof name - 10; size++) name[size] = (char)toupper((unsigned char)field->name[size]);
        memcpy(name + size, "__DEFAULT", sizeof "__DEFAULT");
        if (!set_item(dict, name, py_field_default(&info->fields[i]))) return false;
    }
    return true;
}

static PyObject *class_doc(const rclio_type *type)
{
    const char *name = strrchr(type->name, '/') + 1;
    if (!type->constant_count) return PyUnicode_FromFormat("Message class '%s'.", name);
    PyObject *text = PyUnicode_FromFormat("\n    Message class '%s'.\n\n    Constants:\n", name);
    for (size_t i = 0; text && i < type->constant_count; i++) {
        PyObject *longer = PyUnicode_FromFormat("%U      %s\n", text, type->constants[i].name);
        Py_DECREF(text);
        text = longer;
    }
    PyObject *doc = text ? PyUnicode_FromFormat("%U    ", text) : NULL;
    Py_XDECREF(text);
    return doc;
}

static PyObject *class_dict(struct py_info *info)
{
    const char *name = info->type->name;
    PyObject *dict = PyDict_New();
    if (dict && set_item(dict, "__module__", py_module_name(name)) && set_item(dict, "__doc__", class_doc(info->type)) &&
        set_item(dict, "__slots__", slot_names(info)) && set_item(dict, "_fields_and_field_types", field_types(info)) &&
        set_item(dict, "SLOT_TYPES", Py_NewRef(info->state->slot_types)) && add_constants(info->type, dict) &&
        add_defaults(info, dict)) {
        return dict;
    }
    Py_XDECREF(dict);
    return NULL;
}

/* Where type.__new__ put a slot. */
static Py_ssize_t slot_offset(PyObject *class, PyObject *slot)
{
    PyObject *member = PyDict_GetItemWithError(((PyTypeObject *)class)->tp_dict, slot);
    if (member && Py_TYPE(member) == &PyMemberDescr_Type) return ((PyMemberDescrObject *)member)->d_member->offset;
    PyErr_Format(PyExc_SystemError, "no slot %R in %R", slot, class);
    return 0;
}

static bool add_access(PyObject *class, struct py_field *field)
{
    PyObject *slot = PyUnicode_FromFormat("_%U", field->name), *descriptor = NULL;
    field->slot = slot ? slot_offset(class, slot) : 0;
    Py_XDECREF(slot);
    field->access = (PyGetSetDef){field->field->name, py_message_get, py_message_set, NULL, field};
    if (field->slot) descriptor = PyDescr_NewGetSet((PyTypeObject *)class, &field->access);
    bool added = descriptor && PyObject_SetAttr(class, field->name, descriptor) == 0;
    Py_XDECREF(descriptor);
    return added;
}

static bool is_shared(const rclio_field *field)
{
    return field->shape == RCLIO_SINGLE && field->base != RCLIO_NESTED;
}

static bool field_begin(PyObject *module, struct py_info *info, struct py_field *field, const rclio_field *about)
{
    static const char letters[] = {
        [RCLIO_INT8] = 'b',   [RCLIO_UINT8] = 'B', [RCLIO_INT16] = 'h',  [RCLIO_UINT16] = 'H',  [RCLIO_INT32] = 'i',
        [RCLIO_UINT32] = 'I', [RCLIO_INT64] = 'q', [RCLIO_UINT64] = 'Q', [RCLIO_FLOAT32] = 'f', [RCLIO_FLOAT64] = 'd'};
    *field = (struct py_field){.field = about, .info = info, .name = PyUnicode_InternFromString(about->name)};
    if (!field->name) return false;
    if (about->shape != RCLIO_SINGLE && py_is_number(about->base)) field->typecode = letters[about->base];
    if (about->nested && !(field->nested = (PyTypeObject *)py_class_of(module, info->state, about->nested))) return false;
    return !is_shared(about) || (field->initial = py_field_default(field));
}

static struct py_info *info_new(PyObject *module, struct py_state *state, const rclio_type *type)
{
    struct py_info *info = (struct py_info *)state->info_type->tp_alloc(state->info_type, 0);
    if (!info) return NULL;
    size_t count = rclio_type_is_empty(type) ? 0 : type->field_count;
    info->state = state;
    info->module = Py_NewRef(module);
    info->type = type;
    if (!(info->codec = rclio_codec_new(type))) {
        py_raise(state, RCLIO_INVALID);
        goto failed;
    }
    if (!(info->fields = PyMem_Calloc(count + 1, sizeof *info->fields))) {
        PyErr_NoMemory();
        goto failed;
    }
    for (size_t i = 0; i < count; i++) {
        info->count = i + 1;
        if (!field_begin(module, info, &info->fields[i], &type->fields[i])) goto failed;
    }
    return info;
failed:
    Py_DECREF(info);
    return NULL;
}

static PyObject *class_new(PyObject *module, struct py_state *state, const rclio_type *type)
{
    struct py_info *info = info_new(module, state, type);
    PyObject *dict = info ? class_dict(info) : NULL;
    PyObject *class = dict ? PyObject_CallFunction((PyObject *)state->message_meta, "s(O)O", strrchr(type->name, '/') + 1,
                                                   state->message_base, dict)
                           : NULL;
    Py_XDECREF(dict);
    if (!class) {
        Py_XDECREF(info);
        return NULL;
    }
    ((struct py_class *)class)->info = info; /* from here on the class's */
    info->class = (PyTypeObject *)class;
    bool complete = (info->check_slot = slot_offset(class, state->_check_fields_name));
    for (size_t i = 0; complete && i < info->count; i++) complete = add_access(class, &info->fields[i]);
    if (!complete) Py_CLEAR(class);
    return class;
}

/* Programs find a class's module in sys.modules. */
static bool add_module(PyObject *class)
{
    PyObject *messages = PyImport_ImportModule("rclpy._messages"), *name = PyObject_GetAttrString(class, "__module__");
    PyObject *added = messages && name ? PyObject_CallMethod(messages, "add_module", "O", name) : NULL;
    Py_XDECREF(messages);
    Py_XDECREF(name);
    Py_XDECREF(added);
    return added;
}

PyObject *py_class_of(PyObject *module, struct py_state *state, const rclio_type *type)
{
    PyObject *class = PyDict_GetItemString(state->classes, type->name);
    if (class) return Py_NewRef(class);
    if (type->kind != RCLIO_MESSAGE) return PyErr_Format(PyExc_TypeError, "%s is not a message", type->name);
    class = class_new(module, state, type);
    if (class && (PyDict_SetItemString(state->classes, type->name, class) || !add_module(class))) Py_CLEAR(class);
    return class;
}

static int info_traverse(PyObject *self, visitproc visit, void *arg)
{
    struct py_info *info = (struct py_info *)self;
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(info->module);
    for (size_t i = 0; info->fields && i < info->count; i++) {
        Py_VISIT(info->fields[i].nested);
        Py_VISIT(info->fields[i].prototype);
    }
    return 0;
}

static void info_dealloc(PyObject *self)
{
    struct py_info *info = (struct py_info *)self;
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    for (size_t i = 0; info->fields && i < info->count; i++) {
        Py_XDECREF(info->fields[i].name);
        Py_XDECREF(info->fields[i].nested);
        Py_XDECREF(info->fields[i].initial);
        Py_XDECREF(info->fields[i].prototype);
    }
    PyMem_Free(info->fields);
    rclio_codec_destroy(info->codec);
    Py_XDECREF(info->module);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyType_Slot info_slots[] = {{Py_tp_traverse, info_traverse}, {Py_tp_dealloc, info_dealloc}, {0}};

PyType_Spec py_info_spec = {
    .name = "rclpy._rclio.TypeInfo",
    .basicsize = sizeof(struct py_info),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .slots = info_slots,
};

static int class_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(((struct py_class *)self)->info);
    Py_VISIT(Py_TYPE(self));
    return PyType_Type.tp_traverse(self, visit, arg);
}

/* Instances live shorter than their class, and the garbage collector's tp_clear may come before them: the info goes last. */
static int class_clear(PyObject *self)
{
    return PyType_Type.tp_clear(self);
}

static void class_dealloc(PyObject *self)
{
    PyTypeObject *meta = Py_TYPE(self);
    struct py_info *info = ((struct py_class *)self)->info;
    PyType_Type.tp_dealloc(self);
    Py_XDECREF(info);
    Py_DECREF(meta);
}

/* Constants cannot be set on the class, as upstream has it. */
static int class_setattr(PyObject *self, PyObject *name, PyObject *value)
{
    struct py_info *info = ((struct py_class *)self)->info;
    for (size_t i = 0; info && i < info->type->constant_count; i++) {
        if (PyUnicode_CompareWithASCIIString(name, info->type->constants[i].name)) continue;
        PyErr_Format(PyExc_AttributeError, "property '%U' of 'Metaclass_%s' object has no %s", name,
                     ((PyTypeObject *)self)->tp_name, value ? "setter" : "deleter");
        return -1;
    }
    return PyType_Type.tp_setattro(self, name, value);
}

/* What inspect.signature() and help() read. */
static PyObject *class_signature(PyObject *self, void *unused)
{
    (void)self;
    (void)unused;
    return PyUnicode_FromString("(**kwargs)");
}

static PyGetSetDef class_attributes[] = {{"__text_signature__", class_signature, NULL, NULL, NULL}, {0}};

static PyType_Slot class_slots[] = {
    {Py_tp_doc, "The class of message classes."},
    {Py_tp_traverse, class_traverse},
    {Py_tp_clear, class_clear},
    {Py_tp_dealloc, class_dealloc},
    {Py_tp_setattro, class_setattr},
    {Py_tp_getset, class_attributes},
    {0},
};

PyType_Spec py_class_spec = {
    .name = "rclpy._rclio.MessageClass",
    .basicsize = sizeof(struct py_class),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE,
    .slots = class_slots,
};

/* CL3 */
static PyObject *slot_types_get(PyObject *self, PyObject *object, PyObject *class)
{
    (void)self;
    PyTypeObject *type = object ? Py_TYPE(object) : (PyTypeObject *)class;
    struct py_info *info = py_info_of(type);
    if (!info) return PyErr_Format(PyExc_AttributeError, "SLOT_TYPES");
    PyObject *module = PyImport_ImportModule("rclpy._slot_types");
    PyObject *types = module ? PyObject_CallMethod(module, "slot_types", "O", (PyObject *)info->class) : NULL;
    Py_XDECREF(module);
    if (types && PyObject_SetAttrString((PyObject *)info->class, "SLOT_TYPES", types)) Py_CLEAR(types);
    return types;
}

static PyType_Slot slot_types_slots[] = {{Py_tp_descr_get, slot_types_get}, {0}};

PyType_Spec py_slot_types_spec = {
    .name = "rclpy._rclio.SlotTypes",
    .basicsize = sizeof(PyObject),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = slot_types_slots,
};
