/* cli/verb_service_find.c: `ros2 service find`. */
#include "cli.h"

struct service_find {
    bool count, hidden;
    const char *type;
};

static const cli_option service_find_options[] = {
    CLI_FLAG(struct service_find, count, "-c, --count-services", "show only how many there are"),
    CLI_FLAG(struct service_find, hidden, "--include-hidden-services", "consider hidden services as well"),
    CLI_ARG(struct service_find, type, "service_type", "full name of the type, std_srvs/srv/SetBool for example"),
    {0},
};

static int service_find_run(cli *c, const void *options)
{
    const struct service_find *o = options;
    return cli_print_found(c, NULL, CLI_SERVICES, o->type, o->count, o->hidden || c->include_hidden);
}

const cli_verb cli_verb_service_find = {
    "service find", "List the services of a type", service_find_options, sizeof(struct service_find), service_find_run, NULL,
};
