/* src/mw/cyclone/requester.c: the client's side of a service in Cyclone's dialect: a request writer and a reply reader.
 *
 *   RQ1  A server counts once its request reader is matched with our writer and its reply writer with our reader (SRV-5): from then on
 *        neither a request nor its reply is lost to discovery.
 *   RQ2  Servers are counted anew only after a match was made or lost (`rematched`).
 *   RQ3  Endpoints of Fast DDS are no servers here: they read another dialect, and a request in ours can harm them (SRV-9).
 * Threads: any. Tests: tests/mw/test_seam.c. */
#include "mw/cyclone/cyclone.h"

#include "base/array.h"
#include "base/error.h"
#include "base/text.h"
#include "mw/names.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

typedef struct id_list {
    char **data; /* owned; "" for a peer that has no id */
    size_t size, capacity;
    size_t foreign; /* peers of the other dialect, not in the list */
    bool failed;
} id_list;

typedef struct cyclone_requester {
    mw base;
    cyclone_node *node;
    char *service;
    cyclone_endpoint requests, replies;
    inbox inbox;
    uint64_t client; /* SRV-2 */
    atomic_int_fast64_t last_sequence;
    mutex counting; /* of the two below, RQ2 */
    size_t servers;
    size_t foreign;
} cyclone_requester;

static cyclone_requester *of(const mw_requester *requester)
{
    return (cyclone_requester *)(void *)requester;
}

static rclio_status make_endpoints(cyclone_requester *r, const rclio_type *type, const rclio_qos *given, mw_callback ready,
                                   mw_callback changed)
{
    const rclio_type *request = type->parts[RCLIO_PART_REQUEST], *response = type->parts[RCLIO_PART_RESPONSE];
    rclio_qos qos = service_qos(given);
    char id[USER_DATA_ID_SIZE];
    rclio_status status = RCLIO_NO_MEMORY;
    char *request_topic = names_mangle_request(r->service), *reply_topic = names_mangle_reply(r->service); /* NAM-1 */
    char *request_type = names_mangle_type(request->name), *reply_type = names_mangle_type(response->name);
    if (!request_topic || !reply_topic || !request_type || !reply_type) goto done;

    cyclone_next_id(r->node->mw, id);
    inbox_init(&r->inbox, &qos);
    endpoint_options options = {.topic = request_topic,
                                .type = request_type,
                                .type_hash = request->hash,
                                .id_key = "clientid",
                                .id = id,
                                .qos = &qos,
                                .events = changed};
    if ((status = endpoint_make(r->node->mw, &r->requests, true, &options))) goto done; /* SRV-7 */
    options.topic = reply_topic;
    options.type = reply_type;
    options.type_hash = response->hash;
    options.ready = ready;
    if ((status = endpoint_make(r->node->mw, &r->replies, false, &options))) goto done;
    status = discovery_add_endpoints(r->node, &r->requests, &r->replies); /* DIS-6 */
done:
    free(request_topic);
    free(reply_topic);
    free(request_type);
    free(reply_type);
    return status;
}

static void requester_free(cyclone_requester *r)
{
    endpoint_end(&r->replies);
    endpoint_end(&r->requests);
    inbox_fini(&r->inbox);
    mutex_fini(&r->counting);
    free(r->service);
    free(r);
}

mw_requester *cyclone_requester_new(mw_node *node, const char *service, const rclio_type *type, const rclio_qos *qos,
                                    mw_callback ready, mw_callback changed)
{
    if (type->kind != RCLIO_SERVICE)
        return rclio_fail_null(RCLIO_INVALID, "no client of '%s': %s is no service", service, type->name);
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
    if (make_endpoints(r, type, qos, ready, changed)) goto failed;
    return (mw_requester *)(void *)r;
failed:
    requester_free(r);
    return NULL;
}

void cyclone_requester_destroy(mw_requester *requester)
{
    if (!requester) return;
    discovery_remove_endpoints(of(requester)->node, &of(requester)->requests, &of(requester)->replies);
    requester_free(of(requester));
}

static bool collect_id(dds_instance_handle_t handle, const dds_builtintopic_endpoint_t *peer, void *arg)
{
    id_list *ids = arg;
    (void)handle;
    char *id = service_peer_id(peer, "serviceid");
    if (id && !*id && service_peer_is_foreign(peer->key.v)) { /* RQ3 */
        free(id);
        ids->foreign++;
        return true;
    }
    if (id && array_append(ids, id)) return true;
    free(id);
    ids->failed = true;
    return false;
}

static void id_list_fini(id_list *ids)
{
    for (size_t i = 0; i < ids->size; i++) free(ids->data[i]);
    free(ids->data);
}

static bool holds(const id_list *ids, const char *id)
{
    for (size_t i = 0; i < ids->size; i++)
        if (strcmp(ids->data[i], id) == 0) return true;
    return false;
}

/* SRV-5 */
static size_t count_servers(const id_list *readers, const id_list *writers)
{
    size_t servers = 0, without_id = 0;
    for (size_t i = 0; i < readers->size; i++) {
        if (!*readers->data[i])
            without_id++;
        else if (holds(writers, readers->data[i]))
            servers++;
    }
    if (without_id < readers->size) return servers; /* some have an id: only those are believed */
    return without_id < writers->size ? without_id : writers->size;
}

static size_t refresh(cyclone_requester *r) REQUIRES(r->counting)
{
    bool stale = atomic_exchange(&r->requests.rematched, false);
    stale = atomic_exchange(&r->replies.rematched, false) || stale;
    if (!stale) return r->servers; /* RQ2 */
    id_list readers = {0}, writers = {0};
    rclio_status status = endpoint_visit_matched(&r->requests, collect_id, &readers);
    if (!status) status = endpoint_visit_matched(&r->replies, collect_id, &writers);
    if (status || readers.failed || writers.failed) {
        atomic_store(&r->requests.rematched, true); /* memory is short: ask again next time */
    } else {
        r->servers = count_servers(&readers, &writers);
        r->foreign = readers.foreign;
    }
    id_list_fini(&readers);
    id_list_fini(&writers);
    return r->servers;
}

size_t cyclone_requester_servers(mw_requester *requester)
{
    mutex_lock(&of(requester)->counting);
    size_t servers = refresh(of(requester));
    mutex_unlock(&of(requester)->counting);
    return servers;
}

bool cyclone_requester_is_available(mw_requester *requester)
{
    return cyclone_requester_servers(requester) > 0;
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
    bool harms = refresh(r) == 0 && r->foreign > 0; /* RQ3 */
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
        if (service_id_read(sample, &id) && id.client == r->client) { /* SRV-3 */
            sample->offset = SERVICE_ID_SIZE;
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
