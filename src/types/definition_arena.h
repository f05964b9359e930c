/* src/types/definition_arena.h: memory that is freed all at once: what a type is made of.
 *
 *   AR1  Memory is zeroed and aligned for any object.
 *   AR2  A type is drafted in an arena of its own and adopted by its registry's only when it is complete, so that a definition
 *        that fails leaves nothing behind.
 * Threads: one owner, or the lock of whoever owns the arena. */
#ifndef RCLIO_TYPES_DEFINITION_ARENA_H
#define RCLIO_TYPES_DEFINITION_ARENA_H

#include "rclio/api.h"

struct arena_block;
typedef struct arena {
    struct arena_block *blocks;
} arena; /* {0} is an empty arena */

/* NULL with the error set when memory is short. A size of 0 gives a pointer of its own. */
void *arena_alloc(arena *a, size_t size);
void *arena_array(arena *a, size_t count, size_t size);

/* A NUL-terminated copy. */
char *arena_copy(arena *a, const char *bytes, size_t size);
char *arena_format(arena *a, const char *format, ...) RCLIO_PRINTF(2, 3);

/* Moves all memory of `from` to `to`; `from` is empty afterwards. */
void arena_adopt(arena *to, arena *from);
void arena_fini(arena *a);

#endif
