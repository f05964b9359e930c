/* src/types/definition_arena.c: see definition_arena.h. */
#include "types/definition_arena.h"

#include "base/error.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_SIZE = 4096 };

struct arena_block {
    struct arena_block *next;
    size_t used;
    size_t size;
    max_align_t data[];
};

static struct arena_block *block_new(size_t size)
{
    struct arena_block *block = NULL;
    if (size < BLOCK_SIZE) size = BLOCK_SIZE;
    if (size < SIZE_MAX - sizeof *block) block = calloc(1, sizeof *block + size);
    if (!block) return rclio_fail_null(RCLIO_NO_MEMORY, "out of memory for %zu bytes of an interface type", size);
    block->size = size;
    return block;
}

void *arena_alloc(arena *a, size_t size)
{
    struct arena_block *block = a->blocks;
    const size_t unit = _Alignof(max_align_t);
    if (size == 0) size = 1;
    if (size > SIZE_MAX - unit) return rclio_fail_null(RCLIO_NO_MEMORY, "out of memory for %zu bytes of an interface type", size);
    size = (size + unit - 1) / unit * unit;
    if (!block || block->size - block->used < size) {
        block = block_new(size);
        if (!block) return NULL;
        block->next = a->blocks;
        a->blocks = block;
    }
    void *memory = (char *)block->data + block->used;
    block->used += size;
    return memory;
}

void *arena_array(arena *a, size_t count, size_t size)
{
    if (size && count > SIZE_MAX / size)
        return rclio_fail_null(RCLIO_NO_MEMORY, "out of memory for %zu elements of an interface type", count);
    return arena_alloc(a, count * size);
}

char *arena_copy(arena *a, const char *bytes, size_t size)
{
    char *copy = arena_alloc(a, size + 1);
    if (copy && size) memcpy(copy, bytes, size);
    return copy;
}

char *arena_format(arena *a, const char *format, ...)
{
    va_list args, again;
    char *string = NULL;
    va_start(args, format);
    va_copy(again, args);
    int size = vsnprintf(NULL, 0, format, args);
    if (size >= 0) string = arena_alloc(a, (size_t)size + 1);
    if (string) vsnprintf(string, (size_t)size + 1, format, again);
    va_end(again);
    va_end(args);
    return string;
}

void arena_adopt(arena *to, arena *from)
{
    struct arena_block **last = &from->blocks;
    while (*last) last = &(*last)->next;
    *last = to->blocks;
    to->blocks = from->blocks;
    from->blocks = NULL;
}

void arena_fini(arena *a)
{
    while (a->blocks) {
        struct arena_block *next = a->blocks->next;
        free(a->blocks);
        a->blocks = next;
    }
}
