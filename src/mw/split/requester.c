/* src/mw/split/requester.c: a requester of the library behind the seam; or Cyclone's (SP3). Rules and threads: split.h.
 * Tests: the suite of the seam, tests/mw/test_split.c. */
#include "mw/split/split.h"

#include "base/error.h"

#include <stdlib.h>
#include <string.h>

typedef struct split_requester {
    mw base;
    cyclone_node *node;
    const rtps_ops *ops;
    mw_requester *cyclone; /* SP3; else */
    rtps_requester *rtps;
    uint8_t writer[RCLIO_GID_SIZE], reader[RCLIO_GID_SIZE];
} split_requester;

static split_requester *of(const mw_requester *requester)
{
    return (split_requester *)(void *)requester;
}

static rclio_status make(split_requester *r, split *s, const char *service, const rclio_type *type, const rclio_qos *qos,
                         mw_callback ready, mw_callback changed)
{
    char why[RTPS_WHY_SIZE] = "";
    split_names names;
    rclio_status status = split_names_make(&names, r->node, service, type, qos, false);
    names.service.ready = ready;
    names.service.changed = changed;
    r->ops = s->ops;
    if (!status && !(r->rtps = s->ops->requester_new(s->rtps, &names.service, why)))
        status = rclio_fail(RCLIO_SYSTEM, "%s: %s", s->ops->middleware, why);
    if (r->rtps) {
        r->ops->requester_gids(r->rtps, r->writer, r->reader);
        status = split_announce(r->node, &names.service, type, qos, false, r->writer, r->reader); /* SP4 */
        if (status) r->ops->requester_destroy(r->rtps);
    }
    split_names_fini(&names);
    return status;
}

mw_requester *split_requester_new(mw_node *node, const char *service, const rclio_type *type, const rclio_qos *qos,
                                  mw_callback ready, mw_callback changed)
{
    if (type->kind != RCLIO_SERVICE)
        return rclio_fail_null(RCLIO_INVALID, "no client of '%s': %s is no service", service, type->name);
    split_requester *r = calloc(1, sizeof *r);
    if (!r) return rclio_fail_null(RCLIO_NO_MEMORY, "no memory for a client of '%s'", service);
    r->node = (cyclone_node *)(void *)node;
    r->base.ops = r->node->base.ops;
    split *s = r->node->mw->services;
    rclio_status status = RCLIO_OK;
    if (split_ready(s, r->node->mw))
        status = make(r, s, service, type, qos, ready, changed);
    else if (!(r->cyclone = cyclone_requester_new(node, service, type, qos, ready, changed)))
        status = rclio_error_status();
    if (!status) return (mw_requester *)(void *)r;
    free(r);
    return NULL;
}

void split_requester_destroy(mw_requester *requester)
{
    split_requester *r = of(requester);
    if (!r) return;
    cyclone_requester_destroy(r->cyclone);
    if (r->rtps) {
        split_withdraw(r->node, r->writer, r->reader);
        r->ops->requester_destroy(r->rtps);
    }
    free(r);
}

mw_buffer *split_requester_buffer(mw_requester *requester, size_t size)
{
    split_requester *r = of(requester);
    if (r->cyclone) return cyclone_requester_buffer(r->cyclone, size);
    mw_buffer *buffer = r->ops->buffer_new(size);
    if (!buffer) return rclio_fail_null(RCLIO_NO_MEMORY, "no memory for a message of %zu bytes", size);
    buffer->discard = r->ops->buffer_discard;
    return buffer;
}

rclio_status split_requester_send(mw_requester *requester, mw_buffer *buffer, int64_t *sequence)
{
    char why[RTPS_WHY_SIZE] = "";
    split_requester *r = of(requester);
    if (r->cyclone) return cyclone_requester_send(r->cyclone, buffer, sequence);
    batching_before(&r->node->mw->batching, NULL); /* BA3 */
    rclio_status status = r->ops->requester_send(r->rtps, buffer, sequence, why);
    return status ? rclio_fail(status, "%s", why) : RCLIO_OK;
}

rclio_status split_requester_take(mw_requester *requester, mw_sample *sample, int64_t *sequence)
{
    split_requester *r = of(requester);
    return r->cyclone ? cyclone_requester_take(r->cyclone, sample, sequence) : r->ops->requester_take(r->rtps, sample, sequence);
}

void split_requester_return(mw_requester *requester, mw_sample *sample)
{
    split_requester *r = of(requester);
    if (r->cyclone)
        cyclone_requester_return(r->cyclone, sample);
    else
        r->ops->sample_return(sample);
}

void split_requester_server_range(mw_requester *requester, uint64_t *oldest, uint64_t *newest)
{
    split_requester *r = of(requester);
    if (r->cyclone)
        cyclone_requester_server_range(r->cyclone, oldest, newest);
    else
        r->ops->requester_server_range(r->rtps, oldest, newest);
}

bool split_requester_is_available(mw_requester *requester)
{
    uint64_t oldest, newest;
    split_requester_server_range(requester, &oldest, &newest);
    return oldest > 0;
}

void split_requester_gid(const mw_requester *requester, uint8_t gid[RCLIO_GID_SIZE])
{
    split_requester *r = of(requester);
    if (r->cyclone)
        cyclone_requester_gid(r->cyclone, gid);
    else
        memcpy(gid, r->writer, RCLIO_GID_SIZE);
}
