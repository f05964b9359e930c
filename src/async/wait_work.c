/* src/async/wait_work.c: a task waits for a function that runs on the executor's worker pool. Threads: as worker_pool.h says. */
#include "async/task.h"
#include "base/error.h"

struct task_work {
    work work;
    rclio_task *task;
    atomic_bool ended;
};

static void work_ended(work *w)
{
    struct task_work *job = list_entry(w, struct task_work, work);
    rclio_task *task = rclio_task_ref(job->task); /* `job` may be gone as soon as `ended` is true */
    atomic_store(&job->ended, true);
    task_wake(task);
    rclio_task_unref(task);
}

static bool work_has_ended(void *arg)
{
    return atomic_load(&((const struct task_work *)arg)->ended);
}

rclio_status rclio_await_work_at(void (*run)(void *arg), void *arg, const char *file, int line)
{
    rclio_task *task = rclio_task_current();
    if (!task) return rclio_fail(RCLIO_BAD_STATE, "work cannot be awaited here (%s:%d): not a task", file, line);
    if (task_take_cancel(task))
        return rclio_fail(RCLIO_CANCELLED, "task '%s' was cancelled before its work began", task->future.what);
    struct task_work job = {.work = {.run = run, .arg = arg, .ended = work_ended}, .task = task};
    wait_note note = {.kind = WAIT_WORK, .deadline_ns = RCLIO_FOREVER, .file = file, .line = line};
    rclio_status status = worker_pool_submit(&task->future.executor->workers, &job.work);
    if (status) return status;
    return task_wait(task, &note, work_has_ended, &job, false);
}
