/* include/rclio/process.h: the multi-process executor: nodes in processes of their own. Floor: node.
 *
 *   PN1  The program's process supervises and is no node: it opens no DDS and starts no thread. Each node is made in its own process,
 *        by the function given for it, in a context of its own.
 *   PN2  The crash of one leaves the others running. It is logged with the node's name, the signal or the exit status, and the last line
 *        that the process wrote; docs/processes.md lists the sentences. What happens then is the node's restart policy.
 *   PN3  Each context reads the program's arguments (--ros-args) and those of the node. Of two remap rules that match the node's wins, of
 *        two values of a parameter or a level the node's.
 *   PN4  SIGINT, SIGTERM and rclio_processes_stop() end all within a second, those that hang by SIGKILL. When the program's process is
 *        killed the kernel kills the others. rclio/supervisor.h says what holds for processes in general. */
#ifndef RCLIO_PROCESS_H
#define RCLIO_PROCESS_H

#include "rclio/node.h"
#include "rclio/supervisor.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct rclio_processes rclio_processes;

/* Makes a node, and what hangs on it, in the child. A group of nodes in one process: make them all and return one; they share the
 * context's executor. NULL: it failed; rclio_error() is printed and the process ends with status 1. */
typedef rclio_node *rclio_make_node_fn(rclio_context *context, void *arg);

typedef struct rclio_processes_options {
    rclio_context_options context; /* of each node */
    bool prefix_output;            /* "[name] " before each line that a node writes */
    int64_t stop_timeout_ns;       /* 0: 800 ms */
    /* Instead of the log lines; thread as rclio_processes_spin() */
    void (*on_event)(const rclio_process_event *event, void *arg);
    void *arg;
} rclio_processes_options;

typedef struct rclio_process_node_options {
    const char *const
        *arguments; /* as after --ros-args, ended by NULL: "-p", "rate:=10.0", "-r", "chatter:=/left", ...; copied */
    rclio_restart_options restart;
} rclio_process_node_options;

/* argc, argv  of main; copied.
 * fails    as rclio_init: a parse error is also printed to standard error.
 * thread   the one that calls rclio_processes_spin(), as for all functions here
 * wire     ARG-1 */
RCLIO_API rclio_processes *rclio_processes_new(int argc, char *const argv[], const rclio_processes_options *options);

/* A node, started by rclio_processes_spin().
 * name     in reports; the one that `make` gives is the node's.
 * arg      handed to `make`, in the child's copy of memory.
 * fails    RCLIO_INVALID: no name, or the node's arguments, in the words of rclio_init. A NULL `processes` keeps the first error.
 * thread   as rclio_processes_new */
RCLIO_API rclio_status rclio_processes_add(rclio_processes *processes, const char *name, rclio_make_node_fn *make, void *arg,
                                           const rclio_process_node_options *options);

/* A node that is another program: `program` are the words of its command line, ended by NULL; --ros-args of this program and of the
 * options follow them. fails as rclio_processes_add. thread as rclio_processes_new */
RCLIO_API rclio_status rclio_processes_add_program(rclio_processes *processes, const char *name, const char *const *program,
                                                   const rclio_process_node_options *options);

/* Starts all nodes and returns when the last has ended for good; then frees `processes`: the last line of main.
 * returns  the exit status of the process: 0 after a signal, or when all nodes ended with status 0; else 1: a node failed for good, or
 *          had to be killed; 1 also for NULL or when one cannot be started, after printing rclio_error() to standard error.
 * thread   one; the process must have no other, and no node (PN1) */
RCLIO_API int rclio_processes_spin(rclio_processes *processes);

/* Ends all as SIGTERM does. thread any; async-signal-safe */
RCLIO_API void rclio_processes_stop(rclio_processes *processes);

/* For who does not come to spin. NULL is allowed. thread as rclio_processes_new */
RCLIO_API void rclio_processes_destroy(rclio_processes *processes);

#ifdef __cplusplus
}
#endif
#endif
