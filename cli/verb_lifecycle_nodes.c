/* cli/verb_lifecycle_nodes.c: `ros2 lifecycle nodes`. */
#include "cli.h"

struct lifecycle_nodes {
    cli_discovery discovery;
    bool all, count;
};

static const cli_option lifecycle_nodes_options[] = {
    CLI_DISCOVERY(struct lifecycle_nodes, discovery),
    CLI_FLAG(struct lifecycle_nodes, all, "-a, --all", "show hidden nodes too"),
    CLI_FLAG(struct lifecycle_nodes, count, "-c, --count-nodes", "show only how many there are"),
    {0},
};

static int lifecycle_nodes_run(cli *c, const void *options)
{
    const struct lifecycle_nodes *o = options;
    size_t count = 0;
    rclio_status status = cli_look(c, &o->discovery, NULL, NULL);
    if (status != RCLIO_OK) return cli_look_status(status);
    char **names = cli_managed_nodes(c, o->all);
    if (!names) return CLI_FAILED;
    for (; names[count]; count++)
        if (!o->count) cli_print(c, "%s\n", names[count]);
    if (o->count) cli_print(c, "%zu\n", count);
    rclio_names_free(names);
    return 0;
}

const cli_verb cli_verb_lifecycle_nodes = {
    "lifecycle nodes",       "List the managed nodes of the network",
    lifecycle_nodes_options, sizeof(struct lifecycle_nodes),
    lifecycle_nodes_run,     NULL,
};
