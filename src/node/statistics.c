/* src/node/statistics.c: see statistics.h. */
#include "node/statistics.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/metric.h"

#include <stdlib.h>
#include <string.h>

#define TOPIC "/statistics"
#define PERIOD_NS RCLIO_S(1)
#define TYPE "statistics_msgs/msg/MetricsMessage"

typedef struct data_point { /* statistics_msgs/msg/StatisticDataPoint in memory */
    uint8_t data_type;
    double data;
} data_point;

typedef struct wire_stamp {
    int32_t sec;
    uint32_t nanosec;
} wire_stamp;

typedef struct metrics_message { /* statistics_msgs/msg/MetricsMessage in memory */
    rosidl_runtime_c__String measurement_source_name, metrics_source, unit;
    wire_stamp window_start, window_stop;
    struct {
        data_point *data;
        size_t size, capacity;
    } statistics;
} metrics_message;

struct topic_statistics {
    entity *owner;
    const counters *counters;
    bool with_counters;
    rclio_publisher *publisher;
    rclio_timer *timer;
    rclio_clock *clock; /* a reference */
    metric age, period, callback;
    int64_t last_ns; /* of the message before; 0: none */
    int64_t window_ns;
    rclio_counters before; /* at the start of the window */
};

bool statistics_wanted(const rclio_node *node, const rclio_statistics_options *options)
{
    if (options->state == RCLIO_STATISTICS_NODE_DEFAULT) return node->options.topic_statistics;
    return options->state == RCLIO_STATISTICS_ON;
}

static double milliseconds(int64_t ns)
{
    return (double)ns / 1e6;
}

void statistics_message(topic_statistics *t, int64_t source_ns, int64_t received_ns)
{
    if (source_ns && received_ns) metric_add(&t->age, milliseconds(received_ns - source_ns)); /* STA-2 */
    if (t->last_ns) metric_add(&t->period, milliseconds(received_ns - t->last_ns));
    t->last_ns = received_ns;
}

void statistics_callback(topic_statistics *t, int64_t duration_ns)
{
    metric_add(&t->callback, milliseconds(duration_ns));
}

/* ---- the end of a window ---- */

static rosidl_runtime_c__String lend(const char *string)
{
    return (rosidl_runtime_c__String){.data = (char *)string, .size = strlen(string), .capacity = strlen(string) + 1};
}

static wire_stamp stamp(int64_t ns)
{
    return (wire_stamp){(int32_t)(ns / RCLIO_S(1)), (uint32_t)(ns % RCLIO_S(1))};
}

static void publish(topic_statistics *t, const char *name, const char *unit, int64_t stop_ns, data_point *points, size_t count)
{
    metrics_message message = {
        .measurement_source_name = lend(rclio_node_name(t->owner->node)),
        .metrics_source = lend(name),
        .unit = lend(unit),
        .window_start = stamp(t->window_ns),
        .window_stop = stamp(stop_ns),
        .statistics = {points, count, count},
    };
    if (rclio_publish(t->publisher, &message) != RCLIO_OK) RCLIO_DEBUG(t->owner->node, "%s", rclio_error());
}

/* STA-1, STA-3 */
enum { UNINITIALIZED, AVERAGE, MINIMUM, MAXIMUM, STANDARD_DEVIATION, SAMPLE_COUNT };

static void publish_metric(topic_statistics *t, const char *name, metric *m, int64_t stop_ns)
{
    data_point points[] = {
        {AVERAGE, metric_average(m)},
        {MAXIMUM, metric_highest(m)},
        {MINIMUM, metric_lowest(m)},
        {SAMPLE_COUNT, (double)m->count},
        {STANDARD_DEVIATION, metric_deviation(m)},
    };
    publish(t, name, "ms", stop_ns, points, sizeof points / sizeof *points);
    *m = (metric){0};
}

static void publish_count(topic_statistics *t, const char *name, uint64_t count, int64_t stop_ns)
{
    publish(t, name, "messages", stop_ns, &(data_point){SAMPLE_COUNT, (double)count}, 1);
}

/* STA-4 */
static void publish_counters(topic_statistics *t, int64_t stop_ns)
{
    rclio_counters now;
    counters_read(t->counters, &now);
    publish_metric(t, "callback_time", &t->callback, stop_ns);
    publish_count(t, "messages_received", now.received - t->before.received, stop_ns);
    publish_count(t, "messages_dropped", now.dropped - t->before.dropped, stop_ns);
    publish_count(t, "messages_late", now.late - t->before.late, stop_ns);
    publish_count(t, "callbacks_failed", now.failed - t->before.failed, stop_ns);
    publish(t, "queue_depth", "messages", stop_ns, &(data_point){MAXIMUM, (double)now.queue_high}, 1);
    t->before = now;
}

static void end_window(rclio_timer *alarm, void *arg)
{
    topic_statistics *t = arg;
    (void)alarm;
    EXECUTOR_GUARD(t->owner->executor);
    if (!t->publisher) return; /* closed while this was on its way */
    int64_t now = clock_system_ns();
    publish_metric(t, "message_age", &t->age, now);
    publish_metric(t, "message_period", &t->period, now);
    if (t->with_counters) publish_counters(t, now);
    t->window_ns = now;
}

/* ---- life ---- */

static rclio_status build(topic_statistics *t, const rclio_statistics_options *o, rclio_callback_group *group)
{
    rclio_node *node = t->owner->node;
    int64_t period_ns = o->period_ns ? o->period_ns : PERIOD_NS;
    const rclio_type *type = rclio_types_get(node->context->types, TYPE);
    if (!type) return rclio_error_status();
    if (type->size != sizeof(metrics_message))
        return rclio_fail(RCLIO_INVALID, TYPE " is not the definition that rclio was made with");
    if (period_ns < 0)
        return rclio_fail(RCLIO_INVALID, "the period of statistics is %lld ns: it must be positive", (long long)period_ns);
    rclio_publisher_options options = {.qos = rclio_qos_resolve(o->qos, RCLIO_QOS_SYSTEM_DEFAULT)};
    if (!(t->publisher = rclio_publisher_new(node, type, o->topic ? o->topic : TOPIC, &options))) return rclio_error_status();
    entity_orphan((entity *)(void *)t->publisher); /* ST2 */
    if (!(t->clock = rclio_clock_new(RCLIO_CLOCK_STEADY))) return rclio_error_status();
    rclio_timer_options wall = {.clock = t->clock, .group = group};
    if (!(t->timer = rclio_timer_new(node, period_ns, end_window, t, &wall))) return rclio_error_status();
    entity_orphan((entity *)(void *)t->timer);
    entity_keep((entity *)(void *)t->timer, t->owner);
    return RCLIO_OK;
}

topic_statistics *statistics_new(entity *owner, const counters *c, const rclio_statistics_options *options,
                                 rclio_callback_group *group)
{
    topic_statistics *t = calloc(1, sizeof *t);
    if (!t) return rclio_fail_null(RCLIO_NO_MEMORY, "out of memory for statistics");
    t->owner = owner;
    t->counters = c;
    t->with_counters = options->counters;
    t->window_ns = clock_system_ns();
    if (build(t, options, group) == RCLIO_OK) return t;
    rclio_error_add("no statistics");
    statistics_close(t);
    statistics_free(t);
    return NULL;
}

void statistics_close(topic_statistics *t)
{
    if (!t) return;
    rclio_timer_destroy(t->timer);
    rclio_publisher_destroy(t->publisher);
    t->timer = NULL;
    t->publisher = NULL;
}

void statistics_free(topic_statistics *t)
{
    if (!t) return;
    rclio_clock_unref(t->clock);
    free(t);
}
