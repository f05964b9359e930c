/* tests/programs/cdr_hostile.c [FOLDER]: the golden vectors, cut off at every byte and damaged at every byte, decoded.
 *
 *   HO1  Decoding ends, with or without an error; sanitizers see that it stays inside the bytes. What it gives encodes again.
 *   HO2  It allocates at most CODEC_MEMORY_PER_BYTE times the input, counting every byte asked of malloc, calloc and realloc.
 *   HO3  The intact vector decoded once more into the same message allocates nothing.
 *   HO4  When any one allocation fails, making, decoding and copying a message say so and leave nothing broken or leaked.
 *        Inputs are decoded from memory that ends where they end. In vectors longer than DAMAGED_BYTES, every n-th byte is
 *        damaged. The last line is "<n> inputs, worst ratio <r> (<type>), <m> violations"; status 0 when there are none, 1 when
 *        there are, 2 without vectors. Holds CDR-8.
 * Threads: one. */
#include "types/codec.h"
#include "vectors.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAMAGED_BYTES ((size_t)200)

#define NEVER UINT_MAX

static size_t allocated;             /* since it was last set to 0 */
static unsigned fails_after = NEVER; /* allocations until one fails */

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *memory, size_t size);

/* The one that fails is the last that counts. */
static bool fails_now(void)
{
    if (fails_after == NEVER) return false;
    return fails_after-- == 0;
}

void *__wrap_malloc(size_t size)
{
    if (fails_now()) return NULL;
    allocated += size;
    return __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    if (fails_now()) return NULL;
    allocated += count * size;
    return __real_calloc(count, size);
}

void *__wrap_realloc(void *memory, size_t size)
{
    if (fails_now()) return NULL;
    allocated += size;
    return __real_realloc(memory, size);
}

struct tally {
    rclio_types *types;
    unsigned long inputs;
    unsigned long violations;
    double worst;
    char worst_type[200];
    const vector *vector;
    const rclio_codec *codec;
};

static void violation(struct tally *tally, const char *what, const uint8_t *bytes, size_t size)
{
    if (++tally->violations > 20) return;
    printf("%s: %s: %s:", tally->vector->where, tally->vector->type, what);
    for (size_t i = 0; i < size && i < 400; i++) printf("%s%02x", i % 4 ? "" : " ", bytes[i]);
    printf("\n");
}

/* A fresh message each time, so that no memory is there to be reused. */
static void try_bytes(struct tally *tally, const uint8_t *bytes, size_t size)
{
    const rclio_type *type = rclio_codec_type(tally->codec);
    void *message = rclio_message_new(type);
    if (!message) return violation(tally, rclio_error(), bytes, size);
    allocated = 0;
    rclio_status status = rclio_decode(tally->codec, bytes, size, 0, message);
    double ratio = size ? (double)allocated / (double)size : (double)allocated;
    if (ratio > tally->worst) {
        tally->worst = ratio;
        snprintf(tally->worst_type, sizeof tally->worst_type, "%s", type->name);
    }
    if (ratio > CODEC_MEMORY_PER_BYTE) violation(tally, "allocates too much", bytes, size);
    if (status != RCLIO_OK && status != RCLIO_BAD_DATA) violation(tally, rclio_error(), bytes, size);
    if (rclio_encoded_size(tally->codec, message, 0) == SIZE_MAX) violation(tally, rclio_error(), bytes, size);
    tally->inputs++;
    rclio_message_destroy(type, message);
}

static void cut_off(struct tally *tally, const vector *v)
{
    size_t step = v->size / (4 * DAMAGED_BYTES) + 1;
    for (size_t size = 0; size < v->size; size += size < 4 * DAMAGED_BYTES ? 1 : step) {
        uint8_t *bytes = malloc(size ? size : 1);
        if (!bytes) return;
        memcpy(bytes, v->bytes, size);
        try_bytes(tally, bytes, size);
        free(bytes);
    }
}

static void damage_byte(struct tally *tally, const vector *v, uint8_t *bytes, size_t at)
{
    for (int bit = 0; bit < 8; bit++) {
        bytes[at] = (uint8_t)(v->bytes[at] ^ 1 << bit);
        try_bytes(tally, bytes, v->size);
    }
    bytes[at] = (uint8_t)~v->bytes[at];
    try_bytes(tally, bytes, v->size);
    bytes[at] = v->bytes[at];
}

/* Where a length may stand: huge ones, and just about as much as there is. */
static void damage_word(struct tally *tally, const vector *v, uint8_t *bytes, size_t at)
{
    uint32_t left = (uint32_t)(v->size - at - 4);
    uint32_t values[] = {UINT32_MAX, INT32_MAX, UINT32_C(1) << 31, left, left + 1, left / 4, left / 4 + 1, left / 8, left / 5};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        memcpy(bytes + at, &values[i], 4);
        try_bytes(tally, bytes, v->size);
    }
    memcpy(bytes + at, v->bytes + at, 4);
}

static void damage(struct tally *tally, const vector *v)
{
    uint8_t *bytes = malloc(v->size);
    size_t step = v->size / DAMAGED_BYTES + 1;
    if (!bytes) return;
    memcpy(bytes, v->bytes, v->size);
    for (size_t at = 0; at < v->size; at += step) damage_byte(tally, v, bytes, at);
    for (size_t at = 4; at + 4 <= v->size; at += 4 * step) damage_word(tally, v, bytes, at);
    free(bytes);
}

static void decode_twice(struct tally *tally, const vector *v)
{
    const rclio_type *type = rclio_codec_type(tally->codec);
    void *message = rclio_message_new(type);
    if (!message || rclio_decode(tally->codec, v->bytes, v->size, 0, message)) violation(tally, rclio_error(), v->bytes, v->size);
    allocated = 0;
    if (message && rclio_decode(tally->codec, v->bytes, v->size, 0, message)) violation(tally, rclio_error(), v->bytes, v->size);
    if (allocated) violation(tally, "allocates again for the same bytes", v->bytes, v->size);
    rclio_message_destroy(type, message);
}

/* Makes a message, decodes into it, copies it; false when an allocation failed. */
static bool work_with(struct tally *tally, const vector *v)
{
    const rclio_type *type = rclio_codec_type(tally->codec);
    void *message = rclio_message_new(type), *copy = message ? rclio_message_new(type) : NULL;
    bool done = copy && rclio_decode(tally->codec, v->bytes, v->size, 0, message) == RCLIO_OK &&
                rclio_message_copy(type, message, copy) == RCLIO_OK;
    if (message) rclio_message_destroy(type, message);
    if (copy) rclio_message_destroy(type, copy);
    return done;
}

static void run_out_of_memory(struct tally *tally, const vector *v)
{
    for (unsigned allocation = 0;; allocation++) {
        rclio_error_clear();
        fails_after = allocation;
        bool done = work_with(tally, v), failed = fails_after == NEVER; /* counted down past 0 */
        fails_after = NEVER;
        if (failed && (done || rclio_error_status() != RCLIO_NO_MEMORY))
            violation(tally, "hides lack of memory", v->bytes, v->size);
        if (!failed && !done) violation(tally, rclio_error(), v->bytes, v->size);
        if (!failed) return;
    }
}

static void visit(const vector *v, void *arg)
{
    struct tally *tally = arg;
    const rclio_type *type = rclio_types_get(tally->types, v->type);
    rclio_codec *codec = type ? rclio_codec_new(type) : NULL;
    tally->vector = v;
    tally->codec = codec;
    if (codec) {
        cut_off(tally, v);
        damage(tally, v);
        decode_twice(tally, v);
        run_out_of_memory(tally, v);
    } else {
        violation(tally, rclio_error(), v->bytes, v->size);
    }
    rclio_codec_destroy(codec);
}

int main(int argc, char **argv)
{
    struct tally tally = {.types = rclio_types_new(NULL, NULL)};
    bool good = tally.types && vectors_each(vectors_folder(argc, argv), visit, &tally);
    rclio_types_destroy(tally.types);
    if (!tally.inputs) return 2;
    printf("%lu inputs, worst ratio %.2f (%s), %lu violations\n", tally.inputs, tally.worst, tally.worst_type, tally.violations);
    return good && tally.violations == 0 ? 0 : 1;
}
