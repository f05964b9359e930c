/* cli/verb_interface_proto.c: `ros2 interface proto`: a message with its defaults, to be edited and passed to `pub` or `call`. */
#include "cli.h"

#include <stdlib.h>

struct interface_proto {
    bool no_quotes;
    const char *type;
};

static const cli_option interface_proto_options[] = {
    CLI_FLAG(struct interface_proto, no_quotes, "--no-quotes", "leave out the quotation marks around it"),
    CLI_ARG(struct interface_proto, type, "type",
            "type, geometry_msgs/msg/Pose for example; of a service the request, of an action the goal"),
    {0},
};

static int interface_proto_run(cli *c, const void *options)
{
    const struct interface_proto *o = options;
    const rclio_yaml_options plain = {0};
    if (!cli_types(c)) return CLI_FAILED;
    const rclio_type *type = rclio_types_get(c->types, o->type);
    if (!type) return cli_fail(c);
    if (type->kind != RCLIO_MESSAGE) type = type->parts[RCLIO_PART_REQUEST]; /* the goal has the same place */
    void *message = rclio_message_new(type);
    char *text = message ? rclio_message_to_yaml(type, message, NULL, &plain) : NULL;
    rclio_message_destroy(type, message);
    if (!text) return cli_fail(c);
    const char *shown = rclio_type_is_empty(type) ? "{}\n" : text;
    cli_print(c, o->no_quotes ? "%s\n" : "\"%s\"\n", shown);
    free(text);
    return 0;
}

const cli_verb cli_verb_interface_proto = {
    "interface proto",       "Print a message with its defaults, to be filled in",
    interface_proto_options, sizeof(struct interface_proto),
    interface_proto_run,     "An unknown type is one line with the nearest name (upstream: a traceback).",
};
