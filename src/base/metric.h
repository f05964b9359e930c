/* src/base/metric.h: numbers that come one by one: their average, extremes and standard deviation, in constant room.
 * Threads: one at a time. Tests: tests/base/test_metric.c. */
#ifndef RCLIO_BASE_METRIC_H
#define RCLIO_BASE_METRIC_H

#include <stdint.h>

typedef struct metric { /* {0}: nothing has come */
    uint64_t count;
    double average, lowest, highest;
    double squares; /* sum of the squared differences from the average */
} metric;

void metric_add(metric *m, double value);

/* Of all that came; NaN when nothing did. */
double metric_average(const metric *m);
double metric_lowest(const metric *m);
double metric_highest(const metric *m);
double metric_deviation(const metric *m);

#endif
