/* src/types/text_points.c: see text_points.h. */
#include "types/text_points.h"

#include "base/error.h"

#include <stdlib.h>

#define REPLACEMENT 0xfffd

/* The second byte has limits of its own after E0, ED, F0 and F4: no overlong forms, no surrogates, nothing above U+10FFFF. */
static size_t utf8_length(unsigned char lead, unsigned char *low, unsigned char *high)
{
    *low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    *high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    if (lead < 0x80) return 1;
    if (lead >= 0xc2 && lead <= 0xdf) return 2;
    if (lead >= 0xe0 && lead <= 0xef) return 3;
    if (lead >= 0xf0 && lead <= 0xf4) return 4;
    return 0;
}

size_t utf8_decode(const char *bytes, size_t size, uint32_t *point)
{
    const unsigned char *b = (const unsigned char *)bytes;
    unsigned char low, high;
    size_t length = utf8_length(b[0], &low, &high);
    uint32_t value = length < 2 ? b[0] : b[0] & (0xffu >> (length + 1));
    *point = REPLACEMENT;
    if (length == 0) return 1;
    for (size_t i = 1; i < length; i++) {
        if (i == size || b[i] < low || b[i] > high) return i;
        value = value << 6 | (b[i] & 0x3fu);
        low = 0x80, high = 0xbf;
    }
    *point = value;
    return length;
}

static bool points_alloc(points *p, size_t count)
{
    *p = (points){0};
    p->data = malloc((count ? count : 1) * sizeof *p->data);
    if (!p->data) rclio_fail(RCLIO_NO_MEMORY, "no memory for a string of %zu characters", count);
    return p->data != NULL;
}

bool points_from_utf8(points *p, const char *bytes, size_t size)
{
    if (!points_alloc(p, size)) return false;
    for (size_t i = 0; i < size;) i += utf8_decode(bytes + i, size - i, &p->data[p->count++]);
    return true;
}

bool points_from_utf16(points *p, const uint_least16_t *units, size_t size)
{
    if (!points_alloc(p, size)) return false;
    for (size_t i = 0; i < size; i++) {
        uint32_t unit = units[i];
        bool pair = unit >= 0xd800 && unit < 0xdc00 && i + 1 < size && units[i + 1] >= 0xdc00 && units[i + 1] < 0xe000;
        if (pair)
            unit = 0x10000 + ((unit - 0xd800) << 10) + (units[++i] - 0xdc00u);
        else if (unit >= 0xd800 && unit < 0xe000)
            unit = REPLACEMENT;
        p->data[p->count++] = unit;
    }
    return true;
}

bool points_from_latin1(points *p, const uint8_t *bytes, size_t size)
{
    if (!points_alloc(p, size)) return false;
    for (; p->count < size; p->count++) p->data[p->count] = bytes[p->count];
    return true;
}

void points_fini(points *p)
{
    free(p->data);
    *p = (points){0};
}

void text_append_point(text *t, uint32_t point)
{
    if (point < 0x80) {
        text_append_char(t, (char)point);
        return;
    }
    int more = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
    static const unsigned char leads[] = {0, 0xc0, 0xe0, 0xf0};
    text_append_char(t, (char)(leads[more] | point >> (6 * more)));
    while (more-- > 0) text_append_char(t, (char)(0x80 | (point >> (6 * more) & 0x3f)));
}
