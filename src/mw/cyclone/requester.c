/* src/mw/cyclone/requester.c: the client's side of a service in Cyclone's dialect: a request writer and a reply reader.
 *
 *   RQ1  A server counts once its request reader is matched with our writer and its reply writer with our reader (SRV-5): from then on
 *        neither a request nor its reply is lost to discovery.
 *   RQ2  Servers are counted anew only after a match was made or lost (`rematched`).
 *   RQ3  Endpoints of Fast DDS are no servers here: they read another dialect, and a request in ours can harm them (SRV-9).
 *   RQ4  A request reader gets its number when it is first seen, and keeps it while it is matched. It counts for `newest` even
 *        before its server does (RQ1), because requests reach it.
 * Threads: any. Tests: tests/mw/test_seam.c. */
#include "mw/cyclone/cyclone.h"

#include "base/array.h"
#include "base/error.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

typedef struct peer {
    char *id; /* owned; "": it has none */
    uint8_t gid[RCLIO_GID_SIZE];
    uint64_t number; /* RQ4; of request readers only */
} peer;

typedef struct peer_list {
    peer *data;
    size_t size, capacity;
    size_t foreign; /* peers of the other dialect, not in the list */
    bool failed;
} peer_list;

typedef struct cyclone_requester {
    mw base;
    cyclone_node *node;
    char *service;
    cyclone_endpoint requests, replies;
    inbox inbox;
    uint64_t client; /* SRV-2 */
    atomic_int_fast64_t last_sequence;
    mutex counting;    /* of all below, RQ2 */
    peer_list readers; /* of requests, matched */
    uint64_t last_number, oldest, newest;
} cyclone_requester;

static cyclone_requester *of(const mw_requester *requester)
{
    return (cyclone_requester *)(void *)requester;
}

static void peer_list_fini(peer_list *peers)
{
    for (size_t i = 0; i < peers->size; i++) free(peers->data[i].id);
    free(peers->data);
}

static void requester_free(cyclone_requester *r)
{
    endpoint_end(&r->replies);
    endpoint_end(&r->requests);
    inbox_fini(&r->inbox);
    peer_list_fini(&r->readers);
    mutex_fini(&r->counting);
    free(r->service);
    free(r);
}

mw_requester *cyclone_requester_new(mw_node *node, const char *service, const rclio_type *type, const rclio_qos *qos,
                                    mw_callback ready, mw_callback changed)
{
    if (type->kind != RCLIO_SERVICE)
        return rclio_fail_null(RCLIO_INVALID, "no client of '%s': %s is no service", service, type->name);
    const service_side side = {.service = service, .type = type, .qos = qos, .ready = ready, .events = changed};
    cyclone_requester *r = calloc(1, sizeof *r);
    if (!r) return rclio_fail_null(RCLIO_NO_MEMORY, "no memory for a client of '%s'", service);
    r->node = (cyclone_node *)(void *)node;
    r->base.ops = r->node->base.ops;
    if (mutex_init(&r->counting)) {
        free(r);
        return NULL;
    }
    r->service = copy_string(service);
    if (!r->service) goto failed;
    if (getrandom(&r->client, sizeof r->client, 0) != (ssize_t)sizeof r->client) {
        rclio_fail(RCLIO_SYSTEM, "no client of '%s': the system gives no random id", service);
        goto failed;
    }
    inbox_init(&r->inbox, qos);
    if (service_make_endpoints(r->node, &side, &r->requests, &r->replies)) goto failed;
    return (mw_requester *)(void *)r;
failed:
    requester_free(r);
    return NULL;
}

void cyclone_requester_destroy(mw_requester *requester)
{
    if (!requester) return;
    discovery_remove_endpoints(of(requester)->node, of(requester)->requests.gid, of(requester)->replies.gid);
    requester_free(of(requester));
}

static bool collect_peer(dds_instance_handle_t handle, const dds_builtintopic_endpoint_t *endpoint, void *arg)
{
    peer_list *peers = arg;
    peer found = {.id = service_peer_id(endpoint, "serviceid")};
    (void)handle;
    if (found.id && !*found.id && service_peer_is_foreign(endpoint->key.v)) { /* RQ3 */
        free(found.id);
        peers->foreign++;
        return true;
    }
    memcpy(found.gid, endpoint->key.v, RCLIO_GID_SIZE);
    if (found.id && array_append(peers, found)) return true;
    free(found.id);
    peers->failed = true;
    return false;
}

static bool has_id(const peer_list *peers, const char *id)
{
    for (size_t i = 0; i < peers->size; i++)
        if (strcmp(peers->data[i].id, id) == 0) return true;
    return false;
}

static bool all_lack_id(const peer_list *peers)
{
    for (size_t i = 0; i < peers->size; i++)
        if (*peers->data[i].id) return false;
    return true;
}

/* RQ4 */
static void give_numbers(cyclone_requester *r, peer_list *readers) REQUIRES(r->counting)
{
    for (size_t i = 0; i < readers->size; i++) {
        peer *reader = &readers->data[i];
        for (size_t k = 0; k < r->readers.size && !reader->number; k++)
            if (memcmp(r->readers.data[k].gid, reader->gid, RCLIO_GID_SIZE) == 0) reader->number = r->readers.data[k].number;
        if (!reader->number) reader->number = ++r->last_number;
    }
}

/* Of `r->readers` and the reply writers that were matched when those were. */
static void find_range(cyclone_requester *r, const peer_list *writers) REQUIRES(r->counting)
{
    bool without_id = all_lack_id(&r->readers) && writers->size > 0; /* where some have an id, only those are believed */
    r->oldest = r->newest = 0;
    for (size_t i = 0; i < r->readers.size; i++) {
        const peer *reader = &r->readers.data[i];
        if (reader->number > r->newest) r->newest = reader->number;
        if (*reader->id ? !has_id(writers, reader->id) : !without_id) continue; /* SRV-5 */
        if (!r->oldest || reader->number < r->oldest) r->oldest = reader->number;
    }
}

static void refresh(cyclone_requester *r) REQUIRES(r->counting)
{
    bool stale = atomic_exchange(&r->requests.rematched, false);
    stale = atomic_exchange(&r->replies.rematched, false) || stale;
    if (!stale) return; /* RQ2 */
    peer_list readers = {0}, writers = {0};
    rclio_status status = endpoint_visit_matched(&r->requests, collect_peer, &readers);
    if (!status) status = endpoint_visit_matched(&r->replies, collect_peer, &writers);
    if (status || readers.failed || writers.failed) {
        atomic_store(&r->requests.rematched, true); /* memory is short: ask again next time */
        peer_list_fini(&readers);
    } else {
        give_numbers(r, &readers);
        peer_list_fini(&r->readers);
        r->readers = readers;
        find_range(r, &writers);
    }
    peer_list_fini(&writers);
}

void cyclone_requester_server_range(mw_requester *requester, uint64_t *oldest, uint64_t *newest)
{
    cyclone_requester *r = of(requester);
    mutex_lock(&r->counting);
    refresh(r);
    *oldest = r->oldest;
    *newest = r->newest;
    mutex_unlock(&r->counting);
}

bool cyclone_requester_is_available(mw_requester *requester)
{
    uint64_t oldest, newest;
    cyclone_requester_server_range(requester, &oldest, &newest);
    return oldest > 0;
}

mw_buffer *cyclone_requester_buffer(mw_requester *requester, size_t size)
{
    serdata *data = serdata_new(of(requester)->requests.type, size);
    return data ? &data->buffer : NULL;
}

rclio_status cyclone_requester_send(mw_requester *requester, mw_buffer *buffer, int64_t *sequence)
{
    cyclone_requester *r = of(requester);
    uint8_t bytes[SERVICE_ID_SIZE];
    mutex_lock(&r->counting);
    refresh(r);
    bool harms = r->oldest == 0 && r->readers.foreign > 0; /* RQ3 */
    mutex_unlock(&r->counting);
    if (harms) {
        serdata_discard(buffer);
        return rclio_fail(RCLIO_UNAVAILABLE, "service '%s' is offered only by Fast DDS, whose services Cyclone DDS cannot call",
                          r->service);
    }
    service_id id = {.client = r->client, .sequence = atomic_fetch_add(&r->last_sequence, 1) + 1};
    service_id_write(&id, bytes);
    serdata_insert_id(serdata_of(buffer), bytes);
    *sequence = id.sequence;
    return endpoint_write(&r->requests, serdata_of(buffer), 0);
}

rclio_status cyclone_requester_take(mw_requester *requester, mw_sample *sample, int64_t *sequence)
{
    cyclone_requester *r = of(requester);
    service_id id;
    rclio_status status;
    while ((status = inbox_take(&r->inbox, &r->replies, sample, NULL)) == RCLIO_OK) {
        bool refused = service_refusal_read(sample, &id);
        if ((refused || service_id_read(sample, &id)) && id.client == r->client) { /* SRV-3 */
            if (!refused) sample->offset = SERVICE_ID_SIZE;
            *sequence = id.sequence;
            return RCLIO_OK;
        }
        inbox_return(sample);
    }
    return status;
}

void cyclone_requester_return(mw_requester *requester, mw_sample *sample)
{
    (void)requester;
    inbox_return(sample);
}

void cyclone_requester_gid(const mw_requester *requester, uint8_t gid[RCLIO_GID_SIZE])
{
    memcpy(gid, of(requester)->requests.gid, RCLIO_GID_SIZE);
}
