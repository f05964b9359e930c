/* src/async/executor.h: the executor's inside, for the files of src/async/ alone.
 *
 *   E1  `owner` is the thread that holds the turn: what is marked [turn] belongs to it; what is marked [lock] to who holds the
 *       lock.
 *   E2  No lost wake-up: the executor stores IDLE or PARKED and then looks at the queue once more before it waits; a producer pushes
 *       and then looks at the state. Both sequentially consistent. Only the one who turns it into AWAKE wakes: PARKED by a futex,
 *       IDLE by the eventfd.
 *   E3  It sleeps parked, on a futex until the first timer's deadline, unless it has files to look at, or lanes (E6): then in
 *       epoll_pwait. The eventfd and the timerfd are edge-triggered and never read. Either way an event costs two system calls. The
 *       timerfd is set when it is to sleep so, and for rclio_executor_fd(); for who waits until a point in time it is not (E7).
 *   E4  Futures keep the executor's memory and files alive (`references`), so completing or dropping one after
 *       rclio_executor_destroy() is harmless.
 *   E5  Suspended tasks stay on the thread that started them: compilers keep addresses of thread-local variables across a
 *       switch. Only rclio_executor_destroy() may end them from another thread.
 *   E6  A multi-threaded executor has `lanes` and runs nothing itself: whoever spins it expires its timers and opens the lanes. Each
 *       lane is an executor with a thread of its own; `root` leads from there to the one that futures and tasks belong to.
 *   E7  Who waits between rclio_executor_wait_begin() and _end() was told a deadline and a file. Each turn that ends says what holds from
 *       then on (`told_ns`, `told_of_files`), then looks whether anybody waits, and writes the eventfd when it is news to them: an earlier
 *       deadline, or the first awaited file. Begin counts itself (`waiters`), then looks. All sequentially consistent.
 *   E8  Who wants to dispatch and finds the turn taken says so (`turned_away`), then tries once more; who leaves the turn lets go of it, then
 *       looks, and writes the eventfd. An edge that was taken in vain comes again. */
#ifndef RCLIO_ASYNC_EXECUTOR_H
#define RCLIO_ASYNC_EXECUTOR_H

#include "async/fiber.h"
#include "async/lanes.h"
#include "async/ready_queue.h"
#include "async/timer_heap.h"
#include "async/worker_pool.h"
#include "base/list.h"
#include "base/thread.h"
#include "rclio/executor.h"
#include "rclio/task.h"

typedef enum executor_state { EXECUTOR_AWAKE, EXECUTOR_IDLE, EXECUTOR_PARKED } executor_state;
typedef enum executor_life { EXECUTOR_OPEN, EXECUTOR_CLOSING, EXECUTOR_CLOSED } executor_life; /* CLOSED: nothing runs any more */

struct rclio_executor {
    char *name;
    rclio_executor *root; /* E6: itself unless it is a lane */
    lane_pool *lanes;     /* E6: NULL: single-threaded, or a lane */
    atomic_size_t references;
    mutex lock;
    condition handler_returned; /* an on_cancel callback has returned */

    ready_queue ready;
    atomic_int state;         /* executor_state */
    _Atomic(pthread_t) owner; /* 0: nobody holds the turn */
    atomic_bool stop;
    atomic_bool embedded;                   /* another loop waits for it: leave each turn as if to sleep */
    atomic_bool watched;                    /* by rclio_executor_fd(): the timerfd is to be set, too */
    atomic_int waiters;                     /* E7 */
    atomic_llong told_ns;                   /* E7 */
    atomic_bool told_of_files, turned_away; /* E7, E8 */
    atomic_int life;                        /* executor_life */
    atomic_bool poked;                      /* to look around once (executor_poke) */
    int epoll_fd, event_fd, timer_fd;

    /* [turn] */
    rclio_executor *outer;         /* whose task spins this one, if any */
    pthread_t task_thread;         /* E5 */
    size_t suspended;              /* tasks */
    rclio_task *current;           /* NULL: the turn runs, no task */
    _Atomic(const char *) running; /* its name; read by any thread (describe.h) */
    ready_item *next_run;          /* handed to the fiber that is entered */
    size_t budget;                 /* items that may still run in this round */
    size_t ran;                    /* items that have run, ever */
    size_t wakeups;                /* ends of a sleep, ever */
    bool obeys_stop;               /* the spin that runs now is ended by rclio_executor_stop() */
    bool broken;                   /* a READY_BREAK item came */
    fiber_home home;
    stack_pool stacks;
    fiber *idle_fibers;
    bool starving; /* nothing but items that find no stack is ready */
    timer_heap timers;
    int64_t expiring_ns;    /* the time by which timers expire just now; INT64_MIN: none do */
    int64_t timer_armed_ns; /* what the timerfd is set to; RCLIO_FOREVER: not set */
    size_t awaited_files;
    void (*put_off)(void *arg); /* executor_put_off(); NULL: nothing */
    void *put_off_arg;
    idle_spin idle_spin;
    worker_pool workers;

    atomic_size_t places_taken; /* the root's: by tasks and posts (run.c, RU3) */
    size_t places;
    mutex failure_lock; /* held while a hook runs; of `failure_hooks` (failure.h) */
    list failure_hooks;

    /* [lock] */
    list futures;      /* pending ones that are no tasks */
    list tasks;        /* started and not ended, and callbacks that are suspended */
    list stop_hooks;   /* of stop_hook.link: called by the spin that a stop ends, outside of tasks */
    list turn_waiters; /* threads that wait for a future or for the turn */
};

/* The executor whose turn the calling thread is in, the innermost; NULL: none. */
rclio_executor *executor_current(void);

/* An executor that is a lane of `root`; NULL: its own root. */
rclio_executor *executor_new_below(rclio_executor *root, const rclio_executor_options *options);

/* true: the calling thread is inside a turn of the executor or, of a multi-threaded one, of a lane. */
bool executor_is_around(const rclio_executor *executor);

/* true: the calling thread has the state lock of the multi-threaded executor. */
bool executor_owns_state(const rclio_executor *executor);

/* true: the calling thread holds the executor's turn. */
bool executor_is_mine(const rclio_executor *executor);

/* Pushes a claimed item and wakes the executor if it sleeps. Thread: any. */
void executor_push(rclio_executor *executor, ready_item *item);

/* The same without a system call unless it sleeps. Thread: any. */
void executor_poke(rclio_executor *executor);

/* Makes a sleeping or embedded executor look around once. Thread: any. */
void executor_wake(rclio_executor *executor);

/* Takes the turn. fails RCLIO_BAD_STATE: another thread has it (*busy is set; may be NULL), this one has it already, or E5. */
rclio_status turn_enter(rclio_executor *executor, bool *busy);
void turn_leave(rclio_executor *executor);

/* Looks at timers and files without waiting. [turn] */
void turn_collect(rclio_executor *executor);
void turn_collect_awaited(rclio_executor *executor); /* E7: of files only at awaited ones */

/* run.c: of a lane: true when a stack for a job is there; runs a job that it took. [turn] */
bool run_reserve(rclio_executor *executor);
void run_job(rclio_executor *executor, ready_item *job);

/* How many items have run, ever; of a multi-threaded executor how many jobs its lanes have begun. */
size_t executor_has_run(rclio_executor *executor);

/* run.c: runs at most `limit` ready items. [turn] */
void turn_run(rclio_executor *executor, size_t limit);

/* true: something is ready that can be run now. [turn] */
bool turn_has_work(rclio_executor *executor);

/* A timer of a multi-threaded one was armed: who sleeps is told. Thread: any, with the state lock. */
void executor_timer_armed(rclio_executor *executor);

/* Waits until something happens. [turn] */
void turn_sleep(rclio_executor *executor);

/* spin.c: runs until the future is done, the deadline passes (RCLIO_TIMEOUT) or stop (RCLIO_SHUTDOWN); else as turn_enter(). */
rclio_status executor_spin_to(rclio_executor *executor, rclio_future *future, int64_t deadline_ns, bool *busy);

/* Calls the stop hooks, without the lock. */
void executor_run_stop_hooks(rclio_executor *executor);

/* For what does not end at a stop, nor consume it: whoever wants to know of it is told all the same. [turn] */
void executor_tell_of_stop(rclio_executor *executor);

/* The error of a wait that a stop has ended; returns RCLIO_SHUTDOWN. */
rclio_status executor_fail_stopped(const rclio_executor *executor, const char *what);

/* run.c, RU3: a place for a task or a post. fails RCLIO_LIMIT. thread any */
rclio_status run_take_place(rclio_executor *executor);
void run_leave_place(rclio_executor *executor);

/* run.c. [turn] */
rclio_status run_prepare(rclio_executor *executor); /* the first fiber */
void run_fini(rclio_executor *executor);            /* ends all idle fibers */

/* source.c: arms a timer that another thread handed over. [turn] */
void timer_take_over(timer *t);

/* wait_fd.c: what epoll said about an awaited file. [turn] */
void wait_fd_ready(void *waiting, uint32_t events);

/* future.c: wakes the threads that wait for the turn. */
void turn_became_free(rclio_executor *executor);

/* A function to run once in a task: posts and done callbacks. Freed after it has run. */
typedef struct call {
    ready_item ready;
    void (*run)(struct call *c); /* in a task; frees what hangs on the call, not the call */
    const char *name;            /* lent until it has run */
} call;

#endif
