/* cli/verb_service_type.c: `ros2 service type`. */
#include "cli.h"

struct service_type {
    const char *service;
};

static const cli_option service_type_options[] = {
    CLI_ARG(struct service_type, service, "service_name", "full name of the service, /add_two_ints for example"),
    {0},
};

static int service_type_run(cli *c, const void *options)
{
    const struct service_type *o = options;
    return cli_print_type_of(c, NULL, CLI_SERVICES, o->service, true);
}

const cli_verb cli_verb_service_type = {
    "service type",       "Print the type of a service",
    service_type_options, sizeof(struct service_type),
    service_type_run,     "An unknown service is answered with a line on standard error, not only with the exit status.",
};
