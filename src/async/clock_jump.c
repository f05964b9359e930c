/* src/async/clock_jump.c: changes of a clock's time and source, and who is called before and after.
 *
 *   CJ1  One thread at a time makes changes (`changing`); what is asked for meanwhile is kept in `wanted`, of neighbours that set the
 *        same thing only the newest (CK2).
 *   CJ2  Callbacks run without the lock. While a change is in progress handles stay in the list: who is destroyed then is marked, and
 *        swept at the end; who is added then takes part from the next change on (`round`).
 *   CJ3  A handle whose `before` was called gets `after` too, unless it was destroyed between.
 * Threads: any. Tests: tests/async/test_clock_jump.c. */
#include "async/clock.h"
#include "base/array.h"
#include "base/error.h"

#include <stdlib.h>

struct rclio_jump_handle {
    list link; /* [lock of the clock], as all that changes */
    rclio_clock *clock;
    rclio_jump_threshold threshold;
    rclio_jump_fn *before, *after;
    void *arg;
    uint64_t round;    /* when it was added */
    pthread_t calling; /* the thread that is inside a callback; 0: none */
    bool destroyed;
};

static void handle_free(rclio_jump_handle *handle)
{
    list_remove(&handle->link);
    free(handle);
}

static bool concerns(const rclio_jump_handle *handle, const rclio_time_jump *jump, uint64_t round) /* TIM-3, TIM-4 */
{
    const rclio_jump_threshold *t = &handle->threshold;
    if (handle->destroyed || handle->round == round) return false;
    if (jump->change != RCLIO_ROS_TIME_NO_CHANGE) return t->on_clock_change;
    return (t->min_forward_ns > 0 && jump->delta_ns >= t->min_forward_ns) ||
           (t->min_backward_ns < 0 && jump->delta_ns <= t->min_backward_ns);
}

/* Calls one callback of each handle that is concerned, without the lock (CJ2). */
static void call_back(rclio_clock *clock, const rclio_time_jump *jump, uint64_t round, bool before) REQUIRES(clock->lock)
{
    for (list *node = clock->jumps.next; node != &clock->jumps; node = node->next) {
        rclio_jump_handle *handle = list_entry(node, rclio_jump_handle, link);
        rclio_jump_fn *call = before ? handle->before : handle->after;
        if (!call || !concerns(handle, jump, round)) continue;
        handle->calling = pthread_self();
        mutex_unlock(&clock->lock);
        call(jump, handle->arg);
        mutex_lock(&clock->lock);
        handle->calling = 0;
        condition_signal_all(&clock->called_back);
    }
}

static void sweep(rclio_clock *clock) REQUIRES(clock->lock)
{
    list_each(node, &clock->jumps) {
        rclio_jump_handle *handle = list_entry(node, rclio_jump_handle, link);
        if (handle->destroyed) handle_free(handle);
    }
}

/* What the change means now. false: nothing changes, or nobody is to know (TIM-4). */
static bool is_jump(const rclio_clock *clock, const clock_change *change, rclio_time_jump *jump)
{
    bool active = atomic_load(&clock->active);
    if (change->what == CHANGE_TIME) {
        *jump = (rclio_time_jump){RCLIO_ROS_TIME_NO_CHANGE, change->time_ns - atomic_load(&clock->override_ns)};
        return active && jump->delta_ns != 0;
    }
    *jump = (rclio_time_jump){change->active ? RCLIO_ROS_TIME_ACTIVATED : RCLIO_ROS_TIME_DEACTIVATED, 0};
    return active != change->active;
}

static void make(rclio_clock *clock, const clock_change *change) REQUIRES(clock->lock)
{
    rclio_time_jump jump;
    if (change->what == CHANGE_ACTIVE && change->active == atomic_load(&clock->active)) return;
    bool known = is_jump(clock, change, &jump);
    uint64_t round = ++clock->round;
    if (known) call_back(clock, &jump, round, true);
    clock_apply(clock, change);
    if (known) call_back(clock, &jump, round, false);
}

static rclio_status want(rclio_clock *clock, const clock_change *change) REQUIRES(clock->lock) /* CJ1 */
{
    size_t size = clock->wanted.size;
    if (size > 0 && clock->wanted.data[size - 1].what == change->what) {
        clock->wanted.data[size - 1] = *change;
        return RCLIO_OK;
    }
    return array_append(&clock->wanted, *change) ? RCLIO_OK : rclio_error_status();
}

static bool take_wanted(rclio_clock *clock, clock_change *change) REQUIRES(clock->lock)
{
    if (clock->wanted.size == 0) return false;
    *change = clock->wanted.data[0];
    clock->wanted.size--;
    for (size_t i = 0; i < clock->wanted.size; i++) clock->wanted.data[i] = clock->wanted.data[i + 1];
    return true;
}

static rclio_status change_clock(rclio_clock *clock, clock_change change)
{
    mutex_lock(&clock->lock);
    if (clock->changing) {
        rclio_status status = want(clock, &change);
        mutex_unlock(&clock->lock);
        return status;
    }
    rclio_clock_ref(clock); /* a callback may drop the last one */
    clock->changing = true;
    do make(clock, &change);
    while (take_wanted(clock, &change));
    clock->changing = false;
    sweep(clock);
    mutex_unlock(&clock->lock);
    rclio_clock_unref(clock);
    return RCLIO_OK;
}

static rclio_status check_ros(const rclio_clock *clock)
{
    if (!clock) return rclio_fail_missing("there is no clock to set");
    if (clock->kind == RCLIO_CLOCK_ROS) return RCLIO_OK;
    return rclio_fail(RCLIO_INVALID, "only a ROS clock can be set, this is a %s clock",
                      clock->kind == RCLIO_CLOCK_STEADY ? "steady" : "system");
}

rclio_status rclio_clock_set_ros_time_active(rclio_clock *clock, bool active)
{
    rclio_status status = check_ros(clock);
    return status ? status : change_clock(clock, (clock_change){.what = CHANGE_ACTIVE, .active = active});
}

rclio_status rclio_clock_set_ros_time(rclio_clock *clock, int64_t time_ns)
{
    rclio_status status = check_ros(clock);
    if (status) return status;
    if (time_ns < 0 || time_ns > RCLIO_FOREVER / 2)
        return rclio_fail(RCLIO_INVALID, "%lld ns is no ROS time: it may be 0 to %lld", (long long)time_ns,
                          (long long)(RCLIO_FOREVER / 2));
    return change_clock(clock, (clock_change){.what = CHANGE_TIME, .time_ns = time_ns});
}

/* ---- handles ---- */

static rclio_status check_threshold(const rclio_jump_threshold *threshold)
{
    if (!threshold || (!threshold->on_clock_change && !threshold->min_forward_ns && !threshold->min_backward_ns))
        return rclio_fail(RCLIO_INVALID, "a jump callback needs a threshold: on_clock_change, min_forward_ns or min_backward_ns");
    if (threshold->min_forward_ns < 0)
        return rclio_fail(RCLIO_INVALID, "min_forward_ns is %lld: it may not be negative", (long long)threshold->min_forward_ns);
    if (threshold->min_backward_ns > 0)
        return rclio_fail(RCLIO_INVALID, "min_backward_ns is %lld: it may not be positive",
                          (long long)threshold->min_backward_ns);
    return RCLIO_OK;
}

rclio_jump_handle *rclio_clock_on_jump(rclio_clock *clock, const rclio_jump_threshold *threshold, rclio_jump_fn *before,
                                       rclio_jump_fn *after, void *arg)
{
    if (!clock) return NULL; /* the first error stands */
    if (!before && !after) return rclio_fail_null(RCLIO_INVALID, "a jump callback needs a function to call before or after");
    if (check_threshold(threshold)) return NULL;
    rclio_jump_handle *handle = calloc(1, sizeof *handle);
    if (!handle) return rclio_fail_null(RCLIO_NO_MEMORY, "out of memory for a jump callback");
    handle->clock = rclio_clock_ref(clock);
    handle->threshold = *threshold;
    handle->before = before;
    handle->after = after;
    handle->arg = arg;
    mutex_lock(&clock->lock);
    handle->round = clock->changing ? clock->round : 0; /* CJ2; rounds start at 1 */
    list_append(&clock->jumps, &handle->link);
    mutex_unlock(&clock->lock);
    return handle;
}

void rclio_jump_handle_destroy(rclio_jump_handle *handle)
{
    if (!handle) return;
    rclio_clock *clock = handle->clock;
    mutex_lock(&clock->lock);
    handle->destroyed = true;
    handle->before = handle->after = NULL;
    if (clock->changing) {
        uint64_t round = clock->round;
        while (clock->changing && clock->round == round && handle->calling && handle->calling != pthread_self())
            condition_wait(&clock->called_back, &clock->lock);
    } else {
        handle_free(handle);
    }
    mutex_unlock(&clock->lock);
    rclio_clock_unref(clock);
}
