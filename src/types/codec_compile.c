/* src/types/codec_compile.c: from a message type to its plan (codec.h).
 *
 *   CC1  What is known of the position while a plan is made is `residue` modulo `modulus` (1: nothing): exact at the root's
 *        start, lost behind variable data, won back by aligning. A value joins the open run only when its alignment divides
 *        `modulus`.
 *   CC2  Gaps and lanes belong to the step made last, so each step's are adjacent.
 *   CC3  A plan whose `depth` is 0 is being made: meeting it again is a type that contains itself.
 * Threads: one per codec. */
#include "types/codec.h"

#include "base/array.h"
#include "base/error.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#define INLINE_LIMIT 64    /* values */
#define PACKED_LIMIT 65536 /* bytes: larger elements are copied run by run, which costs them nothing */

struct builder {
    rclio_codec *codec;
    struct codec_plan *plan;
    size_t step_capacity;
    size_t lane_capacity;
    size_t gap_capacity;
    size_t modulus;
    size_t residue;
    bool run_is_open; /* the last step is a run that may grow */
    size_t level;     /* of the plan's own message: 1 for the codec's type */
};

static rclio_status add_message(struct builder *b, const rclio_type *type, size_t memory, const char *prefix, size_t depth);
static const struct codec_plan *get_plan(rclio_codec *codec, const rclio_type *type, size_t level);

static rclio_status too_deep(const rclio_type *type)
{
    return rclio_fail(RCLIO_INVALID, "%s is nested more than %d messages deep, or contains itself", type->name, RCLIO_CDR_DEPTH);
}

/* Keeps "prefix.name" or "prefix.name[index]" until the codec goes; NULL with the error set when memory is short. */
static const char *keep_path(struct builder *b, const char *prefix, const rclio_field *field, size_t index)
{
    rclio_codec *codec = b->codec;
    const char *dot = *prefix ? "." : "";
    char *path = index == SIZE_MAX ? copy_format("%s%s%s", prefix, dot, field->name)
                                   : copy_format("%s%s%s[%zu]", prefix, dot, field->name, index);
    if (!path) return NULL;
    if (array_reserve(&codec->paths, &codec->path_capacity, codec->path_count + 1, sizeof *codec->paths)) {
        free(path);
        return NULL;
    }
    return codec->paths[codec->path_count++] = path;
}

static struct codec_step *add_step(struct builder *b, struct codec_step step)
{
    struct codec_plan *plan = b->plan;
    if (array_reserve(&plan->steps, &b->step_capacity, plan->step_count + 1, sizeof step)) return NULL;
    step.first_lane = plan->lane_count;
    step.first_gap = plan->gap_count;
    step.minimum_after = plan->minimum; /* so far, of the steps before it: set_minimum_after() turns it round */
    b->run_is_open = false;
    plan->steps[plan->step_count] = step;
    return &plan->steps[plan->step_count++];
}

static rclio_status add_gap(struct builder *b, struct codec_step *run, size_t offset, size_t size)
{
    struct codec_plan *plan = b->plan;
    rclio_status status = array_reserve(&plan->gaps, &b->gap_capacity, plan->gap_count + 1, sizeof *plan->gaps);
    if (status) return status;
    plan->gaps[plan->gap_count++] = (struct codec_gap){offset, size};
    run->gap_count++;
    return RCLIO_OK;
}

/* Behind this step only that the position is a multiple of `modulus` is known. */
static void forget_position(struct builder *b, size_t modulus)
{
    b->modulus = modulus;
    b->residue = 0;
}

/* The run that the values at `memory` join, with the padding before them in it; a new one where they cannot join (PL1, CC1). */
static struct codec_step *run_for(struct builder *b, size_t width, size_t memory, const char *path)
{
    struct codec_plan *plan = b->plan;
    if (b->run_is_open && width <= b->modulus) {
        struct codec_step *run = &plan->steps[plan->step_count - 1];
        size_t padding = (0 - b->residue) & (width - 1);
        if (run->memory + run->size + padding == memory) {
            if (padding && add_gap(b, run, run->size, padding)) return NULL;
            run->size += padding;
            b->residue = (b->residue + padding) % b->modulus;
            return run;
        }
    }
    if (b->modulus < width) forget_position(b, width);
    b->residue = (b->residue + ((0 - b->residue) & (width - 1))) % b->modulus;
    struct codec_step *run =
        add_step(b, (struct codec_step){.kind = STEP_RUN, .align = (uint8_t)width, .memory = memory, .path = path});
    b->run_is_open = run != NULL;
    return run;
}

static bool is_placeholder(const rclio_field *field)
{
    return strcmp(field->name, "structure_needs_at_least_one_member") == 0;
}

static rclio_status add_values(struct builder *b, const rclio_field *field, size_t count, size_t memory, const char *path)
{
    struct codec_plan *plan = b->plan;
    size_t width = base_type_size(field->base), size = width * count;
    if (count == 0) return RCLIO_OK;
    struct codec_step *run = run_for(b, width, memory, path);
    if (!run || array_reserve(&plan->lanes, &b->lane_capacity, plan->lane_count + 1, sizeof *plan->lanes)) return RCLIO_NO_MEMORY;
    bool is_bool = field->base == RCLIO_BOOL;
    plan->lanes[plan->lane_count++] =
        (struct codec_lane){.offset = run->size, .count = count, .width = (uint8_t)width, .is_bool = is_bool, .path = path};
    run->lane_count++;
    run->has_bool |= is_bool;
    run->size += size;
    b->residue = (b->residue + size) % b->modulus;
    plan->minimum += size;
    if (!is_placeholder(field)) return RCLIO_OK;
    return add_gap(b, run, run->size - size, size); /* CDR-6: zero, whatever the memory holds */
}

static size_t bound_of(const rclio_field *field)
{
    return field->shape == RCLIO_BOUNDED_SEQUENCE ? field->capacity : SIZE_MAX;
}

static rclio_status add_strings(struct builder *b, const rclio_field *field, size_t memory, const char *path)
{
    bool narrow = field->base == RCLIO_STRING, many = field_is_sequence(field);
    size_t count = field->shape == RCLIO_ARRAY ? field->capacity : 1;
    struct codec_step step = {
        .kind = many ? (narrow ? STEP_STRING_SEQUENCE : STEP_WSTRING_SEQUENCE) : (narrow ? STEP_STRINGS : STEP_WSTRINGS),
        .memory = memory,
        .count = count,
        .bound = bound_of(field),
        .string_bound = field->string_bound ? field->string_bound : SIZE_MAX,
        .path = path,
    };
    if (!add_step(b, step)) return RCLIO_NO_MEMORY;
    forget_position(b, narrow ? 1 : 4);
    b->plan->minimum += many ? 4 : 4 * count;
    return RCLIO_OK;
}

static rclio_status add_plain_sequence(struct builder *b, const rclio_field *field, size_t memory, const char *path)
{
    size_t width = base_type_size(field->base);
    struct codec_step step = {
        .kind = STEP_PLAIN_SEQUENCE,
        .align = (uint8_t)width,
        .has_bool = field->base == RCLIO_BOOL,
        .memory = memory,
        .bound = bound_of(field),
        .path = path,
    };
    if (!add_step(b, step)) return RCLIO_NO_MEMORY;
    forget_position(b, width < 4 ? width : 4); /* an empty one ends behind its length */
    b->plan->minimum += 4;
    return RCLIO_OK;
}

/* Values in one message, at most about `limit`; more than `limit` when it is too deep as well. */
static size_t count_values(const rclio_type *type, size_t limit, size_t level)
{
    size_t count = 0;
    if (level > RCLIO_CDR_DEPTH) return limit + 1;
    for (size_t i = 0; i < type->field_count && count <= limit; i++) {
        const rclio_field *field = &type->fields[i];
        size_t times = field->shape == RCLIO_ARRAY ? field->capacity : 1;
        if (field->base != RCLIO_NESTED || field_is_sequence(field)) {
            count++;
            continue;
        }
        size_t each = count_values(field->nested, limit, level + 1);
        count = each && times > limit / each ? limit + 1 : count + times * each;
    }
    return count;
}

static rclio_status add_by_plan(struct builder *b, const rclio_field *field, size_t memory, const char *path, size_t depth)
{
    bool many = field_is_sequence(field);
    struct codec_step step = {
        .kind = many ? STEP_MESSAGE_SEQUENCE : STEP_MESSAGES,
        .memory = memory,
        .count = field->shape == RCLIO_ARRAY ? field->capacity : 1,
        .bound = bound_of(field),
        .element = get_plan(b->codec, field->nested, b->level + depth),
        .path = path,
    };
    if (!step.element) return rclio_error_status();
    if (!add_step(b, step)) return RCLIO_NO_MEMORY;
    if (depth + step.element->depth > b->plan->depth) b->plan->depth = depth + step.element->depth;
    forget_position(b, 1);
    b->plan->minimum += many ? 4 : step.count * step.element->minimum;
    return RCLIO_OK;
}

static rclio_status add_nested(struct builder *b, const rclio_field *field, size_t memory, const char *prefix, size_t depth)
{
    const char *path;
    size_t count = field->shape == RCLIO_ARRAY ? field->capacity : 1;
    size_t values = field_is_sequence(field) ? 0 : count_values(field->nested, INLINE_LIMIT, b->level + depth + 1);
    if (field_is_sequence(field) || values > INLINE_LIMIT || count > INLINE_LIMIT || values * count > INLINE_LIMIT) {
        path = keep_path(b, prefix, field, SIZE_MAX);
        return path ? add_by_plan(b, field, memory, path, depth) : RCLIO_NO_MEMORY;
    }
    for (size_t i = 0; i < count; i++) {
        path = keep_path(b, prefix, field, field->shape == RCLIO_ARRAY ? i : SIZE_MAX);
        if (!path) return RCLIO_NO_MEMORY;
        rclio_status status = add_message(b, field->nested, memory + i * field->nested->size, path, depth + 1);
        if (status) return status;
    }
    return RCLIO_OK;
}

static rclio_status add_field(struct builder *b, const rclio_field *field, size_t memory, const char *prefix, size_t depth)
{
    if (field->base == RCLIO_NESTED) return add_nested(b, field, memory, prefix, depth);
    const char *path = keep_path(b, prefix, field, SIZE_MAX);
    if (!path) return RCLIO_NO_MEMORY;
    if (field->base == RCLIO_STRING || field->base == RCLIO_WSTRING) return add_strings(b, field, memory, path);
    if (base_type_size(field->base) == 0) return rclio_fail(RCLIO_INVALID, "field '%s' has no known type", path);
    if (field_is_sequence(field)) return add_plain_sequence(b, field, memory, path);
    return add_values(b, field, field->shape == RCLIO_ARRAY ? field->capacity : 1, memory, path);
}

/* `depth`: 1 for the plan's own message. */
static rclio_status add_message(struct builder *b, const rclio_type *type, size_t memory, const char *prefix, size_t depth)
{
    if (b->level + depth - 1 > RCLIO_CDR_DEPTH) return too_deep(type);
    if (depth > b->plan->depth) b->plan->depth = depth;
    for (size_t i = 0; i < type->field_count; i++) {
        rclio_status status = add_field(b, &type->fields[i], memory + type->fields[i].offset, prefix, depth);
        if (status) return status;
    }
    return RCLIO_OK;
}

/* Adds the message's sizes to *end as long as each value begins where the one before it ended. */
static bool is_packed(const rclio_type *type, size_t base, size_t *end, bool *has_bool)
{
    for (size_t i = 0; i < type->field_count; i++) {
        const rclio_field *field = &type->fields[i];
        size_t count = field->shape == RCLIO_ARRAY ? field->capacity : 1;
        if (is_placeholder(field)) return false;
        if (field_is_sequence(field) || field->base == RCLIO_STRING || field->base == RCLIO_WSTRING) return false;
        if (base + field->offset != *end) return false;
        if (field->base == RCLIO_BOOL) *has_bool = true;
        if (field->base != RCLIO_NESTED) {
            *end += count * base_type_size(field->base);
            continue;
        }
        size_t first = *end; /* its other elements lie as the first one does */
        if (count == 0 || !is_packed(field->nested, first, end, has_bool)) return false;
        if (*end != first + field->nested->size) return false;
        *end += (count - 1) * field->nested->size;
    }
    return true;
}

static struct codec_plan *plan_new(rclio_codec *codec, const rclio_type *type)
{
    struct codec_plan *plan = calloc(1, sizeof *plan);
    if (!plan) return rclio_fail_null(RCLIO_NO_MEMORY, "no memory for a plan of %s", type->name);
    plan->type = type;
    plan->next = codec->plans;
    return codec->plans = plan;
}

static void set_minimum_after(struct codec_plan *plan)
{
    for (size_t i = 0; i < plan->step_count; i++) {
        size_t up_to_here = i + 1 < plan->step_count ? plan->steps[i + 1].minimum_after : plan->minimum;
        plan->steps[i].minimum_after = plan->minimum - up_to_here;
    }
}

static rclio_status fill_plan(rclio_codec *codec, struct codec_plan *plan, size_t modulus, size_t level)
{
    struct codec_plan made = *plan; /* so that the plan's own depth stays 0 until it is made (CC3) */
    struct builder b = {.codec = codec, .plan = &made, .modulus = modulus, .level = level};
    size_t end = 0;
    rclio_status status = add_message(&b, plan->type, 0, "", 1);
    set_minimum_after(&made);
    if (made.minimum == 0) made.minimum = 1;
    made.is_packed = !host_is_big_endian() && plan->type->size <= PACKED_LIMIT && made.step_count &&
                     is_packed(plan->type, 0, &end, &made.has_bool) && end == plan->type->size;
    if (made.is_packed) made.first_align = made.steps[0].align;
    if (status) made.depth = 0;
    *plan = made;
    return status;
}

/* The plan of an element that lies at nesting level `level`; NULL with the error set. */
static const struct codec_plan *get_plan(rclio_codec *codec, const rclio_type *type, size_t level)
{
    struct codec_plan *plan = codec->plans;
    while (plan && (plan->type != type || plan == codec->root)) plan = plan->next;
    if (level > RCLIO_CDR_DEPTH || (plan && (plan->depth == 0 || level + plan->depth - 1 > RCLIO_CDR_DEPTH))) {
        too_deep(type);
        return NULL;
    }
    if (plan) return plan;
    if (!(plan = plan_new(codec, type))) return NULL;
    return fill_plan(codec, plan, 1, level) == RCLIO_OK ? plan : NULL;
}

rclio_status codec_compile(rclio_codec *codec)
{
    struct codec_plan *root = plan_new(codec, codec->type);
    if (!root) return RCLIO_NO_MEMORY;
    codec->root = root;
    return fill_plan(codec, root, 8, 1);
}
