/* src/mw/cyclone/reader.c: topics, the reading side. Threads and rules: mw.h, cyclone.h, inbox.c. Tests: tests/mw/test_seam.c. */
#include "mw/cyclone/cyclone.h"

#include "base/error.h"
#include "mw/names.h"
#include "mw/user_data.h"

#include <stdlib.h>
#include <string.h>

typedef struct cyclone_reader {
    mw base;
    cyclone_node *node;
    const rclio_type *type;
    cyclone_endpoint endpoint;
    inbox inbox;
} cyclone_reader;

static cyclone_reader *of(const mw_reader *reader)
{
    return (cyclone_reader *)(void *)reader;
}

mw_reader *cyclone_reader_new(mw_node *node, const char *topic, const rclio_type *type, const rclio_qos *qos, bool ignore_local,
                              const uint8_t *client, mw_callback ready, mw_callback events)
{
    cyclone_node *n = (cyclone_node *)(void *)node;
    cyclone_reader *reader = calloc(1, sizeof *reader);
    char *dds_topic = names_mangle_topic(topic, qos->avoid_ros_namespace_conventions); /* NAM-1 */
    char *dds_type = names_mangle_type(type->name);                                    /* NAM-3 */
    char client_digits[USER_DATA_GID_SIZE];
    mw_reader *made = NULL;
    if (!reader) rclio_fail(RCLIO_NO_MEMORY, "no memory for a reader of '%s'", topic);
    if (!reader || !dds_topic || !dds_type) goto done;

    if (client) user_data_gid(client, client_digits);
    reader->base.ops = n->base.ops;
    reader->node = n;
    reader->type = type;
    inbox_init(&reader->inbox, qos);
    endpoint_options options = {.topic = dds_topic,
                                .type = dds_type,
                                .type_hash = type->hash,
                                .id_key = client ? USER_DATA_CLIENT : NULL,
                                .id = client_digits,
                                .qos = qos,
                                .ignore_local = ignore_local,
                                .ready = ready,
                                .events = events};
    if (endpoint_make(n->mw, &reader->endpoint, false, &options)) goto done;
    if (discovery_add_endpoints(n, NULL, reader->endpoint.gid)) goto done;
    made = (mw_reader *)(void *)reader;
    reader = NULL;
done:
    if (reader) endpoint_end(&reader->endpoint);
    free(reader);
    free(dds_topic);
    free(dds_type);
    return made;
}

void cyclone_reader_destroy(mw_reader *reader)
{
    if (!reader) return;
    discovery_remove_endpoints(of(reader)->node, NULL, of(reader)->endpoint.gid);
    endpoint_end(&of(reader)->endpoint);
    inbox_fini(&of(reader)->inbox);
    free(of(reader));
}

void cyclone_reader_accept_messages(mw_reader *reader)
{
    cyclone_reader *r = of(reader);
    mutex_lock(&r->endpoint.reading);
    r->inbox.accepts = r->type;
    mutex_unlock(&r->endpoint.reading);
}

rclio_status cyclone_reader_take(mw_reader *reader, mw_sample *sample)
{
    return inbox_take(&of(reader)->inbox, &of(reader)->endpoint, sample, NULL);
}

void cyclone_reader_return(mw_reader *reader, mw_sample *sample)
{
    (void)reader;
    inbox_return(sample);
}

void cyclone_reader_gid(const mw_reader *reader, uint8_t gid[RCLIO_GID_SIZE])
{
    memcpy(gid, of(reader)->endpoint.gid, RCLIO_GID_SIZE);
}

size_t cyclone_reader_matched(mw_reader *reader)
{
    return endpoint_matched(&of(reader)->endpoint);
}

uint32_t cyclone_reader_take_events(mw_reader *reader)
{
    return endpoint_take_events(&of(reader)->endpoint);
}

rclio_status cyclone_reader_status(mw_reader *reader, mw_event_kind kind, mw_status *status)
{
    return endpoint_status(&of(reader)->endpoint, kind, status);
}

void cyclone_reader_qos(const mw_reader *reader, rclio_qos *qos)
{
    dds_qos_t *dds = dds_create_qos();
    dds_get_qos(of(reader)->endpoint.entity, dds);
    qos_from_dds(dds, false, qos);
    dds_delete_qos(dds);
}
