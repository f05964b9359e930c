/* cli/verb_node_info.c: `ros2 node info`. */
#include "cli.h"

#include <string.h>

struct node_info {
    cli_discovery discovery;
    bool hidden;
    const char *node;
};

static const cli_option node_info_options[] = {
    CLI_DISCOVERY(struct node_info, discovery),
    CLI_FLAG(struct node_info, hidden, "--include-hidden", "show hidden topics, services and actions too"),
    CLI_ARG(struct node_info, node, "node_name", "full name of the node, /talker for example"),
    {0},
};

static int print_role(cli *c, const rclio_node_entry *node, const char *title, rclio_role role, bool hidden)
{
    rclio_name_list names = {0};
    size_t shown = 0;
    if (rclio_graph_of_node(c->node, node->name, node->name_space, role, &names) != RCLIO_OK) return cli_fail(c);
    cli_print(c, "  %s:\n", title);
    for (size_t i = 0; i < names.size; i++) {
        if (!hidden && rclio_name_is_hidden(names.data[i].name)) continue;
        cli_print(c, "    %s: ", names.data[i].name);
        cli_print_types(c, &names.data[i]);
        cli_print_text(c, "\n");
        shown++;
    }
    if (shown == 0) cli_print_text(c, "\n");
    rclio_name_list_free(&names);
    return 0;
}

static int print_node(cli *c, const rclio_node_entry *node, bool hidden)
{
    static const struct {
        const char *title;
        rclio_role role;
    } roles[] = {
        {"Subscribers", RCLIO_ROLE_SUBSCRIPTIONS},     {"Publishers", RCLIO_ROLE_PUBLISHERS},
        {"Service Servers", RCLIO_ROLE_SERVICES},      {"Service Clients", RCLIO_ROLE_CLIENTS},
        {"Action Servers", RCLIO_ROLE_ACTION_SERVERS}, {"Action Clients", RCLIO_ROLE_ACTION_CLIENTS},
    };
    int status = 0;
    cli_print(c, "%s\n", node->full_name);
    for (size_t i = 0; i < sizeof roles / sizeof *roles && status == 0; i++)
        status = print_role(c, node, roles[i].title, roles[i].role, hidden);
    return status;
}

/* "Did you mean '/talker'?" */
static void suggest_node(cli *c, const char *wanted, const rclio_node_list *nodes)
{
    const char *nearest = NULL;
    size_t best = strlen(wanted) / 3 + 2;
    for (size_t i = 0; i < nodes->size; i++) {
        size_t distance = cli_distance(wanted, nodes->data[i].full_name);
        if (distance < best) best = distance, nearest = nodes->data[i].full_name;
    }
    if (nearest) cli_did_you_mean(c, nearest);
}

static int node_info_run(cli *c, const void *options)
{
    const struct node_info *o = options;
    const rclio_node_entry *node = NULL;
    rclio_node_list nodes = {0};
    size_t count = 0;
    int result = CLI_FAILED;
    rclio_status status = cli_look(c, &o->discovery, NULL, NULL);
    if (status != RCLIO_OK) return cli_look_status(status);
    if (rclio_graph_nodes(c->node, &nodes) != RCLIO_OK) return cli_fail(c);
    for (size_t i = 0; i < nodes.size; i++) {
        if (strcmp(nodes.data[i].full_name, o->node) != 0) continue;
        node = &nodes.data[i];
        count++;
    }
    if (count > 1)
        cli_print(
            c,
            "There are %zu nodes in the graph with the exact name \"%s\". You are seeing information about only one of them.\n",
            count, o->node);
    if (node) {
        result = print_node(c, node, o->hidden);
    } else {
        cli_error(c, "Unable to find node '%s'", o->node);
        suggest_node(c, o->node, &nodes);
    }
    rclio_node_list_free(&nodes);
    return result;
}

const cli_verb cli_verb_node_info = {
    "node info",       "Print what a node publishes, subscribes to, serves and calls",
    node_info_options, sizeof(struct node_info),
    node_info_run,     NULL,
};
