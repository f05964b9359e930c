/* python/extension/worker.h: executors and what runs their callbacks: a worker for each asyncio loop.
 *
 *   WO1  A worker belongs to one loop and so to one thread at a time. An executor of one thread has one worker, others have several.
 *   WO2  Callbacks run in select() of the loop's selector, between two waits: asyncio runs nothing then, and no task is current. In a
 *        loop that is not ours they run in a reader of that loop.
 *   WO3  select() comes back to asyncio only when that has work: its loop was called (call_soon, call_at, stop), a file of its is ready,
 *        or its timeout is over. At most 64 items or 1 ms pass between two looks at its files.
 *   WO4  What a callback raises is given to report(), then raised out of the loop; of a step of a coroutine at the next select().
 *   WO5  A worker that is not active is a plain selector.
 *   WO6  A signal ends the wait of the main thread, from begin() to end() (signals.h).
 *   WO7  In a loop of ours a wait is one system call, epoll_pwait2: for asyncio's files and wakers, rclio's edges, and until asyncio's timeout
 *        or rclio's next deadline, whichever is sooner (rclio_executor_wait_begin). Other loops cannot wait until a deadline of ours, and
 *        before Linux 5.11 none can: they wait for rclio_executor_fd().
 *   WO8  An edge that select() took while the worker is active is followed by a pump before the next wait. A worker that is not active lets
 *        go of the file instead, which is an edge again where it is watched again.
 * Threads: the interpreter's, attached, but for the waits. */
#ifndef RCLIO_PYTHON_WORKER_H
#define RCLIO_PYTHON_WORKER_H

#include "entity.h"
#include "until.h"

struct py_executor {
    PyObject_HEAD struct py_state *state;
    PyObject *references;
    struct py_lane lane;
    bool ended;       /* shut down */
    bool many;        /* more than one worker: groups matter to steps of coroutines */
    PyObject *nodes;  /* a list of _rclio.Node */
    PyObject *boss;   /* a waker: who spins, with many; NULL: not set */
    PyObject *report; /* report(entity or None, exception): True: it is to be raised. NULL: not set */
    PyObject *ask;    /* ask(): has waitables looked at; NULL: there are none */
};

struct py_source {
    struct py_context *context; /* owned */
    int fd;                     /* in the worker's epoll; -1: none yet (WO7) */
};

#define PY_SOURCES 8

/* One spin, or one wait inside a callback of it (nested.h). */
struct py_spin {
    bool once;
    int64_t deadline; /* -1: none */
    PyObject *until;  /* a future; NULL: none */
    size_t ran;       /* so far */
};

struct py_worker {
    PyObject_HEAD struct py_state *state;
    struct py_executor *executor;
    struct py_sleeper sleeper;
    int epoll_fd;       /* the selector's, or `own_epoll` */
    int own_epoll;      /* for a loop that is not ours; -1: none */
    bool is_direct;     /* WO7 */
    unsigned looks;     /* without waiting, so far */
    PyObject *get_key;  /* of the selector */
    PyObject *loop;     /* NULL: let go */
    bool is_ours;       /* the loop is a LoopMixin */
    PyObject *failures; /* [(task, whether its exception is to be raised)] */
    PyObject *live;     /* a set: suspended tasks, which asyncio holds weakly */
    struct py_source sources[PY_SOURCES];
    size_t source_count;
    int signals;        /* what py_signals_begin() returned, from begin() to end() */
    bool hears_signals; /* its epoll has that */
    bool active, debug;
    struct py_spin spin;
    PyObject *waker; /* of spin.until, while no callback blocks; NULL: none */
    double slow;     /* seconds, with debug */
    unsigned depth;  /* how many callbacks block inside each other (nested.h) */
    bool blocked;    /* counted in the lane */
    bool has_warned, select_failed, callback_failed;
    unsigned long steps;                    /* of the loop's tasks that select() has let run */
    unsigned long own_stops, foreign_stops; /* of the loop: by us so far; by others when the spin began */
    PyObject *kept;                         /* a list of exceptions (NE3) */
    PyObject *context;                      /* in which the spin began */
    struct py_worker *next_active, **active_link;
};

/* Where a callback runs: what a blocking call in it leaves. Borrowed. */
struct py_place {
    struct py_worker *worker; /* NULL: not in a callback */
    PyObject *group;          /* NULL: in none */
};

struct py_place py_place(void);                      /* of this thread */
struct py_place py_place_set(struct py_place place); /* what it was before */

/* entity->kind->call in a copy of the context, as asyncio calls its handles. */
PyObject *py_call_entity(struct py_entity *entity, struct py_item *item);

/* Runs one item, which it frees. -1 with an exception. */
int py_worker_run(struct py_worker *self, struct py_item *item);

/* The one that runs callbacks in the asyncio loop that runs here; NULL: there is none. Borrowed. */
struct py_worker *py_worker_here(struct py_state *state);

/* select.c's, beside nested.c's */
PyObject *py_worker_select(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *keywords);
PyObject *py_worker_dispatch(PyObject *self, PyObject *unused);
int py_worker_add_source(struct py_worker *self, struct py_context *context); /* -1 with an exception */
void py_worker_drop_source(struct py_worker *self, size_t at);
int py_worker_stop(struct py_worker *self); /* its loop. -1 with an exception */
/* -1 with the first exception that is to be raised. only_quiet: what is not to be raised is looked at, up to what is. */
int py_worker_look_at_failures(struct py_worker *self, bool only_quiet);

/* nested.c's */
int py_worker_batch(struct py_worker *self);  /* runs what is there, to a bound. -1 with an exception */
bool py_worker_is_ok(struct py_worker *self); /* false: a context is closed or shut down */
bool py_worker_wait_for(struct py_worker *self, struct py_context *const *contexts, size_t count); /* false with an exception */
void py_worker_forget(struct py_worker *self, size_t sources);                                     /* all but so many */
/* Somebody else has stopped the loop while it ran nested: that means the outermost spin. -1 with an exception. */
int py_worker_stops_again(struct py_worker *self);
bool py_worker_block(struct py_worker *self, bool blocked); /* what it was before */
/* A waker: select() looks around when the future is over. NULL with an exception. */
PyObject *py_worker_watch(struct py_worker *self, PyObject *future);
void py_worker_unwatch(struct py_state *state, PyObject *future, PyObject *waker); /* takes the waker, which may be NULL */

/* Ends the futures that can be ended. How many items that were; -1 with an exception. */
int py_run_completing(struct py_state *state);

/* Reports the exception that is set, which is gone then; the next to look raises it, if it is to be raised. */
void py_worker_raise_later(struct py_worker *self, PyObject *entity);

/* Reports the exception that is set. -1: it is still set, to be raised. 0: it is gone. */
int py_executor_report(struct py_executor *self, PyObject *entity);

/* A task, about to fail, whose exception is looked at, and raised, at the next select(). Borrows. */
void py_worker_fail(struct py_worker *self, PyObject *task, bool raise);

/* true: the future is over. -1 with an exception */
int py_is_over(struct py_state *state, PyObject *future);

/* --- runner.c: coroutines that callbacks returned ----------------------------------------------------------------------------- */

/* Starts one as a task whose first step runs at once. Takes `item` and the reference to `group`, and leaves the group. A failure has been
 * reported; -1: it is to be raised, and set. */
int py_run_coroutine(struct py_worker *worker, PyObject *coroutine, struct py_item *item, PyObject *group);

/* A task of `loop`; its first step has run where that can be. in_select: no task is current, asyncio runs nothing. NULL with an exception. */
PyObject *py_begin_task(struct py_state *state, PyObject *coroutine, PyObject *loop, bool in_select);

PyObject *py_begin_function(PyObject *module, PyObject *args);

/* --- loop.c: LoopMixin -------------------------------------------------------------------------------------------------------- */

unsigned long py_loop_calls(PyObject *loop);   /* how often it was called so far; of a LoopMixin */
unsigned long py_loop_stops(PyObject *loop);   /* stop() of those */
unsigned long py_loop_steps(PyObject *loop);   /* call_soon() of those for a step of a task */
void py_loop_capture(PyObject *loop, bool on); /* the next call_soon() is kept instead */
bool py_loop_captured(PyObject *loop, PyObject **callback, PyObject **context); /* new references; false: there was none */

#endif
