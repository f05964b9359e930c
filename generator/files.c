/* generator/files.c: see files.h. */
#include "files.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool fail_file(const char *path, const char *what)
{
    fprintf(stderr, "rclio-gen: %s '%s': %s\n", what, path, strerror(errno));
    return false;
}

char *format_path(const char *format, ...)
{
    va_list args;
    char *path = NULL;
    va_start(args, format);
    int length = vasprintf(&path, format, args);
    va_end(args);
    if (length < 0) {
        fputs("rclio-gen: out of memory\n", stderr);
        exit(1);
    }
    return path;
}

bool make_folders_of(const char *path)
{
    char *folder = format_path("%s", path);
    bool made = true;
    for (char *slash = strchr(folder + 1, '/'); slash && made; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(folder, 0777) != 0 && errno != EEXIST) made = fail_file(folder, "cannot create folder");
        *slash = '/';
    }
    free(folder);
    return made;
}

static bool file_has(const char *path, const char *text, size_t size)
{
    FILE *file = fopen(path, "rb");
    if (!file) return false;
    char *there = malloc(size + 1);
    bool same = there && fread(there, 1, size + 1, file) == size && memcmp(there, text, size) == 0;
    free(there);
    fclose(file);
    return same;
}

bool write_file(const char *path, const char *text, size_t size, bool always)
{
    if (!always && file_has(path, text, size)) return true;
    if (!make_folders_of(path)) return false;
    FILE *file = fopen(path, "wb");
    if (!file) return fail_file(path, "cannot write");
    bool written = fwrite(text, 1, size, file) == size;
    if (fclose(file) != 0) written = false;
    return written || fail_file(path, "cannot write");
}

static const char *const interface_folders[] = {"msg", "srv", "action"};

/* Definitions that were staged by an earlier run and are gone from the list must not be found. */
static void empty_folder(const char *folder)
{
    DIR *directory = opendir(folder);
    if (!directory) return;
    for (struct dirent *entry = readdir(directory); entry; entry = readdir(directory)) {
        if (entry->d_name[0] == '.') continue;
        char *path = format_path("%s/%s", folder, entry->d_name);
        unlink(path);
        free(path);
    }
    closedir(directory);
}

/* "a/b/Fibonacci.action" -> the part of it after the last slash, and "action" */
static bool split_definition(const char *file, const char **base, const char **folder)
{
    const char *slash = strrchr(file, '/');
    *base = slash ? slash + 1 : file;
    const char *dot = strrchr(*base, '.');
    for (size_t i = 0; dot && i < sizeof interface_folders / sizeof *interface_folders; i++) {
        *folder = interface_folders[i];
        if (strcmp(dot + 1, *folder) == 0) return true;
    }
    fprintf(stderr, "rclio-gen: '%s' is not a definition: its name must end in .msg, .srv or .action\n", file);
    return false;
}

static bool stage_file(own_package *own, const char *file, char **staged)
{
    const char *base = NULL, *folder = NULL;
    char original[PATH_MAX];
    if (!split_definition(file, &base, &folder)) return false;
    if (!realpath(file, original)) return fail_file(file, "cannot read");
    *staged = format_path("%s/%s/%s/%s", own->folder, own->name, folder, base);
    if (!make_folders_of(*staged)) return false;
    return symlink(original, *staged) == 0 || fail_file(*staged, "cannot link (is a name listed twice?)");
}

bool own_package_stage(own_package *own, const char *output)
{
    if (!own->name) return true;
    own->folder = format_path("%s/.own", output);
    own->staged = calloc(own->file_count + 1, sizeof *own->staged);
    if (!own->staged) return false;
    for (size_t i = 0; i < sizeof interface_folders / sizeof *interface_folders; i++) {
        char *folder = format_path("%s/%s/%s", own->folder, own->name, interface_folders[i]);
        empty_folder(folder);
        free(folder);
    }
    char *manifest = format_path("%s/%s/package.xml", own->folder, own->name);
    char *text = format_path("<package format=\"3\">\n  <name>%s</name>\n</package>\n", own->name);
    bool done = write_file(manifest, text, strlen(text), false);
    free(manifest);
    free(text);
    for (size_t i = 0; i < own->file_count && done; i++) done = stage_file(own, own->files[i], &own->staged[i]);
    return done;
}

void own_package_fini(own_package *own)
{
    for (size_t i = 0; own->staged && i < own->file_count; i++) free(own->staged[i]);
    free(own->staged);
    free(own->folder);
}

void own_package_print_error(const own_package *own, const char *text)
{
    for (size_t i = 0; own->staged && i < own->file_count; i++) {
        const char *found = own->staged[i] ? strstr(text, own->staged[i]) : NULL;
        if (!found) continue;
        fprintf(stderr, "%.*s%s%s\n", (int)(found - text), text, own->files[i], found + strlen(own->staged[i]));
        return;
    }
    fprintf(stderr, "%s\n", text);
}
