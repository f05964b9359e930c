/* src/node/processes.c: the multi-process executor: a supervisor whose processes are nodes.
 *
 *   PX1  What a node needs is gathered and checked before the first is started: a mistake in the arguments of one starts none.
 *   PX2  A child ends by exit() with what rclio_spin() returned, so its node ends as in a program of its own.
 * Threads: as the public header says. Tests: tests/node/test_processes.c, tests/examples/test_processes.py. */
#include "rclio/process.h"

#include "base/error.h"
#include "base/list.h"
#include "base/log_console.h"
#include "base/text.h"
#include "node/arguments.h"
#include "node/process_arguments.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct member {
    list link;
    rclio_processes *processes;
    char *name;
    rclio_make_node_fn *make; /* NULL: `line` is the program */
    void *arg;
    process_words line; /* its command line */
    rclio_restart_options restart;
} member;

struct rclio_processes {
    rclio_processes_options options;
    process_words line; /* of main */
    rclio_supervisor *supervisor;
    list members;
    rclio_status refused; /* PX1: the first node that could not be added, and why */
    char *refusal;
};

/* ---- in the child: PX2 ---- */

static int run_member(void *arg)
{
    member *m = arg;
    rclio_context *context = rclio_init((int)m->line.size, m->line.data, &m->processes->options.context);
    return rclio_spin(m->make(context, m->arg));
}

/* ---- in the program ---- */

static rclio_status check_line(const process_words *line)
{
    arguments *checked = arguments_parse((int)line->size, line->data);
    arguments_destroy(checked);
    return checked ? RCLIO_OK : rclio_error_status();
}

static rclio_status build(rclio_processes *processes, int argc, char *const argv[])
{
    rclio_status status = RCLIO_OK;
    for (int i = 0; i < argc && argv[i] && !status; i++) status = process_words_add(&processes->line, argv[i]);
    if (!argc) status = process_words_add(&processes->line, "rclio");
    if (!status) status = check_line(&processes->line);
    if (status && starts_with(rclio_error(), "failed to initialize rcl"))
        log_console_bare(RCLIO_LOG_ERROR, "rcl", "Failed to parse global arguments"); /* as rclio_init() */
    if (status) return status;
    processes->supervisor = rclio_supervisor_new(&(rclio_supervisor_options){
        .noun = "node",
        .prefix_output = processes->options.prefix_output,
        .stop_timeout_ns = processes->options.stop_timeout_ns,
        .on_event = processes->options.on_event,
        .arg = processes->options.arg,
    });
    return processes->supervisor ? RCLIO_OK : rclio_error_status();
}

rclio_processes *rclio_processes_new(int argc, char *const argv[], const rclio_processes_options *options)
{
    rclio_processes *processes = calloc(1, sizeof *processes);
    if (!processes) return rclio_fail_null(RCLIO_NO_MEMORY, "out of memory for processes of nodes");
    if (options) processes->options = *options;
    list_init(&processes->members);
    if (build(processes, argc, argv) == RCLIO_OK) return processes;
    rclio_processes_destroy(processes);
    return NULL;
}

static void member_free(member *m)
{
    list_remove(&m->link);
    process_words_fini(&m->line);
    free(m->name);
    free(m);
}

void rclio_processes_destroy(rclio_processes *processes)
{
    if (!processes) return;
    rclio_supervisor_destroy(processes->supervisor);
    while (!list_is_empty(&processes->members)) member_free(list_entry(processes->members.next, member, link));
    process_words_fini(&processes->line);
    free(processes->refusal);
    free(processes);
}

/* PX1. Keeps the error, for a program that looks only at the end. */
static rclio_status refuse(rclio_processes *processes)
{
    if (processes && !processes->refusal) {
        processes->refused = rclio_error_status();
        processes->refusal = copy_string(rclio_error());
    }
    return rclio_error_status();
}

static member *member_new(rclio_processes *processes, const char *name, const rclio_process_node_options *options)
{
    member *m = calloc(1, sizeof *m);
    if (!m) return rclio_fail_null(RCLIO_NO_MEMORY, "out of memory for node '%s'", name);
    m->processes = processes;
    m->restart = options->restart;
    list_append(&processes->members, &m->link);
    if ((m->name = copy_string(name))) return m;
    member_free(m);
    return NULL;
}

static rclio_status check_member(const rclio_processes *processes, const char *name)
{
    if (!processes)
        return rclio_error_status() ? rclio_error_status() : rclio_fail(RCLIO_INVALID, "there are no processes to add a node to");
    if (!name || !*name) return rclio_fail(RCLIO_INVALID, "a node needs a name");
    return RCLIO_OK;
}

rclio_status rclio_processes_add(rclio_processes *processes, const char *name, rclio_make_node_fn *make, void *arg,
                                 const rclio_process_node_options *options)
{
    static const rclio_process_node_options defaults;
    if (!options) options = &defaults;
    if (check_member(processes, name)) return refuse(processes);
    if (!make) {
        rclio_fail(RCLIO_INVALID, "node '%s' needs a function that makes it", name);
        return refuse(processes);
    }
    member *m = member_new(processes, name, options);
    if (!m) return refuse(processes);
    m->make = make;
    m->arg = arg;
    rclio_status status = process_arguments(&m->line, &processes->line, 1, options->arguments);
    if (!status) status = check_line(&m->line);
    if (!status) return RCLIO_OK;
    rclio_error_add("node '%s'", name);
    member_free(m);
    return refuse(processes);
}

/* The program's own words, ours of --ros-args and the node's. */
static rclio_status program_line(member *m, const char *const *program, const char *const *node)
{
    process_words whole = {0};
    size_t count = 0;
    rclio_status status = RCLIO_OK;
    for (; program[count] && !status; count++) status = process_words_add(&whole, program[count]);
    if (!status) status = process_ros_arguments(&whole, &m->processes->line);
    if (!status) status = process_arguments(&m->line, &whole, count, node);
    process_words_fini(&whole);
    return status;
}

rclio_status rclio_processes_add_program(rclio_processes *processes, const char *name, const char *const *program,
                                         const rclio_process_node_options *options)
{
    static const rclio_process_node_options defaults;
    if (!options) options = &defaults;
    if (check_member(processes, name)) return refuse(processes);
    if (!program || !program[0]) {
        rclio_fail(RCLIO_INVALID, "node '%s' needs a program", name);
        return refuse(processes);
    }
    member *m = member_new(processes, name, options);
    if (!m) return refuse(processes);
    if (program_line(m, program, options->arguments) == RCLIO_OK) return RCLIO_OK;
    member_free(m);
    return refuse(processes);
}

static rclio_status start_all(rclio_processes *processes)
{
    if (processes->refusal) return rclio_error_set(processes->refused, processes->refusal);
    list_each(link, &processes->members) {
        member *m = list_entry(link, member, link);
        rclio_process_options options = {.name = m->name, .arg = m, .restart = m->restart};
        if (m->make)
            options.run = run_member;
        else
            options.program = (const char *const *)m->line.data;
        if (!rclio_process_start(processes->supervisor, &options)) return rclio_error_status();
    }
    return RCLIO_OK;
}

int rclio_processes_spin(rclio_processes *processes)
{
    rclio_status status = RCLIO_INVALID, ended = RCLIO_OK;
    if (processes && (status = start_all(processes)) == RCLIO_OK) ended = rclio_supervisor_run(processes->supervisor);
    if (status || (ended && ended != RCLIO_UNAVAILABLE))
        fprintf(stderr, "%s\n", rclio_error()); /* UNAVAILABLE is reported already */
    rclio_processes_destroy(processes);
    return status || ended ? 1 : 0;
}

void rclio_processes_stop(rclio_processes *processes)
{
    if (processes) rclio_supervisor_stop(processes->supervisor, SIGTERM);
}
