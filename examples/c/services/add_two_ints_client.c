/* add_two_ints_client: asks /add_two_ints for the sum of its two arguments and ends. */
#include <example_interfaces/srv/add_two_ints.h>
#include <inttypes.h>
#include <rclio/rclio.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    rclio_context *context = rclio_init(argc, argv, NULL);
    int count = 0;
    char *const *arguments = context ? rclio_context_arguments(context, &count) : argv;
    if (context && count != 3) {
        fprintf(stderr, "usage: add_two_ints_client A B\n");
        rclio_context_destroy(context);
        return 2;
    }
    rclio_node *node = rclio_node_new(context, "add_two_ints_client", NULL);
    rclio_client *client = rclio_client_new(node, RCLIO_TYPE(example_interfaces, srv, AddTwoInts), "add_two_ints", NULL);
    if (!client) {
        fprintf(stderr, "%s\n", rclio_error());
        rclio_context_destroy(context);
        return 1;
    }
    example_interfaces__srv__AddTwoInts_Request request = {strtoll(arguments[1], NULL, 0), strtoll(arguments[2], NULL, 0)};
    rclio_future *call = rclio_client_call(client, &request);
    const example_interfaces__srv__AddTwoInts_Response *response = rclio_await_for(call, RCLIO_S(10));
    int status = response ? 0 : 1;
    if (response)
        RCLIO_INFO(node, "Result of add_two_ints: for %" PRId64 " + %" PRId64 " = %" PRId64, request.a, request.b, response->sum);
    else
        RCLIO_ERROR(node, "%s", rclio_error());
    rclio_future_unref(call);
    rclio_context_destroy(context);
    return status;
}
