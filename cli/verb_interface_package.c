/* cli/verb_interface_package.c: `ros2 interface package`. */
#include "cli.h"

struct interface_package {
    bool messages, services, actions;
    const char *package;
};

static const cli_option interface_package_options[] = {
    CLI_FLAG(struct interface_package, messages, "-m, --only-msgs", "only message types"),
    CLI_FLAG(struct interface_package, services, "-s, --only-srvs", "only service types"),
    CLI_FLAG(struct interface_package, actions, "-a, --only-actions", "only action types"),
    CLI_ARG(struct interface_package, package, "package_name", "package, std_msgs for example"),
    {0},
};

static bool print_kind(cli *c, const char *package, const char *folder)
{
    char **names = rclio_types_list(c->types, package, folder);
    if (!names) return false;
    for (size_t i = 0; names[i]; i++) cli_print(c, "%s\n", names[i]);
    rclio_names_free(names);
    return true;
}

static int interface_package_run(cli *c, const void *options)
{
    const struct interface_package *o = options;
    bool all = !o->messages && !o->services && !o->actions, good = true;
    if (!cli_types(c)) return CLI_FAILED;
    if (all || o->messages) good &= print_kind(c, o->package, "msg");
    if (good && (all || o->services)) good &= print_kind(c, o->package, "srv");
    if (good && (all || o->actions)) good &= print_kind(c, o->package, "action");
    if (good) return 0;
    if (rclio_error_status() != RCLIO_NOT_FOUND) return cli_fail(c);
    cli_error(c, "Unknown package '%s'", o->package);
    char **names = rclio_types_packages(c->types);
    cli_suggest_word(c, o->package, (const char *const *)names);
    rclio_names_free(names);
    return CLI_FAILED;
}

const cli_verb cli_verb_interface_package = {
    "interface package",       "List the interface types of a package",
    interface_package_options, sizeof(struct interface_package),
    interface_package_run,     "Types are sorted (upstream: in no order). An unknown package is followed by the nearest one.",
};
