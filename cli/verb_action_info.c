/* cli/verb_action_info.c: `ros2 action info`. */
#include "cli.h"

#include <stdlib.h>

struct action_info {
    bool types, count;
    const char *action;
};

static const cli_option action_info_options[] = {
    CLI_FLAG(struct action_info, types, "-t, --show-types", "show the type that each node uses too"),
    CLI_FLAG(struct action_info, count, "-c, --count", "show only how many clients and servers there are"),
    CLI_ARG(struct action_info, action, "action_name", "full name of the action, /fibonacci for example"),
    {0},
};

/* Prints how many nodes have the action in this role, and which. */
static int print_side(cli *c, const struct action_info *o, const char *title, rclio_role role, const rclio_node_list *nodes)
{
    char *text = NULL;
    size_t size = 0, count = 0;
    FILE *out = open_memstream(&text, &size);
    if (!out) return cli_error(c, "out of memory");
    for (size_t i = 0; i < nodes->size; i++) {
        rclio_name_list actions = {0};
        if (rclio_graph_of_node(c->node, nodes->data[i].name, nodes->data[i].name_space, role, &actions) != RCLIO_OK) continue;
        const rclio_name_and_types *entry = cli_find_name(&actions, o->action);
        if (entry) {
            count++;
            fprintf(out, "    %s", nodes->data[i].full_name);
            for (size_t t = 0; t < entry->type_count && o->types; t++) fprintf(out, "%s%s", t ? ", " : " [", entry->types[t]);
            fputs(o->types && entry->type_count ? "]\n" : "\n", out);
        }
        rclio_name_list_free(&actions);
    }
    fclose(out);
    cli_print(c, "Action %s: %zu\n", title, count);
    if (!o->count) cli_print_text(c, text);
    free(text);
    return 0;
}

static int action_info_run(cli *c, const void *options)
{
    const struct action_info *o = options;
    rclio_node_list nodes = {0};
    rclio_status status = cli_look(c, NULL, NULL, NULL);
    if (status != RCLIO_OK) return cli_look_status(status);
    if (rclio_graph_nodes(c->node, &nodes) != RCLIO_OK) return cli_fail(c);
    cli_print(c, "Action: %s\n", o->action);
    int result = print_side(c, o, "clients", RCLIO_ROLE_ACTION_CLIENTS, &nodes);
    if (result == 0) result = print_side(c, o, "servers", RCLIO_ROLE_ACTION_SERVERS, &nodes);
    cli_suggest_server(c, CLI_ACTIONS, o->action, RCLIO_ROLE_ACTION_SERVERS);
    rclio_node_list_free(&nodes);
    return result;
}

const cli_verb cli_verb_action_info = {
    "action info",       "Print which nodes serve and call an action",
    action_info_options, sizeof(struct action_info),
    action_info_run,     "An action that nobody serves is followed by the nearest one.",
};
