/* src/types/codec.c: the codec as a handle, and what encoding and decoding share (codec.h). */
#include "types/codec.h"

#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

rclio_codec *rclio_codec_new(const rclio_type *type)
{
    if (!type || type->kind != RCLIO_MESSAGE) {
        return rclio_fail_null(RCLIO_INVALID, "only a message has an encoding: '%s' is none", type ? type->name : "NULL");
    }
    rclio_codec *codec = calloc(1, sizeof *codec);
    if (!codec) return rclio_fail_null(RCLIO_NO_MEMORY, "no memory for the encoding of %s", type->name);
    codec->type = type;
    if (codec_compile(codec)) {
        rclio_error_add("no encoding of %s", type->name);
        rclio_codec_destroy(codec);
        return NULL;
    }
    return codec;
}

void rclio_codec_destroy(rclio_codec *codec)
{
    if (!codec) return;
    for (struct codec_plan *plan = codec->plans, *next; plan; plan = next) {
        next = plan->next;
        free(plan->steps);
        free(plan->lanes);
        free(plan->gaps);
        free(plan);
    }
    for (size_t i = 0; i < codec->path_count; i++) free(codec->paths[i]);
    free(codec->paths);
    free(codec);
}

const rclio_type *rclio_codec_type(const rclio_codec *codec)
{
    return codec->type;
}

static int write_place(const struct codec_place *place, char *text, size_t size)
{
    if (!place) return 0;
    int length = write_place(place->outer, text, size);
    if (length < 0 || (size_t)length >= size) return length;
    return length + snprintf(text + length, size - (size_t)length, "%s[%zu].", place->path, place->index);
}

void codec_fail(rclio_status status, const char *verb, const rclio_type *type, const struct codec_place *place, const char *path,
                const char *format, ...)
{
    char where[256] = "", reason[256];
    va_list args;
    va_start(args, format);
    vsnprintf(reason, sizeof reason, format, args);
    va_end(args);
    write_place(place, where, sizeof where);
    if (path) {
        rclio_fail(status, "cannot %s %s: field '%s%s' %s", verb, type->name, where, path, reason);
    } else {
        rclio_fail(status, "cannot %s %s: %s", verb, type->name, reason);
    }
}

static void swap_2(uint8_t *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++, bytes += 2) {
        uint16_t value;
        memcpy(&value, bytes, sizeof value);
        value = (uint16_t)(value << 8 | value >> 8);
        memcpy(bytes, &value, sizeof value);
    }
}

static uint32_t swapped_4(uint32_t value)
{
    return value << 24 | (value & 0xFF00u) << 8 | (value >> 8 & 0xFF00u) | value >> 24;
}

static void swap_4(uint8_t *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++, bytes += 4) {
        uint32_t value;
        memcpy(&value, bytes, sizeof value);
        value = swapped_4(value);
        memcpy(bytes, &value, sizeof value);
    }
}

static void swap_8(uint8_t *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++, bytes += 8) {
        uint64_t value;
        memcpy(&value, bytes, sizeof value);
        value = (uint64_t)swapped_4((uint32_t)value) << 32 | swapped_4((uint32_t)(value >> 32));
        memcpy(bytes, &value, sizeof value);
    }
}

void codec_swap(uint8_t *bytes, size_t width, size_t count)
{
    if (width == 2) swap_2(bytes, count);
    if (width == 4) swap_4(bytes, count);
    if (width == 8) swap_8(bytes, count);
}
