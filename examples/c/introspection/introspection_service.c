/* introspection_service: answers /add_two_ints, and tells of its calls on /add_two_ints/_service_event as its parameter says:
 * `ros2 param set /introspection_service service_configure_introspection contents` (or metadata, or disabled). */
#include <example_interfaces/srv/add_two_ints.h>
#include <rclio/rclio.h>
#include <string.h>

#define PARAMETER "service_configure_introspection"

static rclio_service *service;

static void add(const void *request_message, void *response_message, void *arg)
{
    const example_interfaces__srv__AddTwoInts_Request *request = request_message;
    example_interfaces__srv__AddTwoInts_Response *response = response_message;
    (void)arg;
    response->sum = request->a + request->b;
}

static bool find_state(const char *word, rclio_introspection *state)
{
    static const char *const words[] = {"disabled", "metadata", "contents"};
    for (int i = 0; i < 3; i++)
        if (strcmp(words[i], word) == 0) return *state = (rclio_introspection)i, true;
    return false;
}

static rclio_status check(const rclio_parameter_list *parameters, void *arg)
{
    const rclio_parameter_value *word = rclio_parameter_list_find(parameters, PARAMETER);
    rclio_introspection state;
    (void)arg;
    if (!word || find_state(word->string, &state)) return RCLIO_OK;
    return rclio_parameter_refuse("must be one of 'disabled', 'metadata', or 'contents'");
}

static void apply(const rclio_parameter_list *parameters, void *node)
{
    const rclio_parameter_value *word = rclio_parameter_list_find(parameters, PARAMETER);
    rclio_introspection state;
    if (!word || !find_state(word->string, &state)) return;
    if (rclio_service_configure_introspection(service, state, NULL, NULL)) RCLIO_ERROR(node, "%s", rclio_error());
    RCLIO_INFO(node, "introspection: %s", word->string);
}

int main(int argc, char **argv)
{
    rclio_node *node = rclio_node_new(rclio_init(argc, argv, NULL), "introspection_service", NULL);
    service = rclio_service_new(node, RCLIO_TYPE(example_interfaces, srv, AddTwoInts), "add_two_ints", add, NULL, NULL);
    rclio_parameters_on_set(node, check, NULL);
    rclio_parameters_on_post_set(node, apply, node);
    if (rclio_parameter_declare(node, PARAMETER, rclio_value_string("disabled"), NULL)) RCLIO_ERROR(node, "%s", rclio_error());
    return rclio_spin(node);
}
