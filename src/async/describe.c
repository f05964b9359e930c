/* src/async/describe.c: "why does it hang?": what each task and pending future of an executor waits for.
 *
 *   D1  It never hangs itself: when the executor's lock cannot be had within a second (a watchdog may have interrupted its
 *       holder), it says so and gives up.
 * Threads: any. */
#include "async/describe.h"

#include "async/circle.h"
#include "async/clock.h"
#include "async/task.h"
#include "base/clock.h"
#include "base/text.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

static double seconds(int64_t ns)
{
    return (double)(ns < 0 ? 0 : ns) / 1e9;
}

static size_t list_length(const list *head)
{
    size_t length = 0;
    for (const list *node = head->next; node != head; node = node->next) length++;
    return length;
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static void describe_clock(text *out, const wait_note *note)
{
    static const char *const names[] = {
        [RCLIO_CLOCK_ROS] = "a ROS clock", [RCLIO_CLOCK_SYSTEM] = "the system clock", [RCLIO_CLOCK_STEADY] = "the steady clock"};
    text_append_format(out, "until %.3f s of %s, which shows %.3f s%s", (double)note->clock_ns / 1e9,
                       names[rclio_clock_get_kind(note->clock)], (double)rclio_clock_now(note->clock) / 1e9,
                       rclio_clock_is_ros_time_active(note->clock) ? " (ROS time is active)" : "");
}

/* What a suspended task waits for, behind "awaits" or "sleeps". */
static void describe_what(text *out, const wait_note *note)
{
    switch (note->kind) {
    case WAIT_FUTURE: text_append(out, note->future->what); break;
    case WAIT_CLOCK: describe_clock(out, note); break;
    case WAIT_FILE: text_append_format(out, "file %d", note->fd); break;
    case WAIT_WORK: text_append(out, "work on the worker pool"); break;
    default: break;
    }
}

static void look_at_task(const executor_view *view, rclio_task *task, int64_t now)
{
    const wait_note *note = &task->note;
    bool sleeps = note->kind == WAIT_SLEEP || note->kind == WAIT_CLOCK;
    text what;
    text_init(&what);
    task_view seen = {.name = task->future.what, .is_callback = task->is_callback, .since_ns = -1, .left_ns = -1};
    if (note->kind == WAIT_NONE) {
        seen.state = atomic_load(&task->started) ? "ready" : "new";
    } else {
        seen.state = sleeps ? "sleeps" : "awaits";
        describe_what(&what, note);
        seen.since_ns = now > note->since_ns ? now - note->since_ns : 0;
        if (note->deadline_ns != RCLIO_FOREVER && note->kind != WAIT_CLOCK)
            seen.left_ns = note->deadline_ns > now ? note->deadline_ns - now : 0;
        seen.file = base_name(note->file);
        seen.line = note->line;
    }
    seen.what = what.data;
    view->task(&seen, view->arg);
    text_fini(&what);
}

bool executor_look(rclio_executor *executor, const executor_view *view)
{
    struct timespec deadline;
    clock_gettime(CLOCK_REALTIME, &deadline);
    deadline.tv_sec++;
    if (pthread_mutex_timedlock(&executor->lock.handle, &deadline) != 0) return false; /* D1 */
    int64_t now = clock_steady_ns();
    list_each(node, &executor->tasks) look_at_task(view, (rclio_task *)(void *)list_entry(node, rclio_future, node), now);
    list_each(each, &executor->futures) {
        const rclio_future *future = list_entry(each, rclio_future, node);
        view->future(future->what, now - future->since_ns, list_length(&future->waiters), view->arg);
    }
    pthread_mutex_unlock(&executor->lock.handle);
    return true;
}

void executor_each_running(rclio_executor *executor, void (*each)(const void *name, void *arg), void *arg)
{
    const lane_pool *pool = executor->lanes;
    const void *name = atomic_load_explicit(&executor->running, memory_order_relaxed);
    if (name) each(name, arg);
    for (size_t i = 0; pool && i < pool->count; i++)
        if ((name = atomic_load_explicit(&pool->lanes[i].executor->running, memory_order_relaxed))) each(name, arg);
}

const char *executor_name(const rclio_executor *executor)
{
    return executor->name;
}

/* ---- as text ---- */

struct description {
    text tasks, futures;
    size_t task_count, future_count;
};

static void describe_task(const task_view *view, void *arg)
{
    struct description *d = arg;
    d->task_count++;
    text_append_format(&d->tasks, "task '%s' ", view->name);
    if (strcmp(view->state, "new") == 0) {
        text_append(&d->tasks, "has not started yet\n");
        return;
    }
    if (view->since_ns < 0) {
        text_append(&d->tasks, "runs or is ready to\n");
        return;
    }
    bool by_clock = view->what[0] && strcmp(view->state, "sleeps") == 0;
    text_append_format(&d->tasks, "%s%s%s%s since %.3f s", view->state, view->what[0] ? " " : "", view->what, by_clock ? "," : "",
                       seconds(view->since_ns));
    if (view->left_ns >= 0) text_append_format(&d->tasks, ", for at most %.3f s more,", seconds(view->left_ns));
    text_append_format(&d->tasks, " at %s:%d\n", view->file, view->line);
}

static void describe_future(const char *what, int64_t since_ns, size_t waiters, void *arg)
{
    struct description *d = arg;
    d->future_count++;
    text_append_format(&d->futures, "future '%s' pending since %.3f s, %zu waiter%s\n", what, seconds(since_ns), waiters,
                       waiters == 1 ? "" : "s");
}

/* D1: a watchdog may have interrupted who holds the lock. */
static void describe_lanes(text *out, lane_pool *pool)
{
    size_t busy = 0;
    if (pthread_mutex_trylock(&pool->lock.handle) != 0) return;
    for (size_t i = 0; i + 1 < pool->count; i++) busy += !pool->lanes[i].rests; /* the last is for rclio's own work */
    bool closed = pool->allowance == 0, jobs = !circle_is_empty(&pool->jobs) || !circle_is_empty(&pool->reserved);
    pthread_mutex_unlock(&pool->lock.handle);
    text_append_format(out, "%zu of %zu threads run callbacks; %s\n", busy, pool->count - 1,
                       !jobs    ? "no other is ready"
                       : closed ? "others are ready, but nobody spins the executor"
                                : "others are ready");
}

static void write_all(int fd, const char *data, size_t size)
{
    while (size > 0) {
        ssize_t written = write(fd, data, size);
        if (written <= 0) return;
        data += written;
        size -= (size_t)written;
    }
}

void rclio_describe_waits(rclio_executor *executor, int fd)
{
    if (!executor) return;
    text out;
    struct description d = {.task_count = 0};
    text_init(&out);
    text_init(&d.tasks);
    text_init(&d.futures);
    if (executor_look(executor, &(executor_view){describe_task, describe_future, &d})) {
        text_append_format(&out, "executor '%s': %zu task%s, %zu pending future%s\n%s%s", executor->name, d.task_count,
                           d.task_count == 1 ? "" : "s", d.future_count, d.future_count == 1 ? "" : "s", d.tasks.data,
                           d.futures.data);
        if (executor->lanes) describe_lanes(&out, executor->lanes);
    } else {
        text_append_format(&out, "executor '%s' holds its lock: no picture of its tasks\n", executor->name);
    }
    write_all(fd, out.data, out.length);
    text_fini(&d.futures);
    text_fini(&d.tasks);
    text_fini(&out);
}
