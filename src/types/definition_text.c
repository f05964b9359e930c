/* src/types/definition_text.c: see definition_text.h. */
#include "types/definition_text.h"

#include "base/error.h"

#include <string.h>

/* Length of the UTF-8 sequence that starts here, 0 when it is not legal (overlong forms, surrogates, beyond U+10FFFF, NUL). */
static size_t utf8_length(const unsigned char *at, size_t size)
{
    size_t length = 0;
    uint32_t code = 0, least = 0;
    if (at[0] < 0x80) return at[0] ? 1 : 0;
    if ((at[0] & 0xe0) == 0xc0) length = 2, code = at[0] & 0x1f, least = 0x80;
    if ((at[0] & 0xf0) == 0xe0) length = 3, code = at[0] & 0x0f, least = 0x800;
    if ((at[0] & 0xf8) == 0xf0) length = 4, code = at[0] & 0x07, least = 0x10000;
    if (length == 0 || length > size) return 0;
    for (size_t i = 1; i < length; i++) {
        if ((at[i] & 0xc0) != 0x80) return 0;
        code = code << 6 | (at[i] & 0x3f);
    }
    if (code < least || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return 0;
    return length;
}

const char *utf8_find_error(const char *text, size_t size)
{
    for (size_t at = 0; at < size;) {
        size_t length = utf8_length((const unsigned char *)text + at, size - at);
        if (length == 0) return text + at;
        at += length;
    }
    return NULL;
}

size_t utf8_count(const char *text)
{
    size_t count = 0;
    for (; *text; text++) count += ((unsigned char)*text & 0xc0) != 0x80;
    return count;
}

/* Writes one character; returns the bytes it took. */
static size_t utf8_write(char *to, uint32_t code)
{
    if (code < 0x80) {
        to[0] = (char)code;
        return 1;
    }
    size_t length = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    static const unsigned char first[] = {[2] = 0xc0, [3] = 0xe0, [4] = 0xf0};
    for (size_t i = length - 1; i > 0; i--, code >>= 6) to[i] = (char)(0x80 | (code & 0x3f));
    to[0] = (char)(first[length] | code);
    return length;
}

static int digit_value(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return 99;
}

/* Reads at least `least` and at most `most` digits of `base`; the number of digits read, 0 when there are too few. */
static size_t read_digits(const char *at, const char *end, int base, size_t least, size_t most, uint32_t *code)
{
    size_t count = 0;
    *code = 0;
    while (count < most && at + count < end && digit_value(at[count]) < base)
        *code = *code * (uint32_t)base + (uint32_t)digit_value(at[count++]);
    return count < least ? 0 : count;
}

/* A numeric escape that starts after the backslash; 0: it is none. */
static size_t read_code(const char *at, const char *end, uint32_t *code)
{
    size_t digits = 0;
    if (*at >= '0' && *at <= '7') return read_digits(at, end, 8, 1, 3, code);
    if (*at == 'x') digits = 2;
    if (*at == 'u') digits = 4;
    if (*at == 'U') digits = 8;
    if (digits == 0 || read_digits(at + 1, end, 16, digits, digits, code) == 0) return 0;
    return 1 + digits;
}

/* Turns the escape at *at (a backslash) into bytes at `to`, of which there are never more than the escape has characters. */
static rclio_status unescape(const scanner *s, const char **at, const char *end, char **to)
{
    static const char letters[] = "\\\"'abfnrtv", values[] = "\\\"'\a\b\f\n\r\t\v";
    const char *start = *at, *letter = NULL;
    uint32_t code = 0;
    if (start + 1 < end) letter = strchr(letters, start[1]);
    if (letter && *letter) {
        *(*to)++ = values[letter - letters];
        *at += 2;
        return RCLIO_OK;
    }
    size_t used = start + 1 < end ? read_code(start + 1, end, &code) : 0;
    if (used == 0) { /* not an escape: kept as it is */
        *(*to)++ = *(*at)++;
        return RCLIO_OK;
    }
    if (code == 0) return scanner_fail(s, start, "a string cannot hold the character NUL");
    if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
        return scanner_fail(s, start, "'%.*s' is not a character", (int)used + 1, start);
    *to += utf8_write(*to, code);
    *at += 1 + used;
    return RCLIO_OK;
}

/* The text between the quotes, or NULL with the error set; the scanner stands behind the closing quote. */
static bool find_closing_quote(scanner *s, token *inner)
{
    char quote = *s->at;
    const char *start = s->at, *at = start + 1;
    while (at < s->end && *at != quote) at += *at == '\\' && at + 1 < s->end ? 2 : 1;
    if (at >= s->end) {
        scanner_fail(s, start, "the string that starts with %c has no closing %c", quote, quote);
        return false;
    }
    *inner = (token){.at = start + 1, .size = (size_t)(at - start - 1)};
    s->at = at + 1;
    return true;
}

const char *string_read(scanner *s, const char *stops)
{
    token raw;
    if (s->at < s->end && (*s->at == '"' || *s->at == '\'')) {
        if (!find_closing_quote(s, &raw)) return NULL;
    } else {
        raw = scanner_rest(s, stops);
    }
    char *text = arena_alloc(s->memory, raw.size + 1);
    char *to = text;
    if (!text) return NULL;
    for (const char *at = raw.at; at < raw.at + raw.size;) {
        if (*at != '\\')
            *to++ = *at++;
        else if (unescape(s, &at, raw.at + raw.size, &to))
            return NULL;
    }
    *to = '\0';
    return text;
}
