/* src/node/entity.c: what publishers, subscriptions, timers, services, clients and actions have in common. Rules N1, N2: node.h. */
#include "node/node.h"

#include "types/registry.h"

void entity_init(entity *e, rclio_node *node, void (*destroy)(entity *), void (*release)(entity *))
{
    list_init(&e->link);
    e->node = node;
    atomic_init(&e->references, 1);
    e->destroy = destroy;
    e->free = release;
    e->orphaned = NULL;
    e->orphaned_arg = NULL;
    e->types = registry_ref(node->context->types);
}

void entity_adopt(entity *e)
{
    RCLIO_ON_EXECUTOR(e->node->executor);
    list_append(&e->node->entities, &e->link);
}

void entity_ref(entity *e)
{
    atomic_fetch_add_explicit(&e->references, 1, memory_order_relaxed);
}

void entity_unref(entity *e)
{
    if (atomic_fetch_sub_explicit(&e->references, 1, memory_order_acq_rel) != 1) return;
    rclio_types *types = e->types;
    e->free(e);
    rclio_types_destroy(types);
}

bool entity_is_silent(const entity *e)
{
    return atomic_load_explicit(&e->node->context->shut_down, memory_order_relaxed);
}

void entity_orphan(entity *e)
{
    RCLIO_ON_EXECUTOR(e->node->executor);
    list_remove(&e->link);
    void (*orphaned)(entity *, void *) = e->orphaned;
    e->orphaned = NULL;
    if (orphaned) orphaned(e, e->orphaned_arg);
}
