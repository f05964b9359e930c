/* src/mw/cyclone/sertype.c: messages as opaque CDR bytes inside Cyclone. Rules and threads: sertype.h.
 *
 * Cyclone asks these two tables for everything it does with a sample. It never needs to look inside one: types are keyless, so all
 * samples of a topic are one instance, and filters and conversions to structures are not used. Tests: tests/mw/test_seam.c. */
#include "mw/cyclone/sertype.h"

#include "base/error.h"

#include <stdlib.h>
#include <string.h>

/* Cyclone counts references with atomics that the thread sanitizer does not see: what was done to a serdata before one reference was
 * given back happens before it is freed with the last. */
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define SEES_THREADS 1
#endif
#elif defined(__SANITIZE_THREAD__)
#define SEES_THREADS 1
#endif
#ifdef SEES_THREADS
#include <sanitizer/tsan_interface.h>
#define DONE_WITH(data) __tsan_release(data)
#define ALL_DONE_WITH(data) __tsan_acquire(data)
#else
#define DONE_WITH(data) ((void)(data))
#define ALL_DONE_WITH(data) ((void)(data))
#endif

static serdata *as_serdata(const struct ddsi_serdata *data)
{
    return (serdata *)(void *)data;
}

/* Cyclone sends in multiples of 4 bytes; those beyond the message are zero. */
static size_t padded(size_t size)
{
    return (size + 3) & ~(size_t)3;
}

static serdata *allocate(const struct ddsi_sertype *type, enum ddsi_serdata_kind kind, size_t size)
{
    if (size > UINT32_MAX - 64) return NULL; /* DDS counts a sample's bytes in 32 bits */
    serdata *data = malloc(sizeof *data + SERDATA_HEADROOM + padded(size));
    if (!data) return NULL;
    ddsi_serdata_init(&data->base, type, kind);
    data->message = NULL;
    data->wire = data->memory + SERDATA_HEADROOM;
    data->size = size;
    data->buffer = (mw_buffer){.data = data->wire, .size = size};
    memset(data->wire + size, 0, padded(size) - size);
    return data;
}

serdata *serdata_new(const struct ddsi_sertype *type, size_t size)
{
    serdata *data = allocate(type, SDK_DATA, size);
    if (data) return data;
    if (size > UINT32_MAX - 64) return rclio_fail_null(RCLIO_LIMIT, "a message of %zu bytes: DDS carries at most 4 GB", size);
    return rclio_fail_null(RCLIO_NO_MEMORY, "no memory for a message of %zu bytes", size);
}

serdata *serdata_new_of(const struct ddsi_sertype *type, local_message *message)
{
    serdata *data = allocate(type, SDK_DATA, 0);
    if (!data) {
        local_message_unref(message);
        return rclio_fail_null(RCLIO_NO_MEMORY, "no memory for a message");
    }
    data->message = message;
    data->size = local_message_size(message);
    data->wire = NULL;
    return data;
}

const uint8_t *serdata_bytes(serdata *data)
{
    return data->message ? local_message_bytes(data->message) : data->wire;
}

serdata *serdata_of(mw_buffer *buffer)
{
    return (serdata *)(void *)((char *)buffer - offsetof(serdata, buffer));
}

void serdata_unref(serdata *data)
{
    if (!data) return;
    DONE_WITH(data);
    ddsi_serdata_unref(&data->base);
}

void serdata_discard(mw_buffer *buffer)
{
    if (buffer) serdata_unref(serdata_of(buffer));
}

void serdata_insert_id(serdata *data, const uint8_t id[SERDATA_HEADROOM])
{
    data->wire = data->memory;
    memcpy(data->wire, data->buffer.data, 4);
    memcpy(data->wire + 4, id, SERDATA_HEADROOM);
    data->size += SERDATA_HEADROOM;
}

/* A sample from the network: a chain of fragments, in order, that may overlap. */
static struct ddsi_serdata *from_fragments(const struct ddsi_sertype *type, enum ddsi_serdata_kind kind,
                                           const struct nn_rdata *fragment, size_t size)
{
    serdata *data = allocate(type, kind, size);
    size_t filled = 0;
    for (; data && fragment; fragment = fragment->nextfrag) {
        if (fragment->maxp1 <= filled) continue;
        if (fragment->min > filled || fragment->maxp1 > size) break;
        const unsigned char *payload = NN_RMSG_PAYLOADOFF(fragment->rmsg, NN_RDATA_PAYLOAD_OFF(fragment));
        memcpy(data->wire + filled, payload + (filled - fragment->min), fragment->maxp1 - filled);
        filled = fragment->maxp1;
    }
    if (data && filled == size) return &data->base;
    serdata_unref(data);
    return NULL;
}

static struct ddsi_serdata *from_pieces(const struct ddsi_sertype *type, enum ddsi_serdata_kind kind, ddsrt_msg_iovlen_t count,
                                        const ddsrt_iovec_t *pieces, size_t size)
{
    serdata *data = allocate(type, kind, size);
    if (!data) return NULL;
    size_t filled = 0;
    for (ddsrt_msg_iovlen_t i = 0; i < count && filled < size; i++) {
        size_t length = pieces[i].iov_len;
        if (length > size - filled) length = size - filled;
        memcpy(data->wire + filled, pieces[i].iov_base, length);
        filled += length;
    }
    if (filled == size) return &data->base;
    serdata_unref(data);
    return NULL;
}

static struct ddsi_serdata *empty_key(const struct ddsi_sertype *type)
{
    serdata *data = allocate(type, SDK_KEY, 4);
    if (!data) return NULL;
    memset(data->wire, 0, 4);
    return &data->base;
}

static struct ddsi_serdata *from_keyhash(const struct ddsi_sertype *type, const struct ddsi_keyhash *hash)
{
    (void)hash;
    return empty_key(type);
}

static struct ddsi_serdata *from_sample(const struct ddsi_sertype *type, enum ddsi_serdata_kind kind, const void *sample)
{
    (void)type, (void)kind, (void)sample;
    return NULL;
}

static struct ddsi_serdata *to_untyped(const struct ddsi_serdata *data)
{
    struct ddsi_serdata *key = empty_key(data->type);
    if (key) key->type = NULL;
    return key;
}

static uint32_t size_of(const struct ddsi_serdata *data)
{
    uint32_t size = (uint32_t)as_serdata(data)->size;
    DONE_WITH(as_serdata(data));
    return size;
}

static void to_bytes(const struct ddsi_serdata *data, size_t offset, size_t size, void *bytes)
{
    memcpy(bytes, serdata_bytes(as_serdata(data)) + offset, size);
    DONE_WITH(as_serdata(data));
}

static struct ddsi_serdata *lend_bytes(const struct ddsi_serdata *data, size_t offset, size_t size, ddsrt_iovec_t *lent)
{
    lent->iov_base = (void *)(uintptr_t)(serdata_bytes(as_serdata(data)) + offset);
    lent->iov_len = (ddsrt_iov_len_t)size;
    return ddsi_serdata_ref(data);
}

static void return_bytes(struct ddsi_serdata *data, const ddsrt_iovec_t *lent)
{
    (void)lent;
    serdata_unref(as_serdata(data));
}

static bool to_sample(const struct ddsi_serdata *data, void *sample, void **buffer, void *limit)
{
    (void)data, (void)sample, (void)buffer, (void)limit;
    return true;
}

static bool untyped_to_sample(const struct ddsi_sertype *type, const struct ddsi_serdata *data, void *sample, void **buffer,
                              void *limit)
{
    (void)type, (void)data, (void)sample, (void)buffer, (void)limit;
    return true;
}

static bool equal_keys(const struct ddsi_serdata *a, const struct ddsi_serdata *b)
{
    (void)a, (void)b;
    return true;
}

static void key_hash(const struct ddsi_serdata *data, struct ddsi_keyhash *hash, bool force_md5)
{
    (void)data, (void)force_md5;
    memset(hash, 0, sizeof *hash);
}

static size_t print(const struct ddsi_sertype *type, const struct ddsi_serdata *data, char *out, size_t size)
{
    (void)type, (void)data;
    if (size > 0) out[0] = '\0';
    return 0;
}

static void serdata_free(struct ddsi_serdata *data)
{
    ALL_DONE_WITH(as_serdata(data));
    local_message_unref(as_serdata(data)->message);
    free(as_serdata(data));
}

static const struct ddsi_serdata_ops data_operations = {
    .eqkey = equal_keys,
    .get_size = size_of,
    .from_ser = from_fragments,
    .from_ser_iov = from_pieces,
    .from_keyhash = from_keyhash,
    .from_sample = from_sample,
    .to_ser = to_bytes,
    .to_ser_ref = lend_bytes,
    .to_ser_unref = return_bytes,
    .to_sample = to_sample,
    .to_untyped = to_untyped,
    .untyped_to_sample = untyped_to_sample,
    .free = serdata_free,
    .print = print,
    .get_keyhash = key_hash,
};

static void sertype_free(struct ddsi_sertype *type)
{
    ddsi_sertype_fini(type);
    free(type);
}

static void zero_samples(const struct ddsi_sertype *type, void *samples, size_t count)
{
    (void)type, (void)samples, (void)count;
}

static void realloc_samples(void **samples, const struct ddsi_sertype *type, void *old, size_t old_count, size_t count)
{
    (void)type, (void)old, (void)old_count;
    for (size_t i = 0; i < count; i++) samples[i] = NULL;
}

static void free_samples(const struct ddsi_sertype *type, void **samples, size_t count, dds_free_op_t operation)
{
    (void)type, (void)samples, (void)count, (void)operation;
}

static bool same_type(const struct ddsi_sertype *a, const struct ddsi_sertype *b)
{
    (void)a, (void)b; /* SD3: Cyclone has compared the names already */
    return true;
}

static uint32_t type_hash(const struct ddsi_sertype *type)
{
    (void)type;
    return 0;
}

/* One representation, XCDR1, so a type derived for a representation is the type itself. */
static struct ddsi_sertype *derive(const struct ddsi_sertype *type, dds_data_representation_id_t representation,
                                   dds_type_consistency_enforcement_qospolicy_t consistency)
{
    (void)representation, (void)consistency;
    return (struct ddsi_sertype *)(void *)type;
}

static const struct ddsi_sertype_ops type_operations = {
    .version = ddsi_sertype_v0,
    .free = sertype_free,
    .zero_samples = zero_samples,
    .realloc_samples = realloc_samples,
    .free_samples = free_samples,
    .equal = same_type,
    .hash = type_hash,
    .derive_sertype = derive,
};

struct ddsi_sertype *sertype_new(const char *type_name)
{
    struct ddsi_sertype *type = calloc(1, sizeof *type);
    if (!type) return rclio_fail_null(RCLIO_NO_MEMORY, "no memory for type '%s'", type_name);
    ddsi_sertype_init(type, type_name, &type_operations, &data_operations, true);
    type->allowed_data_representation = DDS_DATA_REPRESENTATION_FLAG_XCDR1;
    return type;
}
