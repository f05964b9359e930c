/* include/rclio/process.h: the multi-process executor: nodes in processes of their own. Floor: node.
 *
 *   PN1  The program's process watches and is no node: it opens no DDS and starts no thread. Each node is made in a process of its own,
 *        by the function given for it, in a context of its own; or it is another program.
 *   PN2  The crash of one leaves the others running. It is told with the node's name, the signal or the exit status, and the last line
 *        that the process wrote (docs/processes.md has the sentences). What follows is the node's restart policy.
 *   PN3  Each context reads the program's arguments (--ros-args) and those of the node. Of two remap rules that match the node's wins, of
 *        two values of a parameter or two levels the node's.
 *   PN4  SIGINT, SIGTERM and rclio_processes_stop() end all within a second; what hangs is killed. A node's process leads a process
 *        group, so a Ctrl-C reaches it once, through the program; when it ends, what is left of its group is killed.
 *   PN5  No orphans: the kernel kills a node's process when the thread that started it ends. (Not what has left the group, nor, after a
 *        kill -9 of the program, what the node itself had started.)
 *   PN6  What a process writes is passed on whole, line by line; lines of two never mix. Its standard input is /dev/null.
 *   PN7  A function is run in a fork of the program, so the program must have one thread: the locks of others would stay locked in the
 *        child. Another program may be started from a program with threads.
 * Threads: the one that starts them uses them, as all functions here, except where a line says `any`. */
#ifndef RCLIO_PROCESS_H
#define RCLIO_PROCESS_H

#include "rclio/node.h"

#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct rclio_processes rclio_processes;

/* Makes a node, and what hangs on it, in the child. A group of nodes in one process: make them all and return one; they share the
 * context's executor. NULL: it failed; rclio_error() is printed and the process ends with status 1. */
typedef rclio_node *rclio_make_node_fn(rclio_context *context, void *arg);

typedef enum rclio_restart {
    RCLIO_RESTART_NEVER = 0,
    RCLIO_RESTART_ON_FAILURE, /* a signal, or an exit status that is not 0 */
    RCLIO_RESTART_ALWAYS,
} rclio_restart;

/* Copied. */
typedef struct rclio_process_options {
    const char *const *arguments;   /* as after --ros-args, ended by NULL: "-p", "rate:=10.0", "-r", "chatter:=/left", ... */
    const char *const *environment; /* "NAME=value" beside or instead of what the program has, ended by NULL */
    rclio_restart restart;
    int64_t pause_ns;         /* before it is started again; doubles with each that follows. 0: 1 s */
    int64_t longest_pause_ns; /* one that ran so long begins with the first pause again. 0: 30 s */
} rclio_process_options;

typedef enum rclio_process_change {
    RCLIO_PROCESS_STARTED = 0,
    RCLIO_PROCESS_EXITED,      /* with exit_status */
    RCLIO_PROCESS_KILLED,      /* by signal_number */
    RCLIO_PROCESS_NOT_STARTED, /* again: the description tells why */
} rclio_process_change;

/* Lent for the call. */
typedef struct rclio_process_event {
    rclio_process_change change;
    rclio_log_level level; /* ERROR: a failure; INFO: a good end, a start again; DEBUG: a first start, an end as asked */
    const char *name;
    pid_t pid;               /* 0: NOT_STARTED */
    int exit_status;         /* -1: not EXITED, or somebody else took it */
    int signal_number;       /* 0: not KILLED */
    const char *last_line;   /* of its standard error, else of its standard output; "" when it wrote none */
    int64_t pause_ns;        /* until it is started again; -1: it is not */
    unsigned restarts;       /* so far */
    const char *description; /* all of that as a sentence */
} rclio_process_event;

typedef struct rclio_processes_options {
    rclio_context_options context; /* of each node that is a function */
    /* What stops them: with a signal that is named here, blocked in this thread from new to destroy (other threads of the program must
     * block it too), a handler of the program is called as well. */
    rclio_signals signals;
    bool prefix_output;      /* "[name] " before each line that a node writes */
    int64_t stop_timeout_ns; /* until a process that was asked to end is killed; SIGTERM comes at half of it. 0: 800 ms */
    /* NULL: INFO and above are printed to standard error as log lines. It may call rclio_processes_stop(), else nothing of here. */
    void (*on_event)(const rclio_process_event *event, void *arg);
    void *arg;
} rclio_processes_options;

/* argc, argv  of main; copied.
 * returns     NULL with the error set: as rclio_init (a parse error is also printed to standard error); RCLIO_INVALID: a negative time;
 *             RCLIO_SYSTEM.
 * thread      as the head says
 * wire        ARG-1 */
RCLIO_API rclio_processes *rclio_processes_new(int argc, char *const argv[], const rclio_processes_options *options);

/* A node, not yet started.
 * name    in reports; the one that `make` gives is the node's.
 * arg     handed to `make`, in the child's copy of memory.
 * fails   RCLIO_INVALID: no name, a negative time, or the node's arguments, in the words of rclio_init; RCLIO_BAD_STATE: they are started.
 *         The first failure is kept for rclio_processes_start(). A NULL `processes` keeps the first error.
 * thread  as the head says */
RCLIO_API rclio_status rclio_processes_add(rclio_processes *processes, const char *name, rclio_make_node_fn *make, void *arg,
                                           const rclio_process_options *options);

/* A node that is another program: `program` are the words of its command line, ended by NULL, the first looked up in PATH. --ros-args of
 * this program and of the options follow them. fails as rclio_processes_add. thread as the head says */
RCLIO_API rclio_status rclio_processes_add_program(rclio_processes *processes, const char *name, const char *const *program,
                                                   const rclio_process_options *options);

/* Starts all and returns when the last has ended for good; then frees `processes`: the last line of main.
 * returns  the exit status for the program: 0 after a stop, or when all ended with status 0; else 1: a node failed for good, or had to
 *          be killed; 1 also for NULL or when they cannot be started, after printing rclio_error() to standard error.
 * thread   as the head says; no other may exist when a node is a function (PN7) */
RCLIO_API int rclio_processes_spin(rclio_processes *processes);

/* Asks all to end with this signal (SIGINT, SIGTERM); SIGTERM and SIGKILL follow. A second call changes nothing.
 * thread  any; async-signal-safe */
RCLIO_API void rclio_processes_stop(rclio_processes *processes, int signal_number);

/* Kills what still runs, waits for it, frees all. For who does not come to spin. NULL is allowed. thread as the head says */
RCLIO_API void rclio_processes_destroy(rclio_processes *processes);

/* ---- the same inside another loop: start, then dispatch whenever the file is readable, until it says false; destroy ---- */

/* fails  what an add failed with: then none is started. RCLIO_BAD_STATE: PN7, or they were started before; RCLIO_NOT_FOUND: no such
 *        program; RCLIO_SYSTEM: the words of the operating system. Those that were started keep running: stop or destroy them.
 * thread as the head says */
RCLIO_API rclio_status rclio_processes_start(rclio_processes *processes);

/* Readable (poll, epoll, rclio_await_fd, asyncio's add_reader) when dispatch has work, pauses and deadlines included. Lent: only to be
 * polled. thread any */
RCLIO_API int rclio_processes_fd(const rclio_processes *processes);

/* Handles what has happened; never waits.
 * returns  true while one runs or will be started again.
 * thread   as the head says */
RCLIO_API bool rclio_processes_dispatch(rclio_processes *processes);

/* true: one failed for good, or had to be killed, and no stop came after it. thread as the head says */
RCLIO_API bool rclio_processes_failed(const rclio_processes *processes);

#ifdef __cplusplus
}
#endif
#endif
