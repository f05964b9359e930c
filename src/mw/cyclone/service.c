/* src/mw/cyclone/service.c: what requester and replier share: how both endpoints are made, and the id between header and message
 * (SRV-1, SRV-2).
 * Threads: any; no state. Tests: tests/mw/test_seam.c. */
#include "mw/cyclone/cyclone.h"

#include "mw/names.h"

#include <stdlib.h>
#include <string.h>

/* In this dialect every reply goes to every client, and KEEP_LAST evicts what is not acknowledged yet: at the profile's depth of 10
 * (SRV-8) answers are lost when twenty calls end at once. Depth is no matter of matching (QOS-5), so both sides keep more. */
#define SERVICE_DEPTH_MIN 1000

size_t service_depth(const rclio_qos *qos)
{
    if (qos->history == RCLIO_KEEP_ALL) return SIZE_MAX;
    return qos->depth < SERVICE_DEPTH_MIN ? SERVICE_DEPTH_MIN : qos->depth;
}

static rclio_qos service_qos(const rclio_qos *qos)
{
    rclio_qos deeper = *qos;
    if (deeper.history == RCLIO_KEEP_ALL) return deeper;
    deeper.history = RCLIO_KEEP_LAST;
    deeper.depth = service_depth(qos);
    return deeper;
}

rclio_status service_make_endpoints(cyclone_node *node, const service_side *side, cyclone_endpoint *writer,
                                    cyclone_endpoint *reader)
{
    rclio_part sent = side->is_server ? RCLIO_PART_RESPONSE : RCLIO_PART_REQUEST;
    rclio_part taken = side->is_server ? RCLIO_PART_REQUEST : RCLIO_PART_RESPONSE;
    const rclio_type *written = side->type->parts[sent], *read = side->type->parts[taken];
    rclio_qos qos = service_qos(side->qos);
    char id[USER_DATA_ID_SIZE];
    rclio_status status = RCLIO_NO_MEMORY;
    char *requests = names_mangle_request(side->service), *replies = names_mangle_reply(side->service); /* NAM-1 */
    char *written_type = names_mangle_type(written->name), *read_type = names_mangle_type(read->name);
    if (!requests || !replies || !written_type || !read_type) goto done;

    cyclone_next_id(node->mw, id);
    endpoint_options options = {.topic = side->is_server ? replies : requests,
                                .type = written_type,
                                .type_hash = written->hash,
                                .id_key = side->is_server ? "serviceid" : "clientid",
                                .id = id,
                                .qos = &qos,
                                .events = side->events};
    if ((status = endpoint_make(node->mw, writer, true, &options))) goto done; /* SRV-7 */
    options.topic = side->is_server ? requests : replies;
    options.type = read_type;
    options.type_hash = read->hash;
    options.ready = side->ready;
    if ((status = endpoint_make(node->mw, reader, false, &options))) goto done;
    status = discovery_add_endpoints(node, writer->gid, reader->gid); /* DIS-6 */
done:
    free(requests);
    free(replies);
    free(written_type);
    free(read_type);
    return status;
}

static uint64_t read_number(const uint8_t *bytes, bool big_endian)
{
    uint64_t value = 0;
    for (int i = 0; i < 8; i++) value |= (uint64_t)bytes[i] << (big_endian ? 56 - 8 * i : 8 * i);
    return value;
}

static void write_number(uint8_t *bytes, uint64_t value)
{
    for (int i = 0; i < 8; i++) bytes[i] = (uint8_t)(value >> (8 * i));
}

void service_id_write(const service_id *id, uint8_t bytes[SERVICE_ID_SIZE])
{
    write_number(bytes, id->client);
    write_number(bytes + 8, (uint64_t)id->sequence);
}

bool service_id_read(const mw_sample *sample, service_id *id)
{
    if (sample->size < 4 + SERVICE_ID_SIZE || sample->data[0] != 0 || sample->data[1] > 1) return false;
    bool big_endian = sample->data[1] == 0;
    id->client = read_number(sample->data + 4, big_endian);
    id->sequence = (int64_t)read_number(sample->data + 12, big_endian);
    return true;
}

static const uint8_t refusal_header[4] = {0xc0, 0x72}; /* SRV-11 */

void service_refusal_write(rclio_status status, uint8_t bytes[SERVICE_REFUSAL_SIZE])
{
    memcpy(bytes, refusal_header, sizeof refusal_header);
    for (int i = 0; i < 4; i++) bytes[4 + i] = (uint8_t)((uint32_t)status >> (8 * i));
}

bool service_refusal_read(mw_sample *sample, service_id *id)
{
    const size_t before_text = SERVICE_REFUSAL_SIZE + SERVICE_ID_SIZE;
    if (sample->size < before_text || memcmp(sample->data, refusal_header, sizeof refusal_header) != 0) return false;
    id->client = read_number(sample->data + 4, false);
    id->sequence = (int64_t)read_number(sample->data + 12, false);
    uint32_t status = 0;
    for (int i = 0; i < 4; i++) status |= (uint32_t)sample->data[4 + SERVICE_ID_SIZE + i] << (8 * i);
    sample->failure = status > RCLIO_OK && status <= RCLIO_SYSTEM ? (rclio_status)status : RCLIO_SYSTEM;
    sample->data += before_text;
    sample->size = strnlen((const char *)sample->data, sample->size - before_text); /* Cyclone pads with zeros */
    return true;
}

/* GID-2 */
bool service_peer_is_foreign(const uint8_t *gid)
{
    return gid[0] == 0x01 && gid[1] == 0x0f;
}

/* DIS-3: "" when it has none; NULL with the error set when memory is short. */
char *service_peer_id(const dds_builtintopic_endpoint_t *peer, const char *key)
{
    void *data = NULL;
    size_t size = 0;
    if (peer->qos) dds_qget_userdata(peer->qos, &data, &size);
    char *id = user_data_copy(data, size, key);
    dds_free(data);
    return id;
}
