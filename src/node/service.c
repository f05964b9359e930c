/* src/node/service.c: a service: takes requests, runs the callback, sends the response.
 *
 *   SV3  At most `concurrency` callbacks are inside (running or suspended); further requests stay with the middleware.
 *   SV4  With a concurrency of one the callback runs in the source's own task, with more each in a task of its own, in the same strand.
 *   SV5  A request that does not decode is dropped with a warning; nothing else is affected.
 *   SV6  A request that was taken is open until it is answered, refused or dropped; at most `maximum` are. Whatever ends it without an
 *        answer tells the client, if that is rclio's (SRV-11).
 * Threads: as the public header says. Tests: tests/node/test_service.c, test_failure.c, test_limits.c. Rules SV1, SV2: service.h. */
#include "node/service.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/text.h"
#include "node/counters.h"
#include "node/introspection.h"
#include "node/trace.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BATCH 16
#define MAXIMUM_REQUESTS 1000

typedef struct serving { /* a callback that is inside; lives in its frame */
    list link;
    rclio_task *task;
    rclio_request *request; /* NULL: deferred */
} serving;

struct rclio_service {
    entity entity; /* the owner's reference, one of the source, one per request */
    source source;
    const mw_ops *ops;
    mw_replier *replier; /* NULL: destroyed */
    char *name, *what;
    const rclio_type *type, *request_type, *response_type;
    introspection introspection;
    rclio_codec *request_codec, *response_codec;
    rclio_service_fn *on_request;
    void *arg;
    bool keeps_lock; /* service_keep_lock() */
    size_t concurrency;
    size_t inside;       /* SV3 */
    list serving;        /* of serving.link */
    rclio_request *idle; /* kept for the next request, so that a call allocates nothing here */
    int64_t next_warning_ns;
    size_t open, maximum; /* SV6 */
    counters counters;
};

static void request_close(rclio_request *request)
{
    if (request->open) request->service->open--;
    request->open = false;
}

static void request_free(rclio_request *request)
{
    if (!request) return;
    rclio_service *service = request->service;
    request_close(request);
    rclio_message_destroy(service->request_type, request->message);
    rclio_message_destroy(service->response_type, request->response);
    free(request);
    entity_unref(&service->entity);
}

static rclio_request *request_new(rclio_service *service)
{
    rclio_request *request = calloc(1, sizeof *request);
    if (!request) return rclio_fail_null(RCLIO_NO_MEMORY, "out of memory for a request");
    list_init(&request->link);
    request->service = service;
    entity_ref(&service->entity);
    request->message = rclio_message_new(service->request_type);
    request->response = rclio_message_new(service->response_type);
    if (request->message && request->response) return request;
    request_free(request);
    return NULL;
}

/* Back to the service, ready for the next one. */
static void request_recycle(rclio_request *request)
{
    rclio_service *service = request->service;
    request_close(request);
    if (!service->replier || service->idle) {
        request_free(request);
        return;
    }
    rclio_message_fini(service->response_type, request->response);
    if (rclio_message_init(service->response_type, request->response) != RCLIO_OK) {
        request_free(request);
        return;
    }
    service->idle = request;
}

static void warn_dropped(rclio_service *service)
{
    int64_t now = clock_steady_ns();
    count_one(&service->counters.dropped);
    if (now < service->next_warning_ns) return;
    service->next_warning_ns = now + RCLIO_S(1);
    RCLIO_WARN(service->entity.node, "service '%s': a request was dropped: %s", service->name, rclio_error());
}

/* SRV-11. Statuses that would tell the client of something of its own are told as unavailable. */
static void refuse(rclio_service *service, const mw_request_id *id, rclio_status status, const char *why)
{
    if (!service->replier) return; /* its client sees the loss (SRV-4) */
    if (status == RCLIO_OK || status == RCLIO_EMPTY || status == RCLIO_CANCELLED) status = RCLIO_UNAVAILABLE;
    if (service->ops->replier_refuse(service->replier, id, status, why) != RCLIO_OK)
        RCLIO_DEBUG(service->entity.node, "service '%s': a client waits in vain: %s", service->name, rclio_error());
}

/* A request was taken and nobody will see it, for the calling thread's error. */
static void drop_taken(rclio_service *service, const mw_request_id *id)
{
    char why[RCLIO_ERROR_SIZE];
    rclio_status status = rclio_error_status();
    snprintf(why, sizeof why, "%s", rclio_error());
    warn_dropped(service);
    refuse(service, id, status, why);
}

/* `size`: of rclio_encoded_size(). NULL with the error set. */
static mw_buffer *response_buffer(rclio_service *service, size_t size)
{
    if (!service->replier) return rclio_fail_null(RCLIO_CANCELLED, "service '%s' has been destroyed", service->name);
    mw_buffer *buffer = size == SIZE_MAX ? NULL : service->ops->replier_buffer(service->replier, size);
    if (!buffer) rclio_error_add("service '%s': no response was sent", service->name);
    return buffer;
}

/* SRV-2, SRV-3: the id goes back as it came. */
static rclio_status send_response(rclio_request *request, const void *response)
{
    rclio_service *service = request->service;
    int64_t began_ns = trace_begin(&service->entity);
    size_t size = rclio_encoded_size(service->response_codec, response, 0);
    mw_buffer *buffer = response_buffer(service, size);
    if (!buffer) return rclio_error_status();
    rclio_encode(service->response_codec, response, 0, buffer->data, size); /* its size is right, so it cannot fail */
    trace_end(&service->entity, TRACE_ENCODE, began_ns);
    began_ns = trace_begin(&service->entity);
    rclio_status status = service->ops->replier_send(service->replier, &request->id, buffer);
    trace_end(&service->entity, TRACE_WRITE, began_ns);
    if (status == RCLIO_OK)
        introspection_tell(&service->introspection, RESPONSE_SENT, request->id.client_gid, request->id.sequence, response);
    return status;
}

/* The error of the calling thread stays. */
static void no_response_sent(rclio_request *request, rclio_status status)
{
    rclio_service *service = request->service;
    char why[RCLIO_ERROR_SIZE];
    if (status == RCLIO_OK || !service->replier) return; /* destroyed: its client sees the loss (SRV-4) */
    if (status == RCLIO_UNAVAILABLE) {
        count_one(&service->counters.late);
        return;
    }
    count_one(&service->counters.failed);
    snprintf(why, sizeof why, "%s", rclio_error());
    refuse(service, &request->id, status, why);
    rclio_error_set(status, why);
}

static void answer(rclio_request *request)
{
    rclio_service *service = request->service;
    if (!service->replier) return; /* destroyed while the callback was suspended: its client sees the loss (SRV-4) */
    rclio_status status = send_response(request, request->response);
    if (status == RCLIO_OK) return;
    no_response_sent(request, status);
    if (status == RCLIO_UNAVAILABLE) {
        RCLIO_DEBUG(service->entity.node, "service '%s': the client has gone before its response", service->name);
    } else {
        RCLIO_ERROR(service->entity.node, "%s", rclio_error());
    }
}

/* The callback's failure instead of an answer; of one that was deferred, only the log knows. false: it did not fail. */
static bool refused_by_callback(rclio_service *service, rclio_request *request)
{
    task_failure failure;
    if (!service->replier || !callback_failed(service->entity.node, &service->counters, service->what, &failure)) return false;
    if (request) refuse(service, &request->id, failure.status, task_failure_text(&failure));
    task_failure_fini(&failure);
    return true;
}

static void serve(rclio_request *request)
{
    rclio_service *service = request->service;
    serving frame = {.task = rclio_task_current(), .request = request};
    entity_ref(&service->entity); /* the callback may answer a deferred request and destroy the service */
    list_append(&service->serving, &frame.link);
    int64_t began_ns = clock_steady_ns();
    if (service->keeps_lock)
        service->on_request(request->message, request->response, service->arg);
    else
        USER_CODE(service->source.executor, service->on_request(request->message, request->response, service->arg));
    list_remove(&frame.link);
    count_callback(&service->counters, clock_steady_ns() - began_ns);
    trace_end(&service->entity, TRACE_CALLBACK, began_ns);
    bool refused = refused_by_callback(service, frame.request);
    if (frame.request) {
        if (!refused) answer(request);
        request_recycle(request);
    }
    entity_unref(&service->entity);
}

static void serve_task(void *arg)
{
    rclio_request *request = arg;
    rclio_service *service = request->service;
    EXECUTOR_GUARD(service->entity.executor);
    entity_ref(&service->entity);
    if (service->replier)
        serve(request);
    else
        request_free(request); /* destroyed since it was taken */
    service->inside--;
    if (service->replier) source_wake(&service->source);
    entity_unref(&service->entity);
}

/* Takes and decodes one; sets *taken (NULL after a failure). RCLIO_EMPTY: none there; any other failure: that one was dropped. */
static rclio_status take(rclio_service *service, rclio_request **taken)
{
    *taken = NULL;
    rclio_request *request = service->idle ? service->idle : request_new(service);
    service->idle = NULL;
    if (!request) return rclio_error_status();
    mw_sample sample;
    rclio_status status = service->ops->replier_take(service->replier, &sample, &request->id);
    if (status == RCLIO_OK) {
        count_one(&service->counters.received);
        trace *t = trace_of(&service->entity);
        if (t) trace_came(t, sample.source_timestamp_ns, sample.received_timestamp_ns);
        int64_t began_ns = trace_begin(&service->entity);
        status = service->open < service->maximum
                     ? rclio_decode(service->request_codec, sample.data, sample.size, sample.offset, request->message)
                     : rclio_fail(RCLIO_LIMIT, "%zu requests are being answered, the limit (maximum_requests)", service->maximum);
        trace_end(&service->entity, TRACE_DECODE, began_ns);
        service->ops->replier_return(service->replier, &sample);
        if (status != RCLIO_OK) drop_taken(service, &request->id);
    }
    if (status == RCLIO_OK) {
        introspection_tell(&service->introspection, REQUEST_RECEIVED, request->id.client_gid, request->id.sequence,
                           request->message);
        *taken = request;
        request->open = true;
        count_queue(&service->counters, ++service->open);
    } else {
        service->idle = request;
    }
    return status;
}

static void service_run(source *s)
{
    rclio_service *service = list_entry(s, rclio_service, source);
    service->ops->replier_flush(service->replier); /* SRV-6 */
    int batch = service->concurrency == 1 && executor_is_multi_threaded(s->executor) ? 1 : BATCH;
    for (int i = 0; i < batch; i++) {
        if (entity_is_silent(&service->entity)) return;
        if (service->inside >= service->concurrency) return; /* the end of one wakes the source */
        rclio_request *request;
        rclio_status status = take(service, &request);
        if (status == RCLIO_EMPTY || status == RCLIO_NO_MEMORY) return;
        if (!request) continue;
        if (service->concurrency == 1) {
            serve(request);
            if (!service->replier) return; /* destroyed by its own callback */
            continue;
        }
        service->inside++;
        rclio_task *task = task_new_in(s->executor, service->entity.strand, service->what, serve_task, request);
        if (!task) {
            service->inside--;
            drop_taken(service, &request->id);
            request_recycle(request);
        }
        rclio_task_unref(task);
    }
    source_wake(s);
}

static void service_released(source *s)
{
    entity_unref(&list_entry(s, rclio_service, source)->entity);
}

static void service_ready(void *arg)
{
    source_wake(&((rclio_service *)arg)->source);
}

static entity_facts service_facts(const entity *e)
{
    const rclio_service *service = (const rclio_service *)(const void *)e;
    return (entity_facts){"service", service->name, service->what, &service->counters};
}

static void service_free(entity *e)
{
    rclio_service *service = (rclio_service *)(void *)e;
    rclio_codec_destroy(service->request_codec);
    rclio_codec_destroy(service->response_codec);
    introspection_fini(&service->introspection);
    free(service->name);
    free(service->what);
    free(service);
}

static void service_destroy_entity(entity *e)
{
    rclio_service_destroy((rclio_service *)(void *)e);
}

static rclio_service *service_alloc(rclio_node *node, const rclio_type *type, const char *name)
{
    rclio_service *service = calloc(1, sizeof *service);
    if (!service) return rclio_fail_null(RCLIO_NO_MEMORY, "out of memory for the service '%s'", name);
    if (introspection_init(&service->introspection, node) != RCLIO_OK) {
        free(service);
        return NULL;
    }
    entity_init(&service->entity, node, service_destroy_entity, service_free);
    service->entity.facts = service_facts;
    list_init(&service->serving);
    service->ops = node->ops;
    service->type = type;
    service->request_type = type->parts[RCLIO_PART_REQUEST];
    service->response_type = type->parts[RCLIO_PART_RESPONSE];
    if ((service->name = rclio_node_resolve_service(node, name)) &&
        (service->what = copy_format("service '%s'", service->name)) &&
        (service->request_codec = rclio_codec_new(service->request_type)) &&
        (service->response_codec = rclio_codec_new(service->response_type)))
        return service;
    entity_unref(&service->entity);
    return NULL;
}

rclio_service *rclio_service_new(rclio_node *node, const rclio_type *type, const char *name, rclio_service_fn *on_request,
                                 void *arg, const rclio_service_options *options)
{
    static const rclio_service_options defaults;
    if (!node || !type) return NULL; /* the first error stands */
    if (!options) options = &defaults;
    if (!name || !on_request) return rclio_fail_null(RCLIO_INVALID, "a service needs a name and a callback");
    if (type->kind != RCLIO_SERVICE)
        return rclio_fail_null(RCLIO_INVALID, "no service '%s': '%s' is not a service type", name, type->name);
    rclio_qos qos = rclio_qos_resolve(options->qos, RCLIO_QOS_SERVICES); /* SRV-8 */
    if (rclio_qos_check(&qos) != RCLIO_OK) {
        rclio_error_add("no service '%s'", name);
        return NULL;
    }
    EXECUTOR_GUARD(group_executor(node, options->group));
    rclio_service *service = service_alloc(node, type, name);
    if (!service) return NULL;
    if (entity_join(&service->entity, options->group) != RCLIO_OK) {
        rclio_error_add("no service '%s'", service->name);
        entity_unref(&service->entity);
        return NULL;
    }
    service->on_request = on_request;
    service->arg = arg;
    service->maximum = options->maximum_requests ? options->maximum_requests : MAXIMUM_REQUESTS;
    service->concurrency = options->concurrency ? options->concurrency : entity_limit(&service->entity);
    entity_source(&service->entity, &service->source, service->what, service_run, service_released);
    service->replier = (options->can_wait ? node->ops->replier_promise : node->ops->replier_new)(
        node->mw, service->name, type, &qos, (mw_callback){service_ready, service});
    if (!service->replier) {
        rclio_error_add("no service '%s' (%s)", service->name, type->name);
        entity_unref(&service->entity);
        return NULL;
    }
    entity_ref(&service->entity); /* the source's, until service_released */
    entity_adopt(&service->entity);
    source_wake(&service->source); /* a request may have come before the replier was known here */
    return service;
}

void rclio_service_destroy(rclio_service *service)
{
    if (!service) return;
    EXECUTOR_GUARD(service->entity.executor);
    if (!service->replier) return;
    mw_replier *replier = service->replier;
    rclio_request *idle = service->idle;
    service->replier = NULL;
    service->idle = NULL;
    entity_orphan(&service->entity);
    introspection_close(&service->introspection);
    service->ops->replier_destroy(replier);
    request_free(idle);
    source_fini(&service->source);
    entity_unref(&service->entity);
}

void service_keep_lock(rclio_service *service)
{
    service->keeps_lock = true;
}

const char *rclio_service_name(const rclio_service *service)
{
    return service->name;
}

rclio_request *rclio_service_defer(rclio_service *service)
{
    if (!service) return rclio_fail_null(RCLIO_INVALID, "no service to defer a request of");
    EXECUTOR_GUARD(service->entity.executor);
    rclio_task *task = rclio_task_current();
    list_each(it, &service->serving) {
        serving *frame = list_entry(it, serving, link);
        if (frame->task != task || !frame->request) continue;
        rclio_request *request = frame->request;
        frame->request = NULL;
        return request;
    }
    return rclio_fail_null(RCLIO_BAD_STATE, "%s: no request to defer: call it once, in the service's callback", service->what);
}

const void *rclio_request_message(const rclio_request *request)
{
    return request->message;
}

void *request_take_message(rclio_request *request)
{
    void *message = request->message;
    request->message = NULL;
    return message;
}

rclio_status rclio_request_respond(rclio_request *request, const void *response)
{
    if (!request || !response) return rclio_fail(RCLIO_INVALID, "a response needs a request and a message");
    EXECUTOR_GUARD(request->service->entity.executor);
    rclio_status status = send_response(request, response);
    no_response_sent(request, status);
    request_free(request);
    return status;
}

rclio_status request_respond_bytes(rclio_request *request, const uint8_t *bytes, size_t size)
{
    rclio_service *service = request->service;
    mw_buffer *buffer = response_buffer(service, size);
    rclio_status status;
    if (buffer) {
        memcpy(buffer->data, bytes, size);
        status = service->ops->replier_send(service->replier, &request->id, buffer);
        if (status == RCLIO_OK)
            introspection_tell_bytes(&service->introspection, RESPONSE_SENT, request->id.client_gid, request->id.sequence,
                                     service->response_codec, bytes, size);
    } else {
        status = rclio_error_status();
    }
    request_free(request);
    return status;
}

void rclio_request_fail(rclio_request *request, rclio_status status, const char *why)
{
    if (!request) return;
    rclio_service *service = request->service;
    EXECUTOR_GUARD(service->entity.executor);
    if (service->replier) {
        count_one(&service->counters.failed);
        refuse(service, &request->id, status, why);
    }
    request_free(request);
}

void rclio_request_drop(rclio_request *request)
{
    rclio_request_fail(request, RCLIO_UNAVAILABLE, "the request was dropped without an answer");
}

void rclio_request_client(const rclio_request *request, uint8_t gid[RCLIO_GID_SIZE])
{
    memcpy(gid, request->id.client_gid, RCLIO_GID_SIZE);
}

rclio_status rclio_service_configure_introspection(rclio_service *service, rclio_introspection state, const rclio_qos *qos,
                                                   rclio_clock *clock)
{
    if (!service) return rclio_fail(RCLIO_INVALID, "no service to look into");
    EXECUTOR_GUARD(service->entity.executor);
    if (!service->replier) return rclio_fail(RCLIO_INVALID, "no service to look into: it is destroyed");
    return introspection_configure(&service->introspection, service->name, service->type, state, qos, clock);
}

bool rclio_request_client_is_gone(const rclio_request *request)
{
    const rclio_service *service = request->service;
    return !service->replier || service->ops->replier_client_is_gone(service->replier, &request->id);
}

rclio_status rclio_service_counters(const rclio_service *service, rclio_counters *into)
{
    return counters_read(service ? &service->counters : NULL, into);
}
