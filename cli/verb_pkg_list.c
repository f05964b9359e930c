/* cli/verb_pkg_list.c: `ros2 pkg list`. */
#include "cli.h"

struct pkg_list {
    char none;
};

static const cli_option pkg_list_options[] = {{0}};

static int pkg_list_run(cli *c, const void *options)
{
    cli_package_list packages;
    (void)options;
    if (!cli_packages(c, &packages)) return CLI_FAILED;
    for (size_t i = 0; i < packages.size; i++) cli_print(c, "%s\n", packages.data[i].name);
    cli_packages_free(&packages);
    return 0;
}

const cli_verb cli_verb_pkg_list = {
    "pkg list",       "List the packages that are installed",
    pkg_list_options, sizeof(struct pkg_list),
    pkg_list_run,     "Without a ROS installation these are the packages whose interfaces rclio finds.",
};
