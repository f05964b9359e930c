/* src/node/entity.c: what publishers, subscriptions, timers, services, clients and actions have in common. Rules N1, N2: node.h. */
#include "node/node.h"

#include "types/registry.h"

#include <stdlib.h>

void entity_init(entity *e, rclio_node *node, void (*destroy)(entity *), void (*release)(entity *))
{
    list_init(&e->link);
    e->node = node;
    e->executor = node->executor;
    e->strand = strand_ref(node->strand);
    atomic_init(&e->references, 1);
    e->destroy = destroy;
    e->free = release;
    e->orphaned = NULL;
    e->orphaned_arg = NULL;
    e->kept = NULL;
    e->facts = NULL;
    atomic_init(&e->trace, NULL);
    node_ref(node); /* N5 */
    e->types = registry_ref(node->context->types);
}

void entity_adopt(entity *e)
{
    RCLIO_ON_EXECUTOR(e->executor);
    mutex_lock(&e->node->context->lock);
    list_append(&e->node->entities, &e->link);
    mutex_unlock(&e->node->context->lock);
}

void entity_ref(entity *e)
{
    atomic_fetch_add_explicit(&e->references, 1, memory_order_relaxed);
}

void entity_unref(entity *e)
{
    if (atomic_fetch_sub_explicit(&e->references, 1, memory_order_acq_rel) != 1) return;
    rclio_types *types = e->types;
    strand *in = e->strand;
    rclio_node *node = e->node;
    entity *kept = e->kept;
    struct trace *own_trace = atomic_load(&e->trace);
    e->free(e);
    free(own_trace);
    if (kept) entity_unref(kept);
    strand_unref(in);
    node_unref(node);
    rclio_types_destroy(types);
}

bool entity_is_silent(const entity *e)
{
    return atomic_load_explicit(&e->node->context->shut_down, memory_order_relaxed);
}

void entity_orphan(entity *e)
{
    RCLIO_ON_EXECUTOR(e->executor);
    mutex_lock(&e->node->context->lock);
    list_remove(&e->link);
    void (*orphaned)(entity *, void *) = e->orphaned;
    e->orphaned = NULL;
    mutex_unlock(&e->node->context->lock);
    if (orphaned) orphaned(e, e->orphaned_arg);
}

void entity_keep(entity *e, entity *of)
{
    entity_ref(of);
    e->kept = of;
}

bool entity_watch(entity *e, void (*orphaned)(entity *e, void *arg), void *arg)
{
    mutex_lock(&e->node->context->lock);
    bool is_free = !e->orphaned;
    if (is_free) {
        e->orphaned = orphaned;
        e->orphaned_arg = arg;
    }
    mutex_unlock(&e->node->context->lock);
    return is_free;
}

bool entity_unwatch(entity *e)
{
    mutex_lock(&e->node->context->lock);
    bool was_watched = e->orphaned;
    e->orphaned = NULL;
    mutex_unlock(&e->node->context->lock);
    return was_watched;
}
