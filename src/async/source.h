/* src/async/source.h: what middleware and nodes use of an executor: sources of work that any thread may mark ready, and timers.
 *
 *   S1  A source is in its executor's ready queue at most once; source_wake() exchanges `queued` and the winner pushes.
 *   S2  A source has left the queue before `run` is called, so run may make it ready again; while it is suspended in an await
 *       it is not run again: wakes are remembered and it is queued once it has returned.
 *   S3  `run` is called on the executor's thread in a task of its own. It should handle a bounded batch and wake itself again
 *       when there is more.
 *   S4  source_fini() may be called from run itself or from any other code on the executor's thread, or while nobody spins;
 *       after it returns, run is not called again (a call that is suspended goes on: the memory of whatever holds the source
 *       must be kept by its own reference until run has returned; `released` tells when). No thread may wake a source during
 *       or after its fini.
 * Threads: source_wake from any, without a lock; the rest on the executor's thread or before anyone else knows the source. */
#ifndef RCLIO_ASYNC_SOURCE_H
#define RCLIO_ASYNC_SOURCE_H

#include "async/ready_queue.h"
#include "async/strand.h"
#include "base/list.h"
#include "rclio/executor.h"
#include "rclio/task.h"

#include <assert.h>

typedef struct source source;
typedef void source_fn(source *s);

/* What is written `thread  the executor's or one while nothing spins`, as debug builds assert it. */
#define RCLIO_ON_EXECUTOR(executor) assert(executor_is_mine_or_free(executor))

/* What a multi-threaded executor has instead of one thread: the state lock (LN4 of lanes.h). `run`, `released` and `expired` are called
 * with it; code of rclio enters before it touches what belongs to the executor, and nests. All of it does nothing on a single-threaded
 * executor, whose one thread is lock enough. Thread: any; in a task the lock is let go of while the task is suspended. */
void executor_enter(rclio_executor *executor);
void executor_leave(rclio_executor *executor);
rclio_executor *executor_guard(rclio_executor *executor);
void executor_unguard(rclio_executor **executor);

/* From here to the end of the block. The executor must be there until then. */
#define EXECUTOR_GUARD(executor) \
    __attribute__((cleanup(executor_unguard), unused)) rclio_executor *guarded_executor = executor_guard(executor)

/* Around a call of user code: lets go of the lock however often it was entered, and takes it back. */
unsigned executor_release(rclio_executor *executor);
void executor_restore(rclio_executor *executor, unsigned depth);
#define USER_CODE(executor, call)                                 \
    do {                                                          \
        rclio_executor *of_user_code = (executor);                \
        unsigned entered_before = executor_release(of_user_code); \
        call;                                                     \
        executor_restore(of_user_code, entered_before);           \
    } while (0)

/* Keeps its memory, and what goes with futures: E4. Thread: any. */
rclio_executor *executor_ref(rclio_executor *executor);
void executor_unref(rclio_executor *executor);

bool executor_is_multi_threaded(const rclio_executor *executor);

/* Has run(arg) called as soon as the calling thread, which is in a turn of that executor or of a lane of it, has nothing more to run, or
 * leaves the turn. One at a time: another one that was put off is run first.
 * false: this one is put off already, or the thread is in no such turn: there will be no call for this one. */
bool executor_put_off(rclio_executor *executor, void (*run)(void *arg), void *arg);

/* false: another thread is inside a turn of the executor; of a multi-threaded one: the caller does not have the state lock.
 * Thread: any. */
bool executor_is_mine_or_free(const rclio_executor *executor);

struct source {
    ready_item ready;
    unsigned inside; /* runs in progress, maybe suspended */
    unsigned limit;  /* how many there may be: 1 unless it is reentrant (LN5) */
    bool again;      /* woken while `limit` were inside */
    bool finished;   /* source_fini was called */
    rclio_executor *executor;
    const char *name; /* lent: "subscription '/chatter'" */
    source_fn *run;
    source_fn
        *released; /* may be NULL: called once, on the executor's thread, when S4's last run has returned after source_fini */
};

void source_init(source *s, rclio_executor *executor, const char *name, source_fn *run, source_fn *released);
void source_wake(source *s);

/* Puts a new source into a strand, as one must that calls user code: what is in none is rclio's own work (LN6 of lanes.h). The strand must be there as long; `limit` as above. Thread: before anyone else knows the source. */
void source_set_strand(source *s, strand *in, unsigned limit);

/* Returns true when no run is in progress (released is called before it returns), false when released will come later. */
bool source_fini(source *s);

/* For sources without `released`, whose runs neither await nor call user code: waits for a run in another thread, letting go of the state
 * lock meanwhile; then the memory may go. thread as source_fini, not from run itself */
void source_fini_and_wait(source *s);

/* rclio_task_new() for a strand of a multi-threaded executor; NULL: none. The strand must be there until the task has run. */
rclio_task *task_new_in(rclio_executor *executor, strand *in, const char *name, rclio_task_fn *run, void *arg);

/* rclio_task_start() for work of rclio's own: no user code may run in it (LN6). */
rclio_status task_start_own(rclio_executor *executor, const char *name, rclio_task_fn *run, void *arg);
rclio_task *task_new_own(rclio_executor *executor, const char *name, rclio_task_fn *run, void *arg);

/* The same for done callbacks, as rclio_future_on_done(). */
rclio_status future_on_done_own(rclio_future *future, rclio_done_fn *done, void *arg);

/* true: the caller's is the last reference, so nobody will ever look at the future. thread any that holds a reference */
bool future_is_abandoned(rclio_future *future);

/* Timers of an executor: a heap on the steady clock. Arming allocates nothing. */
typedef struct timer timer;
typedef void timer_fn(timer *t); /* on the executor's thread, outside of tasks: must not await; wake a source instead */

struct timer {
    ready_item ready; /* T1: in the queue when another thread armed it */
    rclio_executor *executor;
    int64_t deadline_ns; /* RCLIO_FOREVER: not armed */
    timer_fn *expired;
    bool in_heap;
    atomic_llong wanted_ns; /* what another thread asked for */
    uint64_t sequence;      /* of equal deadlines the one armed first expires first */
    timer *child, *next, *previous;
};

void timer_init(timer *t, rclio_executor *executor, timer_fn *expired);

/* Arms or re-arms; RCLIO_FOREVER disarms. It expires once; `expired` may arm it again.
 * T1  From a thread that does not hold the executor's turn it is handed over through the ready queue: the last one to arm wins.
 * thread  any, for arming; a timer is one thread's to arm at a time */
rclio_status timer_arm(timer *t, int64_t deadline_ns);

/* When it returns, `expired` runs no more and the memory of `t` may go.
 * thread  the executor's, or any while nobody spins */
void timer_disarm(timer *t);

/* `stopped` is called by every spin or wait that rclio_executor_stop() ends, before that returns: what a signal handler could not do; and
 * by spin_some and dispatch while a stop is pending. It runs on the executor's thread, outside of tasks: must not await. The hook is its owner's until executor_off_stop(), which comes
 * while nobody else stops or spins it, or from its own thread. thread  any */
typedef struct stop_hook {
    list link;
    void (*stopped)(void *arg);
    void *arg;
} stop_hook;
void executor_on_stop(rclio_executor *executor, stop_hook *hook, void (*stopped)(void *arg), void *arg);
void executor_off_stop(rclio_executor *executor, stop_hook *hook);

/* For who owns an executor and things that its tasks use: cancels every task and runs them to their end while those things are still
 * there; sources do not run any more. rclio_executor_destroy() is still to come. thread  one that may spin it, once nobody does */
void executor_close(rclio_executor *executor);

#endif
