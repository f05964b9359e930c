/* cli/verb_service_echo.c: `ros2 service echo`: what introspection tells of a service (INT-1). Threads: main. */
#include "cli.h"

#include <stdlib.h>

struct service_echo {
    cli_event_options events;
    const char *service, *type;
};

static const cli_option service_echo_options[] = {
    CLI_EVENT_OPTIONS(struct service_echo, events),
    CLI_ARG(struct service_echo, service, "service_name", "service to look into, /add_two_ints for example"),
    CLI_ARG(struct service_echo, type, "service_type", "its type; left out: what its servers and clients say", .optional = true),
    {0},
};

struct wanted {
    const char *name, *topic;
};

static bool service_is_there(cli *c, void *arg)
{
    const struct wanted *wanted = arg;
    return rclio_graph_count(c->node, wanted->name, RCLIO_ROLE_SERVICES) +
               rclio_graph_count(c->node, wanted->name, RCLIO_ROLE_CLIENTS) >
           0;
}

/* The type of the service's events; NULL after an error line. */
static const rclio_type *event_type(cli *c, const struct wanted *wanted, const char *given)
{
    rclio_name_list services = {0};
    const rclio_type *type = NULL;
    if (given) {
        type = cli_type(c, given, RCLIO_SERVICE, "service");
        return type ? type->parts[RCLIO_PART_EVENT] : NULL;
    }
    if (rclio_graph_services(c->node, &services) != RCLIO_OK) return cli_fail(c), NULL;
    const rclio_name_and_types *entry = cli_find_name(&services, wanted->name);
    if (!entry || entry->type_count == 0) {
        cli_error(c, "Cannot find type for '%s'", wanted->name);
        cli_suggest(c, wanted->name, &services);
    } else if (entry->type_count > 1) {
        cli_several_types(c, "echo", entry);
    } else if (rclio_graph_count(c->node, wanted->topic, RCLIO_ROLE_PUBLISHERS) > 0) {
        type = cli_learn_type(c, wanted->topic, NULL);
    } else if ((type = cli_type(c, entry->types[0], RCLIO_SERVICE, "service"))) {
        type = type->parts[RCLIO_PART_EVENT];
    }
    rclio_name_list_free(&services);
    return type;
}

static int echo(cli *c, const struct service_echo *o, struct wanted *wanted)
{
    cli_events events = {.c = c, .options = &o->events};
    rclio_status looked = o->type ? RCLIO_OK : cli_look(c, NULL, service_is_there, wanted);
    if (looked != RCLIO_OK) return looked == RCLIO_SHUTDOWN ? CLI_INTERRUPTED : CLI_FAILED;
    if (!(events.type = event_type(c, wanted, o->type))) return cli_interrupted() ? CLI_INTERRUPTED : CLI_FAILED;
    if (cli_listen_events(&events, wanted->topic, NULL) != RCLIO_OK) return CLI_FAILED;
    if (cli_look(c, NULL, NULL, NULL) == RCLIO_OK && rclio_graph_count(c->node, wanted->topic, RCLIO_ROLE_PUBLISHERS) == 0)
        cli_print(c, "No publishers on topic '%s'; is service introspection on the client or server enabled?\n", wanted->topic);
    if (o->type) cli_warn_other_type(c, CLI_SERVICES, wanted->name, o->type);
    if (!cli_flush(c)) return c->end_status;
    rclio_status status = cli_run(c, RCLIO_FOREVER);
    return status == RCLIO_OK ? c->end_status : status == RCLIO_SHUTDOWN ? CLI_INTERRUPTED : cli_fail(c);
}

static int service_echo_run(cli *c, const void *options)
{
    const struct service_echo *o = options;
    char topic[512];
    if (o->type && !cli_type(c, o->type, RCLIO_SERVICE, "service")) return CLI_FAILED; /* before anything is opened */
    if (!cli_node(c, NULL)) return CLI_FAILED;
    char *service = rclio_node_resolve_service(c->node, o->service);
    if (!service) return cli_fail(c);
    snprintf(topic, sizeof topic, "%s/_service_event", service);
    struct wanted wanted = {service, topic};
    int status = echo(c, o, &wanted);
    free(service);
    return status;
}

const cli_verb cli_verb_service_echo = {
    "service echo",
    "Print what introspection tells of the calls of a service",
    service_echo_options,
    sizeof(struct service_echo),
    service_echo_run,
    "A service without introspection is found out as soon as the network is quiet. An unknown service is followed by the nearest "
    "name.",
};
