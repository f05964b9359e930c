/* tests/programs/cdr_vectors.c [FOLDER]: encodes and decodes the golden vectors of the real ROS 2, byte for byte.
 *
 *   value -> message -> bytes   equals `cdr`
 *   `cdr` -> message            equals the message made from the value
 *   that message -> bytes       equals `cdr` again
 *   big-endian bytes -> message equals it too
 * Ends with "<n> vectors, <m> differ"; status 0 when none does, 1 when one does, 2 when there are no vectors.
 * Holds CDR-1 to CDR-7. */
#include "plain_cdr.h"
#include "vectors.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct tally {
    rclio_types *types;
    unsigned vectors;
    unsigned differ;
};

static void say_bytes(const char *what, const uint8_t *bytes, size_t size)
{
    printf("  %s ", what);
    for (size_t i = 0; i < size; i++) printf("%02x", bytes[i]);
    printf("\n");
}

/* NULL: equal; else what differs. */
static const char *compare_bytes(const rclio_codec *codec, const void *message, const vector *v)
{
    size_t size = 0;
    uint8_t *bytes = rclio_encode_new(codec, message, &size);
    if (!bytes) return rclio_error();
    bool same = size == v->size && memcmp(bytes, v->bytes, size) == 0;
    if (!same) say_bytes("encoded ", bytes, size);
    if (!same) say_bytes("expected", v->bytes, v->size);
    free(bytes);
    return same ? NULL : "other bytes";
}

static const char *check_big_endian(const rclio_codec *codec, const vector *v, const void *made, void *read)
{
    size_t size;
    uint8_t *bytes = plain_cdr_encode(rclio_codec_type(codec), made, true, &size);
    if (!bytes) return rclio_error();
    const char *wrong = rclio_decode(codec, bytes, size, 0, read) ? rclio_error() : compare_bytes(codec, read, v);
    free(bytes);
    return wrong;
}

static const char *check_codec(const rclio_codec *codec, const vector *v, void *made, void *read)
{
    const rclio_type *type = rclio_codec_type(codec);
    bool has_nan = false;
    if (vector_fill(type, v->value, made, &has_nan)) return rclio_error();
    const char *wrong = compare_bytes(codec, made, v);
    if (wrong) return wrong;
    if (rclio_decode(codec, v->bytes, v->size, 0, read)) return rclio_error();
    if (!has_nan && !rclio_message_equal(type, made, read)) return "decoded to another message";
    if (rclio_message_copy(type, read, made)) return rclio_error();
    if ((wrong = compare_bytes(codec, made, v))) return wrong;
    return check_big_endian(codec, v, made, read);
}

static const char *check_vector(rclio_types *types, const vector *v)
{
    const rclio_type *type = rclio_types_get(types, v->type);
    rclio_codec *codec = type ? rclio_codec_new(type) : NULL;
    void *made = codec ? rclio_message_new(type) : NULL;
    void *read = made ? rclio_message_new(type) : NULL;
    const char *wrong = read ? check_codec(codec, v, made, read) : rclio_error();
    if (made) rclio_message_destroy(type, made);
    if (read) rclio_message_destroy(type, read);
    rclio_codec_destroy(codec);
    return wrong;
}

static void visit(const vector *v, void *arg)
{
    struct tally *tally = arg;
    const char *wrong = check_vector(tally->types, v);
    tally->vectors++;
    if (!wrong) return;
    tally->differ++;
    printf("%s: %s: %s\n", v->where, v->type, wrong);
}

int main(int argc, char **argv)
{
    struct tally tally = {.types = rclio_types_new(NULL, NULL)};
    bool good = tally.types && vectors_each(vectors_folder(argc, argv), visit, &tally);
    rclio_types_destroy(tally.types);
    if (!tally.vectors) return 2;
    printf("%u vectors, %u differ\n", tally.vectors, tally.differ);
    return good && tally.differ == 0 ? 0 : 1;
}
