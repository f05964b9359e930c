/* src/node/process/processes.h: the inside of rclio_processes, for the files of this folder and their tests.
 *
 *   PR1  Every file is in the loop's own epoll set, by a `watch`; a closed watch has fd -1. The set is no executor's: a forked child
 *        must not inherit one.
 *   PR2  Time is seen only through `clock`; pauses and deadlines are handled when a dispatch finds them in the past.
 *   PR3  process_enter() alone writes a process's state.
 *   PR4  A group is killed before its leader is reaped: until then its number belongs to nobody else.
 *   PR5  Processes are added before the start and freed with the whole.
 * Threads: one owner; rclio_processes_stop() touches `stop_signal` and `wake` alone. */
#ifndef RCLIO_NODE_PROCESS_PROCESSES_H
#define RCLIO_NODE_PROCESS_PROCESSES_H

#include "base/list.h"
#include "base/log_format.h"
#include "base/text.h"
#include "node/process/command_line.h"
#include "rclio/process.h"

#include <signal.h>
#include <stdatomic.h>

typedef struct watch watch;
struct watch {
    int fd; /* -1: closed */
    bool added;
    void (*ready)(watch *w);
};

typedef struct process_clock {
    int64_t (*now)(void *arg);
    void (*arm)(void *arg, int64_t deadline_ns); /* RCLIO_FOREVER: nothing is due */
    void *arg;
} process_clock;

/* One of the program's own standard streams. */
typedef struct sink {
    watch watch; /* a duplicate; in the set while it takes nothing */
    rclio_processes *owner;
    text pending;
    size_t written; /* of pending */
    bool broken;    /* nobody will ever read it: what comes is dropped */
} sink;

typedef struct process process;

/* One of a process's streams. */
typedef struct stream {
    watch watch;
    process *process;
    sink *sink;
    text line;      /* not ended yet */
    bool continued; /* the beginning of the line has been passed on */
    text last;      /* the last one that was not empty, at most LAST_LINE_SIZE bytes */
} stream;

typedef enum process_state {
    PROCESS_NEW = 0,
    PROCESS_RUNNING,
    PROCESS_STOPPING, /* it was asked to end */
    PROCESS_WAITING,  /* it ended and starts again after a pause */
    PROCESS_ENDED,    /* for good */
} process_state;

struct process {
    list link;
    rclio_processes *owner;
    char *name;
    rclio_make_node_fn *make; /* NULL: `line` is a program's */
    void *arg;
    word_list line, environment; /* the latter: what is beside the program's */
    rclio_restart restart;
    int64_t first_pause_ns, longest_pause_ns;

    process_state state;
    pid_t pid;
    watch exit; /* a pidfd: readable when it has ended */
    stream out, err;
    int64_t started_ns;
    int64_t due_ns; /* of the next thing to do: start again, SIGTERM, SIGKILL; RCLIO_FOREVER: none */
    int64_t kill_ns;
    int asked_signal;  /* sent last; 0: it was not asked to end */
    bool hung;         /* and did not */
    unsigned in_a_row; /* starts again since it ran for long */
    unsigned restarts;
};

struct rclio_processes {
    rclio_processes_options options;
    word_list line; /* of main */
    list processes;
    rclio_status refused; /* the first node that could not be added, and why */
    char *refusal;
    bool started, stopping, failed;

    int epoll_fd;
    watch wake, timer, signals;
    sigset_t mask_before;
    bool masked;
    atomic_int stop_signal;
    sink out, err;
    process_clock clock;
    log_format *format;
};

/* loop.c */
rclio_status loop_open(rclio_processes *processes);
void loop_close(rclio_processes *processes);
void loop_use_clock(rclio_processes *processes, const process_clock *clock); /* for tests: before the start */
void loop_arm(rclio_processes *processes);                                   /* the clock, for what is due next */
rclio_status loop_watch(rclio_processes *processes, watch *w, uint32_t events);
void loop_unwatch(rclio_processes *processes, watch *w);
void loop_close_file(rclio_processes *processes, watch *w);
rclio_status loop_run(rclio_processes *processes); /* until the last process has ended for good */

/* process.c */
process *process_new(rclio_processes *processes, const char *name, const rclio_process_options *options);
void process_free(process *p); /* kills it first */
rclio_status process_start(process *p);
void process_expire(process *p, int64_t now);
void process_ask_to_end(process *p, int signal_number);
bool process_is_busy(const process *p); /* it runs or will */

/* child.c: forks and, for a program, waits until it is executed. The process's exit and streams are open then. */
rclio_status child_start(process *p);

/* output.c */
enum { LAST_LINE_SIZE = 512 };
void sink_init(sink *s, rclio_processes *processes);
rclio_status sink_open(sink *s, int fd);
void sink_fini(sink *s);
void sink_append(sink *s, const char *bytes, size_t size);
void sink_flush(sink *s);
void sink_drain(sink *s, int timeout_ms); /* waits for its reader */
void stream_init(stream *s, process *from, sink *to);
void stream_close(stream *s); /* takes what is left; ends an open line */
void stream_fini(stream *s);

/* report.c */
typedef struct process_end {
    bool known;
    int exit_status, signal_number;
    bool core_dumped;
} process_end;
bool process_end_is_failure(const process_end *end);
void report_started(process *p);
void report_not_started(process *p, int64_t pause_ns);
void report_ended(process *p, pid_t pid, const process_end *end, int64_t pause_ns);

#endif
