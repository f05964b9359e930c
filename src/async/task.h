/* src/async/task.h: the inside of a task: a future whose value is made by a function on a stack of its own.
 *
 *   TA1  A task is its own future (`future` is its first member): one reference count, one piece of memory. The executor holds
 *        a reference until the task has returned.
 *   TA2  `wait_state` is written WAITING by the task alone; whoever turns WAITING into WOKEN pushes the task, once. So a waker
 *        may be late or come twice: it wakes nobody, or a task that looks again at what it waits for and goes on waiting.
 *   TA3  What a task waits for is registered before it is WAITING and looked at after; the waker does it the other way round.
 *   TA4  A callback (a source's run, a done callback, a post) runs in a task too; a fiber keeps one for that and reuses it
 *        while nobody holds a reference.
 * Threads: wake and cancel from any; all else on the executor's thread. */
#ifndef RCLIO_ASYNC_TASK_H
#define RCLIO_ASYNC_TASK_H

#include "async/future.h"

typedef enum wait_state { TASK_RUNNING, TASK_WAITING, TASK_WOKEN } wait_state;
typedef enum wait_kind { WAIT_NONE, WAIT_FUTURE, WAIT_SLEEP, WAIT_FILE, WAIT_WORK, WAIT_CLOCK } wait_kind;

/* What rclio_describe_waits() says about a suspended task. */
typedef struct wait_note {
    wait_kind kind;
    rclio_future *future;            /* WAIT_FUTURE: a reference is held by the await */
    int fd;                          /* WAIT_FILE */
    const struct rclio_clock *clock; /* WAIT_CLOCK: lent by the sleep */
    int64_t clock_ns;                /* WAIT_CLOCK: what that is to show */
    int64_t since_ns;
    int64_t deadline_ns;
    const char *file; /* a literal */
    int line;
} wait_note;

struct rclio_task {
    rclio_future future;      /* TA1 */
    ready_item ready;         /* to start or to resume */
    rclio_executor *executor; /* where it runs: the future's, or one of its lanes (E6) */
    fiber *fiber;             /* NULL: not started, or ended */
    rclio_task_fn *run;
    void *arg;
    bool is_callback; /* TA4 */
    atomic_bool started;
    atomic_int wait_state;
    atomic_bool cancel_requested;
    bool cancel_delivered;
    bool timed_out;
    unsigned shield;
    timer timeout;
    wait_note note;  /* [lock] */
    bool has_result; /* rclio_task_return or rclio_task_fail was called */
    void *value;
    void (*free_value)(void *value);
    rclio_status status;
    char *text;
};

/* Wakes the task if it waits. Thread: any that holds a reference or something the task waits for. */
void task_wake(rclio_task *task);

/* A task for callbacks (TA4), not started and in no list. */
rclio_task *task_new_for_callbacks(rclio_executor *executor);

/* Runs the function as this task on the fiber that calls, and ends the task unless it is for callbacks. */
void task_run(rclio_task *task, fiber *f, const char *name, void (*run)(void *arg), void *arg);

/* Drops the executor's reference after the task failed to start. The error is that of the calling thread. */
void task_fail_to_start(rclio_task *task);

/* One wait of a task: suspends until `ended(arg)`, the deadline (RCLIO_TIMEOUT) or, if `cancellable`, cancellation
 * (RCLIO_CANCELLED). Sets no error text. The waker is registered before (TA3). */
rclio_status task_wait(rclio_task *task, const wait_note *note, bool (*ended)(void *arg), void *arg, bool cancellable);

/* true: cancellation is to be delivered now, and is. */
bool task_take_cancel(rclio_task *task);

/* Gives everything else that is ready a turn. */
void task_yield(rclio_task *task);

#endif
