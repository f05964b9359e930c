/* src/node/lifecycle.c: a managed node: changes of its state, and what they do to publishers and timers. Rules LI1 to LI3: lifecycle.h; LC1 to
 * LC5: include/rclio/lifecycle.h.
 *
 * Threads: as the headers say. Tests: tests/node/test_lifecycle.c, test_lifecycle_services.c. */
#include "node/lifecycle.h"

#include "async/failure.h"
#include "base/error.h"
#include "base/text.h"
#include "node/publisher.h"

#include <stdlib.h>
#include <string.h>

rclio_lifecycle_state rclio_lifecycle_get_state(const rclio_lifecycle *l)
{
    return l ? (rclio_lifecycle_state)atomic_load(&((rclio_lifecycle *)l)->state) : RCLIO_LIFECYCLE_UNKNOWN;
}

/* ---- what is managed ---- */

static void set_publisher(entity *managed, lifecycle_effect effect)
{
    publisher_mute((rclio_publisher *)(void *)managed, effect == LIFECYCLE_CLOSED);
}

static void set_timer(entity *managed, lifecycle_effect effect) /* LC4 */
{
    rclio_timer *t = (rclio_timer *)(void *)managed;
    if (effect == LIFECYCLE_RUNNING)
        rclio_timer_reset(t);
    else
        rclio_timer_cancel(t);
}

/* The managed ones that are there now, each a reference; NULL with *count 0 when memory is short or there are none. */
static lifecycle_member *copy_members(rclio_lifecycle *l, size_t *count)
{
    size_t size = 0;
    mutex_lock(&l->lock);
    list_each(it, &l->members) size++;
    lifecycle_member *members = size ? calloc(size, sizeof *members) : NULL;
    *count = 0;
    list_each(it, &l->members) {
        if (!members) break;
        members[*count] = *list_entry(it, lifecycle_member, link);
        entity_ref(members[(*count)++].managed);
    }
    mutex_unlock(&l->lock);
    if (size && !members) RCLIO_ERROR(l->entity.node, "out of memory to set the managed publishers and timers of a lifecycle");
    return members;
}

static void set_members(rclio_lifecycle *l, lifecycle_effect effect)
{
    size_t count;
    lifecycle_member *members = copy_members(l, &count);
    for (size_t i = 0; i < count; i++) {
        members[i].set(members[i].managed, effect);
        entity_unref(members[i].managed);
    }
    free(members);
}

static void apply_effect(rclio_lifecycle *l, lifecycle_effect effect)
{
    if (effect == LIFECYCLE_AS_BEFORE) return;
    USER_CODE(l->entity.executor, set_members(l, effect)); /* LI3 */
}

static void member_free(lifecycle_member *member)
{
    rclio_lifecycle *l = member->lifecycle;
    mutex_lock(&l->lock);
    list_remove(&member->link);
    mutex_unlock(&l->lock);
    free(member);
    entity_unref(&l->entity);
}

static void member_leave(entity *managed, void *arg) /* LI3 */
{
    (void)managed;
    member_free(arg);
}

static rclio_status add_member(rclio_lifecycle *l, entity *managed, void (*set)(entity *, lifecycle_effect))
{
    EXECUTOR_GUARD(l->entity.executor);
    if (l->destroyed) return rclio_fail(RCLIO_INVALID, "there is no lifecycle to manage by");
    lifecycle_member *member = calloc(1, sizeof *member);
    if (!member) return rclio_fail(RCLIO_NO_MEMORY, "out of memory");
    *member = (lifecycle_member){.managed = managed, .set = set, .lifecycle = l};
    list_init(&member->link);
    if (!entity_watch(managed, member_leave, member)) {
        free(member);
        return rclio_fail(RCLIO_BAD_STATE, "it is managed already");
    }
    entity_ref(&l->entity);
    mutex_lock(&l->lock);
    list_append(&l->members, &member->link);
    mutex_unlock(&l->lock);
    return RCLIO_OK;
}

static rclio_status manage(rclio_lifecycle *l, entity *managed, void (*set)(entity *, lifecycle_effect))
{
    rclio_lifecycle_state state;
    if (!l) return rclio_fail_missing("there is no lifecycle to manage by");
    if (add_member(l, managed, set) != RCLIO_OK) return rclio_error_status();
    do {
        state = rclio_lifecycle_get_state(l);
        lifecycle_effect effect = lifecycle_effect_of(state);
        set(managed, effect == LIFECYCLE_AS_BEFORE ? LIFECYCLE_CLOSED : effect);
    } while (state != rclio_lifecycle_get_state(l)); /* LI3 */
    return RCLIO_OK;
}

rclio_publisher *rclio_lifecycle_publisher(rclio_lifecycle *l, rclio_publisher *publisher)
{
    if (!publisher) return NULL; /* the first error stands */
    if (manage(l, (entity *)(void *)publisher, set_publisher) == RCLIO_OK) return publisher;
    rclio_error_add("publisher to '%s' cannot be managed", rclio_publisher_topic(publisher));
    return NULL;
}

rclio_timer *rclio_lifecycle_timer(rclio_lifecycle *l, rclio_timer *t)
{
    if (!t) return NULL; /* the first error stands */
    if (manage(l, (entity *)(void *)t, set_timer) == RCLIO_OK) return t;
    rclio_error_add("a timer cannot be managed");
    return NULL;
}

/* ---- changes ---- */

static void announce(rclio_lifecycle *l, const lifecycle_move *move) /* LIF-4: as upstream, which leaves the rest at zero */
{
    transition_event *event = rclio_message_new(l->types.event);
    bool made = event && named_id_set(&event->start_state, move->start, rclio_lifecycle_state_name(move->start)) &&
                named_id_set(&event->goal_state, move->goal, rclio_lifecycle_state_name(move->goal));
    rclio_status status = made ? rclio_publish(l->event, event) : RCLIO_NO_MEMORY;
    if (status != RCLIO_OK && status != RCLIO_SHUTDOWN) {
        RCLIO_WARN(l->entity.node, "the change from %s to %s was not announced: %s", rclio_lifecycle_state_name(move->start),
                   rclio_lifecycle_state_name(move->goal), rclio_error());
    }
    if (event) rclio_message_destroy(l->types.event, event);
}

static void lifecycle_step(rclio_lifecycle *l, const lifecycle_move *move) /* LI1 */
{
    atomic_store(&l->state, (int)move->goal);
    if (l->destroyed) return;
    apply_effect(l, lifecycle_effect_of(move->goal));
    if (!l->destroyed) announce(l, move);
}

static rclio_lifecycle_fn *function_of(const rclio_lifecycle_options *o, rclio_lifecycle_state state)
{
    switch (state) {
    case RCLIO_LIFECYCLE_CONFIGURING: return o->on_configure;
    case RCLIO_LIFECYCLE_CLEANINGUP: return o->on_cleanup;
    case RCLIO_LIFECYCLE_ACTIVATING: return o->on_activate;
    case RCLIO_LIFECYCLE_DEACTIVATING: return o->on_deactivate;
    case RCLIO_LIFECYCLE_SHUTTINGDOWN: return o->on_shutdown;
    case RCLIO_LIFECYCLE_ERRORPROCESSING: return o->on_error;
    default: return NULL;
    }
}

/* Runs the node's function for the state it is in, and takes the step that its result asks for (LIF-6). */
static rclio_lifecycle_result run_function(rclio_lifecycle *l, rclio_lifecycle_state previous)
{
    rclio_lifecycle_state state = rclio_lifecycle_get_state(l);
    rclio_lifecycle_fn *function = function_of(&l->options, state);
    rclio_lifecycle_result result = state == RCLIO_LIFECYCLE_ERRORPROCESSING ? RCLIO_LIFECYCLE_FAILURE : RCLIO_LIFECYCLE_SUCCESS;
    task_failure before,
        failure; /* one that the function reports is its own, not that of the task or service that changes the state */
    task_take_failure(&before);
    rclio_error_clear();
    if (function) USER_CODE(l->entity.executor, result = function(previous, l->options.arg));
    if (task_take_failure(&failure)) {
        char place[256];
        rclio_fail(failure.status, "%s%s", task_failure_text(&failure), task_failure_place(&failure, place, sizeof place));
        if (result == RCLIO_LIFECYCLE_SUCCESS) result = RCLIO_LIFECYCLE_ERROR;
        task_failure_fini(&failure);
    }
    task_put_failure(&before);
    if (result != RCLIO_LIFECYCLE_SUCCESS && result != RCLIO_LIFECYCLE_FAILURE) result = RCLIO_LIFECYCLE_ERROR;
    const lifecycle_move *move = lifecycle_outcome(state, result);
    if (result != RCLIO_LIFECYCLE_SUCCESS && !l->destroyed) {
        const char *reason = rclio_error();
        RCLIO_WARN(l->entity.node, "%s while %s: the node is %s%s%s", result == RCLIO_LIFECYCLE_ERROR ? "an error" : "a failure",
                   rclio_lifecycle_state_name(state), rclio_lifecycle_state_name(move->goal), *reason ? ": " : "", reason);
    }
    lifecycle_step(l, move);
    return result;
}

/* RCLIO_OK: the change is the caller's to make (LI2). RCLIO_BAD_STATE: another is on its way; *end is a reference to its end. */
static rclio_status begin(rclio_lifecycle *l, rclio_future **end)
{
    if (l->destroyed) return rclio_fail(RCLIO_CANCELLED, "the lifecycle was destroyed");
    rclio_future *own = rclio_future_new(l->entity.node->executor, "the end of a change of lifecycle state", NULL);
    if (!own) return rclio_error_status();
    if (!l->changing) {
        l->changing = true;
        l->end = own;
        return RCLIO_OK;
    }
    *end = rclio_future_ref(l->end);
    rclio_future_unref(own);
    return rclio_fail(RCLIO_BAD_STATE, "the node is %s", rclio_lifecycle_state_name(rclio_lifecycle_get_state(l)));
}

static void finish(rclio_lifecycle *l)
{
    rclio_future *end = l->end;
    l->end = NULL;
    l->changing = false;
    rclio_future_complete(end, NULL);
    rclio_future_unref(end);
}

static rclio_status begin_or_wait(rclio_lifecycle *l, bool wait)
{
    for (;;) {
        rclio_future *end = NULL;
        rclio_status status = begin(l, &end);
        if (status != RCLIO_BAD_STATE) return status;
        rclio_status waited = RCLIO_BAD_STATE;
        if (wait) USER_CODE(l->entity.executor, waited = rclio_wait(end));
        rclio_future_unref(end);
        if (waited != RCLIO_OK) return waited;
    }
}

rclio_lifecycle_result lifecycle_change(rclio_lifecycle *l, uint8_t id, const char *label, bool wait)
{
    rclio_lifecycle_result result = RCLIO_LIFECYCLE_NOT_ALLOWED;
    EXECUTOR_GUARD(l->entity.executor);
    entity_ref(&l->entity); /* a function of the node may destroy it */
    if (begin_or_wait(l, wait) != RCLIO_OK) goto done;
    rclio_lifecycle_state previous = rclio_lifecycle_get_state(l);
    const lifecycle_move *move = l->destroyed ? NULL : lifecycle_find(previous, id, label);
    if (move) {
        lifecycle_step(l, move);
        result = run_function(l, previous);
        if (result == RCLIO_LIFECYCLE_ERROR) run_function(l, previous); /* on_error */
    }
    finish(l);
done:
    entity_unref(&l->entity);
    return result;
}

rclio_lifecycle_result rclio_lifecycle_change(rclio_lifecycle *l, rclio_lifecycle_transition transition)
{
    const char *label = rclio_lifecycle_transition_name(transition);
    if (!l) {
        rclio_fail_missing("there is no lifecycle to change");
        return RCLIO_LIFECYCLE_NOT_ALLOWED;
    }
    if (!*label) {
        rclio_fail(RCLIO_INVALID, "%d is no transition", (int)transition);
        return RCLIO_LIFECYCLE_NOT_ALLOWED;
    }
    EXECUTOR_GUARD(l->entity.executor);
    if (l->destroyed) {
        rclio_fail(RCLIO_BAD_STATE, "the lifecycle has been destroyed");
        return RCLIO_LIFECYCLE_NOT_ALLOWED;
    }
    rclio_lifecycle_result result = lifecycle_change(l, 0, label, false); /* LIF-7: "shutdown" is one label for three */
    if (result == RCLIO_LIFECYCLE_NOT_ALLOWED) rclio_error_add("'%s' is not allowed now", label);
    return result;
}

/* ---- making and ending it ---- */

static void lifecycle_free(entity *e)
{
    rclio_lifecycle *l = (rclio_lifecycle *)(void *)e;
    mutex_fini(&l->lock);
    free(l);
}

static void destroy_entity(entity *e)
{
    rclio_lifecycle_destroy((rclio_lifecycle *)(void *)e);
}

static void release_members(rclio_lifecycle *l)
{
    apply_effect(l, LIFECYCLE_CLOSED);
    for (;;) { /* LI3 */
        lifecycle_member *mine = NULL;
        mutex_lock(&l->lock);
        while (!mine && !list_is_empty(&l->members)) {
            mine = list_entry(l->members.next, lifecycle_member, link);
            list_remove(&mine->link);
            if (!entity_unwatch(mine->managed)) mine = NULL; /* who destroys its object frees it */
        }
        mutex_unlock(&l->lock);
        if (!mine) return;
        member_free(mine);
    }
}

void rclio_lifecycle_destroy(rclio_lifecycle *l)
{
    if (!l) return;
    EXECUTOR_GUARD(l->entity.executor);
    if (l->destroyed) return;
    l->destroyed = true;
    entity_orphan(&l->entity);
    release_members(l);
    for (size_t i = 0; i < 5; i++) rclio_service_destroy(l->services[i]);
    rclio_publisher_destroy(l->event);
    entity_unref(&l->entity);
}

static rclio_status build(rclio_lifecycle *l)
{
    rclio_node *node = l->entity.node;
    if (lifecycle_types_init(&l->types, node->context) != RCLIO_OK) return rclio_error_status();
    if (!(l->event = rclio_publisher_new(node, l->types.event, "~/transition_event", NULL)))
        return rclio_error_status(); /* LIF-1 */
    return l->options.no_services ? RCLIO_OK : lifecycle_services_open(l);
}

rclio_lifecycle *rclio_lifecycle_new(rclio_node *node, const rclio_lifecycle_options *options)
{
    if (!node) return NULL; /* the first error stands */
    rclio_lifecycle *l = calloc(1, sizeof *l);
    if (!l) return rclio_fail_null(RCLIO_NO_MEMORY, "out of memory for a lifecycle");
    if (mutex_init(&l->lock) != RCLIO_OK) {
        free(l);
        return NULL;
    }
    EXECUTOR_GUARD(node->executor);
    entity_init(&l->entity, node, destroy_entity, lifecycle_free);
    list_init(&l->members);
    atomic_init(&l->state, RCLIO_LIFECYCLE_UNCONFIGURED);
    if (options) l->options = *options;
    if (build(l) != RCLIO_OK) {
        rclio_error_add("no lifecycle of node '%s'", node->full_name);
        rclio_lifecycle_destroy(l);
        return NULL;
    }
    entity_adopt(&l->entity); /* after its services and publisher: so the node ends it before them */
    return l;
}
