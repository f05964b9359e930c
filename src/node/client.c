/* src/node/client.c: a client: sends requests, completes the futures of calls with their responses.
 *
 *   CL1  A call made while the service is available is sent in the thread that makes it; any other waits in line and is sent in order.
 *   CL2  `lock` guards the calls, the waiters, `available` and `ended`; sending and adding to the table are one step under it, so
 *        that the reply finds its call. No future is ended under it (CC2).
 *   CL3  Replies that have come are taken before the loss of a server is acted upon (SRV-4).
 *   CL4  A call fails when all servers that its request can have reached are gone, though newer ones may be there: it keeps the
 *        number of the newest, asked for before it is sent.
 * Threads: as the public header says. Tests: tests/node/test_client.c. */
#include "node/client.h"

#include "base/error.h"
#include "base/text.h"
#include "node/client_call.h"
#include "node/client_warning.h"
#include "node/counters.h"
#include "node/introspection.h"
#include "node/trace.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BATCH 64
#define MAXIMUM_CALLS 10000

struct rclio_client {
    entity entity; /* the owner's reference and the source's */
    source source;
    shutdown_hook shutdown;
    const mw_ops *ops;
    mw_requester *requester; /* NULL: destroyed */
    char *name, *what, *what_waits;
    const rclio_type *type;
    rclio_codec *request_codec, *response_codec;
    introspection introspection;
    client_gate gate;
    atomic_bool changed; /* availability is to be looked at */
    mutex lock;          /* CL2 */
    call_table calls;    /* [lock] as the next three */
    call_table waiters;  /* of wait_for_service: "unsent" ones without bytes */
    bool available;      /* as seen last by refresh() */
    rclio_status ended;
    size_t maximum;    /* calls that may be pending */
    counters counters; /* CO1: `queue_high` under the lock, the rest in client_run() */
    int graph_watch;   /* the executor's, as the next two */
    bool warned;
};

/* ---- ending calls ---- */

static void call_fail(call *c, rclio_status status, const char *why)
{
    rclio_future_on_cancel(c->future, NULL, NULL);
    rclio_future_fail(c->future, status, "%s", why);
    call_free(c);
}

static void fail_all(rclio_client *client, call_table *table, rclio_status status, const char *why)
{
    for (;;) {
        mutex_lock(&client->lock);
        call *c = call_table_take_sent(table);
        if (!c) c = call_table_take_unsent(table);
        mutex_unlock(&client->lock);
        if (!c) return;
        call_fail(c, status, why);
    }
}

/* In the thread that cancels. */
static void forget(call *c, call_table *table)
{
    rclio_client *client = c->client;
    mutex_lock(&client->lock);
    bool mine = call_table_take_this(table, c);
    mutex_unlock(&client->lock);
    if (mine) call_free(c);
}

static void call_cancelled(rclio_future *future, void *arg)
{
    (void)future;
    call *c = arg;
    forget(c, &c->client->calls);
}

static void waiter_cancelled(rclio_future *future, void *arg)
{
    (void)future;
    call *c = arg;
    forget(c, &c->client->waiters);
}

/* ---- replies ---- */

/* false: none was there. */
static bool take_reply(rclio_client *client)
{
    mw_sample sample;
    int64_t sequence = 0;
    rclio_status status = client->ops->requester_take(client->requester, &sample, &sequence);
    if (status != RCLIO_OK) return false;
    count_one(&client->counters.received);
    mutex_lock(&client->lock);
    call *c = call_table_take(&client->calls, sequence);
    mutex_unlock(&client->lock);
    if (!c) { /* forgotten, or a second server's answer */
        count_one(&client->counters.late);
        client->ops->requester_return(client->requester, &sample);
        return true;
    }
    rclio_future_on_cancel(c->future, NULL, NULL);
    trace_end(&client->entity, TRACE_ANSWER, c->began_ns);
    if (sample.failure) {
        count_one(&client->counters.failed);
        rclio_future_fail(c->future, sample.failure, "service '%s': %.*s", client->name, (int)sample.size,
                          (const char *)sample.data); /* SRV-11 */
        client->ops->requester_return(client->requester, &sample);
        call_free(c);
        return true;
    }
    void *response = reply_new(client->type->parts[RCLIO_PART_RESPONSE], client->entity.types);
    if (response) {
        reply_set_tail(response, sample.data, sample.size);
        status = rclio_decode(client->response_codec, sample.data, sample.size, sample.offset, response);
    } else {
        status = rclio_error_status();
    }
    client->ops->requester_return(client->requester, &sample);
    if (status == RCLIO_OK) {
        introspection_tell(&client->introspection, RESPONSE_RECEIVED, NULL, sequence, response);
        rclio_future_complete(c->future, response);
    } else {
        reply_free(response);
        count_one(&client->counters.failed);
        rclio_future_fail(c->future, status, "service '%s': its response cannot be read: %s", client->name, rclio_error());
    }
    call_free(c);
    return true;
}

/* ---- availability ---- */

static void client_changed(void *arg)
{
    rclio_client *client = arg;
    client_look_again(client);
    if (client->gate.inform) client_look_again(client->gate.inform);
}

/* The graph is watched only while somebody waits, so that an idle client costs nothing. */
static void watch_graph(rclio_client *client, bool somebody_waits)
{
    if (!somebody_waits || client->warned) {
        if (client->graph_watch)
            graph_on_change_remove(client->ops->graph_of(client->entity.node->context->participant), client->graph_watch);
        client->graph_watch = 0;
        return;
    }
    if (!client->graph_watch) {
        client->graph_watch = graph_on_change(client->ops->graph_of(client->entity.node->context->participant),
                                              (mw_callback){client_changed, client});
    }
    client->warned = client_warn_of_wrong_type(client->entity.node, client->name, client->type);
}

/* SRV-5 */
static bool look(rclio_client *client)
{
    if (!client->ops->requester_is_available(client->requester)) return false;
    return !client->gate.is_open || client->gate.is_open(client->gate.arg);
}

static rclio_status send_call(rclio_client *client, call *c, mw_buffer *buffer) REQUIRES(client->lock)
{
    uint64_t oldest;
    client->ops->requester_server_range(client->requester, &oldest, &c->newest); /* CL4 */
    rclio_status status = client->ops->requester_send(client->requester, buffer, &c->sequence);
    if (status != RCLIO_OK) return status;
    c->taken = false;
    return call_table_add_sent(&client->calls, c);
}

static rclio_status send_bytes(rclio_client *client, call *c) REQUIRES(client->lock)
{
    mw_buffer *buffer = client->ops->requester_buffer(client->requester, c->size);
    if (!buffer) return rclio_error_status();
    memcpy(buffer->data, c->bytes, c->size);
    return send_call(client, c, buffer);
}

/* Sends those that waited for a server, in order. */
static void send_unsent(rclio_client *client)
{
    for (;;) {
        mutex_lock(&client->lock);
        call *c = call_table_take_unsent(&client->calls);
        rclio_status status = c ? send_bytes(client, c) : RCLIO_OK;
        uint8_t *bytes = c ? c->bytes : NULL; /* the call may be over once the lock is let go of */
        size_t size = c ? c->size : 0;
        int64_t sequence = c ? c->sequence : 0;
        if (c) c->bytes = NULL;
        mutex_unlock(&client->lock);
        if (!c) return;
        if (status != RCLIO_OK)
            call_fail(c, status, rclio_error());
        else
            introspection_tell_bytes(&client->introspection, REQUEST_SENT, NULL, sequence, client->request_codec, bytes, size);
        free(bytes);
    }
}

static void complete_waiters(rclio_client *client)
{
    for (;;) {
        mutex_lock(&client->lock);
        call *c = call_table_take_unsent(&client->waiters);
        mutex_unlock(&client->lock);
        if (!c) return;
        rclio_future_on_cancel(c->future, NULL, NULL);
        rclio_future_complete(c->future, NULL);
        call_free(c);
    }
}

void client_gid(const rclio_client *client, uint8_t gid[RCLIO_GID_SIZE])
{
    client->ops->requester_gid(client->requester, gid);
}

/* SRV-4, CL4 */
static void fail_lost(rclio_client *client)
{
    char why[512];
    uint64_t oldest, newest;
    list lost;
    list_init(&lost);
    mutex_lock(&client->lock);
    client->ops->requester_server_range(client->requester, &oldest, &newest);
    call_table_take_lost(&client->calls, oldest, &lost);
    mutex_unlock(&client->lock);
    snprintf(why, sizeof why, "service '%s': its server has gone", client->name);
    list_each(it, &lost) {
        count_one(&client->counters.failed);
        call_fail(list_entry(it, call, link), RCLIO_UNAVAILABLE, why);
    }
}

static void refresh(rclio_client *client)
{
    bool available = look(client);
    fail_lost(client);
    if (available) {
        complete_waiters(client);
        send_unsent(client);
    }
    mutex_lock(&client->lock);
    client->available = available;
    bool somebody_waits = !available && (!list_is_empty(&client->calls.unsent) || !list_is_empty(&client->waiters.unsent));
    mutex_unlock(&client->lock);
    watch_graph(client, somebody_waits);
}

static void client_run(source *s)
{
    rclio_client *client = list_entry(s, rclio_client, source);
    for (int i = 0; i < BATCH; i++) {
        if (take_reply(client)) continue;
        if (!atomic_exchange(&client->changed, false)) return;
        while (take_reply(client)) /* CL3: those that came between the last look and the loss */
            ;
        refresh(client);
        return;
    }
    source_wake(s);
}

static void client_released(source *s)
{
    entity_unref(&list_entry(s, rclio_client, source)->entity);
}

static void client_ready(void *arg)
{
    source_wake(&((rclio_client *)arg)->source);
}

void client_look_again(rclio_client *client)
{
    atomic_store(&client->changed, true);
    source_wake(&client->source);
}

/* ---- life ---- */

static entity_facts client_facts(const entity *e)
{
    const rclio_client *client = (const rclio_client *)(const void *)e;
    return (entity_facts){"client", client->name, NULL, &client->counters};
}

static void client_free(entity *e)
{
    rclio_client *client = (rclio_client *)(void *)e;
    rclio_codec_destroy(client->request_codec);
    rclio_codec_destroy(client->response_codec);
    mutex_fini(&client->lock);
    introspection_fini(&client->introspection);
    free(client->name);
    free(client->what);
    free(client->what_waits);
    free(client);
}

/* Fails what is pending and what comes later. */
static void client_end(rclio_client *client, rclio_status status)
{
    char why[512];
    snprintf(why, sizeof why,
             status == RCLIO_SHUTDOWN ? "service '%s': the context is shut down" : "service '%s': its client was destroyed",
             client->name);
    mutex_lock(&client->lock);
    if (!client->ended) client->ended = status;
    mutex_unlock(&client->lock);
    fail_all(client, &client->calls, status, why);
    fail_all(client, &client->waiters, status, why);
}

static void client_shut_down(void *arg)
{
    client_end(arg, RCLIO_SHUTDOWN);
}

static void client_destroy_entity(entity *e)
{
    rclio_client_destroy((rclio_client *)(void *)e);
}

static rclio_client *client_alloc(rclio_node *node, const rclio_type *type, const char *name)
{
    rclio_client *client = calloc(1, sizeof *client);
    if (!client) return rclio_fail_null(RCLIO_NO_MEMORY, "out of memory for the client of '%s'", name);
    if (mutex_init(&client->lock) != RCLIO_OK) {
        free(client);
        return NULL;
    }
    if (introspection_init(&client->introspection, node) != RCLIO_OK) {
        mutex_fini(&client->lock);
        free(client);
        return NULL;
    }
    entity_init(&client->entity, node, client_destroy_entity, client_free);
    client->entity.facts = client_facts;
    mutex_lock(&client->lock);
    call_table_init(&client->calls);
    call_table_init(&client->waiters);
    list_init(&client->shutdown.link);
    mutex_unlock(&client->lock);
    client->ops = node->ops;
    client->type = type;
    if ((client->name = rclio_node_resolve_service(node, name)) &&
        (client->what = copy_format("call to service '%s'", client->name)) &&
        (client->what_waits = copy_format("wait for service '%s'", client->name)) &&
        (client->request_codec = rclio_codec_new(type->parts[RCLIO_PART_REQUEST])) &&
        (client->response_codec = rclio_codec_new(type->parts[RCLIO_PART_RESPONSE])))
        return client;
    entity_unref(&client->entity);
    return NULL;
}

rclio_client *client_new(rclio_node *node, const rclio_type *type, const char *name, const rclio_client_options *options,
                         client_gate gate)
{
    static const rclio_client_options defaults;
    if (!node || !type) return NULL; /* the first error stands */
    if (!options) options = &defaults;
    if (!name) return rclio_fail_null(RCLIO_INVALID, "a client needs a service name");
    if (type->kind != RCLIO_SERVICE)
        return rclio_fail_null(RCLIO_INVALID, "no client of '%s': '%s' is not a service type", name, type->name);
    rclio_qos qos = rclio_qos_resolve(options->qos, RCLIO_QOS_SERVICES); /* SRV-8 */
    if (rclio_qos_check(&qos) != RCLIO_OK) {
        rclio_error_add("no client of '%s'", name);
        return NULL;
    }
    EXECUTOR_GUARD(group_executor(node, options->group));
    rclio_client *client = client_alloc(node, type, name);
    if (!client) return NULL;
    if (entity_join(&client->entity, options->group) != RCLIO_OK) {
        rclio_error_add("no client of '%s'", client->name);
        entity_unref(&client->entity);
        return NULL;
    }
    client->gate = gate;
    client->maximum = options->maximum_calls ? options->maximum_calls : MAXIMUM_CALLS;
    source_init(&client->source, client->entity.executor, client->what, client_run, client_released);
    client->requester = node->ops->requester_new(node->mw, client->name, type, &qos, (mw_callback){client_ready, client},
                                                 (mw_callback){client_changed, client});
    if (!client->requester) {
        rclio_error_add("no client of '%s' (%s)", client->name, type->name);
        entity_unref(&client->entity);
        return NULL;
    }
    node->ops->requester_gid(client->requester, client->introspection.client);
    entity_ref(&client->entity); /* the source's, until client_released */
    entity_adopt(&client->entity);
    context_on_shutdown(node->context, &client->shutdown, client_shut_down, client);
    client_look_again(client); /* a server may have been matched before the requester was known here */
    return client;
}

rclio_client *rclio_client_new(rclio_node *node, const rclio_type *type, const char *name, const rclio_client_options *options)
{
    return client_new(node, type, name, options, (client_gate){0});
}

void rclio_client_destroy(rclio_client *client)
{
    if (!client) return;
    EXECUTOR_GUARD(client->entity.executor);
    if (!client->requester) return;
    client_end(client, RCLIO_CANCELLED);
    context_forget_shutdown(client->entity.node->context, &client->shutdown);
    watch_graph(client, false);
    mw_requester *requester = client->requester;
    client->requester = NULL;
    entity_orphan(&client->entity);
    introspection_close(&client->introspection);
    client->ops->requester_destroy(requester);
    source_fini(&client->source);
    entity_unref(&client->entity);
}

const char *rclio_client_name(const rclio_client *client)
{
    return client->name;
}

/* ---- calls ---- */

/* A reference to the future of a new call, which is in no table yet; NULL with the error set. */
static rclio_future *begin(rclio_client *client, const char *what, void (*free_value)(void *), rclio_done_fn *cancelled,
                           call **made)
{
    rclio_future *future = rclio_future_new(client->entity.executor, what, free_value);
    *made = future ? call_new(client, future) : NULL;
    if (!*made) {
        rclio_future_unref(future);
        return NULL;
    }
    (*made)->began_ns = trace_begin(&client->entity);
    rclio_future_on_cancel(future, cancelled, *made);
    return future;
}

static void free_swept(list *swept)
{
    list_each(it, swept) call_free(list_entry(it, call, link));
}

static rclio_status encode_and_send(rclio_client *client, call *c, const void *request) REQUIRES(client->lock)
{
    size_t size = rclio_encoded_size(client->request_codec, request, 0);
    if (size == SIZE_MAX) return rclio_error_status();
    mw_buffer *buffer = client->ops->requester_buffer(client->requester, size);
    if (!buffer) return rclio_error_status();
    rclio_encode(client->request_codec, request, 0, buffer->data, size); /* its size is right, so it cannot fail */
    return send_call(client, c, buffer);
}

static rclio_status encode_and_queue(rclio_client *client, call *c, const void *request) REQUIRES(client->lock)
{
    c->bytes = rclio_encode_new(client->request_codec, request, &c->size);
    if (!c->bytes) return rclio_error_status();
    call_table_add_unsent(&client->calls, c);
    client_look_again(client);
    return RCLIO_OK;
}

/* CL1, CL2 */
static rclio_status start_call(rclio_client *client, call *c, const void *request, bool waits) REQUIRES(client->lock)
{
    if (client->ended)
        return rclio_fail(client->ended, "service '%s': %s", client->name,
                          client->ended == RCLIO_SHUTDOWN ? "the context is shut down" : "its client was destroyed");
    if (client->calls.count >= client->maximum)
        return rclio_fail(RCLIO_LIMIT, "service '%s': %zu calls are pending, the limit (maximum_calls)", client->name,
                          client->calls.count);
    bool is_there = client->ops->requester_is_available(client->requester); /* its server may have been lost since `available` */
    if (is_there && (client->available || !waits) && list_is_empty(&client->calls.unsent))
        return encode_and_send(client, c, request);
    if (waits) return encode_and_queue(client, c, request);
    return rclio_fail(RCLIO_UNAVAILABLE, "service '%s': its server has gone", client->name);
}

static rclio_future *call_service(rclio_client *client, const void *request, bool waits)
{
    if (!client && rclio_error_status()) return NULL; /* the first error stands */
    if (!client || !request) return rclio_fail_null(RCLIO_INVALID, "a call needs a client and a request");
    call *c;
    rclio_future *future = begin(client, client->what, reply_free, call_cancelled, &c);
    if (!future) return NULL;
    list swept;
    list_init(&swept);
    mutex_lock(&client->lock);
    call_table_sweep(&client->calls, &swept);
    rclio_status status = start_call(client, c, request, waits);
    int64_t sequence = c->sequence; /* the call may be over once the lock is let go of */
    count_queue(&client->counters, client->calls.count);
    mutex_unlock(&client->lock);
    free_swept(&swept);
    if (status == RCLIO_OK && sequence) introspection_tell(&client->introspection, REQUEST_SENT, NULL, sequence, request);
    if (status == RCLIO_OK) return future;
    rclio_error_add("no %s", client->what);
    call_fail(c, status, rclio_error());
    if (status != RCLIO_INVALID && status != RCLIO_NO_MEMORY) return future;
    rclio_future_unref(future);
    return NULL;
}

rclio_future *rclio_client_call(rclio_client *client, const void *request)
{
    return call_service(client, request, true);
}

rclio_future *client_call_present(rclio_client *client, const void *request)
{
    return call_service(client, request, false);
}

size_t client_pending(rclio_client *client)
{
    mutex_lock(&client->lock);
    size_t count = client->calls.count + client->waiters.count;
    mutex_unlock(&client->lock);
    return count;
}

bool rclio_client_is_available(rclio_client *client)
{
    return client && client->requester && look(client);
}

rclio_future *rclio_client_wait_for_service(rclio_client *client)
{
    if (!client) return rclio_fail_missing("no client to wait with"), NULL;
    call *c;
    rclio_future *future = begin(client, client->what_waits, NULL, waiter_cancelled, &c);
    if (!future) return NULL;
    list swept;
    list_init(&swept);
    mutex_lock(&client->lock);
    call_table_sweep(&client->waiters, &swept);
    rclio_status ended = client->ended;
    if (!ended) call_table_add_unsent(&client->waiters, c);
    mutex_unlock(&client->lock);
    free_swept(&swept);
    if (ended) {
        call_fail(c, ended, ended == RCLIO_SHUTDOWN ? "the context is shut down" : "the client was destroyed");
    } else {
        client_look_again(client);
    }
    return future;
}

rclio_status rclio_client_configure_introspection(rclio_client *client, rclio_introspection state, const rclio_qos *qos,
                                                  rclio_clock *clock)
{
    if (!client) return rclio_fail(RCLIO_INVALID, "no client to look into");
    EXECUTOR_GUARD(client->entity.executor);
    if (!client->requester) return rclio_fail(RCLIO_INVALID, "no client to look into: it is destroyed");
    return introspection_configure(&client->introspection, client->name, client->type, state, qos, clock);
}

rclio_status rclio_client_counters(const rclio_client *client, rclio_counters *into)
{
    return counters_read(client ? &client->counters : NULL, into);
}
