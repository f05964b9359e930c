/* src/mw/cyclone/inbox.c: samples taken from Cyclone, and who wrote them.
 *
 *   IB1  With KEEP_ALL samples are taken INBOX_BATCH at a time, which is what the rate of small messages hangs on. With KEEP_LAST they
 *        are taken one by one: a sample in the inbox could not be replaced by a newer one, and depth means what it says.
 * Threads: the endpoint's `reading` serialises. Tests: tests/mw/test_seam.c. */
#include "mw/cyclone/cyclone.h"

#include "base/clock.h"
#include "base/error.h"

#include <string.h>

void inbox_init(inbox *in, const rclio_qos *qos)
{
    *in = (inbox){.batch = qos->history == RCLIO_KEEP_ALL ? INBOX_BATCH : 1}; /* IB1 */
}

void inbox_fini(inbox *in)
{
    while (in->next < in->count) serdata_unref((serdata *)(void *)in->taken[in->next++]);
}

/* Zeros when the writer has gone before it was ever asked for. */
static void find_writer(inbox *in, dds_entity_t reader, dds_instance_handle_t handle, uint8_t gid[RCLIO_GID_SIZE])
{
    size_t at = in->last_writer;
    if (in->writers[at].handle != handle)
        for (at = 0; at < INBOX_WRITERS && in->writers[at].handle != handle; at++)
            ;
    if (at == INBOX_WRITERS) {
        memset(gid, 0, RCLIO_GID_SIZE);
        dds_builtintopic_endpoint_t *writer = dds_get_matched_publication_data(reader, handle);
        if (!writer) return;
        at = in->next_writer++ % INBOX_WRITERS;
        in->writers[at].handle = handle;
        memcpy(in->writers[at].gid, writer->key.v, RCLIO_GID_SIZE);
        dds_builtintopic_free_endpoint(writer);
    }
    in->last_writer = at;
    memcpy(gid, in->writers[at].gid, RCLIO_GID_SIZE);
}

static dds_return_t refill(inbox *in, cyclone_endpoint *endpoint)
{
    dds_return_t count = dds_takecdr(endpoint->entity, in->taken, in->batch, in->infos, DDS_ANY_STATE);
    in->next = 0;
    in->count = count > 0 ? (size_t)count : 0;
    return count;
}

rclio_status inbox_take(inbox *in, cyclone_endpoint *endpoint, mw_sample *sample, dds_instance_handle_t *writer)
{
    rclio_status status = RCLIO_EMPTY;
    mutex_lock(&endpoint->reading);
    while (status == RCLIO_EMPTY) {
        if (in->next == in->count) {
            dds_return_t count = refill(in, endpoint);
            if (count == 0 || count == DDS_RETCODE_NO_DATA) break;
            if (count < 0) {
                status = cyclone_fail(count, "nothing taken from", endpoint->name);
                break;
            }
        }
        const dds_sample_info_t *info = &in->infos[in->next];
        serdata *data = (serdata *)(void *)in->taken[in->next++];
        if (!info->valid_data) { /* QOS-4 */
            serdata_unref(data);
            continue;
        }
        bool by_reference = data->message && in->accepts && local_message_fits(data->message, in->accepts);
        *sample = (mw_sample){.data = by_reference ? NULL : serdata_bytes(data),
                              .message = by_reference ? data->message : NULL,
                              .size = data->size,
                              .source_timestamp_ns = info->source_timestamp,
                              .received_timestamp_ns = clock_system_ns(),
                              .handle = data};
        find_writer(in, endpoint->entity, info->publication_handle, sample->publisher_gid);
        if (writer) *writer = info->publication_handle;
        status = RCLIO_OK;
    }
    mutex_unlock(&endpoint->reading);
    return status;
}

void inbox_return(mw_sample *sample)
{
    serdata_unref(sample->handle);
    *sample = (mw_sample){0};
}
