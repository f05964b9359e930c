/* src/types/text_points.h: strings of messages as code points, which is how Python, hence every text that users see, counts them.
 *
 *   P1  Bytes that are not UTF-8 and lone surrogates become U+FFFD, one for each maximal part, as Python's 'replace' does.
 * Threads: one owner. */
#ifndef RCLIO_TYPES_TEXT_POINTS_H
#define RCLIO_TYPES_TEXT_POINTS_H

#include "base/text.h"

#include <uchar.h>

typedef struct points {
    uint32_t *data;
    size_t count;
} points;

/* points_fini() frees what these made; false when memory is short (the error is set). */
bool points_from_utf8(points *p, const char *bytes, size_t size);
bool points_from_utf16(points *p, const uint_least16_t *units, size_t size);
bool points_from_latin1(points *p, const uint8_t *bytes, size_t size);
void points_fini(points *p);

/* Appends one code point as UTF-8. */
void text_append_point(text *t, uint32_t point);

/* Reads one code point of `size` > 0 bytes; returns how many bytes it took. */
size_t utf8_decode(const char *bytes, size_t size, uint32_t *point);

#endif
