/* src/async/stack_pool.c: see stack_pool.h. */
#include "async/stack_pool.h"

#include "base/error.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define SLAB_STACKS 256
#define DEFAULT_STACK_SIZE ((size_t)256 * 1024)
#define SMALLEST_STACK_SIZE ((size_t)16 * 1024)
#define LARGEST_STACK_SIZE ((size_t)1 << 30)
#define CANARY UINT64_C(0x5afe57ac6b0b0c1e)
#define ADVICE_GUARD_INSTALL 102 /* MADV_GUARD_INSTALL: newer than the C libraries rclio is built with */
#define DEFAULT_MAP_LIMIT 65530

struct slab {
    char *base; /* of the mapping: one guard page, then the slots */
    char *slots;
    size_t length; /* of the mapping */
    size_t used;   /* slots given out */
    struct slab *next;
};

/* A protected guard splits its mapping in two; half of the kernel's mappings are left to the program. */
static size_t protect_limit(void)
{
    unsigned long limit = DEFAULT_MAP_LIMIT;
    FILE *file = fopen("/proc/sys/vm/max_map_count", "re");
    if (file) {
        if (fscanf(file, "%lu", &limit) != 1) limit = DEFAULT_MAP_LIMIT;
        fclose(file);
    }
    return limit / 4;
}

rclio_status stack_pool_init(stack_pool *pool, size_t stack_size, stack_guard guard)
{
    memset(pool, 0, sizeof *pool);
    if (stack_size == 0) stack_size = DEFAULT_STACK_SIZE;
    if (stack_size < SMALLEST_STACK_SIZE || stack_size > LARGEST_STACK_SIZE || (stack_size & (stack_size - 1)))
        return rclio_fail(RCLIO_INVALID, "stack_size %zu is not a power of two from %zu to %zu", stack_size, SMALLEST_STACK_SIZE,
                          LARGEST_STACK_SIZE);
    pool->page_size = (size_t)sysconf(_SC_PAGESIZE);
    pool->slot_size = stack_size < 4 * pool->page_size ? 4 * pool->page_size : stack_size;
    pool->guard_size = pool->slot_size / 8 < pool->page_size ? pool->page_size : pool->slot_size / 8;
    pool->guard = guard;
    pool->protect_limit = protect_limit();
    return RCLIO_OK;
}

void stack_pool_fini(stack_pool *pool)
{
    while (pool->slabs) {
        struct slab *slab = pool->slabs;
        pool->slabs = slab->next;
        munmap(slab->base, slab->length);
        free(slab);
    }
}

static void *no_stack(const stack_pool *pool, int error)
{
    return rclio_fail_null(RCLIO_LIMIT, "no stack for another task beside %zu: %s", pool->count, strerror(error));
}

/* NULL with the error set. */
static struct slab *slab_new(stack_pool *pool)
{
    size_t length = pool->page_size + SLAB_STACKS * pool->slot_size;
    struct slab *slab = malloc(sizeof *slab);
    if (!slab) return rclio_fail_null(RCLIO_NO_MEMORY, "out of memory for stacks");
    char *base = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
    if (base == MAP_FAILED) {
        free(slab);
        return no_stack(pool, errno);
    }
    munlock(base, length); /* under mlockall(MCL_FUTURE) whole stacks would be resident, and madvise guards refused */
    madvise(base, length, MADV_NOHUGEPAGE);
    if (mprotect(base, pool->page_size, PROT_NONE)) {
        int error = errno;
        munmap(base, length);
        free(slab);
        return no_stack(pool, error);
    }
    *slab = (struct slab){.base = base, .slots = base + pool->page_size, .length = length, .next = pool->slabs};
    pool->slabs = slab;
    return slab;
}

/* P2: from the best kind of guard to the next as they are refused. */
static void guard_slot(stack_pool *pool, char *slot)
{
    if (pool->guard == STACK_GUARD_UNKNOWN || pool->guard == STACK_GUARD_MADVISE) {
        pool->guard = STACK_GUARD_MADVISE;
        if (madvise(slot, pool->guard_size, ADVICE_GUARD_INSTALL) == 0) return;
        pool->guard = STACK_GUARD_PROTECT;
    }
    if (pool->guard == STACK_GUARD_PROTECT) {
        if (pool->count < pool->protect_limit && mprotect(slot, pool->guard_size, PROT_NONE) == 0) return;
        pool->guard = STACK_GUARD_CANARY;
        fprintf(stderr,
                "rclio: more than %zu tasks: further stacks have no guard page, an overflow is found only afterwards "
                "(Linux 6.13 or a larger vm.max_map_count cures it)\n",
                pool->count);
    }
}

static uint64_t *top_word(char *slot_end)
{
    return (uint64_t *)(void *)(slot_end - sizeof(uint64_t));
}

rclio_status stack_pool_take(stack_pool *pool, stack *taken)
{
    struct slab *slab = pool->slabs;
    if ((!slab || slab->used == SLAB_STACKS) && !(slab = slab_new(pool))) return rclio_error_status();
    char *slot = slab->slots + slab->used * pool->slot_size;
    guard_slot(pool, slot);
    slab->used++;
    pool->count++;
    taken->canary = pool->guard == STACK_GUARD_CANARY;
    taken->low = taken->canary ? slot : slot + pool->guard_size;
    taken->high = slot + pool->slot_size - sizeof(uint64_t);
    *top_word(slot + pool->slot_size) = CANARY; /* for the stack above: it is the first word that its overflow reaches */
    /* The slot below may have been given out before; the first one of a slab lies on the slab's own guard page. */
    if (taken->canary && slab->used == 1) taken->canary = false;
    return RCLIO_OK;
}

bool stack_is_intact(const stack *s)
{
    return !s->canary || *top_word(s->low) == CANARY;
}

bool stack_pool_find(const stack_pool *pool, const void *address, stack *found, bool *in_guard)
{
    const char *at = address;
    for (struct slab *slab = pool->slabs; slab; slab = slab->next) {
        if (at < slab->base || at >= slab->base + slab->length) continue;
        size_t index = at < slab->slots ? 0 : (size_t)(at - slab->slots) / pool->slot_size;
        char *slot = slab->slots + index * pool->slot_size;
        if (index >= slab->used) return false;
        *in_guard = at < slot + pool->guard_size;
        *found = (stack){.low = slot + pool->guard_size, .high = slot + pool->slot_size - sizeof(uint64_t)};
        return true;
    }
    return false;
}
