/* src/node/filters/time_sequencer.c: messages in the order of their stamps, each when it is due.
 *
 *   TS1  A message is due when the node's clock is `delay` later than its stamp. Of equal stamps the one that came first goes first.
 *   TS2  One older than the last that was put out is dropped; one of the same stamp is not.
 *   TS3  Nothing polls: a timer waits for the first message that is due, at most LOOK_NS of its clock, so that a change of the clock's
 *        source is noticed. (Upstream looks at each period of its update_rate.)
 *   TS4  Beyond the limit the oldest is dropped. (Upstream drops all of the oldest stamp.)
 *   TS5  `last_ns` moves when a message is taken from the queue, before its callback: what comes meanwhile is judged by it.
 *   TS6  `timer` is the executor's (EXECUTOR_GUARD); it keeps the sequencer's memory.
 * Threads: adding any; releasing and the timer the executor's. Tests: tests/filters/test_time_sequencer.c. */
#include "base/error.h"
#include "node/filters/filter.h"
#include "node/filters/matcher.h"

#include <stdlib.h>

#define LOOK_NS RCLIO_S(1)

typedef struct sequencer {
    rclio_filter filter;
    rclio_time_sequencer_options options;
    stamped_queue queue; /* of events, references, sorted; under the filter's lock */
    int64_t last_ns;     /* TS2; under the lock */
    rclio_timer *timer;  /* NULL: no_timer */
    rclio_clock *clock;  /* the node's; a reference */
} sequencer;

static sequencer *of(rclio_filter *f)
{
    return (sequencer *)(void *)f;
}

static int64_t due_at(const sequencer *s, int64_t stamp_ns)
{
    int64_t due;
    return __builtin_add_overflow(stamp_ns, s->options.delay_ns, &due) ? INT64_MAX : due;
}

static void wait_for_first(sequencer *s) /* TS3 */
{
    EXECUTOR_GUARD(s->filter.entity.executor);
    if (!s->timer) return;
    mutex_lock(&s->filter.lock);
    bool waiting = s->queue.size && !s->filter.closed;
    int64_t left = waiting ? stamp_difference(due_at(s, stamped_at(&s->queue, 0)->stamp_ns), rclio_clock_now(s->clock)) : 0;
    mutex_unlock(&s->filter.lock);
    if (!waiting) return;
    rclio_timer_set_period(s->timer, left < 0 ? 0 : left > LOOK_NS ? LOOK_NS : left);
    rclio_timer_reset(s->timer);
}

static void release_now(void *arg) /* of a message that was added by another thread */
{
    sequencer *s = arg;
    wait_for_first(s);
    entity_unref(&s->filter.entity);
}

static void look_again(sequencer *s)
{
    if (s->options.no_timer) return;
    rclio_executor *executor = s->filter.entity.executor;
    if (executor_is_multi_threaded(executor) || rclio_executor_is_current(executor)) {
        wait_for_first(s);
        return;
    }
    entity_ref(&s->filter.entity);
    if (rclio_executor_post(executor, release_now, s) != RCLIO_OK) entity_unref(&s->filter.entity);
}

static rclio_status sequencer_add(rclio_filter *f, const rclio_message_event *event)
{
    sequencer *s = of(f);
    if (!filter_accepts(f, event, s->options.allow_headerless)) return RCLIO_OK;
    const rclio_message_event *dropped = NULL;
    bool is_late = false;
    mutex_lock(&f->lock);
    rclio_status status = stamped_reserve(&s->queue);
    if (status == RCLIO_OK) is_late = event->stamp_ns < s->last_ns; /* TS2 */
    if (status == RCLIO_OK && !is_late) {
        size_t place = s->queue.size;
        while (place && stamped_at(&s->queue, place - 1)->stamp_ns > event->stamp_ns) place--;
        stamped_insert(&s->queue, place, (stamped){event->stamp_ns, (void *)rclio_message_event_ref(event)});
        if (s->queue.size > s->options.queue_size) dropped = stamped_remove(&s->queue, 0).item; /* TS4 */
    }
    mutex_unlock(&f->lock);
    if (dropped) filter_warn_once(f, "a time sequencer drops messages: more than %zu wait to be due", s->options.queue_size);
    rclio_message_event_unref(dropped);
    if (status == RCLIO_OK && !is_late) look_again(s);
    return status;
}

/* TS5; NULL: nothing is due. */
static const rclio_message_event *take_due(sequencer *s, int64_t now_ns)
{
    const rclio_message_event *event = NULL;
    mutex_lock(&s->filter.lock);
    if (s->queue.size && !s->filter.closed && due_at(s, stamped_at(&s->queue, 0)->stamp_ns) <= now_ns) {
        event = stamped_remove(&s->queue, 0).item;
        s->last_ns = event->stamp_ns;
    }
    mutex_unlock(&s->filter.lock);
    return event;
}

static void release_due(sequencer *s, int64_t now_ns)
{
    const rclio_message_event *event;
    entity_ref(&s->filter.entity);
    while ((event = take_due(s, now_ns))) {
        filter_output(&s->filter, event);
        rclio_message_event_unref(event);
    }
    if (!s->filter.closed) wait_for_first(s);
    entity_unref(&s->filter.entity);
}

static void on_timer(rclio_timer *self, void *arg)
{
    (void)self;
    release_due(arg, rclio_clock_now(((sequencer *)arg)->clock));
}

rclio_status rclio_time_sequencer_release(rclio_filter *f, int64_t now_ns)
{
    sequencer *s = filter_of_kind(f, &filter_sequencer_kind);
    if (!s) return rclio_error_status();
    if (f->closed) return rclio_fail(RCLIO_BAD_STATE, "this time sequencer has been destroyed");
    release_due(s, now_ns);
    return RCLIO_OK;
}

static void sequencer_close(rclio_filter *f)
{
    EXECUTOR_GUARD(f->entity.executor);
    rclio_timer_destroy(of(f)->timer);
    of(f)->timer = NULL;
}

static void sequencer_free(rclio_filter *f)
{
    sequencer *s = of(f);
    for (size_t i = 0; i < s->queue.size; i++) rclio_message_event_unref(stamped_at(&s->queue, i)->item);
    free(s->queue.data);
    rclio_clock_unref(s->clock);
}

const filter_kind filter_sequencer_kind = {
    .name = "time sequencer", .add = sequencer_add, .close = sequencer_close, .free = sequencer_free};

rclio_filter *rclio_time_sequencer_new(rclio_node *node, rclio_filter *input, const rclio_time_sequencer_options *options)
{
    rclio_timer_options one_shot = {.one_shot = true, .autostart_off = true, .clock = rclio_node_clock(node)};
    if (options && options->delay_ns < 0)
        return rclio_fail_null(RCLIO_INVALID, "a time sequencer's delay is %lld ns: it may not be negative",
                               (long long)options->delay_ns);
    sequencer *s = filter_alloc(node, &filter_sequencer_kind, sizeof *s);
    if (!s) return NULL;
    if (options) s->options = *options;
    if (!s->options.queue_size) s->options.queue_size = RCLIO_FILTER_QUEUE;
    s->last_ns = INT64_MIN;
    s->clock = rclio_clock_ref(rclio_node_clock(node));
    if (!s->options.no_timer) s->timer = rclio_timer_new(node, 0, on_timer, s, &one_shot);
    if (s->timer) entity_keep((entity *)(void *)s->timer, &s->filter.entity);
    bool made = s->options.no_timer || s->timer;
    if (made && filter_adopt(&s->filter, input) == RCLIO_OK) return &s->filter;
    filter_abandon(&s->filter);
    return NULL;
}
