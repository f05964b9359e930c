/* src/base/map.h: a hash map from strings to pointers, on uthash.
 *
 * The map owns copies of its keys and never its values. Threads: one owner, or the lock of whoever owns the map. */
#ifndef RCLIO_BASE_MAP_H
#define RCLIO_BASE_MAP_H

#include "rclio/api.h"

typedef struct map_entry map_entry;
typedef struct map {
    map_entry *entries;
} map; /* {0} is an empty map */

void *map_get(const map *m, const char *key);

/* Adds or replaces. Fails with RCLIO_NO_MEMORY. */
rclio_status map_set(map *m, const char *key, void *value);

/* Removes the key and returns its value; NULL when it is not there. */
void *map_remove(map *m, const char *key);
size_t map_size(const map *m);

/* Calls `visit` for each entry in the order of insertion; `visit` may remove that entry. */
void map_each(const map *m, void (*visit)(const char *key, void *value, void *arg), void *arg);

/* Frees the entries, and each value with `free_value` unless that is NULL. */
void map_fini(map *m, void (*free_value)(void *value));

#endif
