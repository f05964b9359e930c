/* src/types/registry_search.c: see registry_search.h. */
#include "types/registry_search.h"

#include "base/error.h"
#include "base/map.h"
#include "base/text.h"
#include "types/definition_name.h"
#include "types/registry_walk.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct search {
    names flat;  /* folders that hold <package>/ */
    names deep;  /* folders of RCLIO_INTERFACE_PATH */
    bool walked; /* `below` is complete */
    map below;   /* package -> struct place, of `deep` */
    map known;   /* package -> struct place, looked up before */
    void (*warn)(const char *line, void *arg);
    void *arg;
};

struct place {
    char *path;
    char *other; /* another place of the same package below RCLIO_INTERFACE_PATH; NULL: none */
    bool warned;
};

static void place_destroy(void *value)
{
    struct place *place = value;
    if (!place) return;
    free(place->path);
    free(place->other);
    free(place);
}

/* Adds the parts of a list separated by ':', each with `suffix`. */
static rclio_status add_list(names *list, const char *variable, const char *suffix)
{
    const char *value = getenv(variable);
    rclio_status status = RCLIO_OK;
    for (const char *at = value ? value : ""; *at && !status;) {
        size_t size = strcspn(at, ":");
        if (size) status = names_take(list, copy_format("%.*s%s", (int)size, at, suffix));
        at += size;
        if (*at) at++;
    }
    return status;
}

/* The file that this code was loaded from: librclio.so, or a program that has it linked in. */
static char *own_file(void)
{
    Dl_info info;
    bool known = dladdr((void *)(uintptr_t)own_file, &info) && info.dli_fname && strchr(info.dli_fname, '/');
    return realpath(known ? info.dli_fname : "/proc/self/exe", NULL);
}

/* Definitions installed beside the library: PREFIX/share for PREFIX/bin, PREFIX/lib or PREFIX/lib/<architecture>. NULL: none there. */
static char *installed_folder(void)
{
    char *file = own_file(), *found = NULL;
    for (int level = 0; file && !found && level < 3; level++) {
        struct stat about;
        char *slash = strrchr(file, '/');
        if (!slash) break;
        *slash = '\0';
        found = level ? copy_format("%s/share/rclio/interfaces", file) : NULL;
        if (found && stat(found, &about) == 0) break;
        free(found);
        found = NULL;
    }
    free(file);
    return found;
}

/* A library that is not installed uses the definitions of the sources it was built from. */
static rclio_status add_own(names *list)
{
    char *installed = installed_folder();
    return names_take(list, installed ? installed : copy_string(RCLIO_BUILD_INTERFACES));
}

search *search_new(void (*warn)(const char *line, void *arg), void *arg)
{
    search *s = calloc(1, sizeof *s);
    if (!s) return rclio_fail_null(RCLIO_NO_MEMORY, "out of memory for the search path of interfaces");
    s->warn = warn;
    s->arg = arg;
    /* IDL-1, SE1 */
    if (add_own(&s->flat) || add_list(&s->flat, "AMENT_PREFIX_PATH", "/share") ||
        add_list(&s->deep, "RCLIO_INTERFACE_PATH", "")) {
        search_destroy(s);
        return NULL;
    }
    return s;
}

void search_destroy(search *s)
{
    if (!s) return;
    names_fini(&s->flat);
    names_fini(&s->deep);
    map_fini(&s->below, place_destroy);
    map_fini(&s->known, place_destroy);
    free(s);
}

static bool is_same_folder(const char *a, const char *b)
{
    struct stat left, right;
    return stat(a, &left) == 0 && stat(b, &right) == 0 && left.st_dev == right.st_dev && left.st_ino == right.st_ino;
}

/* SE3 */
static void warn_duplicate(search *s, const char *package, struct place *used, const char *other)
{
    if (used->warned || is_same_folder(used->path, other)) return;
    used->warned = true;
    char *line = copy_format("package '%s' is in %s and in %s: the first is used", package, used->path, other);
    if (line) s->warn(line, s->arg);
    free(line);
}

static struct place *place_new(map *to, const char *package, const char *path)
{
    struct place *place = calloc(1, sizeof *place);
    if (!place) return rclio_fail_null(RCLIO_NO_MEMORY, "out of memory for package '%s'", package);
    place->path = copy_string(path);
    if (place->path && !map_set(to, package, place)) return place;
    place_destroy(place);
    return NULL;
}

static rclio_status on_found(const char *package, const char *path, void *arg)
{
    search *s = arg;
    struct place *place = map_get(&s->below, package);
    if (!place) return place_new(&s->below, package, path) ? RCLIO_OK : RCLIO_NO_MEMORY;
    if (place->other || is_same_folder(place->path, path)) return RCLIO_OK;
    place->other = copy_string(path);
    return place->other ? RCLIO_OK : RCLIO_NO_MEMORY;
}

static void on_unreadable(const char *cause, void *arg)
{
    search *s = arg;
    char *line = copy_format("RCLIO_INTERFACE_PATH: %s", cause);
    if (line) s->warn(line, s->arg);
    free(line);
}

/* Warns when the walk has seen a package that is known from another place. */
static void compare_with_walk(const char *package, void *known, void *arg)
{
    search *s = arg;
    const struct place *below = map_get(&s->below, package);
    if (below) warn_duplicate(s, package, known, below->path);
    if (below && below->other) warn_duplicate(s, package, known, below->other);
}

/* SE2 */
static rclio_status walk_deep(search *s)
{
    const walk_visitor visitor = {.found = on_found, .unreadable = on_unreadable, .arg = s};
    rclio_status status = RCLIO_OK;
    if (s->walked) return RCLIO_OK;
    for (size_t i = 0; !status && i < s->deep.size; i++) status = walk_packages(s->deep.data[i], &visitor);
    if (status) {
        map_fini(&s->below, place_destroy);
        s->below = (map){0};
        return status;
    }
    s->walked = true;
    map_each(&s->known, compare_with_walk, s);
    return RCLIO_OK;
}

/* A path <root>/<package> with interfaces, which the caller frees; NULL without an error: not there. */
static char *probe(const char *root, const char *package, rclio_status *status)
{
    char *path = copy_format("%s/%s", root, package);
    if (!path) {
        *status = RCLIO_NO_MEMORY;
        return NULL;
    }
    if (has_interfaces(path)) return path;
    free(path);
    return NULL;
}

/* Looks directly below each root: takes the first place, warns of another one. */
static rclio_status probe_roots(search *s, const names *roots, const char *package, struct place **found)
{
    rclio_status status = RCLIO_OK;
    for (size_t i = 0; !status && i < roots->size; i++) {
        char *path = probe(roots->data[i], package, &status);
        if (!path) continue;
        if (*found)
            warn_duplicate(s, package, *found, path);
        else if (!(*found = place_new(&s->known, package, path)))
            status = RCLIO_NO_MEMORY;
        free(path);
    }
    return status;
}

/* A package of RCLIO_INTERFACE_PATH. */
static rclio_status find_below(search *s, const char *package, struct place **found)
{
    rclio_status status = walk_deep(s);
    if (status) return status;
    const struct place *below = map_get(&s->below, package);
    if (!below) return rclio_fail(RCLIO_NOT_FOUND, "no package '%s'", package);
    *found = place_new(&s->known, package, below->path);
    if (!*found) return RCLIO_NO_MEMORY;
    compare_with_walk(package, *found, s);
    return RCLIO_OK;
}

const char *search_package(search *s, const char *package)
{
    struct place *found = map_get(&s->known, package);
    if (found) return found->path;
    if (probe_roots(s, &s->flat, package, &found)) return NULL;
    if (!found) {
        rclio_status status = find_below(s, package, &found);
        return status || !found ? NULL : found->path;
    }
    if (s->walked)
        compare_with_walk(package, found, s);
    else
        probe_roots(s, &s->deep, package, &found);
    return found->path;
}

struct collection {
    search *s;
    map seen;
    names *found;
    rclio_status status;
};

static void collect(const char *package, struct collection *c)
{
    if (c->status || map_get(&c->seen, package)) return;
    c->status = map_set(&c->seen, package, c);
    if (!c->status) c->status = names_take(c->found, copy_string(package));
}

static void collect_entry(const char *package, void *value, void *arg)
{
    (void)value;
    collect(package, arg);
}

static void collect_root(const char *root, struct collection *c)
{
    names entries = {0};
    rclio_status status = names_add_folder(&entries, root);
    if (status == RCLIO_NO_MEMORY) c->status = status;
    if (status == RCLIO_SYSTEM) c->s->warn(rclio_error(), c->s->arg);
    for (size_t i = 0; !c->status && i < entries.size; i++) {
        const char *package = entries.data[i];
        if (!is_package_name(package, strlen(package))) continue;
        char *path = probe(root, package, &c->status);
        if (path) collect(package, c);
        free(path);
    }
    names_fini(&entries);
}

rclio_status search_packages(search *s, names *found)
{
    struct collection c = {.s = s, .found = found};
    c.status = walk_deep(s);
    for (size_t i = 0; i < s->flat.size; i++) collect_root(s->flat.data[i], &c);
    map_each(&s->below, collect_entry, &c);
    for (size_t i = 0; !c.status && i < found->size; i++) { /* warns of duplicates */
        if (!search_package(s, found->data[i])) c.status = rclio_error_status();
    }
    map_fini(&c.seen, NULL);
    return c.status;
}
