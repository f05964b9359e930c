/* src/async/rate.c: a loop of a fixed period on a clock.
 *
 *   RT1  The alarm is set all the time, also between sleeps: its deadline is when the next sleep ends. It moves by whole periods, so the
 *        phase is kept, and over those that have passed. What is left of a period goes over to a new source with the alarm (CK5).
 *   RT2  A deadline more than a period ahead is a sign of a clock that was set back: one period from now is the next then (CK4). The alarm
 *        of a sleep in progress does the same by itself.
 * Threads: as the public header says. Tests: tests/async/test_clock.c. */
#include "async/clock.h"
#include "base/error.h"

#include <stdlib.h>

struct rclio_rate {
    rclio_clock *clock;
    int64_t period_ns;
    clock_alarm alarm; /* RT1 */
    uint64_t missed;
};

static void wake_nobody(clock_alarm *alarm)
{
    (void)alarm;
}

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
    clock_alarm_init(&rate->alarm, wake_nobody);
    rate->alarm.period_ns = period_ns;
    rclio_rate_reset(rate);
    return rate;
}

void rclio_rate_destroy(rclio_rate *rate)
{
    if (!rate) return;
    clock_alarm_clear(rate->clock, &rate->alarm);
    rclio_clock_unref(rate->clock);
    free(rate);
}

void rclio_rate_reset(rclio_rate *rate)
{
    clock_alarm_set(rate->clock, &rate->alarm, RCLIO_FOREVER); /* at most a period from now */
}

int64_t rclio_rate_period(const rclio_rate *rate)
{
    return rate->period_ns;
}

uint64_t rclio_rate_missed(const rclio_rate *rate)
{
    return rate->missed;
}

/* When the next sleep ends. RT2 */
static int64_t next_end(rclio_rate *rate, int64_t now)
{
    mutex_lock(&rate->clock->lock);
    int64_t next_ns = rate->alarm.at.deadline_ns;
    mutex_unlock(&rate->clock->lock);
    return next_ns > now + rate->period_ns ? now + rate->period_ns : next_ns;
}

/* RT1: after a sleep, or instead of one. */
static void advance(rclio_rate *rate)
{
    int64_t now = rclio_clock_now(rate->clock), next_ns = next_end(rate, now) + rate->period_ns;
    if (next_ns <= now) {
        int64_t passed = (now - next_ns) / rate->period_ns + 1;
        rate->missed += (uint64_t)passed;
        next_ns += passed * rate->period_ns;
    }
    clock_alarm_set(rate->clock, &rate->alarm, next_ns); /* at most a period from now */
}

rclio_status rclio_rate_sleep_at(rclio_rate *rate, const char *file, int line)
{
    if (!rate) return rclio_fail_missing("there is no rate to sleep by");
    sleep_plan plan = {.clock = rate->clock,
                       .scope = rate->clock->scope,
                       .until_ns = next_end(rate, rclio_clock_now(rate->clock)),
                       .period_ns = rate->period_ns,
                       .file = file,
                       .line = line};
    rclio_status status = sleep_by_clock(&plan, rate->clock->executor);
    if (status == RCLIO_OK) advance(rate);
    return status;
}
