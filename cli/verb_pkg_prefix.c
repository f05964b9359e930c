/* cli/verb_pkg_prefix.c: `ros2 pkg prefix`. */
#include "cli.h"

struct pkg_prefix {
    bool share;
    const char *package;
};

static const cli_option pkg_prefix_options[] = {
    CLI_FLAG(struct pkg_prefix, share, "--share", "show the package's own folder for data instead"),
    CLI_ARG(struct pkg_prefix, package, "package_name", "package, std_msgs for example"),
    {0},
};

static int pkg_prefix_run(cli *c, const void *options)
{
    const struct pkg_prefix *o = options;
    cli_package_list packages;
    if (!cli_packages(c, &packages)) return CLI_FAILED;
    const cli_package *package = cli_package_find(&packages, o->package);
    if (package) {
        cli_print(c, "%s\n", o->share ? package->share : package->prefix);
    } else {
        cli_error(c, "Package not found");
        cli_suggest_package(c, &packages, o->package);
    }
    cli_packages_free(&packages);
    return package ? 0 : CLI_FAILED;
}

const cli_verb cli_verb_pkg_prefix = {
    "pkg prefix",       "Print where a package is installed",
    pkg_prefix_options, sizeof(struct pkg_prefix),
    pkg_prefix_run,     "An unknown package is followed by the nearest one, here and in the other verbs.",
};
