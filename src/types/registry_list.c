/* src/types/registry_list.c: where definitions lie, which there are, and what a mistaken name may have meant. See registry.h. */
#include "base/error.h"
#include "base/text.h"
#include "types/registry.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static rclio_status no_such_package(rclio_types *types, const char *package)
{
    names all = {0};
    if (search_packages(types->search, &all)) {
        names_fini(&all);
        return rclio_error_status();
    }
    names_sort(&all);
    const char *nearest = names_nearest(&all, package);
    if (nearest)
        rclio_fail(RCLIO_NOT_FOUND, "no package '%s' with interfaces (did you mean '%s'?)", package, nearest);
    else
        rclio_fail(RCLIO_NOT_FOUND,
                   "no package '%s' with interfaces: AMENT_PREFIX_PATH and RCLIO_INTERFACE_PATH say where to look", package);
    names_fini(&all);
    return RCLIO_NOT_FOUND;
}

static const char *find_package(rclio_types *types, const char *package)
{
    const char *folder = search_package(types->search, package);
    if (!folder && rclio_error_status() == RCLIO_NOT_FOUND) no_such_package(types, package);
    return folder;
}

static bool exists(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0;
}

static void no_such_type(const type_name *name, const char *folder)
{
    names all = {0};
    char *idl = copy_format("%s/%s/%s.idl", folder, name->folder, name->base);
    const char *package = name->package, *kind = name->folder, *base = name->base, *suffix = name->suffix;
    if (!idl || names_add_interfaces(&all, folder, name->kind)) goto done;
    const char *nearest = names_nearest(&all, base);
    if (exists(idl))
        rclio_fail(RCLIO_NOT_FOUND, "no type '%s/%s/%s%s': %s is there, but only .%s files are read", package, kind, base, suffix,
                   idl, kind);
    else if (nearest)
        rclio_fail(RCLIO_NOT_FOUND, "no type '%s/%s/%s%s' (did you mean '%s/%s/%s%s'?)", package, kind, base, suffix, package,
                   kind, nearest, suffix);
    else
        rclio_fail(RCLIO_NOT_FOUND, "no type '%s/%s/%s%s' in %s", package, kind, base, suffix, folder);
done:
    free(idl);
    names_fini(&all);
}

char *registry_path(rclio_types *types, const type_name *name)
{
    const char *folder = find_package(types, name->package);
    char *path = folder ? copy_format("%s/%s/%s.%s", folder, name->folder, name->base, name->folder) : NULL;
    if (!path || exists(path)) return path;
    no_such_type(name, folder);
    free(path);
    return NULL;
}

bool registry_has(rclio_types *types, const char *name)
{
    type_name parsed;
    if (type_name_parse(&parsed, name)) return false;
    const char *folder = search_package(types->search, parsed.package);
    char *path = folder ? copy_format("%s/%s/%s.%s", folder, parsed.folder, parsed.base, parsed.folder) : NULL;
    bool has = path && exists(path);
    free(path);
    return has;
}

char *rclio_types_path(rclio_types *types, const char *name)
{
    type_name parsed;
    if (!types || type_name_parse(&parsed, name)) return NULL;
    mutex_lock(&types->lock);
    char *path = registry_path(types, &parsed);
    registry_unlock(types);
    return path;
}

char *rclio_types_source(rclio_types *types, const char *name)
{
    size_t size;
    char *path = rclio_types_path(types, name);
    char *source = path ? registry_read_file(path, &size) : NULL;
    free(path);
    return source;
}

/* Adds the interfaces of one package by their full names. */
static rclio_status add_package(rclio_types *types, const char *package, rclio_kind kind, names *full)
{
    names bases = {0};
    const char *folder = find_package(types, package);
    rclio_status status = folder ? names_add_interfaces(&bases, folder, kind) : rclio_error_status();
    for (size_t i = 0; !status && i < bases.size; i++)
        status = names_take(full, copy_format("%s/%s/%s", package, kind_folder(kind), bases.data[i]));
    names_fini(&bases);
    return status;
}

static rclio_status add_packages(rclio_types *types, rclio_kind kind, names *full)
{
    names packages = {0};
    rclio_status status = search_packages(types->search, &packages);
    for (size_t i = 0; !status && i < packages.size; i++) status = add_package(types, packages.data[i], kind, full);
    names_fini(&packages);
    return status;
}

char **rclio_types_list(rclio_types *types, const char *package, const char *folder)
{
    names full = {0};
    rclio_kind kind = folder ? folder_kind(folder) : 0;
    if (!types) return NULL;
    if (!kind)
        return rclio_fail_null(RCLIO_INVALID, "'%s' is no kind of interface: use msg, srv or action", folder ? folder : "");
    mutex_lock(&types->lock);
    rclio_status status = package ? add_package(types, package, kind, &full) : add_packages(types, kind, &full);
    registry_unlock(types);
    if (!status) return names_finish(&full);
    names_fini(&full);
    return NULL;
}

char **rclio_types_packages(rclio_types *types)
{
    names packages = {0};
    if (!types) return NULL;
    mutex_lock(&types->lock);
    rclio_status status = search_packages(types->search, &packages);
    registry_unlock(types);
    if (!status) return names_finish(&packages);
    names_fini(&packages);
    return NULL;
}

void rclio_names_free(char **list)
{
    if (!list) return;
    for (size_t i = 0; list[i]; i++) free(list[i]);
    free(list);
}
