/* cli/verb_daemon_start.c: `ros2 daemon start`. */
#include "cli.h"

struct daemon_start {
    bool debug;
};

static const cli_option daemon_start_options[] = {
    CLI_FLAG(struct daemon_start, debug, "--debug, -d", "accepted for compatibility"),
    {0},
};

static int daemon_start_run(cli *c, const void *options)
{
    (void)options;
    cli_print_text(c, "There is no daemon to start: every command looks at the network itself\n");
    return 0;
}

const cli_verb cli_verb_daemon_start = {
    "daemon start",       "Answer that no daemon is needed",
    daemon_start_options, sizeof(struct daemon_start),
    daemon_start_run,     "rclio has no daemon; the exit status is 0, so scripts go on.",
};
