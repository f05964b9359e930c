/* src/types/runtime_string.c: rosidl strings, narrow and wide (rclio/message.h).
 *
 *   RS1  After any successful call that writes, data[size] is NUL and capacity > size.
 *   RS2  Memory that is large enough is kept; a failed call leaves the string as it was.
 * Threads: one owner. */
#include "rclio/message.h"

#include <stdlib.h>
#include <string.h>

/* Room for `size` elements of `width` bytes and the NUL. */
static bool reserve(void **data, size_t *capacity, size_t size, size_t width)
{
    if (size >= SIZE_MAX / width) return false;
    if (*data && *capacity > size) return true;
    void *larger = realloc(*data, (size + 1) * width);
    if (!larger) return false;
    *data = larger;
    *capacity = size + 1;
    return true;
}

bool rosidl_runtime_c__String__init(rosidl_runtime_c__String *string)
{
    if (!string) return false;
    *string = (rosidl_runtime_c__String){0};
    return rosidl_runtime_c__String__assignn(string, "", 0);
}

void rosidl_runtime_c__String__fini(rosidl_runtime_c__String *string)
{
    if (!string) return;
    free(string->data);
    *string = (rosidl_runtime_c__String){0};
}

bool rosidl_runtime_c__String__assign(rosidl_runtime_c__String *string, const char *value)
{
    return value && rosidl_runtime_c__String__assignn(string, value, strlen(value));
}

bool rosidl_runtime_c__String__assignn(rosidl_runtime_c__String *string, const char *value, size_t size)
{
    if (!string || !value) return false;
    void *data = string->data;
    if (!reserve(&data, &string->capacity, size, 1)) return false;
    string->data = data;
    memmove(string->data, value, size); /* it may be a part of the string itself */
    string->data[size] = '\0';
    string->size = size;
    return true;
}

bool rosidl_runtime_c__String__copy(const rosidl_runtime_c__String *input, rosidl_runtime_c__String *output)
{
    if (!input || !output) return false;
    return rosidl_runtime_c__String__assignn(output, input->data ? input->data : "", input->size);
}

bool rosidl_runtime_c__String__are_equal(const rosidl_runtime_c__String *a, const rosidl_runtime_c__String *b)
{
    if (!a || !b || a->size != b->size) return false;
    return a->size == 0 || memcmp(a->data, b->data, a->size) == 0;
}

bool rosidl_runtime_c__U16String__init(rosidl_runtime_c__U16String *string)
{
    if (!string) return false;
    *string = (rosidl_runtime_c__U16String){0};
    return rosidl_runtime_c__U16String__resize(string, 0);
}

void rosidl_runtime_c__U16String__fini(rosidl_runtime_c__U16String *string)
{
    if (!string) return;
    free(string->data);
    *string = (rosidl_runtime_c__U16String){0};
}

bool rosidl_runtime_c__U16String__resize(rosidl_runtime_c__U16String *string, size_t size)
{
    if (!string) return false;
    void *data = string->data;
    if (!reserve(&data, &string->capacity, size, sizeof *string->data)) return false;
    string->data = data;
    string->data[size] = 0;
    string->size = size;
    return true;
}

bool rosidl_runtime_c__U16String__assign(rosidl_runtime_c__U16String *string, const uint16_t *value)
{
    return value && rosidl_runtime_c__U16String__assignn(string, value, rosidl_runtime_c__U16String__len(value));
}

bool rosidl_runtime_c__U16String__assignn(rosidl_runtime_c__U16String *string, const uint16_t *value, size_t size)
{
    if (!value || !string) return false;
    void *data = string->data;
    if (!reserve(&data, &string->capacity, size, sizeof *value)) return false;
    string->data = data;
    memmove(string->data, value, size * sizeof *value);
    string->data[size] = 0;
    string->size = size;
    return true;
}

/* `value` is UTF-16 in memory order, `size` counts its bytes: that is what upstream's function of this name takes. */
bool rosidl_runtime_c__U16String__assignn_from_char(rosidl_runtime_c__U16String *string, const char *value, size_t size)
{
    if (!value || size % 2 != 0) return false;
    if (!rosidl_runtime_c__U16String__resize(string, size / 2)) return false;
    memcpy(string->data, value, size);
    return true;
}

size_t rosidl_runtime_c__U16String__len(const uint16_t *value)
{
    size_t length = 0;
    while (value && value[length]) length++;
    return length;
}

bool rosidl_runtime_c__U16String__copy(const rosidl_runtime_c__U16String *input, rosidl_runtime_c__U16String *output)
{
    static const uint16_t nothing[1] = {0};
    if (!input || !output) return false;
    if (input == output) return true;
    return rosidl_runtime_c__U16String__assignn(output, input->data ? input->data : nothing, input->size);
}

bool rosidl_runtime_c__U16String__are_equal(const rosidl_runtime_c__U16String *a, const rosidl_runtime_c__U16String *b)
{
    if (!a || !b || a->size != b->size) return false;
    return a->size == 0 || memcmp(a->data, b->data, a->size * sizeof *a->data) == 0;
}
