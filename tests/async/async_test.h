/* tests/async/async_test.h: what the tests of the asynchronous core share. */
#ifndef RCLIO_TESTS_ASYNC_TEST_H
#define RCLIO_TESTS_ASYNC_TEST_H

#include "rclio/future.h"
#include "rclio/task.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#if defined(__SANITIZE_THREAD__)
#define MANY_TASKS 1000 /* TSan allows about 8,000 stacks and takes 0.3 ms for each */
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define MANY_TASKS 1000
#endif
#endif
#ifndef MANY_TASKS
#define MANY_TASKS 10000
#endif

#define assert_ok(status) assert_string_equal(rclio_status_name(status), "ok")
#define assert_status(status, wanted) assert_string_equal(rclio_status_name(status), rclio_status_name(wanted))
#define assert_error_names(part) assert_non_null(strstr(rclio_error(), part))

/* An executor per test. */
int new_executor(void **state);
int destroy_executor(void **state);
#define executor_test(function) cmocka_unit_test_setup_teardown(function, new_executor, destroy_executor)

/* Runs the function as a task and spins until it has returned. */
void run_in_task(rclio_executor *executor, rclio_task_fn *run, void *arg);

/* Runs what is ready. */
void settle(rclio_executor *executor);

/* What callbacks append to, to be compared. */
typedef struct journal {
    char data[512];
    size_t length;
} journal;
void journal_add(journal *j, const char *entry);

#endif
