/* cli/verb_pkg_executables.c: `ros2 pkg executables`. */
#include "cli.h"

struct pkg_executables {
    bool full_path;
    const char *package;
};

static const cli_option pkg_executables_options[] = {
    CLI_FLAG(struct pkg_executables, full_path, "--full-path", "show where each lies"),
    CLI_ARG(struct pkg_executables, package, "package_name", "package; left out: all", .optional = true),
    {0},
};

struct printing {
    cli *c;
    const struct pkg_executables *o;
    const cli_package *package;
};

static void print_executable(const char *name, const char *path, void *arg)
{
    const struct printing *p = arg;
    if (p->o->full_path)
        cli_print(p->c, "%s\n", path);
    else
        cli_print(p->c, "%s %s\n", p->package->name, name);
}

static int pkg_executables_run(cli *c, const void *options)
{
    struct printing p = {.c = c, .o = options};
    cli_package_list packages;
    int status = 0;
    if (!cli_packages(c, &packages)) return CLI_FAILED;
    if (p.o->package) {
        if ((p.package = cli_package_find(&packages, p.o->package))) {
            cli_package_executables(p.package, print_executable, &p);
        } else {
            status = cli_error(c, "Package '%s' not found", p.o->package);
            cli_suggest_package(c, &packages, p.o->package);
        }
    }
    for (size_t i = 0; i < packages.size && !p.o->package; i++) {
        p.package = &packages.data[i];
        cli_package_executables(p.package, print_executable, &p);
    }
    cli_packages_free(&packages);
    return status;
}

const cli_verb cli_verb_pkg_executables = {
    "pkg executables",       "List the programs of a package, or of all",
    pkg_executables_options, sizeof(struct pkg_executables),
    pkg_executables_run,     NULL,
};
