/* src/node/parameter_client.c: the parameters of another node: a task per call.
 *
 *   PCL1  The first request leaves in the thread that calls, so that names and values are borrowed for that time only; the task awaits
 *         the answer and, where one is not enough, asks on.
 *   PCL2  A task holds a reference to the client's memory; after its destroy `clients` are NULL and pending calls have failed. They are the
 *         executor's (EXECUTOR_GUARD).
 *   PCL3  Tasks run no user code, so they are rclio's own (LN6 of async/lanes.h): a callback that blocks its thread does not hold them up.
 * Threads: as the public header says. Tests: tests/node/test_parameter_client.c. */
#include "async/failure.h"
#include "base/array.h"
#include "base/error.h"
#include "base/text.h"
#include "node/name.h"
#include "node/node.h"
#include "node/parameter_messages.h"
#include "node/parameter_value.h"
#include "rclio/service.h"
#include "rclio/task.h"

#include <stdlib.h>
#include <string.h>

struct rclio_parameter_client {
    entity entity;
    char *remote;                              /* full name of the node */
    rclio_client *clients[PARAMETER_SERVICES]; /* NULL: destroyed */
    parameter_types types;
    rclio_executor *executor;
};

typedef struct strings {
    char **data;
    size_t size;
} strings;

typedef struct remote_call {
    rclio_parameter_client *client; /* a reference */
    rclio_future *first;            /* the call that was made at once */
    strings names;                  /* of get and types: what was asked */
    rclio_parameter_list batch;     /* of load: what is to be set */
} remote_call;

/* ---- asking ---- */

static void strings_fini(strings *s)
{
    for (size_t i = 0; i < s->size; i++) free(s->data[i]);
    free(s->data);
    *s = (strings){0};
}

static rclio_status strings_copy(const char *const *from, size_t count, strings *to)
{
    *to = (strings){.data = calloc(count ? count : 1, sizeof *to->data)};
    if (!to->data) return rclio_fail(RCLIO_NO_MEMORY, "out of memory for %zu names", count);
    for (; to->size < count; to->size++)
        if (!(to->data[to->size] = copy_string(from[to->size]))) return rclio_error_status();
    return RCLIO_OK;
}

static const rclio_type *request_type(const rclio_parameter_client *client, parameter_service service)
{
    return client->types.services[service]->parts[RCLIO_PART_REQUEST];
}

/* Sends and frees the request; `filled` is the status of its making. */
static rclio_future *send(rclio_parameter_client *client, parameter_service service, void *request, rclio_status filled)
{
    rclio_future *call = NULL;
    EXECUTOR_GUARD(client->executor);
    if (request && filled == RCLIO_OK) {
        if (client->clients[service])
            call = rclio_client_call(client->clients[service], request);
        else
            rclio_fail(RCLIO_CANCELLED, "the parameter client of '%s' was destroyed", client->remote);
    }
    if (request) rclio_message_destroy(request_type(client, service), request);
    return call;
}

static rclio_future *send_names(rclio_parameter_client *client, parameter_service service, const char *const *names, size_t count)
{
    names_request *request = rclio_message_new(request_type(client, service));
    return send(client, service, request, request ? parameter_strings_to_message(names, count, &request->names) : RCLIO_OK);
}

static rclio_future *send_list(rclio_parameter_client *client, const char *const *prefixes, size_t count, uint64_t depth)
{
    list_request *request = rclio_message_new(request_type(client, SERVICE_LIST));
    if (request) request->depth = depth;
    return send(client, SERVICE_LIST, request,
                request ? parameter_strings_to_message(prefixes, count, &request->prefixes) : RCLIO_OK);
}

static rclio_future *send_set(rclio_parameter_client *client, parameter_service service, const rclio_parameter *items,
                              size_t count)
{
    const rclio_type *type = request_type(client, service);
    void *request = rclio_message_new(type);
    return send(client, service, request,
                request ? parameter_list_to_message(type, request, "parameters", items, count) : RCLIO_OK);
}

/* ---- tasks ---- */

static void remote_call_free(remote_call *call)
{
    if (!call) return;
    rclio_future_unref(call->first);
    strings_fini(&call->names);
    rclio_parameter_list_fini(&call->batch);
    if (call->client) entity_unref(&call->client->entity);
    free(call);
}

/* Takes the first call; what is returned is the task's future. names may be NULL. */
static rclio_future *start_with(rclio_parameter_client *client, rclio_future *first, const char *what, rclio_task_fn *run,
                                const char *const *names, size_t count, const rclio_parameter *batch, size_t batch_size)
{
    remote_call *call = first ? calloc(1, sizeof *call) : NULL;
    char *title = NULL;
    rclio_future *future = NULL;
    if (!first) return NULL; /* the error stands */
    if (!call) {
        rclio_future_unref(first);
        return rclio_fail_null(RCLIO_NO_MEMORY, "out of memory for a call to '%s'", client->remote);
    }
    *call = (remote_call){.client = client, .first = first};
    entity_ref(&client->entity); /* PCL2 */
    for (size_t i = 0; i < batch_size; i++)
        if (rclio_parameter_list_add(&call->batch, batch[i].name, batch[i].value) != RCLIO_OK) goto done;
    if (names && strings_copy(names, count, &call->names) != RCLIO_OK) goto done;
    if (!(title = copy_format("%s of '%s'", what, client->remote))) goto done;
    rclio_task *task = task_new_own(client->executor, title, run, call); /* PCL3 */
    if (!task) goto done;
    call = NULL;
    future = rclio_future_ref(rclio_task_future(task));
    rclio_task_unref(task);
done:
    free(title);
    remote_call_free(call);
    return future;
}

static rclio_future *start(rclio_parameter_client *client, rclio_future *first, const char *what, rclio_task_fn *run,
                           const char *const *names, size_t count)
{
    return start_with(client, first, what, run, names, count, NULL, 0);
}

/* In a task: ends it with the error that stands. */
static void fail_task(void)
{
    char *words = copy_string(rclio_error());
    rclio_status status = rclio_error_status();
    task_fail_own(status == RCLIO_OK ? RCLIO_BAD_DATA : status, "%s", words ? words : "");
    free(words);
}

/* ---- get ---- */

static void list_free(void *value)
{
    rclio_parameter_list_fini(value);
    free(value);
}

static rclio_status add_values(const get_response *response, char *const *names, size_t count, rclio_parameter_list *batch)
{
    for (size_t i = 0; i < count; i++) {
        rclio_parameter_value value = {0};
        if (response && i < response->values.size && parameter_value_from_message(&response->values.data[i], &value) != RCLIO_OK)
            return rclio_error_status();
        if (parameter_list_take(batch, names[i], &value) != RCLIO_OK) return rclio_error_status();
    }
    return RCLIO_OK;
}

/* PAR-11: a node that answers with less than was asked is asked for each name alone. */
static rclio_status get_each(rclio_parameter_client *client, char *const *names, size_t count, rclio_parameter_list *batch)
{
    for (size_t i = 0; i < count; i++) {
        rclio_future *call = send_names(client, SERVICE_GET, (const char *const *)&names[i], 1);
        const get_response *response = call ? rclio_await(call) : NULL;
        rclio_status status = response ? add_values(response, &names[i], 1, batch) : rclio_error_status();
        rclio_future_unref(call);
        if (status != RCLIO_OK) return status;
    }
    return RCLIO_OK;
}

static rclio_status get_values(rclio_parameter_client *client, rclio_future *call, const strings *names,
                               rclio_parameter_list *batch)
{
    const get_response *response = rclio_await(call);
    if (!response) return rclio_error_status();
    bool complete = response->values.size == names->size || names->size == 1;
    return complete ? add_values(response, names->data, names->size, batch) : get_each(client, names->data, names->size, batch);
}

static void get_task(void *arg)
{
    remote_call *call = arg;
    rclio_parameter_list *batch = calloc(1, sizeof *batch);
    if (batch && get_values(call->client, call->first, &call->names, batch) == RCLIO_OK) {
        rclio_task_return(batch, list_free);
    } else {
        if (!batch) rclio_fail(RCLIO_NO_MEMORY, "out of memory for values");
        fail_task();
        if (batch) list_free(batch);
    }
    remote_call_free(call);
}

rclio_future *rclio_parameter_client_get(rclio_parameter_client *client, const char *const *names, size_t count)
{
    if (!client) return NULL;
    return start(client, send_names(client, SERVICE_GET, names, count), "get_parameters", get_task, names, count);
}

/* ---- set ---- */

static void results_free(void *value)
{
    rclio_parameter_results_fini(value);
    free(value);
}

static rclio_parameter_results *results_new(const result_message *messages, size_t count)
{
    rclio_parameter_results *results = calloc(1, sizeof *results);
    if (results) results->data = calloc(count ? count : 1, sizeof *results->data);
    if (!results || !results->data) {
        free(results);
        return rclio_fail_null(RCLIO_NO_MEMORY, "out of memory for %zu results", count);
    }
    for (; results->size < count; results->size++) {
        const result_message *message = &messages[results->size];
        rclio_parameter_result *result = &results->data[results->size];
        result->status = message->successful ? RCLIO_OK : RCLIO_INVALID;
        if (!message->successful) result->reason = copy_string(parameter_string(&message->reason));
    }
    return results;
}

static void set_task(void *arg)
{
    remote_call *call = arg;
    const set_response *response = rclio_await(call->first);
    rclio_parameter_results *results = response ? results_new(response->results.data, response->results.size) : NULL;
    if (results)
        rclio_task_return(results, results_free);
    else
        fail_task();
    remote_call_free(call);
}

static void set_atomically_task(void *arg)
{
    remote_call *call = arg;
    const set_atomically_response *response = rclio_await(call->first);
    rclio_parameter_results *results = response ? results_new(&response->result, 1) : NULL;
    if (results)
        rclio_task_return(results, results_free);
    else
        fail_task();
    remote_call_free(call);
}

rclio_future *rclio_parameter_client_set(rclio_parameter_client *client, const rclio_parameter *items, size_t count)
{
    if (!client) return NULL;
    return start(client, send_set(client, SERVICE_SET, items, count), "set_parameters", set_task, NULL, 0);
}

rclio_future *rclio_parameter_client_set_atomically(rclio_parameter_client *client, const rclio_parameter *items, size_t count)
{
    if (!client) return NULL;
    return start(client, send_set(client, SERVICE_SET_ATOMICALLY, items, count), "set_parameters_atomically", set_atomically_task,
                 NULL, 0);
}

/* ---- set what a file has: types, then a set ---- */

/* `[]` has no type in a file: it is an empty array of the type that the parameter has. One without such a type is a bool array then, as
 * for upstream's `ros2 param load`, so that the node refuses it by name. */
static rclio_status give_type(rclio_future *asked, rclio_parameter *item)
{
    const types_response *response = asked ? rclio_await(asked) : NULL;
    const rclio_parameter_type type =
        response && response->types.size ? (rclio_parameter_type)response->types.data[0] : RCLIO_PARAMETER_NOT_SET;
    const rclio_parameter_value empty = {.type = parameter_type_is_array(type) ? type : RCLIO_PARAMETER_BOOLS};
    return response ? rclio_parameter_value_copy(&empty, &item->value) : rclio_error_status();
}

static rclio_status give_types(remote_call *call)
{
    rclio_future *asked = rclio_future_ref(call->first);
    rclio_status status = RCLIO_OK;
    for (size_t i = 0; i < call->batch.size && status == RCLIO_OK; i++) {
        rclio_parameter *item = &call->batch.data[i];
        if (item->value.type != RCLIO_PARAMETER_NOT_SET) continue;
        if (!asked) asked = send_names(call->client, SERVICE_TYPES, &item->name, 1);
        status = give_type(asked, item);
        rclio_future_unref(asked);
        asked = NULL;
    }
    rclio_future_unref(asked);
    return status;
}

static void load_task(void *arg)
{
    remote_call *call = arg;
    rclio_future *setting =
        give_types(call) == RCLIO_OK ? send_set(call->client, SERVICE_SET, call->batch.data, call->batch.size) : NULL;
    const set_response *response = setting ? rclio_await(setting) : NULL;
    rclio_parameter_results *results = response ? results_new(response->results.data, response->results.size) : NULL;
    if (results)
        rclio_task_return(results, results_free);
    else
        fail_task();
    rclio_future_unref(setting);
    remote_call_free(call);
}

rclio_future *rclio_parameter_client_set_file(rclio_parameter_client *client, const rclio_parameter *items, size_t count)
{
    if (!client) return NULL;
    for (size_t i = 0; i < count; i++) {
        if (items[i].value.type != RCLIO_PARAMETER_NOT_SET) continue;
        rclio_future *asked = send_names(client, SERVICE_TYPES, &items[i].name, 1);
        return start_with(client, asked, "load of parameters", load_task, NULL, 0, items, count);
    }
    return rclio_parameter_client_set(client, items, count);
}

rclio_future *rclio_parameter_client_load(rclio_parameter_client *client, const char *path)
{
    rclio_parameter_list batch;
    if (!client) return NULL;
    if (rclio_parameters_read_file(path, client->remote, &batch) != RCLIO_OK) return NULL;
    rclio_future *future = rclio_parameter_client_set_file(client, batch.data, batch.size);
    rclio_parameter_list_fini(&batch);
    return future;
}

/* ---- list ---- */

static void names_free(void *value)
{
    rclio_parameter_names_fini(value);
    free(value);
}

static rclio_status take_strings(const rosidl_runtime_c__String__Sequence *from, strings *to)
{
    const char **lent = parameter_strings_lend(from);
    rclio_status status = lent ? strings_copy(lent, from->size, to) : rclio_error_status();
    free(lent);
    return status;
}

static void list_task(void *arg)
{
    remote_call *call = arg;
    strings found = {0}, prefixes = {0};
    const list_response *response = rclio_await(call->first);
    rclio_parameter_names *names = response ? calloc(1, sizeof *names) : NULL;
    if (response && !names) rclio_fail(RCLIO_NO_MEMORY, "out of memory for names");
    if (names && take_strings(&response->names, &found) == RCLIO_OK && take_strings(&response->prefixes, &prefixes) == RCLIO_OK) {
        *names = (rclio_parameter_names){found.data, prefixes.data, found.size, prefixes.size};
        rclio_task_return(names, names_free);
    } else {
        fail_task();
        strings_fini(&found);
        strings_fini(&prefixes);
        free(names);
    }
    remote_call_free(call);
}

rclio_future *rclio_parameter_client_list(rclio_parameter_client *client, const char *const *prefixes, size_t count,
                                          uint64_t depth)
{
    if (!client) return NULL;
    return start(client, send_list(client, prefixes, count, depth), "list_parameters", list_task, NULL, 0);
}

/* ---- describe, types ---- */

static void descriptors_free(void *value)
{
    rclio_parameter_descriptors *descriptors = value;
    for (size_t i = 0; i < descriptors->size; i++) rclio_parameter_descriptor_fini(&descriptors->data[i]);
    free(descriptors->data);
    free(descriptors);
}

static rclio_parameter_descriptors *descriptors_new(size_t count)
{
    rclio_parameter_descriptors *descriptors = calloc(1, sizeof *descriptors);
    if (descriptors && (descriptors->data = calloc(count ? count : 1, sizeof *descriptors->data))) return descriptors;
    free(descriptors);
    return rclio_fail_null(RCLIO_NO_MEMORY, "out of memory for %zu descriptors", count);
}

static void return_descriptors(rclio_parameter_descriptors *descriptors, rclio_status status)
{
    if (descriptors && status == RCLIO_OK) {
        rclio_task_return(descriptors, descriptors_free);
        return;
    }
    fail_task();
    if (descriptors) descriptors_free(descriptors);
}

static void describe_task(void *arg)
{
    remote_call *call = arg;
    const describe_response *response = rclio_await(call->first);
    rclio_parameter_descriptors *all = response ? descriptors_new(response->descriptors.size) : NULL;
    rclio_status status = all ? RCLIO_OK : rclio_error_status();
    for (size_t i = 0; all && i < response->descriptors.size && status == RCLIO_OK; i++) {
        status = parameter_descriptor_from_message(&response->descriptors.data[i], &all->data[i]);
        if (status == RCLIO_OK) all->size++;
    }
    return_descriptors(all, status);
    remote_call_free(call);
}

static void types_task(void *arg)
{
    remote_call *call = arg;
    const types_response *response = rclio_await(call->first);
    rclio_parameter_descriptors *all = response ? descriptors_new(call->names.size) : NULL;
    rclio_status status = all ? RCLIO_OK : rclio_error_status();
    for (size_t i = 0; all && i < call->names.size && i < response->types.size && status == RCLIO_OK; i++) {
        const rclio_parameter_descriptor only = {.type = (rclio_parameter_type)response->types.data[i]};
        status = parameter_descriptor_copy(&only, call->names.data[i], &all->data[i]);
        if (status == RCLIO_OK) all->size++;
    }
    return_descriptors(all, status);
    remote_call_free(call);
}

rclio_future *rclio_parameter_client_describe(rclio_parameter_client *client, const char *const *names, size_t count)
{
    if (!client) return NULL;
    return start(client, send_names(client, SERVICE_DESCRIBE, names, count), "describe_parameters", describe_task, NULL, 0);
}

rclio_future *rclio_parameter_client_types(rclio_parameter_client *client, const char *const *names, size_t count)
{
    if (!client) return NULL;
    return start(client, send_names(client, SERVICE_TYPES, names, count), "get_parameter_types", types_task, names, count);
}

/* ---- dump: a list, then its values ---- */

static char *dump(remote_call *call)
{
    rclio_parameter_list batch = {0};
    char *yaml = NULL;
    const list_response *response = rclio_await(call->first);
    if (!response || take_strings(&response->names, &call->names) != RCLIO_OK) return NULL;
    rclio_future *values = send_names(call->client, SERVICE_GET, (const char *const *)call->names.data, call->names.size);
    if (values && get_values(call->client, values, &call->names, &batch) == RCLIO_OK)
        yaml = rclio_parameters_to_yaml(call->client->remote, &batch);
    rclio_future_unref(values);
    rclio_parameter_list_fini(&batch);
    return yaml;
}

static void dump_task(void *arg)
{
    remote_call *call = arg;
    char *yaml = dump(call);
    if (yaml)
        rclio_task_return(yaml, free);
    else
        fail_task();
    remote_call_free(call);
}

rclio_future *rclio_parameter_client_dump(rclio_parameter_client *client)
{
    if (!client) return NULL;
    return start(client, send_list(client, NULL, 0, 0), "dump of the parameters", dump_task, NULL, 0);
}

/* ---- life ---- */

bool rclio_parameter_client_is_available(rclio_parameter_client *client)
{
    if (!client) return false;
    EXECUTOR_GUARD(client->executor);
    for (size_t i = 0; i < PARAMETER_SERVICES; i++)
        if (!client->clients[i] || !rclio_client_is_available(client->clients[i])) return false;
    return true;
}

rclio_future *rclio_parameter_client_wait(rclio_parameter_client *client)
{
    rclio_future *waits[PARAMETER_SERVICES];
    if (!client) return NULL;
    EXECUTOR_GUARD(client->executor);
    for (size_t i = 0; i < PARAMETER_SERVICES; i++) waits[i] = rclio_client_wait_for_service(client->clients[i]);
    rclio_future *all = rclio_gather(client->executor, waits, PARAMETER_SERVICES);
    for (size_t i = 0; i < PARAMETER_SERVICES; i++) rclio_future_unref(waits[i]);
    return all;
}

static void client_free(entity *e)
{
    rclio_parameter_client *client = (rclio_parameter_client *)(void *)e;
    free(client->remote);
    free(client);
}

static void client_destroy_entity(entity *e)
{
    rclio_parameter_client_destroy((rclio_parameter_client *)(void *)e);
}

void rclio_parameter_client_destroy(rclio_parameter_client *client)
{
    if (!client) return;
    EXECUTOR_GUARD(client->executor);
    if (!client->clients[0]) return;
    for (size_t i = 0; i < PARAMETER_SERVICES; i++) {
        rclio_client_destroy(client->clients[i]);
        client->clients[i] = NULL;
    }
    entity_orphan(&client->entity);
    entity_unref(&client->entity);
}

static rclio_status build(rclio_parameter_client *client, rclio_node *node, const char *remote, rclio_qos qos)
{
    client->remote = *remote == '/' ? copy_string(remote) : name_join(node->name_space, remote);
    if (!client->remote || parameter_types_find(node->context->types, &client->types) != RCLIO_OK) return rclio_error_status();
    for (size_t i = 0; i < PARAMETER_SERVICES; i++) {
        char *name = copy_format("%s/%s", client->remote, parameter_service_name((parameter_service)i));
        if (name)
            client->clients[i] = rclio_client_new(node, client->types.services[i], name, &(rclio_client_options){.qos = qos});
        free(name);
        if (!client->clients[i]) return rclio_error_status();
    }
    return RCLIO_OK;
}

rclio_parameter_client *rclio_parameter_client_new(rclio_node *node, const char *remote_node,
                                                   const rclio_parameter_client_options *options)
{
    if (!node) return NULL; /* the first error stands */
    if (!remote_node || !*remote_node) return rclio_fail_null(RCLIO_INVALID, "a parameter client needs the name of a node");
    rclio_parameter_client *client = calloc(1, sizeof *client);
    if (!client) return rclio_fail_null(RCLIO_NO_MEMORY, "out of memory for a parameter client of '%s'", remote_node);
    EXECUTOR_GUARD(node->executor);
    entity_init(&client->entity, node, client_destroy_entity, client_free);
    client->executor = node->executor;
    if (build(client, node, remote_node, options ? options->qos : (rclio_qos){0}) == RCLIO_OK) {
        entity_adopt(&client->entity); /* after its clients: it goes first */
        return client;
    }
    rclio_error_add("no parameter client of '%s'", remote_node);
    for (size_t i = 0; i < PARAMETER_SERVICES; i++) rclio_client_destroy(client->clients[i]);
    entity_unref(&client->entity);
    return NULL;
}
