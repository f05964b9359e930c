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

static const cli_option doctor_options[] = {
    CLI_FLAG(struct cli, doctor.report, "--report, -r", "print all that is known about network, peers and topics",
             .exclusive = 1),
    CLI_FLAG(struct cli, doctor.report_failed, "--report-failed, -rf", "print it for what failed", .exclusive = 1),
    CLI_FLAG(struct cli, doctor.exclude_packages, "--exclude-packages, -ep",
             "accepted for compatibility: packages are not checked"),
    CLI_FLAG(struct cli, doctor.include_warnings, "--include-warnings, -iw", "let a check with warnings fail"),
    {0},
};

#define DOCTOR_NOTES                                                                                                           \
    "Its warnings name no Python files. Topics whose peers disagree about the type, or about its definition, are an error. "   \
    "The\n"                                                                                                                    \
    "exit status is 1 when a check fails (upstream: 0). Interfaces are those of the kernel; `--report` says what rclio is as " \
    "well."

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
    CLI_GROUP("doctor", "Look for what may be wrong with network, QoS and topics", doctor_options, .run = cli_doctor_run,
              .notes = DOCTOR_NOTES),
    CLI_GROUP("interface", "See the message, service and action types that are installed", no_options),
    CLI_GROUP("launch", "Start the programs that a file describes", no_options,
              .later = "ros2 launch is not there yet: start each program with its own command"),
    CLI_GROUP("lifecycle", "See and change the states of managed nodes", no_options),
    CLI_GROUP("multicast", "See whether UDP multicast passes", no_options),
    CLI_GROUP("node", "See the nodes of the network", no_options),
    CLI_GROUP("param", "See and change the parameters of nodes", no_options),
    CLI_GROUP("pkg", "See the packages that are installed, and make new ones", no_options),
    CLI_GROUP("security", "Make keys and permissions for secure networks", no_options,
              .later = "ros2 security is not there yet: use upstream's to make a keystore"),
    CLI_GROUP("service", "See and call the services of the network", service_options),
    CLI_GROUP("topic", "See, print and publish the topics of the network", topic_options),
    CLI_GROUP("wtf", "The same as doctor", doctor_options, .run = cli_doctor_run, .notes = DOCTOR_NOTES),
    {0},
};
