/* cli/package_files.h: what `ros2 pkg create` writes. Private to cli/verb_pkg_create.c and cli/package_files.c. */
#ifndef RCLIO_CLI_PACKAGE_FILES_H
#define RCLIO_CLI_PACKAGE_FILES_H

#include "cli.h"

typedef struct cli_new_package {
    const char *name, *format, *description, *license, *build_type, *maintainer_name, *maintainer_email;
    const char *node, *library;   /* NULL: none */
    cli_words dependencies;       /* all of them */
    cli_words interfaces, others; /* those of them whose messages rclio generates, and the rest */
} cli_new_package;

/* A file or, without a text, a folder of the new package. Its path may have %s for the package, the node or the library. */
typedef struct cli_package_file {
    const char *path;
    enum { CLI_OF_PACKAGE, CLI_OF_NODE, CLI_OF_LIBRARY } of;
    void (*write)(FILE *out, const cli_new_package *package);
} cli_package_file;

/* Ended by {0}. */
const cli_package_file *cli_package_files(const cli_new_package *package);

bool cli_is_python_package(const cli_new_package *package);

/* Names of the licenses whose text is here, ended by NULL. */
extern const char *const cli_licenses[];
bool cli_license_known(const char *name);

#endif
