/* tests/async/pool.c: see pool.h. */
#include "pool.h"

int new_pool(void **state)
{
    *state = rclio_executor_new(&(rclio_executor_options){.name = "tested", .threads = THREADS});
    return *state ? 0 : -1;
}

void wait_for_flag(atomic_int *flag, int wanted)
{
    while (atomic_load(flag) < wanted) sched_yield();
}

void meeting_init(meeting *m, rclio_executor *executor, unsigned count)
{
    pthread_barrier_init(&m->barrier, NULL, count);
    atomic_init(&m->left, (int)count);
    m->over = rclio_future_new(executor, "the end of a meeting", NULL);
    assert_non_null(m->over);
}

void meet(void *arg)
{
    meeting *m = arg;
    pthread_barrier_wait(&m->barrier);
    if (atomic_fetch_sub(&m->left, 1) == 1) rclio_future_complete(m->over, NULL);
}

void meeting_fini(rclio_executor *executor, meeting *m)
{
    settle(executor); /* the last are out of the barrier */
    pthread_barrier_destroy(&m->barrier);
    rclio_future_unref(m->over);
}

void count_one(void *arg)
{
    atomic_fetch_add((atomic_int *)arg, 1);
}

void visit(struct visits *v)
{
    if (atomic_fetch_add(&v->inside, 1) > 0) atomic_store(&v->overlapped, true);
    if (++v->count == v->wanted) rclio_future_complete(v->over, NULL);
    atomic_fetch_sub(&v->inside, 1);
}

void visit_run(source *s)
{
    struct visits *v = ((struct visitor *)(void *)s)->of;
    USER_CODE(s->executor, visit(v));
    if (!s->finished) source_wake(s); /* it may have been meanwhile */
}

static void visitor_released(source *s)
{
    atomic_fetch_add(&((struct visitor *)(void *)s)->of->released, 1);
}

void visits_init(struct visits *v, rclio_executor *executor, source_fn *run, long wanted)
{
    *v = (struct visits){.strand = strand_new(false), .wanted = wanted};
    v->over = rclio_future_new(executor, "enough visits", NULL);
    assert_non_null(v->over);
    for (size_t i = 0; i < 6; i++) {
        v->visitors[i].of = v;
        source_init(&v->visitors[i].source, executor, "visitor", run, visitor_released);
        source_set_strand(&v->visitors[i].source, v->strand, 1);
    }
}

void visits_fini(struct visits *v, rclio_executor *executor)
{
    executor_enter(executor);
    for (size_t i = 0; i < 6; i++) source_fini(&v->visitors[i].source);
    executor_leave(executor);
    while (atomic_load(&v->released) < 6) settle(executor);
    strand_close(v->strand, executor);
    strand_unref(v->strand);
    rclio_future_unref(v->over);
}

void *wake_all_often(void *arg)
{
    struct visits *v = arg;
    for (int i = 0; i < EVENTS / 100; i++)
        for (size_t k = 0; k < 6; k++) source_wake(&v->visitors[k].source);
    return NULL;
}

void *spin_executor(void *arg)
{
    rclio_executor_spin(arg);
    return NULL;
}
