/* src/types/registry_walk.c: see registry_walk.h. */
#include "types/registry_walk.h"

#include "base/error.h"
#include "base/map.h"
#include "base/text.h"
#include "types/definition_name.h"
#include "types/registry_names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { DEPTH_MAX = 16, MANIFEST_SIZE_MAX = 65536 };

static bool is_folder(const char *path, const char *name)
{
    struct stat about;
    char *joined = copy_format("%s/%s", path, name);
    bool yes = joined && stat(joined, &about) == 0 && S_ISDIR(about.st_mode);
    free(joined);
    return yes;
}

static bool has_file(const char *path, const char *name)
{
    struct stat about;
    char *joined = copy_format("%s/%s", path, name);
    bool yes = joined && stat(joined, &about) == 0;
    free(joined);
    return yes;
}

bool has_interfaces(const char *path)
{
    return is_folder(path, "msg") || is_folder(path, "srv") || is_folder(path, "action");
}

static void blank_comments(char *xml)
{
    for (char *at = xml; (at = strstr(at, "<!--"));) {
        char *end = strstr(at, "-->");
        size_t size = end ? (size_t)(end + 3 - at) : strlen(at);
        memset(at, ' ', size);
        at += size;
    }
}

/* The text of the first <name> in package.xml; false when there is no legal one. */
static bool read_package_name(const char *path, char package[TYPE_NAME_MAX + 1])
{
    static const char blanks[] = " \t\r\n";
    bool found = false;
    char *manifest = copy_format("%s/package.xml", path);
    char *xml = malloc(MANIFEST_SIZE_MAX + 1);
    FILE *file = manifest && xml ? fopen(manifest, "re") : NULL;
    if (!file) goto done;
    xml[fread(xml, 1, MANIFEST_SIZE_MAX, file)] = '\0';
    fclose(file);
    blank_comments(xml);
    const char *name = strstr(xml, "<name>");
    if (!name) goto done;
    name += strlen("<name>");
    name += strspn(name, blanks);
    size_t size = strcspn(name, "< \t\r\n");
    found = is_package_name(name, size);
    if (!found) goto done;
    memcpy(package, name, size);
    package[size] = '\0';
done:
    free(manifest);
    free(xml);
    return found;
}

struct walk {
    const walk_visitor *visitor;
    map seen; /* folders, so that links that form a loop end */
};

/* true: the folder was looked into before, under whichever path. */
static bool seen_before(struct walk *w, const char *path, rclio_status *status)
{
    struct stat about;
    char key[64];
    if (stat(path, &about) != 0) return false;
    snprintf(key, sizeof key, "%llu:%llu", (unsigned long long)about.st_dev, (unsigned long long)about.st_ino);
    if (map_get(&w->seen, key)) return true;
    *status = map_set(&w->seen, key, w);
    return false;
}

static rclio_status walk(struct walk *w, const char *path, unsigned depth);

static rclio_status walk_below(struct walk *w, const char *path, unsigned depth)
{
    names entries = {0};
    rclio_status status = names_add_folder(&entries, path);
    if (status && status != RCLIO_NO_MEMORY) {
        w->visitor->unreadable(rclio_error(), w->visitor->arg);
        status = RCLIO_OK;
    }
    names_sort(&entries); /* RW2 */
    for (size_t i = 0; !status && i < entries.size; i++) {
        if (!is_folder(path, entries.data[i])) continue;
        char *below = copy_format("%s/%s", path, entries.data[i]);
        status = below ? walk(w, below, depth + 1) : RCLIO_NO_MEMORY;
        free(below);
    }
    names_fini(&entries);
    return status;
}

static rclio_status walk(struct walk *w, const char *path, unsigned depth)
{
    char package[TYPE_NAME_MAX + 1];
    rclio_status status = RCLIO_OK;
    if (seen_before(w, path, &status) || status) return status;
    if (has_file(path, "COLCON_IGNORE") || has_file(path, "AMENT_IGNORE")) return RCLIO_OK;
    if (has_file(path, "package.xml")) { /* RW1 */
        bool is_one = has_interfaces(path) && read_package_name(path, package);
        return is_one ? w->visitor->found(package, path, w->visitor->arg) : RCLIO_OK;
    }
    return depth < DEPTH_MAX ? walk_below(w, path, depth) : RCLIO_OK;
}

rclio_status walk_packages(const char *root, const walk_visitor *visitor)
{
    struct walk w = {.visitor = visitor};
    rclio_status status = walk(&w, root, 0);
    map_fini(&w.seen, NULL);
    return status;
}
