/* src/types/yaml_resolve.c: the type of a plain scalar (yaml_scalar.h). Each function matches the whole scalar or nothing. */
#include "types/yaml_scalar.h"

#include <string.h>

typedef struct cursor {
    const char *at;
    const char *end;
} cursor;

static bool at_end(const cursor *c)
{
    return c->at == c->end;
}

static bool skip_one(cursor *c, const char *set)
{
    if (at_end(c) || !*c->at || !strchr(set, *c->at)) return false;
    c->at++;
    return true;
}

static size_t skip_all(cursor *c, const char *set)
{
    size_t count = 0;
    while (skip_one(c, set)) count++;
    return count;
}

/* Between `least` and `most` characters of the set. */
static bool skip_some(cursor *c, const char *set, size_t least, size_t most)
{
    size_t count = 0;
    while (count < most && skip_one(c, set)) count++;
    return count >= least;
}

static bool skip_word(cursor *c, const char *const *words)
{
    for (; *words; words++) {
        size_t length = strlen(*words);
        if ((size_t)(c->end - c->at) < length || memcmp(c->at, *words, length) != 0) continue;
        c->at += length;
        return true;
    }
    return false;
}

#define DIGITS "0123456789"
static const char digits[] = DIGITS;
static const char digits_gaps[] = DIGITS "_";

/* (:[0-5]?[0-9])+ */
static bool skip_sixties(cursor *c)
{
    size_t groups = 0;
    while (skip_one(c, ":")) {
        const char *first = c->at;
        if (!skip_some(c, digits, 1, 2)) return false;
        if (c->at - first == 2 && *first > '5') return false;
        groups++;
    }
    return groups > 0;
}

static void skip_exponent(cursor *c)
{
    cursor try = *c;
    if (skip_one(&try, "eE") && skip_one(&try, "+-") && skip_all(&try, digits)) *c = try;
}

static bool is_float(cursor c)
{
    static const char *const infinities[] = {"inf", "Inf", "INF", NULL};
    static const char *const nans[] = {"nan", "NaN", "NAN", NULL};
    bool has_sign = skip_one(&c, "+-");
    if (skip_one(&c, ".")) {
        if (skip_word(&c, infinities)) return at_end(&c);
        if (has_sign) return false;
        if (skip_word(&c, nans)) return at_end(&c);
        if (!skip_one(&c, digits)) return false;
        skip_all(&c, digits_gaps);
        skip_exponent(&c);
        return at_end(&c);
    }
    if (!skip_one(&c, digits)) return false;
    skip_all(&c, digits_gaps);
    bool sixties = !at_end(&c) && *c.at == ':';
    if (sixties && !skip_sixties(&c)) return false;
    if (!skip_one(&c, ".")) return false;
    skip_all(&c, digits_gaps);
    if (!sixties) skip_exponent(&c);
    return at_end(&c);
}

static bool is_int(cursor c)
{
    skip_one(&c, "+-");
    if (skip_one(&c, "0")) {
        if (at_end(&c)) return true;
        if (skip_one(&c, "b")) return skip_all(&c, "01_") && at_end(&c);
        if (skip_one(&c, "x")) return skip_all(&c, digits_gaps) + skip_all(&c, "abcdefABCDEF" DIGITS "_") && at_end(&c);
        return skip_all(&c, "01234567_") && at_end(&c);
    }
    if (!skip_one(&c, digits)) return false;
    skip_all(&c, digits_gaps);
    return at_end(&c) || (skip_sixties(&c) && at_end(&c));
}

static void skip_zone(cursor *c)
{
    cursor try = *c;
    skip_all(&try, " \t");
    if (skip_one(&try, "Z")) {
        *c = try;
    } else if (skip_one(&try, "+-") && skip_some(&try, digits, 1, 2)) {
        *c = try;
        if (skip_one(&try, ":") && skip_some(&try, digits, 2, 2)) *c = try;
    }
}

static yaml_tag resolve_time(cursor c)
{
    const char *start = c.at;
    if (!skip_some(&c, digits, 4, 4) || !skip_one(&c, "-") || !skip_some(&c, digits, 1, 2)) return YAML_STR;
    if (!skip_one(&c, "-") || !skip_some(&c, digits, 1, 2)) return YAML_STR;
    if (at_end(&c)) return c.at - start == 10 ? YAML_DATE : YAML_STR;
    if (!skip_one(&c, "Tt") && !skip_all(&c, " \t")) return YAML_STR;
    if (!skip_some(&c, digits, 1, 2)) return YAML_STR;
    for (int part = 0; part < 2; part++)
        if (!skip_one(&c, ":") || !skip_some(&c, digits, 2, 2)) return YAML_STR;
    if (skip_one(&c, ".")) skip_all(&c, digits);
    skip_zone(&c);
    return at_end(&c) ? YAML_DATETIME : YAML_STR;
}

static bool is_word(cursor c, const char *const *words)
{
    for (; *words; words++)
        if (strlen(*words) == (size_t)(c.end - c.at) && memcmp(*words, c.at, strlen(*words)) == 0) return true;
    return false;
}

yaml_tag yaml_resolve(const char *scalar, size_t size)
{
    static const char *const bools[] = {"yes",   "Yes",   "YES", "no", "No", "NO",  "true", "True", "TRUE", "false",
                                        "False", "FALSE", "on",  "On", "ON", "off", "Off",  "OFF",  NULL};
    static const char *const nulls[] = {"~", "null", "Null", "NULL", "", NULL};
    cursor c = {scalar, scalar + size};
    if (is_word(c, nulls)) return YAML_NULL;
    if (is_word(c, bools)) return YAML_BOOL;
    if (is_float(c)) return YAML_FLOAT;
    if (is_int(c)) return YAML_INT;
    if (size == 2 && memcmp(scalar, "<<", 2) == 0) return YAML_MERGE;
    if (size == 1 && *scalar == '=') return YAML_VALUE;
    return resolve_time(c);
}
