/* src/node/filters/subscriber.c: a subscription as a source of messages: what it decoded goes on by reference (FI1).
 *
 *   SU1  The message is taken from the subscription, which goes on with a new one: no copy, but of one that others have by reference.
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
    const rclio_type *type = rclio_subscription_type(from);
    void *taken = subscription_take_over(info); /* SU1 */
    const rclio_message_event *event =
        !taken ? NULL : event_new(type, taken, info->received_timestamp_ns, s->filter.entity.types);
    if (!event) {
        filter_warn_once(&s->filter, "subscriber of '%s' loses messages: %s", rclio_subscription_topic(from), rclio_error());
        if (taken) rclio_message_destroy(type, taken);
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
