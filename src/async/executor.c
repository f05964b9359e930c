/* src/async/executor.c: see executor.h: its life, its turn, its sleep. Spinning is in spin.c, what runs in run.c. */
#include "async/executor.h"

#include "async/future.h"
#include "async/overflow.h"
#include "async/source.h"
#include "async/task.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/futex.h"
#include "base/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#define EVENTS_PER_CALL 64
#define MAXIMUM_TASKS 100000

static _Thread_local rclio_executor *current_executor;

/* Not inlined, as the address of a thread-local variable must not be kept across a switch (E5). */
__attribute__((noinline)) rclio_executor *executor_current(void)
{
    return current_executor;
}

static __attribute__((noinline)) void set_current(rclio_executor *executor)
{
    current_executor = executor;
}

bool executor_is_mine(const rclio_executor *executor)
{
    return atomic_load_explicit(&executor->owner, memory_order_relaxed) == pthread_self();
}

/* X4: also of a task that spins another executor meanwhile. */
bool executor_is_around(const rclio_executor *executor)
{
    for (const rclio_executor *e = executor_current(); e; e = e->outer)
        if (e->root == executor->root) return true;
    return false;
}

bool executor_is_multi_threaded(const rclio_executor *executor)
{
    return executor->lanes;
}

size_t executor_has_run(rclio_executor *executor)
{
    return executor->lanes ? lanes_started(executor->lanes) : executor->ran;
}

bool executor_is_mine_or_free(const rclio_executor *executor)
{
    if (executor->lanes) return executor_owns_state(executor);
    pthread_t owner = atomic_load_explicit(&executor->owner, memory_order_relaxed);
    return owner == 0 || owner == pthread_self();
}

bool rclio_executor_is_current(const rclio_executor *executor)
{
    return executor && (executor_is_mine(executor) || executor_is_around(executor));
}

/* ---- waking ---- */

static void write_event(rclio_executor *executor)
{
    uint64_t one = 1;
    int number = errno;
    while (write(executor->event_fd, &one, sizeof one) < 0 && errno == EINTR) continue;
    errno = number;
}

/* E2 */
static void notify(rclio_executor *executor)
{
    int state = atomic_exchange(&executor->state, EXECUTOR_AWAKE);
    if (state == EXECUTOR_PARKED)
        futex_wake(&executor->state);
    else if (state == EXECUTOR_IDLE)
        write_event(executor);
}

void executor_poke(rclio_executor *executor)
{
    atomic_store(&executor->poked, true);
    notify(executor);
}

void executor_wake(rclio_executor *executor)
{
    executor_poke(executor);
    write_event(executor); /* an embedding loop waits whatever the state */
}

void executor_push(rclio_executor *executor, ready_item *item)
{
    if (executor->lanes && item->kind != READY_BREAK)
        lanes_push(executor->lanes, item);
    else if (executor_is_mine(executor))
        ready_queue_push_own(&executor->ready, item);
    else if (ready_queue_push(&executor->ready, item))
        notify(executor);
}

void rclio_executor_stop(rclio_executor *executor)
{
    atomic_store(&executor->stop, true);
    executor_wake(executor);
}

void executor_on_stop(rclio_executor *executor, stop_hook *hook, void (*stopped)(void *arg), void *arg)
{
    hook->stopped = stopped;
    hook->arg = arg;
    mutex_lock(&executor->lock);
    list_append(&executor->stop_hooks, &hook->link);
    mutex_unlock(&executor->lock);
}

void executor_off_stop(rclio_executor *executor, stop_hook *hook)
{
    mutex_lock(&executor->lock);
    list_remove(&hook->link);
    mutex_unlock(&executor->lock);
}

static bool copy_stop_hook(rclio_executor *executor, size_t index, stop_hook *copy)
{
    bool found = false;
    mutex_lock(&executor->lock);
    list_each(node, &executor->stop_hooks) {
        if (index-- > 0) continue;
        *copy = *list_entry(node, stop_hook, link);
        found = true;
        break;
    }
    mutex_unlock(&executor->lock);
    return found;
}

void executor_run_stop_hooks(rclio_executor *executor)
{
    stop_hook hook;
    for (size_t i = 0; copy_stop_hook(executor, i, &hook); i++) hook.stopped(hook.arg);
}

/* ---- the turn ---- */

rclio_status turn_enter(rclio_executor *executor, bool *busy)
{
    if (executor->lanes && executor_is_around(executor) && !executor_is_mine(executor)) /* X4 */
        return rclio_fail(RCLIO_BAD_STATE, "executor '%s' called this from one of its threads: await instead", executor->name);
    pthread_t nobody = 0;
    if (!atomic_compare_exchange_strong(&executor->owner, &nobody, pthread_self())) {
        if (nobody == pthread_self()) /* X4 */
            return rclio_fail(RCLIO_BAD_STATE, "executor '%s' spins already, it called this: await instead", executor->name);
        if (busy) *busy = true;
        return rclio_fail(RCLIO_BAD_STATE, "executor '%s' is spun by another thread", executor->name);
    }
    bool closing = atomic_load(&executor->life) != EXECUTOR_OPEN;
    if (executor->suspended > 0 && executor->task_thread != pthread_self() && !closing) { /* E5 */
        size_t suspended = executor->suspended;
        atomic_store(&executor->owner, (pthread_t)0);
        return rclio_fail(RCLIO_BAD_STATE,
                          "executor '%s' has %zu suspended tasks that belong to the thread which spun it before: spin it there",
                          executor->name, suspended);
    }
    executor->task_thread = pthread_self();
    executor->outer = executor_current();
    executor->broken = false;
    atomic_store(&executor->state, EXECUTOR_AWAKE);
    set_current(executor);
    overflow_prepare_thread();
    fiber_home_arrive(&executor->home);
    return RCLIO_OK;
}

/* The timerfd is set only when the next deadline is earlier than what it is set to: one that has moved away costs at most one
 * early wake-up, while awaits with timeouts that are not reached cost no system call. */
static void arm_clock(rclio_executor *executor)
{
    const timer *first = executor->timers.root;
    if (!first) return;
    bool is_set = executor->timer_armed_ns > clock_steady_ns(); /* else its edge is still to be taken, or was lost */
    if (is_set && first->deadline_ns >= executor->timer_armed_ns) return;
    int64_t at = first->deadline_ns > 0 ? first->deadline_ns : 1; /* 0 would disarm it */
    struct itimerspec when = {.it_value = {.tv_sec = at / RCLIO_S(1), .tv_nsec = at % RCLIO_S(1)}};
    if (timerfd_settime(executor->timer_fd, TFD_TIMER_ABSTIME, &when, NULL) == 0) executor->timer_armed_ns = first->deadline_ns;
}

/* E7. true: it is news to somebody who waits. [turn]; of a multi-threaded one with the state lock */
static bool tell_waiters(rclio_executor *executor)
{
    const timer *first = executor->timers.root;
    int64_t next_ns = first ? first->deadline_ns : RCLIO_FOREVER;
    bool files = executor->awaited_files > 0, news = false;
    if (next_ns != atomic_load_explicit(&executor->told_ns, memory_order_relaxed))
        news = atomic_exchange(&executor->told_ns, next_ns) > next_ns;
    if (files != atomic_load_explicit(&executor->told_of_files, memory_order_relaxed))
        news = !atomic_exchange(&executor->told_of_files, files) || news;
    return news && atomic_load(&executor->waiters) > 0;
}

void executor_timer_armed(rclio_executor *executor)
{
    arm_clock(executor); /* who spins may be asleep */
    if (atomic_load(&executor->embedded) && tell_waiters(executor)) write_event(executor);
}

static void run_put_off(rclio_executor *executor)
{
    void (*run)(void *arg) = executor->put_off;
    executor->put_off = NULL;
    if (run) run(executor->put_off_arg);
}

bool turn_has_work(rclio_executor *executor)
{
    return executor->starving ? ready_queue_has_arrivals(&executor->ready) : !ready_queue_is_empty(&executor->ready);
}

bool executor_put_off(rclio_executor *executor, void (*run)(void *arg), void *arg)
{
    rclio_executor *here = executor_current();
    if (!here || here->root != executor) return false;
    if (here->put_off == run && here->put_off_arg == arg) return false;
    run_put_off(here);
    here->put_off = run;
    here->put_off_arg = arg;
    return true;
}

void turn_leave(rclio_executor *executor)
{
    run_put_off(executor);
    set_current(executor->outer);
    atomic_store(&executor->state, EXECUTOR_IDLE);
    if (atomic_load(&executor->embedded)) { /* the file must be readable again while there is work */
        executor_enter(executor);
        if (atomic_load(&executor->watched)) arm_clock(executor);
        bool news = tell_waiters(executor);
        executor_leave(executor);
        if (news) write_event(executor);
        if (turn_has_work(executor)) notify(executor);
    }
    atomic_store(&executor->owner, (pthread_t)0);
    if (atomic_load(&executor->turned_away) && atomic_exchange(&executor->turned_away, false)) write_event(executor); /* E8 */
    turn_became_free(executor);
}

static void expire_timers(rclio_executor *executor)
{
    if (!executor->timers.root) return;
    int64_t now = clock_steady_ns();
    executor->expiring_ns = now;
    for (timer *t; (t = executor->timers.root) && t->deadline_ns <= now;) {
        timer_heap_remove(&executor->timers, t);
        t->deadline_ns = RCLIO_FOREVER;
        t->expired(t);
    }
    executor->expiring_ns = INT64_MIN;
}

static void handle_events(rclio_executor *executor, const struct epoll_event *events, int count)
{
    for (int i = 0; i < count; i++) {
        void *what = events[i].data.ptr;
        if (what == &executor->timer_fd)
            executor->timer_armed_ns = RCLIO_FOREVER;
        else if (what != &executor->event_fd)
            wait_fd_ready(what, events[i].events);
    }
}

/* What only epoll tells of: awaited files, and for an embedding loop its own. */
static bool has_files(const rclio_executor *executor)
{
    return executor->awaited_files > 0 || atomic_load_explicit(&executor->embedded, memory_order_relaxed);
}

static void collect(rclio_executor *executor, bool files)
{
    struct epoll_event events[EVENTS_PER_CALL];
    int count;
    do {
        count = files ? epoll_pwait(executor->epoll_fd, events, EVENTS_PER_CALL, 0, NULL) : 0;
        executor_enter(executor);
        handle_events(executor, events, count);
        expire_timers(executor);
        executor_leave(executor);
    } while (count == EVENTS_PER_CALL); /* no edge tells of what is left */
}

void turn_collect(rclio_executor *executor)
{
    collect(executor, has_files(executor));
}

void turn_collect_awaited(rclio_executor *executor)
{
    collect(executor, executor->awaited_files > 0);
}

static bool may_sleep(rclio_executor *executor) /* E2 */
{
    return !turn_has_work(executor) && !atomic_load(&executor->poked);
}

/* E3 */
static void sleep_parked(rclio_executor *executor)
{
    int64_t deadline_ns = executor->timers.root ? executor->timers.root->deadline_ns : RCLIO_FOREVER;
    atomic_store(&executor->state, EXECUTOR_PARKED);
    if (!may_sleep(executor)) return;
    futex_wait(&executor->state, EXECUTOR_PARKED, deadline_ns);
    executor->wakeups++;
}

/* How many events there are. */
static int sleep_with_files(rclio_executor *executor, struct epoll_event *events)
{
    executor_enter(executor);
    arm_clock(executor);
    executor_leave(executor);
    atomic_store(&executor->state, EXECUTOR_IDLE);
    if (!may_sleep(executor)) return 0;
    executor->wakeups++;
    return epoll_pwait(executor->epoll_fd, events, EVENTS_PER_CALL, -1, NULL);
}

void turn_sleep(rclio_executor *executor)
{
    struct epoll_event events[EVENTS_PER_CALL];
    int count = 0;
    run_put_off(executor);
    if (executor->idle_spin.limit_ns > 0 && idle_spin_awaits(executor)) {
        atomic_store(&executor->poked, false);
        turn_collect(executor);
        return;
    }
    if (executor->lanes || has_files(executor)) /* a timer of one with lanes may be armed while it sleeps */
        count = sleep_with_files(executor, events);
    else
        sleep_parked(executor);
    atomic_store(&executor->state, EXECUTOR_AWAKE);
    atomic_store(&executor->poked, false);
    executor_enter(executor);
    handle_events(executor, events, count);
    expire_timers(executor);
    executor_leave(executor);
}

/* ---- its life ---- */

static rclio_status watch(rclio_executor *executor, int fd, void *what)
{
    struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data.ptr = what}; /* E3 */
    if (epoll_ctl(executor->epoll_fd, EPOLL_CTL_ADD, fd, &event) == 0) return RCLIO_OK;
    return rclio_fail(RCLIO_SYSTEM, "executor '%s' cannot watch its own files: %s", executor->name, strerror(errno));
}

static rclio_status open_files(rclio_executor *executor)
{
    executor->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    executor->event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    executor->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    if (executor->epoll_fd < 0 || executor->event_fd < 0 || executor->timer_fd < 0)
        return rclio_fail(RCLIO_SYSTEM, "no files for executor '%s': %s", executor->name, strerror(errno));
    rclio_status status = watch(executor, executor->event_fd, &executor->event_fd);
    return status ? status : watch(executor, executor->timer_fd, &executor->timer_fd);
}

static void close_file(int fd)
{
    if (fd >= 0) close(fd);
}

rclio_executor *executor_ref(rclio_executor *executor)
{
    atomic_fetch_add_explicit(&executor->references, 1, memory_order_relaxed);
    return executor;
}

void executor_unref(rclio_executor *executor)
{
    if (atomic_fetch_sub_explicit(&executor->references, 1, memory_order_acq_rel) != 1) return;
    close_file(executor->epoll_fd);
    close_file(executor->event_fd);
    close_file(executor->timer_fd);
    condition_fini(&executor->handler_returned);
    mutex_fini(&executor->failure_lock);
    mutex_fini(&executor->lock);
    free(executor->name);
    free(executor);
}

static rclio_executor *executor_alloc(rclio_executor *root, const rclio_executor_options *options)
{
    rclio_executor *executor = calloc(1, sizeof *executor);
    if (!executor) return rclio_fail_null(RCLIO_NO_MEMORY, "out of memory for an executor");
    executor->root = root ? root : executor;
    executor->epoll_fd = executor->event_fd = executor->timer_fd = -1;
    executor->timer_armed_ns = RCLIO_FOREVER;
    atomic_init(&executor->told_ns, RCLIO_FOREVER);
    executor->expiring_ns = INT64_MIN;
    ready_queue_init(&executor->ready);
    list_init(&executor->futures);
    list_init(&executor->tasks);
    list_init(&executor->turn_waiters);
    list_init(&executor->stop_hooks);
    list_init(&executor->failure_hooks);
    executor->places = options->maximum_tasks ? options->maximum_tasks : MAXIMUM_TASKS;
    idle_spin_init(&executor->idle_spin, options->spin_before_sleep_ns);
    atomic_init(&executor->references, 1);
    atomic_init(&executor->state, EXECUTOR_IDLE);
    executor->name = copy_string(options->name ? options->name : "executor");
    if (!executor->name || mutex_init(&executor->lock)) goto no_lock;
    if (mutex_init(&executor->failure_lock)) goto no_failure_lock;
    if (condition_init(&executor->handler_returned)) goto no_condition;
    if (worker_pool_init(&executor->workers, options->worker_threads)) goto no_workers;
    return executor;

no_workers:
    condition_fini(&executor->handler_returned);
no_condition:
    mutex_fini(&executor->failure_lock);
no_failure_lock:
    mutex_fini(&executor->lock);
no_lock:
    free(executor->name);
    free(executor);
    return NULL;
}

/* Ends what executor_unref() leaves, in the thread that has the turn or before anyone knows the executor. */
static void executor_fini(rclio_executor *executor)
{
    if (executor->lanes) lanes_destroy(executor->lanes);
    executor->lanes = NULL;
    worker_pool_fini(&executor->workers);
    run_fini(executor);
    stack_pool_fini(&executor->stacks);
}

rclio_executor *executor_new_below(rclio_executor *root, const rclio_executor_options *options)
{
    rclio_executor *executor = executor_alloc(root, options);
    if (!executor) return NULL;
    overflow_install();
    fiber_home_arrive(&executor->home);
    if (open_files(executor) || stack_pool_init(&executor->stacks, options->stack_size, STACK_GUARD_UNKNOWN) ||
        run_prepare(executor)) {
        executor_fini(executor);
        executor_unref(executor);
        return NULL;
    }
    return executor;
}

static size_t thread_count(size_t wanted)
{
    if (wanted != RCLIO_THREADS_AUTO) return wanted;
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    return processors > 2 ? (size_t)processors : 2;
}

rclio_executor *rclio_executor_new(const rclio_executor_options *options)
{
    static const rclio_executor_options defaults;
    if (!options) options = &defaults;
    rclio_executor *executor = executor_new_below(NULL, options);
    if (!executor || options->threads == 0) return executor;
    if (lanes_new(executor, thread_count(options->threads), options)) return executor; /* E6 */
    rclio_executor_destroy(executor);
    return NULL;
}

/* ---- the end: X5 ---- */

/* Cancels the pending futures that are here now. Returns how many. */
static size_t cancel_futures(rclio_executor *executor)
{
    size_t count = 0;
    for (;;) {
        rclio_future *pending = NULL;
        mutex_lock(&executor->lock);
        list_each(node, &executor->futures) {
            rclio_future *future = list_entry(node, rclio_future, node);
            list_remove(node); /* whether it can be had or is being freed: the list gets shorter */
            if (future_try_ref(future)) {
                pending = future;
                break;
            }
        }
        mutex_unlock(&executor->lock);
        if (!pending) return count;
        future_cancel_now(pending,
                          copy_format("%s was cancelled: executor '%s' is being destroyed", pending->what, executor->name));
        rclio_future_unref(pending);
        count++;
    }
}

static void cancel_tasks(rclio_executor *executor)
{
    mutex_lock(&executor->lock);
    list_each(node, &executor->tasks) {
        rclio_task *task = (rclio_task *)(void *)list_entry(node, rclio_future, node);
        if (!atomic_exchange(&task->cancel_requested, true)) task_wake(task); /* once until it is delivered */
    }
    mutex_unlock(&executor->lock);
}

static void drain_lanes(rclio_executor *executor)
{
    size_t rests;
    lanes_open(executor->lanes, SIZE_MAX); /* for done callbacks, posts and tasks: sources are not run any more */
    do {
        rests = lanes_rests(executor->lanes);
        cancel_futures(executor);
        cancel_tasks(executor);
    } while (!lanes_wait_end(executor->lanes, rests) || cancel_futures(executor) > 0);
    lanes_close(executor->lanes);
}

/* Runs all tasks to their end. What they wait for is cancelled again whenever nothing else is left to run, so that a task which
 * returns when it is cancelled does end. */
static void drain(rclio_executor *executor)
{
    if (executor->lanes) {
        drain_lanes(executor);
        return;
    }
    do {
        cancel_futures(executor);
        cancel_tasks(executor);
        if (!turn_has_work(executor) && executor->suspended > 0) turn_sleep(executor);
        while (turn_has_work(executor)) {
            turn_run(executor, SIZE_MAX);
            turn_collect(executor);
        }
    } while (executor->suspended > 0 || cancel_futures(executor) > 0 || turn_has_work(executor));
}

void executor_close(rclio_executor *executor)
{
    atomic_store(&executor->life, EXECUTOR_CLOSING);
    if (turn_enter(executor, NULL)) { /* nothing that follows could be right */
        fprintf(stderr, "rclio: executor '%s' is destroyed while it spins: %s\n", executor->name, rclio_error());
        abort();
    }
    executor->obeys_stop = false;
    drain(executor);
    turn_leave(executor);
}

void rclio_executor_destroy(rclio_executor *executor)
{
    if (!executor) return;
    executor_close(executor);
    turn_enter(executor, NULL); /* as it could a moment ago */
    atomic_store(&executor->life, EXECUTOR_CLOSED);
    executor_fini(executor);
    turn_leave(executor);
    executor_unref(executor);
}
