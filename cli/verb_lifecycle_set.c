/* cli/verb_lifecycle_set.c: `ros2 lifecycle set`. Threads: main. */
#include "cli.h"

#include <stdlib.h>
#include <string.h>

struct lifecycle_set {
    cli_remote remote;
    const char *node, *transition;
};

static const cli_option lifecycle_set_options[] = {
    CLI_DISCOVERY(struct lifecycle_set, remote.discovery),
    CLI_HIDDEN_NODES(struct lifecycle_set, remote),
    CLI_ARG(struct lifecycle_set, node, "node_name", "name of the node"),
    CLI_ARG(struct lifecycle_set, transition, "transition", "label or number of the transition, configure or 1 for example"),
    {0},
};

/* The transition of that label, else of that number. */
static const cli_lifecycle_item *find(const cli_lifecycle_steps *steps, const char *wanted)
{
    for (size_t i = 0; i < steps->size; i++) {
        const char *label = steps->data[i].transition.label.data;
        if (label && strcmp(label, wanted) == 0) return &steps->data[i].transition;
    }
    for (size_t i = 0; i < steps->size; i++) {
        char number[8];
        snprintf(number, sizeof number, "%u", steps->data[i].transition.id);
        if (strcmp(number, wanted) == 0) return &steps->data[i].transition;
    }
    return NULL;
}

static int unknown_transition(cli *c, const cli_lifecycle_steps *steps)
{
    cli_error(c, "Unknown transition requested, available ones are:");
    for (size_t i = 0; i < steps->size; i++) {
        const cli_lifecycle_item *transition = &steps->data[i].transition;
        cli_error(c, "- %s [%u]", transition->label.data ? transition->label.data : "", transition->id);
    }
    return CLI_FAILED;
}

static int change(cli *c, const char *node, const cli_lifecycle_item *transition)
{
    rclio_future *call;
    const bool *success = cli_lifecycle_call(c, node, "change_state", "ChangeState", transition, &call); /* LIF-5 */
    bool answered = success != NULL;
    if (answered && *success)
        cli_print_text(c, "Transitioning successful\n");
    else if (answered)
        cli_error(c, "Transitioning failed");
    rclio_future_unref(call);
    return answered ? 0 : CLI_FAILED;
}

static int lifecycle_set_run(cli *c, const void *options)
{
    const struct lifecycle_set *o = options;
    rclio_future *call;
    int status;
    char *node = cli_find_managed(c, &o->remote, o->node, &status);
    if (!node) return status;
    const cli_lifecycle_steps *steps =
        cli_lifecycle_call(c, node, "get_available_transitions", "GetAvailableTransitions", NULL, &call);
    const cli_lifecycle_item *transition = steps ? find(steps, o->transition) : NULL;
    if (!steps)
        status = CLI_FAILED;
    else
        status = transition ? change(c, node, transition) : unknown_transition(c, steps);
    rclio_future_unref(call);
    free(node);
    return status;
}

const cli_verb cli_verb_lifecycle_set = {
    "lifecycle set",       "Change the state of a managed node",
    lifecycle_set_options, sizeof(struct lifecycle_set),
    lifecycle_set_run,     NULL,
};
