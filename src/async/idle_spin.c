/* src/async/idle_spin.c: an executor with a core of its own may look for work a little longer before it sleeps: it then saves the system
 * calls of both sides and the time to wake up. Adaptive, since where nothing comes it costs twice (docs/executors.md). Threads: [turn]. */
#include "async/executor.h"
#include "async/source.h"
#include "base/clock.h"

#include <sched.h>

#define SPIN_PROBE 32 /* one in so many sleeps is tried when spinning did not pay */
#define MOST_LUCK 8
#define LOOKS 64 /* between two looks at the clock */

static void relax(void)
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ __volatile__("yield");
#endif
}

/* Whoever would make work needs a processor too. */
static bool has_processors_to_spare(void)
{
    cpu_set_t set;
    return sched_getaffinity(0, sizeof set, &set) != 0 || CPU_COUNT(&set) > 1;
}

void idle_spin_init(idle_spin *spin, int64_t limit_ns)
{
    *spin = (idle_spin){.limit_ns = limit_ns > 0 && has_processors_to_spare() ? limit_ns : 0, .luck = MOST_LUCK};
}

static bool has_something(rclio_executor *executor)
{
    return turn_has_work(executor) || atomic_load(&executor->poked) || atomic_load(&executor->stop);
}

static int64_t first_deadline(rclio_executor *executor)
{
    executor_enter(executor);
    int64_t first = executor->timers.root ? executor->timers.root->deadline_ns : RCLIO_FOREVER;
    executor_leave(executor);
    return first;
}

static bool spin(rclio_executor *executor)
{
    int64_t end = clock_steady_ns() + executor->idle_spin.limit_ns, expiry = first_deadline(executor);
    if (expiry < end) end = expiry; /* that is work too */
    do {
        for (int i = 0; i < LOOKS; i++) {
            if (has_something(executor)) return true;
            relax();
        }
    } while (clock_steady_ns() < end);
    return end == expiry;
}

bool idle_spin_awaits(rclio_executor *executor)
{
    idle_spin *s = &executor->idle_spin;
    if (has_something(executor)) return true;
    if (s->luck == 0 && ++s->skipped < SPIN_PROBE) return false;
    s->skipped = 0;
    bool came = spin(executor);
    if (came && s->luck < MOST_LUCK)
        s->luck++;
    else if (!came && s->luck > 0)
        s->luck--;
    return came;
}
