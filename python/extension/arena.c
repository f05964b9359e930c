/* python/extension/arena.c: memory for one conversion between Python and C, and the objects that it borrows from. Small conversions
 * need none but the arena itself, which lies on the C stack.
 * Threads: one. */
#include "extension.h"

#include <stdlib.h>

struct py_block {
    struct py_block *next;
    _Alignas(16) char bytes[];
};

struct py_held {
    struct py_held *next;
    PyObject *object;
    Py_buffer buffer; /* obj NULL: none */
};

void py_arena_begin(struct py_arena *arena)
{
    arena->blocks = NULL;
    arena->used = 0;
    arena->held = NULL;
}

void *py_arena_take(size_t size, void *memory)
{
    struct py_arena *arena = memory;
    if (size <= sizeof arena->first - arena->used) {
        void *room = arena->first + arena->used;
        arena->used += (size + 15) & ~(size_t)15;
        if (arena->used > sizeof arena->first) arena->used = sizeof arena->first;
        return room;
    }
    struct py_block *block = size > SIZE_MAX - sizeof *block ? NULL : malloc(sizeof *block + size);
    if (!block) return NULL;
    block->next = arena->blocks;
    arena->blocks = block;
    return block->bytes;
}

static struct py_held *hold(struct py_arena *arena)
{
    struct py_held *held = py_arena_take(sizeof *held, arena);
    if (!held) {
        PyErr_NoMemory();
        return NULL;
    }
    *held = (struct py_held){.next = arena->held};
    arena->held = held;
    return held;
}

bool py_arena_hold(struct py_arena *arena, PyObject *object)
{
    struct py_held *held = hold(arena);
    if (held) held->object = object;
    if (!held) Py_DECREF(object);
    return held;
}

Py_buffer *py_arena_buffer(struct py_arena *arena)
{
    struct py_held *held = hold(arena);
    return held ? &held->buffer : NULL;
}

void py_arena_end(struct py_arena *arena)
{
    for (struct py_held *held = arena->held; held; held = held->next) {
        Py_XDECREF(held->object);
        if (held->buffer.obj) PyBuffer_Release(&held->buffer);
    }
    for (struct py_block *block = arena->blocks, *next; block; block = next) {
        next = block->next;
        free(block);
    }
}
