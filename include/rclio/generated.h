/* include/rclio/generated.h: what the headers and sources of rclio-gen are made of; programs include the generated headers
 * instead. Floor: types.
 *
 * Every generated symbol is weak: two libraries of one program may both carry std_msgs, and the linker keeps one of the two. They
 * must come from the same definitions. Functions given NULL do nothing and return false or NULL, as upstream's do. */
#ifndef RCLIO_GENERATED_H
#define RCLIO_GENERATED_H

#include "rclio/type.h"

#include <stdlib.h>

#define RCLIO_GENERATED __attribute__((weak))

/* The descriptor of an interface, and the function RCLIO_TYPE() calls. */
#define RCLIO_DECLARE_DESCRIPTOR(interface)               \
    extern const rclio_type interface##__rclio_type_data; \
    const rclio_type *interface##__rclio_type(void);

#define RCLIO_DEFINE_DESCRIPTOR(interface)                          \
    RCLIO_GENERATED const rclio_type *interface##__rclio_type(void) \
    {                                                               \
        return &interface##__rclio_type_data;                       \
    }

/* The sequence and the functions of a message struct; `__create` gives what `__destroy` frees, `__init` what `__fini` empties. */
#define RCLIO_DECLARE_MESSAGE(message)                                                                   \
    typedef struct message##__Sequence {                                                                 \
        message *data;                                                                                   \
        size_t size;                                                                                     \
        size_t capacity;                                                                                 \
    } message##__Sequence;                                                                               \
    RCLIO_DECLARE_DESCRIPTOR(message)                                                                    \
    bool message##__init(message *msg);                                                                  \
    void message##__fini(message *msg);                                                                  \
    message *message##__create(void);                                                                    \
    void message##__destroy(message *msg);                                                               \
    bool message##__are_equal(const message *lhs, const message *rhs);                                   \
    bool message##__copy(const message *input, message *output);                                         \
    bool message##__Sequence__init(message##__Sequence *array, size_t size);                             \
    void message##__Sequence__fini(message##__Sequence *array);                                          \
    message##__Sequence *message##__Sequence__create(size_t size);                                       \
    void message##__Sequence__destroy(message##__Sequence *array);                                       \
    bool message##__Sequence__are_equal(const message##__Sequence *lhs, const message##__Sequence *rhs); \
    bool message##__Sequence__copy(const message##__Sequence *input, message##__Sequence *output);

#define RCLIO_DEFINE_MESSAGE(message)                                                                                   \
    RCLIO_DEFINE_DESCRIPTOR(message)                                                                                    \
    RCLIO_GENERATED bool message##__init(message *msg)                                                                  \
    {                                                                                                                   \
        return msg && rclio_message_init(&message##__rclio_type_data, msg) == RCLIO_OK;                                 \
    }                                                                                                                   \
    RCLIO_GENERATED void message##__fini(message *msg)                                                                  \
    {                                                                                                                   \
        rclio_message_fini(&message##__rclio_type_data, msg);                                                           \
    }                                                                                                                   \
    RCLIO_GENERATED message *message##__create(void)                                                                    \
    {                                                                                                                   \
        return rclio_message_new(&message##__rclio_type_data);                                                          \
    }                                                                                                                   \
    RCLIO_GENERATED void message##__destroy(message *msg)                                                               \
    {                                                                                                                   \
        rclio_message_destroy(&message##__rclio_type_data, msg);                                                        \
    }                                                                                                                   \
    RCLIO_GENERATED bool message##__are_equal(const message *lhs, const message *rhs)                                   \
    {                                                                                                                   \
        return lhs && rhs && rclio_message_equal(&message##__rclio_type_data, lhs, rhs);                                \
    }                                                                                                                   \
    RCLIO_GENERATED bool message##__copy(const message *input, message *output)                                         \
    {                                                                                                                   \
        return input && output && rclio_message_copy(&message##__rclio_type_data, input, output) == RCLIO_OK;           \
    }                                                                                                                   \
    RCLIO_GENERATED bool message##__Sequence__init(message##__Sequence *array, size_t size)                             \
    {                                                                                                                   \
        return array && rclio_message_sequence_init(&message##__rclio_type_data, array, size) == RCLIO_OK;              \
    }                                                                                                                   \
    RCLIO_GENERATED void message##__Sequence__fini(message##__Sequence *array)                                          \
    {                                                                                                                   \
        if (array) rclio_message_sequence_fini(&message##__rclio_type_data, array);                                     \
    }                                                                                                                   \
    RCLIO_GENERATED message##__Sequence *message##__Sequence__create(size_t size)                                       \
    {                                                                                                                   \
        message##__Sequence *array = calloc(1, sizeof *array);                                                          \
        if (message##__Sequence__init(array, size)) return array;                                                       \
        free(array);                                                                                                    \
        return NULL;                                                                                                    \
    }                                                                                                                   \
    RCLIO_GENERATED void message##__Sequence__destroy(message##__Sequence *array)                                       \
    {                                                                                                                   \
        message##__Sequence__fini(array);                                                                               \
        free(array);                                                                                                    \
    }                                                                                                                   \
    RCLIO_GENERATED bool message##__Sequence__are_equal(const message##__Sequence *lhs, const message##__Sequence *rhs) \
    {                                                                                                                   \
        return lhs && rhs && rclio_message_sequence_equal(&message##__rclio_type_data, lhs, rhs);                       \
    }                                                                                                                   \
    RCLIO_GENERATED bool message##__Sequence__copy(const message##__Sequence *input, message##__Sequence *output)       \
    {                                                                                                                   \
        return input && output && rclio_message_sequence_copy(&message##__rclio_type_data, input, output) == RCLIO_OK;  \
    }

#endif
