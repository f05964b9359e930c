/* src/async/fiber.c: see fiber.h. docs/async.md says why Boost.Context and why linked statically. */
#include "async/fiber.h"

#include <stdint.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#define ADDRESS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ADDRESS_SANITIZER 1
#endif
#endif
#if defined(__SANITIZE_THREAD__)
#define THREAD_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define THREAD_SANITIZER 1
#endif
#endif

#if ADDRESS_SANITIZER
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#include <sanitizer/lsan_interface.h>
#endif
#if THREAD_SANITIZER
#include <sanitizer/tsan_interface.h>
#endif

/* Frames that never return would stay on TSan's shadow stack; a switch must not be inlined into a caller whose idea of
 * thread-local addresses it would outlive. */
#if THREAD_SANITIZER && defined(__clang__)
#define SWITCHES_STACKS __attribute__((disable_sanitizer_instrumentation, noinline))
#elif THREAD_SANITIZER
#define SWITCHES_STACKS __attribute__((no_sanitize_thread, noinline))
#else
#define SWITCHES_STACKS __attribute__((noinline))
#endif
#if THREAD_SANITIZER /* entered on one shadow stack, left on the other */
#define ANNOUNCES static SWITCHES_STACKS
#else
#define ANNOUNCES static inline
#endif

/* Boost.Context's C ABI, the same from 1.61 to 1.91; no header of it is C. */
typedef struct transfer {
    void *context;
    void *data;
} transfer;
transfer jump_fcontext(void *to, void *data);
void *make_fcontext(void *stack_high, size_t size, void (*entry)(transfer));

void rclio_fiber_main(void *home_context, void *data);
void rclio_fiber_entry(transfer from);

/* The outermost frame of a fiber: it says to every unwinder that nothing called it. The transfer comes in the first two argument
 * registers, as two pointers would. */
#if defined(__x86_64__)
__asm__(".text\n"
        ".globl rclio_fiber_entry\n"
        ".hidden rclio_fiber_entry\n"
        ".type rclio_fiber_entry,@function\n"
        ".p2align 4\n"
        "rclio_fiber_entry:\n"
        ".cfi_startproc\n"
        ".cfi_undefined rip\n"
        ".cfi_undefined rbp\n"
        "endbr64\n"
        "xorl %ebp,%ebp\n"
        "andq $-16,%rsp\n"
        "call rclio_fiber_main\n"
        "ud2\n"
        ".cfi_endproc\n"
        ".size rclio_fiber_entry,.-rclio_fiber_entry\n");
#elif defined(__aarch64__)
__asm__(".text\n"
        ".globl rclio_fiber_entry\n"
        ".hidden rclio_fiber_entry\n"
        ".type rclio_fiber_entry,%function\n"
        ".p2align 4\n"
        "rclio_fiber_entry:\n"
        ".cfi_startproc\n"
        ".cfi_undefined x30\n"
        "hint #34\n"
        "mov x29,xzr\n"
        "mov x30,xzr\n"
        "bl rclio_fiber_main\n"
        "brk #1\n"
        ".cfi_endproc\n"
        ".size rclio_fiber_entry,.-rclio_fiber_entry\n");
#else
SWITCHES_STACKS void rclio_fiber_entry(transfer from)
{
    rclio_fiber_main(from.context, from.data);
}
#endif

ANNOUNCES void announce_leaving(fiber *f)
{
#if ADDRESS_SANITIZER
    __sanitizer_start_switch_fiber(f->ended ? NULL : &f->asan_fake_stack, f->home->stack_low, f->home->stack_size);
#endif
#if THREAD_SANITIZER
    __tsan_switch_to_fiber(f->home->tsan_fiber, 0);
#endif
    (void)f;
}

ANNOUNCES void announce_arrived(fiber *f)
{
#if ADDRESS_SANITIZER
    __sanitizer_finish_switch_fiber(f->asan_fake_stack, &f->home->stack_low, &f->home->stack_size);
#endif
    (void)f;
}

/* The first C frame of a fiber; it never returns. */
__attribute__((used)) SWITCHES_STACKS void rclio_fiber_main(void *home_context, void *data)
{
    fiber *f = data;
    f->home->context = home_context;
    announce_arrived(f);
    f->run(f, f->arg);
    f->ended = true;
    announce_leaving(f);
    jump_fcontext(f->home->context, NULL);
}

SWITCHES_STACKS void fiber_leave(fiber *f)
{
    announce_leaving(f);
    transfer from = jump_fcontext(f->home->context, NULL);
    f->home->context = from.context;
    announce_arrived(f);
}

SWITCHES_STACKS void fiber_enter(fiber *f)
{
#if ADDRESS_SANITIZER
    __sanitizer_start_switch_fiber(&f->home->asan_fake_stack, f->stack.low, (size_t)(f->stack.high - f->stack.low));
#endif
#if THREAD_SANITIZER
    __tsan_switch_to_fiber(f->tsan_fiber, 0);
#endif
    transfer from = jump_fcontext(f->context, f);
    f->context = from.context;
#if ADDRESS_SANITIZER
    __sanitizer_finish_switch_fiber(f->home->asan_fake_stack, NULL, NULL);
#endif
}

void fiber_home_arrive(fiber_home *home)
{
#if THREAD_SANITIZER
    home->tsan_fiber = __tsan_get_current_fiber();
#endif
    (void)home;
}

fiber *fiber_of_stack(const stack *s)
{
    char *highest = s->high - sizeof(fiber);
    return (fiber *)(void *)(highest - ((uintptr_t)highest & 63));
}

fiber *fiber_new(stack_pool *pool, fiber_home *home, fiber_fn *run, void *arg)
{
    stack s;
    if (stack_pool_take(pool, &s)) return NULL;
    fiber *f = fiber_of_stack(&s);
    memset(f, 0, sizeof *f);
    f->home = home;
    f->run = run;
    f->arg = arg;
    f->stack = s;
    f->context = make_fcontext(f, (size_t)((char *)f - s.low), rclio_fiber_entry);
#if ADDRESS_SANITIZER
    __lsan_register_root_region(s.low, (size_t)(s.high - s.low)); /* memory that only a suspended task points to is not a leak */
#endif
#if THREAD_SANITIZER
    f->tsan_fiber = __tsan_create_fiber(0);
#endif
    return f;
}

void fiber_end(fiber *f)
{
    f->ending = true;
    fiber_enter(f);
#if ADDRESS_SANITIZER
    __asan_unpoison_memory_region(f->stack.low, (size_t)(f->stack.high - f->stack.low));
    __lsan_unregister_root_region(f->stack.low, (size_t)(f->stack.high - f->stack.low));
#endif
#if THREAD_SANITIZER
    __tsan_destroy_fiber(f->tsan_fiber);
#endif
}
