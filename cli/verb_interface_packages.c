/* cli/verb_interface_packages.c: `ros2 interface packages`. */
#include "cli.h"

struct interface_packages {
    bool messages, services, actions;
};

static const cli_option interface_packages_options[] = {
    CLI_FLAG(struct interface_packages, messages, "-m, --only-msgs", "only packages with messages"),
    CLI_FLAG(struct interface_packages, services, "-s, --only-srvs", "only packages with services"),
    CLI_FLAG(struct interface_packages, actions, "-a, --only-actions", "only packages with actions"),
    {0},
};

static bool has_any(cli *c, const char *package, const char *folder)
{
    char **names = rclio_types_list(c->types, package, folder);
    bool any = names && names[0];
    rclio_names_free(names);
    return any;
}

static int interface_packages_run(cli *c, const void *options)
{
    const struct interface_packages *o = options;
    bool all = !o->messages && !o->services && !o->actions;
    if (!cli_types(c)) return CLI_FAILED;
    char **names = rclio_types_packages(c->types);
    if (!names) return cli_fail(c);
    for (size_t i = 0; names[i]; i++)
        if (all || (o->messages && has_any(c, names[i], "msg")) || (o->services && has_any(c, names[i], "srv")) ||
            (o->actions && has_any(c, names[i], "action")))
            cli_print(c, "%s\n", names[i]);
    rclio_names_free(names);
    return 0;
}

const cli_verb cli_verb_interface_packages = {
    "interface packages",       "List the packages that have interface types",
    interface_packages_options, sizeof(struct interface_packages),
    interface_packages_run,     NULL,
};
