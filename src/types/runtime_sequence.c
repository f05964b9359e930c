/* src/types/runtime_sequence.c: sequences of primitives and of strings (rclio/message.h): one macro makes each set of functions.
 *
 *   RQ1  Elements from size to capacity are valid: initialised or zero. __fini releases them too.
 *   RQ2  __copy keeps memory that is large enough; when it fails the target is as it was, or shorter.
 * Threads: one owner. */
#include "rclio/message.h"

#include <stdlib.h>
#include <string.h>

/* Makes `capacity` elements of `width` bytes out of *data; new ones are zero. */
static bool grow(void **data, size_t old_capacity, size_t capacity, size_t width)
{
    if (capacity > SIZE_MAX / width) return false;
    char *larger = realloc(*data, capacity * width);
    if (!larger) return false;
    memset(larger + old_capacity * width, 0, (capacity - old_capacity) * width);
    *data = larger;
    return true;
}

#define DEFINE_COMMON(name, element)                                    \
    static bool name##_reserve(name##__Sequence *sequence, size_t size) \
    {                                                                   \
        void *data = sequence->data;                                    \
        size_t old = data ? sequence->capacity : 0;                     \
        if (size <= old) return true;                                   \
        if (!grow(&data, old, size, sizeof(element))) return false;     \
        sequence->data = data;                                          \
        sequence->capacity = size;                                      \
        return true;                                                    \
    }                                                                   \
    static bool name##_begin(name##__Sequence *sequence, size_t size)   \
    {                                                                   \
        if (!sequence) return false;                                    \
        *sequence = (name##__Sequence){0};                              \
        if (!name##_reserve(sequence, size)) return false;              \
        sequence->size = size;                                          \
        return true;                                                    \
    }

#define DEFINE_PRIMITIVES(name, element)                                                    \
    DEFINE_COMMON(name, element)                                                            \
    bool name##__Sequence__init(name##__Sequence *sequence, size_t size)                    \
    {                                                                                       \
        return name##_begin(sequence, size);                                                \
    }                                                                                       \
    void name##__Sequence__fini(name##__Sequence *sequence)                                 \
    {                                                                                       \
        if (!sequence) return;                                                              \
        free(sequence->data);                                                               \
        *sequence = (name##__Sequence){0};                                                  \
    }                                                                                       \
    bool name##__Sequence__are_equal(const name##__Sequence *a, const name##__Sequence *b)  \
    {                                                                                       \
        if (!a || !b || a->size != b->size) return false;                                   \
        for (size_t i = 0; i < a->size; i++) {                                              \
            if (a->data[i] != b->data[i]) return false;                                     \
        }                                                                                   \
        return true;                                                                        \
    }                                                                                       \
    bool name##__Sequence__copy(const name##__Sequence *input, name##__Sequence *output)    \
    {                                                                                       \
        if (!input || !output) return false;                                                \
        if (!name##_reserve(output, input->size)) return false;                             \
        if (input->size) memmove(output->data, input->data, input->size * sizeof(element)); \
        output->size = input->size;                                                         \
        return true;                                                                        \
    }

#define DEFINE_STRINGS(name)                                                                                          \
    DEFINE_COMMON(name, name)                                                                                         \
    bool name##__Sequence__init(name##__Sequence *sequence, size_t size)                                              \
    {                                                                                                                 \
        if (!name##_begin(sequence, size)) return false;                                                              \
        for (size_t i = 0; i < size; i++) {                                                                           \
            if (name##__init(&sequence->data[i])) continue;                                                           \
            name##__Sequence__fini(sequence);                                                                         \
            return false;                                                                                             \
        }                                                                                                             \
        return true;                                                                                                  \
    }                                                                                                                 \
    void name##__Sequence__fini(name##__Sequence *sequence)                                                           \
    {                                                                                                                 \
        if (!sequence) return;                                                                                        \
        for (size_t i = 0; sequence->data && i < sequence->capacity; i++) name##__fini(&sequence->data[i]); /* RQ1 */ \
        free(sequence->data);                                                                                         \
        *sequence = (name##__Sequence){0};                                                                            \
    }                                                                                                                 \
    bool name##__Sequence__are_equal(const name##__Sequence *a, const name##__Sequence *b)                            \
    {                                                                                                                 \
        if (!a || !b || a->size != b->size) return false;                                                             \
        for (size_t i = 0; i < a->size; i++) {                                                                        \
            if (!name##__are_equal(&a->data[i], &b->data[i])) return false;                                           \
        }                                                                                                             \
        return true;                                                                                                  \
    }                                                                                                                 \
    bool name##__Sequence__copy(const name##__Sequence *input, name##__Sequence *output)                              \
    {                                                                                                                 \
        if (!input || !output) return false;                                                                          \
        if (!name##_reserve(output, input->size)) return false;                                                       \
        for (size_t i = 0; i < input->size; i++) {                                                                    \
            if (!name##__copy(&input->data[i], &output->data[i])) return false;                                       \
        }                                                                                                             \
        output->size = input->size;                                                                                   \
        return true;                                                                                                  \
    }

DEFINE_PRIMITIVES(rosidl_runtime_c__float, float)
DEFINE_PRIMITIVES(rosidl_runtime_c__double, double)
DEFINE_PRIMITIVES(rosidl_runtime_c__long_double, long double)
DEFINE_PRIMITIVES(rosidl_runtime_c__char, signed char)
DEFINE_PRIMITIVES(rosidl_runtime_c__wchar, uint16_t)
DEFINE_PRIMITIVES(rosidl_runtime_c__boolean, bool)
DEFINE_PRIMITIVES(rosidl_runtime_c__octet, uint8_t)
DEFINE_PRIMITIVES(rosidl_runtime_c__uint8, uint8_t)
DEFINE_PRIMITIVES(rosidl_runtime_c__int8, int8_t)
DEFINE_PRIMITIVES(rosidl_runtime_c__uint16, uint16_t)
DEFINE_PRIMITIVES(rosidl_runtime_c__int16, int16_t)
DEFINE_PRIMITIVES(rosidl_runtime_c__uint32, uint32_t)
DEFINE_PRIMITIVES(rosidl_runtime_c__int32, int32_t)
DEFINE_PRIMITIVES(rosidl_runtime_c__uint64, uint64_t)
DEFINE_PRIMITIVES(rosidl_runtime_c__int64, int64_t)
DEFINE_STRINGS(rosidl_runtime_c__String)
DEFINE_STRINGS(rosidl_runtime_c__U16String)
