/* src/node/content_filter.c: see content_filter.h. The grammar is content_filter_parse.c's. Tests: tests/node/test_content_filter.c. */
#include "node/content_filter.h"

#include "base/error.h"
#include "base/text.h"
#include "node/filter_expression.h"
#include "rclio/cdr.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

struct content_filter {
    atomic_size_t references;
    filter_expression expression;
    const rclio_type *type;
    char *text;
    char **parameters;
    size_t parameter_count;
};

static rclio_status copy_given(content_filter *f, const rclio_content_filter *given)
{
    if (!(f->text = copy_string(given->expression))) return rclio_error_status();
    if (!given->parameter_count) return RCLIO_OK;
    if (!(f->parameters = calloc(given->parameter_count, sizeof *f->parameters)))
        return rclio_fail(RCLIO_NO_MEMORY, "out of memory for a content filter");
    for (; f->parameter_count < given->parameter_count; f->parameter_count++)
        if (!(f->parameters[f->parameter_count] = copy_string(given->parameters[f->parameter_count])))
            return rclio_error_status();
    return RCLIO_OK;
}

content_filter *content_filter_new(const rclio_type *type, const rclio_content_filter *given)
{
    content_filter *f = calloc(1, sizeof *f);
    if (!f) return rclio_fail_null(RCLIO_NO_MEMORY, "out of memory for a content filter");
    atomic_init(&f->references, 1);
    f->type = type;
    if (filter_parse(&f->expression, type, given->expression, given->parameters, given->parameter_count) == RCLIO_OK &&
        copy_given(f, given) == RCLIO_OK)
        return f;
    content_filter_unref(f);
    return NULL;
}

content_filter *content_filter_ref(content_filter *f)
{
    if (f) atomic_fetch_add_explicit(&f->references, 1, memory_order_relaxed);
    return f;
}

void content_filter_unref(content_filter *f)
{
    if (!f || atomic_fetch_sub_explicit(&f->references, 1, memory_order_acq_rel) != 1) return;
    filter_expression_fini(&f->expression);
    for (size_t i = 0; i < f->parameter_count; i++) free(f->parameters[i]);
    free(f->parameters);
    free(f->text);
    free(f);
}

rclio_content_filter content_filter_given(const content_filter *f)
{
    return (rclio_content_filter){
        .expression = f->text, .parameters = (const char *const *)f->parameters, .parameter_count = f->parameter_count};
}

/* ---- values ---- */

static int64_t read_signed(const void *at, size_t size)
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

static uint64_t read_unsigned(const void *at, size_t size)
{
    uint64_t bits = (uint64_t)read_signed(at, size);
    return size == 8 ? bits : bits & ((UINT64_C(1) << 8 * size) - 1);
}

static filter_value read_member(const rclio_field *field, const void *at)
{
    float single;
    double real;
    size_t size = rclio_field_element_size(field);
    switch (field->base) {
    case RCLIO_BOOL: return (filter_value){.kind = VALUE_BOOL, .boolean = *(const bool *)at};
    case RCLIO_FLOAT32:
        memcpy(&single, at, size);
        return (filter_value){.kind = VALUE_REAL, .is_float32 = true, .real = (double)single};
    case RCLIO_FLOAT64: memcpy(&real, at, size); return (filter_value){.kind = VALUE_REAL, .real = real};
    case RCLIO_INT8:
    case RCLIO_INT16:
    case RCLIO_INT32:
    case RCLIO_INT64: return (filter_value){.kind = VALUE_SIGNED, .number = read_signed(at, size)};
    case RCLIO_STRING: return (filter_value){.kind = VALUE_STRING, .string = ((const rosidl_runtime_c__String *)at)->data};
    default:
        return (filter_value){.kind = VALUE_UNSIGNED, .natural = read_unsigned(at, size)}; /* CF2: nothing else is compiled */
    }
}

static const char *text_of(const filter_value *v) /* {0} is a legal empty string in a message */
{
    return v->string ? v->string : "";
}

/* false: the message has no such element (CF3). */
static bool read_operand(const filter_operand *o, const void *message, filter_value *value)
{
    if (!o->step_count) {
        *value = o->literal;
        return true;
    }
    for (size_t i = 0; i < o->step_count; i++) {
        const filter_step *step = &o->steps[i];
        if (step->index >= rclio_field_count(step->field, message)) return false;
        message = rclio_field_element(step->field, (void *)(uintptr_t)message, step->index);
    }
    *value = read_member(o->steps[o->step_count - 1].field, message);
    return true;
}

static double to_real(const filter_value *v)
{
    if (v->kind == VALUE_REAL) return v->real;
    return v->kind == VALUE_UNSIGNED ? (double)v->natural : (double)v->number;
}

static unsigned order(bool less, bool greater)
{
    return less ? LESS : greater ? GREATER : EQUAL;
}

/* How `a` relates to `b`; 0: not at all, as with NaN. */
static unsigned relate(const filter_value *a, const filter_value *b)
{
    if (a->kind == VALUE_STRING) {
        int result = strcmp(text_of(a), text_of(b));
        return order(result<0, result> 0);
    }
    if (a->kind == VALUE_BOOL) return a->boolean == b->boolean ? EQUAL : order(!a->boolean, a->boolean);
    if (a->kind == VALUE_REAL || b->kind == VALUE_REAL) {
        double x = to_real(a), y = to_real(b);
        if (a->is_float32 || b->is_float32) x = (double)(float)x, y = (double)(float)y; /* 0.1 is 0.1f there */
        return isnan(x) || isnan(y) ? 0 : order(x<y, x> y);
    }
    if (a->kind == b->kind)
        return a->kind == VALUE_SIGNED ? order(a->number<b->number, a->number> b->number)
                                       : order(a->natural<b->natural, a->natural> b->natural);
    if (a->kind == VALUE_SIGNED)
        return a->number < 0 ? LESS : order((uint64_t)a->number<b->natural, (uint64_t)a->number> b->natural);
    return b->number < 0 ? GREATER : order(a->natural<(uint64_t)b->number, a->natural>(uint64_t) b->number);
}

/* '%' and '*' stand for any characters, '_' and '?' for one. Without recursion: on a mismatch the last '%' takes one more. */
static bool is_like(const char *string, const char *pattern)
{
    const char *after_any = NULL, *retry = NULL;
    while (*string) {
        if (*pattern == '%' || *pattern == '*') {
            after_any = ++pattern;
            retry = string;
        } else if (*pattern && (*pattern == '_' || *pattern == '?' || *pattern == *string)) {
            pattern++;
            string++;
        } else if (after_any) {
            pattern = after_any;
            string = ++retry;
        } else {
            return false;
        }
    }
    while (*pattern == '%' || *pattern == '*') pattern++;
    return !*pattern;
}

/* ---- walking ---- */

typedef enum verdict { REFUSED, ACCEPTED, UNKNOWN } verdict; /* UNKNOWN: CF3 */

static verdict compare(const filter_node *node, const void *message)
{
    filter_value one, other;
    if (!read_operand(node->one, message, &one) || !read_operand(node->other, message, &other)) return UNKNOWN;
    switch (node->operation) {
    case FILTER_LIKE: return is_like(text_of(&one), text_of(&other)) ? ACCEPTED : REFUSED;
    case FILTER_MATCH: return regexec(&node->other->pattern, text_of(&one), 0, NULL, 0) == 0 ? ACCEPTED : REFUSED;
    default: return relate(&one, &other) & node->relations ? ACCEPTED : REFUSED;
    }
}

static verdict walk(const filter_expression *e, size_t index, const void *message) /* as deep as FILTER_DEPTH_MAX */
{
    const filter_node *node = &e->nodes[index];
    verdict left;
    switch (node->operation) {
    case FILTER_NOT:
        left = walk(e, node->left, message);
        return left == UNKNOWN ? UNKNOWN : left == ACCEPTED ? REFUSED : ACCEPTED;
    case FILTER_AND: left = walk(e, node->left, message); return left == ACCEPTED ? walk(e, node->right, message) : left;
    case FILTER_OR: left = walk(e, node->left, message); return left == REFUSED ? walk(e, node->right, message) : left;
    default: return compare(node, message);
    }
}

bool content_filter_accepts(const content_filter *f, const void *message)
{
    return walk(&f->expression, f->expression.node_count - 1, message) == ACCEPTED;
}

rclio_status content_filter_decide(const content_filter *f, const void *message, const mw_sample *sample, bool *wanted)
{
    if (message) {
        *wanted = content_filter_accepts(f, message);
        return RCLIO_OK;
    }
    rclio_codec *codec = rclio_codec_new(f->type);
    void *decoded = codec ? rclio_message_new(f->type) : NULL;
    rclio_status status =
        decoded ? rclio_decode(codec, sample->data, sample->size, sample->offset, decoded) : rclio_error_status();
    *wanted = status == RCLIO_OK && content_filter_accepts(f, decoded);
    if (decoded) rclio_message_destroy(f->type, decoded);
    rclio_codec_destroy(codec);
    return status;
}
