/* src/async/describe.h: what the tasks of an executor do and wait for, for who shows it: rclio_describe_waits() and src/node/inspect.c.
 * Rules: describe.c. Threads: any. */
#ifndef RCLIO_ASYNC_DESCRIBE_H
#define RCLIO_ASYNC_DESCRIBE_H

#include "rclio/executor.h"

typedef struct task_view {
    const char *name;  /* lent by the task; of a callback the name of its source, the very pointer */
    bool is_callback;  /* its task, suspended */
    const char *state; /* "awaits", "sleeps", "ready" (or it runs), "new" (has not started) */
    const char *what;  /* what it waits for; "": nothing */
    int64_t since_ns;  /* how long it has waited; -1: it does not wait */
    int64_t left_ns;   /* until it gives up or wakes up; -1: never */
    const char *file;  /* where: base name, and line; NULL: it does not wait */
    int line;
} task_view;

typedef struct executor_view {
    void (*task)(const task_view *view, void *arg);                                /* called with the executor's lock: no */
    void (*future)(const char *what, int64_t since_ns, size_t waiters, void *arg); /* function of rclio may be called */
    void *arg;
} executor_view;

/* false: the lock could not be had within a second (D1); nothing was told. */
bool executor_look(rclio_executor *executor, const executor_view *view);

/* The names of the callbacks and tasks that run this moment: pointers to compare with names that are known, never to be followed, for what
 * they name may have gone. */
void executor_each_running(rclio_executor *executor, void (*each)(const void *name, void *arg), void *arg);

const char *executor_name(const rclio_executor *executor); /* lives as long as the executor */

#endif
