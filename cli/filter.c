/* cli/filter.c: `--filter "m.data % 5 == 0 and m.header.frame_id == 'map'"`: a Python expression over the message `m`.
 *
 *   F1  What Python's grammar has for one: or, and, not, comparisons (also chained, in, is), | ^ & << >> + - * / // % **, parentheses,
 *       numbers, texts, True, False, None, fields, constants, indices, len abs min max sum int float bool, startswith and endswith. Nothing
 *       is assigned, nothing is called that could do harm.
 *   F2  The text is read anew for each message: reading is evaluating. What `and` and `or` leave out is read with `skip` set.
 *   F3  The first problem is kept, with its column; after it nothing is evaluated any more.
 *   F4  Integers are of 64 bits; what is larger becomes a double. A byte is an integer.
 * Threads: main. */
#include "cli.h"

#include "filter_value.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH 100
#define TEXTS 1024 /* of all texts with escapes in an expression */

typedef struct reader {
    const char *text, *at;
    const rclio_type *type;
    void *message;
    int skip, depth;
    bool failed, missing; /* missing: it names a field that the type has not */
    char problem[256];
    char texts[TEXTS];
    size_t texts_used;
} reader;

static filter_value read_or(reader *r);
static filter_value read_sign(reader *r);

/* ---- problems and words ---- */

static filter_value fail_at(reader *r, const char *format, ...)
{
    va_list args;
    if (r->failed) return (filter_value){0}; /* F3 */
    r->failed = true;
    int head = snprintf(r->problem, sizeof r->problem, "column %zu: ", (size_t)(r->at - r->text) + 1);
    va_start(args, format);
    vsnprintf(r->problem + head, sizeof r->problem - (size_t)head, format, args);
    va_end(args);
    return (filter_value){0};
}

static bool silent(const reader *r)
{
    return r->skip > 0 || r->failed;
}

static void skip_blanks(reader *r)
{
    r->at += strspn(r->at, " \t\r\n");
}

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_' || (unsigned char)c >= 0x80;
}

/* Takes an operator, if that is what comes; a word only as a whole. */
static bool take(reader *r, const char *what)
{
    size_t length = strlen(what);
    skip_blanks(r);
    if (strncmp(r->at, what, length) != 0) return false;
    if (is_word(what[0]) && is_word(r->at[length])) return false;
    r->at += length;
    return true;
}

static bool expect(reader *r, const char *what)
{
    if (take(r, what)) return true;
    fail_at(r, *r->at ? "'%s' expected, not '%c'" : "'%s' expected, not the end", what, *r->at);
    return false;
}

/* ---- literals ---- */

static filter_value read_number(reader *r)
{
    char *integer_end, *real_end;
    errno = 0;
    long long integer = strtoll(r->at, &integer_end, r->at[0] == '0' && strchr("xX", r->at[1]) && r->at[1] ? 16 : 10);
    bool fits = errno == 0;
    double real = strtod(r->at, &real_end);
    if (real_end > integer_end || !fits) {
        r->at = real_end > integer_end ? real_end : integer_end;
        return filter_real(real);
    }
    r->at = integer_end;
    return filter_integer(integer);
}

static char unescaped(char c)
{
    return c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? '\r' : c;
}

static filter_value read_text(reader *r)
{
    char quote = *r->at;
    const char *start = r->at + 1, *end = start;
    size_t used = r->texts_used, length = 0;
    for (; *end && *end != quote; end++, length++) {
        bool escaped = *end == '\\' && end[1];
        if (escaped) end++;
        if (used + length < TEXTS) r->texts[used + length] = escaped ? unescaped(*end) : *end;
    }
    if (!*end) return fail_at(r, "this text has no end");
    if (used + length > TEXTS) return fail_at(r, "the texts are longer than %d characters", TEXTS);
    r->texts_used += length;
    r->at = end + 1;
    return filter_text(r->texts + used, length);
}

/* ---- calls ---- */

typedef struct arguments {
    filter_value data[4];
    size_t count;
} arguments;

/* Behind the opening parenthesis. */
static arguments read_arguments(reader *r)
{
    arguments found = {0};
    if (take(r, ")")) return found;
    do {
        filter_value value = read_or(r);
        if (found.count == sizeof found.data / sizeof *found.data)
            fail_at(r, "too many arguments");
        else
            found.data[found.count++] = value;
    } while (!r->failed && take(r, ","));
    if (!r->failed) expect(r, ")");
    return found;
}

/* Smallest, largest or sum of the elements of a list, or of the arguments themselves. */
static filter_value fold(reader *r, const char *name, const arguments *a)
{
    filter_value result = filter_integer(0);
    bool list = a->count == 1 && a->data[0].kind == FILTER_LIST, sum = name[0] == 's';
    size_t count = list ? filter_length(&a->data[0]) : a->count;
    if (!list && (sum || a->count < 2)) return fail_at(r, "%s() needs a list of numbers", name);
    if (count == 0 && !sum) return fail_at(r, "%s() of nothing", name);
    for (size_t i = 0; i < count; i++) {
        filter_value value = list ? filter_element(&a->data[0], i) : a->data[i];
        if (!filter_is_number(&value)) return fail_at(r, "%s() needs numbers", name);
        if (sum)
            result = filter_arithmetic('+', result, value);
        else if (i == 0 || (name[1] == 'i') == (filter_number(&value) < filter_number(&result)))
            result = value;
    }
    return result;
}

static filter_value convert(reader *r, const char *name, const filter_value *value)
{
    if (strcmp(name, "bool") == 0) return filter_truth(filter_is_true(value));
    if (strcmp(name, "len") == 0) {
        if (value->kind == FILTER_TEXT || value->kind == FILTER_LIST) return filter_integer((int64_t)filter_length(value));
        return fail_at(r, "object of type '%s' has no len()", filter_type_name(value));
    }
    if (!filter_is_number(value)) return fail_at(r, "%s() needs a number, not '%s'", name, filter_type_name(value));
    if (strcmp(name, "float") == 0) return filter_real(filter_number(value));
    if (strcmp(name, "abs") == 0) {
        if (value->kind == FILTER_REAL) return filter_real(fabs(value->real));
        return value->integer < 0 ? filter_arithmetic('-', filter_integer(0), *value) : filter_integer(value->integer);
    }
    if (value->kind != FILTER_REAL) return filter_integer(value->integer);
    double whole = trunc(value->real);
    return fabs(whole) < 9e18 ? filter_integer((int64_t)whole) : filter_real(whole);
}

static filter_value call(reader *r, const char *name, const char *start)
{
    static const char *const of_one[] = {"len", "abs", "int", "float", "bool", NULL};
    static const char *const folds[] = {"min", "max", "sum", NULL};
    if (!expect(r, "(")) return (filter_value){0};
    arguments a = read_arguments(r);
    for (size_t i = 0; folds[i]; i++)
        if (strcmp(name, folds[i]) == 0) return silent(r) ? (filter_value){0} : fold(r, name, &a);
    for (size_t i = 0; of_one[i]; i++) {
        if (strcmp(name, of_one[i]) != 0) continue;
        if (a.count != 1) return fail_at(r, "%s() takes exactly one argument (%zu given)", name, a.count);
        return silent(r) ? (filter_value){0} : convert(r, name, &a.data[0]);
    }
    r->at = start;
    return fail_at(r, "'%s' is no function that a filter has", name);
}

/* "startswith" and "endswith" of a text. */
static filter_value method(reader *r, const filter_value *self, const char *name)
{
    arguments a = read_arguments(r);
    bool start = strcmp(name, "startswith") == 0;
    if (!start && strcmp(name, "endswith") != 0) return fail_at(r, "'%s' is no method that a filter has", name);
    if (silent(r)) return (filter_value){0};
    if (self->kind != FILTER_TEXT || a.count != 1 || a.data[0].kind != FILTER_TEXT)
        return fail_at(r, "%s() is of a text and takes one", name);
    if (a.data[0].length > self->length) return filter_truth(false);
    const char *from = self->text + (start ? 0 : self->length - a.data[0].length);
    return filter_truth(a.data[0].length == 0 || memcmp(from, a.data[0].text, a.data[0].length) == 0);
}

/* ---- fields ---- */

static void read_name(reader *r, char name[64])
{
    size_t length = 0;
    skip_blanks(r);
    while (is_word(r->at[length])) length++;
    snprintf(name, 64, "%.*s", (int)(length < 63 ? length : 63), r->at);
    r->at += length;
    if (length == 0) fail_at(r, "a name expected");
}

static filter_value attribute(reader *r, const filter_value *self)
{
    char name[64];
    filter_value found;
    const char *start = r->at;
    read_name(r, name);
    if (take(r, "(")) return method(r, self, name);
    if (silent(r)) return (filter_value){0};
    if (self->kind == FILTER_MESSAGE && filter_attribute(self, name, &found)) return found;
    r->missing = !r->failed && self->kind == FILTER_MESSAGE;
    r->at = start;
    return fail_at(r, "'%s' object has no attribute '%s'", filter_type_name(self), name);
}

static filter_value element(reader *r, const filter_value *self)
{
    filter_value index = read_or(r);
    if (!r->failed) expect(r, "]");
    if (silent(r)) return (filter_value){0};
    if (self->kind != FILTER_LIST && self->kind != FILTER_TEXT)
        return fail_at(r, "'%s' object has no elements", filter_type_name(self));
    if (index.kind != FILTER_INTEGER) return fail_at(r, "an index is an integer, not '%s'", filter_type_name(&index));
    int64_t length = (int64_t)filter_length(self), at = index.integer < 0 ? index.integer + length : index.integer;
    if (at < 0 || at >= length) return fail_at(r, "index out of range: there are %lld elements", (long long)length);
    return self->kind == FILTER_TEXT ? filter_text(self->text + at, 1) : filter_element(self, (size_t)at);
}

static filter_value read_word(reader *r)
{
    char name[64];
    const char *start = r->at;
    read_name(r, name);
    if (strcmp(name, "m") == 0) return filter_message(r->type, r->message);
    if (strcmp(name, "True") == 0) return filter_truth(true);
    if (strcmp(name, "False") == 0) return filter_truth(false);
    if (strcmp(name, "None") == 0) return (filter_value){0};
    skip_blanks(r);
    if (*r->at == '(') return call(r, name, start);
    r->at = start;
    return fail_at(r, "name '%s' is not defined: the message is m, its field is m.%s", name, name);
}

static filter_value read_primary(reader *r)
{
    skip_blanks(r);
    if (*r->at == '(') {
        r->at++;
        filter_value value = read_or(r);
        if (!r->failed) expect(r, ")");
        return value;
    }
    if (*r->at == '\'' || *r->at == '"') return read_text(r);
    if (isdigit((unsigned char)*r->at) || (*r->at == '.' && isdigit((unsigned char)r->at[1]))) return read_number(r);
    if (is_word(*r->at)) return read_word(r);
    return fail_at(r, *r->at ? "a value expected, not '%c'" : "a value expected, not the end", *r->at);
}

static filter_value read_postfix(reader *r)
{
    filter_value value = read_primary(r);
    while (!r->failed) {
        if (take(r, "."))
            value = attribute(r, &value);
        else if (take(r, "["))
            value = element(r, &value);
        else
            break;
    }
    return value;
}

/* ---- operators ---- */

static filter_value arithmetic(reader *r, char operation, const char *name, filter_value a, filter_value b)
{
    if (silent(r)) return (filter_value){0};
    if (operation == '+' && a.kind == FILTER_TEXT && b.kind == FILTER_TEXT) return fail_at(r, "texts cannot be added here");
    bool bits = strchr("|^&<>", operation) != NULL;
    if (!filter_is_number(&a) || !filter_is_number(&b) || (bits && (a.kind == FILTER_REAL || b.kind == FILTER_REAL)))
        return fail_at(r, "unsupported operand type(s) for %s: '%s' and '%s'", name, filter_type_name(&a), filter_type_name(&b));
    if (strchr("/f%", operation) && filter_number(&b) == 0) return fail_at(r, "division by zero");
    if (strchr("<>", operation) && (b.integer < 0 || b.integer > 63))
        return fail_at(r, "shift by %lld bits", (long long)b.integer);
    return filter_arithmetic(operation, a, b);
}

static filter_value read_sign(reader *r)
{
    if (++r->depth > DEPTH) return fail_at(r, "nested deeper than %d", DEPTH);
    filter_value value;
    if (take(r, "-"))
        value = arithmetic(r, '-', "-", filter_integer(0), read_sign(r));
    else if (take(r, "+"))
        value = arithmetic(r, '+', "+", filter_integer(0), read_sign(r));
    else {
        value = read_postfix(r);
        if (!r->failed && take(r, "**")) value = arithmetic(r, 'p', "**", value, read_sign(r));
    }
    r->depth--;
    return value;
}

/* Longer names first where one is the beginning of another. */
static const struct binary {
    const char *name;
    char operation; /* of filter_arithmetic() */
    int level;
} binaries[] = {{"<<", '<', 4}, {">>", '>', 4}, {"//", 'f', 6}, {"|", '|', 1}, {"^", '^', 2}, {"&", '&', 3},
                {"+", '+', 5},  {"-", '-', 5},  {"*", '*', 6},  {"/", '/', 6}, {"%", '%', 6}};

static filter_value read_binary(reader *r, int level)
{
    if (level > 6) return read_sign(r);
    filter_value value = read_binary(r, level + 1);
    for (size_t i = 0; i < sizeof binaries / sizeof *binaries && !r->failed;) {
        const struct binary *b = &binaries[i++];
        if (b->level != level || !take(r, b->name)) continue;
        value = arithmetic(r, b->operation, b->name, value, read_binary(r, level + 1));
        i = 0;
    }
    return value;
}

static filter_value read_membership(reader *r, const filter_value *left)
{
    bool found = false, items = take(r, "[") || take(r, "(");
    const char *close = items && r->at[-1] == '[' ? "]" : ")";
    if (items) {
        while (!r->failed && !take(r, close)) {
            filter_value item = read_or(r);
            found |= !silent(r) && filter_equal(left, &item);
            if (!take(r, ",")) {
                if (!r->failed) expect(r, close);
                break;
            }
        }
        return filter_truth(found);
    }
    filter_value in = read_binary(r, 1);
    if (silent(r)) return (filter_value){0};
    if (in.kind == FILTER_TEXT && left->kind == FILTER_TEXT)
        return filter_truth(left->length == 0 || memmem(in.text, in.length, left->text, left->length) != NULL);
    if (in.kind != FILTER_LIST) return fail_at(r, "argument of type '%s' is not iterable", filter_type_name(&in));
    for (size_t i = 0; i < filter_length(&in) && !found; i++) {
        filter_value item = filter_element(&in, i);
        found = filter_equal(left, &item);
    }
    return filter_truth(found);
}

/* The comparison that comes; NULL: none. "!in" is `not in`. */
static const char *take_comparison(reader *r)
{
    static const char *const names[] = {"==", "!=", "<=", ">=", "<", ">", "in", "is", NULL};
    for (size_t i = 0; names[i]; i++)
        if (take(r, names[i])) return names[i];
    if (!take(r, "not")) return NULL;
    if (expect(r, "in")) return "!in";
    return NULL;
}

static filter_value compare(reader *r, const char *name, const filter_value *left, const filter_value *right)
{
    int order;
    if (silent(r)) return (filter_value){0};
    if (name[0] == '=' || name[0] == 'i') return filter_truth(filter_equal(left, right));
    if (name[0] == '!') return filter_truth(!filter_equal(left, right));
    if (!filter_order(left, right, &order))
        return fail_at(r, "'%s' not supported between instances of '%s' and '%s'", name, filter_type_name(left),
                       filter_type_name(right));
    if (order == FILTER_UNORDERED) return filter_truth(false);
    if (name[0] == '<') return filter_truth(order < 0 || (name[1] && order == 0));
    return filter_truth(order > 0 || (name[1] && order == 0));
}

static filter_value read_comparison(reader *r)
{
    filter_value left = read_binary(r, 1);
    const char *name = r->failed ? NULL : take_comparison(r);
    if (!name) return left;
    bool holds = true;
    int skipped = 0;
    for (; name && !r->failed; name = r->failed ? NULL : take_comparison(r)) {
        bool negated = name[0] == '!' && name[1] == 'i', result;
        if (strcmp(name, "is") == 0 && take(r, "not")) name = "!=";
        if (negated || strcmp(name, "in") == 0) {
            filter_value member = read_membership(r, &left);
            result = filter_is_true(&member) != negated;
        } else {
            filter_value right = read_binary(r, 1), truth = compare(r, name, &left, &right);
            result = filter_is_true(&truth);
            left = right;
        }
        if (holds && !result && r->skip == 0) { /* a < b < c: the rest does not count */
            holds = false;
            r->skip++;
            skipped++;
        }
    }
    r->skip -= skipped;
    return filter_truth(holds);
}

static filter_value read_not(reader *r)
{
    if (++r->depth > DEPTH) return fail_at(r, "nested deeper than %d", DEPTH);
    filter_value value;
    if (take(r, "not")) {
        value = read_not(r);
        value = filter_truth(!filter_is_true(&value));
    } else {
        value = read_comparison(r);
    }
    r->depth--;
    return value;
}

static filter_value read_and(reader *r)
{
    filter_value value = read_not(r);
    while (!r->failed && take(r, "and")) {
        bool decided = !filter_is_true(&value);
        r->skip += decided;
        filter_value right = read_not(r);
        r->skip -= decided;
        if (!decided) value = right;
    }
    return value;
}

static filter_value read_or(reader *r)
{
    filter_value value = read_and(r);
    while (!r->failed && take(r, "or")) {
        bool decided = filter_is_true(&value);
        r->skip += decided;
        filter_value right = read_and(r);
        r->skip -= decided;
        if (!decided) value = right;
    }
    return value;
}

static bool evaluate(reader *r)
{
    filter_value value = read_or(r);
    skip_blanks(r);
    if (!r->failed && *r->at) fail_at(r, "the expression should end here, not go on with '%c'", *r->at);
    return !r->failed && filter_is_true(&value);
}

bool cli_filter_passes(cli *c, const char *expression, const rclio_type *type, const void *message, bool *failed)
{
    reader r = {.text = expression, .at = expression, .type = type, .message = (void *)message};
    bool passes = evaluate(&r);
    *failed = r.failed;
    if (r.failed) cli_error(c, "Invalid filter '%s': %s", expression, r.problem);
    return passes;
}

bool cli_filter_check(cli *c, const char *expression)
{
    reader r = {.text = expression, .at = expression, .skip = 1};
    evaluate(&r);
    if (r.failed) cli_error(c, "Invalid filter '%s': %s", expression, r.problem);
    return !r.failed;
}

bool cli_filter_fits(cli *c, const char *expression, const rclio_type *type)
{
    void *message = rclio_message_new(type);
    reader r = {.text = expression, .at = expression, .type = type, .message = message};
    if (!message) return cli_fail(c), false;
    evaluate(&r);
    if (r.missing) cli_error(c, "Invalid filter '%s': %s", expression, r.problem);
    rclio_message_destroy(type, message);
    return !r.missing;
}
