/* src/async/rate.c: a loop of a fixed period on a clock.
 *
 *   RT1  `next_ns` is when the next sleep ends; it moves by whole periods, so the phase is kept, and over those that have passed.
 *   RT2  The clock of a rate may be set back or change its source at any time: a `next_ns` more than a period ahead is a sign of it,
 *        and one period from now is the next (CK4, CK5). The alarm of a sleep in progress does the same by itself.
 * Threads: as the public header says. Tests: tests/async/test_rate.c. */
#include "async/clock.h"
#include "base/error.h"

#include <stdlib.h>

struct rclio_rate {
    rclio_clock *clock;
    int64_t period_ns, next_ns; /* RT1 */
    uint64_t missed;
};

rclio_rate *rclio_rate_new(rclio_clock *clock, int64_t period_ns)
{
    if (!clock) return NULL; /* the first error stands */
    if (period_ns < 1 || period_ns > RCLIO_FOREVER / 4)
        return rclio_fail_null(RCLIO_INVALID, "a rate's period is %lld ns: it may be 1 to %lld", (long long)period_ns,
                               (long long)(RCLIO_FOREVER / 4));
    rclio_rate *rate = calloc(1, sizeof *rate);
    if (!rate) return rclio_fail_null(RCLIO_NO_MEMORY, "out of memory for a rate");
    rate->clock = rclio_clock_ref(clock);
    rate->period_ns = period_ns;
    rclio_rate_reset(rate);
    return rate;
}

void rclio_rate_destroy(rclio_rate *rate)
{
    if (!rate) return;
    rclio_clock_unref(rate->clock);
    free(rate);
}

void rclio_rate_reset(rclio_rate *rate)
{
    rate->next_ns = rclio_clock_now(rate->clock) + rate->period_ns;
}

int64_t rclio_rate_period(const rclio_rate *rate)
{
    return rate->period_ns;
}

uint64_t rclio_rate_missed(const rclio_rate *rate)
{
    return rate->missed;
}

/* RT1, RT2: after a sleep, or instead of one. */
static void advance(rclio_rate *rate)
{
    int64_t now = rclio_clock_now(rate->clock);
    rate->next_ns += rate->period_ns;
    if (rate->next_ns > now + rate->period_ns) rate->next_ns = now + rate->period_ns;
    if (rate->next_ns > now) return;
    int64_t passed = (now - rate->next_ns) / rate->period_ns + 1;
    rate->missed += (uint64_t)passed;
    rate->next_ns += passed * rate->period_ns;
}

rclio_status rclio_rate_sleep_at(rclio_rate *rate, const char *file, int line)
{
    if (!rate) return rclio_fail_missing("there is no rate to sleep by");
    int64_t now = rclio_clock_now(rate->clock);
    if (rate->next_ns > now + rate->period_ns) rate->next_ns = now + rate->period_ns;
    sleep_plan plan = {.clock = rate->clock,
                       .scope = rate->clock->scope,
                       .until_ns = rate->next_ns,
                       .period_ns = rate->period_ns,
                       .file = file,
                       .line = line};
    rclio_status status = sleep_by_clock(&plan, rate->clock->executor);
    if (status == RCLIO_OK) advance(rate);
    return status;
}
