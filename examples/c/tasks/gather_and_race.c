/* gather_and_race: waits for all of three tasks, then for the fastest of three; the slower two are cancelled. */
#include <rclio/rclio.h>
#include <stdio.h>

struct runner {
    const char *name;
    int64_t duration_ns;
};

static void run(void *arg)
{
    struct runner *runner = arg;
    if (rclio_sleep(runner->duration_ns) == RCLIO_CANCELLED) {
        printf("%s was cancelled\n", runner->name);
        return;
    }
    printf("%s arrived\n", runner->name);
    rclio_task_return(runner, NULL);
}

static void start(rclio_executor *executor, struct runner runners[3], rclio_task *tasks[3], rclio_future *futures[3])
{
    for (int i = 0; i < 3; i++) {
        tasks[i] = rclio_task_new(executor, runners[i].name, run, &runners[i]);
        futures[i] = rclio_task_future(tasks[i]);
    }
}

static void finish(rclio_future *group, rclio_task *tasks[3])
{
    rclio_future_unref(group);
    for (int i = 0; i < 3; i++) rclio_task_unref(tasks[i]);
}

static void both_ways(void *arg)
{
    rclio_executor *executor = arg;
    struct runner runners[] = {{"tortoise", RCLIO_MS(90)}, {"hare", RCLIO_MS(30)}, {"cat", RCLIO_MS(60)}};
    rclio_task *tasks[3];
    rclio_future *futures[3];

    start(executor, runners, tasks, futures);
    rclio_future *all = rclio_gather(executor, futures, 3);
    printf("gather: %s\n", rclio_wait(all) == RCLIO_OK ? "all arrived" : rclio_error());
    finish(all, tasks);

    start(executor, runners, tasks, futures);
    rclio_future *first = rclio_race(executor, futures, 3);
    const struct runner *winner = rclio_future_value(rclio_await(first));
    printf("race: %s won\n", winner->name);
    finish(first, tasks);
}

int main(void)
{
    rclio_executor *executor = rclio_executor_new(NULL);
    rclio_task *task = executor ? rclio_task_new(executor, "both ways", both_ways, executor) : NULL;
    if (!task) return fprintf(stderr, "%s\n", rclio_error()), 1;
    rclio_wait(rclio_task_future(task));
    rclio_task_unref(task);
    rclio_executor_destroy(executor);
    return 0;
}
