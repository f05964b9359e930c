/* src/async/task.c: see task.h. How a task waits is in wait.c, what runs it in run.c. */
#include "async/task.h"

#include "async/source.h"

#include "base/clock.h"
#include "base/error.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void timeout_expired(timer *t)
{
    rclio_task *task = list_entry(t, rclio_task, timeout);
    task->timed_out = true;
    task_wake(task);
}

static rclio_status task_request_cancel(rclio_future *future)
{
    rclio_task_cancel((rclio_task *)(void *)future);
    return RCLIO_OK;
}

static rclio_task *task_alloc(rclio_executor *executor, const char *name, list *among)
{
    size_t size = strlen(name) + 1;
    rclio_task *task = malloc(sizeof *task + size);
    if (!task) return rclio_fail_null(RCLIO_NO_MEMORY, "out of memory for task '%s'", name);
    memset((char *)task + sizeof task->future, 0, sizeof *task - sizeof task->future);
    memcpy(task + 1, name, size);
    ready_item_init(&task->ready, READY_TASK_START);
    timer_init(&task->timeout, executor, timeout_expired);
    task->executor = executor;
    future_init(&task->future, executor->root, (const char *)(task + 1), NULL, among);
    task->future.request_cancel = task_request_cancel;
    return task;
}

rclio_task *task_new_for_callbacks(rclio_executor *executor)
{
    rclio_task *task = task_alloc(executor, "callback", NULL);
    if (task) task->is_callback = true;
    return task;
}

static rclio_task *task_make(rclio_executor *executor, strand *in, bool own, const char *name, rclio_task_fn *run, void *arg)
{
    if (!executor) return NULL; /* the first error stands */
    if (!run) return rclio_fail_null(RCLIO_INVALID, "task '%s' has no function to run", name ? name : "task");
    if (atomic_load(&executor->life) == EXECUTOR_CLOSED)
        return rclio_fail_null(RCLIO_SHUTDOWN, "no task '%s': executor '%s' is destroyed", name ? name : "task", executor->name);
    if (!own && run_take_place(executor) != RCLIO_OK) {
        rclio_error_add("no task '%s'", name ? name : "task");
        return NULL;
    }
    rclio_task *task = task_alloc(executor, name ? name : "task", &executor->tasks);
    if (!task && !own) run_leave_place(executor);
    if (!task) return NULL;
    task->has_place = !own;
    task->run = run;
    task->arg = arg;
    task->ready.strand = in;
    task->ready.own = own;
    rclio_task_ref(task);                                                   /* TA1: the executor's */
    atomic_store_explicit(&task->ready.queued, true, memory_order_relaxed); /* claimed: nobody else knows it yet */
    executor_push(executor, &task->ready);
    return task;
}

rclio_task *rclio_task_new(rclio_executor *executor, const char *name, rclio_task_fn *run, void *arg)
{
    return task_make(executor, NULL, false, name, run, arg);
}

rclio_task *task_new_in(rclio_executor *executor, strand *in, const char *name, rclio_task_fn *run, void *arg)
{
    return task_make(executor, in, false, name, run, arg);
}

rclio_task *task_new_own(rclio_executor *executor, const char *name, rclio_task_fn *run, void *arg)
{
    return task_make(executor, NULL, true, name, run, arg);
}

rclio_status task_start_own(rclio_executor *executor, const char *name, rclio_task_fn *run, void *arg)
{
    rclio_task *task = task_new_own(executor, name, run, arg);
    rclio_task_unref(task);
    return task ? RCLIO_OK : rclio_error_status();
}

rclio_status rclio_task_start(rclio_executor *executor, const char *name, rclio_task_fn *run, void *arg)
{
    rclio_task *task = rclio_task_new(executor, name, run, arg);
    rclio_task_unref(task);
    return task ? RCLIO_OK : rclio_error_status();
}

rclio_task *rclio_task_ref(rclio_task *task)
{
    if (task) rclio_future_ref(&task->future);
    return task;
}

void rclio_task_unref(rclio_task *task)
{
    if (task) rclio_future_unref(&task->future);
}

rclio_future *rclio_task_future(rclio_task *task)
{
    return task ? &task->future : NULL;
}

rclio_task *rclio_task_current(void)
{
    rclio_executor *executor = executor_current();
    return executor ? executor->current : NULL;
}

const char *rclio_task_name(const rclio_task *task)
{
    return task->future.what;
}

/* ---- running ---- */

void task_discard_result(rclio_task *task)
{
    if (task->value && task->free_value) task->free_value(task->value);
    task->value = NULL;
    task->free_value = NULL;
    task_failure_fini(&task->failure);
    task->has_result = false;
}

/* FA2: the last reference goes, and nobody has looked at the failure. */
static void report_unseen(rclio_future *future)
{
    rclio_task *task = (rclio_task *)(void *)future;
    task_failure failure = task->failure;
    char what[128];
    failure.text = future->text;
    snprintf(what, sizeof what, "task '%s'", future->what);
    executor_report(future->executor, what, &failure);
}

/* FA2: a callback that has returned. */
static void report_callback(rclio_task *task)
{
    task_failure failure;
    if (!task_take_failure(&failure)) return;
    executor_report(task->future.executor, task->future.what, &failure);
    task_failure_fini(&failure);
}

/* The task has returned: its future ends with what it left. */
static void task_end(rclio_task *task)
{
    task->fiber = NULL;
    if (task->has_place) run_leave_place(task->future.executor);
    task->future.free_value = task->free_value;
    if (task->has_result && task->failure.status) {
        char *text = task->failure.text;
        rclio_status status = task->failure.status;
        task->failure.text = NULL; /* the future's from here on */
        if (status != RCLIO_CANCELLED && task->failure.file && !task->is_callback) task->future.unseen = report_unseen; /* FA2 */
        future_end(&task->future, status == RCLIO_CANCELLED ? RCLIO_CANCELED : RCLIO_FAILED, NULL, status, text);
    } else if (task->has_result || !task->cancel_delivered) {
        future_end(&task->future, RCLIO_DONE, task->value, RCLIO_OK, NULL);
    } else {
        future_end(&task->future, RCLIO_CANCELED, NULL, RCLIO_CANCELLED, NULL);
    }
}

/* TA4: true when the task may serve the next callback. */
static bool reset_for_reuse(rclio_task *task)
{
    if (atomic_load_explicit(&task->future.references, memory_order_acquire) != 1) return false;
    if (task->has_result) task_discard_result(task);
    task->future.what = "callback";
    task->fiber = NULL;
    task->ready.strand = NULL;
    task->shield = 0;
    task->cancel_delivered = false;
    atomic_store_explicit(&task->cancel_requested, false, memory_order_relaxed);
    return true;
}

void task_run(rclio_task *task, fiber *f, const char *name, void (*run)(void *arg), void *arg)
{
    rclio_executor *executor = task->executor;
    if (task->is_callback) task->future.what = name;
    task->fiber = f;
    f->task = task;
    executor->current = task;
    atomic_store_explicit(&executor->running, task->future.what, memory_order_relaxed);
    atomic_store_explicit(&task->started, true, memory_order_relaxed);
    if (rclio_error_status()) rclio_error_clear(); /* of whoever ran before on this thread */
    run(arg);
    if (task->has_result && task->is_callback) report_callback(task);
    executor->current = NULL;
    atomic_store_explicit(&executor->running, NULL, memory_order_relaxed);
    f->task = NULL;
    if (task->is_callback) {
        if (reset_for_reuse(task)) return;
        task->future.what = "callback"; /* `name` is lent until now */
        f->callback_task = NULL;
    }
    task_end(task);
    rclio_task_unref(task);
}

void task_fail_to_start(rclio_task *task)
{
    char *text = strdup(rclio_error());
    if (task->has_place) run_leave_place(task->future.executor);
    task->failure.status = rclio_error_status();
    task->future.unseen = report_unseen;
    future_end(&task->future, RCLIO_FAILED, NULL, rclio_error_status(), text);
    rclio_task_unref(task);
}

static rclio_task *current_or_fail(const char *what)
{
    rclio_task *task = rclio_task_current();
    if (!task) rclio_fail(RCLIO_BAD_STATE, "%s works inside a task only", what);
    return task;
}

void rclio_task_return(void *value, void (*free_value)(void *value))
{
    rclio_task *task = current_or_fail("rclio_task_return");
    if (!task) return;
    task_discard_result(task);
    task->has_result = true;
    task->value = value;
    task->free_value = free_value;
}

/* ---- cancellation: K3 ---- */

void rclio_task_cancel(rclio_task *task)
{
    if (!task || !future_is_pending(&task->future)) return;
    atomic_store(&task->cancel_requested, true);
    task_wake(task);
}

bool task_take_cancel(rclio_task *task)
{
    if (task->shield > 0 || !atomic_load(&task->cancel_requested)) return false;
    atomic_store(&task->cancel_requested, false);
    task->cancel_delivered = true;
    return true;
}

bool rclio_task_is_cancel_requested(void)
{
    rclio_task *task = rclio_task_current();
    return task && atomic_load(&task->cancel_requested);
}

void rclio_task_shield_begin(void)
{
    rclio_task *task = rclio_task_current();
    if (task) task->shield++;
}

void rclio_task_shield_end(void)
{
    rclio_task *task = rclio_task_current();
    if (task && task->shield > 0) task->shield--;
}

/* ---- suspension ---- */

void task_wake(rclio_task *task)
{
    int waiting = TASK_WAITING;
    if (!atomic_compare_exchange_strong(&task->wait_state, &waiting, TASK_WOKEN)) return; /* TA2 */
    ready_item_claim(&task->ready);
    executor_push(task->executor, &task->ready);
}
