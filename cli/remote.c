/* cli/remote.c: one node of the network by its name, and its parameters.
 *
 *   N1  A node counts as missing when the network is quiet; with --timeout that long is waited for it.
 *   N2  A node that is there but has no parameter services is known as soon as the network is quiet.
 * Threads: main. */
#include "cli.h"

#include <stdlib.h>
#include <string.h>

struct wanted_node {
    const char *name; /* full */
    bool hidden;
};

static bool node_is_there(cli *c, void *arg)
{
    const struct wanted_node *wanted = arg;
    rclio_node_list nodes = {0};
    bool there = false;
    if (!wanted->hidden && rclio_name_is_hidden(wanted->name)) return false;
    if (rclio_graph_nodes(c->node, &nodes) != RCLIO_OK) return false;
    for (size_t i = 0; i < nodes.size && !there; i++) there = strcmp(nodes.data[i].full_name, wanted->name) == 0;
    rclio_node_list_free(&nodes);
    return there;
}

static void suggest_node(cli *c, const char *name, bool hidden)
{
    rclio_node_list nodes = {0};
    const char *nearest = NULL;
    size_t best = strlen(name) / 3 + 2;
    if (rclio_graph_nodes(c->node, &nodes) != RCLIO_OK) return;
    for (size_t i = 0; i < nodes.size; i++) {
        size_t distance = cli_distance(name, nodes.data[i].full_name);
        if (!hidden && rclio_name_is_hidden(nodes.data[i].full_name)) continue;
        if (distance > 0 && distance < best) best = distance, nearest = nodes.data[i].full_name;
    }
    if (nearest) cli_did_you_mean(c, nearest);
    rclio_node_list_free(&nodes);
}

static rclio_status look_for_node(cli *c, const cli_remote *remote, struct wanted_node *wanted)
{
    cli_discovery discovery = remote->discovery;
    if (remote->timeout > 0) discovery.spin_time = remote->timeout; /* N1 */
    return cli_look(c, &discovery, node_is_there, wanted);
}

char *cli_find_node(cli *c, const cli_remote *remote, const char *name, int *status)
{
    size_t size = strlen(name) + 2;
    char *full_name = malloc(size);
    struct wanted_node wanted = {full_name, remote->hidden};
    *status = CLI_FAILED;
    if (!full_name) return cli_error(c, "out of memory"), NULL;
    snprintf(full_name, size, "%s%s", name[0] == '/' ? "" : "/", name);
    rclio_status looked = look_for_node(c, remote, &wanted);
    if (looked == RCLIO_OK && node_is_there(c, &wanted)) return full_name;
    if (looked == RCLIO_OK) {
        cli_error(c, "Node not found");
        suggest_node(c, full_name, remote->hidden);
    } else {
        *status = cli_look_status(looked);
    }
    free(full_name);
    return NULL;
}

static bool is_done(cli *c, void *future)
{
    (void)c;
    return rclio_future_get_state(future) != RCLIO_PENDING;
}

bool cli_parameters_there(cli *c, const cli_remote *remote, rclio_parameter_client *client, const char *node)
{
    char service[512];
    rclio_future *there = rclio_parameter_client_wait(client);
    if (!there) return cli_fail(c), false;
    if (!is_done(c, there)) cli_look(c, &remote->discovery, is_done, there);
    snprintf(service, sizeof service, "%s/list_parameters", node);
    if (!is_done(c, there) && rclio_graph_count(c->node, service, RCLIO_ROLE_SERVICES) > 0) /* announced, not matched yet */
        cli_wait(c, there, RCLIO_S(5));
    bool done = rclio_future_get_state(there) == RCLIO_DONE;
    rclio_future_unref(there);
    return done;
}

rclio_parameter_client *cli_parameter_client(cli *c, const cli_remote *remote, const char *node)
{
    rclio_parameter_client *client = rclio_parameter_client_new(c->node, node, NULL);
    if (!client) return cli_fail(c), NULL;
    if (cli_parameters_there(c, remote, client, node)) return client;
    if (!cli_interrupted()) cli_error(c, "Wait for service timed out waiting for parameter services for node %s", node);
    rclio_parameter_client_destroy(client);
    return NULL;
}

bool cli_parameters_open(cli *c, const cli_remote *remote, const char *name, cli_parameters *parameters, int *status)
{
    parameters->client = NULL;
    if (!(parameters->node = cli_find_node(c, remote, name, status))) return false;
    if ((parameters->client = cli_parameter_client(c, remote, parameters->node))) return true;
    *status = CLI_FAILED;
    free(parameters->node);
    parameters->node = NULL;
    return false;
}

void cli_suggest_parameter(cli *c, const cli_parameters *node, const char *name)
{
    rclio_future *listing = rclio_parameter_client_list(node->client, NULL, 0, 0);
    const rclio_parameter_names *names = cli_answer(c, listing, node->node);
    const char *nearest = NULL;
    for (size_t i = 0, best = 3; names && i < names->name_count; i++) {
        size_t distance = cli_distance(name, names->names[i]);
        if (distance < best) best = distance, nearest = names->names[i];
    }
    if (nearest && strcmp(nearest, name) != 0) cli_did_you_mean(c, nearest);
    rclio_future_unref(listing);
}

const void *cli_answer(cli *c, rclio_future *future, const char *node)
{
    if (!future) return cli_fail(c), NULL;
    if (cli_wait(c, future, RCLIO_FOREVER) != RCLIO_OK) return cli_error(c, "interrupted before '%s' answered", node), NULL;
    if (rclio_future_get_state(future) == RCLIO_DONE) return rclio_future_value(future);
    if (rclio_future_result(future) != RCLIO_OK)
        cli_error(c, "Exception while calling service of node '%s': %s", node, rclio_error());
    return NULL;
}
