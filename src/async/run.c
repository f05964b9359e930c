/* src/async/run.c: what a ready item means, and the fibers that callbacks and tasks run on.
 *
 *   RU1  A fiber that was entered runs one ready item after the other until none is left that needs a stack, the round's budget
 *        is used up, or the item it runs is suspended; then the executor enters another. So a callback that does not await
 *        costs no switch of its own.
 *   RU2  Items that find no stack wait until a fiber becomes idle; a task that finds none fails.
 * Threads: the holder of the executor's turn. */
#include "async/overflow.h"
#include "async/source.h"
#include "async/task.h"
#include "base/error.h"

#include <stdlib.h>

static void run_source(void *arg)
{
    source *s = arg;
    s->run(s);
}

static void run_call(void *arg)
{
    call *c = arg;
    c->run(c);
}

/* TA4 */
static rclio_task *callback_task(fiber *f, rclio_executor *executor)
{
    if (!f->callback_task) f->callback_task = task_new_for_callbacks(executor);
    return f->callback_task;
}

static void source_step(fiber *f, rclio_executor *executor, source *s)
{
    s->inside++;
    task_run(callback_task(f, executor), f, s->name, run_source, s);
    s->inside--;
    if (s->finished) { /* S4 */
        if (s->inside == 0 && s->released) s->released(s);
    } else if (s->again) { /* S2 */
        s->again = false;
        source_wake(s);
    }
}

/* ---- on a lane: LN1, LN4 ---- */

static void source_step_on_lane(fiber *f, rclio_executor *executor, source *s)
{
    rclio_executor *root = executor->root;
    executor_enter(root);
    if (!s->finished) task_run(f->callback_task, f, s->name, run_source, s);
    if (lanes_end_source(root->lanes, s)) s->released(s);
    executor_leave(root);
}

static void run_on_lane(fiber *f, rclio_executor *executor, ready_item *item)
{
    strand *in = item->strand; /* the lane has a reference; the item may be gone when it has run */
    bool has_own_task = item->kind == READY_TASK_START;
    rclio_task *task = has_own_task ? list_entry(item, rclio_task, ready) : f->callback_task;
    task->executor = executor;
    task->timeout.executor = executor;
    task->ready.strand = in;
    task->ready.entered = in;
    if (has_own_task) {
        task_run(task, f, NULL, task->run, task->arg);
    } else if (item->kind == READY_SOURCE) {
        source_step_on_lane(f, executor, list_entry(item, source, ready));
    } else {
        call *c = list_entry(item, call, ready);
        task_run(task, f, c->name, run_call, c);
        free(c);
    }
    lanes_leave_strand(executor->root->lanes, in);
}

static void run_on_fiber(fiber *f, rclio_executor *executor, ready_item *item)
{
    if (executor->root != executor) {
        run_on_lane(f, executor, item);
        return;
    }
    if (item->kind == READY_TASK_START) {
        rclio_task *task = list_entry(item, rclio_task, ready);
        task_run(task, f, NULL, task->run, task->arg);
    } else if (item->kind == READY_SOURCE) {
        source_step(f, executor, list_entry(item, source, ready));
    } else {
        call *c = list_entry(item, call, ready);
        task_run(callback_task(f, executor), f, c->name, run_call, c);
        free(c);
    }
}

/* S2: a source whose last run is suspended is not run, but remembers. A closing executor runs no source. */
static bool is_to_be_run(rclio_executor *executor, ready_item *item)
{
    if (item->kind != READY_SOURCE) return true;
    source *s = list_entry(item, source, ready);
    bool full = s->inside >= s->limit; /* LN5 */
    if (full) s->again = true;
    return !full && atomic_load_explicit(&executor->life, memory_order_relaxed) == EXECUTOR_OPEN;
}

static bool is_stopped(const rclio_executor *executor)
{
    return executor->obeys_stop && atomic_load_explicit(&executor->stop, memory_order_relaxed);
}

/* RU1: the next item for the fiber that runs. */
static ready_item *next_item(rclio_executor *executor)
{
    ready_item *item;
    while (executor->budget > 0 && !is_stopped(executor) && (item = ready_queue_peek(&executor->ready))) {
        if (!READY_NEEDS_STACK(item->kind)) return NULL;
        ready_queue_pop(&executor->ready);
        if (!is_to_be_run(executor, item)) continue;
        executor->budget--;
        executor->ran++;
        return item;
    }
    return NULL;
}

static void fiber_main(fiber *f, void *arg)
{
    rclio_executor *executor = arg;
    while (!f->ending) {
        ready_item *item = executor->next_run;
        for (executor->next_run = NULL; item; item = callback_task(f, executor) ? next_item(executor) : NULL)
            run_on_fiber(f, executor, item);
        f->next = executor->idle_fibers;
        executor->idle_fibers = f;
        fiber_leave(f);
    }
    rclio_task_unref(f->callback_task);
}

/* An idle fiber with its task for callbacks; NULL with the error set. */
static fiber *take_fiber(rclio_executor *executor)
{
    fiber *f = executor->idle_fibers;
    if (f)
        executor->idle_fibers = f->next;
    else if (!(f = fiber_new(&executor->stacks, &executor->home, fiber_main, executor)))
        return NULL;
    if (callback_task(f, executor)) return f;
    f->next = executor->idle_fibers;
    executor->idle_fibers = f;
    return NULL;
}

static void enter(rclio_executor *executor, fiber *f)
{
    executor->current = f->task;
    fiber_enter(f);
    executor->current = NULL;
    if (!stack_is_intact(&f->stack)) overflow_found_late(f);
}

/* RU2: to the end of the queue; true when everything in it has been passed over in vain. */
static bool pass_over(rclio_executor *executor, ready_item *item, size_t *passed)
{
    ready_item_claim(item);
    ready_queue_push_own(&executor->ready, item);
    return ++*passed > ready_queue_length(&executor->ready);
}

static void step_without_stack(rclio_executor *executor, ready_item *item)
{
    if (item->kind == READY_TASK_RESUME) {
        rclio_task *task = list_entry(item, rclio_task, ready);
        if (executor->root != executor && !lane_reenter(task)) return; /* ST2 */
        atomic_store(&task->wait_state, TASK_RUNNING);
        executor->budget--;
        executor->ran++;
        enter(executor, task->fiber);
    } else if (item->kind == READY_TIMER) {
        timer_take_over(list_entry(item, timer, ready));
    } else {
        executor->broken = true;
        executor->budget = 0;
    }
}

void turn_run(rclio_executor *executor, size_t limit)
{
    ready_item *item;
    size_t passed = 0;
    executor->budget = limit;
    executor->starving = false;
    while (executor->budget > 0 && !is_stopped(executor) && (item = ready_queue_pop(&executor->ready))) {
        if (!READY_NEEDS_STACK(item->kind)) {
            step_without_stack(executor, item);
            passed = 0;
            continue;
        }
        if (!is_to_be_run(executor, item)) continue;
        fiber *f = take_fiber(executor);
        if (f) {
            executor->budget--;
            executor->ran++;
            executor->next_run = item;
            enter(executor, f);
            passed = 0;
        } else if (item->kind == READY_TASK_START) {
            task_fail_to_start(list_entry(item, rclio_task, ready));
        } else if (pass_over(executor, item, &passed)) {
            executor->starving = true;
            break;
        }
    }
}

rclio_status run_prepare(rclio_executor *executor)
{
    fiber *f = take_fiber(executor);
    if (!f) return rclio_error_status();
    f->next = executor->idle_fibers;
    executor->idle_fibers = f;
    return RCLIO_OK;
}

bool run_reserve(rclio_executor *executor)
{
    if (executor->idle_fibers) return callback_task(executor->idle_fibers, executor);
    if (run_prepare(executor) == RCLIO_OK) return true;
    rclio_error_clear(); /* no stack: the others take the job, or it waits */
    return false;
}

void run_job(rclio_executor *executor, ready_item *job)
{
    fiber *f = executor->idle_fibers; /* run_reserve() */
    executor->idle_fibers = f->next;
    executor->ran++;
    executor->budget = 0; /* back after it */
    executor->next_run = job;
    enter(executor, f);
}

void run_fini(rclio_executor *executor)
{
    while (executor->idle_fibers) {
        fiber *f = executor->idle_fibers;
        executor->idle_fibers = f->next;
        fiber_end(f);
    }
}
