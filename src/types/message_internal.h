/* src/types/message_internal.h: what the generic operations on messages share.
 *
 *   ME1  Every sequence, whatever its element, is a struct sequence in memory. Its elements from size to capacity are valid:
 *        initialised or all zero. A message of zeros is valid.
 * Threads: one owner. */
#ifndef RCLIO_TYPES_MESSAGE_INTERNAL_H
#define RCLIO_TYPES_MESSAGE_INTERNAL_H

#include "rclio/type.h"

struct sequence {
    void *data;
    size_t size;
    size_t capacity;
};

static inline bool field_is_sequence(const rclio_field *field)
{
    return field->shape == RCLIO_SEQUENCE || field->shape == RCLIO_BOUNDED_SEQUENCE;
}

/* The elements of a field, in place or in its sequence. */
struct elements {
    char *data;
    size_t count;    /* in use */
    size_t capacity; /* valid in memory; equal to count for what lies in place */
};
struct elements field_elements(const rclio_field *field, const void *message);

/* Bytes of one value of a primitive, string or wstring; 0 for a nested message. */
size_t base_type_size(rclio_base_type base);

/* true: no memory of its own anywhere inside, so that copying its bytes copies it. */
bool message_is_plain(const rclio_type *type);

/* Makes room for `capacity` elements of `size` bytes, new ones zero. Fails with RCLIO_NO_MEMORY and leaves the sequence as it
 * was. */
rclio_status sequence_reserve(struct sequence *sequence, size_t capacity, size_t size);

/* Releases what `count` elements own (not the elements) and leaves zeros, for elements of a field's kind. */
void field_release_elements(const rclio_field *field, char *data, size_t count);

/* Gives `count` zeroed or valid elements their type's defaults (not the field's). */
rclio_status field_reset_elements(const rclio_field *field, char *data, size_t count);

#endif
