/* cli/verb_service_list.c: `ros2 service list`. */
#include "cli.h"

struct service_list {
    cli_discovery discovery;
    bool types, count, hidden;
};

static const cli_option service_list_options[] = {
    CLI_DISCOVERY(struct service_list, discovery),
    CLI_FLAG(struct service_list, types, "-t, --show-types", "show the type of each service too"),
    CLI_FLAG(struct service_list, count, "-c, --count-services", "show only how many there are"),
    CLI_FLAG(struct service_list, hidden, "--include-hidden-services", "consider hidden services as well"),
    {0},
};

static int service_list_run(cli *c, const void *options)
{
    const struct service_list *o = options;
    rclio_name_list services = {0};
    rclio_status status = cli_look(c, &o->discovery, NULL, NULL);
    if (status != RCLIO_OK) return cli_look_status(status);
    if (rclio_graph_services(c->node, &services) != RCLIO_OK) return cli_fail(c);
    cli_print_names(c, &services, o->types, o->count, o->hidden || c->include_hidden);
    rclio_name_list_free(&services);
    return 0;
}

const cli_verb cli_verb_service_list = {
    "service list", "List the services of the network", service_list_options, sizeof(struct service_list), service_list_run, NULL,
};
