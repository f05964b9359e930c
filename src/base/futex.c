/* src/base/futex.c: see futex.h. Tests: tests/base/test_futex.c. */
#include "base/futex.h"

#include "base/clock.h"

#include <errno.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* It keeps signals back until the thread is in a function that it knows, which a system call of our own is not. */
#if defined(__SANITIZE_THREAD__)
#define SIGNALS_ARE_KEPT_BACK true
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define SIGNALS_ARE_KEPT_BACK true
#endif
#endif
#ifndef SIGNALS_ARE_KEPT_BACK
#define SIGNALS_ARE_KEPT_BACK false
#endif

_Static_assert(sizeof(atomic_int) == 4, "a futex is a word of 32 bits");
_Static_assert(sizeof((struct timespec){0}.tv_sec) == sizeof(long), "the system call takes the kernel's own timespec");

static void sleep_on(atomic_int *word, int expected, int64_t deadline_ns)
{
    struct timespec until = {.tv_sec = deadline_ns / RCLIO_S(1), .tv_nsec = deadline_ns % RCLIO_S(1)};
    syscall(SYS_futex, word, FUTEX_WAIT_BITSET_PRIVATE, expected, deadline_ns == RCLIO_FOREVER ? NULL : &until, NULL,
            FUTEX_BITSET_MATCH_ANY);
}

/* Short sleeps, and a function that the sanitizer knows after each. */
static void sleep_and_take_signals(atomic_int *word, int expected, int64_t deadline_ns)
{
    for (int64_t now; atomic_load(word) == expected && (now = clock_steady_ns()) < deadline_ns;)
        sleep_on(word, expected, deadline_ns - now < RCLIO_MS(10) ? deadline_ns : now + RCLIO_MS(10));
}

void futex_wait(atomic_int *word, int expected, int64_t deadline_ns)
{
    if (deadline_ns < 0) deadline_ns = 0;
    if (SIGNALS_ARE_KEPT_BACK)
        sleep_and_take_signals(word, expected, deadline_ns);
    else
        sleep_on(word, expected, deadline_ns);
}

void futex_wake(atomic_int *word)
{
    int number = errno;
    syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
    errno = number;
}
