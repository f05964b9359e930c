/* src/async/spin.c: the ways to run an executor: for ever, once, for a while, until a future is done. From another loop: embed.c.
 *
 *   SP1  What is ready is run in rounds; between two rounds timers, awaited files and the stop flag are looked at, so a task
 *        that always has work keeps nobody else from it.
 * Threads: one at a time (turn_enter). */
#include "async/executor.h"
#include "async/future.h"
#include "async/task.h"
#include "base/clock.h"
#include "base/error.h"

#include <stdlib.h>

#define ROUND 64 /* items between two looks at timers and files */

/* What ends a spin besides the work it was asked for. */
struct spin {
    rclio_executor *executor;
    timer timeout;
    bool timed_out;
    future_waiter waiter;
    ready_item done; /* READY_BREAK: pushed when the future is done */
};

static void spin_timed_out(timer *t)
{
    list_entry(t, struct spin, timeout)->timed_out = true;
}

static void spin_future_ended(future_waiter *waiter, rclio_future *future)
{
    struct spin *spin = list_entry(waiter, struct spin, waiter);
    (void)future;
    if (ready_item_claim(&spin->done)) executor_push(spin->executor, &spin->done);
}

/* `jobs`: how many the lanes of a multi-threaded one may begin. */
static rclio_status spin_begin(struct spin *spin, rclio_executor *executor, size_t jobs, int64_t deadline_ns, bool *busy)
{
    *spin = (struct spin){.executor = executor, .waiter.ended = spin_future_ended};
    rclio_status status = turn_enter(executor, busy);
    if (status) return status;
    executor->obeys_stop = true;
    list_init(&spin->waiter.node);
    ready_item_init(&spin->done, READY_BREAK);
    timer_init(&spin->timeout, executor, spin_timed_out);
    if (deadline_ns != RCLIO_FOREVER) timer_arm(&spin->timeout, deadline_ns);
    if (executor->lanes) lanes_open(executor->lanes, jobs);
    return RCLIO_OK;
}

static void spin_end(struct spin *spin)
{
    if (spin->executor->lanes) lanes_close(spin->executor->lanes);
    executor_enter(spin->executor);
    timer_disarm(&spin->timeout);
    executor_leave(spin->executor);
    ready_queue_remove(&spin->executor->ready, &spin->done);
    spin->executor->obeys_stop = false;
    turn_leave(spin->executor);
}

/* One round, or a sleep when there is nothing to do. RCLIO_SHUTDOWN: stopped; RCLIO_TIMEOUT; RCLIO_OK: go on. */
static rclio_status spin_step(struct spin *spin, size_t round)
{
    rclio_executor *executor = spin->executor;
    if (atomic_load_explicit(&executor->stop, memory_order_relaxed) && atomic_exchange(&executor->stop, false)) {
        executor_run_stop_hooks(executor);
        return RCLIO_SHUTDOWN;
    }
    size_t ran = executor->ran;
    turn_run(executor, round);
    if (executor->broken || (round == 1 && executor->ran > ran))
        return RCLIO_OK; /* one callback was asked for: no sleep after it */
    if (turn_has_work(executor))
        turn_collect(executor);
    else if (!spin->timed_out && !atomic_load(&executor->stop))
        turn_sleep(executor);
    return spin->timed_out ? RCLIO_TIMEOUT : RCLIO_OK;
}

rclio_status rclio_executor_spin(rclio_executor *executor)
{
    struct spin spin;
    if (!executor) return rclio_error_status() ? rclio_error_status() : rclio_fail(RCLIO_INVALID, "there is no executor to spin");
    rclio_status status = spin_begin(&spin, executor, SIZE_MAX, RCLIO_FOREVER, NULL);
    if (status) return status;
    turn_collect(executor);
    while (status == RCLIO_OK) status = spin_step(&spin, ROUND);
    spin_end(&spin);
    return RCLIO_OK;
}

rclio_status executor_spin_to(rclio_executor *executor, rclio_future *future, int64_t deadline_ns, bool *busy)
{
    struct spin spin;
    rclio_status status = spin_begin(&spin, executor, SIZE_MAX, deadline_ns, busy);
    if (status) return status;
    turn_collect(executor);
    if (future_add_waiter(future, &spin.waiter)) {
        while (status == RCLIO_OK && !executor->broken) status = spin_step(&spin, ROUND);
        future_remove_waiter(future, &spin.waiter);
    }
    spin_end(&spin);
    return future_is_pending(future) ? status : RCLIO_OK;
}

rclio_status executor_fail_stopped(const rclio_executor *executor, const char *what)
{
    return rclio_fail(RCLIO_SHUTDOWN, "no longer waiting for %s: executor '%s' was stopped, as Ctrl-C or rclio_shutdown() does",
                      what, executor->name);
}

rclio_status rclio_executor_spin_until(rclio_executor *executor, rclio_future *future, int64_t timeout_ns)
{
    if (!executor || !future)
        return rclio_error_status() ? rclio_error_status()
                                    : rclio_fail(RCLIO_INVALID, "spinning until needs an executor and a future");
    rclio_future_ref(future);
    rclio_status status = executor_spin_to(executor, future, deadline_after(timeout_ns), NULL);
    if (status == RCLIO_TIMEOUT) rclio_fail(status, "%s did not end in time", future->what);
    if (status == RCLIO_SHUTDOWN) executor_fail_stopped(executor, future->what);
    rclio_future_unref(future);
    return status;
}

rclio_status rclio_executor_spin_once(rclio_executor *executor, int64_t timeout_ns)
{
    struct spin spin;
    if (!executor) return rclio_error_status() ? rclio_error_status() : rclio_fail(RCLIO_INVALID, "there is no executor to spin");
    size_t ran = executor_has_run(executor);
    rclio_status status = spin_begin(&spin, executor, 1, deadline_after(timeout_ns), NULL);
    if (status) return status;
    turn_collect(executor);
    while (status == RCLIO_OK && executor_has_run(executor) == ran) status = spin_step(&spin, 1);
    spin_end(&spin);
    if (executor_has_run(executor) != ran) status = RCLIO_OK;
    if (status == RCLIO_TIMEOUT) rclio_fail(status, "nothing became ready in executor '%s' in time", executor->name);
    if (status == RCLIO_SHUTDOWN) rclio_fail(status, "executor '%s' was stopped", executor->name);
    return status;
}

void executor_tell_of_stop(rclio_executor *executor)
{
    if (atomic_load_explicit(&executor->stop, memory_order_relaxed)) executor_run_stop_hooks(executor);
}

/* The lanes run what is ready until there is nothing more. */
static void run_lanes(rclio_executor *executor, int64_t deadline_ns)
{
    lanes_open(executor->lanes, SIZE_MAX);
    do turn_collect(executor);
    while (lanes_wait_quiet(executor->lanes, deadline_ns) && lanes_has_jobs(executor->lanes));
    lanes_close(executor->lanes);
}

rclio_status rclio_executor_spin_some(rclio_executor *executor, int64_t limit_ns)
{
    if (!executor) return rclio_error_status() ? rclio_error_status() : rclio_fail(RCLIO_INVALID, "there is no executor to spin");
    int64_t deadline_ns = limit_ns > 0 ? deadline_after(limit_ns) : RCLIO_FOREVER;
    rclio_status status = turn_enter(executor, NULL);
    if (status) return status;
    executor_tell_of_stop(executor);
    if (executor->lanes) run_lanes(executor, deadline_ns);
    turn_collect(executor);
    while (turn_has_work(executor) && (deadline_ns == RCLIO_FOREVER || clock_steady_ns() < deadline_ns)) {
        turn_run(executor, limit_ns > 0 ? 1 : ROUND);
        turn_collect(executor);
    }
    turn_leave(executor);
    return RCLIO_OK;
}

rclio_status rclio_executor_wait_quiet(rclio_executor *executor, int64_t timeout_ns)
{
    if (!executor)
        return rclio_error_status() ? rclio_error_status() : rclio_fail(RCLIO_INVALID, "there is no executor to wait for");
    if (rclio_executor_is_current(executor))
        return rclio_fail(RCLIO_BAD_STATE, "executor '%s' would wait for the callback that called this", executor->name);
    if (!executor->lanes || lanes_wait_quiet(executor->lanes, deadline_after(timeout_ns))) return RCLIO_OK;
    return rclio_fail(RCLIO_TIMEOUT, "callbacks of executor '%s' still run", executor->name);
}

/* ---- post ---- */

struct post {
    call call;
    void (*run)(void *arg);
    void *arg;
};

static void post_run(call *c)
{
    struct post *post = (struct post *)(void *)c;
    run_leave_place(rclio_task_current()->future.executor);
    post->run(post->arg);
}

rclio_status rclio_executor_post(rclio_executor *executor, void (*run)(void *arg), void *arg)
{
    if (!executor || !run) return rclio_fail(RCLIO_INVALID, "a post needs an executor and a function");
    if (atomic_load(&executor->life) == EXECUTOR_CLOSED)
        return rclio_fail(RCLIO_SHUTDOWN, "executor '%s' is destroyed", executor->name);
    if (run_take_place(executor) != RCLIO_OK) return rclio_error_status();
    struct post *post = malloc(sizeof *post);
    if (!post) run_leave_place(executor);
    if (!post) return rclio_fail(RCLIO_NO_MEMORY, "out of memory for a post to executor '%s'", executor->name);
    *post = (struct post){.run = run, .arg = arg};
    ready_item_init(&post->call.ready, READY_CALL);
    ready_item_claim(&post->call.ready);
    post->call.run = post_run;
    post->call.name = "post";
    executor_push(executor, &post->call.ready);
    return RCLIO_OK;
}
