/* tests/filters/points.h: a node, and stamped points to send through filters. Threads: the test's. */
#ifndef TESTS_FILTERS_POINTS_H
#define TESTS_FILTERS_POINTS_H

#include "support/harness.h"

typedef struct point { /* geometry_msgs/msg/PointStamped */
    int32_t sec;
    uint32_t nanosec;
    rosidl_runtime_c__String frame_id;
    double x, y, z;
} point;

typedef struct points {
    rclio_executor *executor;
    rclio_context *context;
    rclio_node *node;
    const rclio_type *type;
} points;

points points_new(void); /* also starts the watchdog */
void points_free(points *p);

/* An event, one reference; x tells it from others. */
const rclio_message_event *point_event(points *p, int64_t stamp_ns, double x);
double point_x(const rclio_message_event *event);
void add_point(points *p, rclio_filter *filter, int64_t stamp_ns, double x);

/* Of a type without a header. */
const rclio_message_event *string_event(points *p, int64_t received_ns);

/* A rclio_filter_fn and its arg: the x of what came, in a row. */
typedef struct trace {
    double x[64];
    size_t count;
} trace;
rclio_filter_fn trace_point;

/* The trace is these x's, and starts again. */
void assert_trace(trace *t, const double *x, size_t count);
#define ASSERT_TRACE(t, ...) \
    assert_trace((t), (const double[]){__VA_ARGS__}, sizeof((const double[]){__VA_ARGS__}) / sizeof(double))

/* How many messages the node's log has that hold `words`. */
typedef struct heard heard;
heard *heard_new(points *p);
size_t heard_count(heard *h, const char *words);
void heard_free(heard *h);

#endif
