/* src/async/failure.h: failures that callbacks and tasks report (rclio_task_fail), and who hears of them.
 *
 *   FA1  A failure is its task's until somebody takes it, or the task returns: then it is its future's.
 *   FA2  What nobody takes is reported: a callback's when it returns, a task's when its future goes and nobody has looked at it. Not that
 *        of a task which ended as cancelled, nor one without a place (rclio's own, whose futures programs may drop).
 *   FA3  A report goes to the hook that was added first; without one a line goes to standard error.
 * Threads: as each says. Tests: tests/async/test_failure.c. */
#ifndef RCLIO_ASYNC_FAILURE_H
#define RCLIO_ASYNC_FAILURE_H

#include "base/list.h"
#include "rclio/task.h"

typedef struct task_failure {
    rclio_status status; /* RCLIO_OK: none */
    char *text;          /* owned; may be NULL */
    const char *file;    /* lent, as `function`; NULL: not known */
    const char *function;
    uint32_t line;
} task_failure;

/* FA1: moves the failure of the task that calls into *failure. false: there is none. thread  a task */
bool task_take_failure(task_failure *failure);
void task_failure_fini(task_failure *failure);

/* Puts back what task_take_failure() took: for code that calls a function which may fail for itself, in a task that may have failed before.
 * Leaves *failure empty. thread  any; outside of tasks it frees it */
void task_put_failure(task_failure *failure);

/* Its text, or the name of its status. */
const char *task_failure_text(const task_failure *failure);

/* " at file.c:12", without folders, in `place`, "" when it is not known; returns `place`. */
const char *task_failure_place(const task_failure *failure, char *place, size_t size);

/* rclio_task_fail() without a place (FA2). */
#define task_fail_own(status, ...) rclio_task_fail_at((status), NULL, NULL, 0, __VA_ARGS__)

/* `failed` may run on any thread, must not block, and calls nothing of the executor. The hook is its owner's until executor_off_failure()
 * has returned; then it runs no more. thread any */
typedef struct failure_hook {
    list link;
    void (*failed)(const char *what, const task_failure *failure, void *arg);
    void *arg;
} failure_hook;
void executor_on_failure(rclio_executor *executor, failure_hook *hook,
                         void (*failed)(const char *what, const task_failure *failure, void *arg), void *arg);
void executor_off_failure(rclio_executor *executor, failure_hook *hook);

/* FA2, FA3. `what`: "task 'name'". thread any */
void executor_report(rclio_executor *executor, const char *what, const task_failure *failure);

#endif
