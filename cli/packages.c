/* cli/packages.c: packages that are installed: those of the ament index of each prefix (AMENT_PREFIX_PATH, COLCON_PREFIX_PATH, both
 * of which may name a workspace of many prefixes, then the prefix of `python3`), and those whose interfaces rclio finds. The first
 * of a name wins. Threads: main. */
#include "cli.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define INDEX "share/ament_index/resource_index/packages"

static char *join(const char *a, const char *b)
{
    size_t size = strlen(a) + strlen(b) + 2;
    char *path = malloc(size);
    if (path) snprintf(path, size, "%s/%s", a, b);
    return path;
}

static bool has_package(const cli_package_list *list, const char *name)
{
    for (size_t i = 0; i < list->size; i++)
        if (strcmp(list->data[i].name, name) == 0) return true;
    return false;
}

/* Takes over prefix and share, also when it fails. */
static bool add_package(cli_package_list *list, const char *name, char *prefix, char *share)
{
    cli_package *data = NULL;
    char *copy = strdup(name);
    if (copy && prefix && share && !has_package(list, name)) data = realloc(list->data, (list->size + 1) * sizeof *data);
    if (data) {
        list->data = data;
        data[list->size++] = (cli_package){copy, prefix, share};
        return true;
    }
    free(copy);
    free(prefix);
    free(share);
    return false;
}

static void add_prefix(cli_package_list *list, const char *prefix)
{
    char *index = join(prefix, INDEX), share[512];
    DIR *folder = index ? opendir(index) : NULL;
    for (const struct dirent *entry; folder && (entry = readdir(folder));) {
        if (entry->d_name[0] == '.') continue;
        snprintf(share, sizeof share, "share/%s", entry->d_name);
        add_package(list, entry->d_name, strdup(prefix), join(prefix, share));
    }
    if (folder) closedir(folder);
    free(index);
}

/* An install folder is a prefix, or has a prefix for each package; a workspace has an install folder. */
static void add_workspace(cli_package_list *list, const char *install)
{
    DIR *folder = opendir(install);
    char *inner = join(install, "install");
    add_prefix(list, install);
    if (inner && access(inner, X_OK) == 0) add_workspace(list, inner);
    free(inner);
    for (const struct dirent *entry; folder && (entry = readdir(folder));) {
        char *prefix = entry->d_name[0] == '.' ? NULL : join(install, entry->d_name);
        if (prefix) add_prefix(list, prefix);
        free(prefix);
    }
    if (folder) closedir(folder);
}

static void add_each(cli_package_list *list, const char *variable, void (*add)(cli_package_list *list, const char *path))
{
    const char *value = getenv(variable);
    char *copy = value ? strdup(value) : NULL, *rest = copy;
    for (const char *path; rest && (path = strsep(&rest, ":"));)
        if (*path) add(list, path);
    free(copy);
}

/* <share>/msg/Name.msg: up two; <prefix>/share/<package> and <prefix>/share/rclio/interfaces/<package> have a prefix. */
static void add_interface_package(cli *c, cli_package_list *list, const char *name)
{
    static const char *const folders[] = {"msg", "srv", "action"};
    char *share = NULL, *prefix = NULL;
    for (size_t i = 0; i < 3 && !share && !has_package(list, name); i++) {
        char **types = rclio_types_list(c->types, name, folders[i]);
        if (types && types[0]) share = rclio_types_path(c->types, types[0]);
        rclio_names_free(types);
    }
    if (!share) return;
    for (int up = 0; up < 2; up++)
        if (strrchr(share, '/')) *strrchr(share, '/') = '\0';
    if ((prefix = strdup(share))) {
        char tail[300];
        const char *const tails[] = {"/share/rclio/interfaces/", "/share/"};
        for (size_t i = 0; i < 2; i++) {
            snprintf(tail, sizeof tail, "%s%s", tails[i], name);
            size_t length = strlen(prefix), cut = strlen(tail);
            if (length > cut && strcmp(prefix + length - cut, tail) == 0) {
                prefix[length - cut] = '\0';
                break;
            }
        }
    }
    add_package(list, name, prefix, share);
}

static int by_name(const void *a, const void *b)
{
    const cli_package *left = a, *right = b;
    return strcmp(left->name, right->name);
}

bool cli_packages(cli *c, cli_package_list *list)
{
    *list = (cli_package_list){0};
    add_each(list, "AMENT_PREFIX_PATH", add_workspace);
    add_each(list, "COLCON_PREFIX_PATH", add_workspace);
    char *python = cli_python_prefix();
    if (python) add_prefix(list, python);
    free(python);
    if (!cli_types(c)) return false;
    char **names = rclio_types_packages(c->types);
    for (size_t i = 0; names && names[i]; i++) add_interface_package(c, list, names[i]);
    rclio_names_free(names);
    if (list->size) qsort(list->data, list->size, sizeof *list->data, by_name);
    return true;
}

const cli_package *cli_package_find(const cli_package_list *list, const char *name)
{
    for (size_t i = 0; i < list->size; i++)
        if (strcmp(list->data[i].name, name) == 0) return &list->data[i];
    return NULL;
}

void cli_suggest_package(cli *c, const cli_package_list *list, const char *name)
{
    const char **names = calloc(list->size + 1, sizeof *names);
    for (size_t i = 0; names && i < list->size; i++) names[i] = list->data[i].name;
    cli_suggest_word(c, name, names);
    free(names);
}

void cli_packages_free(cli_package_list *list)
{
    for (size_t i = 0; i < list->size; i++) {
        free(list->data[i].name);
        free(list->data[i].prefix);
        free(list->data[i].share);
    }
    free(list->data);
    *list = (cli_package_list){0};
}

/* ---- executables ---- */

static bool is_executable(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0 && S_ISREG(about.st_mode) && (about.st_mode & 0111);
}

static void visit_folder(const char *path, int depth, void (*each)(const char *name, const char *path, void *arg), void *arg)
{
    struct dirent **entries = NULL;
    int count = depth < 16 ? scandir(path, &entries, NULL, alphasort) : 0;
    for (int i = 0; i < count; i++) {
        char *file = entries[i]->d_name[0] == '.' ? NULL : join(path, entries[i]->d_name);
        if (file && is_executable(file)) each(entries[i]->d_name, file, arg);
        free(file);
    }
    for (int i = 0; i < count; i++) { /* files of a folder before those below it */
        struct stat about;
        char *folder = entries[i]->d_name[0] == '.' ? NULL : join(path, entries[i]->d_name);
        if (folder && lstat(folder, &about) == 0 && S_ISDIR(about.st_mode)) visit_folder(folder, depth + 1, each, arg);
        free(folder);
        free(entries[i]);
    }
    free(entries);
}

void cli_package_executables(const cli_package *package, void (*each)(const char *name, const char *path, void *arg), void *arg)
{
    char *lib = join(package->prefix, "lib"), *path = lib ? join(lib, package->name) : NULL;
    if (path) visit_folder(path, 0, each, arg);
    free(path);
    free(lib);
}
