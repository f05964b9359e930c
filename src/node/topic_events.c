/* src/node/topic_events.c: see topic_events.h. Tests: tests/node/test_events.c, tests/node/test_topics.c. */
#include "node/topic_events.h"

#include "base/error.h"
#include "base/text.h"

#include <stdlib.h>

typedef struct waiter {
    list link;
    rclio_future *future;
    size_t count;
} waiter;

static void waiter_end(waiter *w)
{
    list_remove(&w->link);
    rclio_future_unref(w->future);
    free(w);
}

static void complete_waiters(topic_events *t)
{
    mutex_lock(&t->lock);
    size_t matched = list_is_empty(&t->waiters) ? 0 : t->ops->matched(t->owner);
    list_each(it, &t->waiters) {
        waiter *w = list_entry(it, waiter, link);
        bool over = rclio_future_get_state(w->future) != RCLIO_PENDING; /* cancelled */
        if (!over && matched < w->count) continue;
        if (!over) rclio_future_complete(w->future, NULL);
        waiter_end(w);
    }
    mutex_unlock(&t->lock);
}

static void fail_waiters(topic_events *t, rclio_status status, const char *cause)
{
    mutex_lock(&t->lock);
    list_each(it, &t->waiters) {
        waiter *w = list_entry(it, waiter, link);
        rclio_future_fail(w->future, status, "no %ss of '%s': %s", t->ops->peer, t->topic, cause);
        waiter_end(w);
    }
    mutex_unlock(&t->lock);
}

static void shut_down(void *arg)
{
    fail_waiters(arg, RCLIO_SHUTDOWN, "the context was shut down");
}

static void deliver(topic_events *t, mw_event_kind kind, rclio_event_kind public_kind)
{
    mw_status status = {0};
    if (t->ops->status(t->owner, kind, &status) != RCLIO_OK) return;
    if (t->on_event) {
        rclio_event event = {
            .kind = public_kind,
            .total = status.total,
            .total_change = status.total_change,
            .current = status.current,
            .current_change = status.current_change,
            .not_alive = status.not_alive,
            .not_alive_change = status.not_alive_change,
            .policy = kind == MW_EVENT_INCOMPATIBLE_QOS ? status.last_policy : NULL,
        };
        USER_CODE(t->source.executor, t->on_event(&event, t->arg));
    } else if (kind == MW_EVENT_INCOMPATIBLE_QOS) { /* TE2 */
        rclio_node *node = t->owner->node;
        char *line = copy_format("New %s discovered on topic '%s', %s. Last incompatible policy: %s", t->ops->peer, t->topic,
                                 t->ops->incompatible, status.last_policy ? status.last_policy : "UNKNOWN");
        if (line) LOG_WARN(node->context->log, node->logger, "%s", line); /* QOS-9 */
        free(line);
    }
}

static void run(source *s)
{
    static const struct {
        mw_event_kind kind;
        rclio_event_kind public_kind;
    } kinds[] = {
        {MW_EVENT_MATCHED, RCLIO_EVENT_MATCHED},           {MW_EVENT_INCOMPATIBLE_QOS, RCLIO_EVENT_INCOMPATIBLE_QOS},
        {MW_EVENT_DEADLINE, RCLIO_EVENT_DEADLINE_MISSED},  {MW_EVENT_LIVELINESS, RCLIO_EVENT_LIVELINESS},
        {MW_EVENT_MESSAGE_LOST, RCLIO_EVENT_MESSAGE_LOST},
    };
    topic_events *t = list_entry(s, topic_events, source);
    uint32_t mask = t->ops->take(t->owner);
    complete_waiters(t);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds && !t->closed; i++)
        if (mask & (uint32_t)kinds[i].kind) deliver(t, kinds[i].kind, kinds[i].public_kind);
}

static void released(source *s)
{
    entity_unref(list_entry(s, topic_events, source)->owner); /* TE3 */
}

rclio_status topic_events_init(topic_events *t, entity *owner, const topic_events_ops *ops, const char *topic,
                               rclio_event_fn *on_event, void *arg)
{
    *t = (topic_events){.owner = owner, .ops = ops, .topic = topic, .on_event = on_event, .arg = arg};
    list_init(&t->waiters);
    list_init(&t->hook.link);
    if (mutex_init(&t->lock) != RCLIO_OK) return rclio_error_status();
    if (!(t->what = copy_format("events of '%s'", topic))) {
        mutex_fini(&t->lock);
        return rclio_error_status();
    }
    entity_source(owner, &t->source, t->what, run, released);
    entity_ref(owner);
    return RCLIO_OK;
}

void topic_events_close(topic_events *t)
{
    if (t->closed || !t->what) return;
    t->closed = true;
    context_forget_shutdown(t->owner->node->context, &t->hook);
    fail_waiters(t, RCLIO_CANCELLED, "it was destroyed");
    source_fini(&t->source);
}

void topic_events_fini(topic_events *t)
{
    if (t->what) mutex_fini(&t->lock);
    free(t->what);
    t->what = NULL;
}

void topic_events_wake(void *arg)
{
    source_wake(&((topic_events *)arg)->source);
}

rclio_future *topic_events_wait(topic_events *t, size_t count)
{
    rclio_context *context = t->owner->node->context;
    EXECUTOR_GUARD(t->source.executor);
    char *what = copy_format("%zu %ss of '%s'", count, t->ops->peer, t->topic);
    rclio_future *future = what ? rclio_future_new(t->source.executor, what, NULL) : NULL;
    free(what);
    if (!future) return NULL;
    if (t->ops->matched(t->owner) >= count) {
        rclio_future_complete(future, NULL);
        return future;
    }
    if (!rclio_ok(context)) {
        rclio_future_fail(future, RCLIO_SHUTDOWN, "no %ss of '%s': the context is shut down", t->ops->peer, t->topic);
        return future;
    }
    waiter *w = malloc(sizeof *w);
    if (!w) {
        rclio_future_unref(future);
        return rclio_fail_null(RCLIO_NO_MEMORY, "out of memory to wait for %ss of '%s'", t->ops->peer, t->topic);
    }
    *w = (waiter){.future = rclio_future_ref(future), .count = count};
    mutex_lock(&t->lock);
    list_append(&t->waiters, &w->link);
    mutex_unlock(&t->lock);
    if (list_is_empty(&t->hook.link)) context_on_shutdown(context, &t->hook, shut_down, t);
    return future;
}
