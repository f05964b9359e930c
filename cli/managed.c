/* cli/managed.c: managed (lifecycle) nodes: those that serve get_state (LIF-1), and calls of their services. Threads: main. */
#include "cli.h"

#include <stdlib.h>
#include <string.h>

#define GET_STATE "/get_state"
#define GET_STATE_TYPE "lifecycle_msgs/srv/GetState"

/* The length of the node's name in the service's; 0: it is no managed node's. */
static size_t managed_length(const rclio_name_and_types *service, bool hidden)
{
    size_t length = strlen(service->name), tail = strlen(GET_STATE);
    if (length <= tail || strcmp(service->name + length - tail, GET_STATE) != 0) return 0;
    if (!hidden && rclio_name_is_hidden(service->name)) return 0;
    for (size_t i = 0; i < service->type_count; i++)
        if (strcmp(service->types[i], GET_STATE_TYPE) == 0) return length - tail;
    return 0;
}

char **cli_managed_nodes(cli *c, bool hidden)
{
    rclio_name_list services = {0};
    size_t count = 0;
    if (rclio_graph_services(c->node, &services) != RCLIO_OK) return cli_fail(c), NULL;
    char **names = calloc(services.size + 1, sizeof *names);
    for (size_t i = 0; names && i < services.size; i++) {
        const rclio_name_and_types *service = &services.data[i];
        size_t length = managed_length(service, hidden);
        if (length == 0 || rclio_graph_count(c->node, service->name, RCLIO_ROLE_SERVICES) == 0) continue; /* clients alone */
        if ((names[count] = strndup(service->name, length))) count++;
    }
    if (!names) cli_error(c, "out of memory");
    rclio_name_list_free(&services);
    return names;
}

char *cli_find_managed(cli *c, const cli_remote *remote, const char *name, int *status)
{
    char service[512];
    char *node = cli_find_node(c, remote, name, status);
    if (!node) return NULL;
    snprintf(service, sizeof service, "%s" GET_STATE, node);
    if (rclio_graph_count(c->node, service, RCLIO_ROLE_SERVICES) == 0) cli_look(c, &remote->discovery, NULL, NULL);
    if (rclio_graph_count(c->node, service, RCLIO_ROLE_SERVICES) > 0) return node;
    *status = cli_interrupted() ? CLI_USAGE : CLI_FAILED;
    if (!cli_interrupted()) {
        cli_error(c, "Node not found");
        cli_error(c, "'%s' is there, but not a managed node: it has no service '%s'", node, service);
    }
    free(node);
    return NULL;
}

const void *cli_lifecycle_call(cli *c, const char *node, const char *service, const char *type_name, const void *request,
                               rclio_future **call)
{
    char name[512];
    const void *response = NULL;
    void *empty = NULL;
    *call = NULL;
    snprintf(name, sizeof name, "lifecycle_msgs/srv/%s", type_name);
    const rclio_type *type = cli_type(c, name, RCLIO_SERVICE, "service");
    if (!type) return NULL;
    snprintf(name, sizeof name, "%s/%s", node, service);
    rclio_client *client = rclio_client_new(c->node, type, name, NULL);
    if (!client || (!request && !(empty = rclio_message_new(type->parts[RCLIO_PART_REQUEST])))) return cli_fail(c), NULL;
    *call = rclio_client_call(client, request ? request : empty);
    response = cli_answer(c, *call, node);
    rclio_message_destroy(type->parts[RCLIO_PART_REQUEST], empty);
    return response;
}
