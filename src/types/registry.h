/* src/types/registry.h: the types read so far, by name, and how definitions become types.
 *
 *   RG1  A type is built with all it contains, then entered: what rclio_types_get() gives is complete and never changes.
 *   RG2  A definition that fails enters nothing and leaves no memory behind; it is read again when it is asked for again.
 *   RG3  A type contains types to a depth of at most DEPTH_MAX, never itself: whoever walks a type may recurse.
 *   RG4  One lock covers everything. Warnings are kept until it is released, so that `warn` may call back.
 * Threads: functions here need types->lock unless they say otherwise. */
#ifndef RCLIO_TYPES_REGISTRY_H
#define RCLIO_TYPES_REGISTRY_H

#include "base/map.h"
#include "base/thread.h"
#include "rclio/types.h"
#include "types/definition.h"
#include "types/definition_name.h"
#include "types/registry_search.h"

#include <stdatomic.h>

#define REGISTRY_DEPTH_MAX 64u

struct rclio_types {
    atomic_size_t references;
    mutex lock; /* over all that follows but warn and arg */
    search *search;
    map entered;   /* full name -> struct registered */
    map described; /* "<full name> <hash>" -> struct registered: built from descriptions */
    arena memory;
    names warnings;
    void (*warn)(const char *line, void *arg);
    void *arg;
};

/* For messages that may outlive the context: rclio_types_destroy() then gives back one reference, the last one frees. thread any, no lock */
rclio_types *registry_ref(rclio_types *types);

/* A type of a registry. */
struct registered {
    rclio_type type;
    unsigned depth; /* 1: contains no other type */
};

/* The definitions that are being read, innermost first: what RG3 looks at. */
struct reading {
    const char *name;
    const struct reading *outer;
};

/* A definition on its way to its types (RG2). An action makes most. */
enum { TYPES_PER_DEFINITION = 13 };
struct draft {
    rclio_types *types;
    const char *file;
    const struct reading *reading;
    arena memory;
    struct registered *made[TYPES_PER_DEFINITION];
    size_t count;
};

/* Finds or reads a type, and all of the definition it comes from. `outer`: what asks for it, NULL for a user. */
const struct registered *registry_get(rclio_types *types, const char *name, const struct reading *outer);

/* Makes all types of a definition, the interface's own last; they lie in the draft. */
rclio_status registry_make(struct draft *d, const type_name *name, definition *read);

/* Where a definition lies: "<package's folder>/msg/Name.msg", which the caller frees.
 * Fails with RCLIO_NOT_FOUND and the nearest name there is. */
char *registry_path(rclio_types *types, const type_name *name);

/* true: the definition of this full name is there. */
bool registry_has(rclio_types *types, const char *name);

/* The text of a file as a string which the caller frees. Needs no lock. */
char *registry_read_file(const char *path, size_t *size);

/* The type of that name and hash ("RIHS01_...") that came from a description; NULL: none, no error is set. Takes the lock itself. */
const rclio_type *registry_described(rclio_types *types, const char *name, const char *hash);

/* Gives the warnings to the user; takes the lock itself. */
void registry_unlock(rclio_types *types) THREAD_ANALYSIS(release_capability(types->lock));

#endif
