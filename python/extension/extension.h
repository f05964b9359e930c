/* python/extension/extension.h: what the files of the private extension `rclpy._rclio` share.
 *
 *   PY1  No mutable data at file level: an interpreter's state is struct py_state, made with the module; types are heap types.
 *   PY2  A message class carries its `struct py_info`; instances hold plain object slots, `__slots__` as upstream names them.
 *   PY3  A message goes out through memory that borrows from its Python values (memory.c), and comes in through memory that borrows
 *        from the received bytes (values.c): each byte is copied once.
 * Threads: the interpreter's, attached. Nothing here is called by threads of rclio. Tests: tests/python/. */
#ifndef RCLIO_PYTHON_EXTENSION_H
#define RCLIO_PYTHON_EXTENSION_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <structmember.h>

#include <rclio/rclio.h>

#if PY_VERSION_HEX < 0x030A0000
static inline PyObject *Py_NewRef(PyObject *object)
{
    Py_INCREF(object);
    return object;
}
#endif

#if PY_VERSION_HEX < 0x030D0000
static inline int PyWeakref_GetRef(PyObject *reference, PyObject **object)
{
    *object = PyWeakref_GetObject(reference);
    if (*object == Py_None) *object = NULL;
    Py_XINCREF(*object);
    return *object ? 1 : 0;
}
#endif

/* Names of Python attributes that are looked up again and again, made once. */
#define PY_NAMES(NAME)                \
    NAME(frombytes)                   \
    NAME(copy)                        \
    NAME(__module__)                  \
    NAME(__slots__)                   \
    NAME(__qualname__)                \
    NAME(_check_fields)               \
    NAME(check_fields)                \
    NAME(typecode)                    \
    NAME(dtype)                       \
    NAME(size)                        \
    NAME(array)                       \
    NAME(zeros)                       \
    NAME(call_soon_threadsafe)        \
    NAME(create_task)                 \
    NAME(done)                        \
    NAME(set_result)                  \
    NAME(_asyncio_future_blocking)    \
    NAME(throw)                       \
    NAME(get_task_factory)            \
    NAME(result)                      \
    NAME(exception)                   \
    NAME(events)                      \
    NAME(stop)                        \
    NAME(run_nested)                  \
    NAME(hold)                        \
    NAME(cancel)                      \
    NAME(add_done_callback)           \
    NAME(wake)                        \
    NAME(_rclio_begin)                \
    NAME(source_timestamp)            \
    NAME(received_timestamp)          \
    NAME(publication_sequence_number) \
    NAME(reception_sequence_number)

/* Types that programs of rclpy's files meet as `_rclio.Name`; each has a `PyType_Spec py_<name>_spec`. */
#define PY_TYPES(TYPE)   \
    TYPE(context)        \
    TYPE(node)           \
    TYPE(publisher)      \
    TYPE(subscription)   \
    TYPE(timer)          \
    TYPE(future)         \
    TYPE(await)          \
    TYPE(waker)          \
    TYPE(processes)      \
    TYPE(guard)          \
    TYPE(group)          \
    TYPE(executor)       \
    TYPE(worker)         \
    TYPE(runner)         \
    TYPE(loop)           \
    TYPE(pending)        \
    TYPE(handed)         \
    TYPE(service)        \
    TYPE(request)        \
    TYPE(client)         \
    TYPE(action_server)  \
    TYPE(goal_offer)     \
    TYPE(cancel_request) \
    TYPE(goal_reference) \
    TYPE(goal)           \
    TYPE(action_client)  \
    TYPE(client_goal)    \
    TYPE(logger)         \
    TYPE(matcher)        \
    TYPE(clock)          \
    TYPE(jump)           \
    TYPE(time_source)

struct py_state {
    rclio_types *types;
    PyTypeObject *info_type;    /* struct py_info */
    PyTypeObject *message_meta; /* the class of message classes */
    PyTypeObject *message_base;
    PyTypeObject *slot_types_type;
#define TYPE(name) PyTypeObject *name##_type;
    PY_TYPES(TYPE)
#undef TYPE
    PyObject *slot_types; /* the descriptor that makes SLOT_TYPES when it is asked for */
    PyObject *classes;    /* full type name -> class */
    PyObject *array_type; /* array.array */
    PyObject *numpy;      /* NULL: not asked for yet; None: there is none */
    PyObject *checks;     /* (Sequence, Set, UserList, UserString, ByteString); NULL: not asked for yet */
    PyObject *rcl_error;  /* exceptions */
    PyObject *rmw_error;
    PyObject *invalid_handle;
    struct py_asyncio *asyncio;                          /* NULL: not asked for yet (asyncio.h) */
    PyObject *wake;                                      /* _wake(): py_wake_function() */
    PyObject *loop_call_soon, *loop_call_at, *loop_stop; /* asyncio's; NULL: not told yet */
    PyObject *log_levels;                                /* logger -> level, as set (logger.c PL2) */
    PyObject *set_wakeup_fd;                             /* signal's; NULL: not asked for yet */
    int signal_pipe[2], wakeup_before;                   /* signals.h */
    unsigned signal_waits;
    bool has_signal_pipe;
    struct py_queue *queue;
    struct py_context *contexts;
    struct py_worker *active_workers;
    struct py_entity *keeps_back; /* the publisher that keeps messages back (topic.h); owned; NULL: none that is known of */
    bool forked;                  /* node.h NO4 */
    bool check_fields;            /* ROS_PYTHON_CHECK_FIELDS=1 */
#define NAME(name) PyObject *name##_name;
    PY_NAMES(NAME)
#undef NAME
};

struct py_info;

struct py_field {
    const rclio_field *field;
    struct py_info *info; /* whose field it is */
    PyObject *name;       /* interned */
    Py_ssize_t slot;      /* offset of its value in an instance */
    PyTypeObject *nested; /* its message class */
    PyObject *initial;    /* an immutable value that new messages share; NULL: one is made for each */
    PyObject *prototype;  /* of a fixed array of numbers: what new arrays are copied from; NULL: not made yet */
    char typecode;        /* of array.array; 0: not an array or sequence of numbers */
    PyGetSetDef access;
};

/* What a message class knows of its type. Immutable but for `prototype`. */
struct py_info {
    PyObject_HEAD struct py_state *state;
    PyObject *module;    /* keeps the state */
    PyTypeObject *class; /* whose info it is; not owned: the class owns the info */
    const rclio_type *type;
    rclio_codec *codec;
    Py_ssize_t check_slot;
    size_t count;
    struct py_field *fields;
};

/* A message class: a Python class with a pointer. */
struct py_class {
    PyHeapTypeObject heap;
    struct py_info *info; /* NULL: a subclass made by Python code */
};

PyMODINIT_FUNC PyInit__rclio(void);
extern PyType_Spec py_info_spec, py_class_spec, py_message_spec, py_slot_types_spec;
#define TYPE(name) extern PyType_Spec py_##name##_spec;
PY_TYPES(TYPE)
#undef TYPE

/* class.c */
PyObject *py_class_of(PyObject *module, struct py_state *state,
                      const rclio_type *type);  /* a new reference; made when it is not there yet */
PyObject *py_module_name(const char *name);     /* where upstream has the class: "p.action._a" of "p/action/A_SendGoal_Request" */
struct py_info *py_info_of(PyTypeObject *type); /* borrowed; of a message class or a subclass */
struct py_info *py_info_of_class(struct py_state *state, PyObject *object); /* NULL with TypeError: not a message class */

static inline PyObject **py_slot(PyObject *message, Py_ssize_t offset)
{
    return (PyObject **)((char *)message + offset);
}

/* field.c: values of fields in Python */
PyObject *py_field_default(struct py_field *field);                            /* a new value for a new message */
PyObject *py_field_given(struct py_field *field, PyObject *value, bool check); /* what the message keeps of it */
PyObject *py_constant(rclio_base_type base, const void *value);                /* `value` as in rclio_constant */
PyObject *py_fixed_array(struct py_field *field, const void *data);            /* numpy where it is there; data NULL: zeros */
PyObject *py_numpy(struct py_state *state);                                    /* borrowed; None: there is none */
bool py_is_number(rclio_base_type base);
PyObject *py_array(struct py_state *state, char typecode, const void *data, size_t size); /* array.array from bytes */

/* check.c: ROS_PYTHON_CHECK_FIELDS. false with AssertionError */
bool py_check(const struct py_field *field, PyObject *value);
extern const char *const py_number_names[]; /* numpy's, by rclio_base_type */

/* message.c: for the classes that class.c makes */
PyObject *py_message_get(PyObject *message, void *field);
int py_message_set(PyObject *message, PyObject *value, void *field);

/* arena.c: memory for one conversion, and what it borrows from. */
struct py_arena {
    struct py_block *blocks;
    size_t used;
    struct py_held *held;
    _Alignas(16) char first[1024];
};
void py_arena_begin(struct py_arena *arena);
void *py_arena_take(size_t size, void *arena);                /* 16-aligned, not zeroed; NULL: no memory. A rclio_room_fn */
bool py_arena_hold(struct py_arena *arena, PyObject *object); /* takes the reference, also when it fails */
Py_buffer *py_arena_buffer(struct py_arena *arena);           /* an empty one that is released with the arena */
void py_arena_end(struct py_arena *arena);

/* memory.c: a message as memory that borrows from its Python values, valid until the arena ends. NULL with an exception. */
void *py_message_to_memory(struct py_info *info, PyObject *message, struct py_arena *arena);

/* values.c: Python values from memory, whose sequences may lie at any address. NULL with an exception. */
PyObject *py_message_from_memory(struct py_info *info, const void *memory);
PyObject *py_value_of(rclio_base_type base, const void *data);

/* serialization.c */
PyObject *py_encode(struct py_info *info, PyObject *message);                 /* bytes */
PyObject *py_decode(struct py_info *info, const uint8_t *bytes, size_t size); /* a message */

/* module.c */
struct py_state *py_state_of_class(PyTypeObject *class); /* of a class of the module's or a subclass; NULL with TypeError */
PyObject *py_strings(char **names); /* a list of str from names that it frees with rclio_names_free(); NULL when `names` is */

/* error.c */
PyObject *py_no_new(PyTypeObject *class, PyObject *args, PyObject *keywords); /* of types that Python code does not make */
PyObject *py_raise(struct py_state *state, rclio_status status);              /* rclio_error() as an exception; NULL */

#endif
