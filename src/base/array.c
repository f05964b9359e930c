/* src/base/array.c: see array.h. */
#include "base/array.h"

#include "base/error.h"

#include <stdlib.h>
#include <string.h>

rclio_status array_reserve(void *items, size_t *capacity, size_t need, size_t size)
{
    void *data;
    if (need <= *capacity) return RCLIO_OK;
    size_t wanted = *capacity ? *capacity : 8;
    while (wanted < need && wanted <= SIZE_MAX / 2) wanted *= 2;
    if (wanted < need || wanted > SIZE_MAX / 2 / size)
        return rclio_fail(RCLIO_NO_MEMORY, "out of memory: %zu elements of %zu bytes", need, size);
    memcpy(&data, items, sizeof data);
    data = realloc(data, wanted * size);
    if (!data) return rclio_fail(RCLIO_NO_MEMORY, "out of memory: %zu elements of %zu bytes", wanted, size);
    memcpy(items, &data, sizeof data);
    *capacity = wanted;
    return RCLIO_OK;
}
