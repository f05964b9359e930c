/* src/node/parameter_events.c: listens to /parameter_events and tells those who watch (PAR-4).
 *
 *   PE1  Watches are called in the order in which they were made: first those of single parameters, then those of all events. Each
 *        callback may destroy any watch or the handler: one that is destroyed is not called any more, and its memory goes after the
 *        event that is being told.
 *   PE2  The subscription keeps the handler's memory. Watches are the executor's (EXECUTOR_GUARD); they are called without its lock.
 * Threads: the executor's or while nobody spins. Tests: tests/node/test_parameter_events.c. */
#include "base/error.h"
#include "base/text.h"
#include "node/name.h"
#include "node/node.h"
#include "node/parameter_messages.h"

#include <stdlib.h>
#include <string.h>

struct rclio_parameter_watch {
    list link;
    rclio_parameter_events *events;
    bool removed;
    char *node, *parameter; /* NULL: every event */
    union {
        rclio_parameter_watch_fn *call;
        rclio_parameter_event_fn *call_event;
    };
    void *arg;
};

struct rclio_parameter_events {
    entity entity;                    /* references: the owner's, the subscription's */
    rclio_subscription *subscription; /* NULL: destroyed */
    list watches;
    bool telling;
};

static void watch_free(rclio_parameter_watch *watch)
{
    list_remove(&watch->link);
    free(watch->node);
    free(watch->parameter);
    free(watch);
}

static void tell_parameter(rclio_parameter_watch *watch, const char *node, const rclio_parameter_list *parameters)
{
    rclio_executor *executor = watch->events->entity.executor;
    for (size_t i = 0; i < parameters->size && !watch->removed; i++)
        if (strcmp(parameters->data[i].name, watch->parameter) == 0 && strcmp(node, watch->node) == 0)
            USER_CODE(executor, watch->call(&parameters->data[i], watch->arg));
}

static void tell(rclio_parameter_events *events, const rclio_parameter_event *event)
{
    EXECUTOR_GUARD(events->entity.executor);
    events->telling = true;
    for (int all = 0; all < 2; all++) { /* PE1 */
        for (list *it = events->watches.next; it != &events->watches; it = it->next) {
            rclio_parameter_watch *watch = list_entry(it, rclio_parameter_watch, link);
            if (watch->removed || (watch->parameter == NULL) != all) continue;
            if (all) {
                USER_CODE(events->entity.executor, watch->call_event(event, watch->arg));
                continue;
            }
            tell_parameter(watch, event->node, &event->new_parameters);
            tell_parameter(watch, event->node, &event->changed_parameters);
        }
    }
    events->telling = false;
    list_each(it, &events->watches) {
        rclio_parameter_watch *watch = list_entry(it, rclio_parameter_watch, link);
        if (watch->removed) watch_free(watch);
    }
}

static void on_event(const void *message, const rclio_message_info *info, void *arg)
{
    rclio_parameter_events *events = arg;
    const event_message *m = message;
    rclio_parameter_event event = {.stamp_ns = RCLIO_S(m->sec) + m->nanosec, .node = parameter_string(&m->node)};
    (void)info;
    if (parameter_list_from_message(&m->new_parameters, &event.new_parameters) == RCLIO_OK &&
        parameter_list_from_message(&m->changed_parameters, &event.changed_parameters) == RCLIO_OK &&
        parameter_list_from_message(&m->deleted_parameters, &event.deleted_parameters) == RCLIO_OK)
        tell(events, &event);
    else
        RCLIO_WARN(events->entity.node, "a parameter event of '%s' was dropped: %s", event.node, rclio_error());
    rclio_parameter_list_fini(&event.new_parameters);
    rclio_parameter_list_fini(&event.changed_parameters);
    rclio_parameter_list_fini(&event.deleted_parameters);
}

static void events_free(entity *e)
{
    rclio_parameter_events *events = (rclio_parameter_events *)(void *)e;
    list_each(it, &events->watches) watch_free(list_entry(it, rclio_parameter_watch, link));
    free(events);
}

static void events_destroy_entity(entity *e)
{
    rclio_parameter_events_destroy((rclio_parameter_events *)(void *)e);
}

void rclio_parameter_events_destroy(rclio_parameter_events *events)
{
    if (!events) return;
    EXECUTOR_GUARD(events->entity.executor);
    if (!events->subscription) return;
    rclio_subscription_destroy(events->subscription);
    events->subscription = NULL;
    list_each(it, &events->watches) list_entry(it, rclio_parameter_watch, link)->removed = true;
    entity_orphan(&events->entity);
    entity_unref(&events->entity);
}

rclio_parameter_events *rclio_parameter_events_new(rclio_node *node, const rclio_qos *qos)
{
    if (!node) return NULL; /* the first error stands */
    rclio_parameter_events *events = calloc(1, sizeof *events);
    if (!events) return rclio_fail_null(RCLIO_NO_MEMORY, "out of memory for a handler of parameter events");
    EXECUTOR_GUARD(node->executor);
    list_init(&events->watches);
    entity_init(&events->entity, node, events_destroy_entity, events_free);
    parameter_types types;
    if (parameter_types_find(node->context->types, &types) == RCLIO_OK)
        events->subscription = rclio_subscription_new(
            node, types.event, "/parameter_events", on_event, events,
            &(rclio_subscription_options){.qos = rclio_qos_resolve(qos ? *qos : (rclio_qos){0}, RCLIO_QOS_PARAMETER_EVENTS)});
    if (events->subscription) {
        entity_keep((entity *)(void *)events->subscription, &events->entity);
        entity_adopt(&events->entity);
        return events;
    }
    entity_unref(&events->entity);
    return NULL;
}

size_t rclio_parameter_events_publishers(rclio_parameter_events *events)
{
    return events ? rclio_subscription_publishers(events->subscription) : 0;
}

rclio_future *rclio_parameter_events_wait_for_publishers(rclio_parameter_events *events, size_t count)
{
    return events ? rclio_subscription_wait_for_publishers(events->subscription, count) : NULL;
}

static rclio_parameter_watch *watch_new(rclio_parameter_events *events)
{
    rclio_parameter_watch *watch = calloc(1, sizeof *watch);
    if (!watch) return rclio_fail_null(RCLIO_NO_MEMORY, "out of memory to watch parameters");
    watch->events = events;
    list_init(&watch->link);
    return watch;
}

rclio_parameter_watch *rclio_parameter_events_watch(rclio_parameter_events *events, const char *node_name, const char *parameter,
                                                    rclio_parameter_watch_fn *call, void *arg)
{
    if (!events) return NULL;
    if (!parameter || !call) return rclio_fail_null(RCLIO_INVALID, "a watch needs a parameter and a callback");
    rclio_parameter_watch *watch = watch_new(events);
    if (!watch) return NULL;
    const rclio_node *node = events->entity.node;
    if (!node_name) node_name = node->full_name;
    watch->node = *node_name == '/' ? copy_string(node_name) : name_join(node->name_space, node_name);
    watch->parameter = copy_string(parameter);
    watch->call = call;
    watch->arg = arg;
    if (watch->node && watch->parameter) {
        EXECUTOR_GUARD(events->entity.executor);
        list_append(&events->watches, &watch->link);
        return watch;
    }
    watch_free(watch);
    return NULL;
}

rclio_parameter_watch *rclio_parameter_events_watch_all(rclio_parameter_events *events, rclio_parameter_event_fn *call, void *arg)
{
    if (!events) return NULL;
    if (!call) return rclio_fail_null(RCLIO_INVALID, "a watch needs a callback");
    rclio_parameter_watch *watch = watch_new(events);
    if (!watch) return NULL;
    watch->call_event = call;
    watch->arg = arg;
    EXECUTOR_GUARD(events->entity.executor);
    list_append(&events->watches, &watch->link);
    return watch;
}

void rclio_parameter_watch_destroy(rclio_parameter_watch *watch)
{
    if (!watch) return;
    EXECUTOR_GUARD(watch->events->entity.executor);
    watch->removed = true;
    if (!watch->events->telling) watch_free(watch);
}
