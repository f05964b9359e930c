/* src/async/supervisor.h: a supervisor's inside, for supervisor*.c and their tests.
 *
 *   SV1  Every file is in the supervisor's own epoll set, by a `watch`; a closed watch has fd -1, and its memory outlives the batch of
 *        events that is being handled: processes are freed by sweep(), at the end of a dispatch.
 *   SV2  Time is seen only through `clock`; pauses and deadlines are handled when a dispatch finds them in the past.
 *   SV3  process_enter() alone writes a process's state.
 *   SV4  A group is killed before its leader is reaped: until then its number belongs to nobody else.
 * Threads: one owner; rclio_supervisor_stop() touches `stop_signal` and `wake` alone. */
#ifndef RCLIO_ASYNC_SUPERVISOR_H
#define RCLIO_ASYNC_SUPERVISOR_H

#include "base/list.h"
#include "base/log_format.h"
#include "base/text.h"
#include "rclio/supervisor.h"

#include <signal.h>
#include <stdatomic.h>

typedef struct watch watch;
struct watch {
    int fd; /* -1: closed */
    bool added;
    void (*ready)(watch *w);
};

typedef struct supervisor_clock {
    int64_t (*now)(void *arg);
    void (*arm)(void *arg, int64_t deadline_ns); /* RCLIO_FOREVER: nothing is due */
    void *arg;
} supervisor_clock;

/* One of the supervisor's own standard streams. */
typedef struct sink {
    watch watch; /* a duplicate; in the set while it takes nothing */
    rclio_supervisor *supervisor;
    text pending;
    size_t written; /* of pending */
    bool broken;    /* nobody will ever read it: what comes is dropped */
} sink;

/* One of a process's streams. */
typedef struct stream {
    watch watch;
    rclio_process *process;
    sink *sink;
    text line;      /* not ended yet */
    bool continued; /* the beginning of the line has been passed on */
    text last;      /* the last one that was not empty, at most LAST_LINE_SIZE bytes */
} stream;

struct rclio_process {
    list link;
    rclio_supervisor *supervisor;
    char *name, *directory;
    int (*run)(void *arg);
    void *arg;
    char **program, **environment; /* NULL: not given */
    rclio_restart_options restart;

    rclio_process_state state;
    pid_t pid;
    watch exit; /* a pidfd: readable when it has ended */
    stream out, err;
    int64_t started_ns;
    int64_t due_ns; /* of the next thing to do: start again, SIGTERM, SIGKILL; RCLIO_FOREVER: none */
    int64_t kill_ns;
    int asked_signal;  /* sent last; 0: it was not asked to end */
    bool hung;         /* and did not */
    unsigned in_a_row; /* starts again since it had settled */
    unsigned restarts;
    bool destroyed; /* SV1 */
};

struct rclio_supervisor {
    rclio_supervisor_options options;
    char *noun;
    int epoll_fd, timer_fd;
    watch wake, timer, signals;
    sigset_t mask_before;
    bool masked;
    atomic_int stop_signal;
    bool stopping;
    bool dispatching;
    list processes;
    sink out, err;
    supervisor_clock clock;
    log_format *format;
    char *failure;      /* the first process that failed for good, as a sentence */
    bool stopped_badly; /* one failed while all were stopping */
};

/* For tests: before the first start. */
void supervisor_use_clock(rclio_supervisor *supervisor, const supervisor_clock *clock);

/* supervisor.c */
void supervisor_arm(rclio_supervisor *supervisor); /* the clock, for what is due next */
rclio_status supervisor_watch(rclio_supervisor *supervisor, watch *w, uint32_t events);
void supervisor_unwatch(rclio_supervisor *supervisor, watch *w);
void supervisor_close(rclio_supervisor *supervisor, watch *w);

/* supervisor_process.c */
void process_expire(rclio_process *process, int64_t now);
void process_ask_to_end(rclio_process *process, int signal_number);
void process_free(rclio_process *process); /* kills it first */
bool process_is_over(const rclio_process *process);

/* supervisor_child.c: forks and, for a program, waits until it is executed. The process's exit and streams are open then. */
rclio_status child_start(rclio_process *process);

/* supervisor_output.c */
enum { LAST_LINE_SIZE = 512 };
rclio_status sink_init(sink *s, rclio_supervisor *supervisor, int fd);
void sink_fini(sink *s);
void sink_append(sink *s, const char *bytes, size_t size);
void sink_flush(sink *s);
void sink_drain(sink *s, int timeout_ms); /* waits for its reader */
void stream_init(stream *s, rclio_process *process, sink *to);
void stream_ready(watch *w);
void stream_close(stream *s); /* takes what is left; ends an open line */
void stream_fini(stream *s);

/* supervisor_report.c */
void report_started(rclio_process *process);
void report_not_started(rclio_process *process, int64_t pause_ns);
typedef struct process_end {
    bool known;
    int exit_status, signal_number;
    bool core_dumped;
} process_end;
bool process_end_is_failure(const process_end *end);
void report_ended(rclio_process *process, pid_t pid, const process_end *end, int64_t pause_ns);

#endif
