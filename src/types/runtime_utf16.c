/* src/types/runtime_utf16.c: see runtime_utf16.h. */
#include "types/runtime_utf16.h"

#include <string.h>

#define REPLACEMENT 0xFFFDu

static bool is_high_surrogate(uint32_t unit)
{
    return unit >= 0xD800 && unit <= 0xDBFF;
}

static bool is_low_surrogate(uint32_t unit)
{
    return unit >= 0xDC00 && unit <= 0xDFFF;
}

/* The code point at `at`; its length in bytes goes to `length`. Overlong forms, surrogates and stray bytes: U1. */
static uint32_t read_utf8(const unsigned char *at, size_t left, size_t *length)
{
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    *length = 1;
    if (at[0] < 0x80) return at[0];
    size_t bytes = at[0] >= 0xF0 && at[0] <= 0xF4 ? 4 : at[0] >= 0xE0 && at[0] < 0xF0 ? 3 : at[0] >= 0xC2 && at[0] < 0xE0 ? 2 : 0;
    if (bytes == 0 || bytes > left) return REPLACEMENT;
    uint32_t point = at[0] & (0xFFu >> (bytes + 1));
    for (size_t i = 1; i < bytes; i++) {
        if ((at[i] & 0xC0) != 0x80) return REPLACEMENT;
        point = point << 6 | (at[i] & 0x3Fu);
    }
    if (point < smallest[bytes] || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF)) return REPLACEMENT;
    *length = bytes;
    return point;
}

size_t utf16_from_utf8(const char *utf8, size_t size, uint16_t *units)
{
    size_t count = 0;
    for (size_t at = 0, length; at < size; at += length) {
        uint32_t point = read_utf8((const unsigned char *)utf8 + at, size - at, &length);
        if (point < 0x10000) {
            if (units) units[count] = (uint16_t)point;
            count += 1;
            continue;
        }
        if (units) {
            units[count] = (uint16_t)(0xD800 + ((point - 0x10000) >> 10));
            units[count + 1] = (uint16_t)(0xDC00 + ((point - 0x10000) & 0x3FF));
        }
        count += 2;
    }
    return count;
}

/* Writes the code point unless `to` is NULL; returns its length. */
static size_t write_utf8(uint32_t point, char *to)
{
    size_t length = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    static const unsigned char lead[] = {0, 0, 0xC0, 0xE0, 0xF0};
    if (!to) return length;
    for (size_t i = length; i-- > 1; point >>= 6) to[i] = (char)(0x80 | (point & 0x3F));
    to[0] = (char)(lead[length] | point);
    return length;
}

size_t utf8_from_utf16(const uint16_t *units, size_t size, char *utf8)
{
    size_t count = 0;
    for (size_t at = 0; at < size; at++) {
        uint32_t point = units[at];
        if (is_high_surrogate(point) && at + 1 < size && is_low_surrogate(units[at + 1])) {
            point = 0x10000 + ((point - 0xD800) << 10) + (units[++at] - 0xDC00u);
        } else if (point >= 0xD800 && point <= 0xDFFF) {
            point = REPLACEMENT;
        }
        count += write_utf8(point, utf8 ? utf8 + count : NULL);
    }
    return count;
}

bool u16string_assign_utf8(rosidl_runtime_c__U16String *string, const char *utf8)
{
    size_t size = strlen(utf8);
    if (!rosidl_runtime_c__U16String__resize(string, utf16_from_utf8(utf8, size, NULL))) return false;
    utf16_from_utf8(utf8, size, string->data);
    return true;
}
