/* cli/verb_service_info.c: `ros2 service info`. */
#include "cli.h"

struct service_info {
    cli_discovery discovery;
    const char *service;
};

static const cli_option service_info_options[] = {
    CLI_DISCOVERY(struct service_info, discovery),
    CLI_ARG(struct service_info, service, "service_name", "full name of the service, /add_two_ints for example"),
    {0},
};

static int service_info_run(cli *c, const void *options)
{
    const struct service_info *o = options;
    rclio_name_list services = {0};
    int result = CLI_FAILED;
    rclio_status status = cli_look(c, &o->discovery, NULL, NULL); /* to the end: the counts are only complete then */
    if (status != RCLIO_OK) return cli_look_status(status);
    if (rclio_graph_services(c->node, &services) != RCLIO_OK) return cli_fail(c);
    const rclio_name_and_types *service = cli_find_name(&services, o->service);
    if (!service) {
        cli_error(c, "Unknown service '%s'", o->service);
        cli_suggest(c, o->service, &services);
        goto done;
    }
    cli_print_type(c, service);
    cli_print(c, "Clients count: %zu\n", rclio_graph_count(c->node, o->service, RCLIO_ROLE_CLIENTS));
    cli_print(c, "Services count: %zu\n", rclio_graph_count(c->node, o->service, RCLIO_ROLE_SERVICES));
    result = 0;
done:
    rclio_name_list_free(&services);
    return result;
}

const cli_verb cli_verb_service_info = {
    "service info",       "Print the type of a service, and how many serve and call it",
    service_info_options, sizeof(struct service_info),
    service_info_run,     NULL,
};
