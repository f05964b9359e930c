/* src/async/lanes.h: what makes an executor multi-threaded: a fixed pool of lanes that share its jobs, and the state lock.
 *
 *   LN1  A lane is an executor of its own (queue, timers, files, stacks) with a thread, `rclio-exec-N`. A job, that is a source, a call
 *        or a task to start, goes to the lane that takes it; what it starts stays there until it ends (E5).
 *   LN2  Lanes take jobs only while the gate is open: while somebody spins the executor. What has begun goes on.
 *   LN3  No lost wake-up: a lane counts itself idle and looks at the jobs under one lock; who adds a job, or leaves some behind, wakes
 *        an idle lane. A lane that has work of its own leaves jobs to idle lanes,
 *        one that comes to rest to one that is coming.
 *   LN4  The state lock is the turn of the entities: rclio's own code for sources and timers runs with it, so it may think itself in one
 *        thread; it lets go of it around user code, and when it awaits. Order: state lock, then a lock of an entity or context, then the
 *        lock of futures or of the lanes.
 *   LN5  A source runs at most `limit` times at once (1 unless it is reentrant); wakes beyond that are remembered (S2).
 *   LN6  One lane more, `rclio-exec-own`, runs rclio's own work and no user code: sources that are in no strand (responses, the graph)
 *        and tasks made for it. So user code that blocks every other thread does not hold up what it waits for. It needs no gate.
 *   LN7  A blocked thread holds up the tasks that are suspended on it: lanes that have some leave jobs to idle ones that have none.
 * Threads: as each says. Tests: tests/async/test_lanes.c. */
#ifndef RCLIO_ASYNC_LANES_H
#define RCLIO_ASYNC_LANES_H

#include "async/strand.h"
#include "base/list.h"
#include "base/thread.h"
#include "rclio/task.h"

struct source;

typedef struct lane {
    struct lane_pool *pool;
    rclio_executor *executor;
    thread thread;
    bool is_own;      /* LN6 */
    list idle_link;   /* [pool] in `idle` while it rests and nobody has woken it */
    bool rests;       /* [pool] it has nothing of its own to do either */
    bool is_coming;   /* [pool] woken for a job, has not looked yet */
    size_t suspended; /* [pool] its tasks, when it came to rest */
} lane;

typedef struct lane_pool {
    rclio_executor *root;
    mutex lock;        /* of all that is marked [pool] or [lanes] */
    condition changed; /* a lane came to rest, a strand became empty or was given to a thread */
    ready_item jobs;   /* [pool] head of a circle, the oldest first */
    ready_item
        reserved; /* [pool] the same for jobs whose strand is kept for them; they go first; empty while the gate is closed */
    ready_item own_jobs; /* [pool] LN6 */
    list idle;           /* [pool] lanes but that of LN6: those without suspended tasks first (LN7), the last to rest first */
    size_t allowance;    /* [pool] LN2: how many jobs may be taken */
    size_t coming;       /* [pool] lanes that are */
    bool stays_open, ending;
    size_t rests;   /* [pool] how often a lane came to rest */
    size_t started; /* [pool] jobs taken */
    mutex state;    /* LN4 */
    _Atomic(pthread_t) state_owner;
    unsigned state_depth; /* the owner's */
    size_t count;         /* LN6's, the last, included */
    lane lanes[];
} lane_pool;

/* Spinning before a sleep, if it pays. [turn] */
typedef struct idle_spin {
    int64_t limit_ns; /* 0: never */
    int luck;         /* up when work came while it spun, down when not; at 0 only every SPIN_PROBE-th sleep tries */
    unsigned skipped;
} idle_spin;
void idle_spin_init(idle_spin *spin, int64_t limit_ns);
bool idle_spin_awaits(rclio_executor *executor); /* true: there is something to do, no sleep is needed */

/* Starts the threads. NULL with the error set. thread  before anyone else knows the executor */
lane_pool *lanes_new(rclio_executor *root, size_t count, const rclio_executor_options *options);

/* Ends and joins the threads; nothing may run or be suspended any more. thread  outside of the executor */
void lanes_destroy(lane_pool *pool);

/* LN2: lets lanes take up to `jobs` (SIZE_MAX: no limit); the executor is woken when the last is taken. thread any */
void lanes_open(lane_pool *pool, size_t jobs);
void lanes_close(lane_pool *pool);
void lanes_stay_open(lane_pool *pool); /* from now on: it is embedded */

/* Adds a claimed item. thread any */
void lanes_push(lane_pool *pool, ready_item *item);
bool lanes_has_jobs(lane_pool *pool);
size_t lanes_started(lane_pool *pool); /* jobs taken, ever */

/* Waits until no job can be taken and no lane runs anything (suspended tasks do not count), or the deadline. thread  outside */
bool lanes_wait_quiet(lane_pool *pool, int64_t deadline_ns);

/* For the end: waits until a lane has come to rest since `*rests` was read, unless all have ended: then it returns true. thread outside */
size_t lanes_rests(lane_pool *pool);
bool lanes_wait_end(lane_pool *pool, size_t rests);

/* S4 for sources of lanes: true when no run is in progress. */
bool lanes_finish_source(lane_pool *pool, struct source *s);

/* Waits until no run of a finished source without `released` is in progress. thread  any without the state lock, but its run's */
void lanes_await_source(lane_pool *pool, struct source *s);

/* run.c, on a lane: the job has returned. Returns true when `released` of a finished source is to be called. */
bool lanes_end_source(lane_pool *pool, struct source *s);
void lanes_leave_strand(lane_pool *pool, strand *s);

/* A task of a lane is about to be suspended: it leaves its strand (ST2) and the state lock. Returns what executor_restore() wants. */
unsigned lane_leave(rclio_task *task);

/* true: the task is in its strand and may go on; false: it will be pushed again when it is. */
bool lane_reenter(rclio_task *task);

/* Around blocking a thread that runs a task of a lane (ST2); NULL and tasks of others: nothing. */
void lane_block(rclio_task *task);
void lane_unblock(rclio_task *task);

#endif
