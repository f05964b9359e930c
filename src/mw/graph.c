/* src/mw/graph.c: what is known of the network. Rules and threads: graph.h.
 *
 *   GR4  A node is shown once its participant has been seen, so a sample of ros_discovery_info that arrives after its participant
 *        has gone brings nobody back.
 *   GR5  `membership` holds each GID of each node's lists once: an endpoint finds its node without a search through the lists.
 *   GR6  `calling` is held while callbacks run and is never taken under `lock`; `lock` is never held while a callback runs.
 * Tests: tests/mw/test_graph.c. */
#include "mw/graph.h"

#include "base/array.h"
#include "base/error.h"
#include "base/text.h"
#include "base/thread.h"
#include "mw/discovery_info.h"

#include <stdlib.h>
#include <string.h>

#define HASH_NONFATAL_OOM 1
#define uthash_nonfatal_oom(entry) ((entry)->lost = true)
#include <uthash.h>

typedef struct participant {
    UT_hash_handle hh; /* by gid */
    uint8_t gid[RCLIO_GID_SIZE];
    bool seen; /* GR4 */
    bool lost; /* uthash could not add it */
    char *enclave;
    bool is_rclio;
    uint8_t topics[GRAPH_PARTICIPANT_PREFIX];
    discovery_info info;
} participant;

typedef struct member {
    UT_hash_handle hh; /* by gid */
    uint8_t gid[RCLIO_GID_SIZE];
    bool lost;
    discovery_node *node; /* lives in its participant's info */
} member;

typedef struct endpoint {
    UT_hash_handle hh;     /* by public.gid */
    graph_endpoint public; /* its strings are owned */
    bool lost;
} endpoint;

typedef struct subscriber {
    int id;
    mw_callback changed;
} subscriber;

struct graph {
    mutex lock; /* of the four below */
    participant *participants;
    member *membership;
    endpoint *endpoints;
    uint64_t version;

    mutex calling; /* of the two below; GR6 */
    struct {
        subscriber *data;
        size_t size, capacity;
    } subscribers;
    int last_id;
};

graph *graph_new(void)
{
    graph *g = calloc(1, sizeof *g);
    if (!g) return rclio_fail_null(RCLIO_NO_MEMORY, "no memory for the graph");
    if (mutex_init(&g->lock)) goto no_lock;
    if (mutex_init(&g->calling)) goto no_calling;
    return g;
no_calling:
    mutex_fini(&g->lock);
no_lock:
    free(g);
    return NULL;
}

static void member_free(graph *g, member *m) REQUIRES(g->lock)
{
    HASH_DEL(g->membership, m);
    free(m);
}

static void forget_members(graph *g, const discovery_gids *gids, const discovery_node *node) REQUIRES(g->lock)
{
    for (size_t i = 0; i < gids->size; i++) {
        member *m;
        HASH_FIND(hh, g->membership, gids->data[i].data, RCLIO_GID_SIZE, m);
        if (m && m->node == node) member_free(g, m);
    }
}

static void forget_info(graph *g, participant *p) REQUIRES(g->lock)
{
    for (size_t i = 0; i < p->info.node_count; i++) {
        forget_members(g, &p->info.nodes[i].readers, &p->info.nodes[i]);
        forget_members(g, &p->info.nodes[i].writers, &p->info.nodes[i]);
    }
    discovery_info_fini(&p->info);
}

static void participant_free(graph *g, participant *p) REQUIRES(g->lock)
{
    forget_info(g, p);
    HASH_DEL(g->participants, p);
    free(p->enclave);
    free(p);
}

static void endpoint_strings_free(endpoint *e)
{
    free((char *)e->public.topic);
    free((char *)e->public.type);
    free((char *)e->public.service_id);
    free(e);
}

static void endpoint_free(graph *g, endpoint *e) REQUIRES(g->lock)
{
    HASH_DEL(g->endpoints, e);
    endpoint_strings_free(e);
}

void graph_destroy(graph *g)
{
    if (!g) return;
    mutex_lock(&g->lock);
    for (participant *p = g->participants, *next; p; p = next) {
        next = p->hh.next;
        participant_free(g, p);
    }
    for (endpoint *e = g->endpoints, *next; e; e = next) {
        next = e->hh.next;
        endpoint_free(g, e);
    }
    mutex_unlock(&g->lock);
    free(g->subscribers.data);
    mutex_fini(&g->calling);
    mutex_fini(&g->lock);
    free(g);
}

/* GR3. Called after `lock` was given back. */
static void tell(graph *g)
{
    mutex_lock(&g->calling);
    for (size_t i = 0; i < g->subscribers.size; i++) g->subscribers.data[i].changed.call(g->subscribers.data[i].changed.arg);
    mutex_unlock(&g->calling);
}

/* The participant of that GID, made when there is none yet; NULL when memory is short. */
static participant *participant_of(graph *g, const uint8_t gid[RCLIO_GID_SIZE]) REQUIRES(g->lock)
{
    participant *p;
    HASH_FIND(hh, g->participants, gid, RCLIO_GID_SIZE, p);
    if (p) return p;
    p = calloc(1, sizeof *p);
    if (p) {
        memcpy(p->gid, gid, RCLIO_GID_SIZE);
        HASH_ADD(hh, g->participants, gid, RCLIO_GID_SIZE, p);
    }
    if (p && !p->lost) return p;
    free(p);
    return rclio_fail_null(RCLIO_NO_MEMORY, "no memory for a participant of the graph");
}

rclio_status graph_participant_add(graph *g, const graph_participant *given)
{
    char *copy = copy_string(given->enclave ? given->enclave : "");
    if (!copy) return RCLIO_NO_MEMORY;
    mutex_lock(&g->lock);
    participant *p = participant_of(g, given->gid);
    if (p) {
        free(p->enclave);
        p->enclave = copy;
        p->is_rclio = given->is_rclio;
        memcpy(p->topics, given->topics, sizeof p->topics);
        p->seen = true;
        g->version++;
    }
    mutex_unlock(&g->lock);
    if (p)
        tell(g);
    else
        free(copy);
    return p ? RCLIO_OK : RCLIO_NO_MEMORY;
}

/* DIS-13. The participant that has the nodes an endpoint can be of; and whether it is known to be an rclio's. */
static bool find_topics(graph *g, const uint8_t gid[RCLIO_GID_SIZE], uint8_t topics[GRAPH_PARTICIPANT_PREFIX]) REQUIRES(g->lock)
{
    uint8_t owner[RCLIO_GID_SIZE] = {[14] = 1, [15] = 0xc1}; /* GID-1 */
    participant *p;
    memcpy(owner, gid, GRAPH_PARTICIPANT_PREFIX);
    memcpy(topics, gid, GRAPH_PARTICIPANT_PREFIX);
    HASH_FIND(hh, g->participants, owner, RCLIO_GID_SIZE, p);
    if (!p || !p->seen) return false;
    memcpy(topics, p->topics, GRAPH_PARTICIPANT_PREFIX);
    return p->is_rclio;
}

bool graph_topics_of(graph *g, const uint8_t gid[RCLIO_GID_SIZE], uint8_t topics[GRAPH_PARTICIPANT_PREFIX])
{
    mutex_lock(&g->lock);
    bool is_rclio = find_topics(g, gid, topics);
    mutex_unlock(&g->lock);
    return is_rclio;
}

/* GR2 */
void graph_participant_remove(graph *g, const uint8_t gid[RCLIO_GID_SIZE])
{
    bool changed = false;
    mutex_lock(&g->lock);
    participant *p;
    HASH_FIND(hh, g->participants, gid, RCLIO_GID_SIZE, p);
    if (p) {
        participant_free(g, p);
        changed = true;
    }
    for (endpoint *e = g->endpoints, *next; e; e = next) {
        next = e->hh.next;
        if (memcmp(e->public.gid, gid, GRAPH_PARTICIPANT_PREFIX) != 0) continue;
        endpoint_free(g, e);
        changed = true;
    }
    if (changed) g->version++;
    mutex_unlock(&g->lock);
    if (changed) tell(g);
}

rclio_status graph_endpoint_add(graph *g, const graph_endpoint *given)
{
    endpoint *e = calloc(1, sizeof *e);
    if (!e) return rclio_fail(RCLIO_NO_MEMORY, "no memory for an endpoint of the graph");
    e->public = *given;
    e->public.topic = copy_string(given->topic);
    e->public.type = copy_string(given->type);
    e->public.service_id = copy_string(given->service_id ? given->service_id : "");
    if (!e->public.topic || !e->public.type || !e->public.service_id) {
        endpoint_strings_free(e);
        return RCLIO_NO_MEMORY;
    }
    mutex_lock(&g->lock);
    endpoint *old;
    HASH_FIND(hh, g->endpoints, given->gid, RCLIO_GID_SIZE, old);
    if (old) endpoint_free(g, old);
    HASH_ADD(hh, g->endpoints, public.gid, RCLIO_GID_SIZE, e);
    bool lost = e->lost;
    if (!lost) g->version++;
    mutex_unlock(&g->lock);
    if (!lost) {
        tell(g);
        return RCLIO_OK;
    }
    endpoint_strings_free(e);
    return rclio_fail(RCLIO_NO_MEMORY, "no memory for an endpoint of the graph");
}

void graph_endpoint_remove(graph *g, const uint8_t gid[RCLIO_GID_SIZE])
{
    mutex_lock(&g->lock);
    endpoint *e;
    HASH_FIND(hh, g->endpoints, gid, RCLIO_GID_SIZE, e);
    if (e) {
        endpoint_free(g, e);
        g->version++;
    }
    mutex_unlock(&g->lock);
    if (e) tell(g);
}

static void rename_in(discovery_gids *gids, const uint8_t *from, const uint8_t *to)
{
    for (size_t i = 0; i < gids->size; i++)
        if (memcmp(gids->data[i].data, from, RCLIO_GID_SIZE) == 0) memcpy(gids->data[i].data, to, RCLIO_GID_SIZE);
}

/* GR5: the list that holds the GID, and `membership`. */
static bool rename_member(graph *g, const uint8_t *from, const uint8_t *to) REQUIRES(g->lock)
{
    member *m, *old;
    HASH_FIND(hh, g->membership, from, RCLIO_GID_SIZE, m);
    if (!m) return true;
    HASH_DEL(g->membership, m);
    HASH_FIND(hh, g->membership, to, RCLIO_GID_SIZE, old);
    if (old) member_free(g, old);
    rename_in(&m->node->readers, from, to);
    rename_in(&m->node->writers, from, to);
    memcpy(m->gid, to, RCLIO_GID_SIZE);
    HASH_ADD(hh, g->membership, gid, RCLIO_GID_SIZE, m);
    if (!m->lost) return true;
    free(m);
    return false;
}

rclio_status graph_endpoint_rename(graph *g, const uint8_t from[RCLIO_GID_SIZE], const uint8_t to[RCLIO_GID_SIZE])
{
    endpoint *e, *old;
    bool lost = false;
    mutex_lock(&g->lock);
    HASH_FIND(hh, g->endpoints, from, RCLIO_GID_SIZE, e);
    HASH_FIND(hh, g->endpoints, to, RCLIO_GID_SIZE, old);
    bool known = e;
    if (e && old) endpoint_free(g, e);
    if (e && !old) {
        HASH_DEL(g->endpoints, e);
        memcpy(e->public.gid, to, RCLIO_GID_SIZE);
        HASH_ADD(hh, g->endpoints, public.gid, RCLIO_GID_SIZE, e);
        lost = e->lost;
        if (lost) endpoint_strings_free(e);
    }
    if (known) {
        lost = !rename_member(g, from, to) || lost;
        g->version++;
    }
    mutex_unlock(&g->lock);
    if (known) tell(g);
    return lost ? rclio_fail(RCLIO_NO_MEMORY, "no memory for an endpoint of the graph") : RCLIO_OK;
}

/* GR5. An id that another list already holds keeps its first node. */
static rclio_status remember_members(graph *g, const discovery_gids *gids, discovery_node *node) REQUIRES(g->lock)
{
    for (size_t i = 0; i < gids->size; i++) {
        member *m;
        HASH_FIND(hh, g->membership, gids->data[i].data, RCLIO_GID_SIZE, m);
        if (m) continue;
        m = calloc(1, sizeof *m);
        if (m) {
            memcpy(m->gid, gids->data[i].data, RCLIO_GID_SIZE);
            m->node = node;
            HASH_ADD(hh, g->membership, gid, RCLIO_GID_SIZE, m);
        }
        if (m && !m->lost) continue;
        free(m);
        return rclio_fail(RCLIO_NO_MEMORY, "no memory for the endpoints of node '%s'", node->name);
    }
    return RCLIO_OK;
}

/* DIS-5: a sample is the whole state of its participant. */
rclio_status graph_discovery_info(graph *g, const uint8_t *bytes, size_t size)
{
    discovery_info info;
    rclio_status status = discovery_info_decode(bytes, size, &info);
    if (status) return status;
    mutex_lock(&g->lock);
    participant *p = participant_of(g, info.participant.data);
    if (!p) {
        mutex_unlock(&g->lock);
        discovery_info_fini(&info);
        return RCLIO_NO_MEMORY;
    }
    forget_info(g, p);
    p->info = info;
    for (size_t i = 0; i < info.node_count && !status; i++) {
        status = remember_members(g, &p->info.nodes[i].readers, &p->info.nodes[i]);
        if (!status) status = remember_members(g, &p->info.nodes[i].writers, &p->info.nodes[i]);
    }
    g->version++;
    mutex_unlock(&g->lock);
    tell(g);
    return status;
}

void graph_visit_nodes(graph *g, bool (*visit)(const graph_node *node, void *arg), void *arg)
{
    mutex_lock(&g->lock);
    bool more = true;
    for (participant *p = g->participants; p && more; p = p->hh.next) {
        for (size_t i = 0; p->seen && more && i < p->info.node_count; i++) {
            const discovery_node *node = &p->info.nodes[i];
            graph_node shown = {.name = node->name, .name_space = node->name_space, .enclave = p->enclave, .participant = p->gid};
            more = visit(&shown, arg);
        }
    }
    mutex_unlock(&g->lock);
}

void graph_visit_endpoints(graph *g, bool (*visit)(const graph_endpoint *endpoint, void *arg), void *arg)
{
    mutex_lock(&g->lock);
    bool more = true;
    for (endpoint *e = g->endpoints; e && more; e = e->hh.next) {
        member *m;
        HASH_FIND(hh, g->membership, e->public.gid, RCLIO_GID_SIZE, m);
        graph_endpoint shown = e->public;
        shown.node_name = m ? m->node->name : UNKNOWN_NODE_NAME; /* DIS-7 */
        shown.node_namespace = m ? m->node->name_space : UNKNOWN_NODE_NAMESPACE;
        find_topics(g, e->public.gid, shown.participant);
        more = visit(&shown, arg);
    }
    mutex_unlock(&g->lock);
}

uint64_t graph_version(graph *g)
{
    mutex_lock(&g->lock);
    uint64_t version = g->version;
    mutex_unlock(&g->lock);
    return version;
}

static bool members_are_announced(graph *g) REQUIRES(g->lock)
{
    for (const member *m = g->membership; m; m = m->hh.next) {
        endpoint *e;
        HASH_FIND(hh, g->endpoints, m->gid, RCLIO_GID_SIZE, e);
        if (!e) return false;
    }
    return true;
}

graph_progress graph_get_progress(graph *g)
{
    graph_progress progress = {.complete = true};
    mutex_lock(&g->lock);
    for (const participant *p = g->participants; p; p = p->hh.next) {
        if (!p->seen) continue;
        progress.seen++;
        if (!p->enclave || !p->enclave[0]) continue;
        progress.participants++;
        if (p->info.node_count == 0) progress.complete = false;
    }
    if (progress.complete) progress.complete = members_are_announced(g);
    mutex_unlock(&g->lock);
    return progress;
}

int graph_on_change(graph *g, mw_callback changed)
{
    int id = 0;
    mutex_lock(&g->calling);
    if (array_append(&g->subscribers, ((subscriber){.id = g->last_id + 1, .changed = changed}))) id = ++g->last_id;
    mutex_unlock(&g->calling);
    return id;
}

void graph_on_change_remove(graph *g, int id)
{
    mutex_lock(&g->calling);
    for (size_t i = 0; i < g->subscribers.size; i++) {
        if (g->subscribers.data[i].id != id) continue;
        g->subscribers.data[i] = g->subscribers.data[--g->subscribers.size];
        break;
    }
    mutex_unlock(&g->calling);
}
