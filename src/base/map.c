/* src/base/map.c: see map.h. */
#include "base/map.h"

#include "base/error.h"

#include <stdlib.h>
#include <string.h>

#define HASH_NONFATAL_OOM 1
#define uthash_nonfatal_oom(entry) ((entry)->lost = true)
#include <uthash.h>

struct map_entry {
    UT_hash_handle hh;
    void *value;
    bool lost; /* uthash could not add it */
    char key[];
};

static map_entry *find(const map *m, const char *key)
{
    map_entry *entry = NULL;
    HASH_FIND_STR(m->entries, key, entry);
    return entry;
}

void *map_get(const map *m, const char *key)
{
    map_entry *entry = find(m, key);
    return entry ? entry->value : NULL;
}

rclio_status map_set(map *m, const char *key, void *value)
{
    map_entry *entry = find(m, key);
    if (entry) {
        entry->value = value;
        return RCLIO_OK;
    }
    size_t length = strlen(key);
    entry = calloc(1, sizeof *entry + length + 1);
    if (!entry) return rclio_fail(RCLIO_NO_MEMORY, "out of memory for the entry '%s'", key);
    memcpy(entry->key, key, length + 1);
    entry->value = value;
    HASH_ADD_STR(m->entries, key, entry);
    if (!entry->lost) return RCLIO_OK;
    free(entry);
    return rclio_fail(RCLIO_NO_MEMORY, "out of memory for the entry '%s'", key);
}

void *map_remove(map *m, const char *key)
{
    map_entry *entry = find(m, key);
    if (!entry) return NULL;
    void *value = entry->value;
    HASH_DEL(m->entries, entry);
    free(entry);
    return value;
}

size_t map_size(const map *m)
{
    return HASH_COUNT(m->entries);
}

void map_each(const map *m, void (*visit)(const char *key, void *value, void *arg), void *arg)
{
    map_entry *entry, *next;
    HASH_ITER(hh, m->entries, entry, next) visit(entry->key, entry->value, arg);
}

void map_fini(map *m, void (*free_value)(void *value))
{
    map_entry *entry = m->entries;
    HASH_CLEAR(hh, m->entries);
    while (entry) {
        map_entry *next = entry->hh.next;
        if (free_value) free_value(entry->value);
        free(entry);
        entry = next;
    }
}
