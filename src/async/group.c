/* src/async/group.c: gather and race: one future for several.
 *
 *   G1  A group ends when each of its children has ended, also those it has cancelled; only a destroyed executor ends it
 *       earlier.
 *   G2  What the group ends with is decided once, by the child that ends first (race), fails first (gather), or by the one who
 *       cancels the group; then the other children are cancelled.
 *   G3  The group holds a reference to each child until it is freed, and each child that has not ended one to the group.
 * Threads: any; children end in any thread. `lock` of the executor guards `decided` and what goes with it. */
#include "async/future.h"
#include "base/error.h"
#include "base/text.h"

#include <stdlib.h>

typedef struct group group;

struct child {
    future_waiter waiter;
    group *owner;
    rclio_future *future;
};

struct group {
    rclio_future future; /* first: G1's */
    bool race;
    bool decided; /* [lock] */
    size_t count;
    atomic_size_t running;  /* children that have not ended, and one for the maker */
    rclio_future *decisive; /* what decided; NULL: a cancel, or gather's success */
    struct child children[];
};

static void group_release(rclio_future *future)
{
    group *g = (group *)(void *)future;
    for (size_t i = 0; i < g->count; i++) rclio_future_unref(g->children[i].future);
    free(g);
}

/* G2: true for the one who decides. */
static bool decide(group *g, rclio_future *decisive)
{
    mutex_lock(&g->future.executor->lock);
    bool first = !g->decided;
    g->decided = true;
    if (first) g->decisive = decisive;
    mutex_unlock(&g->future.executor->lock);
    return first;
}

static void cancel_children(group *g)
{
    for (size_t i = 0; i < g->count; i++) {
        rclio_future *child = g->children[i].future;
        if (future_is_pending(child)) rclio_future_cancel(child);
    }
}

static void group_finish(group *g)
{
    mutex_lock(&g->future.executor->lock);
    bool decided = g->decided;
    rclio_future *decisive = g->decisive;
    mutex_unlock(&g->future.executor->lock);
    if (!decided)
        future_end(&g->future, RCLIO_DONE, NULL, RCLIO_OK, NULL);
    else if (!decisive)
        future_end(&g->future, RCLIO_CANCELED, NULL, RCLIO_CANCELLED, NULL);
    else if (rclio_future_get_state(decisive) == RCLIO_DONE)
        future_end(&g->future, RCLIO_DONE, decisive, RCLIO_OK, NULL);
    else
        future_end(&g->future, rclio_future_get_state(decisive), NULL, decisive->status,
                   decisive->text ? copy_string(decisive->text) : copy_format("%s was cancelled", decisive->what));
}

static void one_less(group *g)
{
    if (atomic_fetch_sub(&g->running, 1) == 1) group_finish(g);
}

static void child_ended(future_waiter *waiter, rclio_future *future)
{
    struct child *child = list_entry(waiter, struct child, waiter);
    group *g = child->owner;
    bool decides = g->race || rclio_future_get_state(future) != RCLIO_DONE;
    if (decides && decide(g, future)) cancel_children(g);
    one_less(g);
    rclio_future_unref(&g->future); /* G3 */
}

static rclio_status group_request_cancel(rclio_future *future)
{
    group *g = (group *)(void *)future;
    rclio_future_ref(future);
    if (decide(g, NULL)) cancel_children(g);
    rclio_future_unref(future);
    return RCLIO_OK;
}

static rclio_future *group_new(rclio_executor *executor, bool race, rclio_future *const *futures, size_t count)
{
    const char *name = race ? "race" : "gather";
    if (!executor) return NULL; /* the first error stands */
    for (size_t i = 0; i < count; i++)
        if (!futures[i])
            return rclio_error_status() ? NULL
                                        : rclio_fail_null(RCLIO_INVALID, "%s: future %zu of %zu is NULL", name, i + 1, count);
    if (race && count == 0) return rclio_fail_null(RCLIO_INVALID, "race: there are no futures, none can be first");
    group *g = calloc(1, sizeof *g + count * sizeof g->children[0]);
    if (!g) return rclio_fail_null(RCLIO_NO_MEMORY, "out of memory for a %s of %zu futures", name, count);
    future_init(&g->future, executor, name, NULL, &executor->futures);
    g->future.release = group_release;
    g->future.request_cancel = group_request_cancel;
    g->race = race;
    g->count = count;
    atomic_init(&g->running, count + 1);
    for (size_t i = 0; i < count; i++)
        g->children[i] = (struct child){
            .owner = g, .future = rclio_future_ref(futures[i]), .waiter = {.ended = child_ended, .unlocked = true}};
    for (size_t i = 0; i < count; i++) {
        struct child *child = &g->children[i];
        rclio_future_ref(&g->future);
        if (!future_add_waiter(child->future, &child->waiter)) child_ended(&child->waiter, child->future);
    }
    one_less(g);
    return &g->future;
}

rclio_future *rclio_gather(rclio_executor *executor, rclio_future *const *futures, size_t count)
{
    return group_new(executor, false, futures, count);
}

rclio_future *rclio_race(rclio_executor *executor, rclio_future *const *futures, size_t count)
{
    return group_new(executor, true, futures, count);
}
