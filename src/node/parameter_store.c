/* src/node/parameter_store.c: see parameter_store.h. Tests: tests/node/test_parameter_store.c. */
#include "node/parameter_store.h"

#include "base/array.h"
#include "base/error.h"
#include "base/text.h"
#include "node/node.h"
#include "node/parameter_value.h"

#include <stdlib.h>
#include <string.h>

static void entry_free(void *value)
{
    parameter_entry *entry = value;
    if (!entry) return;
    free(entry->name);
    rclio_parameter_value_fini(&entry->value);
    rclio_parameter_descriptor_fini(&entry->descriptor);
    free(entry);
}

parameters *parameters_new(rclio_node *node)
{
    parameters *p = calloc(1, sizeof *p);
    if (!p || mutex_init(&p->lock) != RCLIO_OK) {
        free(p);
        return rclio_fail_null(RCLIO_NO_MEMORY, "out of memory for the parameters of '%s'", node->full_name);
    }
    atomic_init(&p->references, 1);
    p->node = node;
    p->executor = node->executor;
    p->allow_undeclared = node->options.allow_undeclared_parameters;
    for (size_t i = 0; i < CALLBACK_KINDS; i++) list_init(&p->callbacks[i]);
    list_init(&p->running);
    return p;
}

void parameters_ref(parameters *p)
{
    atomic_fetch_add_explicit(&p->references, 1, memory_order_relaxed);
}

void parameters_unref(parameters *p)
{
    if (!p || atomic_fetch_sub_explicit(&p->references, 1, memory_order_acq_rel) != 1) return;
    parameters_free_callbacks(p);
    map_fini(&p->entries, entry_free);
    rclio_parameter_list_fini(&p->overrides);
    mutex_fini(&p->lock);
    free(p);
}

static rclio_status fail_undeclared(const char *name)
{
    return rclio_fail(RCLIO_NOT_FOUND, "Invalid access to undeclared parameter(s): %s", name);
}

parameter_entry *parameters_find(parameters *p, const char *name)
{
    return map_get(&p->entries, name);
}

rclio_status parameters_add(parameters *p, const char *name, rclio_parameter_value *value,
                            const rclio_parameter_descriptor *descriptor)
{
    rclio_status status = RCLIO_OK;
    parameter_entry *entry = NULL;
    if (parameters_find(p, name)) {
        status = rclio_fail(RCLIO_BAD_STATE, "Parameter(s) already declared: ['%s']", name);
    } else if (!(entry = calloc(1, sizeof *entry))) {
        status = rclio_fail(RCLIO_NO_MEMORY, "out of memory for the parameter '%s'", name);
    } else {
        entry->value = *value;
        *value = (rclio_parameter_value){0};
        entry->name = copy_string(name);
        status = entry->name ? parameter_descriptor_copy(descriptor, name, &entry->descriptor) : rclio_error_status();
        if (status == RCLIO_OK) status = map_set(&p->entries, name, entry);
    }
    if (status == RCLIO_OK) return RCLIO_OK;
    entry_free(entry);
    rclio_parameter_value_fini(value);
    return status;
}

/* ---- setting ---- */

static rclio_status check_one(const parameter_entry *entry, const rclio_parameter_value *value)
{
    if (!entry) return RCLIO_OK; /* undeclared ones are allowed */
    if (entry->descriptor.read_only) return rclio_fail(RCLIO_BAD_STATE, "Trying to set a read-only parameter: %s.", entry->name);
    if (value->type != RCLIO_PARAMETER_NOT_SET) return parameter_check_value(&entry->descriptor, value);
    if (!entry->descriptor.dynamic_typing) return rclio_fail(RCLIO_BAD_STATE, "Static parameter cannot be undeclared");
    return RCLIO_OK;
}

rclio_status parameters_check(parameters *p, const rclio_parameter_list *batch)
{
    for (size_t i = 0; i < batch->size; i++)
        if (!p->allow_undeclared && !parameters_find(p, batch->data[i].name)) return fail_undeclared(batch->data[i].name);
    for (size_t i = 0; i < batch->size; i++)
        if (check_one(parameters_find(p, batch->data[i].name), &batch->data[i].value) != RCLIO_OK) return rclio_error_status();
    return RCLIO_OK;
}

static rclio_status change_init(parameter_change *change, size_t count)
{
    *change = (parameter_change){0};
    if (array_reserve(&change->added.data, &change->added.capacity, count, sizeof *change->added.data) == RCLIO_OK &&
        array_reserve(&change->changed.data, &change->changed.capacity, count, sizeof *change->changed.data) == RCLIO_OK &&
        array_reserve(&change->deleted.data, &change->deleted.capacity, count, sizeof *change->deleted.data) == RCLIO_OK)
        return RCLIO_OK;
    parameter_change_fini(change);
    return RCLIO_NO_MEMORY;
}

void parameter_change_fini(parameter_change *change)
{
    free(change->added.data);
    free(change->changed.data);
    free(change->deleted.data);
    *change = (parameter_change){0};
}

static rclio_status prepare(parameters *p, const rclio_parameter_list *batch, rclio_parameter_list *copies) REQUIRES(p->lock)
{
    const rclio_parameter_descriptor any = {.dynamic_typing = true};
    for (size_t i = 0; i < batch->size; i++) {
        const rclio_parameter *item = &batch->data[i];
        rclio_parameter_value none = {0};
        if (rclio_parameter_list_add(copies, item->name, item->value) != RCLIO_OK) return RCLIO_NO_MEMORY;
        if (item->value.type == RCLIO_PARAMETER_NOT_SET || parameters_find(p, item->name)) continue;
        if (parameters_add(p, item->name, &none, &any) != RCLIO_OK) return RCLIO_NO_MEMORY;
    }
    return RCLIO_OK;
}

/* Cannot fail: the memory is there. */
static void set_one(parameters *p, const rclio_parameter *item, rclio_parameter_value *value, parameter_change *change)
    REQUIRES(p->lock)
{
    parameter_entry *entry = parameters_find(p, item->name);
    if (item->value.type == RCLIO_PARAMETER_NOT_SET) { /* PAR-4 */
        entry_free(map_remove(&p->entries, item->name));
        change->deleted.data[change->deleted.size++] = *item;
        return;
    }
    if (!entry) return; /* deleted by an earlier item of the same list */
    rclio_parameter_list *kind = entry->value.type == RCLIO_PARAMETER_NOT_SET ? &change->added : &change->changed;
    kind->data[kind->size++] = *item;
    rclio_parameter_value_fini(&entry->value);
    entry->value = *value;
    *value = (rclio_parameter_value){0};
    entry->descriptor.type = entry->value.type;
}

rclio_status parameters_apply(parameters *p, const rclio_parameter_list *batch, parameter_change *change)
{
    rclio_parameter_list copies = {0};
    if (parameters_check(p, batch) != RCLIO_OK || change_init(change, batch->size) != RCLIO_OK)
        return rclio_error_status(); /* PS2 */
    rclio_status status = prepare(p, batch, &copies);
    for (size_t i = 0; i < batch->size && status == RCLIO_OK; i++) set_one(p, &batch->data[i], &copies.data[i].value, change);
    if (status != RCLIO_OK) parameter_change_fini(change);
    rclio_parameter_list_fini(&copies);
    return status;
}

rclio_status rclio_parameter_undeclare(rclio_node *node, const char *name)
{
    if (!node) return rclio_fail_missing("no node to undeclare a parameter of");
    if (!name) return rclio_fail(RCLIO_INVALID, "no parameter to undeclare");
    parameters *p = node->parameters;
    rclio_status status = RCLIO_OK;
    mutex_lock(&p->lock);
    parameter_entry *entry = parameters_find(p, name);
    if (!entry)
        status = fail_undeclared(name);
    else if (entry->descriptor.read_only)
        status = rclio_fail(RCLIO_BAD_STATE, "Attempted to modify read-only parameter: %s", name);
    else
        entry_free(map_remove(&p->entries, name));
    mutex_unlock(&p->lock);
    return status;
}

/* ---- reading ---- */

bool rclio_parameter_has(rclio_node *node, const char *name)
{
    if (!node || !name) return false;
    parameters *p = node->parameters;
    mutex_lock(&p->lock);
    bool has = parameters_find(p, name) != NULL;
    mutex_unlock(&p->lock);
    return has;
}

rclio_status parameters_get(parameters *p, const char *name, rclio_parameter_value *value)
{
    rclio_status status;
    *value = (rclio_parameter_value){0};
    mutex_lock(&p->lock);
    const parameter_entry *entry = parameters_find(p, name);
    if (!entry)
        status = p->allow_undeclared ? RCLIO_OK : fail_undeclared(name);
    else if (entry->value.type == RCLIO_PARAMETER_NOT_SET && !entry->descriptor.dynamic_typing)
        status = rclio_fail(RCLIO_BAD_STATE, "The parameter '%s' is not initialized", name);
    else
        status = rclio_parameter_value_copy(&entry->value, value);
    mutex_unlock(&p->lock);
    return status;
}

rclio_status parameters_describe(parameters *p, const char *name, rclio_parameter_descriptor *descriptor)
{
    const rclio_parameter_descriptor unknown = {0};
    rclio_status status;
    *descriptor = unknown;
    mutex_lock(&p->lock);
    const parameter_entry *entry = parameters_find(p, name);
    if (entry || p->allow_undeclared)
        status = parameter_descriptor_copy(entry ? &entry->descriptor : &unknown, name, descriptor);
    else
        status = fail_undeclared(name);
    mutex_unlock(&p->lock);
    return status;
}

rclio_status rclio_parameter_get_type(rclio_node *node, const char *name, rclio_parameter_type *type)
{
    *type = RCLIO_PARAMETER_NOT_SET;
    if (!node) return rclio_fail_missing("no node to get a parameter's type of");
    if (!name) return rclio_fail(RCLIO_INVALID, "no parameter to get the type of");
    parameters *p = node->parameters;
    mutex_lock(&p->lock);
    const parameter_entry *entry = parameters_find(p, name);
    if (entry) *type = entry->value.type;
    rclio_status status = entry || p->allow_undeclared ? RCLIO_OK : fail_undeclared(name);
    mutex_unlock(&p->lock);
    return status;
}

struct by_prefix {
    const char *prefix; /* with its '.', or "" */
    rclio_parameter_list *batch;
    rclio_status status;
};

static void add_by_prefix(const char *name, void *value, void *arg)
{
    struct by_prefix *wanted = arg;
    const parameter_entry *entry = value;
    if (wanted->status != RCLIO_OK || !starts_with(name, wanted->prefix)) return;
    wanted->status = rclio_parameter_list_add(wanted->batch, name + strlen(wanted->prefix), entry->value);
}

rclio_status rclio_parameters_get_by_prefix(rclio_node *node, const char *prefix, rclio_parameter_list *result)
{
    *result = (rclio_parameter_list){0};
    if (!node) return rclio_fail_missing("no node to get parameters of");
    char *with_dot = copy_format(prefix && *prefix ? "%s." : "%s", prefix ? prefix : "");
    if (!with_dot) return rclio_error_status();
    struct by_prefix wanted = {.prefix = with_dot, .batch = result, .status = RCLIO_OK};
    mutex_lock(&node->parameters->lock);
    map_each(&node->parameters->entries, add_by_prefix, &wanted);
    mutex_unlock(&node->parameters->lock);
    if (wanted.status != RCLIO_OK) rclio_parameter_list_fini(result);
    free(with_dot);
    return wanted.status;
}
