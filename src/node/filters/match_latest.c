/* src/node/filters/match_latest.c: the latest message of each topic, at the rate of the fastest, as upstream's C++ LatestTime does it.
 *
 *   ML1  The first message of a topic is only kept; from the second on its rate is known, by an exponential average over the periods
 *        between receipts. A period that deviates from the rate by more than `margin` times the mean deviation begins a new average.
 *   ML2  The pivot is the fastest topic that is not late: one that keeps us waiting for longer than its rate, mean deviation and margin
 *        allow is passed over for the next. A message of the pivot gives a set when every topic has one.
 *   ML3  Messages that come at one and the same time as the last of their topic are kept and give nothing.
 * Upstream numbers the rates in the order in which topics first come and then looks them up by topic, which agrees only when they come in
 * the order of their indices; here a rate is its topic's. Threads: one owner. Tests: tests/filters/test_latest.c. */
#include "node/filters/matcher.h"

#include "base/error.h"

#include <math.h>
#include <stdlib.h>

#define NO_PIVOT SIZE_MAX

typedef struct latest {
    void *item; /* NULL: none yet */
    int64_t received_ns;
    rclio_match_rate rate;
    double hz, deviation; /* 0 hz: not known yet */
    bool has_hz, has_deviation;
} latest;

static rclio_status latest_init(rclio_matcher *m)
{
    static const rclio_match_rate upstream = {.rate_weight = 0.9, .error_weight = 0.3, .margin = 10};
    latest *topics = calloc(m->count, sizeof *topics);
    m->state = topics;
    if (!topics) return rclio_fail(RCLIO_NO_MEMORY, "out of memory for a matcher of %zu topics", m->count);
    for (size_t i = 0; i < m->count; i++) {
        rclio_match_rate rate = m->options.rates ? m->options.rates[i] : upstream;
        topics[i].rate.rate_weight = rate.rate_weight > 0 ? rate.rate_weight : upstream.rate_weight;
        topics[i].rate.error_weight = rate.error_weight > 0 ? rate.error_weight : upstream.error_weight;
        topics[i].rate.margin = rate.margin > 0 ? rate.margin : upstream.margin;
    }
    return RCLIO_OK;
}

static void latest_fini(rclio_matcher *m)
{
    latest *topics = m->state;
    for (size_t i = 0; topics && i < m->count; i++) matcher_drop(m, topics[i].item);
    free(topics);
}

static double period_until(const latest *t, int64_t now_ns)
{
    return (double)stamp_difference(now_ns, t->received_ns) / 1e9;
}

/* ML1; false: nothing can be said (ML3). */
static bool measure(latest *t, int64_t now_ns)
{
    double period = period_until(t, now_ns);
    if (period <= 0) return false;
    double now_hz = 1 / period, deviation = fabs(t->hz - now_hz);
    bool is_new_rate = t->has_hz && t->has_deviation && deviation > t->rate.margin * t->deviation;
    if (!t->has_hz || is_new_rate) {
        t->hz = now_hz;
        t->has_hz = true;
        t->has_deviation = false;
    } else {
        t->deviation =
            t->has_deviation ? t->rate.error_weight * deviation + (1 - t->rate.error_weight) * t->deviation : deviation;
        t->has_deviation = true;
        t->hz = t->rate.rate_weight / period + (1 - t->rate.rate_weight) * t->hz;
    }
    t->received_ns = now_ns;
    return true;
}

static bool is_late(const latest *t, int64_t now_ns)
{
    double period = period_until(t, now_ns);
    if (!t->has_deviation || (period <= 0 && period >= 0)) return false;
    return t->hz - 1 / period > t->rate.margin * t->deviation;
}

/* ML2: the fastest that is not late; of equally fast ones the first. */
static size_t find_pivot(const rclio_matcher *m, int64_t now_ns)
{
    const latest *topics = m->state;
    size_t pivot = NO_PIVOT;
    for (size_t i = 0; i < m->count; i++) {
        if (!topics[i].has_hz || is_late(&topics[i], now_ns)) continue;
        if (pivot == NO_PIVOT || topics[i].hz > topics[pivot].hz) pivot = i;
    }
    return pivot;
}

static rclio_status latest_add(rclio_matcher *m, size_t topic, stamped arrived, int64_t received_ns)
{
    latest *topics = m->state, *t = &topics[topic];
    if (matcher_reserve(m, 1) != RCLIO_OK) return rclio_error_status();
    bool first = !t->item;
    matcher_drop(m, t->item);
    t->item = arrived.item;
    if (first) {
        t->received_ns = received_ns;
        return RCLIO_OK;
    }
    if (!measure(t, received_ns) || find_pivot(m, received_ns) != topic) return RCLIO_OK;
    for (size_t i = 0; i < m->count; i++)
        if (!topics[i].item) return RCLIO_OK;
    for (size_t i = 0; i < m->count; i++) m->scratch[i] = m->items.ref ? m->items.ref(topics[i].item) : topics[i].item;
    matcher_give(m, m->scratch, false);
    return RCLIO_OK;
}

const match_policy match_latest = {.init = latest_init, .add = latest_add, .fini = latest_fini};
