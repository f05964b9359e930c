/* src/types/description_default.c: see description_default.h. */
#include "types/description_default.h"

#include "types/message_internal.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The fewest digits that read back as the same value, as d.ddde[+-]xx. */
static void shortest_digits(double value, bool is_float32, char digits[40])
{
    int most = is_float32 ? 9 : 17;
    for (int precision = 1; precision <= most; precision++) {
        snprintf(digits, 40, "%.*e", precision - 1, value);
        double back = is_float32 ? (double)strtof(digits, NULL) : strtod(digits, NULL);
        if (back == value) return;
    }
}

/* Python's repr(): plain notation from 1e-4 to below 1e16, and always a fraction or an exponent. */
static void append_finite(text *t, double value, bool is_float32)
{
    char digits[40], mantissa[24] = "";
    size_t count = 0;
    shortest_digits(value, is_float32, digits);
    const char *mark = strchr(digits, 'e');
    int exponent = atoi(mark + 1);
    for (const char *at = digits; at < mark; at++) {
        if (*at >= '0' && *at <= '9') mantissa[count++] = *at;
    }
    if (signbit(value)) text_append_char(t, '-');
    if (exponent < -4 || exponent >= 16) {
        text_append_char(t, mantissa[0]);
        if (count > 1) text_append_char(t, '.');
        text_append_bytes(t, mantissa + 1, count - 1);
        text_append_format(t, "e%c%02d", exponent < 0 ? '-' : '+', abs(exponent));
        return;
    }
    if (exponent < 0) {
        text_append(t, "0.");
        text_append_repeated(t, '0', (size_t)(-exponent - 1));
        text_append_bytes(t, mantissa, count);
        return;
    }
    size_t whole = (size_t)exponent + 1;
    text_append_bytes(t, mantissa, count < whole ? count : whole);
    if (count < whole) text_append_repeated(t, '0', whole - count);
    text_append_char(t, '.');
    if (count > whole)
        text_append_bytes(t, mantissa + whole, count - whole);
    else
        text_append_char(t, '0');
}

static void append_float(text *t, double value, bool is_float32)
{
    if (isnan(value))
        text_append(t, "nan");
    else if (isinf(value))
        text_append(t, value < 0 ? "-inf" : "inf");
    else
        append_finite(t, value, is_float32);
}

/* A string among others, quoted as Python does. */
static void append_quoted(text *t, const char *string)
{
    char quote = strchr(string, '\'') && !strchr(string, '"') ? '"' : '\'';
    text_append_char(t, quote);
    for (const char *at = string; *at; at++) {
        unsigned char c = (unsigned char)*at;
        if (c == '\n')
            text_append(t, "\\n");
        else if (c == '\r')
            text_append(t, "\\r");
        else if (c == '\t')
            text_append(t, "\\t");
        else if (c < ' ' || c == 0x7f)
            text_append_format(t, "\\x%02x", (unsigned)c);
        else if (c == '\\' || *at == quote)
            text_append_format(t, "\\%c", *at);
        else
            text_append_char(t, *at);
    }
    text_append_char(t, quote);
}

static int64_t read_signed(const char *at, size_t size)
{
    int8_t bits8;
    int16_t bits16;
    int32_t bits32;
    int64_t bits64;
    switch (size) {
    case 1: return memcpy(&bits8, at, size), bits8;
    case 2: return memcpy(&bits16, at, size), bits16;
    case 4: return memcpy(&bits32, at, size), bits32;
    default: return memcpy(&bits64, at, size), bits64;
    }
}

static uint64_t read_unsigned(const char *at, size_t size)
{
    uint64_t bits = (uint64_t)read_signed(at, size);
    return size == 8 ? bits : bits & ((UINT64_C(1) << 8 * size) - 1);
}

static void append_number(text *t, rclio_base_type base, const char *at)
{
    float single;
    double value;
    size_t size = base_type_size(base);
    switch (base) {
    case RCLIO_BOOL: text_append(t, *(const bool *)at ? "True" : "False"); return;
    case RCLIO_FLOAT32: append_float(t, (double)(memcpy(&single, at, size), single), true); return;
    case RCLIO_FLOAT64: append_float(t, (memcpy(&value, at, size), value), false); return;
    case RCLIO_INT8:
    case RCLIO_INT16:
    case RCLIO_INT32:
    case RCLIO_INT64: text_append_format(t, "%lld", (long long)read_signed(at, size)); return;
    default: text_append_format(t, "%llu", (unsigned long long)read_unsigned(at, size)); return;
    }
}

static void append_value(text *t, const rclio_field *field, size_t index)
{
    if (field->base != RCLIO_STRING && field->base != RCLIO_WSTRING) {
        append_number(t, field->base, (const char *)field->default_value + index * base_type_size(field->base));
        return;
    }
    const char *string = ((const char *const *)field->default_value)[index];
    if (field->shape == RCLIO_SINGLE)
        text_append(t, string);
    else
        append_quoted(t, string);
}

static void append_all(text *t, const rclio_field *field)
{
    if (field->shape == RCLIO_SINGLE) {
        append_value(t, field, 0);
        return;
    }
    text_append_char(t, '(');
    for (size_t i = 0; i < field->default_count; i++) {
        if (i) text_append(t, ", ");
        append_value(t, field, i);
    }
    text_append(t, field->default_count == 1 ? ",)" : ")");
}

/* TYP-6 */
void append_default(text *t, const rclio_field *field)
{
    if (!field->default_value) return;
    /* The program's locale may have another decimal separator. glibc gives a static object for "C". */
    locale_t c_locale = newlocale(LC_ALL_MASK, "C", NULL);
    locale_t before = c_locale ? uselocale(c_locale) : NULL;
    append_all(t, field);
    if (!c_locale) return;
    uselocale(before);
    freelocale(c_locale);
}
