/* cli/verb_param_set.c: `ros2 param set`. Threads: main. */
#include "cli.h"

#include <stdlib.h>

struct param_set {
    cli_remote remote;
    const char *node, *name, *value;
};

static const cli_option param_set_options[] = {
    CLI_DISCOVERY(struct param_set, remote.discovery),
    CLI_HIDDEN_NODES(struct param_set, remote),
    CLI_NODE_TIMEOUT(struct param_set, remote),
    CLI_ARG(struct param_set, node, "node_name", "name of the node, /talker for example"),
    CLI_ARG(struct param_set, name, "parameter_name", "name of the parameter, use_sim_time for example"),
    CLI_ARG(struct param_set, value, "value", "value in YAML: true, 3, 2.5, hello, '[1, 2]'"),
    {0},
};

static int param_set_run(cli *c, const void *options)
{
    const struct param_set *o = options;
    rclio_parameter parameter = {.name = o->name};
    cli_parameters node;
    int status = CLI_FAILED;
    if (rclio_parameter_value_parse(o->value, &parameter.value) != RCLIO_OK) /* before anything is opened */
        return cli_error(c, "The passed value is not valid YAML: %s", rclio_error());
    if (!cli_parameters_open(c, &o->remote, o->node, &node, &status)) goto done;
    rclio_future *setting = rclio_parameter_client_set(node.client, &parameter, 1);
    const rclio_parameter_results *results = cli_answer(c, setting, node.node);
    status = results ? 0 : CLI_FAILED;
    if (results && results->size && results->data[0].status != RCLIO_OK)
        cli_error(c, "Setting parameter failed: %s", results->data[0].reason ? results->data[0].reason : "no reason given");
    else if (results && results->size)
        cli_print_text(c, "Set parameter successful\n");
    if (results && results->size && results->data[0].status != RCLIO_OK) cli_suggest_parameter(c, &node, o->name);
    rclio_future_unref(setting);
    free(node.node);
done:
    rclio_parameter_value_fini(&parameter.value);
    return status;
}

const cli_verb cli_verb_param_set = {
    "param set",
    "Set a parameter",
    param_set_options,
    sizeof(struct param_set),
    param_set_run,
    "A value that is no YAML is an error with line and column (upstream: taken as a string), before the network is opened. An\n"
    "unknown parameter is followed by the nearest one.",
};
