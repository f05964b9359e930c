/* src/types/registry_names.h: growing lists of names, folder contents, and the name nearest to a mistaken one.
 *
 * Threads: one owner. */
#ifndef RCLIO_TYPES_REGISTRY_NAMES_H
#define RCLIO_TYPES_REGISTRY_NAMES_H

#include "rclio/type.h"

typedef struct names {
    char **data; /* each owned */
    size_t size, capacity;
} names; /* {0} is an empty list */

/* Takes over `name`, also when it fails; NULL is a failure of whoever made it. */
rclio_status names_take(names *list, char *name);
void names_fini(names *list);

/* Sorts by bytes. */
void names_sort(names *list);

/* The list as an array that a NULL ends, sorted; NULL with the error set. The list is empty afterwards. */
char **names_finish(names *list);

/* Adds the entries of a folder but those that start with '.', unsorted.
 * Fails with RCLIO_NOT_FOUND: it is not there; RCLIO_SYSTEM: it cannot be read. */
rclio_status names_add_folder(names *list, const char *path);

/* The legal interface names in <folder>/<kind's folder>/, sorted; nothing when that folder is not there. */
rclio_status names_add_interfaces(names *list, const char *folder, rclio_kind kind);

/* The entry with the fewest edits from `name`, when they are few enough for a slip of the keyboard; else NULL. */
const char *names_nearest(const names *list, const char *name);

#endif
