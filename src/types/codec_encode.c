/* src/types/codec_encode.c: messages to CDR by their plan (codec.h).
 *
 *   EN1  Sizing and writing are one walk: sizing writes to nowhere, so the two cannot disagree.
 *   EN2  Every byte of the result is written, padding as zeros (CDR-5). Nothing is read beyond `size` bytes of a string or
 *        `size` elements of a sequence.
 * Threads: any, on a message of one owner. */
#include "types/codec.h"

#include "base/error.h"

#include <stdlib.h>
#include <string.h>

struct encoder {
    uint8_t *bytes; /* behind the header; NULL: only count (EN1) */
    size_t at;
    size_t limit;
    const rclio_type *type;
    const struct codec_place *place;
};

static bool put_plan(struct encoder *e, const struct codec_plan *plan, const char *message);

#define encode_fail(e, status, path, ...) (codec_fail(status, "encode", (e)->type, (e)->place, path, __VA_ARGS__), false)

/* Zeros up to the alignment and room for `size` bytes, whose place goes to `to` (NULL when only counting). */
static inline bool put_room(struct encoder *e, size_t align, size_t size, uint8_t **to)
{
    size_t padding = (0 - e->at) & (align - 1), left = e->limit - e->at;
    *to = NULL;
    if (padding > left || size > left - padding) {
        return encode_fail(e, RCLIO_LIMIT, NULL, "%zu bytes are not enough", e->limit + CDR_HEADER_SIZE);
    }
    if (e->bytes) {
        for (size_t i = 0; i < padding; i++) e->bytes[e->at + i] = 0;
        *to = e->bytes + e->at + padding;
    }
    e->at += padding + size;
    return true;
}

static inline void store_4(uint8_t *to, uint32_t value)
{
    uint8_t bytes[4] = {(uint8_t)value, (uint8_t)(value >> 8), (uint8_t)(value >> 16), (uint8_t)(value >> 24)};
    memcpy(to, bytes, sizeof bytes);
}

static bool put_length(struct encoder *e, size_t length)
{
    uint8_t *to;
    if (!put_room(e, 4, 4, &to)) return false;
    if (to) store_4(to, (uint32_t)length);
    return true;
}

/* The length of a sequence (CDR-4). */
static bool put_count(struct encoder *e, const struct codec_step *step, const struct sequence *sequence)
{
    if (sequence->size > step->bound) {
        return encode_fail(e, RCLIO_INVALID, step->path, "has %zu elements, %zu are allowed", sequence->size, step->bound);
    }
    if (sequence->size > UINT32_MAX) return encode_fail(e, RCLIO_INVALID, step->path, "has more elements than CDR can count");
    if (sequence->size && !sequence->data) {
        return encode_fail(e, RCLIO_INVALID, step->path, "has %zu elements but no data", sequence->size);
    }
    return put_length(e, sequence->size);
}

static bool put_run(struct encoder *e, const struct codec_plan *plan, const struct codec_step *step, const char *message)
{
    uint8_t *to;
    if (!put_room(e, step->align, step->size, &to)) return false;
    if (!to) return true;
    memcpy(to, message + step->memory, step->size);
    for (size_t i = 0; i < step->gap_count; i++) { /* CDR-5 */
        const struct codec_gap *gap = &plan->gaps[step->first_gap + i];
        memset(to + gap->offset, 0, gap->size);
    }
    for (size_t i = 0; host_is_big_endian() && i < step->lane_count; i++) {
        const struct codec_lane *lane = &plan->lanes[step->first_lane + i];
        codec_swap(to + lane->offset, lane->width, lane->count);
    }
    return true;
}

/* CDR-2; CDR-8: a NUL inside ends the string. */
static bool put_strings(struct encoder *e, const struct codec_step *step, const rosidl_runtime_c__String *strings, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const rosidl_runtime_c__String *string = &strings[i];
        size_t size = string->size;
        if (size && !string->data)
            return encode_fail(e, RCLIO_INVALID, step->path, "has a string of %zu bytes but no data", size);
        const char *end = size ? memchr(string->data, '\0', size) : NULL;
        if (end) size = (size_t)(end - string->data);
        if (size > step->string_bound) {
            return encode_fail(e, RCLIO_INVALID, step->path, "has %zu bytes, %zu are allowed", size, step->string_bound);
        }
        if (size >= UINT32_MAX) return encode_fail(e, RCLIO_INVALID, step->path, "is longer than CDR can say");
        uint8_t *to;
        if (!put_room(e, 4, 4 + size + 1, &to)) return false;
        if (!to) continue;
        store_4(to, (uint32_t)size + 1);
        if (size) memcpy(to + 4, string->data, size);
        to[4 + size] = 0;
    }
    return true;
}

/* CDR-3 */
static bool put_wstrings(struct encoder *e, const struct codec_step *step, const rosidl_runtime_c__U16String *strings,
                         size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const rosidl_runtime_c__U16String *string = &strings[i];
        size_t size = string->size;
        if (size && !string->data)
            return encode_fail(e, RCLIO_INVALID, step->path, "has a wstring of %zu units but no data", size);
        if (size > step->string_bound) {
            return encode_fail(e, RCLIO_INVALID, step->path, "has %zu UTF-16 units, %zu are allowed", size, step->string_bound);
        }
        if (size > UINT32_MAX / 4 - 1) return encode_fail(e, RCLIO_INVALID, step->path, "is longer than CDR can say");
        uint8_t *to;
        if (!put_room(e, 4, 4 + 4 * size, &to)) return false;
        if (!to) continue;
        store_4(to, (uint32_t)size);
        for (size_t unit = 0; unit < size; unit++) store_4(to + 4 + 4 * unit, string->data[unit]);
    }
    return true;
}

static bool put_plain_sequence(struct encoder *e, const struct codec_step *step, const struct sequence *sequence)
{
    uint8_t *to;
    if (!put_count(e, step, sequence)) return false;
    if (sequence->size == 0) return true; /* CDR-4: no padding either */
    if (!put_room(e, step->align, sequence->size * step->align, &to)) return false;
    if (!to) return true;
    memcpy(to, sequence->data, sequence->size * step->align);
    if (host_is_big_endian()) codec_swap(to, step->align, sequence->size);
    return true;
}

static bool put_messages(struct encoder *e, const struct codec_step *step, const char *messages, size_t count)
{
    const struct codec_plan *plan = step->element;
    if (count == 0) return true;
    if (plan->is_packed) {
        size_t first = e->at + ((0 - e->at) & (plan->first_align - 1u));
        if (first % plan->type->alignment == 0) {
            uint8_t *to;
            if (!put_room(e, plan->first_align, count * plan->type->size, &to)) return false;
            if (to) memcpy(to, messages, count * plan->type->size);
            return true;
        }
    }
    struct codec_place place = {.outer = e->place, .path = step->path};
    e->place = &place;
    for (; place.index < count; place.index++) {
        if (!put_plan(e, plan, messages + place.index * plan->type->size)) return false;
    }
    e->place = place.outer;
    return true;
}

static bool put_step(struct encoder *e, const struct codec_plan *plan, const struct codec_step *step, const char *message)
{
    const void *at = message + step->memory;
    const struct sequence *sequence = at;
    switch (step->kind) {
    case STEP_RUN: return put_run(e, plan, step, message);
    case STEP_STRINGS: return put_strings(e, step, at, step->count);
    case STEP_WSTRINGS: return put_wstrings(e, step, at, step->count);
    case STEP_STRING_SEQUENCE: return put_count(e, step, sequence) && put_strings(e, step, sequence->data, sequence->size);
    case STEP_WSTRING_SEQUENCE: return put_count(e, step, sequence) && put_wstrings(e, step, sequence->data, sequence->size);
    case STEP_PLAIN_SEQUENCE: return put_plain_sequence(e, step, sequence);
    case STEP_MESSAGES: return put_messages(e, step, at, step->count);
    case STEP_MESSAGE_SEQUENCE: return put_count(e, step, sequence) && put_messages(e, step, sequence->data, sequence->size);
    }
    return false;
}

static bool put_plan(struct encoder *e, const struct codec_plan *plan, const char *message)
{
    for (size_t i = 0; i < plan->step_count; i++) {
        if (!put_step(e, plan, &plan->steps[i], message)) return false;
    }
    return true;
}

static rclio_status check_offset(const rclio_codec *codec, size_t offset)
{
    if (offset % 8 == 0) return RCLIO_OK;
    return rclio_fail(RCLIO_INVALID, "cannot encode %s behind %zu bytes: not a multiple of 8", codec->type->name, offset);
}

size_t rclio_encoded_size(const rclio_codec *codec, const void *message, size_t offset)
{
    struct encoder e = {.at = offset, .limit = SIZE_MAX - CDR_HEADER_SIZE, .type = codec->type};
    if (check_offset(codec, offset) || !put_plan(&e, codec->root, message)) return SIZE_MAX;
    return CDR_HEADER_SIZE + e.at;
}

rclio_status rclio_encode(const rclio_codec *codec, const void *message, size_t offset, uint8_t *bytes, size_t size)
{
    static const uint8_t header[CDR_HEADER_SIZE] = {0, 1, 0, 0}; /* CDR-1: little endian */
    if (check_offset(codec, offset)) return RCLIO_INVALID;
    if (size < CDR_HEADER_SIZE || size - CDR_HEADER_SIZE < offset) {
        return rclio_fail(RCLIO_LIMIT, "cannot encode %s: %zu bytes are not enough", codec->type->name, size);
    }
    memcpy(bytes, header, sizeof header);
    struct encoder e = {.bytes = bytes + CDR_HEADER_SIZE, .at = offset, .limit = size - CDR_HEADER_SIZE, .type = codec->type};
    return put_plan(&e, codec->root, message) ? RCLIO_OK : rclio_error_status();
}

uint8_t *rclio_encode_new(const rclio_codec *codec, const void *message, size_t *size)
{
    size_t need = rclio_encoded_size(codec, message, 0);
    if (need == SIZE_MAX) return NULL;
    uint8_t *bytes = malloc(need);
    if (!bytes) return rclio_fail_null(RCLIO_NO_MEMORY, "no memory for %zu bytes of %s", need, codec->type->name);
    if (rclio_encode(codec, message, 0, bytes, need)) {
        free(bytes);
        return NULL;
    }
    *size = need;
    return bytes;
}
