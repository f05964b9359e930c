/* src/types/registry_names.c: see registry_names.h. */
#include "types/registry_names.h"

#include "base/array.h"
#include "base/error.h"
#include "base/text.h"
#include "types/definition_name.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

rclio_status names_take(names *list, char *name)
{
    if (!name) return RCLIO_NO_MEMORY;
    if (array_append(list, name)) return RCLIO_OK;
    free(name);
    return RCLIO_NO_MEMORY;
}

void names_fini(names *list)
{
    for (size_t i = 0; i < list->size; i++) free(list->data[i]);
    free(list->data);
    *list = (names){0};
}

static int by_bytes(const void *a, const void *b)
{
    const char *const *left = a, *const *right = b;
    return strcmp(*left, *right);
}

void names_sort(names *list)
{
    if (list->size) qsort(list->data, list->size, sizeof *list->data, by_bytes);
}

char **names_finish(names *list)
{
    names_sort(list);
    if (!array_append(list, NULL)) {
        names_fini(list);
        return NULL;
    }
    char **data = list->data;
    *list = (names){0};
    return data;
}

rclio_status names_add_folder(names *list, const char *path)
{
    DIR *folder = opendir(path);
    rclio_status status = RCLIO_OK;
    const struct dirent *entry;
    if (!folder)
        return rclio_fail(errno == ENOENT || errno == ENOTDIR ? RCLIO_NOT_FOUND : RCLIO_SYSTEM, "cannot read the folder %s: %s",
                          path, strerror(errno));
    while (!status && (entry = readdir(folder))) {
        if (entry->d_name[0] != '.') status = names_take(list, copy_string(entry->d_name));
    }
    closedir(folder);
    return status;
}

/* "String.msg" becomes "String"; false: not a definition of the kind. */
static bool cut_extension(char *file, rclio_kind kind)
{
    char *dot = strrchr(file, '.');
    if (!dot || strcmp(dot + 1, kind_folder(kind)) != 0 || !is_interface_name(file, (size_t)(dot - file))) return false;
    *dot = '\0';
    return true;
}

rclio_status names_add_interfaces(names *list, const char *folder, rclio_kind kind)
{
    names files = {0};
    char *path = copy_format("%s/%s", folder, kind_folder(kind));
    if (!path) return RCLIO_NO_MEMORY;
    rclio_status status = names_add_folder(&files, path);
    if (status == RCLIO_NOT_FOUND) status = RCLIO_OK;
    for (size_t i = 0; !status && i < files.size; i++) {
        if (cut_extension(files.data[i], kind)) status = names_take(list, copy_string(files.data[i]));
    }
    names_fini(&files);
    free(path);
    names_sort(list);
    return status;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Letters to insert, drop or replace to come from `a` to `b`, whatever their case. */
static size_t edits(const char *a, const char *b)
{
    uint16_t row[TYPE_NAME_MAX + 1];
    size_t width = strlen(b);
    if (width > TYPE_NAME_MAX || strlen(a) > TYPE_NAME_MAX) return SIZE_MAX;
    for (size_t i = 0; i <= width; i++) row[i] = (uint16_t)i;
    for (size_t line = 1; *a; a++, line++) {
        size_t diagonal = row[0];
        row[0] = (uint16_t)line;
        for (size_t i = 1; i <= width; i++) {
            size_t replaced = diagonal + (lower(*a) != lower(b[i - 1]));
            size_t changed = (row[i] < row[i - 1] ? row[i] : row[i - 1]) + 1;
            diagonal = row[i];
            row[i] = (uint16_t)(replaced < changed ? replaced : changed);
        }
    }
    return row[width];
}

const char *names_nearest(const names *list, const char *name)
{
    const char *nearest = NULL;
    size_t fewest = strlen(name) / 3 + 2;
    for (size_t i = 0; i < list->size; i++) {
        size_t count = edits(name, list->data[i]);
        if (count >= fewest) continue;
        fewest = count;
        nearest = list->data[i];
    }
    return nearest;
}
