/* services: services of many types, served or called by rclio, and compared.
 *
 *   peer_services serve        add_two_ints, set_bool, trigger, empty, test_empty, and basic and arrays, which answer what they were asked
 *   peer_services call BYTES   calls them all; the strings of `basic` have that many bytes
 *
 * Prints "ready", or "ok <n> calls". */
#include "say.h"

#include <stdlib.h>
#include <string.h>

typedef struct served {
    const char *name, *type;
    const rclio_type *service;
} served;

static served services[] = {
    {"add_two_ints", "example_interfaces/srv/AddTwoInts", NULL},
    {"set_bool", "std_srvs/srv/SetBool", NULL},
    {"trigger", "std_srvs/srv/Trigger", NULL},
    {"empty", "std_srvs/srv/Empty", NULL},
    {"test_empty", "test_msgs/srv/Empty", NULL},
    {"basic", "test_msgs/srv/BasicTypes", NULL},
    {"arrays", "test_msgs/srv/Arrays", NULL},
};
#define SERVICES (sizeof services / sizeof *services)

typedef struct asked {
    const char *service, *request;
    const char *response; /* NULL: the request */
} asked;

static const asked calls[] = {
    {"add_two_ints", "{a: 9223372036854775807, b: -9}", "{sum: 9223372036854775798}"},
    {"add_two_ints", "{a: -2, b: 5}", "{sum: 3}"},
    {"set_bool", "{data: true}", "{success: true, message: 'on'}"},
    {"set_bool", "{data: false}", "{success: false, message: 'off'}"},
    {"trigger", "{}", "{success: true, message: 'tri\u00e9'}"},
    {"empty", "{}", "{}"},
    {"test_empty", "{}", "{}"},
    {"basic",
     "{bool_value: true, byte_value: 255, char_value: 200, float32_value: 0.5, float64_value: -1e300, int8_value: -128, "
     "uint16_value: 65535, int32_value: -2147483648, int64_value: -9223372036854775808, uint64_value: 18446744073709551615}",
     NULL},
    {"arrays",
     "{bool_values: [true, false, true], float64_values: [0.25, -1.5, 3.0], int64_values: [-1, 0, 9223372036854775807], "
     "string_values: ['', 'gr\u00fcn', 'three'], basic_types_values: [{uint8_value: 1}, {uint32_value: 7}, {int16_value: -3}]}",
     NULL},
};

static const served *service_of(const char *name)
{
    for (size_t i = 0; i < SERVICES; i++)
        if (strcmp(services[i].name, name) == 0) return &services[i];
    return NULL;
}

static bool find_types(rclio_context *context)
{
    for (size_t i = 0; i < SERVICES; i++)
        if (!(services[i].service = rclio_types_get(rclio_context_types(context), services[i].type))) return false;
    return true;
}

/* By way of CDR: request and response have the same fields. */
static rclio_status copy_across(const rclio_type *from, const void *source, const rclio_type *to, void *target)
{
    rclio_codec *in = rclio_codec_new(from), *out = rclio_codec_new(to);
    size_t size = 0;
    uint8_t *bytes = in && out ? rclio_encode_new(in, source, &size) : NULL;
    rclio_status status = bytes ? rclio_decode(out, bytes, size, 0, target) : RCLIO_NO_MEMORY;
    free(bytes);
    rclio_codec_destroy(in);
    rclio_codec_destroy(out);
    return status;
}

static rclio_status expected_response(const asked *call, const rclio_type *service, const void *request, void *response)
{
    const rclio_type *type = service->parts[RCLIO_PART_RESPONSE];
    if (call->response) return rclio_message_from_yaml(type, call->response, -1, response);
    return copy_across(service->parts[RCLIO_PART_REQUEST], request, type, response);
}

/* ---- server ---- */

static void answer(const void *request, void *response, void *arg)
{
    const served *s = arg;
    const rclio_type *asked_type = s->service->parts[RCLIO_PART_REQUEST], *answer_type = s->service->parts[RCLIO_PART_RESPONSE];
    rclio_status status = RCLIO_OK;
    if (strcmp(s->name, "add_two_ints") == 0) {
        const int64_t *numbers = request;
        *(int64_t *)response = numbers[0] + numbers[1];
    } else if (strcmp(s->name, "set_bool") == 0) {
        status =
            rclio_message_from_yaml(answer_type, *(const bool *)request ? calls[2].response : calls[3].response, -1, response);
    } else if (strcmp(s->name, "trigger") == 0) {
        status = rclio_message_from_yaml(answer_type, calls[4].response, -1, response);
    } else if (strstr(s->name, "empty") == NULL) {
        status = copy_across(asked_type, request, answer_type, response);
    }
    if (status) failed(s->name);
}

static int serve(rclio_node *node)
{
    for (size_t i = 0; i < SERVICES; i++)
        if (!rclio_service_new(node, services[i].service, services[i].name, answer, &services[i], NULL))
            return failed(services[i].name);
    say("ready");
    return rclio_spin(node);
}

/* ---- client ---- */

static bool fill_string(const rclio_type *type, void *message, size_t bytes)
{
    const rclio_field *field = rclio_type_field(type, "string_value");
    char *text = field ? malloc(bytes + 1) : NULL;
    if (!text) return !field;
    for (size_t i = 0; i < bytes; i++) text[i] = (char)('a' + i % 25);
    text[bytes] = '\0';
    bool good = rosidl_runtime_c__String__assign((rosidl_runtime_c__String *)((char *)message + field->offset), text);
    free(text);
    return good;
}

static int call(rclio_node *node, const asked *a, size_t bytes)
{
    const served *s = service_of(a->service);
    const rclio_type *asked_type = s->service->parts[RCLIO_PART_REQUEST], *answer_type = s->service->parts[RCLIO_PART_RESPONSE];
    void *request = rclio_message_new(asked_type), *expected = rclio_message_new(answer_type);
    rclio_client *client = rclio_client_new(node, s->service, s->name, NULL);
    rclio_future *future = NULL;
    const void *response = NULL;
    int status = 1;
    if (!request || !expected || !client || rclio_message_from_yaml(asked_type, a->request, -1, request) ||
        !fill_string(asked_type, request, bytes) || expected_response(a, s->service, request, expected))
        goto done;
    future = rclio_client_call(client, request);
    response = rclio_await_for(future, RCLIO_S(20));
    if (response && !rclio_message_equal(answer_type, response, expected)) {
        char *text = rclio_message_to_yaml(answer_type, response, NULL, &(rclio_yaml_options){.truncate_length = 60});
        fprintf(stderr, "%s answered\n%s", s->name, text ? text : "?");
        free(text);
        goto done;
    }
    status = response ? 0 : 1;
done:
    if (status && !response) failed(s->name);
    rclio_future_unref(future);
    rclio_client_destroy(client);
    rclio_message_destroy(asked_type, request);
    rclio_message_destroy(answer_type, expected);
    return status;
}

int main(int argc, char **argv)
{
    rclio_context *context = rclio_init(argc, argv, NULL);
    rclio_node *node = node_of(context, "rclio_services");
    int status = 0;
    if (argc < 2 || !node || !find_types(context)) return failed("services");
    if (strcmp(argv[1], "serve") == 0) return serve(node);
    size_t count = 0, bytes = argc > 2 ? strtoul(argv[2], NULL, 0) : 0;
    for (; count < sizeof calls / sizeof *calls && status == 0; count++) status = call(node, &calls[count], bytes);
    if (status == 0) say("ok %zu calls", count);
    rclio_context_destroy(context);
    return status;
}
