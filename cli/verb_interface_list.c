/* cli/verb_interface_list.c: `ros2 interface list`. */
#include "cli.h"

struct interface_list {
    bool messages, services, actions;
};

static const cli_option interface_list_options[] = {
    CLI_FLAG(struct interface_list, messages, "-m, --only-msgs", "only message types"),
    CLI_FLAG(struct interface_list, services, "-s, --only-srvs", "only service types"),
    CLI_FLAG(struct interface_list, actions, "-a, --only-actions", "only action types"),
    {0},
};

static int print_kind(cli *c, const char *title, const char *folder)
{
    char **names = rclio_types_list(cli_types(c), NULL, folder);
    if (!names) return cli_fail(c);
    cli_print(c, "%s:\n", title);
    for (size_t i = 0; names[i]; i++) cli_print(c, "    %s\n", names[i]);
    rclio_names_free(names);
    return 0;
}

static int interface_list_run(cli *c, const void *options)
{
    const struct interface_list *o = options;
    bool all = !o->messages && !o->services && !o->actions;
    int status = 0;
    if (!cli_types(c)) return CLI_FAILED;
    if (all || o->messages) status |= print_kind(c, "Messages", "msg");
    if (all || o->services) status |= print_kind(c, "Services", "srv");
    if (all || o->actions) status |= print_kind(c, "Actions", "action");
    return status;
}

const cli_verb cli_verb_interface_list = {
    "interface list",       "List the interface types that are installed",
    interface_list_options, sizeof(struct interface_list),
    interface_list_run,     NULL,
};
