/* add_two_ints_server: answers /add_two_ints. */
#include <example_interfaces/srv/add_two_ints.h>
#include <inttypes.h>
#include <rclio/rclio.h>

static void add(const void *request_message, void *response_message, void *arg)
{
    const example_interfaces__srv__AddTwoInts_Request *request = request_message;
    example_interfaces__srv__AddTwoInts_Response *response = response_message;
    response->sum = request->a + request->b;
    RCLIO_INFO(arg, "Incoming request\na: %" PRId64 " b: %" PRId64, request->a, request->b);
}

int main(int argc, char **argv)
{
    rclio_node *node = rclio_node_new(rclio_init(argc, argv, NULL), "add_two_ints_server", NULL);
    rclio_service_new(node, RCLIO_TYPE(example_interfaces, srv, AddTwoInts), "add_two_ints", add, node, NULL);
    return rclio_spin(node);
}
