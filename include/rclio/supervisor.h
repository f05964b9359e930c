/* include/rclio/supervisor.h: keeps other processes running: starts them, passes on what they write, tells how they ended, starts
 * them again. Floor: async. What a node of its own process is stands on it: rclio/process.h.
 *
 *   V1  A process is forked to run a function, or to execute a program. It leads a process group of its own, so a Ctrl-C reaches the
 *       supervisor alone, which sends it on once. Its standard input is /dev/null.
 *   V2  No orphans: a process gets SIGKILL from the kernel when the thread that started it ends, and what is left of its group is
 *       killed when it ends itself. (A process that leaves the group, or a grandchild after kill -9 of the supervisor, is on its own.)
 *   V3  What a process writes comes out whole, line by line, byte for byte; the last line may lack its newline, then it gets one.
 *       A reader that does not read stops the writers in the end, not the supervisor.
 *   V4  A supervisor starts no thread and needs no executor: a forked function inherits nothing but the program's own memory and files.
 *   V5  A forked function needs a process with one thread: the locks of the others would stay locked in the child. A program does not.
 * Threads: one at a time uses a supervisor and its processes, the same one for all starts (V2), except where a line says `any`. */
#ifndef RCLIO_SUPERVISOR_H
#define RCLIO_SUPERVISOR_H

#include "rclio/logging.h"

#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct rclio_supervisor rclio_supervisor;
typedef struct rclio_process rclio_process;

typedef enum rclio_restart {
    RCLIO_RESTART_NEVER = 0,
    RCLIO_RESTART_ON_FAILURE, /* a signal, or an exit status that is not 0 */
    RCLIO_RESTART_ALWAYS,
} rclio_restart;

typedef enum rclio_process_state {
    RCLIO_PROCESS_RUNNING = 0,
    RCLIO_PROCESS_STOPPING, /* it was asked to end */
    RCLIO_PROCESS_WAITING,  /* it ended and starts again after a pause */
    RCLIO_PROCESS_ENDED,    /* for good */
} rclio_process_state;

/* How a process is started again. */
typedef struct rclio_restart_options {
    rclio_restart policy;
    int64_t pause_ns;         /* before the first time; doubles with each that follows. 0: 1 s */
    int64_t longest_pause_ns; /* 0: 30 s */
    int64_t settled_ns;       /* one that ran so long begins with the first pause again. 0: 10 s */
    unsigned limit;           /* starts again in a row; 0: no limit */
} rclio_restart_options;

/* `run` or `program`. Everything is copied but `arg`. */
typedef struct rclio_process_options {
    const char *name;      /* in reports; needed */
    int (*run)(void *arg); /* in the child, whose exit status it returns (exit(), so handlers of atexit run) */
    void *arg;
    const char *const *program;     /* the words of its command line, ended by NULL; the first is looked up in PATH */
    const char *const *environment; /* of the program, ended by NULL; NULL: this process's */
    const char *directory;          /* to start it in; NULL: this process's */
    rclio_restart_options restart;
} rclio_process_options;

typedef enum rclio_process_change {
    RCLIO_PROCESS_STARTED = 0,
    RCLIO_PROCESS_EXITED,     /* with exit_status */
    RCLIO_PROCESS_KILLED,     /* by signal_number */
    RCLIO_PROCESS_NOT_STARTED /* a start again failed: the sentence tells why */
} rclio_process_change;

/* Lent for the call. */
typedef struct rclio_process_event {
    rclio_process_change change;
    rclio_log_level level; /* INFO: it ended well; ERROR: a failure; DEBUG: as asked, or a first start */
    rclio_process *process;
    const char *name;
    pid_t pid;               /* 0: NOT_STARTED */
    int exit_status;         /* -1: not EXITED, or somebody else took it */
    int signal_number;       /* 0: not KILLED */
    bool asked;              /* it was asked to end */
    bool hung;               /* and had to be killed */
    const char *last_line;   /* of its standard error, else of its standard output; "" when it wrote none */
    int64_t pause_ns;        /* until it is started again; -1: it is not */
    unsigned restarts;       /* so far */
    const char *description; /* all of that as a sentence */
} rclio_process_event;

typedef struct rclio_supervisor_options {
    /* Called from rclio_process_start() and dispatch; NULL: INFO and above are printed to standard error as log lines. It may start, stop
     * and destroy processes and stop the supervisor. */
    void (*on_event)(const rclio_process_event *event, void *arg);
    void *arg;
    const char *noun;   /* for sentences; NULL: "process" */
    bool prefix_output; /* "[name] " before each line */
    bool
        ignore_signals; /* else SIGINT and SIGTERM, blocked in this thread from here to destroy, stop it; a handler of the program is
                                called too. Other threads of the program must block them. */
    int64_t stop_timeout_ns;  /* until a process that was asked to end is killed; SIGTERM comes at half of it. 0: 800 ms */
    pid_t (*fork)(void *arg); /* with `arg`; NULL: fork(). For languages that must know of it. */
} rclio_supervisor_options;

/* returns  NULL with the error set: RCLIO_SYSTEM, RCLIO_NO_MEMORY, RCLIO_INVALID (a negative time). thread any */
RCLIO_API rclio_supervisor *rclio_supervisor_new(const rclio_supervisor_options *options);

/* Kills what still runs (SIGKILL), waits for it, frees all. NULL is allowed. thread as the head says; not from on_event */
RCLIO_API void rclio_supervisor_destroy(rclio_supervisor *supervisor);

/* Starts a process now.
 * returns  lent until rclio_process_destroy() or the supervisor's end.
 * fails    RCLIO_INVALID: the options; RCLIO_BAD_STATE: V5, or the supervisor is stopping; RCLIO_NOT_FOUND: no such program;
 *          RCLIO_SYSTEM: the words of the operating system.
 * thread   as the head says */
RCLIO_API rclio_process *rclio_process_start(rclio_supervisor *supervisor, const rclio_process_options *options);

/* Asks it to end for good, with SIGTERM to its group, then SIGKILL; its end is an event. thread as the head says */
RCLIO_API void rclio_process_stop(rclio_process *process);

/* Kills it, without an event, and frees it. NULL is allowed. thread as the head says; on_event too */
RCLIO_API void rclio_process_destroy(rclio_process *process);

RCLIO_API const char *rclio_process_name(const rclio_process *process);
RCLIO_API pid_t
rclio_process_pid(const rclio_process *process); /* 0: it does not run. thread as the head says, as for all here */
RCLIO_API rclio_process_state rclio_process_state_of(const rclio_process *process);
RCLIO_API unsigned rclio_process_restarts(const rclio_process *process);

/* Dispatches until all processes have ended for good.
 * returns  RCLIO_OK: after a stop, or all ended with status 0; RCLIO_UNAVAILABLE: one failed for good or had to be killed (the first
 *          one's sentence). fails RCLIO_SYSTEM.
 * thread   as the head says */
RCLIO_API rclio_status rclio_supervisor_run(rclio_supervisor *supervisor);

/* Asks all processes to end with this signal (SIGINT, SIGTERM), sent to their groups; SIGTERM and SIGKILL follow.
 * thread   any; async-signal-safe */
RCLIO_API void rclio_supervisor_stop(rclio_supervisor *supervisor, int signal_number);

/* To embed it in another loop: a file that is readable (poll, epoll, rclio_await_fd, asyncio's add_reader) when dispatch has work,
 * pauses and deadlines included. Lent: only to be polled. thread any */
RCLIO_API int rclio_supervisor_fd(const rclio_supervisor *supervisor);

/* Handles what has happened; never waits. thread as the head says; not from on_event */
RCLIO_API void rclio_supervisor_dispatch(rclio_supervisor *supervisor);

/* true: a process runs or will be started again. thread as the head says */
RCLIO_API bool rclio_supervisor_is_busy(const rclio_supervisor *supervisor);

#ifdef __cplusplus
}
#endif
#endif
