/* src/types/codec_decode.c: CDR to messages by their plan (codec.h).
 *
 *   DE1  No length is believed: bytes are there before they are read. What a sequence of messages or strings claims must fit into
 *        the bytes present, less what everything still to come needs at least (`reserved`), before memory is made for it: all
 *        claims of one input together never exceed it, so that memory stays below CODEC_MEMORY_PER_BYTE times the input.
 *   DE2  The message is valid at every moment: a size is raised only over elements that are initialised or zero.
 *   DE3  Memory that is large enough is kept. Memory that one copy fills is neither zeroed nor moved.
 *   DE4  A lent message (`room` is set) begins as anything at all and owns nothing: strings and plain sequences lie in the input where
 *        they need no change there, all else lies in memory from `room`. DE1 holds; DE2 and DE3 do not apply.
 * Threads: any, on a message of one owner. */
#include "types/codec.h"

#include "base/error.h"

#include <stdlib.h>
#include <string.h>

struct decoder {
    const uint8_t *bytes; /* behind the header */
    size_t at;
    size_t size;
    size_t reserved; /* DE1 */
    bool swap;       /* the bytes are in the other order than the host's */
    const rclio_type *type;
    const struct codec_place *place;
    rclio_room_fn *room; /* DE4; NULL: the message owns its memory */
    void *room_arg;
};

static bool take_plan(struct decoder *d, const struct codec_plan *plan, char *message);

#define decode_fail(d, status, path, ...) (codec_fail(status, "decode", (d)->type, (d)->place, path, __VA_ARGS__), false)

static inline size_t left(const struct decoder *d)
{
    return d->size - d->at;
}

/* Skips padding (CDR-5: whatever it holds) and `size` bytes, whose place goes to `from`; false when they are not there. */
static inline bool take_bytes(struct decoder *d, size_t align, size_t size, const uint8_t **from)
{
    size_t padding = (0 - d->at) & (align - 1);
    if (padding > left(d) || size > left(d) - padding) return false;
    *from = d->bytes + d->at + padding;
    d->at += padding + size;
    return true;
}

static inline uint32_t load_4(const struct decoder *d, const uint8_t *from)
{
    uint32_t value;
    memcpy(&value, from, sizeof value);
    if (d->swap) codec_swap((uint8_t *)&value, sizeof value, 1);
    return value;
}

static bool no_memory(struct decoder *d, const struct codec_step *step, size_t count)
{
    return decode_fail(d, RCLIO_NO_MEMORY, step->path, "needs %zu elements, there is no memory", count);
}

/* DE4: memory for `count` elements of a lent message; what is in it does not matter. */
static bool lend_room(struct decoder *d, const struct codec_step *step, struct sequence *sequence, size_t count, size_t width)
{
    *sequence = (struct sequence){.size = count};
    if (!count) return true;
    sequence->data = count > SIZE_MAX / width ? NULL : d->room(count * width, d->room_arg);
    return sequence->data || no_memory(d, step, count);
}

static bool take_length(struct decoder *d, const struct codec_step *step, uint32_t *length)
{
    const uint8_t *from;
    if (!take_bytes(d, 4, 4, &from)) return decode_fail(d, RCLIO_BAD_DATA, step->path, "is cut off: its length is missing");
    *length = load_4(d, from);
    return true;
}

/* The length of a sequence whose elements take at least `minimum` bytes each (DE1). */
static bool take_count(struct decoder *d, const struct codec_step *step, size_t minimum, uint32_t *count)
{
    if (!take_length(d, step, count)) return false;
    if (*count > step->bound) {
        return decode_fail(d, RCLIO_BAD_DATA, step->path, "has %u elements, %zu are allowed", *count, step->bound);
    }
    size_t reserved = d->reserved + step->minimum_after;
    size_t free_bytes = left(d) > reserved ? left(d) - reserved : 0;
    if (*count > free_bytes / minimum) {
        return decode_fail(d, RCLIO_BAD_DATA, step->path, "claims %u elements, the bytes left for them hold %zu at most", *count,
                           free_bytes / minimum);
    }
    return true;
}

/* Any byte but 0 is true (CDR-7), and in memory true is 1. */
static void normalise_bools(uint8_t *values, size_t count)
{
    for (size_t i = 0; i < count; i++) values[i] = values[i] != 0;
}

static bool run_is_cut_off(struct decoder *d, const struct codec_plan *plan, const struct codec_step *step)
{
    size_t padding = (0 - d->at) & (step->align - 1u), there = left(d) > padding ? left(d) - padding : 0;
    const struct codec_lane *lane = &plan->lanes[step->first_lane];
    while (lane->offset + lane->count * lane->width <= there) lane++;
    size_t missing = lane->offset + lane->count * lane->width - there;
    return decode_fail(d, RCLIO_BAD_DATA, lane->path, "is cut off: %zu bytes are missing", missing);
}

static bool take_run(struct decoder *d, const struct codec_plan *plan, const struct codec_step *step, char *message)
{
    const uint8_t *from;
    uint8_t *to = (uint8_t *)message + step->memory;
    if (!take_bytes(d, step->align, step->size, &from)) return run_is_cut_off(d, plan, step);
    memcpy(to, from, step->size);
    if (!d->swap && !step->has_bool) return true;
    for (size_t i = 0; i < step->lane_count; i++) {
        const struct codec_lane *lane = &plan->lanes[step->first_lane + i];
        if (d->swap) codec_swap(to + lane->offset, lane->width, lane->count);
        if (lane->is_bool) normalise_bools(to + lane->offset, lane->count);
    }
    return true;
}

/* CDR-2, CDR-8: the length counts the NUL; 0 is an empty string; a NUL inside ends it. Bytes that are not UTF-8 are kept. */
static bool take_string(struct decoder *d, const struct codec_step *step, rosidl_runtime_c__String *string)
{
    const uint8_t *from;
    uint32_t length;
    if (!take_length(d, step, &length)) return false;
    if (!take_bytes(d, 1, length, &from)) {
        return decode_fail(d, RCLIO_BAD_DATA, step->path, "claims %u bytes, %zu are left", length, left(d));
    }
    size_t size = 0;
    if (length) {
        if (from[length - 1] != 0) return decode_fail(d, RCLIO_BAD_DATA, step->path, "does not end with a NUL");
        size = (size_t)((const uint8_t *)memchr(from, 0, length) - from);
    }
    if (size > step->string_bound) {
        return decode_fail(d, RCLIO_BAD_DATA, step->path, "has %zu bytes, %zu are allowed", size, step->string_bound);
    }
    if (d->room) {
        *string = (rosidl_runtime_c__String){.data = (char *)(uintptr_t)from, .size = size};
        return true;
    }
    if (!rosidl_runtime_c__String__assignn(string, (const char *)from, size)) {
        return decode_fail(d, RCLIO_NO_MEMORY, step->path, "needs %zu bytes, there is no memory", size);
    }
    return true;
}

/* CDR-3 */
static bool take_wstring(struct decoder *d, const struct codec_step *step, rosidl_runtime_c__U16String *string)
{
    const uint8_t *from;
    uint32_t size;
    if (!take_length(d, step, &size)) return false;
    if (size > step->string_bound) {
        return decode_fail(d, RCLIO_BAD_DATA, step->path, "has %u UTF-16 units, %zu are allowed", size, step->string_bound);
    }
    if (!take_bytes(d, 4, 4 * (size_t)size, &from)) {
        return decode_fail(d, RCLIO_BAD_DATA, step->path, "claims %u UTF-16 units, %zu bytes are left", size, left(d));
    }
    for (size_t i = 0; i < size; i++) {
        uint32_t unit = load_4(d, from + 4 * i);
        if (unit > UINT16_MAX) return decode_fail(d, RCLIO_BAD_DATA, step->path, "holds %#x, which is no UTF-16 unit", unit);
    }
    bool has_room = d->room ? lend_room(d, step, (struct sequence *)string, size, sizeof *string->data)
                            : rosidl_runtime_c__U16String__resize(string, size);
    if (!has_room) {
        return decode_fail(d, RCLIO_NO_MEMORY, step->path, "needs %u UTF-16 units, there is no memory", size);
    }
    for (size_t i = 0; i < size; i++) string->data[i] = (uint16_t)load_4(d, from + 4 * i);
    return true;
}

static bool take_strings(struct decoder *d, const struct codec_step *step, void *strings, size_t count)
{
    rosidl_runtime_c__String *narrow = strings;
    rosidl_runtime_c__U16String *wide = strings;
    bool is_narrow = step->kind == STEP_STRINGS || step->kind == STEP_STRING_SEQUENCE;
    for (size_t i = 0; i < count; i++) {
        if (is_narrow ? !take_string(d, step, &narrow[i]) : !take_wstring(d, step, &wide[i])) return false;
    }
    return true;
}

/* Makes `sequence` hold `count` valid elements of `width` bytes, those it had with their memory (DE2, DE3). */
static bool keep_and_grow(struct decoder *d, const struct codec_step *step, struct sequence *sequence, size_t count, size_t width)
{
    if (d->room) return lend_room(d, step, sequence, count, width);
    if (sequence_reserve(sequence, count, width)) return no_memory(d, step, count);
    sequence->size = count;
    return true;
}

/* Room for `count` plain elements; what was there is lost (DE3). The caller copies, then sets the size. */
static bool replace_plain(struct decoder *d, const struct codec_step *step, struct sequence *sequence, size_t count, size_t width)
{
    if (d->room) return lend_room(d, step, sequence, count, width);
    if (sequence->data && sequence->capacity >= count) return true;
    free(sequence->data);
    *sequence = (struct sequence){.data = count > SIZE_MAX / width ? NULL : malloc(count * width)};
    if (!sequence->data) return no_memory(d, step, count);
    sequence->capacity = count;
    return true;
}

static bool take_plain_sequence(struct decoder *d, const struct codec_step *step, struct sequence *sequence)
{
    const uint8_t *from;
    uint32_t count;
    size_t width = step->align;
    if (!take_count(d, step, width, &count)) return false;
    if (count == 0) { /* CDR-4: no padding either */
        sequence->size = 0;
        return true;
    }
    if (!take_bytes(d, width, count * width, &from)) return decode_fail(d, RCLIO_BAD_DATA, step->path, "is cut off");
    if (d->room && !d->swap && !step->has_bool) {
        *sequence = (struct sequence){.data = (void *)(uintptr_t)from, .size = count};
        return true;
    }
    if (!replace_plain(d, step, sequence, count, width)) return false;
    memcpy(sequence->data, from, count * width);
    if (d->swap) codec_swap(sequence->data, width, count);
    if (step->has_bool) normalise_bools(sequence->data, count);
    sequence->size = count;
    return true;
}

static bool take_messages(struct decoder *d, const struct codec_step *step, char *messages, size_t count)
{
    const struct codec_plan *plan = step->element;
    struct codec_place place = {.outer = d->place, .path = step->path};
    d->place = &place;
    d->reserved += step->minimum_after + count * plan->minimum;
    for (; place.index < count; place.index++) {
        d->reserved -= plan->minimum;
        if (!take_plan(d, plan, messages + place.index * plan->type->size)) return false;
    }
    d->reserved -= step->minimum_after;
    d->place = place.outer;
    return true;
}

/* true: the messages that begin here are one copy (PL1). */
static bool is_one_copy(const struct decoder *d, const struct codec_plan *plan, size_t count)
{
    size_t first = d->at + ((0 - d->at) & (plan->first_align - 1u));
    return plan->is_packed && !plan->has_bool && !d->swap && count && first % plan->type->alignment == 0;
}

static bool take_message_sequence(struct decoder *d, const struct codec_step *step, struct sequence *sequence)
{
    const struct codec_plan *plan = step->element;
    size_t width = plan->type->size;
    const uint8_t *from;
    uint32_t count;
    if (!take_count(d, step, plan->minimum, &count)) return false;
    if (!is_one_copy(d, plan, count)) {
        return keep_and_grow(d, step, sequence, count, width) && take_messages(d, step, sequence->data, count);
    }
    if (!take_bytes(d, plan->first_align, count * width, &from)) return decode_fail(d, RCLIO_BAD_DATA, step->path, "is cut off");
    if (!replace_plain(d, step, sequence, count, width)) return false;
    memcpy(sequence->data, from, count * width);
    sequence->size = count;
    return true;
}

static bool take_string_sequence(struct decoder *d, const struct codec_step *step, struct sequence *sequence)
{
    uint32_t count;
    if (!take_count(d, step, 4, &count)) return false;
    return keep_and_grow(d, step, sequence, count, sizeof(rosidl_runtime_c__String)) &&
           take_strings(d, step, sequence->data, count);
}

static bool take_step(struct decoder *d, const struct codec_plan *plan, const struct codec_step *step, char *message)
{
    void *at = message + step->memory;
    switch (step->kind) {
    case STEP_RUN: return take_run(d, plan, step, message);
    case STEP_STRINGS:
    case STEP_WSTRINGS: return take_strings(d, step, at, step->count);
    case STEP_STRING_SEQUENCE:
    case STEP_WSTRING_SEQUENCE: return take_string_sequence(d, step, at);
    case STEP_PLAIN_SEQUENCE: return take_plain_sequence(d, step, at);
    case STEP_MESSAGES: return take_messages(d, step, at, step->count);
    case STEP_MESSAGE_SEQUENCE: return take_message_sequence(d, step, at);
    }
    return false;
}

static bool take_plan(struct decoder *d, const struct codec_plan *plan, char *message)
{
    for (size_t i = 0; i < plan->step_count; i++) {
        if (!take_step(d, plan, &plan->steps[i], message)) return false;
    }
    return true;
}

static rclio_status decode(const rclio_codec *codec, const uint8_t *bytes, size_t size, size_t offset, void *message,
                           rclio_room_fn *room, void *room_arg)
{
    const char *name = codec->type->name;
    if (size < CDR_HEADER_SIZE) return rclio_fail(RCLIO_BAD_DATA, "cannot decode %s: %zu bytes are no header", name, size);
    if (bytes[0] != 0 || bytes[1] > 1) { /* CDR-1, CDR-7; the two bytes of options mean nothing here */
        return rclio_fail(RCLIO_BAD_DATA, "cannot decode %s: its header says %02x%02x, plain CDR is 0000 or 0001", name, bytes[0],
                          bytes[1]);
    }
    if (offset % 8 || offset > size - CDR_HEADER_SIZE) {
        return rclio_fail(RCLIO_BAD_DATA, "cannot decode %s: no %zu bytes stand before it", name, offset);
    }
    struct decoder d = {
        .bytes = bytes + CDR_HEADER_SIZE,
        .at = offset,
        .size = size - CDR_HEADER_SIZE,
        .swap = host_is_big_endian() != (bytes[1] == 0),
        .type = codec->type,
        .room = room,
        .room_arg = room_arg,
    };
    return take_plan(&d, codec->root, message) ? RCLIO_OK : rclio_error_status();
}

rclio_status rclio_decode(const rclio_codec *codec, const uint8_t *bytes, size_t size, size_t offset, void *message)
{
    return decode(codec, bytes, size, offset, message, NULL, NULL);
}

rclio_status rclio_decode_lent(const rclio_codec *codec, const uint8_t *bytes, size_t size, size_t offset, void *message,
                               rclio_room_fn *room, void *arg)
{
    return decode(codec, bytes, size, offset, message, room, arg);
}
