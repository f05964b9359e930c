/* cli/verb_action_find.c: `ros2 action find`. */
#include "cli.h"

struct action_find {
    bool count, hidden;
    const char *type;
};

static const cli_option action_find_options[] = {
    CLI_FLAG(struct action_find, count, "-c, --count-actions", "show only how many there are"),
    CLI_FLAG(struct action_find, hidden, "--include-hidden-actions", "consider hidden actions as well"),
    CLI_ARG(struct action_find, type, "action_type", "full name of the type, example_interfaces/action/Fibonacci for example"),
    {0},
};

static int action_find_run(cli *c, const void *options)
{
    const struct action_find *o = options;
    return cli_print_found(c, NULL, CLI_ACTIONS, o->type, o->count, o->hidden);
}

const cli_verb cli_verb_action_find = {
    "action find", "List the actions of a type", action_find_options, sizeof(struct action_find), action_find_run, NULL,
};
