/* async_callback_example: two tasks run at the same time; a callback takes each result as soon as it is there. */
#include "unlikely_to_return.h"

#include <rclio/rclio.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static void handle_return(rclio_future *future, void *arg)
{
    const struct gamble *done = rclio_future_value(future);
    (void)arg;
    if (done) printf("The result of task=%s was %.17g.\n", done->tag, done->result);
}

int main(void)
{
    rclio_executor *executor = rclio_executor_new(NULL);
    struct gamble gambles[] = {{.tag = "task1"}, {.tag = "task2"}};
    rclio_task *tasks[2];
    rclio_future *futures[2];
    srandom((unsigned)time(NULL));
    if (!executor) return fprintf(stderr, "%s\n", rclio_error()), 1;
    for (int i = 0; i < 2; i++) {
        tasks[i] = rclio_task_new(executor, gambles[i].tag, unlikely_to_return, &gambles[i]);
        if (!tasks[i]) return fprintf(stderr, "%s\n", rclio_error()), 1;
        futures[i] = rclio_task_future(tasks[i]);
        rclio_future_on_done(futures[i], handle_return, NULL);
    }

    printf("Awaiting results...\n");
    rclio_future *both = rclio_gather(executor, futures, 2);
    rclio_status status = rclio_wait(both);
    rclio_executor_spin_some(executor, 0); /* the callback of the task that ended last */
    rclio_future_unref(both);
    for (int i = 0; i < 2; i++) rclio_task_unref(tasks[i]);
    rclio_executor_destroy(executor);
    return status ? 1 : 0;
}
