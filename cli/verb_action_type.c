/* cli/verb_action_type.c: `ros2 action type`. */
#include "cli.h"

struct action_type {
    const char *action;
};

static const cli_option action_type_options[] = {
    CLI_ARG(struct action_type, action, "action_name", "full name of the action, /fibonacci for example"),
    {0},
};

static int action_type_run(cli *c, const void *options)
{
    const struct action_type *o = options;
    return cli_print_type_of(c, NULL, CLI_ACTIONS, o->action, true);
}

const cli_verb cli_verb_action_type = {
    "action type",       "Print the type of an action",
    action_type_options, sizeof(struct action_type),
    action_type_run,     "An unknown action is answered with a line on standard error, not only with the exit status.",
};
