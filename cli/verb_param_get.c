/* cli/verb_param_get.c: `ros2 param get`. Threads: main. */
#include "cli.h"

#include <stdlib.h>

struct param_get {
    cli_remote remote;
    bool hide_type;
    const char *node, *name;
};

static const cli_option param_get_options[] = {
    CLI_DISCOVERY(struct param_get, remote.discovery),
    CLI_HIDDEN_NODES(struct param_get, remote),
    CLI_FLAG(struct param_get, hide_type, "--hide-type", "print the value alone"),
    CLI_NODE_TIMEOUT(struct param_get, remote),
    CLI_ARG(struct param_get, node, "node_name", "name of the node, /talker for example"),
    CLI_ARG(struct param_get, name, "parameter_name", "name of the parameter, use_sim_time for example"),
    {0},
};

static const char *title(rclio_parameter_type type)
{
    static const char *const titles[] = {
        [RCLIO_PARAMETER_BOOL] = "Boolean value is:",       [RCLIO_PARAMETER_INTEGER] = "Integer value is:",
        [RCLIO_PARAMETER_DOUBLE] = "Double value is:",      [RCLIO_PARAMETER_STRING] = "String value is:",
        [RCLIO_PARAMETER_BYTES] = "Byte values are:",       [RCLIO_PARAMETER_BOOLS] = "Boolean values are:",
        [RCLIO_PARAMETER_INTEGERS] = "Integer values are:", [RCLIO_PARAMETER_DOUBLES] = "Double values are:",
        [RCLIO_PARAMETER_STRINGS] = "String values are:",
    };
    return type < sizeof titles / sizeof *titles && titles[type] ? titles[type] : "Value is:";
}

static int print_value(cli *c, const rclio_parameter_value *value, bool hide_type)
{
    if (value->type == RCLIO_PARAMETER_NOT_SET) return cli_error(c, "Parameter not set");
    char *text = rclio_parameter_value_text(value);
    if (!text) return cli_error(c, "out of memory");
    if (!hide_type) cli_print(c, "%s ", title(value->type));
    cli_print(c, "%s\n", text);
    free(text);
    return 0;
}

static int param_get_run(cli *c, const void *options)
{
    const struct param_get *o = options;
    cli_parameters node;
    int status;
    if (!cli_parameters_open(c, &o->remote, o->node, &node, &status)) return status;
    rclio_future *getting = rclio_parameter_client_get(node.client, &o->name, 1);
    const rclio_parameter_list *values = cli_answer(c, getting, node.node);
    status = CLI_FAILED;
    if (values && values->size == 0) status = cli_error(c, "Parameter not set");
    if (values && values->size) status = print_value(c, &values->data[0].value, o->hide_type);
    if (values && status != 0) cli_suggest_parameter(c, &node, o->name);
    rclio_future_unref(getting);
    free(node.node);
    return status;
}

const cli_verb cli_verb_param_get = {
    "param get",
    "Print the value of a parameter",
    param_get_options,
    sizeof(struct param_get),
    param_get_run,
    "An unknown parameter is followed by the nearest one. Without `--timeout` a node counts as missing when the network is quiet "
    "(upstream: after a second).",
};
