/* src/async/describe.c: "why does it hang?": what each task and pending future of an executor waits for.
 *
 *   D1  It never hangs itself: when the executor's lock cannot be had within a second (a watchdog may have interrupted its
 *       holder), it says so and gives up.
 * Threads: any. */
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
    text_append_format(out, "sleeps until %.3f s of %s, which shows %.3f s%s,", (double)note->clock_ns / 1e9,
                       names[rclio_clock_get_kind(note->clock)], (double)rclio_clock_now(note->clock) / 1e9,
                       rclio_clock_is_ros_time_active(note->clock) ? " (ROS time is active)" : "");
}

static void describe_note(text *out, const wait_note *note, int64_t now)
{
    switch (note->kind) {
    case WAIT_FUTURE: text_append_format(out, "awaits %s", note->future->what); break;
    case WAIT_SLEEP: text_append(out, "sleeps"); break;
    case WAIT_CLOCK: describe_clock(out, note); break;
    case WAIT_FILE: text_append_format(out, "awaits file %d", note->fd); break;
    default: text_append(out, "awaits work on the worker pool"); break;
    }
    text_append_format(out, " since %.3f s", seconds(now - note->since_ns));
    if (note->deadline_ns != RCLIO_FOREVER && note->kind != WAIT_CLOCK)
        text_append_format(out, ", for at most %.3f s more,", seconds(note->deadline_ns - now));
    text_append_format(out, " at %s:%d\n", base_name(note->file), note->line);
}

static void describe_task(text *out, rclio_task *task, int64_t now)
{
    text_append_format(out, "task '%s' ", task->future.what);
    if (task->note.kind != WAIT_NONE)
        describe_note(out, &task->note, now);
    else if (atomic_load(&task->started))
        text_append(out, "runs or is ready to\n");
    else
        text_append(out, "has not started yet\n");
}

static void describe_future(text *out, rclio_future *future, int64_t now)
{
    size_t waiters = list_length(&future->waiters);
    text_append_format(out, "future '%s' pending since %.3f s, %zu waiter%s\n", future->what, seconds(now - future->since_ns),
                       waiters, waiters == 1 ? "" : "s");
}

static void describe_all(text *out, rclio_executor *executor)
{
    int64_t now = clock_steady_ns();
    size_t tasks = list_length(&executor->tasks), futures = list_length(&executor->futures);
    text_append_format(out, "executor '%s': %zu task%s, %zu pending future%s\n", executor->name, tasks, tasks == 1 ? "" : "s",
                       futures, futures == 1 ? "" : "s");
    list_each(node, &executor->tasks) describe_task(out, (rclio_task *)(void *)list_entry(node, rclio_future, node), now);
    list_each(each, &executor->futures) describe_future(out, list_entry(each, rclio_future, node), now);
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
    struct timespec deadline;
    text_init(&out);
    clock_gettime(CLOCK_REALTIME, &deadline);
    deadline.tv_sec++;
    if (pthread_mutex_timedlock(&executor->lock.handle, &deadline) == 0) { /* D1 */
        describe_all(&out, executor);
        pthread_mutex_unlock(&executor->lock.handle);
        if (executor->lanes) describe_lanes(&out, executor->lanes);
    } else {
        text_append_format(&out, "executor '%s' holds its lock: no picture of its tasks\n", executor->name);
    }
    write_all(fd, out.data, out.length);
    text_fini(&out);
}
