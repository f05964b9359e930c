/* src/base/array.h: growing an array that its owner keeps as pointer, count and capacity.
 *
 * Threads: one owner. */
#ifndef RCLIO_BASE_ARRAY_H
#define RCLIO_BASE_ARRAY_H

#include "rclio/api.h"

/* Makes room for at least `need` elements of `size` bytes, doubling. `items` is the address of the array's pointer (NULL is
 * an empty array). Fails with RCLIO_NO_MEMORY and leaves the array as it was. */
rclio_status array_reserve(void *items, size_t *capacity, size_t need, size_t size);

/* Appends `value` to `array`, a struct with the members data, size and capacity; true on success. */
#define array_append(array, value)                                                                              \
    (array_reserve(&(array)->data, &(array)->capacity, (array)->size + 1, sizeof *(array)->data) == RCLIO_OK && \
     ((array)->data[(array)->size++] = (value), true))

#endif
