/* tests/node/crowd.c: see crowd.h. */
#include "crowd.h"

#include <sched.h>

void *spin_executor(void *executor)
{
    rclio_executor_spin(executor);
    return NULL;
}

rclio_context *crowd_context(size_t threads)
{
    rclio_context *context = rclio_init(0, NULL,
                                        &(rclio_context_options){.signals = RCLIO_SIGNALS_NONE,
                                                                 .no_rosout = true,
                                                                 .executor = {.name = "multi-threaded", .threads = threads}});
    assert_non_null(context);
    return context;
}

void crowd_open(crowd *c, size_t threads)
{
    c->context = crowd_context(threads);
    c->executor = rclio_context_executor(c->context);
    harness_watch(c->executor);
    c->other = rclio_executor_new(&(rclio_executor_options){.name = "other", .threads = 2});
    c->node = rclio_node_new(c->context, "crowd", &(rclio_node_options){.no_type_description_service = true});
    assert_non_null(c->node);
    pthread_create(&c->spinner, NULL, spin_executor, c->executor);
    pthread_create(&c->other_spinner, NULL, spin_executor, c->other);
}

void crowd_close(crowd *c)
{
    rclio_executor_stop(c->executor);
    rclio_executor_stop(c->other);
    pthread_join(c->spinner, NULL);
    pthread_join(c->other_spinner, NULL);
    rclio_context_destroy(c->context);
    rclio_executor_destroy(c->other);
    harness_unwatch();
}

void wait_for_flag(atomic_int *flag, int wanted)
{
    while (atomic_load(flag) < wanted) sched_yield();
}

void join(rclio_task *task)
{
    assert_non_null(task);
    assert_ok(rclio_future_wait(rclio_task_future(task), RCLIO_S(50)));
    rclio_task_unref(task);
}

void join_future(rclio_future *future)
{
    assert_non_null(future);
    assert_ok(rclio_future_wait(future, RCLIO_S(50)));
    rclio_future_unref(future);
}
