/* src/types/python_numpy.c: fixed arrays of numbers as numpy 2 prints them, with its default options.
 *
 *   NP1  8 digits after the point at most, all columns of one width, lines of 75 characters.
 *   NP2  More than 1000 elements: the first and last three, which alone decide about the form.
 * Threads: one owner. */
#include "types/python_text.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_WIDTH = 75, PRECISION = 8, THRESHOLD = 1000, EDGE = 3, NUMBER_SIZE = 400, WORD_SIZE = 2 * NUMBER_SIZE };

/* How the numbers of one array look. */
typedef struct number_form {
    rclio_base_type base;
    bool exponential;
    int left;     /* characters before the point, or of a whole number */
    int right;    /* after it */
    int exponent; /* digits of the exponent */
} number_form;

static bool is_floating(rclio_base_type base)
{
    return base == RCLIO_FLOAT32 || base == RCLIO_FLOAT64;
}

static double floating_at(rclio_base_type base, const void *data, size_t index)
{
    return base == RCLIO_FLOAT32 ? (double)((const float *)data)[index] : ((const double *)data)[index];
}

/* Digits after the point of the shortest form, PRECISION at most; `skip`: digits before the point. */
static int fraction_digits(const decimal *d, int skip)
{
    int digits = d->count - skip;
    return digits < 0 ? 0 : digits > PRECISION ? PRECISION : digits;
}

static decimal decimal_of(rclio_base_type base, double value)
{
    return base == RCLIO_FLOAT32 ? decimal_of_float((float)value) : decimal_of_double(value);
}

static int strip_zeros(char *number)
{
    char *end = number + strlen(number);
    while (end > number && end[-1] == '0') *--end = '\0';
    return (int)(number + strlen(number) - strchr(number, '.')) - 1;
}

/* "1.25", "3.": the shortest form, or rounded where that is longer than PRECISION; returns the digits after the point. */
static int format_positional(rclio_base_type base, double value, char *number)
{
    decimal d = decimal_of(base, value);
    int digits = d.count - 1 - d.exponent;
    if (digits < 0) digits = 0;
    if (digits > PRECISION) digits = PRECISION;
    snprintf(number, NUMBER_SIZE, "%#.*f", digits, value);
    return strip_zeros(number);
}

static void measure_exponential(number_form *form, double value)
{
    char number[NUMBER_SIZE];
    decimal d = decimal_of(form->base, value);
    snprintf(number, sizeof number, "%#.*e", fraction_digits(&d, 1), value);
    char *exponent = strchr(number, 'e');
    int exponent_digits = (int)strlen(exponent) - 2;
    *exponent = '\0';
    int fraction = strip_zeros(number);
    int left = (int)(strchr(number, '.') - number);
    if (exponent_digits > form->exponent) form->exponent = exponent_digits;
    if (fraction > form->right) form->right = fraction;
    if (left > form->left) form->left = left;
}

static void measure_positional(number_form *form, double value)
{
    char number[NUMBER_SIZE];
    int fraction = format_positional(form->base, value, number);
    int left = (int)(strchr(number, '.') - number);
    if (fraction > form->right) form->right = fraction;
    if (left > form->left) form->left = left;
}

/* The element that is printed after this one. */
static size_t next_shown(size_t index, size_t count)
{
    return count > THRESHOLD && index == EDGE - 1 ? count - EDGE : index + 1;
}

static bool wants_exponent(rclio_base_type base, const void *data, size_t count)
{
    double least = INFINITY, most = 0;
    for (size_t i = 0; i < count; i = next_shown(i, count)) {
        double value = fabs(floating_at(base, data, i));
        if (!isfinite(value) || value == 0) continue;
        if (value < least) least = value;
        if (value > most) most = value;
    }
    if (most == 0) return false;
    double ratio = base == RCLIO_FLOAT32 ? (double)((float)most / (float)least) : most / least;
    return most >= (base == RCLIO_FLOAT32 ? 1e6 : 1e8) || least < 0.0001 || ratio > 1000;
}

static void measure_floating(number_form *form, const void *data, size_t count)
{
    bool any_finite = false, any_nan = false, any_infinite = false, any_negative_infinite = false;
    form->exponential = wants_exponent(form->base, data, count);
    for (size_t i = 0; i < count; i = next_shown(i, count)) {
        double value = floating_at(form->base, data, i);
        any_nan |= isnan(value) != 0;
        any_infinite |= isinf(value) != 0;
        any_negative_infinite |= isinf(value) && value < 0;
        if (!isfinite(value)) continue;
        any_finite = true;
        if (form->exponential)
            measure_exponential(form, value);
        else
            measure_positional(form, value);
    }
    int right = form->exponential && any_finite ? form->right + form->exponent + 2 : form->right;
    int needed = 3 + any_negative_infinite - right - 1;
    if ((any_nan || any_infinite) && needed > form->left) form->left = needed;
}

static void measure(number_form *form, const void *data, size_t count, size_t element_size)
{
    if (is_floating(form->base)) {
        measure_floating(form, data, count);
        return;
    }
    for (size_t i = 0; i < count; i = next_shown(i, count)) {
        text number;
        text_init(&number);
        python_integer(&number, form->base, (const char *)data + i * element_size);
        if ((int)number.length > form->left) form->left = (int)number.length;
        text_fini(&number);
    }
}

/* C writes two digits of an exponent at least, numpy as many as the longest in the array needs. */
static void format_exponential(const number_form *form, double value, char *word)
{
    char number[NUMBER_SIZE];
    snprintf(number, sizeof number, "%#.*e", form->right, value);
    char *exponent = strchr(number, 'e');
    char sign = exponent[1];
    int power = atoi(exponent + 2);
    int left = (int)(strchr(number, '.') - number);
    *exponent = '\0';
    snprintf(word, WORD_SIZE, "%*s%se%c%0*d", form->left > left ? form->left - left : 0, "", number, sign, form->exponent, power);
}

static void format_floating(const number_form *form, double value, char *word)
{
    char number[NUMBER_SIZE];
    if (!isfinite(value)) {
        int right = form->exponential ? form->right + form->exponent + 2 : form->right;
        snprintf(word, WORD_SIZE, "%*s", form->left + right + 1, isnan(value) ? "nan" : value < 0 ? "-inf" : "inf");
        return;
    }
    if (form->exponential) {
        format_exponential(form, value, word);
        return;
    }
    int fraction = format_positional(form->base, value, number);
    int left = (int)(strchr(number, '.') - number);
    snprintf(word, WORD_SIZE, "%*s%s%*s", form->left - left, "", number, form->right - fraction, "");
}

/* A line being filled: numpy breaks before the word that would pass the width. */
typedef struct line_state {
    text *out;
    size_t start; /* where the line begins in out */
    size_t indent;
    size_t width;
} line_state;

static void append_word(line_state *line, const char *word)
{
    size_t length = line->out->length - line->start;
    if (length + strlen(word) > line->width && length > line->indent) {
        while (line->out->length > line->start && line->out->data[line->out->length - 1] == ' ')
            text_truncate(line->out, line->out->length - 1);
        text_append_char(line->out, '\n');
        line->start = line->out->length;
        text_append_repeated(line->out, ' ', line->indent);
    }
    text_append(line->out, word);
}

/* `t` ends in "array(" or in nothing of this line that counts; `prefix` is the length of that. */
static void append_array(text *t, rclio_base_type base, const void *data, size_t count, size_t prefix, size_t suffix,
                         const char *separator)
{
    const rclio_field field = {.base = base};
    size_t element_size = rclio_field_element_size(&field);
    number_form form = {.base = base};
    measure(&form, data, count, element_size);
    line_state line = {.out = t, .start = t->length - prefix, .indent = prefix + 1, .width = LINE_WIDTH - suffix - 1};
    text_append_char(t, '[');
    for (size_t i = 0; i < count; i = next_shown(i, count)) {
        char word[WORD_SIZE];
        if (is_floating(base)) {
            format_floating(&form, floating_at(base, data, i), word);
        } else {
            text number;
            text_init(&number);
            python_integer(&number, base, (const char *)data + i * element_size);
            snprintf(word, sizeof word, "%*s", form.left, number.data);
            text_fini(&number);
        }
        append_word(&line, word);
        if (i + 1 < count) text_append(t, separator);
        if (count > THRESHOLD && i == EDGE - 1) {
            append_word(&line, "...");
            text_append(t, separator);
        }
    }
    text_append_char(t, ']');
}

void python_numpy_str(text *t, rclio_base_type base, const void *data, size_t count)
{
    append_array(t, base, data, count, 0, 0, " ");
}

static const char *dtype_name(rclio_base_type base)
{
    switch (base) {
    case RCLIO_INT8: return "int8";
    case RCLIO_UINT8:
    case RCLIO_BYTE: return "uint8";
    case RCLIO_INT16: return "int16";
    case RCLIO_UINT16: return "uint16";
    case RCLIO_INT32: return "int32";
    case RCLIO_UINT32: return "uint32";
    case RCLIO_UINT64: return "uint64";
    case RCLIO_FLOAT32: return "float32";
    default: return NULL; /* int64 and float64 go without saying */
    }
}

void python_numpy_repr(text *t, rclio_base_type base, const void *data, size_t count)
{
    static const char prefix[] = "array(";
    char extra[96] = "";
    const char *dtype = dtype_name(base);
    size_t start = t->length;
    if (count > THRESHOLD) snprintf(extra, sizeof extra, "shape=(%zu,)%s", count, dtype ? ", " : "");
    if (dtype) snprintf(extra + strlen(extra), sizeof extra - strlen(extra), "dtype=%s", dtype);
    text_append(t, prefix);
    append_array(t, base, data, count, sizeof prefix - 1, 1, ", ");
    if (*extra) {
        const char *newline = t->failed ? NULL : memrchr(t->data + start, '\n', t->length - start);
        size_t line_start = newline ? (size_t)(newline - t->data) + 1 : start;
        text_append_char(t, ',');
        bool fits = t->length - line_start + strlen(extra) + 2 <= LINE_WIDTH;
        text_append(t, fits ? " " : "\n      ");
        text_append(t, extra);
    }
    text_append_char(t, ')');
}
