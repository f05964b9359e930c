/* src/types/definition_value.c: see definition_value.h. */
#include "types/definition_value.h"

#include "base/error.h"
#include "types/definition_text.h"
#include "types/message_internal.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { NUMBER_SIZE_MAX = 400 }; /* characters; the longest exact double has fewer */

static const struct {
    const char *name;
    int64_t least;
    uint64_t most;
} bases[] = {
    [RCLIO_INT8] = {"int8", INT8_MIN, INT8_MAX},
    [RCLIO_UINT8] = {"uint8", 0, UINT8_MAX},
    [RCLIO_INT16] = {"int16", INT16_MIN, INT16_MAX},
    [RCLIO_UINT16] = {"uint16", 0, UINT16_MAX},
    [RCLIO_INT32] = {"int32", INT32_MIN, INT32_MAX},
    [RCLIO_UINT32] = {"uint32", 0, UINT32_MAX},
    [RCLIO_INT64] = {"int64", INT64_MIN, INT64_MAX},
    [RCLIO_UINT64] = {"uint64", 0, UINT64_MAX},
    [RCLIO_FLOAT32] = {"float32", 0, 0},
    [RCLIO_FLOAT64] = {"float64", 0, 0},
    [RCLIO_BOOL] = {"bool", 0, 0},
    [RCLIO_BYTE] = {"byte", 0, UINT8_MAX},
    [RCLIO_STRING] = {"string", 0, 0},
    [RCLIO_WSTRING] = {"wstring", 0, 0},
};

const char *base_type_name(rclio_base_type base)
{
    return bases[base].name;
}

size_t bound_from_text(const char *digits, size_t size)
{
    uint64_t value = 0;
    if (size > 1 && digits[0] == '+') digits++, size--;
    for (size_t i = 0; i < size; i++) {
        if (digits[i] < '0' || digits[i] > '9') return 0;
        value = value * 10 + (uint64_t)(digits[i] - '0');
        if (value > UINT32_MAX) return 0;
    }
    return (size_t)value;
}

/* Copies the characters of a number without '_', which may only stand between two digits (or after a prefix like 0x). */
static bool copy_number(token t, char number[NUMBER_SIZE_MAX + 1])
{
    size_t length = 0;
    if (t.size == 0 || t.size > NUMBER_SIZE_MAX) return false;
    for (size_t i = 0; i < t.size; i++) {
        char c = t.at[i];
        if (c == '_' && (i == 0 || i + 1 == t.size || t.at[i - 1] == '_' || t.at[i - 1] == '.' || t.at[i + 1] == '.'))
            return false;
        if (c != '_') number[length++] = c;
    }
    number[length] = '\0';
    return true;
}

static int digit_of(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'z') return c - 'a' + 10;
    if (c >= 'A' && c <= 'Z') return c - 'A' + 10;
    return 99;
}

static uint64_t prefix_base(const char *digits)
{
    if (digits[0] != '0') return 10;
    switch (digits[1]) {
    case 'x':
    case 'X': return 16;
    case 'o':
    case 'O': return 8;
    case 'b':
    case 'B': return 2;
    default: return 10;
    }
}

/* Sign and magnitude of an integer literal; *overflow: it is one, beyond 64 bits. */
static bool read_magnitude(token t, bool *negative, uint64_t *magnitude, bool *overflow)
{
    char number[NUMBER_SIZE_MAX + 1];
    if (!copy_number(t, number)) return false;
    const char *at = number;
    *negative = *at == '-';
    *overflow = false;
    *magnitude = 0;
    if (*at == '-' || *at == '+') at++;
    uint64_t base = prefix_base(at);
    if (base != 10) at += 2;
    if (!*at) return false;
    for (; *at; at++) {
        uint64_t digit = (uint64_t)digit_of(*at);
        if (digit >= base) return false;
        if (*magnitude > (UINT64_MAX - digit) / base) *overflow = true;
        *magnitude = *magnitude * base + digit;
    }
    return true;
}

static void store_integer(rclio_base_type base, uint64_t bits, void *to)
{
    size_t size = base_type_size(base);
    uint8_t bits8 = (uint8_t)bits;
    uint16_t bits16 = (uint16_t)bits;
    uint32_t bits32 = (uint32_t)bits;
    memcpy(to, size == 1 ? (void *)&bits8 : size == 2 ? (void *)&bits16 : size == 4 ? (void *)&bits32 : (void *)&bits, size);
}

/* IDL-2 */
static rclio_status read_integer(const scanner *s, token t, rclio_base_type base, const char *type, void *to)
{
    bool negative, overflow;
    uint64_t magnitude;
    if (!read_magnitude(t, &negative, &magnitude, &overflow))
        return scanner_fail(s, t.at, "'%.*s' is not an integer, which %s needs", token_width(t), t.at, type);
    uint64_t limit = negative ? (uint64_t)0 - (uint64_t)bases[base].least : bases[base].most;
    if (overflow || magnitude > limit)
        return scanner_fail(s, t.at, "%.*s is out of range for %s (%lld to %llu)", token_width(t), t.at, type,
                            (long long)bases[base].least, (unsigned long long)bases[base].most);
    store_integer(base, negative ? (uint64_t)0 - magnitude : magnitude, to);
    return RCLIO_OK;
}

static bool skip_digits(const char **at)
{
    const char *start = *at;
    while (**at >= '0' && **at <= '9') ++*at;
    return *at > start;
}

/* Decimal digits with a fraction and an exponent, or a name of what is no finite number: what strtod reads, without the rest. */
static bool is_float(const char *at)
{
    static const char *const names[] = {"nan", "inf", "infinity", NULL};
    if (*at == '-' || *at == '+') at++;
    for (size_t i = 0; names[i]; i++) {
        if (strcasecmp(at, names[i]) == 0) return true;
    }
    bool digits = skip_digits(&at);
    if (*at == '.') {
        at++;
        digits |= skip_digits(&at);
    }
    if (!digits) return false;
    if (*at != 'e' && *at != 'E') return !*at;
    at++;
    if (*at == '-' || *at == '+') at++;
    return skip_digits(&at) && !*at;
}

static rclio_status read_float(const scanner *s, token t, rclio_base_type base, const char *type, void *to)
{
    char number[NUMBER_SIZE_MAX + 1];
    if (!copy_number(t, number) || !is_float(number))
        return scanner_fail(s, t.at, "'%.*s' is not a number, which %s needs", token_width(t), t.at, type);
    /* In the C locale, whatever the program has set: the separator is '.'. glibc gives a static object. */
    locale_t c_locale = newlocale(LC_ALL_MASK, "C", NULL);
    if (!c_locale) return rclio_fail(RCLIO_NO_MEMORY, "out of memory for a locale");
    if (base == RCLIO_FLOAT32) {
        float value = strtof_l(number, NULL, c_locale);
        memcpy(to, &value, sizeof value);
    } else {
        double value = strtod_l(number, NULL, c_locale);
        memcpy(to, &value, sizeof value);
    }
    freelocale(c_locale);
    return RCLIO_OK;
}

/* IDL-2 */
static rclio_status read_bool(const scanner *s, token t, void *to)
{
    bool is_true = token_is(t, "1") || (t.size == 4 && strncasecmp(t.at, "true", 4) == 0);
    bool is_false = token_is(t, "0") || (t.size == 5 && strncasecmp(t.at, "false", 5) == 0);
    if (!is_true && !is_false)
        return scanner_fail(s, t.at, "'%.*s' is neither true nor false, which bool needs", token_width(t), t.at);
    memcpy(to, &is_true, sizeof is_true);
    return RCLIO_OK;
}

static rclio_status read_string(scanner *s, size_t bound, const char *stops, void *to)
{
    const char *start = s->at;
    const char *value = string_read(s, stops);
    if (!value) return rclio_error_status();
    if (bound && utf8_count(value) > bound)
        return scanner_fail(s, start, "the string has %zu characters: its type allows %zu", utf8_count(value), bound);
    memcpy(to, &value, sizeof value);
    return RCLIO_OK;
}

static bool is_text(rclio_base_type base)
{
    return base == RCLIO_STRING || base == RCLIO_WSTRING;
}

/* Size of a value in `default_value` and in constants. */
static size_t stored_size(rclio_base_type base)
{
    return is_text(base) ? sizeof(char *) : base_type_size(base);
}

struct wanted {
    rclio_base_type base;
    size_t string_bound;
    const char *type; /* as the user wrote it */
};

static rclio_status read_one(scanner *s, const struct wanted *wanted, const char *stops, void *to)
{
    if (is_text(wanted->base)) return read_string(s, wanted->string_bound, stops, to);
    token t = scanner_rest(s, stops);
    if (t.size == 0) return scanner_fail(s, t.at, "a value of type %s is missing", wanted->type);
    if (wanted->base == RCLIO_BOOL) return read_bool(s, t, to);
    if (wanted->base == RCLIO_FLOAT32 || wanted->base == RCLIO_FLOAT64) return read_float(s, t, wanted->base, wanted->type, to);
    return read_integer(s, t, wanted->base, wanted->type, to);
}

static rclio_status expect_line_end(scanner *s)
{
    if (scanner_at_end(s)) return RCLIO_OK;
    token t = scanner_rest(s, "");
    return scanner_fail(s, t.at, "unexpected '%.*s' after the value", token_width(t), t.at);
}

static rclio_status read_elements(scanner *s, const struct wanted *wanted, char *values, size_t *count)
{
    size_t size = stored_size(wanted->base);
    s->at++; /* the '[' */
    if (!scanner_at_end(s) && *s->at == ']') {
        s->at++;
        return RCLIO_OK;
    }
    for (;;) {
        if (scanner_at_end(s)) return scanner_fail(s, s->at, "the array of defaults has no closing ]");
        if (is_text(wanted->base) && *s->at == ',')
            return scanner_fail(s, s->at, "unexpected ',': a string is missing before it");
        rclio_status status = read_one(s, wanted, ",]", values + *count * size);
        if (status) return status;
        ++*count;
        if (scanner_at_end(s)) return scanner_fail(s, s->at, "the array of defaults has no closing ]");
        char mark = *s->at;
        if (mark != ',' && mark != ']')
            return scanner_fail(s, s->at, "unexpected '%c': the elements of an array are separated by ','", mark);
        s->at++;
        /* Upstream's files may end a list of strings (not of numbers) with a comma. */
        bool last_comma = mark == ',' && is_text(wanted->base) && !scanner_at_end(s) && *s->at == ']';
        if (last_comma) s->at++;
        if (mark == ']' || last_comma) return RCLIO_OK;
    }
}

static size_t count_commas(const scanner *s)
{
    size_t count = 0;
    for (const char *at = s->at; at < s->end; at++) count += *at == ',';
    return count;
}

static rclio_status read_array(scanner *s, const struct wanted *wanted, rclio_field *field)
{
    const char *start = s->at;
    if (*start != '[') {
        token t = scanner_rest(s, "");
        return scanner_fail(s, start, "'%.*s' is not an array: write the default of '%s' as [a, b]", token_width(t), start,
                            field->name);
    }
    char *values = arena_array(s->memory, count_commas(s) + 1, stored_size(field->base));
    if (!values) return RCLIO_NO_MEMORY;
    rclio_status status = read_elements(s, wanted, values, &field->default_count);
    if (status) return status;
    field->default_value = values;
    bool is_wrong = (field->shape == RCLIO_ARRAY && field->default_count != field->capacity) ||
                    (field->shape == RCLIO_BOUNDED_SEQUENCE && field->default_count > field->capacity);
    if (is_wrong)
        return scanner_fail(s, start, "the default of '%s' has %zu elements: its type has %s%zu", field->name,
                            field->default_count, field->shape == RCLIO_ARRAY ? "" : "at most ", field->capacity);
    return expect_line_end(s);
}

rclio_status value_read_default(scanner *s, rclio_field *field)
{
    struct wanted wanted = {field->base, field->string_bound, field->is_char ? "char" : base_type_name(field->base)};
    if (field->shape != RCLIO_SINGLE) return read_array(s, &wanted, field);
    void *value = arena_alloc(s->memory, stored_size(field->base));
    if (!value) return RCLIO_NO_MEMORY;
    rclio_status status = read_one(s, &wanted, "", value);
    if (status) return status;
    field->default_value = value;
    field->default_count = 1;
    return expect_line_end(s);
}

rclio_status value_read_constant(scanner *s, rclio_constant *constant)
{
    struct wanted wanted = {constant->base, 0, base_type_name(constant->base)};
    void *value = arena_alloc(s->memory, stored_size(constant->base));
    if (!value) return RCLIO_NO_MEMORY;
    scanner_at_end(s); /* skips blanks; an empty string is legal */
    rclio_status status = read_one(s, &wanted, "", value);
    if (status) return status;
    constant->value = value;
    return expect_line_end(s);
}
