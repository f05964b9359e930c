/* src/node/content_filter_parse.c: the grammar of content filters, DDS's SQL subset as Fast DDS reads it (CFT-1):
 *
 *   condition  = any {OR any};  any = all {AND all};  all = NOT all | "(" condition ")" | predicate
 *   predicate  = operand relation operand | field [NOT] BETWEEN literal AND literal | field LIKE string | field MATCH string
 *   relation   = "=" "<>" "!=" "<" "<=" ">" ">=";  operand = field | literal
 *   field      = name ["[" index "]"] {"." name ["[" index "]"]};  literal = number, 'text', `text', TRUE, FALSE, %n
 *
 *   FP1  Words are understood in any case, names of fields as they are written.
 *   FP2  A parameter's text is a literal; what is none is a string without quotes.
 *   FP3  At least one side of a comparison is a field. Both sides are of one kind: numbers, bools or strings; a text of one character
 *        goes with a uint8 or int8 too.
 * Threads: any. Tests: tests/node/test_content_filter.c; fuzz/fuzz_content_filter.c. */
#include "base/array.h"
#include "base/error.h"
#include "base/text.h"
#include "node/filter_expression.h"

#include <ctype.h>
#include <errno.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

typedef struct parser {
    filter_expression *made;
    const rclio_type *type;
    const char *text, *at;
    const char *const *parameters;
    size_t parameter_count;
    unsigned depth;
} parser;

static rclio_status fail_at(const parser *p, const char *at, const char *cause, const char *what, int size)
{
    return rclio_fail(RCLIO_INVALID, "content filter '%s', column %zu: %s%.*s", p->text, (size_t)(at - p->text) + 1, cause, size,
                      what);
}

static rclio_status no_memory(void)
{
    return rclio_fail(RCLIO_NO_MEMORY, "out of memory for a content filter");
}

/* ---- pieces of text ---- */

static void skip_blanks(parser *p)
{
    while (isspace((unsigned char)*p->at)) p->at++;
}

static size_t word_size(const char *at)
{
    size_t size = 0;
    if (!isalpha((unsigned char)*at) && *at != '_') return 0;
    while (isalnum((unsigned char)at[size]) || at[size] == '_') size++;
    return size;
}

static bool take_word(parser *p, const char *word)
{
    skip_blanks(p);
    size_t size = word_size(p->at);
    if (size != strlen(word) || strncasecmp(p->at, word, size) != 0) return false; /* FP1 */
    p->at += size;
    return true;
}

static bool take_sign(parser *p, const char *sign)
{
    skip_blanks(p);
    if (strncmp(p->at, sign, strlen(sign)) != 0) return false;
    p->at += strlen(sign);
    return true;
}

/* ---- what is made ---- */

static rclio_status add_node(parser *p, filter_node node, size_t *index)
{
    filter_expression *e = p->made;
    if (e->node_count == FILTER_NODES_MAX) return fail_at(p, p->at, "there are too many conditions", "", 0);
    if (array_reserve(&e->nodes, &e->node_capacity, e->node_count + 1, sizeof *e->nodes)) return rclio_error_status();
    *index = e->node_count;
    e->nodes[e->node_count++] = node;
    return RCLIO_OK;
}

static filter_operand *add_operand(parser *p)
{
    filter_expression *e = p->made;
    if (array_reserve(&e->operands, &e->operand_capacity, e->operand_count + 1, sizeof *e->operands)) return NULL;
    filter_operand *operand = calloc(1, sizeof *operand);
    if (!operand) return no_memory(), NULL;
    return e->operands[e->operand_count++] = operand;
}

static const char *add_string(parser *p, const char *bytes, size_t size)
{
    filter_expression *e = p->made;
    if (array_reserve(&e->strings, &e->string_capacity, e->string_count + 1, sizeof *e->strings)) return NULL;
    char *copy = copy_bytes(bytes, size);
    if (copy) e->strings[e->string_count++] = copy;
    return copy;
}

void filter_expression_fini(filter_expression *e)
{
    for (size_t i = 0; i < e->operand_count; i++) {
        if (e->operands[i]->is_pattern) regfree(&e->operands[i]->pattern);
        free(e->operands[i]);
    }
    for (size_t i = 0; i < e->string_count; i++) free(e->strings[i]);
    free(e->nodes);
    free(e->operands);
    free(e->strings);
    *e = (filter_expression){0};
}

/* ---- literals ---- */

/* The number at the beginning of `given`; returns its end, NULL when there is none. A whole number stays one while it fits. */
static const char *read_number(const char *given, filter_value *value)
{
    const char *digits = *given == '+' || *given == '-' ? given + 1 : given;
    char *end, *real_end;
    if (!isdigit((unsigned char)*digits) && *digits != '.') return NULL;
    int base = digits[0] == '0' && (digits[1] == 'x' || digits[1] == 'X') ? 16 : 10;
    locale_t c_locale = newlocale(LC_ALL_MASK, "C", NULL); /* the program's may have another decimal separator */
    locale_t before = c_locale ? uselocale(c_locale) : NULL;
    double real = strtod(given, &real_end);
    if (c_locale) {
        uselocale(before);
        freelocale(c_locale);
    }
    if (real_end == given) return NULL;
    errno = 0;
    long long number = strtoll(given, &end, base);
    *value = (filter_value){.kind = VALUE_SIGNED, .number = number};
    if (errno == 0 && end >= real_end) return end;
    errno = 0;
    unsigned long long natural = strtoull(given, &end, base);
    *value = (filter_value){.kind = VALUE_UNSIGNED, .natural = natural};
    if (errno == 0 && end >= real_end && *given != '-') return end;
    *value = (filter_value){.kind = VALUE_REAL, .real = real};
    return real_end;
}

static bool read_bool(const char *given, size_t size, filter_value *value)
{
    bool is_true = size == 4 && strncasecmp(given, "TRUE", 4) == 0;
    if (!is_true && !(size == 5 && strncasecmp(given, "FALSE", 5) == 0)) return false;
    *value = (filter_value){.kind = VALUE_BOOL, .boolean = is_true};
    return true;
}

/* 'text' or `text'; returns its end, NULL when it does not end, `given` when it is none. */
static const char *read_quoted(const char *given, const char **inside, size_t *size)
{
    if (*given != '\'' && *given != '`') return given;
    const char *end = strchr(given + 1, '\'');
    if (!end) return NULL;
    *inside = given + 1;
    *size = (size_t)(end - *inside);
    return end + 1;
}

static rclio_status set_string(parser *p, const char *bytes, size_t size, filter_value *value)
{
    *value = (filter_value){.kind = VALUE_STRING, .string = add_string(p, bytes, size)};
    return value->string ? RCLIO_OK : rclio_error_status();
}

/* FP2 */
static rclio_status read_parameter(parser *p, filter_value *value)
{
    const char *start = p->at++, *inside = NULL;
    char *end;
    size_t size = 0;
    if (!isdigit((unsigned char)*p->at)) return fail_at(p, start, "a number from 0 to 99 belongs after %", "", 0);
    unsigned long index = strtoul(p->at, &end, 10);
    if (index >= p->parameter_count) return fail_at(p, start, "there is no parameter ", start, (int)(end - start));
    p->at = end;
    const char *given = p->parameters[index], *number_end = read_number(given, value);
    if (number_end && !*number_end) return RCLIO_OK;
    if (read_bool(given, strlen(given), value)) return RCLIO_OK;
    const char *after = read_quoted(given, &inside, &size);
    if (after && after != given && !*after) return set_string(p, inside, size, value);
    return set_string(p, given, strlen(given), value);
}

/* ---- fields ---- */

static rclio_status read_index(parser *p, filter_step *step)
{
    char *end;
    bool is_list = step->field->shape != RCLIO_SINGLE;
    skip_blanks(p);
    if (*p->at != '[') return is_list ? fail_at(p, p->at, "an [index] is needed: this is a list of values", "", 0) : RCLIO_OK;
    if (!is_list) return fail_at(p, p->at, "a single value has no [index]", "", 0);
    p->at++;
    skip_blanks(p);
    if (!isdigit((unsigned char)*p->at)) return fail_at(p, p->at, "a number belongs between [ and ]", "", 0);
    errno = 0;
    unsigned long long index = strtoull(p->at, &end, 10);
    bool bounded = step->field->shape == RCLIO_ARRAY || step->field->shape == RCLIO_BOUNDED_SEQUENCE;
    if (errno || index > UINT32_MAX || (bounded && index >= step->field->capacity))
        return fail_at(p, p->at, "no such element: ", p->at, (int)(end - p->at));
    step->index = (size_t)index;
    p->at = end;
    return take_sign(p, "]") ? RCLIO_OK : fail_at(p, p->at, "a ] is missing", "", 0);
}

static rclio_status read_field(parser *p, filter_operand *operand)
{
    const rclio_type *type = p->type;
    for (;;) {
        skip_blanks(p);
        char name[256];
        size_t size = word_size(p->at);
        filter_step *step = &operand->steps[operand->step_count];
        if (!size) return fail_at(p, p->at, "a field's name or a value belongs here", "", 0);
        if (operand->step_count == FILTER_STEPS_MAX) return fail_at(p, p->at, "fields are nested too deep", "", 0);
        if (size < sizeof name) memcpy(name, p->at, size), name[size] = '\0';
        step->field = size < sizeof name ? rclio_type_field(type, name) : NULL;
        if (!step->field) return fail_at(p, p->at, "the message has no field ", p->at, size < 100 ? (int)size : 100);
        const char *start = p->at;
        p->at += size;
        operand->step_count++;
        if (read_index(p, step)) return rclio_error_status();
        bool goes_on = take_sign(p, ".");
        if (goes_on != (step->field->base == RCLIO_NESTED))
            return fail_at(p, start,
                           goes_on ? "a plain value has no fields: " : "a message cannot be compared, name one of its fields: ",
                           start, (int)size);
        if (!goes_on && step->field->base == RCLIO_WSTRING)
            return fail_at(p, start, "a wstring cannot be compared: ", start, (int)size);
        if (!goes_on) return RCLIO_OK;
        type = step->field->nested;
    }
}

static rclio_status read_operand(parser *p, filter_operand **made)
{
    const char *inside = NULL, *end;
    size_t size = 0;
    filter_operand *operand = *made = add_operand(p);
    if (!operand) return rclio_error_status();
    skip_blanks(p);
    if (*p->at == '%') return read_parameter(p, &operand->literal);
    if ((end = read_number(p->at, &operand->literal))) {
        p->at = end;
        return RCLIO_OK;
    }
    end = read_quoted(p->at, &inside, &size);
    if (!end) return fail_at(p, p->at, "this text has no end", "", 0);
    if (end != p->at) {
        p->at = end;
        return set_string(p, inside, size, &operand->literal);
    }
    if (read_bool(p->at, word_size(p->at), &operand->literal)) {
        p->at += word_size(p->at);
        return RCLIO_OK;
    }
    return read_field(p, operand);
}

/* ---- predicates ---- */

static value_kind kind_of(const filter_operand *o)
{
    if (!o->step_count) return o->literal.kind;
    switch (o->steps[o->step_count - 1].field->base) {
    case RCLIO_BOOL: return VALUE_BOOL;
    case RCLIO_STRING: return VALUE_STRING;
    case RCLIO_BYTE:
    case RCLIO_UINT8:
    case RCLIO_UINT16:
    case RCLIO_UINT32:
    case RCLIO_UINT64: return VALUE_UNSIGNED;
    case RCLIO_FLOAT32:
    case RCLIO_FLOAT64: return VALUE_REAL;
    default: return VALUE_SIGNED;
    }
}

static bool is_number(value_kind kind)
{
    return kind == VALUE_SIGNED || kind == VALUE_UNSIGNED || kind == VALUE_REAL;
}

/* 'c' beside a field that may hold a character. */
static void make_character(filter_operand *literal, const filter_operand *field)
{
    if (literal->step_count || literal->literal.kind != VALUE_STRING || !literal->literal.string ||
        strlen(literal->literal.string) != 1 || !field->step_count)
        return;
    rclio_base_type base = field->steps[field->step_count - 1].field->base;
    if (base != RCLIO_UINT8 && base != RCLIO_INT8 && base != RCLIO_BYTE) return;
    literal->literal = (filter_value){.kind = VALUE_SIGNED, .number = (unsigned char)literal->literal.string[0]};
}

/* FP3 */
static rclio_status check_sides(const parser *p, const char *at, filter_operand *one, filter_operand *other)
{
    if (!one->step_count && !other->step_count) return fail_at(p, at, "one side has to be a field", "", 0);
    make_character(one, other);
    make_character(other, one);
    value_kind a = kind_of(one), b = kind_of(other);
    if (a == b || (is_number(a) && is_number(b))) return RCLIO_OK;
    return fail_at(p, at, "the two sides are of different kinds", "", 0);
}

static unsigned take_relation(parser *p)
{
    static const struct {
        const char *sign;
        unsigned relations;
    } signs[] = {{"<>", LESS | GREATER},
                 {"!=", LESS | GREATER},
                 {"<=", LESS | EQUAL},
                 {">=", GREATER | EQUAL},
                 {"<", LESS},
                 {">", GREATER},
                 {"=", EQUAL}};
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (take_sign(p, signs[i].sign)) return signs[i].relations;
    return 0;
}

static rclio_status read_between(parser *p, filter_operand *field, bool is_not, size_t *index)
{
    filter_operand *least, *most;
    size_t lower, upper;
    const char *at = p->at;
    if (read_operand(p, &least)) return rclio_error_status();
    if (!take_word(p, "AND")) return fail_at(p, p->at, "BETWEEN needs two values with AND between them", "", 0);
    if (read_operand(p, &most)) return rclio_error_status();
    if (!field->step_count || least->step_count || most->step_count)
        return fail_at(p, at, "BETWEEN is said of a field and two values", "", 0);
    if (check_sides(p, at, field, least) || check_sides(p, at, field, most)) return rclio_error_status();
    if (add_node(p, (filter_node){FILTER_COMPARE, .one = field, .other = least, .relations = GREATER | EQUAL}, &lower) ||
        add_node(p, (filter_node){FILTER_COMPARE, .one = field, .other = most, .relations = LESS | EQUAL}, &upper) ||
        add_node(p, (filter_node){FILTER_AND, .left = lower, .right = upper}, index))
        return rclio_error_status();
    return is_not ? add_node(p, (filter_node){FILTER_NOT, .left = *index}, index) : RCLIO_OK;
}

static rclio_status read_pattern(parser *p, filter_operand *field, filter_operation operation, size_t *index)
{
    filter_operand *pattern;
    filter_node node = {operation, .one = field};
    const char *at = p->at;
    if (read_operand(p, &pattern)) return rclio_error_status();
    if (!field->step_count || pattern->step_count || kind_of(field) != VALUE_STRING || kind_of(pattern) != VALUE_STRING)
        return fail_at(p, at, "LIKE and MATCH are said of a string field and a text", "", 0);
    node.other = pattern;
    if (operation == FILTER_MATCH) {
        char *whole = copy_format("^(%s)$", pattern->literal.string); /* all of the string, as Fast DDS */
        if (!whole) return rclio_error_status();
        pattern->is_pattern = regcomp(&pattern->pattern, whole, REG_EXTENDED | REG_NOSUB) == 0;
        free(whole);
        if (!pattern->is_pattern) return fail_at(p, at, "this is no regular expression", "", 0);
    }
    return add_node(p, node, index);
}

static rclio_status read_predicate(parser *p, size_t *index)
{
    filter_operand *one, *other;
    if (read_operand(p, &one)) return rclio_error_status();
    if (take_word(p, "LIKE")) return read_pattern(p, one, FILTER_LIKE, index);
    if (take_word(p, "MATCH")) return read_pattern(p, one, FILTER_MATCH, index);
    if (take_word(p, "BETWEEN")) return read_between(p, one, false, index);
    if (take_word(p, "NOT"))
        return take_word(p, "BETWEEN") ? read_between(p, one, true, index) : fail_at(p, p->at, "BETWEEN is missing", "", 0);
    const char *at = p->at;
    unsigned relations = take_relation(p);
    if (!relations) return fail_at(p, p->at, "a comparison belongs here: = <> < <= > >= LIKE MATCH BETWEEN", "", 0);
    if (read_operand(p, &other) || check_sides(p, at, one, other)) return rclio_error_status();
    return add_node(p, (filter_node){FILTER_COMPARE, .one = one, .other = other, .relations = relations}, index);
}

/* ---- conditions ---- */

static rclio_status read_condition(parser *p, size_t *index);

static rclio_status read_all(parser *p, size_t *index)
{
    rclio_status status;
    if (++p->depth > FILTER_DEPTH_MAX) return fail_at(p, p->at, "conditions are nested too deep", "", 0);
    if (take_word(p, "NOT")) {
        status = read_all(p, index);
        if (status == RCLIO_OK) status = add_node(p, (filter_node){FILTER_NOT, .left = *index}, index);
    } else if (take_sign(p, "(")) {
        status = read_condition(p, index);
        if (status == RCLIO_OK && !take_sign(p, ")")) status = fail_at(p, p->at, "a ) is missing", "", 0);
    } else {
        status = read_predicate(p, index);
    }
    p->depth--;
    return status;
}

/* `operand` {word `operand`}. Each adds to the depth of what is walked, which is why they are counted. */
static rclio_status read_series(parser *p, const char *word, filter_operation operation,
                                rclio_status (*operand)(parser *, size_t *), size_t *index)
{
    unsigned before = p->depth;
    rclio_status status = operand(p, index);
    while (status == RCLIO_OK && take_word(p, word)) {
        size_t left = *index, right = 0;
        if (++p->depth > FILTER_DEPTH_MAX) return fail_at(p, p->at, "conditions are nested too deep", "", 0);
        status = operand(p, &right);
        if (status == RCLIO_OK) status = add_node(p, (filter_node){operation, .left = left, .right = right}, index);
    }
    p->depth = before;
    return status;
}

static rclio_status read_any(parser *p, size_t *index)
{
    return read_series(p, "AND", FILTER_AND, read_all, index);
}

static rclio_status read_condition(parser *p, size_t *index)
{
    return read_series(p, "OR", FILTER_OR, read_any, index);
}

rclio_status filter_parse(filter_expression *made, const rclio_type *type, const char *expression, const char *const *parameters,
                          size_t parameter_count)
{
    parser p = {.made = made, .type = type, .text = expression, .at = expression};
    size_t root;
    p.parameters = parameters;
    p.parameter_count = parameter_count;
    if (parameter_count > FILTER_PARAMETERS_MAX)
        return rclio_fail(RCLIO_INVALID, "content filter '%s': %zu parameters are more than %d", expression, parameter_count,
                          FILTER_PARAMETERS_MAX);
    if (read_condition(&p, &root)) return rclio_error_status();
    skip_blanks(&p);
    return *p.at ? fail_at(&p, p.at, "AND, OR or the end belongs here", "", 0) : RCLIO_OK; /* the root was made last */
}
