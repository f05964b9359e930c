/* cli/verb_param_dump.c: `ros2 param dump`. Threads: main. */
#include "cli.h"

#include <stdlib.h>

struct param_dump {
    cli_remote remote;
    const char *node;
};

static const cli_option param_dump_options[] = {
    CLI_DISCOVERY(struct param_dump, remote.discovery),
    CLI_HIDDEN_NODES(struct param_dump, remote),
    CLI_NODE_TIMEOUT(struct param_dump, remote),
    CLI_ARG(struct param_dump, node, "node_name", "name of the node, /talker for example"),
    {0},
};

static int param_dump_run(cli *c, const void *options)
{
    const struct param_dump *o = options;
    cli_parameters node;
    int status;
    if (!cli_parameters_open(c, &o->remote, o->node, &node, &status)) return status;
    rclio_future *dumping = rclio_parameter_client_dump(node.client);
    const char *text = cli_answer(c, dumping, node.node);
    if (text) cli_print(c, "%s\n", text);
    rclio_future_unref(dumping);
    free(node.node);
    return text ? 0 : CLI_FAILED;
}

const cli_verb cli_verb_param_dump = {
    "param dump",       "Print all parameters of a node as a file that `param load` and `--params-file` read",
    param_dump_options, sizeof(struct param_dump),
    param_dump_run,     NULL,
};
