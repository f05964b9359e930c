/* bench/bench_executors.c: what the ways to run cost: one thread, one thread that spins before it sleeps, a pool.
 *
 * A hand-over is a wake from another thread, a run and an answer; its peer is the same with two semaphores. Events are sources that wake
 * themselves; their peer is the single-threaded executor. Processor time tells what spinning costs. */
#include "async/source.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#define HANDOVERS 20000
#define PAUSES 200
#define EVENTS 300000
#define SOURCES 8

static int64_t processor_ns(void)
{
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * RCLIO_S(1) + (used.ru_utime.tv_usec + used.ru_stime.tv_usec) * 1000LL;
}

static rclio_executor *executor_or_exit(size_t threads, int64_t spin_ns)
{
    rclio_executor_options options = {.name = "bench", .threads = threads, .spin_before_sleep_ns = spin_ns};
    rclio_executor *executor = rclio_executor_new(&options);
    if (executor) return executor;
    fprintf(stderr, "bench_executors: %s\n", rclio_error());
    exit(1);
}

/* ---- hand-over ---- */

struct handover {
    source ball;
    sem_t back, forth;
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

struct cost {
    double wall, processor; /* nanoseconds each */
};

static struct cost cost_since(int64_t wall, int64_t processor, int count)
{
    return (struct cost){(double)(rclio_now_steady() - wall) / count, (double)(processor_ns() - processor) / count};
}

static struct cost semaphores(void)
{
    struct handover h;
    pthread_t other;
    sem_init(&h.back, 0, 0);
    sem_init(&h.forth, 0, 0);
    pthread_create(&other, NULL, semaphore_thread, &h);
    int64_t wall = rclio_now_steady(), processor = processor_ns();
    for (int i = 0; i < HANDOVERS; i++) {
        sem_post(&h.forth);
        sem_wait(&h.back);
    }
    pthread_join(other, NULL);
    return cost_since(wall, processor, HANDOVERS);
}

/* `pause_ns`: between two; 0: none. */
static struct cost handovers(size_t threads, int64_t spin_ns, int count, int64_t pause_ns)
{
    rclio_executor *executor = executor_or_exit(threads, spin_ns);
    strand *in = strand_new(false);
    struct handover h;
    pthread_t spinner;
    sem_init(&h.back, 0, 0);
    source_init(&h.ball, executor, "ball", hand_back, NULL);
    source_set_strand(&h.ball, in, 1);
    pthread_create(&spinner, NULL, spin_thread, executor);
    int64_t wall = rclio_now_steady(), processor = processor_ns();
    for (int i = 0; i < count; i++) {
        source_wake(&h.ball);
        sem_wait(&h.back);
        if (pause_ns) rclio_sleep(pause_ns);
    }
    struct cost cost = cost_since(wall, processor, count);
    rclio_executor_stop(executor);
    pthread_join(spinner, NULL);
    executor_enter(executor);
    source_fini_and_wait(&h.ball);
    executor_leave(executor);
    rclio_executor_destroy(executor);
    strand_unref(in);
    return cost;
}

static void bench_handovers(void)
{
    struct cost peer = semaphores(), one = handovers(0, 0, HANDOVERS, 0), spinning = handovers(0, RCLIO_US(20), HANDOVERS, 0),
                pool = handovers(4, 0, HANDOVERS, 0), spinning_pool = handovers(4, RCLIO_US(20), HANDOVERS, 0);
    printf("hand-over                            wall us   ratio   processor us   ratio\n");
    const struct {
        const char *name;
        struct cost cost;
    } rows[] = {{"two semaphores", peer},
                {"single-threaded", one},
                {"single-threaded, spins 20 us", spinning},
                {"4 threads", pool},
                {"4 threads, spin 20 us", spinning_pool}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        printf("%-34s %9.2f %7.2f %14.2f %7.2f\n", rows[i].name, rows[i].cost.wall / 1e3, rows[i].cost.wall / peer.wall,
               rows[i].cost.processor / 1e3, rows[i].cost.processor / peer.processor);
    struct cost rare = handovers(0, 0, PAUSES, RCLIO_MS(1)), rare_spinning = handovers(0, RCLIO_US(20), PAUSES, RCLIO_MS(1));
    printf("one each millisecond, processor us: sleeping %.2f, spinning 20 us %.2f, ratio %.2f\n", rare.processor / 1e3,
           rare_spinning.processor / 1e3, rare_spinning.processor / rare.processor);
}

/* ---- throughput ---- */

struct counted {
    source source; /* first */
    atomic_long *left;
    rclio_future *over;
};

static void count_down(source *s)
{
    struct counted *c = (struct counted *)(void *)s;
    if (atomic_fetch_sub(c->left, 1) == 1) rclio_future_complete(c->over, NULL);
    if (atomic_load(c->left) > 0) source_wake(s);
}

/* Nanoseconds an event; `strands`: how many the sources are in. */
static double cost_of_event(size_t threads, size_t strands)
{
    rclio_executor *executor = executor_or_exit(threads, 0);
    atomic_long left = EVENTS;
    rclio_future *over = rclio_future_new(executor, "all events", NULL);
    struct counted counted[SOURCES];
    strand *in[SOURCES];
    for (size_t i = 0; i < SOURCES; i++) in[i] = strand_new(false);
    for (size_t i = 0; i < SOURCES; i++) {
        counted[i] = (struct counted){.left = &left, .over = over};
        source_init(&counted[i].source, executor, "counted", count_down, NULL);
        source_set_strand(&counted[i].source, in[i % strands], 1);
        source_wake(&counted[i].source);
    }
    int64_t before = rclio_now_steady();
    rclio_executor_spin_until(executor, over, -1);
    double each = (double)(rclio_now_steady() - before) / EVENTS;
    rclio_executor_spin_some(executor, 0);
    executor_enter(executor);
    for (size_t i = 0; i < SOURCES; i++) source_fini_and_wait(&counted[i].source);
    executor_leave(executor);
    rclio_future_unref(over);
    rclio_executor_destroy(executor);
    for (size_t i = 0; i < SOURCES; i++) strand_unref(in[i]);
    return each;
}

int main(void)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    bench_handovers();
    double one = cost_of_event(0, 1), groups = cost_of_event(4, SOURCES), group = cost_of_event(4, 1);
    printf("an event, single-threaded              %8.1f ns\n", one);
    printf("an event, 4 threads, 8 groups          %8.1f ns, %.1f times\n", groups, groups / one);
    printf("an event, 4 threads, one group         %8.1f ns, %.1f times\n", group, group / one);
    return 0;
}
