/* src/mw/cyclone/batching.h: small messages that are published in quick succession travel together.
 *
 *   BA1  A packet costs either side more than what a small message is to it. Of a writer that has written ENOUGH messages in a row, each
 *        at once after the one before, the next are kept back until there are enough for a packet; the first of them, and any that comes
 *        later, is sent at once.
 *   BA2  A reader that keeps few messages would lose some when many come at the same time: at most an eighth of the writer's depth is kept
 *        back, so a writer of the usual depth of 10 keeps back nothing; nor does one that keeps all, whose write may block.
 *   BA3  What is kept back is sent when it is full or old, when the executor of who published has nothing more to do (writer_flush),
 *        before anything else that this participant sends, before acknowledgements are waited for, at the writer's end, and at the
 *        latest by a thread, `rclio-batch`, after half a millisecond. It begins with the first batch.
 *   BA4  Keeping back that was in vain, for hardly any followed, makes it rarer: it takes twice as many in a row the next time.
 * Threads: any. The lock is held while no function of Cyclone runs. Tests: tests/mw/test_batching.c, tests/node/test_topics_batched.c. */
#ifndef RCLIO_MW_CYCLONE_BATCHING_H
#define RCLIO_MW_CYCLONE_BATCHING_H

#include "base/thread.h"

#include <stdatomic.h>

/* Of a writer. */
typedef struct pace {
    int32_t entity;          /* Cyclone's, for what is sent without its lock */
    unsigned most;           /* BA2: how many may be kept back; below 2: none ever is */
    atomic_llong last_ns;    /* when it was last written to, on the steady clock */
    atomic_uint row, enough; /* how many came quickly so far; how many it takes */
    atomic_bool holds;

    /* under the lock */
    unsigned held;
    int64_t first_ns, newest_ns; /* of what it holds */
} pace;

typedef struct batching {
    mutex lock;
    condition changed;
    thread thread;
    void (*send)(int32_t entity); /* what the writer holds; any thread, without the lock */
    _Atomic(pace *) holder;       /* whose messages are kept back; written under the lock */
    bool is_off;                  /* RCLIO_BATCH=0 */
    bool waits, ends, has_failed; /* of the thread, under the lock: for a holder; to end; it could not be started */
} batching;

rclio_status batching_init(batching *b, void (*send)(int32_t entity));
void batching_fini(batching *b); /* every pace has left */

void pace_init(const batching *b, pace *p, int32_t entity, unsigned depth); /* depth 0: nothing is to be kept back */

/* BA3: what another writer keeps back goes first. `p` may be NULL: something else than a message is to be sent. */
void batching_before(batching *b, const pace *p);

/* After a message of `size` bytes was handed to Cyclone at that time: true: it is kept back; false: it is to be sent. */
bool batching_keeps_back(batching *b, pace *p, size_t size, int64_t now_ns);

/* Sends what it keeps back. */
void batching_flush(batching *b, pace *p);

#endif
