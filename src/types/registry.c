/* src/types/registry.c: see registry.h and include/rclio/types.h. */
#include "types/registry.h"

#include "base/array.h"
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

void rclio_types_destroy(rclio_types *types)
{
    if (!types) return;
    mutex_lock(&types->lock);
    search_destroy(types->search);
    map_fini(&types->entered, NULL);
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

/* The whole file, of at most DEFINITION_SIZE_MAX bytes, into `bytes` (which has room for one more). */
static rclio_status read_all(int file, const char *path, char *bytes, size_t *size)
{
    *size = 0;
    for (;;) {
        ssize_t got = read(file, bytes + *size, DEFINITION_SIZE_MAX + 1 - *size);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return rclio_fail(RCLIO_SYSTEM, "cannot read %s: %s", path, strerror(errno));
        if (got == 0) return RCLIO_OK;
        *size += (size_t)got;
        if (*size > DEFINITION_SIZE_MAX)
            return rclio_fail(RCLIO_LIMIT, "%s has more than %zu bytes, which an interface definition may have", path,
                              DEFINITION_SIZE_MAX);
    }
}

char *registry_read_file(const char *path, size_t *size)
{
    struct stat about;
    char *bytes = NULL, *kept = NULL;
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* not to wait for a FIFO's writer */
    if (file < 0)
        return rclio_fail_null(errno == ENOENT ? RCLIO_NOT_FOUND : RCLIO_SYSTEM, "cannot open %s: %s", path, strerror(errno));
    if (fstat(file, &about) != 0 || !S_ISREG(about.st_mode)) {
        rclio_fail(RCLIO_SYSTEM, "cannot read %s: it is not a regular file", path);
        goto done;
    }
    bytes = malloc(DEFINITION_SIZE_MAX + 2);
    if (!bytes) {
        rclio_fail(RCLIO_NO_MEMORY, "out of memory for the text of %s", path);
        goto done;
    }
    if (!read_all(file, path, bytes, size)) kept = copy_bytes(bytes, *size);
done:
    close(file);
    free(bytes);
    return kept;
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

/* Reads `source` and makes its types in `d`. */
static rclio_status make(struct draft *d, const type_name *name, const char *source, size_t size)
{
    definition read;
    rclio_status status = definition_read(&read, name->kind, name->package, d->file, source, size, &d->memory);
    return status ? status : registry_make(d, name, &read);
}

/* Reads the definition of `name` and enters its types. */
static rclio_status load(rclio_types *types, const type_name *name, const struct reading *outer)
{
    size_t size;
    char *source = NULL;
    char full[2 * TYPE_NAME_MAX + 16];
    snprintf(full, sizeof full, "%s/%s/%s", name->package, name->folder, name->base);
    struct reading reading = {.name = full, .outer = outer};
    struct draft d = {.types = types, .reading = &reading};
    rclio_status status = check_cycle(full, outer);
    if (status) return status;
    if (reading_depth(outer) == REGISTRY_DEPTH_MAX)
        return rclio_fail(RCLIO_LIMIT, "type '%s' is contained in types to a depth of more than %u", full, REGISTRY_DEPTH_MAX);
    char *path = registry_path(types, name);
    if (path) source = registry_read_file(path, &size);
    d.file = path;
    status = source ? make(&d, name, source, size) : rclio_error_status();
    if (!status) status = enter(types, &d);
    arena_fini(&d.memory);
    free(source);
    free(path);
    return status;
}

const struct registered *registry_get(rclio_types *types, const char *name, const struct reading *outer)
{
    type_name parsed;
    const struct registered *found = map_get(&types->entered, name);
    if (found) return found;
    if (type_name_parse(&parsed, name) || load(types, &parsed, outer)) return NULL;
    return map_get(&types->entered, name);
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

static const rclio_type *parse(rclio_types *types, const type_name *name, const char *file, const char *source, size_t size)

{
    char full[2 * TYPE_NAME_MAX + 16];
    snprintf(full, sizeof full, "%s/%s/%s", name->package, name->folder, name->base);
    struct reading reading = {.name = full};
    struct draft d = {.types = types, .file = file, .reading = &reading};
    const rclio_type *made = NULL;
    if (!make(&d, name, source, size)) {
        made = &d.made[d.count - 1]->type;
        arena_adopt(&types->memory, &d.memory);
    }
    arena_fini(&d.memory);
    return made;
}

const rclio_type *rclio_types_parse(rclio_types *types, const char *name, const char *file, const char *source, size_t size)
{
    type_name parsed;
    if (!types) return NULL;
    if (type_name_parse(&parsed, name)) return NULL;
    if (*parsed.suffix)
        return rclio_fail_null(RCLIO_INVALID, "'%s' is a derived type: name the interface, '%s/%s/%s'", name, parsed.package,
                               parsed.folder, parsed.base);
    mutex_lock(&types->lock);
    const rclio_type *made = parse(types, &parsed, file, source, size);
    registry_unlock(types);
    return made;
}
