/* cli/verb_lifecycle_get.c: `ros2 lifecycle get`. Threads: main. */
#include "cli.h"

#include <stdlib.h>

struct lifecycle_get {
    cli_remote remote;
    const char *node;
};

static const cli_option lifecycle_get_options[] = {
    CLI_DISCOVERY(struct lifecycle_get, remote.discovery),
    CLI_HIDDEN_NODES(struct lifecycle_get, remote),
    CLI_ARG(struct lifecycle_get, node, "node_name", "name of the node; left out: all managed nodes", .optional = true),
    {0},
};

static bool print_state(cli *c, const char *node, bool with_name)
{
    rclio_future *call;
    const cli_lifecycle_item *state = cli_lifecycle_call(c, node, "get_state", "GetState", NULL, &call);
    if (state && with_name) cli_print(c, "%s: ", node);
    if (state) cli_print(c, "%s [%u]\n", state->label.data ? state->label.data : "", state->id);
    rclio_future_unref(call);
    return state != NULL;
}

static int get_one(cli *c, const struct lifecycle_get *o)
{
    int status;
    char *node = cli_find_managed(c, &o->remote, o->node, &status);
    if (!node) return status;
    status = print_state(c, node, false) ? 0 : CLI_FAILED;
    free(node);
    return status;
}

static int lifecycle_get_run(cli *c, const void *options)
{
    const struct lifecycle_get *o = options;
    int result = 0;
    if (o->node) return get_one(c, o);
    rclio_status status = cli_look(c, &o->remote.discovery, NULL, NULL);
    if (status != RCLIO_OK) return cli_look_status(status);
    char **names = cli_managed_nodes(c, o->remote.hidden);
    if (!names) return CLI_FAILED;
    for (size_t i = 0; names[i] && !cli_interrupted(); i++)
        if (!print_state(c, names[i], true)) result = CLI_FAILED;
    rclio_names_free(names);
    return result;
}

const cli_verb cli_verb_lifecycle_get = {
    "lifecycle get",       "Print the state of a managed node, or of all",
    lifecycle_get_options, sizeof(struct lifecycle_get),
    lifecycle_get_run,     "Of a node that is there but not managed, a second line says so.",
};
