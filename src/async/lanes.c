/* src/async/lanes.c: see lanes.h. Strands are in strand.c, the state lock in state_lock.c. */
#include "async/lanes.h"

#include "async/circle.h"
#include "async/executor.h"
#include "async/source.h"
#include "async/strand_turn.h"
#include "base/error.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROUND 64 /* items of its own between two jobs */

void lane_wake(lane *l)
{
    if (l) executor_poke(l->executor);
}

static bool has_jobs(const lane_pool *pool)
{
    return !circle_is_empty(&pool->jobs) || !circle_is_empty(&pool->reserved);
}

lane *lanes_wake_one(lane_pool *pool)
{
    if (!has_jobs(pool) || pool->allowance == 0 || list_is_empty(&pool->idle)) return NULL;
    lane *l = list_entry(pool->idle.next, lane, idle_link);
    list_remove(&l->idle_link);
    l->rests = false;
    l->is_coming = true;
    pool->coming++;
    return l;
}

/* LN6. [pool] */
static lane *wake_own(lane_pool *pool)
{
    lane *l = &pool->lanes[pool->count - 1];
    if (!l->rests) return NULL;
    l->rests = false;
    return l;
}

void lanes_push(lane_pool *pool, ready_item *item)
{
    mutex_lock(&pool->lock);
    circle_append(item->own ? &pool->own_jobs : &pool->jobs, item);
    lane *woken = item->own ? wake_own(pool) : lanes_wake_one(pool);
    mutex_unlock(&pool->lock);
    lane_wake(woken);
}

bool lanes_has_jobs(lane_pool *pool)
{
    mutex_lock(&pool->lock);
    bool has = has_jobs(pool);
    mutex_unlock(&pool->lock);
    return has;
}

size_t lanes_started(lane_pool *pool)
{
    mutex_lock(&pool->lock);
    size_t started = pool->started;
    mutex_unlock(&pool->lock);
    return started;
}

/* ---- taking jobs ---- */

/* The job is out of the circle and is not to be run: it may be pushed again. [pool] */
static void drop(lane_pool *pool, ready_item *item)
{
    bool entered = item->entered;
    item->entered = false;
    atomic_exchange(&item->queued, false);
    if (entered) strand_leave(pool, item->strand);
}

/* S2, LN5, ST3 for sources; what else is in line is run in any case. [pool] */
static bool is_to_be_run(lane_pool *pool, ready_item *item)
{
    if (item->kind != READY_SOURCE) return true;
    source *s = list_entry(item, source, ready);
    bool full = s->inside >= s->limit;
    if (full) s->again = true;
    return !full && !(item->strand && item->strand->closed) && atomic_load(&pool->root->life) == EXECUTOR_OPEN;
}

/* The first job that can run now; others get out of the way: to their strand, or dropped. [pool] */
static ready_item *first_runnable(lane_pool *pool)
{
    while (has_jobs(pool)) {
        ready_item *item = circle_is_empty(&pool->reserved) ? pool->jobs.next : pool->reserved.next;
        circle_remove(item);
        if (!is_to_be_run(pool, item))
            drop(pool, item);
        else if (strand_enter(item))
            return item;
    }
    return NULL;
}

static ready_item *first_own(lane_pool *pool)
{
    while (!circle_is_empty(&pool->own_jobs)) {
        ready_item *item = pool->own_jobs.next;
        circle_remove(item);
        if (is_to_be_run(pool, item)) return item;
        drop(pool, item);
    }
    return NULL;
}

/* LN3, LN7. [pool] */
static bool leaves_jobs_to_others(const lane *l, bool has_own_work)
{
    const list *idle = &l->pool->idle;
    if (l->pool->coming > 0) return has_own_work || l->executor->suspended > 0;
    if (list_is_empty(idle)) return false;
    return has_own_work || (l->executor->suspended > 0 && list_entry(idle->next, const lane, idle_link)->suspended == 0);
}

/* LN2: one less may be taken; true: it was the last. [pool] */
static bool count_job(lane_pool *pool)
{
    pool->started++;
    if (pool->allowance == SIZE_MAX || --pool->allowance > 0) return false;
    strands_give_up_reserved(pool);
    return true;
}

/* A job for the lane; NULL: there is none, or it is left to an idle lane. `last`: the gate has closed behind it. */
static ready_item *take_job(lane *l, bool can_run, bool has_own_work, bool *last)
{
    lane_pool *pool = l->pool;
    ready_item *job = NULL;
    mutex_lock(&pool->lock);
    list_remove(&l->idle_link);
    l->rests = false;
    if (l->is_coming) pool->coming--;
    l->is_coming = false;
    if (can_run && l->is_own)
        job = first_own(pool);
    else if (can_run && pool->allowance > 0 && !leaves_jobs_to_others(l, has_own_work))
        job = first_runnable(pool);
    if (job) {
        if (job->kind == READY_SOURCE) { /* it may be pushed again from here on: its run is in the strand, no longer its item */
            list_entry(job, source, ready)->inside++;
            job->entered = false;
        }
        strand_ref(job->strand);
        atomic_exchange(&job->queued, false); /* as ready_queue_pop() */
        if (!l->is_own) *last = count_job(pool);
    }
    lane *woken = lanes_wake_one(pool);
    mutex_unlock(&pool->lock);
    lane_wake(woken);
    return job;
}

/* LN3: true: the lane counts as idle, nothing was there to take. */
static bool come_to_rest(lane *l)
{
    lane_pool *pool = l->pool;
    mutex_lock(&pool->lock);
    bool nothing = l->is_own ? circle_is_empty(&pool->own_jobs) : !has_jobs(pool) || pool->allowance == 0 || pool->coming > 0;
    bool rests = nothing && !pool->ending;
    l->rests = rests;
    l->suspended = l->executor->suspended;
    if (rests && !l->is_own) list_append(l->suspended > 0 ? &pool->idle : pool->idle.next, &l->idle_link); /* LN7 */
    pool->rests++;
    condition_signal_all(&pool->changed);
    mutex_unlock(&pool->lock);
    return rests;
}

static bool is_ending(lane_pool *pool)
{
    mutex_lock(&pool->lock);
    bool ending = pool->ending;
    mutex_unlock(&pool->lock);
    return ending;
}

static void lane_main(void *arg)
{
    lane *l = arg;
    rclio_executor *executor = l->executor;
    turn_enter(executor, NULL); /* nobody else knows it */
    turn_collect(executor);
    for (;;) {
        bool last = false;
        ready_item *job = take_job(l, run_reserve(executor), turn_has_work(executor), &last);
        if (last) executor_poke(l->pool->root);
        if (job) run_job(executor, job);
        turn_run(executor, ROUND);
        if (job || turn_has_work(executor)) {
            turn_collect(executor);
        } else if (come_to_rest(l)) {
            turn_sleep(executor);
        } else if (is_ending(l->pool)) {
            break;
        }
    }
    turn_leave(executor);
}

/* ---- sources ---- */

bool lanes_finish_source(lane_pool *pool, source *s)
{
    mutex_lock(&pool->lock);
    s->finished = true;
    if (atomic_load(&s->ready.queued)) {
        circle_remove(&s->ready);
        drop(pool, &s->ready);
    }
    bool over = s->inside == 0;
    lane *woken = lanes_wake_one(pool);
    mutex_unlock(&pool->lock);
    lane_wake(woken);
    return over;
}

void lanes_await_source(lane_pool *pool, source *s)
{
    mutex_lock(&pool->lock);
    while (s->inside > 0) condition_wait(&pool->changed, &pool->lock);
    mutex_unlock(&pool->lock);
}

bool lanes_end_source(lane_pool *pool, source *s)
{
    mutex_lock(&pool->lock);
    s->inside--;
    bool over = s->finished && s->inside == 0, release = over && s->released;
    if (over && !release) condition_signal_all(&pool->changed); /* lanes_await_source(): `s` may be gone when the lock is */
    if (!s->finished && s->again) {
        s->again = false;
        if (ready_item_claim(&s->ready)) circle_append(s->ready.own ? &pool->own_jobs : &pool->jobs, &s->ready);
    }
    mutex_unlock(&pool->lock); /* who ends the source leaves its strand next, and wakes a lane then if it must */
    return release;
}

/* ---- the gate ---- */

static void wake_for_jobs(lane_pool *pool)
{
    mutex_lock(&pool->lock);
    lane *woken = lanes_wake_one(pool); /* which wakes the next when jobs are left */
    mutex_unlock(&pool->lock);
    lane_wake(woken);
}

void lanes_open(lane_pool *pool, size_t jobs)
{
    mutex_lock(&pool->lock);
    if (!pool->stays_open) pool->allowance = jobs;
    if (pool->allowance == 0) strands_give_up_reserved(pool);
    mutex_unlock(&pool->lock);
    wake_for_jobs(pool);
}

void lanes_close(lane_pool *pool)
{
    lanes_open(pool, 0);
}

void lanes_stay_open(lane_pool *pool)
{
    mutex_lock(&pool->lock);
    pool->stays_open = true;
    pool->allowance = SIZE_MAX;
    mutex_unlock(&pool->lock);
    wake_for_jobs(pool);
}

/* ---- waiting for lanes ---- */

/* [pool] */
static bool is_quiet(lane_pool *pool)
{
    if (!circle_is_empty(&pool->own_jobs) || (has_jobs(pool) && pool->allowance > 0)) return false;
    for (size_t i = 0; i < pool->count; i++)
        if (!pool->lanes[i].rests || ready_queue_has_arrivals(&pool->lanes[i].executor->ready)) return false;
    return true;
}

bool lanes_wait_quiet(lane_pool *pool, int64_t deadline_ns)
{
    bool quiet, in_time = true;
    mutex_lock(&pool->lock);
    while (!(quiet = is_quiet(pool)) && in_time) in_time = condition_wait_until(&pool->changed, &pool->lock, deadline_ns);
    mutex_unlock(&pool->lock);
    return quiet;
}

size_t lanes_rests(lane_pool *pool)
{
    mutex_lock(&pool->lock);
    size_t rests = pool->rests;
    mutex_unlock(&pool->lock);
    return rests;
}

bool lanes_wait_end(lane_pool *pool, size_t rests)
{
    mutex_lock(&pool->lock);
    for (;;) {
        size_t suspended = 0;
        for (size_t i = 0; i < pool->count; i++) suspended += pool->lanes[i].suspended;
        bool ended = suspended == 0 && !has_jobs(pool) && is_quiet(pool);
        if (ended || pool->rests != rests) {
            mutex_unlock(&pool->lock);
            return ended;
        }
        condition_wait(&pool->changed, &pool->lock);
    }
}

/* ---- life ---- */

static rclio_status lane_start(lane_pool *pool, size_t i, const rclio_executor_options *options)
{
    char name[16];
    lane *l = &pool->lanes[i];
    rclio_executor_options o = {.stack_size = options->stack_size, .spin_before_sleep_ns = options->spin_before_sleep_ns};
    bool is_own = i + 1 == pool->count;
    if (is_own)
        strcpy(name, "rclio-exec-own");
    else
        snprintf(name, sizeof name, "rclio-exec-%u", (unsigned)i % 1000);
    o.name = name;
    l->pool = pool;
    l->is_own = is_own;
    list_init(&l->idle_link);
    l->executor = executor_new_below(pool->root, &o);
    if (!l->executor) return rclio_error_status();
    return thread_start(&l->thread, name, lane_main, l);
}

lane_pool *lanes_new(rclio_executor *root, size_t count, const rclio_executor_options *options)
{
    lane_pool *pool = calloc(1, sizeof *pool + (count + 1) * sizeof pool->lanes[0]);
    if (!pool) return rclio_fail_null(RCLIO_NO_MEMORY, "out of memory for %zu threads of executor '%s'", count, root->name);
    if (mutex_init(&pool->lock)) goto no_lock;
    if (mutex_init(&pool->state)) goto no_state;
    if (condition_init(&pool->changed)) goto no_condition;
    pool->root = root;
    circle_init(&pool->jobs);
    circle_init(&pool->reserved);
    circle_init(&pool->own_jobs);
    list_init(&pool->idle);
    root->lanes = pool; /* before any lane looks */
    pool->count = count + 1;
    for (size_t i = 0; i < pool->count; i++) {
        if (lane_start(pool, i, options) == RCLIO_OK) continue;
        root->lanes = NULL;
        lanes_destroy(pool);
        return NULL;
    }
    return pool;

no_condition:
    mutex_fini(&pool->state);
no_state:
    mutex_fini(&pool->lock);
no_lock:
    free(pool);
    return NULL;
}

void lanes_destroy(lane_pool *pool)
{
    mutex_lock(&pool->lock);
    pool->ending = true;
    mutex_unlock(&pool->lock);
    for (size_t i = 0; i < pool->count; i++) {
        lane *l = &pool->lanes[i];
        if (!l->executor) continue;
        executor_poke(l->executor);
        thread_join(&l->thread);
    }
    for (size_t i = 0; i < pool->count; i++) {
        if (pool->lanes[i].executor)
            pool->lanes[i].executor->root = pool->lanes[i].executor; /* an ordinary one, to be destroyed */
        rclio_executor_destroy(pool->lanes[i].executor);
    }
    condition_fini(&pool->changed);
    mutex_fini(&pool->state);
    mutex_fini(&pool->lock);
    free(pool);
}
