/* include/rclio/message.h: strings and sequences as messages hold them: the layout and names of ROS 2's C generator, so that
 * message code written for rclc or rcl compiles as it is. Floor: types.
 *
 * Rules: `data` of a string is NUL-terminated (a U16String too); `size` counts without the NUL; {0} is a legal empty string for
 * every function here, __init gives it memory. All memory is malloc's. Functions returning bool: false when memory is short
 * or an argument is NULL.
 * Threads: any, on a string or sequence of one owner. */
#ifndef RCLIO_MESSAGE_H
#define RCLIO_MESSAGE_H

#include "rclio/api.h"

#include <uchar.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct rosidl_runtime_c__String {
    char *data;
    size_t size;
    size_t capacity;
} rosidl_runtime_c__String;

typedef struct rosidl_runtime_c__U16String {
    uint_least16_t *data;
    size_t size;
    size_t capacity;
} rosidl_runtime_c__U16String;

RCLIO_API bool rosidl_runtime_c__String__init(rosidl_runtime_c__String *string);
RCLIO_API void rosidl_runtime_c__String__fini(rosidl_runtime_c__String *string);
RCLIO_API bool rosidl_runtime_c__String__assign(rosidl_runtime_c__String *string, const char *value);
RCLIO_API bool rosidl_runtime_c__String__assignn(rosidl_runtime_c__String *string, const char *value, size_t size);
RCLIO_API bool rosidl_runtime_c__String__copy(const rosidl_runtime_c__String *input, rosidl_runtime_c__String *output);
RCLIO_API bool rosidl_runtime_c__String__are_equal(const rosidl_runtime_c__String *a, const rosidl_runtime_c__String *b);

RCLIO_API bool rosidl_runtime_c__U16String__init(rosidl_runtime_c__U16String *string);
RCLIO_API void rosidl_runtime_c__U16String__fini(rosidl_runtime_c__U16String *string);
RCLIO_API bool rosidl_runtime_c__U16String__assign(rosidl_runtime_c__U16String *string, const uint16_t *value);
RCLIO_API bool rosidl_runtime_c__U16String__assignn(rosidl_runtime_c__U16String *string, const uint16_t *value, size_t size);
RCLIO_API bool rosidl_runtime_c__U16String__assignn_from_char(rosidl_runtime_c__U16String *string, const char *value,
                                                              size_t size);
RCLIO_API bool rosidl_runtime_c__U16String__resize(rosidl_runtime_c__U16String *string, size_t size);
RCLIO_API size_t rosidl_runtime_c__U16String__len(const uint16_t *value);
RCLIO_API bool rosidl_runtime_c__U16String__copy(const rosidl_runtime_c__U16String *input, rosidl_runtime_c__U16String *output);
RCLIO_API bool rosidl_runtime_c__U16String__are_equal(const rosidl_runtime_c__U16String *a, const rosidl_runtime_c__U16String *b);

/* __Sequence types: __init(sequence, size) zero-fills; __fini; __are_equal; __copy. */
#define RCLIO_DECLARE_SEQUENCE(type_name, element)                                                                   \
    typedef struct type_name##__Sequence {                                                                           \
        element *data;                                                                                               \
        size_t size;                                                                                                 \
        size_t capacity;                                                                                             \
    } type_name##__Sequence;                                                                                         \
    RCLIO_API bool type_name##__Sequence__init(type_name##__Sequence *sequence, size_t size);                        \
    RCLIO_API void type_name##__Sequence__fini(type_name##__Sequence *sequence);                                     \
    RCLIO_API bool type_name##__Sequence__are_equal(const type_name##__Sequence *a, const type_name##__Sequence *b); \
    RCLIO_API bool type_name##__Sequence__copy(const type_name##__Sequence *input, type_name##__Sequence *output);

RCLIO_DECLARE_SEQUENCE(rosidl_runtime_c__float, float)
RCLIO_DECLARE_SEQUENCE(rosidl_runtime_c__double, double)
RCLIO_DECLARE_SEQUENCE(rosidl_runtime_c__long_double, long double)
RCLIO_DECLARE_SEQUENCE(rosidl_runtime_c__char, signed char)
RCLIO_DECLARE_SEQUENCE(rosidl_runtime_c__wchar, uint16_t)
RCLIO_DECLARE_SEQUENCE(rosidl_runtime_c__boolean, bool)
RCLIO_DECLARE_SEQUENCE(rosidl_runtime_c__octet, uint8_t)
RCLIO_DECLARE_SEQUENCE(rosidl_runtime_c__uint8, uint8_t)
RCLIO_DECLARE_SEQUENCE(rosidl_runtime_c__int8, int8_t)
RCLIO_DECLARE_SEQUENCE(rosidl_runtime_c__uint16, uint16_t)
RCLIO_DECLARE_SEQUENCE(rosidl_runtime_c__int16, int16_t)
RCLIO_DECLARE_SEQUENCE(rosidl_runtime_c__uint32, uint32_t)
RCLIO_DECLARE_SEQUENCE(rosidl_runtime_c__int32, int32_t)
RCLIO_DECLARE_SEQUENCE(rosidl_runtime_c__uint64, uint64_t)
RCLIO_DECLARE_SEQUENCE(rosidl_runtime_c__int64, int64_t)
RCLIO_DECLARE_SEQUENCE(rosidl_runtime_c__String, rosidl_runtime_c__String)
RCLIO_DECLARE_SEQUENCE(rosidl_runtime_c__U16String, rosidl_runtime_c__U16String)

/* Upstream's second set of names for the same sequences. */
typedef rosidl_runtime_c__float__Sequence rosidl_runtime_c__float32__Sequence;
typedef rosidl_runtime_c__double__Sequence rosidl_runtime_c__float64__Sequence;
typedef rosidl_runtime_c__boolean__Sequence rosidl_runtime_c__bool__Sequence;
typedef rosidl_runtime_c__octet__Sequence rosidl_runtime_c__byte__Sequence;

/* Room for `count` elements of `element_size` bytes in a __Sequence; size and content stay. false when memory is short. thread one owner */
RCLIO_API bool rclio_sequence_reserve(void *sequence, size_t count, size_t element_size);

/* Appends a number to a __Sequence of numbers: RCLIO_APPEND(&message.data, 1.5). false when memory is short.
 * `value` is evaluated after the sequence may have moved: it must not point into it. */
#define RCLIO_APPEND(sequence, value)                                                      \
    (rclio_sequence_reserve((sequence), (sequence)->size + 1, sizeof *(sequence)->data) && \
     ((sequence)->data[(sequence)->size++] = (value), true))

#ifdef __cplusplus
}
#endif
#endif
