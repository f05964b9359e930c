/* cli/verb_lifecycle_list.c: `ros2 lifecycle list`. Threads: main. */
#include "cli.h"

#include <stdlib.h>

struct lifecycle_list {
    cli_remote remote;
    bool all;
    const char *node;
};

static const cli_option lifecycle_list_options[] = {
    CLI_DISCOVERY(struct lifecycle_list, remote.discovery),
    CLI_HIDDEN_NODES(struct lifecycle_list, remote),
    CLI_FLAG(struct lifecycle_list, all, "-a, --all", "show all transitions there are, not only those of the state it is in"),
    CLI_ARG(struct lifecycle_list, node, "node_name", "name of the node"),
    {0},
};

static const char *label(const cli_lifecycle_item *item)
{
    return item->label.data ? item->label.data : "";
}

static int lifecycle_list_run(cli *c, const void *options)
{
    const struct lifecycle_list *o = options;
    rclio_future *call;
    int status;
    char *node = cli_find_managed(c, &o->remote, o->node, &status);
    if (!node) return status;
    const cli_lifecycle_steps *steps = cli_lifecycle_call(c, node, o->all ? "get_transition_graph" : "get_available_transitions",
                                                          "GetAvailableTransitions", NULL, &call); /* LIF-1 */
    for (size_t i = 0; steps && i < steps->size; i++)
        cli_print(c, "- %s [%u]\n\tStart: %s\n\tGoal: %s\n", label(&steps->data[i].transition), steps->data[i].transition.id,
                  label(&steps->data[i].start), label(&steps->data[i].goal));
    rclio_future_unref(call);
    free(node);
    return steps ? 0 : CLI_FAILED;
}

const cli_verb cli_verb_lifecycle_list = {
    "lifecycle list",       "List the transitions that a managed node can make",
    lifecycle_list_options, sizeof(struct lifecycle_list),
    lifecycle_list_run,     NULL,
};
