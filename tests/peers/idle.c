/* idle: a node that never spins, for the tests of nodes that are alone. It does what the lines of standard input say, and ends with them:
 *
 *   services   prints "services" and the names of its own services, as its own graph knows them
 *   client     makes a client, "service" a service; prints "made"
 *   destroy    destroys the node; prints "destroyed"
 *   exit       ends at once, with everything in place
 *
 * Prints "ready" when the node is there. */
#include "say.h"

#include <stdlib.h>
#include <string.h>

static void serve(const void *request, void *response, void *arg)
{
    (void)request, (void)response, (void)arg;
}

static bool say_services(rclio_node *node)
{
    rclio_name_list names = {0};
    if (rclio_graph_of_node(node, "idle", "/", RCLIO_ROLE_SERVICES, &names) != RCLIO_OK) return false;
    printf("services");
    for (size_t i = 0; i < names.size; i++) printf(" %s", names.data[i].name);
    say(" %zu", rclio_graph_count(node, "/idle/get_parameters", RCLIO_ROLE_SERVICES));
    rclio_name_list_free(&names);
    return true;
}

static bool obey(rclio_context *context, rclio_node *node, const char *line)
{
    const rclio_type *type = rclio_types_get(rclio_context_types(context), "std_srvs/srv/Trigger");
    if (strcmp(line, "services\n") == 0) return say_services(node);
    if (strcmp(line, "exit\n") == 0) exit(0);
    if (strcmp(line, "destroy\n") == 0) {
        rclio_node_destroy(node);
        say("destroyed");
        return true;
    }
    bool made = strcmp(line, "client\n") == 0 ? (void *)rclio_client_new(node, type, "own", NULL) != NULL
                                              : rclio_service_new(node, type, "own", serve, NULL, NULL) != NULL;
    say(made ? "made" : "not made");
    return made;
}

int main(int argc, char **argv)
{
    char line[32];
    rclio_context *context = rclio_init(argc, argv, NULL);
    rclio_node *node = rclio_node_new(context, "idle", NULL);
    if (!node) return failed("idle");
    say("ready");
    while (fgets(line, sizeof line, stdin))
        if (!obey(context, node, line)) return failed(line);
    rclio_context_destroy(context);
    return 0;
}
