/* src/async/stack_pool.h: stacks for tasks, cut from slabs of 256.
 *
 *   P1  A stack is reserved, not resident: only the pages that were touched cost memory.
 *   P2  Below each stack is a guard that stops an overflow. It costs no mapping where the kernel has MADV_GUARD_INSTALL (Linux
 *       6.13); else it is a protected range, up to a share of the kernel's limit of mappings; else only a canary that is looked
 *       at after each switch, which is said once on stderr.
 *   P3  Stacks go back with the pool; fiber.c reuses them before that.
 * Threads: the holder of the executor's turn; stack_pool_find() also in a signal handler of that thread. */
#ifndef RCLIO_ASYNC_STACK_POOL_H
#define RCLIO_ASYNC_STACK_POOL_H

#include "rclio/api.h"

typedef enum stack_guard { STACK_GUARD_UNKNOWN, STACK_GUARD_MADVISE, STACK_GUARD_PROTECT, STACK_GUARD_CANARY } stack_guard;

typedef struct stack {
    char *low;   /* lowest usable byte, above the guard */
    char *high;  /* one past the highest usable byte */
    bool canary; /* P2: stack_is_intact() must be asked */
} stack;

typedef struct stack_pool {
    size_t slot_size; /* of one stack with its guard */
    size_t guard_size;
    size_t page_size;
    size_t count; /* stacks given out */
    size_t protect_limit;
    stack_guard guard;
    struct slab *slabs; /* the newest first; only that one has stacks left */
} stack_pool;

/* stack_size: a power of two of at least 16 kB; 0: 256 kB. guard: STACK_GUARD_UNKNOWN: the best that works; others for tests. */
rclio_status stack_pool_init(stack_pool *pool, size_t stack_size, stack_guard guard);
void stack_pool_fini(stack_pool *pool);

/* fails  RCLIO_LIMIT: the system gives no more memory or mappings */
rclio_status stack_pool_take(stack_pool *pool, stack *taken);

/* false: what lies below the stack was overwritten (canary only). */
bool stack_is_intact(const stack *s);

/* The stack whose slot holds the address; *in_guard: in its guard. false: none of this pool. Async-signal-safe. */
bool stack_pool_find(const stack_pool *pool, const void *address, stack *found, bool *in_guard);

#endif
