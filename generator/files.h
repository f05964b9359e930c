/* generator/files.h: folders, files, and a user's own definitions staged as a package.
 *
 *   F1  A file is written only when its text changes, so that a build compiles only what changed.
 *   F2  Every function that fails has printed one line.
 * Threads: one. */
#ifndef RCLIO_GENERATOR_FILES_H
#define RCLIO_GENERATOR_FILES_H

#include <stdbool.h>
#include <stddef.h>

/* Creates the folders above `path`. */
bool make_folders_of(const char *path);

/* Replaces the file's text. `always`: also when it is the same, for the file whose time a build looks at. */
bool write_file(const char *path, const char *text, size_t size, bool always);

/* A string you free; ends the program when memory is short. */
char *format_path(const char *format, ...) __attribute__((__format__(__printf__, 1, 2)));

/* A user's own definitions: links to the files, in the folders that a package has. */
typedef struct own_package {
    const char *name; /* NULL: none */
    const char **files;
    size_t file_count;
    char *folder;  /* that holds the package's folder; set by own_package_stage */
    char **staged; /* where each file's link is */
} own_package;

bool own_package_stage(own_package *own, const char *output);
void own_package_fini(own_package *own);

/* Prints an error text with the user's file names where it has staged ones. */
void own_package_print_error(const own_package *own, const char *text);

#endif
