/* src/async/fiber.h: a stack to run on and the switch to it and back (Boost.Context's C ABI), announced to the sanitizers.
 *
 *   B1  A fiber runs between fiber_enter(), called on the home stack, and fiber_leave(), called on the fiber. There is no
 *       switch from fiber to fiber.
 *   B2  Its control block lies at the top of its own stack, so that a task touches one page.
 *   B3  `run` returns only when the fiber is to end (fiber_end), so that the sanitizers see no abandoned stack.
 * Threads: one home has one thread at a time; a fiber that was left goes on in the thread that entered it. */
#ifndef RCLIO_ASYNC_FIBER_H
#define RCLIO_ASYNC_FIBER_H

#include "async/stack_pool.h"

typedef struct fiber fiber;
typedef void fiber_fn(fiber *f, void *arg);

typedef struct fiber_home {
    void *context;
    void *asan_fake_stack;
    const void *stack_low;
    size_t stack_size;
    void *tsan_fiber;
} fiber_home; /* where fibers return to: the stack of the thread that spins */

struct fiber {
    fiber *next; /* of a list of the owner's: idle fibers */
    void *context;
    fiber_home *home;
    fiber_fn *run;
    void *arg;
    void *task;          /* the owner's: what runs on it now */
    void *callback_task; /* the owner's: kept for runs that bring no task of their own */
    bool ending;
    bool ended;
    stack stack;
    void *asan_fake_stack;
    void *tsan_fiber;
};

/* A fiber that runs `run(f, arg)` once it is entered. NULL with the error set: RCLIO_LIMIT, RCLIO_NO_MEMORY. */
fiber *fiber_new(stack_pool *pool, fiber_home *home, fiber_fn *run, void *arg);

/* To be called by each thread before it enters fibers of this home. */
void fiber_home_arrive(fiber_home *home);

/* Runs the fiber until it leaves. */
void fiber_enter(fiber *f);

/* Goes back to the home stack; returns when the fiber is entered again. */
void fiber_leave(fiber *f);

/* Enters it with `ending` set, expecting `run` to return; its stack belongs to the pool. */
void fiber_end(fiber *f);

/* The fiber whose stack this is. Async-signal-safe. */
fiber *fiber_of_stack(const stack *s);

#endif
