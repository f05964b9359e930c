/* cli/verb_daemon_stop.c: `ros2 daemon stop`. */
#include "cli.h"

struct daemon_stop {
    char none;
};

static const cli_option daemon_stop_options[] = {
    {0},
};

static int daemon_stop_run(cli *c, const void *options)
{
    (void)options;
    cli_print_text(c, "The daemon is not running, and none is needed: every command looks at the network itself\n");
    return 0;
}

const cli_verb cli_verb_daemon_stop = {
    "daemon stop",       "Answer that there is no daemon to stop",
    daemon_stop_options, sizeof(struct daemon_stop),
    daemon_stop_run,     "rclio has no daemon; the exit status is 0, so scripts go on.",
};
