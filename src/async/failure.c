/* src/async/failure.c: see failure.h. */
#include "async/failure.h"

#include "async/task.h"
#include "base/error.h"
#include "base/log_console.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void rclio_task_fail_at(rclio_status status, const char *file, const char *function, uint32_t line, const char *format, ...)
{
    char *text = NULL;
    va_list args;
    va_start(args, format); /* before the discard: an argument may be the old value */
    if (vasprintf(&text, format, args) < 0) text = NULL;
    va_end(args);
    rclio_task *task = rclio_task_current();
    if (!task) {
        rclio_fail(RCLIO_BAD_STATE, "%s (rclio_task_fail at %s:%u, outside of tasks and callbacks, where it fails nothing)",
                   text ? text : rclio_status_name(status), file ? file : "", line);
        free(text);
        return;
    }
    task_discard_result(task);
    task->has_result = true;
    task->failure = (task_failure){.status = status ? status : RCLIO_SYSTEM, text, file, function, line};
}

bool task_take_failure(task_failure *failure)
{
    rclio_task *task = rclio_task_current();
    *failure = (task_failure){0};
    if (!task || !task->has_result || !task->failure.status) return false;
    *failure = task->failure;
    task->failure = (task_failure){0};
    task->has_result = false;
    return true;
}

void task_put_failure(task_failure *failure)
{
    rclio_task *task = rclio_task_current();
    if (!task || !failure->status) {
        task_failure_fini(failure);
        return;
    }
    task_discard_result(task);
    task->has_result = true;
    task->failure = *failure;
    *failure = (task_failure){0};
}

void task_failure_fini(task_failure *failure)
{
    free(failure->text);
    *failure = (task_failure){0};
}

const char *task_failure_text(const task_failure *failure)
{
    return failure->text ? failure->text : rclio_status_name(failure->status);
}

const char *task_failure_place(const task_failure *failure, char *place, size_t size)
{
    const char *slash = failure->file ? strrchr(failure->file, '/') : NULL, *name = slash ? slash + 1 : failure->file;
    place[0] = '\0';
    if (name) snprintf(place, size, " at %s:%u", name, failure->line);
    return place;
}

/* ---- who hears of them ---- */

void executor_on_failure(rclio_executor *executor, failure_hook *hook,
                         void (*failed)(const char *what, const task_failure *failure, void *arg), void *arg)
{
    hook->failed = failed;
    hook->arg = arg;
    mutex_lock(&executor->failure_lock);
    list_append(&executor->failure_hooks, &hook->link);
    mutex_unlock(&executor->failure_lock);
}

void executor_off_failure(rclio_executor *executor, failure_hook *hook)
{
    mutex_lock(&executor->failure_lock);
    list_remove(&hook->link);
    mutex_unlock(&executor->failure_lock);
}

static void print(const char *what, const task_failure *failure)
{
    char line[RCLIO_ERROR_SIZE];
    char place[256];
    snprintf(line, sizeof line, "%s failed%s: %s (%s)", what, task_failure_place(failure, place, sizeof place),
             task_failure_text(failure), rclio_status_name(failure->status));
    log_console_bare(RCLIO_LOG_ERROR, "rclio", line);
}

void executor_report(rclio_executor *executor, const char *what, const task_failure *failure)
{
    mutex_lock(&executor->failure_lock);           /* a hook that is being taken off waits for it */
    if (list_is_empty(&executor->failure_hooks)) { /* FA3 */
        print(what, failure);
    } else {
        failure_hook *first = list_entry(executor->failure_hooks.next, failure_hook, link);
        first->failed(what, failure, first->arg);
    }
    mutex_unlock(&executor->failure_lock);
}
