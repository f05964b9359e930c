/* careful_server: answers /add_two_ints, and fails when the sum does not fit: an rclio client gets the error, the server goes on. */
#include <example_interfaces/srv/add_two_ints.h>
#include <inttypes.h>
#include <rclio/rclio.h>

static void add(const void *request_message, void *response_message, void *arg)
{
    const example_interfaces__srv__AddTwoInts_Request *request = request_message;
    example_interfaces__srv__AddTwoInts_Response *response = response_message;
    (void)arg;
    if (__builtin_add_overflow(request->a, request->b, &response->sum))
        rclio_task_fail(RCLIO_INVALID, "%" PRId64 " + %" PRId64 " does not fit", request->a, request->b);
}

int main(int argc, char **argv)
{
    rclio_node *node = rclio_node_new(rclio_init(argc, argv, NULL), "careful_server", NULL);
    rclio_service_new(node, RCLIO_TYPE(example_interfaces, srv, AddTwoInts), "add_two_ints", add, NULL, NULL);
    return rclio_spin(node);
}
