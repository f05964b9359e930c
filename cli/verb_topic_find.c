/* cli/verb_topic_find.c: `ros2 topic find`. */
#include "cli.h"

struct topic_find {
    cli_discovery discovery;
    bool count, hidden;
    const char *type;
};

static const cli_option topic_find_options[] = {
    CLI_DISCOVERY(struct topic_find, discovery),
    CLI_FLAG(struct topic_find, count, "-c, --count-topics", "show only how many there are"),
    CLI_FLAG(struct topic_find, hidden, "--include-hidden-topics", "consider hidden topics as well"),
    CLI_ARG(struct topic_find, type, "topic_type", "full name of the type, std_msgs/msg/String for example"),
    {0},
};

static int topic_find_run(cli *c, const void *options)
{
    const struct topic_find *o = options;
    return cli_print_found(c, &o->discovery, CLI_TOPICS, o->type, o->count, o->hidden || c->include_hidden);
}

const cli_verb cli_verb_topic_find = {
    "topic find", "List the topics of a type", topic_find_options, sizeof(struct topic_find), topic_find_run, NULL,
};
