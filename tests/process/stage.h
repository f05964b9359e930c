/* tests/process/stage.h: processes whose events are kept, with a clock that the test moves. */
#ifndef TESTS_PROCESS_STAGE_H
#define TESTS_PROCESS_STAGE_H

#include "support/harness.h"

enum { STAGE_EVENTS = 64 };

typedef struct seen {
    rclio_process_change change;
    rclio_log_level level;
    char name[32];
    pid_t pid;
    int exit_status, signal_number;
    int64_t pause_ns;
    unsigned restarts;
    char last_line[1024], description[2048];
} seen;

typedef struct stage {
    rclio_processes *processes;
    seen events[STAGE_EVENTS];
    size_t count;
    int64_t now_ns, due_ns; /* of the clock, when it is the test's */
    int news[2];            /* a pipe for what a child tells: read end, write end */
    char news_path[64];     /* of the write end, for a shell */
} stage;

/* Group set-up: as harness_environment, on Cyclone DDS alone: the processes are the subject, and are many. */
int stage_environment(void **state);

/* Pass {0} options for the usual: signals none, events kept. */
void stage_open(stage *s, int argc, char *const argv[], const rclio_processes_options *options);
void stage_own_clock(stage *s); /* stands still but for stage_pass() */
void stage_close(stage *s);

/* A node that is a shell script; options may be NULL. */
void stage_add_script(stage *s, const char *name, const char *script, const rclio_process_options *options);
void stage_start(stage *s);

/* Dispatches until so many events have been seen since the beginning. */
const seen *stage_until(stage *s, size_t count);
/* ... until this one of this node, from `from` on. */
const seen *stage_until_change(stage *s, const char *name, rclio_process_change change, size_t from);
void stage_until_over(stage *s);

/* Moves the clock and dispatches once. */
void stage_pass(stage *s, int64_t ns);

/* The next line that a child wrote to `news`, without its newline; it is also dispatched meanwhile. */
const char *stage_news(stage *s);
void stage_tell(const stage *s, const char *line); /* in a child */

#endif
