/* src/node/graph_watch.c: see graph_watch.h, and rclio_graph_settled() in rclio/graph.h for what settled means.
 *
 *   GW3  `lock` guards the list of waiters, which any thread may add to; futures are ended outside of it.
 *   GW4  One timer: it expires when a future may settle or when the warnings are due again.
 *   GW5  The graph does not settle before every participant of this machine is seen (HP1), or PEERS_WAIT has passed: on a loaded
 *        machine a peer's first announcement comes late, and quiet alone would take the others for all there is.
 * Tests: tests/node/test_graph.c. */
#include "node/graph_watch.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/text.h"
#include "mw/host_peers.h"
#include "node/environment.h"
#include "node/graph_warnings.h"

#include <stdlib.h>

#define PEERS_WAIT RCLIO_S(3)   /* GW5 */
#define PEERS_STEP RCLIO_MS(20) /* between two looks at the machine's sockets */

typedef struct waiter {
    list link;
    rclio_future *future;
    bool settles;     /* else: the next change ends it */
    uint64_t version; /* of the graph, when it was made */
    int64_t quiet_ns, alone_ns;
    int64_t deadline_ns;
} waiter;

struct graph_watch {
    rclio_node *node;
    graph *graph;
    int change_id; /* 0: none */
    source source;
    timer timer;
    atomic_llong changed_ns; /* when the graph changed last */
    int64_t born_ns;
    bool peers_seen; /* GW5; guarded by lock */
    mutex lock;
    list waiters; /* GW3 */
    shutdown_hook hook;
    graph_warnings warnings;
    uint64_t checked_version;
    int64_t next_check_ns;
};

static void graph_changed(void *arg) /* GW1; on a middleware thread */
{
    graph_watch *w = arg;
    atomic_store(&w->changed_ns, clock_steady_ns());
    source_wake(&w->source);
}

static int64_t add_time(int64_t point, int64_t duration)
{
    return duration > RCLIO_FOREVER - point ? RCLIO_FOREVER : point + duration;
}

/* When the waiter is satisfied if nothing happens before. */
static int64_t due_of(const graph_watch *w, const waiter *waiting, graph_progress progress)
{
    int64_t due, changed = atomic_load(&w->changed_ns);
    if (!waiting->settles) return RCLIO_FOREVER;
    if (progress.participants <= 1) /* the own one */
        due = add_time(w->born_ns, waiting->alone_ns);
    else
        due = progress.complete ? add_time(changed, waiting->quiet_ns) : RCLIO_FOREVER;
    return due < waiting->deadline_ns ? due : waiting->deadline_ns;
}

/* GW5: when to ask again whether the participants of this machine have been seen; `now`: they have, or are waited for no more. */
static int64_t wait_for_host(graph_watch *w, graph_progress progress, int64_t now)
{
    const environment *e = w->node->context->environment;
    if (!w->peers_seen)
        w->peers_seen =
            e->range == MW_RANGE_OFF || now >= add_time(w->born_ns, PEERS_WAIT) || progress.seen >= host_peers(e->domain_id);
    return w->peers_seen ? now : now + PEERS_STEP;
}

/* Moves the waiters that are satisfied to `over`; returns when the next of the others may be. */
static int64_t sort_waiters(graph_watch *w, list *over)
{
    int64_t next = RCLIO_FOREVER, now = clock_steady_ns();
    uint64_t version = graph_version(w->graph);
    graph_progress progress = {0};
    mutex_lock(&w->lock);
    if (!list_is_empty(&w->waiters)) progress = graph_get_progress(w->graph);
    list_each(it, &w->waiters) {
        waiter *waiting = list_entry(it, waiter, link);
        int64_t due = due_of(w, waiting, progress);
        if (waiting->settles && due <= now && now < waiting->deadline_ns) due = wait_for_host(w, progress, now);
        bool done = waiting->settles ? due <= now : version != waiting->version;
        if (done || rclio_future_get_state(waiting->future) != RCLIO_PENDING) {
            list_remove(it);
            list_append(over, it);
        } else if (due < next) {
            next = due;
        }
    }
    mutex_unlock(&w->lock);
    return next;
}

static void end_waiters(list *over, rclio_status status, const char *cause)
{
    list_each(it, over) {
        waiter *waiting = list_entry(it, waiter, link);
        list_remove(it);
        if (status == RCLIO_OK)
            rclio_future_complete(waiting->future, NULL);
        else
            rclio_future_fail(waiting->future, status, "the graph is not watched any more: %s", cause);
        rclio_future_unref(waiting->future);
        free(waiting);
    }
}

/* Returns when it wants to look again. */
static int64_t check_warnings(graph_watch *w)
{
    uint64_t version = graph_version(w->graph);
    int64_t now = clock_steady_ns();
    if (version == w->checked_version) return RCLIO_FOREVER;
    if (now < w->next_check_ns) return w->next_check_ns;
    w->checked_version = version;
    w->next_check_ns = now + GRAPH_CHECK_NS;
    graph_warnings_check(&w->warnings, w->node);
    return RCLIO_FOREVER;
}

static void run(source *s)
{
    graph_watch *w = list_entry(s, graph_watch, source);
    list over;
    list_init(&over);
    int64_t settle = sort_waiters(w, &over);
    end_waiters(&over, RCLIO_OK, NULL);
    int64_t check = check_warnings(w);
    timer_arm(&w->timer, check < settle ? check : settle); /* GW4 */
}

static void expired(timer *t)
{
    source_wake(&list_entry(t, graph_watch, timer)->source);
}

static void fail_all(graph_watch *w, rclio_status status, const char *cause)
{
    list over;
    list_init(&over);
    mutex_lock(&w->lock);
    list_each(it, &w->waiters) {
        list_remove(it);
        list_append(&over, it);
    }
    mutex_unlock(&w->lock);
    end_waiters(&over, status, cause);
}

static void shut_down(void *arg)
{
    fail_all(arg, RCLIO_SHUTDOWN, "the context was shut down");
}

graph_watch *graph_watch_new(rclio_node *node)
{
    graph_watch *w = calloc(1, sizeof *w);
    if (!w) return rclio_fail_null(RCLIO_NO_MEMORY, "out of memory to watch the graph");
    if (mutex_init(&w->lock) != RCLIO_OK) {
        free(w);
        return NULL;
    }
    w->node = node;
    w->graph = node->ops->graph_of(node->context->participant);
    w->born_ns = clock_steady_ns();
    w->next_check_ns = w->born_ns + GRAPH_CHECK_NS; /* its own endpoints come one after the other now */
    atomic_init(&w->changed_ns, w->born_ns);
    list_init(&w->waiters);
    source_init(&w->source, node->executor, "the graph", run, NULL);
    timer_init(&w->timer, node->executor, expired);
    context_on_shutdown(node->context, &w->hook, shut_down, w);
    w->change_id = graph_on_change(w->graph, (mw_callback){graph_changed, w});
    if (w->change_id) return w;
    graph_watch_destroy(w);
    return NULL;
}

void graph_watch_destroy(graph_watch *w)
{
    if (!w) return;
    if (w->change_id) graph_on_change_remove(w->graph, w->change_id);
    context_forget_shutdown(w->node->context, &w->hook);
    timer_disarm(&w->timer);
    source_fini_and_wait(&w->source);
    fail_all(w, RCLIO_CANCELLED, "the node was destroyed");
    graph_warnings_fini(&w->warnings);
    mutex_fini(&w->lock);
    free(w);
}

static rclio_future *add_waiter(graph_watch *w, const char *what, waiter waiting)
{
    if (!rclio_ok(w->node->context))
        return rclio_fail_null(RCLIO_SHUTDOWN, "the graph is not watched any more: the context is shut down");
    rclio_future *future = rclio_future_new(w->node->executor, what, NULL);
    waiter *added = malloc(sizeof *added);
    if (!future || !added) {
        rclio_future_unref(future);
        free(added);
        return rclio_fail_null(RCLIO_NO_MEMORY, "out of memory to wait for the graph");
    }
    *added = waiting;
    added->future = rclio_future_ref(future);
    mutex_lock(&w->lock);
    list_append(&w->waiters, &added->link);
    mutex_unlock(&w->lock);
    source_wake(&w->source);
    return future;
}

rclio_future *graph_watch_changed(graph_watch *w)
{
    return add_waiter(w, "a change of the graph", (waiter){.version = graph_version(w->graph)});
}

rclio_future *graph_watch_settled(graph_watch *w, int64_t quiet_ns, int64_t alone_ns, int64_t limit_ns)
{
    if (quiet_ns < 0) quiet_ns = RCLIO_FOREVER;
    if (alone_ns < 0) alone_ns = RCLIO_FOREVER;
    return add_waiter(
        w, "the graph to settle",
        (waiter){.settles = true, .quiet_ns = quiet_ns, .alone_ns = alone_ns, .deadline_ns = deadline_after(limit_ns)});
}

rclio_future *rclio_graph_changed(rclio_node *node)
{
    return node ? graph_watch_changed(node->graph_watch) : NULL;
}

rclio_future *rclio_graph_settled(rclio_node *node, int64_t quiet_ns, int64_t alone_ns, int64_t limit_ns)
{
    return node ? graph_watch_settled(node->graph_watch, quiet_ns, alone_ns, limit_ns) : NULL;
}
