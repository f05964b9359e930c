/* tests/python/queue_stress.c: the queue between rclio's threads and Python's (python/extension/queue.c) under many threads, without Python.
 * Built and run by test_queue.py, under ThreadSanitizer where there is one. Ends when everything that was put has come out, exactly once;
 * a wake-up that was lost would keep it from ending. */
#include "queue.h"

#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { LANES = 2, WORKERS = 3, PUTTERS = 3, NODES = 4, GROUPS = 3, ENTITIES = 8, ITEMS = 20000, COMPLETING = ENTITIES - 1 };

static struct py_queue *queue;
static struct py_lane lanes[LANES];
static struct py_home nodes[NODES];
static struct py_turnstile groups[GROUPS];
static struct py_backlog entities[ENTITIES];
static atomic_long put, released;
static atomic_int running[GROUPS];
static atomic_bool over;

void rclio_kept_bytes_release(rclio_kept_bytes *kept)
{
    (void)kept;
}

static void release(void *payload)
{
    (void)payload;
    atomic_fetch_add(&released, 1);
}

static void *put_items(void *arg)
{
    unsigned seed = (unsigned)(size_t)arg;
    for (int i = 0; i < ITEMS; i++) {
        int which = rand_r(&seed) % ENTITIES;
        struct py_item item = {
            .backlog = &entities[which], .payload = &put, .release = release, .completes = which == COMPLETING};
        atomic_fetch_add(&put, 1);
        py_queue_pumps(i % 3 == 0, i % 2 ? &lanes[0] : NULL);
        py_queue_put(queue, &item);
        py_queue_pumps(false, NULL);
        if (i % 64 == 0)
            py_queue_move(queue, &nodes[rand_r(&seed) % NODES], rand_r(&seed) % 3 ? &lanes[rand_r(&seed) % LANES] : NULL);
        if (i % 500 == 0) py_queue_empty(queue, &entities[rand_r(&seed) % ENTITIES]);
    }
    return NULL;
}

/* The group's callbacks do not overlap. */
static void visit(const struct py_turnstile *group)
{
    if (!group || group->reentrant) return;
    if (atomic_fetch_add(&running[group - groups], 1) != 0) {
        fprintf(stderr, "two callbacks of a group at once\n");
        abort();
    }
    atomic_fetch_sub(&running[group - groups], 1);
}

static void run(struct py_item *item, bool waits)
{
    struct py_backlog *backlog = item->backlog;
    visit(backlog->group);
    if (waits) {
        py_queue_leave(queue, backlog->group);
        py_queue_enter_wait(queue, backlog->group);
        visit(backlog->group);
    }
    py_queue_leave(queue, backlog->group);
    py_queue_end(queue, backlog);
    py_item_free(item);
}

/* QU7: one of an asked group, which refuses a third. */
static void ask(struct py_lane *lane, struct py_item *item, int dice)
{
    if (dice % 3 == 0) {
        py_queue_refuse(queue, lane, item, dice % 2);
        return;
    }
    py_queue_begun(queue, lane, item);
    py_queue_end(queue, item->backlog);
    py_item_free(item);
}

static void take(struct py_lane *lane, struct py_item *item, int dice)
{
    if (item->backlog->group && item->backlog->group->asked)
        ask(lane, item, dice);
    else
        run(item, dice % 4 == 0);
}

static void *work(void *arg)
{
    struct py_sleeper sleeper = {.wake_fd = eventfd(0, EFD_NONBLOCK), .lane = arg};
    for (unsigned seed = 1; !atomic_load(&over);) {
        for (struct py_item *item; (item = py_queue_take_completing(queue));) py_item_free(item);
        for (struct py_item *item; (item = py_queue_take(queue, arg));) take(arg, item, rand_r(&seed));
        if (!py_queue_sleep(queue, &sleeper)) continue;
        struct pollfd file = {.fd = sleeper.wake_fd, .events = POLLIN};
        poll(&file, 1, -1);
        py_queue_awake(queue, &sleeper);
        uint64_t count;
        if (read(sleeper.wake_fd, &count, sizeof count) < 0) continue;
    }
    close(sleeper.wake_fd);
    return NULL;
}

int main(void)
{
    pthread_t putters[PUTTERS], workers[LANES * WORKERS];
    queue = py_queue_new();
    groups[1].reentrant = true;
    groups[2].asked = true;
    for (int i = 0; i < LANES; i++) lanes[i].allowed = -1;
    for (int i = 0; i < ENTITIES; i++)
        entities[i] = (struct py_backlog){.home = &nodes[i % NODES],
                                          .group = i % 4 == 3 ? NULL : &groups[i % GROUPS],
                                          .limit = i == COMPLETING ? 0 : (size_t)(1 + i % 5)};
    for (int i = 0; i < NODES; i++) py_queue_move(queue, &nodes[i], &lanes[i % LANES]);
    for (int i = 0; i < LANES * WORKERS; i++) pthread_create(&workers[i], NULL, work, &lanes[i % LANES]);
    for (int i = 0; i < PUTTERS; i++) pthread_create(&putters[i], NULL, put_items, (void *)(size_t)(i + 1));
    for (int i = 0; i < PUTTERS; i++) pthread_join(putters[i], NULL);
    for (int i = 0; i < NODES; i++) py_queue_move(queue, &nodes[i], &lanes[i % LANES]);
    py_queue_wake_all(queue); /* what was put while its worker seemed to pump */
    while (atomic_load(&released) < atomic_load(&put)) {
        for (int i = 0; i < LANES; i++) py_queue_recall(queue, &lanes[i]);
        sched_yield();
    }
    atomic_store(&over, true);
    for (int i = 0; i < LANES * WORKERS; i++) { /* one may just be going to sleep */
        while (pthread_tryjoin_np(workers[i], NULL)) py_queue_wake_all(queue);
    }
    printf("put %ld, released %ld\n", atomic_load(&put), atomic_load(&released));
    return 0;
}
