/* src/mw/split/replier.c: a replier of the library behind the seam; or Cyclone's (SP3); or one that is promised (SP6), which nobody can
 * have sent a request to. Rules and threads: split.h.
 * Tests: the suite of the seam, tests/mw/test_promises.c. */
#include "mw/split/split.h"

#include "base/error.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#define PLACE_WRITER 0x43 /* DIS-19: kinds of entity that no vendor uses */
#define PLACE_READER 0x44

static split_replier *of(mw_replier *replier)
{
    return (split_replier *)(void *)replier;
}

static split *split_of(const split_replier *r)
{
    return r->node->mw->services;
}

static bool is_made(const split_replier *r)
{
    return atomic_load_explicit(&r->state, memory_order_acquire) == REPLIER_MADE;
}

static void replier_free(split_replier *r)
{
    split_names_fini(&r->names);
    free(r->service);
    free(r);
}

static split_replier *replier_alloc(mw_node *node, const char *service, const rclio_type *type, const rclio_qos *qos,
                                    mw_callback ready)
{
    if (type->kind != RCLIO_SERVICE)
        return rclio_fail_null(RCLIO_INVALID, "no service '%s': %s is no service", service, type->name);
    split_replier *r = calloc(1, sizeof *r);
    if (!r) return rclio_fail_null(RCLIO_NO_MEMORY, "no memory for service '%s'", service);
    list_init(&r->link);
    r->node = (cyclone_node *)(void *)node;
    r->base.ops = r->node->base.ops;
    r->type = type;
    r->qos = *qos;
    r->ready = ready;
    if ((r->service = copy_string(service))) return r;
    free(r);
    return NULL;
}

static rclio_status make_names(split_replier *r)
{
    if (r->names.service.service) return RCLIO_OK;
    rclio_status status = split_names_make(&r->names, r->node, r->service, r->type, &r->qos, true);
    r->names.service.ready = r->names.service.changed = r->ready; /* as the seam has it: a client may have gone */
    return status;
}

/* ---- promising ---- */

/* DIS-19 */
static void place_gid(const cyclone_mw *m, unsigned number, uint8_t kind, uint8_t gid[RCLIO_GID_SIZE])
{
    const uint8_t entity[4] = {(uint8_t)(0x80 | number >> 16), (uint8_t)(number >> 8), (uint8_t)number,
                               kind}; /* sorts behind topics */
    memcpy(gid, m->gid, GRAPH_PARTICIPANT_PREFIX);
    memcpy(gid + GRAPH_PARTICIPANT_PREFIX, entity, sizeof entity);
}

static rclio_status take_place(split_replier *r)
{
    split *s = split_of(r);
    rclio_status status = make_names(r);
    if (status) return status;
    mutex_lock(&s->waiting);
    unsigned number = ++s->last_place;
    mutex_unlock(&s->waiting);
    place_gid(r->node->mw, number, PLACE_WRITER, r->writer);
    place_gid(r->node->mw, number, PLACE_READER, r->reader);
    status = split_announce(r->node, &r->names.service, r->type, &r->qos, true, r->writer, r->reader); /* PR1 */
    r->has_place = !status;
    return status;
}

static rclio_status give_place_to(split_replier *r, const uint8_t writer[RCLIO_GID_SIZE], const uint8_t reader[RCLIO_GID_SIZE])
{
    rclio_status status = discovery_rename_endpoint(r->node, r->writer, writer);
    if (!status) status = discovery_rename_endpoint(r->node, r->reader, reader);
    if (status) split_withdraw(r->node, writer, reader);
    return status;
}

/* ---- making ---- */

static rclio_status make_of_library(split_replier *r, split *s)
{
    char why[RTPS_WHY_SIZE] = "";
    uint8_t writer[RCLIO_GID_SIZE], reader[RCLIO_GID_SIZE];
    rclio_status status = make_names(r);
    if (status) return status;
    r->ops = s->ops;
    if (!(r->rtps = s->ops->replier_new(s->rtps, &r->names.service, why)))
        return rclio_fail(RCLIO_SYSTEM, "%s: %s", s->ops->middleware, why);
    r->ops->replier_gids(r->rtps, writer, reader);
    status = r->has_place ? give_place_to(r, writer, reader)
                          : split_announce(r->node, &r->names.service, r->type, &r->qos, true, writer, reader); /* SP4 */
    if (status) {
        r->ops->replier_destroy(r->rtps);
        r->rtps = NULL;
        return status;
    }
    memcpy(r->writer, writer, sizeof writer);
    memcpy(r->reader, reader, sizeof reader);
    r->has_place = false;
    return RCLIO_OK;
}

rclio_status split_replier_make(split_replier *r, split *s)
{
    rclio_status status = RCLIO_OK;
    if (s->rtps)
        status = make_of_library(r, s);
    else if (!(r->cyclone = cyclone_replier_new((mw_node *)(void *)r->node, r->service, r->type, &r->qos, r->ready)))
        status = rclio_error_status();
    if (r->has_place) split_withdraw(r->node, r->writer, r->reader);
    r->has_place = false;
    atomic_store_explicit(&r->state, status ? REPLIER_FAILED : REPLIER_MADE, memory_order_release);
    return status;
}

mw_replier *split_replier_new(mw_node *node, const char *service, const rclio_type *type, const rclio_qos *qos, mw_callback ready)
{
    split_replier *r = replier_alloc(node, service, type, qos, ready);
    if (!r) return NULL;
    split_ready(split_of(r), r->node->mw);
    if (split_replier_make(r, split_of(r)) == RCLIO_OK) return (mw_replier *)(void *)r;
    replier_free(r);
    return NULL;
}

mw_replier *split_replier_promise(mw_node *node, const char *service, const rclio_type *type, const rclio_qos *qos,
                                  mw_callback ready)
{
    split_replier *r = replier_alloc(node, service, type, qos, ready);
    if (!r) return NULL;
    split *s = split_of(r);
    if (promises_are_allowed(s)) {
        if (take_place(r)) goto failed;
        if (promise_add(s, r)) return (mw_replier *)(void *)r;
    }
    bool had_place = r->has_place; /* somebody came meanwhile */
    split_ready(s, r->node->mw);
    if (split_replier_make(r, s)) goto failed;
    if (!had_place || discovery_publish(r->node->mw) == RCLIO_OK) return (mw_replier *)(void *)r;
    split_replier_destroy((mw_replier *)(void *)r);
    return NULL;
failed:
    replier_free(r);
    return NULL;
}

void split_replier_destroy(mw_replier *replier)
{
    split_replier *r = of(replier);
    if (!r) return;
    promise_forget(split_of(r), r);
    cyclone_replier_destroy(r->cyclone);
    if (r->rtps || r->has_place) split_withdraw(r->node, r->writer, r->reader);
    if (r->rtps) r->ops->replier_destroy(r->rtps);
    replier_free(r);
}

rclio_status split_replier_take(mw_replier *replier, mw_sample *sample, mw_request_id *id)
{
    split_replier *r = of(replier);
    if (!is_made(r)) return RCLIO_EMPTY;
    return r->cyclone ? cyclone_replier_take(r->cyclone, sample, id) : r->ops->replier_take(r->rtps, sample, id);
}

void split_replier_return(mw_replier *replier, mw_sample *sample)
{
    split_replier *r = of(replier);
    if (r->cyclone)
        cyclone_replier_return(r->cyclone, sample);
    else
        r->ops->sample_return(sample);
}

mw_buffer *split_replier_buffer(mw_replier *replier, size_t size)
{
    split_replier *r = of(replier);
    if (!is_made(r)) return rclio_fail_null(RCLIO_UNAVAILABLE, "service '%s' has no client", r->service);
    if (r->cyclone) return cyclone_replier_buffer(r->cyclone, size);
    mw_buffer *buffer = r->ops->buffer_new(size);
    if (!buffer) return rclio_fail_null(RCLIO_NO_MEMORY, "no memory for a message of %zu bytes", size);
    buffer->discard = r->ops->buffer_discard;
    return buffer;
}

rclio_status split_replier_send(mw_replier *replier, const mw_request_id *id, mw_buffer *buffer)
{
    char why[RTPS_WHY_SIZE] = "";
    split_replier *r = of(replier);
    if (r->cyclone) return cyclone_replier_send(r->cyclone, id, buffer);
    batching_before(&r->node->mw->batching, NULL); /* BA3 */
    rclio_status status = r->ops->replier_send(r->rtps, id, buffer, why);
    return status ? rclio_fail(status, "%s", why) : RCLIO_OK;
}

/* The library sends what it holds by itself. */
void split_replier_flush(mw_replier *replier)
{
    split_replier *r = of(replier);
    if (is_made(r) && r->cyclone) cyclone_replier_flush(r->cyclone);
}

rclio_status split_replier_refuse(mw_replier *replier, const mw_request_id *id, rclio_status status, const char *words)
{
    split_replier *r = of(replier);
    if (!is_made(r)) return rclio_fail(RCLIO_UNAVAILABLE, "service '%s' has no client", r->service);
    if (r->cyclone) return cyclone_replier_refuse(r->cyclone, id, status, words);
    batching_before(&r->node->mw->batching, NULL); /* BA3 */
    rclio_status sent = r->ops->replier_refuse(r->rtps, id, status, words);
    return sent ? rclio_fail(sent, "the client does not understand an error, or has gone") : RCLIO_OK;
}

bool split_replier_client_is_gone(mw_replier *replier, const mw_request_id *id)
{
    split_replier *r = of(replier);
    if (!is_made(r)) return true;
    return r->cyclone ? cyclone_replier_client_is_gone(r->cyclone, id) : r->ops->replier_client_is_gone(r->rtps, id);
}
