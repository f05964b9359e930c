/* src/async/wait_fd.c: a task waits for a file, through the executor's own epoll set.
 *
 *   WF1  A file is in the set while a task waits for it, once (EPOLLONESHOT), so a second task is told, not starved.
 *   WF2  Events of one look at the set are all noted before any task runs, so none points at a wait that is over.
 * Threads: the executor's. */
#include "async/task.h"
#include "base/clock.h"
#include "base/error.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/epoll.h>

struct file_wait {
    rclio_task *task;
    uint32_t events; /* what came; 0: nothing yet */
};

void wait_fd_ready(void *waiting, uint32_t events)
{
    struct file_wait *wait = waiting;
    wait->events = events;
    task_wake(wait->task);
}

static bool file_is_ready(void *arg)
{
    return ((const struct file_wait *)arg)->events != 0;
}

static rclio_status file_error(int fd, int error)
{
    if (error == EEXIST) return rclio_fail(RCLIO_BAD_STATE, "another task waits for file %d: one at a time", fd);
    if (error == EPERM)
        return rclio_fail(RCLIO_SYSTEM, "file %d cannot be waited for: it is always ready, or not of a kind that tells", fd);
    return rclio_fail(RCLIO_SYSTEM, "file %d cannot be waited for: %s", fd, strerror(error));
}

rclio_status rclio_await_fd_at(int fd, short events, int64_t deadline_ns, short *ready, const char *file, int line)
{
    rclio_task *task = rclio_task_current();
    if (ready) *ready = 0;
    if (!task) return rclio_fail(RCLIO_BAD_STATE, "file %d cannot be awaited here (%s:%d): not a task", fd, file, line);
    if (task_take_cancel(task)) return rclio_fail(RCLIO_CANCELLED, "task '%s' was cancelled", task->future.what);

    rclio_executor *executor = task->executor;
    struct file_wait wait = {.task = task};
    wait_note note = {.kind = WAIT_FILE, .fd = fd, .deadline_ns = deadline_ns, .file = file, .line = line};
    struct epoll_event event = {.events = (uint32_t)(unsigned short)events | EPOLLONESHOT,
                                .data.ptr = &wait}; /* POLLIN is EPOLLIN, ... */
    if (epoll_ctl(executor->epoll_fd, EPOLL_CTL_ADD, fd, &event)) return file_error(fd, errno);
    executor->awaited_files++;
    rclio_status status = task_wait(task, &note, file_is_ready, &wait, true);
    executor->awaited_files--;
    epoll_ctl(executor->epoll_fd, EPOLL_CTL_DEL, fd, NULL);
    if (status == RCLIO_CANCELLED)
        return rclio_fail(status, "task '%s' was cancelled while it waited for file %d", task->future.what, fd);
    if (status == RCLIO_TIMEOUT) return rclio_fail(status, "file %d was not ready in time", fd);
    if (ready) *ready = (short)(wait.events & 0x7fff);
    return RCLIO_OK;
}
