/* include/rclio/type.h: the descriptor of an interface type, one form for generated and for run-time types, and generic operations
 * on messages in memory. Floor: types.
 *
 * A descriptor is immutable and describes one of three kinds: a message (fields with offsets into the C generator's struct), a
 * service (two messages and its event), an action (three messages, two services, the feedback message).
 * Generated code gives constants through RCLIO_TYPE(); rclio_types_get() (rclio/types.h) gives run-time ones of the same form. */
#ifndef RCLIO_TYPE_H
#define RCLIO_TYPE_H

#include "rclio/message.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum rclio_kind { RCLIO_MESSAGE = 1, RCLIO_SERVICE, RCLIO_ACTION } rclio_kind;

/* TYP-2: numbers of type_description_interfaces/msg/FieldType, without the part for arrays. */
typedef enum rclio_base_type {
    RCLIO_NESTED = 1,
    RCLIO_INT8 = 2,
    RCLIO_UINT8 = 3, /* `char` too */
    RCLIO_INT16 = 4,
    RCLIO_UINT16 = 5,
    RCLIO_INT32 = 6,
    RCLIO_UINT32 = 7,
    RCLIO_INT64 = 8,
    RCLIO_UINT64 = 9,
    RCLIO_FLOAT32 = 10,
    RCLIO_FLOAT64 = 11,
    RCLIO_BOOL = 15,
    RCLIO_BYTE = 16,
    RCLIO_STRING = 17,
    RCLIO_WSTRING = 18,
} rclio_base_type;

typedef enum rclio_shape {
    RCLIO_SINGLE = 0,
    RCLIO_ARRAY,            /* `capacity` elements in place */
    RCLIO_BOUNDED_SEQUENCE, /* a __Sequence of at most `capacity` */
    RCLIO_SEQUENCE,         /* a __Sequence */
} rclio_shape;

typedef struct rclio_type rclio_type;

typedef struct rclio_field {
    const char *name;
    rclio_base_type base;
    rclio_shape shape;
    size_t capacity;          /* of an array or a bounded sequence, else 0 */
    size_t string_bound;      /* of a (w)string, or of each in a sequence; 0: none */
    const rclio_type *nested; /* RCLIO_NESTED: the element's message type, else NULL */
    size_t offset;            /* in the message struct */
    /* Default, NULL: none. Numbers and bool: an array of `default_count` elements in memory form. Strings and wstrings: an array of
     * `default_count` UTF-8 `const char *`. A single value has default_count 1. */
    const void *default_value;
    size_t default_count;
    bool is_char; /* written `char` in the definition; base is RCLIO_UINT8 */
} rclio_field;

typedef struct rclio_constant {
    const char *name;
    rclio_base_type base;
    const void *value; /* as default_value of one element */
} rclio_constant;

typedef enum rclio_part {
    RCLIO_PART_REQUEST = 0, /* of a service: messages */
    RCLIO_PART_RESPONSE = 1,
    RCLIO_PART_EVENT = 2,
    RCLIO_PART_GOAL = 0, /* of an action: messages */
    RCLIO_PART_RESULT = 1,
    RCLIO_PART_FEEDBACK = 2,
    RCLIO_PART_SEND_GOAL = 3, /* of an action: services */
    RCLIO_PART_GET_RESULT = 4,
    RCLIO_PART_FEEDBACK_MESSAGE = 5, /* of an action: a message */
    RCLIO_PARTS = 6,
} rclio_part;

struct rclio_type {
    const char *name; /* "std_msgs/msg/String", "p/srv/S_Request", "p/action/A_SendGoal" */
    rclio_kind kind;
    uint8_t hash[32]; /* RIHS01, SHA-256 part (TYP-1) */
    /* RCLIO_MESSAGE */
    const rclio_field *fields; /* a message without fields has one, structure_needs_at_least_one_member (CDR-6) */
    size_t field_count;
    const rclio_constant *constants;
    size_t constant_count;
    size_t size; /* sizeof and _Alignof the struct */
    size_t alignment;
    /* RCLIO_SERVICE, RCLIO_ACTION; NULL where the kind has no such part */
    const rclio_type *parts[RCLIO_PARTS];
};

/* The descriptor of a generated interface: RCLIO_TYPE(std_msgs, msg, String), RCLIO_TYPE(p, action, A). The generated header is
 * "<package>/<msg|srv|action>/<snake_case_name>.h". */
#define RCLIO_TYPE(package, folder, type) (package##__##folder##__##type##__rclio_type())

/* true: a message whose only field is the placeholder of an empty structure. thread any */
RCLIO_API bool rclio_type_is_empty(const rclio_type *type);

/* The field of that name; NULL when there is none (no error is set). thread any */
RCLIO_API const rclio_field *rclio_type_field(const rclio_type *type, const char *name);

/* "RIHS01_" and 64 hexadecimal digits.
 * thread  any
 * wire    TYP-1 */
#define RCLIO_TYPE_HASH_TEXT_SIZE 72
RCLIO_API void rclio_type_hash_text(const rclio_type *type, char text[RCLIO_TYPE_HASH_TEXT_SIZE]);

/* The field's type as .msg files write it: "float64[36]", "geometry_msgs/Point[]", "string<=22[<=3]".
 * returns  a string you free; NULL when memory is short.
 * thread   any */
RCLIO_API char *rclio_field_type_text(const rclio_field *field);

/* Generic operations on a message of `type` (kind message). They never leave a half-built message: on failure it is as after fini.
 * thread  any, on messages of one owner */
RCLIO_API rclio_status rclio_message_init(const rclio_type *type, void *message); /* defaults set */
RCLIO_API void rclio_message_fini(const rclio_type *type, void *message);         /* leaves zeros; NULL is allowed */
RCLIO_API void *rclio_message_new(const rclio_type *type);                        /* malloc + init; NULL with the error set */
RCLIO_API void rclio_message_destroy(const rclio_type *type, void *message);      /* NULL is allowed */
RCLIO_API rclio_status rclio_message_copy(const rclio_type *type, const void *source, void *target); /* both initialised */
RCLIO_API bool rclio_message_equal(const rclio_type *type, const void *a, const void *b);

/* Elements of an array or sequence field, and resizing one (new elements get their type's defaults, strings are empty).
 * rclio_field_resize fails with RCLIO_LIMIT beyond a bound or another length than an array's. thread one owner */
RCLIO_API size_t rclio_field_count(const rclio_field *field, const void *message); /* a single value counts 1 */
RCLIO_API void *rclio_field_element(const rclio_field *field, void *message, size_t index);
RCLIO_API rclio_status rclio_field_resize(const rclio_field *field, void *message, size_t count);

/* Size in memory of one element of the field. thread any */
RCLIO_API size_t rclio_field_element_size(const rclio_field *field);

/* What generated sequence functions are made of: a {data, size, capacity} struct of messages. thread one owner */
RCLIO_API rclio_status rclio_message_sequence_init(const rclio_type *type, void *sequence, size_t size);
RCLIO_API void rclio_message_sequence_fini(const rclio_type *type, void *sequence);
RCLIO_API rclio_status rclio_message_sequence_copy(const rclio_type *type, const void *source, void *target);
RCLIO_API bool rclio_message_sequence_equal(const rclio_type *type, const void *a, const void *b);

#ifdef __cplusplus
}
#endif
#endif
