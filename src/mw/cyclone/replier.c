/* src/mw/cyclone/replier.c: the server's side of a service in Cyclone's dialect: a reply writer and a request reader.
 *
 *   RP1  A client is known by the local handle of its request writer, which a request carries; it is gone when that is matched no more.
 *   RP2  A reply is sent when the client's reply reader (same `clientid`) is matched, or at once to a client without an id; until then
 *        it is held (SRV-6), at most HELD_MAX in all, the oldest dropped first.
 *   RP3  Who is matched is asked anew only after a match was made or lost (`rematched`).
 *   RP4  `lock` is never held while Cyclone writes.
 * Threads: any. Tests: tests/mw/test_seam.c. */
#include "mw/cyclone/cyclone.h"

#include "base/array.h"
#include "base/error.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#define HELD_MAX 1000

typedef struct client {
    dds_instance_handle_t handle;
    char *id; /* DIS-3; "" for none */
    bool writer_matched, reader_matched;
} client;

typedef struct clients {
    client *data;
    size_t size, capacity;
} clients;

typedef struct held_reply {
    list link;
    dds_instance_handle_t client;
    serdata *data;
} held_reply;

typedef struct cyclone_replier {
    mw base;
    cyclone_node *node;
    char *service;
    cyclone_endpoint replies, requests;
    inbox inbox;
    mutex lock; /* of all below */
    clients clients;
    list held;
    size_t held_count;
    bool warned_of_foreign;
} cyclone_replier;

static cyclone_replier *of(const mw_replier *replier)
{
    return (cyclone_replier *)(void *)replier;
}

static void held_free(held_reply *held)
{
    list_remove(&held->link);
    serdata_unref(held->data);
    free(held);
}

static void replier_free(cyclone_replier *r)
{
    endpoint_end(&r->requests);
    endpoint_end(&r->replies);
    inbox_fini(&r->inbox);
    list_each(link, &r->held) held_free(list_entry(link, held_reply, link));
    for (size_t i = 0; i < r->clients.size; i++) free(r->clients.data[i].id);
    free(r->clients.data);
    mutex_fini(&r->lock);
    free(r->service);
    free(r);
}

mw_replier *cyclone_replier_new(mw_node *node, const char *service, const rclio_type *type, const rclio_qos *qos,
                                mw_callback ready)
{
    if (type->kind != RCLIO_SERVICE)
        return rclio_fail_null(RCLIO_INVALID, "no service '%s': %s is no service", service, type->name);
    const service_side side = {.service = service,
                               .type = type,
                               .qos = qos,
                               .is_server = true,
                               .ready = ready,
                               .events = ready}; /* a held reply may go now */
    cyclone_replier *r = calloc(1, sizeof *r);
    if (!r) return rclio_fail_null(RCLIO_NO_MEMORY, "no memory for service '%s'", service);
    r->node = (cyclone_node *)(void *)node;
    r->base.ops = r->node->base.ops;
    list_init(&r->held);
    if (mutex_init(&r->lock)) {
        free(r);
        return NULL;
    }
    r->service = copy_string(service);
    inbox_init(&r->inbox, qos);
    if (!r->service || service_make_endpoints(r->node, &side, &r->replies, &r->requests)) {
        replier_free(r);
        return NULL;
    }
    return (mw_replier *)(void *)r;
}

void cyclone_replier_destroy(mw_replier *replier)
{
    if (!replier) return;
    discovery_remove_endpoints(of(replier)->node, of(replier)->replies.gid, of(replier)->requests.gid);
    replier_free(of(replier));
}

/* Valid until the clients change. */
static client *find_client(cyclone_replier *r, dds_instance_handle_t handle) REQUIRES(r->lock)
{
    for (size_t i = 0; i < r->clients.size; i++)
        if (r->clients.data[i].handle == handle) return &r->clients.data[i];
    return NULL;
}

static bool see_request_writer(dds_instance_handle_t handle, const dds_builtintopic_endpoint_t *peer, void *arg)
{
    clients *known = arg;
    (void)peer;
    for (size_t i = 0; i < known->size; i++)
        if (known->data[i].handle == handle) known->data[i].writer_matched = true;
    return true;
}

static bool see_reply_reader(dds_instance_handle_t handle, const dds_builtintopic_endpoint_t *peer, void *arg)
{
    clients *known = arg;
    (void)handle;
    char *id = service_peer_id(peer, "clientid");
    for (size_t i = 0; id && *id && i < known->size; i++)
        if (strcmp(known->data[i].id, id) == 0) known->data[i].reader_matched = true;
    free(id);
    return true;
}

/* RP3 */
static void refresh(cyclone_replier *r) REQUIRES(r->lock)
{
    bool stale = atomic_exchange(&r->requests.rematched, false);
    stale = atomic_exchange(&r->replies.rematched, false) || stale;
    if (!stale) return;
    clients *known = &r->clients;
    for (size_t i = 0; i < known->size; i++) known->data[i].writer_matched = known->data[i].reader_matched = false;
    rclio_status status = endpoint_visit_matched(&r->requests, see_request_writer, known);
    if (!status) status = endpoint_visit_matched(&r->replies, see_reply_reader, known);
    if (status) {
        atomic_store(&r->requests.rematched, true); /* memory is short: ask again next time */
        return;
    }
    size_t kept = 0;
    for (size_t i = 0; i < known->size; i++) { /* RP1 */
        if (known->data[i].writer_matched)
            known->data[kept++] = known->data[i];
        else
            free(known->data[i].id);
    }
    known->size = kept;
}

/* Enters the client that wrote a request, unless it has gone already. */
static void meet_client(cyclone_replier *r, dds_instance_handle_t handle) REQUIRES(r->lock)
{
    refresh(r);
    if (find_client(r, handle)) return;
    dds_builtintopic_endpoint_t *writer = dds_get_matched_publication_data(r->requests.entity, handle);
    if (!writer) return;
    client met = {.handle = handle, .id = service_peer_id(writer, "clientid"), .writer_matched = true};
    dds_builtintopic_free_endpoint(writer);
    if (met.id && array_append(&r->clients, met))
        atomic_store(&r->requests.rematched, true); /* whether its reader is matched is not known yet */
    else
        free(met.id);
}

/* SRV-9: a request in the other dialect carries no id where ours has one: it is not read. rclio's clients on Fast DDS have an id (DIS-3)
 * and send this dialect to servers on Cyclone. */
static bool is_foreign(cyclone_replier *r, const mw_sample *sample, dds_instance_handle_t handle) REQUIRES(r->lock)
{
    if (!service_peer_is_foreign(sample->publisher_gid)) return false;
    const client *known = find_client(r, handle);
    if (known && *known->id) return false;
    if (!r->warned_of_foreign)
        LOG_WARN(r->node->mw->log, "rclio", "service '%s' drops requests of Fast DDS clients, which Cyclone DDS cannot answer",
                 r->service);
    r->warned_of_foreign = true;
    return true;
}

rclio_status cyclone_replier_take(mw_replier *replier, mw_sample *sample, mw_request_id *id)
{
    cyclone_replier *r = of(replier);
    dds_instance_handle_t handle;
    service_id read;
    rclio_status status;
    while ((status = inbox_take(&r->inbox, &r->requests, sample, &handle)) == RCLIO_OK) {
        mutex_lock(&r->lock);
        meet_client(r, handle);
        bool usable = !is_foreign(r, sample, handle) && service_id_read(sample, &read);
        mutex_unlock(&r->lock);
        if (!usable) {
            inbox_return(sample);
            continue;
        }
        sample->offset = SERVICE_ID_SIZE;
        *id = (mw_request_id){.sequence = read.sequence};
        memcpy(id->client_gid, sample->publisher_gid, RCLIO_GID_SIZE);
        id->client_is_rclio = graph_topics_of(r->node->mw->graph, id->client_gid, id->client_topics); /* DIS-13 */
        service_id_write(&read, id->opaque);                                                          /* SRV-3: back as it came */
        memcpy(id->opaque + SERVICE_ID_SIZE, &handle, sizeof handle);
        return RCLIO_OK;
    }
    return status;
}

void cyclone_replier_return(mw_replier *replier, mw_sample *sample)
{
    (void)replier;
    inbox_return(sample);
}

mw_buffer *cyclone_replier_buffer(mw_replier *replier, size_t size)
{
    serdata *data = serdata_new(of(replier)->replies.type, size);
    return data ? &data->buffer : NULL;
}

static dds_instance_handle_t client_of(const mw_request_id *id)
{
    dds_instance_handle_t handle;
    memcpy(&handle, id->opaque + SERVICE_ID_SIZE, sizeof handle);
    return handle;
}

static bool may_send(const client *c)
{
    return !*c->id || c->reader_matched; /* SRV-6 */
}

/* RP2. Consumes `data`. */
static rclio_status hold(cyclone_replier *r, dds_instance_handle_t client_handle, serdata *data) REQUIRES(r->lock)
{
    held_reply *held = calloc(1, sizeof *held);
    if (!held) {
        serdata_unref(data);
        return rclio_fail(RCLIO_NO_MEMORY, "no memory to hold a reply of service '%s'", r->service);
    }
    held->client = client_handle;
    held->data = data;
    list_append(&r->held, &held->link);
    if (++r->held_count <= HELD_MAX) return RCLIO_OK;
    LOG_WARN(r->node->mw->log, "rclio", "service '%s' drops a reply: %d wait for clients that are not discovered yet", r->service,
             HELD_MAX);
    held_free(list_entry(r->held.next, held_reply, link));
    r->held_count--;
    return RCLIO_OK;
}

rclio_status cyclone_replier_send(mw_replier *replier, const mw_request_id *id, mw_buffer *buffer)
{
    cyclone_replier *r = of(replier);
    serdata *data = serdata_of(buffer);
    serdata_insert_id(data, id->opaque);
    mutex_lock(&r->lock);
    refresh(r);
    client *c = find_client(r, client_of(id));
    bool send = c && may_send(c);
    rclio_status status = c && !send ? hold(r, c->handle, data) : RCLIO_OK;
    mutex_unlock(&r->lock);
    if (send) return endpoint_write(&r->replies, data, 0); /* RP4 */
    if (c) return status;
    serdata_discard(buffer);
    return rclio_fail(RCLIO_UNAVAILABLE, "the client that called service '%s' has gone", r->service);
}

struct audience {
    graph *graph;
    bool understands;
};

static bool see_audience(dds_instance_handle_t handle, const dds_builtintopic_endpoint_t *peer, void *arg)
{
    struct audience *audience = arg;
    uint8_t ignored[GRAPH_PARTICIPANT_PREFIX];
    (void)handle;
    return audience->understands = graph_topics_of(audience->graph, peer->key.v, ignored);
}

/* SRV-11. Cyclone sends a reply to all clients: so only where all are rclio's. */
rclio_status cyclone_replier_refuse(mw_replier *replier, const mw_request_id *id, rclio_status status, const char *words)
{
    cyclone_replier *r = of(replier);
    struct audience audience = {r->node->mw->graph, true};
    size_t length = strlen(words);
    if (endpoint_visit_matched(&r->replies, see_audience, &audience) || !audience.understands)
        return rclio_fail(RCLIO_UNAVAILABLE, "service '%s' has clients that do not understand an error", r->service);
    mw_buffer *buffer = cyclone_replier_buffer(replier, SERVICE_REFUSAL_SIZE + length);
    if (!buffer) return rclio_error_status();
    service_refusal_write(status, buffer->data);
    memcpy(buffer->data + SERVICE_REFUSAL_SIZE, words, length);
    return cyclone_replier_send(replier, id, buffer);
}

/* Moves what may be sent now to `ready`, drops what nobody waits for any more. */
static void sort_held(cyclone_replier *r, list *ready) REQUIRES(r->lock)
{
    list_each(link, &r->held) {
        held_reply *held = list_entry(link, held_reply, link);
        client *c = find_client(r, held->client);
        if (c && !may_send(c)) continue;
        r->held_count--;
        if (!c) {
            held_free(held);
            continue;
        }
        list_remove(&held->link);
        list_append(ready, &held->link);
    }
}

void cyclone_replier_flush(mw_replier *replier)
{
    cyclone_replier *r = of(replier);
    list ready;
    list_init(&ready);
    mutex_lock(&r->lock);
    if (r->held_count > 0) {
        refresh(r);
        sort_held(r, &ready);
    }
    mutex_unlock(&r->lock);
    list_each(link, &ready) {
        held_reply *held = list_entry(link, held_reply, link);
        if (endpoint_write(&r->replies, held->data, 0)) LOG_WARN(r->node->mw->log, "rclio", "%s", rclio_error());
        held->data = NULL; /* consumed */
        held_free(held);
    }
}

bool cyclone_replier_client_is_gone(mw_replier *replier, const mw_request_id *id)
{
    cyclone_replier *r = of(replier);
    mutex_lock(&r->lock);
    refresh(r);
    bool gone = find_client(r, client_of(id)) == NULL;
    mutex_unlock(&r->lock);
    return gone;
}
