/* src/node/parameter_set.c: declaring and setting: PA2 of rclio/parameter.h, step by step, each once.
 *
 *   PS4  A set of many is a set of one each; only the atomic one takes a list.
 * Threads: the executor's or while nobody spins. Tests: tests/node/test_parameter_store.c, test_parameter_callbacks.c. */
#include "base/error.h"
#include "base/text.h"
#include "node/node.h"
#include "node/parameter_store.h"
#include "node/parameter_value.h"

#include <stdlib.h>
#include <string.h>

/* ---- setting ---- */

static rclio_status check(parameters *p, const rclio_parameter_list *batch)
{
    mutex_lock(&p->lock);
    rclio_status status = parameters_check(p, batch);
    mutex_unlock(&p->lock);
    return status;
}

static rclio_status apply(parameters *p, const rclio_parameter_list *batch, parameter_change *change)
{
    mutex_lock(&p->lock);
    rclio_status status = parameters_apply(p, batch, change);
    mutex_unlock(&p->lock);
    return status;
}

static rclio_status set_list(parameters *p, rclio_parameter_list *batch)
{
    parameter_change change;
    if (!batch->size) return RCLIO_OK;
    if (parameters_check_nesting(p) != RCLIO_OK) return rclio_error_status();
    if (parameters_call_pre_set(p, batch) != RCLIO_OK) return rclio_error_status();
    if (check(p, batch) != RCLIO_OK) return rclio_error_status();
    if (parameters_call_on_set(p, batch) != RCLIO_OK) return rclio_error_status();
    if (apply(p, batch, &change) != RCLIO_OK) return rclio_error_status();
    parameters_publish(p, &change); /* PAR-4: before whoever asked gets his answer */
    parameter_change_fini(&change);
    parameters_call_post_set(p, batch);
    return RCLIO_OK;
}

rclio_status parameters_set(parameters *p, const rclio_parameter *items, size_t count)
{
    rclio_parameter_list batch = {0};
    rclio_status status = RCLIO_OK;
    parameters_ref(p); /* PS3 */
    for (size_t i = 0; i < count && status == RCLIO_OK; i++)
        status = items[i].name ? rclio_parameter_list_add(&batch, items[i].name, items[i].value)
                               : rclio_fail(RCLIO_INVALID, "a parameter needs a name");
    if (status == RCLIO_OK) status = set_list(p, &batch);
    rclio_parameter_list_fini(&batch);
    parameters_unref(p);
    return status;
}

rclio_status rclio_parameters_set_atomically(rclio_node *node, const rclio_parameter *items, size_t count)
{
    return node ? parameters_set(node->parameters, items, count) : rclio_fail_missing("no node to set parameters of");
}

rclio_status rclio_parameter_set(rclio_node *node, const char *name, rclio_parameter_value value)
{
    return rclio_parameters_set_atomically(node, &(rclio_parameter){name, value}, 1);
}

rclio_status rclio_parameters_set(rclio_node *node, const rclio_parameter *items, size_t count, rclio_parameter_results *results)
{
    rclio_status first = RCLIO_OK;
    char *sentence = NULL;
    if (results) *results = (rclio_parameter_results){0};
    if (!node) return rclio_fail_missing("no node to set parameters of");
    parameters *p = node->parameters;
    if (results && !(results->data = calloc(count ? count : 1, sizeof *results->data)))
        return rclio_fail(RCLIO_NO_MEMORY, "out of memory for %zu results", count);
    parameters_ref(p);
    for (size_t i = 0; i < count; i++) { /* PS4 */
        rclio_status status = parameters_set(p, &items[i], 1);
        if (results) results->data[results->size++].status = status;
        if (status == RCLIO_OK) continue;
        if (first == RCLIO_OK) {
            first = status;
            sentence = copy_string(rclio_error());
        }
        if (results) results->data[i].reason = copy_string(rclio_error());
    }
    parameters_unref(p);
    if (first != RCLIO_OK && sentence) rclio_error_set(first, sentence);
    free(sentence);
    return first;
}

/* ---- declaring (PAR-2) ---- */

static rclio_status fail_type(const char *name, const rclio_parameter_value *value, rclio_parameter_type expected)
{
    char *words = rclio_parameter_value_text(value);
    rclio_fail(RCLIO_INVALID, "Trying to set parameter '%s' to '%s' of type '%s', expecting type '%s'", name, words ? words : "",
               parameter_type_python(value->type), parameter_type_python(expected));
    free(words);
    return RCLIO_INVALID;
}

static rclio_status fail_value(const rclio_parameter_value *value)
{
    char *words = rclio_parameter_value_text(value), *reason = copy_string(rclio_error());
    rclio_fail(RCLIO_INVALID, "Invalid parameter value (%s) for parameter. Reason: %s", words ? words : "", reason ? reason : "");
    free(words);
    free(reason);
    return RCLIO_INVALID;
}

/* The descriptor that the parameter will have; its texts are borrowed. */
static rclio_status plan(const char *name, const rclio_parameter_value *value, const rclio_parameter_options *options,
                         rclio_parameter_descriptor *descriptor)
{
    *descriptor = options->descriptor;
    descriptor->name = name;
    if (options->type != RCLIO_PARAMETER_NOT_SET && descriptor->dynamic_typing)
        return rclio_fail(RCLIO_INVALID,
                          "When declaring parameter {%s} passing a descriptor with `dynamic_typing=True` is not allowed when the "
                          "parameter type is provided",
                          name);
    descriptor->type = options->type != RCLIO_PARAMETER_NOT_SET ? options->type : value->type;
    if (descriptor->type == RCLIO_PARAMETER_NOT_SET) descriptor->dynamic_typing = true;
    return RCLIO_OK;
}

/* The initial value: an override's, unless it is ignored, else the default. A copy. */
static rclio_status choose(parameters *p, const rclio_parameter_descriptor *descriptor, const rclio_parameter_value *value,
                           bool ignore_override, rclio_parameter_value *initial)
{
    const rclio_parameter_value *chosen = ignore_override ? NULL : rclio_parameter_list_find(&p->overrides, descriptor->name);
    rclio_parameter_value empty = {.type = descriptor->type};
    if (!chosen)
        chosen = value;
    else if (chosen->type == RCLIO_PARAMETER_NOT_SET && parameter_type_is_array(descriptor->type))
        chosen = &empty; /* PAR-9: [] */
    bool uninitialised = chosen->type == RCLIO_PARAMETER_NOT_SET && chosen == value;
    if (!descriptor->dynamic_typing && !uninitialised && chosen->type != descriptor->type)
        return fail_type(descriptor->name, chosen, descriptor->type);
    return rclio_parameter_value_copy(chosen, initial);
}

static bool is_declared(parameters *p, const char *name)
{
    mutex_lock(&p->lock);
    bool found = parameters_find(p, name) != NULL;
    mutex_unlock(&p->lock);
    return found;
}

static rclio_status admit(parameters *p, const rclio_parameter_list *batch, const rclio_parameter_descriptor *descriptor)
{
    const rclio_parameter_value *value = &batch->data[0].value;
    rclio_parameter_value copy;
    if (parameter_check_range(descriptor, value) != RCLIO_OK) return fail_value(value);
    if (parameters_call_on_set(p, batch) != RCLIO_OK) return fail_value(value);
    if (rclio_parameter_value_copy(value, &copy) != RCLIO_OK) return rclio_error_status();
    rclio_parameter_descriptor kept = *descriptor;
    if (kept.dynamic_typing) kept.type = value->type;
    mutex_lock(&p->lock);
    rclio_status status = parameters_add(p, descriptor->name, &copy, &kept);
    mutex_unlock(&p->lock);
    return status;
}

rclio_status parameters_declare(parameters *p, const char *name, const rclio_parameter_value *value,
                                const rclio_parameter_options *options)
{
    rclio_parameter_descriptor descriptor;
    rclio_parameter_value initial = {0};
    rclio_parameter_list batch = {0};
    if (!name || !*name) return rclio_fail(RCLIO_INVALID, "Invalid parameter name: ");
    if (plan(name, value, options, &descriptor) != RCLIO_OK) return rclio_error_status();
    if (is_declared(p, name)) return rclio_fail(RCLIO_BAD_STATE, "Parameter(s) already declared: ['%s']", name);
    if (parameters_check_nesting(p) != RCLIO_OK) return rclio_error_status();
    if (choose(p, &descriptor, value, options->ignore_override, &initial) != RCLIO_OK) return rclio_error_status();
    parameters_ref(p); /* PS3 */
    rclio_status status = parameter_list_take(&batch, name, &initial);
    if (status == RCLIO_OK) status = admit(p, &batch, &descriptor);
    if (status == RCLIO_OK) {
        parameters_publish(p, &(parameter_change){.added = batch});
        parameters_call_post_set(p, &batch);
    }
    rclio_parameter_list_fini(&batch);
    parameters_unref(p);
    return status;
}

rclio_status rclio_parameter_declare(rclio_node *node, const char *name, rclio_parameter_value value,
                                     const rclio_parameter_options *options)
{
    static const rclio_parameter_options defaults;
    if (!node) return rclio_fail_missing("no node to declare a parameter of");
    return parameters_declare(node->parameters, name, &value, options ? options : &defaults);
}

rclio_status rclio_parameters_declare(rclio_node *node, const char *name_space, const rclio_parameter_declaration *declarations,
                                      size_t count)
{
    if (!node) return rclio_fail_missing("no node to declare parameters of");
    rclio_status status = RCLIO_OK;
    parameters *p = node->parameters;
    char **names = calloc(count ? count : 1, sizeof *names);
    if (!names) return rclio_fail(RCLIO_NO_MEMORY, "out of memory for the names of %zu parameters", count);
    for (size_t i = 0; i < count && status == RCLIO_OK; i++) {
        const char *name = declarations[i].name ? declarations[i].name : "";
        names[i] = name_space && *name_space ? copy_format("%s.%s", name_space, name) : copy_string(name);
        if (!names[i])
            status = rclio_error_status();
        else if (is_declared(p, names[i]))
            status = rclio_fail(RCLIO_BAD_STATE, "Parameter(s) already declared: ['%s']", names[i]);
    }
    parameters_ref(p);
    for (size_t i = 0; i < count && status == RCLIO_OK; i++)
        status = parameters_declare(p, names[i], &declarations[i].value, &declarations[i].options);
    parameters_unref(p);
    for (size_t i = 0; i < count; i++) free(names[i]);
    free(names);
    return status;
}

/* ---- reading ---- */

rclio_status rclio_parameter_get(rclio_node *node, const char *name, rclio_parameter_value *value)
{
    *value = (rclio_parameter_value){0};
    if (!node) return rclio_fail_missing("no node to get a parameter of");
    if (!name) return rclio_fail(RCLIO_INVALID, "no parameter to get");
    return parameters_get(node->parameters, name, value);
}

rclio_status rclio_parameter_get_or(rclio_node *node, const char *name, rclio_parameter_value alternative,
                                    rclio_parameter_value *value)
{
    rclio_status status = rclio_parameter_get(node, name, value);
    if (status == RCLIO_NO_MEMORY || status == RCLIO_INVALID) return status;
    if (status == RCLIO_OK && value->type != RCLIO_PARAMETER_NOT_SET) return RCLIO_OK;
    return rclio_parameter_value_copy(&alternative, value);
}

rclio_status rclio_parameter_describe(rclio_node *node, const char *name, rclio_parameter_descriptor *descriptor)
{
    *descriptor = (rclio_parameter_descriptor){0};
    if (!node) return rclio_fail_missing("no node to describe a parameter of");
    if (!name) return rclio_fail(RCLIO_INVALID, "no parameter to describe");
    return parameters_describe(node->parameters, name, descriptor);
}

static rclio_status get_as(rclio_node *node, const char *name, rclio_parameter_type type, rclio_parameter_value *value)
{
    if (rclio_parameter_get(node, name, value) != RCLIO_OK) return rclio_error_status();
    if (value->type == type) return RCLIO_OK;
    rclio_parameter_type other = value->type;
    rclio_parameter_value_fini(value);
    return rclio_fail(RCLIO_INVALID, "the parameter '%s' is of type %s, not %s", name, rclio_parameter_type_name(other),
                      rclio_parameter_type_name(type));
}

rclio_status rclio_parameter_get_bool(rclio_node *node, const char *name, bool *value)
{
    rclio_parameter_value got;
    rclio_status status = get_as(node, name, RCLIO_PARAMETER_BOOL, &got);
    if (status == RCLIO_OK) *value = got.boolean;
    return status;
}

rclio_status rclio_parameter_get_integer(rclio_node *node, const char *name, int64_t *value)
{
    rclio_parameter_value got;
    rclio_status status = get_as(node, name, RCLIO_PARAMETER_INTEGER, &got);
    if (status == RCLIO_OK) *value = got.integer;
    return status;
}

rclio_status rclio_parameter_get_double(rclio_node *node, const char *name, double *value)
{
    rclio_parameter_value got;
    rclio_status status = get_as(node, name, RCLIO_PARAMETER_DOUBLE, &got);
    if (status == RCLIO_OK) *value = got.real;
    return status;
}

rclio_status rclio_parameter_get_string(rclio_node *node, const char *name, char **value)
{
    rclio_parameter_value got;
    rclio_status status = get_as(node, name, RCLIO_PARAMETER_STRING, &got);
    if (status == RCLIO_OK) *value = (char *)(uintptr_t)got.string; /* the copy's block is the string */
    return status;
}
