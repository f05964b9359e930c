/* src/types/sequence.c: growing a message's sequence of numbers in place.
 *
 * Every __Sequence is laid out as `any_sequence`. Threads: one owner. */
#include "base/array.h"
#include "rclio/message.h"

typedef struct any_sequence {
    void *data;
    size_t size;
    size_t capacity;
} any_sequence;

bool rclio_sequence_reserve(void *sequence, size_t count, size_t element_size)
{
    any_sequence *any = sequence;
    return array_reserve(&any->data, &any->capacity, count, element_size) == RCLIO_OK;
}
