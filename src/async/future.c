/* src/async/future.c: see future.h. */
#include "async/future.h"

#include "async/source.h"

#include "base/clock.h"
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

int64_t clock_coarse_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
    return (int64_t)now.tv_sec * RCLIO_S(1) + now.tv_nsec;
}

void future_init(rclio_future *future, rclio_executor *executor, const char *what, void (*free_value)(void *value), list *among)
{
    atomic_init(&future->references, 1);
    atomic_init(&future->state, RCLIO_PENDING);
    future->executor = executor_ref(executor);
    future->what = what;
    future->free_value = free_value;
    future->value = NULL;
    future->status = RCLIO_OK;
    future->text = NULL;
    future->since_ns = clock_coarse_ns();
    list_init(&future->node);
    list_init(&future->waiters);
    future->on_cancel = NULL;
    future->on_cancel_arg = NULL;
    future->cancelling = 0;
    future->request_cancel = NULL;
    future->release = NULL;
    future->unseen = NULL;
    atomic_init(&future->looked_at, false);
    if (!among) return;
    mutex_lock(&executor->lock);
    list_append(among, &future->node);
    mutex_unlock(&executor->lock);
}

rclio_future *rclio_future_new(rclio_executor *executor, const char *what, void (*free_value)(void *value))
{
    if (!executor) return NULL; /* the first error stands */
    if (!what) what = "future";
    size_t size = strlen(what) + 1;
    rclio_future *future = malloc(sizeof *future + size);
    if (!future) return rclio_fail_null(RCLIO_NO_MEMORY, "out of memory for the future of %s", what);
    memcpy(future + 1, what, size);
    future_init(future, executor, (const char *)(future + 1), free_value, &executor->futures);
    return future;
}

rclio_future *rclio_future_ref(rclio_future *future)
{
    if (future) atomic_fetch_add_explicit(&future->references, 1, memory_order_relaxed);
    return future;
}

bool future_try_ref(rclio_future *future)
{
    size_t references = atomic_load(&future->references);
    while (references > 0)
        if (atomic_compare_exchange_weak(&future->references, &references, references + 1)) return true;
    return false;
}

bool future_is_abandoned(rclio_future *future)
{
    return atomic_load(&future->references) == 1;
}

/* Nobody holds the pending future any more: it leaves the executor's list and who waited is told, if it wants to be. */
static void forget_pending(rclio_future *future)
{
    list dropped;
    list_init(&dropped);
    mutex_lock(&future->executor->lock);
    list_remove(&future->node);
    list_each(node, &future->waiters) {
        list_remove(node);
        list_append(&dropped, node);
    }
    mutex_unlock(&future->executor->lock);
    list_each(each, &dropped) {
        future_waiter *waiter = list_entry(each, future_waiter, node);
        list_remove(each);
        if (waiter->dropped) waiter->dropped(waiter);
    }
}

void rclio_future_unref(rclio_future *future)
{
    if (!future || atomic_fetch_sub_explicit(&future->references, 1, memory_order_acq_rel) != 1) return;
    rclio_executor *executor = future->executor;
    if (future_is_pending(future)) forget_pending(future);
    if (future->unseen && !atomic_load_explicit(&future->looked_at, memory_order_relaxed)) future->unseen(future);
    if (future->value && future->free_value) future->free_value(future->value);
    free(future->text);
    if (future->release)
        future->release(future);
    else
        free(future);
    executor_unref(executor);
}

/* Tells the waiters and leaves those that are to be told without the lock in `later`. */
static void tell_waiters(rclio_future *future, list *later)
{
    list_each(node, &future->waiters) {
        future_waiter *waiter = list_entry(node, future_waiter, node);
        list_remove(node);
        if (waiter->unlocked)
            list_append(later, node);
        else
            waiter->ended(waiter, future);
    }
}

static rclio_status ended_before(rclio_future *future)
{
    static const char *const names[] = {
        [RCLIO_PENDING] = "pending", [RCLIO_DONE] = "done", [RCLIO_FAILED] = "failed", [RCLIO_CANCELED] = "cancelled"};
    return rclio_fail(RCLIO_BAD_STATE, "%s has ended before: it is %s", future->what, names[atomic_load(&future->state)]);
}

rclio_status future_end(rclio_future *future, rclio_future_state state, void *value, rclio_status status, char *text)
{
    list later;
    list_init(&later);
    rclio_future_ref(future); /* whoever waited may drop the last reference as soon as the state has changed */
    mutex_lock(&future->executor->lock);
    if (!future_is_pending(future)) {
        mutex_unlock(&future->executor->lock);
        free(text);
        rclio_status status_before = ended_before(future);
        rclio_future_unref(future);
        return status_before;
    }
    future->value = value;
    future->status = status;
    future->text = text;
    atomic_store(&future->state, (int)state);
    list_remove(&future->node);
    tell_waiters(future, &later);
    mutex_unlock(&future->executor->lock);
    list_each(node, &later) {
        future_waiter *waiter = list_entry(node, future_waiter, node);
        list_remove(node);
        waiter->ended(waiter, future);
    }
    rclio_future_unref(future);
    return RCLIO_OK;
}

rclio_status rclio_future_complete(rclio_future *future, void *value)
{
    void (*free_value)(void *) = future->free_value; /* the future may be gone when it has ended */
    rclio_status status = future_end(future, RCLIO_DONE, value, RCLIO_OK, NULL);
    if (status && value && free_value) free_value(value);
    return status;
}

rclio_status rclio_future_fail(rclio_future *future, rclio_status status, const char *format, ...)
{
    char *text = NULL;
    va_list args;
    va_start(args, format);
    if (vasprintf(&text, format, args) < 0) text = NULL;
    va_end(args);
    if (status == RCLIO_OK) status = RCLIO_SYSTEM; /* a failure cannot be called ok */
    return future_end(future, status == RCLIO_CANCELLED ? RCLIO_CANCELED : RCLIO_FAILED, NULL, status, text);
}

rclio_status future_cancel_now(rclio_future *future, char *text)
{
    rclio_executor *executor = future->executor;
    rclio_status status = future_end(future, RCLIO_CANCELED, NULL, RCLIO_CANCELLED, text);
    if (status) return status;
    mutex_lock(&executor->lock);
    rclio_done_fn *on_cancel = future->on_cancel; /* NOLINT(clang-analyzer-unix.Malloc): the caller has a reference */
    void *arg = future->on_cancel_arg;
    future->on_cancel = NULL;
    if (on_cancel) future->cancelling = pthread_self();
    mutex_unlock(&executor->lock);
    if (!on_cancel) return RCLIO_OK;

    on_cancel(future, arg);
    mutex_lock(&executor->lock);
    future->cancelling = 0;
    condition_signal_all(&executor->handler_returned);
    mutex_unlock(&executor->lock);
    return RCLIO_OK;
}

rclio_status rclio_future_cancel(rclio_future *future)
{
    if (!future) return rclio_fail(RCLIO_INVALID, "there is no future to cancel");
    if (future->request_cancel) return future_is_pending(future) ? future->request_cancel(future) : ended_before(future);
    rclio_future_ref(future); /* its maker may drop it in on_cancel */
    rclio_status status = future_cancel_now(future, NULL);
    rclio_future_unref(future); /* NOLINT(clang-analyzer-unix.Malloc): the caller has a reference */
    return status;
}

void future_set_request_cancel(rclio_future *future, rclio_status (*request)(rclio_future *future))
{
    future->request_cancel = request;
}

void rclio_future_on_cancel(rclio_future *future, rclio_done_fn *on_cancel, void *arg)
{
    mutex_lock(&future->executor->lock);
    while (!on_cancel && future->cancelling && future->cancelling != pthread_self())
        condition_wait(&future->executor->handler_returned, &future->executor->lock);
    future->on_cancel = on_cancel;
    future->on_cancel_arg = arg;
    mutex_unlock(&future->executor->lock);
}

static void look_at(rclio_future *future)
{
    if (future->unseen) atomic_store_explicit(&future->looked_at, true, memory_order_relaxed);
}

rclio_future_state rclio_future_get_state(rclio_future *future)
{
    rclio_future_state state = (rclio_future_state)atomic_load(&future->state);
    if (state == RCLIO_FAILED) look_at(future);
    return state;
}

rclio_status rclio_future_result(rclio_future *future)
{
    if (!future) return rclio_error_status() ? rclio_error_status() : rclio_fail(RCLIO_INVALID, "there is no future");
    switch (rclio_future_get_state(future)) {
    case RCLIO_DONE: return RCLIO_OK;
    case RCLIO_PENDING: return rclio_fail(RCLIO_BAD_STATE, "%s has not ended yet", future->what);
    default: look_at(future);
    }
    if (future->text) return rclio_error_set(future->status, future->text);
    return rclio_fail(future->status, "%s %s", future->what, future->status == RCLIO_CANCELLED ? "was cancelled" : "failed");
}

void *rclio_future_value(rclio_future *future)
{
    return rclio_future_result(future) == RCLIO_OK ? future->value : NULL;
}

bool future_add_waiter(rclio_future *future, future_waiter *waiter)
{
    bool added = false;
    mutex_lock(&future->executor->lock);
    if (future_is_pending(future)) {
        list_append(&future->waiters, &waiter->node);
        atomic_store_explicit(&future->looked_at, true, memory_order_relaxed);
        added = true;
    }
    mutex_unlock(&future->executor->lock);
    return added;
}

void future_remove_waiter(rclio_future *future, future_waiter *waiter)
{
    mutex_lock(&future->executor->lock);
    list_remove(&waiter->node);
    mutex_unlock(&future->executor->lock);
}

/* ---- done callbacks: F3 ---- */

struct done_callback {
    call call;
    future_waiter waiter;
    rclio_future *future; /* a reference from the moment it is pushed */
    rclio_done_fn *done;
    void *arg;
};

static void done_callback_run(call *c)
{
    struct done_callback *callback = (struct done_callback *)(void *)c;
    callback->done(callback->future, callback->arg);
    rclio_future_unref(callback->future);
}

static void done_callback_push(future_waiter *waiter, rclio_future *future)
{
    struct done_callback *callback = list_entry(waiter, struct done_callback, waiter);
    callback->future = rclio_future_ref(future);
    executor_push(future->executor, &callback->call.ready);
}

static void done_callback_drop(future_waiter *waiter)
{
    free(list_entry(waiter, struct done_callback, waiter));
}

static rclio_status add_done_callback(rclio_future *future, rclio_done_fn *done, void *arg, bool own)
{
    if (!future || !done) return rclio_fail(RCLIO_INVALID, "a done callback needs a future and a function");
    if (atomic_load(&future->executor->life) == EXECUTOR_CLOSED)
        return rclio_fail(RCLIO_SHUTDOWN, "executor '%s' of %s is destroyed: nothing runs its done callback",
                          future->executor->name, future->what);
    struct done_callback *callback = malloc(sizeof *callback);
    if (!callback) return rclio_fail(RCLIO_NO_MEMORY, "out of memory for a done callback of %s", future->what);
    *callback = (struct done_callback){.done = done, .arg = arg};
    ready_item_init(&callback->call.ready, READY_CALL);
    ready_item_claim(&callback->call.ready);
    callback->call.ready.own = own;
    callback->call.run = done_callback_run;
    callback->call.name = future->what;
    callback->waiter.ended = done_callback_push;
    callback->waiter.dropped = done_callback_drop;
    if (!future_add_waiter(future, &callback->waiter)) done_callback_push(&callback->waiter, future);
    return RCLIO_OK;
}

rclio_status rclio_future_on_done(rclio_future *future, rclio_done_fn *done, void *arg)
{
    return add_done_callback(future, done, arg, false);
}

rclio_status future_on_done_own(rclio_future *future, rclio_done_fn *done, void *arg)
{
    return add_done_callback(future, done, arg, true);
}

/* ---- threads that wait ---- */

struct thread_waiter {
    future_waiter waiter;
    list turn_node; /* of executor->turn_waiters */
    condition changed;
    bool woken;
};

static void thread_wake(future_waiter *waiter, rclio_future *future)
{
    struct thread_waiter *blocked = list_entry(waiter, struct thread_waiter, waiter);
    (void)future;
    blocked->woken = true;
    condition_signal_all(&blocked->changed);
}

void turn_became_free(rclio_executor *executor)
{
    mutex_lock(&executor->lock);
    list_each(node, &executor->turn_waiters) {
        struct thread_waiter *blocked = list_entry(node, struct thread_waiter, turn_node);
        blocked->woken = true;
        condition_signal_all(&blocked->changed);
    }
    mutex_unlock(&executor->lock);
}

bool future_block(rclio_future *future, int64_t deadline_ns, bool or_turn)
{
    rclio_executor *executor = future->executor;
    struct thread_waiter blocked = {.waiter.ended = thread_wake};
    bool in_time = true;
    if (condition_init(&blocked.changed)) return false;
    list_init(&blocked.turn_node);
    mutex_lock(&executor->lock);
    if (future_is_pending(future)) {
        list_append(&future->waiters, &blocked.waiter.node);
        if (or_turn) {
            list_append(&executor->turn_waiters, &blocked.turn_node);
            blocked.woken = atomic_load(&executor->owner) == 0;
        }
        while (!blocked.woken && in_time) in_time = condition_wait_until(&blocked.changed, &executor->lock, deadline_ns);
        list_remove(&blocked.waiter.node);
        list_remove(&blocked.turn_node);
    }
    mutex_unlock(&executor->lock);
    condition_fini(&blocked.changed);
    return in_time || blocked.woken;
}

rclio_status rclio_future_wait(rclio_future *future, int64_t timeout_ns)
{
    if (!future) return rclio_future_result(future);
    if (future_is_pending(future) && executor_is_mine(future->executor))
        return rclio_fail(RCLIO_BAD_STATE, "%s would block the thread of its executor '%s' for ever: await it", future->what,
                          future->executor->name);
    rclio_future_ref(future);
    rclio_task *task = rclio_task_current();
    lane_block(task);
    bool in_time = future_block(future, deadline_after(timeout_ns), false);
    lane_unblock(task);
    rclio_status status = in_time || !future_is_pending(future)
                              ? rclio_future_result(future)
                              : rclio_fail(RCLIO_TIMEOUT, "%s did not end in time", future->what);
    rclio_future_unref(future);
    return status;
}
