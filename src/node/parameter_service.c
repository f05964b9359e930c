/* src/node/parameter_service.c: the six services through which others read and set a node's parameters (NOD-3).
 *
 *   PSV1  A request with a name that is not declared is answered for the names that are: get and types give "not set" in its place,
 *         describe leaves it out (PAR-11).
 * Threads: the executor's; handlers may be suspended in a program's callbacks. Tests: tests/node/test_parameter_services.c. */
#include "base/error.h"
#include "base/text.h"
#include "node/node.h"
#include "node/parameter_store.h"

#include <stdlib.h>

static void log_failure(parameters *p, const char *what)
{
    if (p->node) RCLIO_ERROR(p->node, "parameter service '%s' of '%s': %s", what, p->node->full_name, rclio_error());
}

static void serve_get(const void *request, void *response, void *arg)
{
    parameters *p = arg;
    const names_request *asked = request;
    get_response *answer = response;
    const rclio_field *values = rclio_type_field(p->types.services[SERVICE_GET]->parts[RCLIO_PART_RESPONSE], "values");
    rclio_status status = rclio_field_resize(values, answer, asked->names.size);
    for (size_t i = 0; i < asked->names.size && status == RCLIO_OK; i++) {
        rclio_parameter_value value;
        status = parameters_get(p, parameter_string(&asked->names.data[i]), &value);
        if (status == RCLIO_OK) status = parameter_value_to_message(&value, &answer->values.data[i]);
        if (status == RCLIO_NOT_FOUND || status == RCLIO_BAD_STATE) status = RCLIO_OK; /* PSV1 */
        rclio_parameter_value_fini(&value);
    }
    if (status != RCLIO_OK) log_failure(p, "get_parameters");
}

static void serve_types(const void *request, void *response, void *arg)
{
    parameters *p = arg;
    const names_request *asked = request;
    types_response *answer = response;
    if (!rclio_sequence_reserve(&answer->types, asked->names.size, 1)) {
        rclio_fail(RCLIO_NO_MEMORY, "out of memory");
        log_failure(p, "get_parameter_types");
        return;
    }
    mutex_lock(&p->lock);
    for (size_t i = 0; i < asked->names.size; i++) {
        const parameter_entry *entry = parameters_find(p, parameter_string(&asked->names.data[i]));
        answer->types.data[answer->types.size++] = entry ? (uint8_t)entry->value.type : 0; /* PSV1 */
    }
    mutex_unlock(&p->lock);
}

static void serve_describe(const void *request, void *response, void *arg)
{
    parameters *p = arg;
    const names_request *asked = request;
    describe_response *answer = response;
    const rclio_field *field = rclio_type_field(p->types.services[SERVICE_DESCRIBE]->parts[RCLIO_PART_RESPONSE], "descriptors");
    rclio_status status = rclio_field_resize(field, answer, asked->names.size);
    size_t known = 0;
    for (size_t i = 0; i < asked->names.size && status == RCLIO_OK; i++) {
        rclio_parameter_descriptor descriptor;
        status = parameters_describe(p, parameter_string(&asked->names.data[i]), &descriptor);
        if (status == RCLIO_OK)
            status = parameter_descriptor_to_message(&descriptor, field->nested, &answer->descriptors.data[known++]);
        if (status == RCLIO_NOT_FOUND) status = RCLIO_OK; /* PSV1 */
        rclio_parameter_descriptor_fini(&descriptor);
    }
    if (status == RCLIO_OK) status = rclio_field_resize(field, answer, known);
    if (status != RCLIO_OK) log_failure(p, "describe_parameters");
}

static void serve_list(const void *request, void *response, void *arg)
{
    parameters *p = arg;
    const list_request *asked = request;
    list_response *answer = response;
    rclio_parameter_names found = {0};
    const char **prefixes = parameter_strings_lend(&asked->prefixes);
    rclio_status status = prefixes ? parameters_list(p, prefixes, asked->prefixes.size, asked->depth, &found) : RCLIO_NO_MEMORY;
    if (status == RCLIO_OK)
        status = parameter_strings_to_message((const char *const *)found.names, found.name_count, &answer->names);
    if (status == RCLIO_OK)
        status = parameter_strings_to_message((const char *const *)found.prefixes, found.prefix_count, &answer->prefixes);
    if (status != RCLIO_OK) log_failure(p, "list_parameters");
    rclio_parameter_names_fini(&found);
    free(prefixes);
}

/* PAR-5: upstream's words, which name no parameter when one is not declared. */
static void put_result(result_message *result, rclio_status status)
{
    result->successful = status == RCLIO_OK;
    if (status == RCLIO_OK) return;
    rosidl_runtime_c__String__assign(&result->reason,
                                     status == RCLIO_NOT_FOUND ? "Invalid access to undeclared parameter(s): []" : rclio_error());
}

static void serve_set(const void *request, void *response, void *arg)
{
    parameters *p = arg;
    const set_request *asked = request;
    set_response *answer = response;
    const rclio_field *results = rclio_type_field(p->types.services[SERVICE_SET]->parts[RCLIO_PART_RESPONSE], "results");
    if (rclio_field_resize(results, answer, asked->parameters.size) != RCLIO_OK) {
        log_failure(p, "set_parameters");
        return;
    }
    parameters_ref(p); /* callbacks may destroy the node */
    for (size_t i = 0; i < asked->parameters.size; i++) {
        const parameter_message *item = &asked->parameters.data[i];
        rclio_parameter one = {.name = parameter_string(&item->name)};
        rclio_status status = parameter_value_from_message(&item->value, &one.value);
        if (status == RCLIO_OK) status = parameters_set(p, &one, 1);
        put_result(&answer->results.data[i], status);
        rclio_parameter_value_fini(&one.value);
    }
    parameters_unref(p);
}

static void serve_set_atomically(const void *request, void *response, void *arg)
{
    parameters *p = arg;
    const set_request *asked = request;
    set_atomically_response *answer = response;
    rclio_parameter_list batch;
    parameters_ref(p);
    rclio_status status = parameter_list_from_message(&asked->parameters, &batch);
    if (status == RCLIO_OK) status = parameters_set(p, batch.data, batch.size);
    put_result(&answer->result, status);
    rclio_parameter_list_fini(&batch);
    parameters_unref(p);
}

rclio_status parameters_open_services(parameters *p)
{
    static rclio_service_fn *const handlers[PARAMETER_SERVICES] = {
        [SERVICE_DESCRIBE] = serve_describe, [SERVICE_GET] = serve_get, [SERVICE_TYPES] = serve_types,
        [SERVICE_LIST] = serve_list,         [SERVICE_SET] = serve_set, [SERVICE_SET_ATOMICALLY] = serve_set_atomically,
    };
    for (size_t i = 0; i < PARAMETER_SERVICES; i++) { /* NOD-3 */
        char *name = copy_format("~/%s", parameter_service_name((parameter_service)i));
        rclio_service *service =
            name ? rclio_service_new(p->node, p->types.services[i], name, handlers[i], p,
                                     &(rclio_service_options){.qos = RCLIO_QOS_PARAMETERS, .can_wait = true}) /* SRV-8 */
                 : NULL;
        free(name);
        if (!service) return rclio_error_status();
    }
    return RCLIO_OK;
}
