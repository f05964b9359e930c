/* tests/async/async_test.c: see async_test.h. */
#include "async_test.h"

#include <stdio.h>

int new_executor(void **state)
{
    *state = rclio_executor_new(&(rclio_executor_options){.name = "tested"});
    return *state ? 0 : -1;
}

int destroy_executor(void **state)
{
    rclio_executor_destroy(*state);
    return 0;
}

void run_in_task(rclio_executor *executor, rclio_task_fn *run, void *arg)
{
    rclio_task *task = rclio_task_new(executor, "tested task", run, arg);
    assert_non_null(task);
    assert_ok(rclio_executor_spin_until(executor, rclio_task_future(task), RCLIO_FOREVER));
    rclio_task_unref(task);
}

void settle(rclio_executor *executor)
{
    assert_ok(rclio_executor_spin_some(executor, 0));
}

void journal_add(journal *j, const char *entry)
{
    int written = snprintf(j->data + j->length, sizeof j->data - j->length, "%s%s", j->length ? " " : "", entry);
    assert_true(written > 0 && (size_t)written < sizeof j->data - j->length);
    j->length += (size_t)written;
}
