/* src/node/message_wait.c: rclio_wait_for_message(): a subscription that lives until its first message.
 *
 *   MW1  It is an entity of the node: that one's end ends it. Its subscription keeps its memory.
 *   MW2  A cancelled future ends it on the executor: the thread that cancels only posts.
 * Threads: as the public header says. Tests: tests/node/test_message_wait.c. */
#include "base/error.h"
#include "base/text.h"
#include "node/client.h"
#include "node/node.h"

#include <stdlib.h>

typedef struct message_wait {
    entity entity;
    rclio_subscription *subscription;
    rclio_future *future; /* a reference */
    char *topic;
    shutdown_hook shutdown;
    bool destroyed;
} message_wait;

static void wait_free(entity *e)
{
    message_wait *w = (message_wait *)(void *)e;
    rclio_future_unref(w->future);
    free(w->topic);
    free(w);
}

/* Ends it; the future fails unless it is over. */
static void end(message_wait *w, rclio_status status, const char *why)
{
    if (w->destroyed) return;
    w->destroyed = true;
    entity_orphan(&w->entity);
    context_forget_shutdown(w->entity.node->context, &w->shutdown);
    if (w->future) {
        rclio_future_on_cancel(w->future, NULL, NULL);
        rclio_future_fail(w->future, status, "no message of topic '%s': %s", w->topic, why);
    }
    rclio_subscription_destroy(w->subscription);
    entity_unref(&w->entity);
}

static void wait_destroy(entity *e)
{
    end((message_wait *)(void *)e, RCLIO_CANCELLED, "the node was destroyed");
}

static void shut_down(void *arg)
{
    end(arg, RCLIO_SHUTDOWN, "the context was shut down");
}

static void end_cancelled(void *arg)
{
    message_wait *w = arg;
    EXECUTOR_GUARD(w->entity.executor);
    end(w, RCLIO_CANCELLED, "it was cancelled");
    entity_unref(&w->entity);
}

static void cancelled(rclio_future *future, void *arg) /* MW2 */
{
    message_wait *w = arg;
    (void)future;
    entity_ref(&w->entity);
    if (rclio_executor_post(w->entity.executor, end_cancelled, w) != RCLIO_OK) entity_unref(&w->entity);
}

static void *copy_of(const message_wait *w, const void *message)
{
    const rclio_type *type = rclio_subscription_type(w->subscription);
    void *value = reply_new(type, w->entity.types);
    if (value && rclio_message_copy(type, message, value) == RCLIO_OK) return value;
    reply_free(value);
    return NULL;
}

static void on_message(const void *message, const rclio_message_info *info, void *arg)
{
    message_wait *w = arg;
    (void)info;
    EXECUTOR_GUARD(w->entity.executor);
    if (w->destroyed) return;
    void *value = copy_of(w, message);
    rclio_future_on_cancel(w->future, NULL, NULL);
    if (value)
        rclio_future_complete(w->future, value);
    else
        rclio_future_fail(w->future, rclio_error_status(), "no message of topic '%s': %s", w->topic, rclio_error());
    end(w, RCLIO_CANCELLED, "");
}

static rclio_status build(message_wait *w, const rclio_type *type, const char *topic, const rclio_qos *qos)
{
    rclio_node *node = w->entity.node;
    const rclio_subscription_options options = {.qos = qos ? *qos : (rclio_qos){.history = RCLIO_KEEP_LAST, .depth = 1}};
    if (!(w->subscription = rclio_subscription_new(node, type, topic, on_message, w, &options))) return rclio_error_status();
    entity_keep((entity *)(void *)w->subscription, &w->entity); /* MW1 */
    if (!(w->topic = copy_string(rclio_subscription_topic(w->subscription)))) return rclio_error_status();
    char *what = copy_format("message of topic '%s'", w->topic);
    if (what) w->future = rclio_future_new(node->executor, what, reply_free);
    free(what);
    return w->future ? RCLIO_OK : rclio_error_status();
}

rclio_future *rclio_wait_for_message(rclio_node *node, const rclio_type *type, const char *topic, const rclio_qos *qos)
{
    if (!node || !type) return NULL; /* the first error stands */
    EXECUTOR_GUARD(node->executor);
    if (!rclio_ok(node->context))
        return rclio_fail_null(RCLIO_SHUTDOWN, "no message of topic '%s': the context is shut down", topic ? topic : "");
    message_wait *w = calloc(1, sizeof *w);
    if (!w) return rclio_fail_null(RCLIO_NO_MEMORY, "out of memory to wait for a message");
    entity_init(&w->entity, node, wait_destroy, wait_free);
    list_init(&w->shutdown.link);
    if (build(w, type, topic, qos) != RCLIO_OK) {
        rclio_subscription_destroy(w->subscription);
        entity_unref(&w->entity);
        return NULL;
    }
    entity_adopt(&w->entity);
    context_on_shutdown(node->context, &w->shutdown, shut_down, w);
    rclio_future *future = rclio_future_ref(w->future);
    rclio_future_on_cancel(future, cancelled, w);
    return future;
}
