/* cli/filter_value.c: values of a filter's expression. Threads: main. */
#include "filter_value.h"

#include <math.h>
#include <string.h>

filter_value filter_truth(bool truth)
{
    return (filter_value){.kind = FILTER_TRUTH, .integer = truth};
}

filter_value filter_integer(int64_t integer)
{
    return (filter_value){.kind = FILTER_INTEGER, .integer = integer};
}

filter_value filter_real(double real)
{
    return (filter_value){.kind = FILTER_REAL, .real = real};
}

filter_value filter_text(const char *text, size_t length)
{
    return (filter_value){.kind = FILTER_TEXT, .text = text, .length = length};
}

filter_value filter_message(const rclio_type *type, void *message)
{
    return (filter_value){.kind = FILTER_MESSAGE, .type = type, .message = message};
}

bool filter_is_number(const filter_value *value)
{
    return value->kind == FILTER_TRUTH || value->kind == FILTER_INTEGER || value->kind == FILTER_REAL;
}

double filter_number(const filter_value *value)
{
    return value->kind == FILTER_REAL ? value->real : (double)value->integer;
}

bool filter_is_true(const filter_value *value)
{
    switch (value->kind) {
    case FILTER_TRUTH:
    case FILTER_INTEGER: return value->integer != 0;
    case FILTER_REAL: return value->real != 0;
    case FILTER_TEXT:
    case FILTER_LIST: return filter_length(value) > 0;
    case FILTER_MESSAGE: return true;
    default: return false;
    }
}

const char *filter_type_name(const filter_value *value)
{
    static const char *const names[] = {"NoneType", "bool", "int", "float", "str", "message", "list"};
    const char *slash = value->kind == FILTER_MESSAGE && value->type ? strrchr(value->type->name, '/') : NULL;
    return slash ? slash + 1 : names[value->kind];
}

static filter_value unsigned_value(uint64_t number)
{
    return number <= INT64_MAX ? filter_integer((int64_t)number) : filter_real((double)number); /* F4 */
}

#define LOAD(c_type) (*(const c_type *)memory)

static filter_value load(rclio_base_type base, const rclio_type *nested, void *memory)
{
    switch (base) {
    case RCLIO_NESTED: return filter_message(nested, memory);
    case RCLIO_BOOL: return filter_truth(LOAD(bool));
    case RCLIO_INT8: return filter_integer(LOAD(int8_t));
    case RCLIO_BYTE:
    case RCLIO_UINT8: return filter_integer(LOAD(uint8_t));
    case RCLIO_INT16: return filter_integer(LOAD(int16_t));
    case RCLIO_UINT16: return filter_integer(LOAD(uint16_t));
    case RCLIO_INT32: return filter_integer(LOAD(int32_t));
    case RCLIO_UINT32: return filter_integer(LOAD(uint32_t));
    case RCLIO_INT64: return filter_integer(LOAD(int64_t));
    case RCLIO_UINT64: return unsigned_value(LOAD(uint64_t));
    case RCLIO_FLOAT32: return filter_real((double)LOAD(float));
    case RCLIO_FLOAT64: return filter_real(LOAD(double));
    case RCLIO_STRING: {
        const rosidl_runtime_c__String *string = memory;
        return filter_text(string->data ? string->data : "", string->data ? string->size : 0);
    }
    default: return (filter_value){0}; /* a wide string */
    }
}

/* Texts of constants are C strings. */
static filter_value load_constant(const rclio_constant *constant)
{
    if (constant->base != RCLIO_STRING) return load(constant->base, NULL, (void *)constant->value);
    const char *text = *(const char *const *)constant->value;
    return filter_text(text, strlen(text));
}

bool filter_attribute(const filter_value *message, const char *name, filter_value *found)
{
    const rclio_field *field = rclio_type_field(message->type, name);
    if (field && field->shape == RCLIO_SINGLE) {
        *found = load(field->base, field->nested, rclio_field_element(field, message->message, 0));
        return true;
    }
    if (field) {
        *found = (filter_value){.kind = FILTER_LIST, .field = field, .message = message->message};
        return true;
    }
    for (size_t i = 0; i < message->type->constant_count; i++) {
        if (strcmp(message->type->constants[i].name, name) != 0) continue;
        *found = load_constant(&message->type->constants[i]);
        return true;
    }
    return false;
}

size_t filter_length(const filter_value *value)
{
    return value->kind == FILTER_LIST ? rclio_field_count(value->field, value->message) : value->length;
}

filter_value filter_element(const filter_value *list, size_t index)
{
    return load(list->field->base, list->field->nested, rclio_field_element(list->field, list->message, index));
}

/* ---- arithmetic ---- */

static filter_value of_reals(char operation, double a, double b)
{
    double rest;
    switch (operation) {
    case '+': return filter_real(a + b);
    case '-': return filter_real(a - b);
    case '*': return filter_real(a * b);
    case '/': return filter_real(a / b);
    case 'f': return filter_real(floor(a / b));
    case '%': rest = fmod(a, b); return filter_real(rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest);
    default: return filter_real(pow(a, b));
    }
}

/* false: the result does not fit. */
static bool of_integers(char operation, int64_t a, int64_t b, int64_t *result)
{
    switch (operation) {
    case '+': return !__builtin_add_overflow(a, b, result);
    case '-': return !__builtin_sub_overflow(a, b, result);
    case '*': return !__builtin_mul_overflow(a, b, result);
    case '|': *result = a | b; return true;
    case '^': *result = a ^ b; return true;
    case '&': *result = a & b; return true;
    case '>': *result = a >> b; return true;
    case '<':
        if (b > 62) return false;
        return !__builtin_mul_overflow(a, INT64_C(1) << b, result);
    case 'f':
    case '%': {
        if (b == -1) { /* INT64_MIN / -1 does not fit */
            *result = 0;
            return operation == '%' || !__builtin_sub_overflow(INT64_C(0), a, result);
        }
        int64_t rest = a % b, shift = rest != 0 && (rest < 0) != (b < 0);
        *result = operation == '%' ? rest + shift * b : a / b - shift;
        return true;
    }
    default: return false;
    }
}

filter_value filter_arithmetic(char operation, filter_value a, filter_value b)
{
    int64_t result;
    bool reals = a.kind == FILTER_REAL || b.kind == FILTER_REAL || operation == '/';
    if (!reals && of_integers(operation, a.integer, b.integer, &result)) return filter_integer(result);
    if (operation == '<') return filter_real(ldexp(filter_number(&a), (int)b.integer));
    filter_value value = of_reals(operation, filter_number(&a), filter_number(&b));
    if (operation == 'p' && !reals && b.integer >= 0 && fabs(value.real) < 9e15) return filter_integer((int64_t)value.real);
    return value;
}

/* ---- comparisons ---- */

bool filter_order(const filter_value *a, const filter_value *b, int *order)
{
    if (filter_is_number(a) && filter_is_number(b)) {
        if (a->kind != FILTER_REAL && b->kind != FILTER_REAL) {
            *order = (a->integer > b->integer) - (a->integer < b->integer);
            return true;
        }
        double left = filter_number(a), right = filter_number(b);
        *order = isnan(left) || isnan(right) ? FILTER_UNORDERED : (left > right) - (left < right);
        return true;
    }
    if (a->kind != FILTER_TEXT || b->kind != FILTER_TEXT) return false;
    size_t common = a->length < b->length ? a->length : b->length;
    int bytes = common ? memcmp(a->text, b->text, common) : 0;
    *order = bytes ? (bytes > 0) - (bytes < 0) : (a->length > b->length) - (a->length < b->length);
    return true;
}

static bool lists_equal(const filter_value *a, const filter_value *b)
{
    size_t length = filter_length(a);
    if (length != filter_length(b)) return false;
    for (size_t i = 0; i < length; i++) {
        filter_value left = filter_element(a, i), right = filter_element(b, i);
        if (!filter_equal(&left, &right)) return false;
    }
    return true;
}

bool filter_equal(const filter_value *a, const filter_value *b)
{
    int order;
    if (filter_order(a, b, &order)) return order == 0;
    if (a->kind != b->kind) return false;
    if (a->kind == FILTER_LIST) return lists_equal(a, b);
    if (a->kind == FILTER_MESSAGE) return a->type == b->type && rclio_message_equal(a->type, a->message, b->message);
    return true; /* None */
}
