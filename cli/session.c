/* cli/session.c: joining the network, waiting, and what an interrupt does.
 *
 *   S1  Interrupts are caught from the beginning. One sets a flag and stops the executor; every wait then returns RCLIO_SHUTDOWN. The second one ends the program.
 *   S2  Waiting looks at what it waits for, not at why the executor returned: a stop meant for an earlier wait does no harm.
 *   S3  The node is hidden and light: no /rosout, no type description service.
 * Threads: main; the handler uses nothing but the two variables below and rclio_executor_stop(). */
#include "cli.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What a signal handler can reach is static by nature. */
static volatile sig_atomic_t interrupts;
static rclio_executor *volatile interrupted_executor;

static void on_interrupt(int signal_number)
{
    if (++interrupts > 1) _exit(128 + signal_number);
    rclio_executor *executor = interrupted_executor;
    if (executor) rclio_executor_stop(executor);
}

void cli_catch_interrupts(void)
{
    struct sigaction action = {.sa_handler = on_interrupt}; /* no SA_RESTART: a write to a full pipe returns too */
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

bool cli_wait_readable(int file)
{
    struct pollfd wanted = {.fd = file, .events = POLLIN};
    sigset_t blocked, before;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGINT);
    sigaddset(&blocked, SIGTERM);
    sigprocmask(SIG_BLOCK, &blocked, &before); /* none between the question and the wait */
    while (!cli_interrupted() && ppoll(&wanted, 1, NULL, &before) < 0 && errno == EINTR) continue;
    sigprocmask(SIG_SETMASK, &before, NULL);
    return !cli_interrupted();
}

bool cli_interrupted(void)
{
    return interrupts > 0;
}

void cli_interrupt_clear(void)
{
    interrupts = 0;
}

rclio_context *cli_context(cli *c)
{
    rclio_context_options options = {.signals = RCLIO_SIGNALS_NONE, .no_rosout = true, .no_inspection = true};
    if (c->context) return c->context;
    if (!(c->context = rclio_init(0, NULL, &options))) return cli_fail(c), NULL;
    interrupted_executor = rclio_context_executor(c->context);
    if (!(c->ended = rclio_future_new(rclio_context_executor(c->context), "the end of the command", NULL))) cli_fail(c);
    return c->ended ? c->context : NULL;
}

rclio_node *cli_node(cli *c, const char *name)
{
    char hidden[64];
    rclio_node_options node_options = {
        .no_rosout = true, .no_type_description_service = true, .no_parameter_services = true, .no_parameter_events = true};
    if (c->node) return c->node;
    if (!cli_context(c) || !c->ended) return NULL;
    snprintf(hidden, sizeof hidden, "_ros2cli_%ld", (long)getpid());
    c->node = rclio_node_new(c->context, name ? name : hidden, &node_options);
    if (!c->node) cli_fail(c);
    c->joined_ns = rclio_now_steady();
    return c->node;
}

rclio_status cli_wait(cli *c, rclio_future *future, int64_t timeout_ns)
{
    rclio_executor *executor = rclio_context_executor(c->context);
    int64_t deadline = rclio_deadline(timeout_ns);
    for (;;) {
        if (rclio_future_get_state(future) != RCLIO_PENDING) return RCLIO_OK;
        if (cli_interrupted()) return RCLIO_SHUTDOWN;
        int64_t left = deadline == RCLIO_FOREVER ? -1 : deadline - rclio_now_steady();
        if (deadline != RCLIO_FOREVER && left <= 0) return RCLIO_TIMEOUT;
        rclio_status status = rclio_executor_spin_until(executor, future, left);
        if (status == RCLIO_BAD_STATE || status == RCLIO_SYSTEM) return status;
    }
}

rclio_status cli_run(cli *c, int64_t timeout_ns)
{
    return cli_wait(c, c->ended, timeout_ns);
}

void cli_end(cli *c, int status)
{
    if (rclio_future_get_state(c->ended) != RCLIO_PENDING) return;
    c->end_status = status;
    rclio_future_complete(c->ended, NULL);
}

void cli_close(cli *c)
{
    interrupted_executor = NULL;
    rclio_future_unref(c->ended);
    c->ended = NULL;
    rclio_context_destroy(c->context);
    c->context = NULL;
    c->node = NULL;
    rclio_types_destroy(c->types);
    c->types = NULL;
}
