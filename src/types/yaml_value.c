/* src/types/yaml_value.c: see yaml_value.h. */
#include "types/yaml_value.h"

#include "base/error.h"
#include "types/python_text.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *value_type(const yaml_node *node)
{
    static const char *const names[] = {
        [YAML_STR] = "str",   [YAML_NULL] = "NoneType",     [YAML_BOOL] = "bool", [YAML_INT] = "int",   [YAML_FLOAT] = "float",
        [YAML_DATE] = "date", [YAML_DATETIME] = "datetime", [YAML_MERGE] = "str", [YAML_VALUE] = "str", [YAML_BINARY] = "bytes",
    };
    node = yaml_follow(node);
    if (node->kind == YAML_SCALAR) return names[node->tag];
    return node->kind == YAML_SEQUENCE ? "list" : "dict";
}

static rclio_status fail_literal(const char *format, const char *string, size_t size)
{
    text quoted;
    points p;
    text_init(&quoted);
    if (!points_from_utf8(&p, string, size)) return RCLIO_NO_MEMORY;
    python_string(&quoted, &p);
    points_fini(&p);
    rclio_status status = rclio_fail(RCLIO_BAD_DATA, format, quoted.data);
    text_fini(&quoted);
    return status;
}

/* A copy without underscores, and in small letters when asked. */
static char *clean_copy(const yaml_node *node, bool small)
{
    char *copy = calloc(1, node->size + 1), *to = copy;
    if (!copy) return rclio_fail_null(RCLIO_NO_MEMORY, "no memory for a number of %zu characters", node->size);
    for (size_t i = 0; i < node->size; i++)
        if (node->scalar[i] != '_') *to++ = small ? (char)tolower((unsigned char)node->scalar[i]) : node->scalar[i];
    return copy;
}

static void whole_push(whole *number, unsigned base, unsigned digit)
{
    if (number->magnitude > (UINT64_MAX - digit) / base) number->huge = true;
    number->magnitude = number->magnitude * base + digit;
}

static bool read_digits(const char *digits, unsigned base, whole *number)
{
    if (!*digits) return false;
    for (const char *c = digits; *c; c++) {
        unsigned digit = isdigit((unsigned char)*c) ? (unsigned)(*c - '0') : (unsigned)(tolower((unsigned char)*c) - 'a' + 10);
        if (!isxdigit((unsigned char)*c) || digit >= base) return false;
        whole_push(number, base, digit);
    }
    return true;
}

/* 1:30:00 is 5400 */
static bool read_sixties(const char *digits, whole *number)
{
    while (true) {
        unsigned part = 0;
        bool any = false;
        /* Only the first part can be long. */
        whole first = *number;
        for (; isdigit((unsigned char)*digits); digits++, any = true) {
            whole_push(&first, 10, (unsigned)(*digits - '0'));
            part = part < 1000 ? part * 10 + (unsigned)(*digits - '0') : part;
        }
        if (!any) return false;
        if (number->magnitude == 0 && !number->huge)
            *number = first;
        else
            whole_push(number, 60, part);
        if (*digits != ':') return !*digits;
        digits++;
    }
}

/* What PyYAML makes of a scalar that is an integer. */
static rclio_status construct_whole(const yaml_node *node, whole *number)
{
    char *copy = clean_copy(node, false), *digits = copy;
    bool right = false;
    *number = (whole){0};
    if (!copy) return RCLIO_NO_MEMORY;
    number->negative = *digits == '-';
    if (*digits == '-' || *digits == '+') digits++;
    if (starts_with(digits, "0b"))
        right = read_digits(digits + 2, 2, number);
    else if (starts_with(digits, "0x"))
        right = read_digits(digits + 2, 16, number);
    else if (*digits == '0')
        right = read_digits(digits, 8, number);
    else if (strchr(digits, ':'))
        right = read_sixties(digits, number);
    else
        right = read_digits(digits, 10, number);
    free(copy);
    return right ? RCLIO_OK : fail_literal("invalid literal for int() with base 10: %s", node->scalar, node->size);
}

static double read_sixties_double(const char *digits)
{
    double value = 0;
    for (const char *part = digits; part; part = strchr(part, ':'), part = part ? part + 1 : NULL)
        value = value * 60 + strtod(part, NULL);
    return value;
}

static bool is_decimal(const char *number)
{
    const char *c = number + (*number == '-' || *number == '+');
    size_t digits = strspn(c, "0123456789");
    c += digits;
    if (*c == '.') {
        size_t fraction = strspn(++c, "0123456789");
        digits += fraction;
        c += fraction;
    }
    if (!digits) return false;
    if (*c == 'e' || *c == 'E') {
        c++;
        if (*c == '-' || *c == '+') c++;
        size_t exponent = strspn(c, "0123456789");
        if (!exponent) return false;
        c += exponent;
    }
    return !*c;
}

static rclio_status construct_double(const yaml_node *node, double *number)
{
    char *copy = clean_copy(node, true), *digits = copy;
    if (!copy) return RCLIO_NO_MEMORY;
    rclio_status status = RCLIO_OK;
    bool negative = *digits == '-';
    if (*digits == '-' || *digits == '+') digits++;
    if (strcmp(digits, ".inf") == 0)
        *number = INFINITY;
    else if (strcmp(digits, ".nan") == 0)
        *number = NAN;
    else if (strchr(digits, ':'))
        *number = read_sixties_double(digits);
    else if (is_decimal(digits))
        *number = strtod(digits, NULL);
    else
        status = fail_literal("could not convert string to float: %s", node->scalar, node->size);
    if (negative) *number = -*number;
    free(copy);
    return status;
}

/* Python's int() and float() take spaces around a number and single underscores between digits. Returns a copy without them; NULL
 * without an error: not like that. */
static char *strip_literal(const yaml_node *node, bool *failed)
{
    const char *first = node->scalar, *end = node->scalar + node->size;
    while (first < end && isspace((unsigned char)*first)) first++;
    while (end > first && isspace((unsigned char)end[-1])) end--;
    char *copy = malloc((size_t)(end - first) + 1), *to = copy;
    *failed = !copy;
    if (!copy) return rclio_fail_null(RCLIO_NO_MEMORY, "no memory for a number of %zu characters", node->size);
    for (const char *c = first; c < end; c++) {
        bool between = c > first && c + 1 < end && isdigit((unsigned char)c[-1]) && isdigit((unsigned char)c[1]);
        if (!*c || (*c == '_' && !between)) {
            free(copy);
            return NULL;
        }
        if (*c != '_') *to++ = *c;
    }
    *to = '\0';
    return copy;
}

static rclio_status string_to_whole(const yaml_node *node, whole *number)
{
    bool failed = false;
    char *copy = strip_literal(node, &failed), *digits = copy;
    bool right = false;
    *number = (whole){0};
    if (failed) return RCLIO_NO_MEMORY;
    if (copy) {
        number->negative = *digits == '-';
        if (*digits == '-' || *digits == '+') digits++;
        right = read_digits(digits, 10, number);
        free(copy);
    }
    return right ? RCLIO_OK : fail_literal("invalid literal for int() with base 10: %s", node->scalar, node->size);
}

static bool is_named(const char *number, const char *name)
{
    return strcasecmp(number + (*number == '-' || *number == '+'), name) == 0;
}

static bool read_double(const char *literal, double *number)
{
    if (is_named(literal, "inf") || is_named(literal, "infinity")) {
        *number = *literal == '-' ? -INFINITY : INFINITY;
        return true;
    }
    bool right = is_decimal(literal);
    if (right) *number = strtod(literal, NULL);
    if (is_named(literal, "nan")) *number = NAN;
    return right || is_named(literal, "nan");
}

static rclio_status string_to_double(const yaml_node *node, double *number)
{
    bool failed = false;
    char *copy = strip_literal(node, &failed);
    if (failed) return RCLIO_NO_MEMORY;
    bool right = copy && read_double(copy, number);
    free(copy);
    return right ? RCLIO_OK : fail_literal("could not convert string to float: %s", node->scalar, node->size);
}

static rclio_status double_to_whole(double value, whole *number)
{
    if (isnan(value)) return rclio_fail(RCLIO_BAD_DATA, "cannot convert float NaN to integer");
    if (isinf(value)) return rclio_fail(RCLIO_BAD_DATA, "cannot convert float infinity to integer");
    *number = (whole){.negative = value < 0, .huge = fabs(value) >= 18446744073709551616.0};
    if (!number->huge) number->magnitude = (uint64_t)fabs(value);
    return RCLIO_OK;
}

static bool bool_of(const yaml_node *node)
{
    return strcasecmp(node->scalar, "yes") == 0 || strcasecmp(node->scalar, "true") == 0 || strcasecmp(node->scalar, "on") == 0;
}

static rclio_status fail_kind(bool *kind_is_wrong)
{
    *kind_is_wrong = true;
    return RCLIO_BAD_DATA;
}

rclio_status value_to_whole(const yaml_node *node, whole *number, bool *kind_is_wrong)
{
    double real = 0;
    rclio_status status;
    *kind_is_wrong = false;
    node = yaml_follow(node);
    if (node->kind != YAML_SCALAR) return fail_kind(kind_is_wrong);
    switch (node->tag) {
    case YAML_INT: return construct_whole(node, number);
    case YAML_BOOL: *number = (whole){.magnitude = bool_of(node)}; return RCLIO_OK;
    case YAML_FLOAT: status = construct_double(node, &real); return status == RCLIO_OK ? double_to_whole(real, number) : status;
    case YAML_STR:
    case YAML_MERGE:
    case YAML_VALUE: return string_to_whole(node, number);
    default: return fail_kind(kind_is_wrong);
    }
}

rclio_status value_to_double(const yaml_node *node, double *number, bool *kind_is_wrong)
{
    whole integer;
    rclio_status status;
    *kind_is_wrong = false;
    node = yaml_follow(node);
    if (node->kind != YAML_SCALAR) return fail_kind(kind_is_wrong);
    switch (node->tag) {
    case YAML_INT:
        status = construct_whole(node, &integer);
        if (status != RCLIO_OK) return status;
        if (integer.huge) return string_to_double(node, number);
        *number = integer.negative && integer.magnitude ? -(double)integer.magnitude : (double)integer.magnitude;
        return RCLIO_OK;
    case YAML_BOOL: *number = bool_of(node); return RCLIO_OK;
    case YAML_FLOAT: return construct_double(node, number);
    case YAML_STR:
    case YAML_MERGE:
    case YAML_VALUE: return string_to_double(node, number);
    default: return fail_kind(kind_is_wrong);
    }
}

bool value_is_true(const yaml_node *node)
{
    bool wrong = false;
    double real = 0;
    node = yaml_follow(node);
    if (node->kind != YAML_SCALAR) return node->child_count > 0;
    switch (node->tag) {
    case YAML_NULL: return false;
    case YAML_BOOL: return bool_of(node);
    case YAML_INT:
    case YAML_FLOAT: return value_to_double(node, &real, &wrong) != RCLIO_OK || real != 0;
    default: return node->size > 0;
    }
}

static rclio_status append_string(text *t, const yaml_node *node, bool quoted)
{
    points p;
    if (!quoted) {
        text_append_bytes(t, node->scalar, node->size);
        return RCLIO_OK;
    }
    if (!points_from_utf8(&p, node->scalar, node->size)) return RCLIO_NO_MEMORY;
    python_string(t, &p);
    points_fini(&p);
    return RCLIO_OK;
}

static rclio_status append_scalar(text *t, const yaml_node *node, bool quoted)
{
    whole integer;
    double real = 0;
    uint8_t *bytes = NULL;
    size_t size = 0;
    rclio_status status = RCLIO_OK;
    switch (node->tag) {
    case YAML_NULL: text_append(t, "None"); break;
    case YAML_BOOL: text_append(t, bool_of(node) ? "True" : "False"); break;
    case YAML_INT:
        status = construct_whole(node, &integer);
        if (status != RCLIO_OK) break;
        if (integer.huge)
            text_append_bytes(t, node->scalar, node->size);
        else
            text_append_format(t, "%s%llu", integer.negative && integer.magnitude ? "-" : "",
                               (unsigned long long)integer.magnitude);
        break;
    case YAML_FLOAT:
        status = construct_double(node, &real);
        if (status == RCLIO_OK) python_double(t, real);
        break;
    case YAML_BINARY:
        status = value_to_bytes(node, &bytes, &size);
        if (status == RCLIO_OK) python_bytes(t, bytes, size);
        free(bytes);
        break;
    case YAML_DATE:
    case YAML_DATETIME: text_append_bytes(t, node->scalar, node->size); break;
    default: status = append_string(t, node, quoted); break;
    }
    return status;
}

static size_t cost(size_t scalar_size)
{
    return 1 + scalar_size / 64;
}

size_t value_budget(const yaml_tree *tree, size_t text_size)
{
    return 3 * (tree->node_count + cost(text_size)) + ALIAS_BUDGET;
}

rclio_status value_spend(const yaml_node *node, size_t *budget)
{
    size_t price = cost(yaml_follow(node)->size);
    if (*budget < price) return rclio_fail(RCLIO_BAD_DATA, "aliases stand for more than %d values", ALIAS_BUDGET);
    *budget -= price;
    return RCLIO_OK;
}

rclio_status value_to_text(const yaml_node *node, text *t, bool quoted, size_t *budget)
{
    rclio_status status = value_spend(node, budget);
    if (status != RCLIO_OK) return status;
    node = yaml_follow(node);
    if (node->kind == YAML_SCALAR) return append_scalar(t, node, quoted);
    bool mapping = node->kind == YAML_MAPPING, key = true;
    text_append_char(t, mapping ? '{' : '[');
    for (const yaml_node *child = node->first; child && status == RCLIO_OK; child = child->sibling, key = !key) {
        if (child != node->first) text_append(t, mapping && !key ? ": " : ", ");
        status = value_to_text(child, t, true, budget);
    }
    text_append_char(t, mapping ? '}' : ']');
    return status;
}

static int base64_digit(char c)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = c ? strchr(digits, c) : NULL;
    return at ? (int)(at - digits) : -1;
}

rclio_status value_to_bytes(const yaml_node *node, uint8_t **bytes, size_t *size)
{
    uint32_t bits = 0;
    size_t digits = 0;
    node = yaml_follow(node);
    *size = 0;
    *bytes = malloc(node->size + 1);
    if (!*bytes) return rclio_fail(RCLIO_NO_MEMORY, "no memory for %zu bytes of base64", node->size);
    for (size_t i = 0; i < node->size && node->scalar[i] != '='; i++) {
        int digit = base64_digit(node->scalar[i]);
        if (digit < 0) continue; /* as Python's decoder */
        bits = bits << 6 | (uint32_t)digit;
        if (digits++ % 4) (*bytes)[(*size)++] = (uint8_t)(bits >> (6 - 2 * ((digits - 1) % 4)));
    }
    if (digits % 4 != 1) return RCLIO_OK;
    free(*bytes);
    *bytes = NULL;
    return rclio_fail(RCLIO_BAD_DATA, "failed to decode base64 data: Incorrect padding");
}
