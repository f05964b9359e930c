/* src/types/registry.c: see registry.h and include/rclio/types.h. */
#include "types/registry.h"

#include "base/error.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* RG4 */
static void keep_warning(const char *line, void *arg)
{
    rclio_types *types = arg;
    if (types->warn) names_take(&types->warnings, copy_string(line)); /* short of memory: one warning less */
}

rclio_types *rclio_types_new(void (*warn)(const char *line, void *arg), void *arg)
{
    rclio_types *types = calloc(1, sizeof *types);
    if (!types) return rclio_fail_null(RCLIO_NO_MEMORY, "out of memory for the registry of types");
    if (mutex_init(&types->lock)) {
        free(types);
        return NULL;
    }
    atomic_init(&types->references, 1);
    types->warn = warn;
    types->arg = arg;
    mutex_lock(&types->lock);
    types->search = search_new(keep_warning, types);
    bool made = types->search;
    mutex_unlock(&types->lock);
    if (made) return types;
    rclio_types_destroy(types);
    return NULL;
}

rclio_types *registry_ref(rclio_types *types)
{
    atomic_fetch_add_explicit(&types->references, 1, memory_order_relaxed);
    return types;
}

void rclio_types_destroy(rclio_types *types)
{
    if (!types || atomic_fetch_sub_explicit(&types->references, 1, memory_order_acq_rel) != 1) return;
    mutex_lock(&types->lock);
    search_destroy(types->search);
    map_fini(&types->entered, NULL);
    map_fini(&types->described, NULL);
    arena_fini(&types->memory);
    names_fini(&types->warnings);
    mutex_unlock(&types->lock);
    mutex_fini(&types->lock);
    free(types);
}

void registry_unlock(rclio_types *types)
{
    names warnings = types->warnings;
    types->warnings = (names){0};
    mutex_unlock(&types->lock);
    for (size_t i = 0; i < warnings.size; i++) types->warn(warnings.data[i], types->arg);
    names_fini(&warnings);
}

/* Up to `size` bytes; *got says how many there were. */
static rclio_status read_all(int file, const char *path, char *bytes, size_t size, size_t *got)
{
    *got = 0;
    while (*got < size) {
        ssize_t more = read(file, bytes + *got, size - *got);
        if (more < 0 && errno == EINTR) continue;
        if (more < 0) return rclio_fail(RCLIO_SYSTEM, "cannot read %s: %s", path, strerror(errno));
        if (more == 0) return RCLIO_OK;
        *got += (size_t)more;
    }
    return RCLIO_OK;
}

static char *read_open(int file, const char *path, size_t *size)
{
    struct stat about;
    if (fstat(file, &about) != 0 || !S_ISREG(about.st_mode))
        return rclio_fail_null(RCLIO_SYSTEM, "cannot read %s: it is not a regular file", path);
    if (about.st_size > (off_t)DEFINITION_SIZE_MAX)
        return rclio_fail_null(RCLIO_LIMIT, "%s has %lld bytes: an interface definition may have %zu", path,
                               (long long)about.st_size, DEFINITION_SIZE_MAX);
    char *bytes = malloc((size_t)about.st_size + 1);
    if (!bytes) return rclio_fail_null(RCLIO_NO_MEMORY, "out of memory for the text of %s", path);
    if (read_all(file, path, bytes, (size_t)about.st_size, size)) {
        free(bytes);
        return NULL;
    }
    bytes[*size] = '\0';
    return bytes;
}

char *registry_read_file(const char *path, size_t *size)
{
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* not to wait for a FIFO's writer */
    if (file < 0)
        return rclio_fail_null(errno == ENOENT ? RCLIO_NOT_FOUND : RCLIO_SYSTEM, "cannot open %s: %s", path, strerror(errno));
    char *bytes = read_open(file, path, size);
    close(file);
    return bytes;
}

/* RG3: the error shows the way round. */
static rclio_status check_cycle(const char *name, const struct reading *outer)
{
    const struct reading *same = outer;
    text way;
    while (same && strcmp(same->name, name) != 0) same = same->outer;
    if (!same) return RCLIO_OK;
    text_init(&way);
    for (const struct reading *at = outer; at != same; at = at->outer) {
        char *tail = copy_string(way.data);
        text_clear(&way);
        text_append_format(&way, " > %s%s", at->name, tail ? tail : "");
        free(tail);
    }
    rclio_fail(RCLIO_BAD_STATE, "type '%s' contains itself: %s%s > %s", name, name, way.data, name);
    text_fini(&way);
    return RCLIO_BAD_STATE;
}

static unsigned reading_depth(const struct reading *outer)
{
    unsigned depth = 0;
    for (; outer; outer = outer->outer) depth++;
    return depth;
}

/* RG1: all or none. */
static rclio_status enter(rclio_types *types, struct draft *d)
{
    for (size_t i = 0; i < d->count; i++) {
        rclio_status status = map_set(&types->entered, d->made[i]->type.name, d->made[i]);
        if (!status) continue;
        while (i-- > 0) map_remove(&types->entered, d->made[i]->type.name);
        return status;
    }
    arena_adopt(&types->memory, &d->memory);
    return RCLIO_OK;
}

/* What reading one definition needs; on the heap, since reading nests and tasks have small stacks. */
struct work {
    type_name name;
    char full[2 * TYPE_NAME_MAX + 16]; /* of the interface itself */
    struct reading reading;
    struct draft draft;
    definition read;
};

/* Fails with RCLIO_INVALID when `name` is no legal name. */
static struct work *work_new(rclio_types *types, const char *name, const struct reading *outer)
{
    struct work *w = calloc(1, sizeof *w);
    if (!w) return rclio_fail_null(RCLIO_NO_MEMORY, "out of memory for type '%s'", name);
    if (type_name_parse(&w->name, name)) {
        free(w);
        return NULL;
    }
    snprintf(w->full, sizeof w->full, "%s/%s/%s", w->name.package, w->name.folder, w->name.base);
    w->reading = (struct reading){.name = w->full, .outer = outer};
    w->draft = (struct draft){.types = types, .reading = &w->reading};
    return w;
}

static void work_destroy(struct work *w)
{
    arena_fini(&w->draft.memory);
    free(w);
}

/* Reads `source` and makes its types in the draft. */
static rclio_status make(struct work *w, const char *file, const char *source, size_t size)
{
    w->draft.file = file;
    rclio_status status = definition_read(&w->read, w->name.kind, w->name.package, file, source, size, &w->draft.memory);
    return status ? status : registry_make(&w->draft, &w->name, &w->read);
}

/* Reads the definition's file and enters its types. */
static rclio_status load(struct work *w)
{
    size_t size = 0;
    rclio_types *types = w->draft.types;
    const struct reading *outer = w->reading.outer;
    rclio_status status = check_cycle(w->full, outer);
    if (status) return status;
    if (reading_depth(outer) == REGISTRY_DEPTH_MAX)
        return rclio_fail(RCLIO_LIMIT, "type '%s' is contained in types to a depth of more than %u", w->full, REGISTRY_DEPTH_MAX);
    char *path = registry_path(types, &w->name);
    char *source = path ? registry_read_file(path, &size) : NULL;
    status = source ? make(w, path, source, size) : rclio_error_status();
    if (!status) status = enter(types, &w->draft);
    free(source);
    free(path);
    return status;
}

const struct registered *registry_get(rclio_types *types, const char *name, const struct reading *outer)
{
    const struct registered *found = map_get(&types->entered, name);
    if (found) return found;
    struct work *w = work_new(types, name, outer);
    if (!w) return NULL;
    if (!load(w)) found = map_get(&types->entered, name);
    work_destroy(w);
    return found;
}

const rclio_type *rclio_types_get(rclio_types *types, const char *name)
{
    if (!types) return NULL;
    if (!name) return rclio_fail_null(RCLIO_INVALID, "a type name is missing: write package/msg/Name");
    mutex_lock(&types->lock);
    const struct registered *found = registry_get(types, name, NULL);
    registry_unlock(types);
    return found ? &found->type : NULL;
}

const rclio_type *rclio_types_parse(rclio_types *types, const char *name, const char *file, const char *source, size_t size)
{
    const rclio_type *made = NULL;
    struct work *w = types ? work_new(types, name ? name : "", NULL) : NULL;
    if (!w) return NULL;
    if (*w->name.suffix) {
        rclio_fail(RCLIO_INVALID, "'%s' is a derived type: name the interface, '%s'", name, w->full);
        work_destroy(w);
        return NULL;
    }
    mutex_lock(&types->lock);
    if (!make(w, file, source, size)) {
        made = &w->draft.made[w->draft.count - 1]->type;
        arena_adopt(&types->memory, &w->draft.memory);
    }
    registry_unlock(types);
    work_destroy(w);
    return made;
}
