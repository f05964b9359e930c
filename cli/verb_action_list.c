/* cli/verb_action_list.c: `ros2 action list`. */
#include "cli.h"

struct action_list {
    bool types, count;
};

static const cli_option action_list_options[] = {
    CLI_FLAG(struct action_list, types, "-t, --show-types", "show the type of each action too"),
    CLI_FLAG(struct action_list, count, "-c, --count-actions", "show only how many there are"),
    {0},
};

static int action_list_run(cli *c, const void *options)
{
    const struct action_list *o = options;
    rclio_name_list actions = {0};
    rclio_status status = cli_look(c, NULL, NULL, NULL);
    if (status != RCLIO_OK) return cli_look_status(status);
    if (rclio_graph_actions(c->node, &actions) != RCLIO_OK) return cli_fail(c);
    cli_print_names(c, &actions, o->types, o->count, true);
    rclio_name_list_free(&actions);
    return 0;
}

const cli_verb cli_verb_action_list = {
    "action list", "List the actions of the network", action_list_options, sizeof(struct action_list), action_list_run, NULL,
};
