/* src/node/parameter_node.c: a node gets its parameters, and tells of their changes on /parameter_events (NOD-3, PAR-4).
 *
 *   PN1  The overrides of the node's options stand above those of its own arguments, these above those of the command line.
 * Threads: as node constructors. Tests: tests/node/test_parameter_node.c. */
#include "base/clock.h"
#include "base/error.h"
#include "node/node.h"
#include "node/parameter_store.h"
#include "node/parameter_value.h"

static rclio_status gather_overrides(parameters *p)
{
    const rclio_node_options *o = &p->node->options;
    node_arguments all = node_get_arguments(p->node);
    for (size_t i = 2; i--;) { /* ARG-5 */
        const arguments *given = all.order[i];
        if (given && parameter_overrides_match(arguments_overrides(given), p->node->full_name, &p->overrides) != RCLIO_OK)
            return rclio_error_status();
    }
    for (size_t i = 0; i < o->parameter_override_count; i++) /* PN1 */
        if (parameter_list_put(&p->overrides, o->parameter_overrides[i].name, o->parameter_overrides[i].value) != RCLIO_OK)
            return rclio_error_status();
    return RCLIO_OK;
}

rclio_status rclio_parameter_overrides(rclio_node *node, rclio_parameter_list *found)
{
    *found = (rclio_parameter_list){0};
    const rclio_parameter_list *overrides = &node->parameters->overrides;
    for (size_t i = 0; i < overrides->size; i++) {
        if (rclio_parameter_list_add(found, overrides->data[i].name, overrides->data[i].value) == RCLIO_OK) continue;
        rclio_parameter_list_fini(found);
        return rclio_error_status();
    }
    return RCLIO_OK;
}

static rclio_status open_events(parameters *p)
{
    if (p->node->options.no_parameter_events) return RCLIO_OK;
    p->events = rclio_publisher_new(p->node, p->types.event, "/parameter_events",
                                    &(rclio_publisher_options){.qos = RCLIO_QOS_PARAMETER_EVENTS});
    return p->events ? RCLIO_OK : rclio_error_status();
}

static rclio_status fill_event(parameters *p, event_message *message, const parameter_change *change)
{
    const rclio_type *type = p->types.event;
    int64_t now = clock_system_ns();
    message->sec = (int32_t)(now / RCLIO_S(1));
    message->nanosec = (uint32_t)(now % RCLIO_S(1));
    if (!rosidl_runtime_c__String__assign(&message->node, p->node->full_name))
        return rclio_fail(RCLIO_NO_MEMORY, "out of memory for a parameter event");
    rclio_status status = parameter_list_to_message(type, message, "new_parameters", change->added.data, change->added.size);
    if (status == RCLIO_OK)
        status = parameter_list_to_message(type, message, "changed_parameters", change->changed.data, change->changed.size);
    if (status == RCLIO_OK)
        status = parameter_list_to_message(type, message, "deleted_parameters", change->deleted.data, change->deleted.size);
    return status;
}

void parameters_publish(parameters *p, const parameter_change *change) /* PAR-4 */
{
    EXECUTOR_GUARD(p->executor);
    if (!p->events || !p->node || !rclio_ok(p->node->context)) return;
    event_message *message = rclio_message_new(p->types.event);
    rclio_status status = message ? fill_event(p, message, change) : rclio_error_status();
    if (status == RCLIO_OK) status = rclio_publish(p->events, message);
    if (status != RCLIO_OK) RCLIO_ERROR(p->node, "no parameter event was sent: %s", rclio_error());
    if (message) rclio_message_destroy(p->types.event, message);
}

/* In upstream's order (NOD-3). The read-only one says whether there is the service. */
static rclio_status declare_own(parameters *p)
{
    const rclio_parameter_value sim_time = rclio_value_bool(p->node->options.use_sim_time);
    const rclio_parameter_value describes = rclio_value_bool(!p->node->options.no_type_description_service);
    const rclio_parameter_options defaults = {0};
    const rclio_parameter_options service = {
        .descriptor = {.read_only = true, .description = "If enabled, start the ~/get_type_description service."}};
    mutex_lock(&p->lock);
    bool has_time = parameters_find(p, "use_sim_time"), has_service = parameters_find(p, "start_type_description_service");
    mutex_unlock(&p->lock);
    if (!has_time && parameters_declare(p, "use_sim_time", &sim_time, &defaults) != RCLIO_OK) return rclio_error_status();
    if (has_service) return RCLIO_OK;
    return parameters_declare(p, "start_type_description_service", &describes, &service);
}

static rclio_status declare_overrides(parameters *p)
{
    const rclio_parameter_options defaults = {0};
    for (size_t i = 0; i < p->overrides.size && p->node->options.automatically_declare_parameters; i++)
        if (parameters_declare(p, p->overrides.data[i].name, &p->overrides.data[i].value, &defaults) != RCLIO_OK)
            return rclio_error_status();
    return RCLIO_OK;
}

rclio_status parameters_start(rclio_node *node)
{
    parameters *p = node->parameters = parameters_new(node);
    if (!p || gather_overrides(p) != RCLIO_OK) return rclio_error_status();
    if ((!node->options.no_parameter_events || !node->options.no_parameter_services) &&
        parameter_types_find(node->context->types, &p->types) != RCLIO_OK)
        return rclio_error_status();
    if (open_events(p) != RCLIO_OK || declare_overrides(p) != RCLIO_OK) return rclio_error_status();
    return declare_own(p);
}

rclio_status parameters_serve(rclio_node *node)
{
    return node->options.no_parameter_services ? RCLIO_OK : parameters_open_services(node->parameters);
}

void parameters_close(parameters *p)
{
    if (!p) return;
    p->node = NULL;
    p->events = NULL; /* goes with the node's entities */
}
