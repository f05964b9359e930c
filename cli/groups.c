/* cli/groups.c: what stands between `ros2` and a verb. Threads: constant. */
#include "cli.h"

const cli_option cli_program_options[] = {
    CLI_FLAG(struct cli, default_buffering, "--use-python-default-buffering",
             "accepted for compatibility: output is handed on message by message"),
    {0},
};

static const cli_option no_options[] = {{0}};

static const cli_option service_options[] = {
    CLI_FLAG(struct cli, include_hidden, "--include-hidden-services", "consider hidden services as well"),
    {0},
};

static const cli_option topic_options[] = {
    CLI_FLAG(struct cli, include_hidden, "--include-hidden-topics", "consider hidden topics as well"),
    {0},
};

const cli_group cli_groups[] = {
    {"action", "See and call the actions of the network", no_options},
    {"interface", "See the message, service and action types that are installed", no_options},
    {"node", "See the nodes of the network", no_options},
    {"service", "See and call the services of the network", service_options},
    {"topic", "See, print and publish the topics of the network", topic_options},
    {NULL, NULL, NULL},
};
