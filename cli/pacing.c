/* cli/pacing.c: waiting for somebody to be there, with a line each second, and doing something at a rate.
 * Threads: main. */
#include "cli.h"

#include <stdlib.h>

rclio_status cli_wait_for(cli *c, rclio_future *there, int64_t timeout_ns, const char *line, void (*explain)(cli *c, void *arg),
                          void *arg)
{
    int64_t deadline = rclio_deadline(timeout_ns), step = CLI_GRACE;
    for (bool explained = false;; explained = true) {
        int64_t left = deadline == RCLIO_FOREVER ? step : deadline - rclio_now_steady();
        rclio_status status = cli_wait(c, there, left < step ? (left > 0 ? left : 0) : step);
        if (status != RCLIO_TIMEOUT || (deadline != RCLIO_FOREVER && rclio_now_steady() >= deadline)) return status;
        cli_print(c, "%s\n", line);
        if (!cli_flush(c)) return RCLIO_SHUTDOWN;
        if (!explained && explain) explain(c, arg);
        step = RCLIO_S(1);
    }
}

rclio_status cli_pause(cli *c, int64_t deadline_ns)
{
    int64_t left = deadline_ns - rclio_now_steady();
    if (c->output_failed) return RCLIO_SHUTDOWN;
    rclio_status status = cli_run(c, left > 0 ? left : 0);
    return status == RCLIO_TIMEOUT ? RCLIO_OK : status == RCLIO_OK ? RCLIO_SHUTDOWN : status;
}

rclio_status cli_pace(cli *c, int64_t start_ns, int64_t number, double rate)
{
    double due = (double)number / rate * 1e9;
    return cli_pause(c, due < 9e18 ? start_ns + (int64_t)due : RCLIO_FOREVER);
}
