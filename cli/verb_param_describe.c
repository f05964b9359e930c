/* cli/verb_param_describe.c: `ros2 param describe`. Threads: main. */
#include "cli.h"

#include <inttypes.h>
#include <stdlib.h>

struct param_describe {
    cli_remote remote;
    const char *node;
    cli_words names;
};

static const cli_option param_describe_options[] = {
    CLI_DISCOVERY(struct param_describe, remote.discovery),
    CLI_HIDDEN_NODES(struct param_describe, remote),
    CLI_NODE_TIMEOUT(struct param_describe, remote),
    CLI_ARG(struct param_describe, node, "node_name", "name of the node, /talker for example"),
    CLI_ARGS(struct param_describe, names, "parameter_names", "names of the parameters"),
    {0},
};

static void print_double(cli *c, const char *what, double value)
{
    rclio_parameter_value as_parameter = rclio_value_double(value);
    char *text = rclio_parameter_value_text(&as_parameter);
    cli_print(c, "    %s: %s\n", what, text ? text : "");
    free(text);
}

static void print_descriptor(cli *c, const rclio_parameter_descriptor *d)
{
    cli_print(c, "Parameter name: %s\n  Type: %s\n", d->name, rclio_parameter_type_name(d->type));
    if (d->description && *d->description) cli_print(c, "  Description: %s\n", d->description);
    cli_print_text(c, "  Constraints:\n");
    if (d->read_only) cli_print_text(c, "    Read only: true\n");
    if (d->has_integer_range)
        cli_print(c, "    Min value: %" PRId64 "\n    Max value: %" PRId64 "\n    Step: %" PRIu64 "\n", d->integer_range.from,
                  d->integer_range.to, d->integer_range.step);
    if (d->has_double_range) {
        print_double(c, "Min value", d->double_range.from);
        print_double(c, "Max value", d->double_range.to);
        print_double(c, "Step", d->double_range.step);
    }
    if (d->additional_constraints && *d->additional_constraints)
        cli_print(c, "    Additional constraints: %s\n", d->additional_constraints);
}

/* Describes what is declared, in the order of the names. false after an error line; *count is what was found. */
static bool describe(cli *c, const cli_parameters *node, const char *const *names, size_t count, bool last, size_t *found)
{
    rclio_future *asking = rclio_parameter_client_describe(node->client, names, count);
    const rclio_parameter_descriptors *descriptors = cli_answer(c, asking, node->node);
    *found = descriptors ? descriptors->size : 0;
    for (size_t i = 0; i < *found && (last || *found == count); i++) print_descriptor(c, &descriptors->data[i]);
    rclio_future_unref(asking);
    return descriptors != NULL;
}

static int param_describe_run(cli *c, const void *options)
{
    const struct param_describe *o = options;
    cli_parameters node;
    int status;
    size_t found;
    if (!cli_parameters_open(c, &o->remote, o->node, &node, &status)) return status;
    bool good = describe(c, &node, o->names.data, o->names.count, false, &found);
    /* One that is not declared: upstream's nodes then tell of none (PAR-11), so each is asked for alone. */
    for (size_t i = 0, single; good && found < o->names.count && i < o->names.count; i++) {
        good = describe(c, &node, &o->names.data[i], 1, true, &single);
        if (!good || single) continue;
        cli_error(c, "Parameter '%s' is not declared", o->names.data[i]);
        cli_suggest_parameter(c, &node, o->names.data[i]);
    }
    free(node.node);
    return good ? 0 : CLI_FAILED;
}

const cli_verb cli_verb_param_describe = {
    "param describe",
    "Print type, description and constraints of parameters",
    param_describe_options,
    sizeof(struct param_describe),
    param_describe_run,
    "A parameter that is not declared is named on standard error, and the others are described (upstream: silence about all).",
};
