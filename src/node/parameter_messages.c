/* src/node/parameter_messages.c: see parameter_messages.h. */
#include "node/parameter_messages.h"

#include "base/error.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

static const struct service_facts {
    const char *name, *type;
    size_t request, response; /* sizes in memory */
} services[PARAMETER_SERVICES] = {
    [SERVICE_DESCRIBE] = {"describe_parameters", "rcl_interfaces/srv/DescribeParameters", sizeof(names_request),
                          sizeof(describe_response)},
    [SERVICE_GET] = {"get_parameters", "rcl_interfaces/srv/GetParameters", sizeof(names_request), sizeof(get_response)},
    [SERVICE_TYPES] = {"get_parameter_types", "rcl_interfaces/srv/GetParameterTypes", sizeof(names_request),
                       sizeof(types_response)},
    [SERVICE_LIST] = {"list_parameters", "rcl_interfaces/srv/ListParameters", sizeof(list_request), sizeof(list_response)},
    [SERVICE_SET] = {"set_parameters", "rcl_interfaces/srv/SetParameters", sizeof(set_request), sizeof(set_response)},
    [SERVICE_SET_ATOMICALLY] = {"set_parameters_atomically", "rcl_interfaces/srv/SetParametersAtomically", sizeof(set_request),
                                sizeof(set_atomically_response)},
};

const char *parameter_service_name(parameter_service service)
{
    return services[service].name;
}

static rclio_status fail_definition(const char *name)
{
    return rclio_fail(RCLIO_INVALID, "%s is not the definition that rclio was made with", name);
}

rclio_status parameter_types_find(rclio_types *types, parameter_types *found)
{
    for (size_t i = 0; i < PARAMETER_SERVICES; i++) { /* PAR-1 */
        const rclio_type *type = found->services[i] = rclio_types_get(types, services[i].type);
        if (!type) return rclio_error_status();
        if (type->parts[RCLIO_PART_REQUEST]->size != services[i].request ||
            type->parts[RCLIO_PART_RESPONSE]->size != services[i].response)
            return fail_definition(services[i].type);
    }
    if (!(found->event = rclio_types_get(types, "rcl_interfaces/msg/ParameterEvent"))) return rclio_error_status();
    return found->event->size == sizeof(event_message) ? RCLIO_OK : fail_definition(found->event->name);
}

static rclio_status no_memory(void)
{
    return rclio_fail(RCLIO_NO_MEMORY, "out of memory for a message about parameters");
}

rclio_status parameter_strings_to_message(const char *const *strings, size_t count, rosidl_runtime_c__String__Sequence *message)
{
    rosidl_runtime_c__String__Sequence__fini(message);
    if (!rosidl_runtime_c__String__Sequence__init(message, count)) return no_memory();
    for (size_t i = 0; i < count; i++)
        if (!rosidl_runtime_c__String__assign(&message->data[i], strings[i])) return no_memory();
    return RCLIO_OK;
}

const char **parameter_strings_lend(const rosidl_runtime_c__String__Sequence *message)
{
    const char **strings = calloc(message->size ? message->size : 1, sizeof *strings);
    if (!strings) return rclio_fail_null(RCLIO_NO_MEMORY, "out of memory for %zu names", message->size);
    for (size_t i = 0; i < message->size; i++) strings[i] = parameter_string(&message->data[i]);
    return strings;
}

/* Copies numbers into a sequence that is empty. */
#define FILL(kind, sequence, elements)                                       \
    (rosidl_runtime_c__##kind##__Sequence__init((sequence), value->count) && \
     (value->count == 0 || memcpy((sequence)->data, (elements), value->count * sizeof *(elements))))

rclio_status parameter_value_to_message(const rclio_parameter_value *value, value_message *m)
{
    bool ok = true;
    m->type = (uint8_t)value->type;
    switch (value->type) {
    case RCLIO_PARAMETER_NOT_SET: break;
    case RCLIO_PARAMETER_BOOL: m->bool_value = value->boolean; break;
    case RCLIO_PARAMETER_INTEGER: m->integer_value = value->integer; break;
    case RCLIO_PARAMETER_DOUBLE: m->double_value = value->real; break;
    case RCLIO_PARAMETER_STRING: ok = rosidl_runtime_c__String__assign(&m->string_value, value->string); break;
    case RCLIO_PARAMETER_BYTES: ok = FILL(octet, &m->byte_array_value, value->bytes); break;
    case RCLIO_PARAMETER_BOOLS: ok = FILL(boolean, &m->bool_array_value, value->booleans); break;
    case RCLIO_PARAMETER_INTEGERS: ok = FILL(int64, &m->integer_array_value, value->integers); break;
    case RCLIO_PARAMETER_DOUBLES: ok = FILL(double, &m->double_array_value, value->reals); break;
    case RCLIO_PARAMETER_STRINGS: return parameter_strings_to_message(value->strings, value->count, &m->string_array_value);
    }
    return ok ? RCLIO_OK : no_memory();
}

rclio_status parameter_value_from_message(const value_message *m, rclio_parameter_value *value)
{
    rclio_parameter_value lent = {0};
    const char **strings = NULL;
    *value = lent;
    switch (m->type) {
    case RCLIO_PARAMETER_NOT_SET: break;
    case RCLIO_PARAMETER_BOOL: lent = rclio_value_bool(m->bool_value); break;
    case RCLIO_PARAMETER_INTEGER: lent = rclio_value_integer(m->integer_value); break;
    case RCLIO_PARAMETER_DOUBLE: lent = rclio_value_double(m->double_value); break;
    case RCLIO_PARAMETER_STRING: lent = rclio_value_string(parameter_string(&m->string_value)); break;
    case RCLIO_PARAMETER_BYTES: lent = rclio_value_bytes(m->byte_array_value.data, m->byte_array_value.size); break;
    case RCLIO_PARAMETER_BOOLS: lent = rclio_value_bools(m->bool_array_value.data, m->bool_array_value.size); break;
    case RCLIO_PARAMETER_INTEGERS: lent = rclio_value_integers(m->integer_array_value.data, m->integer_array_value.size); break;
    case RCLIO_PARAMETER_DOUBLES: lent = rclio_value_doubles(m->double_array_value.data, m->double_array_value.size); break;
    case RCLIO_PARAMETER_STRINGS:
        if (!(strings = parameter_strings_lend(&m->string_array_value))) return rclio_error_status();
        lent = (rclio_parameter_value){
            .type = RCLIO_PARAMETER_STRINGS, .count = m->string_array_value.size, .strings = (const char *const *)strings};
        break;
    default: return rclio_fail(RCLIO_BAD_DATA, "a parameter value has the type %u, which does not exist", (unsigned)m->type);
    }
    rclio_status status = rclio_parameter_value_copy(&lent, value);
    free(strings);
    return status;
}

rclio_status parameter_list_to_message(const rclio_type *type, void *message, const char *name, const rclio_parameter *items,
                                       size_t count)
{
    const rclio_field *field = rclio_type_field(type, name);
    if (!field) return fail_definition(type->name);
    if (rclio_field_resize(field, message, count) != RCLIO_OK) return rclio_error_status();
    for (size_t i = 0; i < count; i++) {
        parameter_message *element = rclio_field_element(field, message, i);
        if (!rosidl_runtime_c__String__assign(&element->name, items[i].name)) return no_memory();
        if (parameter_value_to_message(&items[i].value, &element->value) != RCLIO_OK) return rclio_error_status();
    }
    return RCLIO_OK;
}

rclio_status parameter_list_from_message(const parameter_message__Sequence *sequence, rclio_parameter_list *list)
{
    *list = (rclio_parameter_list){0};
    for (size_t i = 0; i < sequence->size; i++) {
        rclio_parameter_value value;
        rclio_status status = parameter_value_from_message(&sequence->data[i].value, &value);
        if (status == RCLIO_OK) status = rclio_parameter_list_add(list, parameter_string(&sequence->data[i].name), value);
        rclio_parameter_value_fini(&value);
        if (status == RCLIO_OK) continue;
        rclio_parameter_list_fini(list);
        return status;
    }
    return RCLIO_OK;
}

rclio_status parameter_descriptor_to_message(const rclio_parameter_descriptor *d, const rclio_type *type, descriptor_message *m)
{
    const rclio_field *doubles = rclio_type_field(type, "floating_point_range"),
                      *integers = rclio_type_field(type, "integer_range");
    m->type = (uint8_t)d->type;
    m->read_only = d->read_only;
    m->dynamic_typing = d->dynamic_typing;
    if (!rosidl_runtime_c__String__assign(&m->name, d->name) ||
        !rosidl_runtime_c__String__assign(&m->description, d->description) ||
        !rosidl_runtime_c__String__assign(&m->additional_constraints, d->additional_constraints))
        return no_memory();
    if (d->has_double_range && (!doubles || rclio_field_resize(doubles, m, 1) != RCLIO_OK)) return no_memory();
    if (d->has_integer_range && (!integers || rclio_field_resize(integers, m, 1) != RCLIO_OK)) return no_memory();
    if (d->has_double_range) m->floating_point_range.data[0] = d->double_range;
    if (d->has_integer_range) m->integer_range.data[0] = d->integer_range;
    return RCLIO_OK;
}

rclio_status parameter_descriptor_from_message(const descriptor_message *m, rclio_parameter_descriptor *d)
{
    *d = (rclio_parameter_descriptor){
        .name = copy_string(parameter_string(&m->name)),
        .type = (rclio_parameter_type)m->type,
        .description = copy_string(parameter_string(&m->description)),
        .additional_constraints = copy_string(parameter_string(&m->additional_constraints)),
        .read_only = m->read_only,
        .dynamic_typing = m->dynamic_typing,
        .has_integer_range = m->integer_range.size > 0,
        .has_double_range = m->floating_point_range.size > 0,
    };
    if (d->has_integer_range) d->integer_range = m->integer_range.data[0];
    if (d->has_double_range) d->double_range = m->floating_point_range.data[0];
    if (d->name && d->description && d->additional_constraints) return RCLIO_OK;
    rclio_parameter_descriptor_fini(d);
    return rclio_error_status();
}
