/* cli/verb_service_call.c: `ros2 service call`. Threads: main. */
#include "cli.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct service_call {
    bool from_stdin;
    double rate;
    const char *service, *type, *values;
};

static const cli_option service_call_options[] = {
    CLI_FLAG(struct service_call, from_stdin, "--stdin", "read the values from standard input"),
    CLI_DOUBLE(struct service_call, rate, "-r, --rate", "call again, so many times a second", .value = "N",
               .range = CLI_POSITIVE),
    CLI_ARG(struct service_call, service, "service_name", "service to call, /add_two_ints for example"),
    CLI_ARG(struct service_call, type, "service_type", "its type, example_interfaces/srv/AddTwoInts for example"),
    CLI_ARG(struct service_call, values, "values",
            "values of the request in YAML, \"{a: 1, b: 2}\" for example; others have their defaults", .optional = true),
    {0},
};

struct call {
    cli *c;
    const struct service_call *o;
    const rclio_type *type;
    const char *values;
    void *request;
    rclio_client *client;
};

static void suggest(cli *c, void *arg)
{
    const struct call *call = arg;
    cli_suggest_server(c, CLI_SERVICES, rclio_client_name(call->client), RCLIO_ROLE_SERVICES);
}

static bool wait_for_service(struct call *call)
{
    rclio_future *there = rclio_client_wait_for_service(call->client);
    if (!there) return cli_fail(call->c), false;
    rclio_status status =
        cli_wait_for(call->c, there, RCLIO_FOREVER, "waiting for service to become available...", suggest, call);
    rclio_future_unref(there);
    if (status == RCLIO_SHUTDOWN && !call->c->output_failed)
        cli_error(call->c, "interrupted while waiting for service '%s'", rclio_client_name(call->client));
    return status == RCLIO_OK;
}

static bool print_message(cli *c, const char *before, const rclio_type *type, const void *message)
{
    char *text = rclio_message_to_python(type, message);
    if (!text) return cli_fail(c), false;
    cli_print(c, "%s%s\n\n", before, text);
    free(text);
    return cli_flush(c);
}

static bool call_once(struct call *call)
{
    cli *c = call->c;
    bool good = false;
    if (!cli_fill(c, call->type->parts[RCLIO_PART_REQUEST], call->values, rclio_now_system(), call->request)) return false;
    if (!print_message(c, "requester: making request: ", call->type->parts[RCLIO_PART_REQUEST], call->request)) return false;
    rclio_future *reply = rclio_client_call(call->client, call->request);
    if (!reply) return cli_fail(c), false;
    if (cli_wait(c, reply, RCLIO_FOREVER) != RCLIO_OK)
        cli_error(c, "Exception while calling service: interrupted before '%s' answered", rclio_client_name(call->client));
    else if (rclio_future_get_state(reply) == RCLIO_DONE)
        good = print_message(c, "response:\n", call->type->parts[RCLIO_PART_RESPONSE], rclio_future_value(reply));
    else if (rclio_future_result(reply) != RCLIO_OK)
        cli_error(c, "Exception while calling service: %s", rclio_error());
    rclio_future_unref(reply);
    return good;
}

static int call_all(struct call *call)
{
    cli *c = call->c;
    int64_t start = rclio_now_steady();
    if (!cli_node(c, NULL)) return CLI_FAILED;
    if (!(call->client = rclio_client_new(c->node, call->type, call->o->service, NULL))) return cli_fail(c);
    for (int64_t number = 1;; number++) {
        if (!wait_for_service(call) || !call_once(call)) return CLI_FAILED;
        if (isnan(call->o->rate)) return 0;
        if (cli_pace(c, start, number, call->o->rate) != RCLIO_OK) return CLI_FAILED;
    }
}

static int service_call_run(cli *c, const void *options)
{
    const struct service_call *o = options;
    struct call call = {.c = c, .o = o, .values = o->values ? o->values : ""};
    char *input = NULL;
    int status = CLI_FAILED;
    if (!(call.type = cli_type(c, o->type, RCLIO_SERVICE, "service"))) return CLI_FAILED;
    if (o->from_stdin) {
        if (!(input = cli_read_stdin(c))) return CLI_FAILED;
        call.values = input;
    }
    const rclio_type *request = call.type->parts[RCLIO_PART_REQUEST];
    if (!(call.request = rclio_message_new(request)))
        cli_fail(c);
    else if (cli_fill(c, request, call.values, rclio_now_system(), call.request)) /* before anything is opened */
        status = call_all(&call);
    rclio_message_destroy(request, call.request);
    free(input);
    return status;
}

const cli_verb cli_verb_service_call = {
    "service call",
    "Call a service and print its response",
    service_call_options,
    sizeof(struct service_call),
    service_call_run,
    "A server that disappears ends the call at once. When only a server of another type is there, a warning says so; when there "
    "is none, the nearest name is offered. The values are "
    "checked\n"
    "before the network is opened.",
};
