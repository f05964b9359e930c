/* src/async/wait.c: how tasks, and threads outside of tasks, wait: await, sleep, yield.
 *
 *   WA1  The last error and errno are the thread's, tasks take turns on it: both are kept across a suspension. They are reached
 *        through functions that are not inlined, so no address of a thread-local variable lives in a frame that is suspended.
 *   WA2  An await looks, in this order, at: what it waits for, cancellation, the deadline. An await that begins delivers
 *        cancellation first. */
#include "async/task.h"
#include "base/clock.h"
#include "base/error.h"

#include <errno.h>
#include <string.h>
#include <time.h>

struct saved_error {
    rclio_status status;
    int number; /* errno */
    char text[RCLIO_ERROR_SIZE];
};

static __attribute__((noinline)) void save_error(struct saved_error *saved)
{
    saved->number = errno;
    saved->status = rclio_error_status();
    if (saved->status) strcpy(saved->text, rclio_error());
}

static __attribute__((noinline)) void restore_error(const struct saved_error *saved)
{
    if (saved->status)
        rclio_error_set(saved->status, saved->text);
    else if (rclio_error_status())
        rclio_error_clear();
    errno = saved->number;
}

/* Back to the executor until task_wake() or whoever pushed the task makes it resume. */
static void task_suspend(rclio_task *task)
{
    rclio_executor *executor = task->executor;
    bool on_lane = executor->root != executor;
    unsigned entered = 0;
    struct saved_error saved;
    save_error(&saved); /* WA1 */
    if (on_lane) entered = lane_leave(task);
    executor->suspended++;
    executor->current = NULL;
    atomic_store_explicit(&executor->running, NULL, memory_order_relaxed);
    fiber_leave(task->fiber);
    atomic_store_explicit(&executor->running, task->future.what, memory_order_relaxed);
    executor->suspended--;
    if (on_lane) executor_restore(executor->root, entered); /* its strand was entered before it was resumed */
    restore_error(&saved);
}

void task_yield(rclio_task *task)
{
    atomic_store(&task->wait_state, TASK_WOKEN);
    task->ready.kind = READY_TASK_RESUME;
    ready_item_claim(&task->ready);
    executor_push(task->executor, &task->ready);
    task_suspend(task);
}

/* Writes or clears (NULL) what the task waits for; callbacks are among the tasks only while they wait. */
static void note_wait(rclio_task *task, const wait_note *note)
{
    rclio_executor *executor = task->future.executor;
    mutex_lock(&executor->lock);
    if (note) {
        task->note = *note;
        task->note.since_ns = clock_coarse_ns();
        if (task->is_callback) list_append(&executor->tasks, &task->future.node);
    } else {
        task->note.kind = WAIT_NONE;
        if (task->is_callback) list_remove(&task->future.node);
    }
    mutex_unlock(&executor->lock);
}

rclio_status task_wait(rclio_task *task, const wait_note *note, bool (*ended)(void *arg), void *arg, bool cancellable)
{
    rclio_status status;
    task->ready.kind = READY_TASK_RESUME;
    task->timed_out = false;
    note_wait(task, note);
    if (note->deadline_ns != RCLIO_FOREVER) timer_arm(&task->timeout, note->deadline_ns);
    for (;;) {
        atomic_store(&task->wait_state, TASK_WAITING);
        if (ended && ended(arg))
            status = RCLIO_OK;
        else if (cancellable && task_take_cancel(task))
            status = RCLIO_CANCELLED;
        else if (task->timed_out)
            status = RCLIO_TIMEOUT;
        else {
            task_suspend(task);
            continue;
        }
        int waiting = TASK_WAITING;
        if (!atomic_compare_exchange_strong(&task->wait_state, &waiting, TASK_RUNNING))
            task_suspend(task); /* TA2: it was pushed */
        break;
    }
    timer_disarm(&task->timeout);
    note_wait(task, NULL);
    return status;
}

/* ---- await ---- */

struct future_wait {
    future_waiter waiter;
    rclio_task *task;
};

static void wake_from_future(future_waiter *waiter, rclio_future *future)
{
    (void)future;
    task_wake(list_entry(waiter, struct future_wait, waiter)->task);
}

static bool future_has_ended(void *arg)
{
    return !future_is_pending(arg);
}

static rclio_status cancelled(const rclio_task *task, const char *what)
{
    return rclio_fail(RCLIO_CANCELLED, "task '%s' was cancelled while it waited for %s", task->future.what, what);
}

static rclio_status wait_in_task(rclio_task *task, rclio_future *future, int64_t deadline_ns, const char *file, int line)
{
    struct future_wait wait = {.waiter.ended = wake_from_future, .task = task};
    wait_note note = {.kind = WAIT_FUTURE, .future = future, .deadline_ns = deadline_ns, .file = file, .line = line};
    rclio_status status = RCLIO_OK;
    if (task_take_cancel(task)) return cancelled(task, future->what); /* WA2 */
    if (!future_is_pending(future)) return rclio_future_result(future);
    if (future == &task->future) return rclio_fail(RCLIO_BAD_STATE, "task '%s' waits for itself", future->what);
    if (deadline_ns != RCLIO_FOREVER && deadline_ns <= clock_steady_ns())
        return rclio_fail(RCLIO_TIMEOUT, "%s did not end in time", future->what);
    if (future_add_waiter(future, &wait.waiter)) {
        status = task_wait(task, &note, future_has_ended, future, true);
        future_remove_waiter(future, &wait.waiter);
    }
    if (status == RCLIO_CANCELLED) return cancelled(task, future->what);
    if (status == RCLIO_TIMEOUT) return rclio_fail(RCLIO_TIMEOUT, "%s did not end in time", future->what);
    return rclio_future_result(future);
}

/* K2: in a thread that runs no executor. Spins the future's executor, or, when another thread does, waits for the end or for the
 * turn to become free. */
static rclio_status wait_in_thread(rclio_future *future, int64_t deadline_ns)
{
    while (future_is_pending(future)) {
        bool busy = false;
        rclio_status status = executor_spin_to(future->executor, future, deadline_ns, &busy);
        if (status == RCLIO_BAD_STATE && !busy) return status; /* E5 */
        if (status == RCLIO_BAD_STATE) status = future_block(future, deadline_ns, true) ? RCLIO_OK : RCLIO_TIMEOUT;
        if (!future_is_pending(future)) break;
        if (status == RCLIO_TIMEOUT) return rclio_fail(RCLIO_TIMEOUT, "%s did not end in time", future->what);
        if (status) return executor_fail_stopped(future->executor, future->what);
    }
    return rclio_future_result(future);
}

rclio_status rclio_wait_at(rclio_future *future, int64_t deadline_ns, const char *file, int line)
{
    if (!future) return rclio_error_status() ? rclio_error_status() : rclio_fail(RCLIO_INVALID, "there is no future to wait for");
    rclio_task *task = rclio_task_current();
    if (!task && executor_current())
        return rclio_fail(RCLIO_BAD_STATE, "%s cannot be awaited here (%s:%d): not a task", future->what, file, line);
    rclio_future_ref(future);
    rclio_status status = task ? wait_in_task(task, future, deadline_ns, file, line) : wait_in_thread(future, deadline_ns);
    rclio_future_unref(future);
    return status;
}

void *rclio_await_at(rclio_future *future, int64_t deadline_ns, const char *file, int line)
{
    if (rclio_wait_at(future, deadline_ns, file, line)) return NULL;
    if (!future->value) rclio_error_clear(); /* done with NULL: the status says so */
    return future->value;
}

/* ---- sleep and yield ---- */

static rclio_status sleep_thread(int64_t deadline_ns)
{
    struct timespec at = {.tv_sec = deadline_ns / RCLIO_S(1), .tv_nsec = deadline_ns % RCLIO_S(1)};
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL) == EINTR) continue;
    return RCLIO_OK;
}

rclio_status rclio_sleep_at(int64_t deadline_ns, const char *file, int line)
{
    rclio_task *task = rclio_task_current();
    wait_note note = {.kind = WAIT_SLEEP, .deadline_ns = deadline_ns, .file = file, .line = line};
    if (!task && executor_current()) return rclio_fail(RCLIO_BAD_STATE, "no sleep here (%s:%d): not a task", file, line);
    if (!task) return sleep_thread(deadline_ns);
    if (deadline_ns <= clock_steady_ns()) return rclio_yield_at(file, line);
    if (task_take_cancel(task) || task_wait(task, &note, NULL, NULL, true) == RCLIO_CANCELLED)
        return rclio_fail(RCLIO_CANCELLED, "task '%s' was cancelled while it slept", task->future.what);
    return RCLIO_OK;
}

rclio_status rclio_yield_at(const char *file, int line)
{
    rclio_task *task = rclio_task_current();
    if (!task) return rclio_fail(RCLIO_BAD_STATE, "nothing to yield to (%s:%d): not a task", file, line);
    if (!task_take_cancel(task)) {
        task_yield(task);
        if (!task_take_cancel(task)) return RCLIO_OK;
    }
    return rclio_fail(RCLIO_CANCELLED, "task '%s' was cancelled while it yielded", task->future.what);
}

int64_t rclio_deadline(int64_t timeout_ns)
{
    return deadline_after(timeout_ns);
}

int64_t rclio_now_steady(void)
{
    return clock_steady_ns();
}

int64_t rclio_now_system(void)
{
    return clock_system_ns();
}
