/* src/node/process/processes.c: the multi-process executor as a program sees it: nodes are added, then started. loop.c waits and
 * dispatches, process.c is the life of one, child.c its birth, output.c what it writes, report.c what is told of it.
 *
 *   PX1  What a node needs is gathered and checked before the first is started: a mistake in the arguments of one starts none.
 * Tests: tests/process/, tests/examples/test_processes.py. */
#include "node/process/processes.h"

#include "base/error.h"
#include "base/log_console.h"
#include "node/arguments.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STOP_TIMEOUT_NS RCLIO_MS(800)

/* ---- its life ---- */

static rclio_status check_line(const word_list *line)
{
    arguments *checked = arguments_parse((int)line->size, line->data);
    arguments_destroy(checked);
    return checked ? RCLIO_OK : rclio_error_status();
}

static rclio_status copy_line(rclio_processes *processes, int argc, char *const argv[])
{
    rclio_status status = RCLIO_OK;
    for (int i = 0; i < argc && argv[i] && !status; i++) status = words_add(&processes->line, argv[i]);
    if (argc < 1) status = words_add(&processes->line, "rclio");
    if (!status) status = check_line(&processes->line);
    if (status && starts_with(rclio_error(), "failed to initialize rcl"))
        log_console_bare(RCLIO_LOG_ERROR, "rcl", "Failed to parse global arguments"); /* as rclio_init() */
    return status;
}

static rclio_status build(rclio_processes *processes, int argc, char *const argv[])
{
    const char *format = getenv("RCUTILS_CONSOLE_OUTPUT_FORMAT");
    rclio_processes_options *o = &processes->options;
    if (o->stop_timeout_ns < 0)
        return rclio_fail(RCLIO_INVALID, "stop_timeout_ns of processes is negative: %lld", (long long)o->stop_timeout_ns);
    if (!o->stop_timeout_ns) o->stop_timeout_ns = STOP_TIMEOUT_NS;
    if (copy_line(processes, argc, argv) != RCLIO_OK) return rclio_error_status();
    processes->format = log_format_parse(format && *format ? format : LOG_FORMAT_DEFAULT);
    return processes->format ? loop_open(processes) : rclio_error_status();
}

rclio_processes *rclio_processes_new(int argc, char *const argv[], const rclio_processes_options *options)
{
    rclio_processes *processes = calloc(1, sizeof *processes);
    if (!processes) return rclio_fail_null(RCLIO_NO_MEMORY, "out of memory for processes of nodes");
    if (options) processes->options = *options;
    list_init(&processes->processes);
    processes->epoll_fd = processes->wake.fd = processes->timer.fd = processes->signals.fd = -1;
    sink_init(&processes->out, processes);
    sink_init(&processes->err, processes);
    if (build(processes, argc, argv) == RCLIO_OK) return processes;
    rclio_processes_destroy(processes);
    return NULL;
}

void rclio_processes_destroy(rclio_processes *processes)
{
    if (!processes) return;
    list_each(link, &processes->processes) process_free(list_entry(link, process, link));
    loop_close(processes);
    log_format_destroy(processes->format);
    words_fini(&processes->line);
    free(processes->refusal);
    free(processes);
}

/* ---- adding: PX1 ---- */

static rclio_status check_settings(const char *const *environment, const char *name)
{
    for (size_t i = 0; environment && environment[i]; i++) {
        if (environment[i][0] == '=' || !strchr(environment[i], '='))
            return rclio_fail(RCLIO_INVALID, "node '%s': '%s' in its environment is not NAME=value", name, environment[i]);
    }
    return RCLIO_OK;
}

static rclio_status check(const rclio_processes *processes, const char *name, const rclio_process_options *o)
{
    if (!name || !*name) return rclio_fail(RCLIO_INVALID, "a node needs a name");
    if (processes->started) return rclio_fail(RCLIO_BAD_STATE, "node '%s' comes too late: the others are started", name);
    if ((unsigned)o->restart > RCLIO_RESTART_ALWAYS)
        return rclio_fail(RCLIO_INVALID, "node '%s' has no such restart policy: %d", name, (int)o->restart);
    if (o->pause_ns < 0 || o->longest_pause_ns < 0) return rclio_fail(RCLIO_INVALID, "node '%s' has a negative pause", name);
    return check_settings(o->environment, name);
}

/* Kept for a program that looks only at the end. */
static rclio_status refuse(rclio_processes *processes, process *p)
{
    rclio_status status = rclio_error_status();
    if (!processes->refusal) {
        processes->refused = status;
        processes->refusal = copy_string(rclio_error());
    }
    if (p) process_free(p);
    return status;
}

/* The program's own words, ours of --ros-args, and the node's. */
static rclio_status program_line(process *p, const char *const *program, const char *const *node)
{
    word_list whole = {0};
    rclio_status status = words_add_all(&whole, program);
    size_t own = whole.size;
    if (!status) status = command_line_ros_part(&whole, &p->owner->line);
    if (!status) status = command_line(&p->line, &whole, own, node);
    words_fini(&whole);
    return status;
}

/* A function `make` or a `program`. */
static rclio_status add(rclio_processes *processes, const char *name, rclio_make_node_fn *make, void *arg,
                        const char *const *program, const rclio_process_options *options)
{
    static const rclio_process_options defaults;
    if (!options) options = &defaults;
    if (!processes) return rclio_fail_missing("there are no processes to add a node to");
    if (check(processes, name, options) != RCLIO_OK) return refuse(processes, NULL);
    if (!make && !(program && program[0])) {
        rclio_fail(RCLIO_INVALID, "node '%s' needs a function that makes it, or a program", name);
        return refuse(processes, NULL);
    }
    process *p = process_new(processes, name, options);
    if (!p) return refuse(processes, NULL);
    p->make = make;
    p->arg = arg;
    rclio_status status =
        make ? command_line(&p->line, &processes->line, 1, options->arguments) : program_line(p, program, options->arguments);
    if (status || (make && check_line(&p->line) != RCLIO_OK)) {
        rclio_error_add("node '%s'", name);
        return refuse(processes, p);
    }
    return RCLIO_OK;
}

rclio_status rclio_processes_add(rclio_processes *processes, const char *name, rclio_make_node_fn *make, void *arg,
                                 const rclio_process_options *options)
{
    return add(processes, name, make, arg, NULL, options);
}

rclio_status rclio_processes_add_program(rclio_processes *processes, const char *name, const char *const *program,
                                         const rclio_process_options *options)
{
    return add(processes, name, NULL, NULL, program, options);
}

/* ---- running ---- */

rclio_status rclio_processes_start(rclio_processes *processes)
{
    if (!processes) return rclio_fail_missing("there are no processes to start");
    if (processes->refusal) return rclio_error_set(processes->refused, processes->refusal);
    if (processes->started) return rclio_fail(RCLIO_BAD_STATE, "the processes were started before");
    processes->started = true;
    list_each(link, &processes->processes) {
        if (process_start(list_entry(link, process, link)) != RCLIO_OK) return rclio_error_status();
    }
    loop_arm(processes);
    return RCLIO_OK;
}

int rclio_processes_spin(rclio_processes *processes)
{
    rclio_status status = rclio_processes_start(processes);
    if (!status) status = loop_run(processes);
    if (status) fprintf(stderr, "%s\n", rclio_error());
    bool failed = status || processes->failed;
    rclio_processes_destroy(processes);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

bool rclio_processes_failed(const rclio_processes *processes)
{
    return processes->failed;
}
