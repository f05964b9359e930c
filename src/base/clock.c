/* src/base/clock.c: see clock.h. */
#include "base/clock.h"

#include <time.h>

static int64_t read_clock(clockid_t id)
{
    struct timespec now;
    clock_gettime(id, &now);
    return (int64_t)now.tv_sec * RCLIO_S(1) + now.tv_nsec;
}

int64_t clock_steady_ns(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

int64_t clock_system_ns(void)
{
    return read_clock(CLOCK_REALTIME);
}

int64_t deadline_after(int64_t timeout_ns)
{
    int64_t now = clock_steady_ns();
    if (timeout_ns < 0 || timeout_ns > RCLIO_FOREVER - now) return RCLIO_FOREVER;
    return now + timeout_ns;
}
