/* src/node/filters/subscriber.c: a subscription as a source of messages: what it decoded goes on by reference (FI1).
 *
 *   SU1  The message is kept (rclio/loan.h), and the subscription goes on with another one: no copy.
 * Threads: the executor's. Tests: tests/filters/test_subscriber.c. */
#include "node/subscription.h"

#include "base/error.h"
#include "node/filters/filter.h"

typedef struct subscriber {
    rclio_filter filter;
    rclio_subscription *subscription;
} subscriber;

static void on_message(const void *message, const rclio_message_info *info, void *arg)
{
    subscriber *s = arg;
    (void)message;
    const rclio_subscription *from = subscription_of(info);
    rclio_kept_message *kept = rclio_message_keep(info); /* SU1 */
    const rclio_message_event *event = message_event_of_kept(kept, info->received_timestamp_ns);
    if (!event) {
        filter_warn_once(&s->filter, "subscriber of '%s' loses messages: %s", rclio_subscription_topic(from), rclio_error());
        rclio_kept_message_unref(kept);
        return;
    }
    filter_output(&s->filter, event);
    rclio_message_event_unref(event);
}

static void subscriber_close(rclio_filter *f)
{
    rclio_subscription_destroy(((subscriber *)f)->subscription);
}

const filter_kind filter_subscriber_kind = {.name = "subscriber", .close = subscriber_close};

rclio_filter *rclio_subscriber_new(rclio_node *node, const rclio_type *type, const char *topic,
                                   const rclio_subscription_options *options)
{
    if (!node || !type) return NULL; /* the first error stands */
    if (options && options->raw)
        return rclio_fail_null(RCLIO_INVALID, "no subscriber of '%s': filters need messages, not bytes", topic);
    subscriber *s = filter_alloc(node, &filter_subscriber_kind, sizeof *s);
    if (!s) return NULL;
    s->subscription = rclio_subscription_new(node, type, topic, on_message, s, options);
    if (!s->subscription) {
        filter_abandon(&s->filter);
        return NULL;
    }
    entity_keep((entity *)(void *)s->subscription, &s->filter.entity);
    filter_adopt(&s->filter, NULL); /* after the subscription: so the node ends the filter first */
    return &s->filter;
}

rclio_subscription *rclio_subscriber_subscription(rclio_filter *f)
{
    subscriber *s = filter_of_kind(f, &filter_subscriber_kind);
    return s && !f->closed ? s->subscription : NULL;
}
