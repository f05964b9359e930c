/* src/types/object.h: a message with its descriptor, and its members by name: how messages of rclio's own services are
 * written and read, whose structs are nowhere repeated. Threads: any, on a message of one owner. */
#ifndef RCLIO_TYPES_OBJECT_H
#define RCLIO_TYPES_OBJECT_H

#include "rclio/type.h"

struct object {
    const rclio_type *type;
    void *message; /* NULL: what was asked for failed; every question to it fails with that error */
};

/* The member of that name, element `index` of it; {NULL}: the definition has none such, the error is set. */
struct object object_member(struct object of, const char *name, rclio_base_type base, size_t index);

/* How many elements it has; 0 also when there is no such member. */
size_t object_count(struct object of, const char *name);

#endif
