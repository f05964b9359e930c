/* python/extension/queue.h: what rclio's callbacks leave for Python, and who takes it.
 *
 *   QU1  No Python code runs on a stack of rclio's: a callback of rclio, which runs in a task with a small stack and without the
 *        interpreter, only puts an item here. A worker of the node's executor takes it and calls Python on its own stack (worker.c).
 *   QU2  An item points to its entity without a reference; whoever destroys an entity removes its items first, and from then on none
 *        is put.
 *   QU3  Items are taken in the order in which they came, except those that may not run yet. These wait where their reason is: with the
 *        node (in no executor), the entity (its callback has not ended) or the group (another callback of it runs), and come back to
 *        where their age puts them when it is gone.
 *   QU4  An entity keeps at most `limit` items; the oldest goes (KEEP_LAST). Events stand apart: they are not counted and do not go.
 *   QU5  Items that only end futures (`completes`) are in a line of their own, which any thread that waits takes from.
 *   QU6  A worker that is asleep is woken once for what is put into its lane, and not by what its own thread finds while it is awake.
 *   QU7  What an asked group refuses waits with the lane, and what its entity has after it as well. It comes back, to be asked again, when
 *        a callback of the lane has ended, when something is put into the lane, and when the executor is woken.
 * Threads: any (one mutex for all of an interpreter). */
#ifndef RCLIO_PYTHON_QUEUE_H
#define RCLIO_PYTHON_QUEUE_H

#include <rclio/rclio.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct py_entity;
struct py_item;
struct py_lane;

struct py_list {
    struct py_item *first, *last;
};

/* Of a callback group. `running` counts; a mutually exclusive one has 1 at most. */
struct py_turnstile {
    bool reentrant;
    bool asked; /* a program's own: its methods decide, and the queue lets all pass (group.h) */
    unsigned running;
    struct py_list parked;
};

/* Of a node: which executor's line its items stand in. */
struct py_home {
    struct py_lane *lane; /* NULL: it is in no executor */
    struct py_list parked;
};

/* Of an entity: its items, oldest first, wherever they stand. */
struct py_backlog {
    struct py_home *home;
    struct py_turnstile *group; /* NULL: in none, as if it had one of its own */
    struct py_item *first, *last;
    size_t count, limit; /* 0: no limit */
    unsigned busy;       /* callbacks that have begun and not ended */
    unsigned long came;  /* items so far */
    bool dead;
    bool refused; /* QU7 */
    struct py_list parked;
};

struct py_item {
    struct py_item *next, *previous, *next_of_entity;
    struct py_list *in; /* where it stands */
    int64_t sequence;   /* its age: when it came */
    struct py_entity *entity;
    struct py_backlog *backlog; /* the entity's; NULL: a task of the executor's, which is in no group */
    bool is_event;              /* QU4 */
    int what;                   /* which event of its entity it is, where there are several kinds (the entity's own numbers) */
    bool
        completes; /* it ends a future and runs no user's code: any thread that waits may take it, before all others and in no group */
    int64_t source_timestamp_ns, received_timestamp_ns;
    const uint8_t *bytes; /* a serialized message, lent by `kept` */
    size_t size;
    rclio_kept_bytes *kept;
    void *payload; /* anything else; yours to release, or to take: set it to NULL then */
    void (*release)(void *payload);
    unsigned long grant; /* the lane's, of which it was taken while its group is asked; 0: of none that counts */
    void *permit;        /* of an asked group, to be given back when the callback has ended (group.h); NULL: none */
};

/* One that may sleep until something is there for it: a worker, or a thread that waits for a future. */
struct py_sleeper {
    int wake_fd;          /* an eventfd, which nobody needs to read */
    struct py_lane *lane; /* NULL: it only takes what completes */
    bool asleep;
    struct py_sleeper *next, **link;            /* of those of the lane that are asleep */
    struct py_sleeper *next_of_all, **all_link; /* of all that are asleep */
};

/* An executor's line. */
struct py_lane {
    struct py_list ready;
    struct py_list refused; /* QU7 */
    long allowed;           /* how many items may be taken; -1: any number */
    long asking;            /* of those that were allowed, the items whose groups are asked now: they may come back */
    unsigned long grants;   /* py_lane_allow()'s so far */
    struct py_sleeper *asleep;
    struct py_sleeper *boss;   /* woken when `allowed` has come to 0; NULL: nobody */
    struct py_sleeper *grower; /* who waits and would start another thread of the executor; NULL: nobody */
    unsigned threads;          /* how many the executor may have */
    unsigned blocked;          /* of them, in a blocking call of a callback: they take nothing */
};

struct py_queue;

struct py_queue *py_queue_new(void); /* NULL: no memory */
void py_queue_destroy(struct py_queue *queue);

/* A copy of the item, with what it holds. false: no memory, or the entity is dead; what it held is released. */
bool py_queue_put(struct py_queue *queue, const struct py_item *item);
bool py_queue_put_task(struct py_queue *queue, struct py_lane *lane, const struct py_item *item);

/* The next item that may run; yours. Its entity is busy and its group entered until _leave and _end. NULL: none. */
struct py_item *py_queue_take(struct py_queue *queue, struct py_lane *lane);
struct py_item *py_queue_take_completing(struct py_queue *queue);
bool py_queue_has(struct py_queue *queue,
                  struct py_lane *lane); /* something stands in the lane, or completes. lane may be NULL */
/* QU7: an item of an asked group that was taken goes back, or begins. counts: it was one of those that the lane was allowed, all the same. */
void py_queue_refuse(struct py_queue *queue, struct py_lane *lane, struct py_item *item, bool counts);
void py_queue_begun(struct py_queue *queue, struct py_lane *lane, struct py_item *item);
void py_queue_recall(struct py_queue *queue, struct py_lane *lane); /* what was refused may be taken again */
/* The oldest item of this entity that is no event, wherever it stands, for who takes it instead of the callback. NULL: none. */
struct py_item *py_queue_take_of(struct py_queue *queue, struct py_backlog *backlog);
size_t py_queue_count_of(struct py_queue *queue, const struct py_backlog *backlog); /* how many there are */
void py_item_free(struct py_item *item);

void py_queue_leave(struct py_queue *queue, struct py_turnstile *group); /* a callback waits: the group is free. NULL: nothing */
bool py_queue_enter(struct py_queue *queue, struct py_turnstile *group); /* it goes on. false: another one runs */
void py_queue_enter_wait(struct py_queue *queue, struct py_turnstile *group); /* blocks until it may; without the interpreter */
void py_queue_end(struct py_queue *queue, struct py_backlog *backlog);        /* the callback has ended, after _leave */

void py_queue_empty(struct py_queue *queue, struct py_backlog *backlog);                /* removes all items of the entity */
void py_queue_close(struct py_queue *queue, struct py_backlog *backlog);                /* QU2: removes them, and it is dead */
void py_queue_move(struct py_queue *queue, struct py_home *home, struct py_lane *lane); /* into an executor, or out of it: NULL */
void py_queue_forget_lane(struct py_queue *queue, struct py_lane *lane); /* releases its tasks; no home may be in it any more */

/* Before it waits: false: there is something to do, it must not wait. After waiting: _awake. */
bool py_queue_sleep(struct py_queue *queue, struct py_sleeper *sleeper);
void py_queue_awake(struct py_queue *queue, struct py_sleeper *sleeper);
void py_queue_wake_all(struct py_queue *queue);
void py_sleeper_wake(struct py_sleeper *sleeper); /* whatever it does */

void py_lane_allow(struct py_queue *queue, struct py_lane *lane, long count); /* and wakes who sleeps there */
long py_lane_allowed(struct py_queue *queue, struct py_lane *lane);           /* how many are left */
void py_lane_grows(struct py_queue *queue, struct py_lane *lane,
                   struct py_sleeper *grower); /* it is woken for what nobody would take */
unsigned long py_backlog_came(struct py_queue *queue, const struct py_backlog *backlog);
void py_lane_block(struct py_queue *queue, struct py_lane *lane, bool blocked); /* one more of its threads, or one less */
bool py_lane_is_blocked(struct py_queue *queue, struct py_lane *lane);          /* all of its threads are */
bool py_lane_is_due(struct py_queue *queue, struct py_lane *lane);              /* something stands in it and may be taken */
bool py_lane_is_short(struct py_queue *queue, struct py_lane *lane); /* something may be taken, and nobody sleeps who would */

/* QU6: this thread lets rclio work now, or has done; `lane`: whose worker it is, NULL: nobody's. */
void py_queue_pumps(bool pumping, const struct py_lane *lane);

/* After fork: the mutex as new. */
void py_queue_after_fork(struct py_queue *queue);

#endif
