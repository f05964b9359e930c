/* introspection_client: calls /add_two_ints once with its two arguments, and prints what it and the service tell of the call. */
#include <example_interfaces/srv/add_two_ints.h>
#include <inttypes.h>
#include <rclio/rclio.h>
#include <stdlib.h>

#define ADD_TWO_INTS RCLIO_TYPE(example_interfaces, srv, AddTwoInts)

static void told(const void *message, const rclio_message_info *info, void *node)
{
    static const char *const events[] = {"request sent", "request received", "response sent", "response received"};
    const example_interfaces__srv__AddTwoInts_Event *event = message;
    (void)info;
    RCLIO_INFO(node, "call %" PRId64 ": %s", event->info.sequence_number, events[event->info.event_type & 3]);
    for (size_t i = 0; i < event->request.size; i++)
        RCLIO_INFO(node, "  a: %" PRId64 ", b: %" PRId64, event->request.data[i].a, event->request.data[i].b);
    for (size_t i = 0; i < event->response.size; i++) RCLIO_INFO(node, "  sum: %" PRId64, event->response.data[i].sum);
}

int main(int argc, char **argv)
{
    int count = 0;
    rclio_context *context = rclio_init(argc, argv, NULL);
    char *const *arguments = context ? rclio_context_arguments(context, &count) : argv;
    rclio_node *node = rclio_node_new(context, "introspection_client", NULL);
    rclio_client *client = rclio_client_new(node, ADD_TWO_INTS, "add_two_ints", NULL);
    rclio_client_configure_introspection(client, RCLIO_INTROSPECTION_CONTENTS, &RCLIO_QOS_SYSTEM_DEFAULT, NULL);
    rclio_subscription_new(node, ADD_TWO_INTS->parts[RCLIO_PART_EVENT], "add_two_ints/_service_event", told, node, NULL);
    example_interfaces__srv__AddTwoInts_Request request = {count > 1 ? strtoll(arguments[1], NULL, 0) : 2,
                                                           count > 2 ? strtoll(arguments[2], NULL, 0) : 3};
    rclio_future *call = rclio_client_call(client, &request);
    if (!rclio_await_for(call, RCLIO_S(10))) RCLIO_ERROR(node, "%s", rclio_error());
    rclio_future_unref(call);
    return rclio_spin(node); /* until Ctrl-C: events of other clients' calls come too */
}
