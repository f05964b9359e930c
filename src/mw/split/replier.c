/* src/mw/split/replier.c: a replier of the library behind the seam; or Cyclone's (SP3). Rules and threads: split.h.
 * Tests: the suite of the seam, tests/mw/test_split.c. */
#include "mw/split/split.h"

#include "base/error.h"

#include <stdlib.h>

typedef struct split_replier {
    mw base;
    cyclone_node *node;
    const rtps_ops *ops;
    mw_replier *cyclone; /* SP3; else */
    rtps_replier *rtps;
    uint8_t writer[RCLIO_GID_SIZE], reader[RCLIO_GID_SIZE];
} split_replier;

static split_replier *of(mw_replier *replier)
{
    return (split_replier *)(void *)replier;
}

static rclio_status make(split_replier *r, split *s, const char *service, const rclio_type *type, const rclio_qos *qos,
                         mw_callback ready)
{
    char why[RTPS_WHY_SIZE] = "";
    split_names names;
    rclio_status status = split_names_make(&names, r->node, service, type, qos, true);
    names.service.ready = names.service.changed = ready; /* as the seam has it: a client may have gone */
    r->ops = s->ops;
    if (!status && !(r->rtps = s->ops->replier_new(s->rtps, &names.service, why)))
        status = rclio_fail(RCLIO_SYSTEM, "%s: %s", s->ops->middleware, why);
    if (r->rtps) {
        r->ops->replier_gids(r->rtps, r->writer, r->reader);
        status = split_announce(r->node, &names.service, type, qos, true, r->writer, r->reader); /* SP4 */
        if (status) r->ops->replier_destroy(r->rtps);
    }
    split_names_fini(&names);
    return status;
}

mw_replier *split_replier_new(mw_node *node, const char *service, const rclio_type *type, const rclio_qos *qos, mw_callback ready)
{
    if (type->kind != RCLIO_SERVICE)
        return rclio_fail_null(RCLIO_INVALID, "no service '%s': %s is no service", service, type->name);
    split_replier *r = calloc(1, sizeof *r);
    if (!r) return rclio_fail_null(RCLIO_NO_MEMORY, "no memory for service '%s'", service);
    r->node = (cyclone_node *)(void *)node;
    r->base.ops = r->node->base.ops;
    split *s = r->node->mw->services;
    rclio_status status = RCLIO_OK;
    if (split_ready(s, r->node->mw))
        status = make(r, s, service, type, qos, ready);
    else if (!(r->cyclone = cyclone_replier_new(node, service, type, qos, ready)))
        status = rclio_error_status();
    if (!status) return (mw_replier *)(void *)r;
    free(r);
    return NULL;
}

void split_replier_destroy(mw_replier *replier)
{
    split_replier *r = of(replier);
    if (!r) return;
    cyclone_replier_destroy(r->cyclone);
    if (r->rtps) {
        split_withdraw(r->node, r->writer, r->reader);
        r->ops->replier_destroy(r->rtps);
    }
    free(r);
}

rclio_status split_replier_take(mw_replier *replier, mw_sample *sample, mw_request_id *id)
{
    split_replier *r = of(replier);
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
    rclio_status status = r->ops->replier_send(r->rtps, id, buffer, why);
    return status ? rclio_fail(status, "%s", why) : RCLIO_OK;
}

/* The library sends what it holds by itself. */
void split_replier_flush(mw_replier *replier)
{
    if (of(replier)->cyclone) cyclone_replier_flush(of(replier)->cyclone);
}

rclio_status split_replier_refuse(mw_replier *replier, const mw_request_id *id, rclio_status status, const char *words)
{
    split_replier *r = of(replier);
    if (r->cyclone) return cyclone_replier_refuse(r->cyclone, id, status, words);
    rclio_status sent = r->ops->replier_refuse(r->rtps, id, status, words);
    return sent ? rclio_fail(sent, "the client does not understand an error, or has gone") : RCLIO_OK;
}

bool split_replier_client_is_gone(mw_replier *replier, const mw_request_id *id)
{
    split_replier *r = of(replier);
    return r->cyclone ? cyclone_replier_client_is_gone(r->cyclone, id) : r->ops->replier_client_is_gone(r->rtps, id);
}
