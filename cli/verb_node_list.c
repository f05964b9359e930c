/* cli/verb_node_list.c: `ros2 node list`. */
#include "cli.h"

#include <string.h>

struct node_list {
    cli_discovery discovery;
    bool all, count;
};

static const cli_option node_list_options[] = {
    CLI_DISCOVERY(struct node_list, discovery),
    CLI_FLAG(struct node_list, all, "-a, --all", "show hidden nodes too"),
    CLI_FLAG(struct node_list, count, "-c, --count-nodes", "show only how many there are"),
    {0},
};

static int node_list_run(cli *c, const void *options)
{
    const struct node_list *o = options;
    rclio_node_list nodes = {0};
    size_t shown = 0;
    bool twice = false;
    rclio_status status = cli_look(c, &o->discovery, NULL, NULL);
    if (status != RCLIO_OK) return cli_look_status(status);
    if (rclio_graph_nodes(c->node, &nodes) != RCLIO_OK) return cli_fail(c);
    for (size_t i = 0; i < nodes.size; i++) {
        const char *name = nodes.data[i].full_name;
        if (strcmp(name, rclio_node_full_name(c->node)) == 0) continue; /* this program is not part of what was asked for */
        if (!o->all && rclio_name_is_hidden(name)) continue;
        if (i > 0 && strcmp(name, nodes.data[i - 1].full_name) == 0) twice = true;
        if (!o->count) cli_print(c, "%s\n", name);
        shown++;
    }
    if (o->count) cli_print(c, "%zu\n", shown);
    if (twice)
        cli_error(c, "WARNING: Be aware that there are nodes in the graph that share an exact name, which can have unintended "
                     "side effects.");
    rclio_node_list_free(&nodes);
    return 0;
}

const cli_verb cli_verb_node_list = {
    "node list",       "List the nodes of the network",
    node_list_options, sizeof(struct node_list),
    node_list_run,     "The node of this command itself is not listed, not even with -a.",
};
