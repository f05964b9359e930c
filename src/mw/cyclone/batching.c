/* src/mw/cyclone/batching.c: see batching.h. */
#include "mw/cyclone/batching.h"

#include "base/clock.h"
#include "base/error.h"

#include <stdlib.h>
#include <string.h>

#define QUICK_NS 50000 /* between two messages that come in a row; a loop of Python that does nothing else takes some 3,000 */
#define SMALL 1024     /* bytes of a message: what is larger gains little */
#define FULL 16        /* messages */
#define OLD_NS 200000  /* since the first that is kept back */
#define LOOK_NS 500000 /* between two looks of the thread */
#define OVER_NS 100000 /* since the newest: nothing more comes */
#define ENOUGH 16
#define ENOUGH_MOST 4096
#define FEW 4 /* fewer than these were not worth it */

void pace_init(const batching *b, pace *p, int32_t entity, unsigned depth)
{
    p->entity = entity;
    p->most = b->is_off ? 0 : depth / 8 < FULL ? depth / 8 : FULL;
    atomic_init(&p->last_ns, 0);
    atomic_init(&p->row, 0);
    atomic_init(&p->enough, ENOUGH);
    atomic_init(&p->holds, false);
}

/* Nobody's any more: the writer whose messages are to be sent, without the lock. */
static int32_t let_go(batching *b, bool in_vain) REQUIRES(b->lock)
{
    pace *p = atomic_load(&b->holder);
    unsigned enough = atomic_load(&p->enough);
    if (in_vain && enough < ENOUGH_MOST) atomic_store(&p->enough, 2 * enough); /* BA4 */
    if (!in_vain && p->held >= p->most && enough > ENOUGH) atomic_store(&p->enough, enough / 2);
    p->held = 0;
    atomic_store(&p->holds, false);
    atomic_store(&b->holder, NULL);
    return p->entity;
}

static void look_after(void *arg)
{
    batching *b = arg;
    mutex_lock(&b->lock);
    while (!b->ends) {
        b->waits = !atomic_load(&b->holder);
        if (b->waits) {
            condition_wait(&b->changed, &b->lock);
            continue;
        }
        condition_wait_until(&b->changed, &b->lock, clock_steady_ns() + LOOK_NS);
        pace *p = atomic_load(&b->holder);
        if (!p) continue;
        int32_t entity = let_go(b, clock_steady_ns() - p->newest_ns > OVER_NS);
        mutex_unlock(&b->lock);
        b->send(entity);
        mutex_lock(&b->lock);
    }
    mutex_unlock(&b->lock);
}

rclio_status batching_init(batching *b, void (*send)(int32_t entity))
{
    const char *wish = getenv("RCLIO_BATCH");
    *b = (batching){.send = send, .is_off = wish && strcmp(wish, "0") == 0};
    if (mutex_init(&b->lock)) return rclio_error_status();
    if (condition_init(&b->changed) == RCLIO_OK) return RCLIO_OK;
    mutex_fini(&b->lock);
    return rclio_error_status();
}

void batching_fini(batching *b)
{
    mutex_lock(&b->lock);
    b->ends = true;
    condition_signal_all(&b->changed);
    mutex_unlock(&b->lock);
    thread_join(&b->thread);
    condition_fini(&b->changed);
    mutex_fini(&b->lock);
}

/* Sends what is kept back: of `p` only, or of all but `p`. */
static void send_held(batching *b, const pace *p, bool of_it)
{
    mutex_lock(&b->lock);
    pace *holder = atomic_load(&b->holder);
    bool is_meant = holder && (holder == p) == of_it;
    int32_t entity = is_meant ? let_go(b, holder->held < FEW) : 0;
    mutex_unlock(&b->lock);
    if (is_meant) b->send(entity);
}

void batching_before(batching *b, const pace *p)
{
    const pace *holder = atomic_load_explicit(&b->holder, memory_order_relaxed);
    if (holder && holder != p) send_held(b, p, false);
}

void batching_flush(batching *b, pace *p)
{
    if (atomic_load(&p->holds)) send_held(b, p, true);
}

/* true: messages may be kept back, and somebody will send them. */
static bool may_hold(batching *b, const pace *p) REQUIRES(b->lock)
{
    const pace *holder = atomic_load(&b->holder);
    if (holder) return holder == p;
    if (!b->thread.started && !b->has_failed && thread_start(&b->thread, "rclio-batch", look_after, b) != RCLIO_OK) {
        b->has_failed = true; /* then as if it were not there */
        rclio_error_clear();
    }
    return b->thread.started;
}

static void hold(batching *b, pace *p, int64_t now_ns) REQUIRES(b->lock)
{
    if (p->held++ == 0) {
        p->first_ns = now_ns;
        atomic_store(&p->holds, true);
        atomic_store(&b->holder, p);
        if (b->waits) condition_signal_all(&b->changed);
    }
    p->newest_ns = now_ns;
}

bool batching_keeps_back(batching *b, pace *p, size_t size, int64_t now_ns)
{
    if (p->most < 2) return false;
    int64_t gap_ns = now_ns - atomic_exchange_explicit(&p->last_ns, now_ns, memory_order_relaxed);
    bool is_quick = gap_ns <= QUICK_NS && size <= SMALL;
    unsigned row = is_quick ? atomic_load_explicit(&p->row, memory_order_relaxed) + 1 : 0;
    atomic_store_explicit(&p->row, row, memory_order_relaxed); /* of several threads one may be lost */
    bool wanted = row >= atomic_load_explicit(&p->enough, memory_order_relaxed);
    if (!wanted && !atomic_load_explicit(&p->holds, memory_order_relaxed)) return false;

    mutex_lock(&b->lock);
    bool keeps = wanted && may_hold(b, p);
    if (keeps) hold(b, p, now_ns);
    if (atomic_load(&b->holder) == p && (!keeps || p->held >= p->most || now_ns - p->first_ns > OLD_NS)) {
        let_go(b, false);
        keeps = false;
    }
    mutex_unlock(&b->lock);
    return keeps;
}
