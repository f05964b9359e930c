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

#define CLI_GROUP(name_, summary_, options_, ...)                                  \
    {                                                                              \
        .name = (name_), .summary = (summary_), .options = (options_), __VA_ARGS__ \
    }

const cli_group cli_groups[] = {
    CLI_GROUP("action", "See and call the actions of the network", no_options),
    CLI_GROUP("bag", "Record and play messages", no_options,
              .later = "ros2 bag is not there yet: use upstream's, it works with rclio's nodes"),
    CLI_GROUP("component", "Load components into running containers", no_options,
              .later = "ros2 component is not there yet: use upstream's, it works with rclio's nodes"),
    CLI_GROUP("daemon", "Answer scripts that start and stop a daemon: none is needed", no_options),
    CLI_GROUP("interface", "See the message, service and action types that are installed", no_options),
    CLI_GROUP("launch", "Start the programs that a file describes", no_options,
              .later = "ros2 launch is not there yet: start each program with its own command"),
    CLI_GROUP("lifecycle", "See and change the states of managed nodes", no_options),
    CLI_GROUP("node", "See the nodes of the network", no_options),
    CLI_GROUP("param", "See and change the parameters of nodes", no_options),
    CLI_GROUP("pkg", "See the packages that are installed, and make new ones", no_options),
    CLI_GROUP("security", "Make keys and permissions for secure networks", no_options,
              .later = "ros2 security is not there yet: use upstream's to make a keystore"),
    CLI_GROUP("service", "See and call the services of the network", service_options),
    CLI_GROUP("topic", "See, print and publish the topics of the network", topic_options),
    {0},
};
