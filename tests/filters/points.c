/* tests/filters/points.c: see points.h. */
#include "points.h"

#include "base/log.h"
#include "base/thread.h"
#include "node/node.h"

points points_new(void)
{
    points p = {0};
    p.context = rclio_init(0, NULL, &(rclio_context_options){.signals = RCLIO_SIGNALS_NONE, .no_rosout = true});
    p.executor = rclio_context_executor(p.context);
    harness_watch(p.executor);
    p.node = rclio_node_new(p.context, "points", &(rclio_node_options){.no_type_description_service = true});
    if (!p.node) fail_msg("%s", rclio_error());
    p.type = rclio_types_get(rclio_context_types(p.context), "geometry_msgs/msg/PointStamped");
    assert_non_null(p.type);
    assert_int_equal(p.type->size, sizeof(point));
    return p;
}

void points_free(points *p)
{
    rclio_context_destroy(p->context);
    harness_unwatch();
}

const rclio_message_event *point_event(points *p, int64_t stamp_ns, double x)
{
    point *message = rclio_message_new(p->type);
    assert_non_null(message);
    message->sec = (int32_t)(stamp_ns / RCLIO_S(1));
    message->nanosec = (uint32_t)(stamp_ns % RCLIO_S(1));
    message->x = x;
    assert_true(rosidl_runtime_c__String__assign(&message->frame_id, "map"));
    const rclio_message_event *event = rclio_message_event_new(p->type, message, 0);
    assert_non_null(event);
    return event;
}

double point_x(const rclio_message_event *event)
{
    const point *message = event->message;
    assert_string_equal(message->frame_id.data, "map");
    return message->x;
}

void add_point(points *p, rclio_filter *filter, int64_t stamp_ns, double x)
{
    const rclio_message_event *event = point_event(p, stamp_ns, x);
    assert_ok(rclio_filter_add(filter, event));
    rclio_message_event_unref(event);
}

const rclio_message_event *string_event(points *p, int64_t received_ns)
{
    const rclio_type *type = rclio_types_get(rclio_context_types(p->context), "std_msgs/msg/String");
    const rclio_message_event *event = rclio_message_event_new(type, rclio_message_new(type), received_ns);
    assert_non_null(event);
    return event;
}

void trace_point(const rclio_message_event *event, void *arg)
{
    trace *t = arg;
    assert_true(t->count < 64);
    t->x[t->count++] = point_x(event);
}

void assert_trace(trace *t, const double *x, size_t count)
{
    for (size_t i = 0; i < count && i < t->count; i++)
        if (t->x[i] > x[i] || t->x[i] < x[i]) fail_msg("number %zu is %g, not %g", i, t->x[i], x[i]);
    assert_int_equal(t->count, count);
    t->count = 0;
}

struct heard {
    points *p;
    int sink;
    mutex lock;
    size_t count;
    char lines[64][400];
};

static void hear(const log_record *record, void *arg)
{
    heard *h = arg;
    mutex_lock(&h->lock);
    if (h->count < 64) snprintf(h->lines[h->count++], sizeof h->lines[0], "%s", record->message);
    mutex_unlock(&h->lock);
}

heard *heard_new(points *p)
{
    heard *h = calloc(1, sizeof *h);
    assert_non_null(h);
    h->p = p;
    mutex_init(&h->lock);
    h->sink = log_sink_add(p->context->log, hear, h);
    return h;
}

size_t heard_count(heard *h, const char *words)
{
    size_t found = 0;
    mutex_lock(&h->lock);
    for (size_t i = 0; i < h->count; i++) found += strstr(h->lines[i], words) != NULL;
    mutex_unlock(&h->lock);
    return found;
}

void heard_free(heard *h)
{
    log_sink_remove(h->p->context->log, h->sink);
    mutex_fini(&h->lock);
    free(h);
}
