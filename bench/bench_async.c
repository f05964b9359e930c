/* bench/bench_async.c: what the asynchronous core costs: switches, tasks, events beside idle entities, an idle second.
 *
 * Each figure stands beside a peer measured in the same run: a function call, a pthread hand-over, or the same with fewer
 * entities. */
#include "async/executor.h"
#include "async/source.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#define SWITCHES 2000000
#define TASKS 2000000
#define HANDOVERS 50000
#define EVENTS 2000000
#define IDLE_FEW 10
#define IDLE_MANY 10000

static double nanoseconds_each(int64_t since, size_t count)
{
    return (double)(rclio_now_steady() - since) / (double)count;
}

static void fail(const char *what)
{
    fprintf(stderr, "bench_async: %s: %s\n", what, rclio_error());
    exit(1);
}

static rclio_executor *executor_or_exit(void)
{
    rclio_executor *executor = rclio_executor_new(&(rclio_executor_options){.name = "bench"});
    if (!executor) fail("no executor");
    return executor;
}

/* ---- tasks ---- */

static void yield_often(void *arg)
{
    for (size_t i = *(size_t *)arg; i > 0; i--) rclio_yield();
}

static void do_nothing(void *arg)
{
    ++*(size_t *)arg;
}

static void create_many(void *arg)
{
    size_t ran = 0;
    for (size_t i = 0; i < TASKS; i++) {
        rclio_task_start(arg, "short", do_nothing, &ran);
        if (i % 64 == 63) rclio_yield();
    }
}

struct ping {
    rclio_executor *executor;
    rclio_future *next; /* the one that the waiter awaits */
};

static void await_each(void *arg)
{
    struct ping *ping = arg;
    for (size_t i = 0; i < SWITCHES / 4; i++) {
        rclio_wait(ping->next);
        rclio_future_unref(ping->next);
        ping->next = rclio_future_new(ping->executor, "ping", NULL);
        rclio_yield();
    }
}

static void complete_each(void *arg)
{
    struct ping *ping = arg;
    for (size_t i = 0; i < SWITCHES / 4; i++) {
        rclio_future_complete(ping->next, NULL);
        rclio_yield();
    }
}

static void await_with_timeout(void *arg)
{
    struct ping *ping = arg;
    for (size_t i = 0; i < SWITCHES / 4; i++) {
        rclio_wait_for(ping->next, RCLIO_S(100));
        rclio_future_unref(ping->next);
        ping->next = rclio_future_new(ping->executor, "ping", NULL);
        rclio_yield();
    }
}

static void bench_tasks(void)
{
    rclio_executor *executor = executor_or_exit();
    size_t switches = SWITCHES / 2;
    for (int i = 0; i < 2; i++) rclio_task_start(executor, "yielder", yield_often, &switches);
    int64_t before = rclio_now_steady();
    rclio_executor_spin_some(executor, 0);
    printf("yield and resume (two switches, run queue)   %8.1f ns\n", nanoseconds_each(before, SWITCHES));

    rclio_task_start(executor, "creator", create_many, executor);
    before = rclio_now_steady();
    rclio_executor_spin_some(executor, 0);
    printf("create, run and free a task                  %8.1f ns\n", nanoseconds_each(before, TASKS));

    struct ping ping = {.executor = executor, .next = rclio_future_new(executor, "ping", NULL)};
    rclio_task_start(executor, "waiter", await_each, &ping);
    rclio_task_start(executor, "completer", complete_each, &ping);
    before = rclio_now_steady();
    rclio_executor_spin_some(executor, 0);
    printf("new future, await, complete, resume, free    %8.1f ns (and two yields)\n", nanoseconds_each(before, SWITCHES / 4));

    rclio_task_start(executor, "waiter", await_with_timeout, &ping);
    rclio_task_start(executor, "completer", complete_each, &ping);
    before = rclio_now_steady();
    rclio_executor_spin_some(executor, 0);
    printf("the same with a timeout                      %8.1f ns\n", nanoseconds_each(before, SWITCHES / 4));
    rclio_future_unref(ping.next);
    rclio_executor_destroy(executor);
}

/* ---- wake to run: two threads hand over to each other ---- */

struct handover {
    source ball;
    sem_t back;
    sem_t forth;
};

static void hand_back(source *s)
{
    sem_post(&((struct handover *)(void *)s)->back);
}

static void *spin_thread(void *arg)
{
    rclio_executor_spin(arg);
    return NULL;
}

static void *semaphore_thread(void *arg)
{
    struct handover *h = arg;
    for (int i = 0; i < HANDOVERS; i++) {
        sem_wait(&h->forth);
        sem_post(&h->back);
    }
    return NULL;
}

static void bench_wake(void)
{
    rclio_executor *executor = executor_or_exit();
    struct handover h;
    pthread_t spinner;
    sem_init(&h.back, 0, 0);
    sem_init(&h.forth, 0, 0);
    source_init(&h.ball, executor, "ball", hand_back, NULL);

    pthread_create(&spinner, NULL, semaphore_thread, &h);
    int64_t before = rclio_now_steady();
    for (int i = 0; i < HANDOVERS; i++) {
        sem_post(&h.forth);
        sem_wait(&h.back);
    }
    double peer = nanoseconds_each(before, HANDOVERS);
    pthread_join(spinner, NULL);

    pthread_create(&spinner, NULL, spin_thread, executor);
    before = rclio_now_steady();
    for (int i = 0; i < HANDOVERS; i++) {
        source_wake(&h.ball);
        sem_wait(&h.back);
    }
    double ours = nanoseconds_each(before, HANDOVERS);
    rclio_executor_stop(executor);
    pthread_join(spinner, NULL);
    printf("wake a sleeping executor, run, answer        %8.1f ns, %.2f times two semaphores (%.1f ns)\n", ours, ours / peer,
           peer);
    source_fini(&h.ball);
    rclio_executor_destroy(executor);
}

/* ---- cost of an event beside idle entities ---- */

struct counted {
    source event;
    size_t left;
};

static void count_down(source *s)
{
    struct counted *c = (struct counted *)(void *)s;
    if (--c->left > 0) source_wake(s);
}

static void await_in_vain(void *arg)
{
    rclio_wait_for(arg, RCLIO_S(1000));
}

/* Nanoseconds an event, with `idle` sources, timers and waiting tasks that have nothing to do. */
static double cost_of_event(size_t idle)
{
    rclio_executor *executor = executor_or_exit();
    source *sources = calloc(idle, sizeof *sources);
    timer *timers = calloc(idle, sizeof *timers);
    rclio_future *never = rclio_future_new(executor, "never", NULL);
    struct counted c = {.left = EVENTS};
    if (!sources || !timers || !never) fail("no memory");
    for (size_t i = 0; i < idle; i++) {
        source_init(&sources[i], executor, "idle", hand_back, NULL);
        timer_init(&timers[i], executor, NULL);
        timer_arm(&timers[i], rclio_deadline(RCLIO_S(1000 + (int64_t)i)));
        if (rclio_task_start(executor, "idle", await_in_vain, never)) fail("no task");
    }
    rclio_executor_spin_some(executor, 0);
    source_init(&c.event, executor, "event", count_down, NULL);
    source_wake(&c.event);
    int64_t before = rclio_now_steady();
    rclio_executor_spin_some(executor, 0);
    double each = nanoseconds_each(before, EVENTS);
    for (size_t i = 0; i < idle; i++) timer_disarm(&timers[i]);
    rclio_future_unref(never);
    rclio_executor_destroy(executor);
    free(sources);
    free(timers);
    return each;
}

static void bench_events(void)
{
    double few = cost_of_event(IDLE_FEW), many = cost_of_event(IDLE_MANY);
    printf("an event beside %d idle entities           %8.1f ns\n", IDLE_FEW, few);
    printf("an event beside %d idle entities        %8.1f ns, %.2f times\n", IDLE_MANY, many, many / few);
}

/* ---- an idle second ---- */

struct idle_thread {
    rclio_executor *executor;
    long switches, faults;
    int64_t processor_ns;
};

static void *idle_main(void *arg)
{
    struct idle_thread *idle = arg;
    struct rusage before, after;
    getrusage(RUSAGE_THREAD, &before);
    rclio_executor_spin(idle->executor);
    getrusage(RUSAGE_THREAD, &after);
    idle->switches = after.ru_nvcsw - before.ru_nvcsw + after.ru_nivcsw - before.ru_nivcsw;
    idle->processor_ns =
        (after.ru_utime.tv_usec + after.ru_stime.tv_usec - before.ru_utime.tv_usec - before.ru_stime.tv_usec) * 1000LL;
    return NULL;
}

static void bench_idle(void)
{
    struct idle_thread idle = {.executor = executor_or_exit()};
    source *sources = calloc(IDLE_MANY, sizeof *sources);
    timer *timers = calloc(IDLE_MANY, sizeof *timers);
    pthread_t spinner;
    if (!sources || !timers) fail("no memory");
    for (int i = 0; i < IDLE_MANY; i++) {
        source_init(&sources[i], idle.executor, "idle", hand_back, NULL);
        timer_init(&timers[i], idle.executor, NULL);
        timer_arm(&timers[i], rclio_deadline(RCLIO_S(1000 + i)));
    }
    pthread_create(&spinner, NULL, idle_main, &idle);
    rclio_sleep(RCLIO_MS(100)); /* it settles */
    size_t before = idle.executor->wakeups;
    rclio_sleep(RCLIO_S(1));
    size_t woken = idle.executor->wakeups - before;
    rclio_executor_stop(idle.executor);
    pthread_join(spinner, NULL);
    printf(
        "an idle second beside %d entities: %zu returns from epoll_pwait; with start and stop %ld context switches, %lld us of "
        "processor\n",
        IDLE_MANY, woken, idle.switches, (long long)idle.processor_ns / 1000);
    for (int i = 0; i < IDLE_MANY; i++) timer_disarm(&timers[i]);
    rclio_executor_destroy(idle.executor);
    free(sources);
    free(timers);
}

int main(void)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    bench_tasks();
    bench_wake();
    bench_events();
    bench_idle();
    return 0;
}
