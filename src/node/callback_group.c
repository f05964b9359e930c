/* src/node/callback_group.c: a callback group: a strand with an owner. Rules CG1 to CG5: rclio/callback_group.h.
 *
 *   CGR1  Entities hold the strand, not the group, so that the group may go first. `used` says that one has joined.
 * Threads: as the public header says. Tests: tests/node/test_callback_group.c. */
#include "base/error.h"
#include "node/node.h"

#include <stdlib.h>

#define REENTRANT_LIMIT \
    1000 /* callbacks of one entity that may be inside, suspended ones included; more stay with the middleware */

struct rclio_callback_group {
    entity entity;
    bool used; /* CGR1 */
    bool assigned;
};

static void group_free(entity *e)
{
    free(e);
}

static void group_destroy_entity(entity *e)
{
    rclio_callback_group_destroy((rclio_callback_group *)(void *)e);
}

rclio_callback_group *rclio_callback_group_new(rclio_node *node, rclio_group_kind kind)
{
    if (!node) return NULL; /* the first error stands */
    EXECUTOR_GUARD(node->executor);
    rclio_callback_group *group = calloc(1, sizeof *group);
    strand *own = group ? strand_new(kind == RCLIO_GROUP_REENTRANT) : NULL;
    if (!own) {
        free(group);
        return rclio_fail_null(RCLIO_NO_MEMORY, "out of memory for a callback group of '%s'", node->full_name);
    }
    entity_init(&group->entity, node, group_destroy_entity, group_free);
    strand_unref(group->entity.strand);
    group->entity.strand = own;
    entity_adopt(&group->entity);
    return group;
}

void rclio_callback_group_destroy(rclio_callback_group *group)
{
    if (!group) return;
    EXECUTOR_GUARD(group->entity.executor);
    entity_orphan(&group->entity);
    if (group->assigned) context_forget_executor(group->entity.node->context, group->entity.executor);
    entity_unref(&group->entity);
}

rclio_status rclio_callback_group_assign(rclio_callback_group *group, rclio_executor *executor)
{
    if (!group || !executor) return rclio_fail_missing("no group to assign");
    rclio_node *node = group->entity.node;
    if (group->used || group->assigned)
        return rclio_fail(RCLIO_BAD_STATE, "a callback group of '%s' cannot change its executor: %s", node->full_name,
                          group->used ? "something is in it" : "it has been assigned");
    rclio_status status = context_remember_executor(node->context, executor);
    if (status) return status;
    group->assigned = true;
    group->entity.executor = executor;
    return RCLIO_OK;
}

rclio_group_kind rclio_callback_group_kind(const rclio_callback_group *group)
{
    return group->entity.strand->reentrant ? RCLIO_GROUP_REENTRANT : RCLIO_GROUP_MUTUALLY_EXCLUSIVE;
}

rclio_executor *rclio_callback_group_executor(const rclio_callback_group *group)
{
    return group ? group->entity.executor : NULL;
}

/* ---- entities ---- */

rclio_executor *group_executor(const rclio_node *node, const rclio_callback_group *group)
{
    return group ? group->entity.executor : node->executor;
}

rclio_status entity_join(entity *e, rclio_callback_group *group)
{
    if (!group) return RCLIO_OK; /* CG2 */
    if (group->entity.node != e->node)
        return rclio_fail(RCLIO_INVALID, "the callback group is one of '%s', not of '%s'", group->entity.node->full_name,
                          e->node->full_name);
    group->used = true;
    strand_unref(e->strand);
    e->strand = strand_ref(group->entity.strand);
    e->executor = group->entity.executor;
    return RCLIO_OK;
}

unsigned entity_limit(const entity *e)
{
    return e->strand->reentrant ? REENTRANT_LIMIT : 1;
}

void entity_source(entity *e, source *s, const char *name, source_fn *run, source_fn *released)
{
    source_init(s, e->executor, name, run, released);
    source_set_strand(s, e->strand, 1);
}
