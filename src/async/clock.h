/* src/async/clock.h: the inside of a clock: what sleeps, rates and timers of nodes wait by.
 *
 *   CL1  `active` and `override_ns` are written under the lock, by the one thread that makes changes (`changing`); any reads them.
 *   CL2  An alarm is in `alarms` while it is set, and in `reaching` too while ROS time is active and has not reached it.
 *   CL3  ROS time that reaches an alarm wakes it: the earliest first, of equal ones the one set first (CK3). So does every change of
 *        the source. `wake` runs under the clock's lock in the thread that changes the time: it marks something ready, no more.
 *   CL4  On all other time an alarm's owner looks again at the steady point that clock_alarm_look() gave: at most LOOK_NS later on
 *        the system clock, so that a step of that is noticed.
 *   CL5  A periodic alarm keeps `since_ns`, the time of its last call. A clock that shows less than that has been set back: the alarm
 *        is then due one period from now (CK4). INT64_MAX: it was set by another source, and no time has come from the new one yet.
 * Threads: any, one at a time for each alarm. */
#ifndef RCLIO_ASYNC_CLOCK_H
#define RCLIO_ASYNC_CLOCK_H

#include "async/timer_heap.h"
#include "base/list.h"
#include "base/thread.h"
#include "rclio/clock.h"

/* Sleeps that end together: those of one context. Reference counted, as clocks outlive contexts. */
typedef struct sleep_scope sleep_scope;
sleep_scope *sleep_scope_new(void); /* NULL with the error set */
sleep_scope *sleep_scope_ref(sleep_scope *scope);
void sleep_scope_unref(sleep_scope *scope);

/* From now on sleeps end with RCLIO_SHUTDOWN; those that are in progress do when sleep_scope_wake() comes. thread any; async-signal-safe */
void sleep_scope_close(sleep_scope *scope);
void sleep_scope_wake(sleep_scope *scope); /* thread any */

typedef struct clock_change {
    enum { CHANGE_TIME, CHANGE_ACTIVE } what;
    int64_t time_ns;
    bool active;
} clock_change;

struct rclio_clock {
    atomic_size_t references;
    rclio_clock_kind kind;
    rclio_executor *executor; /* of its node; NULL: none. A reference */
    sleep_scope *scope;       /* of its node's context; NULL: none. A reference */
    atomic_bool active;       /* CL1 */
    atomic_llong override_ns; /* CL1 */
    mutex lock;
    condition called_back; /* a jump callback has returned */
    list alarms;           /* [lock] CL2 */
    timer_heap reaching;   /* [lock] CL2 */
    list jumps;            /* [lock] of rclio_jump_handle */
    uint64_t round;        /* [lock] of changes that call back */
    bool changing;         /* [lock] */
    struct {
        clock_change *data;
        size_t size, capacity;
    } wanted; /* [lock] changes that came meanwhile: CK2 */
};

/* The clock of a node. `executor` and `scope` may be NULL; takes references. */
rclio_clock *clock_new_for(rclio_clock_kind kind, rclio_executor *executor, sleep_scope *scope);

typedef struct clock_alarm clock_alarm;
struct clock_alarm {
    list link;
    timer at; /* of `reaching`; at.deadline_ns is when it is due */
    int64_t since_ns;
    int64_t period_ns; /* negative: not periodic */
    bool steady;       /* goes by the steady clock, not the system's, while ROS time is not active */
    bool set, source_changed;
    uint64_t skipped; /* periods that passed without a call, ever */
    void (*wake)(clock_alarm *alarm);
};

void clock_alarm_init(clock_alarm *alarm, void (*wake)(clock_alarm *alarm));

/* What the clock shows to this alarm (`steady`). */
int64_t clock_alarm_now(const rclio_clock *clock, const clock_alarm *alarm);

/* Sets it, or again: due at `deadline_ns`, a periodic one at most a period from now; last call now. Look at it at once: it may be due. */
void clock_alarm_set(rclio_clock *clock, clock_alarm *alarm, int64_t deadline_ns);

/* Sets it, or again: due one period from now. returns when to look, as clock_alarm_look(); INT64_MIN: it is due. */
int64_t clock_alarm_start(rclio_clock *clock, clock_alarm *alarm, int64_t period_ns);
void clock_alarm_set_period(rclio_clock *clock, clock_alarm *alarm, int64_t period_ns); /* from the next call on */
void clock_alarm_clear(rclio_clock *clock, clock_alarm *alarm); /* `wake` is not called any more when it returns */

/* true: due (or not periodic and the source has changed: source_changed). Else *look_ns is when to look again on the steady clock;
 * RCLIO_FOREVER: wait for `wake`, or it is not set. */
bool clock_alarm_look(rclio_clock *clock, clock_alarm *alarm, int64_t *look_ns);
bool clock_alarm_look_locked(rclio_clock *clock, clock_alarm *alarm, int64_t *look_ns) REQUIRES(clock->lock);

/* The same, and when it is due that is its call: it is cleared, or with `again` set to the first multiple of the period after now
 * (TIM-5); *look_ns is for that then, INT64_MIN when it is due as well. */
bool clock_alarm_take(rclio_clock *clock, clock_alarm *alarm, bool again, int64_t *look_ns);

int64_t clock_alarm_left(rclio_clock *clock, clock_alarm *alarm);  /* until due; RCLIO_FOREVER: unknown or not set */
int64_t clock_alarm_since(rclio_clock *clock, clock_alarm *alarm); /* since the last call; 0: unknown */

/* clock_jump.c's way to make a change once `before` has been called: moves the time and wakes alarms. */
void clock_apply(rclio_clock *clock, const clock_change *change) REQUIRES(clock->lock);

/* clock_sleep.c. periodic: as a rate, else ended by a change of the source. `scope` may be NULL. */
typedef struct sleep_plan {
    rclio_clock *clock;
    sleep_scope *scope;
    int64_t until_ns;
    int64_t period_ns; /* negative: not periodic */
    const char *file;
    int line;
} sleep_plan;

/* As rclio_clock_sleep_until; `executor`: the one to sleep in outside of tasks; NULL: the thread blocks. */
rclio_status sleep_by_clock(const sleep_plan *plan, rclio_executor *executor);
rclio_status block_by_clock(const sleep_plan *plan); /* blocks the thread, spins nothing */

#endif
