/* src/base/metric.c: see metric.h. The average and the squares are moved by each value (Welford), so that large numbers lose nothing. */
#include "base/metric.h"

#include <math.h>

void metric_add(metric *m, double value)
{
    double before = m->average;
    if (m->count++ == 0) m->lowest = m->highest = value;
    m->average += (value - before) / (double)m->count;
    m->squares += (value - before) * (value - m->average);
    if (value < m->lowest) m->lowest = value;
    if (value > m->highest) m->highest = value;
}

double metric_average(const metric *m)
{
    return m->count ? m->average : (double)NAN;
}

double metric_lowest(const metric *m)
{
    return m->count ? m->lowest : (double)NAN;
}

double metric_highest(const metric *m)
{
    return m->count ? m->highest : (double)NAN;
}

double metric_deviation(const metric *m)
{
    return m->count ? sqrt(m->squares / (double)m->count) : (double)NAN;
}
