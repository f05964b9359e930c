/* bench/raw_cyclone.c: see raw.h. The least that Cyclone's C API needs to carry opaque CDR. */
#include "raw.h"

#include <dds/dds.h>
#include <dds/ddsi/ddsi_serdata.h>
#include <dds/ddsi/ddsi_sertype.h>
#include <dds/ddsi/q_radmin.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct raw_writer {
    dds_entity_t entity;
    const struct ddsi_sertype *type;
};
struct raw_reader {
    dds_entity_t entity;
    int event_fd;
};
struct raw_data {
    struct ddsi_serdata base;
    size_t size;
    unsigned char bytes[];
};

static dds_entity_t participant;

static void check(dds_return_t code, const char *what)
{
    if (code >= 0) return;
    fprintf(stderr, "raw Cyclone: %s: %s\n", what, dds_strretcode(code));
    exit(1);
}

static struct raw_data *data_new(const struct ddsi_sertype *type, enum ddsi_serdata_kind kind, size_t size)
{
    struct raw_data *data = malloc(sizeof *data + ((size + 3) & ~(size_t)3));
    if (!data) abort();
    ddsi_serdata_init(&data->base, type, kind);
    data->size = size;
    return data;
}

static const struct raw_data *data_of(const struct ddsi_serdata *data)
{
    return (const struct raw_data *)data;
}

static bool data_equal_key(const struct ddsi_serdata *a, const struct ddsi_serdata *b)
{
    (void)a, (void)b;
    return true;
}

static uint32_t data_size(const struct ddsi_serdata *data)
{
    return (uint32_t)data_of(data)->size;
}

static struct ddsi_serdata *data_from_fragments(const struct ddsi_sertype *type, enum ddsi_serdata_kind kind,
                                                const struct nn_rdata *fragment, size_t size)
{
    struct raw_data *data = data_new(type, kind, size);
    uint32_t offset = 0;
    for (; fragment; fragment = fragment->nextfrag) {
        if (fragment->maxp1 <= offset) continue;
        const unsigned char *payload = NN_RMSG_PAYLOADOFF(fragment->rmsg, NN_RDATA_PAYLOAD_OFF(fragment));
        memcpy(data->bytes + offset, payload + offset - fragment->min, fragment->maxp1 - offset);
        offset = fragment->maxp1;
    }
    return &data->base;
}

static struct ddsi_serdata *data_from_key(const struct ddsi_sertype *type, const struct ddsi_keyhash *key)
{
    (void)key;
    return &data_new(type, SDK_KEY, 0)->base;
}

static void data_copy_out(const struct ddsi_serdata *data, size_t offset, size_t size, void *target)
{
    memcpy(target, data_of(data)->bytes + offset, size);
}

static struct ddsi_serdata *data_lend(const struct ddsi_serdata *data, size_t offset, size_t size, ddsrt_iovec_t *target)
{
    target->iov_base = (void *)(data_of(data)->bytes + offset);
    target->iov_len = size;
    return ddsi_serdata_ref(data);
}

static void data_return(struct ddsi_serdata *data, const ddsrt_iovec_t *lent)
{
    (void)lent;
    ddsi_serdata_unref(data);
}

static struct ddsi_serdata *data_untyped(const struct ddsi_serdata *data)
{
    struct raw_data *untyped = data_new(data->type, SDK_KEY, 0);
    untyped->base.type = NULL;
    return &untyped->base;
}

static void data_free(struct ddsi_serdata *data)
{
    free(data);
}

static void data_key_hash(const struct ddsi_serdata *data, struct ddsi_keyhash *hash, bool force_md5)
{
    (void)data, (void)force_md5;
    memset(hash, 0, sizeof *hash);
}

static const struct ddsi_serdata_ops data_operations = {
    .eqkey = data_equal_key,
    .get_size = data_size,
    .from_ser = data_from_fragments,
    .from_keyhash = data_from_key,
    .to_ser = data_copy_out,
    .to_ser_ref = data_lend,
    .to_ser_unref = data_return,
    .to_untyped = data_untyped,
    .free = data_free,
    .get_keyhash = data_key_hash,
};

static void type_free(struct ddsi_sertype *type)
{
    ddsi_sertype_fini(type);
    free(type);
}

static bool type_equal(const struct ddsi_sertype *a, const struct ddsi_sertype *b)
{
    (void)a, (void)b;
    return true;
}

static uint32_t type_hash(const struct ddsi_sertype *type)
{
    (void)type;
    return 0;
}

static const struct ddsi_sertype_ops type_operations = {
    .version = ddsi_sertype_v0, .free = type_free, .equal = type_equal, .hash = type_hash};

static void cyclone_open(uint32_t domain)
{
    participant = dds_create_participant(domain, NULL, NULL);
    check(participant, "participant");
}

static void cyclone_close(void)
{
    dds_delete(participant);
}

static dds_entity_t make_topic(const char *name, const struct ddsi_sertype **made)
{
    struct ddsi_sertype *type = calloc(1, sizeof *type);
    if (!type) abort();
    ddsi_sertype_init(type, "bench::msg::dds_::Opaque_", &type_operations, &data_operations, true);
    type->allowed_data_representation = DDS_DATA_REPRESENTATION_FLAG_XCDR1;
    dds_entity_t topic = dds_create_topic_sertype(participant, name, &type, NULL, NULL, NULL);
    check(topic, "topic");
    *made = type;
    return topic;
}

static dds_qos_t *make_qos(bool keep_all)
{
    dds_qos_t *qos = dds_create_qos();
    dds_qset_reliability(qos, DDS_RELIABILITY_RELIABLE, DDS_INFINITY);
    dds_qset_history(qos, keep_all ? DDS_HISTORY_KEEP_ALL : DDS_HISTORY_KEEP_LAST, keep_all ? 0 : 10);
    return qos;
}

static raw_writer *cyclone_writer_new(const char *name, bool keep_all)
{
    raw_writer *writer = calloc(1, sizeof *writer);
    if (!writer) abort();
    dds_entity_t topic = make_topic(name, &writer->type);
    dds_qos_t *qos = make_qos(keep_all);
    writer->entity = dds_create_writer(participant, topic, qos, NULL);
    check(writer->entity, "writer");
    dds_delete_qos(qos);
    return writer;
}

static void data_available(dds_entity_t entity, void *arg)
{
    const raw_reader *reader = arg;
    uint64_t one = 1;
    (void)entity;
    if (write(reader->event_fd, &one, sizeof one) < 0) return;
}

static raw_reader *cyclone_reader_new(const char *name, bool keep_all, int event_fd)
{
    raw_reader *reader = calloc(1, sizeof *reader);
    const struct ddsi_sertype *type;
    if (!reader) abort();
    reader->event_fd = event_fd;
    dds_entity_t topic = make_topic(name, &type);
    dds_qos_t *qos = make_qos(keep_all);
    dds_listener_t *listener = dds_create_listener(reader);
    dds_lset_data_available(listener, data_available);
    reader->entity = dds_create_reader(participant, topic, qos, listener);
    check(reader->entity, "reader");
    dds_delete_listener(listener);
    dds_delete_qos(qos);
    return reader;
}

static bool cyclone_write(raw_writer *writer, const void *bytes, size_t size)
{
    struct raw_data *data = data_new(writer->type, SDK_DATA, size);
    memcpy(data->bytes, bytes, size);
    return dds_writecdr(writer->entity, &data->base) == DDS_RETCODE_OK;
}

static ptrdiff_t cyclone_take(raw_reader *reader, void *bytes, size_t capacity)
{
    struct ddsi_serdata *taken;
    dds_sample_info_t info;
    while (dds_takecdr(reader->entity, &taken, 1, &info, DDS_ANY_STATE) == 1) {
        size_t size = data_of(taken)->size < capacity ? data_of(taken)->size : capacity;
        if (info.valid_data) memcpy(bytes, data_of(taken)->bytes, size);
        ddsi_serdata_unref(taken);
        if (info.valid_data) return (ptrdiff_t)size;
    }
    return -1;
}

static bool cyclone_is_matched(const raw_writer *writer, const raw_reader *reader)
{
    dds_publication_matched_status_t publication = {.current_count = 1};
    dds_subscription_matched_status_t subscription = {.current_count = 1};
    if (writer) dds_get_publication_matched_status(writer->entity, &publication);
    if (reader) dds_get_subscription_matched_status(reader->entity, &subscription);
    return publication.current_count > 0 && subscription.current_count > 0;
}

const raw_stack raw_cyclone = {
    .name = "raw Cyclone DDS",
    .open = cyclone_open,
    .close = cyclone_close,
    .writer_new = cyclone_writer_new,
    .reader_new = cyclone_reader_new,
    .write = cyclone_write,
    .take = cyclone_take,
    .is_matched = cyclone_is_matched,
};
