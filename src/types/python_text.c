/* src/types/python_text.c: numbers and strings (python_text.h). */
#include "types/python_text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void decimal_parse(decimal *d, const char *number)
{
    const char *c = number;
    *d = (decimal){.negative = *c == '-'};
    if (*c == '-') c++;
    for (; *c && *c != 'e'; c++)
        if (*c != '.') d->digits[d->count++] = *c;
    d->exponent = *c ? atoi(c + 1) : 0;
    while (d->count > 1 && d->digits[d->count - 1] == '0') d->count--;
}

/* One more in the last place: at a power of two the number above may be the nearest that reads back. */
static void next_above(char *number)
{
    char *end = strchr(number, 'e');
    for (char *c = end - 1; c >= number; c--) {
        if (*c == '.' || *c == '-') continue;
        if (*c != '9') {
            ++*c;
            return;
        }
        *c = '0';
    }
}

/* Either double or float reads the text back. */
typedef bool reads_back(const char *text, double value);

static bool reads_back_double(const char *number, double value)
{
    return strtod(number, NULL) == value;
}

static bool reads_back_float(const char *number, double value)
{
    return (double)strtof(number, NULL) == value;
}

static decimal shortest(double value, int first, int last, reads_back *reads)
{
    char number[40];
    decimal d;
    for (int digits = first; digits <= last; digits++) {
        snprintf(number, sizeof number, "%.*e", digits - 1, value);
        if (reads(number, value)) break;
        next_above(number);
        if (reads(number, value)) break;
    }
    decimal_parse(&d, number);
    return d;
}

/* Every number of 15 (6) digits reads back, unless it is subnormal: only below that the search starts at one digit. */
decimal decimal_of_double(double value)
{
    return shortest(value, fabs(value) < 2.3e-308 ? 1 : 15, 17, reads_back_double);
}

decimal decimal_of_float(float value)
{
    return shortest((double)value, fabsf(value) < 1.2e-38f ? 1 : 6, 9, reads_back_float);
}

static bool append_not_finite(text *t, double value)
{
    if (isfinite(value)) return false;
    text_append(t, isnan(value) ? "nan" : value < 0 ? "-inf" : "inf");
    return true;
}

static void append_positional(text *t, const decimal *d)
{
    if (d->exponent < 0) {
        text_append(t, "0.");
        text_append_repeated(t, '0', (size_t)(-d->exponent - 1));
        text_append_bytes(t, d->digits, (size_t)d->count);
        return;
    }
    int whole = d->exponent + 1;
    int there = d->count < whole ? d->count : whole;
    text_append_bytes(t, d->digits, (size_t)there);
    text_append_repeated(t, '0', (size_t)(whole - there));
    text_append_char(t, '.');
    if (d->count > whole)
        text_append_bytes(t, d->digits + whole, (size_t)(d->count - whole));
    else
        text_append_char(t, '0');
}

static void append_decimal(text *t, const decimal *d, bool positional)
{
    if (d->negative) text_append_char(t, '-');
    if (positional) {
        append_positional(t, d);
        return;
    }
    text_append_char(t, d->digits[0]);
    if (d->count > 1) {
        text_append_char(t, '.');
        text_append_bytes(t, d->digits + 1, (size_t)d->count - 1);
    }
    text_append_format(t, "e%c%02d", d->exponent < 0 ? '-' : '+', abs(d->exponent));
}

void python_double(text *t, double value)
{
    if (append_not_finite(t, value)) return;
    decimal d = decimal_of_double(value);
    append_decimal(t, &d, d.exponent >= -4 && d.exponent < 16);
}

void python_float32(text *t, float value)
{
    if (append_not_finite(t, (double)value)) return;
    decimal d = decimal_of_float(value);
    double size = fabs((double)value);
    append_decimal(t, &d, size == 0 || (size >= 1e-4 && size < 1e6));
}

static void append_escaped(text *t, uint32_t point, char quote)
{
    switch (point) {
    case '\n': text_append(t, "\\n"); return;
    case '\r': text_append(t, "\\r"); return;
    case '\t': text_append(t, "\\t"); return;
    case '\\': text_append(t, "\\\\"); return;
    default: break;
    }
    if (point == (unsigned char)quote)
        text_append_format(t, "\\%c", quote);
    else if (point < 0x20 || point == 0x7f)
        text_append_format(t, "\\x%02x", point);
    else
        text_append_point(t, point);
}

/* Python prefers single quotes, unless there are single ones inside and no double ones. */
static char choose_quote(bool has_single, bool has_double)
{
    return has_single && !has_double ? '"' : '\'';
}

void python_string(text *t, const points *string)
{
    bool has_single = false, has_double = false;
    for (size_t i = 0; i < string->count; i++) {
        if (string->data[i] == '\'') has_single = true;
        if (string->data[i] == '"') has_double = true;
    }
    char quote = choose_quote(has_single, has_double);
    text_append_char(t, quote);
    for (size_t i = 0; i < string->count; i++) {
        uint32_t point = string->data[i];
        if (point < 0x80 || python_is_printable(point))
            append_escaped(t, point, quote);
        else
            text_append_format(t, point < 0x100 ? "\\x%02x" : point < 0x10000 ? "\\u%04x" : "\\U%08x", point);
    }
    text_append_char(t, quote);
}

void python_bytes(text *t, const uint8_t *bytes, size_t size)
{
    char quote = choose_quote(size && memchr(bytes, '\'', size), size && memchr(bytes, '"', size));
    text_append_format(t, "b%c", quote);
    for (size_t i = 0; i < size; i++) {
        if (bytes[i] < 0x80)
            append_escaped(t, bytes[i], quote);
        else
            text_append_format(t, "\\x%02x", bytes[i]);
    }
    text_append_char(t, quote);
}
