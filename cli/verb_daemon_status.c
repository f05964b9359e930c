/* cli/verb_daemon_status.c: `ros2 daemon status`. */
#include "cli.h"

struct daemon_status {
    char none;
};

static const cli_option daemon_status_options[] = {
    {0},
};

static int daemon_status_run(cli *c, const void *options)
{
    (void)options;
    cli_print_text(c, "The daemon is not running, and none is needed: every command looks at the network itself\n");
    return 0;
}

const cli_verb cli_verb_daemon_status = {
    "daemon status",       "Answer that there is no daemon",
    daemon_status_options, sizeof(struct daemon_status),
    daemon_status_run,     "rclio has no daemon; the exit status is 0, so scripts go on.",
};
