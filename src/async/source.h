/* src/async/source.h: what middleware and nodes use of an executor: sources of work that any thread may mark ready, and timers.
 *
 *   S1  A source is in its executor's ready queue at most once; source_wake() exchanges `queued` and the winner pushes.
 *   S2  A source has left the queue before `run` is called, so run may make it ready again; while it is suspended in an await it is not
 *       run again: wakes are remembered and it is queued once it has returned.
 *   S3  `run` is called on the executor's thread in a task of its own. It should handle a bounded batch and wake itself again when
 *       there is more.
 *   S4  source_fini() may be called from run itself or from any other code on the executor's thread, or while nobody spins; after it
 *       returns, run is not called again (a call that is suspended goes on: the memory of whatever holds the source must be kept by
 *       its own reference until run has returned; `released` tells when).
 * Threads: source_wake from any, without a lock; the rest on the executor's thread or before anyone else knows the source. */
#ifndef RCLIO_ASYNC_SOURCE_H
#define RCLIO_ASYNC_SOURCE_H

#include "rclio/executor.h"
#include "rclio/task.h"

#include <stdatomic.h>

typedef struct source source;
typedef void source_fn(source *s);

struct source {
    _Atomic(source *) next; /* of the ready queue */
    atomic_bool queued;
    bool running; /* inside run, maybe suspended */
    bool again;   /* woken while running */
    bool finished;
    rclio_executor *executor;
    const char *name; /* lent: "subscription '/chatter'" */
    source_fn *run;
    source_fn *released; /* may be NULL: called once, on the executor's thread, when S4's last run has returned after source_fini */
};

void source_init(source *s, rclio_executor *executor, const char *name, source_fn *run, source_fn *released);
void source_wake(source *s);

/* Returns true when no run is in progress (released is called before it returns), false when released will come later. */
bool source_fini(source *s);

/* Timers of an executor: a heap on the steady clock behind one timerfd. */
typedef struct timer timer;
typedef void timer_fn(timer *t); /* on the executor's thread, outside of tasks: must not await; wake a source instead */

struct timer {
    rclio_executor *executor;
    int64_t deadline_ns; /* RCLIO_FOREVER: not armed */
    size_t heap_index;   /* SIZE_MAX: not in the heap */
    timer_fn *expired;
};

void timer_init(timer *t, rclio_executor *executor, timer_fn *expired);
rclio_status timer_arm(timer *t, int64_t deadline_ns); /* re-arms; thread: the executor's, or any while holding no turn (it is handed over) */
void timer_disarm(timer *t);                           /* thread: the executor's */

#endif
