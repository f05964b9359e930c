/* cli/verb_topic_type.c: `ros2 topic type`. */
#include "cli.h"

struct topic_type {
    cli_discovery discovery;
    const char *topic;
};

static const cli_option topic_type_options[] = {
    CLI_DISCOVERY(struct topic_type, discovery),
    CLI_ARG(struct topic_type, topic, "topic_name", "full name of the topic, /chatter for example"),
    {0},
};

static int topic_type_run(cli *c, const void *options)
{
    const struct topic_type *o = options;
    return cli_print_type_of(c, &o->discovery, CLI_TOPICS, o->topic, c->include_hidden);
}

const cli_verb cli_verb_topic_type = {
    "topic type",
    "Print the type of a topic",
    topic_type_options,
    sizeof(struct topic_type),
    topic_type_run,
    "An unknown topic is answered with a line on standard error, not only with the exit status. Hidden topics need\n"
    "`ros2 topic --include-hidden-topics type`, as upstream.",
};
