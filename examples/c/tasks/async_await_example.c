/* async_await_example: two tasks run at the same time; their results are used in the order in which they are awaited. */
#include "unlikely_to_return.h"

#include <rclio/rclio.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

int main(void)
{
    rclio_executor *executor = rclio_executor_new(NULL);
    struct gamble gambles[] = {{.tag = "task1"}, {.tag = "task2"}};
    rclio_task *tasks[2];
    srandom((unsigned)time(NULL));
    if (!executor) return fprintf(stderr, "%s\n", rclio_error()), 1;
    for (int i = 0; i < 2; i++) tasks[i] = rclio_task_new(executor, gambles[i].tag, unlikely_to_return, &gambles[i]);

    printf("Awaiting results...\n");
    for (int i = 0; i < 2; i++) {
        const struct gamble *done = tasks[i] ? rclio_await(rclio_task_future(tasks[i])) : NULL;
        if (!done) return fprintf(stderr, "%s\n", rclio_error()), 1;
        printf("The result of task=%s was %.17g.\n", done->tag, done->result);
        rclio_task_unref(tasks[i]);
    }
    rclio_executor_destroy(executor);
    return 0;
}
