/* cli/verb_param_delete.c: `ros2 param delete`. Threads: main. */
#include "cli.h"

#include <stdlib.h>

struct param_delete {
    cli_remote remote;
    const char *node, *name;
};

static const cli_option param_delete_options[] = {
    CLI_DISCOVERY(struct param_delete, remote.discovery),
    CLI_HIDDEN_NODES(struct param_delete, remote),
    CLI_NODE_TIMEOUT(struct param_delete, remote),
    CLI_ARG(struct param_delete, node, "node_name", "name of the node, /talker for example"),
    CLI_ARG(struct param_delete, name, "parameter_name", "name of the parameter"),
    {0},
};

static int param_delete_run(cli *c, const void *options)
{
    const struct param_delete *o = options;
    const rclio_parameter unset = {.name = o->name};
    cli_parameters node;
    int status;
    if (!cli_parameters_open(c, &o->remote, o->node, &node, &status)) return status;
    rclio_future *setting = rclio_parameter_client_set(node.client, &unset, 1);
    const rclio_parameter_results *results = cli_answer(c, setting, node.node);
    status = results ? 0 : CLI_FAILED;
    if (results && results->size && results->data[0].status != RCLIO_OK)
        cli_error(c, "Deleting parameter failed: %s", results->data[0].reason ? results->data[0].reason : "no reason given");
    else if (results && results->size)
        cli_print_text(c, "Deleted parameter successfully\n");
    if (results && results->size && results->data[0].status != RCLIO_OK) cli_suggest_parameter(c, &node, o->name);
    rclio_future_unref(setting);
    free(node.node);
    return status;
}

const cli_verb cli_verb_param_delete = {
    "param delete",       "Delete a parameter that may be deleted",
    param_delete_options, sizeof(struct param_delete),
    param_delete_run,     "An unknown parameter is followed by the nearest one.",
};
