/* include/rclio/clock.h: what time it is: system, steady and ROS time; jumps; sleeping by a clock; rates. Floor: async.
 *
 *   CK1  A ROS clock tells the system's time until ROS time is activated, then the last time it was set to; 0 before the first.
 *   CK2  Setting the time, or its source, calls the `before` callbacks whose threshold is met, makes the change, and calls their
 *        `after` callbacks, all in the thread that sets. A change that is asked for meanwhile (by another thread, or by one of these
 *        callbacks) is made after it, by the same thread; of several times only the newest.
 *   CK3  Who sleeps or waits by a clock wakes in the order of the times waited for, however far it jumped.
 *   CK4  After a jump back a sleep goes on until its time is reached again; timers and rates whose last call lies in the future from
 *        then on are due one period after the new time.
 *   CK5  A change of the source ends sleeps (RCLIO_UNAVAILABLE: their time means nothing any more); timers and rates keep what is
 *        left of their period.
 * A node has a clock (rclio_node_clock) whose ROS time follows /clock while `use_sim_time` is set; docs/time.md. */
#ifndef RCLIO_CLOCK_H
#define RCLIO_CLOCK_H

#include "rclio/task.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum rclio_clock_kind { RCLIO_CLOCK_ROS = 1, RCLIO_CLOCK_SYSTEM, RCLIO_CLOCK_STEADY } rclio_clock_kind;

typedef struct rclio_clock rclio_clock;

/* A clock that belongs to no node. returns one reference; NULL with the error set: RCLIO_INVALID (the kind), RCLIO_NO_MEMORY. thread any */
RCLIO_API rclio_clock *rclio_clock_new(rclio_clock_kind kind);
RCLIO_API rclio_clock *rclio_clock_ref(rclio_clock *clock);
RCLIO_API void rclio_clock_unref(rclio_clock *clock); /* NULL is allowed */

RCLIO_API rclio_clock_kind rclio_clock_get_kind(const rclio_clock *clock); /* thread any */

/* Nanoseconds: since 1970 on the system clock, since some start on the steady one, CK1 on a ROS clock. thread any, without a lock */
RCLIO_API int64_t rclio_clock_now(const rclio_clock *clock);

/* ---- ROS time ---- */

/* true: a ROS clock whose time is set, not the system's. thread any */
RCLIO_API bool rclio_clock_is_ros_time_active(const rclio_clock *clock);

/* Switches the source. Nothing happens when it is so already. A time that was set before is kept.
 * fails   RCLIO_INVALID: not a ROS clock; RCLIO_NO_MEMORY: a change is in progress and no more can be remembered (CK2)
 * thread  any
 * wire    TIM-3 */
RCLIO_API rclio_status rclio_clock_set_ros_time_active(rclio_clock *clock, bool active);

/* The new ROS time, silently kept while it is not active. fails also RCLIO_INVALID: a negative time. thread any. wire TIM-4 */
RCLIO_API rclio_status rclio_clock_set_ros_time(rclio_clock *clock, int64_t time_ns);

/* ---- jumps ---- */

typedef enum rclio_clock_change {                               /* upstream's values */
                                  RCLIO_ROS_TIME_NO_CHANGE = 1, /* ROS time was active and has another value */
                                  RCLIO_ROS_TIME_ACTIVATED,
                                  RCLIO_ROS_TIME_DEACTIVATED,
                                  RCLIO_SYSTEM_TIME_NO_CHANGE,
} rclio_clock_change;

typedef struct rclio_time_jump {
    rclio_clock_change change;
    int64_t delta_ns; /* new time less old time; 0 when the source changes */
} rclio_time_jump;

typedef struct rclio_jump_threshold { /* which jumps are of interest; all zero: none */
    bool on_clock_change;
    int64_t min_forward_ns;  /* 0: no jump forward; else those by at least so much, 1: every one */
    int64_t min_backward_ns; /* 0: no jump back; negative: those by at least so much */
} rclio_jump_threshold;

typedef void rclio_jump_fn(const rclio_time_jump *jump, void *arg);
typedef struct rclio_jump_handle rclio_jump_handle;

/* CK2. Of several callbacks the one added first is called first. `before` or `after` may be NULL. They should be short: no time passes
 * on this clock until they return.
 * returns  a handle, which holds a reference of the clock; NULL with the error set: RCLIO_INVALID (no callback, no threshold, a sign
 *          that is wrong), RCLIO_NO_MEMORY.
 * thread   any; the callbacks run in the thread that changes the time: of a node's clock, in a task of its executor
 * wire     TIM-3, TIM-4 */
RCLIO_API rclio_jump_handle *rclio_clock_on_jump(rclio_clock *clock, const rclio_jump_threshold *threshold, rclio_jump_fn *before,
                                                 rclio_jump_fn *after, void *arg);

/* The callbacks are not called any more when it returns; it waits for one that runs in another thread. Allowed in the callback itself.
 * NULL is allowed. thread any */
RCLIO_API void rclio_jump_handle_destroy(rclio_jump_handle *handle);

/* ---- sleeping ---- */

/* Suspends the task until the clock shows at least this time; at once when it does. Outside of tasks: by a node's clock the node's
 * executor is spun meanwhile as by rclio_await (K2), so that /clock is heard; by another clock the thread blocks.
 * returns  RCLIO_OK; RCLIO_CANCELLED: the task was; RCLIO_SHUTDOWN: the context of the clock's node ended; RCLIO_UNAVAILABLE: the
 *          clock's source changed (CK5); RCLIO_BAD_STATE: not allowed here
 * thread   as rclio_await */
#define rclio_clock_sleep_until(clock, time_ns) rclio_clock_sleep_until_at((clock), (time_ns), __FILE__, __LINE__)
#define rclio_clock_sleep_for(clock, duration_ns) rclio_clock_sleep_for_at((clock), (duration_ns), __FILE__, __LINE__)
RCLIO_API rclio_status rclio_clock_sleep_until_at(rclio_clock *clock, int64_t time_ns, const char *file, int line);
RCLIO_API rclio_status rclio_clock_sleep_for_at(rclio_clock *clock, int64_t duration_ns, const char *file, int line);

/* A loop of a fixed period: `while (rclio_rate_sleep(rate) == RCLIO_OK) ...`. Each sleep lasts until the next multiple of the period
 * since the rate was made or reset; when that has passed already it returns at once, and multiples missed by then are skipped. */
typedef struct rclio_rate rclio_rate;

/* Takes a reference of the clock. NULL with the error set: RCLIO_INVALID: a period that is not 1 ns or more. thread any */
RCLIO_API rclio_rate *rclio_rate_new(rclio_clock *clock, int64_t period_ns);
RCLIO_API void rclio_rate_destroy(rclio_rate *rate); /* NULL is allowed. thread any, while nobody sleeps by it */

/* returns as rclio_clock_sleep_until, but for RCLIO_UNAVAILABLE: it goes on after CK5. thread one at a time; as rclio_await */
#define rclio_rate_sleep(rate) rclio_rate_sleep_at((rate), __FILE__, __LINE__)
RCLIO_API rclio_status rclio_rate_sleep_at(rclio_rate *rate, const char *file, int line);
RCLIO_API void rclio_rate_reset(rclio_rate *rate);            /* the next sleep ends one period from now. thread as sleep */
RCLIO_API int64_t rclio_rate_period(const rclio_rate *rate);  /* thread any */
RCLIO_API uint64_t rclio_rate_missed(const rclio_rate *rate); /* multiples that were skipped so far. thread as sleep */

/* ---- conversions ---- */

/* The point of the steady clock (rclio_now_steady, rclio_await_until) at which this clock will show `time_ns`, if it goes on as now.
 * fails RCLIO_UNAVAILABLE: active ROS time, which nobody can foretell. thread any */
RCLIO_API rclio_status rclio_clock_to_steady(const rclio_clock *clock, int64_t time_ns, int64_t *steady_ns);

/* Between nanoseconds and the two members of builtin_interfaces/msg/Time and Duration. The second is never negative seconds of
 * nanoseconds: -1 ns is {-1, 999999999}. What does not fit becomes the nearest that does. thread any */
RCLIO_API int64_t rclio_time_join(int32_t seconds, uint32_t nanoseconds);
RCLIO_API void rclio_time_split(int64_t time_ns, int32_t *seconds, uint32_t *nanoseconds);

#ifdef __cplusplus
}
#endif
#endif
